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
    /// Cleaned. Of [`Issue::last_comment`](super::Issue::last_comment) the beginning, one line, at most 200 characters,
    /// perhaps empty; of a [`Timeline`] the lines as they are, at most 4,000 characters.
    pub text: String,
}

/// What happened below an issue, as far as claims on its boxes need it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Comments of people and robots, the oldest first: at least the last hundred.
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
    /// Whether a claim may be in what did not come.
    pub fn is_cut_off(&self) -> bool {
        self.lacks_comments || self.lacks_pulls
    }
}

/// A pull request that mentions an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentioningPull {
    /// Repository and number.
    pub id: IssueRef,
    /// Cleaned, one line.
    pub title: String,
    /// The Markdown text, cleaned, at most 4,000 characters.
    pub body: String,
    /// Whether it waits, was merged, or was closed without a merge.
    pub state: PullState,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Text>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// Paths of the files that it changes, as far as they were sent.
    #[serde(default)]
    pub files: Vec<String>,
}

/// How far a pull request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullState {
    /// It waits for review or merge.
    Open,
    /// It was merged.
    Merged,
    /// It was closed without a merge.
    Closed,
}
