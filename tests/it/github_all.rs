//! `sync --all`, which reads by time of change: no issue is lost while the list shifts, and deleted ones are removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use offramp::domain::rule::{Condition, IssueTest, IssuesRule};
use offramp::domain::{CloseReason, IssueState, Timestamp};
use offramp::sources::github::{GithubError, Policy, SyncOutcome, SyncRequest};
use serde_json::json;

use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site};
use super::github_sync::{again, first, id, large, numbers, policy, request, with_token};

const LIST: &str = "/repos/kubernetes/k8s.io/issues";

fn all(url: &str) -> SyncRequest {
    SyncRequest { all: true, ..with_token(request(url, [1, 2])) }
}

/// Returns a server that may change the site before each page.
fn changing(site: &Arc<Site>, change: impl Fn(&Site, usize) + Send + Sync + 'static) -> Server {
    let (inner, asked) = (site.clone(), AtomicUsize::new(0));
    Server::new(move |seen| {
        if seen.path() == LIST {
            change(&inner, asked.fetch_add(1, Ordering::SeqCst));
        }
        inner.answer(seen)
    })
}

#[test]
fn all_takes_one_request_a_page_and_a_few_more() {
    let site = large(2_050);
    site.has_graphql.store(true, Ordering::SeqCst);
    let server = site.serve();
    let outcome = first(&all(&server.url));
    assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, (1..=2_050).collect()));
    let lists = server.seen().iter().filter(|seen| seen.path() == LIST).count();
    assert!(lists <= 21 + 3, "{lists}");
    server.forget();
    again(&all(&server.url), outcome);
    // One request lists changes, and one counts issues.
    assert_eq!(server.seen().len(), 2);
}

/// A list does not say who closed an issue.
#[test]
fn who_closed_an_issue_that_a_counter_counts_is_fetched() {
    let site = large(5);
    for (number, label) in [(1, "lifecycle/rotten"), (2, "lifecycle/stale"), (3, "lifecycle/stale"), (4, "other")] {
        site.change(number, "state", json!("closed"));
        site.change(number, "state_reason", json!("completed"));
        site.change(number, "closed_at", json!("2026-11-01T00:00:00Z"));
        site.change(number, "labels", json!([{"name": label}]));
        site.change(number, "closed_by", json!({"login": if number == 2 { "ann" } else { "k8s-ci-robot" }}));
    }
    site.say(3, "ann", "/close");
    let server = site.serve();
    let label = Condition::Is(IssueTest::Label(vec!["*".to_owned()]));
    let request =
        SyncRequest { all: true, counted: vec![IssuesRule { scope: Some(label) }], ..request(&server.url, []) };
    let outcome = first(&request);
    let reasons = |outcome: &SyncOutcome| -> Vec<_> {
        let reason = |number| match outcome.snapshot.issue(&id(number)).unwrap().state {
            IssueState::Closed { reason, .. } => reason,
            IssueState::Open => None,
        };
        (1..=4).map(reason).collect()
    };
    let expected = [CloseReason::Robot, CloseReason::Completed, CloseReason::Completed, CloseReason::Completed];
    assert_eq!((outcome.error.clone(), reasons(&outcome)), (None, expected.map(Some).to_vec()));
    assert!((1..=4).all(|number| outcome.snapshot.issue(&id(number)).unwrap().knows_closer()));
    server.forget();
    let outcome = again(&request, outcome);
    assert_eq!((server.seen().len(), outcome.error), (2, None), "the closer of an issue is requested once");
}

#[test]
fn a_change_between_any_two_pages_loses_no_issue() {
    for at in 0..12 {
        let site = large(1_000);
        let server = changing(&site, move |site, asked| {
            if asked == at {
                site.change(150, "title", json!("changed"));
            }
        });
        let outcome = first(&all(&server.url));
        assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, (1..=1_000).collect()), "{at}");
    }
}

#[test]
fn a_deletion_between_any_two_pages_loses_no_other_issue() {
    for at in 0..12 {
        let site = large(1_000);
        let server = changing(&site, move |site, asked| {
            if asked == at {
                site.issues.lock().unwrap().remove(&50);
            }
        });
        let outcome = first(&all(&server.url));
        let others: Vec<u64> = numbers(&outcome).into_iter().filter(|number| *number != 50).collect();
        assert_eq!((outcome.error, others.len()), (None, 999), "{at}");
    }
}

/// Returns a site whose issues all changed in the same second.
fn crowd(count: u64) -> Arc<Site> {
    let site = large(40);
    for number in 100..100 + count {
        site.open(number, "one of a crowd", "", NOW - 50_000);
    }
    site.open(900, "later", "", NOW - 40_000);
    site
}

#[test]
fn many_issues_of_one_second_are_all_read() {
    for count in [99, 100, 101, 250, 400] {
        let site = crowd(count);
        let server = site.serve();
        let outcome = first(&all(&server.url));
        assert_eq!((outcome.error.clone(), numbers(&outcome).len() as u64), (None, 41 + count), "{count}");
    }
}

#[test]
fn many_issues_of_one_second_that_move_are_all_read() {
    for at in 0..8 {
        let site = crowd(350);
        let server = changing(&site, move |site, asked| {
            if asked == at {
                site.change(120, "title", json!("changed"));
            }
        });
        let outcome = first(&all(&server.url));
        assert_eq!((outcome.error.clone(), numbers(&outcome).len()), (None, 391), "{at}");
    }
}

#[test]
fn a_burst_of_changes_in_one_second_is_read_whole() {
    let site = large(600);
    let server = site.serve();
    let outcome = first(&all(&server.url));
    site.pass(5_000);
    for number in 1..=250 {
        site.change(number, "title", json!("one of many"));
    }
    site.pass(5_000);
    let outcome = again(&all(&server.url), outcome);
    let changed = outcome.snapshot.issues.iter().filter(|issue| issue.title == "one of many").count();
    assert_eq!((outcome.error, changed), (None, 250));
}

#[test]
fn issues_deleted_after_an_all_go_with_the_next() {
    let site = large(350);
    let server = site.serve();
    let outcome = first(&all(&server.url));
    site.issues.lock().unwrap().remove(&1);
    site.issues.lock().unwrap().remove(&77);
    let later = SyncRequest { now: Timestamp(NOW + 4_000), ..all(&server.url) };
    let outcome = again(&later, outcome);
    assert_eq!((outcome.error.clone(), numbers(&outcome).len()), (None, 348));
    assert!(outcome.snapshot.missing.contains_key(&id(1)), "the roadmap links to it");
    server.forget();
    again(&SyncRequest { now: Timestamp(NOW + 8_000), ..all(&server.url) }, outcome);
    assert!(server.seen().len() <= 5, "{:#?}", server.seen());
}

#[test]
fn issues_deleted_after_a_plain_sync_are_found_a_day_later() {
    for with_a_token in [true, false] {
        let site = large(5);
        let server = site.serve();
        let request = |now| {
            let request = SyncRequest { now: Timestamp(now), ..request(&server.url, [1, 2]) };
            if with_a_token { with_token(request) } else { request }
        };
        let outcome = first(&request(NOW));
        site.issues.lock().unwrap().remove(&1);
        let outcome = again(&request(NOW + 86_400), outcome);
        assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, vec![2]), "{with_a_token}");
    }
}

#[test]
fn an_endless_list_is_abandoned() {
    let asked = AtomicUsize::new(0);
    let server = Server::new(move |seen| {
        let number = asked.fetch_add(1, Ordering::SeqCst) as i64;
        let at = Timestamp(NOW - 90_000_000 + number).rfc3339();
        let issue = json!([{"number": number + 1, "title": "more", "updated_at": at}]);
        Reply::json(&issue)
            .header("Link", &format!("<http://{}/next?page={number}>; rel=\"next\"", seen.headers["host"]))
    });
    let request = SyncRequest { policy: Policy { pages: 50, ..policy() }, ..all(&server.url) };
    let outcome = first(&request);
    assert!(matches!(outcome.error, Some(GithubError::Endless(_))), "{:?}", outcome.error);
    assert!(server.seen().len() <= 60);
}

#[test]
fn an_oversized_page_is_refused() {
    let body = format!("[{}{{}}]", "{},".repeat(2_000_000));
    let server = Server::new(move |_| Reply::status(200, &body));
    let mut request = all(&server.url);
    request.policy.tries = 1;
    let outcome = first(&request);
    assert!(matches!(outcome.error, Some(GithubError::Unreadable { .. })), "{:?}", outcome.error);
}

#[test]
fn without_a_token_requests_go_one_at_a_time() {
    let server = large(450).serve();
    let request = SyncRequest { all: true, policy: Policy { budget: 40, ..policy() }, ..request(&server.url, [1]) };
    assert_eq!(numbers(&first(&request)).len(), 450);
    assert_eq!(server.most_at_once(), 1);
}
