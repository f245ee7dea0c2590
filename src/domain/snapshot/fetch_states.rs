//! Fetch states: which facts of an issue are known, and since when.

use serde::{Deserialize, Serialize};

use super::super::Timestamp;

/// Whether one kind of fact is known. A fact that was never requested is different from none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactState {
    /// Never requested.
    #[default]
    #[serde(rename = "never-asked")]
    NotRequested,
    /// The last request was not fully answered. Older facts, if any, are kept.
    Failed {
        /// When it was requested.
        at: Timestamp,
    },
    /// The last request was fully answered.
    Known {
        /// When it was requested.
        at: Timestamp,
    },
}

impl FactState {
    /// Whether the last request was fully answered.
    pub fn is_known(self) -> bool {
        matches!(self, Self::Known { .. })
    }

    /// Whether the last request was not fully answered.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Returns when it was last requested.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::NotRequested => None,
            Self::Failed { at } | Self::Known { at } => Some(at),
        }
    }
}

/// The kinds of facts of an issue that are requested separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Title, state, labels, assignees, body, and whatever else a list contains.
    Fields,
    /// The last comment, claims, `/close`, and task lists in comments.
    Comments,
    /// Who closed it.
    Closer,
    /// Pull requests that link to it.
    Pulls,
    /// Sub-issues.
    SubIssues,
    /// What blocks it, what it blocks, and what it duplicates.
    Dependencies,
    /// Comments and mentioning pull requests, for boxes.
    Timeline,
}

impl FactKind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] =
        [Self::Fields, Self::Comments, Self::Closer, Self::Pulls, Self::SubIssues, Self::Dependencies, Self::Timeline];
}

/// The state of each kind of fact, in the order of [`FactKind::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchStates([FactState; FactKind::ALL.len()]);

impl FetchStates {
    /// Marks every kind as known, for issues written by hand.
    pub fn all_known() -> Self {
        Self([FactState::Known { at: Timestamp(0) }; FactKind::ALL.len()])
    }

    /// Returns the state of a kind.
    pub fn of(&self, kind: FactKind) -> FactState {
        self.0.get(kind as usize).copied().unwrap_or_default()
    }

    /// Marks a kind as failed, so that it is requested again.
    pub fn distrust(&mut self, kind: FactKind) {
        if let Some(at) = self.of(kind).at() {
            self.set(kind, FactState::Failed { at });
        }
    }

    /// Sets the state of a kind.
    pub fn set(&mut self, kind: FactKind, state: FactState) {
        self.0.get_mut(kind as usize).into_iter().for_each(|own| *own = state);
    }
}
