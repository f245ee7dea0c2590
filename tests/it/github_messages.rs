//! Messages about failed syncs: exit code, wording, number of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use offramp::domain::{Absence, Timestamp};
use offramp::sources::github::{GithubError, SyncRequest, plan};
use serde_json::json;

use super::github_program::{again, program, site};
use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::github_sync::{first, id, large, request, run, umbrella, umbrella_request, with_token};
use super::program::Program;

/// Returns a server with a fault that can be switched off.
fn serve(
    site: &Arc<Site>,
    fault: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
) -> (Server, Arc<AtomicBool>) {
    let (site, is_ill) = (site.clone(), Arc::new(AtomicBool::new(true)));
    let ill = is_ill.clone();
    let server = Server::new(move |seen| {
        let spoiled = if ill.load(Ordering::SeqCst) { fault(seen) } else { None };
        spoiled.unwrap_or_else(|| site.answer(seen))
    });
    (server, is_ill)
}

/// Returns a program whose waits are shortened to a hundredth.
fn hurried(url: &str) -> Program {
    program(url).env("OFFRAMP_HURRY", "1")
}

fn a_day_later(program: Program) -> Program {
    program.env("SOURCE_DATE_EPOCH", (NOW + 90_000).to_string())
}

#[test]
fn after_a_failed_first_sync_every_command_says_so_and_retries() {
    let site = site();
    let (server, is_ill) =
        serve(&site, |seen| seen.path().ends_with("/issues/2").then(|| Reply::status(200, "<html>log in</html>")));
    let mut program = hurried(&server.url);
    for command in ["status", "list", "check"] {
        let output = again(&mut program, &[command]);
        assert!(
            output.code == 5 && output.stderr.contains("not all issues could be fetched: "),
            "{command}: {output:?}"
        );
    }
    is_ill.store(false, Ordering::SeqCst);
    let output = again(&mut program, &["status"]);
    assert!(output.code == 0 && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_limit_without_a_token_binds_no_token_and_ends_within_the_hour() {
    let site = site();
    let (server, is_ill) = serve(&site, |seen| {
        let limit =
            || Reply::status(403, "{}").header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", "2082758400");
        (!seen.headers.contains_key("authorization")).then(limit)
    });
    let failed = first(&request(&server.url, [1, 2]));
    assert!(matches!(failed.error, Some(GithubError::Limit { .. })), "{:?}", failed.error);
    let outcome = run(&with_token(request(&server.url, [1, 2])), failed.snapshot.clone(), failed.state.clone());
    assert_eq!(outcome.error, None);
    is_ill.store(false, Ordering::SeqCst);
    let later = SyncRequest { now: Timestamp(NOW + 3_700), ..request(&server.url, [1, 2]) };
    assert_eq!(run(&later, failed.snapshot, failed.state).error, None, "a reset in 2036 is not within the hour");
}

#[test]
fn a_refusal_without_a_token_blames_no_token() {
    for status in [401, 403] {
        let server = Server::new(move |_| Reply::status(status, "{\"message\": \"no\"}"));
        let trouble = first(&request(&server.url, [1])).error.unwrap();
        let said = format!("{trouble}; {}", trouble.hint());
        assert!(!said.contains("accept the token") && !said.contains("the token may lack"), "{said}");
        assert!(said.contains("set GH_TOKEN"), "{said}");
    }
}

#[test]
fn disabled_issues_are_not_called_deleted() {
    let off = "{\"message\": \"Issues has been disabled in this repository.\"}";
    let (server, _) = serve(&site(), move |seen| seen.path().ends_with("/issues/2").then(|| Reply::status(410, off)));
    let outcome = first(&request(&server.url, [1, 2]));
    assert_eq!(outcome.snapshot.missing[&id(2)], Absence::Disabled);
}

#[test]
fn an_unreadable_linked_issue_is_named_with_code_1() {
    for (status, body) in [(403, "{\"message\": \"Resource not accessible\"}"), (200, "{\"title\": \"no number\"}")] {
        let (server, is_ill) =
            serve(&site(), move |seen| seen.path().ends_with("/issues/2").then(|| Reply::status(status, body)));
        let mut program = hurried(&server.url);
        let output = again(&mut program, &["sync"]);
        assert_eq!(output.code, 1, "{output:?}");
        assert!(output.stderr.contains("kubernetes/k8s.io#2 could not be read"), "{output:?}");
        is_ill.store(false, Ordering::SeqCst);
        assert_eq!(again(&mut program, &["sync"]).code, 0, "the next sync requests it again");
    }
}

#[test]
fn a_stall_ends_after_one_limit_on_every_route() {
    type Stalls = fn(&Seen) -> bool;
    let stalls: [(&str, Stalls); 3] = [
        ("the second page", |seen| seen.path().ends_with("/k8s.io/issues") && seen.target.contains("since=")),
        ("an issue", |seen| seen.path().ends_with("/issues/1")),
        ("GraphQL", |seen| seen.path() == "/graphql"),
    ];
    for (what, stalls) in stalls {
        let site = large(450);
        site.issues.lock().unwrap().remove(&1);
        let (server, _) = serve(&site, move |seen| stalls(seen).then(|| Reply::Stall(Vec::new())));
        let mut request = with_token(request(&server.url, [1]));
        (request.all, request.policy.idle) = (true, Duration::from_millis(80));
        (request.policy.connect, request.policy.stall) = (Duration::from_millis(80), Duration::from_millis(400));
        let start = Instant::now();
        let outcome = first(&request);
        let is_slow = matches!(outcome.error, Some(GithubError::Slow { .. }));
        assert!(is_slow && start.elapsed().as_secs() < 10, "{what}: {:?} {:?}", outcome.error, start.elapsed());
        assert!(server.seen().iter().filter(|seen| stalls(seen)).count() <= 2, "{what}: asked once more, not for ever");
    }
}

#[test]
fn a_fault_that_hits_every_request_costs_one_request() {
    type Fault = Box<dyn Fn(&Seen) -> Reply + Send + Sync>;
    let limit =
        || Reply::status(403, "{}").header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", "1795487400");
    let faults: [(&str, usize, Fault); 4] = [
        ("a wrong token", 1, Box::new(|_| Reply::status(401, "{}"))),
        ("a closed window", 1, Box::new(move |_| limit())),
        ("a redirect loop", 1, Box::new(|seen| Reply::status(302, "").header("Location", &seen.target))),
        ("another host", 1, Box::new(|_| Reply::status(301, "").header("Location", "https://elsewhere.example/"))),
    ];
    for (what, most, fault) in faults {
        let server = Server::new(fault);
        let outcome = first(&with_token(request(&server.url, 1..=400)));
        assert!(outcome.error.is_some(), "{what}");
        assert!(server.seen().len() <= most, "{what}: {} requests", server.seen().len());
    }
}

#[test]
fn demands_of_an_organization_have_their_own_messages() {
    let sso = || Reply::status(403, "{\"message\": \"Resource protected by organization SAML enforcement.\"}");
    let url = "https://github.com/orgs/kubernetes/sso?authorization_request=A";
    let server = Server::new(move |_| sso().header("x-github-sso", &format!("required; url={url}")));
    let trouble = first(&with_token(request(&server.url, []))).error.unwrap();
    assert!(trouble.to_string().contains("single sign-on") && trouble.hint().contains(url), "{trouble}");
    assert!(trouble.is_authentication());
    let body = "{\"message\": \"Although you appear to have the correct authorization credentials, the `kubernetes` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.\"}";
    let server = Server::new(move |_| Reply::status(403, body));
    let trouble = first(&with_token(request(&server.url, [1]))).error.unwrap();
    assert!(trouble.to_string().contains("IP allow list") && trouble.hint().contains("VPN"), "{trouble}");
}

#[test]
fn a_token_that_expires_within_a_week_is_named() {
    for (expires, is_named) in [("2026-11-29 10:00:00 UTC", true), ("2026-12-24 10:00:00 +0000", false)] {
        let site = site();
        let header = "github-authentication-token-expiration";
        let server = Server::new(move |seen| site.answer(seen).header(header, expires));
        let output = again(&mut program(&server.url).env("GH_TOKEN", "very-secret"), &["sync"]);
        assert_eq!(output.stdout.contains("the token expires on 2026-11-29"), is_named, "{output:?}");
    }
}

#[test]
fn retry_after_is_obeyed_whatever_the_status() {
    for status in [403, 429, 503] {
        let asked = AtomicUsize::new(0);
        let (server, _) = serve(&site(), move |_| {
            let wait = || Reply::status(status, "{\"message\": \"abuse detection\"}").header("Retry-After", "1");
            (asked.fetch_add(1, Ordering::SeqCst) == 0).then(wait)
        });
        let outcome = first(&request(&server.url, [1, 2]));
        assert_eq!(outcome.error, None, "{status}");
        let server =
            Server::new(move |_| Reply::status(403, "{\"message\": \"You triggered an abuse detection mechanism\"}"));
        let trouble = first(&request(&server.url, [1, 2])).error.unwrap();
        assert!(matches!(trouble, GithubError::Wait { .. }) && !trouble.is_authentication(), "{trouble}");
    }
}

#[test]
fn protocols_other_than_http_1_are_named() {
    // The settings frame of an HTTP/2 server, and the greeting of an SSH server.
    for bytes in [&b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"[..], b"SSH-2.0-OpenSSH_9.6\r\n"] {
        let server = Server::new(|_| Reply::Raw(bytes.to_vec()));
        let trouble = first(&request(&server.url, [1])).error.unwrap();
        assert!(matches!(trouble, GithubError::NotHttp(_)), "{trouble:?}");
    }
}

#[test]
fn older_issues_are_shown_if_the_server_is_slow() {
    if !cfg!(debug_assertions) {
        return;
    }
    let (server, is_ill) =
        serve(&site(), |_| Some(Reply::status(503, "{\"message\": \"busy\"}").header("Retry-After", "50")));
    is_ill.store(false, Ordering::SeqCst);
    let mut program = hurried(&server.url);
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    is_ill.store(true, Ordering::SeqCst);
    let mut program = a_day_later(program);
    let start = Instant::now();
    let output = again(&mut program, &["list"]);
    assert!(output.code == 5 && output.stdout.contains("triage"), "{output:?}");
    assert!(output.stderr.contains("fetching did not finish within"), "{output:?}");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn a_token_is_used_for_a_repository_only_after_consent() {
    let (server, _) = serve(&site(), |_| None);
    let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
    let output = again(&mut program, &["status"]);
    assert!(output.code == 5 && server.seen().is_empty(), "{output:?}");
    for words in ["kubernetes/k8s.io", "request", "the token of GH_TOKEN", "`offramp sync`"] {
        assert!(output.stderr.contains(words), "{words}: {output:?}");
    }
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    server.forget();
    let mut program = a_day_later(program);
    let output = again(&mut program, &["status"]);
    assert!(output.code == 0 && !server.seen().is_empty(), "{output:?}");
    // Consent is given for each repository.
    server.forget();
    let more = "version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: a\n    items: [1, acme/secret#7]\n";
    let mut program = program.file("offramp.yaml", more).env("SOURCE_DATE_EPOCH", (NOW + 190_000).to_string());
    let output = again(&mut program, &["status"]);
    assert!(output.stderr.contains("acme/secret") && server.seen().is_empty(), "{output:?}");
    let output = again(&mut program, &["status", "--max-age", "1h"]);
    assert!(!server.seen().is_empty(), "an age that is typed asks: {output:?}");
}

#[test]
fn without_a_token_commands_fetch_without_consent() {
    let (server, _) = serve(&site(), |_| None);
    let output = again(&mut program(&server.url), &["status"]);
    assert!(output.code == 0 && output.stderr.is_empty() && !server.seen().is_empty(), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_dangling_link_to_a_roadmap_does_not_open_the_example() {
    for name in ["roadmap.yaml", "offramp.yaml"] {
        let mut program = Program::new().args(["status"]);
        std::os::unix::fs::symlink("gone.yaml", program.home().join(name)).unwrap();
        let output = program.run_again();
        assert!(output.code == 2 && output.stderr.contains(name), "{output:?}");
    }
}

#[test]
fn a_dry_run_is_off_by_one_at_most_or_names_a_range() {
    for has_token in [true, false] {
        let site = umbrella();
        site.has_graphql.store(true, Ordering::SeqCst);
        let (server, _) = serve(&site, |_| None);
        let request = |later: i64| {
            let request = SyncRequest { now: Timestamp(NOW + later), ..umbrella_request(&server.url) };
            if has_token { with_token(request) } else { request }
        };
        let (mut snapshot, mut state) = Default::default();
        for (later, changes) in [(0, 0), (60, 0), (4_000, 3), (90_000, 0), (200_000, 150)] {
            for number in 0..changes {
                site.change(2_001 + number % 120, "title", json!(format!("changed {later}")));
                site.change(5_001 + number, "title", json!(format!("changed {later}")));
            }
            site.pass(60);
            server.forget();
            let steps = plan(&request(later), &snapshot, &state);
            let least: u32 = steps.iter().map(|step| step.requests).sum();
            let most = least + steps.iter().map(|step| step.more).sum::<u32>();
            let outcome = run(&request(later), snapshot, state);
            let sent = server.seen().len() as u32;
            let is_near = sent + 1 >= least && sent <= most + 1;
            assert!(is_near, "token {has_token}, {later}: {sent} of {least} to {most}: {steps:#?}");
            (snapshot, state) = (outcome.snapshot, outcome.state);
        }
    }
}

#[test]
fn a_renamed_repository_lists_its_issues_once() {
    for has_token in [true, false] {
        let site = umbrella();
        let inner = site.clone();
        let server = Server::new(move |seen| {
            let by_id = |rest: &str| Reply::status(301, "").header("Location", &format!("/repositories/5/{rest}"));
            match seen.path() {
                "/repos/kubernetes/k8s.io" => return Reply::status(301, "").header("Location", "/repositories/5"),
                "/repositories/5" => return Reply::json(&json!({"full_name": "kubernetes/infra"})),
                _ => {}
            }
            if let Some(rest) = seen.target.strip_prefix("/repos/kubernetes/k8s.io/") {
                return by_id(rest);
            }
            let old = "/repos/kubernetes/k8s.io/";
            let target = seen.target.replace("/repositories/5/", old).replace("/repos/kubernetes/infra/", old);
            let Reply::Answer(status, headers, body) = inner.answer(&Seen { target, ..seen.clone() }) else { panic!() };
            let body = String::from_utf8(body).unwrap();
            let body = body.replace("repos/kubernetes/k8s.io\"", "repos/kubernetes/infra\"");
            Reply::Answer(status, headers, body.into_bytes())
        });
        let request = umbrella_request(&server.url);
        let request = if has_token { with_token(request) } else { request };
        let outcome = first(&request);
        assert_eq!((outcome.error.clone(), outcome.snapshot.issues.len()), (None, 124));
        assert!(outcome.snapshot.issues.iter().all(|issue| issue.id.repo.as_str() == "kubernetes/k8s.io"));
        server.forget();
        let outcome = super::github_sync::again(&request, outcome);
        assert_eq!(outcome.snapshot.issues.len(), 124);
        let asked: Vec<String> = server.seen().into_iter().map(|it| it.target).collect();
        // With a token GraphQL is tried again, and this server does not support it.
        let is_few = asked.len() <= if has_token { 8 } else { 3 };
        assert!(is_few && asked.iter().all(|target| !target.contains("/issues/2")), "{asked:#?}");
    }
}

#[test]
fn an_unreadable_entry_does_not_restart_all() {
    let site = large(250);
    let odd = json!({"number": -1, "updated_at": rfc3339(NOW - 5), "title": "odd", "html_url": "https://github.com/x"});
    site.issues.lock().unwrap().insert(9_999, odd);
    let (server, _) = serve(&site, |_| None);
    let all = SyncRequest { all: true, ..with_token(request(&server.url, [])) };
    let outcome = first(&all);
    server.forget();
    let outcome = super::github_sync::again(&all, outcome);
    assert_eq!(outcome.error, None);
    assert!(server.seen().len() <= 3, "{:#?}", server.seen().iter().map(|it| &it.target).collect::<Vec<_>>());
}

#[test]
fn every_command_reports_a_disk_error_while_reading_the_cache() {
    let site = site();
    site.change(1, "body", json!("- [ ] a\n".repeat(3_000)));
    let (server, _) = serve(&site, |_| None);
    let mut program = program(&server.url).env("PATH", std::env::var_os("PATH").unwrap());
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    if !super::faults::steps::can_trace() {
        return;
    }
    for command in
        [&["status"][..], &["list"], &["show", "k8s-gubernator"], &["check"], &["brief"], &["cache", "export"]]
    {
        let args = [&["--offline"], command].concat();
        let whole = again(&mut program, &args).stdout;
        for when in 1..40 {
            let output = super::faults::steps::run_with(&mut program, &args, &format!("pread64:error=EIO:when={when}"));
            let said = !output.stderr.is_empty();
            assert!(said || output.stdout == whole.as_bytes(), "{command:?} {when}: {output:?}");
        }
    }
}

#[test]
fn the_next_sync_names_a_wait_that_github_asked_for() {
    for has_token in [false, true] {
        let wait = "{\"message\": \"You have exceeded a secondary rate limit\"}";
        let server = Server::new(move |_| Reply::status(429, wait).header("Retry-After", "900"));
        let mut asked = request(&server.url, [1]);
        asked.policy.second = Duration::from_secs(1);
        let mut asked = if has_token { with_token(asked) } else { asked };
        let before = first(&asked);
        assert_eq!(before.error, Some(GithubError::Wait { until: Timestamp(NOW + 900) }));
        asked.now = Timestamp(NOW + 5);
        let after = super::github_sync::again(&asked, before);
        assert_eq!(after.error, Some(GithubError::Wait { until: Timestamp(NOW + 900) }), "token {has_token}");
        assert_eq!(server.seen().len(), 1);
    }
}
