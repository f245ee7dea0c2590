//! Syncs of issues in other repositories, of several roadmaps that share a repository, and after wrong clocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use offramp::domain::{FactKind, FactState, IssueRef, Pull, Repo, Timestamp};
use offramp::sources::github::SyncRequest;
use serde_json::{Value, json};

use super::github_program::{again as rerun, program};
use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::github_sync::{again, first, id, large, request, with_token};
use super::program::Program;

fn elsewhere(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/other").unwrap(), number)
}

/// Serves a site with issue 1, and any issue of another repository.
fn serve(site: &Arc<Site>) -> Server {
    let site = site.clone();
    Server::new(move |seen| foreign(&site, seen).unwrap_or_else(|| site.answer(seen)))
}

fn foreign(site: &Site, seen: &Seen) -> Option<Reply> {
    let number: u64 = seen.path().strip_prefix("/repos/kubernetes/other/issues/")?.parse().ok()?;
    Some(Reply::json(&json!({
        "number": number, "title": "elsewhere", "state": "open", "comments": 0, "updated_at": rfc3339(site.now()),
        "repository_url": "https://api.github.com/repos/kubernetes/other",
    })))
}

fn one() -> Arc<Site> {
    let site = Site::new();
    site.open(1, "one", "", NOW - 90_000);
    site
}

fn later(request: &SyncRequest, site: &Site, seconds: i64) -> SyncRequest {
    site.pass(seconds);
    SyncRequest { now: Timestamp(site.now()), ..request.clone() }
}

fn asked_elsewhere(server: &Server) -> Vec<u64> {
    let number = |seen: &Seen| seen.path().strip_prefix("/repos/kubernetes/other/issues/")?.parse().ok();
    server.seen().iter().filter_map(number).collect()
}

#[test]
fn issues_beyond_the_hourly_budget_are_fetched_in_turns() {
    let site = one();
    let server = serve(&site);
    let mut request = request(&server.url, [1]);
    request.linked.extend((1..=70).map(elsewhere));
    let mut outcome = first(&request);
    assert!(outcome.error.is_some() && outcome.summary.not_fetched.len() > 10);
    outcome = again(&later(&request, &site, 4_000), outcome);
    assert_eq!((outcome.error.clone(), outcome.snapshot.issues.len()), (None, 71));
    let left = outcome.summary.left_for_later.clone();
    assert!(!left.is_empty());
    server.forget();
    outcome = again(&later(&request, &site, 4_000), outcome);
    assert_eq!(outcome.error, None);
    let asked = asked_elsewhere(&server);
    assert!(left.iter().all(|id| asked.contains(&id.number)), "{left:?}: {asked:?}");
    // An issue that was not requested for a day is an error.
    outcome = again(&later(&request, &site, 100_000), outcome);
    assert!(outcome.error.is_some() && outcome.snapshot.issues.len() == 71);
}

#[test]
fn foreign_issues_do_not_repeat_requests_for_pull_requests() {
    let site = one();
    let server = serve(&site);
    let mut request = request(&server.url, [1]);
    request.linked.push(elsewhere(9));
    let outcome = first(&request);
    server.forget();
    again(&later(&request, &site, 600), outcome);
    let pulls =
        server.seen().into_iter().filter(|seen| seen.target.contains("pulls") || seen.target.contains("is%3Apr"));
    assert_eq!(pulls.count(), 0);
}

#[test]
fn without_a_token_pull_requests_of_a_foreign_issue_expire() {
    let site = one();
    let server = serve(&site);
    let mut request = request(&server.url, [1]);
    request.linked.push(elsewhere(9));
    let mut before = first(&request);
    for has_changed in [true, false] {
        let issue = before.snapshot.issues.get_mut(&elsewhere(9)).unwrap();
        issue.pulls = Some(vec![Pull { id: elsewhere(10), is_open: false, author: None, by_list: false }]);
        issue.fetch_states.set(FactKind::Pulls, FactState::Known { at: Timestamp(site.now()) });
        if has_changed {
            before = again(&later(&request, &site, 600), before);
        } else {
            let quiet = Timestamp(site.now() - 90_000);
            before
                .snapshot
                .issues
                .get_mut(&elsewhere(9))
                .unwrap()
                .fetch_states
                .set(FactKind::Pulls, FactState::Known { at: quiet });
            before = again(&later(&request, &site, 0), before);
        }
        assert!(!before.snapshot.issue(&elsewhere(9)).unwrap().knows_pulls(), "{has_changed}");
    }
}

#[test]
fn a_link_in_a_new_box_of_a_foreign_issue_is_fetched_by_the_same_sync() {
    let site = one();
    let (inner, has_box) = (site.clone(), Arc::new(AtomicBool::new(false)));
    let is_there = has_box.clone();
    let server = Server::new(move |seen| {
        let Some(Reply::Answer(status, headers, body)) = foreign(&inner, seen) else { return inner.answer(seen) };
        let mut issue: Value = serde_json::from_slice(&body).unwrap();
        if is_there.load(Ordering::SeqCst) && issue["number"] == 7 {
            issue["body"] = json!("- [ ] kubernetes/other#8");
        }
        Reply::Answer(status, headers, issue.to_string().into_bytes())
    });
    let mut request = request(&server.url, [1]);
    request.linked.push(elsewhere(7));
    let outcome = first(&request);
    has_box.store(true, Ordering::SeqCst);
    let outcome = again(&later(&request, &site, 4_000), outcome);
    assert_eq!((outcome.error, outcome.summary.not_fetched), (None, Vec::new()));
    assert!(outcome.snapshot.issue(&elsewhere(8)).is_some());
}

#[test]
fn all_counts_issues_without_a_link_to_the_last_page() {
    let site = large(350);
    site.has_graphql.store(true, Ordering::SeqCst);
    let inner = site.clone();
    let server = Server::new(move |seen| {
        let Reply::Answer(status, mut headers, body) = inner.answer(seen) else { panic!("an answer") };
        for (_, value) in headers.iter_mut().filter(|(name, _)| name == "Link") {
            *value = value.split(", <").next().unwrap().to_owned();
        }
        Reply::Answer(status, headers, body)
    });
    let mut request = with_token(request(&server.url, [1, 2]));
    request.all = true;
    let outcome = first(&request);
    server.forget();
    let outcome = again(&request, outcome);
    assert_eq!((server.seen().len(), outcome.snapshot.issues.len()), (3, 350), "{:#?}", server.seen());
    site.issues.lock().unwrap().remove(&77);
    assert_eq!(again(&request, outcome).snapshot.issues.len(), 349);
}

#[test]
fn a_server_date_far_ahead_hides_no_change() {
    let site = one();
    let is_ill = Arc::new(AtomicBool::new(true));
    let (ill, inner) = (is_ill.clone(), site.clone());
    let server = Server::new(move |seen| {
        let Reply::Answer(status, mut headers, body) = inner.answer(seen) else { panic!("an answer") };
        if ill.load(Ordering::SeqCst) {
            headers.retain(|(name, _)| name != "Date");
            headers.push(("Date".into(), "Thu, 24 Dec 2026 02:00:00 GMT".into()));
        }
        Reply::Answer(status, headers, body)
    });
    let request = request(&server.url, [1]);
    let before = first(&request);
    is_ill.store(false, Ordering::SeqCst);
    site.pass(4_000);
    site.change(1, "title", json!("changed"));
    let after = again(&later(&request, &site, 4_000), before);
    assert_eq!(after.snapshot.issue(&id(1)).unwrap().title, "changed");
}

/// Returns the exit code of `status` at a time, and the number of its requests.
fn status(program: &mut Program, server: &Server, file: &str, now: i64) -> (i32, usize) {
    server.forget();
    program.command().env("SOURCE_DATE_EPOCH", now.to_string());
    let output = rerun(program, &["-f", file, "status"]);
    (output.code, server.seen().len())
}

#[test]
fn data_fetched_while_our_clock_was_ahead_is_old() {
    let site = one();
    let server = serve(&site);
    let mut program = program(&server.url);
    assert!(status(&mut program, &server, "offramp.yaml", NOW + 31_536_000).1 > 0);
    assert!(status(&mut program, &server, "offramp.yaml", NOW).1 > 0);
    assert_eq!(status(&mut program, &server, "offramp.yaml", NOW + 60), (0, 0));
    assert_eq!(status(&mut program, &server, "offramp.yaml", NOW - 60), (0, 0));
}

#[test]
fn issues_are_as_old_as_the_last_sync_of_their_roadmap() {
    let site = one();
    let server = serve(&site);
    let roadmap =
        |items: &str| format!("version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: a\n    items: [{items}]\n");
    let mut program = program(&server.url).file("a.yaml", &roadmap("1")).file("b.yaml", &roadmap("kubernetes/other#3"));
    assert!(status(&mut program, &server, "b.yaml", NOW).1 > 0);
    let day = NOW + 86_400;
    assert!(status(&mut program, &server, "a.yaml", day).1 > 0);
    assert_eq!(status(&mut program, &server, "a.yaml", day + 60), (0, 0));
    assert!(status(&mut program, &server, "b.yaml", day + 60).1 > 0, "its own issues are a day old");
    assert_eq!(status(&mut program, &server, "b.yaml", day + 120), (0, 0));
    let page: Value = {
        program.command().env("SOURCE_DATE_EPOCH", (day + 7_200).to_string());
        serde_json::from_str(&rerun(&mut program, &["-f", "a.yaml", "--offline", "status", "-o", "json"]).stdout)
            .unwrap()
    };
    assert_eq!(page["data_as_of"], json!(rfc3339(day)));
}

#[test]
fn an_issue_added_to_the_roadmap_is_fetched_at_once() {
    let site = one();
    site.open(2, "two", "", NOW - 90_000);
    let server = serve(&site);
    let roadmap =
        |items: &str| format!("version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: a\n    items: [{items}]\n");
    let mut program = program(&server.url).file("a.yaml", &roadmap("1"));
    status(&mut program, &server, "a.yaml", NOW);
    let mut program = program.file("a.yaml", &roadmap("1, 2, 99"));
    assert!(status(&mut program, &server, "a.yaml", NOW + 60).1 > 0);
    assert_eq!(status(&mut program, &server, "a.yaml", NOW + 120), (0, 0));
}
