//! Syncs against a local server: requests, results, and what is kept. Also the helpers of the other sync tests.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use offramp::domain::{Absence, ClaimKind, IssueRef, IssueState, Repo, Snapshot, Timestamp};
use offramp::sources::cache::SyncState;
use offramp::sources::github::{Access, Api, Policy, Robots, SyncOutcome, SyncRequest, Token, plan, sync};
use serde_json::json;

use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site};

pub(crate) fn repo() -> Repo {
    Repo::new("kubernetes/k8s.io").unwrap()
}

pub(crate) fn id(number: u64) -> IssueRef {
    IssueRef::new(repo(), number)
}

/// Returns a policy with limits that a busy machine never reaches, and with short pauses.
pub(crate) fn policy() -> Policy {
    let patient = Duration::from_secs(30);
    let instant = Duration::from_millis(1);
    Policy { connect: patient, idle: patient, request: patient, pause: instant, second: instant, ..Policy::default() }
}

pub(crate) fn request(url: &str, linked: impl IntoIterator<Item = u64>) -> SyncRequest {
    SyncRequest {
        access: Access::new(Api::new(Some(url), None).unwrap(), None),
        policy: policy(),
        now: Timestamp(NOW),
        home: repo(),
        umbrellas: Vec::new(),
        linked: linked.into_iter().map(id).collect(),
        searches: Vec::new(),
        counted: Vec::new(),
        roadmap: String::new(),
        robots: Robots::default(),
        all: false,
        is_asked_for: true,
        stop: Arc::default(),
    }
}

/// Returns a request for all issues.
pub(crate) fn request_all(url: &str) -> SyncRequest {
    SyncRequest { all: true, ..request(url, []) }
}

pub(crate) fn with_token(mut request: SyncRequest) -> SyncRequest {
    request.access.token = Some(Token::new("very-secret", "GH_TOKEN").unwrap());
    request
}

pub(crate) fn run(request: &SyncRequest, snapshot: Snapshot, state: SyncState) -> SyncOutcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sync(request, snapshot, state, &|_| {}))
}

pub(crate) fn first(request: &SyncRequest) -> SyncOutcome {
    run(request, Snapshot::default(), SyncState::default())
}

pub(crate) fn again(request: &SyncRequest, before: SyncOutcome) -> SyncOutcome {
    run(request, before.snapshot, before.state)
}

/// Returns the numbers of the issues that were fetched.
pub(crate) fn numbers(outcome: &SyncOutcome) -> Vec<u64> {
    outcome.snapshot.issues.iter().map(|issue| issue.id.number).collect()
}

/// Returns a site with an umbrella, children by wording, matches by title, and many unrelated issues.
pub(crate) fn umbrella() -> Arc<Site> {
    let site = Site::new();
    site.open(1469, "Umbrella issue", "- k8s-prow\n- k8s-gubernator\n", NOW - 900_000);
    for number in 1..=120 {
        let body = "Part of umbrella: https://github.com/kubernetes/k8s.io/issues/1469\n- [x] a\n- [ ] b";
        site.open(
            2000 + number,
            &format!("Migrate away from google.com gcp project p{number}"),
            body,
            NOW - 800_000 + 60 * number as i64,
        );
    }
    for number in 1..=500 {
        site.open(5000 + number, "something else", "", NOW - 700_000 + number as i64);
    }
    site
}

pub(crate) fn umbrella_request(url: &str) -> SyncRequest {
    let mut request = request(url, (2001..=2030).chain([1469, 5001, 5002, 5003]));
    request.umbrellas = vec![id(1469)];
    request.searches = vec!["Migrate away from google.com gcp project".into()];
    request
}

/// Returns a site with its server, and the request of a first sync with its outcome.
fn synced() -> (Arc<Site>, Server, SyncRequest, SyncOutcome) {
    let site = umbrella();
    let server = site.serve();
    let request = umbrella_request(&server.url);
    let outcome = first(&request);
    (site, server, request, outcome)
}

#[test]
fn a_first_sync_without_a_token_stays_well_within_the_budget() {
    let site = umbrella();
    let server = site.serve();
    let outcome = first(&umbrella_request(&server.url));
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.snapshot.issues.len(), 124);
    assert_eq!(outcome.summary.requests as usize, server.seen().len());
    assert!(server.seen().len() <= 20, "{:#?}", server.seen());
    let child = outcome.snapshot.issue(&id(2077)).unwrap();
    assert_eq!((child.parents.as_slice(), child.tasks.len()), ([id(1469)].as_slice(), 2));
    assert_eq!(outcome.snapshot.issue(&id(1469)).unwrap().names, ["k8s-prow", "k8s-gubernator"]);
    assert_eq!(outcome.snapshot.fetched_at, Some(Timestamp(NOW)));
}

#[test]
fn a_first_sync_with_a_token_takes_a_few_requests() {
    let site = umbrella();
    site.has_graphql.store(true, Ordering::SeqCst);
    let server = site.serve();
    let outcome = first(&with_token(umbrella_request(&server.url)));
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.snapshot.issues.len(), 124);
    // Two for four searches, three for the facts of 124 issues, one for the list of changes.
    assert!(server.seen().len() <= 6, "{:#?}", server.seen());
    assert!(server.seen().iter().all(|seen| seen.headers["authorization"] == "Bearer very-secret"));
}

#[test]
fn an_unchanged_repository_costs_one_conditional_request() {
    let site = umbrella();
    let server = site.serve();
    let request = umbrella_request(&server.url);
    let mut outcome = first(&request);
    for _ in 0..2 {
        server.forget();
        outcome = again(&request, outcome);
        let seen = server.seen();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        assert!(seen[0].headers.contains_key("if-none-match"));
        assert_eq!((outcome.summary.new, outcome.summary.changed, outcome.error.clone()), (0, 0, None));
    }
}

#[test]
fn k_changes_cost_one_request_plus_one_per_hundred() {
    for k in [1, 5, 100, 119] {
        let (site, server, request, before) = synced();
        server.forget();
        for number in 1..=k {
            site.pass(7);
            site.change(2000 + number, "state", json!("closed"));
        }
        site.pass(86_400);
        let outcome = again(&request, before);
        assert_eq!((outcome.error, outcome.summary.changed as u64), (None, k), "{k}");
        let most = 1 + k.div_ceil(100) as usize;
        assert!(server.seen().len() <= most, "{k}: {:#?}", server.seen());
        assert!(matches!(outcome.snapshot.issue(&id(2000 + k)).unwrap().state, IssueState::Closed { .. }));
    }
}

#[test]
fn after_changes_an_unchanged_repository_costs_one_request_again() {
    let (site, server, request, before) = synced();
    site.pass(60);
    site.change(2001, "title", json!("new title"));
    let changed = again(&request, before);
    assert_eq!(changed.snapshot.issue(&id(2001)).unwrap().title, "new title");
    server.forget();
    again(&request, changed);
    assert_eq!(server.seen().len(), 1);
    assert!(server.seen()[0].headers.contains_key("if-none-match"));
}

#[test]
fn a_new_comment_comes_with_the_changes() {
    let (site, server, request, before) = synced();
    server.forget();
    site.pass(600);
    site.say(2003, "bob", "/assign\nI take it");
    site.say(2003, "k8s-ci-robot", "assigned");
    let outcome = again(&request, before);
    let word = outcome.snapshot.issue(&id(2003)).unwrap().last_comment.clone().unwrap();
    assert_eq!((word.text.as_str(), word.by.as_deref()), ("I take it", Some("bob")));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_claim_stays_when_others_comment_with_and_without_a_token() {
    for is_with_token in [false, true] {
        let site = umbrella();
        let server = site.serve();
        let request = umbrella_request(&server.url);
        let request = if is_with_token { with_token(request) } else { request };
        site.say(2003, "bob", "Could I work on this?");
        let before = first(&request);
        let claims = |outcome: &SyncOutcome| {
            let all = &outcome.snapshot.issue(&id(2003)).unwrap().claims;
            all.iter().map(|own| (own.by.clone().unwrap_or_default(), own.kind)).collect::<Vec<_>>()
        };
        assert_eq!(claims(&before), [("bob".into(), ClaimKind::Asked)], "{is_with_token}");
        site.pass(600);
        site.say(2003, "ann", "Sure, go ahead.");
        let given = again(&request, before);
        assert_eq!(claims(&given), [("bob".into(), ClaimKind::Claimed)], "{is_with_token}");
        site.pass(600);
        site.say(2003, "ann", "Thanks @bob!");
        assert_eq!(claims(&again(&request, given)), [("bob".into(), ClaimKind::Claimed)], "{is_with_token}");
    }
}

#[test]
fn a_new_child_is_found_among_the_changes_and_unrelated_issues_are_dropped() {
    let (site, _server, request, before) = synced();
    site.pass(600);
    site.open(9001, "child", "Part of #1469", site.now());
    site.open(9002, "stranger", "", site.now());
    let outcome = again(&request, before);
    assert!(outcome.snapshot.issue(&id(9001)).is_some() && outcome.snapshot.issue(&id(9002)).is_none());
    assert_eq!(outcome.summary.new, 1);
}

#[test]
fn a_pull_request_is_linked_to_the_issue_that_it_names() {
    let (site, _server, request, before) = synced();
    site.pass(600);
    site.open(9003, "fix", "Fixes #2005", site.now());
    site.change(9003, "pull_request", json!({"merged_at": null}));
    let opened = again(&request, before);
    let pulls = |outcome: &SyncOutcome| outcome.snapshot.issue(&id(2005)).unwrap().pulls.clone().unwrap();
    assert!(pulls(&opened)[0].is_open && opened.snapshot.issue(&id(9003)).is_none());
    site.pass(600);
    site.change(9003, "state", json!("closed"));
    assert!(!pulls(&again(&request, opened))[0].is_open);
}

pub(crate) fn large(count: u64) -> Arc<Site> {
    let site = Site::new();
    // As in real repositories, changes are rare at first and frequent at last; none is in the future.
    let after = |number: u64| (number as i64).pow(2) * 20;
    let first = NOW - after(count).max(90_000_000);
    for number in 1..=count {
        let at = first + after(number);
        site.open(number, &format!("issue {number}"), "", at);
    }
    site
}

#[test]
fn all_reads_pages_concurrently_and_loses_none() {
    let site = large(2_050);
    let server = site.serve();
    let request = SyncRequest { all: true, ..request(&server.url, [1, 2]) };
    let outcome = first(&with_token(request.clone()));
    assert_eq!((outcome.error.clone(), outcome.snapshot.issues.len()), (None, 2_050));
    assert!(server.seen().len() <= 21 + 16, "{}", server.seen().len());
    // No answer names the last page, so some pages beyond it are requested; those answers are awaited, too.
    assert!(server.most_at_once() <= 8, "{}", server.most_at_once());
    server.forget();
    let outcome = again(&request, outcome);
    // One request lists changes, and one counts issues, since no list names deletions.
    assert_eq!((server.seen().len(), outcome.snapshot.issues.len()), (2, 2_050));
}

#[test]
fn pages_that_shift_during_a_read_lose_no_issue() {
    let site = large(1_200);
    let moving = site.clone();
    let server = Server::new(move |seen| {
        // Between any two pages an early and a late issue change, and so move to the end.
        if seen.path().ends_with("/issues") {
            moving.pass(1);
            let number = (seen.number as u64 * 37) % 1_200 + 1;
            moving.change(number, "title", json!(format!("changed at {}", seen.number)));
        }
        moving.answer(seen)
    });
    let request = request_all(&server.url);
    let outcome = first(&request);
    assert_eq!(outcome.error, None);
    assert_eq!(numbers(&outcome), (1..=1_200).collect::<Vec<_>>());
    let newest = site.issues.lock().unwrap();
    // The last change was made during the last request.
    let outdated = outcome
        .snapshot
        .issues
        .iter()
        .filter(|issue| newest[&issue.id.number]["title"] != issue.title.as_str())
        .count();
    assert!(outdated <= 1, "{outdated}");
}

#[test]
fn a_server_that_ignores_since_is_read_by_its_links() {
    let site = large(350);
    let plain = site.clone();
    let server = Server::new(move |seen| {
        let target = seen.target.split('&').filter(|pair| !pair.starts_with("since=")).collect::<Vec<_>>().join("&");
        plain.answer(&super::github_server::Seen { target, ..seen.clone() })
    });
    let request = request_all(&server.url);
    assert_eq!(first(&request).snapshot.issues.len(), 350);
}

#[test]
fn a_wrong_local_clock_loses_nothing() {
    for skew in [-7_200, 7_200] {
        let site = umbrella();
        let server = site.serve();
        let request = SyncRequest { now: Timestamp(NOW + skew), ..umbrella_request(&server.url) };
        let before = first(&request);
        site.pass(30);
        site.change(2009, "title", json!("changed half a minute later"));
        let outcome = again(&request, before);
        assert_eq!(outcome.snapshot.issue(&id(2009)).unwrap().title, "changed half a minute later", "{skew}");
    }
}

#[test]
fn the_budget_ends_the_sync_and_keeps_what_was_fetched() {
    let site = Site::new();
    for number in 1..=90 {
        site.open(number, "x", "", NOW - 1_000);
    }
    let inner = site.clone();
    // Without lists and searches every issue takes a request.
    let server = Server::new(move |seen| match seen.path().rsplit('/').next() {
        Some("issues") => Reply::status(422, "{\"message\": \"no\"}"),
        _ => inner.answer(seen),
    });
    let outcome = first(&request(&server.url, 1..=90));
    assert!(server.seen().len() <= 60);
    assert!(outcome.snapshot.issues.len() >= 50);
    assert_eq!(outcome.summary.not_fetched.len(), 90 - outcome.snapshot.issues.len());
    assert!(outcome.snapshot.missing.values().all(|why| *why == Absence::NotFetched));
    assert!(outcome.error.unwrap().hint().contains("GH_TOKEN"));
}

#[test]
fn moved_deleted_and_private_issues_are_distinguished() {
    let site = Site::new();
    site.open(1, "stays", "", NOW - 1_000);
    let inner = site.clone();
    let server = Server::new(move |seen| match seen.path() {
        "/repos/kubernetes/k8s.io/issues/2" => Reply::status(410, "{\"message\": \"This issue was deleted\"}"),
        "/repos/kubernetes/k8s.io/issues/3" => {
            Reply::status(301, "").header("Location", "/repos/kubernetes/org/issues/77")
        }
        "/repos/kubernetes/org/issues/77" => Reply::json(
            &json!({"number": 77, "title": "moved", "repository_url": "https://api.github.com/repos/kubernetes/org"}),
        ),
        _ => inner.answer(seen),
    });
    let outcome = first(&request(&server.url, 1..=4));
    assert_eq!(outcome.error, None);
    let why = |number| outcome.snapshot.missing.get(&id(number)).cloned();
    let there = IssueRef::new(Repo::new("kubernetes/org").unwrap(), 77);
    assert_eq!((why(1), why(2)), (None, Some(Absence::Gone)));
    assert_eq!((why(3), why(4)), (Some(Absence::Moved(there.clone())), Some(Absence::NotFound)));
    assert_eq!(outcome.snapshot.issue(&there).unwrap().title, "moved");
}

#[test]
fn a_renamed_repository_is_followed_and_remembered() {
    let site = umbrella();
    let inner = site.clone();
    let server = Server::new(move |seen| {
        if let Some(rest) = seen.target.strip_prefix("/repos/kubernetes/k8s.io/") {
            return Reply::status(301, "").header("Location", &format!("/repos/kubernetes/infra/{rest}"));
        }
        let target = seen.target.replace("/repos/kubernetes/infra/", "/repos/kubernetes/k8s.io/");
        inner.answer(&super::github_server::Seen { target, ..seen.clone() })
    });
    let request = request(&server.url, [1469]);
    let outcome = first(&request);
    assert_eq!((outcome.error.clone(), outcome.snapshot.issues.len()), (None, 1));
    assert_eq!(outcome.state.moved.get(&repo()), Repo::new("kubernetes/infra").as_ref());
    server.forget();
    again(&request, outcome);
    assert!(
        server.seen().iter().all(|seen| seen.path().starts_with("/repos/kubernetes/infra/")),
        "{:?}",
        server.seen()
    );
}

#[test]
fn a_malformed_issue_is_skipped_and_named() {
    let site = umbrella();
    site.issues.lock().unwrap().insert(9_999, json!({"number": -1, "updated_at": super::github_site::rfc3339(NOW), "title": "odd", "html_url": "https://github.com/kubernetes/k8s.io/issues/odd"}));
    let server = site.serve();
    let outcome = first(&umbrella_request(&server.url));
    assert_eq!((outcome.error, outcome.snapshot.issues.len()), (None, 124));
    assert!(outcome.summary.odd.iter().any(|odd| odd.contains("issues/odd")), "{:?}", outcome.summary.odd);
}

#[test]
fn the_plan_names_its_requests_and_is_nearly_right() {
    let site = umbrella();
    let server = site.serve();
    let request = umbrella_request(&server.url);
    let steps = plan(&request, &Snapshot::default(), &SyncState::default());
    assert!(steps.iter().all(|step| step.requests + step.more > 0 && !step.why.is_empty()));
    assert_eq!(server.seen().len(), 0);
    let outcome = first(&request);
    assert!(outcome.summary.requests <= steps.iter().map(|step| step.requests + step.more).sum());
    let steps = plan(&request, &outcome.snapshot, &outcome.state);
    assert_eq!(steps.iter().map(|step| step.requests).sum::<u32>(), 1, "{steps:?}");
}
