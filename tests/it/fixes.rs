//! Remedies that edit the roadmap file: each changes its own lines and no other byte.

use std::sync::Arc;

use serde_json::{Value, json};

use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::program::Program;

/// Has comments, quotes and odd spacing, which have to survive.
const ROADMAP: &str = "\
# A file that people write.
version: 1
repo: kubernetes/k8s.io
umbrellas: [9]   # the list of all
counters:
  buckets: {unit: buckets, readings: buckets.csv}
projects:
  - id: k8s-done      # closed, and it says todo
    owner: 'sig-testing'
    items:
      - {title: \"one: line\",   issue: 1, state: todo}   # keep me

  - id: k8s-counted
    owner: sig-testing
    items:
      - title: buckets  # too early
        counter: buckets
        state: done

  - id: k8s-unlinked
    owner: sig-testing

  - id: k8s-twins   # two of them
    owner: sig-testing
    issue: 3

  - id: k8s-moved
    owner: sig-testing
    items: [ 8,  'by hand' ]

  - id: k8s-prow-build
    owner: sig-testing

  - id: k8s-boxes
    owner: sig-testing
    issue: 6
    items:
      - first   # the only one
";

fn closed(site: &Site, number: u64, title: &str) {
    site.open(number, title, "", NOW - 9_000);
    site.complete(number, NOW - 9_000);
}

/// Returns a server that disagrees with the roadmap once for every rule whose remedy is an edit.
fn server() -> Server {
    let site = Site::new();
    let names = ["k8s-done", "k8s-counted", "k8s-unlinked", "k8s-twins", "k8s-moved", "k8s-boxes"];
    let listed = names.iter().map(|name| format!("- {name}\n")).collect::<Vec<_>>().concat();
    site.open(9, "Umbrella", &format!("{listed}- k8s-prow-builds\n- k8s-lacking\n"), NOW - 10_000);
    closed(&site, 1, "one line");
    site.open(2, "Migrate away from google.com gcp project k8s-unlinked", "Part of #9", NOW - 9_000);
    closed(&site, 3, "Migrate the twins");
    site.open(4, "Migrate the twins", "Part of #9", NOW - 9_000);
    site.open(5, "A box of its own", "Part of #9", NOW - 9_000);
    site.open(6, "Boxes", "- [ ] the second: #5\n- [ ] first", NOW - 9_000);
    Server::new(move |seen| answer(&site, seen))
}

fn answer(site: &Arc<Site>, seen: &super::github_server::Seen) -> Reply {
    match seen.path() {
        "/repos/kubernetes/k8s.io/issues/8" => {
            Reply::status(301, "").header("Location", "/repos/kubernetes/org/issues/77")
        }
        "/repos/kubernetes/org/issues/77" => Reply::json(
            &json!({"number": 77, "title": "moved", "state": "open", "created_at": rfc3339(NOW - 9_000), "updated_at": rfc3339(NOW - 9_000), "repository_url": "https://api.github.com/repos/kubernetes/org"}),
        ),
        _ => site.answer(seen),
    }
}

fn program(url: &str, roadmap: &str) -> Program {
    let readings = "date,done,total,rule,commit,note\n2026-11-20,1,4,1,,\n";
    let mut program = Program::new().file("offramp.yaml", roadmap).file("buckets.csv", readings).online(url);
    assert_eq!(program.run_with(&["sync"]).code, 0);
    program
}

/// Rule, removed lines and added lines.
const REMEDIES: [(&str, &[&str], &[&str]); 8] = [
    (
        "closed-but-open",
        &["      - {title: \"one: line\",   issue: 1, state: todo}   # keep me"],
        &["      - {title: \"one: line\",   issue: 1, state: done}   # keep me"],
    ),
    ("done-but-open", &["        state: done"], &["        state: started"]),
    ("not-linked", &[], &["    issue: 2"]),
    ("same-title", &["    issue: 3"], &["    issue: 4"]),
    ("link-gone", &["    items: [ 8,  'by hand' ]"], &["    items: [ kubernetes/org#77,  'by hand' ]"]),
    ("name-differs", &[], &["    aliases: [k8s-prow-builds]"]),
    ("box-not-in-roadmap", &[], &["      - 5"]),
    ("not-in-roadmap", &[], &["  - id: k8s-lacking", ""]),
];

/// Returns the removed and the added lines, in order.
fn difference<'t>(old: &'t str, new: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (old, new): (Vec<_>, Vec<_>) = (old.split('\n').collect(), new.split('\n').collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    (old[start..old.len() - end].to_vec(), new[start..new.len() - end].to_vec())
}

#[test]
fn each_remedy_changes_only_its_own_lines() {
    let server = server();
    for eol in ["\n", "\r\n"] {
        let text = ROADMAP.replace('\n', eol);
        let mut program = program(&server.url, &text);
        for (rule, gone, come) in REMEDIES {
            super::program::write(&program.home().join("offramp.yaml"), &text).unwrap();
            let shown = program.run_with(&["--offline", "check", "--fix", rule, "--dry-run"]);
            assert_eq!(std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap(), text, "{rule}");
            let made = program.run_with(&["--offline", "check", "--fix", rule]);
            assert_eq!((made.code, &made.stdout), (0, &shown.stdout), "{rule}: {}", made.stderr);
            let new = std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap();
            // Line ends are compared below.
            let (old_text, new_text) = (text.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
            let changed = difference(&old_text, &new_text);
            assert_eq!(changed, (gone.to_vec(), come.to_vec()), "{rule} in\n{new}");
            assert_eq!(new.matches('\n').count(), new.matches(eol).count(), "{rule}");
            // The finding is gone.
            let found: Value =
                serde_json::from_str(&program.run_with(&["--offline", "check", "-o", "json"]).stdout).unwrap();
            let rules: Vec<_> = found["findings"].as_array().unwrap().iter().map(|row| &row["rule"]).collect();
            let is_told = rules.iter().any(|found| *found == rule);
            assert_eq!(is_told, rule == "name-differs", "{rule}: {rules:?}");
        }
    }
}

#[test]
fn all_remedies_together_leave_a_valid_roadmap_with_its_comments() {
    let server = server();
    let mut program = program(&server.url, ROADMAP);
    let made = program.run_with(&["--offline", "check", "--fix", "all"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let new = std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap();
    for (rule, _, come) in REMEDIES {
        assert!(come.iter().all(|line| new.lines().any(|own| own == *line)), "{rule} in\n{new}");
    }
    let comments =
        |text: &str| text.lines().filter_map(|line| Some(line.split_once('#')?.1.to_owned())).collect::<Vec<_>>();
    let kept: Vec<_> = comments(&new).into_iter().filter(|comment| comment.starts_with(' ')).collect();
    assert_eq!(kept, comments(ROADMAP));
    assert_eq!(program.run_with(&["roadmap", "validate"]).code, 0);
}

#[test]
fn the_json_of_suggest_lists_each_proposal_and_the_diff() {
    let server = server();
    let mut program = program(&server.url, ROADMAP);
    let output = program.run_with(&["--offline", "suggest", "-o", "json"]);
    let shown: Value = output.json();
    assert_eq!(shown["schema"], "offramp/suggest/1");
    let proposals = shown["proposals"].as_array().unwrap();
    assert_eq!(proposals.len(), REMEDIES.len(), "{shown}");
    assert!(proposals.iter().all(|row| row["refused"].is_null() && row["proposal"].is_string()), "{shown}");
    assert!(shown["diff"].as_str().unwrap().contains("\n+  - id: k8s-lacking\n"), "{shown}");
}
