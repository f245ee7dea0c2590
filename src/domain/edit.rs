//! Edits of the roadmap file that a finding proposes.

use super::{ItemKey, ProjectId};

/// An edit of the roadmap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoadmapEdit {
    /// Sets a key of a project or an item.
    Set {
        /// The project.
        project: ProjectId,
        /// The item; `None` for the project itself.
        item: Option<ItemKey>,
        /// The key, for example `state`.
        key: &'static str,
        /// The value as YAML.
        value: String,
    },
    /// Appends to a list of a project: `aliases` or `items`.
    Append {
        /// The project.
        project: ProjectId,
        /// The key, for example `aliases`.
        key: &'static str,
        /// The value as YAML.
        value: String,
    },
    /// Adds a project at the end.
    AddProject {
        /// Its id.
        id: ProjectId,
        /// The issue that tracks it, if one was found, as YAML.
        issue: Option<String>,
    },
}
