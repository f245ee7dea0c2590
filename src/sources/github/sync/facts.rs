//! News of a running sync: its progress, and the facts after each phase.

use super::SyncRun;
use super::request::SyncProgress;
use crate::domain::{Absence, Issue, IssueRef, Snapshot};

/// News of a running sync.
#[derive(Clone, Copy)]
pub enum News<'a> {
    /// A request was answered.
    Progress(SyncProgress),
    /// A phase with new facts has ended.
    Facts(SyncFacts<'a>),
}

/// The facts at the end of a phase. Costs nothing unless the snapshot is taken.
#[derive(Clone, Copy)]
pub struct SyncFacts<'a>(&'a SyncRun<'a>);

impl SyncFacts<'_> {
    /// Copies all facts, old and new. The body of an issue that was not fetched may only be in the cache.
    pub fn snapshot(&self) -> Snapshot {
        let run = self.0;
        let issues: Vec<Issue> = run.issues.values().cloned().collect();
        let missing = run.absent().map(|(id, why)| (id.clone(), why.clone())).collect();
        // As after a sync that ends early: data is as old as the last complete sync.
        Snapshot::new(run.fetched_at, issues, missing)
    }
}

impl SyncRun<'_> {
    /// Reports the facts at the end of a phase, if there are new ones.
    pub(super) fn report_facts(&mut self) {
        if std::mem::take(&mut self.has_news) {
            (self.tell)(News::Facts(SyncFacts(self)));
        }
    }

    /// Returns the wanted issues that are missing, with the reason.
    pub(super) fn absent(&self) -> impl Iterator<Item = (&IssueRef, &Absence)> {
        let not_fetched = self.wanted.iter().filter(|id| !self.missing.contains_key(*id));
        let all = self.missing.iter().chain(not_fetched.map(|id| (id, &Absence::NotFetched)));
        all.filter(|(id, _)| !self.issues.contains_key(*id))
    }
}
