//! The snapshot: the issues fetched from GitHub, and when.

mod claim;
mod fetch_states;
mod issue;
mod successor;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Date, IssueRef, Issues, Target, Timestamp};

pub use claim::{ClaimKind, IssueClaim};
pub use fetch_states::{FactKind, FactState, FetchStates};
pub use issue::{CloseReason, Issue, IssueState, Milestone, Pull, SubIssueSummary, Task, TaskState};
pub use successor::{after_successor_in_comment, before_successor_in_body};
pub use timeline::{Comment, MentioningPull, PullState, Timeline};

/// Issues and pull requests as of one moment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Snapshot {
    /// When everything was last fetched; `None` if nothing ever was.
    pub fetched_at: Option<Timestamp>,
    /// The user's local day of that fetch; `None` if only the day in UTC is known.
    #[serde(skip)]
    pub fetched_on: Option<Date>,
    /// Whether all issues of the home repository were fetched, so that they can be counted.
    #[serde(skip)]
    pub is_whole: bool,
    /// Whether the last sync had a token, and GraphQL was not answered.
    #[serde(skip)]
    pub refuses_graphql: bool,
    /// The fetched issues.
    pub issues: Issues,
    /// Requested issues that are not available, with the reason.
    #[serde(skip)]
    pub missing: BTreeMap<IssueRef, Absence>,
}

impl Snapshot {
    /// Creates a snapshot. Of several issues with the same id, the last one is kept.
    pub fn new(fetched_at: Option<Timestamp>, issues: impl Into<Issues>, missing: BTreeMap<IssueRef, Absence>) -> Self {
        let issues = issues.into();
        Self { fetched_at, fetched_on: None, is_whole: false, refuses_graphql: false, issues, missing }
    }

    /// Returns the day of the fetch: the local day if known, else the day in UTC.
    pub fn day(&self) -> Option<Date> {
        self.fetched_on.or_else(|| self.fetched_at.map(Timestamp::date))
    }

    /// Finds an issue.
    pub fn issue(&self, id: &IssueRef) -> Option<&Issue> {
        self.issues.get(id)
    }

    /// Finds an issue, following transfers from an old number.
    pub fn current_issue(&self, id: &IssueRef) -> Option<&Issue> {
        self.issues.get(id).or_else(|| self.issues.get(self.moved_to(id)?))
    }

    /// Returns the current id of an issue, following transfers.
    pub fn current_id<'a>(&'a self, id: &'a IssueRef) -> &'a IssueRef {
        self.moved_to(id).filter(|_| self.issues.get(id).is_none()).unwrap_or(id)
    }

    /// Whether an issue was never fetched, so that it is not even known to be missing.
    pub fn was_never_fetched(&self, id: &IssueRef) -> bool {
        let is_asked_for = |why: &Absence| !matches!(why, Absence::NotFetched);
        self.current_issue(id).is_none() && !self.missing.get(self.current_id(id)).is_some_and(is_asked_for)
    }

    /// Replaces transferred issues with their current ids.
    pub fn current_targets<'t>(&self, targets: impl IntoIterator<Item = &'t Target>) -> Vec<Target> {
        let current = |target: &Target| match target {
            Target::Issue(id) => Target::Issue(self.current_id(id).clone()),
            Target::Project(_) | Target::Item(..) => target.clone(),
        };
        targets.into_iter().map(current).collect()
    }

    fn moved_to(&self, id: &IssueRef) -> Option<&IssueRef> {
        self.missing.get(id).and_then(Absence::moved_to)
    }

    /// Returns the parents of an issue: those that its body names, and those that have it as a sub-issue.
    pub fn parents(&self, child: &Issue) -> Vec<IssueRef> {
        let named: Vec<_> = child.parents.iter().map(|id| self.current_id(id)).collect();
        let is_child = |id: &IssueRef| self.current_id(id) == &child.id;
        let has_it = |issue: &&Issue| issue.sub_issues.iter().any(is_child) && !named.contains(&&issue.id);
        let others = self.issues.iter().filter(has_it).map(|issue| &issue.id);
        named.iter().copied().chain(others).cloned().collect()
    }

    /// Returns the issues that name this one as parent, and its sub-issues: in order, without duplicates, without
    /// itself and without pull requests, which only name what they are for. The graph may have cycles.
    pub fn children<'a>(&'a self, parent: &'a Issue) -> Vec<&'a Issue> {
        let named: BTreeSet<_> = parent.sub_issues.iter().chain(&parent.steps).map(|id| self.current_id(id)).collect();
        let names_it = |issue: &Issue| issue.parents.iter().any(|id| self.current_id(id) == &parent.id);
        let is_child = |issue: &&Issue| names_it(issue) || named.contains(&issue.id);
        self.issues.iter().filter(is_child).filter(|child| !child.is_pull && child.id != parent.id).collect()
    }
}

/// Why a requested issue is not available.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// GitHub answers 410: deleted.
    Gone,
    /// GitHub answers 410: issues are disabled in the repository.
    Disabled,
    /// GitHub answers 404: the issue does not exist, or we have no access.
    NotFound,
    /// It was transferred, or its repository was renamed.
    Moved(IssueRef),
    /// The response could not be parsed, for this reason.
    Unreadable(String),
    /// Not requested yet, because the request budget or the time limit was reached.
    NotFetched,
}

impl Absence {
    /// Returns the new id of a transferred issue.
    pub fn moved_to(&self) -> Option<&IssueRef> {
        if let Self::Moved(to) = self { Some(to) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{self, id, issue};
    use super::*;

    #[test]
    fn parents_and_children_are_found_by_old_numbers() {
        let missing = BTreeMap::from([(id(1), Absence::Moved(id(11))), (id(2), Absence::Moved(id(12)))]);
        let pull = Issue { parents: vec![id(11)], is_pull: true, ..issue(4) };
        let child = Issue { parents: vec![id(1)], ..issue(3) };
        let family = vec![Issue { sub_issues: vec![id(2)], ..issue(11) }, issue(12), child, pull];
        let snapshot = Snapshot { missing, ..fixtures::snapshot(family) };
        let parent = snapshot.issue(&id(11)).unwrap();
        let children: Vec<_> = snapshot.children(parent).iter().map(|child| child.id.number).collect();
        assert_eq!(children, [3, 12]);
        assert_eq!(snapshot.parents(snapshot.issue(&id(12)).unwrap()), [id(11)]);
    }
}
