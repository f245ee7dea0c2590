//! Keys that come at an awkward moment are heard all the same, each at once and not with the next one.

use portable_pty::CommandBuilder;

use super::{FIRST, Terminal};

const HELP: &str = "type to search";

/// Waits for the help that `?` opens, and closes it.
fn hears_the_question(terminal: &mut Terminal) {
    terminal.sees(HELP);
    terminal.send("\u{1b}");
    terminal.wait("no help", |state| {
        let screen = state.parser.screen();
        screen.alternate_screen() && !screen.contents().contains(HELP)
    });
}

#[test]
fn a_key_that_was_typed_before_it_goes_on_is_heard() {
    let mut shell = CommandBuilder::new("sh");
    let rounds = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo round $n; read line; fg; done";
    shell.args(["-c", &format!("set -m; \"$0\"; {rounds}; echo ended here")]);
    shell.arg(env!("CARGO_BIN_EXE_offramp"));
    let mut terminal = Terminal::run(shell, tempfile::tempdir().unwrap(), &[]);
    for round in 1..=12 {
        terminal.sees(FIRST);
        terminal.send("\u{1a}");
        terminal.sees(&format!("round {round}"));
        terminal.send("\r?");
        hears_the_question(&mut terminal);
    }
    terminal.send("q");
    terminal.sees("ended here");
    terminal.is_restored();
}

#[test]
fn a_key_that_comes_while_it_is_continued_from_elsewhere_is_heard() {
    let mut terminal = Terminal::start(&[]);
    terminal.sees(FIRST);
    for _ in 0..12 {
        terminal.signal("STOP");
        terminal.send("?");
        terminal.signal("CONT");
        hears_the_question(&mut terminal);
    }
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn a_key_that_was_typed_while_the_editor_ran_is_heard() {
    let home = tempfile::tempdir().unwrap();
    crate::program::write(&home.path().join("r.yaml"), "version: 1\nprojects: [{id: first-project}]\n").unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_offramp"));
    command.args(["--offline", "-f", "r.yaml"]);
    let mut terminal = Terminal::run(command, home, &[("VISUAL", "true")]);
    terminal.sees("first-project");
    for _ in 0..12 {
        terminal.send("e?");
        hears_the_question(&mut terminal);
    }
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_restored();
}

#[test]
fn a_key_that_comes_together_with_a_resize_is_heard() {
    let mut terminal = Terminal::start(&[]);
    terminal.sees(FIRST);
    terminal.send("/");
    let mut typed = String::new();
    for (round, letter) in ('a'..='z').cycle().take(60).enumerate() {
        typed.push(letter);
        // Three sizes in a row, as a window that is dragged, and the last one large enough for the whole line.
        terminal.resize(8, 30);
        terminal.resize(20, 90);
        terminal.resize(30, 120 + u16::try_from(round % 2).unwrap());
        terminal.send(&letter.to_string());
        terminal.sees(&typed);
    }
    terminal.send("\rq");
    assert_eq!(terminal.ends(), 0);
    terminal.is_restored();
}
