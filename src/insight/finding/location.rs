//! Where in the roadmap a finding belongs.

use crate::domain::{Item, ItemKey, Place, Project, ProjectId};

/// Where in the roadmap a finding belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Line and column.
    pub place: Place,
    /// The project; none for what the whole file lacks.
    pub project: Option<ProjectId>,
    /// The item.
    pub item: Option<ItemKey>,
}

/// The location of a project.
pub(super) fn at_project(project: &Project) -> Location {
    Location { place: project.place, project: Some(project.id.clone()), item: None }
}

/// The location of an item.
pub(super) fn at_item(project: &Project, item: &Item) -> Location {
    Location { place: item.place, project: Some(project.id.clone()), item: Some(item.key.clone()) }
}

/// The location of what the whole file lacks.
pub(super) fn at_file() -> Location {
    Location { place: Place { line: 1, column: 1 }, project: None, item: None }
}
