//! The real binary against a local server: commands, cache, exit codes.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::program::{Output, Program};

pub(crate) const ROADMAP: &str = "version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: k8s-gubernator\n    owner: sig-testing\n    items: [1, 2]\n";

pub(crate) fn site() -> Arc<Site> {
    let site = Site::new();
    site.open(1, "kettle \u{1b}[31mred", "- [x] a", NOW - 10_000);
    site.open(2, "triage", "", NOW - 9_000);
    site
}

pub(crate) fn program(url: &str) -> Program {
    Program::new().file("offramp.yaml", ROADMAP).online(url).env("PATH", "")
}

/// Returns a server of the site, and the program.
fn served() -> (Server, Program) {
    let server = site().serve();
    let program = program(&server.url);
    (server, program)
}

/// The same, after a first sync.
fn synced() -> (Server, Program) {
    let (server, mut program) = served();
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    (server, program)
}

pub(crate) fn again(program: &mut Program, args: &[&str]) -> Output {
    program.command().env_remove("OFFRAMP_OFFLINE");
    program.run_with(args)
}

pub(crate) fn exported(program: &mut Program) -> Vec<Value> {
    let output = again(program, &["--offline", "cache", "export"]);
    assert_eq!(output.code, 0, "{output:?}");
    serde_json::from_value(output.json()).unwrap()
}

#[test]
fn synced_issues_are_exported_and_used_offline() {
    let (server, mut program) = served();
    let output = again(&mut program, &["sync"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
    drop(server);
    let issues = exported(&mut program);
    assert_eq!(issues.len(), 2);
    assert_eq!(
        (&issues[0]["number"], &issues[0]["title"], &issues[0]["state"]),
        (&json!(1), &json!("kettle red"), &json!("open"))
    );
    assert_eq!((&issues[0]["labels"], &issues[0]["assignees"]), (&json!(["sig/testing"]), &json!([])));
    let output = again(&mut program, &["status", "-o", "json"]);
    assert_eq!(output.code, 0, "{output:?}");
    let page: Value = output.json();
    assert_eq!(page["data_as_of"], json!("2026-11-24T02:00:00Z"));
}

#[test]
fn a_counter_of_issues_counts_all_of_the_repository() {
    let site = site();
    site.open(3, "linked by nothing", "", NOW - 8_000);
    let server = site.serve();
    let roadmap = ROADMAP.replace(
        "projects:",
        "counters:\n  moves: {unit: issues, rule: {version: 1, source: issues, label: sig/testing}}\nprojects:",
    );
    let mut program = program(&server.url).file("offramp.yaml", &roadmap);
    assert_eq!(again(&mut program, &["status"]).code, 0);
    let partly = again(&mut program, &["--offline", "count"]);
    assert!(partly.stdout.contains("\t2+\t") && partly.stderr.contains("until all issues of kubernetes"), "{partly:?}");
    let data =
        serde_json::from_str::<Value>(&again(&mut program, &["--offline", "count", "-o", "json"]).stdout).unwrap();
    assert_eq!((&data["complete"], &data["problems"][0]["kind"]), (&json!(false), &json!("not-fetched")), "{data}");
    for command in ["status", "brief", "next", "report"] {
        let page = again(&mut program, &["--offline", command]).stdout;
        assert!(page.contains(", not all: counters of issues are unknown (`offramp sync`)"), "{command}: {page}");
    }
    let status = again(&mut program, &["--offline", "status"]).stdout;
    assert!(status.contains("issues ??"), "{status}");
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    let status = again(&mut program, &["--offline", "status"]).stdout;
    assert!(status.contains("issues 0/3") && !status.contains("are unknown"), "{status}");
    let wholly = again(&mut program, &["--offline", "count"]);
    assert!(wholly.stdout.contains("\t3\t") && wholly.stderr.is_empty(), "{wholly:?}");
}

#[test]
fn an_evening_west_of_greenwich_is_today() {
    let site = site();
    site.change(2, "state", json!("closed"));
    site.change(2, "state_reason", json!("completed"));
    site.change(2, "closed_at", json!(rfc3339(NOW - 600)));
    let server = site.serve();
    let roadmap = ROADMAP.replace("[1, 2]", "[1, 2, {title: last, due: 2026-11-23}]");
    let mut program = program(&server.url).file("offramp.yaml", &roadmap).env("TZ", "PST8");
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    let status = again(&mut program, &["status"]);
    assert!(status.stdout.contains("As of 2026-11-23") && status.stdout.contains("1/3"), "{status:?}");
    let explained = again(&mut program, &["explain", "k8s-gubernator/2"]);
    assert!(!explained.stdout.contains("open on that day"), "{explained:?}");
    let found = again(&mut program, &["check"]);
    assert!(!found.stdout.contains("overdue"), "{found:?}");
}

#[test]
fn a_command_fetches_at_most_once_an_hour() {
    let (server, mut program) = served();
    assert_eq!(again(&mut program, &["status"]).code, 0);
    let first = server.seen().len();
    assert!(first > 0);
    assert_eq!(again(&mut program, &["status"]).code, 0);
    assert_eq!(server.seen().len(), first);
    assert_eq!(again(&mut program, &["status", "--max-age", "0m"]).code, 0, "data of age 0 is within 0m");
}

#[test]
fn old_data_is_shown_with_a_warning_and_code_5() {
    let (server, program) = synced();
    drop(server);
    let mut program = program.env("SOURCE_DATE_EPOCH", (NOW + 90_000).to_string()).env("OFFRAMP_API_URL", "");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = again(&mut program, &["status", "--offline"]);
    assert_eq!(output.code, 0, "{output:?}");
    let mut program = program.env("OFFRAMP_API_URL", format!("http://{gone}"));
    let output = again(&mut program, &["status"]);
    assert_eq!(output.code, 5, "{output:?}");
    assert!(output.stderr.contains("refuses connections") && output.stdout.contains("k8s-gubernator"), "{output:?}");
}

#[test]
fn a_wrong_token_exits_4_and_appears_nowhere() {
    let site = site();
    let is_refused = Arc::new(AtomicBool::new(false));
    let refusing = is_refused.clone();
    let server = Server::new(move |seen| {
        let refusal = || Reply::status(401, "{\"message\": \"Bad credentials\"}");
        if refusing.load(Ordering::SeqCst) { refusal() } else { site.answer(seen) }
    });
    let mut program = program(&server.url).env("GH_TOKEN", "ghp_verysecret");
    assert_eq!(again(&mut program, &["sync", "-v"]).code, 0);
    is_refused.store(true, Ordering::SeqCst);
    let output = again(&mut program, &["sync", "-vv"]);
    assert_eq!(output.code, 4, "{output:?}");
    assert!(!format!("{output:?}").contains("verysecret"), "{output:?}");
    assert!(server.seen().iter().all(|seen| seen.headers["authorization"] == "Bearer ghp_verysecret"));
    for path in files(program.home()) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("verysecret"), "{}", path.display());
    }
    assert_eq!(exported(&mut program).len(), 2);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn the_json_of_a_sync_says_what_it_did() {
    let (site, until) = (site(), NOW + 1_800);
    let limited = site.clone();
    let server = Server::new(move |seen| {
        let answer = limited.answer(seen).header("x-ratelimit-remaining", "41");
        answer.header("x-ratelimit-reset", &until.to_string())
    });
    let output = again(&mut program(&server.url), &["sync", "-o", "json"]);
    assert_eq!(super::example::undescribed_keys(&output.stdout), [""; 0]);
    let page: Value = output.json();
    assert_eq!((&page["schema"], &page["left"]), (&json!("offramp/sync/2"), &json!(41)));
    assert_eq!((&page["left_until"], &page["new"]), (&json!(rfc3339(until)), &json!(2)));
    let bare = again(&mut program(&site.serve().url), &["sync", "-o", "json"]);
    let page: Value = bare.json();
    assert_eq!((&page["left"], &page["left_until"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_dry_run_sends_nothing() {
    let site = site();
    let server = site.serve();
    let output = again(&mut program(&server.url), &["sync", "--dry-run"]);
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stdout.contains("without a token"), "{output:?}");
    assert!(!output.stdout.contains("1 issues") && !output.stdout.contains("1 searches"), "{output:?}");
    assert!(server.seen().is_empty());
}

#[test]
fn sync_with_an_invalid_address_exits_2() {
    let output = again(&mut program("ftp://x"), &["sync"]);
    assert_eq!(output.code, 2, "{output:?}");
    assert!(output.stderr.contains("OFFRAMP_API_URL"));
}

#[test]
fn a_killed_sync_leaves_the_old_cache() {
    let site = site();
    let is_stalled = Arc::new(AtomicBool::new(false));
    let stalling = is_stalled.clone();
    let inner = site.clone();
    let server = Server::new(move |seen| {
        let stall = || Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".to_vec());
        if stalling.load(Ordering::SeqCst) { stall() } else { inner.answer(seen) }
    });
    let mut program = program(&server.url);
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    is_stalled.store(true, Ordering::SeqCst);
    server.forget();
    let mut child = program.command().arg("sync").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    server.until(|seen| !seen.is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(exported(&mut program).len(), 2);
    is_stalled.store(false, Ordering::SeqCst);
    assert_eq!(again(&mut program, &["sync"]).code, 0, "no lock is left");
}

#[test]
fn concurrent_syncs_leave_one_complete_cache() {
    let (_server, mut program) = served();
    let mut children: Vec<_> = (0..4)
        .map(|_| program.bare().arg("sync").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        .collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(exported(&mut program).len(), 2);
}

#[test]
fn an_unwritable_cache_is_a_note() {
    let site = site();
    let server = site.serve();
    let mut program = program(&server.url).file("blocked", "");
    let blocked = program.home().join("blocked");
    program = program.env("XDG_CACHE_HOME", blocked);
    for (command, code) in [("list", 0), ("sync", 1)] {
        let output = again(&mut program, &[command]);
        assert_eq!(output.code, code, "{output:?}");
        assert!(output.stderr.contains("note: ") && output.stderr.contains("blocked"), "{output:?}");
    }
}

#[test]
fn a_damaged_cache_is_set_aside_and_refetched() {
    let (_server, mut program) = synced();
    let cache = program.home().join(".cache/offramp/offramp.sqlite");
    let bytes = std::fs::read(&cache).unwrap();
    offramp::sources::disk::write(&cache, &bytes[..bytes.len() / 2]).unwrap();
    let output = again(&mut program, &["status"]);
    assert_eq!((output.code, output.stderr.matches("damaged").count()), (0, 1), "{output:?}");
    assert_eq!(again(&mut program, &["status"]).stderr, "");
    assert_eq!(exported(&mut program).len(), 2);
}

#[test]
fn a_cache_of_an_older_version_is_emptied_and_refetched() {
    let (_server, mut program) = synced();
    let cache = program.home().join(".cache/offramp/offramp.sqlite");
    let mut older = std::fs::read(&cache).unwrap();
    // The version of the schema, in the header of the file.
    older[63] -= 1;
    for (commands, issues) in
        [([&["status"][..], &["status"]], 2), ([&["--offline", "list"], &["--offline", "check"]], 0)]
    {
        offramp::sources::disk::write(&cache, &older).unwrap();
        let told = commands.map(|command| again(&mut program, command).stderr.matches("by an older offramp").count());
        assert_eq!((told, exported(&mut program).len()), ([1, 0], issues), "{commands:?}");
    }
}

#[test]
fn output_never_lacks_an_issue_with_a_damaged_row() {
    let site = site();
    let server = site.serve();
    for command in [&["status"][..], &["list"], &["check"], &["show", "k8s-gubernator"], &["list", "-o", "json"]] {
        let mut program = program(&server.url);
        assert_eq!(again(&mut program, &["sync"]).code, 0);
        let good = again(&mut program, command);
        let cache = program.home().join(".cache/offramp/offramp.sqlite");
        let mut bytes = std::fs::read(&cache).unwrap();
        // Damages pages after the first, which holds the schema.
        bytes[4_096..].fill(0xff);
        offramp::sources::disk::write(&cache, &bytes).unwrap();
        let output = again(&mut program, command);
        assert_eq!(output.stderr.matches("is damaged (").count(), 1, "{command:?} {output:?}");
        assert_eq!(output.stdout, good.stdout, "{command:?}");
        assert_eq!(again(&mut program, command).stderr, "", "{command:?}");
    }
}

#[test]
fn cache_prints_path_and_size_and_clears() {
    let (_server, mut program) = synced();
    let path = again(&mut program, &["cache", "path"]).stdout;
    assert!(path.trim().ends_with(".cache/offramp/offramp.sqlite"), "{path}");
    assert!(again(&mut program, &["cache", "size"]).stdout.trim().parse::<u64>().unwrap() > 100);
    assert_eq!(again(&mut program, &["cache", "clear"]).code, 0);
    assert_eq!(again(&mut program, &["cache", "size"]).stdout, "0\n");
    assert!(exported(&mut program).is_empty());
}

#[test]
fn a_fix_changes_its_own_line_only_and_leaves_nothing_to_fix() {
    let site = Site::new();
    site.open(1469, "umbrella", "- [ ] #1571", NOW - 9_000);
    site.open(1571, "Migrate away from google.com gcp project google-containers", "", NOW - 9_000);
    let server = site.serve();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let real = std::fs::read_to_string(data.join("roadmap.yaml")).unwrap();
    let mut program = program(&server.url).file("offramp.yaml", &real);
    for entry in std::fs::read_dir(data.join("readings")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Readings of the other example.
            continue;
        }
        let name = format!("readings/{}", path.file_name().unwrap().to_str().unwrap());
        program = program.file(&name, &std::fs::read_to_string(path).unwrap());
    }
    let written = |program: &Program| std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap();
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    let dry = again(&mut program, &["--offline", "check", "--fix", "not-linked", "--dry-run"]);
    assert_eq!((dry.code, written(&program) == real), (0, true), "{dry:?}");
    let fixed = again(&mut program, &["--offline", "check", "--fix", "not-linked"]);
    assert_eq!((fixed.code, &fixed.stdout), (0, &dry.stdout), "{fixed:?}");
    let new = written(&program);
    let (before, after) = new.split_once("    issue: 1571\n").expect("the issue is linked");
    assert_eq!(format!("{before}{after}"), real);
    assert!(before.rsplit("- id: ").next().unwrap().starts_with("google-containers\n"), "{}", fixed.stdout);
    let second = again(&mut program, &["--offline", "check", "--fix", "not-linked"]);
    assert_eq!((second.code, second.stdout.as_str()), (0, ""), "{second:?}");
    assert!(second.stderr.contains("nothing to write") && written(&program) == new, "{second:?}");
    let left = again(&mut program, &["--offline", "check", "-o", "json"]).stdout;
    assert!(!left.contains("\"not-linked\""), "{left}");
}
