//! Claims: the open boxes that people are working on: who, and since when.

use crate::domain::boxes::{self, BoxKind, BoxState};
use crate::domain::{Board, IssueRef, ItemKey, ProjectId, Roadmap, Snapshot};

/// An open box that is not to be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedBox {
    /// The project of its item.
    pub project: ProjectId,
    /// The item whose issue has the box.
    pub item: ItemKey,
    /// That issue.
    pub issue: IssueRef,
    /// What the box says.
    pub title: String,
    /// Claimed, in review, collided, or quiet since.
    pub state: BoxState,
}

/// Returns the boxes that are claimed, in review, collided or quiet, in roadmap order; those of an issue once.
pub fn of_board(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board) -> Vec<ClaimedBox> {
    let at = crate::domain::board::JoinContext::new(roadmap, snapshot, board.date);
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in board.items().filter(|item| item.is_left() && at.is_current()) {
        let Some(issue) = item.issue.as_ref().filter(|id| seen.insert((*id).clone())).and_then(|id| at.issue(id))
        else {
            continue;
        };
        for (task, state) in issue.tasks.iter().zip(boxes::of_issue(issue, at.box_facts())) {
            let Some(state) = state.filter(|state| is_claim(state.kind)) else { continue };
            found.push(ClaimedBox {
                project: item.project.clone(),
                item: item.key.clone(),
                issue: issue.id.clone(),
                title: task.text.clone(),
                state,
            });
        }
    }
    found
}

/// Whether the state of a box says that it has a person.
fn is_claim(kind: BoxKind) -> bool {
    match kind {
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided | BoxKind::Quiet => true,
        BoxKind::Free | BoxKind::Merged | BoxKind::Unclear | BoxKind::Unchecked => false,
    }
}
