//! Remedies: what to do about a finding.

use crate::domain::edit::RoadmapEdit;
use crate::domain::{IssueRef, Item, Project, Repo};

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Change the roadmap.
    Edit(RoadmapEdit),
    /// Say this in an issue: a Prow command or a draft.
    Say { issue: Option<IssueRef>, text: String },
    /// Run a command: the phrase names it, and what it needs first.
    Run(String),
    /// Nothing but to look and decide.
    None,
}

impl Remedy {
    /// The edit that gives a key of an item, or of a project as a whole, this value.
    pub(super) fn set(project: &Project, item: Option<&Item>, key: &'static str, value: &str) -> Self {
        let item = item.map(|item| item.key.clone());
        Self::Edit(RoadmapEdit::Set { project: project.id.clone(), item, key, value: value.to_owned() })
    }

    /// The edit that appends a value to a list of a project.
    pub(super) fn append(project: &Project, key: &'static str, value: String) -> Self {
        Self::Edit(RoadmapEdit::Append { project: project.id.clone(), key, value })
    }

    /// Saying something in an issue.
    pub(super) fn say(issue: &IssueRef, text: String) -> Self {
        Self::Say { issue: Some(issue.clone()), text }
    }

    /// Returns what to do, in one line: `set issue: 1523`, ``say `/reopen` in #1``; `None` if a person has to decide.
    pub fn text(&self, home: &Repo) -> Option<String> {
        match self {
            Self::Edit(RoadmapEdit::Set { key, value, .. }) => Some(format!("set {key}: {value}")),
            Self::Edit(RoadmapEdit::Append { project, key, value }) => {
                Some(format!("add {value} to the {key} of `{project}`"))
            }
            Self::Edit(RoadmapEdit::AddProject { id, issue }) => {
                let issue = issue.as_ref().map(|issue| format!(" with issue: {issue}")).unwrap_or_default();
                Some(format!("add a project {id}{issue}"))
            }
            Self::Say { issue, text } => {
                let place = issue.as_ref().map(|issue| format!(" in {}", issue.short(home))).unwrap_or_default();
                let first = text.lines().next().unwrap_or_default();
                if first.starts_with('/') {
                    Some(format!("say `{first}`{place}"))
                } else {
                    Some(format!("ask{place}: {first}"))
                }
            }
            Self::Run(text) => Some(text.clone()),
            Self::None => None,
        }
    }
}
