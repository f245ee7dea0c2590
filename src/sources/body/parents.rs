//! Parser of the parents that a body names, and of the steps that an umbrella lists.

use super::lines::{BodyLine, BodySpan, Marker};
use super::references::{in_span, push};
use super::{Home, references};
use crate::domain::IssueRef;
use crate::domain::wording::{PARENTS, PhraseList};

/// Phrases before a parent, beside [`PARENTS`]; lower case.
static PHRASES: PhraseList =
    PhraseList::new("parent issue; parent:; umbrella issue:; umbrella:; tracking issue:; under the umbrella");

fn phrases() -> impl Iterator<Item = &'static str> {
    PARENTS.all().chain(PHRASES.all())
}

/// Ambiguous phrases: the parent must follow directly, with only punctuation in between.
static CLOSE_PHRASES: PhraseList = PhraseList::new(
    "tracking issue; tracking bug; tracking; umbrella issue; umbrella; parent issue; parent; epic; meta issue; \
    meta-issue; main issue; tracked in; tracked by; tracked under; tracked at; contributes to; contributing to; \
    belongs to; sub issue of; task of",
);

/// Words that end the reach of a phrase.
const STOPS: [&str; 6] = [". ", "; ", "depends on", "blocked", "see also", "related"];

/// The greatest distance between a phrase and a reference, in bytes.
const REACH: usize = 240;

/// Collects the parents.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Vec<IssueRef> {
    let mut found = Vec::new();
    let mut task_depth = None;
    let mut awaited = None;
    for line in lines {
        if task_depth.is_some_and(|depth| line.depth < depth || (line.depth == depth && line.marker != Marker::None)) {
            task_depth = None;
        }
        if matches!(line.marker, Marker::Task(_)) {
            task_depth = Some(task_depth.unwrap_or(line.depth));
        }
        if task_depth.is_some() || line.quoted {
            awaited = None;
            continue;
        }
        awaited = match named(line, home) {
            ParentMention::Here(parents) => {
                add_all(parents, &mut found);
                None
            }
            ParentMention::OnTheNextLine(how) => Some(Awaited { depth: line.depth, in_list: false, how }),
            ParentMention::Nothing => awaited
                .filter(|awaited| awaited.depth <= line.depth && (!awaited.in_list || line.marker == Marker::Bullet))
                .filter(|awaited| awaited.how == Announced::ByColon || begins_with_an_issue(line, home))
                .filter(|_| take_all(line, home, &mut found))
                .map(|awaited| Awaited { in_list: true, ..awaited }),
        };
    }
    found.retain(|parent| parent != home.issue);
    found
}

/// Parents were announced by the line above.
struct Awaited {
    /// The list depth of the announcing line.
    depth: u8,
    /// Whether a bullet has named a parent: then only bullets continue the list.
    in_list: bool,
    how: Announced,
}

/// How a line announces parents on the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    ByColon,
    /// The line ends with the phrase, like a heading; the next line must begin with a parent.
    ByItsEnd,
}

/// Collects the issues of lines such as `Step 2: https://… - do this`.
pub(super) fn steps(lines: &[BodyLine], home: Home<'_>) -> Vec<IssueRef> {
    let is_step = |line: &&BodyLine| {
        let text = line.text().to_ascii_lowercase();
        let number = text.trim_start().strip_prefix("step ").and_then(|rest| rest.split_once(':'));
        number.is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| !line.quoted).filter(is_step) {
        if let Some(child) = references::of(std::slice::from_ref(line), home).into_iter().find(|it| it != home.issue) {
            push(&mut found, child);
        }
    }
    found
}

/// The parents that a line names or announces.
enum ParentMention {
    Here(Vec<IssueRef>),
    OnTheNextLine(Announced),
    Nothing,
}

fn named(line: &BodyLine, home: Home<'_>) -> ParentMention {
    let text = line.text().to_ascii_lowercase();
    let issues = places(line, home);
    let mut parents = named_closely(line, &text, home);
    let mut announced = None;
    for phrase in phrases() {
        for behind in ends_of(&text, phrase) {
            let end = behind + reach(text.get(behind..).unwrap_or_default());
            let here = issues.iter().filter(|(at, _)| (behind..=end).contains(at));
            let before = parents.len();
            here.for_each(|(_, issue)| push(&mut parents, issue.clone()));
            let ends_with_colon =
                text.get(behind.saturating_sub(1)..).is_some_and(|rest| rest.trim_end().ends_with(':'));
            if parents.len() == before && ends_with_colon {
                announced = Some(Announced::ByColon);
            }
        }
    }
    match announced.or_else(|| ends_with_phrase(&text).then_some(Announced::ByItsEnd)) {
        _ if !parents.is_empty() => ParentMention::Here(parents),
        Some(how) => ParentMention::OnTheNextLine(how),
        None => ParentMention::Nothing,
    }
}

/// Returns the parents that directly follow one of the [`CLOSE_PHRASES`], and those listed with them: "Epic: #1, #2".
fn named_closely(line: &BodyLine, text: &str, home: Home<'_>) -> Vec<IssueRef> {
    let mut parents = Vec::new();
    let references = ranges(line, home);
    for phrase in CLOSE_PHRASES.all() {
        for behind in ends_of(text, phrase) {
            let mut from = behind;
            for (start, end, issue) in references.iter().filter(|(start, ..)| *start >= behind) {
                let between = text.get(from..*start).unwrap_or("-and-more");
                let is_close = between.trim().trim_matches([':', '-', '–', '—', '(', '[', '<', ',', '&', '*']).trim();
                if !matches!(is_close, "" | "is" | "and" | "in" | ")") || between.contains('\n') {
                    break;
                }
                push(&mut parents, issue.clone());
                from = *end;
            }
        }
    }
    parents
}

/// Returns each reference of a line with its byte range.
fn ranges(line: &BodyLine, home: Home<'_>) -> Vec<(usize, usize, IssueRef)> {
    let mut at = 0;
    let mut found = Vec::new();
    for span in &line.spans {
        let end = at + span.text.len();
        for (inside, issue) in in_span(span, home) {
            let (start, stop) = match span.link {
                Some(_) => (at, end),
                None => bounds(&span.text, inside).map_or((at, end), |(start, stop)| (at + start, at + stop)),
            };
            found.push((start, stop, issue));
        }
        at = end;
    }
    found
}

/// Returns the byte range of the word at an offset, without brackets around it.
fn bounds(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let begins = rest.find(|c: char| c == '#' || c.is_ascii_alphanumeric())?;
    let word = rest.get(begins..)?;
    let length =
        word.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | ']' | '>')).unwrap_or(word.len());
    Some((at + begins, at + begins + length))
}

/// Whether a line ends with a phrase; a phrase that requires a colon must be the whole line.
fn ends_with_phrase(text: &str) -> bool {
    let text = text.trim();
    phrases().any(|phrase| match phrase.strip_suffix(':') {
        Some(bare) => text == bare,
        None => ends_of(text, phrase).any(|behind| behind == text.len()),
    })
}

fn begins_with_an_issue(line: &BodyLine, home: Home<'_>) -> bool {
    let Some(span) = line.spans.iter().find(|span| !span.text.trim().is_empty()) else { return false };
    let word = span.text.split_whitespace().next().unwrap_or_default();
    let first = BodySpan { text: word.to_owned(), ..span.clone() };
    !in_span(&first, home).is_empty()
}

fn places(line: &BodyLine, home: Home<'_>) -> Vec<(usize, IssueRef)> {
    let mut at = 0;
    let mut found = Vec::new();
    for span in &line.spans {
        found.extend(in_span(span, home).into_iter().map(|(inside, issue)| (at + inside, issue)));
        at += span.text.len();
    }
    found
}

/// Returns the end of each occurrence of a phrase that begins a word and is not negated.
fn ends_of<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(phrase).filter_map(move |(at, _)| {
        let before = text.get(..at)?;
        let begins = !before.ends_with(char::is_alphanumeric);
        let denied = ["not ", "no longer ", "n't "].iter().any(|word| before.ends_with(word));
        (begins && !denied).then_some(at + phrase.len())
    })
}

fn reach(rest: &str) -> usize {
    let stop = STOPS.iter().filter_map(|stop| rest.find(stop)).min();
    stop.unwrap_or(rest.len()).min(REACH)
}

/// Adds every issue of an announced line; returns whether the list may continue.
fn take_all(line: &BodyLine, home: Home<'_>, found: &mut Vec<IssueRef>) -> bool {
    let issues = references::of(std::slice::from_ref(line), home);
    let any = !issues.is_empty();
    add_all(issues, found);
    any && line.marker == Marker::Bullet
}

fn add_all(issues: Vec<IssueRef>, found: &mut Vec<IssueRef>) {
    for issue in issues {
        push(found, issue);
    }
}
