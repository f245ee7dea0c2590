//! A whole repository, as many pages at once as may be under way.
//!
//! Pages are asked for by number where the links have numbers, but a number is only a guess: pages shift while they are
//! read. So some are read before and after. Where they differ, each seam between two pages is read again by time; and
//! where a number is refused, as GitHub does with high ones, the rest is read by time.

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Trouble;
use super::book::{Book, Leaf};
use super::client::Answer;
use super::link::Numbered;
use super::opening::{Opening, Running};
use super::order::{End, Order};
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
        let list = self.list(from);
        let Opening { first, head, early, running, width } = self.open(&list, from).await?;
        self.expect(first.pages.unwrap_or(1).saturating_sub(1));
        self.report();
        self.remember(first.moved.as_deref());
        let (leaf, date, last) = (Leaf::of(&first), first.date.unwrap_or(self.request.now), first.pages);
        self.take_page(first.content.unwrap_or_default());
        let numbered = leaf.next.as_ref().and_then(|next| Numbered::of(&list, next));
        if let Some(numbered) = numbered.filter(|_| self.client.access.token.is_some()) {
            let mut book = Book::new(leaf, last);
            book.open(width);
            let (head, mut reading) = (head.map(|head| Leaf::of(&head)), Reading::new());
            for (number, answer) in early {
                self.insert(number, answer, &mut book, &mut reading);
            }
            self.by_number(&numbered, book, (head, date), (running, reading)).await?;
        } else {
            self.ask_waiting();
            self.close(early, running).await;
            if let Some(next) = leaf.next.clone() {
                self.by_time(&leaf.end, date, next).await?;
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
        let (mut book, mut running, mut reading) = (Book::new(first, None), Running::new(), Reading::new());
        let fault = self.leaf_through(&numbered, &mut book, (&mut running, &mut reading)).await;
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
        (mut head, date): (Option<Leaf>, Timestamp),
        (mut running, mut reading): (Running, Reading),
    ) -> Result<(), Trouble> {
        for _ in 0..PASSES {
            let fault = self.leaf_through(numbered, &mut book, (&mut running, &mut reading)).await;
            self.ask_waiting();
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

    /// Reads the pages that are not there yet, and waits for all that is under way; returns what kept it from doing so.
    pub(super) async fn leaf_through(
        &mut self,
        numbered: &Numbered,
        book: &mut Book,
        (running, reading): (&mut Running, &mut Reading),
    ) -> Option<Trouble> {
        let mut fault = None;
        while !(book.is_whole() && running.is_empty()) {
            while fault.is_none() && !book.is_whole() && running.len() < self.request.policy.at_once {
                let Some(number) = book.next() else {
                    // What else is wanted takes the places that are left.
                    self.ask_waiting();
                    break;
                };
                running.push(self.turn(number, numbered.page(number)));
            }
            tokio::select! {
                // The next request goes out before anything is kept.
                biased;
                Some((number, answer)) = running.next() => {
                    self.report();
                    fault = fault.or(self.insert(number, answer, book, reading));
                }
                Some(ready) = reading.next() => self.keep(ready.unwrap_or_else(rethrow)),
                else => break,
            }
        }
        fault.filter(|_| !book.is_whole())
    }

    /// Takes a page; returns what is wrong where it does not come.
    fn insert(
        &self,
        number: u32,
        answer: Result<Answer<Page>, Trouble>,
        book: &mut Book,
        reading: &mut Reading,
    ) -> Option<Trouble> {
        match answer {
            Ok(answer) => {
                book.insert(number, Leaf::of(&answer));
                reading.push(self.prepare(answer.content.unwrap_or_default()));
                None
            }
            // It may lie behind the end: else it is asked for again.
            Err(_) if book.forgets(number) => None,
            Err(trouble) => Some(trouble),
        }
    }

    /// Reads pages of the list once more, and what changed since the beginning; tells whether nothing moved while the
    /// pages were read.
    async fn compare(
        &mut self,
        numbered: &Numbered,
        book: &Book,
        head: Option<&Leaf>,
    ) -> Result<(bool, Option<Leaf>), Trouble> {
        let since = self.latest(None);
        let is_first = self.state.lists.get(&self.request.home).is_none_or(|list| list.since.is_none());
        let (client, more) = (self.client.clone(), self.asked_later(is_first));
        let again = async |target: Option<(String, Option<&str>)>| match target {
            Some((address, etag)) => client.page(&address, etag, wire::page).await.map(Some),
            None => Ok(None),
        };
        let witnesses = book.witnesses();
        let seen = witnesses
            .iter()
            .map(async |(number, leaf)| client.page(&numbered.page(*number), leaf.etag.as_deref(), wire::page).await);
        let (newest, mark, seen, more) = futures_util::join!(
            again(head.map(|head| (self.newest(), head.etag.as_deref()))),
            again(is_first.then(|| (self.list(Some(since)), None))),
            join_all(seen),
            more
        );
        self.ahead.keep(more);
        self.report();
        let (newest, mark, seen) = (newest?, mark?, seen.into_iter().collect::<Result<Vec<_>, _>>()?);
        let is_unmoved =
            !book.has_twice() && witnesses.iter().zip(&seen).all(|((_, leaf), seen)| leaf.is_as_before(seen));
        let by_head = head
            .zip(newest.as_ref())
            .and_then(|(head, newest)| book.agrees_with(head).map(|agrees| agrees && head.is_as_before(newest)));
        let is_same = match by_head {
            // Nobody can tell. What is in no order of change does not move either.
            None if !book.has_tail() => book.seams().is_none() || head.is_some_and(|head| book.is_by_number(head)),
            head => is_unmoved && head.unwrap_or(true),
        };
        let mark_of_newest = head
            .zip(newest.as_ref())
            .filter(|_| by_head.is_some())
            .and_then(|(head, newest)| if newest.content.is_none() { head.etag.clone() } else { newest.etag.clone() });
        let again = newest.as_ref().filter(|newest| newest.content.is_some()).map(Leaf::of);
        for answer in newest.into_iter().chain(seen) {
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
