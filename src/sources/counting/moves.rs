//! Moves: the commits of the main line that changed the count of a rule.

use std::path::{Path, PathBuf};

use super::{Checkout, CheckoutError, CheckoutReader, Listing, base};
use crate::domain::shift::Shift;
use crate::domain::{Date, Rule};
use crate::sources::git::{Commit, CommitHistory, Repository};

/// A commit that changed the count of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMove {
    /// The index of the rule among those passed in.
    pub rule: usize,
    /// The commit.
    pub commit: Commit,
    /// The first line of its message.
    pub subject: String,
    /// The change.
    pub shift: Shift,
}

/// The changes made by the commits between two commits of the main line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMoves {
    /// The commit before the first change.
    pub first: Commit,
    /// The last commit.
    pub last: Commit,
    /// The changes by rule, oldest first.
    pub list: Vec<RuleMove>,
    /// The sum of each rule's changes; `None` if two consecutive commits cannot be compared.
    pub sums: Vec<Option<Shift>>,
}

/// The moves in a span of days, unless it has too many commits to count quickly.
#[derive(Debug)]
pub enum MovesBetween {
    /// The moves, and the web address of the repository.
    Found(RuleMoves, Option<String>),
    /// The span has this many commits.
    TooMany(usize),
}

/// More commits than this take seconds to count, so only `count --by commit` does it.
const MOST_COMMITS: usize = 2_000;

/// Finds the moves of some rules between the ends of two days; `None` for a plain folder, which has no history.
pub fn moves_between<'r>(
    path: &Path,
    all: impl IntoIterator<Item = &'r Rule>,
    rules: &[&Rule],
    (since, until): (Date, Date),
    cache: Option<PathBuf>,
) -> Result<Option<MovesBetween>, CheckoutError> {
    let mut reader = CheckoutReader::new(Checkout::open(path)?, rules, all, cache)?;
    let Some(repository) = reader.checkout().repository().cloned() else { return Ok(None) };
    let history = reader.history(&repository)?;
    let at = |day| history.at(day).ok_or_else(|| nothing_before(day, &history));
    let (first, last) = (at(since)?, at(until)?);
    let later = repository.since(&first, &last)?;
    if later.len() > MOST_COMMITS {
        return Ok(Some(MovesBetween::TooMany(later.len())));
    }
    let commits: Vec<Commit> = std::iter::once(first).chain(later.iter().map(|(commit, _)| commit.clone())).collect();
    let listings = reader.read_commits(&repository, &commits, &mut |_, _| {})?;
    // A failed cache write only makes the next count slower.
    let _ = reader.save(None);
    let named = rules.first().and_then(|rule| rule.repo.as_ref());
    let web = commits.last().and_then(|last| base(&repository, last, named));
    let web = web.and_then(|web| Some(web.rsplit_once("/blob/")?.0.to_owned()));
    Ok(reader.moves(&repository, &listings)?.map(|moves| MovesBetween::Found(moves, web)))
}

fn nothing_before(day: Date, history: &CommitHistory) -> CheckoutError {
    match history.oldest().filter(|_| history.is_shallow()) {
        Some(oldest) => CheckoutError::Shallow(oldest.date),
        None => CheckoutError::NothingBefore(day),
    }
}

impl CheckoutReader {
    /// Compares each commit with the one before; `listings` are consecutive commits of the main line. `None` if empty.
    pub fn moves(&mut self, repository: &Repository, listings: &[Listing]) -> Result<Option<RuleMoves>, CheckoutError> {
        let commits: Vec<&Commit> = listings.iter().filter_map(|listing| listing.commit.as_ref()).collect();
        let (Some(first), Some(last)) = (commits.first(), commits.last()) else { return Ok(None) };
        let later = repository.since(first, last)?;
        let (mut list, mut sums) = (Vec::new(), Vec::new());
        for rule in 0..self.sources.len() {
            let shifts = self.shifts(listings, rule);
            sums.push(shifts.as_ref().map(|shifts| shifts.iter().copied().fold(Shift::default(), Shift::plus)));
            for ((commit, subject), shift) in later.iter().zip(shifts.unwrap_or_default()) {
                if !shift.is_none() {
                    list.push(RuleMove { rule, commit: commit.clone(), subject: subject.clone(), shift });
                }
            }
        }
        Ok(Some(RuleMoves { first: (*first).clone(), last: (*last).clone(), list, sums }))
    }

    /// Returns the change from each listing to the next; `None` if any two cannot be compared.
    fn shifts(&mut self, listings: &[Listing], rule: usize) -> Option<Vec<Shift>> {
        let shift = |[before, now]: &[Listing; 2]| {
            let amounts = |reader: &mut Self, listing| reader.count(listing, rule).amounts;
            self.is_comparable(before, now, rule).then(|| Shift::between(amounts(self, before), amounts(self, now)))
        };
        listings.array_windows().map(shift).collect()
    }
}
