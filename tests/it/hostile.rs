//! Hostile text in every input from outside; the raw bytes of the output are searched for it.

use std::process::Output;
use std::sync::Arc;

use serde_json::{Value, json};

use super::github_server::{Reply, Server};
use super::github_site::{NOW, Site};
use super::program::Program;

/// Payload that careless code would put into the terminal title, the clipboard or a formula.
pub(crate) const MARK: &str = "OWNED";

/// Returns text of every active kind: OSC, CSI, DCS, APC, C1, bidi, zero width, marks, markup.
pub(crate) fn hostile() -> String {
    let combining = "e".to_owned() + &"\u{301}".repeat(1_000) + "\u{200b}\u{301}".repeat(500).as_str();
    format!(
        "=cmd|' /C calc'!A0 \u{1b}]0;{MARK}\u{7}\u{1b}]52;c;{MARK}\u{1b}\\\u{1b}[2J\u{1b}[31mred\u{1b}P{MARK}\u{1b}\\\u{1b}_{MARK}\u{1b}\\\
         \u{9b}2J\u{9d}0;{MARK}\u{9c}\u{90}{MARK}\u{9c}\u{85}\u{0}\u{8}\u{7f}\r\u{202e}evil\u{2066}x\u{2069}\u{200f}\u{200b}\u{200d}\u{feff}\
         \u{2028}{combining} a | b \\| c `|` <script>alert(1)</script> <img src=x onerror=y> [l](javascript:alert(1)) \u{1b}"
    )
}

/// Returns a text without characters above U+FFFF as a YAML scalar in double quotes.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            ' '..='~' if !matches!(c, '"' | '\\') => c.to_string(),
            c => format!("\\u{:04x}", u32::from(c)),
        })
        .collect();
    format!("\"{escaped}\"")
}

pub(crate) fn roadmap() -> String {
    let text = quoted(&hostile());
    format!(
        "version: 1\ntitle: {text}\nrepo: kubernetes/k8s.io\nprojects:\n  - id: k8s-gubernator\n    title: {text}\n    owner: sig-testing\n    \
         items:\n      - 1\n      - 2\n      - 3\n      - title: {text}\n        note: {text}\n  \
         - id: k8s-prow\n    items: [4]\n  \
         - id: k8s-closed\n    items:\n      - {{issue: 5, state: todo}} # red\u{202e}evil\u{2066}x \u{200f}{}\n",
        "e\u{301}".to_owned() + &"\u{301}".repeat(1_000)
    )
}

pub(crate) fn site() -> Arc<Site> {
    let site = Site::new();
    site.open(1, &hostile(), &format!("- [ ] {}\n- [x] #2\n{}", hostile(), hostile()), NOW - 10_000);
    // A title of 64 KB and a body of 1 MB.
    site.open(2, &(hostile() + &"\u{1b}[31mA\u{202e}|".repeat(6_500)), "x", NOW - 9_000);
    site.open(3, "body", &body(), NOW - 8_000);
    site.open(4, "=1+1", "", NOW - 7_000);
    site.open(5, &hostile(), &hostile(), NOW - 6_000);
    site.change(5, "state", json!("closed"));
    site.change(5, "state_reason", json!("completed"));
    site.change(5, "closed_at", json!("2026-11-01T00:00:00Z"));
    site.change(1, "labels", json!([{"name": hostile()}, {"name": "sig/testing"}]));
    site.change(1, "user", json!({"login": hostile()}));
    site.change(1, "assignees", json!([{"login": hostile()}]));
    site.change(1, "milestone", json!({"title": hostile(), "due_on": "2026-12-01T00:00:00Z"}));
    site.say(1, &hostile(), &hostile());
    site
}

/// Returns a body of 1 MB: boxes, then lines.
fn body() -> String {
    let line = "\u{1b}]0;OWNED\u{7} w #1\n";
    hostile() + &format!("- [ ] {line}").repeat(9_000) + &line.repeat(48_000)
}

fn fetched() -> Program {
    let site = site();
    let server = site.serve();
    let mut program = Program::new().file("offramp.yaml", &roadmap()).env("OFFRAMP_API_URL", &server.url);
    let output = run(&mut program, &["sync", "-vv"], true);
    assert!(output.status.success(), "{output:?}");
    assert_clean("sync", &output);
    program
}

fn run(program: &mut Program, args: &[&str], is_online: bool) -> Output {
    let mut command = program.bare();
    if is_online {
        command.env_remove("OFFRAMP_OFFLINE");
    }
    command.args(args).output().unwrap()
}

#[track_caller]
fn assert_clean(what: &str, output: &Output) {
    assert_harmless(what, output);
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(!String::from_utf8_lossy(&text).contains(MARK), "{what}: the text of a sequence is left");
}

#[track_caller]
fn assert_harmless(what: &str, output: &Output) {
    for bytes in [&output.stdout, &output.stderr] {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{what}: not UTF-8"));
        // Lines of CSV end in CR LF.
        let heap = text.split(|c| !matches!(c, '\u{301}' | '\u{200b}')).map(|marks| marks.chars().count()).max();
        assert!(heap <= Some(30), "{what}: a heap of {heap:?} marks");
        if let Some((at, bad)) = text.replace("\r\n", "\n").char_indices().find(|(_, c)| is_harmful(*c)) {
            let near: String =
                text.char_indices().skip_while(|(place, _)| place + 60 < at).take(120).map(|(_, c)| c).collect();
            panic!("{what}: {bad:?} in {near:?}");
        }
    }
}

pub(crate) fn is_harmful(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_bidi || c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Parses CSV by RFC 4180 and removes the quotes.
fn fields(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut field, mut is_quoted) = (vec![Vec::new()], String::new(), false);
    let mut rest = csv.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => rows.last_mut().unwrap().push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                rows.last_mut().unwrap().push(std::mem::take(&mut field));
                rows.push(Vec::new());
            }
            c => field.push(c),
        }
    }
    rows.pop();
    rows
}

/// Returns the number of cells in a row of a Markdown table: unescaped bars less one.
fn cells(line: &str) -> usize {
    let (mut bars, mut is_escaped) = (0_usize, false);
    for c in line.chars() {
        bars += usize::from(c == '|' && !is_escaped);
        is_escaped = c == '\\' && !is_escaped;
    }
    bars.saturating_sub(1)
}

fn assert_sound(what: &str, format: &str, text: &str) {
    match format {
        "json" => drop(serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{what}: {error}"))),
        "csv" => {
            let rows = fields(text);
            let is_number = |cell: &str| cell.parse::<f64>().is_ok();
            for cell in rows.iter().flatten() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t']) || is_number(cell),
                    "{what}: a formula {cell:.80}"
                );
            }
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{what}: ragged");
        }
        "md" => {
            let mut columns = None;
            for line in text.lines() {
                if !line.starts_with('|') {
                    columns = None;
                    continue;
                }
                let count = cells(line);
                assert_eq!(*columns.get_or_insert(count), count, "{what}: {line:.200}");
            }
            assert!(!text.to_lowercase().contains("<script"), "{what}: markup");
        }
        _ => {}
    }
}

/// Returns the harmless rest of the hostile text that a command has to print; some tables print ids only.
fn arrives(args: &[&str], format: &str) -> &'static str {
    match (args, format) {
        (["explain", "1"], "json" | "csv") => "k8s-gubernator/1",
        (["check"], _) | (["suggest"], "csv") => "k8s-closed",
        (["brief" | "report" | "changes" | "status", ..], "csv") => "k8s-",
        _ => "evilx",
    }
}

#[test]
fn no_command_or_format_lets_hostile_text_through() {
    let mut program = fetched();
    let commands: [&[&str]; 15] = [
        &["status"],
        &["list"],
        &["show", "5"],
        &["explain", "1"],
        &["show", "k8s-gubernator"],
        &["show", "1"],
        &["check"],
        &["next", "--all"],
        &["brief"],
        &["report"],
        &["report", "--at-risk", "2026-12-31"],
        &["explain", "k8s-gubernator"],
        &["split", "k8s-gubernator"],
        &["suggest"],
        &["changes"],
    ];
    for args in commands {
        for format in ["table", "plain", "json", "csv", "md"] {
            let what = format!("{args:?} as {format}");
            let output = run(&mut program, &[args, &["-o", format]].concat(), false);
            assert_clean(&what, &output);
            assert_eq!(output.status.code(), Some(0), "{what}: {output:?}");
            let text = std::str::from_utf8(&output.stdout).unwrap();
            assert!(text.contains(arrives(args, format)), "{what}: the text did not arrive: {text:.300}");
            // For people these commands print a diff or drafts.
            if !matches!(args, ["suggest" | "split", ..]) || matches!(format, "json" | "csv") {
                assert_sound(&what, format, text);
            }
        }
    }
    let output = run(&mut program, &["cache", "export"], false);
    assert_clean("cache export", &output);
    let text = std::str::from_utf8(&output.stdout).unwrap();
    assert_sound("cache export", "json", text);
    // The title of 64 KB and the body of 1 MB are printed in full.
    assert!(
        text.contains("alert(1)") && text.matches("A|A|A|").count() > 1_000 && text.len() > 300_000,
        "{}",
        text.len()
    );
}

#[test]
fn the_html_page_runs_nothing() {
    let mut program = fetched();
    let output = run(&mut program, &["report", "--html", "-"], false);
    assert!(output.status.success(), "{output:?}");
    assert_clean("html", &output);
    let page = String::from_utf8(output.stdout).unwrap().to_lowercase();
    assert!(page.contains("alert(1)") && page.contains("&lt;script"), "the text did not arrive");
    for tag in ["<script", "<img", "href=\"javascript:", "href='javascript:"] {
        assert!(!page.contains(tag), "{tag}");
    }
}

#[test]
fn a_hostile_error_body_is_harmless() {
    for status in [400, 401, 403, 404, 410, 422, 451, 500] {
        let body = json!({"message": hostile(), "errors": [{"message": hostile()}]}).to_string();
        let server = Server::new(move |_| Reply::status(status, &body));
        let program = Program::new().file("offramp.yaml", &roadmap()).env("OFFRAMP_API_URL", &server.url);
        // In debug builds this skips the waits between tries.
        if status < 500 || cfg!(debug_assertions) {
            let mut program = program.env("OFFRAMP_HURRY", "1").env("PATH", "");
            let output = run(&mut program, &["sync", "-vv"], true);
            assert_clean(&format!("{status}"), &output);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("error: ") && said.contains(&status.to_string()), "{status}: {said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn hostile_file_names_and_arguments_are_harmless() {
    let name = "a\u{1b}]0;OWNED\u{7}\u{9b}2J\u{202e}b";
    let mut program = Program::new()
        .file(&format!("{name}.yaml"), "version: 1\nprojekts: []\n")
        .file(&format!("fine{name}.yaml"), "version: 1\nrepo: a/b\nprojects:\n  - id: one-project\n    items: [one]\n");
    let (broken, fine, gone) = (format!("{name}.yaml"), format!("fine{name}.yaml"), format!("{name}/no.yaml"));
    let commands: [&[&str]; 13] = [
        &["-f", &broken, "status"],
        &["-f", &fine, "status"],
        &["-f", &fine, "report"],
        &["-f", &gone, "list"],
        &["-f", &fine, "status", "-o", "md"],
        &["-f", &fine, "doctor"],
        &["-f", &fine, "set", "one-project/one", "state=done"],
        &["show", name],
        &["--as-of", name, "status"],
        &["list", name],
        &["count", "--repo", name],
        &["report", "--html", &gone],
        &["roadmap", "validate", &broken],
    ];
    for args in commands {
        // Some system errors quote a name with its escapes spelled out, which is harmless.
        assert_harmless(&format!("{args:?}"), &run(&mut program, args, false));
    }
}

#[test]
fn hostile_job_configs_are_harmless() {
    let job = format!(
        "periodics:\n- name: {text}\n  cluster: {text}\n  interval: 1h\n  spec:\n    containers:\n    - image: {text}\n",
        text = quoted(&hostile())
    );
    let mut program = Program::new()
        .file("jobs/config/jobs/a\u{1b}]0;OWNED\u{7}\u{202e}b.yaml", &job)
        .file("jobs/config/jobs/broken\u{1b}[31m.yaml", "periodics:\n- name: \u{1b}]0;OWNED\u{7}\n  x: [\n");
    for args in [
        &[][..],
        &["prow-jobs", "--list", "left"],
        &["prow-jobs", "--list", "left", "--tasks"],
        &["prow-jobs", "--by", "cluster"],
    ] {
        for format in ["table", "plain", "json", "csv", "md"] {
            let what = format!("count {args:?} as {format}");
            let output = run(&mut program, &[&["count", "--repo", "jobs", "-o", format], args].concat(), false);
            assert_clean(&what, &output);
            if output.status.success() && !args.contains(&"--tasks") {
                assert_sound(&what, format, std::str::from_utf8(&output.stdout).unwrap());
            }
        }
    }
    assert_clean("refs", &run(&mut program, &["refs", "--repo", "jobs"], false));
}
