//! What the next sync must know of the last one, so that it asks for what changed and no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Issue, IssueRef, Issues, Missing, Repo, Snapshot, Timestamp};

/// The state of a cache.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncState {
    /// How often the file was written: tells whether another process wrote it meanwhile.
    pub generation: u64,
    /// The lists that were read to their end.
    pub lists: BTreeMap<Repo, ListState>,
    /// Repositories that have a new name.
    pub moved: BTreeMap<Repo, Repo>,
    /// The umbrellas and searches that were asked for.
    pub asked: Vec<String>,
    /// Until when GitHub wants no requests.
    pub closed_until: Option<Timestamp>,
    /// What GitHub sent and nobody could read, each with the reason.
    pub odd: Vec<String>,
    /// The marks of issues that are asked for one by one.
    pub etags: BTreeMap<IssueRef, String>,
}

/// How far the list of a repository is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListState {
    /// Everything changed before this moment is known.
    pub since: Option<Timestamp>,
    /// The mark of the answer to "changed since that moment".
    pub etag: Option<String>,
    /// The mark of the newest page, where more changed around `since` than a page holds.
    pub newest: Option<String>,
    /// When the whole repository was last read, for `sync --all`.
    pub whole: Option<Timestamp>,
    /// How far an unfinished reading of the whole repository got: everything changed before is known.
    pub whole_until: Option<Timestamp>,
}

/// Joins what two processes fetched at the same time: of each issue the newer one, of each list the
/// one that promises less.
pub(super) fn merge(ours: (Snapshot, SyncState), theirs: (Snapshot, SyncState)) -> (Snapshot, SyncState) {
    let ((snapshot, mut state), (other, other_state)) = (ours, theirs);
    let newer = |own: &Issue| other.issues.get(&own.id).is_none_or(|other| own.updated >= other.updated);
    let kept = snapshot.issues.iter().filter(|own| newer(own));
    let issues: Issues = other.issues.iter().chain(kept).cloned().collect();
    let absent = |missing: &Missing| issues.get(&missing.issue).is_none();
    let theirs = other.missing.iter().filter(|missing| absent(missing));
    let missing = snapshot.missing.iter().chain(theirs).cloned().collect();
    let snapshot = Snapshot::new(snapshot.fetched_at.max(other.fetched_at), issues, missing);
    for (repo, list) in other_state.lists {
        let own = state.lists.entry(repo).or_insert_with(|| list.clone());
        let whole = own.whole.max(list.whole);
        if list.since < own.since {
            *own = list;
        }
        own.whole = whole;
    }
    state.moved.extend(other_state.moved);
    state.asked.extend(other_state.asked);
    for (issue, etag) in other_state.etags {
        state.etags.entry(issue).or_insert(etag);
    }
    state.asked.sort();
    state.asked.dedup();
    state.generation = state.generation.max(other_state.generation);
    (snapshot, state)
}
