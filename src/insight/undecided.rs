//! Undecided items: what has to be decided before someone can take one.

use super::successor;
use crate::domain::board::measure::Measure;
use crate::domain::board::{JoinContext, progress_inside};
use crate::domain::boxes::BoxKind;
use crate::domain::{Absence, CloseReason, Issue, IssueState, ItemRow, OwnBox, State};
use crate::words;

/// What is undecided about an item, and what to do, as a phrase whose subject is the item: `was closed but not done: drop it
/// or reopen it`. `None` if the roadmap does not say what there is to do.
pub(super) fn cause(at: &JoinContext<'_>, item: &ItemRow) -> Option<String> {
    let is_open = matches!(item.state, State::Todo | State::Started);
    if let Some(own) = item.own_box.as_ref().filter(|_| is_open) {
        return Some(of_box(at, own));
    }
    let issue = item.issue.as_ref().and_then(|id| at.issue(id));
    let fixed = match &item.measure {
        Measure::Issue if is_open => return issue.map(|issue| of_open_issue(at, issue)),
        Measure::Issue if item.state == State::ClosedNotDone => return issue.map(|issue| of_closed_issue(at, issue)),
        Measure::Issue => "was closed, perhaps by a robot: count it as done or reopen it",
        Measure::IssueMissing if is_deleted(at, item) => "has an issue that was deleted: link another one, or drop it",
        Measure::IssueMissing => "has an issue that could not be fetched: link another one",
        Measure::Counter(_) if is_open => {
            "has a closed issue and a counter that is not full: reopen the issue, or correct the rule"
        }
        Measure::Counter(_) => "has a counter with nothing to count: correct the rule",
        Measure::NoReading(_) => "has a counter without a reading",
        Measure::Written
        | Measure::Typed
        | Measure::Nothing
        | Measure::Placeholder
        | Measure::IssueNotYetOpened
        | Measure::NotFetched => return None,
    };
    Some(fixed.to_owned())
}

fn is_deleted(at: &JoinContext<'_>, item: &ItemRow) -> bool {
    item.issue.as_ref().is_some_and(|id| at.snapshot.missing.get(id) == Some(&Absence::Gone))
}

fn of_box(at: &JoinContext<'_>, own: &OwnBox) -> String {
    let issue = at.short(&own.issue);
    if own.state.is_some() && at.issue(&own.issue).is_some_and(|list| at.is_closed(list)) {
        return format!("has a box in {issue}, which was closed: reopen the issue, or set the item's state");
    }
    match own.state.as_ref().map(|state| state.kind) {
        None => format!("is {} in {issue}, but open in the roadmap: set its state", words::box_tick(own.tick)),
        Some(BoxKind::Merged) => format!("is done, but not ticked in {issue}: tick it, and set its state"),
        Some(_) => format!("has a box in {issue} whose link was closed, not done: drop it, or add what is left"),
    }
}

/// Nothing of the issue can be taken.
fn of_open_issue(at: &JoinContext<'_>, issue: &Issue) -> String {
    let (what, first) = match issue.tasks.as_slice() {
        [] => ("closed sub-issues", "close it"),
        [_, ..] if progress_inside::has_nothing_open(issue, at.snapshot) => {
            ("boxes that are ticked or struck", "close it")
        }
        [_, ..] => ("boxes whose work is done or was closed", "tick them and close the issue"),
    };
    format!("has only {what}: {first}, or add what is left")
}

/// What is closed but not done, and may go on in another issue.
pub(super) fn of_closed_issue(at: &JoinContext<'_>, issue: &Issue) -> String {
    // Comments and texts of earlier days are not known.
    let other = successor::successor(issue).filter(|_| at.is_current()).map(|(other, _)| other);
    match (&issue.state, other) {
        (_, Some(other)) => {
            let remedy = if at.has_work(&other) { "drop it" } else { "link that one" };
            format!("{}: {remedy}", successor::phrase(at, issue, &other))
        }
        (IssueState::Closed { reason: Some(CloseReason::Duplicate), .. }, None) => {
            "was closed as a duplicate: drop it, or link the issue that has its work".to_owned()
        }
        (IssueState::Closed { .. } | IssueState::Open, None) => {
            "was closed but not done: drop it or reopen it".to_owned()
        }
    }
}
