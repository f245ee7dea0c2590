//! Locations: the place in the roadmap to which a finding belongs.

use std::fmt;

use crate::domain::{Item, ItemKey, Place, Project, ProjectId, item_name};

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

/// `k8s-gubernator/787`, `k8s-prow`, or `the file`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.project, &self.item) {
            (Some(project), Some(item)) => f.write_str(&item_name(project, item)),
            (Some(project), None) => project.fmt(f),
            (None, _) => f.write_str("the file"),
        }
    }
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
