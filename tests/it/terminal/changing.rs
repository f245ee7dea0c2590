//! Keys that change files: the roadmap, a brief, the day of the last meeting.

use std::fs;

use super::Terminal;
use crate::program::{Shows as _, script};

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
    let terminal = Terminal::on(ROADMAP, variables);
    terminal.sees("first-project");
    terminal
}

fn roadmap(terminal: &Terminal) -> String {
    fs::read_to_string(terminal.home().join("r.yaml")).unwrap()
}

#[test]
fn a_state_is_changed_on_disk_after_its_diff() {
    let mut terminal = on_file(&[]);
    terminal.send_until("2", "The first one");
    terminal.send_until("x", "started");
    terminal.send_until("2\r", "Change the roadmap?");
    terminal.sees("+      - {id: one, title: The first one, state: started} # and this");
    assert_eq!(roadmap(&terminal), ROADMAP, "nothing is written before the diff is confirmed");
    terminal.send_until("y", "r.yaml changed");
    let wanted = ROADMAP.replace("title: The first one}", "title: The first one, state: started}");
    assert_eq!(roadmap(&terminal), wanted);
    terminal.quits();
}

#[test]
fn a_brief_overwrites_no_file() {
    let mut terminal = on_file(&[]);
    terminal.send_until("w", "wrote offramp-2026-11-24.md");
    let path = terminal.home().join("offramp-2026-11-24.md");
    fs::read_to_string(&path).unwrap().shows(["Away", "Changes since the end of 2026-11-10"]);
    crate::program::write(&path, "mine").unwrap();
    terminal.send_until("w", "wrote offramp-2026-11-24-2.md");
    terminal.send_until(":write offramp-2026-11-24.md\r", "exist");
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
    terminal.send_until("2026-11-18\r", "Changes begin on 2026-11-18");
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
    script(&editor, "for file; do :; done\nprintf '  - id: second-project\\n    items: [x]\\n' >> \"$file\"");
    let mut terminal = on_file(&[("EDITOR", editor.to_str().unwrap())]);
    terminal.send_until("e", "second-project");
    assert!(roadmap(&terminal).starts_with(ROADMAP));
    terminal.quits();
}
