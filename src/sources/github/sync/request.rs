//! Sync requests and their outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Notify;

use super::super::client::{Access, GithubError, Policy};
use super::super::wire::Robots;
use super::RECHECK;
use crate::domain::rule::{IssuesRule, Rule};
use crate::domain::{Absence, FactKind, FactState, IssueRef, Repo, Roadmap, Snapshot, Timestamp};
use crate::sources::cache::SyncState;

/// The parameters of a sync.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// The API and the token.
    pub access: Access,
    /// The limits.
    pub policy: Policy,
    /// The current time.
    pub now: Timestamp,
    /// The repository of bare numbers.
    pub home: Repo,
    /// The umbrella issues.
    pub umbrellas: Vec<IssueRef>,
    /// The issues that the roadmap links to, including umbrellas.
    pub linked: Vec<IssueRef>,
    /// The texts to search for in titles.
    pub searches: Vec<String>,
    /// The rules that count issues.
    pub counted: Vec<IssuesRule>,
    /// The name of the roadmap, such as its path. The needs of each roadmap are stored under it.
    pub roadmap: String,
    /// The logins of robots.
    pub robots: Robots,
    /// Whether to read the whole home repository.
    pub all: bool,
    /// Whether the user requested the sync, not a command that needs issues.
    pub is_asked_for: bool,
    /// Notify it to end the sync; what was fetched is kept.
    pub stop: Arc<Notify>,
}

impl SyncRequest {
    /// Creates the request for a roadmap.
    pub fn of_roadmap(roadmap: &Roadmap, home: &Repo, access: Access, now: Timestamp) -> Self {
        let searches = match roadmap.searches.as_slice() {
            [] => roadmap.conventions.default_searches(home),
            searches => searches.to_vec(),
        };
        let rules = roadmap.counters.iter().flat_map(|counter| &counter.rules);
        Self {
            access,
            policy: Policy::of_environment(),
            now,
            home: home.clone(),
            umbrellas: roadmap.umbrellas.clone(),
            linked: roadmap.linked_issues().into_iter().cloned().collect(),
            searches,
            counted: rules.filter_map(Rule::issues).cloned().collect(),
            roadmap: String::new(),
            robots: Robots::new(roadmap.robots.iter().cloned()),
            all: false,
            is_asked_for: false,
            stop: Arc::default(),
        }
    }

    /// Returns the repositories in the roadmap, including the home repository.
    pub fn repos(&self) -> BTreeSet<Repo> {
        let named = self.linked.iter().chain(&self.umbrellas).map(|id| id.repo.clone());
        std::iter::once(self.home.clone()).chain(named).collect()
    }

    /// Whether a moment is at least a number of seconds ago. True for moments in the future, which are from a wrong
    /// clock.
    pub(super) fn is_older(&self, at: Timestamp, seconds: i64) -> bool {
        self.now.0 - at.0 >= seconds || at > self.now
    }

    /// Whether something is requested again even without a change in a list.
    pub(super) fn is_due(&self, fetch_state: FactState) -> bool {
        match fetch_state {
            FactState::Known { at } => self.is_older(at, RECHECK),
            FactState::NotRequested | FactState::Failed { .. } => true,
        }
    }

    /// Returns all search queries. Children of a transferred umbrella may name it by its old or its current number.
    pub(super) fn queries(&self, state: &SyncState, missing: &BTreeMap<IssueRef, Absence>) -> Vec<String> {
        let mut umbrellas: BTreeSet<&IssueRef> = with_current(&self.umbrellas, missing).collect();
        // Under the old name of a renamed repository, a search finds nothing.
        umbrellas.retain(|id| self.umbrellas.contains(id) || !state.moved.contains_key(&id.repo));
        queries_for(&self.home, umbrellas, &self.searches)
    }

    /// Returns the search queries that were not completely answered within a day.
    pub(super) fn due_queries(&self, state: &SyncState, missing: &BTreeMap<IssueRef, Absence>) -> Vec<String> {
        let fetch_state = |query: &String| state.searches.get(query).copied().unwrap_or_default();
        self.queries(state, missing).into_iter().filter(|query| self.is_due(fetch_state(query))).collect()
    }
}

/// Returns ids, and the current ids of transferred issues.
pub(super) fn with_current<'a>(
    ids: impl IntoIterator<Item = &'a IssueRef>,
    missing: &'a BTreeMap<IssueRef, Absence>,
) -> impl Iterator<Item = &'a IssueRef> {
    ids.into_iter().flat_map(|id| std::iter::once(id).chain(missing.get(id).and_then(Absence::moved_to)))
}

/// Returns search queries in GitHub's syntax: children by references to their umbrella, in any repository if the
/// reference is qualified, others by title.
pub(super) fn queries_for<'a>(
    home: &Repo,
    umbrellas: impl IntoIterator<Item = &'a IssueRef>,
    titles: &[String],
) -> Vec<String> {
    let owner = home.owner();
    let of_umbrella = |umbrella: &IssueRef| {
        let IssueRef { repo, number, .. } = umbrella;
        [
            format!("\"{repo}/issues/{number}\" in:body is:issue"),
            format!("\"{repo}#{number}\" in:body is:issue"),
            format!("\"#{number}\" in:body is:issue repo:{repo}"),
        ]
    };
    let of_title = |title: &String| format!("\"{}\" in:title is:issue user:{owner}", title.replace('"', " "));
    umbrellas.into_iter().flat_map(of_umbrella).chain(titles.iter().map(of_title)).collect()
}

/// The progress of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// The number of requests sent.
    pub done: u32,
    /// The expected number of requests.
    pub total: u32,
}

/// The result of a sync.
#[derive(Debug)]
pub struct SyncOutcome {
    /// The known facts, old and new.
    pub snapshot: Snapshot,
    /// The state for the next sync.
    pub state: SyncState,
    /// The summary.
    pub summary: Summary,
    /// Why it ended early. Fetched data is kept.
    pub error: Option<GithubError>,
}

/// The summary of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requests sent, including retries and redirects.
    pub requests: u32,
    /// The number of new issues.
    pub new: usize,
    /// The number of changed issues.
    pub changed: usize,
    /// Issues that were deleted, transferred or are not accessible.
    pub gone: Vec<IssueRef>,
    /// Wanted issues that were not fetched, in order.
    pub not_fetched: Vec<IssueRef>,
    /// Issues with unknown facts, in order.
    pub unknown: Vec<IssueRef>,
    /// The issues among them with more mentions than the limit, whose pull requests stay unknown.
    pub much_mentioned: BTreeSet<IssueRef>,
    /// Open issues of the home repository whose pull requests are unknown because the lists failed.
    pub without_pulls: Vec<IssueRef>,
    /// Whether the reason is that there are more open pull requests than the limit.
    pub has_too_many_pulls: bool,
    /// Issues of other repositories left for the next sync, because of the budget.
    pub left_for_later: Vec<IssueRef>,
    /// Unreadable issues with the reason. Their old facts are kept.
    pub unreadable: BTreeMap<IssueRef, GithubError>,
    /// The kinds of facts that are missing because GraphQL was not used, with the affected issues.
    pub without_graphql: BTreeMap<FactKind, Vec<IssueRef>>,
    /// Whether the server is too old for issue types, sub-issues, dependencies and duplicates.
    pub is_old_server: bool,
    /// When the issue not seen for the longest time was last seen. Deletions since then are not known.
    pub seen_since: Option<Timestamp>,
    /// When the token expires, if within a week.
    pub token_expires: Option<Timestamp>,
    /// How far the whole repository was read, if not to its end.
    pub whole_until: Option<Timestamp>,
    /// Failures to read or fetch something, in one line each.
    pub odd: Vec<String>,
    /// The rate limit of GraphQL, if the sync continued with REST because of it.
    pub limit: Option<String>,
    /// The requests left in this hour.
    pub left: Option<u32>,
    /// When the rate limit is reset.
    pub reset: Option<Timestamp>,
}

/// A step of a request plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequests {
    /// The minimum number of requests.
    pub requests: u32,
    /// How many more may be needed, depending on the answers.
    pub more: u32,
    /// What is requested.
    pub what: String,
    /// Why.
    pub why: String,
}
