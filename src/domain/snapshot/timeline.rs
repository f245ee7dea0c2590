//! Timelines: the comments on an issue, and the pull requests that mention it.

use serde::{Deserialize, Serialize};

use super::super::{IssueRef, Text, Timestamp};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// When it was written.
    pub at: Timestamp,
    /// Its author; `None` for a deleted account.
    pub by: Option<Text>,
    /// The cleaned text. In [`Issue::last_comment`](super::Issue::last_comment): the start, on one line, at most 200
    /// characters, possibly empty. In a [`Timeline`]: all lines, at most 4,000 characters.
    pub text: String,
}

/// Comments and mentions of an issue, needed for claims on its boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Comments by people and robots, oldest first: at least the last hundred.
    pub comments: Vec<Comment>,
    /// Pull requests that mention the issue, by repository and number.
    pub pulls: Vec<MentioningPull>,
    /// Whether there are older comments than these.
    #[serde(default)]
    pub lacks_comments: bool,
    /// Whether there are older mentions than these.
    #[serde(default)]
    pub lacks_pulls: bool,
}

impl Timeline {
    /// Whether a claim may be missing.
    pub fn is_cut_off(&self) -> bool {
        self.lacks_comments || self.lacks_pulls
    }
}

/// A pull request that mentions an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentioningPull {
    /// Repository and number.
    pub id: IssueRef,
    /// The title, cleaned, on one line.
    pub title: String,
    /// The Markdown text, cleaned, at most 4,000 characters.
    pub body: String,
    /// Open, merged, or closed without a merge.
    pub state: PullState,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Text>,
    /// When it was last updated.
    pub updated: Option<Timestamp>,
    /// Paths of the changed files, as far as GitHub sent them.
    #[serde(default)]
    pub files: Vec<String>,
}

/// The state of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullState {
    /// It is open.
    Open,
    /// It was merged.
    Merged,
    /// It was closed without a merge.
    Closed,
}
