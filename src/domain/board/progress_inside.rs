//! Progress inside an issue: of its task list and of its sub-issues, recomputed from the issues themselves.

use std::collections::HashSet;

use crate::domain::boxes::{done_by_links, may_be_done_by_links, measuring_issues};
use crate::domain::{Issue, IssueRef, IssueState, Progress, Snapshot, Task, TaskState};

/// GitHub's limit for nested sub-issues.
const MAX_DEPTH: usize = 8;

/// Counts the tasks that are done and those in scope. A task is done if it is ticked, or if everything it links to was
/// completed or merged. Two tasks with the same single link count once. A task with nested tasks is counted by those.
/// `None` if there are none, or if issues that decide whether one is done were never fetched.
pub fn of_tasks(issue: &Issue, snapshot: &Snapshot) -> Option<Progress> {
    let in_scope = tasks_in_scope(issue, snapshot);
    if in_scope.iter().any(|task| task.state == TaskState::Open && may_be_done_by_links(task, snapshot)) {
        return None;
    }
    let done = in_scope.iter().filter(|task| is_done(task, snapshot)).count() as u64;
    Progress::new(done, in_scope.len() as u64).filter(|progress| progress.total > 0)
}

/// Whether a task or a sub-issue of an issue is known to be done, even if the state of others is unknown.
pub fn has_done(issue: &Issue, snapshot: &Snapshot) -> bool {
    let is_ticked = || tasks_in_scope(issue, snapshot).iter().any(|task| is_done(task, snapshot));
    is_ticked() || below(issue, snapshot).any(|child| child.is_some_and(Issue::is_completed))
}

fn tasks_in_scope<'a>(issue: &'a Issue, snapshot: &'a Snapshot) -> Vec<&'a Task> {
    let mut seen: HashSet<&IssueRef> = HashSet::new();
    let all: Vec<&Task> = issue.tasks.iter().filter(|task| task.state != TaskState::Dropped).collect();
    let below = all.iter().skip(1).map(|task| task.depth).chain([0]);
    let mut in_scope: Vec<&Task> =
        all.iter().zip(below).filter(|(task, below)| *below <= task.depth).map(|(task, _)| *task).collect();
    in_scope.retain(|task| {
        let mut linked = measuring_issues(task);
        let only = linked.next().filter(|_| linked.next().is_none());
        only.is_none_or(|only| seen.insert(snapshot.current_id(only)))
    });
    in_scope
}

/// Whether a task is ticked or everything it links to is done.
pub fn is_done(task: &Task, snapshot: &Snapshot) -> bool {
    task.state == TaskState::Done || task.state == TaskState::Open && done_by_links(task, snapshot).is_some()
}

/// Whether an issue has boxes or sub-issues, all boxes are ticked or struck, and all sub-issues at any depth are closed.
pub fn has_nothing_open(issue: &Issue, snapshot: &Snapshot) -> bool {
    let is_over = |task: &Task| task.state != TaskState::Open;
    let is_closed = |child: Option<&Issue>| child.is_some_and(|child| child.state != IssueState::Open);
    let has_parts = !issue.tasks.is_empty() || !issue.sub_issues.is_empty();
    has_parts && issue.tasks.iter().all(is_over) && below(issue, snapshot).all(is_closed)
}

/// Counts sub-issues at any depth, each once, across repositories. Only those closed as completed are done. `None` if
/// there are none, or if one of them was not fetched.
pub fn of_sub_issues(issue: &Issue, snapshot: &Snapshot) -> Option<Progress> {
    let (mut done, mut total) = (0, 0);
    for child in below(issue, snapshot) {
        total += 1;
        done += u64::from(child?.is_completed());
    }
    Progress::new(done, total).filter(|progress| progress.total > 0)
}

/// Returns the sub-issues at any depth, each once; `None` for those that were not fetched.
fn below<'a>(issue: &'a Issue, snapshot: &'a Snapshot) -> impl Iterator<Item = Option<&'a Issue>> {
    let mut seen: HashSet<&IssueRef> = HashSet::from([&issue.id]);
    let mut all = Vec::new();
    let mut level: Vec<&IssueRef> = issue.sub_issues.iter().collect();
    for _ in 0..MAX_DEPTH {
        level.retain(|id| seen.insert(snapshot.current_id(id)));
        let children: Vec<Option<&Issue>> = level.iter().map(|id| snapshot.current_issue(id)).collect();
        level = children.iter().flatten().flat_map(|child| &child.sub_issues).collect();
        all.extend(children);
    }
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{closed, id, issue, snapshot, task};
    use crate::domain::{Absence, CloseReason};

    #[test]
    fn a_task_with_done_links_is_done_and_each_link_counts_once() {
        let links = |number| Task { issues: vec![id(number)], ..task("t", TaskState::Open) };
        let parent = Issue { tasks: vec![links(2), links(3), links(3), task("x", TaskState::Open)], ..issue(1) };
        let world = snapshot(vec![
            closed(2, Some(CloseReason::Completed), None),
            closed(3, Some(CloseReason::NotPlanned), None),
        ]);
        assert_eq!(of_tasks(&parent, &world), Progress::new(1, 3));
    }

    #[test]
    fn a_list_with_a_link_that_was_never_fetched_has_no_figure() {
        let links = |numbers: &[u64]| {
            let issues = numbers.iter().copied().map(id).collect();
            Task { issues, ..task("t #1 #2", TaskState::Open) }
        };
        let of = |task: Task, world: &Snapshot| {
            let parent = Issue { tasks: vec![task, self::task("x", TaskState::Done)], ..issue(1) };
            (of_tasks(&parent, world), has_done(&parent, world))
        };
        let mut world = snapshot(vec![closed(2, Some(CloseReason::Completed), None), issue(3)]);
        assert_eq!(of(links(&[9]), &world), (None, true));
        assert_eq!(of(links(&[2, 9]), &world), (None, true));
        // Whatever the other link is, this one is open.
        assert_eq!(of(links(&[9, 3]), &world).0, Progress::new(1, 2));
        assert_eq!(of(Task { state: TaskState::Done, ..links(&[9]) }, &world).0, Progress::new(2, 2));
        for (absence, figure) in [
            (Absence::NotFetched, None),
            (Absence::Moved(id(8)), None),
            (Absence::NotFound, Progress::new(1, 2)),
            (Absence::Gone, Progress::new(1, 2)),
        ] {
            world.missing.insert(id(9), absence.clone());
            assert_eq!(of(links(&[9]), &world).0, figure, "{absence:?}");
        }
    }

    #[test]
    fn what_is_known_to_be_done_counts_beside_what_was_never_fetched() {
        let world = snapshot(vec![closed(2, Some(CloseReason::Completed), None), issue(3)]);
        let of = |sub_issues| {
            let parent = Issue { sub_issues, ..issue(1) };
            (of_sub_issues(&parent, &world), has_done(&parent, &world))
        };
        assert_eq!(of(vec![id(2), id(9)]), (None, true));
        assert_eq!(of(vec![id(3), id(9)]), (None, false));
    }

    #[test]
    fn nested_tasks_count_once() {
        let at = |depth, state| Task { depth, ..task("t", state) };
        let (open, done) = (TaskState::Open, TaskState::Done);
        let of = |tasks| of_tasks(&Issue { tasks, ..issue(1) }, &snapshot(Vec::new()));
        let list = vec![at(0, open), at(1, done), at(1, open), at(2, done), at(2, done), at(0, done)];
        assert_eq!(of(list), Progress::new(4, 4));
        assert_eq!(of(vec![at(0, open), at(1, TaskState::Dropped), at(0, done)]), Progress::new(1, 2));
    }

    #[test]
    fn sub_issues_count_once_at_any_depth_despite_cycles() {
        let parent = Issue { sub_issues: vec![id(2), id(3)], ..issue(1) };
        let second = Issue { sub_issues: vec![id(3), id(1)], ..issue(2) };
        let world = snapshot(vec![second, closed(3, Some(CloseReason::Completed), None)]);
        assert_eq!(of_sub_issues(&parent, &world), Progress::new(1, 2));
        let unknown = Issue { sub_issues: vec![id(9)], ..issue(1) };
        assert_eq!(of_sub_issues(&unknown, &world), None);
    }

    #[test]
    fn a_transferred_issue_counts_at_its_new_place() {
        let mut world = snapshot(vec![closed(9, Some(CloseReason::Completed), None)]);
        world.missing.insert(id(5), Absence::Moved(id(9)));
        let moved = Task { issues: vec![id(5)], ..task("t #5", TaskState::Open) };
        let parent = Issue { tasks: vec![moved], sub_issues: vec![id(5)], ..issue(1) };
        assert_eq!(of_tasks(&parent, &world), Progress::new(1, 1));
        assert_eq!(of_sub_issues(&parent, &world), Progress::new(1, 1));
    }

    #[test]
    fn a_task_is_done_only_if_all_its_measuring_links_are() {
        let world = snapshot(vec![closed(2, Some(CloseReason::Completed), None), issue(3)]);
        for (text, issues, done) in
            [("t (see #2)", vec![id(2)], false), ("t #2 #3", vec![id(2), id(3)], false), ("t #2", vec![id(2)], true)]
        {
            assert_eq!(is_done(&Task { issues, ..task(text, TaskState::Open) }, &world), done, "{text}");
        }
    }
}
