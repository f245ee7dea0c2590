//! The snapshot: what was found on GitHub, and when.

mod fetch_states;
mod issue;
mod successor;
mod timeline;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Date, IssueRef, Issues, Target, Timestamp};

pub use fetch_states::{FactKind, FactState, FetchStates};
pub use issue::{CloseReason, Issue, IssueState, Milestone, Pull, SubIssueSummary, Task, TaskState};
pub use successor::{before_successor_in_body, behind_successor_in_comment};
pub use timeline::{Comment, MentioningPull, PullState, Timeline};

/// Issues and pull requests as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When everything was last fetched; `None` while nothing ever was.
    pub fetched_at: Option<Timestamp>,
    /// The day on which that was where the user is; `None` where only the day in UTC is known.
    #[serde(skip)]
    pub fetched_on: Option<Date>,
    /// By repository and number, none twice.
    pub issues: Issues,
    /// What was asked for and could not be had, none twice.
    pub missing: Vec<Missing>,
}

impl Snapshot {
    /// Takes what was found; of two things with one name the later issue and the first absence stay.
    pub fn new(fetched_at: Option<Timestamp>, issues: impl Into<Issues>, mut missing: Vec<Missing>) -> Self {
        missing.sort_by(|a, b| a.issue.cmp(&b.issue));
        missing.dedup_by(|a, b| a.issue == b.issue);
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
        self.missing(id).and_then(Missing::moved).map(|(_, to)| to)
    }

    /// Finds why an issue could not be had.
    pub fn missing(&self, id: &IssueRef) -> Option<&Missing> {
        self.missing.iter().find(|missing| &missing.issue == id)
    }

    /// Returns what an issue is a part of: the issues that its body names, and those that have it as a sub-issue.
    pub fn parents(&self, child: &Issue) -> Vec<IssueRef> {
        let mut parents = child.parents.clone();
        let has_it = |issue: &&Issue| issue.sub_issues.contains(&child.id) && !child.parents.contains(&issue.id);
        parents.extend(self.issues.iter().filter(has_it).map(|issue| issue.id.clone()));
        parents
    }

    /// Returns the issues that name this one as parent, or that it has as sub-issues; in order, none
    /// twice, never itself. The graph may hold cycles: a walk must remember what it has seen.
    pub fn children<'a>(&'a self, parent: &'a Issue) -> Vec<&'a Issue> {
        let named: BTreeSet<_> = parent.sub_issues.iter().chain(&parent.steps).collect();
        let is_child = |issue: &&Issue| issue.parents.contains(&parent.id) || named.contains(&issue.id);
        self.issues.iter().filter(is_child).filter(|child| child.id != parent.id).collect()
    }
}

/// An issue that was asked for and could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What was asked for.
    pub issue: IssueRef,
    /// Why there is nothing.
    pub why: Absence,
}

impl Missing {
    /// Returns from where to where it was transferred, if that is why.
    pub fn moved(&self) -> Option<(&IssueRef, &IssueRef)> {
        match &self.why {
            Absence::Moved(to) => Some((&self.issue, to)),
            Absence::Gone | Absence::Disabled | Absence::NotFound | Absence::Unreadable(_) | Absence::NotFetched => {
                None
            }
        }
    }
}

/// Why there is nothing.
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
