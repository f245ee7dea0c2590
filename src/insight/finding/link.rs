//! Links of the roadmap, each with what the rules ask of its issue.

use super::Location;
use super::location::{at_item, at_project};
use crate::domain::board::{JoinContext, SILENT_DAYS};
use crate::domain::{CloseReason, GroupId, Issue, IssueState, Item, Owner, Project, ProjectRow, State, TaskState};

/// A link of a project or an item to an issue that is there.
#[derive(Clone, Copy)]
pub(super) struct IssueLink<'a> {
    pub(super) project: &'a Project,
    pub(super) item: Option<&'a Item>,
    pub(super) issue: &'a Issue,
    /// Whether an earlier link leads to the same issue.
    pub(super) is_repeated: bool,
    /// The owner, where there is something left and the labels do not name one of its groups.
    pub(super) unnamed: Option<&'a Owner>,
    pub(super) issue_state: LinkedIssueState,
}

/// The state of a linked issue.
#[derive(Clone, Copy)]
pub(super) enum LinkedIssueState {
    Closed {
        /// Whether it was closed as completed with open boxes.
        with_boxes: bool,
    },
    OpenPull,
    Open {
        /// Whether it carries lifecycle/stale or lifecycle/rotten.
        is_marked: bool,
        has_milestone: bool,
        silent: Option<Silent>,
    },
}

/// How long an open issue has had no comment.
#[derive(Clone, Copy)]
pub(super) struct Silent {
    /// At least 90.
    pub(super) days: u32,
    pub(super) is_assigned: bool,
}

impl IssueLink<'_> {
    pub(super) fn location(&self) -> Location {
        self.item.map_or_else(|| at_project(self.project), |item| at_item(self.project, item))
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.issue_state, LinkedIssueState::Closed { .. })
    }
}

/// Returns the links of a project and its items.
pub(super) fn of_project<'a>(
    at: JoinContext<'a>,
    project: &'a Project,
    row: &'a ProjectRow,
) -> impl Iterator<Item = IssueLink<'a>> {
    let own = project.issues.iter().map(|id| (None, id, Some(&*row.owner)));
    let items = project.items.iter().zip(&row.items).filter(|(item, _)| item.written != Some(State::Dropped));
    let items =
        items.filter_map(|(item, row)| Some((Some(item), item.issue.as_ref()?, row.is_left().then_some(&*row.owner))));
    own.chain(items).filter_map(move |(item, id, owner)| {
        let issue = at.issue(id)?;
        let unnamed = owner.filter(|owner| !is_named(owner, issue));
        let issue_state = LinkedIssueState::of(&at, issue);
        Some(IssueLink { project, item, issue, is_repeated: false, unnamed, issue_state })
    })
}

impl LinkedIssueState {
    fn of(at: &JoinContext<'_>, issue: &Issue) -> Self {
        if at.is_closed(issue) {
            return Self::Closed { with_boxes: has_open_boxes(issue) };
        }
        if issue.is_pull {
            return Self::OpenPull;
        }
        let silent = silence(at, issue).map(|days| Silent { days, is_assigned: !issue.assignees.is_empty() });
        Self::Open { is_marked: is_marked(issue), has_milestone: issue.milestone.is_some(), silent }
    }
}

/// Whether an issue carries lifecycle/stale or lifecycle/rotten.
fn is_marked(issue: &Issue) -> bool {
    ["lifecycle/stale", "lifecycle/rotten"].iter().any(|label| issue.has_label(label))
}

/// The days since a person spoke, where they are many; nothing where comments were never looked at.
fn silence(at: &JoinContext<'_>, issue: &Issue) -> Option<u32> {
    let is_known = issue.last_comment.is_some() || issue.updated.is_some();
    let days = issue.touched().filter(|_| is_known)?.days_before(at.date);
    (days >= SILENT_DAYS).then_some(days)
}

/// Whether a closed issue counts as done and has open boxes.
fn has_open_boxes(issue: &Issue) -> bool {
    is_completed(issue) && issue.tasks.iter().any(|task| task.state == TaskState::Open)
}

/// Whether a closed issue counts as done.
pub(super) fn is_completed(issue: &Issue) -> bool {
    match &issue.state {
        IssueState::Open => false,
        IssueState::Closed { reason, .. } => matches!(reason, None | Some(CloseReason::Completed)),
    }
}

/// Whether the labels of an issue name one of the groups of an owner, or there is none.
fn is_named(owner: &Owner, issue: &Issue) -> bool {
    owner.names.is_empty() || issue.labels.iter().any(|label| owner.groups().any(|group| is_of(group, label)))
}

/// Whether a label such as `sig/testing` is that of a group.
fn is_of(sig: &GroupId, label: &str) -> bool {
    let Some((kind, name)) = label.split_once('/') else { return false };
    sig.as_str().strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')) == Some(name)
}
