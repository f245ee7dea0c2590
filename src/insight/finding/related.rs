//! Issues that findings look at although the roadmap does not link them.

use std::collections::HashSet;

use super::input::{names_in_titles, umbrella_numbers};
use super::titles::Titles;
use crate::domain::{IssueRef, IssueState, Roadmap, Snapshot};

/// What tells from its headline that an issue concerns a roadmap: findings of a snapshot that has all such issues, those
/// that are linked and what these depend on are the findings of all issues.
pub struct Related<'a> {
    umbrellas: HashSet<IssueRef>,
    titles: Titles<'a>,
}

impl<'a> Related<'a> {
    /// Looks for children of umbrellas, for names of projects, and for titles like those of linked issues that are closed.
    pub fn to(roadmap: &'a Roadmap, linked: &Snapshot) -> Self {
        let closed = linked.issues.iter().filter(|issue| issue.state != IssueState::Open);
        let like = closed.map(|issue| issue.title.as_str());
        Self {
            umbrellas: umbrella_numbers(roadmap, linked).cloned().collect(),
            titles: Titles::sought(names_in_titles(roadmap, linked), like),
        }
    }

    /// Whether an issue with this title, and a part of these issues, concerns the roadmap.
    pub fn has(&self, title: &str, mut parents: impl Iterator<Item = IssueRef>) -> bool {
        self.titles.seeks(title) || !self.umbrellas.is_empty() && parents.any(|id| self.umbrellas.contains(&id))
    }
}
