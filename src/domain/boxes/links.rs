//! Links of a box: whether the linked issues and pull requests completed its work.

use super::measuring_issues;
use crate::domain::{Issue, IssueState, Snapshot, Task};

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
