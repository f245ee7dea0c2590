//! Wanted issues: issues that the roadmap needs are followed; issues that other roadmaps need are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::pulls::is_without_graphql;
use super::request::{queries_for, with_current};
use super::{SyncRequest, SyncRun, needs_timeline};
use crate::domain::{Absence, CloseReason, FactKind, Issue, IssueRef, IssueState, TaskState};
use crate::sources::cache::{Interest, SyncState};

/// How long the needs of a roadmap are respected after its last sync, in seconds.
const FORGET_ROADMAP: i64 = 30 * 86_400;

impl SyncRun<'_> {
    /// Computes the wanted issues again, since some may no longer be children.
    fn recompute_wanted(&mut self) {
        let moved = self.missing.values().filter_map(Absence::moved_to).cloned();
        self.wanted = self.request.linked.iter().chain(&self.request.umbrellas).cloned().chain(moved).collect();
        self.note_other_names();
        self.want_children();
    }

    /// Adds to the wanted issues: children of umbrellas, sub-issues and links of open boxes of wanted issues, and what
    /// open ones of these wait for.
    pub(super) fn want_children(&mut self) {
        let mut open: Vec<IssueRef> = self.request.umbrellas.clone();
        open.extend(self.request.linked.iter().cloned());
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            let id = self.current_id(&id).clone();
            if !seen.insert(id.clone()) {
                continue;
            }
            let Some(issue) = self.issues.get(&id) else { continue };
            let listed: Vec<IssueRef> =
                if self.is_umbrella(&id) { children_of(issue) } else { links_of_boxes(issue).cloned().collect() };
            let blockers = issue.blocked_by.iter().filter(|_| issue.state == IssueState::Open);
            let others = listed.iter().chain(&issue.sub_issues).chain(blockers);
            // An old number stays wanted, because its absence says where the issue is now.
            let wanted: Vec<IssueRef> = others.flat_map(|other| [other, self.current_id(other)]).cloned().collect();
            open.extend(issue.sub_issues.iter().cloned());
            self.wanted.extend(wanted);
            self.wanted.insert(id);
        }
    }

    /// Returns the current id of an issue, following transfers.
    pub(super) fn current_id<'b>(&'b self, id: &'b IssueRef) -> &'b IssueRef {
        let absence = self.missing.get(id).filter(|_| !self.issues.contains_key(id));
        absence.and_then(Absence::moved_to).unwrap_or(id)
    }

    /// Whether an id is the one that the roadmap gives an umbrella, or its current one.
    pub(super) fn is_umbrella(&self, id: &IssueRef) -> bool {
        self.request.umbrellas.iter().any(|umbrella| umbrella == id || self.current_id(umbrella) == id)
    }

    /// Returns the known issues that the roadmap is about.
    pub(super) fn followed(&self) -> Vec<&Issue> {
        let counted = self.counted_with_unknown_end();
        let is_followed = |issue: &&Issue| {
            self.wanted.contains(&issue.id)
                || self.is_child(issue)
                || self.is_found_by_title(issue)
                || counted.contains(&issue.id)
        };
        self.issues.values().filter(is_followed).collect()
    }

    /// Returns the issues that a counter counts and of which it is not known whether a robot closed them.
    fn counted_with_unknown_end(&self) -> BTreeSet<&IssueRef> {
        let unknown = || self.issues.values().filter(|issue| has_unknown_end(issue));
        // Invalid globs were rejected when the roadmap was read.
        let counted = self.request.counted.iter().flat_map(|rule| rule.scope(unknown()).unwrap_or_default());
        counted.map(|issue| &issue.id).collect()
    }

    /// Whether an issue names an umbrella as its parent. Pull requests never count as children, and no search finds
    /// them.
    pub(super) fn is_child(&self, issue: &Issue) -> bool {
        !issue.is_pull && issue.parents.iter().any(|parent| self.is_umbrella(parent))
    }

    pub(super) fn is_found_by_title(&self, issue: &Issue) -> bool {
        let title = issue.title.to_lowercase();
        !issue.is_pull && self.request.searches.iter().any(|search| title.contains(&search.to_lowercase()))
    }

    /// Returns the followed issues that match, in order.
    pub(super) fn those(&self, fits: impl Fn(&Issue) -> bool) -> Vec<IssueRef> {
        self.followed().into_iter().filter(|issue| fits(issue)).map(|issue| issue.id.clone()).collect()
    }

    /// Returns the followed issues with unknown or outdated facts that were not requested in this sync.
    pub(super) fn lacking(&self) -> Vec<IssueRef> {
        self.those(|issue| {
            let with_timeline = needs_timeline(issue) || issue.comments > 20;
            // No list shows what changed in other repositories.
            let is_foreign = issue.id.repo != self.request.home && !self.fresh.contains_key(&issue.id);
            let is_due = is_foreign
                || self.is_any_old(issue)
                || is_without_graphql(issue, &self.state)
                || self.changed_when_fetched(issue, &FactKind::ALL);
            let was_requested = self.requested.contains(&(issue.id.clone(), true))
                || (!with_timeline && self.requested.contains(&(issue.id.clone(), false)));
            let is_readable = !self.summary.unreadable.contains_key(&issue.id);
            (!self.unknown_kinds(issue).is_empty() || is_due) && !was_requested && is_readable
        })
    }

    /// Drops issues that no roadmap needs any more, for example because of a new title.
    pub(super) fn drop_unwanted(&mut self) {
        self.recompute_wanted();
        if let Some(own) = self.state.interests.get_mut(&self.request.roadmap) {
            own.issues = self.wanted.iter().map(ToString::to_string).collect();
        }
        let followed: BTreeSet<IssueRef> = self.followed().into_iter().map(|issue| issue.id.clone()).collect();
        let is_kept = |id: &IssueRef, issue: &Issue| {
            (self.keeps_all && id.repo == self.request.home) || followed.contains(id) || self.is_of_others(issue)
        };
        let unwanted: Vec<IssueRef> =
            self.issues.iter().filter(|(id, issue)| !is_kept(id, issue)).map(|(id, _)| id.clone()).collect();
        for id in unwanted {
            self.issues.remove(&id);
        }
        self.forget_searches();
        let request = self.request;
        let is_linked = |id: &IssueRef| request.linked.contains(id) || request.umbrellas.contains(id);
        let (wanted, others) = (&self.wanted, &self.others);
        self.missing.retain(|id, _| {
            wanted.contains(id) || is_linked(id) || others.iter().any(|other| other.issues.contains(id))
        });
    }

    /// Forgets searches that no roadmap has any more. Their results were dropped, so they must be repeated if a roadmap
    /// has them again.
    fn forget_searches(&mut self) {
        let home = &self.request.home;
        let of_others = self.others.iter().flat_map(|other| queries_for(home, &other.umbrellas, &other.searches));
        let own = self.request.queries(&self.state, &self.missing);
        let all: BTreeSet<String> = own.into_iter().chain(of_others).map(|it| it.to_lowercase()).collect();
        self.state.searches.retain(|query, _| all.contains(&query.to_lowercase()));
    }

    /// Whether another roadmap of the repository needs an issue.
    pub(super) fn is_of_others(&self, issue: &Issue) -> bool {
        self.others.iter().any(|other| other.wants(issue))
    }
}

/// Returns the needs of other roadmaps of the repository.
pub(super) fn others(
    request: &SyncRequest,
    state: &SyncState,
    missing: &BTreeMap<IssueRef, Absence>,
) -> Vec<OtherRoadmap> {
    let others = state.interests.iter().filter(|(name, _)| **name != request.roadmap);
    let ids = |of: &[String]| -> BTreeSet<IssueRef> {
        of.iter().filter_map(|id| IssueRef::parse(id, &request.home)).collect()
    };
    let other = |(_, interest): (&String, &Interest)| OtherRoadmap {
        issues: ids(&interest.issues),
        umbrellas: with_current(&ids(&interest.umbrellas), missing).cloned().collect(),
        searches: interest.searches.clone(),
    };
    others.map(other).collect()
}

/// The needs of another roadmap of the repository.
pub(super) struct OtherRoadmap {
    issues: BTreeSet<IssueRef>,
    umbrellas: BTreeSet<IssueRef>,
    searches: Vec<String>,
}

impl OtherRoadmap {
    fn wants(&self, issue: &Issue) -> bool {
        let is_child = || issue.parents.iter().any(|parent| self.umbrellas.contains(parent));
        let is_found = || {
            let title = issue.title.to_lowercase();
            self.searches.iter().any(|search| title.contains(search))
        };
        self.issues.contains(&issue.id) || (!issue.is_pull && (is_child() || is_found()))
    }
}

/// Stores the needs of the roadmap, so that syncs of other roadmaps of the repository keep its issues. The needs of its
/// last complete sync are kept until this one is complete.
pub(super) fn note_interest(request: &SyncRequest, state: &mut SyncState) {
    let before = state.interests.remove(&request.roadmap).unwrap_or_default();
    let links: Vec<String> = request.linked.iter().chain(&request.umbrellas).map(ToString::to_string).collect();
    let interest = Interest {
        issues: links.iter().cloned().chain(before.issues).collect::<BTreeSet<_>>().into_iter().collect(),
        links,
        umbrellas: request.umbrellas.iter().map(ToString::to_string).collect(),
        searches: request.searches.iter().map(|search| search.to_lowercase()).collect(),
        synced_at: Some(request.now),
        completed_at: before.completed_at,
    };
    let is_recent = |interest: &Interest| interest.synced_at.is_some_and(|at| request.now.0 - at.0 < FORGET_ROADMAP);
    state.interests.retain(|_, interest| is_recent(interest));
    state.interests.insert(request.roadmap.clone(), interest);
}

/// Whether an issue was closed as completed, but a robot may have closed it, or may have done so for a person.
fn has_unknown_end(issue: &Issue) -> bool {
    let by_robot = matches!(issue.state, IssueState::Closed { reason: Some(CloseReason::Robot), .. });
    matches!(issue.github_reason, None | Some(CloseReason::Completed))
        && (!issue.knows_closer() || by_robot && !issue.knows_comments())
}

/// Returns the issues that the open boxes of an open issue link to, and those that its body says it waits for.
pub(super) fn links_of_boxes(issue: &Issue) -> impl Iterator<Item = &IssueRef> {
    let tasks = issue.tasks.iter().filter(|task| needs_timeline(issue) && task.state == TaskState::Open);
    let waits = issue.waits_for.iter().filter(|_| issue.state == IssueState::Open);
    tasks.flat_map(|task| &task.issues).chain(waits).filter(|id| **id != issue.id)
}

/// Returns the children that an umbrella itself names.
pub(super) fn children_of(umbrella: &Issue) -> Vec<IssueRef> {
    let tasks = umbrella.tasks.iter().flat_map(|task| &task.issues);
    let all = tasks.chain(&umbrella.sub_issues).chain(&umbrella.steps);
    all.filter(|id| **id != umbrella.id).cloned().collect()
}
