//! Ids of what can be selected.

use super::remaining_jobs::Leftover;
use crate::domain::{IssueRef, ItemKey, ProjectId};

/// What can be selected. Selection is by id, so that a sync that reorders rows does not move it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// A project.
    Project(ProjectId),
    /// An item.
    Item(ProjectId, ItemKey),
    /// An issue, whether or not the roadmap has it.
    Issue(IssueRef),
    /// What is left of a counter.
    Left(Leftover),
    /// A line of another list, by a name that it keeps.
    Line(String),
}
