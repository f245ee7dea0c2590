//! Sync requests and their outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Notify;

use super::super::client::{Access, GithubError, Policy};
use super::super::wire::Robots;
use super::RECHECK;
use crate::domain::{FactKind, FactState, IssueRef, Repo, Roadmap, Snapshot, Text, Timestamp};
use crate::sources::cache::SyncState;

/// What a sync is asked for.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// The API, and the token.
    pub access: Access,
    /// The limits.
    pub policy: Policy,
    /// The present moment.
    pub now: Timestamp,
    /// The repository of bare numbers.
    pub home: Repo,
    /// The issues under which others hang.
    pub umbrellas: Vec<IssueRef>,
    /// The issues that the roadmap links to, umbrellas among them.
    pub linked: Vec<IssueRef>,
    /// What to find in titles.
    pub searches: Vec<String>,
    /// The name of the roadmap, such as its path: what each roadmap wants of a repository is kept.
    pub roadmap: String,
    /// The logins of robots.
    pub robots: Robots,
    /// Whether to read the whole home repository.
    pub all: bool,
    /// Whether the user asked for it, rather than a command that needs issues.
    pub is_asked_for: bool,
    /// Ends the sync where it is, as soon as it is asked to; what was fetched is stored.
    pub stop: Arc<Notify>,
}

impl SyncRequest {
    /// Asks for what a roadmap needs and no more.
    pub fn of_roadmap(roadmap: &Roadmap, home: &Repo, robots: &[String], access: Access, now: Timestamp) -> Self {
        let robots = robots.iter().map(|robot| Text::new(robot)).chain(roadmap.robots.iter().cloned());
        let searches = match roadmap.searches.as_slice() {
            [] => roadmap.conventions.default_searches(),
            searches => searches.to_vec(),
        };
        Self {
            access,
            policy: Policy::of_environment(),
            now,
            home: home.clone(),
            umbrellas: roadmap.umbrellas.clone(),
            linked: roadmap.linked_issues().into_iter().cloned().collect(),
            searches,
            roadmap: String::new(),
            robots: Robots::new(robots),
            all: false,
            is_asked_for: false,
            stop: Arc::default(),
        }
    }

    /// Returns the repositories that the roadmap names, the home repository among them.
    pub fn repos(&self) -> BTreeSet<Repo> {
        let named = self.linked.iter().chain(&self.umbrellas).map(|id| id.repo.clone());
        std::iter::once(self.home.clone()).chain(named).collect()
    }

    /// Whether a moment is at least a number of seconds away; one in the future comes from a wrong clock.
    pub(super) fn is_older(&self, at: Timestamp, seconds: i64) -> bool {
        self.now.0 - at.0 >= seconds || at > self.now
    }

    /// Whether something is asked for again, though no list named it.
    pub(super) fn is_due(&self, fetch_state: FactState) -> bool {
        match fetch_state {
            FactState::Known { at } => self.is_older(at, RECHECK),
            FactState::NeverAsked | FactState::Failed { .. } => true,
        }
    }

    /// Returns what to search for.
    pub(super) fn queries(&self) -> Vec<String> {
        queries_for(&self.home, &self.umbrellas, &self.searches)
    }

    /// Returns the searches that were never answered in full, or not for a day.
    pub(super) fn due_queries(&self, state: &SyncState) -> Vec<String> {
        let fetch_state = |query: &String| state.searches.get(query).copied().unwrap_or_default();
        self.queries().into_iter().filter(|query| self.is_due(fetch_state(query))).collect()
    }
}

/// Returns what to search for, as GitHub spells it: children by the ways to name their umbrella, in any repository
/// where the name is a full one, others by title.
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

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// Requests that were sent.
    pub done: u32,
    /// Requests that it will take, as far as that is known by now.
    pub total: u32,
}

/// What a sync brought.
#[derive(Debug)]
pub struct SyncOutcome {
    /// What is known now: the old facts and all that came.
    pub snapshot: Snapshot,
    /// What the next sync must know.
    pub state: SyncState,
    /// What happened.
    pub summary: Summary,
    /// Why it ended early; what came is kept.
    pub error: Option<GithubError>,
}

/// What happened in a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requests sent, tries and redirects included.
    pub requests: u32,
    /// Issues that were not known before.
    pub new: usize,
    /// Issues that were known and are different now.
    pub changed: usize,
    /// Issues that are deleted, transferred or not for us.
    pub gone: Vec<IssueRef>,
    /// Issues that are wanted and were not fetched, in order.
    pub not_fetched: Vec<IssueRef>,
    /// Issues of which some facts are not known, in order.
    pub unknown: Vec<IssueRef>,
    /// Those of them with more mentions than are read: which pull requests link to them stays unknown.
    pub much_mentioned: BTreeSet<IssueRef>,
    /// Open issues of the home repository whose pull requests only lists could give, and did not.
    pub without_pulls: Vec<IssueRef>,
    /// Whether that is for more open pull requests than are read.
    pub has_too_many_pulls: bool,
    /// Issues of other repositories that the budget left for the next sync.
    pub left_for_later: Vec<IssueRef>,
    /// Issues that came in no form that can be read, and why; what was known of them before is kept.
    pub unreadable: BTreeMap<IssueRef, GithubError>,
    /// The facts that only GraphQL gives, where it was not used: their kinds, and the issues that have them.
    pub without_graphql: BTreeMap<FactKind, Vec<IssueRef>>,
    /// Whether the server is too old for issue types, sub-issues, dependencies and duplicates, and answered without them.
    pub is_old_server: bool,
    /// When the issue was seen that was not seen for longest: deletions since then are not known.
    pub seen_since: Option<Timestamp>,
    /// When the token expires, where that is within a week.
    pub token_expires: Option<Timestamp>,
    /// How far the whole repository was read, where it was not read to its end.
    pub whole_until: Option<Timestamp>,
    /// What could not be read or fetched, one line each.
    pub odd: Vec<String>,
    /// Which limit of GraphQL was met, and until when, where the sync went on with REST.
    pub limit: Option<String>,
    /// What is left of the hour.
    pub left: Option<u32>,
    /// When there are new requests.
    pub reset: Option<Timestamp>,
}

/// A part of what a sync would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequests {
    /// How many requests, at least.
    pub requests: u32,
    /// How many more the answers may ask for.
    pub more: u32,
    /// What is asked for.
    pub what: String,
    /// Why.
    pub why: String,
}
