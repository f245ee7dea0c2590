//! Words and signs of a status: "Done", "WIP", ✅, 🚧, `:x:`.

use crate::domain::State;

/// Signs, with or without the selector that makes an emoji of them, and their short names.
const SIGNS: [(&str, State); 58] = [
    ("✅", State::Done),
    ("✔", State::Done),
    ("☑", State::Done),
    ("✓", State::Done),
    ("🗹", State::Done),
    ("🟢", State::Done),
    ("🎉", State::Done),
    ("💚", State::Done),
    (":white_check_mark:", State::Done),
    (":heavy_check_mark:", State::Done),
    (":ballot_box_with_check:", State::Done),
    (":green_circle:", State::Done),
    (":tada:", State::Done),
    ("🚧", State::Started),
    ("⏳", State::Started),
    ("⌛", State::Started),
    ("🔄", State::Started),
    ("🏗", State::Started),
    ("🔨", State::Started),
    ("🟡", State::Started),
    ("🟠", State::Started),
    ("🔜", State::Started),
    ("🏃", State::Started),
    ("👷", State::Started),
    (":construction:", State::Started),
    (":hourglass:", State::Started),
    (":hourglass_flowing_sand:", State::Started),
    (":arrows_counterclockwise:", State::Started),
    (":building_construction:", State::Started),
    (":hammer:", State::Started),
    (":yellow_circle:", State::Started),
    (":large_yellow_circle:", State::Started),
    (":orange_circle:", State::Started),
    ("❌", State::Todo),
    ("✗", State::Todo),
    ("✘", State::Todo),
    ("🔴", State::Todo),
    ("☐", State::Todo),
    ("⬜", State::Todo),
    ("🔲", State::Todo),
    ("⚪", State::Todo),
    ("📋", State::Todo),
    ("🔳", State::Todo),
    (":x:", State::Todo),
    (":red_circle:", State::Todo),
    (":white_large_square:", State::Todo),
    (":black_square_button:", State::Todo),
    (":white_circle:", State::Todo),
    ("🚫", State::Dropped),
    ("⛔", State::Dropped),
    ("🗑", State::Dropped),
    (":no_entry:", State::Dropped),
    (":no_entry_sign:", State::Dropped),
    (":wastebasket:", State::Dropped),
    ("❓", State::Unknown),
    ("❔", State::Unknown),
    (":question:", State::Unknown),
    (":grey_question:", State::Unknown),
];

/// Words that are a status when nothing but a remark follows them.
const WORDS: [(State, &[&str]); 6] = [
    (
        State::Done,
        &[
            "done",
            "complete",
            "completed",
            "finished",
            "merged",
            "shipped",
            "released",
            "migrated",
            "implemented",
            "fixed",
            "resolved",
            "closed",
            "landed",
            "delivered",
            "moved",
            "ok",
            "yes",
            "achieved",
            "accepted and done",
            "fully implemented",
            "100%",
            "x",
        ],
    ),
    (
        State::Started,
        &[
            "in progress",
            "in-progress",
            "inprogress",
            "wip",
            "work in progress",
            "started",
            "ongoing",
            "on going",
            "on-going",
            "doing",
            "active",
            "under way",
            "underway",
            "in review",
            "under review",
            "in development",
            "under development",
            "partial",
            "partially",
            "partially done",
            "partly",
            "pr open",
            "has pr",
            "pr opened",
            "working on it",
            "claimed",
            "assigned",
        ],
    ),
    (
        State::Todo,
        &[
            "todo",
            "to do",
            "to-do",
            "not started",
            "not yet",
            "not yet started",
            "not done",
            "open",
            "planned",
            "pending",
            "backlog",
            "future",
            "waiting",
            "blocked",
            "on hold",
            "paused",
            "no",
            "not implemented",
            "not migrated",
            "help wanted",
            "up for grabs",
            "unassigned",
            "queued",
            "scheduled",
            "next",
            "new",
        ],
    ),
    (State::Removed, &["removed", "deleted", "decommissioned", "retired", "shut down", "turned off"]),
    (
        State::Dropped,
        &[
            "dropped",
            "cancelled",
            "canceled",
            "abandoned",
            "rejected",
            "withdrawn",
            "obsolete",
            "won't do",
            "wont do",
            "won't fix",
            "wontfix",
            "will not do",
            "not planned",
            "out of scope",
            "n/a",
            "na",
            "not applicable",
            "not needed",
            "skipped",
            "superseded",
            "declined",
            "duplicate",
        ],
    ),
    (State::Unknown, &["unknown", "?", "??", "???", "tbd", "unclear", "to be decided", "to be determined"]),
];

/// Reads the status that a cell, or a heading, consists of; what follows in parentheses or behind a dash is a remark.
pub(super) fn of_text(text: &str) -> Option<State> {
    let text = text.trim();
    let (bare, sign) = take_signs(text);
    let lower = bare.to_lowercase();
    let word = lower.split(['(', ':', '–', '—', ',', ';', '/', '\u{2192}']).next().unwrap_or_default();
    let word = word.split(" - ").next().unwrap_or_default().trim_matches([' ', '.', '!', '*', '_', '[', ']']);
    sign.or_else(|| of_word(&lower)).or_else(|| of_word(word)).or_else(|| of_beginning(word))
}

/// Reads a word or two, such as `in progress`.
pub(super) fn of_word(text: &str) -> Option<State> {
    let text = text.trim().trim_end_matches(['.', '!']);
    WORDS.iter().find(|(_, words)| words.contains(&text)).map(|(state, _)| *state)
}

/// "Completed in v1.2", "Merged #12", "Done by @alice" are still done.
fn of_beginning(text: &str) -> Option<State> {
    let first = text.split([' ', '#', '@']).next().filter(|first| !first.is_empty() && first.len() < text.len())?;
    let is_clear = matches!(first, "done" | "completed" | "complete" | "finished" | "merged" | "shipped" | "released");
    let is_clear = is_clear || matches!(first, "wip" | "started" | "dropped" | "removed" | "todo" | "planned");
    of_word(first).filter(|_| is_clear)
}

/// Takes signs off the beginning and the end of a text; the first one counts.
pub(super) fn take_signs(text: &str) -> (&str, Option<State>) {
    let (mut rest, mut state) = (text.trim(), None);
    while let Some((shorter, found)) = sign_at_start(rest) {
        (rest, state) = (shorter, state.or(Some(found)));
    }
    while let Some((shorter, found)) = sign_at_end(rest) {
        (rest, state) = (shorter, state.or(Some(found)));
    }
    (rest, state)
}

fn sign_at_start(text: &str) -> Option<(&str, State)> {
    SIGNS.iter().find_map(|(sign, state)| {
        let rest = text.strip_prefix(sign)?;
        Some((rest.trim_start_matches(['\u{fe0f}', '\u{200d}', ' ', ':', '|']), *state))
    })
}

fn sign_at_end(text: &str) -> Option<(&str, State)> {
    let bare = text.trim_end_matches(['\u{fe0f}', ' ']);
    SIGNS.iter().find_map(|(sign, state)| {
        let rest = bare.strip_suffix(sign)?;
        Some((rest.trim_end_matches([' ', '\u{200d}']), *state))
    })
}

/// Takes a status in brackets off the beginning or the end: "(done)", "[WIP]", "DONE:".
pub(super) fn take_words(text: &str) -> (&str, Option<State>) {
    let bracketed = |inner: &str| of_word(&inner.to_lowercase()).filter(|_| inner.len() > 1);
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(before) = text.strip_suffix(close)
            && let Some((before, inner)) = before.rsplit_once(open)
            && let Some(state) = bracketed(inner).filter(|_| !before.trim().is_empty())
        {
            return (before.trim_end(), Some(state));
        }
        if let Some(behind) = text.strip_prefix(open)
            && let Some((inner, behind)) = behind.split_once(close)
            && let Some(state) = bracketed(inner).filter(|_| !behind.trim().is_empty())
        {
            return (behind.trim_start_matches([' ', ':', '-', '–']), Some(state));
        }
    }
    for (word, state) in [("DONE", State::Done), ("WIP", State::Started), ("TODO", State::Todo)] {
        if let Some(behind) = text.strip_prefix(word).and_then(|rest| rest.trim_start().strip_prefix([':', '-', '–']))
            && !behind.trim().is_empty()
        {
            return (behind.trim_start(), Some(state));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_its_status_in_many_ways() {
        for (text, state) in [
            ("Done", State::Done),
            ("✅", State::Done),
            ("✔️ merged", State::Done),
            ("Completed in v1.2", State::Done),
            ("In progress", State::Started),
            ("🚧 WIP (#12)", State::Started),
            ("Not started", State::Todo),
            ("❌", State::Todo),
            ("Won't do", State::Dropped),
            ("N/A", State::Dropped),
            ("Removed", State::Removed),
            ("?", State::Unknown),
        ] {
            assert_eq!(of_text(text), Some(state), "{text}");
        }
    }

    #[test]
    fn a_sentence_is_no_status() {
        for text in ["Open the door", "Nothing", "closed-loop control", "Move images", "Next.js", ""] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn signs_and_words_leave_the_title() {
        assert_eq!(take_signs("✅ Move images"), ("Move images", Some(State::Done)));
        assert_eq!(take_signs("Move images :construction:"), ("Move images", Some(State::Started)));
        assert_eq!(take_words("Move images (in progress)"), ("Move images", Some(State::Started)));
        assert_eq!(take_words("[WIP] Move images"), ("Move images", Some(State::Started)));
        assert_eq!(take_words("(still needed?)"), ("(still needed?)", None));
        assert_eq!(take_words("Move f(x)"), ("Move f(x)", None));
    }
}
