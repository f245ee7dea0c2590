//! Ids of everything that can be selected.

use super::remaining_jobs::RemainingJobsPage;
use crate::domain::{IssueRef, ItemKey, ProjectId};

/// The id of something that can be selected. Selection is by id: a sync may reorder the rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// A project.
    Project(ProjectId),
    /// An item.
    Item(ProjectId, ItemKey),
    /// An issue, in the roadmap or not.
    Issue(IssueRef),
    /// The remaining jobs of a counter.
    Left(RemainingJobsPage),
    /// A line of another list, by its stable id.
    Line(String),
}
