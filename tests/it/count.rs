//! `count` and `refs`: the real binary on small Git repositories.

mod checkout;
mod compare;
mod dates;
mod missing;
mod moved;
mod places;
mod several;
mod sources;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Output, Program, Shows as _};

const ROADMAP: &str = "version: 1\ncounters:\n  jobs:\n    unit: jobs\n    readings: readings/jobs.csv\n    rule: {version: 3, source: prow-jobs, done: {not: {cluster: default}}}\nprojects:\n- id: x\n  measure: jobs\n";
const JOB: &str = "- name: a\n  cluster: k8s-infra-prow-build\n- name: b\n";

/// Runs git without the user's configuration.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    said(git_in(folder).args(args))
}

fn git_in(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(["-c", "init.defaultBranch=main", "-c", "core.hooksPath=/dev/null"])
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR");
    git
}

fn said(git: &mut Command) -> String {
    let output = git.output().unwrap();
    assert!(output.status.success(), "{git:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A Git repository whose commits have given dates.
pub(crate) struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "-q"]);
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn arg(&self) -> &str {
        self.path().to_str().unwrap()
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        self.put(&format!("config/jobs/{name}"), text.as_bytes())
    }

    /// Writes a file at any path of the repository.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(bytes).unwrap();
        self
    }

    pub(crate) fn commit(&self, day: &str) -> String {
        self.commit_as(day, day)
    }

    pub(crate) fn commit_as(&self, day: &str, message: &str) -> String {
        git(self.path(), &["add", "-A"]);
        let date = format!("{day}T12:00:00 +0000");
        let mut commit = git_in(self.path());
        commit.env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date);
        said(commit.args(["commit", "-q", "--allow-empty", "-m", message]));
        git(self.path(), &["rev-parse", "HEAD"])
    }

    fn blob(&self, name: &str) -> String {
        git(self.path(), &["rev-parse", &format!("HEAD:config/jobs/{name}")])
    }

    /// Deletes an object, as if missing from a partial clone.
    fn lose(&self, id: &str) {
        std::fs::remove_file(self.object(id)).unwrap();
    }

    fn object(&self, id: &str) -> PathBuf {
        let (folder, name) = id.split_at(2);
        self.path().join(".git/objects").join(folder).join(name)
    }
}

fn count(args: &[&str]) -> Output {
    Program::new().args(["count", "prow-jobs", "--rule", "1"]).args(args.iter().copied()).run()
}

fn json(output: &Output) -> serde_json::Value {
    output.json()
}

fn figures(output: &Output) -> (u64, u64) {
    let row = &json(output)["counts"][0];
    (row["done"].as_u64().unwrap(), row["total"].as_u64().unwrap())
}

#[test]
fn count_reads_a_commit_a_day_or_the_head() {
    let repo = Repo::new();
    let first = repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    repo.file("b.yml", &format!("presubmits:\n  x/y:\n  {}\n", JOB.trim_end().replace('\n', "\n  ")))
        .commit("2020-02-10");
    assert_eq!(figures(&count(&["--repo", repo.arg(), "-o", "json"])), (2, 4));
    assert_eq!(figures(&count(&["--repo", repo.arg(), "-o", "json", "--at", &first])), (1, 2));
    assert_eq!(figures(&count(&["--repo", repo.arg(), "-o", "json", "--at", "2020-02-09"])), (1, 2));
    count(&["--repo", repo.arg(), "--at", "2019-12-31"]).exits(1, ["there is no commit on or before 2019-12-31"]);
}

#[test]
fn a_bare_clone_and_a_plain_folder_give_the_same_count() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let bare = tempfile::tempdir().unwrap();
    let path = bare.path().join("x.git");
    git(bare.path(), &["clone", "-q", "--bare", repo.arg(), path.to_str().unwrap()]);
    assert_eq!(figures(&count(&["--repo", path.to_str().unwrap(), "-o", "json"])), (1, 2));
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    let folder = count(&["--repo", repo.arg(), "-o", "json"]);
    assert_eq!(figures(&folder), (1, 2));
    assert_eq!(json(&folder)["commit"], serde_json::Value::Null);
    let past = count(&["--repo", repo.arg(), "--history"]);
    assert_eq!(past.code, 2, "{past:?}");
}

#[test]
fn a_missing_object_is_named_and_there_is_no_total() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).file("big.yaml", "periodics:\n- name: z\n").commit("2020-01-10");
    repo.lose(&repo.blob("big.yaml"));
    let output = count(&["--repo", repo.arg(), "-o", "json"]);
    let row = &json(&output)["counts"][0];
    assert_eq!(output.code, 1);
    assert!(row["total"].is_null() && row["percent"].is_null());
    assert_eq!((row["seen_done"].as_u64(), row["seen_total"].as_u64()), (Some(1), Some(2)));
    assert_eq!(json(&output)["problems"][0]["kind"], "missing");
    let history = json(&count(&["--repo", repo.arg(), "--history", "-o", "json"]));
    assert_eq!((history["complete"].as_bool(), history["problems"].as_array().unwrap().len()), (Some(false), 1));
    assert_eq!(history["problems"][0]["path"], "config/jobs/big.yaml");
    output.stderr.shows(["config/jobs/big.yaml: not counted"]);
    let table = count(&["--repo", repo.arg(), "-o", "table"]);
    table.stdout.shows(["Incomplete", "??"]);
}

#[test]
fn a_history_of_references_with_a_missing_object_has_no_total() {
    let repo = Repo::new();
    repo.file("a.yaml", "gs://k8s-gubernator/a\n").file("b.yaml", "k8s-gubernator\n").commit("2020-01-10");
    repo.lose(&repo.blob("b.yaml"));
    let refs =
        |format| Program::new().args(["refs", "k8s-gubernator", "--history", "--repo", repo.arg(), "-o", format]);
    let output = refs("json").run();
    let row = &json(&output)["readings"][0];
    assert_eq!((output.code, json(&output)["complete"].as_bool()), (1, Some(false)));
    assert_eq!((row["lines"].as_u64(), row["seen_lines"].as_u64()), (None, Some(1)));
    output.stderr.shows(["config/jobs/b.yaml: not counted"]);
    let table = refs("table").run().stdout;
    table.shows(["Incomplete", "1+"]);
}

#[test]
fn an_lfs_pointer_or_a_submodule_makes_a_figure_incomplete() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}"));
    repo.file("lfs.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
    repo.commit("2020-01-10");
    let entry = format!("160000,{},config/jobs/other", "1".repeat(40));
    git(repo.path(), &["update-index", "--add", "--cacheinfo", &entry]);
    git(repo.path(), &["commit", "-q", "-m", "x"]);
    let output = count(&["--repo", repo.arg(), "-o", "json"]);
    let problems = json(&output)["problems"].clone();
    let kinds: Vec<_> = problems.as_array().unwrap().iter().map(|problem| problem["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["lfs-pointer", "submodule"]);
    assert!(json(&output)["counts"][0]["total"].is_null());
}

#[test]
fn a_broken_file_is_named_with_its_line_and_the_rest_is_counted() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).file("bad.yaml", "periodics:\n- name: x\n  spec: [a\n  b: c\n");
    repo.file("tab.yaml", "periodics:\n- name: x\n\tcluster: y\n").commit("2020-01-10");
    let output = count(&["--repo", repo.arg(), "-o", "json"]);
    assert_eq!((output.code, figures(&output)), (1, (1, 2)));
    output.stderr.shows(["config/jobs/bad.yaml:", "config/jobs/tab.yaml:3: not counted: a tab cannot indent"]);
}

#[test]
fn a_history_has_the_last_commit_of_every_month() {
    let repo = Repo::new();
    repo.file("a.yaml", "periodics:\n- name: a\n").commit("2020-01-10");
    repo.file("a.yaml", "periodics:\n- name: a\n- name: b\n").commit("2020-01-20");
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-03-01");
    let output = count(&["--repo", repo.arg(), "--history", "-o", "json"]);
    let rows = json(&output)["readings"].clone();
    let rows: Vec<_> =
        rows.as_array().unwrap().iter().map(|r| format!("{} {}/{}", r["date"], r["done"], r["total"])).collect();
    assert_eq!(rows, ["\"2020-01-20\" 0/2", "\"2020-03-01\" 1/2"]);
    let since = count(&["--repo", repo.arg(), "--history", "--since", "2020-02-01", "-o", "json"]);
    assert_eq!(json(&since)["readings"].as_array().unwrap().len(), 1);
}

#[test]
fn jobs_are_grouped_and_listed_with_file_and_line() {
    let repo = Repo::new();
    let text =
        "periodics:\n- name: a\n  cluster: eks\n- annotations:\n    testgrid-dashboards: sig-node-x\n  name: b\n";
    repo.file("d/a.yaml", text).commit("2020-01-10");
    let groups = count(&["--repo", repo.arg(), "--by", "sig", "-o", "json"]);
    let keys: Vec<_> = json(&groups)["groups"].as_array().unwrap().iter().map(|g| g["key"].to_string()).collect();
    assert_eq!(keys, ["\"sig-node\"", "null"]);
    let table = count(&["--repo", repo.arg(), "--by", "sig", "-o", "table"]).stdout;
    assert!(table.contains("(none)") && !table.contains("several groups"), "{table}");
    let left = count(&["--repo", repo.arg(), "--list", "left", "-o", "json"]);
    let job = json(&left)["jobs"][0].clone();
    assert_eq!(
        (job["name"].as_str(), job["path"].as_str(), job["line"].as_u64()),
        (Some("b"), Some("config/jobs/d/a.yaml"), Some(4))
    );
    let tasks = count(&["--repo", repo.arg(), "--list", "left", "--sig", "sig-node", "--tasks"]);
    let expected = "- [ ] `config/jobs/d/a.yaml`\n  - [ ] `b` (periodic on `default`, line 4)\n";
    assert_eq!(tasks.stdout, expected);
    count(&["--repo", repo.arg(), "--list", "left", "--sig", "sig-nod"]).exits(2, ["did you mean `sig-node`?"]);
}

#[test]
fn list_accepts_every_group_that_by_shows() {
    let repo = Repo::new();
    repo.file("d/a.yaml", &format!("periodics:\n{JOB}")).file("e.yaml", "periodics:\n- name: c\n").commit("2020-01-10");
    let listed = |by: &str, group: &str| {
        let args = ["--repo", repo.arg(), "--list", "left", "--by", by, "--group", group, "-o", "json"];
        let output = count(&args);
        let names = |jobs: &Vec<serde_json::Value>| jobs.iter().map(|job| job["name"].to_string()).collect::<String>();
        if output.code == 0 { names(json(&output)["jobs"].as_array().unwrap()) } else { output.stderr }
    };
    assert_eq!(listed("cluster", "default"), "\"b\"\"c\"");
    assert_eq!(listed("cluster", "k8s-infra-prow-build"), "", "a group of which nothing is left");
    assert_eq!((listed("dir", "config/jobs/d"), listed("sig", "(none)")), ("\"b\"".into(), "\"b\"\"c\"".into()));
    assert!(listed("cluster", "defualt").contains("did you mean `default`?"), "{}", listed("cluster", "defualt"));
    assert!(listed("cluster", "xyz").contains("hint: without `--list`, `--by cluster` shows them"));
}

/// Returns `count --write` with a roadmap.
fn writing(repo: &Repo, roadmap: &str) -> Program {
    let args = ["-f", "roadmap.yaml", "count", "--repo", repo.arg(), "--write"];
    Program::new().file("roadmap.yaml", roadmap).args(args)
}

#[test]
fn readings_are_written_once_for_each_commit_and_rule() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let mut program = writing(&repo, ROADMAP);
    for said in ["1 reading written, 0 there already", "0 readings written, 1 there already"] {
        program.run_again().exits(0, [said]);
    }
    let text = std::fs::read_to_string(program.home().join("readings/jobs.csv")).unwrap();
    let id = git(repo.path(), &["rev-parse", "HEAD"]);
    assert_eq!(text, format!("date,done,total,rule,commit,note\n2020-01-10,1,2,3,{id},\n"));
}

#[test]
fn a_commit_dated_into_the_future_is_not_written() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2099-01-10");
    let mut program = writing(&repo, ROADMAP);
    program.run_again().exits(0, ["0 readings written, 0 there already, 1 left out as commits dated in the future"]);
    assert!(!program.home().join("readings/jobs.csv").exists());
}

#[test]
fn a_readings_file_that_cannot_be_read_loses_no_reading() {
    use crate::faults::steps;
    if !steps::can_trace() {
        return;
    }
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let old = "date,done,total,rule,commit,note\n2019-06-30,0,2,3,,by hand\n";
    let mut program = Program::new().file("roadmap.yaml", ROADMAP).file("readings/jobs.csv", old);
    let file = program.home().join("readings/jobs.csv");
    let args = ["-f", "roadmap.yaml", "count", "--repo", repo.arg(), "--write"];
    let mut refused = 0;
    for when in 1..200 {
        let output = steps::run_with(&mut program, &args, &format!("?statx,?newfstatat:error=EIO:when={when}"));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(old), "{when}: {text} {output:?}");
        crate::program::write(&file, old).unwrap();
        refused += usize::from(!output.status.success());
    }
    assert!(refused > 0, "no call failed");
}

#[test]
fn write_reports_a_counter_without_a_readings_file_and_writes_the_others() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let more = ROADMAP
        .replace("projects:", "  other: {unit: jobs, rule: {source: prow-jobs, done: {type: periodic}}}\nprojects:");
    let said = "the counter `other` has no readings file";
    for history in [&[][..], &["--history"]] {
        let mut program = writing(&repo, &more).args(history.iter().copied());
        let output = program.run_again();
        output.exits(2, [said, "1 reading written, 0 there"]);
        assert!(output.stdout.contains("other") && program.home().join("readings/jobs.csv").exists(), "{output:?}");
    }
    let mut none = writing(&repo, &more).args(["other"]);
    let output = none.run_again();
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains(said) && !none.home().join("readings").exists(), "{output:?}");
}

#[test]
fn count_and_refs_send_no_request() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    for args in [["count", "--repo", repo.arg()], ["refs", "--repo", repo.arg()]] {
        let output = Program::new()
            .file("roadmap.yaml", ROADMAP)
            .env("OFFRAMP_OFFLINE", "")
            .env("OFFRAMP_API_URL", "http://127.0.0.1:9")
            .args(["-f", "roadmap.yaml"])
            .args(args)
            .run();
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn csv_has_commit_and_day() {
    let repo = Repo::new();
    let id = repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let output = count(&["--repo", repo.arg(), "-o", "csv"]);
    let expected = format!(
        "counter,unit,source,rule,rule_name,done,total,left,percent,percent_of,start,unknown,seen_done,seen_total,seen_left,date,commit\r\nprow-jobs,prow jobs,prow-jobs,1,as reported,1,2,1,50,total,,0,1,2,1,2020-01-10,{id}\r\n"
    );
    assert_eq!(output.stdout, expected);
}

#[test]
fn a_cached_history_continues_with_new_commits() {
    let repo = Repo::new();
    repo.file("a.yaml", "periodics:\n- name: a\n").commit("2020-01-10");
    let mut program =
        Program::new().args(["count", "prow-jobs", "--rule", "1", "--repo", repo.arg(), "--history", "-o", "csv"]);
    assert_eq!(program.run_again().stdout.lines().count(), 2);
    assert_eq!(program.run_again().stdout.lines().count(), 2);
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-02-10");
    repo.commit("2020-03-10");
    let days: Vec<String> = program.run_again().stdout.lines().map(|line| line.chars().take(10).collect()).collect();
    assert_eq!(days, ["date,commi", "2020-01-10", "2020-02-10", "2020-03-10"]);
    git(repo.path(), &["reset", "-q", "--hard", "HEAD~2"]);
    repo.file("b.yaml", "periodics:\n- name: b\n").commit("2020-05-10");
    let days: Vec<String> = program.run_again().stdout.lines().map(|line| line.chars().take(10).collect()).collect();
    assert_eq!(days, ["date,commi", "2020-01-10", "2020-05-10"]);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_count_at_once_and_keeps_the_readings() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::ExitStatusExt as _;
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    // A fake git that signals the request for files and never answers it.
    let shim = "#!/bin/sh\ncase \"$*\" in *cat-file*) echo asked > \"$HOME/asked\"; cat > /dev/null;; esac\nPATH=${PATH#*:} exec git \"$@\"\n";
    let readings = "date,done,total,rule,commit,note\n2019-12-31,0,2,3,,\n";
    let mut program = Program::new()
        .file("roadmap.yaml", ROADMAP)
        .file("readings/jobs.csv", readings)
        .file("bin/git", shim)
        .args(["-f", "roadmap.yaml", "count", "--repo", repo.arg(), "--history", "--write"]);
    let home = program.home().to_owned();
    std::fs::set_permissions(home.join("bin/git"), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(Command::new("mkfifo").arg(home.join("asked")).status().unwrap().success());
    let path = format!("{}:{}", home.join("bin").display(), std::env::var("PATH").unwrap());
    let mut child = program.command().env("PATH", path).spawn().unwrap();
    // Opening the pipe blocks until the count has started.
    assert_eq!(std::fs::read_to_string(home.join("asked")).unwrap(), "asked\n");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    let files: Vec<_> =
        std::fs::read_dir(home.join("readings")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["jobs.csv"]);
    assert_eq!(std::fs::read_to_string(home.join("readings/jobs.csv")).unwrap(), readings);
}

#[test]
fn a_file_is_read_from_git_once() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let mut program = Program::new().args(["count", "prow-jobs", "--rule", "1", "--repo", repo.arg(), "-o", "json"]);
    assert_eq!(figures(&program.run_again()), (1, 2));
    repo.lose(&repo.blob("a.yaml"));
    assert_eq!(figures(&program.run_again()), (1, 2));
}

#[test]
fn no_argument_is_passed_to_git_as_an_option() {
    let repo = Repo::new();
    repo.file("a.yaml", "periodics: []\n").commit("2020-01-10");
    for name in ["--output=/tmp/offramp-test-x", "-n", "--all", "HEAD --all"] {
        let output = count(&["--repo", repo.arg(), &format!("--at={name}")]);
        assert_eq!(output.code, 2, "{output:?}");
    }
    assert!(!Path::new("/tmp/offramp-test-x").exists());
}

#[test]
fn git_variables_in_the_environment_are_ignored() {
    let repo = Repo::new();
    repo.file("a.yaml", &format!("periodics:\n{JOB}")).commit("2020-01-10");
    let output = Program::new()
        .env("GIT_DIR", "/nowhere")
        .env("GIT_OBJECT_DIRECTORY", "/nowhere")
        .args(["count", "prow-jobs", "--rule", "1", "--repo", repo.arg(), "-o", "json"])
        .run();
    assert_eq!(figures(&output), (1, 2));
}

#[test]
fn a_folder_without_job_configs_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    count(&["--repo", folder.path().to_str().unwrap()]).exits(2, ["has no config/jobs", "`config: [prow/jobs]`"]);
    assert_eq!(count(&[]).code, 2);
}

#[test]
fn refs_searches_tracked_files_in_a_subfolder_of_a_checkout() {
    let repo = Repo::new();
    repo.put("tool/.gitignore", b"gen/\n").put("tool/gen/a.txt", b"k8s-prow\n").put("b.txt", b"k8s-prow\n");
    git(repo.path(), &["add", "-f", "tool/gen/a.txt"]);
    repo.put("roadmap.yaml", b"version: 1\nprojects: [{id: k8s-prow}]\n").commit("2020-01-10");
    let refs = |folder: &str| {
        let path = repo.path().join(folder);
        json(&Program::new().args(["refs", "k8s-prow", "-o", "json", "--repo", path.to_str().unwrap()]).run())
    };
    let inner = refs("tool");
    assert_eq!((&inner["lines"], &inner["references"][0]["path"]), (&1.into(), &"gen/a.txt".into()), "{inner}");
    assert_eq!(refs("")["lines"], 3);
    let roadmap = repo.path().join("roadmap.yaml");
    let around = Program::new().args(["-f", roadmap.to_str().unwrap(), "refs", "-o", "json"]).run();
    assert_eq!(json(&around)["projects"][0]["lines"], 2, "{around:?}");
}

#[test]
fn refs_reads_utf_16_in_git_and_in_a_folder() {
    let repo = Repo::new();
    let wide: Vec<u8> = "\u{feff}a\nk8s-prow é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.put("wide.txt", &wide).commit("2020-01-10");
    let found = json(&Program::new().args(["refs", "k8s-prow", "-o", "json", "--repo", repo.arg()]).run());
    let line = &found["references"][0];
    assert_eq!((&line["line"], &line["text"]), (&2.into(), &"k8s-prow é".into()), "{found}");
}

#[test]
fn refs_lists_lines_or_says_that_none_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("a.txt")).unwrap();
    file.write_all(b"x\nsee gubernator.k8s.io\n").unwrap();
    let refs =
        |project| Program::new().args(["refs", project, "--repo", folder.path().to_str().unwrap(), "-o", "json"]).run();
    let found = json(&refs("k8s-gubernator"));
    assert_eq!((found["lines"].as_u64(), found["references"][0]["line"].as_u64()), (Some(1), Some(2)));
    assert_eq!(json(&refs("k8s-prow"))["lines"], 0);
    let said = Program::new().args(["refs", "k8s-prow", "--repo", folder.path().to_str().unwrap()]).run();
    said.stdout.shows(["No references"]);
    assert_eq!((said.code, refs("nobody").code), (0, 2));
}
