//! Work elsewhere: boxes and sub-issues that are items of their own, or wait for something. An issue whose open work is
//! all elsewhere waits for it.

use std::collections::HashSet;

use super::{freedom_of_issue, unassigned, was_free};
use crate::domain::board::{Freedom, JoinContext, ProjectRow};
use crate::domain::{Issue, IssueRef, Project, Target, Task, TaskState, boxes};

/// Boxes whose work is elsewhere: they link to an item of the roadmap, or to an issue that waits for something.
pub struct BoxesElsewhere<'a> {
    at: JoinContext<'a>,
    items: HashSet<&'a IssueRef>,
}

/// An open sub-issue.
#[derive(Debug, Clone, Copy)]
pub(super) struct SubIssue<'a> {
    id: &'a IssueRef,
    /// Whether someone can take it; blocked if it is an item of its own.
    pub(super) freedom: Freedom,
}

impl<'a> BoxesElsewhere<'a> {
    /// Reads the issues of all items.
    pub fn of(at: &JoinContext<'a>) -> Self {
        let of_project = |project: &'a Project| {
            let whole = project.issues.iter().filter(|_| project.items.is_empty());
            project.item_issues().chain(whole)
        };
        let items = at.roadmap.projects.iter().flat_map(of_project).map(|id| at.snapshot.current_id(id));
        Self { at: *at, items: items.collect() }
    }

    /// Returns the issues where the work of a box is.
    pub fn of_box<'t>(&self, task: &'t Task) -> impl Iterator<Item = &'t IssueRef> {
        boxes::own_issues(task).filter(move |id| {
            self.items.contains(self.at.snapshot.current_id(id)) || self.at.issue(id).is_some_and(|own| self.waits(own))
        })
    }

    fn waits(&self, issue: &Issue) -> bool {
        issue.blocked_by.iter().any(|blocker| self.at.may_block(blocker))
    }

    /// Returns the open sub-issues of an issue to which none of its open boxes links, also below closed sub-issues. The
    /// graph may have cycles: each issue counts once.
    fn sub_issues(&self, parent: &'a Issue, seen: &mut HashSet<&'a IssueRef>) -> Vec<SubIssue<'a>> {
        let open = parent.tasks.iter().filter(|task| task.state == TaskState::Open);
        let linked: HashSet<_> = open.flat_map(|task| &task.issues).map(|id| self.at.snapshot.current_id(id)).collect();
        seen.insert(&parent.id);
        let mut found = Vec::new();
        for id in parent.sub_issues.iter().map(|id| self.at.snapshot.current_id(id)) {
            if linked.contains(id) || !seen.insert(id) {
                continue;
            }
            match (self.at.may_block(id), self.at.snapshot.issue(id)) {
                (true, child) => found.push(SubIssue { id, freedom: self.of_sub_issue(id, child, seen) }),
                (false, Some(child)) => found.extend(self.sub_issues(child, seen)),
                (false, None) => {}
            }
        }
        found
    }

    fn of_sub_issue(&self, id: &IssueRef, child: Option<&'a Issue>, seen: &mut HashSet<&'a IssueRef>) -> Freedom {
        match child {
            _ if self.items.contains(id) => Freedom::Blocked,
            None => Freedom::Unchecked,
            Some(child) if self.waits(child) => Freedom::Blocked,
            Some(child) => {
                let freedom = freedom_of_issue(&self.at, child);
                if freedom.may_be_free() && child.assignees.is_empty() {
                    unassigned(&self.at, child, Some(self), &self.sub_issues(child, seen))
                } else {
                    freedom
                }
            }
        }
    }

    /// Returns the issues that an issue waits for if its open work is all elsewhere.
    fn targets(&self, issue: &Issue, below: &[SubIssue<'_>]) -> Vec<Target> {
        let of_boxes = issue.tasks.iter().filter(|task| is_linked(task)).flat_map(|task| self.of_box(task));
        of_boxes.chain(below.iter().map(|sub| sub.id)).map(|id| Target::Issue(id.clone())).collect()
    }
}

fn is_linked(task: &Task) -> bool {
    task.state == TaskState::Open && !task.issues.is_empty()
}

/// Decides the freedom of issues with linked boxes or sub-issues: if all open work is elsewhere, they wait for it. On
/// an earlier day, an issue is free only if it would be free now.
pub(in crate::domain::board) fn settle_elsewhere(projects: &mut [ProjectRow], at: &JoinContext<'_>) {
    let now = at.at_fetch();
    let mut known = None;
    for row in projects.iter_mut().flat_map(|project| &mut project.items) {
        let is_free = row.freedom.may_be_free();
        let issue = row.issue.as_ref().filter(|_| is_free).and_then(|id| at.issue(id));
        let is_list = |issue: &&Issue| !issue.sub_issues.is_empty() || issue.tasks.iter().any(is_linked);
        let Some(issue) = issue.filter(|issue| issue.assignees.is_empty()).filter(is_list) else { continue };
        let elsewhere = known.get_or_insert_with(|| BoxesElsewhere::of(&now));
        let below = elsewhere.sub_issues(issue, &mut HashSet::new());
        let freedom = unassigned(&now, issue, Some(elsewhere), &below);
        if !at.is_current() {
            row.freedom = if was_free(at, issue, freedom) { row.freedom } else { Freedom::Unchecked };
            continue;
        }
        row.freedom = freedom;
        if row.freedom == Freedom::Unclear {
            let targets = elsewhere.targets(issue, &below);
            let targets: Vec<_> = targets.into_iter().filter(|target| !row.blocked_by.contains(target)).collect();
            row.blocked_by.extend(targets);
        }
    }
}
