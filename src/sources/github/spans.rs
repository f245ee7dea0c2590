//! Stretches of time, read side by side: pages that are asked for by the time of the issue before lose nothing.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::Trouble;
use super::order::{End, Order};
use super::sync::Work;
use super::wire;
use crate::domain::Timestamp;

impl Work<'_> {
    /// Reads stretches to their ends; tells whether the server cares for times at all.
    pub(super) async fn stretches(&mut self, mut spans: Spans) -> Result<bool, Trouble> {
        let mut fault = None;
        let mut ignores_times = false;
        // Where requests may run out, one reader goes from the oldest on, so that another sync can go on from there.
        let at_once = if self.client.access.token.is_some() { self.request.policy.at_once } else { 1 };
        let client = self.client.clone();
        let mut running = FuturesUnordered::new();
        loop {
            while fault.is_none() && !ignores_times && running.len() < at_once {
                let Some((number, since)) = spans.next() else { break };
                let address = spans.link(number).unwrap_or_else(|| self.list(Some(since)));
                let client = &client;
                running.push(async move { (number, client.page(&address, None, wire::page).await) });
            }
            let Some((number, answer)) = running.next().await else { break };
            self.report();
            match answer {
                Ok(answer) => {
                    let page = answer.content.unwrap_or_default();
                    let end = End::of(&page);
                    ignores_times |= !spans.advance(number, &end, answer.next);
                    // What came is kept, whatever comes next.
                    self.take_page(page);
                }
                Err(trouble) => fault = fault.or(Some(trouble)),
            }
        }
        match fault {
            Some(trouble) => {
                let list = self.state.lists.entry(self.request.home.clone()).or_default();
                list.whole_until = list.whole_until.max(spans.reached());
                self.summary.whole_until = list.whole_until;
                Err(trouble)
            }
            None => Ok(!ignores_times),
        }
    }
}

/// Stretches of time that are read side by side.
pub(super) struct Spans {
    all: Vec<Span>,
    /// Seconds that a page covers, as far as pages were seen.
    per_page: i64,
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
    pub(super) fn new(at: Timestamp, limit: Timestamp, per_page: i64) -> Self {
        Self::of_seams(vec![(at, None)], limit, per_page)
    }

    /// Takes stretches from a moment to another, or to the end of the list.
    pub(super) fn of_seams(seams: Vec<(Timestamp, Option<Timestamp>)>, limit: Timestamp, per_page: i64) -> Self {
        let span = |(at, end): (Timestamp, Option<Timestamp>)| {
            let limit = end.unwrap_or(limit).max(at);
            Span { at, end, limit, link: None, state: SpanState::Waiting }
        };
        Self { all: seams.into_iter().map(span).collect(), per_page: per_page.max(1) }
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
