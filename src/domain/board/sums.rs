//! Sums over the items of a project, and over all projects.

use std::collections::{HashMap, HashSet};

use super::measure::{Measure, measure};
use super::{Freedom, ItemRow, JoinContext, ProjectRow, Totals};
use crate::domain::{Date, IssueRef, Item, ItemKey, Percent, Progress, Project, Roadmap, Snapshot, State};

/// The sums over the states of a project's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemSums {
    /// Items done or removed, of the items in scope.
    pub progress: Progress,
    /// Their percentage. Unknown instead of 0 % if any state is unknown.
    pub percent: Percent,
    /// Whether the roadmap says that the work is unknown.
    says_unknown: bool,
    /// Whether there are items and none has a known state.
    all_unknown: bool,
}

impl ItemSums {
    /// Adds up the states of a project's items.
    fn of(states: impl Iterator<Item = State>, project: &Project) -> Self {
        let (mut done, mut total, mut unknown) = (0, 0, 0);
        for state in states.filter(|state| *state != State::Dropped) {
            total += 1;
            done += u64::from(state.is_end());
            unknown += u64::from(matches!(state, State::Unknown | State::NotFetched));
        }
        let progress = Progress { done, total };
        // The issue of a project without items measures the project.
        let is_measured = project.items.is_empty() && done == total;
        let says_unknown = project.written == Some(State::Unknown) && !is_measured;
        let is_unknown = unknown == total || unknown > 0 && done == 0 || says_unknown;
        let percent = if is_unknown { Percent::Unknown } else { progress.percent() };
        Self { progress, percent, says_unknown, all_unknown: total > 0 && unknown == total }
    }
}

/// Returns the item sums of each project at the end of `date`, in roadmap order. Cheaper than a board, for series of
/// many days.
pub fn item_sums(roadmap: &Roadmap, snapshot: &Snapshot, date: Date) -> Vec<ItemSums> {
    let at = JoinContext::new(roadmap, snapshot, date);
    roadmap.projects.iter().map(|project| ItemSums::of(states(&at, project), project)).collect()
}

fn states(at: &JoinContext<'_>, project: &Project) -> impl Iterator<Item = State> {
    let is_dropped = project.written == Some(State::Dropped);
    let measured = |item: &Item| measure(at, item, at.found(item)).state;
    let state = move |item: &Item| if is_dropped { State::Dropped } else { measured(item) };
    let issues = project.issues.iter().filter(|_| project.items.is_empty());
    let of_issues = issues.map(move |issue| state(&whole_as_item(project, Some(issue))));
    project.items.iter().map(state).chain(of_issues)
}

/// Makes the item of a project without items: one of its issues, else its measure. The latter has no name of its own.
pub(super) fn whole_as_item(project: &Project, issue: Option<&IssueRef>) -> Item {
    let of_measure = || (ItemKey::new(""), Some(project.shown().to_owned()), project.measure.clone());
    let of_issue = |issue: &IssueRef| (ItemKey::new(&issue.number.to_string()), None, None);
    let (key, title, counter) = issue.map_or_else(of_measure, of_issue);
    let (written, blocked_by, due) = (project.written, project.blocked_by.clone(), project.due);
    Item { title, issue: issue.cloned(), counter, written, blocked_by, due, ..Item::new(key, project.place) }
}

/// Fills in the fields that follow from the project's items and its written state.
pub(super) fn add_up(row: &mut ProjectRow, project: &Project) {
    let sums = ItemSums::of(row.items.iter().map(|item| item.state), project);
    row.progress = sums.progress;
    row.left = row.progress.left();
    row.percent = match row.measure {
        Some(_) => below_100(row.percent, row.left),
        None => sums.percent,
    };
    row.state = project_state(row, project.written, sums);
}

/// Counts the free and the blocked items of a project.
pub(super) fn count_free(row: &mut ProjectRow) {
    let count = |freedom| row.items.iter().filter(|item| item.freedom == freedom).count() as u64;
    (row.free, row.blocked) = (count(Freedom::Free), count(Freedom::Blocked));
}

/// Caps the percentage at 99 while an item is left: 100 % means that nothing is left.
fn below_100(percent: Percent, left: u64) -> Percent {
    if percent == Percent::Known(100) && left > 0 { Percent::Known(99) } else { percent }
}

/// A project is done when no item is left and its percentage, if any, is 100. Its written state counts only if nothing
/// else is known: a counter that is not full overrules a written end.
fn project_state(row: &ProjectRow, written: Option<State>, sums: ItemSums) -> State {
    let finished = row.left == 0 && row.percent == Percent::Known(100);
    let written_end = written.filter(|_| row.reading.as_ref().is_none_or(|reading| reading.progress.left() == 0));
    let begun = row.items.iter().any(|item| matches!(item.state, State::Started | State::Done | State::Removed))
        || row.reading.as_ref().is_some_and(|reading| reading.progress.done > 0);
    let is_empty = row.items.is_empty() && row.reading.is_none();
    let is_dropped = row.progress.total == 0 && !row.items.is_empty() && row.reading.is_none();
    match () {
        () if written == Some(State::Dropped) || is_dropped => State::Dropped,
        () if written_end == Some(State::Removed) && row.left == 0 => State::Removed,
        () if written_end == Some(State::Done) && row.items.is_empty() => State::Done,
        () if finished => State::Done,
        () if is_empty => written.unwrap_or(State::Unknown),
        () if sums.all_unknown && row.reading.is_none() && is_unfetched(row) => State::NotFetched,
        () if (sums.all_unknown || sums.says_unknown) && row.reading.is_none() => State::Unknown,
        () if begun => State::Started,
        () => State::Todo,
    }
}

/// Whether an item of the project was never fetched.
fn is_unfetched(row: &ProjectRow) -> bool {
    row.items.iter().any(|item| item.state == State::NotFetched)
}

/// Computes the sums over all projects.
pub(super) fn totals(projects: &[ProjectRow]) -> Totals {
    let mut sums = Totals::default();
    for row in projects.iter().filter(|row| row.state != State::Dropped) {
        sums.projects += 1;
        sums.projects_done += u64::from(row.state.is_end());
    }
    for item in once(projects.iter().flat_map(|row| &row.items)) {
        sums.items += 1;
        sums.left += u64::from(item.is_left());
        sums.unknown += u64::from(item.state == State::Unknown);
        sums.not_fetched += u64::from(item.state == State::NotFetched);
        match item.freedom {
            Freedom::Free => sums.free += 1,
            Freedom::MaybeFree(_) => sums.maybe_free += 1,
            Freedom::ClaimsUnchecked => sums.claims_unchecked += 1,
            Freedom::Blocked => sums.blocked += 1,
            Freedom::Unchecked => sums.unchecked += u64::from(is_unchecked(item)),
            Freedom::Taken | Freedom::Unclear | Freedom::Ended => {}
        }
    }
    sums
}

/// Whether an item is left whose freedom is not known. Items never fetched, or not yet opened, are counted elsewhere.
fn is_unchecked(item: &ItemRow) -> bool {
    item.state != State::NotFetched && item.measure != Measure::IssueNotYetOpened
}

/// Returns the items in scope, one for each issue: items that are left first, then the easiest to take.
pub(super) fn once<'a>(items: impl Iterator<Item = &'a ItemRow>) -> Vec<&'a ItemRow> {
    let mut all: Vec<&ItemRow> = Vec::new();
    let mut seen = HashMap::<&IssueRef, usize>::new();
    for item in items.filter(|item| item.state != State::Dropped) {
        let at = item.issue.as_ref().map_or(all.len(), |issue| *seen.entry(issue).or_insert(all.len()));
        match all.get_mut(at) {
            Some(known) if precedence(item) > precedence(known) => *known = item,
            Some(_) => {}
            None => all.push(item),
        }
    }
    all
}

/// Counts items; several items of the same issue count once.
pub fn count_once<'a>(items: impl Iterator<Item = &'a ItemRow>) -> u64 {
    let mut seen = HashSet::new();
    items.filter(|item| item.issue.as_ref().is_none_or(|issue| seen.insert(issue))).count() as u64
}

/// The rank of an item among those of the same issue; the highest counts. Items of equal rank add the same to all sums,
/// so the sums do not depend on the order of projects.
fn precedence(item: &ItemRow) -> (u8, u8) {
    let ease = match item.freedom {
        Freedom::Free => 7,
        Freedom::MaybeFree(_) => 6,
        Freedom::ClaimsUnchecked => 5,
        Freedom::Blocked => 4,
        Freedom::Taken => 3,
        Freedom::Unclear => 2,
        Freedom::Unchecked => 1,
        Freedom::Ended => 0,
    };
    let state = match item.state {
        State::NotFetched => 3,
        State::Unknown => 2,
        // Only the roadmap can distinguish it from `done`.
        State::Removed => 1,
        State::Todo | State::Started | State::ClosedNotDone | State::Done | State::Dropped => 0,
    };
    (ease, state)
}
