//! Fetch states: which facts of an issue are known, and since when.

use serde::{Deserialize, Serialize};

use super::super::Timestamp;

/// What is known of one kind of fact: never asked is not none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactState {
    /// It was never asked for.
    #[default]
    NeverAsked,
    /// It was asked for, and no whole answer came; older facts, where there are some, stay.
    Failed {
        /// When it was asked for.
        at: Timestamp,
    },
    /// The whole answer came.
    Known {
        /// When it was asked for.
        at: Timestamp,
    },
}

impl FactState {
    /// Whether the whole answer came.
    pub fn is_known(self) -> bool {
        matches!(self, Self::Known { .. })
    }

    /// Whether it was asked for, and the whole answer did not come.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Returns when it was last asked for.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::NeverAsked => None,
            Self::Failed { at } | Self::Known { at } => Some(at),
        }
    }
}

/// The kinds of facts of an issue that are asked for apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Title, state, labels, assignees, body, and what else a list holds.
    Fields,
    /// The last comment, `/close`, and task lists in comments.
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

/// The state of each kind of fact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchStates {
    fields: FactState,
    comments: FactState,
    closer: FactState,
    pulls: FactState,
    sub_issues: FactState,
    dependencies: FactState,
    timeline: FactState,
}

impl FetchStates {
    /// Knows everything since the beginning of time: what was written by hand.
    pub fn all_known() -> Self {
        let mut states = Self::default();
        for kind in FactKind::ALL {
            states.set(kind, FactState::Known { at: Timestamp(0) });
        }
        states
    }

    /// Returns the state of a kind.
    pub fn of(&self, kind: FactKind) -> FactState {
        match kind {
            FactKind::Fields => self.fields,
            FactKind::Comments => self.comments,
            FactKind::Closer => self.closer,
            FactKind::Pulls => self.pulls,
            FactKind::SubIssues => self.sub_issues,
            FactKind::Dependencies => self.dependencies,
            FactKind::Timeline => self.timeline,
        }
    }

    /// Marks what was known as not known, so that it is asked for again.
    pub fn distrust(&mut self, kind: FactKind) {
        if let Some(at) = self.of(kind).at() {
            self.set(kind, FactState::Failed { at });
        }
    }

    /// Sets the state of a kind.
    pub fn set(&mut self, kind: FactKind, state: FactState) {
        let own = match kind {
            FactKind::Fields => &mut self.fields,
            FactKind::Comments => &mut self.comments,
            FactKind::Closer => &mut self.closer,
            FactKind::Pulls => &mut self.pulls,
            FactKind::SubIssues => &mut self.sub_issues,
            FactKind::Dependencies => &mut self.dependencies,
            FactKind::Timeline => &mut self.timeline,
        };
        *own = state;
    }
}
