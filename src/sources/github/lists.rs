//! Lists of issues: what changed since a moment.
//!
//! Pages shift while they are read. So a list is sorted by change, oldest first, and the next page is asked for by the
//! time of the last issue instead of by number: what changes meanwhile moves to the end and is read there.

use super::Trouble;
use super::book::Leaf;
use super::client::Answer;
use super::order::End;
use super::sync::Work;
use super::wire::{self, Page};
use crate::domain::Timestamp;
use crate::sources::cache::ListState;

/// Servers of GitHub may disagree about the time; what changed just before is asked for again. A quarter of an
/// hour costs no request: it seldom fills a page.
const MARGIN: i64 = 900;

impl Work<'_> {
    /// Returns the address of what changed at a moment or later. GitHub documents `since` as "after": a second less
    /// asks for the same of a server that takes it at its word.
    pub(super) fn list(&self, since: Option<Timestamp>) -> String {
        let since = since.map(|since| format!("&since={}", Timestamp(since.0 - 1).rfc3339())).unwrap_or_default();
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=asc&per_page=100{since}")
    }

    /// Returns the address of the newest page, which is the same for as long as nothing changes.
    pub(super) fn newest(&self) -> String {
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=desc&per_page=100")
    }

    /// Reads what changed since a moment; tells whether anything did.
    pub(super) async fn changed(&mut self, since: Timestamp, list: &ListState) -> Result<bool, Trouble> {
        if let Some(mark) = &list.newest {
            let answer = self.client.page(&self.newest(), Some(mark), wire::page).await?;
            self.report();
            let Some(page) = answer.content else { return Ok(false) };
            self.take_page(page);
        }
        let answer = self.client.page(&self.list(Some(since)), list.etag.as_deref(), wire::page).await?;
        self.follow(since, answer).await
    }

    /// Reads on from the first page of what changed since a moment; tells whether anything did.
    pub(super) async fn follow(&mut self, mut since: Timestamp, first: Answer<Page>) -> Result<bool, Trouble> {
        let (mut followed, mut by_link, began) = (false, false, first.date);
        let (mut answer, mut before) = (first, None::<Leaf>);
        loop {
            self.report();
            let latest = self.latest(answer.date);
            self.remember(answer.moved.as_deref());
            let leaf = Leaf::of(&answer);
            let Answer { content: Some(page), etag: mark, next, .. } = answer else { return Ok(false) };
            let end = End::of(&page);
            self.take_page(page);
            if !followed && next.is_some() && end.is_before(since) {
                return self.without_times(since.max(latest), leaf).await;
            }
            // A server that knows no pages sends the same one for ever.
            let is_new = before.is_none_or(|before| !before.is_same(&leaf));
            let Some(next) = next.filter(|_| is_new) else {
                let is_settled = !followed && since <= latest;
                let since = if followed { end.newest.unwrap_or(since) } else { since }.min(latest);
                // Pages that are asked for by link shift when something changes: then it is newer than the first page.
                let newest = end.newest.filter(|newest| !by_link || Some(*newest) < began);
                return self.settle(since, mark.filter(|_| is_settled), newest).await;
            };
            let address = if let Some(newest) = end.leads_on(since) {
                (since, followed) = (newest, false);
                self.list(Some(since))
            } else {
                (followed, by_link) = (true, true);
                next
            };
            before = Some(leaf);
            answer = self.client.page(&address, None, wire::page).await?;
        }
    }

    /// Reads what changed from a server that does not know since when: from the newest on as far as needed, or all where
    /// it does not know what is newest either.
    async fn without_times(&mut self, latest: Timestamp, oldest: Leaf) -> Result<bool, Trouble> {
        let answer = self.client.page(&self.newest(), None, wire::page).await?;
        self.report();
        let mut newest = Leaf::of(&answer);
        let since = self.state.lists.get(&self.request.home).and_then(|list| list.since).unwrap_or(latest);
        let knows_order = newest.end.falls() && newest.end.newest >= oldest.end.newest;
        let mark = newest.etag.clone().filter(|_| knows_order);
        self.take_page(answer.content.unwrap_or_default());
        if !knows_order {
            self.rest(oldest).await?;
        }
        while let Some(address) = newest.next.take().filter(|_| knows_order && !newest.end.is_before(since)) {
            let answer = self.client.page(&address, None, wire::page).await?;
            self.report();
            newest = Leaf::of(&answer);
            self.take_page(answer.content.unwrap_or_default());
        }
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        (list.since, list.etag, list.newest) = (Some(latest), None, mark);
        Ok(true)
    }

    async fn settle(
        &mut self,
        since: Timestamp,
        etag: Option<String>,
        newest: Option<Timestamp>,
    ) -> Result<bool, Trouble> {
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        (list.since, list.newest) = (Some(since), None);
        list.etag.clone_from(&etag);
        if etag.is_none() && newest.is_some() && self.client.can_afford(2) {
            let answer = self.client.page(&self.newest(), None, wire::page).await?;
            self.report();
            let page = answer.content.unwrap_or_default();
            // Only where all of it is known, which a change between the two requests is not; and where the next
            // change comes first, which it does not behind a time in the future.
            let is_known = End::of(&page).newest == newest && newest <= answer.date;
            let mark = answer.etag.filter(|_| is_known);
            self.take_page(page);
            self.state.lists.entry(self.request.home.clone()).or_default().newest = mark;
        }
        Ok(true)
    }

    /// Returns the latest moment before which no change can still appear.
    pub(super) fn latest(&self, date: Option<Timestamp>) -> Timestamp {
        let seen = self.known().filter_map(|issue| issue.updated).max();
        let date = self.client.meter().first_date.or(date).or(seen);
        Timestamp(date.unwrap_or(self.request.now).0 - MARGIN)
    }

    /// Marks the point from which the next sync goes on, and reads what changed while this one ran.
    pub(super) async fn mark(&mut self) -> Result<(), Trouble> {
        let since = self.latest(None);
        self.changed(since, &ListState::default()).await.map(|_| ())
    }

    /// Remembers that the repository has a new name, as the answer's issues spell it.
    pub(super) fn remember(&mut self, moved: Option<&str>) {
        let Some((_, path)) = moved.and_then(|moved| moved.split_once("/repos/")) else { return };
        let name: String = path.split('/').take(2).collect::<Vec<_>>().join("/");
        if let Some(repo) = crate::domain::Repo::new(&name) {
            self.state.moved.insert(self.request.home.clone(), repo);
        }
    }
}
