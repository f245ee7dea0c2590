//! Places to count in: clones of other repositories, branches, and folders inside a checkout.

use super::{Repo, git, json};
use crate::program::{Output, Program, Shows as _};

const RULE: &str = "{source: text, files: '**/*.txt', left: {contains: TODO}}";

/// Returns a program with a roadmap and settings.
fn counting(rule: &str, settings: &str) -> Program {
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  c: {{unit: things, readings: r.csv, rule: {rule}}}\nprojects: [{{id: p}}]\n"
    );
    Program::new().file("r.yaml", &roadmap).file(".config/offramp/config.toml", settings)
}

fn run(program: &mut Program, args: &[&str]) -> Output {
    program.run_with(&[&["-f", "r.yaml"], args].concat())
}

fn clone_of(remote: &str, url: &str) -> Repo {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\n").commit("2020-01-10");
    git(repo.path(), &["remote", "add", remote, url]);
    repo
}

#[test]
fn figures_of_another_repository_are_noted_and_written_only_by_path() {
    let repo = clone_of("origin", "https://github.com/x/y.git");
    let mut program = counting(RULE, &format!("[checkouts]\n\"o/n\" = {:?}\n", repo.arg()));
    let said = "is a clone of x/y, and c counts in o/n";
    run(&mut program, &["count"]).exits(0, [said]);
    let doctor = run(&mut program, &["doctor", "-o", "plain"]);
    doctor.stdout.shows(["is a clone of x/y"]);
    run(&mut program, &["count", "--write"]).exits(2, [said, "nothing is written"]);
    let given = run(&mut program, &["count", "--write", "--repo", repo.arg()]);
    given.stderr.shows([said, "1 reading written"]);
}

#[test]
fn a_fork_counts_as_a_clone_of_its_upstream() {
    let repo = clone_of("origin", "git@github.com:me/n.git");
    git(repo.path(), &["remote", "add", "upstream", "https://github.com/O/N"]);
    let mut program = counting(RULE, &format!("[checkouts]\n\"o/n\" = {:?}\n", repo.arg()));
    let written = run(&mut program, &["count", "--write"]);
    assert!(written.code == 0 && !written.stderr.contains("is a clone of"), "{written:?}");
    assert!(!run(&mut program, &["doctor", "-o", "plain"]).stdout.contains("is a clone of"));
}

#[test]
fn a_rule_without_a_repository_counts_in_the_checkout_of_its_roadmap() {
    let repo = clone_of("origin", "https://github.com/x/y.git");
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  c: {{unit: things, readings: r.csv, rule: {RULE}}}\nprojects: [{{id: p}}]\n"
    );
    repo.put("r.yaml", roadmap.as_bytes());
    let file = repo.path().join("r.yaml");
    let written = Program::new().args(["-f", file.to_str().unwrap(), "count", "--write"]).run();
    assert!(written.code == 0 && !written.stderr.contains("is a clone of"), "{written:?}");
}

#[test]
fn a_branch_outside_the_main_line_is_walked_by_its_own_first_parents() {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO\n").commit("2020-01-10");
    git(repo.path(), &["checkout", "-q", "-b", "side"]);
    repo.put("a.txt", b"TODO\nTODO\n").commit("2020-01-12");
    repo.put("a.txt", b"TODO\nTODO\nTODO\n").commit("2020-01-14");
    git(repo.path(), &["checkout", "-q", "main"]);
    repo.put("b.txt", b"TODO\nTODO\nTODO\nTODO\nTODO\n").commit("2020-01-12");
    let args = ["count", "--repo", repo.arg(), "--since", "2020-01-13", "--by", "commit", "--at", "side", "-o", "json"];
    let page = json(&run(&mut counting(RULE, ""), &args));
    assert_eq!((&page["sums"][0]["left"], page["commits"].as_array().unwrap().len()), (&1.into(), 1), "{page}");
    assert_eq!(page["sums"][0]["since"], git(repo.path(), &["rev-parse", "side~1"]), "{page}");
}

#[test]
fn a_folder_inside_a_checkout_is_counted_from_the_working_tree() {
    let repo = Repo::new();
    repo.put("d/a.txt", b"TODO\n").commit("2020-01-10");
    repo.put("d/b.txt", b"TODO\n");
    let folder = repo.path().join("d");
    let folder = folder.to_str().unwrap();
    let output = run(&mut counting(RULE, ""), &["count", "--repo", folder]);
    output.stdout.shows(["2 files in the working tree of"]);
    run(&mut counting(RULE, ""), &["count", "--repo", folder, "--at", "HEAD"]).exits(2, ["--repo"]);
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    let plain = run(&mut counting(RULE, ""), &["count", "--repo", folder]);
    plain.stdout.shows(["2 files in a plain folder"]);
}

#[cfg(unix)]
#[test]
fn a_link_or_submodule_among_the_files_of_entries_is_named() {
    let (repo, other) = (Repo::new(), clone_of("origin", "https://github.com/x/y"));
    repo.put("ci/a.yml", b"jobs: {a: {runs-on: old}}\n").put("elsewhere.txt", b"jobs: {b: {runs-on: old}}\n");
    std::os::unix::fs::symlink("../elsewhere.txt", repo.path().join("ci/b.yml")).unwrap();
    std::os::unix::fs::symlink("elsewhere.txt", repo.path().join("c.txt")).unwrap();
    repo.commit("2020-01-10");
    let rule = "{source: entries, files: 'ci/**', each: $.jobs.*, left: {runs-on: old}}";
    let args = ["count", "--repo", repo.arg(), "-o", "json"];
    let output = run(&mut counting(rule, ""), &args);
    assert_eq!((output.code, &json(&output)["counts"][0]["left"]), (0, &1.into()), "{output:?}");
    assert_eq!(output.stderr, "ci/b.yml: not counted: a symbolic link is not followed\n");
    git(repo.path(), &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.arg(), "ci/sub"]);
    repo.commit("2020-01-11");
    let output = run(&mut counting(rule, ""), &args);
    output.exits(1, ["ci/sub: not counted: a submodule"]);
    let without = rule.replace("'ci/**'", "{include: ['ci/**'], exclude: [ci/sub, ci/b.yml]}");
    let output = run(&mut counting(&without, ""), &args);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
}

#[test]
fn a_large_binary_has_no_lines_and_a_large_text_is_named() {
    let repo = Repo::new();
    let mut large = vec![b'x'; 33 << 20];
    repo.put("text.txt", &large).put("a.txt", b"TODO\n").commit("2020-01-10");
    large[7_000] = 0;
    repo.put("text.txt", &large).commit("2020-01-11");
    let count = |args: &[&str]| run(&mut counting(RULE, ""), &[&["count", "--repo", repo.arg()], args].concat());
    let text = count(&["--at", "HEAD~1"]);
    text.exits(1, ["text.txt: not counted: it has 33 MB"]);
    let binary = count(&["-o", "json"]);
    assert_eq!((binary.code, &json(&binary)["counts"][0]["left"]), (0, &1.into()), "{binary:?}");
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    let folder = count(&["-o", "json"]);
    assert_eq!((folder.code, &json(&folder)["counts"][0]["left"]), (0, &1.into()), "{folder:?}");
}
