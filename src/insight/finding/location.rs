//! Locations: the place of a finding in the roadmap.

use std::fmt;

use crate::domain::{Item, ItemKey, Place, Project, ProjectId, item_name};

/// The place of a finding in the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Line and column.
    pub place: Place,
    /// The project; `None` for counters and the whole file.
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

/// The location of an item, or of a project as a whole.
pub(super) fn at(project: &Project, item: Option<&Item>) -> Location {
    item.map_or_else(|| at_project(project), |item| at_item(project, item))
}

/// The location of something outside projects: a counter, or an entry of `migrated`.
pub(super) fn at_place(place: Place) -> Location {
    Location { place, project: None, item: None }
}

/// The location of what concerns the whole file.
pub(super) fn at_file() -> Location {
    at_place(Place { line: 1, column: 1 })
}
