//! Sync state: what the next sync must know of the last one, so that it asks for what changed and no more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{FactState, Repo, Timestamp};

/// The state of a cache.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncState {
    /// How often the cache was written: shows whether another process wrote it meanwhile.
    #[serde(skip)]
    pub generation: u64,
    /// How far the list of each repository is known.
    pub lists: BTreeMap<Repo, ListState>,
    /// Repositories that have a new name.
    pub moved: BTreeMap<Repo, Repo>,
    /// When GitHub last said that their old names still lead to the new ones.
    pub names_checked: Option<Timestamp>,
    /// The searches, each as GitHub spells it.
    pub searches: BTreeMap<String, FactState>,
    /// The list of open pull requests, where there is no GraphQL.
    pub pulls: FactState,
    /// When a sync last went without GraphQL, and so missed links of pull requests that no list shows.
    pub without_graphql: Option<Timestamp>,
    /// Until when no requests may be sent, by token: a limit applies to the token that reached it.
    pub closed_until: BTreeMap<String, Timestamp>,
    /// The tokens among them that GitHub asked to wait for a while: their requests of the hour are not used up.
    pub asked_to_wait: BTreeSet<String>,
    /// What GitHub sent and could not be read, each with the reason.
    pub odd: Vec<String>,
    /// The entity tags of issues that are asked for one by one, as `owner/name#5`.
    pub etags: BTreeMap<String, String>,
    /// The roadmaps that were synced: what each of them wants is not dropped.
    pub interests: BTreeMap<String, Interest>,
    /// Repositories that the user asked to sync, so that a token may be used for them.
    pub agreed: BTreeSet<Repo>,
}

/// How far the list of a repository is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListState {
    /// Everything changed before this moment is known.
    pub since: Option<Timestamp>,
    /// The entity tag of the answer to "changed since that moment".
    pub etag: Option<String>,
    /// The entity tag of the newest page, where more changed around `since` than a page holds.
    pub newest: Option<String>,
    /// When the whole repository was last read or counted, for `sync --all`.
    pub whole: Option<Timestamp>,
    /// When an unfinished reading of the whole repository began.
    pub whole_began: Option<Timestamp>,
    /// How far an unfinished reading of the whole repository got: everything changed before is known.
    pub whole_until: Option<Timestamp>,
    /// How many entries of the whole repository could not be read: GitHub counts them, too.
    pub unreadable: usize,
}

/// Of the state of a cache only when roadmaps were last synced completely: the rest is not read.
#[derive(Debug, Deserialize)]
pub(super) struct CompletedSyncs {
    #[serde(default)]
    pub(super) interests: BTreeMap<String, CompletedSync>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CompletedSync {
    #[serde(default)]
    pub(super) completed_at: Option<Timestamp>,
}

impl CompletedSyncs {
    /// Reads a state as it is stored.
    pub(super) fn read(state: &str) -> Option<Self> {
        serde_json::from_str(state).ok()
    }
}

/// What a roadmap wants of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interest {
    /// Issues that it links to and what hangs below them, as `owner/name#5`.
    pub issues: Vec<String>,
    /// Those of them that it links to itself.
    pub links: Vec<String>,
    /// Its umbrellas, whose children it wants.
    pub umbrellas: Vec<String>,
    /// What it searches for in titles.
    pub searches: Vec<String>,
    /// When it was last synced.
    pub synced_at: Option<Timestamp>,
    /// When a sync of it last got an answer to everything: how old the facts are that it needs.
    pub completed_at: Option<Timestamp>,
}
