//! Fallbacks for servers without GraphQL, searches or exact times, and for lists that change while they are read.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use offramp::domain::{CloseReason, IssueState, Timestamp};
use offramp::sources::github::{GithubError, Policy, SyncRequest};
use serde_json::json;

use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site};
use super::github_sync::{
    again, first, id, large, numbers, policy, request, request_all, umbrella, umbrella_request, with_token,
};

/// Serves a site, except for paths that `own` handles.
fn serve_but(site: &Arc<Site>, own: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Server {
    let site = site.clone();
    Server::new(move |seen| own(seen).unwrap_or_else(|| site.answer(seen)))
}

#[test]
fn without_graphql_a_token_still_fetches_everything() {
    let site = umbrella();
    let alone = first(&umbrella_request(&site.serve().url));
    assert!(!alone.state.refuses_graphql, "it takes a token");
    let expected = numbers(&alone);
    for (status, body) in [
        (404, "{\"message\": \"Not Found\"}"),
        (403, "{\"message\": \"Resource not accessible\"}"),
        (500, "oops"),
        (501, "{}"),
        (502, "<html>bad gateway</html>"),
        (200, "<html>hello</html>"),
        (200, "{\"errors\": [{\"message\": \"Something went wrong\"}]}"),
        (200, "{\"data\": null, \"errors\": [{\"message\": \"no\"}]}"),
        (200, "{\"data\": {}}"),
        (200, "[]"),
    ] {
        let server = serve_but(&site, move |seen| (seen.path() == "/graphql").then(|| Reply::status(status, body)));
        let outcome = first(&with_token(umbrella_request(&server.url)));
        assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, expected.clone()), "{status} {body}");
        assert!(server.seen().len() < 80, "{status} {body}: {}", server.seen().len());
        assert!(status == 200 || outcome.state.refuses_graphql, "{status} {body}");
    }
}

#[test]
fn without_searches_children_are_found_in_the_list() {
    let site = umbrella();
    let expected = numbers(&first(&umbrella_request(&site.serve().url)));
    for status in [404, 422, 403, 501] {
        let server = serve_but(&site, move |seen| {
            seen.path().starts_with("/search").then(|| Reply::status(status, "{\"message\": \"no searches\"}"))
        });
        let outcome = first(&umbrella_request(&server.url));
        assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, expected.clone()), "{status}");
        server.forget();
        again(&umbrella_request(&server.url), outcome);
        let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.target).collect();
        assert!(
            !asked.iter().any(|target| target.starts_with("/search") && target.contains("is%3Aissue")),
            "{asked:?}"
        );
    }
}

#[test]
fn a_list_and_single_issues_suffice() {
    let site = umbrella();
    let expected = numbers(&first(&umbrella_request(&site.serve().url)));
    let server = serve_but(&site, |seen| {
        let number =
            seen.path().strip_prefix("/repos/kubernetes/k8s.io/issues").map(|rest| rest.trim_start_matches('/'));
        let is_there = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        (!is_there).then(|| Reply::status(404, "{}"))
    });
    for request in [umbrella_request(&server.url), with_token(umbrella_request(&server.url))] {
        let outcome = first(&request);
        assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, expected.clone()));
    }
}

#[test]
fn all_without_a_token_completes_over_several_hours() {
    let site = large(2_050);
    let server = site.serve();
    let request = |hour: i64| SyncRequest {
        all: true,
        policy: Policy { budget: 12, ..policy() },
        now: Timestamp(NOW + hour * 3_600),
        ..request(&server.url, [1, 2])
    };
    let mut outcome = first(&request(0));
    let mut hour = 0;
    while let Some(trouble) = &outcome.error {
        assert!(matches!(trouble, GithubError::Limit { .. }), "{trouble:?}");
        assert_eq!(server.seen().len(), 12);
        assert!(outcome.snapshot.issue(&id(1)).is_some(), "issues that the roadmap links to are fetched first");
        server.forget();
        // Changes between two syncs are not lost either.
        hour += 1;
        site.pass(3_600);
        site.change(hour * 10, "title", json!("changed between"));
        outcome = again(&request(hour as i64), outcome);
    }
    assert!((2..=3).contains(&hour), "{hour}");
    assert_eq!(outcome.snapshot.issues.len(), 2_050);
    for hour in 1..=hour {
        assert_eq!(outcome.snapshot.issue(&id(hour * 10)).unwrap().title, "changed between");
    }
}

#[test]
fn after_many_changes_an_unchanged_repository_still_costs_one_request() {
    let site = large(600);
    let server = site.serve();
    let request = with_token(request_all(&server.url));
    let outcome = first(&request);
    site.pass(30);
    for number in 1..=250 {
        site.pass(i64::from(number % 10 == 0));
        site.change(number, "title", json!("one of many"));
    }
    site.pass(5);
    server.forget();
    let outcome = again(&request, outcome);
    assert_eq!(outcome.summary.changed, 250);
    assert!(server.seen().len() <= 1 + 3 + 1, "{}", server.seen().len());
    server.forget();
    let outcome = again(&SyncRequest { all: false, ..request.clone() }, outcome);
    assert_eq!(server.seen().len(), 1);
    assert!(server.seen()[0].headers.contains_key("if-none-match"));
    site.pass(5);
    site.change(300, "title", json!("one more"));
    let outcome = again(&request, outcome);
    assert_eq!(outcome.snapshot.issue(&id(300)).unwrap().title, "one more");
}

#[test]
fn issues_that_move_between_pages_are_not_lost() {
    let site = large(3_000);
    let moving = site.clone();
    let server = Server::new(move |seen| {
        if seen.path().ends_with("/issues") && seen.number < 40 {
            moving.pass(i64::from(seen.number % 3 == 0));
            for step in 0..20 {
                let number = (seen.number as u64 * 211 + step * 131) % 3_000 + 1;
                moving.change(number, "title", json!(format!("changed at {}", seen.number)));
            }
        }
        moving.answer(seen)
    });
    let request = with_token(request_all(&server.url));
    let outcome = again(&request, first(&request));
    let newest = site.issues.lock().unwrap();
    let outdated: Vec<u64> = newest
        .iter()
        .filter(|(number, issue)| {
            outcome.snapshot.issue(&id(**number)).is_none_or(|own| issue["title"] != own.title.as_str())
        })
        .map(|(number, _)| *number)
        .collect();
    assert_eq!((outcome.snapshot.issues.len(), outdated), (3_000, Vec::new()));
}

#[test]
fn a_server_date_ahead_of_its_changes_loses_nothing() {
    let site = umbrella();
    let server = site.serve();
    let before = first(&umbrella_request(&server.url));
    // The machine that stamps the change has a clock ten minutes behind.
    site.pass(-600);
    site.change(2009, "title", json!("stamped in the past"));
    site.pass(630);
    let outcome = again(&umbrella_request(&server.url), before);
    assert_eq!(outcome.snapshot.issue(&id(2009)).unwrap().title, "stamped in the past");
}

#[test]
fn a_limit_without_a_resource_ends_the_sync() {
    for request in [umbrella_request as fn(&str) -> SyncRequest, |url| with_token(umbrella_request(url))] {
        let server = Server::new(|_| {
            let reply = Reply::status(403, "{\"message\": \"API rate limit exceeded\"}");
            reply.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", &(NOW + 1_800).to_string())
        });
        let outcome = first(&request(&server.url));
        assert!(
            matches!(outcome.error, Some(GithubError::Limit { until: Some(Timestamp(until)), .. }) if until == NOW + 1_800)
        );
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_search_limit_falls_back_to_the_list() {
    let site = umbrella();
    let server = serve_but(&site, |seen| {
        seen.path().starts_with("/search").then(|| {
            let reply = Reply::status(403, "{\"message\": \"API rate limit exceeded\"}")
                .header("x-ratelimit-resource", "search");
            reply.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", &(NOW + 60).to_string())
        })
    });
    let outcome = first(&umbrella_request(&server.url));
    assert_eq!((outcome.error.clone(), outcome.snapshot.issue(&id(2001)).is_some()), (None, true));
    assert_eq!(server.seen().iter().filter(|seen| seen.path().starts_with("/search")).count(), 1);
}

#[test]
fn a_limit_ends_by_githubs_clock() {
    // Our clock is an hour slow: by that clock, the limit would last an hour too long.
    let limited = Server::new(|_| {
        let reply = Reply::status(403, "{\"message\": \"API rate limit exceeded\"}")
            .header("Date", "Tue, 24 Nov 2026 02:00:00 GMT");
        reply.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", &(NOW + 60).to_string())
    });
    let at = |url: &str, seconds: i64| SyncRequest { now: Timestamp(NOW - 3_600 + seconds), ..request(url, [1]) };
    let before = first(&at(&limited.url, 0));
    let site = large(3);
    let server = site.serve();
    let before = again(&at(&server.url, 30), before);
    assert_eq!((server.seen().len(), before.snapshot.issues.len()), (0, 0), "no request before the limit ends");
    let outcome = again(&at(&server.url, 61), before);
    assert_eq!((outcome.error.clone(), outcome.snapshot.issues.len()), (None, 1));
}

#[test]
fn without_a_token_closings_by_robots_are_recognised() {
    let site = large(2);
    for (number, closer) in [(1, "k8s-ci-robot"), (2, "ann")] {
        site.change(number, "state", json!("closed"));
        site.change(number, "state_reason", json!("not_planned"));
        site.change(number, "closed_at", json!("2026-11-01T00:00:00Z"));
        site.change(number, "labels", json!([{"name": "lifecycle/rotten"}]));
        site.change(number, "title", json!(format!("Migrate away, closed by {closer}")));
    }
    // Only the request for a single issue returns who closed it.
    let server = serve_but(&site, {
        let site = site.clone();
        move |seen| {
            let number: u64 = seen.path().strip_prefix("/repos/kubernetes/k8s.io/issues/")?.parse().ok()?;
            let mut issue = site.issues.lock().unwrap().get(&number)?.clone();
            issue["closed_by"] = json!({"login": if number == 1 { "k8s-ci-robot" } else { "ann" }});
            Some(Reply::json(&issue))
        }
    });
    let mut request = request(&server.url, []);
    request.searches = vec!["Migrate away".to_owned()];
    let outcome = first(&request);
    let reason = |number| match outcome.snapshot.issue(&id(number)).unwrap().state {
        IssueState::Closed { reason, .. } => reason,
        IssueState::Open => None,
    };
    assert_eq!((reason(1), reason(2)), (Some(CloseReason::Robot), Some(CloseReason::NotPlanned)));
    server.forget();
    let outcome = again(&request, outcome);
    assert_eq!((server.seen().len(), outcome.error), (1, None), "known after the request for the single issue");
}

#[test]
fn a_search_missing_from_graphql_is_repeated() {
    let site = umbrella();
    site.has_graphql.store(true, Ordering::SeqCst);
    let expected = numbers(&first(&with_token(umbrella_request(&site.serve().url))));
    let server = serve_but(&site, {
        let site = site.clone();
        move |seen| {
            let Reply::Answer(_, _, body) = site.answer(seen) else { return None };
            let mut answer: serde_json::Value = serde_json::from_slice(&body).ok()?;
            answer.get_mut("data")?.as_object_mut()?.insert("s0".to_owned(), json!(null));
            answer["errors"] = json!([{"message": "timed out"}]);
            Some(Reply::json(&answer))
        }
    });
    let outcome = first(&with_token(umbrella_request(&server.url)));
    assert_eq!((outcome.error.clone(), numbers(&outcome)), (None, expected));
}

#[test]
fn an_exclusive_since_loses_no_issue() {
    let site = large(950);
    // Twenty issues share each second, so that pages end within one.
    for number in 1..=950 {
        site.open(number, "one of a crowd", "", NOW - 5_000_000 + (number / 20) as i64);
    }
    let server = serve_but(&site, {
        let site = site.clone();
        move |seen| {
            let since = Timestamp::parse(&seen.query("since")?)?;
            let later = Timestamp(since.0 + 1).rfc3339();
            let target = seen.target.replace(&format!("since={}", since.rfc3339()), &format!("since={later}"));
            Some(site.answer(&Seen { target, ..seen.clone() }))
        }
    });
    let request = with_token(request_all(&server.url));
    assert_eq!(first(&request).snapshot.issues.len(), 950);
}

#[test]
fn a_requested_wait_pauses_all_requests() {
    let site = large(2_050);
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = arrivals.clone();
    let server = Server::new(move |seen| {
        noted.lock().unwrap().push(Instant::now());
        let is_limited = seen.number == 5;
        if is_limited { Reply::status(429, "{}").header("Retry-After", "2") } else { site.answer(seen) }
    });
    let mut request = with_token(request_all(&server.url));
    request.policy.second = Duration::from_secs(1);
    let outcome = first(&request);
    assert_eq!((outcome.error, outcome.snapshot.issues.len()), (None, 2_050));
    let arrivals = arrivals.lock().unwrap();
    // Requests already under way have a second to arrive.
    let silence = Duration::from_secs(1)..Duration::from_millis(1_900);
    let early = arrivals.iter().skip(6).filter(|arrival| silence.contains(&arrival.duration_since(arrivals[5])));
    assert_eq!(early.count(), 0);
    assert!(arrivals.len() > 20, "{}", arrivals.len());
}
