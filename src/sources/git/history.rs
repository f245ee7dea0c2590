//! The main line: the last commit of every day along the first parents of the head.
//!
//! What lies behind a commit never changes, so a cached line is only extended. Walking all of test-infra takes
//! Git half a second.

use super::{Commit, GitError, Repository};
use crate::domain::Date;

/// The commits of a main line that were the last of their day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitHistory {
    /// Of commits that follow each other and have one date, the newest; newest first, whatever their dates are.
    line: Vec<Commit>,
    /// Newest first, each on an earlier day than the one before.
    days: Vec<Commit>,
    is_shallow: bool,
}

impl CommitHistory {
    /// Reads the line of a repository's head. `known` is the line of an earlier head.
    pub(crate) fn read(repository: &Repository, known: Vec<Commit>) -> Result<Self, GitError> {
        let head = repository.commit("HEAD")?;
        let is_shallow = repository.is_shallow();
        // A shallow clone can be deepened, and then there is more behind its commits.
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

    /// Returns the last commit of every day, newest first. Clocks are not always right: where dates contradict the
    /// order of the commits, as few commits as possible represent no day.
    pub fn days(&self) -> impl Iterator<Item = &Commit> {
        self.days.iter()
    }

    /// Returns the newest commit on or before a day.
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
    // The first day of Unix is what Git shows for a date that it cannot read.
    if commit.date != Date::default() && line.last().is_none_or(|last| commit.date != last.date) {
        line.push(commit);
    }
}

/// Picks the commits that represent days: as many as can be had with dates that fall along the line, so that one wrong
/// date, in the past or in the future, costs only its own commit. In doubt the head is right.
fn days_of(line: &[Commit]) -> Vec<Commit> {
    let mut line: Vec<&Commit> = line.iter().collect();
    // A committer further west is a day behind: the newer commit represents both days.
    line.dedup_by(|older, newer| older.date >= newer.date && Some(older.date) <= newer.date.succ_opt());
    let days = longest_fall(&line);
    let head = line.first().map(|head| head.date);
    line.retain(|commit| Some(commit.date) <= head);
    let from_head = longest_fall(&line);
    let days = if from_head.len() < days.len() { days } else { from_head };
    days.into_iter().rev().cloned().collect()
}

/// Returns a longest selection whose dates fall, oldest first; of equally long ones, that with the later dates, since wrong
/// clocks are behind more often than ahead. This is patience sorting.
fn longest_fall<'c>(line: &[&'c Commit]) -> Vec<&'c Commit> {
    // For each length the place where the best selection of that length ends; for each commit the one before it.
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
    fn a_day_has_its_last_commit_and_a_calendar_a_day_behind_hides_none() {
        assert_eq!(days(&["2020-03-02", "2020-03-02", "2020-02-10", "2020-02-11", "2020-02-10", "2020-02-01"]), "acf");
    }

    #[test]
    fn one_wrong_date_costs_only_its_own_commit() {
        for wrong in ["1970-01-01", "1970-01-02", "2001-01-01", "2020-01-05", "2038-01-19"] {
            assert_eq!(days(&["2020-03-02", wrong, "2020-02-10", "2020-02-01"]), "acd", "{wrong} in the midst");
            assert_eq!(days(&[wrong, "2020-03-02", "2020-02-10"]), if wrong > "2020-03-02" { "abc" } else { "bc" });
        }
        assert_eq!(days(&["2020-03-02", "2001-01-01", "2020-02-10"]), "ac", "even where either could be wrong");
    }

    #[test]
    fn several_wrong_dates_are_told_from_the_many_right_ones() {
        let dates = ["2020-05-01", "2001-01-03", "2001-01-02", "2020-04-01", "2030-01-01", "2020-03-01", "2020-02-01"];
        assert_eq!(days(&dates), "adfg");
    }

    #[test]
    fn a_line_that_is_extended_has_the_days_of_one_that_is_read_at_once() {
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
    fn the_commit_of_a_day_is_the_newest_that_is_not_younger() {
        let history = history(&["2020-03-02", "2020-03-02", "2020-02-10", "2020-02-11"]);
        let at = |date: &str| history.at(date.parse().unwrap());
        assert_eq!(at("2020-03-01"), Some(commit('c', "2020-02-10")));
        assert_eq!((at("2020-03-02"), at("2020-02-09")), (Some(commit('a', "2020-03-02")), None));
    }
}
