//! Words by which people say that the work of an issue goes on in another one.

/// They say so wherever they are; lower case.
const PHRASES: [&str; 8] = [
    "moved to",
    "superseded by",
    "superseeded by",
    "continued in",
    "continues in",
    "replaced by",
    "in favor of",
    "in favour of",
];

/// They say so at the end of a discussion; at its beginning they name a parent, or what the issue is not.
const CLOSING: [&str; 4] = ["duplicate of", "tracked in", "followed up in", "merged into"];

/// They say so where an issue was closed and is not done.
const GIVEN_UP: [&str; 3] = ["see ", "goes on in", "continue in"];

/// The text before such words in the body of an issue.
pub fn before_successor_in_body(text: &str) -> Option<&str> {
    around(text, PHRASES.iter()).map(|(before, _)| before)
}

/// The text behind such words in the last comment of an issue, which may have been closed without being done.
pub fn behind_successor_in_comment(text: &str, is_given_up: bool) -> Option<&str> {
    let known = || around(text, PHRASES.iter().chain(&CLOSING));
    let given_up = || around(text, GIVEN_UP.iter()).filter(|_| is_given_up);
    known().or_else(given_up).map(|(_, behind)| behind)
}

fn around(text: &str, phrases: impl Iterator<Item = &'static &'static str>) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let (start, end) = phrases.filter_map(|phrase| lower.find(phrase).map(|at| (at, at + phrase.len()))).min()?;
    Some((text.get(..start)?, text.get(end..)?))
}
