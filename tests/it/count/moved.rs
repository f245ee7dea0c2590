//! Renamed folders: units that moved with them are not done.

use serde_json::Value;

use super::{JOB, Repo, git, json};
use crate::program::{Output, Program};

/// Returns a program with a roadmap whose counter reads some files.
fn counting(files: &str) -> Program {
    let rule = format!("{{source: text, files: {files}, left: {{contains: TODO}}}}");
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  todos: {{unit: TODOs, readings: r.csv, rule: {rule}}}\nprojects: [{{id: p, measure: todos}}]\n"
    );
    Program::new().file("r.yaml", &roadmap)
}

fn run(program: &mut Program, repo: &Repo, args: &[&str]) -> Output {
    program.run_with(&[&["-f", "r.yaml", "count", "--repo", repo.arg()], args].concat())
}

/// Returns a repository with two files whose folder is renamed by the last commit.
fn renamed() -> Repo {
    let repo = Repo::new();
    repo.put("src/a/x.txt", b"TODO 1\n").put("src/y.txt", b"TODO 2\nTODO 3\n").commit("2020-01-10");
    repo.put("README", b"x\n").commit("2020-01-11");
    git(repo.path(), &["mv", "src", "lib"]);
    repo.commit("2020-01-12");
    repo
}

#[test]
fn files_of_a_renamed_folder_are_not_done() {
    let repo = renamed();
    let mut todos = counting("src/**/*.txt");
    assert_eq!(run(&mut todos, &repo, &["--at", "HEAD~1", "--write"]).code, 0);
    let output = run(&mut todos, &repo, &["-o", "json"]);
    let page = json(&output);
    assert_eq!((output.code, page["complete"].as_bool()), (1, Some(false)), "{output:?}");
    assert_eq!((&page["counts"][0]["percent"], &page["counts"][0]["left"]), (&Value::Null, &Value::Null), "{page}");
    assert_eq!((&page["problems"][0]["path"], &page["problems"][0]["kind"]), (&"src".into(), &"moved".into()));
    assert!(output.stderr.contains("src: not counted: renamed to lib, where `files` does not look"), "{output:?}");
    assert!(output.stderr.contains("hint: change `files`"), "{}", output.stderr);
    repo.put("README", b"y\n").commit("2020-01-13");
    let written = run(&mut todos, &repo, &["--write"]);
    assert!(written.code == 1 && written.stderr.contains("0 readings written"), "{written:?}");
    assert!(written.stderr.contains("1 left out as incomplete"), "{}", written.stderr);
}

#[test]
fn a_history_and_a_comparison_end_where_a_folder_was_renamed() {
    let repo = renamed();
    let mut todos = counting("src");
    let rows = json(&run(&mut todos, &repo, &["--history", "--every", "day", "-o", "json"]))["readings"].clone();
    let left: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["left"].clone()).collect();
    assert_eq!(left, [3.into(), 3.into(), Value::Null]);
    let base = run(&mut todos, &repo, &["--base", "HEAD~1", "--fail-on", "worse", "-o", "json"]);
    assert_eq!((base.code, json(&base)["complete"].as_bool()), (1, Some(false)), "{base:?}");
    let moves = run(&mut todos, &repo, &["--since", "2020-01-11", "--by", "commit"]);
    assert_eq!((moves.code, moves.stdout.as_str()), (1, ""), "{moves:?}");
}

#[test]
fn files_deleted_renamed_singly_or_moved_to_an_excluded_folder_are_done() {
    let done = |repo: &Repo, files: &str| {
        let output = run(&mut counting(files), repo, &["-o", "json"]);
        (output.code, json(&output)["counts"][0]["left"].clone())
    };
    let repo = renamed();
    assert_eq!(done(&repo, "{include: [src], exclude: [lib]}"), (0, 0.into()), "the rule names the new place");
    git(repo.path(), &["rm", "-q", "-r", "lib"]);
    repo.commit("2020-01-13");
    assert_eq!(done(&repo, "src"), (0, 0.into()), "nothing is at the new place");
    repo.put("web/a.js", b"TODO\n").commit("2020-01-14");
    git(repo.path(), &["mv", "web/a.js", "web/a.ts"]);
    repo.commit("2020-01-15");
    assert_eq!(done(&repo, "'**/*.js'"), (0, 0.into()), "a file has another name");
}

#[test]
fn a_missing_folder_of_job_configs_moves_no_counter() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    git(repo.path(), &["mv", "config", "cfg"]);
    repo.commit("2020-01-11");
    git(repo.path(), &["mv", "cfg", "config"]);
    repo.commit("2020-01-12");
    let roadmap = "version: 1\nrepo: o/n\ncounters:\n  jobs: {unit: jobs, rule: {source: prow-jobs, done: {not: {cluster: default}}}}\nprojects: [{id: p}]\n";
    let mut jobs = Program::new().file("r.yaml", roadmap);
    for day in ["2020-01-10", "2020-01-11"] {
        let output = run(&mut jobs, &repo, &["--at", "HEAD", "--since", day, "--by", "commit"]);
        if day == "2020-01-10" {
            assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{output:?}");
            assert!(output.stderr.contains("has no config/jobs"), "{}", output.stderr);
        } else {
            assert_eq!(output.code, 0, "the place is new: {output:?}");
        }
    }
}
