//! Agreement of screens and commands: the same names and the same figures.

use super::Screen;
use crate::program::offramp;

/// Returns the example on a screen with room for everything.
fn screen(keys: &str) -> Screen {
    let mut screen = Screen::of(super::harness::example_world(), 200, 60);
    screen.keys(keys);
    screen
}

/// Returns the rows that a command prints into a pipe.
fn rows(args: &[&str]) -> Vec<Vec<String>> {
    let text = offramp(args.iter().copied()).stdout;
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|row| row.split('\t').map(ToOwned::to_owned).collect()).collect()
}

/// Shortens an owner as the column does.
fn short(owner: &str) -> String {
    match owner {
        "no owner" => "–".to_owned(),
        _ => owner.replace("SIG ", "").chars().take(22).collect(),
    }
}

/// Asserts that the row which begins with a name contains the words in order.
fn assert_says(screen: &Screen, name: &str, words: &[&str]) {
    let text = screen.text();
    let is_own = |line: &&str| {
        let line = line.trim_start_matches(['▌', '○', '◐', ' ']);
        line.strip_prefix("? ").unwrap_or(line).starts_with(name)
    };
    let line = text.lines().filter(|line| line.starts_with(['▌', ' '])).find(is_own);
    let mut rest = line.unwrap_or_else(|| panic!("{name}\n{text}"));
    for word in words {
        (_, rest) = rest.split_once(word).unwrap_or_else(|| panic!("`{word}` of {name} in `{rest}`"));
    }
}

#[test]
fn projects_agrees_with_status() {
    let screen = screen("");
    for row in rows(&["status"]) {
        let [id, done, progress, left, free, state, owner, ..] = row.as_slice() else { panic!("{row:?}") };
        let title = row.last().filter(|title| !title.is_empty()).unwrap_or(id);
        assert_says(&screen, title, &[state, done, progress, left, free, &short(owner)]);
    }
}

#[test]
fn work_agrees_with_list() {
    let screen = screen("2");
    for row in rows(&["list"]) {
        let [_, title, _, inside, issue, owner, _, free, ..] = row.as_slice() else { panic!("{row:?}") };
        let inside = inside.split(" without").next().unwrap().replace("??", "");
        assert_says(&screen, title, &[issue, &inside, free, &short(owner)]);
    }
}

#[test]
fn free_agrees_with_next() {
    let screen = screen("3");
    let text = screen.text();
    let mut rest = text.as_str();
    for row in rows(&["next", "--all"]) {
        // A long title is cut to its column.
        let title: String = row[1].chars().take(40).collect();
        (_, rest) = rest.split_once(&title).unwrap_or_else(|| panic!("`{title}` in\n{rest}"));
    }
}
