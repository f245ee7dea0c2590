//! Keys at awkward moments: each takes effect at once, not with the next key.

use portable_pty::CommandBuilder;

use super::{FIRST, Terminal};

const HELP: &str = "type to search";

/// Waits for the help that `?` opens, and closes it.
fn opens_the_help(terminal: &mut Terminal) {
    terminal.sees(HELP);
    terminal.send("\u{1b}");
    terminal.wait("no help", |state| {
        let screen = state.parser.screen();
        screen.alternate_screen() && !screen.contents().contains(HELP)
    });
}

#[test]
fn a_key_typed_before_it_resumes_takes_effect() {
    let mut shell = CommandBuilder::new("sh");
    let rounds = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo round $n; read line; fg; done";
    shell.args(["-c", &format!("set -m; \"$0\"; {rounds}; echo ended here")]);
    shell.arg(env!("CARGO_BIN_EXE_offramp"));
    let mut terminal = Terminal::run(shell, tempfile::tempdir().unwrap(), &[]);
    for round in 1..=12 {
        terminal.sees(FIRST);
        terminal.send_until("\u{1a}", &format!("round {round}"));
        terminal.send("\r?");
        opens_the_help(&mut terminal);
    }
    terminal.send_until("q", "ended here");
    terminal.is_restored();
}

#[test]
fn a_key_during_a_continue_from_elsewhere_takes_effect() {
    let mut terminal = Terminal::opened();
    for _ in 0..12 {
        terminal.signal("STOP");
        terminal.send("?");
        terminal.signal("CONT");
        opens_the_help(&mut terminal);
    }
    terminal.quits();
}

#[test]
fn a_key_typed_while_the_editor_ran_takes_effect() {
    let roadmap = "version: 1\nprojects: [{id: first-project}]\n";
    let mut terminal = Terminal::on(roadmap, &[("VISUAL", "true")]);
    terminal.sees("first-project");
    for _ in 0..12 {
        terminal.send("e?");
        opens_the_help(&mut terminal);
    }
    terminal.quits();
}

#[test]
fn a_key_during_a_resize_takes_effect() {
    let mut terminal = Terminal::opened();
    terminal.send("/");
    let mut typed = String::new();
    for (round, letter) in ('a'..='z').cycle().take(60).enumerate() {
        typed.push(letter);
        // Three sizes in a row, as when a window is dragged; the last one fits the whole line.
        terminal.resize(8, 30);
        terminal.resize(20, 90);
        terminal.resize(30, 120 + u16::try_from(round % 2).unwrap());
        terminal.send_until(&letter.to_string(), &typed);
    }
    terminal.send("\rq");
    assert_eq!(terminal.ends(), 0);
    terminal.is_restored();
}
