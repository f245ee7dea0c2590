//! Rows of the board: projects, items and counters at the date, and their sums.

use std::sync::Arc;

use super::measure::Measure;
use crate::domain::{
    CounterId, Date, IssueRef, ItemKey, Owner, OwnerName, Percent, Place, Progress, ProjectId, Reading, Start, State,
    Target, Text, Timestamp,
};

/// A project at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// What to show: title, else id.
    pub title: String,
    /// Who turns it off.
    pub owner: Arc<Owner>,
    /// Its state as a whole.
    pub state: State,
    /// By its measure, else by whole items; never a mix of units.
    pub percent: Percent,
    /// The counter behind the percentage, if that is what it is.
    pub measure: Option<CounterId>,
    /// Whole items: those done or removed, of those in scope.
    pub progress: Progress,
    /// What its measure said at the date.
    pub reading: Option<Reading>,
    /// Items that are neither done nor dropped.
    pub left: u64,
    /// Of those, free ones.
    pub free: u64,
    /// Of those, blocked ones.
    pub blocked: u64,
    /// When a person last said something in one of its issues.
    pub touched: Option<Timestamp>,
    /// The day it should be over.
    pub due: Option<Date>,
    /// In roadmap order.
    pub items: Vec<ItemRow>,
}

/// An item at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its project; empty for what was migrated before.
    pub project: ProjectId,
    /// Unique within the project.
    pub key: ItemKey,
    /// As written, else the title of the issue, else its number.
    pub title: String,
    /// For example `on-call`.
    pub kind: Option<Text>,
    /// Its own owner, else the project's; those that have the same share it in memory.
    pub owner: Arc<Owner>,
    /// Its state.
    pub state: State,
    /// How that is known.
    pub measure: Measure,
    /// What a person wrote, where that differs from what was measured.
    pub contradicted: Option<State>,
    /// Progress inside the item: never mixed into percentages of the project.
    pub inner: Option<Inner>,
    /// The issue behind it, whether or not it was fetched.
    pub issue: Option<IssueRef>,
    /// Who has it; of earlier days that is not known.
    pub assignees: Vec<Text>,
    /// Its milestone.
    pub milestone: Option<Text>,
    /// Whether someone can take it.
    pub freedom: Freedom,
    /// What must come first and is neither done nor dropped.
    pub blocked_by: Vec<Target>,
    /// When a person last said something in its issue.
    pub touched: Option<Timestamp>,
    /// The day it should be over.
    pub due: Option<Date>,
    /// Its place in the file; `None` for the issue of a project without items.
    pub place: Option<Place>,
}

/// Progress inside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner {
    /// Done and total.
    pub progress: Progress,
    /// What is counted, in the plural: `tasks`, `prow jobs`.
    pub unit: Text,
    /// Where a percentage begins, if only what is left is known: then done and total are those of a scale.
    pub start: Option<Start>,
}

impl Inner {
    /// Progress whose total is known.
    pub fn new(progress: Progress, unit: Text) -> Self {
        Self { progress, unit, start: None }
    }
}

/// Whether someone can take an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Freedom {
    /// Open, unassigned, unclaimed, without an open pull request, not blocked.
    Free,
    /// Assigned to someone who has been silent for so many days, at least [`SILENT_DAYS`](super::SILENT_DAYS).
    MaybeFree(u32),
    /// It is assigned or claimed.
    Taken,
    /// Something else must come first.
    Blocked,
    /// What there is to do is unknown, or must be decided first.
    Unclear,
    /// What would tell was not fetched.
    Unchecked,
    /// Nothing to take.
    Ended,
}

/// A counter at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterRow {
    /// Its id.
    pub id: CounterId,
    /// What it counts, in the plural.
    pub unit: String,
    /// The same with its id, where another counter counts such, too: `files (strict-types)`.
    pub label: String,
    /// The figure that holds: the newest counted one, else the newest recorded by hand.
    pub reading: Option<Reading>,
    /// Where its percentage begins, if only what is left is known.
    pub start: Option<Start>,
    /// A figure recorded by hand since then.
    pub recorded: Option<Reading>,
}

impl CounterRow {
    /// What it says at the date, if it was counted by then.
    pub fn inner(&self) -> Option<Inner> {
        let progress = self.reading.as_ref()?.progress;
        Some(Inner { progress, unit: Text::new(&self.unit), start: self.start })
    }
}

/// Sums over all projects; an issue in several of them counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Projects in scope.
    pub projects: u64,
    /// Projects with nothing left.
    pub projects_done: u64,
    /// Items in scope.
    pub items: u64,
    /// Items that are neither done nor dropped.
    pub left: u64,
    /// Items that someone can take.
    pub free: u64,
    /// Items that may be free.
    pub maybe_free: u64,
    /// Items that wait for something.
    pub blocked: u64,
    /// Items of which it is unknown what there is to do.
    pub unknown: u64,
    /// Items whose issue was never fetched.
    pub not_fetched: u64,
}

impl ProjectRow {
    /// Whether nothing waits for it any more: it is done or dropped itself, or all its items are and its counter is full.
    pub fn has_ended(&self) -> bool {
        let has_left = self.reading.as_ref().is_some_and(|reading| reading.progress.left() > 0);
        let have_items_ended = || !self.items.is_empty() && self.items.iter().all(|item| item.state.is_end());
        self.state.is_end() || !has_left && have_items_ended()
    }
}

impl ItemRow {
    /// Whether anything remains to be done.
    pub fn is_left(&self) -> bool {
        !self.state.is_end()
    }

    /// Whether it is work without an issue whose owner is a person: only the roadmap says who has it.
    pub fn is_a_persons(&self) -> bool {
        let names = &self.owner.names;
        self.issue.is_none() && names.iter().any(|name| matches!(name, OwnerName::Person(_)))
    }
}
