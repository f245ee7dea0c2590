//! Progress inside an issue: of its task list, and of its sub-issues, recomputed from the issues themselves.

use std::collections::HashSet;

use crate::domain::{CloseReason, Issue, IssueRef, IssueState, Issues, Progress, Task, TaskState};

/// GitHub nests sub-issues no deeper.
const MAX_DEPTH: usize = 8;

/// Counts the tasks that are done and those that are in scope. A task is done where it is ticked, or where all that it
/// links to was completed or merged. Two tasks with the same single link count once, and a task with others nested below it
/// is counted by those.
pub fn of_tasks(issue: &Issue, issues: &Issues) -> Option<Progress> {
    let mut seen: HashSet<&IssueRef> = HashSet::new();
    let all: Vec<&Task> = issue.tasks.iter().filter(|task| task.state != TaskState::Dropped).collect();
    let below = all.iter().skip(1).map(|task| task.depth).chain([0]);
    let mut in_scope: Vec<&Task> =
        all.iter().zip(below).filter(|(task, below)| *below <= task.depth).map(|(task, _)| *task).collect();
    in_scope.retain(|task| match task.issues.as_slice() {
        [only] => seen.insert(only),
        [] | [_, ..] => true,
    });
    let done = in_scope.iter().filter(|task| is_done(task, issues)).count() as u64;
    Progress::new(done, in_scope.len() as u64).filter(|progress| progress.total > 0)
}

/// Whether a task is ticked, or all that it links to is done.
pub fn is_done(task: &Task, issues: &Issues) -> bool {
    let by_links = || !task.issues.is_empty() && task.issues.iter().all(|id| issues.get(id).is_some_and(is_completed));
    task.state == TaskState::Done || task.state == TaskState::Open && by_links()
}

/// Whether an issue was closed as completed, or a pull request merged; one that a robot may have closed was not.
pub fn is_completed(issue: &Issue) -> bool {
    let is_so = matches!(&issue.state, IssueState::Closed { reason: None | Some(CloseReason::Completed), .. });
    is_so && issue.knows_closer()
}

/// Counts sub-issues at any depth, each once, across repositories; closed as anything but completed is not done. `None`
/// where there are none, or one of them was not fetched.
pub fn of_sub_issues(issue: &Issue, issues: &Issues) -> Option<Progress> {
    if issue.sub_issues.is_empty() {
        return None;
    }
    let mut seen: HashSet<&IssueRef> = HashSet::from([&issue.id]);
    let (mut done, mut total) = (0, 0);
    let mut level: Vec<&IssueRef> = issue.sub_issues.iter().collect();
    for _ in 0..MAX_DEPTH {
        let mut below = Vec::new();
        for id in level {
            if !seen.insert(id) {
                continue;
            }
            let child = issues.get(id)?;
            total += 1;
            done += u64::from(is_completed(child));
            below.extend(&child.sub_issues);
        }
        level = below;
    }
    Progress::new(done, total).filter(|progress| progress.total > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{closed, id, issue, task};

    #[test]
    fn a_task_whose_links_are_done_counts_as_done_and_the_same_link_once() {
        let links = |number| Task { issues: vec![id(number)], ..task("t", TaskState::Open) };
        let parent = Issue { tasks: vec![links(2), links(3), links(3), task("x", TaskState::Open)], ..issue(1) };
        let issues: Issues =
            vec![closed(2, Some(CloseReason::Completed), None), closed(3, Some(CloseReason::NotPlanned), None)].into();
        assert_eq!(of_tasks(&parent, &issues), Progress::new(1, 3));
    }

    #[test]
    fn nested_tasks_add_up_once() {
        let at = |depth, state| Task { depth, ..task("t", state) };
        let (open, done) = (TaskState::Open, TaskState::Done);
        let of = |tasks| of_tasks(&Issue { tasks, ..issue(1) }, &Issues::default());
        let list = vec![at(0, open), at(1, done), at(1, open), at(2, done), at(2, done), at(0, done)];
        assert_eq!(of(list), Progress::new(4, 4));
        assert_eq!(of(vec![at(0, open), at(1, TaskState::Dropped), at(0, done)]), Progress::new(1, 2));
    }

    #[test]
    fn sub_issues_count_once_at_any_depth_and_circles_end() {
        let parent = Issue { sub_issues: vec![id(2), id(3)], ..issue(1) };
        let second = Issue { sub_issues: vec![id(3), id(1)], ..issue(2) };
        let issues: Issues = vec![second, closed(3, Some(CloseReason::Completed), None)].into();
        assert_eq!(of_sub_issues(&parent, &issues), Progress::new(1, 2));
        let unknown = Issue { sub_issues: vec![id(9)], ..issue(1) };
        assert_eq!(of_sub_issues(&unknown, &issues), None);
    }
}
