//! Incremental syncs: every change is found, or named as not checked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use offramp::domain::{FactKind, IssueRef, IssueState, TaskState, Timestamp};
use offramp::sources::github::{SyncOutcome, SyncRequest};
use serde_json::{Value, json};

use super::github_model::{Model, UMBRELLA};
use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::github_sync::{again, first, id, request, run, with_token};

/// Returns a site of six issues that have not changed for a day.
pub(crate) fn six() -> Arc<Site> {
    let site = Site::new();
    for number in 1..=6 {
        site.open(number, &format!("issue {number}"), "", NOW - 90_000 + number as i64);
    }
    site
}

/// Serves a site, except for requests that `answer` handles.
pub(crate) fn except(site: &Arc<Site>, answer: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Server {
    let site = site.clone();
    Server::new(move |seen| answer(seen).unwrap_or_else(|| site.answer(seen)))
}

pub(crate) fn at(request: &SyncRequest, site: &Site) -> SyncRequest {
    SyncRequest { now: Timestamp(site.now()), ..request.clone() }
}

pub(crate) fn is_closed(outcome: &SyncOutcome, number: u64) -> bool {
    matches!(outcome.snapshot.issue(&id(number)).unwrap().state, IssueState::Closed { .. })
}

fn targets(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.target).collect()
}

#[test]
fn changes_after_a_partial_first_sync_come_with_the_second() {
    let site = six();
    let is_ill = Arc::new(AtomicBool::new(true));
    let ill = is_ill.clone();
    let is_list = |seen: &Seen| seen.path().ends_with("k8s.io/issues") && seen.query("since").is_some();
    let server =
        except(&site, move |seen| (is_list(seen) && ill.load(Ordering::SeqCst)).then(|| Reply::status(401, "{}")));
    let request = request(&server.url, 1..=6);
    let before = first(&request);
    assert!(before.error.is_some() && before.snapshot.issues.len() == 6);
    site.pass(1_800);
    site.change(2, "state", json!("closed"));
    site.pass(1_800);
    is_ill.store(false, Ordering::SeqCst);
    let after = again(&at(&request, &site), before);
    assert_eq!(after.error, None);
    assert!(is_closed(&after, 2), "{:#?}", targets(&server));
}

#[test]
fn an_unservable_foreign_issue_hides_no_change_of_the_home_repository() {
    let elsewhere = IssueRef::parse("kubernetes/other#7", &super::github_sync::repo()).unwrap();
    let site = six();
    site.has_graphql.store(true, Ordering::SeqCst);
    for is_with_token in [false, true] {
        let server = except(&site, |seen| {
            seen.path().contains("kubernetes/other").then(|| Reply::status(500, "{\"message\": \"boom\"}"))
        });
        let mut request = request(&server.url, 1..=6);
        request.linked.push(elsewhere.clone());
        let request = if is_with_token { with_token(request) } else { request };
        let mut outcome = first(&at(&request, &site));
        assert!(outcome.summary.unreadable.contains_key(&elsewhere));
        site.pass(3_000);
        let number = 2 + u64::from(is_with_token);
        site.change(number, "state", json!("closed"));
        site.pass(3_000);
        outcome = run(&at(&request, &site), outcome.snapshot, outcome.state);
        assert!(is_closed(&outcome, number), "{is_with_token}: {:#?}", targets(&server));
    }
}

#[test]
fn a_sync_keeps_new_children_of_another_roadmaps_umbrella() {
    for is_with_token in [false, true] {
        let site = six();
        site.has_graphql.store(is_with_token, Ordering::SeqCst);
        let server = except(&site, |_| None);
        let of = |name: &str, umbrellas: &[u64]| {
            let request = request(&server.url, [5]);
            let umbrellas = umbrellas.iter().copied().map(id).collect();
            let request = SyncRequest { roadmap: name.to_owned(), umbrellas, ..request };
            if is_with_token { with_token(request) } else { request }
        };
        let (one, other) = (of("one", &[]), of("other", &[1]));
        let mut outcome = again(&other, first(&one));
        site.pass(600);
        site.open(7, "child", "Part of #1", site.now());
        for request in [&one, &one, &other] {
            site.pass(3_000);
            outcome = again(&at(request, &site), outcome);
        }
        assert!(outcome.snapshot.issue(&id(7)).is_some(), "{is_with_token}");
    }
}

#[test]
fn an_umbrella_that_is_removed_and_restored_has_its_children() {
    for is_with_token in [false, true] {
        let site = six();
        site.has_graphql.store(is_with_token, Ordering::SeqCst);
        site.open(7, "child", "Part of https://github.com/kubernetes/k8s.io/issues/1", NOW - 80_000);
        let server = except(&site, |_| None);
        let of = |umbrellas: &[u64], searches: &[&str]| {
            let umbrellas = umbrellas.iter().copied().map(id).collect();
            let searches = searches.iter().map(ToString::to_string).collect();
            let request = SyncRequest { umbrellas, searches, ..request(&server.url, [5]) };
            if is_with_token { with_token(request) } else { request }
        };
        let (with, without) = (of(&[1], &["issue 4"]), of(&[], &[]));
        let mut outcome = first(&with);
        for (request, is_there) in [(&without, false), (&with, true)] {
            site.pass(4_000);
            outcome = again(&at(request, &site), outcome);
            let there = [4, 7].map(|number| outcome.snapshot.issue(&id(number)).is_some());
            assert_eq!(there, [is_there; 2], "{is_with_token}");
        }
    }
}

#[test]
fn null_comments_beside_an_error_are_requested_again() {
    for is_first in [true, false] {
        let site = six();
        site.has_graphql.store(true, Ordering::SeqCst);
        site.say(5, "bob", "I am working on it");
        let is_ill = Arc::new(AtomicBool::new(is_first));
        let (ill, inner) = (is_ill.clone(), site.clone());
        let server = except(&site, move |seen| {
            (seen.path() == "/graphql" && ill.load(Ordering::SeqCst)).then(|| without_comments(&inner.answer(seen)))
        });
        let request = with_token(request(&server.url, [5]));
        let mut outcome = first(&request);
        if !is_first {
            is_ill.store(true, Ordering::SeqCst);
            site.pass(4_000);
            site.change(5, "title", json!("another"));
            outcome = again(&at(&request, &site), outcome);
        }
        assert!(!outcome.snapshot.issue(&id(5)).unwrap().knows_comments());
        assert_eq!(outcome.summary.unknown, [id(5)]);
        is_ill.store(false, Ordering::SeqCst);
        site.pass(4_000);
        let outcome = again(&at(&request, &site), outcome);
        let issue = outcome.snapshot.issue(&id(5)).unwrap();
        assert_eq!((issue.comments, issue.knows_comments()), (1, true), "{is_first}");
    }
}

/// Replaces comments with null and adds an error.
fn without_comments(reply: &Reply) -> Reply {
    let Reply::Answer(_, _, body) = reply else { panic!("an answer") };
    let mut answer: Value = serde_json::from_slice(body).unwrap();
    answer["data"]["i0"]["issueOrPullRequest"]["comments"] = Value::Null;
    let path = json!(["i0", "issueOrPullRequest", "comments"]);
    answer["errors"] = json!([{"message": "Something went wrong", "path": path}]);
    Reply::json(&answer)
}

#[test]
fn without_a_token_an_edited_comment_is_read_again() {
    let site = six();
    site.say(5, "ann", "- [ ] one\n- [ ] two");
    let server = except(&site, |_| None);
    let request = request(&server.url, 1..=6);
    let open = |outcome: &SyncOutcome| {
        let tasks = &outcome.snapshot.issue(&id(5)).unwrap().tasks;
        tasks.iter().filter(|task| task.state == TaskState::Open).count()
    };
    let mut outcome = first(&request);
    assert_eq!(open(&outcome), 2);
    site.pass(4_000);
    site.comments.lock().unwrap()[0]["body"] = json!("- [x] one\n- [ ] two");
    site.comments.lock().unwrap()[0]["updated_at"] = json!(rfc3339(site.now()));
    site.change(5, "locked", json!(false));
    site.pass(4_000);
    outcome = again(&at(&request, &site), outcome);
    assert_eq!(open(&outcome), 1);
    server.forget();
    again(&at(&request, &site), outcome);
    assert_eq!(server.seen().len(), 1, "{:#?}", targets(&server));
}

#[test]
fn a_pull_request_behind_fifty_mentions_is_found_or_unknown() {
    for (pages, is_found) in [(2, true), (9, false)] {
        let site = six();
        site.has_graphql.store(true, Ordering::SeqCst);
        let (inner, count) = (site.clone(), AtomicUsize::new(0));
        let server = except(&site, move |seen| {
            let is_page = seen.path() == "/graphql" && seen.body.contains("linking: timelineItems(first");
            if is_page {
                let at = count.fetch_add(1, Ordering::SeqCst);
                let info = json!({"hasNextPage": at + 1 < pages, "endCursor": at.to_string()});
                let pull =
                    json!({"number": 90 + at, "state": "OPEN", "repository": {"nameWithOwner": "kubernetes/k8s.io"}});
                let linking = json!({"pageInfo": info, "nodes": [{"source": pull}]});
                return Some(Reply::json(&json!({"data": {"repository": {"issue": {"linking": linking}}}})));
            }
            (seen.path() == "/graphql").then(|| much_mentioned(&inner.answer(seen)))
        });
        let outcome = first(&with_token(request(&server.url, [5])));
        let issue = outcome.snapshot.issue(&id(5)).unwrap();
        assert_eq!((outcome.error, issue.knows_pulls()), (None, is_found));
        let pulls = issue.pulls.iter().flatten().filter(|pull| pull.is_open).count();
        assert_eq!((pulls, outcome.summary.unknown.len()), if is_found { (2, 0) } else { (0, 1) });
        assert_eq!(outcome.summary.much_mentioned.contains(&id(5)), !is_found);
    }
}

/// Marks the mentions of an answer as incomplete.
fn much_mentioned(reply: &Reply) -> Reply {
    let Reply::Answer(_, _, body) = reply else { panic!("an answer") };
    let mut answer: Value = serde_json::from_slice(body).unwrap();
    answer["data"]["i0"]["issueOrPullRequest"]["mentions"] =
        json!({"pageInfo": {"hasPreviousPage": true}, "nodes": [{"source": {}}]});
    Reply::json(&answer)
}

/// Serves a model, except for requests that `answer` handles.
pub(crate) fn model(
    model: Model,
    answer: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
) -> (Arc<Mutex<Model>>, Server) {
    let model = Arc::new(Mutex::new(model));
    let inner = model.clone();
    (model, Server::new(move |seen| answer(seen).unwrap_or_else(|| inner.lock().unwrap().answer(seen))))
}

/// Advances the model's clock and returns the request at that time.
pub(crate) fn after(seconds: i64, model: &Mutex<Model>, request: &SyncRequest) -> SyncRequest {
    let mut model = model.lock().unwrap();
    model.clock += seconds;
    SyncRequest { now: Timestamp(model.clock), ..request.clone() }
}

#[test]
fn a_list_that_counts_sub_issues_removes_none_of_them() {
    for is_with_token in [false, true] {
        let (model, server) = model(Model::new(NOW), |_| None);
        model.lock().unwrap().edit(9, |issue| issue.sub_issues = [5].into());
        let request = request(&server.url, [3, 9]);
        let request = if is_with_token { with_token(request) } else { request };
        let outcome = first(&after(60, &model, &request));
        assert_eq!((outcome.error, outcome.summary.unknown), (None, vec![]), "{is_with_token}");
        assert_eq!(outcome.snapshot.issue(&id(9)).unwrap().sub_issues, [id(5)]);
    }
}

#[test]
fn a_duplicate_of_no_issue_is_known_after_the_first_sync() {
    let (model, server) = model(Model::new(NOW), |_| None);
    model.lock().unwrap().edit(9, |issue| issue.closed = Some((NOW, "duplicate", "bob")));
    let outcome = first(&after(60, &model, &with_token(request(&server.url, [3, 9]))));
    assert_eq!((outcome.error, outcome.summary.unknown), (None, vec![]));
    assert_eq!(server.seen().iter().filter(|seen| seen.path() == "/graphql").count(), 2);
    let outcome = first(&after(60, &model, &request(&server.url, [3, 9])));
    assert_eq!((outcome.error, outcome.summary.unknown), (None, vec![]));
    assert_eq!(outcome.summary.without_graphql.get(&FactKind::Dependencies), Some(&vec![id(9)]));
}

#[test]
fn what_a_list_counts_and_github_does_not_show_is_asked_for_once_more() {
    let model = Arc::new(Mutex::new(Model::new(NOW)));
    model.lock().unwrap().edit(9, |issue| issue.blocked_by = [10].into());
    let inner = model.clone();
    let server = Server::new(move |seen| {
        let reply = inner.lock().unwrap().answer(seen);
        let Reply::Answer(200, headers, body) = &reply else { return reply };
        if seen.path() != "/graphql" {
            return reply;
        }
        let mut answer: Value = serde_json::from_slice(body).unwrap();
        for part in answer["data"].as_object_mut().unwrap().values_mut() {
            part["issueOrPullRequest"]["blockedBy"] = json!({"nodes": []});
        }
        Reply::Answer(200, headers.clone(), answer.to_string().into_bytes())
    });
    let outcome = first(&after(60, &model, &with_token(request(&server.url, [9]))));
    assert_eq!((outcome.error, outcome.summary.unknown), (None, vec![]));
}

#[test]
fn changes_during_a_first_sync_are_fetched_before_its_end() {
    let model = Arc::new(Mutex::new(Model::new(NOW)));
    let (inner, is_changed) = (model.clone(), AtomicBool::new(false));
    let server = Server::new(move |seen| {
        let mut model = inner.lock().unwrap();
        if seen.query("since").is_some() && !is_changed.swap(true, Ordering::SeqCst) {
            let at = model.clock;
            model.edit(9, |issue| issue.comments.push((at, "bob", "I am working on it".into(), at)));
        }
        model.answer(seen)
    });
    let outcome = first(&after(60, &model, &with_token(request(&server.url, [3, 9]))));
    assert_eq!((outcome.error, outcome.summary.unknown), (None, vec![]));
    assert!(outcome.snapshot.issue(&id(9)).unwrap().last_comment.is_some());
}

#[test]
fn a_second_change_within_the_same_second_is_read() {
    let (model, server) = model(Model::new(NOW), |_| None);
    let request = with_token(request(&server.url, [9]));
    let request = after(0, &model, &request);
    model.lock().unwrap().edit(9, |issue| issue.labels = ["sig/testing"].into());
    let outcome = first(&request);
    let at = request.now.0;
    model.lock().unwrap().edit(9, |issue| issue.comments.push((at, "bob", "I am working on it".into(), at)));
    let outcome = again(&after(10, &model, &request), outcome);
    assert!(outcome.snapshot.issue(&id(9)).unwrap().last_comment.is_some());
}

#[test]
fn changes_in_the_second_of_a_sync_are_read_by_the_next() {
    for is_with_token in [false, true] {
        let (model, server) = model(Model::new(NOW), |_| None);
        let request = request(&server.url, [9]);
        let request = after(0, &model, &if is_with_token { with_token(request) } else { request });
        let now = request.now.0;
        model.lock().unwrap().edit(9, |issue| issue.comments.push((now, "bob", "hello".into(), now)));
        let outcome = first(&request);
        model.lock().unwrap().edit(9, |issue| {
            issue.comments[0].2 = "- [ ] edited".into();
            issue.sub_issues = [5].into();
            issue.blocked_by = [10].into();
        });
        let outcome = again(&after(10, &model, &request), outcome);
        let issue = outcome.snapshot.issue(&id(9)).unwrap();
        assert_eq!((issue.tasks.len(), issue.sub_issues.as_slice()), (1, [id(5)].as_slice()), "{is_with_token}");
        assert_eq!(issue.blocked_by, if is_with_token { vec![id(10)] } else { Vec::new() });
        let outcome = again(&after(1_000, &model, &request), outcome);
        server.forget();
        again(&after(1_000, &model, &request), outcome);
        assert!(server.seen().iter().all(|seen| !seen.path().contains("/9") && seen.path() != "/graphql"));
    }
}

#[test]
fn a_retitled_pull_request_updates_the_boxes_it_may_be_for() {
    let (model, server) = model(Model::new(NOW), |_| None);
    let request = with_token(request(&server.url, [4]));
    let outcome = first(&after(2_000, &model, &request));
    model.lock().unwrap().clock += 4_000;
    model.lock().unwrap().edit(15, |pull| pull.title = "a".into());
    let outcome = again(&after(10, &model, &request), outcome);
    let issue = outcome.snapshot.issue(&id(4)).unwrap();
    let titles: Vec<&str> = issue.timeline.pulls.iter().map(|pull| pull.title.as_str()).collect();
    assert_eq!(titles, ["a"]);
    server.forget();
    again(&after(4_000, &model, &request), outcome);
    assert_eq!(server.seen().len(), 1, "{:#?}", targets(&server));
}

#[test]
fn an_empty_page_of_counted_comments_is_not_none() {
    let is_ill = Arc::new(AtomicBool::new(true));
    let ill = is_ill.clone();
    let (model, server) = model(Model::new(NOW), move |seen| {
        (seen.path().ends_with("issues/9/comments") && ill.load(Ordering::SeqCst)).then(|| Reply::json(&json!([])))
    });
    model.lock().unwrap().edit(9, |issue| issue.comments.push((NOW, "bob", "I am working on it".into(), NOW)));
    let request = request(&server.url, [9]);
    let outcome = first(&after(2_000, &model, &request));
    assert!(!outcome.snapshot.issue(&id(9)).unwrap().knows_comments());
    is_ill.store(false, Ordering::SeqCst);
    let outcome = again(&after(2_000, &model, &request), outcome);
    assert!(outcome.snapshot.issue(&id(9)).unwrap().last_comment.is_some());
}

#[test]
fn missing_comments_are_requested_twice() {
    let (model, server) =
        model(Model::new(NOW), move |seen| seen.path().ends_with("issues/9/comments").then(|| Reply::json(&json!([]))));
    model.lock().unwrap().edit(9, |issue| issue.comments.push((NOW, "bob", "I am working on it".into(), NOW)));
    let request = request(&server.url, [9]);
    let mut outcome = first(&after(2_000, &model, &request));
    for (later, asked) in [(2_000, 1), (2_000, 0), (2_000, 0)] {
        server.forget();
        outcome = again(&after(later, &model, &request), outcome);
        let of_comments = server.seen().iter().filter(|seen| seen.path().ends_with("/comments")).count();
        assert_eq!((of_comments, outcome.snapshot.issue(&id(9)).unwrap().knows_comments()), (asked, true));
    }
}

#[test]
fn a_child_that_answered_404_once_comes_back() {
    for is_with_token in [false, true] {
        let (model, server) = model(Model::new(NOW), |_| None);
        let request = SyncRequest { umbrellas: vec![id(UMBRELLA)], ..request(&server.url, [9]) };
        let request = if is_with_token { with_token(request) } else { request };
        let outcome = first(&after(2_000, &model, &request));
        assert!(outcome.snapshot.issue(&id(7)).is_some());
        model.lock().unwrap().hide(7);
        let outcome = again(&after(100_000, &model, &request), outcome);
        assert_eq!((&outcome.error, outcome.summary.gone.as_slice()), (&None, [id(7)].as_slice()), "{is_with_token}");
        model.lock().unwrap().show(7);
        let outcome = again(&after(10, &model, &request), outcome);
        assert!(outcome.snapshot.issue(&id(7)).is_some(), "{is_with_token}");
    }
}
