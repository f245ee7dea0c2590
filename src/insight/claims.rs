//! Claimed work: the open boxes and issues that people are working on, with who and since when.

use crate::domain::board::JoinContext;
use crate::domain::boxes::BoxState;
use crate::domain::{Board, Doubt, Freedom, IssueRef, ItemKey, ItemRow, ProjectId, Roadmap, Snapshot};

use super::umbrella::UnlistedWork;

/// An open box, or an issue as a whole, that someone has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedWork {
    /// The project of its item.
    pub project: ProjectId,
    /// The item whose issue has the box, or that is the box.
    pub item: ItemKey,
    /// The issue that has the box, or that is claimed.
    pub issue: IssueRef,
    /// The place of the box in the task list; `None` for an issue as a whole.
    pub place: Option<usize>,
    /// The text of the box, or the title of the item.
    pub title: String,
    /// Claimed, in review, collided or quiet.
    pub state: BoxState,
}

/// Returns the boxes that are claimed, in review, collided or quiet, of each item in roadmap order, those that are items,
/// and the issues that are claimed as a whole.
/// Of an issue that tracks a project with items, only the other boxes that no item covers.
pub fn of_board(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board, unlisted: &[UnlistedWork]) -> Vec<ClaimedWork> {
    let at = board.context(roadmap, snapshot);
    if !at.is_current() {
        return Vec::new();
    }
    let items = board.items().filter(|item| item.is_left());
    let of_row = |item| of_item(&at, item, |_| true).into_iter().chain(of_own_box(&at, item)).chain(of_issue(item));
    let mut found: Vec<_> = items.flat_map(of_row).collect();
    for work in unlisted.iter().filter(|work| work.row.is_left()) {
        found.extend(of_item(&at, &work.row, |at| work.tasks.contains(&at)));
    }
    found
}

/// The claimed boxes of an item, at places that `fits` accepts.
fn of_item(at: &JoinContext<'_>, item: &ItemRow, fits: impl Fn(usize) -> bool) -> Vec<ClaimedWork> {
    let Some(issue) = item.issue.as_ref().and_then(|id| at.issue(id)) else { return Vec::new() };
    let states = at.boxes_of(issue);
    let boxes = issue.tasks.iter().zip(&*states).enumerate().filter(|(at, _)| fits(*at));
    let claim = |state: &Option<BoxState>| state.clone().filter(BoxState::is_claimed);
    let claimed =
        boxes.filter_map(|(at, (task, state))| Some(claimed(item, (&issue.id, Some(at)), &task.text, claim(state)?)));
    claimed.collect()
}

/// The box that an item by hand is, if it is claimed.
fn of_own_box(at: &JoinContext<'_>, item: &ItemRow) -> Option<ClaimedWork> {
    let own = item.own_box.as_ref()?;
    let state = own.state.clone().filter(BoxState::is_claimed)?;
    let task = at.issue(&own.issue)?.tasks.get(own.place)?;
    Some(claimed(item, (&own.issue, Some(own.place)), &task.text, state))
}

/// The issue of an item, if it is claimed as a whole.
fn of_issue(item: &ItemRow) -> Option<ClaimedWork> {
    let is_claimed = matches!(item.freedom, Freedom::Taken | Freedom::MaybeFree(Doubt::Claimed(_)));
    let state = item.claim.as_deref().filter(|_| is_claimed)?;
    Some(claimed(item, (item.issue.as_ref()?, None), &item.title, state.clone()))
}

/// The claim of a box of an issue, or of the issue as a whole.
fn claimed(item: &ItemRow, (issue, place): (&IssueRef, Option<usize>), title: &str, state: BoxState) -> ClaimedWork {
    let (project, item) = (item.project.clone(), item.key.clone());
    ClaimedWork { project, item, issue: issue.clone(), place, title: title.to_owned(), state }
}
