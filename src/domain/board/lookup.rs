//! Index of rows by id, for constant-time lookup.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::ProjectRow;
use crate::domain::{ItemKey, ProjectId};

/// The positions of projects and items, built at the first lookup.
#[derive(Debug, Clone, Default)]
pub(super) struct BoardLookup(OnceLock<Places>);

#[derive(Debug, Clone, Default)]
struct Places {
    projects: HashMap<ProjectId, usize>,
    /// One map for each project, in roadmap order.
    items: Vec<HashMap<ItemKey, usize>>,
}

impl BoardLookup {
    pub(super) fn project(&self, rows: &[ProjectRow], id: &ProjectId) -> Option<usize> {
        self.places(rows).projects.get(id).copied()
    }

    pub(super) fn item(&self, rows: &[ProjectRow], project: usize, key: &ItemKey) -> Option<usize> {
        self.places(rows).items.get(project)?.get(key).copied()
    }

    fn places(&self, rows: &[ProjectRow]) -> &Places {
        self.0.get_or_init(|| Places {
            projects: rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect(),
            items: rows.iter().map(positions).collect(),
        })
    }
}

fn positions(row: &ProjectRow) -> HashMap<ItemKey, usize> {
    row.items.iter().enumerate().map(|(at, item)| (item.key.clone(), at)).collect()
}

/// Always equal: boards are compared by their rows.
impl PartialEq for BoardLookup {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
