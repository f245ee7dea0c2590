//! Several counters of checkouts and issues: each is counted or reported, whatever happens to the others.

use super::{JOB, Repo, git, json};
use crate::program::{Output, Program, Shows as _};

const ROADMAP: &str = "version: 1
repo: o/n
counters:
  here: {unit: TODOs, rule: {source: text, left: {contains: TODO}}}
  there: {unit: TODOs, rule: {source: text, repo: x/y, left: {contains: TODO}}}
  moves: {unit: issues, rule: {source: issues, label: x}}
projects: [{id: p}]
";

/// Counts with settings that have a checkout for each of the two repositories.
fn count(here: &str, there: &str, args: &[&str]) -> Output {
    let settings = format!("[checkouts]\n\"o/n\" = {here:?}\n\"x/y\" = {there:?}\n");
    let program = Program::new().file("r.yaml", ROADMAP).file(".config/offramp/config.toml", &settings);
    program.args(["-f", "r.yaml", "count"]).args(args.iter().copied()).run()
}

fn growing(name: &str) -> Repo {
    let repo = Repo::new();
    repo.put(name, b"TODO\n").commit("2020-01-10");
    repo.put(name, b"TODO\nTODO\n").commit("2020-01-11");
    repo
}

#[test]
fn a_bad_checkout_does_not_stop_other_counters() {
    let (here, empty) = (growing("a"), Repo::new());
    for (there, said) in [("/nowhere", "is not a folder"), (empty.arg(), "nothing is committed")] {
        let output = count(here.arg(), there, &["-o", "json"]);
        assert_ne!(output.code, 0);
        let page = json(&output);
        assert_eq!((page["counts"][0]["counter"].as_str(), page["complete"].as_bool()), (Some("here"), Some(false)));
        let history = json(&count(here.arg(), there, &["--history", "-o", "json"]));
        assert_eq!(history["complete"].as_bool(), Some(false), "{history}");
        let place = format!("the checkout of x/y in `{there}`, by `checkouts` in the settings: ");
        output.stderr.shows([&place, said]);
    }
    let none = count("/nowhere", empty.arg(), &[]);
    none.stderr.shows(["is not a folder", "nothing is committed"]);
    let next = growing("b");
    let young = count(here.arg(), next.arg(), &["--at", "2020-01-09"]);
    assert_eq!((young.code, young.stderr.matches("there is no commit on or before").count()), (1, 2), "{young:?}");
}

#[test]
fn a_comparison_of_several_repositories_names_the_commits_of_each() {
    let (here, there) = (growing("a"), growing("b"));
    let page = json(&count(here.arg(), there.arg(), &["--base", "HEAD~1", "-o", "json"]));
    assert_eq!((page["complete"].as_bool(), &page["base"]), (Some(true), &serde_json::Value::Null), "{page}");
    for (row, repo) in page["counters"].as_array().unwrap().iter().zip([&here, &there]) {
        assert_eq!(row["base"], git(repo.path(), &["rev-parse", "HEAD~1"]));
        assert_eq!(row["commit"], git(repo.path(), &["rev-parse", "HEAD"]));
    }
    let table = count(here.arg(), there.arg(), &["--base", "HEAD~1"]).stdout;
    assert_eq!(table.matches("compared with").count(), 2, "{table}");
    let missing = count(here.arg(), "/nowhere", &["--base", "HEAD~1", "-o", "json"]);
    assert_eq!((missing.code, json(&missing)["complete"].as_bool()), (2, Some(false)), "{missing:?}");
}

#[test]
fn counters_of_issues_cannot_be_compared_or_listed() {
    let (here, there) = (growing("a"), growing("b"));
    let options: [&[&str]; 4] =
        [&["--base", "HEAD~1"], &["--by", "dir"], &["--since", "2020-01-10", "--by", "commit"], &["--list", "left"]];
    for option in options {
        let named = count(here.arg(), there.arg(), &[&["moves"], option].concat());
        assert_eq!((named.code, named.stdout.as_str()), (2, ""), "{named:?}");
        named.stderr.shows(["is about code, and moves counts issues"]);
    }
    for option in options.iter().take(3) {
        count(here.arg(), there.arg(), option).exits(0, ["so counters of issues are left out: moves"]);
    }
}

#[test]
fn figures_of_several_repositories_name_the_commits_of_each() {
    let (here, there) = (growing("a"), growing("b"));
    let page = json(&count(here.arg(), there.arg(), &["-o", "json"]));
    assert_eq!(page["commit"], serde_json::Value::Null, "{page}");
    assert_eq!(page["counts"][1]["commit"], git(there.path(), &["rev-parse", "HEAD"]));
    // The issues that the third one counts were not fetched.
    let moves = &page["counts"][2];
    assert_eq!((page["complete"].as_bool(), moves["left"].as_u64()), (Some(false), None), "{page}");
}

#[test]
fn readings_of_issues_are_not_written() {
    let (here, there) = (growing("a"), growing("b"));
    let written = count(here.arg(), there.arg(), &["moves", "--write"]);
    let said = "nothing to write: the readings of moves are computed from the issues";
    written.exits(0, [said]);
    let history = count(here.arg(), there.arg(), &["moves", "--history"]);
    history.stderr.hides(["there is no commit"]);
}

#[test]
fn list_needs_a_name_if_there_are_several_counters() {
    let (here, there) = (growing("a"), growing("b"));
    count(here.arg(), there.arg(), &["--list", "left"]).exits(2, ["hint: known counters: here, there"]);
    assert_eq!(count(here.arg(), there.arg(), &["here", "--list", "left"]).code, 0);
}

#[test]
fn a_history_without_commits_says_so() {
    let (here, there) = (growing("a"), growing("b"));
    let output = count(here.arg(), there.arg(), &["here", "--history", "--since", "2020-02-01"]);
    output.stderr.shows(["note: there is no commit in the requested period"]);
}

#[test]
fn groups_without_a_total_have_no_percentage_and_the_root_has_a_name() {
    let (here, there) = (growing("a"), growing("b"));
    let table = count(here.arg(), there.arg(), &["here", "--by", "dir", "-o", "table"]).stdout;
    assert!(table.contains("the root folder") && !table.contains("??"), "{table}");
    let listed =
        count(here.arg(), there.arg(), &["here", "--list", "left", "--by", "dir", "--group", "the root folder"]);
    assert_eq!(listed.code, 0, "{listed:?}");
}

#[test]
fn broken_owners_files_are_named() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).put("OWNERS", b"approvers:\n- a\n\tb\n").commit("2020-01-10");
    let output = super::count(&["--repo", repo.arg(), "--by", "owner"]);
    output.stderr.shows(["note: owners: OWNERS:3: a tab cannot indent"]);
}

#[test]
fn refs_searches_only_checkouts_of_the_roadmap() {
    let (here, there, foreign) = (growing("a"), growing("b"), growing("c"));
    let (x, y, z) = (here.arg(), there.arg(), foreign.arg());
    let settings = format!("[checkouts]\n\"o/n\" = {x:?}\n\"x/y\" = {y:?}\n\"other/one\" = {z:?}\n");
    let roadmap = ROADMAP.replace("id: p", "id: p, references: [TODO]");
    let mut program = Program::new().file("r.yaml", &roadmap).file(".config/offramp/config.toml", &settings);
    let mut refs = |args: &[&str]| program.run_with(&[&["-f", "r.yaml", "refs", "p"], args].concat());
    let found = json(&refs(&["-o", "json"]));
    assert_eq!(found["lines"], 4, "{found}");
    let history = refs(&["--history", "-o", "table"]).stdout;
    history.shows(["CHECKOUT", x, y]);
    history.hides([z]);
}

#[test]
fn refs_searches_test_infra_for_the_example_and_no_checkout_that_the_roadmap_does_not_name() {
    let (jobs, foreign) = (Repo::new(), Repo::new());
    jobs.put("a.yaml", b"image: gcr.io/k8s-testimages/x\n").commit("2020-01-10");
    foreign.put("b", b"none\n").commit("2020-01-10");
    let of = |settings: &str| {
        let program = Program::new().file(".config/offramp/config.toml", settings);
        program.args(["refs", "k8s-testimages", "-o", "json"]).run()
    };
    let elsewhere = format!("[checkouts]\n\"acme/mono\" = {:?}\n", foreign.arg());
    let found = json(&of(&format!("{elsewhere}\"kubernetes/test-infra\" = {:?}\n", jobs.arg())));
    assert_eq!((&found["lines"], &found["files_searched"]), (&1.into(), &1.into()), "{found}");
    assert_eq!(found["checkouts"], serde_json::json!([jobs.arg()]));
    of(&elsewhere).exits(2, ["there is no checkout to search in"]);
}

#[test]
fn refs_skips_the_roadmap() {
    let (repo, other) = (Repo::new(), Repo::new());
    repo.put("roadmap.yaml", b"version: 1\ncounters: {c: {readings: r.csv}}\nprojects: [{id: gone}]\n");
    repo.put("r.csv", b"date,done,total,rule,commit,note\n2020-01-01,0,1,1,,gone\n").commit("2020-01-10");
    other.put("a.txt", b"gone\n").commit("2020-01-10");
    let roadmap = repo.path().join("roadmap.yaml");
    let refs =
        |args: &[&str]| Program::new().args(["-f", roadmap.to_str().unwrap(), "refs"]).args(args.iter().copied()).run();
    assert_eq!(json(&refs(&["gone", "-o", "json"]))["lines"], 0);
    assert_eq!(json(&refs(&["gone", "--history", "-o", "json"]))["readings"][0]["lines"], 0);
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    assert_eq!(json(&refs(&["gone", "-o", "json", "--repo", repo.arg()]))["lines"], 0);
    let both = [other.arg(), "--repo", other.arg(), "--repo", repo.arg()];
    let twice = refs(&[&["gone", "-o", "json", "--repo"], &both[..]].concat());
    assert_eq!(json(&twice)["lines"], 1, "{twice:?}");
    repo.put("b.txt", b"gone\n");
    refs(&[&["gone", "--repo"], &both[..]].concat()).stdout.shows(["/a.txt:1", "/b.txt:1"]);
}

#[test]
fn refs_skips_the_roadmap_at_its_former_path() {
    let repo = Repo::new();
    let named = |name: &str| format!("version: 1\n# {name}\nprojects: [{{id: gone}}]\n");
    repo.put("plan.yaml", named("a plan").as_bytes()).put("b.txt", b"gone\n").commit("2020-01-10");
    git(repo.path(), &["mv", "plan.yaml", "roadmap.yaml"]);
    repo.commit("2020-02-10");
    std::fs::create_dir(repo.path().join("docs")).unwrap();
    git(repo.path(), &["mv", "roadmap.yaml", "docs/roadmap.yaml"]);
    repo.commit("2020-03-10");
    let roadmap = repo.path().join("docs/roadmap.yaml");
    let refs = ["-f", roadmap.to_str().unwrap(), "refs", "gone", "--history", "-o", "json"];
    let rows = json(&Program::new().args(refs).run())["readings"].clone();
    let lines: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["lines"].clone()).collect();
    assert_eq!(lines, [1, 1, 1], "{rows}");
}

#[test]
fn a_text_counter_skips_the_roadmap_at_its_former_path() {
    let repo = Repo::new();
    let rule = "{source: text, left: {contains: TODO}}";
    let roadmap =
        format!("version: 1\nrepo: o/n\ncounters:\n  c: {{unit: TODOs, rule: {rule}}}\nprojects: [{{id: p}}]\n");
    repo.put("x", b"TODO\nTODO\n").commit("2020-01-10");
    repo.put("plan/roadmap.yaml", roadmap.as_bytes()).commit("2020-01-11");
    git(repo.path(), &["mv", "plan/roadmap.yaml", "offramp.yaml"]);
    repo.commit("2020-01-12");
    repo.put("x", b"TODO\nTODO\nTODO\n").commit("2020-01-13");
    let file = repo.path().join("offramp.yaml");
    let run = |args: &[&str]| {
        json(
            &Program::new()
                .args(["-f", file.to_str().unwrap(), "count", "-o", "json"])
                .args(args.iter().copied())
                .run(),
        )
    };
    let rows = run(&["--history", "--every", "day"])["readings"].clone();
    let left: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["left"].clone()).collect();
    assert_eq!(left, [2, 2, 2, 3], "{rows}");
    let moves = run(&["--since", "2020-01-10", "--by", "commit"]);
    assert_eq!((&moves["sums"][0]["left"], moves["commits"].as_array().unwrap().len()), (&1.into(), 1), "{moves}");
    assert_eq!(run(&["--base", "HEAD~2"])["counters"][0]["growth"], 1);
    assert_eq!(run(&["--at", "2020-01-11"])["counts"][0]["left"], 2);
    // Another file at the former path counts, as it does at the head.
    repo.put("plan/roadmap.yaml", b"TODO\n").commit("2020-01-14");
    let left = run(&["--history", "--every", "day"])["readings"][4]["left"].clone();
    assert_eq!((left, run(&[])["counts"][0]["left"].clone()), (4.into(), 4.into()));
}
