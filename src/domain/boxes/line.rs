//! Notes in the line of a box: its assignee, and words or signs such as `blocked` or 🚧.

use super::mention;
use super::phrases::DONE_SIGNS;
use crate::domain::wording::{PhraseList, WAITING};
use crate::domain::{State, status};

/// Notes of a line that is not free.
static NOTES: PhraseList = PhraseList::new("not yet; not now; after");

/// Such notes that also count after a comma or a colon, with an object.
static NOTES_WITH_OBJECT: PhraseList = PhraseList::new("owner:; owned by; assignee:; assigned:; assigned to");

/// Such notes that also count after a comma or a colon if no object follows: "deferred tasks" is a name.
static STATUS_NOTES: PhraseList =
    PhraseList::new("in progress; wip; in review; under review; blocked; on hold; paused; postponed; deferred");

/// Statuses that say that a line waits.
static HELD: PhraseList = PhraseList::new("waiting; blocked; on hold; paused; postponed; deferred");

/// Words that may follow a status: "blocked until May", "in progress by the docs team".
static BEHIND_STATUS: PhraseList =
    PhraseList::new("by; on; until; till; since; for; with; in; at; as; due; because; here; upstream; and; but; again");

/// Phrases about someone whom a line may name without `@`.
const AT_WORK: [&str; 3] = ["is working on", "working on it", "is on it"];

/// Signs of a line that is not free.
static SIGNS: PhraseList = PhraseList::new(
    "🚧; 🏗; 👷; ✍; 👀; ⏳; 🏃; 🔒; ⏸; 🛑; :construction:; :building_construction:; :construction_worker:; :writing_hand:; \
    :eyes:; :hourglass_flowing_sand:; :running:; :lock:; :pause_button:; :octagonal_sign:",
);

/// Whether a line says that someone is working on it, or that it waits for something.
pub fn holds_back(text: &str) -> bool {
    let has_sign = || SIGNS.all().any(|sign| text.contains(sign)) || status::take_signs(text).1 == Some(State::Started);
    let is_marked = (!text.is_ascii() || text.contains(':')) && has_sign();
    is_marked || note(text).is_some() || says_status(text) || has_worker(text)
}

fn has_worker(text: &str) -> bool {
    let text = text.to_lowercase();
    let ends_a_word = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    AT_WORK.iter().any(|phrase| text.split(phrase).skip(1).any(ends_a_word))
}

/// Whether a line says that its work is over: done, dropped or moved elsewhere.
pub(super) fn is_over(text: &str) -> bool {
    let (bare, sign) = status::take_signs(text);
    // A party popper is no tick.
    let is_ticked = DONE_SIGNS.iter().any(|sign| text.contains(sign)) && status::of_heading(text) == Some(State::Done);
    let said = || status::take_words(bare).1.is_some_and(|(state, _)| state.is_end());
    sign == Some(State::Removed) || sign == Some(State::Done) && is_ticked || said() || mention::has_moved(text)
}

/// Whether a line has a cross, which may mean "not done" or "not to be done", a tick, or a struck beginning.
pub(super) fn is_crossed(text: &str) -> bool {
    const CROSSES: [&str; 6] = ["❌", "✗", "✘", "🚫", "⛔", ":x:"];
    text.starts_with("~~") || CROSSES.iter().chain(&DONE_SIGNS).any(|sign| text.contains(sign))
}

/// Whether a line does not say what there is to do: `TBD`, `...`, or the pattern of the other lines.
pub(super) fn is_empty(text: &str) -> bool {
    !text.contains(char::is_alphanumeric) && !holds_back(text)
        || status::of_remark(text) == Some(State::Unknown)
        || is_pattern(text)
}

/// Whether a line shows how to write the others: `Component name - Person - PR link (when ready)`.
fn is_pattern(text: &str) -> bool {
    const MIN_PARTS: usize = 3;
    let bare = text.split('(').next().unwrap_or_default();
    let is_placeholder = |part: &str| {
        let mut words = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
        words.peek().is_some() && words.all(|word| PLACEHOLDERS.has(&word.to_lowercase()))
    };
    let dashes = bare.replace([':', '|', '–', '—'], " - ");
    let parts: Vec<&str> = dashes.split(" - ").collect();
    parts.len() >= MIN_PARTS && parts.into_iter().all(is_placeholder)
}

/// Words that stand for what is to be filled in.
static PLACEHOLDERS: PhraseList = PhraseList::new(
    "your; the; of; name; component; module; package; page; file; path; task; item; title; person; people; assignee; \
    owner; author; contributor; user; username; login; handle; github; pr; pull; request; issue; link; url; number; \
    status; date",
);

/// Whether a line ends or begins with a status of work under way: `alpha: in progress`, `[WIP] alpha`.
fn says_status(text: &str) -> bool {
    let (_, stated) = status::take_words(text);
    stated.is_some_and(|(state, words)| state == State::Started || status::is_waiting(words))
}

/// A line without its note, which is not part of its name.
pub(super) fn without_note(text: &str) -> &str {
    let starts = [note(text), mention::wait(text)];
    let start = starts.into_iter().flatten().min();
    let bare = |at: usize| text.get(..at).map(|text| text.trim_end_matches([' ', ',', ';', ':', '(', '[']));
    start.and_then(bare).filter(|text| !text.is_empty()).unwrap_or(text)
}

/// The start of a line's note: a bracket, a comma or a colon, or the space before a dash, a dot or a bar.
fn note(text: &str) -> Option<usize> {
    let marks = text.match_indices(['(', '[', '·', '—', '–', '-', '|', ',', ';', ':']);
    let starts = marks.filter_map(|(at, mark)| {
        let (before, behind) = (text.get(..at)?, text.get(at + mark.len()..)?);
        match mark {
            "(" | "[" => is_note(behind).then_some(at),
            "," | ";" | ":" => (behind.starts_with(' ') && is_clear_note(behind)).then_some(at),
            _ => {
                let ends = behind.strip_prefix('-').unwrap_or(behind).starts_with(' ');
                (ends && before.ends_with(' ') && is_note(behind)).then(|| before.trim_end().len())
            }
        }
    });
    starts.filter(|start| *start > 0).min()
}

/// Splits the words by which a line waits from its end: "DNS (waiting for legal)", "DNS, on hold until March", "DNS (done in
/// v1, blocked by legal)".
pub fn take_wait(text: &str) -> Option<(String, &str)> {
    /// The longest line that is searched, in bytes.
    const LONGEST: usize = 500;
    if text.len() > LONGEST {
        return None;
    }
    let marks = text.match_indices(['(', '[', '—', '–', '-', ',', ';', ':']);
    let mut parts = marks.filter_map(|(at, mark)| {
        let (before, words) = (text.get(..at)?, text.get(at + mark.len()..)?);
        let is_bracket = matches!(mark, "(" | "[");
        let begins = is_bracket && before.ends_with(' ')
            || words.starts_with(' ') && (matches!(mark, "," | ";" | ":") || before.ends_with([' ', '-']));
        let inner = words.strip_suffix([')', ']']).filter(|inner| !inner.contains(['(', ')', '[', ']']));
        // A bracket may open before the words: "DNS (Linux, blocked by legal)".
        let is_inside = !is_bracket && before.rfind(['(', '[']) > before.rfind([')', ']']);
        let words = if is_bracket || is_inside { inner? } else { words };
        let end = if is_inside { text.get(text.len() - 1..)? } else { "" };
        let rest = before.trim_end_matches([' ', ',', ';', ':', '-', '–', '—']);
        let is_wait = begins && rest.contains(char::is_alphanumeric) && is_wait(words);
        is_wait.then(|| (format!("{rest}{end}"), words.trim()))
    });
    parts.next()
}

/// Whether a text starts with words by which a line waits.
fn is_wait(text: &str) -> bool {
    let note = text.trim_start().to_lowercase();
    behind(waiting(), &note).is_some() || behind(HELD.all(), &note).is_some_and(ends_a_status)
}

/// Whether a text starts with a note that its line is not free.
pub(super) fn is_note(text: &str) -> bool {
    let note = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let lists = [&NOTES, &NOTES_WITH_OBJECT, &STATUS_NOTES];
    lists.into_iter().any(|list| behind(list.all(), &note).is_some()) || behind(waiting(), &note).is_some()
}

/// Whether a text starts with a note that cannot be a part of a name.
fn is_clear_note(text: &str) -> bool {
    let note = text.trim_start().to_lowercase();
    behind(NOTES_WITH_OBJECT.all().chain(waiting()), &note).is_some()
        || behind(STATUS_NOTES.all(), &note).is_some_and(ends_a_status)
}

/// Whether the text after a status is no object of it.
fn ends_a_status(rest: &str) -> bool {
    let rest = rest.trim_start();
    !rest.starts_with(char::is_alphanumeric) || BEHIND_STATUS.begins(rest) || BEHIND_STATUS.has(rest)
}

/// Phrases before what a line waits for. `pending` alone may only say that it is to be done.
fn waiting() -> impl Iterator<Item = &'static str> {
    WAITING.all().filter(|phrase| phrase.contains(' '))
}

/// The rest of a note that begins with one of the phrases.
fn behind(mut phrases: impl Iterator<Item = &'static str>, note: &str) -> Option<&str> {
    phrases.find_map(|phrase| note.strip_prefix(phrase).filter(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// Returns the people that a line mentions as working on it.
pub fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    let is_outside_code = |word: &&str| {
        let was_code = is_code;
        is_code ^= word.matches('`').count() % 2 == 1;
        !was_code && !word.contains('`')
    };
    let words: Vec<&str> = text.split_whitespace().filter(is_outside_code).collect();
    let names = words.iter().enumerate().filter_map(|(at, word)| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '-' | '/'));
        let login = word.strip_prefix('@')?.split(['\'', '’']).next()?;
        let login = Some(login).filter(|login| !login.is_empty() && !login.contains(['/', '@']))?;
        let before =
            |back| at.checked_sub(back).and_then(|at| words.get(at)).copied().unwrap_or_default().to_lowercase();
        let (last, verb) = (before(1), before(2));
        let is_reported = last == "by" && REPORTED.has(verb.trim_start_matches(['(', '[']));
        let is_named_only = ONLY_NAMED.contains(&last.trim_matches([':', ',', '(', '[']));
        (!is_reported && !is_named_only).then_some(login)
    });
    names.collect::<Vec<_>>().into_iter()
}

/// Returns the people that a heading mentions after its topic: `Redis @ann and @bob`.
pub fn led_by(heading: &str) -> Vec<&str> {
    const MAX_NAMES: usize = 6;
    let mut words = heading.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ':', '-', '–', '—', '&']));
    let mut names = 0;
    let mut people = Vec::new();
    for word in words.by_ref().filter(|word| !word.is_empty() && *word != "and") {
        match word.strip_prefix('@').filter(|login| !login.is_empty() && !login.contains(['/', '@'])) {
            Some(login) => people.push(login),
            None if people.is_empty() && !ONLY_NAMED.contains(&word.to_lowercase().as_str()) => names += 1,
            None => return Vec::new(),
        }
    }
    if (1..=MAX_NAMES).contains(&names) { people } else { Vec::new() }
}

/// Words before a person who is mentioned for another reason than working on it.
const ONLY_NAMED: [&str; 10] = ["cc", "ask", "contact", "thanks", "reviewer", "reviewers", "see", "fyi", "from", "was"];

/// What a person did who is named for another reason than working on it: `suggested by @ann`.
static REPORTED: PhraseList = PhraseList::new(
    "reported; suggested; requested; proposed; raised; filed; mentioned; noticed; found; reviewed; approved",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_shows_the_pattern_of_the_others_says_nothing() {
        for text in
            ["Component name - Person - PR Link (when ready)", "[File path] - [@username] - [PR]", "Page: owner: link"]
        {
            assert!(is_empty(text), "{text}");
        }
        for text in ["Package name - PR link", "Module loader - Person - PR", "Owner page - link - docs"] {
            assert!(!is_empty(text), "{text}");
        }
    }

    #[test]
    fn a_heading_may_name_its_assignees() {
        assert_eq!(led_by("Redis @ann, @bob"), ["ann", "bob"]);
        assert_eq!(led_by("Core extensions (@ann)"), ["ann"]);
        for text in ["cc @ann", "Thanks @ann", "@ann", "@ann is the lead of this", "Ask @ann first", "Redis"] {
            assert_eq!(led_by(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn a_person_may_be_named_for_another_reason_than_working_on_a_line() {
        let of = |text| mentioned(text).collect::<Vec<_>>();
        for text in ["Editor (was @ann)", "Editor, suggested by @ann", "Editor (reported by @ann)", "Editor, cc @ann"] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
        assert_eq!((of("Editor, ported by @ann"), of("@ann's editor")), (vec!["ann"], vec!["ann"]));
    }

    #[test]
    fn a_line_with_a_note_is_not_free() {
        for text in [
            "auth · @ines · in progress",
            "Remove the flag (waiting on #55)",
            "schema [blocked]",
            "catalog · after auth",
            "Collection types ✍🏽",
            "Finalize the schema (owner: Jorge)",
            "Editor -- on hold",
            "Editor: in progress",
            "Editor, blocked until May",
            "Editor; waiting for the schema",
            "Editor: started",
            "Editor (ongoing)",
            "[WIP] Editor",
            "Editor :construction:",
            "Editor 🔄",
            "Editor (assigned: Kim)",
            "Editor, Kim is on it",
            "Editor (Kim is working on this)",
        ] {
            assert!(holds_back(text), "{text}");
        }
        for text in [
            "Blocked users",
            "Clean up after the move",
            "log in progress bar",
            "Document what is on items",
            "Wait (help wanted)",
            "a - b",
            "Users: blocked accounts",
            "Queue: deferred tasks",
            "Editor: not yet started",
            "a::b::pending",
            "Editor: done",
        ] {
            assert!(!holds_back(text), "{text}");
        }
    }

    #[test]
    fn a_line_may_say_that_its_work_is_over_or_not_known() {
        for text in [
            "Editor: done",
            "Editor - skipped",
            "Editor (N/A)",
            "Editor: not needed",
            "[done] Editor",
            "Editor: removed in v2",
            "Editor ✅",
            "🗑 Editor",
            "Editor: moved to #2",
            "Editor closed in favour of #2",
            "Editor (superseded by https://github.com/kubernetes/k8s.io/issues/2)",
        ] {
            assert!(is_over(text), "{text}");
        }
        for text in [
            "Editor",
            "Editor: started",
            "Editor ✅ 3/7",
            "Editor 🎉",
            "Editor: to be moved to #2",
            "Find what moved to the new host",
            "Skipped tests",
            "Remove what is not needed",
        ] {
            assert!(!is_over(text), "{text}");
        }
        assert!(is_crossed("Editor ❌") && is_crossed("Editor ✅ (v1.2)") && !is_crossed("Editor x"));
        assert!(["TBD", "...", "…", "(tbd)", "???"].into_iter().all(is_empty));
        assert!(!["#2", "a", "tbd.rs", "東京", "🚧"].into_iter().any(is_empty));
    }

    #[test]
    fn the_words_by_which_a_line_waits_are_split_from_its_end() {
        for (text, rest, wait) in [
            ("DNS: waiting for legal", "DNS", "waiting for legal"),
            ("DNS (waiting for legal)", "DNS", "waiting for legal"),
            ("DNS – blocked by legal", "DNS", "blocked by legal"),
            ("DNS -- blocked by legal (see the wiki)", "DNS", "blocked by legal (see the wiki)"),
            ("DNS [blocked by legal]", "DNS", "blocked by legal"),
            ("DNS, on hold", "DNS", "on hold"),
            ("DNS; on hold until March", "DNS", "on hold until March"),
            ("DNS (done in v1.2, waiting for docs)", "DNS (done in v1.2)", "waiting for docs"),
            ("DNS (Linux, on hold)", "DNS (Linux)", "on hold"),
        ] {
            assert_eq!(take_wait(text), Some((rest.to_owned(), wait)), "{text}");
        }
        for text in [
            "Blocked users",
            "waiting room",
            "Users: blocked accounts",
            "Users (blocked accounts)",
            "Site – waiting room",
            "DNS (waiting for legal) and mail",
            "blocked by legal",
            "DNS blocked by legal",
            "a-waiting for b",
        ] {
            assert_eq!(take_wait(text), None, "{text}");
        }
    }

    #[test]
    fn a_note_is_no_part_of_a_name() {
        assert_eq!(without_note("catalog · after auth"), "catalog");
        assert_eq!(without_note("catalog, blocked by #14"), "catalog");
        assert_eq!(without_note("catalog after #14"), "catalog");
        assert_eq!(without_note("catalog (help wanted)"), "catalog (help wanted)");
    }
}
