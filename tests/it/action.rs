//! The GitHub action: its shell steps, run with the built program against a local server, and all workflows, checked
//! against the schemas that GitHub publishes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::count::{Repo, git};
use super::github_server::Server;
use super::github_site::{NOW, Site};
use super::program::{Shows as _, write};

const ACTION: &str = include_str!("../../action.yml");

const ROADMAP: &str = "\
version: 1
repo: kubernetes/k8s.io
counters:
  todos: {unit: TODOs, rule: {source: text, files: '**/*.txt', left: {contains: TODO}}}
projects:
  - id: p
    owner: sig-testing
    items: [1, {title: Said to be done, issue: 2, state: done}]
";

/// The parts of a step that running it in a shell needs.
struct Step<'a> {
    name: &'a str,
    env: BTreeMap<&'a str, &'a str>,
    script: String,
}

/// Reads the steps of `action.yml` line by line: all of them have the same layout.
fn steps() -> Vec<Step<'static>> {
    ACTION.split("\n    - name: ").skip(1).map(step).collect()
}

fn step(text: &'static str) -> Step<'static> {
    let (head, script) = text.split_once("      run: |\n").expect("a script");
    let name = head.lines().next().unwrap_or_default();
    let env = head.split_once("      env:\n").map(|(_, env)| env).unwrap_or_default();
    let env = env.lines().filter_map(|line| line.trim().split_once(": ")).collect();
    let script =
        script.lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
    Step { name, env, script }
}

/// A workflow runner: a checkout, a home folder, and the inputs and outputs of steps.
struct Runner {
    repo: Repo,
    home: tempfile::TempDir,
    url: String,
    inputs: BTreeMap<&'static str, String>,
}

impl Runner {
    fn new(url: &str) -> Self {
        let repo = Repo::new();
        repo.put("roadmap.yaml", ROADMAP.as_bytes()).put("a.txt", b"TODO one\n").commit("2026-01-10");
        git(repo.path(), &["branch", "base"]);
        let inputs = [("roadmap", "roadmap.yaml"), ("check", "error"), ("repository", "."), ("version", "latest")];
        let inputs = inputs.map(|(name, value)| (name, value.to_owned())).into();
        Self { repo, home: tempfile::tempdir().unwrap(), url: url.to_owned(), inputs }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.inputs.insert(name, value.to_owned());
        self
    }

    /// Runs a step as GitHub's runner does: in `bash`, which stops at the first failure.
    fn run(&self, name: &str) -> (i32, String) {
        let steps = steps();
        let step = steps.iter().find(|step| step.name == name).unwrap_or_else(|| panic!("no step {name}"));
        let program = Path::new(env!("CARGO_BIN_EXE_offramp")).parent().unwrap();
        let path = std::env::join_paths(
            std::iter::once(program.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script])
            .env_clear()
            .current_dir(self.repo.path())
            .env("PATH", path.unwrap())
            .env("HOME", self.home.path())
            .env("SOURCE_DATE_EPOCH", NOW.to_string())
            .env("OFFRAMP_API_URL", &self.url)
            .env("GITHUB_OUTPUT", self.file("output"))
            .env("GITHUB_ENV", self.file("env"));
        for (name, value) in &step.env {
            command.env(name, self.value(value));
        }
        let output = command.output().expect("bash");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
    }

    /// Expands `${{ inputs.page }}` to the input; any other text is returned unchanged.
    fn value(&self, text: &str) -> String {
        let Some(name) = text.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")) else {
            return text.trim_matches('"').to_owned();
        };
        self.inputs.get(name).cloned().unwrap_or_default()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn outputs(&self) -> String {
        std::fs::read_to_string(self.file("output")).unwrap_or_default()
    }
}

fn server() -> Server {
    let site = Site::new();
    site.open(1, "kettle", "", NOW - 10_000);
    site.open(2, "triage", "", NOW - 9_000);
    site.serve()
}

#[test]
fn the_steps_fetch_with_the_jobs_token_check_and_write_page_and_badge() {
    let server = server();
    let runner = Runner::new(&server.url)
        .with("token", "the-token-of-the-job")
        .with("page", "site/index.html")
        .with("badge", "site/badge.svg");
    assert_eq!(runner.run("Install").0, 0);
    assert_eq!(runner.run("Fetch the issues").0, 0);
    let seen = server.seen();
    let asked = |value: &str| seen.iter().any(|seen| seen.headers.values().any(|header| header.ends_with(value)));
    assert!(!seen.is_empty() && asked("the-token-of-the-job"));
    let (code, said) = runner.run("Compare roadmap and issues");
    assert_eq!(code, 3, "{said}");
    said.shows(["::error file=roadmap.yaml,line=8"]);
    assert_eq!(runner.run("Write the page").0, 0);
    assert_eq!(runner.run("Write the badge").0, 0);
    assert_eq!(runner.outputs(), "page=site/index.html\nbadge=site/badge.svg\n");
    let page = std::fs::read_to_string(runner.repo.path().join("site/index.html")).unwrap();
    assert!(page.contains("kettle") && !page.contains("the-token-of-the-job"));
    assert_eq!(server.seen().len(), seen.len(), "only the first step sends requests");
}

#[test]
fn check_never_annotates_without_failing() {
    let server = server();
    let runner = Runner::new(&server.url).with("check", "never");
    assert_eq!(runner.run("Fetch the issues").0, 0);
    let (code, said) = runner.run("Compare roadmap and issues");
    assert_eq!(code, 0, "{said}");
    said.shows(["::error "]);
}

#[test]
fn a_pull_request_that_adds_work_fails_and_names_its_lines() {
    let runner = Runner::new("http://127.0.0.1:9").with("base", "base").with("count", "todos");
    assert_eq!(runner.run("Compare counters with the base").0, 0);
    runner.repo.put("b.txt", b"fine\nTODO two\n").commit("2026-01-11");
    let (code, said) = runner.run("Compare counters with the base");
    assert_eq!(code, 3, "{said}");
    said.shows(["::error file=b.txt,line=2,title=todos::"]);
}

#[test]
fn a_shallow_checkout_fetches_the_base() {
    let mut runner = Runner::new("http://127.0.0.1:9").with("base", "origin/main").with("count", "todos");
    let base = git(runner.repo.path(), &["rev-parse", "HEAD"]);
    runner.repo.put("b.txt", b"TODO two\n").commit("2026-01-11");
    let url = format!("file://{}", runner.repo.arg());
    let clone = runner.home.path().join("clone");
    git(runner.home.path(), &["clone", "-q", "--depth=1", &url, clone.to_str().unwrap()]);
    runner = runner.with("repository", clone.to_str().unwrap()).with("base", base.trim());
    let (code, said) = runner.run("Compare counters with the base");
    assert_eq!(code, 3, "{said}");
}

#[test]
fn inputs_are_never_run_as_commands() {
    let runner = Runner::new("http://127.0.0.1:9").with("badge", "site/$(touch x).svg").with("badge-of", "`touch y`");
    assert_eq!(runner.run("Write the badge").0, 2);
    assert!(!runner.repo.path().join("x").exists() && !runner.repo.path().join("y").exists());
    for step in steps() {
        assert!(!step.script.contains("${{"), "{}: an input is written into the script", step.name);
    }
}

#[test]
fn actions_are_pinned_to_a_commit_and_name_their_version() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/action.md");
    let mut pinned = 0;
    for text in workflows().into_iter().chain([guide]).map(|path| std::fs::read_to_string(path).unwrap()) {
        for uses in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            if uses.starts_with("OWNER/") {
                continue;
            }
            let (commit, version) = uses.split_once('@').and_then(|(_, at)| at.split_once(" # v")).unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit && version.starts_with(|c: char| c.is_ascii_digit()), "{uses}");
            pinned += 1;
        }
    }
    assert!(pinned > 5, "{pinned}");
}

/// Returns the workflows of this repository and those in the documentation.
fn workflows() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[test]
fn action_and_workflows_match_githubs_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("tests/page/node_modules/@actions").is_dir() {
        return skipped("the checks are not installed: `npm ci --prefix tests/page`, or `.ci/run tools`");
    }
    let folder = tempfile::tempdir().unwrap();
    let guide = std::fs::read_to_string(root.join("docs/action.md")).unwrap();
    let shown = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a workflow");
    let documented = folder.path().join("documented.yml");
    write(&documented, shown).unwrap();
    let files: Vec<_> = workflows().into_iter().chain([documented, root.join("action.yml")]).collect();
    let output = Command::new("node").arg(root.join("tests/page/workflows.mjs")).args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.shows([&format!("{} files: 0 wrong", files.len())]);
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: action and workflows were not held against the schemas: {why}");
}
