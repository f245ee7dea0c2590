//! Renamed folders: units that moved with them are not done.

use serde_json::Value;

use super::{JOB, Repo, git, json};
use crate::program::{Output, Program, Shows as _};

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
    output.stderr.shows(["src: not counted: renamed to lib, where the rule does not look"]);
    output.stderr.shows(["hint: change `files` (`config` for prow jobs)"]);
    repo.put("README", b"y\n").commit("2020-01-13");
    let written = run(&mut todos, &repo, &["--write"]);
    written.exits(1, ["0 readings written", "1 left out as incomplete"]);
}

#[test]
fn files_of_a_renamed_folder_in_braces_are_neither_done_nor_new() {
    let repo = Repo::new();
    repo.put("src/a/x.txt", b"TODO 1\n").put("src/b/y.md", b"TODO 2\n").commit("2020-01-10");
    repo.put("README", b"x\n").put("src/gen/z.txt", b"x\n").commit("2020-01-11");
    git(repo.path(), &["mv", "src/a", "lib"]);
    git(repo.path(), &["mv", "src/b", "lib/b"]);
    repo.commit("2020-01-12");
    repo.put("README", b"y\n").put("src/gen/z.txt", b"y\n").commit("2020-01-13");
    for files in ["'{src,tests}/[ab]/*.{txt,md}'", "{include: [src], exclude: ['src/{gen,old}/**']}"] {
        let after = run(&mut counting(files), &repo, &[]);
        assert!(after.code == 1 && after.stderr.contains("not counted: renamed to lib, where"), "{files}: {after:?}");
    }
    let before = run(&mut counting("'{lib,x{y,z}}/**/*.{txt,md}'"), &repo, &["--at", "2020-01-10"]);
    assert!(before.code == 1 && before.stderr.contains("renamed to lib only later"), "{before:?}");
}

#[test]
fn one_of_several_folders_may_be_renamed() {
    let repo = Repo::new();
    repo.put("app/x.txt", b"TODO 1\n").put("src/y.txt", b"TODO 2\nTODO 3\n").commit("2020-01-10");
    git(repo.path(), &["mv", "src", "lib"]);
    repo.commit("2020-01-12");
    for files in ["[app, src]", "[app/**, 'src/*.txt']", "'{app,src}/**'", "[app, src, never/**]"] {
        let after = run(&mut counting(files), &repo, &[]);
        after.exits(1, ["src: not counted: renamed to lib, where the rule does not look"]);
        let before = run(&mut counting(files), &repo, &["--at", "2020-01-10", "-o", "json"]);
        assert_eq!((before.code, &json(&before)["counts"][0]["left"]), (0, &3.into()), "{files}: {before:?}");
        run(&mut counting(files), &repo, &["--base", "HEAD~1", "--fail-on", "worse"]).exits(1, ["renamed to lib"]);
    }
    let early = run(&mut counting("[app, lib]"), &repo, &["--at", "2020-01-10"]);
    early.exits(1, ["renamed to lib only later"]);
    assert_eq!(run(&mut counting("[app, src, lib]"), &repo, &["--history"]).code, 0);
    git(repo.path(), &["rm", "-q", "app/x.txt"]);
    repo.commit("2020-01-14");
    let gone = run(&mut counting("[app, lib]"), &repo, &[]);
    assert_eq!((gone.code, gone.stderr.as_str()), (0, "note: no file of todos is in `app`\n"), "deleted is no rename");
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
    assert!(moves.code == 1 && moves.stdout.contains("todos: not known from "), "{moves:?}");
}

#[test]
fn files_of_a_folder_renamed_to_the_counted_place_are_not_new() {
    let repo = renamed();
    repo.put("lib/z.txt", b"TODO 4\n").commit("2020-01-13");
    let mut todos = counting("lib/**");
    let base = run(&mut todos, &repo, &["--base", "HEAD~2", "--fail-on", "worse", "-o", "json"]);
    let page = json(&base);
    assert_eq!((base.code, &page["complete"], &page["worse"]), (1, &false.into(), &Value::Null), "{base:?}");
    assert_eq!(
        (&page["counters"][0]["left_before"], &page["new"]),
        (&Value::Null, &Value::Array(Vec::new())),
        "{page}"
    );
    let named = "src: not counted: renamed to lib only later, and the rule looks only there";
    base.stderr.shows([named, "hint: add the former place to `files` (`config` for prow jobs)"]);
    let moves = run(&mut todos, &repo, &["--since", "2020-01-11", "--by", "commit"]);
    assert!(moves.code == 1 && moves.stdout.contains("todos: not known from "), "{moves:?}");
    let later = run(&mut todos, &repo, &["--since", "2020-01-12", "--by", "commit"]);
    assert!(later.code == 0 && later.stdout.contains("todos: +1 left from "), "{later:?}");
    let history = run(&mut todos, &repo, &["--history", "--every", "day", "--write", "-o", "json"]);
    let rows = json(&history)["readings"].clone();
    let left: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["left"].clone()).collect();
    assert_eq!(left, [Value::Null, Value::Null, 3.into(), 4.into()], "{history:?}");
    history.stderr.shows(["2 readings written, 0 there already, 2 left out as incomplete"]);
}

#[test]
fn files_added_to_a_new_folder_are_new_even_if_one_of_them_was_moved_there() {
    let repo = renamed();
    repo.put("new/a.txt", b"TODO 4\n").put("new/b.txt", b"TODO 5\n");
    git(repo.path(), &["mv", "lib/y.txt", "new/y.txt"]);
    repo.commit("2020-01-13");
    let base = run(&mut counting("new"), &repo, &["--base", "HEAD~1", "--fail-on", "worse", "-o", "json"]);
    assert_eq!((base.code, json(&base)["counters"][0]["growth"].as_i64()), (3, Some(4)), "{base:?}");
    // What is excluded did not count before it was moved.
    let whole =
        run(&mut counting("{include: ['**/*.txt'], exclude: [src]}"), &repo, &["--base", "HEAD~2", "-o", "json"]);
    assert_eq!((whole.code, json(&whole)["counters"][0]["growth"].as_i64()), (0, Some(5)), "{whole:?}");
}

#[test]
fn files_moved_to_the_root_are_not_done() {
    let repo = Repo::new();
    repo.put("src/a.txt", b"TODO\n").commit("2020-01-10");
    git(repo.path(), &["mv", "src/a.txt", "a.txt"]);
    repo.commit("2020-01-11");
    let output = run(&mut counting("src"), &repo, &[]);
    output.stderr.shows(["src: not counted: renamed to the root folder, where"]);
    let before = run(&mut counting("a.txt"), &repo, &["--at", "HEAD~1"]);
    before.exits(1, ["src: not counted: renamed to the root folder"]);
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

/// Returns a program with counters of job configs in some folders.
fn counting_jobs(folders: &[&str]) -> Program {
    let counter = |folder: &&str| {
        let id = folder.split('/').next().unwrap().replace("'*", "any");
        format!(
            "  {id}: {{unit: jobs, rule: {{source: prow-jobs, config: {folder}, done: {{not: {{cluster: default}}}}}}}}\n"
        )
    };
    let counters: String = folders.iter().map(counter).collect();
    Program::new().file("r.yaml", &format!("version: 1\nrepo: o/n\ncounters:\n{counters}projects: [{{id: p}}]\n"))
}

/// Returns a repository whose folder of job configs was renamed, and back again.
fn renamed_and_back() -> Repo {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    git(repo.path(), &["mv", "config", "cfg"]);
    repo.commit("2020-01-11");
    git(repo.path(), &["mv", "cfg", "config"]);
    repo.commit("2020-01-12");
    repo
}

#[test]
fn a_renamed_folder_of_job_configs_moves_no_counter() {
    let repo = renamed_and_back();
    for day in ["2020-01-10", "2020-01-11"] {
        let output = run(&mut counting_jobs(&["config/jobs"]), &repo, &["--since", day, "--by", "commit"]);
        assert!(output.code == 1 && output.stdout.contains("config: not known from "), "{output:?}");
        output.stderr.shows(["config: not counted: renamed to cfg, where"]);
    }
}

#[test]
fn jobs_of_a_folder_renamed_to_the_counted_place_are_not_new() {
    let repo = Repo::new();
    repo.put("cfg/jobs/a.yaml", format!("periodics:\n{JOB}").as_bytes()).commit("2020-01-10");
    git(repo.path(), &["mv", "cfg", "config"]);
    repo.commit("2020-01-11");
    let mut jobs = counting_jobs(&["config/jobs"]);
    for args in [&["--base", "HEAD~1", "--fail-on", "worse"][..], &["--at", "HEAD~1"], &["--history", "--every", "day"]]
    {
        let output = run(&mut jobs, &repo, args);
        let named = "cfg: not counted: renamed to config only later, and the rule looks only there";
        output.exits(1, [named]);
    }
    assert_eq!(run(&mut jobs, &repo, &[]).code, 0);
}

#[test]
fn a_new_folder_of_job_configs_has_new_jobs() {
    let repo = Repo::new();
    repo.put("README", b"x\n").commit("2020-01-10");
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-11");
    let mut jobs = counting_jobs(&["config/jobs"]);
    let moves = run(&mut jobs, &repo, &["--since", "2020-01-10", "--by", "commit", "-o", "json"]);
    assert_eq!((moves.code, json(&moves)["sums"][0]["total"].as_i64()), (0, Some(2)), "{moves:?}");
    let base = run(&mut jobs, &repo, &["--base", "HEAD~1", "--fail-on", "worse"]);
    assert_eq!(base.code, 3, "{base:?}");
    let history = run(&mut jobs, &repo, &["--history", "--every", "day", "-o", "json"]);
    assert_eq!((history.code, json(&history)["readings"].as_array().unwrap().len()), (0, 1), "{history:?}");
}

#[test]
fn a_counter_whose_folder_of_job_configs_is_gone_is_incomplete() {
    let repo = renamed_and_back();
    for (folders, kind, reason) in [
        (["cfg/jobs", "config/jobs"], "moved", "cfg: not counted: renamed to config, where"),
        (["none/jobs", "config/jobs"], "absent", "none/jobs: not counted: it does not exist"),
    ] {
        let output = run(&mut counting_jobs(&folders), &repo, &["-o", "json"]);
        let page = json(&output);
        assert_eq!((output.code, &page["complete"], &page["problems"][0]["kind"]), (1, &false.into(), &kind.into()));
        let left: Vec<_> = page["counts"].as_array().unwrap().iter().map(|row| row["left"].clone()).collect();
        assert_eq!(left, [Value::Null, 1.into()], "{page}");
        assert!(output.stderr.contains(reason) && !output.stderr.contains("no job config of"), "{}", output.stderr);
        output.stderr.hides(["config: [prow/jobs]"]);
        let by = run(&mut counting_jobs(&folders), &repo, &["--by", "cluster", "-o", "json"]);
        assert_eq!((by.code, json(&by)["complete"].as_bool()), (1, Some(false)), "{by:?}");
    }
    let alone = run(&mut counting_jobs(&["cfg/jobs"]), &repo, &["-o", "json"]);
    assert_eq!((alone.code, &json(&alone)["counts"][0]["left"]), (1, &Value::Null), "{alone:?}");
    run(&mut counting_jobs(&["none/jobs"]), &repo, &[])
        .exits(1, ["has no none/jobs", "hint: check `config` in the rule"]);
}

#[test]
fn what_moved_a_counter_is_listed_beside_one_of_which_it_is_not_known() {
    let repo = renamed_and_back();
    let mut jobs = counting_jobs(&["config/jobs", "'*/jobs'"]);
    repo.file("b.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-13");
    let output = run(&mut jobs, &repo, &["--since", "2020-01-11", "--by", "commit", "-o", "json"]);
    let page = json(&output);
    assert_eq!((output.code, &page["complete"]), (1, &false.into()), "{output:?}");
    let left: Vec<_> = page["sums"].as_array().unwrap().iter().map(|row| row["left"].clone()).collect();
    assert_eq!((left, page["commits"].as_array().unwrap().len()), (vec![Value::Null, 1.into()], 1), "{page}");
}
