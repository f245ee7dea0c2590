//! Moves: which commits of the main line changed what rules count.

use std::path::{Path, PathBuf};

use super::{Checkout, CheckoutError, CheckoutReader, Listing, base};
use crate::domain::shift::Shift;
use crate::domain::{Date, Rule};
use crate::sources::git::{Commit, CommitHistory, Repository};

/// A commit that changed the count of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMove {
    /// The rule, by its place among those that were asked.
    pub rule: usize,
    /// The commit.
    pub commit: Commit,
    /// The first line of its message.
    pub subject: String,
    /// By how much.
    pub shift: Shift,
}

/// What the commits behind one of the main line changed, up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMoves {
    /// The commit before the first change.
    pub first: Commit,
    /// The last commit.
    pub last: Commit,
    /// By rule, oldest first.
    pub list: Vec<RuleMove>,
    /// For each rule the sum of its changes; `None` where a commit could not be counted as a whole.
    pub sums: Vec<Option<Shift>>,
}

/// What is known of a span of days without walking it for seconds.
#[derive(Debug)]
pub enum MovesBetween {
    /// What moved, and the address under which the repository is shown.
    Found(RuleMoves, Option<String>),
    /// There are this many commits.
    TooMany(usize),
}

/// More commits than this take seconds, and are counted when they are asked for by name.
const MOST: usize = 2_000;

/// Finds what moved some rules of a checkout between the ends of two days; `None` for a plain folder, which has no past.
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
    if later.len() > MOST {
        return Ok(Some(MovesBetween::TooMany(later.len())));
    }
    let commits: Vec<Commit> = std::iter::once(first).chain(later.iter().map(|(commit, _)| commit.clone())).collect();
    let listings = reader.read_commits(&repository, &commits, &mut |_, _| {})?;
    // What was counted is right all the same; the next time only takes longer.
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
    /// Compares each commit with the one before; `listings` are consecutive commits of the main line. `None` without any.
    pub fn moves(&mut self, repository: &Repository, listings: &[Listing]) -> Result<Option<RuleMoves>, CheckoutError> {
        let commits: Vec<&Commit> = listings.iter().filter_map(|listing| listing.commit.as_ref()).collect();
        let (Some(first), Some(last)) = (commits.first(), commits.last()) else { return Ok(None) };
        let later = repository.since(first, last)?;
        let (mut list, mut sums) = (Vec::new(), Vec::new());
        for rule in 0..self.rule_count() {
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

    /// Returns how a count changed from each listing to the next; `None` where two cannot be compared.
    fn shifts(&mut self, listings: &[Listing], rule: usize) -> Option<Vec<Shift>> {
        let shift = |[before, now]: &[Listing; 2]| {
            let amounts = |reader: &mut Self, listing| reader.count(listing, rule).amounts;
            let is_gone = self.has_place(before, rule) && !self.has_place(now, rule);
            (!is_gone && self.is_comparable(before, now, rule))
                .then(|| Shift::between(amounts(self, before), amounts(self, now)))
        };
        listings.array_windows().map(shift).collect()
    }
}
