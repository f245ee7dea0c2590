//! Interrupted syncs of the real binary: what was fetched is kept, and the next sync continues without a loss.

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::github_program::{again, exported, program, site};
use super::github_server::{Reply, Seen, Server};
use super::github_site::Site;
use super::github_sync::large;
use super::program::Program;

/// Returns a server that answers only the requests that pass, until it is released.
fn held(passes: impl Fn(&Seen) -> bool + Send + Sync + 'static, site: &Arc<Site>) -> (Server, Arc<AtomicBool>) {
    let (site, is_free) = (site.clone(), Arc::new(AtomicBool::new(false)));
    let free = is_free.clone();
    let server = Server::new(move |seen| {
        if passes(seen) || free.load(Ordering::SeqCst) { site.answer(seen) } else { Reply::Stall(Vec::new()) }
    });
    (server, is_free)
}

/// Whether a request is for a page of the issue list.
fn is_page(seen: &Seen) -> bool {
    seen.path().ends_with("/issues") && !seen.path().contains("search")
}

/// Starts a command, sends it a signal once the requests fulfil a condition, and waits for its end.
fn stopped(
    (program, server): (&mut Program, &Server),
    args: &[&str],
    signal: &str,
    has_asked: impl Fn(&[Seen]) -> bool,
) -> (ExitStatus, String) {
    let command = program.command().args(args);
    // Only `sync` gets a token: other commands would need consent to use it.
    command.envs((args[0] == "sync").then_some(("GH_TOKEN", "very-secret")));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.until(has_asked);
    let start = Instant::now();
    let pid = rustix::process::Pid::from_child(&child);
    let signal = if signal == "INT" { rustix::process::Signal::INT } else { rustix::process::Signal::TERM };
    rustix::process::kill_process(pid, signal).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    (output.status, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_signal_in_the_middle_of_a_sync_keeps_what_was_fetched() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let site = large(1_150);
        let (server, is_free) = held(|seen| is_page(seen) && seen.number < 4, &site);
        let mut program = program(&server.url);
        let has_last = |seen: &[Seen]| seen.len() >= 5;
        let (status, stderr) = stopped((&mut program, &server), &["sync", "--all"], signal, has_last);
        assert_eq!(status.code(), Some(code), "{stderr}");
        assert!(stderr.contains("interrupted; what was fetched is kept\nhint: the next sync continues"), "{stderr}");
        let kept = exported(&mut program).len();
        assert!((100..1_150).contains(&kept), "{kept}");
        is_free.store(true, Ordering::SeqCst);
        let output = again(&mut program, &["sync", "--all"]);
        assert_eq!(output.code, 0, "{output:?}");
        let numbers: Vec<Value> = exported(&mut program).iter().map(|issue| issue["number"].clone()).collect();
        assert_eq!(numbers, (1..=1_150).map(|number| json!(number)).collect::<Vec<_>>());
    }
}

#[test]
fn changes_before_an_interruption_are_requested_again() {
    let site = site();
    let inner = site.clone();
    let is_held = Arc::new(AtomicBool::new(false));
    let holds = is_held.clone();
    let server = Server::new(move |seen| {
        let is_word = seen.path().ends_with("/comments") && holds.load(Ordering::SeqCst);
        if is_word { Reply::Stall(Vec::new()) } else { inner.answer(seen) }
    });
    let mut program = program(&server.url);
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    site.pass(5_000);
    site.change(1, "title", json!("renamed"));
    site.say(1, "ann", "I am on it");
    is_held.store(true, Ordering::SeqCst);
    server.forget();
    let (status, stderr) = stopped((&mut program, &server), &["sync"], "INT", |seen| seen.len() >= 2);
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert_eq!(exported(&mut program)[0]["title"], json!("renamed"));
    is_held.store(false, Ordering::SeqCst);
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    let issue = &exported(&mut program)[0];
    assert_eq!(issue["last_word_at"], json!(super::github_site::rfc3339(site.now())));
}

#[test]
fn an_interrupted_sync_without_answers_stores_nothing() {
    let site = site();
    let (server, _) = held(|_| false, &site);
    let mut program = program(&server.url);
    let (status, stderr) = stopped((&mut program, &server), &["status"], "INT", |seen| !seen.is_empty());
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert_eq!(exported(&mut program).len(), 0);
}

#[test]
fn the_next_command_continues_an_interrupted_first_sync() {
    let site = site();
    site.say(1, "ann", "I am on it");
    // Comments are fetched last.
    let is_early = |seen: &Seen| !seen.path().ends_with("/comments");
    let (server, is_free) = held(is_early, &site);
    let mut program = program(&server.url);
    let is_beyond = |seen: &[Seen]| !seen.iter().all(is_early);
    let (status, stderr) = stopped((&mut program, &server), &["status"], "INT", is_beyond);
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert!(!exported(&mut program).is_empty());
    let output = again(&mut program, &["status", "--offline"]);
    assert!(output.stdout.contains("issues fetched in part (`offramp sync`)"), "{output:?}");
    is_free.store(true, Ordering::SeqCst);
    server.forget();
    let output = again(&mut program, &["status"]);
    assert!(output.stdout.contains("issues fetched 20") && output.stderr.is_empty(), "{output:?}");
    assert!(!server.seen().is_empty());
}
