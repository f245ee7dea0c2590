//! Edits of a roadmap file that is broken or that others change: each problem is reported, and no byte is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use portable_pty::CommandBuilder;
use serde_json::json;
use tempfile::TempDir;

use super::Terminal;
use super::faults::{FAULTS, fetch, on_roadmap, replace, spoil};
use crate::github_server::Server;
use crate::github_site::{NOW, Site};
use crate::program::{script, write};

/// The issue is closed, so `a` can correct its state in the file.
fn roadmap(title: &str) -> String {
    format!(
        "version: 1\ntitle: {title}\nrepo: kubernetes/k8s.io\nprojects:\n  - id: first-project\n    items:\n      - {{title: by hand}}\n      - {{issue: 1, state: todo}}\n"
    )
}

/// Opens the screens on that roadmap, with the issue fetched.
fn open() -> (Terminal, Server) {
    let site = Site::new();
    site.open(1, "moved away", "", NOW - 10_000);
    for (field, value) in
        [("state", json!("closed")), ("state_reason", json!("completed")), ("closed_at", json!("2026-11-20T00:00:00Z"))]
    {
        site.change(1, field, value);
    }
    let server = site.serve();
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join("r.yaml"), roadmap("At first")).unwrap();
    fetch(home.path(), &server.url);
    let terminal = on_roadmap(home, &["--offline"], &[("OFFRAMP_API_URL", &server.url)]);
    terminal.resize(40, 160);
    terminal.sees("At first");
    (terminal, server)
}

/// Name, keys up to the diff, and the line that the diff adds.
const EDITS: [(&str, &[&str], &str); 2] = [
    ("state", &["2", "/hand\r", "x", "2", "\r"], "+      - {title: by hand, state: started}"),
    ("fix", &["6", "/1\r", "g", "a"], "+      - {issue: 1, state: done}"),
];

fn press(terminal: &mut Terminal, keys: &[&str]) {
    for keys in keys {
        terminal.send(keys);
    }
}

/// Leaves every window and filter.
fn leave(terminal: &mut Terminal) {
    // Esc with a letter right after it would be read as Alt.
    for _ in 0..3 {
        terminal.send("\u{1b}");
        std::thread::sleep(std::time::Duration::from_millis(60));
    }
    terminal.send("1");
}

/// Writes a roadmap with a title, and waits until the screen has it.
fn shows(terminal: &mut Terminal, title: &str) {
    replace(&terminal.home().join("r.yaml"), roadmap(title).as_bytes());
    terminal.send_until("1", title);
}

fn content(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

#[test]
fn an_edit_of_a_broken_roadmap_is_refused_and_changes_no_byte() {
    let (mut terminal, _server) = open();
    let path = terminal.home().join("r.yaml");
    for (what, keys, adds) in EDITS {
        for (how, said) in FAULTS {
            // The fault appears before the edit, or between the diff and its confirmation.
            for agree in [false, true] {
                let title = format!("{what} {agree} {how}");
                shows(&mut terminal, &title);
                if agree {
                    press(&mut terminal, keys);
                    terminal.sees(adds);
                    spoil(&path, how);
                    terminal.send("y");
                } else {
                    spoil(&path, how);
                    press(&mut terminal, keys);
                }
                let before = content(&path);
                terminal.sees("That did not work");
                terminal.sees(said);
                leave(&mut terminal);
                terminal.sees("first-project");
                terminal.sees(&title);
                assert!(content(&path) == before, "{title}: a byte of it changed");
            }
        }
        shows(&mut terminal, "Mended");
        press(&mut terminal, keys);
        terminal.sees(adds);
        terminal.send_until("y", "r.yaml changed");
        assert!(fs::read_to_string(&path).unwrap().contains(adds.trim_start_matches('+')));
        leave(&mut terminal);
    }
    terminal.quits();
}

#[test]
fn changes_by_others_after_the_diff_are_not_overwritten() {
    let (mut terminal, _server) = open();
    let path = terminal.home().join("r.yaml");
    let theirs = [
        ("state", roadmap("Theirs").replace("title: by hand", "title: by hand, state: unknown")),
        ("fix", roadmap("Theirs").replace("state: todo", "state: dropped")),
    ];
    for ((what, keys, adds), (_, theirs)) in EDITS.into_iter().zip(theirs) {
        let title = format!("Before {what}");
        shows(&mut terminal, &title);
        press(&mut terminal, keys);
        terminal.sees(adds);
        replace(&path, theirs.as_bytes());
        // The board behind the diff already shows the changed file.
        terminal.sees("Theirs");
        terminal.send_until("y", "That did not work");
        leave(&mut terminal);
        terminal.sees("first-project");
        assert_eq!(fs::read_to_string(&path).unwrap(), theirs, "{what}");
    }
    // Changes elsewhere in the file do not prevent the edit, and stay.
    for (what, keys, adds) in EDITS {
        let title = format!("Again {what}");
        shows(&mut terminal, &title);
        press(&mut terminal, keys);
        terminal.sees(adds);
        let theirs = roadmap("Elsewhere").replace("version", "# A line more.\nversion");
        replace(&path, theirs.as_bytes());
        terminal.sees("Elsewhere");
        terminal.send_until("y", "r.yaml changed");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# A line more.\n") && text.contains(adds.trim_start_matches('+')), "{what}: {text}");
        leave(&mut terminal);
    }
    terminal.quits();
}

/// If the tests run as the superuser, the program runs as the user 65534.
#[test]
fn an_edit_in_a_read_only_folder_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let (path, binary) = (home.path().join("r.yaml"), home.path().join("offramp-for-all"));
    write(&path, roadmap("Closed")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_offramp"), &binary).unwrap();
    let closed = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    closed(0o555);
    let mut terminal = as_nobody(&binary, home);
    terminal.sees("Closed");
    press(&mut terminal, EDITS[0].1);
    terminal.sees("Change the roadmap?");
    terminal.send_until("y", "could not be written");
    terminal.sees("ermission denied");
    assert_eq!(fs::read_to_string(&path).unwrap(), roadmap("Closed"));
    leave(&mut terminal);
    terminal.sees("first-project");
    terminal.quits();
    fs::set_permissions(terminal.home(), fs::Permissions::from_mode(0o755)).unwrap();
}

fn as_nobody(binary: &Path, home: TempDir) -> Terminal {
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = CommandBuilder::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(binary);
        command
    } else {
        CommandBuilder::new(binary)
    };
    command.args(["--offline", "-f", "r.yaml"]);
    Terminal::run(command, home, &[])
}

#[test]
fn a_broken_roadmap_can_be_mended_in_the_editor() {
    let tools = tempfile::tempdir().unwrap();
    let editor = tools.path().join("editor");
    write(&tools.path().join("good"), roadmap("Mended by hand")).unwrap();
    script(&editor, &format!("for file; do :; done\ncat {}/good > \"$file\"", tools.path().display()));
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("r.yaml");
    write(&path, roadmap("At first")).unwrap();
    let mut terminal = on_roadmap(home, &["--offline"], &[("EDITOR", editor.to_str().unwrap())]);
    terminal.sees("At first");
    for (how, said) in FAULTS {
        replace(&path, roadmap(&format!("Good {how}")).as_bytes());
        terminal.sees(&format!("Good {how}"));
        spoil(&path, how);
        terminal.send_until("k", said);
        // An editor cannot make a folder writable.
        if how != "folder" {
            terminal.send_until("e", "Mended by hand");
        }
    }
    terminal.quits();
}

#[test]
fn a_lock_held_by_another_process_is_announced_on_the_screen() {
    let (mut terminal, _server) = open();
    let (_, keys, _) = EDITS[0];
    press(&mut terminal, keys);
    terminal.sees("state: started");
    let held = fs::File::open(terminal.home()).unwrap();
    held.lock().unwrap();
    terminal.send_until("\r", "waiting for another process that is writing beside `r.yaml`");
    drop(held);
    terminal.wait("the edit", |_| {
        fs::read_to_string(terminal.home().join("r.yaml")).is_ok_and(|text| text.contains("state: started"))
    });
}
