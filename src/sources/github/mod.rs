//! GitHub, read through octocrab: never written to.
//!
//! [`sync`](sync::sync) asks for what a roadmap needs and merges it with what was known. Every answer is read
//! leniently, every request has limits, and every failure is a [`GithubError`] with its hint.

mod client;
mod file;
mod sync;
mod wire;

pub use client::{Access, Api, GithubError, Policy, Token};
pub use file::{FileAddress, read_file};
pub use sync::{News, PlannedRequests, Summary, SyncFacts, SyncOutcome, SyncProgress, SyncRequest, plan, sync};
pub use wire::Robots;
