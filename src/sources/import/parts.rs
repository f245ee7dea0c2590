//! Parser of lines in several parts: "(@alice, #12)", "docs - @alice - in progress", "#12 ✅, #13 ❌".

use super::content::LineContent;
use super::owners::{self, OwnerDraft};
use super::tokens::{LinkContext, PLACEHOLDERS, labelled};
use crate::domain::State;
use crate::domain::status;

/// Punctuation around and between parts.
const MARKS: [char; 14] = [' ', ',', ';', ':', '(', ')', '[', ']', '&', '+', '/', '|', '-', '–'];

/// A parsed part of a line.
enum LinePart {
    /// Issues, which the line already knows.
    Reference,
    Owner(OwnerDraft),
    /// The state, and a note for a status that no state expresses, such as "blocked".
    State(State, Option<String>),
}

impl LinkContext<'_> {
    /// Strips owners, states and references from a title: a comma-separated list in brackets at its end, or parts between
    /// dashes if one of them is an owner.
    pub(super) fn take_parts(&self, title: &str, content: &mut LineContent) -> Option<String> {
        let has_issue = !content.issues.is_empty();
        if let Some((before, inner)) = title.strip_suffix(')').and_then(|title| title.rsplit_once(" (")) {
            let parts: Option<Vec<LinePart>> = inner.split([',', ';']).map(|part| self.part(part, has_issue)).collect();
            parts?.into_iter().for_each(|part| content.take_part(part));
            return Some(before.trim_end().to_owned());
        }
        let dash = [" - ", " – ", " — "].into_iter().find(|dash| title.matches(dash).count() > 1)?;
        let (first, behind) = title.split_once(dash)?;
        let parts: Vec<_> = behind.split(dash).map(|words| (words, self.part(words, has_issue))).collect();
        if !parts.iter().any(|(_, part)| matches!(part, Some(LinePart::Owner(_)))) {
            return None;
        }
        let mut kept = vec![first];
        for (words, part) in parts {
            match part {
                Some(part) => content.take_part(part),
                None => kept.push(words),
            }
        }
        Some(kept.join(dash))
    }

    fn part(&self, text: &str, has_issue: bool) -> Option<LinePart> {
        let bare = text.trim();
        if !bare.is_empty() && bare.chars().all(|c| PLACEHOLDERS.contains(&c) || MARKS.contains(&c)) {
            return Some(LinePart::Reference);
        }
        if has_issue && matches!(bare.to_lowercase().as_str(), "pr" | "issue") {
            return Some(LinePart::Reference);
        }
        let waiting = || Some(labelled("Status", bare)).filter(|_| status::is_waiting(bare));
        let state = || of_status(bare).map(|state| LinePart::State(state, waiting()));
        owners::bracketed(bare, self.groups).map(LinePart::Owner).or_else(state)
    }
}

impl LineContent {
    fn take_part(&mut self, part: LinePart) {
        match part {
            LinePart::Reference => {}
            LinePart::Owner(owner) => self.owner.add(owner),
            LinePart::State(state, waiting) => {
                self.set_state(Some(state));
                self.notes.extend(waiting);
            }
        }
    }
}

/// Splits off the states of several issues, which are not the state of the entry: "a #104 ✅ #105 ❌".
pub(super) fn split_states(text: &str) -> (&str, Option<&str>) {
    let is_reference = |c: char| PLACEHOLDERS.contains(&c);
    let Some(first) = text.find(is_reference).filter(|_| text.matches(is_reference).count() > 1) else {
        return (text, None);
    };
    let (before, tail) = text.split_at_checked(first).unwrap_or((text, ""));
    let mut between = tail.split(is_reference).map(|words| words.trim_matches(MARKS)).filter(|words| !words.is_empty());
    let is_joint = |words: &str| matches!(words, "and" | "PR" | "PRs" | "issue");
    let mut states = 0;
    let is_all = between.all(|words| {
        states += usize::from(of_status(words).is_some());
        of_status(words).is_some() || is_joint(words)
    });
    if !is_all || states == 0 {
        return (text, None);
    }
    let end = first + tail.chars().next().map_or(0, char::len_utf8);
    (text.get(..end).unwrap_or(before), Some(tail))
}

/// Reads a sign or a status word.
fn of_status(text: &str) -> Option<State> {
    match status::take_signs(text) {
        ("", sign) => sign,
        (bare, None) => status::of_remark(bare),
        (_, Some(_)) => None,
    }
}
