//! The built-in examples of `--example`; the second one has no Kubernetes terms.

use std::collections::BTreeSet;

use serde_json::Value;

use super::program::{Output, Program, Shows as _};

fn homebrew(args: &[&str]) -> Output {
    Program::new().args(["--example", "homebrew"]).args(args.iter().copied()).run()
}

/// Every command that shows a roadmap, in every form with a text of its own.
const COMMANDS: [&[&str]; 25] = [
    &["status"],
    &["status", "-o", "md"],
    &["status", "-o", "json"],
    &["list", "--all"],
    &["show", "strict-types"],
    &["show", "command-classes/warning"],
    &["next"],
    &["changes", "--since", "2026-06"],
    &["brief", "--since", "2026-06"],
    &["brief", "--since", "2026-06", "-o", "md"],
    &["trend"],
    &["trend", "typed-tests"],
    &["spend"],
    &["check", "-o", "md"],
    &["explain", "strict-types"],
    &["explain", "typed-tests/files"],
    &["who", "strict-types"],
    &["split", "typed-tests"],
    &["suggest"],
    &["report"],
    &["report", "--html", "page.html"],
    &["open", "strict-types", "--print"],
    &["config"],
    &["doctor"],
    &["sync", "--dry-run"],
];

#[test]
fn the_second_example_has_no_kubernetes_terms() {
    for command in COMMANDS {
        let mut program = Program::new().args(["--example", "homebrew"]).args(command.iter().copied());
        let output = program.run_again();
        let page = std::fs::read_to_string(program.home().join("page.html")).unwrap_or_default();
        assert_eq!(output.code, 0, "{command:?}: {output:?}");
        let shown = [output.stdout, output.stderr, page].concat();
        assert!(!shown.is_empty(), "{command:?}");
        let words: Vec<_> = shown.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
        for word in ["sig", "sigs", "prow", "kubernetes", "k8s", "wg", "gke"] {
            assert!(!words.iter().any(|it| it == word), "{command:?}: {word}\n{shown}");
        }
    }
}

#[test]
fn the_second_example_has_counted_figures_as_of_its_newest_reading() {
    let status = homebrew(&["status"]);
    insta::assert_snapshot!(status.stdout);
    let last: serde_json::Value =
        serde_json::from_str(&homebrew(&["trend", "typed-tests", "-o", "json"]).stdout).unwrap();
    assert_eq!((&last["as_of"], &last["roadmap"]), (&"2026-08-22".into(), &"example homebrew".into()), "{last}");
}

#[test]
fn the_first_example_is_the_default() {
    let named = Program::new().args(["--example", "kubernetes", "status"]).run();
    assert_eq!(named.stdout, Program::new().args(["status"]).run().stdout);
}

#[test]
fn example_wins_over_a_roadmap_in_the_folder() {
    let program = Program::new().file("roadmap.yaml", "version: 1\nrepo: a/b\nprojects: [{id: mine}]\n");
    let output = program.env("OFFRAMP_ROADMAP", "roadmap.yaml").args(["status", "--example", "homebrew"]).run();
    output.stdout.shows(["Homebrew, typed"]);
}

#[test]
fn an_unknown_example_is_refused_with_the_nearest() {
    let output = Program::new().args(["--example", "homebrw", "status"]).run();
    output.exits(2, ["homebrw", "similar value exists: 'homebrew'"]);
    Program::new().args(["--example"]).run().exits(2, ["kubernetes, homebrew"]);
}

#[test]
fn example_and_file_exclude_each_other() {
    for order in [["-f", "x.yaml", "--example", "homebrew"], ["--example", "homebrew", "-f", "x.yaml"]] {
        Program::new().args(order).args(["status"]).run().exits(2, ["both name a roadmap"]);
    }
}

#[test]
fn init_writes_an_example_that_equals_the_built_in_one() {
    for name in ["homebrew", "kubernetes"] {
        let mut program = Program::new().args(["--example", name, "init", "migration/plan.yaml"]);
        let written = program.run_again();
        assert_eq!(written.code, 0, "{written:?}");
        assert!(written.stdout.starts_with("wrote migration/plan.yaml and "), "{written:?}");
        program.run_again().exits(1, ["exists already"]);
        let home = program.home().to_owned();
        let date = if name == "homebrew" { "2026-08-22" } else { "2020-12-10" };
        let figures = |args: &[&str]| {
            let mut counted = Program::new().args(args.iter().copied()).args(["--as-of", date, "trend", "-o", "csv"]);
            counted.command().current_dir(&home);
            counted.run().stdout
        };
        let shown = figures(&["-f", "migration/plan.yaml"]);
        assert!(shown.lines().count() > 100, "{shown}");
        if name == "homebrew" {
            assert_eq!(shown, figures(&["--example", name]));
        }
    }
}

/// Returns the keys of a printed object that `docs/json.md` does not list under its schema, or under one it refers to.
/// Names of environment variables are not keys.
pub(crate) fn undescribed_keys(text: &str) -> Vec<String> {
    let page: Value = serde_json::from_str(text).unwrap();
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let mut sections = document.split("\n## ");
    let general = sections.next().unwrap();
    let sections: Vec<&str> = sections.collect();
    let quoted = |text: &str| -> BTreeSet<String> {
        let words = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        words.map(|word| word.trim_end_matches("[]").to_owned()).collect()
    };
    let of = |form: &str| {
        let named = format!("`{form}`");
        let section =
            sections.iter().find(|section| section.lines().next().is_some_and(|title| title.contains(&named)));
        section.map(|section| quoted(section)).unwrap_or_default()
    };
    let own = of(page["schema"].as_str().unwrap());
    let pointed_to = own.iter().filter(|word| word.starts_with("offramp/")).flat_map(|form| of(form));
    let described: BTreeSet<String> = pointed_to.chain(own.clone()).chain(quoted(general)).collect();
    let mut keys = BTreeSet::new();
    let mut open = vec![&page];
    while let Some(value) = open.pop() {
        open.extend(value.as_array().into_iter().flatten());
        open.extend(value.as_object().into_iter().flatten().map(|(_, inner)| inner));
        keys.extend(value.as_object().into_iter().flatten().map(|(key, _)| key.clone()));
    }
    let is_variable = |key: &String| key.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    keys.into_iter().filter(|key| !is_variable(key) && !described.contains(key)).collect()
}

#[test]
fn every_json_key_is_described() {
    let (mut forms, mut missing) = (BTreeSet::new(), Vec::new());
    for command in [
        "status",
        "status k8s-prow",
        "list --all",
        "show k8s-gubernator",
        "show k8s-gubernator/787",
        "show #1308",
        "show #1469",
        "show prow-jobs",
        "explain k8s-prow",
        "explain k8s-gubernator/787",
        "explain #1308",
        "explain prow-jobs",
        "who sig-testing",
        "who k8s-gubernator",
        "next",
        "changes --since 2020-10-01",
        "brief",
        "report",
        "report --at-risk 2021-01-01",
        "trend",
        "spend",
        "check",
        "check --explain placeholder",
        "suggest",
        "split #1469",
        "open #1308 --print",
        "cache path",
        "cache size",
        "cache clear",
        "config",
        "doctor",
        "sync --dry-run",
    ] {
        let output = Program::new().args(command.split(' ')).args(["-o", "json"]).run();
        let page: Value = output.json();
        assert_eq!(page["generated_at"], "2026-11-24T02:00:00Z");
        forms.insert(page["schema"].to_string());
        missing.extend(undescribed_keys(&output.stdout).into_iter().map(|key| format!("{command}: {key}")));
    }
    assert!(forms.len() > 20, "{forms:?}");
    assert_eq!(missing, [""; 0]);
}
