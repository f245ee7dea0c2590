//! Checkouts from the settings, as used by `next`, `split` and `check`.

use super::{Repo, git};
use crate::program::{Program, Shows as _};

/// Returns a program with a roadmap, and settings with the checkout of its counter.
fn with_settings(repo: &Repo) -> Program {
    let roadmap = "\
version: 1
repo: kubernetes/k8s.io
counters:
  jobs:
    unit: jobs
    readings: jobs.csv
    rule: {version: 1, source: prow-jobs, done: {cluster: [k8s-infra-prow-build]}}
projects:
  - id: p
    issue: 7
    owner: sig-testing
    items: [{title: Move the jobs, counter: jobs}]
";
    Program::new()
        .file("offramp.yaml", roadmap)
        .file("jobs.csv", "date,done,total,rule,commit,note\n2026-11-20,1,3,1,abcdef1234,\n")
        .file(".config/offramp/config.toml", &format!("[checkouts]\n\"kubernetes/test-infra\" = {:?}\n", repo.arg()))
}

#[test]
fn next_offers_the_jobs_of_a_repository_as_of_the_day() {
    let repo = Repo::new();
    repo.file("a.yaml", "presubmits:\n  x/one:\n  - name: a\n  - name: b\n  x/two:\n  - name: c\n");
    repo.commit("2026-11-10");
    repo.file("a.yaml", "presubmits:\n  x/one:\n  - name: a\n    cluster: k8s-infra-prow-build\n  - name: b\n");
    repo.commit("2026-11-22");
    let titles = |args: &[&str]| {
        let output = with_settings(&repo).args(["next", "-o", "json"]).args(args.iter().copied()).run();
        let shown: serde_json::Value = output.json();
        let rows = shown["free"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["part"] == "jobs" && row["repo"].is_string()), "{shown}");
        rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&[]), ["1 job of x/one: Move the jobs"]);
    assert_eq!(titles(&["--as-of", "2026-11-21"]), ["1 job of x/two: Move the jobs", "2 jobs of x/one: Move the jobs"]);
    let split = |what: &str| with_settings(&repo).args(["split", what]).run().stdout;
    let drafts = split("jobs");
    drafts.shows(["# 1 job of x/one: Move the jobs", "`b`"]);
    assert!(
        drafts.starts_with("# ") && drafts.contains("Part of p: https://github.com/kubernetes/k8s.io/issues/7"),
        "{drafts}"
    );
    assert_eq!(
        (split("p"), split("p/move-the-jobs")),
        (drafts.clone(), drafts),
        "project and item give the same drafts"
    );
}

#[test]
fn next_notes_a_checkout_that_cannot_be_read() {
    let repo = Repo::new();
    let output = with_settings(&repo).args(["next", "-o", "json"]).run();
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stderr.starts_with("note: the checkout of kubernetes/test-infra: "), "{}", output.stderr);
    output.stdout.shows(["\"title\": \"Move the jobs\""]);
}

#[test]
fn pages_contain_no_path_and_no_error_of_a_checkout() {
    let repo = Repo::new();
    repo.file("a.yaml", "periodics:\n- name: a\n").commit("2026-11-22");
    let output = with_settings(&repo).args(["brief", "-o", "md"]).run();
    output.stdout.hides(["What moved", "no commit", "\n\n\n"]);
    let note = "note: what moved the counters is not known: the checkout of kubernetes/test-infra: there is no commit";
    output.stderr.shows([note]);
}

#[test]
fn check_compares_a_counter_with_the_newest_commit_as_of_the_day() {
    let repo = Repo::new();
    repo.file("a.yaml", "periodics:\n- name: a\n").commit("2026-11-22");
    let found = |args: &[&str]| {
        let readings = "date,done,total,rule,commit,note\n2026-11-01,1,3,1,abcdef1234,\n";
        let program = with_settings(&repo).file("jobs.csv", readings);
        program.args(["check"]).args(args.iter().copied()).run().stdout
    };
    let now = found(&[]);
    now.shows(["jobs was last counted on 2026-11-01, and the newest commit is from 2026-11-22, 21 days later"]);
    repo.commit("2026-11-23");
    found(&[]).shows(["the newest commit is from 2026-11-23"]);
    assert!(!found(&["--as-of", "2026-11-21"]).contains("counter-old"), "the commit is newer than the day");
}

#[test]
fn check_says_where_the_folder_of_an_old_counter_went() {
    let remedy = |changes: &dyn Fn(&Repo)| {
        let repo = Repo::new();
        repo.file("a.yaml", "periodics:\n- name: a\n").commit("2026-11-18");
        changes(&repo);
        repo.commit("2026-11-22");
        let readings = "date,done,total,rule,commit,note\n2026-11-01,1,3,1,abcdef1234,\n";
        with_settings(&repo).file("jobs.csv", readings).args(["check", "--rule", "counter-old"]).run().stdout
    };
    let last = "then `offramp count jobs --write` records a reading";
    let moved = remedy(&|repo| drop(git(repo.path(), &["mv", "config", "ci"])));
    let first = "change its rule (config: renamed to ci, where the rule does not look)";
    moved.shows([first, last]);
    let gone = remedy(&|repo| drop(git(repo.path(), &["rm", "-rq", "config"])));
    gone.shows(["change its rule (config/jobs: it does not exist)"]);
    let there = remedy(&|_| ());
    assert!(there.contains("`offramp count jobs --write` records") && !there.contains("change its rule"), "{there}");
}
