//! Links from pull requests to issues, found with and without a token.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use offramp::domain::{FactKind, FactState, IssueRef, Pull, Repo};
use offramp::sources::github::SyncOutcome;
use serde_json::{Value, json};

use super::github_incremental::{after, at, except, model, six};
use super::github_model::Model;
use super::github_server::{Reply, Seen, Server};
use super::github_site::NOW;
use super::github_sync::{again, first, id, request, with_token};

fn of(repo: &str, number: u64) -> IssueRef {
    IssueRef::new(Repo::new(repo).unwrap(), number)
}

/// Returns an open pull request of another repository that fixes issue 2.
fn far() -> Value {
    json!({
        "number": 5, "title": "far", "body": "Fixes kubernetes/k8s.io#2", "state": "open", "comments": 0, "pull_request": {},
        "repository_url": "https://api.github.com/repos/kubernetes/other",
    })
}

fn pulls(outcome: &SyncOutcome, number: u64) -> Vec<IssueRef> {
    let pulls = outcome.snapshot.issue(&id(number)).unwrap().pulls.iter().flatten();
    pulls.filter(|pull| pull.is_open).map(|pull| pull.id.clone()).collect()
}

#[test]
fn a_followed_pull_request_is_linked_to_the_issue_it_names() {
    let server = except(&six(), |seen| seen.path().ends_with("/other/issues/5").then(|| Reply::json(&far())));
    let mut request = request(&server.url, [2]);
    request.linked.push(of("kubernetes/other", 5));
    let outcome = first(&request);
    assert_eq!((outcome.error.clone(), pulls(&outcome, 2)), (None, vec![of("kubernetes/other", 5)]));
}

/// Answers a search for pull requests with those whose bodies contain its words, as GitHub does.
fn search(seen: &Seen) -> Option<Reply> {
    let query = seen.query("q").filter(|query| query.contains("is:pr"))?;
    let is_found = far()["body"].as_str()?.contains(query.split('"').nth(1)?);
    let items: Vec<Value> = is_found.then(far).into_iter().collect();
    Some(Reply::json(&json!({"total_count": items.len(), "items": items})))
}

#[test]
fn a_foreign_pull_request_is_found_by_the_issues_short_name() {
    let server = except(&six(), search);
    let outcome = first(&request(&server.url, [2]));
    assert_eq!(pulls(&outcome, 2), [of("kubernetes/other", 5)]);
}

#[test]
fn without_a_token_known_pull_requests_stay_until_the_list_shows_them_closed() {
    let site = six();
    let server = except(&site, |_| None);
    let mut before = first(&request(&server.url, [2]));
    let found = |repo: &str| Pull { id: of(repo, 3), is_open: true, author: None, by_list: false };
    let found = ["acme/tools", "kubernetes/k8s.io", "kubernetes/other"].map(found);
    before.snapshot.issues.get_mut(&id(2)).unwrap().pulls = Some(found.to_vec());
    before.state.pulls = FactState::NotRequested;
    site.pass(4_000);
    let outcome = again(&at(&request(&server.url, [2]), &site), before);
    assert_eq!(pulls(&outcome, 2), [of("acme/tools", 3), of("kubernetes/other", 3)]);
}

/// Returns a server whose pull request 15 links to issue 4 in its body, and to issue 5 only in its sidebar.
fn linked(answer: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> (Arc<Mutex<Model>>, Server) {
    let mut inner = Model::new(NOW);
    inner.link(15, 5);
    model(inner, answer)
}

#[test]
fn a_failed_graphql_answer_removes_no_pull_request() {
    for fault in [(502, "x"), (404, "{}"), (200, "{\"errors\": [{\"message\": \"no\"}]}")] {
        let is_ill = Arc::new(AtomicBool::new(false));
        let ill = is_ill.clone();
        let (model, server) = linked(move |seen| {
            let is_hit = seen.path() == "/graphql" && ill.load(Ordering::SeqCst);
            is_hit.then(|| Reply::status(fault.0, fault.1))
        });
        let asked = with_token(request(&server.url, [4, 5, 9]));
        let mut outcome = first(&after(2_000, &model, &asked));
        assert_eq!(pulls(&outcome, 5), [id(15)]);
        is_ill.store(true, Ordering::SeqCst);
        model.lock().unwrap().edit(9, |issue| issue.body.push('x'));
        outcome = again(&after(2_000, &model, &asked), outcome);
        assert_eq!((outcome.error.clone(), pulls(&outcome, 5)), (None, vec![id(15)]), "{fault:?}");
        assert!(outcome.summary.without_graphql[&FactKind::Pulls].contains(&id(5)), "{fault:?}");
        // A link that was added meanwhile shows in no list; the next GraphQL answer has it.
        model.lock().unwrap().link(15, 9);
        outcome = again(&after(2_000, &model, &asked), outcome);
        is_ill.store(false, Ordering::SeqCst);
        outcome = again(&after(2_000, &model, &asked), outcome);
        assert_eq!([4, 5, 9].map(|number| pulls(&outcome, number)), [[id(15)], [id(15)], [id(15)]], "{fault:?}");
    }
}

#[test]
fn a_sync_without_a_token_names_links_it_did_not_check() {
    let (model, server) = linked(|_| None);
    let asked = request(&server.url, [4, 5, 9]);
    let outcome = first(&after(2_000, &model, &with_token(asked.clone())));
    let outcome = again(&after(2_000, &model, &asked), outcome);
    assert_eq!(pulls(&outcome, 5), [id(15)]);
    assert_eq!(outcome.summary.without_graphql[&FactKind::Pulls], [id(4), id(5)]);
}

#[test]
fn a_pull_request_linked_by_the_sidebar_leaves_no_fact_unknown() {
    let (model, server) = linked(|_| None);
    // The roadmap needs pull request 15, which changed just before the first sync.
    let asked = with_token(request(&server.url, [5, 15]));
    model.lock().unwrap().edit(15, |_| {});
    let mut outcome = first(&after(60, &model, &asked));
    for passed in [60, 90_000, 90_000] {
        assert_eq!((outcome.summary.unknown.clone(), pulls(&outcome, 5)), (vec![], vec![id(15)]), "{passed}");
        outcome = again(&after(passed, &model, &asked), outcome);
    }
    model.lock().unwrap().unlink(15, 5);
    outcome = again(&after(600, &model, &asked), outcome);
    assert_eq!((outcome.summary.unknown.clone(), pulls(&outcome, 5)), (vec![], vec![]));
}

#[test]
fn a_sync_with_a_token_checks_pull_requests_found_by_lists() {
    let (model, server) = model(Model::new(NOW), |_| None);
    let asked = request(&server.url, [4]);
    let outcome = first(&after(2_000, &model, &asked));
    let asked = after(600, &model, &with_token(asked));
    let outcome = again(&asked, outcome);
    let state = outcome.snapshot.issue(&id(4)).unwrap().fetch_states.of(FactKind::Pulls);
    assert_eq!(state, FactState::Known { at: asked.now });
    server.forget();
    again(&after(600, &model, &asked), outcome);
    assert!(server.seen().iter().all(|seen| seen.path() != "/graphql"), "requested only once");
}

#[test]
fn a_list_of_pull_requests_keeps_known_comments() {
    let inner = Model::new(NOW);
    let (model, server) = model(inner.clone(), move |seen| {
        let Reply::Answer(_, headers, body) = inner.answer(seen) else { panic!("an answer") };
        let mut list: Vec<Value> = seen.path().ends_with("/pulls").then(|| serde_json::from_slice(&body).unwrap())?;
        for pull in list.iter_mut().filter_map(Value::as_object_mut) {
            pull.remove("comments");
        }
        Some(Reply::Answer(200, headers, json!(list).to_string().into_bytes()))
    });
    model.lock().unwrap().edit(15, |pull| pull.comments.push((NOW, "bob", "hello".into(), NOW)));
    let asked = request(&server.url, [4, 15]);
    for first_with_token in [true, false] {
        let asked = after(2_000, &model, &asked);
        let outcome = first(&if first_with_token { with_token(asked.clone()) } else { asked.clone() });
        let outcome = again(&after(100_000, &model, &asked), outcome);
        let pull = outcome.snapshot.issue(&id(15)).unwrap();
        assert_eq!((pull.comments, pull.last_comment.is_some()), (1, true), "{first_with_token}");
        assert!(pull.knows_comments() && outcome.summary.unknown.is_empty(), "{:?}", outcome.summary);
    }
}

#[test]
fn too_many_open_pull_requests_are_reported_and_read_daily() {
    let site = six();
    let server = except(&site, |seen| {
        let page =
            seen.path().ends_with("/pulls").then(|| seen.query("page").map_or(1, |page| page.parse().unwrap()))?;
        let next = format!("<http://{}{}?page={}>; rel=\"next\"", seen.headers["host"], seen.path(), page + 1_u32);
        let reply = Reply::json(&json!([{"number": 100 + page, "state": "open", "pull_request": {}}]));
        Some(if page < 9 { reply.header("Link", &next) } else { reply })
    });
    let request = request(&server.url, [2]);
    let mut outcome = first(&request);
    for (passed, lists) in [(4_000, 0), (90_000, 5)] {
        assert_eq!((outcome.summary.without_pulls.clone(), outcome.summary.has_too_many_pulls), (vec![id(2)], true));
        site.pass(passed);
        server.forget();
        outcome = again(&at(&request, &site), outcome);
        assert_eq!(server.seen().iter().filter(|seen| seen.path().ends_with("/pulls")).count(), lists, "{passed}");
    }
}

#[test]
fn a_refused_search_for_pull_requests_is_reported_and_repeated() {
    let site = six();
    let server = except(&site, |seen| {
        seen.query("q").filter(|query| query.contains("is:pr")).map(|_| Reply::status(422, "{\"message\": \"no\"}"))
    });
    let request = request(&server.url, [2]);
    let outcome = again(&request, first(&request));
    assert_eq!((outcome.summary.without_pulls.clone(), outcome.summary.has_too_many_pulls), (vec![id(2)], false));
    assert_eq!(server.seen().iter().filter(|seen| seen.target.contains("is%3Apr")).count(), 2);
}
