//! Permissions: unreadable files and unwritable folders. If the tests run as the superuser, who is never refused, the
//! program runs as the user 65534.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use offramp::domain::{Issue, IssueRef, Repo, Snapshot, Timestamp};
use offramp::sources::cache::{self, CacheKey, SyncState};

use super::super::github_site::NOW;
use super::super::program::{Output, Program};
use super::{ROADMAP, SET};

const NOBODY: u32 = 65_534;

struct Home {
    program: Program,
    binary: PathBuf,
    is_root: bool,
}

impl Home {
    fn new() -> Self {
        let mut program = Program::new().file("offramp.yaml", ROADMAP).file("folder/offramp.yaml", ROADMAP);
        let is_root = rustix::process::geteuid().is_root();
        // Other users may not have access to the build folder.
        let binary = program.home().join("offramp-for-all");
        fs::copy(program.command().get_program(), &binary).unwrap();
        mode(&binary, 0o755);
        mode(program.home(), 0o755);
        let home = Self { program, binary, is_root };
        home.give_to_nobody(home.program.home());
        home
    }

    fn give_to_nobody(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.program.home().join(name)
    }

    fn run(&mut self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.binary);
        command.env_clear().envs(self.program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
        if self.is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.args(args).current_dir(self.program.home()).stdin(Stdio::null());
        let output = loop {
            match command.output() {
                // A child that another test just forked may still hold the copy open for writing.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                output => break output.unwrap(),
            }
        };
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_unreadable_roadmap_exits_2_and_is_named() {
    let mut home = Home::new();
    mode(&home.at("offramp.yaml"), 0o000);
    for command in [&["status"][..], &["list"], &["check"], &["set", SET, "state=done"], &["roadmap", "validate"]] {
        let output = home.run(&[&["-f", "offramp.yaml"], command].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{command:?}: {output:?}");
        assert!(output.stderr.contains("offramp.yaml") && output.stderr.contains("ermission denied"), "{output:?}");
    }
}

#[test]
fn an_unwritable_folder_is_reported_and_the_file_stays() {
    let mut home = Home::new();
    mode(&home.at("folder"), 0o555);
    mode(&home.at("folder/offramp.yaml"), 0o444);
    let output = home.run(&["-f", "folder/offramp.yaml", "status"]);
    assert_eq!(output.code, 0, "what can be read is shown: {output:?}");
    for (command, name) in [
        (&["-f", "folder/offramp.yaml", "set", SET, "state=done"][..], "folder/offramp.yaml"),
        (&["init", "folder/roadmap.yaml"], "folder/roadmap.yaml"),
        (&["report", "--html", "folder/page.html"], "folder/page.html"),
        (&["man", "--dir", "folder"], "folder/offramp.1"),
    ] {
        let output = home.run(command);
        assert_eq!(output.code, 1, "{command:?}: {output:?}");
        assert!(output.stderr.contains(name) && output.stderr.contains("ermission denied"), "{output:?}");
    }
    assert_eq!(fs::read_to_string(home.at("folder/offramp.yaml")).unwrap(), ROADMAP);
    assert_eq!(fs::read_dir(home.at("folder")).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn an_unwritable_file_is_reported_and_stays() {
    let mut home = Home::new();
    mode(&home.at("offramp.yaml"), 0o444);
    home.give_to_nobody(&home.at("offramp.yaml"));
    let output = home.run(&["-f", "offramp.yaml", "set", SET, "state=done"]);
    let said = "`offramp.yaml` could not be written: permission denied, since it is read-only";
    assert!(output.code == 1 && output.stderr.contains(said), "{output:?}");
    assert_eq!(fs::read_to_string(home.at("offramp.yaml")).unwrap(), ROADMAP);
}

#[test]
fn an_unwritable_home_is_no_error() {
    let mut home = Home::new();
    fs::create_dir_all(home.at(".cache/offramp")).unwrap();
    mode(&home.at(".cache/offramp"), 0o000);
    mode(home.program.home(), 0o555);
    for command in [&["status"][..], &["list"], &["check"], &["brief"], &["cache", "size"]] {
        let output = home.run(command);
        assert_eq!(output.code, 0, "{command:?}: {output:?}");
    }
    // Only `doctor` reports it as a fault.
    let output = home.run(&["doctor"]);
    assert!(output.code == 1 && output.stdout.contains("cache\twrong: "), "{output:?}");
    // So that the temporary folder can be removed.
    mode(home.program.home(), 0o755);
    mode(&home.at(".cache/offramp"), 0o755);
}

#[test]
fn an_unwritable_cache_is_read() {
    let mut home = Home::new();
    // Fills the cache from the example, without a network.
    let path = home.at(".cache/offramp/offramp.sqlite");
    let cache = path.parent().unwrap().to_owned();
    fs::create_dir_all(&cache).unwrap();
    let key = CacheKey { host: "github.com".into(), repo: Repo::new("kubernetes/k8s.io").unwrap() };
    let issue = Issue { title: "kept".into(), ..Issue::new(IssueRef::new(key.repo.clone(), 1)) };
    let new = (Snapshot::new(Some(Timestamp(NOW)), vec![issue], BTreeMap::new()), SyncState::default());
    drop(cache::store_file(&path, &key, &Default::default(), &new).unwrap());
    let closed: Vec<PathBuf> = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in closed.iter().chain([&cache]) {
        mode(file, if file == &cache { 0o555 } else { 0o444 });
    }
    let output = home.run(&["-f", "offramp.yaml", "--offline", "cache", "export"]);
    mode(&cache, 0o755);
    assert!(output.code == 0 && output.stdout.contains("kept"), "{closed:?}: {output:?}");
}

#[test]
fn an_unreadable_cache_is_reported_with_the_systems_message() {
    let mut home = Home::new();
    let path = home.at(".cache/offramp/offramp.sqlite");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let key = CacheKey { host: "github.com".into(), repo: Repo::new("kubernetes/k8s.io").unwrap() };
    drop(cache::store_file(&path, &key, &Default::default(), &Default::default()).unwrap());
    mode(&path, 0o000);
    let output = home.run(&["-f", "offramp.yaml", "--offline", "list"]);
    assert!(output.code == 0 && output.stderr.contains("permission denied"), "{output:?}");
    assert!(!output.stderr.contains("immutable"), "{output:?}");
}
