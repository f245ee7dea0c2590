//! Answers of GitHub, read into issues of ours: REST, GraphQL, and the comments that both carry.

pub(super) mod comments;
pub(super) mod graphql;
pub(super) mod rest;

pub use comments::Robots;
