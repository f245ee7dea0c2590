//! Links of the roadmap, each with the facts about its issue that several rules need.

use super::Location;
use super::location::at;
use crate::domain::board::JoinContext;
use crate::domain::{GroupId, Issue, Item, Owner, Project, ProjectRow, State};

/// A link of a project or an item to an issue in the snapshot.
#[derive(Clone, Copy)]
pub(super) struct IssueLink<'a> {
    pub(super) project: &'a Project,
    pub(super) item: Option<&'a Item>,
    pub(super) issue: &'a Issue,
    /// Whether an earlier link has the same issue.
    pub(super) is_repeated: bool,
    /// The owner, if something is left and the labels name none of its groups.
    pub(super) unnamed: Option<&'a Owner>,
    pub(super) is_closed: bool,
}

impl IssueLink<'_> {
    pub(super) fn location(&self) -> Location {
        at(self.project, self.item)
    }
}

/// Returns the links of a project and its items, without what was dropped.
pub(super) fn of_project<'a>(
    at: JoinContext<'a>,
    project: &'a Project,
    row: &'a ProjectRow,
) -> impl Iterator<Item = IssueLink<'a>> {
    let own = project.issues.iter().map(|id| (None, id, Some(&*row.owner)));
    let items = project.items.iter().zip(&row.items).filter(|(item, _)| item.written != Some(State::Dropped));
    let items =
        items.filter_map(|(item, row)| Some((Some(item), item.issue.as_ref()?, row.is_left().then_some(&*row.owner))));
    let in_scope = own.chain(items).filter(|_| project.written != Some(State::Dropped));
    in_scope.filter_map(move |(item, id, owner)| {
        let issue = at.issue(id)?;
        let unnamed = owner.filter(|owner| !is_named(owner, issue));
        Some(IssueLink { project, item, issue, is_repeated: false, unnamed, is_closed: at.is_closed(issue) })
    })
}

/// Whether the labels of an issue name one of the groups of an owner, or there is no owner.
fn is_named(owner: &Owner, issue: &Issue) -> bool {
    owner.names.is_empty() || issue.labels.iter().any(|label| owner.groups().any(|group| is_of(group, label)))
}

/// Whether a label such as `sig/testing` belongs to a group.
fn is_of(group: &GroupId, label: &str) -> bool {
    let Some((kind, name)) = label.split_once('/') else { return false };
    group.as_str().strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')) == Some(name)
}
