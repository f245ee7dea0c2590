//! Figures: what rules say of the jobs of a listing.

use std::collections::HashMap;

use super::Which;
use crate::domain::tally::{By, Group, Tally};
use crate::domain::{Counter, GroupId, JobRow, Judge, Progress, Reading, Rule, Verdict};
use crate::sources::counting::{File, Jobs, Listing, ProblemKind};

/// A counter, one of its rules, and that rule ready to be asked.
pub(super) struct Ask<'r> {
    pub(super) counter: &'r Counter,
    pub(super) rule: &'r Rule,
    judge: Judge,
}

impl<'r> Ask<'r> {
    pub(super) fn new(counter: &'r Counter, rule: &'r Rule) -> Result<Self, crate::domain::rule::BadGlob> {
        Ok(Self { counter, rule, judge: Judge::new(rule)? })
    }
}

/// Done and total of a counter by a rule, of the jobs that could be seen.
pub(super) struct Figure<'r> {
    pub(super) counter: &'r Counter,
    pub(super) rule: &'r Rule,
    /// Of the jobs that were seen.
    pub(super) seen: Progress,
    /// Whether these are all.
    pub(super) is_complete: bool,
}

impl Figure<'_> {
    /// Returns what is known of all jobs.
    pub(super) fn progress(&self) -> Option<Progress> {
        self.is_complete.then_some(self.seen)
    }

    /// Returns the reading to keep; an incomplete figure is none.
    pub(super) fn reading(&self, listing: &Listing) -> Option<Reading> {
        let commit = listing.commit.as_ref()?;
        let broken = listing.problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::Broken(_))).count();
        let note = (broken > 0).then(|| format!("{broken} broken files not counted"));
        let progress = self.progress()?;
        Some(Reading { date: commit.date, progress, rule: self.rule.version, commit: Some(commit.id.clone()), note })
    }
}

/// Counts the jobs of listings by every rule. Months have most of their files in common: what the
/// rules say of a file is found out once.
pub(super) struct Count<'r, 'a> {
    asks: &'a [Ask<'r>],
    jobs: &'a Jobs<'a>,
    known: HashMap<File<'a>, Vec<Progress>>,
}

impl<'r, 'a> Count<'r, 'a> {
    /// Begins with nothing known.
    pub(super) fn new(asks: &'a [Ask<'r>], jobs: &'a Jobs<'a>) -> Self {
        Self { asks, jobs, known: HashMap::new() }
    }

    /// Counts the jobs of a listing by every rule.
    pub(super) fn of(&mut self, listing: &'a Listing) -> Vec<Figure<'r>> {
        let nothing = || vec![Progress { done: 0, total: 0 }; self.asks.len()];
        let mut seen = nothing();
        for file in self.jobs.files(listing) {
            let of_file = self.known.entry(file).or_insert_with(|| count(self.asks, self.jobs, file, nothing()));
            for (seen, more) in seen.iter_mut().zip(of_file) {
                seen.total += more.total;
                seen.done += more.done;
            }
        }
        let is_complete = !listing.is_incomplete();
        let figure =
            |(ask, seen): (&Ask<'r>, Progress)| Figure { counter: ask.counter, rule: ask.rule, seen, is_complete };
        self.asks.iter().zip(seen).map(figure).collect()
    }
}

/// Adds the jobs of a file to what was seen.
fn count(asks: &[Ask<'_>], jobs: &Jobs<'_>, file: File<'_>, mut seen: Vec<Progress>) -> Vec<Progress> {
    jobs.of_file(file, |job| {
        for (ask, seen) in asks.iter().zip(&mut seen) {
            let verdict = ask.judge.verdict(job);
            seen.total += u64::from(verdict != Verdict::OutOfScope);
            seen.done += u64::from(verdict == Verdict::Done);
        }
    });
    seen
}

/// Counts the jobs of a listing in groups, by every rule.
pub(super) fn groups<'a, 'r>(
    asks: &'a [Ask<'r>],
    jobs: &Jobs<'_>,
    listing: &Listing,
    by: By,
) -> Vec<(&'a Ask<'r>, Vec<Group>)> {
    let mut tallies: Vec<Tally> = asks.iter().map(|_| Tally::new(by)).collect();
    jobs.of(listing, |job| {
        for (ask, tally) in asks.iter().zip(&mut tallies) {
            match ask.judge.verdict(job) {
                Verdict::OutOfScope => {}
                verdict => tally.add(job, verdict == Verdict::Done),
            }
        }
    });
    asks.iter().zip(tallies).map(|(ask, tally)| (ask, tally.groups())).collect()
}

/// Lists the jobs of a listing that a rule calls done, or does not.
pub(super) fn jobs(
    asks: &[Ask<'_>],
    jobs: &Jobs<'_>,
    listing: &Listing,
    which: Which,
    sig: Option<&str>,
) -> Vec<JobRow> {
    let Some(ask) = asks.first() else { return Vec::new() };
    let wanted = match which {
        Which::Left => Verdict::Left,
        Which::Done => Verdict::Done,
    };
    let mut rows = Vec::new();
    jobs.of(listing, |job| {
        if ask.judge.verdict(job) == wanted {
            rows.push(JobRow::new(job, wanted == Verdict::Done));
        }
    });
    if let Some(sig) = sig {
        let wanted = GroupId::from_label(sig).unwrap_or_else(|| GroupId::new(sig));
        rows.retain(|row| {
            row.sigs.iter().any(|sig| *sig == wanted || sig.as_str().strip_prefix("sig-") == Some(wanted.as_str()))
        });
    }
    rows
}
