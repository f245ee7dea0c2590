//! Progress inside an issue: of its task list and of its sub-issues, recomputed from the issues themselves.

use std::collections::HashSet;

use crate::domain::boxes::{done_by_links, measuring_issues};
use crate::domain::{Issue, IssueRef, Progress, Snapshot, Task, TaskState};

/// GitHub's limit for nested sub-issues.
const MAX_DEPTH: usize = 8;

/// Counts the tasks that are done and those in scope. A task is done if it is ticked, or if everything it links to was
/// completed or merged. Two tasks with the same single link count once. A task with nested tasks is counted by those.
pub fn of_tasks(issue: &Issue, snapshot: &Snapshot) -> Option<Progress> {
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
    let done = in_scope.iter().filter(|task| is_done(task, snapshot)).count() as u64;
    Progress::new(done, in_scope.len() as u64).filter(|progress| progress.total > 0)
}

/// Whether a task is ticked or everything it links to is done.
pub fn is_done(task: &Task, snapshot: &Snapshot) -> bool {
    task.state == TaskState::Done || task.state == TaskState::Open && done_by_links(task, snapshot).is_some()
}

/// Counts sub-issues at any depth, each once, across repositories. Only those closed as completed are done. `None` if
/// there are none, or if one of them was not fetched.
pub fn of_sub_issues(issue: &Issue, snapshot: &Snapshot) -> Option<Progress> {
    if issue.sub_issues.is_empty() {
        return None;
    }
    let mut seen: HashSet<&IssueRef> = HashSet::from([&issue.id]);
    let (mut done, mut total) = (0, 0);
    let mut level: Vec<&IssueRef> = issue.sub_issues.iter().collect();
    for _ in 0..MAX_DEPTH {
        let mut below = Vec::new();
        for id in level {
            if !seen.insert(snapshot.current_id(id)) {
                continue;
            }
            let child = snapshot.current_issue(id)?;
            total += 1;
            done += u64::from(child.is_completed());
            below.extend(&child.sub_issues);
        }
        level = below;
    }
    Progress::new(done, total).filter(|progress| progress.total > 0)
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
