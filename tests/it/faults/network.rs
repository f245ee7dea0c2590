//! Every network fault with every command that fetches: exit code, message, and the old data stays.

use super::super::github_server::{Reply, Seen, Server};
use super::super::github_site::{NOW, Site};
use super::super::program::{Output, Program};
use super::ROADMAP;

/// A fault and the reply it causes; `None` refuses the connection.
type Fault = (&'static str, Option<fn(&Seen) -> Reply>);

const FAULTS: [Fault; 17] = [
    ("refused", None),
    ("silent", Some(|_| Reply::Stall(Vec::new()))),
    ("stalls in an answer", Some(|_| Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".to_vec()))),
    ("breaks off", Some(|_| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"number\"".to_vec()))),
    ("no HTTP", Some(|_| Reply::Raw(b"220 mail.example.org ESMTP\r\n".to_vec()))),
    ("hangs up", Some(|_| Reply::Raw(Vec::new()))),
    ("400", Some(|_| Reply::status(400, "{}"))),
    ("401", Some(|_| Reply::status(401, "{\"message\": \"Bad credentials\"}"))),
    ("403", Some(|_| Reply::status(403, "{\"message\": \"Resource protected\"}"))),
    ("limit", Some(|_| limit())),
    ("404", Some(|_| Reply::status(404, "{}"))),
    ("422", Some(|_| Reply::status(422, "{}"))),
    ("429", Some(|_| Reply::status(429, "{}").header("Retry-After", "600"))),
    ("502", Some(|_| Reply::status(502, "<html>unicorn</html>"))),
    ("web page", Some(|_| Reply::status(200, "<!DOCTYPE html><title>Please log in</title>"))),
    ("no JSON", Some(|_| Reply::status(200, "[{\"number\": 1, \"title\""))),
    ("redirects", Some(|_| Reply::status(301, "").header("Location", "/repos/kubernetes/k8s.io/issues"))),
];

/// Every command that fetches if its data is old, and `who`, which never fetches.
const COMMANDS: [&[&str]; 14] = [
    &["status"],
    &["list"],
    &["show", "1"],
    &["next"],
    &["changes"],
    &["brief"],
    &["trend"],
    &["check"],
    &["explain", "k8s-gubernator"],
    &["split", "k8s-gubernator"],
    &["suggest"],
    &["report"],
    &["who", "k8s-gubernator"],
    &["sync"],
];

fn limit() -> Reply {
    let reset = (NOW + 90_000 + 1_800).to_string();
    let body = "{\"message\": \"API rate limit exceeded\"}";
    Reply::status(403, body).header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", &reset)
}

/// Returns a program whose issue was fetched a day ago from a server that now has the fault.
fn a_day_later(fault: Option<fn(&Seen) -> Reply>) -> (Program, Option<Server>) {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let site = Site::new();
    site.open(1, "known since yesterday", "", NOW - 10_000);
    let is_faulty = Arc::new(AtomicBool::new(false));
    let faulty = is_faulty.clone();
    let server = Server::new(move |seen| match fault {
        Some(fault) if faulty.load(Ordering::SeqCst) => fault(seen),
        _ => site.answer(seen),
    });
    // The empty path hides a `gh` that knows a token.
    let mut program = Program::new().file("offramp.yaml", ROADMAP).online(&server.url).env("PATH", "");
    assert_eq!(program.run_with(&["sync"]).code, 0);
    is_faulty.store(true, Ordering::SeqCst);
    // In debug builds this shortens waits to a hundredth.
    let program = program.env("SOURCE_DATE_EPOCH", (NOW + 90_000).to_string()).env("OFFRAMP_HURRY", "1");
    (program, fault.is_some().then_some(server))
}

fn assert_reported(what: &str, command: &[&str], output: &Output) {
    if command[0] == "who" {
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{what} x {command:?}: {output:?}");
        return;
    }
    let (expected, word) = match (command, what) {
        (["sync"], "401" | "403") => (4, "error: "),
        (["sync"], _) => (1, "error: "),
        _ => (5, "warning: the issues could not be refreshed; showing those from "),
    };
    let what = format!("{what} x {command:?}: {output:?}");
    assert_eq!(output.code, expected, "{what}");
    assert!(output.stderr.contains(word) && output.stderr.contains("hint: "), "{what}");
    assert!(!output.stderr.contains("panicked"), "{what}");
    let is_about_issues = matches!(command, ["list" | "show", ..]);
    assert!(!is_about_issues || output.stdout.contains("known since yesterday"), "{what}");
}

#[test]
fn every_command_survives_every_network_fault() {
    if !cfg!(debug_assertions) {
        return;
    }
    // The commands only wait for the server, so they can run concurrently.
    std::thread::scope(|scope| {
        for chunk in FAULTS.chunks(5) {
            scope.spawn(move || {
                for (what, fault) in chunk {
                    let (mut program, _server) = a_day_later(*fault);
                    for command in COMMANDS {
                        let output = program.run_with(command);
                        assert_reported(what, command, &output);
                    }
                    let kept = program.run_with(&["--offline", "cache", "export"]);
                    assert!(kept.code == 0 && kept.stdout.contains("known since yesterday"), "{what}: {kept:?}");
                }
            });
        }
    });
}
