//! Answers of GitHub, read into issues of ours: REST, GraphQL, and the fields and comments that both carry.

pub(super) mod comments;
pub(super) mod graphql;
mod issue;
pub(super) mod rest;

pub use comments::Robots;
