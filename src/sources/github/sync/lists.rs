//! Reads the issue list of a repository by time of change, oldest first.
//!
//! Pages shift while they are read. Therefore the next page is requested by the time of the last issue instead of by
//! number: issues that change meanwhile move to the end and are read there. Only if a single second fills a page are
//! links followed, and the pages of that second are checked once more for shifts.

use std::sync::Arc;
use std::time::Duration;

use super::super::client::{Answer, GithubError};
use super::super::wire::rest::{self, RestIssue, RestPage};
use super::SyncRun;
use crate::domain::{Repo, Timestamp};
use crate::sources::cache::ListState;

/// The overlap between syncs, in seconds, because GitHub's servers may disagree about the time. A quarter of an hour
/// costs no request, since it seldom fills a page.
const MARGIN: i64 = 900;

/// How often the pages of one second are read again if they change meanwhile.
const PASSES: u32 = 3;

/// The time to wait until a request is sent, since everything runs on one thread.
const SENDING: Duration = Duration::from_millis(1);

/// The end of a list that was read.
pub(super) struct ListPosition {
    /// The `since` of the last page.
    since: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// The `ETag` of the last page, if its URL is valid for the next sync.
    etag: Option<String>,
    /// Whether anything changed at all.
    pub(super) has_changed: bool,
}

impl SyncRun<'_> {
    /// Returns the URL of what changed at a moment or later. GitHub documents `since` as "after", so that a second is
    /// subtracted for servers that implement it literally.
    fn list(&self, since: Option<Timestamp>) -> String {
        let since = since.map(|since| format!("&since={}", Timestamp(since.0 - 1).rfc3339())).unwrap_or_default();
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=asc&per_page=100{since}")
    }

    /// Returns the URL of the newest page, which stays the same as long as nothing changes.
    pub(super) fn newest(&self) -> String {
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=desc&per_page=100")
    }

    /// Returns how far the list of the home repository was read.
    pub(super) fn home_list(&mut self) -> &mut ListState {
        self.state.lists.entry(self.request.home.clone()).or_default()
    }

    /// Reads the changes since a moment; returns whether there were any.
    pub(super) async fn changed(&mut self, since: Timestamp, list: &ListState) -> Result<bool, GithubError> {
        if let Some(mark) = &list.newest {
            let answer = self.client.get(&self.newest(), Some(mark), rest::page).await?;
            self.report();
            let Some(page) = answer.content else { return Ok(false) };
            self.take_page(page);
        }
        let reached = self.read_list(Some(since), list.etag.as_deref()).await?;
        if reached.has_changed {
            self.settle(reached).await?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads the list from a moment to its end.
    pub(super) async fn read_list(
        &mut self,
        from: Option<Timestamp>,
        etag: Option<&str>,
    ) -> Result<ListPosition, GithubError> {
        let (mut since, mut newest, mut etag) = (from, None, etag);
        let mut page_before = None;
        for _ in 0..self.request.policy.pages {
            let answer = self.next_page(since, etag.take(), page_before.take()).await?;
            self.report();
            self.remember(&answer);
            let Some(page) = answer.content else {
                return Ok(ListPosition { since, newest, etag: None, has_changed: false });
            };
            let last = newest_of(&page);
            newest = newest.max(last);
            let Some(next) = answer.next else {
                self.take_listed(page);
                return Ok(ListPosition { since, newest, etag: answer.etag, has_changed: true });
            };
            if last > since {
                (since, page_before) = (last, Some(page));
                continue;
            }
            // One second fills the page.
            self.take_listed(page);
            let (after, seen) = self.crowd(since, answer.etag, next).await?;
            newest = newest.max(seen);
            if after.is_none() {
                return Ok(ListPosition { since, newest, etag: None, has_changed: true });
            }
            since = after;
        }
        if let Some(page) = page_before {
            self.take_listed(page);
        }
        Err(GithubError::Endless(self.client.access.api.host().to_owned()))
    }

    /// Requests the next page, and merges the previous one while waiting: the request only needs the time of its last
    /// issue.
    async fn next_page(
        &mut self,
        since: Option<Timestamp>,
        etag: Option<&str>,
        page_before: Option<RestPage>,
    ) -> Result<Answer<RestPage>, GithubError> {
        let (client, address) = (Arc::clone(&self.client), self.list(since));
        let requested = client.get(&address, etag, rest::page);
        let Some(page) = page_before else { return requested.await };
        let merged = async {
            tokio::time::sleep(SENDING).await;
            self.take_listed(page);
        };
        futures_util::future::join(requested, merged).await.0
    }

    /// Stores a page of the list and the progress of a whole reading.
    fn take_listed(&mut self, page: RestPage) {
        let last = newest_of(&page);
        self.take_page(page);
        self.note_whole(last);
    }

    /// Follows the links of a second that fills more than a page. Returns where to continue, if there is more, and the
    /// newest change.
    async fn crowd(
        &mut self,
        since: Option<Timestamp>,
        tag: Option<String>,
        next: String,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), GithubError> {
        let mut first = (tag, Some(next));
        for pass in 1.. {
            let (after, newest, pages) = self.follow(since, &first).await?;
            if pass >= PASSES || self.is_unchanged(&pages).await? {
                return Ok((after, newest));
            }
            let answer = self.client.get(&self.list(since), None, rest::page).await?;
            first = (answer.etag.clone(), answer.next.clone());
            self.take_page(answer.content.unwrap_or_default());
        }
        Ok((None, None))
    }

    /// Reads pages by their links until the next second.
    async fn follow(
        &mut self,
        since: Option<Timestamp>,
        first: &(Option<String>, Option<String>),
    ) -> Result<(Option<Timestamp>, Option<Timestamp>, Vec<(String, Option<String>)>), GithubError> {
        let (tag, mut next) = first.clone();
        let mut pages = vec![(self.list(since), tag)];
        let mut newest = None;
        while let Some(address) = next.take().filter(|_| pages.len() < self.request.policy.pages as usize) {
            let answer = self.client.get(&address, None, rest::page).await?;
            self.report();
            // A server without pagination would send the same page for ever.
            if pages.last().is_some_and(|(_, tag)| tag.is_some() && *tag == answer.etag) {
                break;
            }
            pages.push((address, answer.etag.clone()));
            let page = answer.content.unwrap_or_default();
            let last = newest_of(&page);
            newest = newest.max(last);
            self.take_page(page);
            next = answer.next;
            if next.is_some() && last > since {
                return Ok((last, newest, pages));
            }
        }
        Ok((None, newest, pages))
    }

    /// Whether pages read by number are unchanged. Those without an `ETag` count as unchanged.
    async fn is_unchanged(&mut self, pages: &[(String, Option<String>)]) -> Result<bool, GithubError> {
        for (address, tag) in pages {
            let Some(tag) = tag else { continue };
            let answer = self.client.get(address, Some(tag), rest::page).await?;
            self.report();
            if let Some(page) = answer.content {
                self.take_page(page);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Stores where the next sync continues, and the `ETag` with which it can check for changes.
    pub(super) async fn settle(&mut self, reached: ListPosition) -> Result<(), GithubError> {
        let latest = self.latest();
        let (since, newest) = (reached.since.unwrap_or(latest), reached.newest);
        let is_settled = reached.since.is_some() && since <= latest;
        let etag = reached.etag.filter(|_| is_settled);
        let list = self.home_list();
        (list.since, list.newest) = (Some(since.min(latest)), None);
        list.etag.clone_from(&etag);
        if etag.is_none() && newest.is_some() && self.client.can_afford(2) {
            let answer = self.client.get(&self.newest(), None, rest::page).await?;
            self.report();
            let page = answer.content.unwrap_or_default();
            // Only if nothing changed between the two requests, and if the next change will be on this page, which is
            // not so if its newest time is in the future.
            let is_known = newest_of(&page) == newest && newest <= answer.date;
            let mark = answer.etag.filter(|_| is_known);
            self.take_page(page);
            self.home_list().newest = mark;
        }
        Ok(())
    }

    /// Returns the latest moment before which no further change can appear.
    fn latest(&self) -> Timestamp {
        let seen = self.issues.values().filter_map(|issue| issue.updated).max();
        let date = self.client.meter().first_date.or(seen);
        // A date of the server beyond all other known times would hide the changes until then.
        let bound = seen.max(Some(self.request.now));
        let latest = date.min(bound).unwrap_or(self.request.now);
        Timestamp(latest.0 - MARGIN)
    }

    /// Stores where the next sync continues, and reads what changed during this one.
    pub(super) async fn mark(&mut self) -> Result<(), GithubError> {
        let since = self.latest();
        self.changed(since, &ListState::default()).await.map(|_| ())
    }

    /// Stores the start of a first sync that ended early, so that the next one reads what changed since.
    pub(super) fn mark_partial_sync(&mut self) {
        if !self.fresh.keys().any(|id| id.repo == self.request.home) {
            return;
        }
        let latest = self.latest();
        self.home_list().since.get_or_insert(latest);
    }

    /// Stores a new name of the home repository, from the redirected URL or the issues.
    fn remember(&mut self, answer: &Answer<RestPage>) {
        let Some((_, path)) = answer.moved.as_deref().and_then(|moved| moved.split_once('/')) else { return };
        let of_path = path.split_once("/repos/").and_then(|(_, path)| {
            let name: String = path.split('/').take(2).collect::<Vec<_>>().join("/");
            Repo::new(&name)
        });
        let of_issue = || answer.content.as_ref().and_then(|page| page.issues.iter().find_map(RestIssue::repo));
        let home = self.request.home.clone();
        match of_path.or_else(of_issue) {
            // It was renamed back.
            Some(repo) if repo == home => drop(self.state.moved.remove(&home)),
            Some(repo) => self.learn_name(&home, &repo),
            None => {}
        }
    }
}

fn newest_of(page: &RestPage) -> Option<Timestamp> {
    page.issues.iter().filter_map(RestIssue::updated).max()
}
