//! Parses responses of GitHub's REST and GraphQL APIs into issues.

pub(super) mod comments;
pub(super) mod graphql;
mod issue;
pub(super) mod rest;

pub use comments::Robots;
