//! Remaining units: lists what rules have not counted as done, for views that drill down to them.

use std::path::{Path, PathBuf};

use super::owners::Owners;
use super::{Checkout, CheckoutError, CheckoutReader, Problem, ProblemKind};
use crate::domain::{Date, Repo, Rule, Unit, UnitState};
use crate::sources::git::{Commit, Repository};

/// The units of a rule that are left in a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// Sorted by path and line, each with its `owner`.
    pub units: Vec<Unit>,
    /// The files that could not be counted.
    pub problems: Vec<Problem>,
    /// Whether the list is complete.
    pub is_complete: bool,
}

/// Lists the units that some rules have left, at the head of a checkout or at its newest commit on or before a day, and
/// returns that commit. Takes 0.1 s or more, so call it in the background.
///
/// `all` are all rules of the roadmap, so that `offramp count` can use the same cache entries. A plain folder has no
/// history and is read as it is.
pub fn remaining<'r>(
    path: &Path,
    all: impl IntoIterator<Item = &'r Rule>,
    rules: &[&Rule],
    day: Option<Date>,
    cache: Option<PathBuf>,
) -> Result<(Option<Commit>, Vec<Remaining>), CheckoutError> {
    let mut reader = CheckoutReader::new(Checkout::open(path)?, rules, all, cache)?;
    let listing = match reader.checkout().repository().cloned() {
        None => reader.read_folder(path),
        Some(repository) => {
            let commit = newest(&repository, day, &mut reader)?;
            let listings = reader.read_commits(&repository, std::slice::from_ref(&commit), &mut |_, _| {})?;
            listings.into_iter().next().expect("each commit has a listing")
        }
    };
    // A failed cache write only makes the next count slower.
    let _ = reader.save(None);
    let owners = Owners::read(&mut reader, &listing)?;
    let mut all = Vec::new();
    for rule in 0..rules.len() {
        let mut units = reader.units(&listing, rule, |state| matches!(state, UnitState::Left | UnitState::Unknown))?;
        let count = reader.count(&listing, rule);
        for unit in &mut units {
            owners.mark(unit);
        }
        all.push(Remaining { units, is_complete: count.is_complete(), problems: count.problems });
    }
    Ok((listing.commit, all))
}

/// Finds the head of a checkout, or its newest commit on or before a day; `None` for a plain folder.
pub fn newest_commit(path: &Path, day: Option<Date>, cache: Option<PathBuf>) -> Result<Option<Commit>, CheckoutError> {
    let checkout = Checkout::open(path)?;
    let Some(repository) = checkout.repository().cloned() else { return Ok(None) };
    let mut reader = CheckoutReader::new(checkout, &[], [], cache)?;
    let commit = newest(&repository, day, &mut reader)?;
    // A failed cache write only makes the next walk slower.
    let _ = reader.save(None);
    Ok(Some(commit))
}

/// Says for each rule why it finds nothing at a commit if the place where it looks is gone. Reads no files.
pub fn gone(path: &Path, rules: &[&Rule], commit: &Commit) -> Result<Vec<Option<String>>, CheckoutError> {
    let checkout = Checkout::open(path)?;
    let Some(repository) = checkout.repository().cloned() else { return Ok(vec![None; rules.len()]) };
    let mut reader = CheckoutReader::new(checkout, rules, [], None)?;
    let listings = reader.list(&repository, &mut repository.objects(), std::slice::from_ref(commit))?;
    let gone = |rule| {
        let mut problems = listings.first().and_then(|listing| reader.seen(listing, rule))?.problems.iter();
        let gone = problems.find(|problem| matches!(problem.kind, ProblemKind::Moved(_) | ProblemKind::Absent))?;
        Some(format!("{}: {}", gone.place(), gone.kind.describe()))
    };
    Ok((0..rules.len()).map(gone).collect())
}

fn newest(repository: &Repository, day: Option<Date>, reader: &mut CheckoutReader) -> Result<Commit, CheckoutError> {
    let head = repository.commit("HEAD")?;
    match day.filter(|day| *day < head.date) {
        None => Ok(head),
        Some(day) => reader.history(repository)?.at(day).ok_or(CheckoutError::NothingBefore(day)),
    }
}

/// Returns the web address of the files of a commit: in the repository it was cloned from, else in the one that the
/// rule names.
pub fn base(repository: &Repository, commit: &Commit, named: Option<&Repo>) -> Option<String> {
    let origin = repository.origin().or_else(|| named.map(|repo| ("https://github.com".to_owned(), repo.clone())));
    let (host, repo) = origin?;
    let step = if host.contains("gitlab") { "-/blob" } else { "blob" };
    Some(format!("{host}/{repo}/{step}/{}", commit.id))
}
