//! The snapshot: what was found on GitHub, and when.

mod fetch_states;
mod issue;
mod successor;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Date, IssueRef, Issues, Target, Timestamp};

pub use fetch_states::{FactKind, FactState, FetchStates};
pub use issue::{CloseReason, Issue, IssueState, Milestone, Pull, SubIssueSummary, Task, TaskState};
pub use successor::{before_successor_in_body, behind_successor_in_comment};
pub use timeline::{Comment, MentioningPull, PullState, Timeline};

/// Issues and pull requests as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Snapshot {
    /// When everything was last fetched; `None` while nothing ever was.
    pub fetched_at: Option<Timestamp>,
    /// The day on which that was where the user is; `None` where only the day in UTC is known.
    #[serde(skip)]
    pub fetched_on: Option<Date>,
    /// By repository and number, none twice.
    pub issues: Issues,
    /// What was asked for and could not be had, and why.
    #[serde(skip)]
    pub missing: BTreeMap<IssueRef, Absence>,
}

impl Snapshot {
    /// Takes what was found; of two issues with one name the later one stays.
    pub fn new(fetched_at: Option<Timestamp>, issues: impl Into<Issues>, missing: BTreeMap<IssueRef, Absence>) -> Self {
        Self { fetched_at, fetched_on: None, issues: issues.into(), missing }
    }

    /// Returns the day on which it was fetched: that of the user where it is known, else that in UTC.
    pub fn day(&self) -> Option<Date> {
        self.fetched_on.or_else(|| self.fetched_at.map(Timestamp::date))
    }

    /// Finds an issue.
    pub fn issue(&self, id: &IssueRef) -> Option<&Issue> {
        self.issues.get(id)
    }

    /// Finds an issue where it is now: one that was transferred by its old number as well.
    pub fn current_issue(&self, id: &IssueRef) -> Option<&Issue> {
        self.issues.get(id).or_else(|| self.issues.get(self.moved_to(id)?))
    }

    /// Names an issue as it is named now: where it was transferred, by its new number.
    pub fn current_id<'a>(&'a self, id: &'a IssueRef) -> &'a IssueRef {
        if self.issues.get(id).is_some() { id } else { self.moved_to(id).unwrap_or(id) }
    }

    /// Names what something waits for as it is named now.
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

    /// Returns what an issue is a part of: the issues that its body names, and those that have it as a sub-issue.
    pub fn parents(&self, child: &Issue) -> Vec<IssueRef> {
        let named: Vec<_> = child.parents.iter().map(|id| self.current_id(id)).collect();
        let is_child = |id: &IssueRef| self.current_id(id) == &child.id;
        let has_it = |issue: &&Issue| issue.sub_issues.iter().any(is_child) && !named.contains(&&issue.id);
        let others = self.issues.iter().filter(has_it).map(|issue| &issue.id);
        named.iter().copied().chain(others).cloned().collect()
    }

    /// Returns the issues that name this one as parent, or that it has as sub-issues; in order, none
    /// twice, never itself. The graph may hold cycles: a walk must remember what it has seen.
    pub fn children<'a>(&'a self, parent: &'a Issue) -> Vec<&'a Issue> {
        let named: BTreeSet<_> = parent.sub_issues.iter().chain(&parent.steps).map(|id| self.current_id(id)).collect();
        let names_it = |issue: &Issue| issue.parents.iter().any(|id| self.current_id(id) == &parent.id);
        let is_child = |issue: &&Issue| names_it(issue) || named.contains(&issue.id);
        self.issues.iter().filter(is_child).filter(|child| child.id != parent.id).collect()
    }
}

/// Why an issue that was asked for could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// GitHub answers 410: deleted.
    Gone,
    /// GitHub answers 410: the repository has its issues turned off.
    Disabled,
    /// GitHub answers 404: no such issue, or not for us.
    NotFound,
    /// It was transferred, or its repository renamed, to here.
    Moved(IssueRef),
    /// The answer could not be read; the reason in words.
    Unreadable(String),
    /// Not asked yet: the budget of requests or the time was used up.
    NotFetched,
}

impl Absence {
    /// Returns to where the issue was transferred, if that is why.
    pub fn moved_to(&self) -> Option<&IssueRef> {
        match self {
            Self::Moved(to) => Some(to),
            Self::Gone | Self::Disabled | Self::NotFound | Self::Unreadable(_) | Self::NotFetched => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{self, id, issue};
    use super::*;

    #[test]
    fn family_is_found_by_the_numbers_of_before_a_transfer() {
        let missing = BTreeMap::from([(id(1), Absence::Moved(id(11))), (id(2), Absence::Moved(id(12)))]);
        let family =
            vec![Issue { sub_issues: vec![id(2)], ..issue(11) }, issue(12), Issue { parents: vec![id(1)], ..issue(3) }];
        let snapshot = Snapshot { missing, ..fixtures::snapshot(family) };
        let parent = snapshot.issue(&id(11)).unwrap();
        let children: Vec<_> = snapshot.children(parent).iter().map(|child| child.id.number).collect();
        assert_eq!(children, [3, 12]);
        assert_eq!(snapshot.parents(snapshot.issue(&id(12)).unwrap()), [id(11)]);
    }
}
