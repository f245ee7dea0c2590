//! Edits of the roadmap file that a finding proposes.

use super::{ItemKey, ProjectId};

/// An edit of the roadmap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoadmapEdit {
    /// Sets a key of a project or an item.
    Set {
        /// Where.
        project: ProjectId,
        /// Where in it; the project itself without one.
        item: Option<ItemKey>,
        /// For example `state`.
        key: &'static str,
        /// As it is written in YAML.
        value: String,
    },
    /// Adds to a list of a project: `aliases` or `items`.
    Append {
        /// Where.
        project: ProjectId,
        /// For example `aliases`.
        key: &'static str,
        /// As it is written in YAML.
        value: String,
    },
    /// Adds a project at the end.
    AddProject {
        /// Its id.
        id: ProjectId,
        /// The issue that tracks it, if one was found; as it is written in YAML.
        issue: Option<String>,
    },
}
