//! The pages of a list that were read by number, and what their ends tell.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Answer;
use super::order::{End, Order};
use super::wire::Page;
use crate::domain::Timestamp;

/// What is remembered of a page.
pub(super) struct Leaf {
    pub(super) end: End,
    /// The numbers of its issues, each with its last change.
    marks: Vec<(Option<u64>, Option<Timestamp>)>,
    pub(super) etag: Option<String>,
    pub(super) next: Option<String>,
    /// Whether the server did not say which page comes next.
    is_guess: bool,
}

impl Leaf {
    pub(super) fn of(answer: &Answer<Page>) -> Self {
        let nothing = Page::default();
        let page = answer.content.as_ref().unwrap_or(&nothing);
        let marks = page.issues.iter().map(|issue| (issue.number, issue.updated())).collect();
        let (etag, next) = (answer.etag.clone(), answer.next.clone());
        Self { end: End::of(page), marks, etag, next, is_guess: answer.is_guess }
    }

    /// Tells whether another answer to the same request holds the same.
    pub(super) fn is_as_before(&self, answer: &Answer<Page>) -> bool {
        answer.content.is_none() || self.is_same(&Self::of(answer))
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.marks == other.marks
    }

    /// Tells whether both hold an issue, one of them before a change.
    fn contradicts(&self, other: &Self) -> bool {
        let known: BTreeMap<_, _> = other.marks.iter().copied().collect();
        self.marks.iter().any(|(number, updated)| known.get(number).is_some_and(|known| known != updated))
    }
}

/// The pages of a list that were read, by number.
#[derive(Default)]
pub(super) struct Book {
    leaves: BTreeMap<u32, Leaf>,
    /// The last page, once that is known.
    end: Option<u32>,
    /// What the server says is the last page: read first, and once more when all others are there.
    last: Option<u32>,
    asked: BTreeSet<u32>,
    /// Those that were asked for together with the first page.
    early: BTreeSet<u32>,
    /// The last of them.
    opened: u32,
}

impl Book {
    pub(super) fn new(first: Leaf, last: Option<u32>) -> Self {
        let mut book = Self { last: last.filter(|last| *last > 1), ..Self::default() };
        book.insert(1, first);
        book
    }

    /// Notes that the pages up to a number were asked for before anybody knew whether they are there.
    pub(super) fn open(&mut self, last: u32) {
        self.early.extend(2..=last);
        self.asked.extend(2..=last);
        self.opened = last;
    }

    /// Forgets that such a page was asked for, once; tells whether it was.
    pub(super) fn forgets(&mut self, number: u32) -> bool {
        self.early.remove(&number) && self.asked.remove(&number)
    }

    /// Returns an empty one with as many pages.
    pub(super) fn anew(&self) -> Self {
        Self { last: self.end, ..Self::default() }
    }

    /// Returns the page to ask for next: the last one, then from the first on.
    pub(super) fn next(&mut self) -> Option<u32> {
        let is_new = |number: &u32| !self.asked.contains(number) && !self.leaves.contains_key(number);
        let limit = self.end.or(self.last.filter(|last| !self.leaves.contains_key(last))).unwrap_or(u32::MAX);
        let number = self.last.filter(is_new).or_else(|| (1..=limit).find(is_new))?;
        self.asked.insert(number);
        Some(number)
    }

    pub(super) fn insert(&mut self, number: u32, leaf: Leaf) {
        let is_first = |first: &Leaf| !leaf.marks.is_empty() && first.marks == leaf.marks;
        let is_linked = self.leaves.get(&1).is_some_and(|first| !first.is_guess);
        // A server that knows no pages sends the first one for ever.
        let end = if number > 1 && self.leaves.get(&1).is_some_and(is_first) {
            Some(number.saturating_sub(1))
        } else {
            // Who links pages leaves a link out behind the last one only.
            Some(number).filter(|_| leaf.next.is_none() || (leaf.is_guess && is_linked))
        };
        self.end = self.end.into_iter().chain(end).min();
        self.leaves.insert(number, leaf);
    }

    pub(super) fn is_whole(&self) -> bool {
        self.end.is_some_and(|end| (1..=end).all(|number| self.leaves.contains_key(&number)))
    }

    /// Tells whether the page is there that the server named as the last one.
    pub(super) fn has_tail(&self) -> bool {
        self.last.is_some_and(|last| self.leaves.contains_key(&last))
    }

    /// Returns the pages that tell of what is deleted, since all that follows it moves: the first one, the last of those
    /// that were read before anybody knew the end, and the end.
    pub(super) fn witnesses(&self) -> Vec<(u32, &Leaf)> {
        let end = self.end.unwrap_or(u32::MAX);
        let last = self.last.filter(|_| self.has_tail()).or(self.end);
        let numbers: BTreeSet<u32> = [1, self.opened.min(end)].into_iter().chain(last).collect();
        numbers.into_iter().filter_map(|number| Some((number, self.leaves.get(&number)?))).collect()
    }

    /// Tells whether an issue stands on two pages, so that something moved from one to the other between them.
    pub(super) fn has_twice(&self) -> bool {
        let mut seen = BTreeSet::new();
        let leaves = self.unbroken();
        leaves.iter().flat_map(|leaf| leaf.marks.iter().filter_map(|(number, _)| *number)).any(|it| !seen.insert(it))
    }

    pub(super) fn first(&self) -> Option<&Leaf> {
        self.leaves.get(&1)
    }

    /// Returns the pages from the first on, as far as none is missing.
    pub(super) fn unbroken(&self) -> Vec<&Leaf> {
        let end = self.end.unwrap_or(u32::MAX);
        (1..=end).map_while(|number| self.leaves.get(&number)).filter(|leaf| !leaf.marks.is_empty()).collect()
    }

    /// Tells whether all pages agree with that of the newest changes; nothing where that page is not what was asked for.
    pub(super) fn agrees_with(&self, newest: &Leaf) -> Option<bool> {
        let is_later = |leaf: &Leaf| leaf.end.newest > newest.end.newest;
        let is_changed = || self.leaves.values().any(|leaf| is_later(leaf) || leaf.contradicts(newest));
        (newest.end.falls() && newest.end.newest > newest.end.oldest).then(|| !is_changed())
    }

    /// Tells whether the server keeps the order of the numbers, whatever was asked for: no change moves anything then.
    pub(super) fn is_by_number(&self, newest: &Leaf) -> bool {
        let leaves = self.unbroken();
        let numbers: Vec<_> = leaves.iter().flat_map(|leaf| leaf.marks.iter().map(|(number, _)| *number)).collect();
        let is_sorted = numbers.is_sorted_by(|one, next| one < next) || numbers.is_sorted_by(|one, next| one > next);
        is_sorted && self.first().is_some_and(|first| first.is_same(newest))
    }

    /// Returns where a page may have lost issues to the one before: from when, and until when where another follows.
    /// Nothing where the pages are in no order of time.
    pub(super) fn seams(&self) -> Option<Vec<(Timestamp, Option<Timestamp>)>> {
        let leaves = self.unbroken();
        if leaves.is_empty() || leaves.iter().any(|leaf| leaf.end.order == Order::None) {
            return None;
        }
        let seam = |(place, leaf): (usize, &&Leaf)| {
            let own = leaf.end.newest?;
            let Some(next) = leaves.get(place + 1) else { return Some((own, None)) };
            let next = next.end.oldest?;
            // A second more: of those that changed in the same one, all are wanted.
            Some((own.min(next), Some(Timestamp(own.max(next).0 + 1))))
        };
        leaves.iter().enumerate().map(seam).collect()
    }

    /// Returns how many seconds the longest page covers.
    pub(super) fn width(&self) -> i64 {
        let width = |leaf: &Leaf| Some(leaf.end.newest?.0 - leaf.end.oldest?.0);
        self.leaves.values().filter_map(width).max().unwrap_or(1)
    }
}
