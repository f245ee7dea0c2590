//! Blocking: finds the items that wait for others, once all states are known.

use std::collections::{HashMap, HashSet};

use super::{Freedom, ItemRow, JoinContext, ProjectRow};
use crate::domain::{IssueRef, ItemKey, ProjectId, State, Target};

/// Keeps only open blockers, under their current names, and marks items that have one as blocked.
///
/// The blockers of a project apply to each of its items, those of an item to all items of the same issue. Only the
/// state of the blocker itself counts, so items that wait for each other are all blocked.
pub fn settle(projects: &mut [ProjectRow], at: &JoinContext<'_>) {
    let is_blocked = |row: &ProjectRow| row.items.iter().any(|item| !item.blocked_by.is_empty());
    let wanted = projects.iter().any(is_blocked) || at.roadmap.projects.iter().any(|own| !own.blocked_by.is_empty());
    if !wanted {
        return;
    }
    let ended = EndedWork::of(projects, at);
    let of_issues = blockers_of_issues(projects, at);
    for (row, project) in projects.iter_mut().zip(&at.roadmap.projects) {
        let of_project = at.snapshot.current_targets(&project.blocked_by);
        for (number, item) in row.items.iter_mut().enumerate() {
            let own = at.snapshot.current_targets(&std::mem::take(&mut item.blocked_by));
            let shared = item.issue.as_ref().and_then(|id| of_issues.get(at.snapshot.current_id(id)));
            let shared: Vec<_> = shared.into_iter().flatten().filter(|target| !is_itself(target, item, at)).collect();
            let mut known = HashSet::new();
            let all = own.iter().chain(shared.iter().copied()).chain(&of_project);
            let all = all.filter(|target| known.insert(*target));
            item.blocked_by = all.filter(|target| !ended.has(target, at)).cloned().collect();
            let open = matches!(item.state, State::Todo | State::Started);
            if open && !item.blocked_by.is_empty() {
                let written = project.items.get(number).map_or(&[][..], |item| &item.blocked_by);
                let written = at.snapshot.current_targets(written);
                let is_written =
                    |target| written.contains(target) || shared.contains(&target) || of_project.contains(target);
                let is_sure = item.blocked_by.iter().any(|target| is_written(target) || is_fetched(target, at));
                item.freedom = blocked(item.freedom, is_sure);
            }
        }
    }
}

/// The blockers that the roadmap gives for each issue, from all of its items that are left.
fn blockers_of_issues(projects: &[ProjectRow], at: &JoinContext<'_>) -> HashMap<IssueRef, Vec<Target>> {
    let mut all = HashMap::<IssueRef, Vec<Target>>::new();
    let items =
        projects.iter().zip(&at.roadmap.projects).flat_map(|(row, project)| row.items.iter().zip(&project.items));
    for (row, item) in items.filter(|(row, item)| row.is_left() && !item.blocked_by.is_empty()) {
        if let Some(issue) = &row.issue {
            let issue = at.snapshot.current_id(issue).clone();
            all.entry(issue).or_default().extend(at.snapshot.current_targets(&item.blocked_by));
        }
    }
    all
}

/// Whether a target is the item itself or its issue.
fn is_itself(target: &Target, row: &ItemRow, at: &JoinContext<'_>) -> bool {
    match target {
        Target::Project(_) => false,
        Target::Item(project, key) => (project, key) == (&row.project, &row.key),
        Target::Issue(issue) => row.issue.as_ref().is_some_and(|own| at.snapshot.current_id(own) == issue),
    }
}

/// An item whose only blockers were never fetched is not free, but may not be blocked either.
fn blocked(freedom: Freedom, is_sure: bool) -> Freedom {
    match (is_sure, freedom.may_be_free()) {
        (true, _) => Freedom::Blocked,
        (false, true) => Freedom::Unchecked,
        (false, false) => freedom,
    }
}

fn is_fetched(target: &Target, at: &JoinContext<'_>) -> bool {
    match target {
        Target::Project(_) | Target::Item(..) => true,
        Target::Issue(id) => at.snapshot.issue(id).is_some(),
    }
}

/// The projects, items and issues that no longer block anything.
pub struct EndedWork {
    projects: HashSet<ProjectId>,
    items: HashSet<(ProjectId, ItemKey)>,
    /// For each issue of an item, under its current number: whether all of its items have ended.
    issues: HashMap<IssueRef, bool>,
}

impl EndedWork {
    /// Collects what has ended from the rows.
    pub fn of(projects: &[ProjectRow], at: &JoinContext<'_>) -> Self {
        let all = || projects.iter().flat_map(|row| &row.items);
        let mut issues = HashMap::new();
        for (id, item) in all().filter_map(|item| Some((item.issue.as_ref()?, item))) {
            *issues.entry(at.snapshot.current_id(id).clone()).or_insert(true) &= item.state.is_end();
        }
        Self {
            projects: projects.iter().filter(|row| row.has_ended()).map(|row| row.id.clone()).collect(),
            items: all()
                .filter(|item| item.state.is_end())
                .map(|item| (item.project.clone(), item.key.clone()))
                .collect(),
            issues,
        }
    }

    /// Whether the target has ended: an issue when all of its items have, or, without items, when it is closed for any
    /// reason.
    pub fn has(&self, target: &Target, at: &JoinContext<'_>) -> bool {
        match target {
            Target::Project(id) => self.projects.contains(id),
            Target::Item(project, key) => self.items.contains(&(project.clone(), key.clone())),
            Target::Issue(id) => {
                self.issues.get(at.snapshot.current_id(id)).copied().unwrap_or_else(|| !at.may_block(id))
            }
        }
    }
}
