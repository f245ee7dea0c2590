//! Progress of a running sync: how far it is, and what it knows at the end of each phase.

use super::SyncRun;
use super::request::SyncProgress;
use crate::domain::{Absence, Issue, IssueRef, Snapshot};

/// Progress of a running sync.
#[derive(Clone, Copy)]
pub enum News<'a> {
    /// A request was answered.
    Progress(SyncProgress),
    /// A phase that brought something is over.
    Facts(SyncFacts<'a>),
}

/// What a sync knows by the end of a phase. Costs nothing where the snapshot is not asked for.
#[derive(Clone, Copy)]
pub struct SyncFacts<'a>(&'a SyncRun<'a>);

impl SyncFacts<'_> {
    /// Copies the old facts and all that came. An issue that did not come may have its body in the cache alone.
    pub fn snapshot(&self) -> Snapshot {
        let run = self.0;
        let issues: Vec<Issue> = run.issues.values().cloned().collect();
        let missing = run.absent().map(|(id, why)| (id.clone(), why.clone())).collect();
        // As of a sync that ends early: data is as new as the last one that got an answer to everything.
        Snapshot::new(run.fetched_at, issues, missing)
    }
}

impl SyncRun<'_> {
    /// Hands out what is known at the end of a phase, where the phase brought something.
    pub(super) fn hand_out(&mut self) {
        if std::mem::take(&mut self.has_news) {
            (self.tell)(News::Facts(SyncFacts(self)));
        }
    }

    /// Returns what is wanted and not there, and why.
    pub(super) fn absent(&self) -> impl Iterator<Item = (&IssueRef, &Absence)> {
        let unasked = self.wanted.iter().filter(|id| !self.missing.contains_key(*id));
        let all = self.missing.iter().chain(unasked.map(|id| (id, &Absence::NotFetched)));
        all.filter(|(id, _)| !self.issues.contains_key(*id))
    }
}
