//! Rows of the board: projects, items and counters at a date, and their sums.

use std::sync::Arc;

use super::measure::Measure;
use crate::domain::boxes::BoxState;
use crate::domain::{
    Baseline, CounterId, Date, IssueRef, ItemKey, Owner, OwnerName, Percent, Place, Progress, ProjectId, Reading,
    State, Target, TaskState, Text, Timestamp,
};

/// A project at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// The title, else the id.
    pub title: String,
    /// Who is responsible for it.
    pub owner: Arc<Owner>,
    /// Its state as a whole.
    pub state: State,
    /// By its measure, else by whole items; units are never mixed.
    pub percent: Percent,
    /// The counter behind the percentage, if there is one.
    pub measure: Option<CounterId>,
    /// Items done or removed, of the items in scope.
    pub progress: Progress,
    /// The reading of its measure at the date.
    pub reading: Option<Reading>,
    /// Items that are neither done nor dropped.
    pub left: u64,
    /// Of those, free ones.
    pub free: u64,
    /// Of those, blocked ones.
    pub blocked: u64,
    /// When a person last commented on one of its issues, or opened or closed one.
    pub touched: Option<Timestamp>,
    /// The day by which it should be done.
    pub due: Option<Date>,
    /// In roadmap order.
    pub items: Vec<ItemRow>,
}

/// An item at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its project; empty for items migrated before.
    pub project: ProjectId,
    /// Unique within the project.
    pub key: ItemKey,
    /// As written, else the title of the issue, else its number.
    pub title: String,
    /// For example `on-call`.
    pub kind: Option<Text>,
    /// Its own owner, else the project's, shared in memory.
    pub owner: Arc<Owner>,
    /// The state at the date.
    pub state: State,
    /// How the state is known.
    pub measure: Measure,
    /// The written state, if it differs from the measured one.
    pub contradicted: Option<State>,
    /// The written state, whether or not it is shown.
    pub written: Option<State>,
    /// Progress inside the item, never mixed into the project's percentage.
    pub inner: Option<Inner>,
    /// The issue behind it, whether or not it was fetched.
    pub issue: Option<IssueRef>,
    /// The assignees; not known for earlier days.
    pub assignees: Vec<Text>,
    /// The box that it is, if it is by hand, or the box that links to its issue, if that is why it is not free; not known for
    /// earlier days. Shared in memory.
    pub own_box: Option<Arc<OwnBox>>,
    /// Its milestone.
    pub milestone: Option<Text>,
    /// Whether someone can take it.
    pub freedom: Freedom,
    /// When its issue was closed, if it was open on an earlier day and was closed since.
    pub closed_since: Option<Timestamp>,
    /// Who has its issue as a whole, by a comment or an open pull request; not known for earlier days. Shared in memory.
    pub claim: Option<Arc<BoxState>>,
    /// What its issue says about itself, if that is why it may not be free.
    pub note: Option<IssueNote>,
    /// What it waits for and is neither done nor dropped.
    pub blocked_by: Vec<Target>,
    /// When a person last commented on its issue, or opened or closed it.
    pub touched: Option<Timestamp>,
    /// The day by which it should be done.
    pub due: Option<Date>,
    /// Its place in the file; `None` for the issue of a project without items.
    pub place: Option<Place>,
}

/// The box of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBox {
    /// The issue that contains the box.
    pub issue: IssueRef,
    /// Its place in the task list.
    pub place: usize,
    /// Whether it is ticked or struck.
    pub tick: TaskState,
    /// Its state; `None` if it is not open.
    pub state: Option<BoxState>,
    /// Who works on it: the assignees of an issue that tracks the item's project, else the people who claimed the box.
    pub people: Vec<Text>,
    /// Whether these are assignees.
    pub is_assigned: bool,
}

/// Progress inside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner {
    /// Done and total.
    pub progress: Progress,
    /// What is counted, in the plural: `tasks`, `prow jobs`.
    pub unit: Text,
    /// Where the percentage starts, if only what is left is known: then done and total are positions on that scale.
    pub start: Option<Baseline>,
}

impl Inner {
    /// Creates progress with a known total.
    pub fn new(progress: Progress, unit: Text) -> Self {
        Self { progress, unit, start: None }
    }

    /// Returns the percentage; unknown before its start.
    pub fn percent(&self) -> Percent {
        if let Some(Baseline::Later(_)) = self.start { Percent::Unknown } else { self.progress.percent() }
    }

    /// Returns done and total; `None` if only what is left is known.
    pub fn whole(&self) -> Option<Progress> {
        Some(self.progress).filter(|_| self.start.is_none())
    }
}

/// A figure recorded by hand, beside the counted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFigure {
    /// The figure with its unit.
    pub inner: Inner,
    /// The day of its reading.
    pub date: Date,
}

/// Whether someone can take an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Freedom {
    /// Open, unassigned, unclaimed, without an open pull request, not blocked.
    Free,
    /// Perhaps not free, for this reason.
    MaybeFree(Doubt),
    /// No claim is known, but comments that may claim it were not read.
    ClaimsUnchecked,
    /// Assigned or claimed.
    Taken,
    /// Waits for something else.
    Blocked,
    /// The work is unknown, or needs a decision first.
    Unclear,
    /// The facts that decide it were not fetched.
    Unchecked,
    /// Nothing to take.
    Ended,
}

impl Freedom {
    /// Whether the piece is free, or not known to be taken.
    pub fn may_be_free(self) -> bool {
        self.doubt().is_some() || self.is_unclaimed()
    }

    /// Returns why the piece is only perhaps free.
    pub fn doubt(self) -> Option<Doubt> {
        if let Self::MaybeFree(doubt) = self { Some(doubt) } else { None }
    }

    /// Whether the piece is free as far as its claims were read.
    pub fn is_unclaimed(self) -> bool {
        matches!(self, Self::Free | Self::ClaimsUnchecked)
    }
}

/// Why something may not be free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Assigned, without a comment of a person for this many days, at least [`SILENT_DAYS`](super::SILENT_DAYS). When it was
    /// assigned is not known.
    Assigned(u32),
    /// Claimed, with no news for this many days.
    Claimed(u32),
    /// A comment or a pull request names it, without claiming it.
    Named,
    /// Its line, or its issue, says that it waits, or that someone is at work on it.
    Noted,
    /// A comment asks for it, without an answer.
    Asked,
    /// A comment says that it was done.
    SaidDone,
    /// The roadmap says that it is started.
    Started,
    /// Its note in the roadmap gives a status, such as "blocked".
    Status,
    /// Several boxes or items have its text, and not all of these boxes are free.
    Ambiguous,
    /// A box that links to its issue is ticked or struck, but the issue is open.
    Ticked,
}

/// What an issue says about itself: that it waits, that someone is at work on it, or that the work goes on elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueNote {
    /// By this label.
    Label(Text),
    /// By its title.
    Title,
    /// By its body, which says that it waits for this issue.
    WaitsFor(IssueRef),
    /// By its body, which asks not to begin yet.
    AsksToWait,
    /// By its body, which says that the work goes on in this issue.
    GoesOnIn(IssueRef),
}

impl Doubt {
    /// Returns the days since the last activity of the person who has it; 0 if unknown.
    pub fn days(self) -> u32 {
        if let Self::Assigned(days) | Self::Claimed(days) = self { days } else { 0 }
    }
}

/// A counter at the date.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterRow {
    /// Its id.
    pub id: CounterId,
    /// What it counts, in the plural.
    pub unit: String,
    /// The unit, with the counter's id if several counters share it: `files (strict-types)`.
    pub label: String,
    /// The valid figure: the newest counted one, else the newest recorded by hand.
    pub reading: Option<Reading>,
    /// Where its percentage starts, if only what is left is known.
    pub start: Option<Baseline>,
    /// A newer figure recorded by hand.
    pub recorded: Option<RecordedFigure>,
}

impl CounterRow {
    /// Returns the progress at the date, if it was counted by then.
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
    /// Items that may be free, but whose comments were not all read.
    pub claims_unchecked: u64,
    /// Items that may be free, but other facts about them were not fetched.
    pub unchecked: u64,
    /// Items that wait for something.
    pub blocked: u64,
    /// Items whose work is unknown.
    pub unknown: u64,
    /// Items whose issue was never fetched.
    pub not_fetched: u64,
}

impl ProjectRow {
    /// Returns the number of items left; `None` for a project without items, of which a counter may have much left.
    pub fn items_left(&self) -> Option<u64> {
        (!self.items.is_empty()).then_some(self.left)
    }

    /// Whether it no longer blocks anything: it is done or dropped, or all its items are and its counter is full.
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

    /// Returns who works on it: its assignees, else who claimed it.
    pub fn people(&self) -> &[Text] {
        if self.assignees.is_empty() { self.claimed_by() } else { &self.assignees }
    }

    /// Returns who claimed its box, else who claimed its issue.
    pub fn claimed_by(&self) -> &[Text] {
        match (&self.own_box, &self.claim) {
            (Some(own), _) => &own.people,
            (None, Some(claim)) => &claim.people,
            (None, None) => &[],
        }
    }

    /// Whether someone has to decide about it before it can be taken. A counter without a reading only has to be counted.
    pub fn needs_decision(&self) -> bool {
        self.freedom == Freedom::Unclear && !matches!(self.measure, Measure::NoReading(_))
    }

    /// Whether it has no issue and its owner is a person, so that only the roadmap says who works on it.
    pub fn is_a_persons(&self) -> bool {
        self.issue.is_none() && self.has_person()
    }

    fn has_person(&self) -> bool {
        self.owner.names.iter().any(|name| matches!(name, OwnerName::Person(_)))
    }

    /// Whether the roadmap says that it is started, and nothing else says that it has ended.
    pub fn is_written_as_started(&self) -> bool {
        self.written == Some(State::Started) && matches!(self.state, State::Todo | State::Started)
    }

    /// Whether the roadmap says that it is started, and names the person who owns it.
    pub fn is_started_by_owner(&self) -> bool {
        self.is_written_as_started() && self.has_person() && self.owner.is_settled()
    }
}
