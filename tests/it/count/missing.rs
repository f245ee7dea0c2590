//! Missing objects and broken files: lists, comparisons and searches name what they could not read.

use super::{JOB, Repo, git, json};
use crate::program::{Output, Program, Shows as _};

const TODOS: &str = "version: 1\nrepo: o/n\ncounters:\n  todos: {unit: TODOs, rule: {source: text, files: '**/*.txt', left: {contains: TODO}}}\nprojects: [{id: p}]\n";
const JOBS: &str = "version: 1\nrepo: o/n\ncounters:\n  jobs: {unit: jobs, readings: jobs.csv, rule: {source: prow-jobs, done: {not: {cluster: default}}}}\nprojects: [{id: p}]\n";

/// Returns a program with a cache and a roadmap, and the arguments to count in a repository.
fn counting(roadmap: &str, repo: &Repo) -> (Program, Vec<String>) {
    let args = ["-f", "r.yaml", "count", "--repo", repo.arg()].map(str::to_owned).to_vec();
    (Program::new().file("r.yaml", roadmap), args)
}

fn run((program, args): &mut (Program, Vec<String>), more: &[&str]) -> Output {
    let args: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    program.run_with(&args)
}

/// Returns a repository with a warm cache and an object deleted afterwards.
fn warm_then_deleted() -> (Repo, (Program, Vec<String>)) {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO 1\n").put("d/b.txt", b"TODO 2\nTODO 3\n").commit("2020-01-10");
    let mut warm = counting(TODOS, &repo);
    assert_eq!(run(&mut warm, &[]).code, 0);
    repo.lose(&git(repo.path(), &["rev-parse", "HEAD:d/b.txt"]));
    (repo, warm)
}

#[test]
fn a_list_is_incomplete_if_a_counted_file_is_gone() {
    let (_repo, mut warm) = warm_then_deleted();
    for args in [["--list", "left"], ["--by", "dir"]] {
        let output = run(&mut warm, &[&args[..], &["-o", "json"]].concat());
        let page = json(&output);
        assert_eq!((output.code, page["complete"].as_bool()), (1, Some(false)), "{output:?}");
        assert_eq!(page["problems"][0]["path"], "d/b.txt", "{page}");
        output.stderr.shows(["d/b.txt: not counted"]);
    }
}

#[test]
fn nothing_is_compared_if_a_counted_file_is_gone() {
    let (repo, mut warm) = warm_then_deleted();
    repo.put("d/b.txt", b"TODO 2\nTODO 3\nTODO 4\n");
    git(repo.path(), &["commit", "-q", "-a", "-m", "x"]);
    let output = run(&mut warm, &["--base", "HEAD~1", "--fail-on", "worse", "-o", "json"]);
    let page = json(&output);
    assert_eq!((output.code, page["complete"].as_bool()), (1, Some(false)), "{output:?}");
    assert_eq!((&page["worse"], page["new"].as_array().unwrap().len()), (&serde_json::Value::Null, 0), "{page}");
}

#[test]
fn an_incomplete_search_does_not_report_zero_references() {
    let repo = Repo::new();
    repo.put("a.txt", b"x\n").put("b.txt", b"k8s-prow\n").commit("2020-01-10");
    let mut program = Program::new();
    let mut refs = |format: &str, project: &[&str]| {
        program.run_with(&[&["refs"], project, &["--repo", repo.arg(), "-o", format]].concat())
    };
    assert_eq!(json(&refs("json", &["k8s-prow"]))["complete"].as_bool(), Some(true));
    repo.lose(&git(repo.path(), &["rev-parse", "HEAD:b.txt"]));
    let said = refs("table", &["k8s-prow"]);
    assert_eq!(said.code, 1, "{said:?}");
    said.stdout.shows(["No references found in the 1 file that could be read."]);
    let page = json(&refs("json", &["k8s-prow"]));
    assert_eq!((page["complete"].as_bool(), page["files_searched"].as_u64()), (Some(false), Some(1)), "{page}");
    let all = refs("table", &[]);
    assert!(all.code == 1 && !all.stdout.contains("no references left"), "{all:?}");
}

#[test]
fn moved_folders_are_not_progress() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).put("a.txt", b"TODO\n").commit("2020-01-10");
    git(repo.path(), &["mv", "config", "cfg"]);
    git(repo.path(), &["mv", "a.txt", "a.md"]);
    repo.commit("2020-01-11");
    let base = ["--base", "HEAD~1", "--fail-on", "worse"];
    run(&mut counting(JOBS, &repo), &base).exits(1, ["config: not counted: renamed to cfg, where"]);
    let (_, todos) = TODOS.split_once("counters:\n").unwrap();
    let both = JOBS.replace("projects: [{id: p}]\n", todos);
    let both = run(&mut counting(&both, &repo), &[&base[..], &["-o", "json"]].concat());
    assert_eq!((both.code, json(&both)["complete"].as_bool()), (1, Some(false)), "{both:?}");
    both.stderr.shows(["note: no file is among the `files` of todos any more"]);
}

#[test]
fn a_file_broken_in_one_commit_only_prevents_the_comparison() {
    let repo = Repo::new();
    let whole = format!("periodics:\n{JOB}");
    repo.file("a.yaml", &whole).file("b.yaml", &whole).commit("2020-01-10");
    repo.file("b.yaml", "periodics:\n- name: x\n\tcluster: y\n").commit("2020-01-11");
    let mut jobs = counting(JOBS, &repo);
    let broke = run(&mut jobs, &["--base", "HEAD~1", "-o", "json"]);
    assert_eq!((broke.code, json(&broke)["complete"].as_bool()), (1, Some(false)), "{broke:?}");
    let by_commit = run(&mut jobs, &["--since", "2020-01-10", "--by", "commit"]);
    assert!(by_commit.code == 1 && by_commit.stdout.contains("jobs: not known from "), "{by_commit:?}");
    by_commit.stderr.shows(["config/jobs/b.yaml:3: not counted"]);
    let written = run(&mut jobs, &["--write"]);
    written.stderr.shows(["0 readings written, 0 there already, 1 left out as incomplete"]);
    // A file that is broken in the same way in both commits changes no figure.
    repo.file("a.yaml", &format!("{whole}- name: c\n")).commit("2020-01-12");
    let worse = json(&run(&mut jobs, &["--base", "HEAD~1", "-o", "json"]));
    assert_eq!(
        (worse["complete"].as_bool(), worse["counters"][0]["growth"].as_i64()),
        (Some(true), Some(1)),
        "{worse}"
    );
    repo.file("b.yaml", &whole).commit("2020-01-13");
    let repaired = json(&run(&mut jobs, &["--base", "HEAD~1", "-o", "json"]));
    assert_eq!((&repaired["worse"], repaired["complete"].as_bool()), (&serde_json::Value::Null, Some(false)));
}

#[test]
fn a_missing_object_is_named_by_its_hash() {
    let repo = Repo::new();
    let commit = repo.put("a.txt", b"TODO\n").commit("2020-01-10");
    let tree = git(repo.path(), &["rev-parse", "HEAD^{tree}"]);
    repo.lose(&tree);
    let output = run(&mut counting(TODOS, &repo), &[]);
    output.stderr.shows([&format!("the object {tree} is missing")]);
    output.stderr.hides(["no file is among"]);
    repo.lose(&commit);
    run(&mut counting(TODOS, &repo), &[]).exits(1, [&format!("`HEAD` is the object {commit}, which is missing")]);
}

#[test]
fn a_range_is_not_a_commit() {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\n").commit("2020-01-10");
    for args in [["--base", "HEAD...main"], ["--at", "HEAD..main"]] {
        run(&mut counting(TODOS, &repo), &args).exits(2, ["is a range of commits, and one commit is wanted"]);
    }
}

#[cfg(unix)]
#[test]
fn file_names_that_are_not_utf_8_stay_distinct() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::new();
    let put = |name: &[u8], text: &str| {
        crate::program::write(&repo.path().join(std::ffi::OsStr::from_bytes(name)), text).unwrap();
    };
    put(b"n\xfe.txt", "TODO 1\n");
    put(b"n\xff.txt", "TODO 2\n");
    repo.commit("2020-01-10");
    put(b"n\xff.txt", "TODO 2\nTODO 3\n");
    repo.commit("2020-01-11");
    let mut todos = counting(TODOS, &repo);
    let page = json(&run(&mut todos, &["--base", "HEAD~1", "-o", "json"]));
    assert_eq!((page["new"].as_array().unwrap().len(), &page["new"][0]["line"]), (1, &2.into()), "{page}");
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    let page = json(&run(&mut todos, &["--list", "left", "-o", "json"]));
    let mut paths: Vec<&str> =
        page["units"].as_array().unwrap().iter().map(|unit| unit["path"].as_str().unwrap()).collect();
    paths.dedup();
    assert_eq!(paths, ["n\u{fffd}fe.txt", "n\u{fffd}ff.txt"]);
}

#[test]
fn incomplete_counts_show_what_was_seen_with_a_plus() {
    let (repo, _warm) = warm_then_deleted();
    for format in ["plain", "table"] {
        run(&mut counting(TODOS, &repo), &["-o", format]).stdout.shows(["1+"]);
    }
}
