//! GitHub, read through octocrab: never written to.
//!
//! [`sync`] asks for what a roadmap needs and joins it with what was known. Every answer is read
//! leniently, every request has limits, and whatever goes wrong is a [`Trouble`] with its remedy.

mod access;
mod ahead;
mod asking;
mod book;
mod client;
mod diagnosis;
mod facts;
mod fetch;
mod graphql;
mod link;
mod lists;
mod opening;
mod order;
mod people;
mod plan;
mod policy;
mod raw;
mod request;
mod spans;
mod sync;
mod taken;
mod transport;
mod trouble;
mod whole;
mod wire;
mod words;

pub use access::{Access, Api, Token};
pub use facts::Facts;
pub use people::Robots;
pub use plan::plan;
pub use policy::Policy;
pub use request::{News, Progress, Step, Summary, SyncOutcome, SyncRequest};
pub use sync::sync;
pub use trouble::Trouble;
