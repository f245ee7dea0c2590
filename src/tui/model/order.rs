//! Sort orders and groupings of lists.

use std::cmp::Reverse;

use crate::domain::{Freedom, ItemRow, ProjectRow, State, Timestamp};

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

/// The key by which rows are sorted, ascending; equal ones keep the order of the roadmap, since the sort is stable.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortKey {
    Same,
    Name(String),
    Rank(usize),
    Most(Reverse<u64>),
    Time(Timestamp),
}

/// Returns the key of a project; `None` if it is not known: such projects come last, in either direction.
pub(super) fn key_of_project(sort: Sort, row: &ProjectRow) -> Option<SortKey> {
    Some(match sort {
        Sort::Roadmap => SortKey::Same,
        Sort::Name => SortKey::Name(row.title.to_lowercase()),
        Sort::State => SortKey::Rank(rank(row.state)),
        Sort::Percent => SortKey::Most(Reverse(row.percent.known()?.into())),
        Sort::Left => SortKey::Most(Reverse(row.items_left()?)),
        Sort::Free => SortKey::Most(Reverse(row.free)),
        Sort::Touched => SortKey::Time(row.touched?),
    })
}

/// Returns the key of an item; `None` if it is not known.
pub(super) fn key_of_item(sort: Sort, row: &ItemRow) -> Option<SortKey> {
    Some(match sort {
        Sort::Roadmap => SortKey::Same,
        Sort::Name => SortKey::Name(row.title.to_lowercase()),
        Sort::State => SortKey::Rank(rank(row.state)),
        Sort::Percent => SortKey::Most(Reverse(row.inner.as_ref()?.percent().known()?.into())),
        Sort::Left => SortKey::Most(Reverse(row.inner.as_ref()?.progress.left())),
        Sort::Free => SortKey::Most(Reverse(u64::from(row.freedom == Freedom::Free))),
        Sort::Touched => SortKey::Time(row.touched?),
    })
}

fn rank(state: State) -> usize {
    State::ALL.iter().position(|&other| other == state).unwrap_or(usize::MAX)
}
