//! What is left: the jobs that a rule does not call done, for a face that lets people go down to them.

use std::path::{Path, PathBuf};

use super::{Checkout, CheckoutError, Listing, Problem, Reader};
use crate::domain::{Date, JobRow, Judge, Rule, Verdict};
use crate::sources::git::{Commit, Line, Repository};

/// The jobs of a checkout that are left by rules. `domain::tally` groups them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What was read; `None` for a plain folder.
    pub commit: Option<Commit>,
    /// For each rule its jobs, by path, then in the order of the file.
    pub jobs: Vec<Vec<JobRow>>,
    /// Whether these are all: no file was missing.
    pub is_complete: bool,
    /// What could not be counted.
    pub problems: Vec<Problem>,
}

/// Lists what is left by some rules, at the head of a checkout or at its newest commit of a day. Takes about a
/// tenth of a second, so ask in the background.
///
/// `all` are all rules of the roadmap, so that the cache is shared with `offramp count`. A rule with a
/// glob that is none leaves nothing. A plain folder has no past: it is read as it is.
pub fn left<'r>(
    path: &Path,
    all: impl IntoIterator<Item = &'r Rule>,
    rules: &[&Rule],
    day: Option<Date>,
    cache: Option<PathBuf>,
) -> Result<Left, CheckoutError> {
    let mut reader = Reader::new(Checkout::open(path)?, all, cache);
    let listing = listing(&mut reader, path, day)?;
    // What was counted is right all the same; the next time only takes longer.
    let _ = reader.save();
    let jobs = rules.iter().map(|rule| left_by(rule, &reader, &listing)).collect();
    let is_complete = !listing.is_incomplete();
    Ok(Left { commit: listing.commit, jobs, is_complete, problems: listing.problems })
}

fn listing(reader: &mut Reader, path: &Path, day: Option<Date>) -> Result<Listing, CheckoutError> {
    let Some(repository) = reader.checkout().repository().cloned() else { return reader.read_folder(path) };
    let commit = newest(&repository, day, reader.cache())?;
    let listings = reader.read_commits(&repository, std::slice::from_ref(&commit), &mut |_, _| {})?;
    let found = listings.into_iter().find(|listing| listing.has_folder);
    found.ok_or(CheckoutError::NoJobsAt(commit))
}

fn left_by(rule: &Rule, reader: &Reader, listing: &Listing) -> Vec<JobRow> {
    let mut jobs = Vec::new();
    if let Ok(judge) = Judge::new(rule) {
        reader.jobs().of(listing, |job| {
            if judge.verdict(job) == Verdict::Left {
                jobs.push(JobRow::new(job, false));
            }
        });
    }
    jobs
}

/// Finds the newest commit of a checkout, or that of a day; `None` for a plain folder. `cache` is as for [`Reader::new`].
pub fn newest_commit(path: &Path, day: Option<Date>, cache: Option<&Path>) -> Result<Option<Commit>, CheckoutError> {
    match Checkout::open(path)?.repository() {
        Some(repository) => newest(repository, day, cache).map(Some),
        None => Ok(None),
    }
}

fn newest(repository: &Repository, day: Option<Date>, cache: Option<&Path>) -> Result<Commit, CheckoutError> {
    let head = repository.commit("HEAD")?;
    match day.filter(|day| *day < head.date) {
        None => Ok(head),
        Some(day) => Line::read(repository, cache)?.at(day).ok_or(CheckoutError::NothingBefore(day)),
    }
}
