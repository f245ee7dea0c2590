//! Partial results of a running sync: published after each phase, and abandoned when the sync is dropped.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use offramp::domain::Snapshot;
use offramp::sources::cache::SyncState;
use offramp::sources::github::{News, Summary, SyncOutcome, SyncRequest, sync};
use serde_json::json;

use super::github_server::{Reply, Server};
use super::github_sync::*;

fn empty() -> SyncOutcome {
    let (snapshot, state) = (Snapshot::default(), SyncState::default());
    SyncOutcome { snapshot, state, summary: Summary::default(), error: None }
}

/// Syncs; returns the snapshots that were published meanwhile, each with the number of requests before it.
fn published(request: &SyncRequest, server: &Server, before: SyncOutcome) -> (Vec<(usize, Snapshot)>, SyncOutcome) {
    server.forget();
    let pieces = Mutex::new(Vec::new());
    let tell = |news: News<'_>| {
        if let News::Facts(facts) = news {
            pieces.lock().unwrap().push((server.seen().len(), facts.snapshot()));
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(sync(request, before.snapshot, before.state, &tell));
    (pieces.into_inner().unwrap(), outcome)
}

#[test]
fn each_phase_that_fetched_something_publishes_its_facts() {
    let site = umbrella();
    site.say(2001, "ann", "I am on it");
    let server = site.serve();
    let request = umbrella_request(&server.url);
    let (pieces, outcome) = published(&request, &server, empty());
    assert!((2..=6).contains(&pieces.len()), "{}", pieces.len());
    let ((requests, early), (_, late)) = (&pieces[0], &pieces[pieces.len() - 1]);
    assert!(*requests < server.seen().len() && early.issue(&id(2077)).is_some());
    assert_eq!((early.issue(&id(2001)).unwrap().last_comment.is_some(), early.fetched_at), (false, None));
    assert_eq!(late.issues, outcome.snapshot.issues, "the last snapshot has everything that was fetched");

    let (pieces, outcome) = published(&request, &server, outcome);
    assert_eq!(pieces.len(), 0, "nothing changed");

    site.pass(5_000);
    site.change(2002, "title", json!("renamed"));
    site.say(2003, "ann", "done soon");
    let (pieces, outcome) = published(&request, &server, outcome);
    let titles: Vec<_> = pieces.iter().map(|(_, facts)| facts.issue(&id(2002)).unwrap().title.clone()).collect();
    assert_eq!(titles, ["renamed", "renamed"], "the list, then its comments");
    assert_eq!(pieces[1].1.issues, outcome.snapshot.issues);
}

#[test]
fn facts_fetched_before_a_failure_are_published() {
    let site = umbrella();
    let inner = site.clone();
    let server = Server::new(move |seen| match seen.path() {
        "/repos/kubernetes/k8s.io/issues" => Reply::status(401, "{}"),
        _ => inner.answer(seen),
    });
    let request = umbrella_request(&server.url);
    let (pieces, outcome) = published(&request, &server, empty());
    assert!(outcome.error.is_some() && !outcome.snapshot.issues.is_empty());
    assert_eq!(pieces.last().map(|(_, facts)| facts), Some(&outcome.snapshot));
}

#[test]
fn a_dropped_sync_ends_at_once() {
    let server = Server::new(|_| Reply::Stall(Vec::new()));
    let request = request(&server.url, [1]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asked = AtomicUsize::new(0);
    runtime.block_on(async {
        let report = |_: News<'_>| {};
        let work = sync(&request, Snapshot::default(), SyncState::default(), &report);
        tokio::select! {
            _ = work => panic!("the server never answers"),
            () = async { while server.seen().is_empty() { tokio::task::yield_now().await } } => asked.store(1, Ordering::SeqCst),
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn the_future_of_a_sync_is_send() {
    fn is_send<T: Send>(_: &T) {}
    let request = request("http://127.0.0.1:9", []);
    let report = |_: News<'_>| {};
    is_send(&sync(&request, Snapshot::default(), SyncState::default(), &report));
}
