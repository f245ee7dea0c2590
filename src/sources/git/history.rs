//! The main line: the last commit of every day along the first parents of the head.
//!
//! What lies behind a commit never changes, so a cached line is only extended. Walking all of test-infra takes
//! Git half a second.

use super::{Commit, GitError, Repository};
use crate::domain::Date;

/// The commits of a main line that were the last of their day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitHistory {
    /// Newest first, each on an earlier day than the one before.
    days: Vec<Commit>,
    is_shallow: bool,
}

impl CommitHistory {
    /// Reads the line of a repository's head. `known` are the days of an earlier head, newest first.
    pub(crate) fn read(repository: &Repository, known: Vec<Commit>) -> Result<Self, GitError> {
        let head = repository.commit("HEAD")?;
        let is_shallow = repository.is_shallow();
        // A shallow clone can be deepened, and then there is more behind its commits.
        let known = if is_shallow { Vec::new() } else { known };
        let days = if known.first() == Some(&head) { known } else { walk(repository, known)? };
        Ok(Self { days, is_shallow })
    }

    /// Returns the last commit of every day, newest first. Clocks are not always right: a commit that
    /// is younger than one of its children represents no day.
    pub fn days(&self) -> impl Iterator<Item = &Commit> {
        self.days.iter()
    }

    /// Returns the newest commit that is not younger than a day.
    pub fn at(&self, date: Date) -> Option<Commit> {
        self.days.iter().find(|commit| commit.date <= date).cloned()
    }

    /// Returns the last commit of its first day.
    pub fn oldest(&self) -> Option<&Commit> {
        self.days.last()
    }

    /// Whether the clone is shallow, so that the line ends before its beginning.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }
}

/// Walks from the head to what is known, or to the end.
fn walk(repository: &Repository, known: Vec<Commit>) -> Result<Vec<Commit>, GitError> {
    let mut days: Vec<Commit> = Vec::new();
    let mut is_met = false;
    repository.first_parents("HEAD", |commit| {
        is_met = known.first().is_some_and(|known| known.id == commit.id);
        if !is_met {
            add(&mut days, commit);
        }
        !is_met
    })?;
    let older = if is_met { known } else { Vec::new() };
    for commit in older {
        add(&mut days, commit);
    }
    Ok(days)
}

fn add(days: &mut Vec<Commit>, commit: Commit) {
    // What Git shows for a date that it cannot read; one such commit would hide all before it.
    if commit.date == Date::default() {
        return;
    }
    if days.last().is_none_or(|last| commit.date < last.date) {
        days.push(commit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(id: char, date: &str) -> Commit {
        Commit { id: id.to_string().repeat(40).into(), date: date.parse().unwrap() }
    }

    fn line() -> CommitHistory {
        let mut days = Vec::new();
        for (id, date) in [('a', "2020-03-02"), ('b', "2020-03-02"), ('c', "2020-02-10"), ('d', "2020-02-11")] {
            add(&mut days, commit(id, date));
        }
        CommitHistory { days, is_shallow: false }
    }

    #[test]
    fn a_day_has_its_last_commit_and_a_wrong_clock_stands_for_none() {
        let days: Vec<Commit> = line().days().cloned().collect();
        assert_eq!(days, [commit('a', "2020-03-02"), commit('c', "2020-02-10")]);
    }

    #[test]
    fn a_commit_without_a_date_hides_none_before_it() {
        let mut days = Vec::new();
        for (id, date) in [('a', "2020-03-02"), ('b', "1970-01-01"), ('c', "2020-02-10")] {
            add(&mut days, commit(id, date));
        }
        assert_eq!(days, [commit('a', "2020-03-02"), commit('c', "2020-02-10")]);
    }

    #[test]
    fn the_commit_of_a_day_is_the_newest_that_is_not_younger() {
        let at = |date: &str| line().at(date.parse().unwrap());
        assert_eq!(at("2020-03-01"), Some(commit('c', "2020-02-10")));
        assert_eq!((at("2020-03-02"), at("2020-02-09")), (Some(commit('a', "2020-03-02")), None));
    }
}
