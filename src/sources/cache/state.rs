//! Sync state: what a sync stores for the next one, so that it only requests what changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{FactState, Repo, Timestamp};

/// The state of a cache.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncState {
    /// The number of writes, to detect writes of other processes.
    #[serde(skip)]
    pub generation: u64,
    /// The list state of each repository.
    pub lists: BTreeMap<Repo, ListState>,
    /// Renamed repositories: old to new name.
    pub moved: BTreeMap<Repo, Repo>,
    /// When it was last checked that the old names redirect to the new ones.
    pub names_checked: Option<Timestamp>,
    /// The fetch state of each search query.
    pub searches: BTreeMap<String, FactState>,
    /// The fetch state of the list of open pull requests, if there is no GraphQL.
    pub pulls: FactState,
    /// When a sync last ran without GraphQL, and missed links of pull requests that are in no list.
    pub without_graphql: Option<Timestamp>,
    /// Whether the last sync had a token, and GraphQL was not answered.
    pub refuses_graphql: bool,
    /// Until when no requests may be sent, by token, since a limit applies to the token that reached it.
    pub closed_until: BTreeMap<String, Timestamp>,
    /// The tokens among them that reached the secondary rate limit.
    pub asked_to_wait: BTreeSet<String>,
    /// Unreadable responses, each with the reason.
    pub odd: Vec<String>,
    /// The `ETags` of issues that are requested one by one, by `owner/name#5`.
    pub etags: BTreeMap<String, String>,
    /// The needs of each synced roadmap, whose issues are kept.
    pub interests: BTreeMap<String, Interest>,
    /// Repositories that the user explicitly synced, so that a token may be used for them.
    pub agreed: BTreeSet<Repo>,
}

/// How far the list of a repository was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListState {
    /// All changes before this moment are known.
    pub since: Option<Timestamp>,
    /// The `ETag` of the list of changes since then.
    pub etag: Option<String>,
    /// The `ETag` of the newest page, if there are more changes around `since` than fit on a page.
    pub newest: Option<String>,
    /// When the whole repository was last read or counted, for `sync --all`.
    pub whole: Option<Timestamp>,
    /// When an unfinished reading of the whole repository started.
    pub whole_began: Option<Timestamp>,
    /// How far an unfinished reading of the whole repository got: all changes before are known.
    pub whole_until: Option<Timestamp>,
    /// The number of unreadable issues of the whole repository, which GitHub counts as well.
    pub unreadable: usize,
}

/// What a roadmap needs of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interest {
    /// Issues that it links to and their children, as `owner/name#5`.
    pub issues: Vec<String>,
    /// The issues among them that it links to directly.
    pub links: Vec<String>,
    /// Its umbrellas.
    pub umbrellas: Vec<String>,
    /// The texts it searches for in titles.
    pub searches: Vec<String>,
    /// When it was last synced.
    pub synced_at: Option<Timestamp>,
    /// When it was last synced completely.
    pub completed_at: Option<Timestamp>,
}
