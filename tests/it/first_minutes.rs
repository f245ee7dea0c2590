//! First steps in another project: children of an umbrella, boxes with links, unknown keys, and imports from an address.

use std::sync::Arc;

use serde_json::{Value, json};

use super::github_program::again;
use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site};
use super::program::{Program, Shows as _};

fn synced(site: &Arc<Site>, roadmap: &str) -> Program {
    synced_with(&site.serve(), roadmap)
}

fn synced_with(server: &Server, roadmap: &str) -> Program {
    let mut program = Program::new().file("offramp.yaml", roadmap).env("OFFRAMP_API_URL", &server.url);
    let output = again(&mut program, &["sync"]);
    assert_eq!(output.code, 0, "{output:?}");
    program
}

#[test]
fn a_missing_child_of_an_umbrella_is_found_whatever_its_title() {
    let site = Site::new();
    site.open(1, "Umbrella", "All below.", NOW - 9);
    site.open(2, "Images", "Part of #1", NOW - 9);
    site.open(3, "Docs", "Part of https://github.com/kubernetes/k8s.io/issues/1", NOW - 9);
    let roadmap =
        "version: 1\nrepo: kubernetes/k8s.io\numbrellas: [1]\nprojects:\n  - {id: p, kind: other, items: [2]}\n";
    let mut program = synced(&site, roadmap);
    let check = again(&mut program, &["--offline", "check", "--rule", "not-in-roadmap"]).stdout;
    check.shows(["#3 is a child of an umbrella, but not in the roadmap"]);
    check.hides(["#2 hangs"]);
    let suggest = again(&mut program, &["--offline", "suggest"]).stdout;
    suggest.shows(["+  - {id: p, kind: other, items: [2, 3]}"]);
}

#[test]
fn a_child_in_another_owners_repository_is_found() {
    let site = Site::new();
    site.open(1, "Umbrella", "All below.", NOW - 9);
    let server = Server::new(move |seen| {
        let reply = site.answer(seen);
        let Reply::Answer(200, _, body) = &reply else { return reply };
        let query = seen.query("q").unwrap_or_default();
        if seen.path() != "/search/issues" || !query.contains("k8s.io/issues/1\"") || query.contains("user:") {
            return reply;
        }
        let mut answer: Value = serde_json::from_slice(body).unwrap();
        answer["total_count"] = json!(1);
        answer["items"] = json!([{
            "number": 40, "title": "Leave the old registry", "state": "open", "user": {"login": "ann"}, "comments": 0,
            "body": "Part of https://github.com/kubernetes/k8s.io/issues/1", "labels": [], "assignees": [],
            "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-02T00:00:00Z",
            "repository_url": "https://api.github.com/repos/acme/tools",
        }]);
        Reply::json(&answer)
    });
    let roadmap = "version: 1\nrepo: kubernetes/k8s.io\numbrellas: [1]\nprojects: [{id: p, kind: other}]\n";
    let mut program = synced_with(&server, roadmap);
    let check = again(&mut program, &["--offline", "check", "--rule", "not-in-roadmap"]).stdout;
    check.shows(["acme/tools#40 is a child of an umbrella"]);
}

#[test]
fn suggest_adds_the_issue_that_a_box_links_to() {
    let site = Site::new();
    site.open(1, "Umbrella", "- [ ] #2\n- [ ] #3 - Docs\n- [ ] Jobs\n", NOW - 9);
    site.open(2, "Images", "", NOW - 9);
    site.open(3, "Docs", "", NOW - 9);
    let roadmap =
        "version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - {id: p, kind: other, issue: 1, items: [{title: x}]}\n";
    let suggest = again(&mut synced(&site, roadmap), &["--offline", "suggest"]).stdout;
    suggest.shows(["items: [{title: x}, 2, 3, \"Jobs\"]"]);
}

#[test]
fn unknown_keys_are_named_with_their_place_and_what_to_write() {
    let roadmap = "\
version: 1
repo: o/r
projects:
  - id: p
    percent: 40
    items:
      - {title: a, weight: 5}
      - {title: b, due: 2026-Q4}
      - {title: c, state: in-progress}
      - {title: d, issue: \"https://gitlab.com/o/r/-/issues/3\"}
      - {title: e, issues: [1, 2]}
      - {title: f, items: [x]}
";
    let output = Program::new().file("roadmap.yaml", roadmap).args(["roadmap", "validate"]).run();
    assert_eq!(output.code, 2, "{output:?}");
    for expected in [
        "roadmap.yaml:5:5: unknown key `percent` in a project",
        "roadmap.yaml:7:20: unknown key `weight` in an item",
        "roadmap.yaml:8:25: `2026-Q4` is not a date",
        "write year-month-day",
        "roadmap.yaml:9:27: `in-progress` is not a state",
        "write one of: todo, started, done",
        "roadmap.yaml:10:27: expected an issue",
        "below `links`",
        "roadmap.yaml:11:20: unknown key `issues` in an item",
        "did you mean `issue`?",
        "roadmap.yaml:12:20: unknown key `items` in an item",
    ] {
        assert!(output.stderr.contains(expected), "{expected}\n{}", output.stderr);
    }
}

/// The branch of the document has a slash in its name.
#[test]
fn import_takes_the_address_of_a_file_on_github() {
    let server = Server::new(|seen| match (seen.path(), seen.query("ref").as_deref()) {
        ("/repos/o/r/contents/docs/PLAN.md", Some("feature/x")) => {
            // "# Plan\n\n- [x] Images\n- [ ] Docs (#12)\n", in lines as the API sends it.
            let content = "IyBQbGFuCgotIFt4XSBJbWFnZXMKLSBb\nIF0gRG9jcyAoIzEyKQo=\n";
            Reply::json(&json!({"type": "file", "encoding": "base64", "content": content}))
        }
        _ => Reply::status(404, "{\"message\": \"Not Found\"}"),
    });
    let mut program = Program::new().env("OFFRAMP_API_URL", &server.url);
    let output = again(&mut program, &["import", "https://github.com/o/r/blob/feature/x/docs/PLAN.md"]);
    assert_eq!(output.code, 0, "{output:?}");
    for expected in ["repo: o/r", "{title: Images, state: done}", "{title: Docs, issue: 12}"] {
        assert!(output.stdout.contains(expected), "{expected}\n{}", output.stdout);
    }
    let missing = again(&mut program, &["import", "https://github.com/o/r/blob/main/GONE.md"]);
    assert!(missing.code != 0 && missing.stdout.is_empty() && missing.stderr.contains("o/r"), "{missing:?}");
}

#[test]
fn a_repository_without_commits_is_named_as_such() {
    let mut program = Program::new().file("offramp.yaml", "version: 1\nprojects: [{id: p}]\n").args(["refs"]);
    let made = std::process::Command::new("git").args(["init", "-q"]).current_dir(program.home()).status().unwrap();
    assert!(made.success());
    let output = program.run_again();
    output.stderr.shows(["nothing is committed on the current branch"]);
    output.stderr.hides(["branch or tag"]);
}

#[test]
fn config_says_which_repository_a_checkout_belongs_to() {
    let settings = "[checkouts]\n\"a/b\" = \"/tmp\"\n\"c/d\" = \"/srv\"\n";
    let output = Program::new().file(".config/offramp/config.toml", settings).args(["config", "-o", "json"]).run();
    let page: serde_json::Value = output.json();
    let rows = page["settings"].as_array().unwrap();
    let checkouts = rows.iter().find(|row| row["key"] == "checkouts").unwrap();
    assert_eq!(checkouts["value"], "a/b = /tmp, c/d = /srv");
}

const DUE: &str = "\
version: 1
repo: acme/ci
projects:
  - {id: wave, due: 2026-12-15, items: [{title: Turn the keys, due: 2026-11-20}, {title: Move the runners, due: 2026-12-01}]}
  - {id: later, due: 2027-06-30, items: [{title: Tell people, blocked_by: [wave]}]}
";

#[test]
fn due_days_are_shown_before_they_pass() {
    let out = |roadmap: &str, args: &[&str]| {
        let output = Program::new().file("roadmap.yaml", roadmap).args(args.iter().copied()).run();
        assert_eq!(output.code, 0, "{}", output.stderr);
        output.stdout
    };
    for (args, days) in [
        (&["status", "-o", "md"][..], &["| 2026-12-15 |", "| 2027-06-30 |"][..]),
        (&["list", "-o", "md"], &["| 2026-11-20 |", "| 2026-12-01 |"]),
        (&["show", "wave", "-o", "md"], &["| 2026-11-20 |", "| 2026-12-01 |"]),
    ] {
        let text = out(DUE, args);
        assert!(text.contains("| Due |") && days.iter().all(|day| text.contains(day)), "{args:?}: {text}");
        let without = out("version: 1\nrepo: acme/ci\nprojects: [{id: wave, items: [Turn the keys]}]\n", args);
        assert!(!without.contains("Due"), "{args:?}: {without}");
    }
    let brief = out(DUE, &["brief", "-o", "md"]);
    let (_, soon) = brief.split_once("### Due by 2026-12-22 (2)\n").expect(&brief);
    let points: Vec<_> = soon.lines().filter(|line| line.starts_with("- ")).take(2).collect();
    assert_eq!(points, ["- 2026-12-01: Move the runners, wave", "- 2026-12-15: wave"]);
    let brief: serde_json::Value = serde_json::from_str(&out(DUE, &["brief", "-o", "json"])).unwrap();
    assert_eq!(
        brief["due"],
        serde_json::json!([
            {"due": "2026-12-01", "project": "wave", "item": "move-the-runners", "title": "Move the runners", "issue": null},
            {"due": "2026-12-15", "project": "wave", "item": null, "title": "wave", "issue": null},
        ])
    );
}

#[test]
fn the_longest_chain_heads_only_a_list_that_shows_part_of_it() {
    let list = |filter: &str| {
        let program = Program::new().file("roadmap.yaml", DUE).args(["list", filter, "-o", "md"]);
        program.run().stdout
    };
    assert!(!list("runners").contains("The longest chain"), "{}", list("runners"));
    assert!(list("is:blocked").contains("The longest chain"), "{}", list("is:blocked"));
}

#[test]
fn a_report_that_is_named_as_a_word_is_explained() {
    for (word, option) in [("year", "--annual YEAR"), ("2025", "--annual 2025"), ("risks", "--at-risk DATE")] {
        let output = Program::new().args(["report", word]).run();
        output.stderr.shows([&format!("`offramp report {option}`")]);
    }
}
