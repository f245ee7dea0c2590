//! Filter for the issues that findings need although the roadmap does not link them.

use std::collections::HashSet;

use super::input::names_in_titles;
use super::titles::Titles;
use crate::domain::{IssueRef, IssueState, Roadmap, Snapshot};

/// Recognizes by title and parents the issues that concern a roadmap. A snapshot of these, the linked issues and what they
/// depend on has the same findings as one of all issues.
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
            umbrellas: roadmap.umbrellas.iter().flat_map(|id| [id, linked.current_id(id)]).cloned().collect(),
            titles: Titles::looking_for(names_in_titles(roadmap, linked), like),
        }
    }

    /// Whether an issue with this title and these parents concerns the roadmap.
    pub fn has(&self, title: &str, mut parents: impl Iterator<Item = IssueRef>) -> bool {
        self.titles.matches(title) || !self.umbrellas.is_empty() && parents.any(|id| self.umbrellas.contains(&id))
    }
}
