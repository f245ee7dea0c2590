//! States of items.

use serde::{Deserialize, Serialize};

/// The state of an item or a project. Only the roadmap can say `removed` and `dropped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing is known to have happened.
    Todo,
    /// Some of it is done, or it is assigned.
    Started,
    /// Moved to the community.
    Done,
    /// Deleted: there was nothing to move.
    Removed,
    /// Out of scope: not counted in the total.
    Dropped,
    /// The issue was closed as not planned, as a duplicate or by a robot: still left.
    ClosedNotDone,
    /// What there is to do is unknown; shown `??`.
    Unknown,
    /// Its issue was never fetched, so nothing can be said of it yet.
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

    /// Reads a state as it is written in a roadmap.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WRITTEN.iter().find(|(written, _)| *written == word).map(|(_, state)| *state)
    }

    /// Returns the spelling of data and filters, for example `closed-not-done`.
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
    fn written_words_are_read_back() {
        for (word, state) in State::WRITTEN {
            assert_eq!(State::from_word(word), Some(state));
            assert_eq!(state.word(), word);
        }
        assert_eq!(State::from_word("closed-not-done"), None);
    }

    #[test]
    fn only_done_removed_and_dropped_are_ends() {
        let ends: Vec<_> = State::ALL.into_iter().filter(|state| state.is_end()).collect();
        assert_eq!(ends, [State::Done, State::Removed, State::Dropped]);
    }
}
