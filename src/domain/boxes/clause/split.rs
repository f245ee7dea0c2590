//! Splits lines into clauses.

use super::super::phrases::WISH;
use super::super::prose::plain;

/// Whether a line is short enough to be an entry of a list instead of a sentence.
pub(super) fn is_short(line: &str) -> bool {
    const MAX_WORDS_OF_ENTRY: usize = 2;
    let says = |word: &&str| !word.contains("://") && !word.contains('#') && word.contains(char::is_alphanumeric);
    line.split_whitespace().filter(says).count() <= MAX_WORDS_OF_ENTRY
}

/// The shares of each person: `@ann pod` and `@bob node + role` for `let's split: @ann pod, @bob node + role`.
pub(super) fn shares(line: &str) -> Vec<&str> {
    const MAX_WORDS_OF_SHARE: usize = 6;
    let parts = line.split([',', ';']).enumerate();
    let shares: Option<Vec<&str>> = parts
        .map(|(at, part)| {
            let start = if at == 0 { part.rfind('@')? } else { 0 };
            let share = part.get(start..)?.trim();
            let count = share.split_whitespace().count();
            (share.starts_with('@') && (2..=MAX_WORDS_OF_SHARE).contains(&count)).then_some(share)
        })
        .collect();
    shares.filter(|shares| shares.len() > 1).unwrap_or_default()
}

/// Splits a line into clauses, each with whether it is a question. A clause ends at punctuation that is not inside a
/// name, or before a word such as `but`.
pub(super) fn parts(line: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.trim().is_empty() {
        let end = end_of_clause(rest);
        let (part, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_question = part.trim_end().ends_with(['?', '？']);
        if part.contains(char::is_alphanumeric) {
            parts.push((part.trim(), is_question));
        }
        rest = behind;
    }
    parts
}

/// Phrases that begin another clause, with the spaces around them.
const TURNS: &str = " but |, while | whereas | however | although | and you |, you |, so please |, somebody else \
    |, someone else |, anyone |, feel free | and somebody else | and someone else | and anyone | and plan to \
    | and will | and I'll | and I'm |, so now |, so I |, so I'll |, I'll |, I |, i ";

fn end_of_clause(text: &str) -> usize {
    let stop = text.char_indices().find(|&(at, c)| {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        matches!(c, '？' | '。' | '！') || matches!(c, '.' | '!' | '?' | ';') && next.is_none_or(char::is_whitespace)
    });
    let stop = stop.map_or(text.len(), |(at, c)| at + c.len_utf8());
    if let Some(end) = end_of_pair(text) {
        return stop.min(end);
    }
    let turn = TURNS
        .split('|')
        .filter_map(|phrase| text.find(phrase))
        .chain(next_subject(text))
        .chain(next_wish(text))
        .filter(|at| {
            *at > 0 && !leaves_out_behind(text.get(..*at).unwrap_or_default()) && except_but(text) != Some(*at)
        })
        .min();
    turn.map_or(stop, |turn| stop.min(turn + 1))
}

/// The position of a comma that starts another sentence: `pod is done, events will be tomorrow`.
fn next_subject(text: &str) -> Option<usize> {
    const VERBS: [&str; 10] = ["is", "are", "was", "were", "will", "has", "needs", "can", "depends", "requires"];
    const PRONOUNS: [&str; 12] =
        ["it", "this", "that", "there", "which", "who", "he", "she", "they", "we", "you", "what"];
    let begins = |rest: &str| {
        let mut words = rest.split_whitespace();
        let subject = words.next().map(str::to_lowercase);
        let verb = words.find(|word| !matches!(*word, "still" | "now" | "also" | "already" | "just"));
        subject.is_some_and(|word| !PRONOUNS.contains(&word.as_str())) && verb.is_some_and(|word| VERBS.contains(&word))
    };
    let cuts = text.match_indices(", ").chain(text.match_indices(" ("));
    let behind = |at: usize, cut: &str| {
        let rest = text.get(at + cut.len()..)?;
        // The verb of a remark in parentheses is inside them.
        if cut == ", " { Some(rest) } else { rest.split(')').next() }
    };
    cuts.filter(|(at, cut)| behind(*at, cut).is_some_and(begins)).map(|(at, _)| at).min()
}

/// The position before a wish of the same person: `I'm new here and would love to help`.
fn next_wish(text: &str) -> Option<usize> {
    let is_own = |before: &str| {
        let before = plain(before);
        [" i ", " im ", " ive ", " we ", " my ", " our "].iter().any(|own| before.contains(own))
    };
    let cuts = [", and ", " and ", ", "].into_iter().flat_map(|cut| text.match_indices(cut));
    let wishes = cuts.filter(|(at, cut)| {
        let (before, behind) = (text.get(..*at), text.get(at + cut.len()..));
        behind.is_some_and(|behind| WISH.begins(plain(behind).trim_start())) && before.is_some_and(is_own)
    });
    wishes.map(|(at, _)| at).min()
}

/// Whether `but` after this text starts an exception: `all but`.
fn leaves_out_behind(text: &str) -> bool {
    let last = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    ["all", "everything", "any", "anything", "each"].iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// The position of a `but` that excludes the name after it: `all network filters but redis`.
pub(super) fn except_but(text: &str) -> Option<usize> {
    const SUBJECTS: [&str; 22] = [
        "i", "im", "ill", "it", "its", "this", "that", "these", "they", "we", "you", "he", "she", "there", "if", "not",
        "now", "the", "someone", "somebody", "nobody", "maybe",
    ];
    let (before, behind) = text.split_once(" but ")?;
    let is_all = |word: &str| ["all", "every", "everything", "each", "any", "anything", "both"].contains(&word);
    let next = behind.split_whitespace().next()?.to_lowercase().replace(['\'', '’'], "");
    let is_name = !SUBJECTS.contains(&next.as_str());
    (is_name && before.to_lowercase().split_whitespace().any(is_all)).then_some(before.len())
}

/// The end of a pair of name and person, each of which is a clause: `pod → @a, events → @b`.
fn end_of_pair(text: &str) -> Option<usize> {
    let is_list = text.matches('@').count() > 1 && ["→", "->", " to @"].iter().any(|mark| text.contains(mark));
    let behind = text.find('@').filter(|_| is_list)?;
    let rest = text.get(behind..)?;
    [", ", " and "].iter().filter_map(|cut| rest.find(cut)).min().map(|at| behind + at + 1)
}
