//! Failures of a single issue: the others are fetched all the same, and the message says why this one was not.

use offramp::sources::github::GithubError;

use super::github_incremental::{at, except, is_closed, six};
use super::github_program::{again as rerun, program, site};
use super::github_server::{Reply, Seen};
use super::github_sync::{again, first, id, request, with_token};

fn is_issue(seen: &Seen, number: u64) -> bool {
    seen.path().ends_with(&format!("/issues/{number}"))
}

#[test]
fn an_unservable_issue_hides_no_change_of_another() {
    for is_with_token in [false, true] {
        let site = six();
        let server = except(&site, |seen| is_issue(seen, 3).then(|| Reply::status(502, "{}")));
        let request = request(&server.url, 1..=4);
        let request = if is_with_token { with_token(request) } else { request };
        let outcome = first(&request);
        assert!(outcome.summary.unreadable.keys().eq([&id(3)]), "{:?}", outcome.summary);
        assert_eq!(outcome.summary.odd.len(), 1, "{:?}", outcome.summary.odd);
        site.pass(3_000);
        site.change(4, "state", serde_json::json!("closed"));
        site.pass(3_000);
        let outcome = again(&at(&request, &site), outcome);
        assert!(outcome.error.is_none() && is_closed(&outcome, 4), "{is_with_token}: {:?}", outcome.error);
    }
}

#[test]
fn an_unreadable_known_issue_is_requested_once_a_sync() {
    for status in [403, 502] {
        let site = six();
        let server = except(&site, |_| None);
        let asked = request(&server.url, 1..=4);
        let outcome = first(&asked);
        let ill = except(&site, move |seen| is_issue(seen, 3).then(|| Reply::status(status, "{}")));
        site.pass(100_000);
        let outcome = again(&at(&request(&ill.url, 1..=4), &site), outcome);
        let tries = if status == 502 { 4 } else { 1 };
        assert_eq!(ill.seen().iter().filter(|seen| is_issue(seen, 3)).count(), tries, "{status}");
        assert_eq!((outcome.summary.odd.len(), outcome.snapshot.issue(&id(3)).is_some()), (1, true), "{status}");
    }
}

#[test]
fn several_unservable_issues_in_a_row_end_the_sync() {
    let server = except(&six(), |seen| (2..=6).any(|number| is_issue(seen, number)).then(|| Reply::status(500, "{}")));
    let mut request = request(&server.url, 1..=4);
    request.policy.at_once = 1;
    let outcome = first(&request);
    assert!(matches!(outcome.error, Some(GithubError::Server { .. })), "{:?}", outcome.error);
    assert_eq!(outcome.snapshot.issues.len(), 1);
}

#[test]
fn demands_of_an_organization_concern_its_issue_only() {
    let url = "https://github.com/orgs/acme/sso?authorization_request=A";
    let site = site();
    let server = except(&site, move |seen| {
        let refusal = || Reply::status(403, "{\"message\": \"Resource protected by organization SAML enforcement.\"}");
        seen.path()
            .starts_with("/repos/acme/")
            .then(|| refusal().header("x-github-sso", &format!("required; url={url}")))
    });
    let roadmap = "version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: a\n    items: [1, acme/tools#1]\n";
    let mut program = program(&server.url).file("offramp.yaml", roadmap).env("GH_TOKEN", "very-secret");
    for _ in 0..2 {
        let output = rerun(&mut program, &["sync"]);
        assert_eq!(output.code, 4, "{output:?}");
        assert!(
            output.stderr.contains("acme/tools#1 could not be read: ") && output.stderr.contains(url),
            "{output:?}"
        );
        assert_eq!(output.stdout.matches("acme/tools#1").count(), 1, "{output:?}");
    }
}

#[test]
fn missing_facts_exit_1() {
    let site = site();
    site.say(2, "bob", "hello");
    let server = except(&site, |seen| seen.path().ends_with("/2/comments").then(|| Reply::status(403, "{}")));
    let output = rerun(&mut program(&server.url), &["sync"]);
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("facts are missing for kubernetes/k8s.io#2"), "{output:?}");
}
