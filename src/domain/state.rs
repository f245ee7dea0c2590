//! States of items.

use serde::{Deserialize, Serialize};

/// The state of an item or a project. `removed` and `dropped` only come from the roadmap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not started, as far as known.
    Todo,
    /// Partly done, or assigned.
    Started,
    /// Done: moved.
    Done,
    /// Deleted instead of moved.
    Removed,
    /// Out of scope: not counted in the total.
    Dropped,
    /// The issue was closed as not planned, as a duplicate or by a robot: still left.
    ClosedNotDone,
    /// The work is unknown; shown as `??`.
    Unknown,
    /// Its issue was never fetched.
    NotFetched,
}

impl State {
    /// All states, in the order in which lists sort and group them.
    pub const ALL: [Self; 8] = [
        Self::Started,
        Self::Todo,
        Self::Unknown,
        Self::NotFetched,
        Self::ClosedNotDone,
        Self::Done,
        Self::Removed,
        Self::Dropped,
    ];

    /// The states that people may write in a roadmap, with their spelling there.
    pub const WRITTEN: [(&'static str, Self); 6] = [
        ("todo", Self::Todo),
        ("started", Self::Started),
        ("done", Self::Done),
        ("removed", Self::Removed),
        ("dropped", Self::Dropped),
        ("unknown", Self::Unknown),
    ];

    /// Parses a state of a roadmap.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WRITTEN.iter().find(|(written, _)| *written == word).map(|(_, state)| *state)
    }

    /// Returns the name used in data and filters, for example `closed-not-done`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Started => "started",
            Self::Done => "done",
            Self::Removed => "removed",
            Self::Dropped => "dropped",
            Self::ClosedNotDone => "closed-not-done",
            Self::Unknown => "unknown",
            Self::NotFetched => "not-fetched",
        }
    }

    /// Whether nothing remains to be done: done, removed or dropped.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Removed | Self::Dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_states_round_trip() {
        for (word, state) in State::WRITTEN {
            assert_eq!(State::from_word(word), Some(state));
            assert_eq!(state.word(), word);
        }
        assert_eq!(State::from_word("closed-not-done"), None);
    }

    #[test]
    fn only_done_removed_and_dropped_are_end_states() {
        let ends: Vec<_> = State::ALL.into_iter().filter(|state| state.is_end()).collect();
        assert_eq!(ends, [State::Done, State::Removed, State::Dropped]);
    }
}
