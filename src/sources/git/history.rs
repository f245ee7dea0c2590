//! The main line: the last commit of every day along the first parents of the head.
//!
//! The ancestors of a commit never change, so a cached line is only extended. Walking all of test-infra takes Git
//! half a second.

use super::{Commit, GitError, Repository};
use crate::domain::Date;

/// The commits of a main line that were the last of their day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitHistory {
    /// The newest of each run of commits with the same date, in commit order, newest first.
    line: Vec<Commit>,
    /// The commits that represent days: newest first, with strictly falling dates.
    days: Vec<Commit>,
    is_shallow: bool,
}

impl CommitHistory {
    /// Reads the main line of a repository's head. `known` is the cached line of an earlier head.
    pub(crate) fn read(repository: &Repository, known: Vec<Commit>) -> Result<Self, GitError> {
        let head = repository.commit("HEAD")?;
        let is_shallow = repository.is_shallow();
        // Deepening a shallow clone adds ancestors to known commits.
        let known = if is_shallow { Vec::new() } else { known };
        let line = if known.first() == Some(&head) { known } else { walk(repository, "HEAD", known)? };
        Ok(Self::of(line, is_shallow))
    }

    /// Reads the line that ends with a commit.
    pub fn before(repository: &Repository, head: &Commit) -> Result<Self, GitError> {
        Ok(Self::of(walk(repository, &head.id, Vec::new())?, repository.is_shallow()))
    }

    fn of(line: Vec<Commit>, is_shallow: bool) -> Self {
        Self { days: days_of(&line), line, is_shallow }
    }

    /// Returns the line as the cache keeps it, so that a later head only extends it.
    pub(crate) fn line(&self) -> &[Commit] {
        &self.line
    }

    /// Returns the last commit of every day, newest first. If dates contradict the order of commits because of wrong
    /// clocks, as few commits as possible are left out.
    pub fn days(&self) -> impl Iterator<Item = &Commit> {
        self.days.iter()
    }

    /// Returns the newest commit on or before a day.
    pub fn at(&self, date: Date) -> Option<Commit> {
        self.days.iter().find(|commit| commit.date <= date).cloned()
    }

    /// Returns the last commit of the first day.
    pub fn oldest(&self) -> Option<&Commit> {
        self.days.last()
    }

    /// Whether the clone is shallow, so that older commits are missing.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }
}

/// Walks from the head to the first known commit, or to the root.
fn walk(repository: &Repository, head: &str, known: Vec<Commit>) -> Result<Vec<Commit>, GitError> {
    let mut line: Vec<Commit> = Vec::new();
    let mut is_met = false;
    repository.first_parents(head, |commit| {
        is_met = known.first().is_some_and(|known| known.id == commit.id);
        if !is_met {
            add(&mut line, commit);
        }
        !is_met
    })?;
    let older = if is_met { known } else { Vec::new() };
    for commit in older {
        add(&mut line, commit);
    }
    Ok(line)
}

fn add(line: &mut Vec<Commit>, commit: Commit) {
    // Git shows 1970-01-01 for a date that it cannot parse.
    if commit.date != Date::default() && line.last().is_none_or(|last| commit.date != last.date) {
        line.push(commit);
    }
}

/// Picks the commits that represent days: the longest selection with falling dates, so that a wrong date, past or
/// future, excludes only its own commit. If in doubt, the head is assumed to be right.
fn days_of(line: &[Commit]) -> Vec<Commit> {
    let mut line: Vec<&Commit> = line.iter().collect();
    // A committer in a western time zone can be a day behind: the newer commit then represents both days.
    line.dedup_by(|older, newer| older.date >= newer.date && Some(older.date) <= newer.date.succ_opt());
    let days = longest_fall(&line);
    let head = line.first().map(|head| head.date);
    line.retain(|commit| Some(commit.date) <= head);
    let from_head = longest_fall(&line);
    let days = if from_head.len() < days.len() { days } else { from_head };
    days.into_iter().rev().cloned().collect()
}

/// Returns a longest subsequence with falling dates, oldest first, by patience sorting. Of equally long ones it prefers
/// later dates, since wrong clocks are behind more often than ahead.
fn longest_fall<'c>(line: &[&'c Commit]) -> Vec<&'c Commit> {
    // The index at which the best subsequence of each length ends, and the predecessor of each commit.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    let date = |place: usize| line.get(place).map(|commit| commit.date);
    for (place, commit) in line.iter().enumerate() {
        let length = ends.partition_point(|end| date(*end) > Some(commit.date));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) if date(*end) < Some(commit.date) => *end = place,
            Some(_) => {}
            None => ends.push(place),
        }
    }
    std::iter::successors(ends.last().copied(), |place| before.get(*place).copied().flatten())
        .filter_map(|place| line.get(place).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(id: char, date: &str) -> Commit {
        Commit { id: id.to_string().repeat(40).into(), date: date.parse().unwrap() }
    }

    /// A history of commits named a, b, c …, newest first.
    fn history(dates: &[&str]) -> CommitHistory {
        let mut line = Vec::new();
        for (id, date) in ('a'..).zip(dates) {
            add(&mut line, commit(id, date));
        }
        CommitHistory::of(line, false)
    }

    /// The letters of the commits that represent days.
    fn days(dates: &[&str]) -> String {
        history(dates).days().filter_map(|commit| commit.id.chars().next()).collect()
    }

    #[test]
    fn a_western_time_zone_hides_no_commit() {
        assert_eq!(days(&["2020-03-02", "2020-03-02", "2020-02-10", "2020-02-11", "2020-02-10", "2020-02-01"]), "acf");
    }

    #[test]
    fn a_wrong_date_excludes_only_its_own_commit() {
        for wrong in ["1970-01-01", "1970-01-02", "2001-01-01", "2020-01-05", "2038-01-19"] {
            assert_eq!(days(&["2020-03-02", wrong, "2020-02-10", "2020-02-01"]), "acd", "{wrong} in the midst");
            assert_eq!(days(&[wrong, "2020-03-02", "2020-02-10"]), if wrong > "2020-03-02" { "abc" } else { "bc" });
        }
        assert_eq!(days(&["2020-03-02", "2001-01-01", "2020-02-10"]), "ac", "even where either could be wrong");
    }

    #[test]
    fn several_wrong_dates_exclude_only_their_commits() {
        let dates = ["2020-05-01", "2001-01-03", "2001-01-02", "2020-04-01", "2030-01-01", "2020-03-01", "2020-02-01"];
        assert_eq!(days(&dates), "adfg");
    }

    #[test]
    fn an_extended_line_equals_one_read_at_once() {
        let dates = ["2020-03-02", "2001-01-01", "2020-02-11", "2020-02-11", "2020-02-12", "2020-02-10", "2020-02-10"];
        let whole = history(&dates);
        for cut in 1..dates.len() {
            let commits: Vec<Commit> = ('a'..).zip(dates).map(|(id, date)| commit(id, date)).collect();
            let (mut line, mut known) = (Vec::new(), Vec::new());
            commits[cut..].iter().for_each(|commit| add(&mut known, commit.clone()));
            commits[..cut].iter().cloned().chain(known).for_each(|commit| add(&mut line, commit));
            assert_eq!(CommitHistory::of(line, false), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_day_has_the_newest_commit_on_or_before_it() {
        let history = history(&["2020-03-02", "2020-03-02", "2020-02-10", "2020-02-11"]);
        let at = |date: &str| history.at(date.parse().unwrap());
        assert_eq!(at("2020-03-01"), Some(commit('c', "2020-02-10")));
        assert_eq!((at("2020-03-02"), at("2020-02-09")), (Some(commit('a', "2020-03-02")), None));
    }
}
