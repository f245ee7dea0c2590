//! Parser of blockers in prose: "blocked by #14", "(after #14)", "depends on #14 and #15".

use super::tokens::{IssueMention, Tokens, push_all_new, push_new};
use crate::domain::status;
use crate::domain::wording::{NEGATIONS, PhraseList, WAITING, WAITING_DIRECTLY};
use crate::domain::{IssueRef, State};

/// Phrases before an issue that waits for this one. They must begin a clause: "code blocks #14" is about #14.
const REVERSED: [&str; 6] = ["blocks", "blocking", "blocker for", "blocker of", "unblocks", "unblocking"];
/// Phrases that may be separated from the blocker by a few words: "blocked by the new registry #14".
const LOOSE_LEADS: [&str; 6] = ["blocked by", "blocked on", "depends on", "depend on", "depending on", "dependent on"];
/// The most words between a loose lead phrase and its issue.
const MOST_WORDS: usize = 6;
/// Nouns that may precede the number of an issue.
const NOUNS: [&str; 8] = ["issue", "issues", "pr", "prs", "pull request", "the", "upstream", "merging"];
/// Phrases after the issue that still belong to the clause.
static TAILS: PhraseList = PhraseList::new(
    "to be merged; to be closed; to be fixed; to be done; to land; to merge; is resolved; is merged; is closed; \
    is fixed; is done; are merged; are closed; are done; has landed; has merged; landed; lands; merges; first",
);
/// Words that join a clause to the text before it.
const JOINTS: [&str; 14] =
    ["is", "are", "does", "did", "currently", "still", "now", "which", "that", "it", "this", "but", "and", "also"];

/// A line with its blockers separated from the issues that it is about.
#[derive(Debug, Default, PartialEq)]
pub(super) struct UnblockedLine {
    /// The line without the clauses that only name blockers.
    pub(super) text: String,
    /// The issues that must come first.
    pub(super) blocked_by: Vec<IssueRef>,
    /// The other issues.
    pub(super) issues: Vec<IssueRef>,
    /// Issues that are only mentioned; the text around them is kept.
    pub(super) asides: Vec<IssueRef>,
    /// Clauses about issues that do not, or no longer, come first: "no longer blocked by #14".
    pub(super) notes: Vec<String>,
}

impl UnblockedLine {
    /// Returns the line unchanged, with all its issues.
    pub(super) fn unread(tokens: &Tokens) -> Self {
        Self { text: tokens.text.clone(), issues: tokens.issues.clone(), ..Self::default() }
    }

    /// Whether the line names blockers and says nothing else.
    pub(super) fn is_only_blockers(&self) -> bool {
        !self.blocked_by.is_empty() && self.notes.is_empty() && self.is_only_clauses()
    }

    /// Whether the line consists of clauses about present or former blockers.
    pub(super) fn is_only_clauses(&self) -> bool {
        let has_clause = !self.blocked_by.is_empty() || !self.notes.is_empty();
        has_clause && self.issues.is_empty() && !self.text.contains(char::is_alphanumeric)
    }
}

struct BlockerClause {
    start: usize,
    end: usize,
    /// The number of mentions in it.
    mentions: usize,
    /// Whether it names nothing but the issues, so that it can be cut from the title.
    is_plain: bool,
    /// Whether the line waits for the issues.
    waits: bool,
}

pub(super) fn take(tokens: &Tokens) -> UnblockedLine {
    let mut line = UnblockedLine::default();
    // How far the text has been copied, and where the previous mention ends.
    let (mut from, mut last) = (0, 0);
    let mut mentions = tokens.mentions.as_slice();
    while let Some((first, rest)) = mentions.split_first() {
        let Some(clause) = clause(&tokens.text, last, mentions) else {
            if tokens.only_mentions(first) {
                push_new(&mut line.asides, first.issue.clone());
                line.text.push_str(tokens.text.get(from..first.start).unwrap_or_default());
                line.text.push_str(
                    &tokens.with_references(tokens.text.get(from.max(first.start)..first.end).unwrap_or_default()),
                );
                from = from.max(first.end);
            } else {
                push_new(&mut line.issues, first.issue.clone());
            }
            (last, mentions) = (first.end, rest);
            continue;
        };
        let (these, rest) = mentions.split_at_checked(clause.mentions).unwrap_or((mentions, &[]));
        let words_of_clause = tokens.with_references(tokens.text.get(clause.start..clause.end).unwrap_or_default());
        line.text.push_str(tokens.text.get(from..clause.start).unwrap_or_default());
        from = clause.end;
        if clause.waits {
            push_all_new(&mut line.blocked_by, these.iter().map(|mention| mention.issue.clone()));
        } else {
            line.notes.push(words_of_clause.trim().to_owned());
        }
        if clause.is_plain || !clause.waits {
            from += join(&mut line.text, tokens.text.get(from..).unwrap_or_default());
        } else {
            line.text.push_str(&words_of_clause);
        }
        (last, mentions) = (from, rest);
    }
    line.text.push_str(tokens.text.get(from..).unwrap_or_default());
    line
}

/// Reads the clause around the first mention; it begins at `from` or later.
fn clause(text: &str, from: usize, mentions: &[IssueMention]) -> Option<BlockerClause> {
    let first = mentions.first()?;
    let lead = lead(text.get(from..first.start)?)?;
    let mut is_plain = !lead.is_loose && !first.is_named;
    let (mut count, mut end) = (1, first.end);
    for mention in mentions.iter().skip(1) {
        let between = text.get(end..mention.start).unwrap_or_default().trim();
        match between.trim_start_matches(',').trim_start() {
            "" | "and" | "&" | "+" | "/" | ";" => {}
            // A roadmap file cannot express "one of these", so the words are kept.
            "or" => is_plain = false,
            _ => break,
        }
        is_plain &= !mention.is_named;
        count += 1;
        end = end.max(mention.end);
    }
    let behind = text.get(end..)?;
    if lead.is_void || has_ended(behind) {
        let end = end + end_of_aside(behind);
        return Some(BlockerClause { start: from + lead.start, end, mentions: count, is_plain: false, waits: false });
    }
    let closed = lead.bracket.and_then(|bracket| behind.trim_start().strip_prefix(bracket));
    let is_closed = closed.is_some();
    let closed = closed.unwrap_or(behind);
    let behind = without_tail(closed);
    if lead.needs_tail && behind.len() == closed.len() {
        return None;
    }
    let starts_line = from == 0 && !text.get(..lead.start)?.contains(char::is_alphanumeric);
    is_plain &= lead.bracket.is_none() || is_closed;
    is_plain &= ends_clause(behind, starts_line);
    let end = if is_plain { text.len() - behind.len() } else { end };
    Some(BlockerClause { start: from + lead.start, end, mentions: count, is_plain, waits: true })
}

/// Whether a text begins with a remark that the issue before it has ended: "(done)", ", fixed".
fn has_ended(behind: &str) -> bool {
    let words_of_clause = behind.trim_start().strip_prefix(['(', ',', '[']).unwrap_or_default();
    let words_of_clause = words_of_clause.split([')', ']', ',', ';', '.']).next().unwrap_or_default();
    status::of_remark(words_of_clause).is_some_and(State::is_end)
}

/// Returns the end of a clause that becomes a note, including a remark in brackets or after a comma.
fn end_of_aside(behind: &str) -> usize {
    let remark = if has_ended(behind) { behind.find(['(', ',', '[']).map_or(0, |at| at + 1) } else { 0 };
    let rest = behind.get(remark..).unwrap_or_default();
    let marks = [rest.find(['(', ')', '[', ']', ',', ';', '.', '–', '—']), rest.find(" - ")];
    let end = marks.into_iter().flatten().min().unwrap_or(rest.len());
    let closes = behind.trim_start().starts_with(['(', '[']) && rest.get(end..).is_some_and(|rest| !rest.is_empty());
    remark + end + usize::from(remark > 0 && closes)
}

/// The phrase that makes the issue after it a blocker.
#[derive(Default)]
struct BlockerLead {
    start: usize,
    /// Whether a few words may separate it from the issue.
    is_loose: bool,
    /// Whether a verb must follow the issue: "once #14 lands", but not "all at once #14".
    needs_tail: bool,
    /// The closing bracket, if one opens between the phrase and the issue: "blocked (#14)".
    bracket: Option<char>,
    /// Whether the line does not wait for the issue: the issue waits for the line, or the wait is over.
    is_void: bool,
}

/// Finds the lead phrase at the end of a text.
fn lead(before: &str) -> Option<BlockerLead> {
    let lower = before.to_ascii_lowercase();
    let lead = direct_lead(&lower).or_else(|| loose_lead(&lower)).or_else(|| reversed_lead(&lower))?;
    let start = start_of_negation(&lower, lead.start);
    Some(BlockerLead { start, is_void: lead.is_void || start < lead.start, ..lead })
}

fn reversed_lead(lower: &str) -> Option<BlockerLead> {
    let words = without_nouns(lower).trim_end_matches([' ', ':']);
    let before = REVERSED.iter().find_map(|lead| words.strip_suffix(lead).filter(|before| begins_a_word(before)))?;
    let is_said = || before.split_whitespace().next_back().is_some_and(|word| JOINTS.contains(&word));
    let start = before.len();
    (begins_a_clause(before) || is_said()).then(|| BlockerLead { start, is_void: true, ..BlockerLead::default() })
}

/// Returns where the negation of a lead phrase begins, or the start of the phrase if it is not negated.
fn start_of_negation(lower: &str, lead: usize) -> usize {
    let mut start = lead;
    while let Some(before) = lower.get(..start).map(str::trim_end) {
        let at = before.rfind([' ', '(', '[', ',', ';']).map_or(0, |at| at + 1);
        let word = before.get(at..).unwrap_or_default();
        if !NEGATIONS.contains(&word) && !word.ends_with("n't") && !word.ends_with("n’t") {
            break;
        }
        start = at;
    }
    start
}

fn direct_lead(lower: &str) -> Option<BlockerLead> {
    let bare = lower.trim_end();
    let opened = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| Some((bare.strip_suffix(open)?, close)));
    let words = without_nouns(opened.map_or(bare, |(before, _)| before).trim_end()).trim_end_matches([' ', ':']);
    let start_of = |lead: &str| {
        let noun = lead.strip_suffix(':');
        let before = words.strip_suffix(noun.unwrap_or(lead)).filter(|before| begins_a_word(before))?;
        let has_colon = lower.get(words.len()..)?.trim_start().starts_with(':');
        (noun.is_none() || (has_colon && begins_a_clause(before))).then_some(before.len())
    };
    let (lead, start) = WAITING.all().chain(WAITING_DIRECTLY.all()).find_map(|lead| Some((lead, start_of(lead)?)))?;
    // "Pending (#14)" is the status of #14.
    let takes_brackets = ["block", "wait", "depend"].iter().any(|word| lead.contains(word));
    let bracket = opened.map(|(_, close)| close);
    let needs_tail = matches!(lead, "once" | "when");
    let found = BlockerLead { start, needs_tail, bracket, ..BlockerLead::default() };
    (bracket.is_none() || takes_brackets).then_some(found)
}

fn loose_lead(lower: &str) -> Option<BlockerLead> {
    let (start, length) = LOOSE_LEADS.iter().filter_map(|lead| Some((lower.rfind(lead)?, lead.len()))).max()?;
    let between = lower.get(start + length..)?;
    let is_near = between.starts_with(' ')
        && between.split_whitespace().count() <= MOST_WORDS
        && !between.contains(['.', ',', ';', ':', '(', ')', '[', ']', '–', '—']);
    let lead = BlockerLead { start, is_loose: true, ..BlockerLead::default() };
    (is_near && begins_a_word(lower.get(..start)?)).then_some(lead)
}

fn begins_a_word(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// "Release blocker: #14" is about #14.
fn begins_a_clause(before: &str) -> bool {
    let bare = before.trim_end();
    bare.is_empty() || bare.ends_with(['(', '[', ',', ';', '.', '-', '–', '—', '|'])
}

fn without_nouns(text: &str) -> &str {
    let mut rest = text.trim_end();
    while let Some(shorter) = NOUNS.iter().find_map(|noun| rest.strip_suffix(noun).filter(|rest| rest.ends_with(' '))) {
        rest = shorter.trim_end();
    }
    rest
}

fn without_tail(behind: &str) -> &str {
    let bare = behind.trim_start();
    let rest = TAILS.all().find_map(|tail| {
        let (words_of_clause, rest) = bare.split_at_checked(tail.len())?;
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        (words_of_clause.eq_ignore_ascii_case(tail) && ends).then_some(rest)
    });
    rest.unwrap_or(behind)
}

/// Whether a clause can end before this text. A colon or a dash continues the clause, unless the clause begins the line.
fn ends_clause(behind: &str, starts_line: bool) -> bool {
    let bare = behind.trim_start();
    bare.is_empty()
        || bare.starts_with([')', ']', ',', ';', '|'])
        || bare.strip_prefix('.').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        || (starts_line && bare.starts_with([':', '-', '–', '—']))
}

/// Tidies the text before a removed clause, and returns how many bytes to drop from the text after it.
fn join(before: &mut String, behind: &str) -> usize {
    loop {
        let bare = before.trim_end_matches([' ', ',', ';', ':', '-', '–', '—', '|', '.']);
        let joint = JOINTS.iter().find_map(|joint| bare.strip_suffix(joint).filter(|rest| rest.ends_with(' ')));
        let length = joint.unwrap_or(bare).len();
        if length == before.len() {
            break;
        }
        before.truncate(length);
    }
    let bare = behind.trim_start();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if before.ends_with(open) && bare.starts_with(close) {
            before.truncate(before.trim_end_matches(open).trim_end().len());
            before.push(' ');
            return behind.len() - bare.len() + 1;
        }
    }
    let is_start = before.is_empty() || before.ends_with(['(', '[']);
    let rest = if is_start { bare.trim_start_matches([' ', ',', ';', ':', '-', '–', '—', '.', '|']) } else { bare };
    let rest = if rest == "." { "" } else { rest };
    if !rest.starts_with([')', ']', ',', ';', '.', ':']) && !is_start {
        before.push(' ');
    }
    behind.len() - rest.len()
}
