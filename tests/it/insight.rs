//! The commands of `insight` (`check`, `next`, `changes`, `brief`, `trend`, `split`, …) on the example and small roadmaps.

use offramp::domain::{Board, Date, Example, Origin, World};
use offramp::insight::finding::{self, Moment};
use offramp::insight::{rank, trend};
use offramp::sources::example;
use serde_json::Value;

use crate::program::{Program, Shows as _, offramp};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn world() -> World {
    World {
        roadmap: example::roadmap(Example::Kubernetes).clone(),
        origin: Origin::Example(Example::Kubernetes),
        snapshot: example::snapshot(Example::Kubernetes).clone(),
        date: day("2020-12-10"),
        now: offramp::domain::Timestamp::start_of(day("2026-08-23")),
        web: "https://github.com".to_owned(),
        here: None,
        me: None,
        checkout: None,
        moves: None,
    }
}

fn json(args: &[&str]) -> Value {
    let output = offramp(args.iter().copied().chain(["-o", "json"]));
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.json()
}

/// Returns rule, place and issues of every finding, except for counters, whose readings grow.
fn found(moment: Moment) -> Vec<String> {
    let checked = finding::of_world(&world(), moment);
    let findings = checked.findings.iter().filter(|finding| finding.rule != "counter-old");
    let line = |finding: &finding::Finding| {
        let issues: Vec<_> = finding.issues.iter().map(|id| id.number.to_string()).collect();
        format!("{} {} {}", finding.rule, finding.location, issues.join(","))
    };
    findings.map(line).collect()
}

#[test]
fn the_findings_of_the_example_are_the_reviewed_ones() {
    let expected = [
        "not-linked google-containers 1571",
        "not-linked k8s-prow 33350",
        "name-differs k8s-prow-build 1469",
        "open-boxes k8s-gubernator 1308",
        "box-not-in-roadmap k8s-gubernator 789,1308",
        "closed-but-open k8s-gubernator/replace-gubernator-k8s-io-pr-and-drop 1308",
        "open-boxes k8s-gubernator/1306 1306",
        "not-linked kubernetes-jenkins 1310",
        "open-boxes k8s-federated-conformance 1311",
        "closed-but-open k8s-federated-conformance/move-to-k8s-conform-which-the-cncf-owns 1311",
        "same-title k8s-testimages 1523,1312",
        "owner-unsettled k8s-testimages 1312",
        "stale k8s-testimages/525 525",
        "owner-unsettled kubernetes-site ",
        "placeholder kubernetes-site/unknown ",
        "owner-unsettled sig-ownership ",
        "not-in-roadmap the file 1469",
        "not-in-roadmap the file 1469",
        "not-in-roadmap the file 1526",
        "not-in-roadmap the file 1469",
        "not-in-roadmap the file 1528",
        "not-in-roadmap the file 1469",
        "not-in-roadmap the file 1525",
        "not-in-roadmap the file 1469",
        "not-in-roadmap the file 1460,2417",
        "not-in-roadmap the file 3112,1522",
        "not-in-roadmap the file 1527",
        "not-in-roadmap the file 2647",
    ];
    assert_eq!(found(Moment::Now), expected);
}

#[test]
fn findings_respect_the_day_an_issue_was_opened() {
    let found = found(Moment::AsShown);
    assert!(found.contains(&"not-linked kubernetes-jenkins 1310".to_owned()), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("1571") || line.contains("1523")), "{found:?}");
}

#[test]
fn commands_and_screens_show_the_same_values() {
    let world = world();
    let board: Board = world.board();
    let checked = finding::of_world(&world, Moment::Now);
    let shown = json(&["check"]);
    let messages: Vec<_> =
        shown["findings"].as_array().unwrap().iter().map(|row| row["message"].as_str().unwrap()).collect();
    assert_eq!(messages, checked.findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>());
    let next = rank::next(&world.roadmap, &world.snapshot, &board, &[]);
    let titles: Vec<_> = next.free.iter().map(|piece| piece.title.clone()).collect();
    let shown = json(&["next"]);
    let free: Vec<_> = shown["free"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap()).collect();
    assert_eq!(free, titles);
    let items = trend::of_items(&world.roadmap, &world.snapshot, world.date);
    let shown = json(&["trend", "items"]);
    assert_eq!(shown["series"][0]["left"].as_u64(), items.last().map(trend::Point::left));
}

#[test]
fn check_exits_3_only_with_fail_on() {
    assert_eq!(offramp(["check"]).code, 0);
    let example = ["--example", "kubernetes", "check", "--fail-on", "error"];
    assert_eq!(offramp(example).code, 3);
    assert_eq!(offramp(example.into_iter().chain(["google-containers"])).code, 0);
}

#[test]
fn check_without_a_roadmap_refuses_to_judge_the_example() {
    let refused = offramp(["check", "--fail-on", "error", "-o", "github"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    refused.stderr.shows(["no roadmap file here or above"]);
    for command in [&["check"][..], &["suggest"], &["report", "--badge", "-"]] {
        let note = "note: there is no roadmap file here or above: this shows the built-in example";
        offramp(command.iter().copied()).stderr.shows([note]);
        let asked = ["--example", "kubernetes"].into_iter().chain(command.iter().copied());
        offramp(asked).stderr.hides([note]);
    }
    offramp(["explain", "typing"]).stderr.shows(["nothing in the built-in example is called `typing`"]);
}

#[test]
fn a_report_says_how_old_its_issues_are() {
    let roadmap = "version: 1\nrepo: a/b\nprojects: [{id: p, owner: ann, items: [7]}]\n";
    let report = Program::new().file("roadmap.yaml", roadmap).args(["report"]).run().stdout;
    report.shows(["issues never fetched (`offramp sync`): 1 project"]);
    assert!(offramp(["report"]).stdout.contains("\nBuilt-in example, as of 2020-12-10: "));
}

#[test]
fn issues_never_fetched_are_not_compared() {
    let roadmap = "version: 1\nrepo: a/b\nprojects: [{id: p, owner: ann, items: [7]}]\n";
    let check = |format: &str| Program::new().file("roadmap.yaml", roadmap).args(["check", "-o", format]).run().stdout;
    let page = check("table");
    assert!(page.contains("issues never fetched (`offramp sync`)") && !page.contains("Compared with"), "{page}");
    assert!(check("json").contains("\"compared_with\": null"), "{}", check("json"));
}

#[test]
fn drafts_name_blockers_and_skip_claimed_work() {
    let items = "[{title: Switch, owner: '@ann', state: started}, {title: Delete it, blocked_by: [dns/write]}, {id: write, title: Write}]";
    let roadmap = format!("version: 1\nrepo: a/b\nprojects: [{{id: dns, owner: infra, items: {items}}}]\n");
    let drafts = Program::new().file("roadmap.yaml", &roadmap).args(["split", "dns"]).run().stdout;
    drafts.hides(["# Switch", "- [ ]"]);
    assert_eq!(drafts.matches("Waits for: dns/write\n\n").count(), 1, "{drafts}");
}

#[test]
fn annotations_name_file_line_and_rule() {
    let output = offramp(["check", "kubernetes-site", "-o", "github"]).stdout;
    assert!(
        output
            .lines()
            .all(|line| line.starts_with("::warning file=roadmap.yaml,line=") || line.starts_with("::notice file=")),
        "{output}"
    );
    output.shows([",title=placeholder::kubernetes-site/unknown: "]);
}

const FILE: &str = "\
version: 1
umbrellas: []
projects:
  # Kept as it is.
  - id: k8s-site   # the site
    owner: sig-docs
    items:
      - {title: done and due, due: 2020-01-01}
      - '???'
";

#[test]
fn silenced_findings_are_hidden_but_counted() {
    let silenced =
        FILE.replace("owner: sig-docs", "owner: sig-docs\n    silence: [{rule: placeholder, reason: asked}]");
    let run = |text: &str| Program::new().file("offramp.yaml", text).args(["check", "-o", "json"]).run();
    let rules = |text: &str| {
        let shown: Value = serde_json::from_str(&run(text).stdout).unwrap();
        let rows = shown["findings"].as_array().unwrap();
        (
            rows.iter().map(|row| row["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            shown["silenced"].as_u64(),
        )
    };
    assert_eq!(rules(FILE), (vec!["overdue".to_owned(), "placeholder".to_owned()], Some(0)));
    assert_eq!(rules(&silenced), (vec!["overdue".to_owned()], Some(1)));
    let shown = |format: &str| {
        let program = Program::new().file("offramp.yaml", &silenced);
        program.args(["check", "--silenced", "--rule", "placeholder", "-o", format]).run().stdout
    };
    let page: Value = serde_json::from_str(&shown("json")).unwrap();
    assert_eq!(page["findings"][0]["silenced"], "asked");
    assert!(shown("plain").contains("(silenced: asked)") && shown("md").contains("(silenced: asked)"));
    assert!(shown("table").contains("silenced: k8s-site"), "{}", shown("table"));
}

#[test]
fn suggestions_for_the_example_are_a_minimal_diff() {
    let output = offramp(["suggest"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.shows(["+    issue: 1571\n", "+  - id: cos-cloud\n", "-    issue: 1312\n+    issue: 1523\n"]);
    let removed = output.stdout.lines().filter(|line| line.starts_with('-') && !line.starts_with("---"));
    assert_eq!(removed.count(), 1, "{}", output.stdout);
}

#[test]
fn a_fix_writes_what_its_dry_run_shows_and_no_other_byte() {
    let example = example::text(Example::Kubernetes).replace("readings: readings/prow-jobs.csv", "# no readings here");
    let mut program = Program::new().file("offramp.yaml", &example).args(["check", "--fix", "all"]);
    let output = program.run_again();
    assert_eq!(output.code, 0, "{}", output.stderr);
    // No issues were fetched for a new file, so nothing can differ.
    assert_eq!(std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap(), example);
}

#[test]
fn brief_has_its_sections_and_a_slice_names_only_its_own() {
    let page = offramp(["brief", "-o", "md"]).stdout;
    for part in
        ["### To decide (4)", "### Roadmap and issues disagree", "### Free to hand out", "| google-containers |"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    let slice = offramp(["brief", "--sig", "release", "-o", "md"]).stdout;
    assert!(slice.contains("google-containers") && !slice.contains("| k8s-gubernator |"), "{slice}");
}

#[test]
fn the_brief_of_an_owner_has_findings_on_their_work() {
    let roadmap = "\
version: 1
groups: [{id: a}, {id: b}]
projects:
  - {id: p, owner: a, items: [{title: theirs, owner: b, due: 2020-01-01}, {title: ours, due: 2020-01-02}]}
";
    let brief = |owner| {
        let program = Program::new().file("offramp.yaml", roadmap);
        let page = program.args(["brief", "--owner", owner, "-o", "json"]).run().stdout;
        let page: Value = serde_json::from_str(&page).unwrap();
        let findings = page["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["item"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((brief("a"), brief("b")), (vec!["ours".to_owned()], vec!["theirs".to_owned()]));
}

#[test]
fn the_csv_of_changes_has_the_changes() {
    let rows = offramp(["changes", "--since", "2020-10-01", "-o", "csv"]).stdout;
    assert!(rows.starts_with("change,project,item,title,issue,") && rows.contains("\nnew,"), "{rows}");
}

#[test]
fn changes_in_a_pipe_name_owners_as_tables_do() {
    let text = offramp(["changes", "--since", "2020-08-01"]).stdout;
    assert!(text.contains("\tSIG Testing\t") && !text.contains("\tsig-testing\t"), "{text}");
}

#[test]
fn the_json_of_brief_has_all_errors_and_warnings() {
    let of = |args: &[&str]| {
        let run = Program::new().file("offramp.yaml", FILE).args(args.iter().copied()).run();
        let page: Value = run.json();
        let findings = page["findings"].as_array().unwrap().iter();
        let findings = findings.filter(|finding| finding["severity"] != "info");
        findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    let brief = of(&["brief", "-o", "json"]);
    assert!(brief.contains("placeholder") && brief == of(&["check", "-o", "json"]), "{brief:?}");
}

#[test]
fn the_csv_of_an_explained_rule_is_a_row() {
    let rows = offramp(["check", "--explain", "stale", "-o", "csv"]).stdout;
    let rows: Vec<_> = rows.lines().collect();
    assert!(rows[0] == "rule,severity,summary,explain" && rows[1].starts_with("stale,warning,"), "{rows:?}");
    let plain = offramp(["check", "--explain", "stale", "-o", "plain"]).stdout;
    plain.shows(["90 days"]);
    assert!(!plain.contains('\t'), "{plain}");
}

#[test]
fn the_json_of_at_risk_names_issues_in_full_or_null() {
    let roadmap = "\
version: 1
repo: a/b
projects:
  - {id: late, due: 2020-01-01, items: [{title: by hand}]}
  - {id: whole, due: 2020-01-01}
  - {id: later, items: [{issue: 1, due: 2020-01-02}]}
";
    let run = |format| {
        let program = Program::new().file("offramp.yaml", roadmap);
        program.args(["report", "--at-risk", "2027-01-01", "-o", format]).run().stdout
    };
    let page: Value = serde_json::from_str(&run("json")).unwrap();
    let rows = page["items"].as_array().unwrap().iter();
    let rows: Vec<_> =
        rows.map(|row| (row["project"].as_str().unwrap(), row["item"].as_str(), row["issue"].as_str())).collect();
    assert_eq!(rows, [("late", Some("by-hand"), None), ("whole", None, None), ("later", Some("1"), Some("a/b#1"))]);
    assert!(run("table").contains("2 items and 1 project may not be done by 2027-01-01"), "{}", run("table"));
}

#[test]
fn the_report_lists_nothing_open_as_migrated() {
    let roadmap = "\
version: 1
repo: a/b
migrated: [old, {title: half, state: started}, 34]
projects: [{id: p, items: [35]}]
";
    let report = Program::new().file("offramp.yaml", roadmap).args(["report"]).run().stdout;
    assert!(report.contains("- old\n") && !report.contains("half"), "{report}");
    // An issue that was never fetched has no title.
    let link = |number| format!("[#{number}](<https://github.com/a/b/issues/{number}>)");
    report.shows([&format!("- {}\n", link(34)), &format!("  - {}", link(35))]);
    report.hides(["`#3"]);
}

#[test]
fn who_names_the_owners_of_all_items_of_an_issue() {
    let roadmap = "\
version: 1
repo: a/b
groups: [{id: infra}, {id: docs}]
projects: [{id: p, owner: infra, items: [1]}, {id: q, owner: docs, items: [{issue: 1, id: x}]}]
";
    let run = |format| Program::new().file("offramp.yaml", roadmap).args(["who", "1", "-o", format]).run().stdout;
    let page: Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(page["owner"], serde_json::json!(["infra", "docs"]));
    assert!(run("plain").contains("Owner of p/1: ") && run("plain").contains("Owner of q/x: "), "{}", run("plain"));
}

#[test]
fn pages_of_an_earlier_day_mark_later_facts() {
    let of = |args: &[&str]| offramp(args.iter().copied().chain(["--as-of", "2020-11-01"])).stdout;
    let page: Value = serde_json::from_str(&of(&["show", "1308", "-o", "json"])).unwrap();
    assert_eq!(page["last_word"], Value::Null);
    assert!(page["issue_state"].as_str().unwrap().ends_with(", open on 2020-11-01"), "{page}");
    of(&["show", "1308"]).shows(["as seen ", "those of earlier days are not known"]);
    of(&["explain", "1308"]).shows([", open on 2020-11-01"]);
}

#[test]
fn changes_of_a_span_are_listed_and_a_reversed_span_is_refused() {
    let shown = json(&["changes", "--since", "2020-10-01"]);
    let kinds: Vec<_> =
        shown["changes"].as_array().unwrap().iter().map(|row| row["change"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"new"), "{kinds:?}");
    let output = offramp(["changes", "--since", "2021-01-01"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(offramp(["changes"]).stderr.contains("the weeks in which SIG K8s Infra meets are unknown"));
}

#[test]
fn next_filters_and_says_why() {
    let shown = json(&["next", "sig:release"]);
    let rows = shown["free"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["owner"].as_array().unwrap().iter().any(|sig| sig == "sig-release")));
    assert!(rows.iter().all(|row| !row["reasons"].as_array().unwrap().is_empty()));
    let free = json(&["next", "is:free"]);
    assert!(!free["free"].as_array().unwrap().is_empty());
    assert_eq!(["maybe_free", "claimed"].map(|list| free[list].as_array().unwrap().len()), [0, 0]);
}

#[test]
fn split_drafts_an_issue_for_each_open_task() {
    let drafts = offramp(["split", "1523"]).stdout;
    assert_eq!(drafts.matches("\n---\n").count(), 30, "31 tasks were open");
    drafts.shows(["Part of Migrate away from google.com gcp project k8s-testimages: https://github.com/kubernetes/k8s.io/issues/1523"]);
}

#[test]
fn split_skips_boxes_covered_by_items_and_unfetched_issues() {
    let unfetched = "version: 1\nrepo: a/b\nprojects: [{id: p, issue: 1, items: [{title: t, issue: 2}, by hand]}]\n";
    let page = Program::new().file("offramp.yaml", unfetched).args(["split", "p", "-o", "json"]).run().stdout;
    let page: Value = serde_json::from_str(&page).unwrap();
    assert_eq!((page["drafts"].as_array().unwrap().len(), &page["drafts"][0]["title"]), (1, &"by hand".into()));
    // The project's own issue has the box `gubernator.k8s.io/pr: TODO`, which an item covers.
    let own = json(&["split", "k8s-gubernator"]);
    assert_eq!(own["drafts"][0]["title"], "Replace gubernator.k8s.io/pr and drop gubernator.k8s.io", "{own}");
    assert_eq!(own["drafts"].as_array().unwrap().len(), 1, "{own}");
}

#[test]
fn split_prints_drafts_as_json() {
    let output = offramp(["split", "k8s-gubernator", "-o", "json"]);
    let shown: Value = output.json();
    assert_eq!(shown["schema"], "offramp/split/1");
    let drafts = shown["drafts"].as_array().unwrap();
    let draft = drafts.first().expect("an item without an issue");
    assert_eq!(draft["part_of"], "k8s-gubernator");
    assert_eq!(draft["parent"], "kubernetes/k8s.io#1308");
    assert_eq!(draft["owner"], serde_json::json!(["sig-testing"]));
    assert!(draft["body"].as_str().unwrap().contains("\n/sig testing\n/help\n"), "{draft}");
    // The text output has the same bodies, with their titles above.
    let page = offramp(["split", "k8s-gubernator"]).stdout;
    assert_eq!(page.matches("\n/help\n").count(), drafts.len());
    for draft in drafts {
        page.shows([draft["body"].as_str().unwrap()]);
    }
    let csv = offramp(["split", "k8s-gubernator", "-o", "csv"]).stdout;
    assert!(csv.starts_with("title,parent,part_of,owner,body,ask\r\n"), "{csv}");
    // Without anything to split JSON has an empty list.
    let none = offramp(["split", "#1469", "-o", "json"]);
    assert_eq!(none.code, 0, "{none:?}");
    assert!(serde_json::from_str::<Value>(&none.stdout).unwrap()["drafts"].is_array(), "{none:?}");
}
