//! Commands on roadmap files: `roadmap`, `init`, `set` and `import`.

use std::fs;

use crate::program::{Program, Shows as _, offramp};

const ROADMAP: &str =
    "version: 1\r\nprojects:\r\n  - id: a # first\r\n    items:\r\n      - 787 # kettle\r\n      - {title: Docs}\r\n";

#[test]
fn validate_counts_a_valid_roadmap() {
    let out = Program::new().file("roadmap.yaml", ROADMAP).args(["roadmap", "validate"]).run();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    assert_eq!(out.stdout, "roadmap.yaml: ok, 1 project, 2 items, 1 linked issue, 0 counters, 0 readings\n");
}

#[test]
fn validate_names_every_fault_on_stderr_and_exits_2() {
    let text = "version: 1\nprojects:\n  - id: a\n    owner: sig-testng\n    items: [{title: x, done: 3, total: 2}]\n";
    let out = Program::new().file("bad.yaml", text).args(["roadmap", "validate", "bad.yaml"]).run();
    assert_eq!((out.code, out.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(out.stderr, @r"
    error: bad.yaml:4:12: unknown owner `sig-testng`
       4 |     owner: sig-testng
         |            ^^^^^^^^^^
    hint: did you mean `sig-testing`?

    error: bad.yaml:5:30: done is more than total: 3 of 2
       5 |     items: [{title: x, done: 3, total: 2}]
         |                              ^
    hint: correct one of the two: `done` counts a part of `total`
    ");
}

#[test]
fn the_json_of_validate_has_every_fault() {
    let told = |text: &str| {
        let program =
            Program::new().file("roadmap.yaml", text).args(["roadmap", "validate", "roadmap.yaml", "-o", "json"]);
        let out = program.run();
        (out.code, serde_json::from_str::<serde_json::Value>(&out.stdout).unwrap())
    };
    let (code, right) = told(ROADMAP);
    assert_eq!((code, &right["schema"], &right["ok"]), (0, &"offramp/validate/1".into(), &true.into()));
    assert_eq!((&right["projects"], &right["items"], &right["counters"]), (&1.into(), &2.into(), &0.into()));
    let (code, wrong) = told("version: 1\nprojects:\n  - id: a\n    owner: sig-testng\n");
    assert_eq!((code, &wrong["ok"], &wrong["items"]), (2, &false.into(), &serde_json::Value::Null));
    let fault = serde_json::json!({
        "file": "roadmap.yaml", "line": 4, "column": 12, "message": "unknown owner `sig-testng`",
        "hint": "did you mean `sig-testing`?",
    });
    assert_eq!(wrong["faults"], serde_json::json!([fault]));
}

#[test]
fn validate_without_a_roadmap_says_what_to_do() {
    offramp(["roadmap", "validate"]).exits(2, ["`offramp init` writes one"]);
}

#[test]
fn other_commands_report_a_broken_roadmap_alike() {
    let program = || Program::new().file("roadmap.yaml", "version: 1\ntitel: x\n");
    let (status, validate) = (program().args(["status"]).run(), program().args(["roadmap", "validate"]).run());
    assert_eq!((status.code, &status.stderr), (2, &validate.stderr));
}

#[test]
fn the_schema_is_json() {
    let out = offramp(["roadmap", "schema"]);
    let schema: serde_json::Value = out.json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn init_writes_a_valid_roadmap_and_never_overwrites() {
    let mut program = Program::new().args(["init"]);
    let first = program.run_again();
    first.exits(0, ["replace `owner/name` in the file by yours"]);
    assert!(first.stdout.starts_with("wrote roadmap.yaml\n\nnext:\n"), "{}", first.stdout);
    let path = program.home().join("roadmap.yaml");
    let text = fs::read_to_string(&path).unwrap();
    text.shows(["written: 2026-11-24"]);
    program.run_again().exits(1, ["exists already"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let check = Program::new().file("roadmap.yaml", &text).args(["roadmap", "validate"]).run();
    assert_eq!((check.code, check.stderr.as_str()), (0, ""));
}

#[test]
fn set_reads_bare_numbers_as_issues_of_the_repository_that_is_named() {
    let set = |args: &[&str]| {
        let mut program = Program::new().file("roadmap.yaml", ROADMAP).args(args.iter().copied());
        let out = program.run_again();
        (out.code, fs::read_to_string(program.home().join("roadmap.yaml")).unwrap())
    };
    let written = ROADMAP.replace("{title: Docs}", "{title: Docs, issue: o/r#7}");
    assert_eq!(set(&["-R", "o/r", "set", "a/docs", "issue=7"]), (0, written));
    assert_eq!(set(&["-R", "o/r", "set", "787", "state=done"]), (2, ROADMAP.to_owned()));
    let shown = Program::new().file("roadmap.yaml", ROADMAP).args(["-R", "o/r", "show", "787", "--offline"]).run();
    shown.stderr.shows(["o/r#787 is neither in the roadmap"]);
}

#[test]
fn set_changes_only_the_bytes_of_the_value() {
    let mut program = Program::new().file("roadmap.yaml", ROADMAP).args(["set", "a/787", "state=done"]);
    let out = program.run_again();
    insta::assert_snapshot!(out.stdout, @r"
    --- roadmap.yaml
    +++ roadmap.yaml
    @@ -2,5 +2,5 @@
     projects:
       - id: a # first
         items:
    -      - 787 # kettle
    +      - {issue: 787, state: done} # kettle
           - {title: Docs}
    ");
    let written = fs::read_to_string(program.home().join("roadmap.yaml")).unwrap();
    assert_eq!(written, ROADMAP.replace("- 787 #", "- {issue: 787, state: done} #"));
}

#[test]
fn set_dry_run_shows_the_change_and_writes_nothing() {
    let mut program = Program::new().file("roadmap.yaml", ROADMAP).args(["set", "a/docs", "owner=sig-docs", "-n"]);
    let out = program.run_again();
    out.stdout.shows(["+      - {title: Docs, owner: sig-docs}"]);
    assert_eq!(fs::read_to_string(program.home().join("roadmap.yaml")).unwrap(), ROADMAP);
}

#[test]
fn set_keeps_mode_and_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mut program = Program::new().file("real.yaml", ROADMAP).args(["-f", "link.yaml", "set", "a", "state=started"]);
    let real = program.home().join("real.yaml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.yaml", program.home().join("link.yaml")).unwrap();
    assert_eq!(program.run_again().code, 0);
    assert!(fs::symlink_metadata(program.home().join("link.yaml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&real).unwrap().contains("    state: started\r\n"));
}

#[test]
fn set_refuses_the_example_and_unknown_targets() {
    let out = offramp(["set", "k8s-prow", "state=done"]);
    out.exits(2, ["cannot be changed", "offramp init"]);
    let out = Program::new().file("roadmap.yaml", ROADMAP).args(["set", "a/788", "state=done"]).run();
    assert_eq!(
        (out.code, out.stderr.as_str()),
        (2, "error: there is no item `788` in `a`\nhint: did you mean `787`?\n")
    );
}

#[test]
fn import_prints_a_valid_roadmap() {
    let text = "## What remains\n- stop using GCP project k8s-x (this would be owned by SIG Testing)\n  - move it\n";
    let out = Program::new().file("report.md", text).args(["import", "report.md"]).run();
    insta::assert_snapshot!(out.stdout, @r"
    # Made from report.md by `offramp import`. Edit it freely: offramp will not overwrite it.
    version: 1
    title: Imported roadmap
    repo: owner/name

    projects:
      - id: k8s-x
        owner: {sig: sig-testing, certainty: proposed}
        items:
          - move it
    ");
    let written = Program::new().file("report.md", text).args(["import", "report.md", "-w", "report.md"]).run();
    assert_eq!(written.code, 1, "{}", written.stderr);
}

#[test]
fn import_reads_an_umbrella() {
    let out = offramp(["import", "--from-issue", "1469"]);
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    out.stdout.shows(["umbrellas: [1469]", "  - id: k8s-gubernator\n"]);
}

#[test]
fn import_takes_an_issue_number_unless_a_file_has_that_name() {
    let by_option = offramp(["import", "--from-issue", "1469"]).stdout;
    for issue in ["1469", "#1469", "kubernetes/k8s.io#1469"] {
        assert_eq!(offramp(["import", issue]).stdout, by_option, "{issue}");
    }
    let file = Program::new().file("1469", "- [x] Images\n").args(["import", "1469"]).run();
    file.stdout.shows(["{title: Images, state: done}"]);
    let missing = offramp(["import", "missing.md"]);
    insta::assert_snapshot!(missing.stderr, @r"
    error: missing.md: cannot be read: there is no such file
    hint: name a Markdown file, `-` for stdin, an issue (1469, owner/name#1469), or an address on GitHub
    ");
    let other = offramp(["import", "--from-issue", "https://github.com/o/r/blob/main/PLAN.md"]);
    assert!(other.stderr.ends_with("hint: write 1469, owner/name#1469, or the address of an issue\n"), "{other:?}");
    assert_eq!((missing.code, other.code), (2, 2));
}

#[test]
fn import_reads_a_report_back() {
    let report = offramp(["report"]).stdout;
    let out = Program::new().file("r.md", &report).args(["import", "r.md"]).run();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(out.stdout);
}

#[test]
fn import_reads_back_a_report_with_groups_people_and_ended_work() {
    let roadmap = "\
version: 1
title: Off the old CI
repo: example/infra
groups: [{id: team-build, name: Build team}, {id: tools, name: Platform & tools}]
migrated: [{title: The DNS (all zones), note: Twice (really).}]
projects:
  - {id: runners, title: 'Runners: 2, or 3 (old)', owner: {names: team-build, certainty: proposed}, items: ['One (a #12)', {title: Two, state: done}, {title: Three, state: removed}]}
  - {id: cache, owner: [team-build, tools], items: [{title: 'A: b', issue: 3}, {title: c, done: 1, total: 4, state: started}, 7]}
  - {id: either-of, owner: {names: ['@ann', tools], certainty: either}, items: [x, {title: 'Who knows: what', state: unknown}]}
  - {id: perhaps, owner: {names: ['@acme/ops', 'Some people'], certainty: unsure}, items: [x]}
  - {id: all-done, state: done}
  - {id: gone-away, state: removed}
";
    let report = |text: &str| Program::new().file("r.yaml", text).args(["-f", "r.yaml", "report"]).run().stdout;
    let page = report(roadmap);
    let back = Program::new().file("r.md", &page).args(["import", "r.md", "-R", "example/infra"]).run();
    assert_eq!((back.code, back.stderr.as_str()), (0, ""));
    assert_eq!(page, report(&back.stdout), "{}", back.stdout);
    back.stdout.shows(["{title: Three, state: removed}"]);
    assert!(back.stdout.contains("      - 7\n"), "a title that was not known is none: {}", back.stdout);
}

#[test]
fn import_refuses_csv_and_sections_of_an_issue_with_a_hint() {
    let issue = Program::new().args(["--offline", "import", "o/r#1", "--section", "Plan"]).run();
    assert_eq!((issue.code, issue.stdout.as_str()), (2, ""));
    issue.stderr.shows(["`--section` cannot be used with an issue: o/r#1 is read whole"]);
    let csv = Program::new().file("p.csv", "Title,Status\nMove,Done\n").args(["import", "p.csv", "-R", "o/r"]).run();
    csv.exits(2, ["CSV and TSV are not read: make a Markdown table"]);
}

#[test]
fn import_reads_a_brief_back() {
    let brief = offramp(["brief", "-o", "md"]).stdout;
    let out = Program::new().file("b.md", &brief).args(["import", "b.md"]).run();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(out.stdout);
}

#[test]
fn the_second_example_is_valid() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/homebrew.yaml");
    let output = Program::new().args(["roadmap", "validate", path.to_str().unwrap()]).run();
    assert_eq!(output.code, 0, "{output:?}");
}

#[test]
fn validate_notes_a_text_cut_by_a_comment() {
    let text = "version: 1\nprojects:\n- id: a\n  items:\n  - Fix bug #12 in core\n";
    let out = Program::new().file("r.yaml", text).args(["roadmap", "validate", "r.yaml"]).run();
    assert_eq!(
        (out.code, out.stdout.as_str()),
        (0, "r.yaml: ok, 1 project, 1 item, 0 linked issues, 0 counters, 0 readings\n")
    );
    assert_eq!(
        out.stderr,
        "note: r.yaml:5:5: `#` begins a comment: this text is read as `Fix bug`\n   5 |   - Fix bug #12 in core\n     \
         |     ^^^^^^^^^^^^^^^^^^^\nhint: write the whole text in quotes, or a space after the `#` of a comment\n"
    );
}
