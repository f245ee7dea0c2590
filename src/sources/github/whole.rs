//! A whole repository, as many pages at once as may be under way.
//!
//! Pages are asked for by number where the links have numbers, but a number is only a guess: pages shift while they are
//! read. So both ends of the list are read before and after. Where they differ, each seam between two pages is read again
//! by time; and where a number is refused, as GitHub does with high ones, the rest is read by time.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Trouble;
use super::book::{Book, Leaf};
use super::client::Answer;
use super::link::Numbered;
use super::lists::{End, Order};
use super::spans::Spans;
use super::sync::Work;
use super::wire::{self, Page};
use crate::domain::{Issue, IssueRef, Timestamp};

/// How often a list is read that changes meanwhile, and whose server knows no times.
const PASSES: u32 = 3;

/// A page whose bodies were read, on another thread: that takes longer than anything else here.
#[derive(Default)]
pub(super) struct Ready {
    /// Each with whether GitHub knows sub-issues of it.
    issues: Vec<(Issue, bool)>,
    odd: Vec<String>,
}

pub(super) type Reading = FuturesUnordered<JoinHandle<Ready>>;

impl Work<'_> {
    /// Reads the whole home repository; goes on where it stopped before.
    pub(super) async fn whole(&mut self, from: Option<Timestamp>) -> Result<(), Trouble> {
        let before: Vec<IssueRef> =
            self.known().map(|issue| issue.id.clone()).filter(|id| id.repo == self.request.home).collect();
        let (client, list, newest) = (self.client.clone(), self.list(from), self.newest());
        // Without a token every request counts, and one reader goes from the oldest on.
        let is_many = client.access.token.is_some();
        let head = async { if is_many { client.page(&newest, None, wire::page).await.ok() } else { None } };
        let (first, head) = futures_util::join!(client.page(&list, None, wire::page), head);
        let first = first?;
        self.expect(first.pages.unwrap_or(1).saturating_sub(1));
        self.report();
        self.remember(first.moved.as_deref());
        let (leaf, date, last) = (Leaf::of(&first), first.date.unwrap_or(self.request.now), first.pages);
        self.take_page(first.content.unwrap_or_default());
        if let Some(next) = leaf.next.clone() {
            match Numbered::of(&list, &next).filter(|_| is_many) {
                Some(numbered) => {
                    self.by_number(&numbered, Book::new(leaf, last), head.map(|head| Leaf::of(&head)), date).await?;
                }
                None => self.by_time(&leaf.end, date, next).await?,
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

    async fn by_time(&mut self, first: &End, date: Timestamp, next: String) -> Result<(), Trouble> {
        match (first.oldest, first.newest) {
            (Some(oldest), Some(newest)) if newest > oldest && first.order == Order::Kept => {
                let spans = Spans::new(newest, date.max(newest), newest.0 - oldest.0);
                if self.stretches(spans).await? { Ok(()) } else { self.pages(next).await }
            }
            (_, _) => self.pages(next).await,
        }
    }

    /// Tells whether the whole repository was read in this sync.
    pub(super) fn has_whole(&self) -> bool {
        self.state.lists.get(&self.request.home).is_some_and(|list| list.whole == Some(self.request.now))
    }

    /// Reads what follows a first page, where times are of no use.
    pub(super) async fn rest(&mut self, first: Leaf) -> Result<(), Trouble> {
        let Some(next) = first.next.clone() else { return Ok(()) };
        let numbered = Numbered::of(&self.list(Some(self.request.now)), &next);
        let Some(numbered) = numbered.filter(|_| self.client.access.token.is_some()) else {
            return self.pages(next).await;
        };
        let (mut book, mut reading) = (Book::new(first, None), Reading::new());
        let fault = self.leaf_through(&numbered, &mut book, &mut reading).await;
        while let Some(ready) = reading.next().await {
            self.keep(ready.unwrap_or_else(rethrow));
        }
        fault.map_or(Ok(()), Err)
    }

    /// Follows the links of a server that knows no times.
    async fn pages(&mut self, next: String) -> Result<(), Trouble> {
        let mut next = Some(next);
        let mut before: Option<Leaf> = None;
        while let Some(address) = next {
            let answer = self.client.page(&address, None, wire::page).await?;
            self.report();
            // A server that knows no pages sends the same one for ever.
            if before.as_ref().is_some_and(|before| before.is_as_before(&answer)) {
                break;
            }
            before = Some(Leaf::of(&answer));
            next = answer.next;
            self.take_page(answer.content.unwrap_or_default());
        }
        Ok(())
    }

    async fn by_number(
        &mut self,
        numbered: &Numbered,
        mut book: Book,
        mut head: Option<Leaf>,
        date: Timestamp,
    ) -> Result<(), Trouble> {
        for _ in 0..PASSES {
            let mut reading = Reading::new();
            let fault = self.leaf_through(numbered, &mut book, &mut reading).await;
            let compared = match &fault {
                None => self.compare(numbered, &book, head.as_ref()).await,
                Some(_) => Ok((false, None)),
            };
            while let Some(ready) = reading.next().await {
                self.keep(ready.unwrap_or_else(rethrow));
            }
            let is_refused = fault.as_ref().is_some_and(|fault| !fault.ends_the_sync());
            if let Some(fault) = fault.filter(|_| !is_refused) {
                self.reached(&book);
                return Err(fault);
            }
            let (is_same, again) = compared?;
            if is_same {
                return Ok(());
            }
            if let Some(seams) = book.seams() {
                let spans = Spans::of_seams(seams, date, book.width());
                if self.stretches(spans).await? {
                    return Ok(());
                }
            }
            if is_refused {
                let next = book.unbroken().last().and_then(|leaf| leaf.next.clone());
                return if let Some(next) = next { self.pages(next).await } else { Ok(()) };
            }
            (book, head) = (book.anew(), again);
        }
        Ok(())
    }

    /// Reads the pages that are not there yet; returns what kept it from doing so.
    pub(super) async fn leaf_through(
        &mut self,
        numbered: &Numbered,
        book: &mut Book,
        reading: &mut Reading,
    ) -> Option<Trouble> {
        let mut fault = None;
        let mut running = FuturesUnordered::new();
        while !book.is_whole() {
            while fault.is_none() && running.len() < self.request.policy.at_once {
                let Some(number) = book.next() else { break };
                let (client, address) = (self.client.clone(), numbered.page(number));
                running.push(async move { (number, client.page(&address, None, wire::page).await) });
            }
            tokio::select! {
                // The next request goes out before anything is kept.
                biased;
                Some((number, answer)) = running.next() => {
                    self.report();
                    match answer {
                        Ok(answer) => {
                            book.insert(number, Leaf::of(&answer));
                            reading.push(self.prepare(answer.content.unwrap_or_default()));
                        }
                        Err(trouble) => fault = fault.or(Some(trouble)),
                    }
                }
                Some(ready) = reading.next() => self.keep(ready.unwrap_or_else(rethrow)),
                else => break,
            }
        }
        fault.filter(|_| !book.is_whole())
    }

    /// Reads both ends of the list once more, and what changed since the beginning; tells whether nothing moved while
    /// the pages were read.
    async fn compare(
        &mut self,
        numbered: &Numbered,
        book: &Book,
        head: Option<&Leaf>,
    ) -> Result<(bool, Option<Leaf>), Trouble> {
        let since = self.latest(None);
        let is_first = self.state.lists.get(&self.request.home).is_none_or(|list| list.since.is_none());
        let (client, more) = (self.client.clone(), self.asked_later());
        let again = async |target: Option<(String, Option<&str>)>| match target {
            Some((address, etag)) => client.page(&address, etag, wire::page).await.map(Some),
            None => Ok(None),
        };
        let tail = book.tail();
        let (newest, begin, end, mark, more) = futures_util::join!(
            again(head.map(|head| (self.newest(), head.etag.as_deref()))),
            again(book.first().map(|leaf| (numbered.page(1), leaf.etag.as_deref()))),
            again(tail.map(|(number, leaf)| (numbered.page(number), leaf.etag.as_deref()))),
            again(is_first.then(|| (self.list(Some(since)), None))),
            more
        );
        self.ahead.keep(more);
        self.report();
        let (newest, begin, end, mark) = (newest?, begin?, end?, mark?);
        // Of the first page, other issues tell of one that was deleted before the last page was known.
        let has_begin = book.first().zip(begin.as_ref()).is_none_or(|(first, begin)| first.is_as_before(begin));
        let by_head = head
            .zip(newest.as_ref())
            .and_then(|(head, newest)| book.agrees_with(head).map(|agrees| agrees && head.is_as_before(newest)));
        let by_tail = tail.zip(end.as_ref()).map(|((_, tail), end)| tail.is_as_before(end));
        let is_same = match (by_head, by_tail) {
            // Nobody can tell. What is in no order of change does not move either.
            (None, None) => book.seams().is_none() || head.is_some_and(|head| book.is_by_number(head)),
            (head, tail) => has_begin && head.unwrap_or(true) && tail.unwrap_or(true),
        };
        let mark_of_newest = head
            .zip(newest.as_ref())
            .filter(|_| by_head.is_some())
            .and_then(|(head, newest)| if newest.content.is_none() { head.etag.clone() } else { newest.etag.clone() });
        let again = newest.as_ref().filter(|newest| newest.content.is_some()).map(Leaf::of);
        for answer in newest.into_iter().chain(begin).chain(end) {
            self.take_page(answer.content.unwrap_or_default());
        }
        if let Some(mark) = mark.filter(|_| is_same) {
            self.settle_on(since, mark, mark_of_newest).await?;
        }
        Ok((is_same, again))
    }

    /// Marks the point from which the next sync goes on, from what changed since the beginning.
    async fn settle_on(&mut self, since: Timestamp, mark: Answer<Page>, newest: Option<String>) -> Result<(), Trouble> {
        let knows_times = mark.content.as_ref().is_none_or(|page| !End::of(page).is_before(since));
        if knows_times {
            return self.follow(since, mark).await.map(|_| ());
        }
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        (list.since, list.etag, list.newest) = (Some(since), None, newest);
        Ok(())
    }

    /// Notes how far the pages are known for certain, where the ends could not be compared.
    fn reached(&mut self, book: &Book) {
        let first = book.first().filter(|leaf| leaf.end.order == Order::Kept).and_then(|leaf| leaf.end.newest);
        let list = self.state.lists.entry(self.request.home.clone()).or_default();
        list.whole_until = list.whole_until.max(first);
        self.summary.whole_until = list.whole_until;
    }

    /// Reads what a page holds on another thread.
    fn prepare(&self, page: Page) -> JoinHandle<Ready> {
        let (home, robots) = (self.request.home.clone(), self.request.robots.clone());
        let host = self.client.access.api.web_host().to_owned();
        spawn_blocking(move || {
            let read = |issue: wire::Wire| {
                let has_sub_issues = issue.has_sub_issues();
                Some((issue.into_issue(&home, &host, &robots)?, has_sub_issues))
            };
            Ready { issues: page.issues.into_iter().filter_map(read).collect(), odd: page.odd }
        })
    }

    fn keep(&mut self, ready: Ready) {
        self.summary.odd.extend(ready.odd);
        for (issue, has_sub_issues) in ready.issues {
            self.take_issue(issue, has_sub_issues);
        }
    }
}

/// A panic goes on where the page was wanted; a runtime that ends has no use for it.
fn rethrow(error: tokio::task::JoinError) -> Ready {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Ready::default(),
    }
}
