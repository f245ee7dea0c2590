//! How a page is sorted, and what its ends tell of the next.

use super::wire::{self, Page};
use crate::domain::Timestamp;

/// What the ends of a page tell.
pub(super) struct End {
    pub(super) oldest: Option<Timestamp>,
    pub(super) newest: Option<Timestamp>,
    /// Whether the oldest stand first, as they were asked for.
    pub(super) order: Order,
    /// Whether the newest stand first.
    falls: bool,
}

/// How a page is sorted by the time of change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
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
    pub(super) fn of(page: &Page) -> Self {
        let times: Vec<Timestamp> = page.issues.iter().filter_map(wire::Wire::updated).collect();
        let newest = times.iter().max().copied();
        Self {
            oldest: times.iter().min().copied(),
            newest,
            order: Order::of(&times),
            falls: times.is_sorted_by(|one, next| one >= next),
        }
    }

    /// Tells whether the newest stand first.
    pub(super) fn falls(&self) -> bool {
        self.falls
    }

    /// Tells whether something changed before a moment, so that the page is not one of what changed since.
    pub(super) fn is_before(&self, since: Timestamp) -> bool {
        self.oldest.is_some_and(|oldest| oldest.0 < since.0 - 1)
    }

    /// Returns from when on to ask for the next page; nothing where one second fills this page, or its order tells
    /// nothing: then it is asked for by link.
    pub(super) fn leads_on(&self, from: Timestamp) -> Option<Timestamp> {
        self.newest.filter(|newest| *newest > from && self.order == Order::Kept)
    }
}
