//! What the next sync must know of the last one, so that it asks for what changed and no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{IssueRef, Repo, Snapshot, Timestamp};

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
    /// When the whole repository was last read, for `sync --all`.
    pub whole: Option<Timestamp>,
}

/// Joins what two processes fetched at the same time: of each issue the newer one, of each list the
/// one that promises less.
pub(super) fn merge(ours: (Snapshot, SyncState), theirs: (Snapshot, SyncState)) -> (Snapshot, SyncState) {
    let ((mut snapshot, mut state), (other, other_state)) = (ours, theirs);
    for issue in other.issues {
        match snapshot.issues.binary_search_by(|own| own.id.cmp(&issue.id)) {
            Err(at) => snapshot.issues.insert(at, issue),
            Ok(at) => {
                if let Some(own) = snapshot.issues.get_mut(at).filter(|own| own.updated < issue.updated) {
                    *own = issue;
                }
            }
        }
    }
    let absent = |id: &IssueRef| snapshot.issues.binary_search_by(|own| own.id.cmp(id)).is_err();
    let missing: Vec<_> = other.missing.into_iter().filter(|missing| absent(&missing.issue)).collect();
    snapshot.missing.extend(missing);
    snapshot.taken = snapshot.taken.max(other.taken);
    snapshot.sort();
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
