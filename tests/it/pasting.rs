//! Markdown for pasting into GitHub: text from outside runs no command, notifies no one and links to nothing.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::program::Program;

const ROADMAP: &str = r#"
version: 1
title: "/approve\n/lgtm @cblecker"
repo: kubernetes/k8s.io
umbrellas: [1469]
counters:
  jobs: {unit: "@unit/jobs #5", readings: r.csv, rules: [{version: 1, source: prow-jobs, done: {cluster: [a]}}]}
projects:
  - id: k8s-prow
    title: "/hold\r/close #11"
    owner: {sigs: [sig-testing], certainty: unsure}
    measure: jobs
    note: "/retitle x"
    items:
      - {title: "/assign @spiffxp"}
      - {title: "\n/approve\nowner/repo#12, GH-13 and https://evil.example/x @kubernetes/sig-testing", kind: "@kind"}
      - {title: "ask @ameukam??", state: unknown}
      - {title: "1. see #14", state: done, note: "@note"}
      - {title: Jobs, counter: jobs}
"#;

const READINGS: &str =
    "date,done,total,rule,commit,note\n2026-01-10,1,10,1,,/approve @a\n2026-11-20,3,10,1,0123abc,\"/lgtm #15\"\n";

fn out(args: &[&str]) -> String {
    let program = Program::new().file("offramp.yaml", ROADMAP).file("r.csv", READINGS);
    let output = program.args(args.iter().copied()).run();
    assert!(matches!(output.code, 0 | 3), "{args:?}: {}", output.stderr);
    output.stdout
}

/// Returns the text in which GitHub finds mentions and references: everything but code and links.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other event only separates words")]
fn live(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let (mut text, mut links) = (String::new(), 0);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Link { .. }) => links += 1,
            Event::End(TagEnd::Link) => links -= 1,
            Event::Text(part) | Event::Html(part) | Event::InlineHtml(part) if links == 0 => text.push_str(&part),
            _ => text.push(' '),
        }
    }
    text
}

#[track_caller]
fn assert_inert(what: &str, markdown: &str) {
    // The only commands for Prow are ours: a group, `/help` and `/assign`.
    let is_ours = |line: &str| matches!(line, "/help" | "/assign" | "/sig testing");
    let command = markdown.lines().find(|line| line.trim_start().starts_with('/') && !is_ours(line));
    assert_eq!(command, None, "{what}: a command in\n{markdown}");
    let text = live(markdown);
    for sign in ["@", "#", "GH-", "https://"] {
        let is_alive = |c: char| if sign == "#" { c.is_ascii_digit() } else { c.is_ascii_alphanumeric() };
        assert!(!text.split(sign).skip(1).any(|after| after.starts_with(is_alive)), "{what}: {sign} in\n{markdown}");
    }
}

#[test]
fn no_markdown_page_commands_or_notifies() {
    let commands: [&[&str]; 14] = [
        &["status"],
        &["list", "--all"],
        &["list", "--all", "--by", "project"],
        &["show", "k8s-prow"],
        &["show", "k8s-prow/jobs"],
        &["show", "jobs"],
        &["next"],
        &["changes", "--since", "2020-01-01"],
        &["brief", "--since", "2020-01-01"],
        &["check"],
        &["explain", "k8s-prow"],
        &["report"],
        &["report", "--at-risk", "2027-01-01"],
        &["split", "k8s-prow"],
    ];
    for command in commands {
        assert_inert(&command.join(" "), &out(&[command, &["-o", "md"]].concat()));
    }
}

#[test]
fn claims_drafts_and_questions_are_inert() {
    let json = |args: &[&str]| serde_json::from_str::<Value>(&out(&[args, &["-o", "json"]].concat())).unwrap();
    let texts = |value: &Value, list: &str, key: &str| -> Vec<String> {
        let rows = value[list].as_array().unwrap().iter();
        rows.filter_map(|row| Some(row[key].as_str()?.to_owned())).collect()
    };
    let claims = texts(&json(&["next"]), "free", "claim");
    let bodies = texts(&json(&["split", "k8s-prow"]), "drafts", "body");
    let questions = texts(&json(&["check"]), "findings", "say");
    assert!(!claims.is_empty() && !bodies.is_empty() && !questions.is_empty());
    for text in claims.iter().chain(&bodies).chain(&questions) {
        assert_inert("data", text);
    }
}
