//! Parser of status clauses and work claims at the end of a line: "kubelet: done", "DNS – in progress", "DNS - @dan is
//! working on it", "DNS (WIP @dan since May)".

use super::{is_time, is_waiting, of_remark, take_signs};
use crate::domain::State;
use crate::domain::wording::PhraseList;

/// Separators before such a clause; the last two only before a clause that names a person.
const SEPARATORS: [&str; 9] = [" - ", " – ", " — ", " -- ", " -> ", " → ", ": ", "; ", ", "];

/// The longest line that is searched, in bytes.
const LONGEST: usize = 500;

/// Phrases for a person who works on something.
static AT_WORK: PhraseList = PhraseList::new(
    "working on it; working on this; working on that; on it; on this; at work; looking at it; looking at this; \
    looking into it; looking into this; doing it; doing this; has it; has this; has a pr; has a pr open; has an open pr",
);

/// Labels whose value is not the state of the line: "Owner: unassigned".
static LABELS: PhraseList = PhraseList::new(
    "owner; owners; assignee; assignees; responsible; lead; dri; poc; status; state; due; eta; deadline; target; \
    priority; type; kind; size; default; reviewer; author; label",
);

/// Strips a status after a colon or a dash from the end of a line; returns the rest, the state and its words.
pub(super) fn take(text: &str) -> Option<(&str, (State, &str))> {
    let behind = SEPARATORS.iter().take(7).filter_map(|mark| text.rsplit_once(mark));
    let (rest, words) = behind.min_by_key(|(_, words)| words.len())?;
    let lower = rest.to_lowercase();
    let is_label = LABELS.ends(&format!("{lower} "));
    let (state, _) = dated(take_signs(words).0).filter(|_| !is_label && !words.starts_with(['(', '[']))?;
    (!rest.trim().is_empty() && !words.contains(['(', ')', '@'])).then_some((rest.trim_end(), (state, words)))
}

/// Reads a state, and whether a day or a release follows it: "done in v1.30", "started since May", "done, 2026-10-01".
pub(super) fn dated(words: &str) -> Option<(State, bool)> {
    let words = &words.to_lowercase();
    // "Done in #12": the reference has already been removed.
    let bare = [" in", " by", " via", " with"].iter().find_map(|end| words.trim_end().strip_suffix(end));
    if let Some(state) = of_remark(bare.unwrap_or(words)) {
        return Some((state, false));
    }
    let (head, day) = [" in ", " on ", " since ", ", "].iter().find_map(|mark| words.split_once(mark))?;
    let mut day = day.split_whitespace();
    // Figures such as `3/7` and `50%` say how much is done.
    let is_day = |word: &str| is_time(word.trim_matches([',', '.', ')'])) && !word.contains(['/', '%']);
    of_remark(head).filter(|_| day.clone().count() <= 3 && day.all(is_day)).map(|state| (state, true))
}

/// A claim of the people who work on a line, at either end of it.
#[derive(Debug, PartialEq, Eq)]
pub struct WorkClaim<'t> {
    /// The line without the claim.
    pub rest: &'t str,
    /// The state.
    pub state: State,
    /// The words of the claim, people included.
    pub words: &'t str,
    /// The words without the people, if they are more than the state: "WIP since May".
    pub more: Option<String>,
}

/// Reads who works on a line, and its state.
pub fn claim(text: &str) -> Option<WorkClaim<'_>> {
    if !text.contains('@') || text.len() > LONGEST {
        return None;
    }
    let bracketed = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    let behind = SEPARATORS.iter().filter_map(|mark| text.rsplit_once(mark));
    let bare = text.match_indices(" @").filter_map(|(at, _)| text.split_at_checked(start_of_status(text.get(..at)?)));
    let mut all = bracketed.into_iter().chain(behind).chain(bare);
    let at_end = all.find_map(|(rest, words)| {
        let (state, more) = read(words)?;
        let rest = rest.trim_end_matches([' ', ',', ';', ':', '-', '–', '—']);
        (!rest.is_empty()).then_some(WorkClaim { rest, state, words, more })
    });
    let whole = || read(text).map(|(state, more)| WorkClaim { rest: "", state, words: text, more });
    at_end.or_else(whole).or_else(|| at_start(text))
}

/// Reads "@dan is working on the docs".
fn at_start(text: &str) -> Option<WorkClaim<'_>> {
    let (words, rest) = text.split_once(" working on ")?;
    let people = words.strip_suffix(" is").or_else(|| words.strip_suffix(" are")).unwrap_or(words);
    let are_people = people.split(' ').all(|word| is_person(word) || is_joint(word));
    are_people.then_some(WorkClaim { rest, state: State::Started, words: people, more: None })
}

/// Returns where words or a sign for work in progress begin at the end of a text, such as "WIP" in "DNS WIP"; else the
/// end of the text.
fn start_of_status(before: &str) -> usize {
    let lower = before.to_ascii_lowercase();
    let last = before.rfind(' ').and_then(|at| Some((at, before.get(at..)?)));
    if let Some((at, _)) = last.filter(|(_, last)| matches!(take_signs(last), ("", Some(_)))) {
        return at;
    }
    let lead = [" work in progress", " in progress", " wip"].iter().find_map(|lead| lower.strip_suffix(lead));
    lead.unwrap_or(&lower).len()
}

/// Reads a clause that names a person: "@dan is working on it", "WIP @dan since May", "in progress by @dan".
fn read(words: &str) -> Option<(State, Option<String>)> {
    let all: Vec<&str> = words.split_whitespace().collect();
    let others: Vec<&str> = all.iter().copied().filter(|word| !is_person(word) && !is_joint(word)).collect();
    if others.len() == all.len() || !all.iter().any(|word| is_person(word)) || others.is_empty() {
        return None;
    }
    let stated = others.join(" ");
    let stated = stated.trim_matches([' ', ',', ':', ';', '-', '–', '.', '!']);
    let bare = stated.to_lowercase();
    // "@dan since May" alone is a claim, too.
    let has_since = bare.strip_prefix("since ").is_some_and(|day| day.split_whitespace().all(is_time));
    let (head, since) = bare.split_once(" since ").map_or((bare.as_str(), has_since), |(head, _)| (head, true));
    let head = ["is ", "are ", "has been "].iter().find_map(|verb| head.strip_prefix(verb)).unwrap_or(head);
    let at_work = (has_since || AT_WORK.has(head)).then_some((State::Started, false));
    let sign = Some(take_signs(head)).filter(|(bare, _)| bare.is_empty()).and_then(|(_, sign)| Some((sign?, false)));
    let (state, is_dated) = at_work.or(sign).or_else(|| dated(head))?;
    Some((state, (is_dated || since || is_waiting(head)).then(|| stated.to_owned())))
}

fn is_person(word: &str) -> bool {
    let bare = word.trim_start_matches(['(', '[', '`']);
    bare.strip_prefix('@').is_some_and(|login| login.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "&" | "/" | "," | "by")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_behind_a_colon_or_a_dash() {
        for (text, state) in [
            ("kubelet: done", State::Done),
            ("kubelet – in progress", State::Started),
            ("kubelet - not started", State::Todo),
            ("kubelet: on track", State::Started),
            ("kubelet — done in v1.30", State::Done),
            ("kubelet: merged on 2026-05-01", State::Done),
            ("kubelet -- done in", State::Done),
            ("kubelet — 🚧 in progress", State::Started),
            ("kubelet → at risk", State::Started),
            ("kubelet: done, 2026-10-01", State::Done),
        ] {
            assert_eq!(take(text).map(|(rest, (state, _))| (rest, state)), Some(("kubelet", state)), "{text}");
        }
        for text in [
            "Owner: unassigned",
            "Status: done",
            "x: next",
            "Fix: fixed width fonts",
            "Docs: done criteria",
            "done",
            "Use a: (done)",
            "images, done",
            "TODO: util",
            "kubelet: done, 3/7",
            "kubelet: done, 50%",
        ] {
            assert_eq!(take(text), None, "{text}");
        }
    }

    #[test]
    fn people_at_work_are_read_with_their_state() {
        for text in [
            "DNS - @dan is working on it",
            "DNS (@dan is working on it)",
            "DNS, WIP @dan since May",
            "DNS (WIP @dan since May)",
            "DNS: WIP @dan",
            "DNS WIP @dan",
            "DNS @dan WIP",
            "DNS @dan is on it",
            "DNS 🚧 @dan since 2026-03",
            "DNS (@dan: in progress since 2026-05-01)",
            "DNS (in progress by @dan)",
            "DNS (@dan and @eve are working on this)",
            "@dan is working on DNS",
            "DNS @dan since 2026-10-01",
            "DNS (@dan since May 2026)",
        ] {
            let found = claim(text).map(|found| (found.rest, found.state, found.more.is_some()));
            assert_eq!(found, Some(("DNS", State::Started, text.contains("since"))), "{text}");
        }
        for text in [
            "DNS @dan since it broke",
            "DNS (cc @dan)",
            "DNS @dan",
            "DNS - @dan",
            "DNS (thanks @dan for the idea)",
            "Mail @dan on it all",
        ] {
            assert_eq!(claim(text), None, "{text}");
        }
    }
}
