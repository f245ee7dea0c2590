//! Reads the whole home repository for `--all`, by time, and checks the number of issues later.

use std::collections::BTreeSet;

use super::super::client::GithubError;
use super::super::wire::rest;
use super::SyncRun;
use crate::domain::{Absence, FactKind, Issue, IssueRef, Timestamp};

/// The maximum age of the last count of the whole repository without `--all`, in seconds.
const RECOUNT: i64 = 86_400;

/// Up to this many unread issues are requested by number; with more, everything is read again.
const BY_NAME: usize = 20;

impl SyncRun<'_> {
    /// Reads the whole home repository, continuing where an earlier reading stopped.
    pub(super) async fn whole(&mut self, from: Option<Timestamp>) -> Result<(), GithubError> {
        let before: BTreeSet<IssueRef> = self.of_home().cloned().collect();
        let now = self.request.now;
        let list = self.home_list();
        // In case this reading ends early.
        (list.whole, list.whole_until) = (None, from);
        let began = list.whole_began.filter(|_| from.is_some()).unwrap_or(now);
        list.whole_began = Some(began);
        self.is_reading_whole = true;
        let odd_before = self.summary.odd.len();
        let reached = self.read_list(from, None).await;
        self.is_reading_whole = false;
        let reached = reached?;
        // The same entry may be on two pages.
        let odd: BTreeSet<&String> = self.summary.odd.iter().skip(odd_before).collect();
        let unreadable = odd.len();
        let was_seen = |id: &IssueRef| {
            let at = self.issues.get(id).and_then(|issue| issue.fetch_states.of(FactKind::Fields).at());
            self.fresh.contains_key(id) || (from.is_some() && at >= Some(began))
        };
        let gone = before.into_iter().filter(|id| !was_seen(id)).collect();
        self.forget(gone);
        let list = self.home_list();
        (list.whole, list.whole_until, list.whole_began) = (Some(now), None, None);
        list.unreadable = unreadable;
        self.summary.whole_until = None;
        self.settle(reached).await
    }

    /// Stores the progress of a reading of the whole repository.
    pub(super) fn note_whole(&mut self, last: Option<Timestamp>) {
        if self.is_reading_whole && last > self.home_list().whole_until {
            self.home_list().whole_until = last;
            self.summary.whole_until = last;
        }
    }

    /// Checks the whole home repository, if it is kept, and fetches facts that reading it again made unknown.
    pub(super) async fn facts_after_whole(&mut self) -> Result<(), GithubError> {
        if self.check_whole().await? {
            self.requested.clear();
            self.fetch_followed_facts().await?;
        }
        Ok(())
    }

    /// If the whole repository is kept, compares the number of issues with the number of known ones, and reads all of
    /// them again if they differ; returns whether it did. No list shows deleted or transferred issues.
    async fn check_whole(&mut self) -> Result<bool, GithubError> {
        let Some(list) = self.state.lists.get(&self.request.home) else { return Ok(false) };
        let (Some(at), unreadable) = (list.whole, list.unreadable) else { return Ok(false) };
        let unread = self.unread_of_home();
        if unread.len() > BY_NAME {
            return self.whole(None).await.map(|()| true);
        }
        self.fetch(unread, Vec::new()).await?;
        if !self.request.all && !self.request.is_older(at, RECOUNT) {
            return Ok(false);
        }
        let repo = self.current(&self.request.home);
        let address = format!("/repos/{repo}/issues?state=all&per_page=1");
        let answer = self.client.get(&address, None, rest::page).await?;
        self.report();
        let counted = answer.pages.or((answer.next.is_none()).then_some(1)).map(u64::from);
        let known = (self.of_home().count() + unreadable) as u64;
        let is_as_known = match counted {
            Some(counted) => counted == known,
            None => self.ends_with(&address, known).await?,
        };
        if is_as_known {
            if let Some(list) = self.state.lists.get_mut(&self.request.home) {
                list.whole = Some(self.request.now);
            }
            return Ok(false);
        }
        self.whole(None).await.map(|()| true)
    }

    /// Whether a list with one entry per page ends at a given page: GitHub does not always link to the last one.
    async fn ends_with(&self, address: &str, page: u64) -> Result<bool, GithubError> {
        let answer = match self.client.get(&format!("{address}&page={page}"), None, rest::page).await {
            Err(error) if !self.client.ends_the_sync(&error) => return Ok(false),
            other => other?,
        };
        self.report();
        let there = answer.content.unwrap_or_default();
        Ok(answer.next.is_none() && there.issues.len() + there.odd.len() == 1)
    }

    /// Returns the issues of the home repository whose fields are unknown and not known to be unreadable.
    fn unread_of_home(&self) -> Vec<IssueRef> {
        let is_unread = |issue: &&Issue| !issue.fetch_states.of(FactKind::Fields).is_known();
        let of_home = self.issues.values().filter(|issue| issue.id.repo == self.request.home).filter(is_unread);
        of_home.map(|issue| issue.id.clone()).filter(|id| !self.summary.unreadable.contains_key(id)).collect()
    }

    fn of_home(&self) -> impl Iterator<Item = &IssueRef> {
        self.issues.keys().filter(|id| id.repo == self.request.home)
    }

    /// Drops issues that are no longer in the whole list.
    fn forget(&mut self, ids: Vec<IssueRef>) {
        for id in ids {
            self.issues.remove(&id);
            self.has_news = true;
            if self.wanted.contains(&id) {
                self.missing.insert(id.clone(), Absence::NotFound);
            }
            self.summary.gone.push(id);
        }
    }
}
