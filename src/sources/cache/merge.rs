//! Three-way merge of the cache: combines what two processes fetched at the same time, fact by fact.
//!
//! Facts that one side left unchanged are taken from the other. If both fetched the same kind of fact, the later answer
//! wins. Of two answers in the same second, neither is trusted, so that the next sync requests the fact again.

use std::collections::{BTreeMap, BTreeSet};

use super::SyncState;
use super::state::ListState;
use crate::domain::{Absence, FactKind, FactState, Issue, IssueRef, Repo, Snapshot, Timestamp};

pub(super) type Version = (Snapshot, SyncState);

type MissingIssues = BTreeMap<IssueRef, Absence>;

/// Merges two versions with a common base.
pub(super) fn merge(base: &Version, ours: Version, theirs: Version) -> Version {
    let issues = merge_issues(&base.0, &ours.0, &theirs.0);
    let missing = merge_missing(&base.0.missing, &ours.0.missing, &theirs.0.missing);
    let fetched_at = oldest_of_two(base.0.fetched_at, ours.0.fetched_at, theirs.0.fetched_at);
    let state = merge_states(&base.1, ours.1, theirs.1);
    (Snapshot::new(fetched_at, issues, missing), state)
}

/// The time of the last fetch: of two changed ones, the earlier.
fn oldest_of_two(base: Option<Timestamp>, ours: Option<Timestamp>, theirs: Option<Timestamp>) -> Option<Timestamp> {
    match (ours == base, theirs == base) {
        (true, _) => theirs,
        (false, true) => ours,
        (false, false) => ours.min(theirs),
    }
}

fn merge_issues(base: &Snapshot, ours: &Snapshot, theirs: &Snapshot) -> Vec<Issue> {
    let by_id = |snapshot: &Snapshot| -> BTreeMap<IssueRef, Issue> {
        snapshot.issues.iter().map(|issue| (issue.id.clone(), issue.clone())).collect()
    };
    let (base, mut ours, mut theirs) = (by_id(base), by_id(ours), by_id(theirs));
    let ids: BTreeSet<IssueRef> = ours.keys().chain(theirs.keys()).cloned().collect();
    ids.iter().filter_map(|id| merge_issue(base.get(id), ours.remove(id), theirs.remove(id))).collect()
}

fn merge_issue(base: Option<&Issue>, ours: Option<Issue>, theirs: Option<Issue>) -> Option<Issue> {
    if is_same(base, ours.as_ref()) {
        return theirs;
    }
    if is_same(base, theirs.as_ref()) {
        return ours;
    }
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(of_both(ours, theirs)),
        (Some(mut one), None) | (None, Some(mut one)) => {
            one.fetch_states.distrust(FactKind::Fields);
            Some(one)
        }
        (None, None) => None,
    }
}

fn of_both(mut ours: Issue, mut theirs: Issue) -> Issue {
    for kind in FactKind::ALL {
        let (own, other) = (ours.fetch_states.of(kind), theirs.fetch_states.of(kind));
        if other.is_known() && (!own.is_known() || other.at() > own.at()) {
            ours.take_facts(kind, &mut theirs);
        }
        let is_disputed = match (own, other) {
            (FactState::Known { at }, FactState::Known { at: other }) => at == other,
            // The later request failed: there was a change whose facts are missing.
            (FactState::Known { at }, FactState::Failed { at: failed })
            | (FactState::Failed { at: failed }, FactState::Known { at }) => failed >= at,
            (FactState::NotRequested | FactState::Failed { .. }, _) | (_, FactState::NotRequested) => false,
        };
        if is_disputed {
            ours.fetch_states.distrust(kind);
        }
    }
    ours
}

/// Compares issues without their bodies, which the cache stores separately.
pub(super) fn is_same(one: Option<&Issue>, other: Option<&Issue>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) if one.body == other.body => one == other,
        (Some(one), Some(other)) => {
            let bare = |issue: &Issue| Issue { body: String::new(), ..issue.clone() };
            bare(one) == bare(other)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn merge_missing<'a>(base: &MissingIssues, ours: &'a MissingIssues, theirs: &'a MissingIssues) -> MissingIssues {
    let new_in = |of: &'a MissingIssues| of.iter().filter(|(id, why)| base.get(*id) != Some(*why));
    let in_both = ours.iter().filter(|(id, why)| theirs.get(*id) == Some(*why));
    new_in(theirs).chain(new_in(ours)).chain(in_both).map(|(id, why)| (id.clone(), why.clone())).collect()
}

fn merge_states(base: &SyncState, mut ours: SyncState, theirs: SyncState) -> SyncState {
    let repos: BTreeSet<Repo> = ours.lists.keys().chain(theirs.lists.keys()).cloned().collect();
    for repo in repos {
        let merged = merge_lists(base.lists.get(&repo), ours.lists.get(&repo), theirs.lists.get(&repo));
        ours.lists.insert(repo, merged);
    }
    ours.moved.extend(theirs.moved);
    ours.names_checked = ours.names_checked.min(theirs.names_checked);
    // A search that one side forgot stays forgotten, unless the other repeated it meanwhile.
    let is_old = |search: &String, own: &FactState| base.searches.get(search) == Some(own);
    ours.searches.retain(|search, own| theirs.searches.contains_key(search) || !is_old(search, own));
    for (search, fetch_state) in theirs.searches {
        if !ours.searches.contains_key(&search) && is_old(&search, &fetch_state) {
            continue;
        }
        let own = ours.searches.entry(search).or_insert(fetch_state);
        if fetch_state.at() > own.at() {
            *own = fetch_state;
        }
    }
    if theirs.pulls.at() > ours.pulls.at() {
        ours.pulls = theirs.pulls;
    }
    ours.without_graphql = ours.without_graphql.max(theirs.without_graphql);
    for (whose, until) in theirs.closed_until {
        let own = ours.closed_until.entry(whose).or_insert(until);
        *own = until.max(*own);
    }
    ours.asked_to_wait.extend(theirs.asked_to_wait);
    // An ETag belongs to one answer: if the two differ, neither is kept.
    ours.etags.retain(|id, etag| theirs.etags.get(id).is_none_or(|other| other == etag));
    for (id, etag) in theirs.etags {
        if !base.etags.contains_key(&id) {
            ours.etags.entry(id).or_insert(etag);
        }
    }
    for (roadmap, interest) in theirs.interests {
        let own = ours.interests.entry(roadmap).or_default();
        if interest.synced_at > own.synced_at {
            *own = interest;
        }
    }
    ours.agreed.extend(theirs.agreed);
    ours.generation = ours.generation.max(theirs.generation);
    ours
}

/// Merges two states of a list to the more cautious one, without `ETags`.
fn merge_lists(base: Option<&ListState>, ours: Option<&ListState>, theirs: Option<&ListState>) -> ListState {
    if ours == base || ours.is_none() {
        return theirs.cloned().unwrap_or_default();
    }
    if theirs == base || theirs.is_none() {
        return ours.cloned().unwrap_or_default();
    }
    let (ours, theirs) = (ours.cloned().unwrap_or_default(), theirs.cloned().unwrap_or_default());
    ListState {
        // A side without `since` did not read the list.
        since: [ours.since, theirs.since].into_iter().flatten().min(),
        etag: None,
        newest: None,
        whole: ours.whole.max(theirs.whole),
        whole_began: ours.whole_began.min(theirs.whole_began),
        whole_until: ours.whole_until.min(theirs.whole_until),
        unreadable: ours.unreadable.min(theirs.unreadable),
    }
}
