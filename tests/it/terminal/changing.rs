//! Keys that change files: the roadmap, a brief, the day of the last meeting.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use portable_pty::CommandBuilder;

use super::Terminal;

const ROADMAP: &str = "\
# This comment stays.
version: 1
title: Away
repo: a/b
projects:
  - id: first-project # and this one
    items:
      - {id: one, title: The first one} # and this
      - {id: two, title: The second one}
";

/// Opens the screens on a roadmap file.
fn on_file(variables: &[(&str, &str)]) -> Terminal {
    let home = tempfile::tempdir().unwrap();
    crate::program::write(&home.path().join("r.yaml"), ROADMAP).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_offramp"));
    command.args(["--offline", "-f", "r.yaml"]);
    let terminal = Terminal::run(command, home, variables);
    terminal.sees("first-project");
    terminal
}

fn roadmap(terminal: &Terminal) -> String {
    fs::read_to_string(terminal.home().join("r.yaml")).unwrap()
}

#[test]
fn a_state_is_changed_on_disk_after_its_diff() {
    let mut terminal = on_file(&[]);
    terminal.send("2");
    terminal.sees("The first one");
    terminal.send("x");
    terminal.sees("started");
    terminal.send("2\r");
    terminal.sees("Change the roadmap?");
    terminal.sees("+      - {id: one, title: The first one, state: started} # and this");
    assert_eq!(roadmap(&terminal), ROADMAP, "nothing is written before the diff is confirmed");
    terminal.send("y");
    terminal.sees("r.yaml changed");
    let wanted = ROADMAP.replace("title: The first one}", "title: The first one, state: started}");
    assert_eq!(roadmap(&terminal), wanted);
    terminal.quits();
}

#[test]
fn a_brief_overwrites_no_file() {
    let mut terminal = on_file(&[]);
    terminal.send("w");
    terminal.sees("wrote offramp-2026-11-24.md");
    let path = terminal.home().join("offramp-2026-11-24.md");
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("Away") && written.contains("Changes since the end of 2026-11-10"), "{written}");
    crate::program::write(&path, "mine").unwrap();
    terminal.send("w");
    terminal.sees("wrote offramp-2026-11-24-2.md");
    terminal.send(":write offramp-2026-11-24.md\r");
    terminal.sees("exist");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    terminal.send("qq");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn the_day_of_the_last_meeting_is_remembered() {
    let data = tempfile::tempdir().unwrap();
    let variables = [("XDG_DATA_HOME", data.path().to_str().unwrap())];
    let mut terminal = on_file(&variables);
    terminal.send("m");
    terminal.send("2026-11-18\r");
    terminal.sees("Changes begin on 2026-11-18");
    terminal.quits();
    let mut again = on_file(&variables);
    again.send("4");
    again.sees("From the end of 2026-11-17");
    again.quits();
}

#[test]
fn changes_by_an_editor_are_reloaded() {
    let tools = tempfile::tempdir().unwrap();
    let editor = tools.path().join("editor");
    let script = "#!/bin/sh\nfor file; do :; done\nprintf '  - id: second-project\\n    items: [x]\\n' >> \"$file\"\n";
    crate::program::write(&editor, script).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let mut terminal = on_file(&[("EDITOR", editor.to_str().unwrap())]);
    terminal.send("e");
    terminal.sees("second-project");
    assert!(roadmap(&terminal).starts_with(ROADMAP));
    terminal.quits();
}
