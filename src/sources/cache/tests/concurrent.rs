//! Processes that share a cache: nothing that either stored is lost.

use super::*;

#[test]
fn facts_fetched_by_either_process_are_kept() {
    let place = place();
    let base =
        place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "a"), issue(2, 1, "b"), issue(4, 1, "d")]));
    let ours = snapshot(vec![issue(1, 5, "a5"), issue(2, 1, ""), issue(4, 1, "")]);
    // The other process found that 4 is gone, and a new issue.
    let mut theirs = snapshot(vec![issue(1, 1, ""), issue(2, 9, "b9"), issue(3, 2, "c")]);
    theirs.missing.insert(id(4), Absence::Gone);
    place.store(&base, theirs);
    let merged = place.store(&base, ours);
    assert_eq!(titles(&merged), ["issue 1 at 5", "issue 2 at 9", "issue 3 at 2"]);
    assert_eq!(merged.snapshot.missing.len(), 1);
    assert_eq!((merged.state.generation, merged.bodies.read(&id(2)).unwrap().as_deref()), (3, Some("b9")));
    assert_eq!(place.load().snapshot, merged.snapshot);
}

#[test]
fn a_cache_removed_during_a_sync_is_written_completely() {
    let place = place();
    let base = place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, ""), issue(2, 1, "")]));
    database::remove(&place.path).unwrap();
    let stored = place.store(&base, snapshot(vec![issue(1, 1, ""), issue(2, 5, "five")]));
    assert_eq!(titles(&stored), ["issue 1 at 1", "issue 2 at 5"]);
    assert_eq!((stored.snapshot.fetched_at, stored.state.generation), (Some(Timestamp(1_000)), 2));
    assert_eq!(place.load().snapshot, stored.snapshot);
    let other = place.store(&base, snapshot(vec![issue(1, 7, "seven"), issue(2, 1, "")]));
    assert_eq!(titles(&other), ["issue 1 at 7", "issue 2 at 5"]);
}

#[test]
fn a_body_lost_with_a_removed_cache_is_requested_again() {
    let place = place();
    let known =
        |number, body| Issue { fetch_states: crate::domain::FetchStates::all_known(), ..issue(number, 1, body) };
    let base = place.store(&LoadedCache::default(), snapshot(vec![known(1, "one"), known(2, "two")]));
    database::remove(&place.path).unwrap();
    // The sync fetched only the second one; an empty body is stored as a newline.
    let stored = place.store(&base, snapshot(vec![known(1, ""), known(2, "\n")]));
    let is_known = |number| stored.snapshot.issue(&id(number)).unwrap().fetch_states.of(FactKind::Fields).is_known();
    assert_eq!((is_known(1), is_known(2)), (false, true));
}

#[test]
fn the_later_answer_wins_and_simultaneous_ones_are_not_trusted() {
    let place = place();
    let base = place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, ""), issue(2, 1, ""), issue(3, 1, "")]));
    let titled = |number, at, title: &str| Issue { title: title.into(), ..issue(number, at, "") };
    place.store(&base, snapshot(vec![titled(1, 9, "theirs"), titled(2, 5, "theirs"), titled(3, 7, "theirs")]));
    let merged = place.store(&base, snapshot(vec![titled(1, 5, "ours"), titled(2, 9, "ours"), titled(3, 7, "ours")]));
    assert_eq!(titles(&merged)[..2], ["theirs", "ours"]);
    let third = merged.snapshot.issue(&id(3)).unwrap();
    assert_eq!(
        third.fetch_states.of(FactKind::Fields),
        FactState::Failed { at: Timestamp(7) },
        "the next sync requests it again"
    );
}

#[test]
fn a_fact_is_not_trusted_if_the_other_process_failed_to_fetch_it_later() {
    let noted = |comments, state| {
        let mut issue = Issue { comments, ..issue(1, 5, "") };
        issue.fetch_states.set(FactKind::Comments, state);
        snapshot(vec![issue])
    };
    let missed = |at| noted(1, FactState::Failed { at: Timestamp(at) });
    for (ours, theirs) in [(noted(0, known(5)), missed(5)), (missed(6), noted(0, known(5)))] {
        let place = place();
        let base = place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "")]));
        place.store(&base, theirs);
        let merged = place.store(&base, ours);
        assert!(!merged.snapshot.issue(&id(1)).unwrap().fetch_states.of(FactKind::Comments).is_known());
    }
}

#[test]
fn fetch_states_are_merged_with_their_facts() {
    let place = place();
    let base = place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "")]));
    let pulled = |at, pulls: Vec<Pull>| {
        let mut issue = Issue { pulls: Some(pulls), ..issue(1, 1, "") };
        issue.fetch_states.set(FactKind::Pulls, known(at));
        snapshot(vec![issue])
    };
    let mut closed = issue(1, 1, "");
    closed.last_comment = Some(Comment { at: Timestamp(3), by: None, text: "hi".into() });
    closed.fetch_states.set(FactKind::Comments, known(6));
    place.store(&base, pulled(9, vec![Pull { id: id(8), is_open: true, author: None, by_list: false }]));
    let merged = place.store(&base, snapshot(vec![closed]));
    let issue = merged.snapshot.issue(&id(1)).unwrap();
    assert_eq!(
        (issue.fetch_states.of(FactKind::Pulls), issue.fetch_states.of(FactKind::Comments)),
        (known(9), known(6))
    );
    assert_eq!((issue.pulls.as_ref().map(Vec::len), issue.last_comment.is_some()), (Some(1), true));
}

#[test]
fn the_more_cautious_list_state_wins_without_its_etag() {
    let list = |since| ListState { since: Some(Timestamp(since)), etag: Some("e".into()), ..ListState::default() };
    let state = |since| SyncState { lists: [(repo(), list(since))].into(), ..SyncState::default() };
    let version = |since| (Snapshot::default(), state(since));
    let (_, merged) = merge::merge(&version(1), version(9), version(5));
    assert_eq!(merged.lists[&repo()], ListState { etag: None, ..list(5) });
    let (_, merged) = merge::merge(&version(1), version(1), version(5));
    assert_eq!(merged.lists[&repo()], list(5), "only one of them read it");
}

#[test]
fn concurrent_writers_lose_no_issue() {
    let place = place();
    std::thread::scope(|scope| {
        for number in 1..9 {
            let place = &place;
            scope.spawn(move || place.store(&LoadedCache::default(), snapshot(vec![issue(number, 1, "body")])));
        }
    });
    let loaded = place.load();
    assert_eq!((loaded.snapshot.issues.len(), loaded.state.generation), (8, 8));
}
