//! Atomicity of writes: killed before, or refused at, every system call that changes files, the program leaves the old or
//! the new file. strace injects the signals and errors.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::super::github_server::Server;
use super::super::github_site::{NOW, Site};
use super::super::program::{Program, write};
use super::{ROADMAP, SET, cache_of, put_cache};

/// System calls that change files; variants of one call share an entry.
const STEPS: [&str; 10] = [
    "?open,?openat",
    "?mkdir,?mkdirat",
    "write",
    "?pwrite64,?ftruncate",
    "?fchmod,?chmod,?fchmodat",
    "?fsync,?fdatasync",
    "?rename,?renameat,?renameat2",
    "?link,?linkat",
    "?unlink,?unlinkat",
    "?flock,?close",
];

/// Whether strace works here; if not, prints that the test is skipped.
pub(crate) fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let can = traced.is_ok_and(|status| status.success());
    if !can {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: strace is not here or may not trace\n");
    }
    can
}

/// Runs the program with a fault injected by strace.
pub(crate) fn run_with(program: &mut Program, args: &[&str], fault: &str) -> Output {
    let (calls, _) = fault.split_once(':').unwrap();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &format!("inject={fault}")]);
    command.arg(program.command().get_program()).args(args).stdin(Stdio::null());
    command.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("RUST_BACKTRACE", "0").current_dir(program.home()).output().unwrap()
}

/// Runs a command once for each step, killed before it, and calls `check` each time; returns the number of kills.
fn kill_at_every_step(
    program: &mut Program,
    args: &[&str],
    before: impl Fn(&Program),
    mut check: impl FnMut(&mut Program, &str),
) -> usize {
    let mut killed = 0;
    for calls in STEPS {
        for when in 1..400 {
            before(program);
            let fault = format!("{calls}:signal=KILL:when={when}");
            let output = run_with(program, args, &fault);
            if output.status.signal() != Some(9) {
                break;
            }
            killed += 1;
            check(program, &fault);
        }
    }
    killed
}

const CHANGE: [&str; 3] = ["set", SET, "state=done"];

/// Returns a program whose roadmap was changed without a fault, the path of the roadmap, and its text.
fn changed_once() -> (Program, PathBuf, String) {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let path = program.home().join("offramp.yaml");
    assert_eq!(program.run_with(&CHANGE).code, 0);
    let new = std::fs::read_to_string(&path).unwrap();
    assert_ne!(new, ROADMAP);
    (program, path, new)
}

#[test]
fn a_change_killed_at_any_step_leaves_the_old_or_the_new_file() {
    if !can_trace() {
        return;
    }
    let (mut program, path, new) = changed_once();
    let (mut old_ones, mut new_ones) = (0, 0);
    let before = |_: &Program| write(&path, ROADMAP).unwrap();
    let killed = kill_at_every_step(&mut program, &CHANGE, before, |_, fault| {
        let text = std::fs::read_to_string(&path).unwrap();
        old_ones += usize::from(text == ROADMAP);
        new_ones += usize::from(text == new);
        assert!(text == ROADMAP || text == new, "{fault}: {text}");
    });
    // The sweep must include kills before and after the rename.
    assert!(killed > 20 && old_ones > 10 && new_ones > 1, "{killed} killed, {old_ones} old, {new_ones} new");
    write(&path, ROADMAP).unwrap();
    assert_eq!(program.run_with(&CHANGE).code, 0, "files left by killed processes do no harm");
}

#[test]
fn init_killed_at_any_step_leaves_a_whole_file_or_none() {
    if !can_trace() {
        return;
    }
    let mut program = Program::new();
    let path = program.home().join("roadmap.yaml");
    assert_eq!(program.run_with(&["init"]).code, 0);
    let whole = std::fs::read_to_string(&path).unwrap();
    let before = |_: &Program| drop(std::fs::remove_file(&path));
    let killed = kill_at_every_step(&mut program, &["init"], before, |_, fault| {
        let text = std::fs::read_to_string(&path).ok();
        assert!(text.as_ref().is_none_or(|text| *text == whole), "{fault}: {text:?}");
    });
    assert!(killed > 10, "{killed}");
    drop(std::fs::remove_file(&path));
    assert_eq!(program.run_with(&["init"]).code, 0);
}

/// Returns a program that fetched one issue, and a server with a new title for it and a second issue.
fn with_old_cache() -> (Program, Server, std::path::PathBuf, Vec<u8>) {
    let site = Site::new();
    site.open(1, "the old title", "old", NOW - 10_000);
    let server = site.serve();
    let mut program = Program::new().file("offramp.yaml", ROADMAP).online(&server.url);
    assert_eq!(program.run_with(&["sync"]).code, 0);
    let cache = cache_of(program.home());
    let old = std::fs::read(&cache).unwrap();
    site.pass(500);
    site.change(1, "title", serde_json::json!("the new title"));
    (program, server, cache, old)
}

fn exported(program: &mut Program, what: &str) -> String {
    let output = program.run_with(&["--offline", "cache", "export"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{what}: {output:?}");
    output.stdout
}

#[test]
fn a_sync_killed_at_any_step_leaves_the_old_or_the_new_cache() {
    if !can_trace() {
        return;
    }
    let (mut program, _server, cache, old) = with_old_cache();
    let (mut old_ones, mut new_ones) = (0, 0);
    let before = |_: &Program| put_cache(&cache, &old);
    let killed = kill_at_every_step(&mut program, &["sync"], before, |program, fault| {
        let issues = exported(program, fault);
        let (is_old, is_new) = (issues.contains("the old title"), issues.contains("the new title"));
        assert!(is_old != is_new, "{fault}: {issues}");
        old_ones += usize::from(is_old);
        new_ones += usize::from(is_new);
    });
    assert!(killed > 20 && old_ones > 10 && new_ones > 1, "{killed} killed, {old_ones} old, {new_ones} new");
    put_cache(&cache, &old);
    assert_eq!(program.run_with(&["sync"]).code, 0, "no lock is left");
    assert!(exported(&mut program, "at last").contains("the new title"));
}

/// Disk errors of writes, syncs and renames.
const REFUSALS: [(&str, &str); 7] = [
    ("write", "ENOSPC"),
    ("write", "EIO"),
    ("?fsync,?fdatasync", "EIO"),
    ("?fsync,?fdatasync", "ENOSPC"),
    ("?rename,?renameat,?renameat2", "EACCES"),
    ("?rename,?renameat,?renameat2", "EROFS"),
    ("?fchmod,?chmod,?fchmodat", "EPERM"),
];

#[test]
fn a_disk_error_at_any_step_is_reported_and_leaves_the_old_or_the_new_file() {
    if !can_trace() {
        return;
    }
    let (mut program, path, new) = changed_once();
    let mut failed = 0;
    for (calls, error) in REFUSALS {
        for when in 1..3 {
            write(&path, ROADMAP).unwrap();
            let fault = format!("{calls}:error={error}:when={when}");
            let output = run_with(&mut program, &CHANGE, &fault);
            let (code, said) = (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned());
            let text = std::fs::read_to_string(&path).unwrap();
            match code {
                Some(0) => assert_eq!(text, new, "{fault}"),
                Some(1) => {
                    failed += 1;
                    assert!(text == ROADMAP || text == new, "{fault}: {text}");
                    assert!(said.starts_with("error: ") && !said.contains("panicked"), "{fault}: {said}");
                }
                _ => panic!("{fault}: {output:?}"),
            }
        }
    }
    assert!(failed >= 6, "{failed}");
    assert_no_leftovers(program.home());
}

/// Disk errors that SQLite can meet.
const CACHE_REFUSALS: [(&str, &str); 5] = [
    ("?pwrite64", "ENOSPC"),
    ("?pwrite64", "EIO"),
    ("?fsync,?fdatasync", "EIO"),
    ("?fsync,?fdatasync", "ENOSPC"),
    ("?ftruncate", "EIO"),
];

#[test]
fn a_disk_error_during_a_sync_keeps_the_old_cache() {
    if !can_trace() {
        return;
    }
    let (mut program, _server, cache, old) = with_old_cache();
    let mut noted = 0;
    for (calls, error) in CACHE_REFUSALS {
        put_cache(&cache, &old);
        let fault = format!("{calls}:error={error}:when=1");
        let output = run_with(&mut program, &["sync"], &fault);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // `sync` fails if it cannot store what it fetched.
        let is_kept = !said.contains("could not be stored");
        assert!(output.status.code() == Some(i32::from(!is_kept)) && !said.contains("panicked"), "{fault}: {output:?}");
        noted += usize::from(said.contains("note: ") && said.contains("the cache `"));
        let issues = exported(&mut program, &fault);
        assert!(issues.contains("the old title") != issues.contains("the new title"), "{fault}: {issues}");
    }
    // The first write concerns SQLite's shared memory; without it the file is still read.
    assert!(noted >= 2, "{noted}");
}

/// Asserts that a failed change removed its temporary file.
fn assert_no_leftovers(folder: &Path) {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = names.filter(|name| name.starts_with(".tmp") || name.starts_with(".offramp")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_full_disk_keeps_the_roadmap_and_commands_answer() {
    // Mounts a file system of 64 KB that only this process sees.
    let script = "mkdir full && mount -t tmpfs -o size=64k none full || exit 99; \
        cp offramp.yaml full/ && mkdir full/cache && { dd if=/dev/zero of=full/ballast bs=1k count=64 2>/dev/null; true; }; \
        \"$0\" -f full/offramp.yaml set k8s-gubernator/kettle state=done; echo \"set $?\"; \
        XDG_CACHE_HOME=$PWD/full/cache \"$0\" sync; echo \"sync $?\"; \
        XDG_CACHE_HOME=$PWD/full/cache \"$0\" --offline list; echo \"list $?\"; \
        cmp offramp.yaml full/offramp.yaml && echo same; ls -A full";
    let site = Site::new();
    site.open(1, "too large for it", &"body ".repeat(40_000), NOW - 10_000);
    let server = site.serve();
    let mut program = Program::new().file("offramp.yaml", ROADMAP).online(&server.url);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script]).arg(program.command().get_program()).stdin(Stdio::null());
    command.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    let Ok(output) = command.current_dir(program.home()).output() else { return };
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !out.contains("set ") {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: nothing can be mounted here\n");
        return;
    }
    assert!(out.contains("set 1\n") && out.contains("same\n"), "{out} {said}");
    assert!(said.contains("could not be written: the disk is full"), "{said}");
    assert!(out.contains("sync 1\n") && said.contains("note: "), "the answer came and was not kept: {out} {said}");
    assert!(out.contains("list 0\n"), "{out} {said}");
    assert!(!said.contains("panicked") && !out.contains(".tmp"), "{out} {said}");
}
