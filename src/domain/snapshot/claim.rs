//! Claims of whole issues, read from their comments.

use serde::{Deserialize, Serialize};

use super::super::{Text, Timestamp};

/// A person's claim of a whole issue, or a question about it that an answer may turn into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueClaim {
    /// Who claims it; `None` for a deleted account, and where a comment gives no name.
    pub by: Option<Text>,
    /// What the person said.
    pub kind: ClaimKind,
    /// When the person said so, or was given it.
    pub since: Timestamp,
    /// When the person last commented on the issue, or was given it.
    pub heard: Timestamp,
}

/// What a person said about a whole issue, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// Asked whether it is free.
    AskedIfFree,
    /// Asked who works on it.
    AskedWho,
    /// Asked to have it, or may take it.
    Asked,
    /// Named the change that did it.
    Done,
    /// Works on it, will work on it, or was given it.
    Claimed,
}
