//! Faults of files and of the environment: each is reported, and nothing is lost.

mod network;
mod other_user;
#[cfg(target_os = "linux")]
pub(crate) mod steps;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::github_server::Server;
use super::github_site::{NOW, Site};
use super::program::{Program, write};

const ROADMAP: &str = "version: 1\nrepo: kubernetes/k8s.io\nprojects:\n  - id: k8s-gubernator\n    owner: sig-testing\n    items:\n      - title: kettle\n      - 1\n";
const SET: &str = "k8s-gubernator/kettle";

#[test]
fn every_fault_of_a_roadmap_exits_2_and_names_the_file() {
    let mut program = Program::new();
    let at = |name: &str| program.home().join(name);
    std::fs::create_dir(at("folder.yaml")).unwrap();
    write(&at("empty.yaml"), "").unwrap();
    write(&at("latin.yaml"), b"version: 1\ntitle: caf\xe9\n").unwrap();
    write(&at("broken.yaml"), "version: 1\nprojects: [\n").unwrap();
    write(&at("foreign.yaml"), "version: 9\n").unwrap();
    write(&at("large.yaml"), vec![b'#'; 17 << 20]).unwrap();
    let mut names =
        vec!["missing.yaml", "folder.yaml", "empty.yaml", "latin.yaml", "broken.yaml", "foreign.yaml", "large.yaml"];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        write(&at("unreadable.yaml"), ROADMAP).unwrap();
        std::fs::set_permissions(at("unreadable.yaml"), std::fs::Permissions::from_mode(0o0)).unwrap();
        // The superuser reads everything.
        if std::fs::File::open(at("unreadable.yaml")).is_err() {
            names.push("unreadable.yaml");
        }
    }
    let commands: [&[&str]; 5] = [&["status"], &["list"], &["check"], &["report"], &["set", SET, "state=done"]];
    for name in names {
        let before = std::fs::read(program.home().join(name)).ok();
        for command in commands {
            let output = program.run_with(&[&["-f", name], command].concat());
            let what = format!("{name} {command:?}: {output:?}");
            assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{what}");
            assert!(output.stderr.contains(name) && output.stderr.contains("error: "), "{what}");
        }
        assert!(std::fs::read(program.home().join(name)).ok() == before, "{name} is as it was");
    }
}

fn cache_of(home: &Path) -> PathBuf {
    home.join(".cache/offramp/offramp.sqlite")
}

/// Returns a program that has synced one issue, and its server.
fn synced(title: &str) -> (Server, Program) {
    let site = Site::new();
    site.open(1, title, "", NOW - 10_000);
    let server = site.serve();
    let mut program = Program::new().file("offramp.yaml", ROADMAP).online(&server.url);
    assert_eq!(program.run_with(&["sync"]).code, 0);
    (server, program)
}

/// Replaces the cache, and removes the journal files of the old one.
fn put_cache(cache: &Path, bytes: &[u8]) {
    for companion in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{companion}", cache.display()));
    }
    write(cache, bytes).unwrap();
}

#[test]
fn every_fault_of_a_cache_is_a_note_and_keeps_its_bytes() {
    let (_server, mut program) = synced("from the cache");
    let cache = cache_of(program.home());
    let good = std::fs::read(&cache).unwrap();
    let mut newer = good.clone();
    // The version of the schema, in the header of the file.
    newer[63] = 99;
    for (name, bytes) in [
        ("half", good[..good.len() / 2].to_vec()),
        ("garbage", vec![7; 5_000]),
        ("newer", newer),
        ("wrong bits behind the first page", {
            let mut bytes = good.clone();
            bytes[4_096..].fill(0xff);
            bytes
        }),
        ("a wrong bit in the header", {
            let mut bytes = good.clone();
            bytes[3] ^= 1;
            bytes
        }),
    ] {
        for command in [&["status"][..], &["list"], &["check"], &["brief"], &["cache", "export"]] {
            put_cache(&cache, &bytes);
            let output = program.run_with(&[&["--offline"], command].concat());
            let what = format!("{name} {command:?}: {output:?}");
            assert!(output.code == 0 && output.stderr.contains("note: "), "{what}");
            let folder = std::fs::read_dir(cache.parent().unwrap()).unwrap();
            let kept = folder.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).any(|kept| kept == bytes);
            assert!(kept, "the bytes are kept: {what}");
            assert_eq!(std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap(), ROADMAP);
        }
        put_cache(&cache, &bytes);
        let output = program.run_with(&["sync"]);
        // A cache of a newer version is left alone, so nothing can be stored.
        let code = i32::from(name == "newer");
        assert!(output.code == code && output.stderr.contains("note: "), "{name} sync: {output:?}");
        // A cache of a newer version is left alone; every other one is replaced by the next sync.
        let is_left = std::fs::read(&cache).unwrap() == bytes;
        assert_eq!(is_left, name == "newer", "{name}");
        let listed = program.run_with(&["--offline", "list"]).stdout;
        assert_eq!(listed.contains("from the cache"), name != "newer", "{name}: {listed}");
    }
}

#[test]
fn something_else_in_place_of_the_cache_is_a_note() {
    let (_server, mut program) = synced("from the server");
    let cache = cache_of(program.home());
    let folder = |path: &Path| {
        std::fs::remove_file(path).unwrap();
        std::fs::create_dir(path).unwrap();
    };
    folder(&cache);
    for (command, code) in [("sync", 1), ("list", 0)] {
        let output = program.run_with(&[command]);
        assert!(output.code == code && output.stderr.contains("note: "), "{command}: {output:?}");
    }
    assert!(program.run_with(&["list", "--max-age", "0m"]).stdout.contains("from the server"));
    std::fs::remove_dir(&cache).unwrap();
    #[cfg(target_os = "linux")]
    {
        // Opening a pipe would block.
        rustix::fs::mknodat(rustix::fs::CWD, &cache, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for (command, code) in [("sync", 1), ("list", 0)] {
            let output = program.run_with(&[command]);
            assert!(output.code == code && output.stderr.contains("is not a regular file"), "{command}: {output:?}");
        }
    }
}

#[test]
fn each_fault_of_a_cache_has_its_own_remedy() {
    let (_server, mut program) = synced("from the server");
    let cache = cache_of(program.home());
    let mut newer = std::fs::read(&cache).unwrap();
    newer[63] = 99;
    put_cache(&cache, &newer);
    for (why, remedy) in [("written by a newer offramp", "update offramp"), ("not a regular file", "move it away")] {
        let sync = program.run_with(&["sync"]);
        assert_eq!((sync.code, sync.stderr.matches("note: ").count()), (1, 1), "{sync:?}");
        assert!(sync.stderr.contains("could not be stored: ") && sync.stderr.contains(why), "{sync:?}");
        assert!(sync.stderr.contains(&format!("hint: {remedy}")), "{sync:?}");
        let doctor = program.run_with(&["--offline", "doctor", "-o", "plain"]);
        let line = doctor.stdout.lines().find(|line| line.starts_with("cache\t")).unwrap().to_owned();
        assert!(doctor.code == 1 && line.contains("wrong: ") && line.contains(why) && line.contains(remedy), "{line}");
        // In the second round the cache is a folder.
        let _ = std::fs::remove_file(&cache);
        std::fs::create_dir_all(&cache).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn old_issues_are_read_from_a_full_disk() {
    let (_server, mut program) = synced("from the cache");
    let binary = program.command().get_program().to_str().unwrap().to_owned();
    // A limit of 8 or 16 KB a file: less than SQLite needs for its journal.
    let mut full = |args: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 16; exec {binary} {args}");
        let mut command = Command::new("sh");
        command.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.current_dir(program.home()).stdin(Stdio::null()).args(["-c", &script]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let listed = full("list --offline");
    assert!(listed.0 == Some(0) && listed.1.contains("from the cache"), "{listed:?}");
    let synced = full("sync");
    assert!(synced.0 == Some(1) && synced.2.contains("hint: make room"), "{synced:?}");
    let doctor = full("doctor --offline");
    assert!(doctor.0 == Some(1) && doctor.1.contains("cannot be written"), "{doctor:?}");
    assert!(program.run_with(&["list", "--offline"]).stdout.contains("from the cache"));
}

#[test]
fn concurrent_changes_all_end_up_in_the_file() {
    let items = (0..8).map(|number| format!("      - title: item-{number}\n")).collect::<Vec<_>>().concat();
    let text = format!("version: 1\nrepo: a/b\nprojects:\n  - id: one-project\n    items:\n{items}");
    let mut program = Program::new().file("offramp.yaml", &text);
    let mut children: Vec<_> = (0..8)
        .map(|number| {
            let mut command = Command::new(program.command().get_program());
            command.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
            command.args(["set", &format!("one-project/item-{number}"), "state=done"]).current_dir(program.home());
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let text = std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap();
    assert_eq!(text.matches("state: done").count(), 8, "{text}");
}

#[test]
fn a_read_only_folder_is_reported_and_the_file_stays() {
    // A file in place of the folder stops even the superuser.
    let mut program = Program::new().file("offramp.yaml", ROADMAP).file("blocked", "");
    let blocked = program.home().join("blocked/x");
    program = program.env("XDG_CACHE_HOME", &blocked).env("XDG_DATA_HOME", &blocked).env("XDG_STATE_HOME", &blocked);
    for command in [&["status"][..], &["list"], &["brief"], &["cache", "export"]] {
        let output = program.run_with(command);
        assert_eq!(output.code, 0, "{command:?}: {output:?}");
    }
    let doctor = program.run_with(&["doctor"]);
    assert!(doctor.code == 1 && doctor.stdout.contains("blocked/x/offramp cannot be written"), "{doctor:?}");
    let output = program.run_with(&["report", "--html", "blocked/page.html"]);
    assert!(output.code == 1 && output.stderr.contains("blocked/page.html"), "{output:?}");
}

#[test]
fn an_unwritable_path_is_reported_in_plain_words() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    for (command, path, why) in [
        (&["man", "--dir", "no"][..], "`no/offramp.1`", "there is no folder `no`"),
        (&["init", "no/roadmap.yaml"], "`no/roadmap.yaml`", "there is no folder `no`"),
        (&["init", "no/"], "`no/`", "there is no folder `no/`"),
        (&["init", "offramp.yaml/x"], "`offramp.yaml/x`", "a part of its path is a file, and not a folder"),
        (&["init", "offramp.yaml"], "`offramp.yaml`", "exists already"),
        (&["report", "--html", "no/page.html"], "`no/page.html`", "there is no folder `no`"),
        (&["report", "--html", "."], "`.`", "it is a folder"),
    ] {
        let output = program.run_with(command);
        let said = &output.stderr;
        assert!(output.code == 1 && said.contains(path) && said.contains(why), "{command:?}: {said}");
        assert!(
            said.contains("\nhint: ") && !said.contains("os error") && !said.contains(".tmp"),
            "{command:?}: {said}"
        );
    }
}

#[test]
fn every_command_reports_faulty_settings_with_their_place() {
    let mut program = Program::new().file("settings.toml", "color = \"red\"\n");
    let settings = program.home().join("settings.toml");
    program = program.env("OFFRAMP_CONFIG", &settings);
    for (command, code) in [("config", 2), ("doctor", 1), ("status", 2)] {
        let output = program.run_with(&[command]);
        let all = output.stdout + &output.stderr;
        assert!(output.code == code && all.contains("settings.toml:1:9: `red` does not say when"), "{command}: {all}");
    }
    let mut program = program.file("settings.toml", "roadmap = \"nope.yaml\"\n");
    for command in [&["status"][..], &["roadmap", "validate"], &["set", "a", "state=done"], &["doctor"]] {
        let output = program.run_with(command);
        let all = output.stdout + &output.stderr;
        assert!(output.code != 0 && all.contains("nope.yaml: there is no such file"), "{command:?}: {all}");
        assert!(all.contains("`roadmap` in ") && all.contains("settings.toml names it"), "{command:?}: {all}");
    }
}

#[test]
fn no_home_a_dumb_terminal_and_a_plain_locale_work() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    for variables in [&[("TERM", "dumb")][..], &[("LANG", "C"), ("LC_ALL", "C")], &[("TERM", "")], &[("PATH", "")]] {
        for (name, value) in variables {
            program = program.env(name, value);
        }
        assert_eq!(program.run_with(&["status", "-o", "table"]).code, 0, "{variables:?}");
    }
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        program.command().env_remove(name);
    }
    for command in [&["status"][..], &["list"], &["check"], &["brief"], &["doctor"], &["set", SET, "state=done"]] {
        let output = program.run_with(command);
        assert_eq!(output.code, 0, "{command:?}: {output:?}");
    }
}

#[cfg(unix)]
#[test]
fn closed_streams_cause_no_panic() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let binary = program.command().get_program().to_owned();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        for command in [
            "",
            "status",
            "--help",
            "--version",
            "-f gone status",
            "nonsense",
            "cache export",
            "set k8s-gubernator/kettle state=started",
        ] {
            let home = program.home().to_owned();
            let mut shell = Command::new("sh");
            shell.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
            shell.args(["-c", &format!("exec \"$0\" {command} {closed}")]).arg(&binary);
            let output = shell.current_dir(home).output().unwrap();
            let what = format!("{command:?} {closed}: {output:?}");
            // The standard library may open /dev/null in place of a closed stream; output to it succeeds.
            assert!(matches!(output.status.code(), Some(0..=2)), "{what}");
            assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{what}");
        }
    }
    assert!(std::fs::read_to_string(program.home().join("offramp.yaml")).unwrap().contains("kettle"));
}
