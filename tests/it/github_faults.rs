//! Network and server faults: the message, the number of tries, and the data that stays.

use std::time::{Duration, Instant};

use offramp::domain::Timestamp;
use offramp::sources::github::{Access, Api, SyncOutcome, SyncRequest};
use serde_json::json;

use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site};
use super::github_sync::{first, id, policy, request, run, with_token};

/// Syncs, with one issue known, against a server that answers every request in the same way.
fn meet(fault: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (SyncOutcome, Vec<Seen>) {
    meet_with(fault, |request| request)
}

fn meet_with(
    fault: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    change: impl Fn(SyncRequest) -> SyncRequest,
) -> (SyncOutcome, Vec<Seen>) {
    let known = known();
    let server = Server::new(fault);
    let outcome = run(&change(request(&server.url, [1])), known.snapshot, known.state);
    assert_eq!(outcome.snapshot.issue(&id(1)).unwrap().title, "known", "the old data stays");
    assert_eq!(outcome.snapshot.fetched_at, Some(Timestamp(NOW)));
    (outcome, server.seen())
}

fn known() -> SyncOutcome {
    let site = Site::new();
    site.open(1, "known", "", NOW - 1_000);
    let server = site.serve();
    let outcome = first(&request(&server.url, [1]));
    assert_eq!(outcome.error, None);
    outcome
}

/// Returns the message and its hint.
fn message(outcome: &SyncOutcome) -> String {
    let trouble = outcome.error.as_ref().expect("trouble");
    assert!(!trouble.hint().is_empty());
    format!("{trouble}; {}", trouble.hint())
}

#[track_caller]
fn assert_says(outcome: &SyncOutcome, words: &[&str]) {
    let message = message(outcome);
    assert!(words.iter().all(|word| message.contains(word)), "{message}");
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

#[test]
fn a_refused_connection_is_reported_at_once() {
    let known = known();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = run(&request(&format!("http://{port}"), [1]), known.snapshot, known.state);
    assert_says(&outcome, &["refuses connections", "--offline", "OFFRAMP_API_URL"]);
    assert_eq!(outcome.summary.requests, 1);
    assert!(outcome.snapshot.issue(&id(1)).is_some());
}

#[test]
fn a_name_that_does_not_resolve_is_reported_at_once() {
    let outcome = first(&request("http://no-such-host.invalid", [1]));
    assert_says(&outcome, &["no-such-host.invalid", "cannot be resolved"]);
    assert_eq!(outcome.summary.requests, 1);
}

#[test]
fn https_to_a_server_without_tls_is_reported() {
    let server = Server::new(|_| raw("HTTP/1.1 400 no\r\n\r\n"));
    let mut policy = policy();
    policy.tries = 1;
    let outcome = first(&SyncRequest { policy, ..request(&server.url.replace("http:", "https:"), [1]) });
    assert_says(&outcome, &["no secure connection", "certificates"]);
}

#[test]
fn a_silent_server_is_abandoned_after_the_limit() {
    let (outcome, seen) = meet_with(|_| Reply::Stall(Vec::new()), impatient);
    assert_says(&outcome, &["did not answer in time", "no answer"]);
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_stall_in_the_middle_of_a_body_ends_after_the_limit() {
    let part = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"number\"".to_vec();
    let (outcome, seen) = meet_with(move |_| Reply::Stall(part.clone()), impatient);
    assert_says(&outcome, &["in the middle of an answer"]);
    assert_eq!(seen.len(), 2);
}

fn impatient(mut request: SyncRequest) -> SyncRequest {
    let short = Duration::from_millis(200);
    (request.policy.connect, request.policy.idle, request.policy.tries) = (short, short, 2);
    request
}

#[test]
fn a_dripping_server_is_abandoned_after_the_request_limit() {
    let (outcome, _) = meet_with(
        |_| Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".to_vec()),
        |mut request| {
            (request.policy.request, request.policy.tries) = (Duration::from_millis(200), 1);
            request
        },
    );
    assert_says(&outcome, &["the whole answer"]);
}

#[test]
fn the_whole_sync_has_a_time_limit() {
    let start = Instant::now();
    let (outcome, _) = meet_with(
        |_| Reply::Stall(Vec::new()),
        |mut request| {
            request.policy.total = Duration::from_millis(200);
            request
        },
    );
    assert_says(&outcome, &["the sync took longer", "what was fetched is kept"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_reset_in_the_middle_of_a_page_is_retried() {
    let (outcome, seen) = meet(|_| raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"number\""));
    assert_says(&outcome, &["broke off"]);
    assert_eq!(seen.len(), 4);
}

#[test]
fn a_server_error_is_tried_four_times_and_its_html_is_cut() {
    let page = format!("<html><body>{}</body></html>", "unicorn ".repeat(1_000));
    let (outcome, seen) = meet(move |_| Reply::status(502, &page));
    assert_says(&outcome, &["502", "a web page", "githubstatus"]);
    assert!(message(&outcome).len() < 300);
    assert_eq!(seen.len(), 4);
}

#[test]
fn a_server_that_recovers_is_no_error() {
    let site = Site::new();
    site.open(1, "known", "", NOW - 1_000);
    let (outcome, seen) = meet(move |seen| if seen.number < 2 { Reply::status(503, "") } else { site.answer(seen) });
    assert_eq!(outcome.error, None);
    assert_eq!(seen.len(), 3);
}

#[test]
fn a_web_page_from_a_proxy_is_named() {
    let (outcome, seen) = meet(|_| Reply::status(200, "<!DOCTYPE html><title>Please log in</title>"));
    assert_says(&outcome, &["a web page instead of data", "HTTPS_PROXY"]);
    assert_eq!(seen.len(), 1);
}

#[test]
fn broken_json_is_retried_and_named() {
    for body in ["[{\"number\": 1, \"title\"", "no json", "{\"a\": 1}", ""] {
        let (outcome, seen) = meet(move |_| Reply::status(200, body));
        assert_says(&outcome, &["cannot be read"]);
        assert_eq!(seen.len(), 4, "{body}");
    }
}

#[test]
fn invalid_utf_8_costs_only_its_characters() {
    let (outcome, _) = meet(|_| {
        let mut body = b"[{\"number\": 1, \"title\": \"known\", \"body\": \"".to_vec();
        body.extend_from_slice(b"\xff\xfe\"}]");
        Reply::Answer(200, Vec::new(), body)
    });
    assert_eq!(outcome.error, None);
}

#[test]
fn unknown_values_and_new_fields_are_ignored() {
    let (outcome, _) = meet(|_| {
        Reply::json(
            &json!([{"number": 1, "title": "known", "state": "paused", "state_reason": "moonphase", "type": {"x": [1]}, "user": null, "labels": [{"id": 3}]}]),
        )
    });
    assert_eq!(outcome.error, None);
}

#[test]
fn a_304_without_known_data_is_reported() {
    let server = Server::new(|_| Reply::status(304, ""));
    let outcome = first(&request(&server.url, [1]));
    assert_says(&outcome, &["304"]);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_wrong_token_is_an_authentication_error() {
    let (outcome, seen) = meet_with(|_| Reply::status(401, "{\"message\": \"Bad credentials\"}"), with_token);
    assert_says(&outcome, &["GH_TOKEN", "401"]);
    assert!(outcome.error.unwrap().is_authentication());
    assert_eq!(seen.len(), 1);
}

#[test]
fn the_hourly_limit_ends_the_sync_and_is_respected_afterwards() {
    let reset = (NOW + 1_800).to_string();
    let known = known();
    let server = Server::new(move |_| {
        let body = "{\"message\": \"API rate limit exceeded\"}";
        Reply::status(403, body).header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", &reset)
    });
    let wanted = request(&server.url, [1]);
    let outcome = run(&wanted, known.snapshot, known.state);
    assert_says(&outcome, &["2026-11-24 02:30 UTC", "GH_TOKEN"]);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(outcome.state.closed_until.values().copied().collect::<Vec<_>>(), [Timestamp(NOW + 1_800)]);
    let outcome = run(&wanted, outcome.snapshot, outcome.state);
    assert_says(&outcome, &["02:30 UTC"]);
    assert_eq!(server.seen().len(), 1, "no request inside the window");
    let later = SyncRequest { now: Timestamp(NOW + 1_801), ..wanted };
    run(&later, outcome.snapshot, outcome.state);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_short_wait_is_obeyed_and_a_long_one_ends_the_sync() {
    for status in [403, 429] {
        let site = Site::new();
        site.open(1, "known", "", NOW - 1_000);
        let (outcome, seen) = meet(move |seen| match seen.number {
            0 => Reply::status(status, "{\"message\": \"You have exceeded a secondary rate limit\"}")
                .header("Retry-After", "7"),
            _ => site.answer(seen),
        });
        assert_eq!((outcome.error, seen.len()), (None, 2));
        let (outcome, seen) = meet_with(
            move |_| Reply::status(status, "{\"message\": \"slow down\"}").header("Retry-After", "600"),
            |mut request| {
                request.policy.second = Duration::from_secs(1);
                request
            },
        );
        assert_says(&outcome, &["GitHub asks to wait until 2026-11-24 02:10 UTC"]);
        assert_eq!(seen.len(), 1);
    }
}

#[test]
fn other_refusals_are_not_retried() {
    for (status, words) in [(400, "400"), (403, "denies"), (422, "422"), (451, "451")] {
        let (outcome, seen) = meet(move |_| Reply::status(status, "{\"message\": \"because \\u001b[31mred\"}"));
        assert_says(&outcome, &[words, "because red"]);
        assert_eq!(seen.len(), 1);
    }
}

#[test]
fn a_missing_repository_is_reported() {
    for status in [404, 410] {
        let (outcome, seen) = meet(move |_| Reply::status(status, "{}"));
        assert_says(&outcome, &["repos/kubernetes/k8s.io/issues", &status.to_string()]);
        assert_eq!(seen.len(), 1);
    }
}

#[test]
fn a_redirect_to_another_host_gets_no_token() {
    let thief = Server::new(|_| Reply::json(&json!([])));
    let target = format!("{}/repos/x", thief.url.replace("127.0.0.1", "localhost"));
    let (outcome, seen) = meet_with(move |_| Reply::status(302, "").header("Location", &target), with_token);
    assert_says(&outcome, &["redirects to localhost", "the token does not go"]);
    assert_eq!((seen.len(), thief.seen().len()), (1, 0));
}

#[test]
fn a_refused_redirect_names_its_target() {
    for (location, words) in [
        ("//elsewhere.example/x", "redirects to elsewhere.example, which is not followed"),
        ("https://[bad", "redirects to an address that cannot be read, which is not followed"),
    ] {
        let (outcome, _) = meet(move |_| Reply::status(302, "").header("Location", location));
        assert_says(&outcome, &[words]);
    }
}

#[test]
fn an_empty_answer_is_called_empty() {
    let (outcome, _) = meet(|_| Reply::status(204, ""));
    assert_says(&outcome, &["cannot be read: it is empty"]);
}

#[test]
fn a_redirect_loop_ends() {
    let (outcome, seen) = meet(|_| Reply::status(301, "").header("Location", "/repos/kubernetes/k8s.io/issues"));
    assert_says(&outcome, &["circle"]);
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_next_page_on_another_host_gets_no_token() {
    let thief = Server::new(|_| Reply::json(&json!([])));
    let link = format!("<{}/next>; rel=\"next\"", thief.url.replace("127.0.0.1", "localhost"));
    let issue = json!([{"number": 1, "title": "known"}]);
    let (outcome, _) = meet_with(move |_| Reply::json(&issue).header("Link", &link), with_token);
    assert!(outcome.error.is_some());
    assert!(thief.seen().is_empty());
}

#[test]
fn data_received_before_a_failure_is_kept() {
    let site = Site::new();
    for number in 1..=4 {
        site.open(number, "x", "", NOW - 1_000);
    }
    let server =
        Server::new(move |seen| if seen.path().ends_with("/3") { Reply::status(500, "") } else { site.answer(seen) });
    let outcome = first(&request(&server.url, 1..=4));
    assert_eq!((outcome.error, outcome.snapshot.issues.len()), (None, 3));
    assert!(
        outcome.summary.unreadable[&id(3)].to_string().contains("answers 500 for repos/kubernetes/k8s.io/issues/3")
    );
}

#[test]
fn a_gzipped_answer_is_unpacked() {
    let site = Site::new();
    site.open(1, "known", "", NOW - 1_000);
    let (outcome, seen) = meet(move |seen| {
        let Reply::Answer(status, headers, body) = site.answer(seen) else { panic!() };
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, &body).unwrap();
        Reply::Answer(status, headers, packed.finish().unwrap()).header("Content-Encoding", "gzip")
    });
    assert_eq!(outcome.error, None);
    assert_eq!(seen[0].headers["accept-encoding"], "gzip");
}

#[test]
fn plain_http_beyond_this_machine_gets_no_token() {
    let token = offramp::sources::github::Token::new("secret", "GH_TOKEN").unwrap();
    let access = Access::new(Api::new(Some("http://github.example.com"), None).unwrap(), Some(token));
    assert!(access.token.is_none() && access.withheld.unwrap().contains("plain http"));
}

#[test]
fn half_a_character_in_a_title_costs_no_other_issue() {
    for has_graphql in [false, true] {
        let site = Site::new();
        site.has_graphql.store(has_graphql, std::sync::atomic::Ordering::SeqCst);
        site.open(1, "one", "", NOW - 1_000);
        site.open(2, "two HALF", "", NOW - 900);
        let server = Server::new(move |seen| match site.answer(seen) {
            Reply::Answer(status, headers, body) => {
                let body = String::from_utf8(body).unwrap().replace("HALF", "\\ud800");
                Reply::Answer(status, headers, body.into_bytes())
            }
            other @ (Reply::Raw(_) | Reply::Stall(_)) => other,
        });
        let asked = request(&server.url, [1, 2]);
        let outcome = first(&if has_graphql { with_token(asked) } else { asked });
        assert_eq!(outcome.error, None);
        let title = |number| outcome.snapshot.issue(&id(number)).map(|issue| issue.title.clone());
        assert_eq!((title(1).as_deref(), title(2).as_deref()), (Some("one"), Some("two \u{fffd}")));
    }
}
