//! Links of a box: the sub-issue with its name, and whether the linked issues and pull requests completed its work.

use std::collections::HashMap;

use super::{measuring_issues, name, plain};
use crate::domain::{Issue, IssueRef, IssueState, Snapshot, Task};

/// Links each box without a link to the sub-issue of its issue that has the same name: an issue opened for a box often
/// leaves the text of the box as it was. A name that two boxes or two sub-issues share links nothing.
pub fn link_to_sub_issues(snapshot: &mut Snapshot) {
    let found: Vec<_> = snapshot.issues.iter().flat_map(|issue| named_sub_issues(issue, snapshot)).collect();
    for (list, place, id) in found {
        if let Some(task) = snapshot.issues.get_mut(&list).and_then(|issue| issue.tasks.get_mut(place)) {
            task.issues.push(id);
        }
    }
}

/// The boxes of an issue that have the name of one of its sub-issues: the issue, the place of the box and the sub-issue.
fn named_sub_issues(list: &Issue, snapshot: &Snapshot) -> Vec<(IssueRef, usize, IssueRef)> {
    let has_bare_box = || list.tasks.iter().any(|task| task.issues.is_empty());
    if list.sub_issues.is_empty() || !has_bare_box() {
        return Vec::new();
    }
    let sub_issues = list.sub_issues.iter().filter_map(|id| snapshot.current_issue(id));
    let sub_issues = by_name(sub_issues.map(|issue| (issue.title.as_str(), &issue.id)));
    let boxes = by_name(list.tasks.iter().enumerate().map(|(place, task)| (task.text.as_str(), place)));
    let named = boxes.into_iter().filter_map(|(name, place)| Some((place?, sub_issues.get(&name).copied()??)));
    let is_bare = |place: usize| list.tasks.get(place).is_some_and(|task| task.issues.is_empty());
    named.filter(|(place, _)| is_bare(*place)).map(|(place, id)| (list.id.clone(), place, id.clone())).collect()
}

/// What has each name; `None` for a name that several have.
fn by_name<'t, T>(all: impl Iterator<Item = (&'t str, T)>) -> HashMap<String, Option<T>> {
    let mut found = HashMap::new();
    for (text, own) in all {
        let own = Some(own);
        found.entry(plain(&name(text))).and_modify(|shared| *shared = None).or_insert(own);
    }
    found.remove("");
    found
}

/// Returns the first issue or pull request that completed a task, if all its links are done. A pull request closed
/// without a merge is ignored.
pub fn done_by_links<'a>(task: &Task, snapshot: &'a Snapshot) -> Option<&'a Issue> {
    let mut first = None;
    for id in measuring_issues(task) {
        let issue = snapshot.current_issue(id)?;
        if issue.is_completed() {
            first = first.or(Some(issue));
        } else if !issue.is_pull || issue.state == IssueState::Open {
            return None;
        }
    }
    first
}

/// Whether issues that were never fetched decide whether a task is done: no other link says that it is not.
pub fn may_be_done_by_links(task: &Task, snapshot: &Snapshot) -> bool {
    let is_settled = |id| match snapshot.current_issue(id) {
        Some(issue) => !issue.is_completed() && (!issue.is_pull || issue.state == IssueState::Open),
        None => !snapshot.was_never_fetched(id),
    };
    measuring_issues(task).any(|id| snapshot.was_never_fetched(id)) && !measuring_issues(task).any(is_settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{closed, id, issue, snapshot, task};
    use crate::domain::{CloseReason, TaskState};

    #[test]
    fn a_box_is_linked_to_the_only_sub_issue_with_its_name() {
        let titled = |title: &str, issue: Issue| Issue { title: title.to_owned(), ..issue };
        let texts =
            ["Move: abacus", "Move: bowtie @ann", "Move: cutadapt", "Move: dada", "Move: dada", "Move: ectyper"];
        let tasks = texts.map(|text| task(text, TaskState::Open)).to_vec();
        let list = Issue { tasks, sub_issues: (2..=6).map(id).collect(), ..issue(1) };
        let mut snapshot = snapshot(vec![
            list,
            titled("move: Abacus", closed(2, Some(CloseReason::Completed), None)),
            titled("Move: bowtie", issue(3)),
            titled("Move: dada", issue(4)),
            titled("Move: ectyper", issue(5)),
            titled("Move: ectyper", issue(6)),
            titled("Move: cutadapt", issue(7)),
        ]);
        link_to_sub_issues(&mut snapshot);
        let tasks = &snapshot.issue(&id(1)).unwrap().tasks;
        let linked: Vec<_> = tasks.iter().map(|task| task.issues.clone()).collect();
        assert_eq!(linked, [vec![id(2)], vec![id(3)], vec![], vec![], vec![], vec![]]);
        assert_eq!(done_by_links(&tasks[0], &snapshot).map(|issue| issue.id.number), Some(2));
    }
}
