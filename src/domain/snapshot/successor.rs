//! Phrases by which an issue names its successor, in which the work continues.

use crate::domain::wording::PhraseList;

/// Phrases that name a successor anywhere, in lower case.
static PHRASES: PhraseList = PhraseList::new(
    "moved to; superseded by; superseeded by; continued in; continues in; replaced by; in favor of; in favour of",
);

/// Phrases that name a successor in the last comment. In the body, they may name a parent or a similar issue.
static CLOSING: PhraseList = PhraseList::new("duplicate of; tracked in; followed up in; merged into");

/// Phrases that name a successor only if the issue was closed without being done.
const GIVEN_UP: [&str; 3] = ["see ", "goes on in", "continue in"];

/// Returns the text before such a phrase in the body of an issue.
pub fn before_successor_in_body(text: &str) -> Option<&str> {
    around(text, PHRASES.all()).map(|(before, _)| before)
}

/// Returns the text after such a phrase in the last comment of an issue. `is_given_up`: it was closed without being
/// done.
pub fn after_successor_in_comment(text: &str, is_given_up: bool) -> Option<&str> {
    let known = || around(text, PHRASES.all().chain(CLOSING.all()));
    let given_up = || around(text, GIVEN_UP.into_iter()).filter(|_| is_given_up);
    known().or_else(given_up).map(|(_, behind)| behind)
}

fn around(text: &str, phrases: impl Iterator<Item = &'static str>) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let (start, end) = phrases.filter_map(|phrase| lower.find(phrase).map(|at| (at, at + phrase.len()))).min()?;
    Some((text.get(..start)?, text.get(end..)?))
}
