//! Lists of issues: what changed, and a whole repository.
//!
//! Pages shift while they are read. So a list is sorted by change, oldest first, and the next page is asked for by the
//! time of the last issue instead of by number: what changes meanwhile moves to the end and is read there.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::Trouble;
use super::client::Answer;
use super::sync::Work;
use super::wire::{self, Page};
use crate::domain::{IssueRef, Timestamp};

/// Servers of GitHub may disagree about the time; what changed just before is asked for again.
const MARGIN: i64 = 120;

/// How full of one and the same second a page may be before its successor is asked for by link.
const CROWDED: usize = 50;

impl Work<'_> {
    fn list(&self, since: Option<Timestamp>) -> String {
        let since = since.map(|since| format!("&since={}", since.rfc3339())).unwrap_or_default();
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=asc&per_page=100{since}")
    }

    /// Reads what changed since a moment; tells whether anything did.
    pub(super) async fn changed(&mut self, since: Timestamp, etag: Option<&str>) -> Result<bool, Trouble> {
        let (mut since, mut etag, mut address) = (since, etag, self.list(Some(since)));
        let mut followed = false;
        loop {
            let answer = self.client.get(&address, etag.take(), wire::page).await?;
            self.report();
            let latest = self.latest(answer.date);
            let Answer { content: Some(page), etag: mark, next, moved, .. } = answer else { return Ok(false) };
            self.remember(moved.as_deref());
            let end = End::of(&page);
            self.take_page(page);
            let Some(next) = next else {
                let is_settled = !followed && since <= latest;
                let since = if followed { end.newest.unwrap_or(since) } else { since }.min(latest);
                return Ok(self.settle(since, mark.filter(|_| is_settled)));
            };
            match end.newest {
                Some(newest) if newest > since && end.crowd < CROWDED => {
                    (since, followed) = (newest, false);
                    address = self.list(Some(since));
                }
                Some(_) | None => (address, followed) = (next, true),
            }
        }
    }

    fn settle(&mut self, since: Timestamp, etag: Option<String>) -> bool {
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        (list.since, list.etag) = (Some(since), etag);
        true
    }

    /// Returns the latest moment before which no change can still appear.
    fn latest(&self, date: Option<Timestamp>) -> Timestamp {
        let seen = self.known().filter_map(|issue| issue.updated).max();
        let date = self.client.meter().first_date.or(date).or(seen);
        Timestamp(date.unwrap_or(self.request.now).0 - MARGIN)
    }

    /// Marks the point from which the next sync goes on, and reads what changed while this one ran.
    pub(super) async fn mark(&mut self) -> Result<(), Trouble> {
        let since = self.latest(None);
        self.changed(since, None).await.map(|_| ())
    }

    /// Remembers that the repository has a new name, as the answer's issues spell it.
    fn remember(&mut self, moved: Option<&str>) {
        let Some((_, path)) = moved.and_then(|moved| moved.split_once("/repos/")) else { return };
        let name: String = path.split('/').take(2).collect::<Vec<_>>().join("/");
        if let Some(repo) = crate::domain::Repo::new(&name) {
            self.state.moved.insert(self.request.home.clone(), repo);
        }
    }

    /// Reads the whole home repository, several stretches of time at once.
    pub(super) async fn whole(&mut self) -> Result<(), Trouble> {
        let before: Vec<IssueRef> =
            self.known().map(|issue| issue.id.clone()).filter(|id| id.repo == self.request.home).collect();
        let first = self.client.get(&self.list(None), None, wire::page).await?;
        self.report();
        self.remember(first.moved.as_deref());
        let page = first.content.unwrap_or_default();
        let end = End::of(&page);
        self.take_page(page);
        if let Some(next) = first.next {
            match (end.oldest, end.newest) {
                (Some(oldest), Some(newest)) if newest > oldest => {
                    let date = first.date.unwrap_or(self.request.now).max(newest);
                    let spans = Spans::new(newest, date, newest.0 - oldest.0, next);
                    self.stretches(spans).await?;
                }
                (_, _) => self.pages(next).await?,
            }
        }
        let gone: Vec<IssueRef> = before.into_iter().filter(|id| !self.fresh.contains_key(id)).collect();
        self.forget(gone);
        self.mark().await?;
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        list.whole = Some(self.request.now);
        Ok(())
    }

    /// Follows the links of a server that knows no times.
    async fn pages(&mut self, next: String) -> Result<(), Trouble> {
        let mut next = Some(next);
        while let Some(address) = next {
            let answer = self.client.get(&address, None, wire::page).await?;
            self.report();
            self.take_page(answer.content.unwrap_or_default());
            next = answer.next;
        }
        Ok(())
    }

    async fn stretches(&mut self, mut spans: Spans) -> Result<(), Trouble> {
        let mut fault = None;
        let mut ignores_times = false;
        let mut arrived: Vec<Page> = Vec::new();
        {
            let client = &self.client;
            let mut running = FuturesUnordered::new();
            loop {
                while fault.is_none() && !ignores_times && running.len() < self.request.policy.at_once {
                    let Some((number, since)) = spans.next() else { break };
                    let address = spans.link(number).unwrap_or_else(|| self.list(Some(since)));
                    running.push(async move { (number, client.get(&address, None, wire::page).await) });
                }
                let Some((number, answer)) = running.next().await else { break };
                self.report();
                match answer {
                    Ok(answer) => {
                        let page = answer.content.unwrap_or_default();
                        let end = End::of(&page);
                        ignores_times |= !spans.advance(number, &end, answer.next);
                        arrived.push(page);
                    }
                    Err(trouble) => fault = fault.or(Some(trouble)),
                }
            }
        }
        for page in arrived {
            self.take_page(page);
        }
        match fault {
            Some(trouble) => Err(trouble),
            None if ignores_times => self.pages(spans.second).await,
            None => Ok(()),
        }
    }
}

/// What the ends of a page tell.
struct End {
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// How many issues share the second of the newest.
    crowd: usize,
}

impl End {
    fn of(page: &Page) -> Self {
        let times = || page.issues.iter().filter_map(wire::Wire::updated);
        let newest = times().max();
        Self { oldest: times().min(), newest, crowd: times().filter(|time| Some(*time) == newest).count() }
    }
}

/// Stretches of time that are read side by side.
struct Spans {
    all: Vec<Span>,
    /// Seconds that a page covers, as far as pages were seen.
    per_page: i64,
    /// The address of the second page.
    second: String,
}

struct Span {
    /// From where to ask next.
    at: Timestamp,
    /// Where the next stretch begins; none for the last, which is read to its end.
    end: Option<Timestamp>,
    /// The last moment that can hold anything.
    limit: Timestamp,
    link: Option<String>,
    state: SpanState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SpanState {
    Waiting,
    Asked,
    Done,
}

impl Spans {
    fn new(at: Timestamp, limit: Timestamp, per_page: i64, second: String) -> Self {
        let first = Span { at, end: None, limit, link: None, state: SpanState::Waiting };
        Self { all: vec![first], per_page: per_page.max(1), second }
    }

    fn link(&mut self, number: usize) -> Option<String> {
        self.all.get_mut(number)?.link.take()
    }

    /// Returns a stretch to read on, and from where: one that waits, halved as long as readers are idle, else the
    /// far half of the longest that is being read.
    fn next(&mut self) -> Option<(usize, Timestamp)> {
        let longest = |spans: &[Span], states: &[SpanState]| {
            let fitting = spans.iter().enumerate().filter(|(_, span)| states.contains(&span.state));
            fitting.max_by_key(|(_, span)| span.rest()).map(|(number, span)| (number, span.rest()))
        };
        if let Some((number, _)) = longest(&self.all, &[SpanState::Waiting]) {
            let span = self.all.get_mut(number)?;
            span.state = SpanState::Asked;
            return Some((number, span.at));
        }
        let (number, rest) = longest(&self.all, &[SpanState::Asked])?;
        if rest < self.per_page.saturating_mul(2) {
            return None;
        }
        let span = self.all.get_mut(number)?;
        let middle = Timestamp(i64::midpoint(span.at.0, span.limit.0));
        let far = Span { at: middle, end: span.end, limit: span.limit, link: None, state: SpanState::Asked };
        (span.end, span.limit) = (Some(middle), middle);
        self.all.push(far);
        Some((self.all.len() - 1, middle))
    }

    /// Notes what a page of a stretch held; tells whether the server cares for times at all.
    fn advance(&mut self, number: usize, end: &End, next: Option<String>) -> bool {
        let Some(span) = self.all.get_mut(number) else { return true };
        if end.oldest.is_some_and(|oldest| oldest < span.at) {
            return false;
        }
        let is_over = next.is_none() || end.newest.zip(span.end).is_some_and(|(newest, end)| newest >= end);
        let Some(newest) = end.newest.filter(|_| !is_over) else {
            span.state = SpanState::Done;
            return true;
        };
        self.per_page = i64::midpoint(self.per_page, (newest.0 - span.at.0).max(1));
        span.state = SpanState::Waiting;
        if newest > span.at && end.crowd < CROWDED {
            span.at = newest;
        } else {
            span.link = next;
        }
        true
    }
}

impl Span {
    fn rest(&self) -> i64 {
        self.limit.0 - self.at.0
    }
}
