//! Sort orders and groupings of lists.

use std::cmp::{Ordering, Reverse};

use crate::domain::board::Inner;
use crate::domain::{Freedom, ItemRow, ProjectRow, State};

/// A sort order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The order of the roadmap.
    #[default]
    Roadmap,
    /// By name.
    Name,
    /// By state.
    State,
    /// By percent; items by their inner progress.
    Percent,
    /// By what is left.
    Left,
    /// By what is free.
    Free,
    /// By last touch, the longest silence first.
    Touched,
}

impl Sort {
    /// All orders, in the sequence of the sort key.
    pub const ALL: [Self; 7] =
        [Self::Roadmap, Self::Name, Self::State, Self::Percent, Self::Left, Self::Free, Self::Touched];

    /// Returns the name of the order on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Roadmap => "roadmap",
            Self::Name => "name",
            Self::State => "state",
            Self::Percent => "percent",
            Self::Left => "left",
            Self::Free => "free",
            Self::Touched => "touched",
        }
    }

    /// Returns the message that confirms the order.
    pub fn title(self) -> &'static str {
        match self {
            Self::Roadmap => "in the order of the roadmap",
            Self::Name => "sorted by name",
            Self::State => "sorted by state",
            Self::Percent => "sorted by percent",
            Self::Left => "sorted by what is left",
            Self::Free => "sorted by what is free",
            Self::Touched => "sorted by last touched, the longest silence first",
        }
    }
}

/// A grouping of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// The default of the view.
    #[default]
    Plain,
    /// By owner.
    Owner,
    /// By state.
    State,
    /// By milestone.
    Milestone,
    /// By the rule of a finding.
    Rule,
}

impl Grouping {
    /// All groupings.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Owner, Self::State, Self::Milestone, Self::Rule];

    /// Returns the name of the grouping on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "default",
            Self::Owner => "owner",
            Self::State => "state",
            Self::Milestone => "milestone",
            Self::Rule => "rule",
        }
    }

    /// Returns the grouping of a name or alias.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "sig" | "group" => Some(Self::Owner),
            "project" | "plain" => Some(Self::Plain),
            word => Self::ALL.into_iter().find(|grouping| grouping.word() == word),
        }
    }
}

/// Compares projects; equal ones keep the order of the roadmap, since the sort is stable.
pub(super) fn by_project(sort: Sort, a: &ProjectRow, b: &ProjectRow) -> Ordering {
    match sort {
        Sort::Roadmap => Ordering::Equal,
        Sort::Name => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
        Sort::State => rank(a.state).cmp(&rank(b.state)),
        Sort::Percent => Reverse(a.percent).cmp(&Reverse(b.percent)),
        Sort::Left => b.left.cmp(&a.left),
        Sort::Free => b.free.cmp(&a.free),
        Sort::Touched => a.touched.cmp(&b.touched),
    }
}

/// Whether what a project is sorted by is not known: such projects come last, in either direction.
pub(super) fn is_unknown_project(sort: Sort, row: &ProjectRow) -> bool {
    match sort {
        Sort::Percent => row.percent.known().is_none(),
        Sort::Left => row.items_left().is_none(),
        Sort::Touched => row.touched.is_none(),
        Sort::Roadmap | Sort::Name | Sort::State | Sort::Free => false,
    }
}

/// The same of an item.
pub(super) fn is_unknown_item(sort: Sort, row: &ItemRow) -> bool {
    match sort {
        Sort::Percent => row.inner.as_ref().and_then(|inner| inner.percent().known()).is_none(),
        Sort::Left => row.inner.is_none(),
        Sort::Touched => row.touched.is_none(),
        Sort::Roadmap | Sort::Name | Sort::State | Sort::Free => false,
    }
}

pub(super) fn by_item(sort: Sort, a: &ItemRow, b: &ItemRow) -> Ordering {
    let percent = |item: &ItemRow| item.inner.as_ref().map(Inner::percent);
    let left = |item: &ItemRow| item.inner.as_ref().map_or(0, |inner| inner.progress.left());
    match sort {
        Sort::Roadmap => Ordering::Equal,
        Sort::Name => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
        Sort::State => rank(a.state).cmp(&rank(b.state)),
        Sort::Percent => percent(b).cmp(&percent(a)),
        Sort::Left => left(b).cmp(&left(a)),
        Sort::Free => (a.freedom != Freedom::Free).cmp(&(b.freedom != Freedom::Free)),
        Sort::Touched => a.touched.cmp(&b.touched),
    }
}

fn rank(state: State) -> usize {
    State::ALL.iter().position(|&other| other == state).unwrap_or(usize::MAX)
}
