//! Shifts: by how much a counter changed, and which commits changed it.

use super::{Amounts, CounterId, Date, Text};

/// The difference between two counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shift {
    /// The change of what is done.
    pub done: i64,
    /// The change of the total.
    pub scope: i64,
    /// The change of what is left or unknown.
    pub left: i64,
}

impl Shift {
    /// Compares two counts.
    pub fn between(before: Amounts, after: Amounts) -> Self {
        let by = |of: fn(&Amounts) -> u64| of(&after).cast_signed() - of(&before).cast_signed();
        Self {
            done: by(|amounts| amounts.done),
            scope: by(|amounts| amounts.total()),
            left: by(|amounts| amounts.left + amounts.unknown),
        }
    }

    /// Adds another difference.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { done: self.done + other.done, scope: self.scope + other.scope, left: self.left + other.left }
    }

    /// Clears the scope, for a rule that only knows what is left.
    #[must_use]
    pub fn of_left_only(self) -> Self {
        Self { scope: 0, ..self }
    }

    /// Whether nothing changed.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Returns the largest absolute change.
    pub fn size(self) -> u64 {
        self.done.unsigned_abs().max(self.scope.unsigned_abs()).max(self.left.unsigned_abs())
    }
}

/// A commit that changed a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterMove {
    /// The counter.
    pub counter: CounterId,
    /// The change.
    pub shift: Shift,
    /// Whether the rule only knows what is left.
    pub is_left_only: bool,
    /// The day of the commit.
    pub date: Date,
    /// The full hash.
    pub commit: Text,
    /// The first line of the message.
    pub subject: String,
    /// The URL of the commit, if the web host is known.
    pub link: Option<String>,
}

impl CounterMove {
    /// Returns the number of the pull request in the message.
    pub fn pull(&self) -> Option<i64> {
        pull_of(&self.subject)
    }

    /// Returns the abbreviated hash.
    pub fn short(&self) -> &str {
        short_hash(&self.commit)
    }
}

/// The commits that moved counters most between two days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// The period starts at the end of this day.
    pub since: Date,
    /// The period ends at the end of this day.
    pub until: Date,
    /// By counter in roadmap order, largest first.
    pub list: Vec<CounterMove>,
    /// The main commit of each step in a counter's series, independent of the period.
    pub steps: Vec<CounterMove>,
    /// Why some counters have no moves, in whole sentences.
    pub gaps: Vec<String>,
}

/// The number of commits that a page shows for a counter.
pub const LARGEST: usize = 3;

impl Moves {
    /// Merges the moves of a commit that are the same for several counters, joining the counters' names.
    pub fn by_commit(&self) -> Vec<(String, &CounterMove)> {
        let mut merged: Vec<(String, &CounterMove)> = Vec::new();
        for one in &self.list {
            match merged.iter_mut().find(|(_, known)| known.commit == one.commit && known.shift == one.shift) {
                Some((names, _)) => *names = format!("{names}, {}", one.counter),
                None => merged.push((one.counter.to_string(), one)),
            }
        }
        merged
    }
}

/// Keeps the largest moves of a counter; of equal ones, the newest.
pub fn largest(mut moves: Vec<CounterMove>) -> Vec<CounterMove> {
    moves.reverse();
    moves.sort_by_key(|one| std::cmp::Reverse(one.shift.size()));
    moves.truncate(LARGEST);
    moves
}

/// Returns the first ten digits of a commit hash.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..10).unwrap_or(hash)
}

/// Returns the number of the pull request in a message: `… (#123)` or `Merge pull request #123 from …`.
pub fn pull_of(subject: &str) -> Option<i64> {
    let merge = subject.strip_prefix("Merge pull request #").and_then(|rest| rest.split_whitespace().next());
    let squash = || subject.trim_end().strip_suffix(')')?.rsplit_once("(#").map(|(_, number)| number);
    merge.or_else(squash)?.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    fn one(commit: &str, done: i64, scope: i64, left: i64) -> CounterMove {
        CounterMove {
            counter: CounterId::new("jobs"),
            shift: Shift { done, scope, left },
            is_left_only: false,
            date: fixtures::day("2021-01-01"),
            commit: commit.into(),
            subject: String::new(),
            link: None,
        }
    }

    #[test]
    fn the_largest_moves_come_first_then_the_newest() {
        let all = vec![one("a", 1, 0, -1), one("b", 0, 9, 9), one("c", 2, 0, -2), one("d", -2, 0, 2)];
        let shown: Vec<_> = largest(all).into_iter().map(|one| one.commit).collect();
        assert_eq!(shown, ["b", "d", "c"]);
    }

    #[test]
    fn counters_moved_equally_by_a_commit_are_merged() {
        let other = CounterMove { counter: CounterId::new("more"), ..one("a", 1, 0, -1) };
        let moves = Moves { list: vec![one("a", 1, 0, -1), one("b", 1, 0, -1), other], ..Moves::default() };
        let names: Vec<_> = moves.by_commit().into_iter().map(|(names, one)| (names, one.commit.clone())).collect();
        assert_eq!(names, [("jobs, more".to_owned(), Text::from("a")), ("jobs".to_owned(), Text::from("b"))]);
    }

    #[test]
    fn a_shift_counts_unknown_as_left() {
        let before = Amounts { done: 1, left: 5, unknown: 1, dropped: 3 };
        let after = Amounts { done: 4, left: 1, unknown: 2, dropped: 0 };
        assert_eq!(Shift::between(before, after), Shift { done: 3, scope: 0, left: -3 });
    }

    #[test]
    fn the_pull_request_is_read_from_the_message() {
        assert_eq!(pull_of("Type the formula (#1234)"), Some(1234));
        assert_eq!(pull_of("Merge pull request #77 from a/b"), Some(77));
        assert_eq!((pull_of("Fix (#x)"), pull_of("Fix #12"), pull_of("")), (None, None, None));
    }
}
