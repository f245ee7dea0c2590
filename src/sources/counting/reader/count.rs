//! Counts: what a rule finds in some files, and what could not be read.

use super::super::problem::Problem;
use crate::domain::Amounts;

/// The result of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// The amounts in the files that could be read.
    pub amounts: Amounts,
    /// A bit for each test of an `entries` rule whose field some entry has, in the order of the rule.
    pub fields: u64,
    /// The number of files examined.
    pub files: usize,
    /// The number of those that could not be read.
    pub unread: usize,
    /// The problems, by path.
    pub problems: Vec<Problem>,
}

impl Count {
    /// Whether no problem hides units, so that the amounts are totals.
    pub fn is_complete(&self) -> bool {
        !self.problems.iter().any(|problem| problem.kind.hides_units())
    }

    /// Whether the count is complete and every file was parsed, so that it can become a reading.
    pub fn is_whole(&self) -> bool {
        self.is_complete() && !self.has_broken()
    }

    /// Whether a file could not be parsed.
    pub fn has_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind.is_broken())
    }

    /// Returns what is left in the files that could be read.
    pub fn left(&self) -> u64 {
        self.amounts.progress().left()
    }

    /// Adds the count of another folder.
    pub(super) fn add(&mut self, other: &Self) {
        self.amounts.add(other.amounts);
        self.fields |= other.fields;
        self.files += other.files;
        self.unread += other.unread;
        self.problems.extend_from_slice(&other.problems);
    }
}
