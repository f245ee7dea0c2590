//! What is left: the jobs that a rule does not call done, for a face that lets people go down to them.

use std::path::{Path, PathBuf};

use super::{Checkout, CheckoutError, Commit, Problem, Reader};
use crate::domain::{JobRow, Judge, Rule, Verdict};

/// The jobs of a checkout that are left by a rule. `domain::tally` groups them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What was read; `None` for a plain folder.
    pub commit: Option<Commit>,
    /// By path, then in the order of the file.
    pub jobs: Vec<JobRow>,
    /// Whether these are all: no file was missing.
    pub is_complete: bool,
    /// What could not be counted.
    pub problems: Vec<Problem>,
}

/// Lists what is left at the head of a checkout; takes about a tenth of a second, so ask in the background.
///
/// `rules` are all rules of the roadmap, so that the cache is shared with `offramp count`. A rule with a
/// glob that is none leaves nothing.
pub fn left<'r>(
    path: &Path,
    rules: impl IntoIterator<Item = &'r Rule>,
    rule: &Rule,
    cache: Option<PathBuf>,
) -> Result<Left, CheckoutError> {
    let mut reader = Reader::new(Checkout::open(path)?, rules, cache);
    let listing = match reader.checkout().repository().cloned() {
        None => reader.read_folder(path)?,
        Some(repository) => {
            let head = repository.commit("HEAD")?;
            let listings = reader.read_commits(&repository, std::slice::from_ref(&head), &mut |_, _| {})?;
            let found = listings.into_iter().find(|listing| listing.has_folder);
            found.ok_or(CheckoutError::NoJobsAt(head))?
        }
    };
    // What was counted is right all the same; the next time only takes longer.
    let _ = reader.save();
    let mut jobs = Vec::new();
    if let Ok(judge) = Judge::new(rule) {
        reader.jobs().of(&listing, |job| {
            if judge.verdict(job) == Verdict::Left {
                jobs.push(JobRow::new(job, false));
            }
        });
    }
    let is_complete = !listing.is_incomplete();
    Ok(Left { commit: listing.commit, jobs, is_complete, problems: listing.problems })
}
