//! GitHub, read through octocrab. Nothing is ever written to it.
//!
//! [`sync`](sync::sync) fetches what a roadmap needs and merges it with the known facts. Responses are parsed
//! leniently, requests have limits, and every failure is a [`GithubError`] with a hint.

mod client;
mod file;
mod sync;
mod wire;

pub use client::{Access, Api, GithubError, Policy, Token};
pub use file::{FileAddress, read_file};
pub use sync::{News, PlannedRequests, Summary, SyncFacts, SyncOutcome, SyncProgress, SyncRequest, plan, sync};
pub use wire::Robots;
