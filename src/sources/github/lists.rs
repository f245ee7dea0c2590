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
use crate::sources::cache::ListState;

/// Servers of GitHub may disagree about the time; what changed just before is asked for again. A quarter of an
/// hour costs no request: it seldom fills a page.
const MARGIN: i64 = 900;

impl Work<'_> {
    /// Returns the address of what changed at a moment or later. GitHub documents `since` as "after": a second less
    /// asks for the same of a server that takes it at its word.
    fn list(&self, since: Option<Timestamp>) -> String {
        let since = since.map(|since| format!("&since={}", Timestamp(since.0 - 1).rfc3339())).unwrap_or_default();
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=asc&per_page=100{since}")
    }

    /// Returns the address of the newest page, which is the same for as long as nothing changes.
    fn newest(&self) -> String {
        let repo = self.current(&self.request.home);
        format!("/repos/{repo}/issues?state=all&sort=updated&direction=desc&per_page=100")
    }

    /// Reads what changed since a moment; tells whether anything did.
    pub(super) async fn changed(&mut self, since: Timestamp, list: &ListState) -> Result<bool, Trouble> {
        if let Some(mark) = &list.newest {
            let answer = self.client.get(&self.newest(), Some(mark), wire::page).await?;
            self.report();
            let Some(page) = answer.content else { return Ok(false) };
            self.take_page(page);
        }
        let (mut since, mut etag, mut address) = (since, list.etag.as_deref(), self.list(Some(since)));
        let (mut followed, mut by_link, mut began) = (false, false, None);
        loop {
            let answer = self.client.get(&address, etag.take(), wire::page).await?;
            self.report();
            began = began.or(answer.date);
            let latest = self.latest(answer.date);
            let Answer { content: Some(page), etag: mark, next, moved, .. } = answer else { return Ok(false) };
            self.remember(moved.as_deref());
            let end = End::of(&page);
            self.take_page(page);
            let Some(next) = next else {
                let is_settled = !followed && since <= latest;
                let since = if followed { end.newest.unwrap_or(since) } else { since }.min(latest);
                // Pages that are asked for by link shift when something changes: then it is newer than the first page.
                let newest = end.newest.filter(|newest| !by_link || Some(*newest) < began);
                return self.settle(since, mark.filter(|_| is_settled), newest).await;
            };
            if let Some(newest) = end.leads_on(since) {
                (since, followed) = (newest, false);
                address = self.list(Some(since));
            } else {
                (address, followed, by_link) = (next, true, true);
            }
        }
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
            let answer = self.client.get(&self.newest(), None, wire::page).await?;
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
    fn latest(&self, date: Option<Timestamp>) -> Timestamp {
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
    fn remember(&mut self, moved: Option<&str>) {
        let Some((_, path)) = moved.and_then(|moved| moved.split_once("/repos/")) else { return };
        let name: String = path.split('/').take(2).collect::<Vec<_>>().join("/");
        if let Some(repo) = crate::domain::Repo::new(&name) {
            self.state.moved.insert(self.request.home.clone(), repo);
        }
    }

    /// Reads the whole home repository, several stretches of time at once; goes on where it stopped before.
    pub(super) async fn whole(&mut self, from: Option<Timestamp>) -> Result<(), Trouble> {
        let before: Vec<IssueRef> =
            self.known().map(|issue| issue.id.clone()).filter(|id| id.repo == self.request.home).collect();
        let first = self.client.get(&self.list(from), None, wire::page).await?;
        self.expect(first.pages.unwrap_or(1).saturating_sub(1));
        self.report();
        self.remember(first.moved.as_deref());
        let page = first.content.unwrap_or_default();
        let end = End::of(&page);
        self.take_page(page);
        if let Some(next) = first.next {
            match (end.oldest, end.newest) {
                (Some(oldest), Some(newest)) if newest > oldest && end.order == Order::Kept => {
                    let date = first.date.unwrap_or(self.request.now).max(newest);
                    let spans = Spans::new(newest, date, newest.0 - oldest.0, next);
                    self.stretches(spans).await?;
                }
                (_, _) => self.pages(next).await?,
            }
        }
        if from.is_none() {
            let gone: Vec<IssueRef> = before.into_iter().filter(|id| !self.fresh.contains_key(id)).collect();
            self.forget(gone);
        }
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        (list.whole, list.whole_until) = (Some(self.request.now), None);
        if list.since.is_none() { self.mark().await } else { Ok(()) }
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
        // Where requests may run out, one reader goes from the oldest on, so that another sync can go on from there.
        let at_once = if self.client.access.token.is_some() { self.request.policy.at_once } else { 1 };
        let mut arrived: Vec<Page> = Vec::new();
        {
            let client = &self.client;
            let mut running = FuturesUnordered::new();
            loop {
                while fault.is_none() && !ignores_times && running.len() < at_once {
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
            Some(trouble) => {
                let list = self.state.lists.entry(self.request.home.clone()).or_default();
                list.whole_until = list.whole_until.max(spans.reached());
                self.summary.whole_until = list.whole_until;
                Err(trouble)
            }
            None if ignores_times => self.pages(spans.second).await,
            None => Ok(()),
        }
    }
}

/// What the ends of a page tell.
struct End {
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// Whether the oldest stand first, as they were asked for.
    order: Order,
}

/// How a page is sorted by the time of change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    /// Some issues changed after they had got their place: the newest one tells nothing of the next page.
    Disturbed,
    /// The server knows no order by time.
    None,
}

impl Order {
    fn of(times: &[Timestamp]) -> Self {
        let falls = times.iter().zip(times.iter().skip(1)).filter(|(one, next)| one > next).count();
        match falls {
            0 => Self::Kept,
            few if few * 8 <= times.len() => Self::Disturbed,
            _ => Self::None,
        }
    }
}

impl End {
    fn of(page: &Page) -> Self {
        let times: Vec<Timestamp> = page.issues.iter().filter_map(wire::Wire::updated).collect();
        let newest = times.iter().max().copied();
        Self { oldest: times.iter().min().copied(), newest, order: Order::of(&times) }
    }

    /// Returns from when on to ask for the next page; nothing where one second fills this page, or its order tells
    /// nothing: then it is asked for by link.
    fn leads_on(&self, from: Timestamp) -> Option<Timestamp> {
        self.newest.filter(|newest| *newest > from && self.order == Order::Kept)
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

    /// Returns the moment before which everything was read.
    fn reached(&self) -> Option<Timestamp> {
        self.all.iter().filter(|span| span.state != SpanState::Done).map(|span| span.at).min()
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
        if end.order == Order::None || end.oldest.is_some_and(|oldest| oldest.0 < span.at.0 - 1) {
            return false;
        }
        let is_beyond = end.newest.zip(span.end).is_some_and(|(newest, end)| newest >= end);
        let is_over = next.is_none() || (is_beyond && end.order == Order::Kept);
        let Some(newest) = end.newest.filter(|_| !is_over) else {
            span.state = SpanState::Done;
            return true;
        };
        self.per_page = i64::midpoint(self.per_page, (newest.0 - span.at.0).max(1));
        span.state = SpanState::Waiting;
        match end.leads_on(span.at) {
            Some(newest) => span.at = newest,
            None => span.link = next,
        }
        true
    }
}

impl Span {
    fn rest(&self) -> i64 {
        self.limit.0 - self.at.0
    }
}
