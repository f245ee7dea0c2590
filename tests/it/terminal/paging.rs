//! The pager: long pages on a terminal go through it, as with git.

use super::Terminal;

/// Runs a command on a terminal of 24 rows, with a pager that marks every line.
fn printed(args: &[&str], variables: &[(&str, &str)]) -> String {
    let variables = [&[("PAGER", "sed s/^/PAGED:/")], variables].concat();
    let mut terminal = Terminal::with(tempfile::tempdir().unwrap(), args, &variables);
    terminal.ends();
    terminal.wait("its end", |state| state.is_over);
    let state = terminal.shared.state.lock().unwrap();
    String::from_utf8_lossy(&state.raw).into_owned()
}

#[test]
fn only_a_page_longer_than_the_screen_goes_through_the_pager() {
    for args in [&["check"][..], &["list"], &["changes"], &["brief"]] {
        assert!(printed(args, &[]).contains("PAGED:"), "{args:?}");
    }
    assert!(!printed(&["status", "k8s-prow"], &[]).contains("PAGED:"));
}

#[test]
fn the_pager_can_be_turned_off() {
    for (args, variables) in [
        (&["--no-pager", "check"][..], &[][..]),
        (&["check"], &[("NO_PAGER", "1")]),
        (&["check"], &[("PAGER", "")]),
        (&["check"], &[("PAGER", "cat")]),
    ] {
        let text = printed(args, variables);
        assert!(text.contains("not-linked") && !text.contains("PAGED:"), "{args:?} {variables:?}: {text}");
    }
}
