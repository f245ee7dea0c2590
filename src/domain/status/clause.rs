//! Parser of status clauses and work claims at the end of a line: "kubelet: done", "DNS – in progress", "DNS - @dan is
//! working on it", "DNS (WIP @dan since May)"; status clauses also at its beginning.

use super::reason::dropped;
use super::{
    MONTHS, is_partial, is_remark, is_time, is_waiting, of_remark, of_text, of_word, sign_at_start, take_signs,
};
use crate::domain::State;
use crate::domain::wording::{PhraseList, first_word};

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

/// Strips a status after a colon, a dash or a sign from the end of a line; returns the rest, the state and its words.
pub(super) fn take(text: &str) -> Option<(&str, (State, &str))> {
    let behind = SEPARATORS.iter().take(7).filter_map(|mark| text.rsplit_once(mark));
    let signs = text.match_indices(' ').filter_map(|(at, _)| text.split_at_checked(at));
    let signs = signs.filter(|(_, words)| sign_at_start(words.trim_start()).is_some());
    let (rest, words) = behind.chain(signs).min_by_key(|(_, words)| words.len())?;
    let words = words.trim_start();
    let lower = rest.to_lowercase();
    let is_label = LABELS.ends(&format!("{lower} "));
    let state = stated(words).filter(|_| !is_label && !words.starts_with(['(', '[']))?;
    // "Images: Registry, in progress" may name a part, not a person.
    let begins_with_name = with_person(words).is_some_and(|named| words.starts_with(named.person));
    let is_balanced = words.matches('(').count() == words.matches(')').count();
    let fits = !rest.trim().is_empty() && is_balanced && !words.contains('@') && !begins_with_name;
    fits.then_some((rest.trim_end(), (state, words)))
}

/// Strips a status from the beginning of a line: "In progress: DNS", "Done - DNS", "WIP DNS".
pub(super) fn take_first(text: &str) -> Option<(&str, (State, &str))> {
    static FIRST: PhraseList =
        PhraseList::new("done; completed; finished; in progress; work in progress; wip; not started; todo; to do");
    /// Words after "done" that say less, and after "WIP" that make it an adjective.
    static LESS: PhraseList = PhraseList::new("as; because; but; except; limit; limits; needs; not; only; see; with");
    let ahead = [": ", " - ", " – ", " — "].iter().filter_map(|mark| text.split_once(mark));
    let ahead = ahead.min_by_key(|(words, _)| words.len()).filter(|(words, _)| FIRST.has(&words.trim().to_lowercase()));
    let has_colon = |words: &str| text.get(words.len()..).is_some_and(|rest| rest.starts_with(':'));
    let is_capital = |words: &str| words == "WIP" || (matches!(words, "DONE" | "TODO") && has_colon(words));
    let (words, rest) = ahead.or_else(|| text.split_once([':', ' ']).filter(|(words, _)| is_capital(words)))?;
    let (state, rest) = (of_remark(words.trim())?, rest.trim_start());
    let lower = rest.to_lowercase();
    let first = first_word(&lower);
    let is_less = || of_word(first).is_some_and(|own| own != State::Done) || is_partial(&lower) || is_number(first);
    let is_title = !rest.is_empty() && !rest.starts_with(['@', '(']) && !lower.split(' ').all(is_time);
    let is_remark = LESS.has(first) || is_remark(&lower) || (state == State::Done && is_less());
    (is_title && !is_remark).then_some((rest, (state, words.trim())))
}

/// Reads a state with a day, a release, a person or a reason, and a sign or none.
pub(super) fn stated(words: &str) -> Option<State> {
    let words = take_signs(words).0;
    let named = || with_person(words).map(|named| named.state);
    dated(words).map(|(state, _)| state).or_else(named).or_else(|| dropped(&words.to_lowercase()))
}

/// Reads a state, and whether a day or a release follows it: "done in v1.30", "started since May", "done, 2026-10-01",
/// "completed last week".
fn dated(words: &str) -> Option<(State, bool)> {
    let words = &words.to_lowercase();
    // "Done in #12": the reference has already been removed.
    let bare = [" in", " by", " via", " with"].iter().find_map(|end| words.trim_end().strip_suffix(end));
    if let Some(state) = of_remark(bare.unwrap_or(words)) {
        return Some((state, false));
    }
    // Figures such as `3/7` and `50%` say how much is done.
    let is_day = |word: &str| is_time(word.trim_matches([',', '.', ')'])) && !word.contains(['/', '%']);
    let is_dated = |(_, day): &(&str, &str)| day.split(' ').count() <= 3 && day.split_whitespace().all(is_day);
    let after_mark = [" in ", " on ", " since ", ", "].iter().find_map(|mark| words.split_once(mark)).filter(is_dated);
    let parts = after_mark.into_iter().chain(words.match_indices(' ').filter_map(|(at, _)| words.split_at_checked(at)));
    let mut read = parts.filter_map(|(head, day)| Some((of_remark(head.trim_end_matches(','))?, head, day)));
    let is_said =
        |head: &str, day: &str| after_mark.is_some_and(|(_, own)| own == day) || (head != "complete" && is_past(day));
    let (state, _, day) = read.find(|(_, head, day)| is_said(head, day))?;
    let is_planned = day.split(' ').any(|word| matches!(word, "next" | "end" | "eoy" | "eoq" | "eow"));
    (!(is_planned && state.is_end())).then_some((state, true))
}

/// Whether words without a preposition are a day, a month, a year or a release: "2026-10-01", "(Oct 2026)", "last week".
/// A quarter or a day of the week may be a plan.
fn is_past(day: &str) -> bool {
    static UNITS: PhraseList = PhraseList::new("day; days; week; weeks; month; months; quarter; year; years");
    let words: Vec<&str> = day.split_whitespace().map(|word| word.trim_matches([',', '.', '(', ')'])).collect();
    let is_year = |part: &str| part.len() == 4 && part.starts_with("20") && is_number(part);
    let is_clear = |word: &&str| match *word {
        "today" | "yesterday" => true,
        "last" | "ago" => words.len() > 1,
        word => {
            MONTHS.has(word)
                || word.strip_prefix('v').is_some_and(is_number)
                || word.split(['-', '.', '/']).any(is_year)
        }
    };
    let is_part = |word: &&str| is_clear(word) || UNITS.has(word) || (is_time(word) && !word.contains(['/', '%']));
    words.len() <= 4 && words.iter().any(is_clear) && words.iter().all(is_part)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Work under way, and the person who does it.
#[derive(Clone, Copy)]
pub struct NamedWork<'t> {
    state: State,
    /// The name, which may be that of a part.
    pub person: &'t str,
    /// Whether a day is given, too.
    pub is_dated: bool,
}

/// Reads a state beside a name: "in progress, Ann", "Ann, in progress", "in progress by Ann", "WIP (Ann)". Only work under
/// way is read so, since "done (Windows)" may be a part, and "done by Easter" a plan.
pub(super) fn with_person(words: &str) -> Option<NamedWork<'_>> {
    let named = |words, person| {
        let (state, is_dated) = dated(words).filter(|(state, _)| *state == State::Started && is_name(person))?;
        Some(NamedWork { state, person, is_dated })
    };
    [", ", " – ", " — ", " - ", " by ", " ("].iter().find_map(|mark| {
        let (first, last) = words.split_once(mark)?;
        let last = last.strip_suffix(')').unwrap_or(last);
        named(first, last).or_else(|| named(last, first))
    })
}

/// Names beside work under way that are a part of it, not a person: "(Linux, in progress)".
static PART_NAMES: PhraseList = PhraseList::new(
    "linux; windows; mac; darwin; freebsd; android; ubuntu; debian; fedora; docker; podman; azure; kubernetes; prow; \
    jenkins; helm; terraform; python; java; rust; server; client; frontend; backend; docs; tests; staging; production",
);

impl NamedWork<'_> {
    /// Whether the name is a part of the work.
    pub fn is_part(self) -> bool {
        PART_NAMES.has(first_word(&self.person.to_lowercase()))
    }
}

/// Whether a text may be the name of a person: up to three capitalized words that are neither a day nor a status.
fn is_name(text: &str) -> bool {
    let is_part = |word: &str| {
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’');
        let is_acronym = word.len() > 2 && !word.contains(char::is_lowercase);
        word.starts_with(char::is_uppercase) && word.chars().all(is_letter) && !is_acronym
    };
    let lower = text.to_lowercase();
    let names_person = text.split(' ').count() <= 3 && text.split(' ').all(is_part);
    names_person && of_text(&lower).is_none() && !lower.split(' ').any(is_time)
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
        let rest = without_owner_noun(without_joint(rest));
        (!rest.is_empty()).then_some(WorkClaim { rest, state, words, more })
    });
    let whole = || read(text).map(|(state, more)| WorkClaim { rest: "", state, words: text, more });
    at_end.or_else(whole).or_else(|| at_start(text))
}

/// Strips the punctuation before a claim; a slash or a bar only if it stands alone.
fn without_joint(text: &str) -> &str {
    let bare = text.trim_end_matches([' ', ',', ';', ':', '-', '–', '—']);
    [" /", " |", " ·"].iter().find_map(|mark| bare.strip_suffix(mark)).map_or(bare, without_joint)
}

/// Strips "owner" before a person with the punctuation that must precede it: "DNS - owner" is "DNS", but "Change
/// owner" is kept.
pub fn without_owner_noun(text: &str) -> &str {
    static NOUNS: PhraseList = PhraseList::new("owner; owners; assignee; assignees");
    match text.rsplit_once(' ') {
        Some((before, noun))
            if before.ends_with([',', ';', '-', '–', '—', '/', '|', '·']) && NOUNS.has(&noun.to_lowercase()) =>
        {
            without_joint(before)
        }
        Some(_) | None => text,
    }
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
    matches!(&*word.to_lowercase(), "and" | "or" | "&" | "/" | "|" | "," | "by" | "owner" | "assignee")
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
            ("kubelet – done 2026-10-01", State::Done),
            ("kubelet: migrated 01.10.2026", State::Done),
            ("kubelet - done (Oct 2026)", State::Done),
            ("kubelet — completed last week", State::Done),
            ("kubelet: shipped v1.30", State::Done),
            ("kubelet – in progress (Ann)", State::Started),
            ("kubelet: WIP, Ann Smith", State::Started),
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
            "kubelet: done next week",
            "kubelet: done Friday",
            "kubelet: complete 2026-10-01",
            "kubelet: moved 2026 files",
            "kubelet: done (Windows)",
            "kubelet: done by Easter",
            "images: Registry, in progress",
            "images (filtered out - dropped)",
        ] {
            assert_eq!(take(text), None, "{text}");
        }
    }

    #[test]
    fn a_state_is_read_before_a_colon_or_a_dash() {
        for (text, state) in [
            ("Done - kubelet", State::Done),
            ("Completed: kubelet", State::Done),
            ("In progress: kubelet", State::Started),
            ("WIP kubelet", State::Started),
            ("TODO:kubelet", State::Todo),
        ] {
            assert_eq!(take_first(text).map(|(rest, (state, _))| (rest, state)), Some(("kubelet", state)), "{text}");
        }
        for text in [
            "Done: 3 of 7 jobs",
            "Done - except Windows",
            "Done: needs docs",
            "Done – pending review",
            "Completed: Oct 2026",
            "Status: done",
            "Done criteria: none",
            "WIP limits",
            "WIP @dan since May",
            "done:kubelet",
            "In progress:",
        ] {
            assert_eq!(take_first(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_beside_work_under_way_is_a_person() {
        for (words, person) in [
            ("in progress, Ann", Some(("Ann", false))),
            ("Ann Smith, in progress", Some(("Ann Smith", false))),
            ("in progress by Ann S.", Some(("Ann S.", false))),
            ("WIP – Ann", Some(("Ann", false))),
            ("in progress since May, Ann", Some(("Ann", true))),
            ("in progress, needs tests", None),
            ("in progress, May", None),
            ("in progress, AWS", None),
            ("WIP – Needs review", None),
            ("done, Ann", None),
            ("done by Easter", None),
        ] {
            assert_eq!(with_person(words).map(|named| (named.person, named.is_dated)), person, "{words}");
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
