//! Comparisons of two commits: new units, growth, and the commits that moved a counter.

use std::fmt::Write as _;

use super::{Repo, git, json};
use crate::program::{Output, Program, Shows as _};

fn count(repo: &str, args: &[&str]) -> Output {
    count_by("{source: text, files: '**/*.txt', left: {contains: TODO}}", repo, args)
}

fn count_by(rule: &str, repo: &str, args: &[&str]) -> Output {
    let roadmap =
        format!("version: 1\nrepo: o/n\ncounters:\n  todos: {{unit: TODOs, rule: {rule}}}\nprojects: [{{id: p}}]\n");
    Program::new()
        .file("r.yaml", &roadmap)
        .args(["-f", "r.yaml", "count", "--repo", repo])
        .args(args.iter().copied())
        .run()
}

/// Returns a repository with a branch that forked from an earlier commit of the main line.
fn branched(branch: &[u8]) -> Repo {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO one\nTODO two\n").commit("2020-01-10");
    git(repo.path(), &["branch", "work"]);
    repo.put("a.txt", b"x\n").commit("2020-01-12");
    git(repo.path(), &["checkout", "-q", "work"]);
    repo.put("b.txt", branch).commit("2020-01-13");
    repo
}

#[test]
fn a_branch_is_compared_with_its_merge_base() {
    let repo = branched(b"\nTODO three\n");
    let worse = count(repo.arg(), &["--base", "main", "--fail-on", "worse", "-o", "json"]);
    assert_eq!(worse.code, 3, "{worse:?}");
    let page = json(&worse);
    assert_eq!((page["worse"].as_bool(), page["counters"][0]["growth"].as_i64()), (Some(true), Some(1)));
    assert_eq!((page["new"][0]["path"].as_str(), page["new"][0]["line"].as_u64()), (Some("b.txt"), Some(2)));
    let github = count(repo.arg(), &["--base", "main", "--fail-on", "worse", "-o", "github"]);
    assert_eq!(github.code, 3);
    assert!(github.stdout.starts_with("::error file=b.txt,line=2,title=todos::"), "{}", github.stdout);
    assert_eq!(count(repo.arg(), &["--base", "main"]).code, 0, "only `--fail-on` makes it fail");
}

#[test]
fn fail_on_worse_passes_when_nothing_grew() {
    let repo = branched(b"fine\n");
    let same = count(repo.arg(), &["--base", "main", "--fail-on", "worse"]);
    assert_eq!(same.code, 0, "{same:?}");
    git(repo.path(), &["mv", "a.txt", "c.txt"]);
    repo.commit("2020-01-14");
    assert_eq!(count(repo.arg(), &["--base", "main", "--fail-on", "worse"]).code, 0);
}

#[test]
fn new_units_are_listed_even_if_fewer_are_left() {
    let repo = branched(b"TODO three\n");
    repo.put("a.txt", b"x\n").commit("2020-01-14");
    let fewer = count(repo.arg(), &["--base", "main", "--fail-on", "worse", "-o", "json"]);
    assert_eq!(fewer.code, 0, "{fewer:?}");
    let page = json(&fewer);
    assert_eq!((page["worse"].as_bool(), page["counters"][0]["growth"].as_i64()), (Some(false), Some(-1)));
    assert_eq!(page["new"][0]["path"].as_str(), Some("b.txt"));
    let github = count(repo.arg(), &["--base", "main", "--fail-on", "worse", "-o", "github"]).stdout;
    assert!(github.starts_with("::warning file=b.txt,line=1,title=todos::left here, and was not before"), "{github}");
}

#[test]
fn among_equal_lines_the_added_one_is_new() {
    let matches = "{source: text, count: matches, left: {contains: old_api}}";
    let steps = "{source: entries, files: ci.yml, each: '$.steps[*]', left: {uses: old/action@v1}}";
    let repo = Repo::new();
    repo.put("a.txt", b"fine\nuse old_api(1);\nfine\n").put("a.c", b"old_api(1)\n").put("b.c", b"x\n");
    repo.put("ci.yml", b"steps:\n- run: a\n- uses: old/action@v1\n").commit("2020-01-10");
    repo.put("a.txt", b"use old_api(2);\nfine\nuse old_api(1);\nfine\n").put("a.c", b"\n");
    repo.put("b.c", b"y = old_api(7)\n");
    repo.put("ci.yml", b"steps:\n- uses: old/action@v1\n- run: a\n- uses: old/action@v1\n").commit("2020-01-11");
    let new = |rule: &str| {
        let page = json(&count_by(rule, repo.arg(), &["--base", "HEAD~1", "-o", "json"]));
        let new = page["new"].as_array().unwrap().clone();
        new.iter().map(|unit| format!("{}:{}", unit["path"].as_str().unwrap(), unit["line"])).collect::<Vec<_>>()
    };
    assert_eq!(new(matches), ["a.txt:1", "b.c:1"]);
    assert_eq!(new(steps), ["ci.yml:2"]);
}

const OLD_RUNNERS: &str = "{source: entries, files: '.github/**', each: $.jobs.*, left: {runs-on: old}}";

/// Returns a repository with one workflow per name, whose only job runs on the given runner; two commits, base and head.
fn workflows(base: &[(&str, &str)], head: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    for (day, files) in [("2020-01-10", base), ("2020-01-11", head)] {
        let _ = std::fs::remove_dir_all(repo.path().join(".github"));
        for (name, runner) in files {
            let text = format!("on: push\nname: {name}\njobs:\n  build:\n    runs-on: {runner}\n");
            repo.put(&format!(".github/workflows/{name}.yml"), text.as_bytes());
        }
        repo.commit(day);
    }
    repo
}

fn new_places(rule: &str, repo: &Repo) -> Vec<String> {
    let page = json(&count_by(rule, repo.arg(), &["--base", "HEAD~1", "-o", "json"]));
    let new = page["new"].as_array().unwrap().clone();
    new.iter().map(|unit| unit["path"].as_str().unwrap().trim_start_matches(".github/workflows/").to_owned()).collect()
}

#[test]
fn a_job_that_regressed_is_new_even_if_its_namesake_was_fixed() {
    let base = [("a", "old"), ("b", "new"), ("c", "new")];
    let repo = workflows(&base, &[("a", "new"), ("b", "old"), ("c", "new")]);
    assert_eq!(new_places(OLD_RUNNERS, &repo), ["b.yml"]);
    let values = "{source: entries, files: '.github/**', each: \"$.jobs.*['runs-on']\", left: old}";
    assert_eq!(new_places(values, &repo), ["b.yml"]);
    let repo = workflows(&base, &[("a", "new"), ("b", "old"), ("c", "old")]);
    assert_eq!(new_places(OLD_RUNNERS, &repo), ["b.yml", "c.yml"]);
    let repo = workflows(&base, &[("b", "old"), ("c", "new")]);
    assert_eq!(new_places(OLD_RUNNERS, &repo), ["b.yml"], "a deleted file was not renamed to an existing one");
}

#[test]
fn a_renamed_file_adds_nothing_new() {
    let files = "{source: text, count: files, files: '.github/**', left: {contains: 'runs-on: old'}}";
    let repo = workflows(&[("a", "old"), ("b", "new")], &[("b", "old"), ("z", "old")]);
    for rule in [files, OLD_RUNNERS] {
        assert_eq!(new_places(rule, &repo), ["b.yml"], "{rule}");
    }
    let repo = workflows(&[("a", "old"), ("b", "new")], &[("a", "new"), ("b", "new"), ("z", "old")]);
    for rule in [files, OLD_RUNNERS] {
        assert_eq!(new_places(rule, &repo), ["z.yml"], "{rule}");
    }
}

#[test]
fn an_incomplete_counter_is_neither_new_nor_worse() {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\n").commit("2020-01-10");
    let lost = git(repo.path(), &["rev-parse", "HEAD:a.txt"]);
    repo.put("a.txt", b"TODO\nTODO 2\n").commit("2020-01-11");
    let base = ["--base", "HEAD~1", "--fail-on", "worse", "-o"];
    let whole = count(repo.arg(), &[&base[..], &["github"]].concat());
    whole.stdout.shows(["::error file=a.txt,line=2,", "todos: 2 lines left, 1 more than 1"]);
    repo.lose(&lost);
    let github = count(repo.arg(), &[&base[..], &["github"]].concat());
    assert_eq!(github.code, 1, "{github:?}");
    assert_eq!(github.stdout, "::notice title=todos::todos: not compared, since some files were not counted\n");
    let page = json(&count(repo.arg(), &[&base[..], &["json"]].concat()));
    assert_eq!((page["complete"].as_bool(), &page["worse"]), (Some(false), &serde_json::Value::Null));
    assert_eq!(page["new"].as_array().unwrap().len(), 0, "{page}");
}

#[test]
fn a_broken_file_that_is_the_same_in_both_commits_is_ignored() {
    let repo = workflows(&[("a", "old"), ("b", "new")], &[("a", "old"), ("b", "new")]);
    repo.put(".github/broken.yml", b"jobs:\n- {{ tpl }}\n- x: {{ y }}: z\n").commit("2020-01-12");
    let with = |name: &str, runner: &str, day: &str| {
        repo.put(
            &format!(".github/workflows/{name}.yml"),
            format!("jobs: {{build: {{runs-on: {runner}}}}}\n").as_bytes(),
        );
        repo.commit(day);
        let gate = ["--base", "HEAD~1", "--fail-on", "worse", "-o", "github"];
        count_by("{source: entries, files: '.github/**', each: $.jobs.*, left: {runs-on: old}}", repo.arg(), &gate)
    };
    for (name, runner, day, code) in
        [("c", "new", "2020-01-13", 0), ("d", "old", "2020-01-14", 3), ("d", "new", "2020-01-15", 0)]
    {
        let output = with(name, runner, day);
        assert_eq!(output.code, code, "{day}: {output:?}");
        output.stderr.shows(["broken.yml:2: not counted: "]);
    }
    repo.put(".github/broken.yml", b"jobs:\n- {{ other }}\n- x: {{ y }}: z\n");
    assert_eq!(with("d", "new", "2020-01-16").code, 1, "a file that was broken at the base cannot be compared");
}

#[test]
fn new_units_are_listed_with_their_owner() {
    let repo = branched(b"TODO three\n");
    repo.put("CODEOWNERS", b"* @core\n").commit("2020-01-14");
    let page = json(&count(repo.arg(), &["--base", "main", "-o", "json"]));
    assert_eq!(page["new"][0]["owner"].as_str(), Some("@core"), "{page}");
}

#[test]
fn since_begins_with_the_first_day_of_a_month_or_year() {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\n").commit("2019-12-31");
    repo.put("a.txt", b"TODO\nTODO\n").commit("2020-01-10");
    repo.put("a.txt", b"x\n").commit("2020-02-10");
    for (since, expected) in [("2020", 2), ("2020-01", 2), ("2020-02", 1), ("2020-01-10", 1)] {
        let page = json(&count(repo.arg(), &["--since", since, "--by", "commit", "-o", "json"]));
        assert_eq!(page["commits"].as_array().unwrap().len(), expected, "{since}");
    }
    for (since, expected) in [("2020", 2), ("2020-01", 2), ("2020-02", 1), ("2019", 3)] {
        let page = json(&count(repo.arg(), &["--since", since, "--history", "--every", "day", "-o", "json"]));
        let days = page["counts"].as_array().or(page["readings"].as_array()).unwrap();
        assert_eq!(days.len(), expected, "{since}");
    }
}

#[test]
fn the_error_for_a_shallow_clone_says_what_to_fetch() {
    let repo = branched(b"TODO\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clone");
    let url = format!("file://{}", repo.arg());
    git(folder.path(), &["clone", "-q", "--depth=1", "--branch=work", &url, path.to_str().unwrap()]);
    let unknown = count(path.to_str().unwrap(), &["--base", "origin/main", "--fail-on", "worse"]);
    unknown.exits(2, ["git fetch origin main"]);
    let commit = count(path.to_str().unwrap(), &["--base", "0761763246", "--fail-on", "worse"]);
    commit.exits(2, ["git fetch --unshallow origin"]);
    git(&path, &["fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    let shallow = count(path.to_str().unwrap(), &["--base", "origin/main", "--fail-on", "worse"]);
    shallow.exits(1, ["git fetch --unshallow"]);
}

#[test]
fn changes_by_commit_add_up_to_the_difference_of_two_readings() {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\nTODO\nTODO\n").commit("2020-01-10");
    repo.put("a.txt", b"TODO\n").commit("2020-01-12");
    repo.put("x", b"nothing").commit("2020-01-13");
    repo.put("b.txt", b"TODO\n");
    git(repo.path(), &["add", "-A"]);
    git(repo.path(), &["commit", "-q", "-m", "Add b (#12)"]);
    let page = json(&count(repo.arg(), &["--since", "2020-01-11", "--by", "commit", "-o", "json"]));
    let commits = page["commits"].as_array().unwrap();
    let changes: Vec<_> = commits.iter().map(|commit| commit["left"].as_i64().unwrap()).collect();
    assert_eq!(changes, [-2, 1]);
    assert_eq!((page["sums"][0]["left"].as_i64(), commits[1]["pull"].as_u64()), (Some(-1), Some(12)));
    // A rule that counts only what is left has neither done nor total.
    assert!(page["sums"][0]["done"].is_null() && commits[0]["done"].is_null() && commits[0]["total"].is_null());
    let compared = json(&count(repo.arg(), &["--base", "HEAD~1", "-o", "json"]))["counters"][0].clone();
    assert!(compared["done"].is_null() && compared["done_before"].is_null(), "{compared}");
    assert_eq!(count(repo.arg(), &["--since", "2020-01-11"]).code, 2);
}

/// Runs a command on a roadmap whose counter was moved by four commits.
fn moved(args: &[&str]) -> Output {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\nTODO\nTODO\n").commit("2020-01-10");
    for (day, text) in [("2020-01-11", "TODO\n"), ("2020-01-12", "TODO\nTODO\n"), ("2020-01-13", "x\n")] {
        repo.put("a.txt", text.as_bytes()).commit(day);
    }
    repo.put("b.txt", b"TODO\n").commit("2020-01-14");
    let rule = "{source: text, repo: x/y, files: '**/*.txt', left: {contains: TODO}}";
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  todos: {{unit: TODOs, rule: {rule}}}\nprojects:\n- {{id: p, measure: todos, items: [{{id: x, title: Remove them, counter: todos}}]}}\n"
    );
    let settings = format!("[checkouts]\n\"x/y\" = {:?}\n", repo.arg());
    let program = Program::new().file("r.yaml", &roadmap).file(".config/offramp/config.toml", &settings);
    program.args(["--offline", "-f", "r.yaml", "--as-of", "2020-01-20"]).args(args.iter().copied()).run()
}

#[test]
fn brief_and_changes_name_the_three_commits_that_moved_a_counter_most() {
    for command in ["brief", "changes"] {
        let page = json(&moved(&[command, "--since", "2020-01-10", "-o", "json"]));
        let moves = page["moves"].as_array().unwrap();
        let named: Vec<_> =
            moves.iter().map(|one| (one["left"].as_i64().unwrap(), one["date"].as_str().unwrap())).collect();
        assert_eq!(named, [(-2, "2020-01-13"), (-2, "2020-01-11"), (1, "2020-01-14")], "{command}");
        assert_eq!(moves[0]["commit"].as_str().unwrap().len(), 40);
    }
    moved(&["brief", "--since", "2020-01-10", "-o", "md"]).stdout.shows(["What moved the counters most", "-2 left"]);
}

#[test]
fn moves_before_the_first_commit_are_unknown() {
    moved(&["brief", "--since", "2019-12-31"]).exits(0, ["there is no commit on or before 2019-12-31"]);
}

#[test]
fn split_offers_pieces_of_a_counter_without_readings() {
    for reference in ["p/x", "todos"] {
        moved(&["split", reference]).stdout.shows(["1 line in the root folder: Remove them", "b.txt"]);
    }
    let brief = moved(&["brief", "--since", "2020-01-10", "-o", "md"]).stdout;
    brief.shows(["0 free", "Free to hand out (1, no reading yet)"]);
}

/// A project that only a counter measures, with and without readings.
#[test]
fn a_measured_project_without_items_is_offered_and_has_no_number_of_items() {
    let repo = Repo::new();
    repo.put("a/one.txt", b"TODO\n").put("b/two.txt", b"TODO\nTODO\n").commit("2020-01-10");
    let rule = "{version: 1, source: text, repo: x/y, files: '**/*.txt', left: {contains: TODO}}";
    for readings in ["date,done,total,rule,commit,note\n2020-01-10,0,3,1,,\n", "date,done,total,rule,commit,note\n"] {
        let roadmap = format!(
            "version: 1\nrepo: o/n\ncounters:\n  todos: {{unit: TODOs, readings: r.csv, rule: {rule}}}\nprojects: [{{id: p, title: No TODO, owner: sig-node, measure: todos}}]\n"
        );
        let settings = format!("[checkouts]\n\"x/y\" = {:?}\n", repo.arg());
        let program = || Program::new().file("r.yaml", &roadmap).file("r.csv", readings);
        let run = |program: Program, args: &[&str]| {
            program.args(["--offline", "-f", "r.yaml", "--as-of", "2020-01-20"]).args(args.iter().copied()).run()
        };
        let counted = |args: &[&str]| run(program().file(".config/offramp/config.toml", &settings), args);
        let next = json(&counted(&["next", "-o", "json"]))["free"].clone();
        let titles: Vec<_> = next.as_array().unwrap().iter().map(|piece| piece["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["1 line in a: No TODO", "2 lines in b: No TODO"]);
        assert!(
            next[0]["item"].is_null() && next[0]["claim"].as_str().unwrap().contains("It is part of `p`."),
            "{next}"
        );
        for reference in ["p", "todos"] {
            counted(&["split", reference]).stdout.shows(["# 1 line in a: No TODO", "Whom to ask: SIG Node"]);
        }
        let explained = counted(&["explain", "p"]).stdout;
        assert_eq!(
            explained.contains("Rank: "),
            readings.contains("2020"),
            "without a reading little is known: {explained}"
        );
        for (filter, count) in [("owner:node", 2), ("two", 0), ("-owner:node", 0)] {
            let free = json(&counted(&["next", filter, "-o", "json"]))["free"].clone();
            assert_eq!(free.as_array().unwrap().len(), count, "{filter}: {free}");
        }
        for command in ["brief", "status"] {
            let row = json(&counted(&[command, "-o", "json"]))["projects"][0].clone();
            assert!(row["left"].is_null(), "{command}: {row}");
        }
        run(program(), &["split", "p"]).stdout.shows(["# No TODO"]);
    }
}

/// Of forty lines one is removed each week, then thirty at once, then one more.
#[test]
fn a_step_names_the_commit_that_made_it() {
    let repo = Repo::new();
    let todos = |count: usize| "TODO\n".repeat(count);
    let mut readings = "date,done,total,rule,commit,note\n".to_owned();
    for week in 0..6 {
        let day = format!("2020-{:02}-{:02}", 1 + week / 4, 1 + week % 4 * 7);
        repo.put("a.txt", todos(40 - week).as_bytes()).commit(&day);
        writeln!(readings, "{day},{week},40,1,,").unwrap();
    }
    repo.put("a.txt", todos(5).as_bytes()).commit_as("2020-02-10", "Drop the old tests (#77)");
    repo.put("a.txt", todos(4).as_bytes()).commit("2020-02-12");
    readings.push_str("2020-02-15,36,40,1,,\n");
    let rule = "{version: 1, source: text, repo: x/y, files: '**/*.txt', left: {contains: TODO}}";
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  todos: {{unit: TODOs, readings: r.csv, rule: {rule}}}\nprojects: [{{id: p, measure: todos}}]\n"
    );
    let settings = format!("[checkouts]\n\"x/y\" = {:?}\n", repo.arg());
    let trend = |format: &str| {
        let program = Program::new().file("r.yaml", &roadmap).file("r.csv", &readings);
        let program = program.file(".config/offramp/config.toml", &settings);
        program.args(["--offline", "-f", "r.yaml", "--as-of", "2020-02-20", "trend", "todos", "-o", format]).run()
    };
    let text = trend("plain").stdout;
    let expected = "Step: fell by 31 between 2020-02-08 and 2020-02-15, -30 of it on 2020-02-10 by ";
    text.shows([expected, ": Drop the old tests (#77)"]);
    let made_by = &json(&trend("json"))["series"][0]["steps"][0]["made_by"];
    assert_eq!((made_by["change"].as_i64(), made_by["date"].as_str()), (Some(-30), Some("2020-02-10")));
}
