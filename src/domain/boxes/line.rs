//! Notes in the line of a box: its assignee, and words or signs such as `blocked` or 🚧.

use crate::domain::wording::PhraseList;

/// Notes of a line that is not free.
static NOTES: PhraseList = PhraseList::new(
    "in progress; wip; in review; under review; blocked; on hold; paused; waiting on; waiting for; waits for; \
    depends on; postponed; deferred; not yet; not now; after; owner:; owned by; assignee:; assigned to",
);

/// Signs of a line that is not free.
const SIGNS: [&str; 10] = ["🚧", "🏗", "👷", "✍", "👀", "⏳", "🏃", "🔒", "⏸", "🛑"];

/// Whether a line says that someone is working on it, or that it waits for something.
pub fn holds_back(text: &str) -> bool {
    !text.is_ascii() && SIGNS.iter().any(|sign| text.contains(sign)) || note(text).is_some()
}

/// A line without its note, which is not part of its name.
pub(super) fn without_note(text: &str) -> &str {
    note(text).and_then(|at| text.get(..at)).unwrap_or(text)
}

/// The start of a line's note: a bracket, or the space before a dash, a dot or a bar.
fn note(text: &str) -> Option<usize> {
    let marks = text.match_indices(['(', '[', '·', '—', '–', '-', '|']);
    let mut starts = marks.filter_map(|(at, mark)| {
        let (before, behind) = (text.get(..at)?, text.get(at + mark.len()..)?);
        if matches!(mark, "(" | "[") {
            return Some((at, behind));
        }
        let ends = behind.strip_prefix('-').unwrap_or(behind).starts_with(' ');
        (ends && before.ends_with(' ')).then(|| (before.trim_end().len(), behind))
    });
    starts.find(|(start, behind)| *start > 0 && is_note(behind)).map(|(start, _)| start)
}

/// Whether a text starts with a note that its line is not free.
pub(super) fn is_note(text: &str) -> bool {
    let note = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    NOTES.all().any(|word| note.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
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
        let login = word.strip_prefix('@').filter(|login| !login.is_empty() && !login.contains(['/', '@']))?;
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.trim_matches([':', ',', '(', '[']));
        let is_named_only = before.is_some_and(|word| ONLY_NAMED.contains(&word.to_lowercase().as_str()));
        (!is_named_only).then_some(login)
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
const ONLY_NAMED: [&str; 9] = ["cc", "ask", "contact", "thanks", "reviewer", "reviewers", "see", "fyi", "from"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_may_name_its_assignees() {
        assert_eq!(led_by("Redis @ann, @bob"), ["ann", "bob"]);
        assert_eq!(led_by("Core extensions (@ann)"), ["ann"]);
        for text in ["cc @ann", "Thanks @ann", "@ann", "@ann is the lead of this", "Ask @ann first", "Redis"] {
            assert_eq!(led_by(text), [] as [&str; 0], "{text}");
        }
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
        ] {
            assert!(holds_back(text), "{text}");
        }
        for text in ["Blocked users", "Clean up after the move", "log in progress bar", "Wait (help wanted)", "a - b"] {
            assert!(!holds_back(text), "{text}");
        }
        assert_eq!(without_note("catalog · after auth"), "catalog");
        assert_eq!(without_note("catalog (help wanted)"), "catalog (help wanted)");
    }
}
