//! The states of boxes of a board, and of the boards of other days: the thread of each issue is read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Board, JoinContext};
use crate::domain::boxes::{self, BoxFacts, BoxState};
use crate::domain::{Date, Issue, IssueRef, Roadmap, Snapshot, Task};

/// The state of each task of an issue; `None` if it is ticked or struck.
pub type BoxStates = Arc<[Option<BoxState>]>;

/// The states read so far, by the last day that they consider.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownBoxes(Arc<Mutex<HashMap<(Date, IssueRef), BoxStates>>>);

impl KnownBoxes {
    fn of(&self, date: Date, issue: &Issue, read: impl FnOnce() -> BoxStates) -> BoxStates {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry((date, issue.id.clone())).or_insert_with(read))
    }
}

impl JoinContext<'_> {
    /// Returns the states of the boxes of an issue.
    pub fn boxes_of(&self, issue: &Issue) -> BoxStates {
        let read = || boxes::of_issue(issue, self.box_facts()).into();
        self.known_boxes.map_or_else(read, |known| known.of(self.known_until(), issue, read))
    }

    /// Returns the open boxes of an issue that have none nested below them, with their places in the task list.
    pub fn open_boxes<'i>(&self, issue: &'i Issue) -> Vec<(usize, &'i Task, BoxState)> {
        let states = self.boxes_of(issue);
        let boxes = issue.tasks.iter().zip(&*states).enumerate();
        let leaves = boxes.filter(|(place, _)| boxes::is_leaf(&issue.tasks, *place));
        leaves.filter_map(|(place, (task, state))| Some((place, task, state.clone()?))).collect()
    }

    /// Returns the input for the states of boxes.
    fn box_facts(&self) -> BoxFacts<'_> {
        BoxFacts {
            snapshot: self.snapshot,
            date: self.known_until(),
            end: self.end(),
            quiet: self.roadmap.quiet,
            robots: &self.roadmap.robots,
        }
    }
}

impl Board {
    /// Returns the context of the join of this board. It shares the states of boxes, so that each issue is read once.
    pub fn context<'a>(&'a self, roadmap: &'a Roadmap, snapshot: &'a Snapshot) -> JoinContext<'a> {
        JoinContext::new(roadmap, snapshot, self.date).knowing(&self.known_boxes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::boxes::BoxKind;
    use crate::domain::fixtures::{by_issue, day, issue, project, roadmap, snapshot, task};
    use crate::domain::{TaskState, join};

    #[test]
    fn the_boxes_of_an_issue_are_read_once_for_the_boards_of_all_days() {
        let roadmap = roadmap(vec![project("boskos", vec![by_issue(1)])]);
        let tasks = vec![task("move the images", TaskState::Open), task("move the logs", TaskState::Done)];
        let issue = Issue { tasks, ..issue(1) };
        let snapshot = snapshot(vec![issue.clone()]);
        let board = join(&roadmap, &snapshot, day("2024-05-31"));
        let context = || board.context(&roadmap, &snapshot);
        let read = |context: JoinContext<'_>| context.boxes_of(&issue);
        assert!(Arc::ptr_eq(&read(context()), &read(context())));
        assert!(Arc::ptr_eq(&read(context().at_fetch()), &read(context().at_fetch())));
        assert!(!Arc::ptr_eq(&read(context()), &read(context().at_fetch())));
        let later = board.on(&roadmap, &snapshot, day("2024-07-01"));
        assert!(Arc::ptr_eq(&read(later.context(&roadmap, &snapshot)), &read(context().at_fetch())));
        let unshared = read(JoinContext::new(&roadmap, &snapshot, board.date));
        assert_eq!(read(context()), unshared);
        let kinds: Vec<_> = unshared.iter().map(|own| own.as_ref().map(|own| own.kind)).collect();
        assert_eq!(kinds, [Some(BoxKind::Free), None]);
    }
}
