//! Parser of owners in prose: "(this would be owned by SIG Testing)", "unsure, maybe SIG Docs", "(owner: @alice)".

mod mentions;
mod stated;

use super::inline::{one_line, trim_joints};
use super::tokens::{AT_IN_CODE, push_all_new, push_new};
use crate::domain::status;
use crate::domain::wording::{OWNER_LABELS, PhraseList, says_no_owner};
use crate::domain::{Certainty, Group, GroupId, Groups};

pub(super) use mentions::names_owner;
use mentions::{mention, take_mentions};

/// The owner that a document states.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnerDraft {
    /// Known groups.
    pub groups: Vec<GroupId>,
    /// People (`@login`), teams (`@org/team`), and names that match no known group.
    pub others: Vec<String>,
    /// The certainty; `None` if only a name is given.
    pub certainty: Option<Certainty>,
}

impl OwnerDraft {
    /// Reads a text that consists of mentions: `@alice and @org/team`, `(by @alice)`.
    pub(super) fn of_mentions(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.trim_start_matches(['(', '[']).split([' ', ',', '&']).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !matches!(*word, "" | "and" | "by")).collect();
        let others: Vec<String> = words.iter().filter_map(|word| mention(word)).collect();
        let is_all = !others.is_empty() && others.len() == words.len();
        is_all.then(|| Self { others, certainty: mentions::certainty(text), ..Self::default() })
    }

    /// Whether no owner is stated.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.others.is_empty()
    }

    pub(super) fn add(&mut self, other: Self) {
        push_all_new(&mut self.groups, other.groups);
        push_all_new(&mut self.others, other.others);
        self.certainty = self.certainty.or(other.certainty);
    }
}

/// Beginnings of an owner clause, which extends to the closing parenthesis or the end of the line.
static CLAUSES: PhraseList = PhraseList::new(
    "this would be owned by; this could be owned; would be owned by; owned by; unsure, maybe; unsure:; unsure; \
    assigned to @; taken by @; claimed by @",
);

/// All phrases that introduce an owner: clauses and labels.
fn leads() -> impl Iterator<Item = &'static str> {
    CLAUSES.all().chain(OWNER_LABELS.all())
}

/// Extracts the owner from a line; returns the rest of the line, and the owner.
pub(super) fn take(text: &str, groups: &Groups) -> (String, OwnerDraft) {
    let mut owner = OwnerDraft::default();
    let text = take_clause(text, groups, &mut owner);
    let text = take_brackets(&text, groups, &mut owner);
    let text = take_mentions(&text, &mut owner);
    (text, owner)
}

/// Whether the text before a person says that it is not the owner: "cc", "thanks to".
pub(super) fn names_no_owner(before: &str) -> bool {
    mentions::names_no_owner(&before.split(' ').collect::<Vec<_>>())
}

/// Whether a text contains a phrase that introduces an owner.
pub(super) fn has_mark(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    leads().any(|lead| lower.contains(lead))
}

fn take_clause(text: &str, groups: &Groups, owner: &mut OwnerDraft) -> String {
    // ASCII folding keeps every offset.
    let lower = text.to_ascii_lowercase();
    let begins_word = |at: &usize| !lower.get(..*at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let start = leads().filter_map(|lead| lower.find(lead)).filter(begins_word).min();
    let Some(start) = start else { return text.to_owned() };
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    // "No longer owned by SIG Testing" names no owner.
    let last = before.rsplit([' ', '(']).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    if matches!(last.as_str(), "not" | "longer" | "never" | "was" | "were" | "formerly" | "previously") {
        return text.to_owned();
    }
    let end = end_of_clause(rest);
    let is_bracketed = end < rest.len();
    let (clause, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    // After a label such as `owner:` a mention in code is an owner: people put it in code to avoid a notification.
    let clause = &clause.replace(AT_IN_CODE, "@");
    let (named, more) = clause.split_at_checked(end_of_names(clause)).unwrap_or((clause, ""));
    let found = Some(read(named, groups)).filter(|found| !found.is_empty());
    match found.map(|found| (found, more)).or_else(|| stated::read(clause, is_bracketed, groups)) {
        Some((found, more)) => {
            owner.add(found);
            joined(before, more, after)
        }
        None => text.to_owned(),
    }
}

/// Returns the end of the last name at the beginning of a clause: of "owner: @alice" in "owner: @alice, due in May".
fn end_of_names(clause: &str) -> usize {
    const BETWEEN: [&str; 10] = ["and", "or", "&", "/", "+", "maybe", "perhaps", "either", "the", "by"];
    const COLLECTIVES: [&str; 5] = ["team", "group", "folks", "people", "members"];
    let (mut end, mut at, mut is_in_group) = (0, 0, false);
    for word in clause.split_inclusive(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')) {
        at += word.len();
        let bare = word.trim_matches([' ', ',', ';', '(', ')']);
        let lower = bare.to_ascii_lowercase();
        let begins_group = ["sig", "wg", "committee"]
            .iter()
            .any(|kind| lower.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')));
        let is_collective = end > 0 && COLLECTIVES.contains(&lower.as_str());
        if begins_group
            || is_collective
            || mention(bare).is_some()
            || (is_in_group && bare.starts_with(char::is_uppercase))
        {
            end = at - (word.len() - word.trim_end_matches([' ', ',', ';', '(', ')']).len());
            is_in_group = begins_group || is_in_group;
        } else if end > 0 && !bare.is_empty() && !BETWEEN.contains(&lower.as_str()) {
            break;
        }
        is_in_group &= word.ends_with(' ');
    }
    if end == 0 { clause.len() } else { end }
}

/// Rejoins a line around a removed clause, with the rest of that clause.
fn joined(before: &str, more: &str, after: &str) -> String {
    let joints = [' ', ',', ';', ':', '-', '–', '—'];
    let (before, more) = (trim_joints(before), more.trim_matches(joints).trim_start_matches(". "));
    let more = if more == "." { "" } else { more };
    let rest = match (before.strip_suffix('('), after.strip_prefix(')')) {
        (Some(before), Some(after)) if more.is_empty() => format!("{} {}", trim_joints(before), after.trim()),
        (Some(_), _) => format!("{before}{more}{after}"),
        (None, _) if more.is_empty() || before.is_empty() => format!("{before}{more}{after}"),
        (None, _) if more.starts_with(char::is_alphanumeric) => format!("{before}, {more}{after}"),
        (None, _) => format!("{before} {more}{after}"),
    };
    one_line(&rest)
}

/// Returns the end of a clause: the closing parenthesis that encloses it, or the end of the text.
pub(super) fn end_of_clause(clause: &str) -> usize {
    let mut deep = 0_u32;
    for (at, c) in clause.char_indices() {
        match c {
            '(' => deep += 1,
            ')' if deep == 0 => return at,
            ')' => deep -= 1,
            _ => {}
        }
    }
    clause.len()
}

/// Reads the names in an owner clause or a cell of an owner column.
pub(super) fn read(clause: &str, groups: &Groups) -> OwnerDraft {
    let lower = clause.to_ascii_lowercase();
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for name in names(clause) {
        match group(&name, groups) {
            Some(id) => push_new(&mut known, id),
            None => others.push(name),
        }
    }
    // `@ann/@bob` are two people, `@org/team` is one team.
    let apart = clause.replace("/@", " @");
    let marks = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '&' | '+');
    let words: Vec<&str> = apart.split(marks).filter(|word| !word.is_empty()).collect();
    let is_owner = |at: usize| !words.get(..at).is_some_and(mentions::names_no_owner);
    others.extend(words.iter().enumerate().filter(|(at, _)| is_owner(*at)).filter_map(|(_, word)| mention(word)));
    let doubtful = lower.contains("unsure") || lower.contains("maybe");
    let conditional = ["would", "could", "should", "proposed"].iter().any(|word| lower.contains(word));
    let certainty = match known.len() {
        0 => mentions::certainty(clause),
        _ if doubtful => Some(Certainty::Unsure),
        2.. => Some(Certainty::Either),
        _ if conditional => Some(Certainty::Proposed),
        _ => Some(Certainty::Accepted).filter(|_| lower.contains("owned by")),
    };
    OwnerDraft { groups: known, others, certainty }
}

/// Reads a whole text as an owner: a group, people, or any name. Returns `None` for a status, a list or a sentence.
pub(super) fn read_cell(text: &str, groups: &Groups) -> Option<OwnerDraft> {
    let text = one_line(text);
    if text.is_empty() || says_no_owner(&text) {
        return Some(OwnerDraft::default());
    }
    let found = read(&text, groups);
    if !found.is_empty() {
        return Some(found);
    }
    match group(&text, groups).or_else(|| group(&format!("SIG {text}"), groups)) {
        Some(id) => Some(OwnerDraft { groups: vec![id], ..OwnerDraft::default() }),
        None if is_no_name(&text) => None,
        None => Some(OwnerDraft { others: vec![text], ..OwnerDraft::default() }),
    }
}

/// Whether a cell with a mention also holds a remark: "@ann (until May)", "TBD (was @ann)".
pub(super) fn says_more(text: &str) -> bool {
    const JOINTS: [&str; 5] = ["and", "or", "by", "the", "team"];
    let words =
        text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '-' | '/')).filter(|word| !word.is_empty());
    let is_remark = |word: &str| word.starts_with(char::is_lowercase) && !JOINTS.contains(&word);
    text.split(' ').any(|word| mention(word).is_some()) && words.into_iter().any(is_remark)
}

/// Whether a cell cannot be a name: a status, a list or a sentence.
fn is_no_name(text: &str) -> bool {
    const MOST_WORDS: usize = 6;
    status::of_text(text).is_some()
        || text.split(' ').any(|word| mention(word).is_some())
        || text.split(' ').any(|word| matches!(word, "*" | "•"))
        || text.contains("://")
        || text.split(' ').count() > MOST_WORDS
}

/// Reads an owner as offramp prints it: `SIG Testing (proposed)`, `@ann and Example Inc`, `unsure: A or B`, `no owner`.
pub(super) fn of_our_words(text: &str, groups: &Groups) -> OwnerDraft {
    if matches!(text, "" | "no owner") {
        return OwnerDraft::default();
    }
    let (proposed, unsure) = (text.strip_suffix(" (proposed)"), text.strip_prefix("unsure: "));
    let plain = proposed.or(unsure).unwrap_or(text);
    let is_either = proposed.is_none() && plain.contains(" or ");
    let names: Vec<&str> = plain.split(if is_either { " or " } else { " and " }).collect();
    let certainty = match (proposed, unsure) {
        (Some(_), _) => Some(Certainty::Proposed),
        (None, Some(_)) => Some(Certainty::Unsure),
        (None, None) if is_either => Some(Certainty::Either),
        (None, None) => (names.len() > 1).then_some(Certainty::Stated),
    };
    let mut owner = OwnerDraft { certainty, ..OwnerDraft::default() };
    for name in names {
        match group(name, groups) {
            Some(id) => owner.groups.push(id),
            None => owner.others.push(name.to_owned()),
        }
    }
    owner
}

/// Extracts `(SIG Testing)`, `(Team Docs)` and `(@alice, @bob)` from a line.
fn take_brackets(text: &str, groups: &Groups, owner: &mut OwnerDraft) -> String {
    let mut rest = text.to_owned();
    let mut from = 0;
    while let Some(open) = rest.get(from..).and_then(|text| text.find('(')).map(|at| at + from) {
        let inner = rest.get(open + 1..).unwrap_or_default();
        let end = end_of_clause(inner);
        let found = inner.get(..end).and_then(|inner| bracketed(inner, groups));
        let before = rest.get(..open).unwrap_or_default();
        match found.filter(|_| end < inner.len() && !before.trim().is_empty()) {
            Some(found) => {
                owner.add(found);
                let behind = inner.get(end + 1..).unwrap_or_default();
                let blank = if behind.starts_with([':', ',', ';', '.']) { "" } else { " " };
                rest = one_line(&format!("{}{blank}{behind}", before.trim_end()));
            }
            None => from = open + 1,
        }
    }
    rest
}

/// Reads the content of brackets, or one of its comma-separated parts, as an owner.
pub(super) fn bracketed(inner: &str, groups: &Groups) -> Option<OwnerDraft> {
    let words: Vec<&str> = inner.split([' ', ',', '/', '&']).filter(|word| !word.is_empty()).collect();
    let first = words.first()?.to_lowercase();
    let is_joint = |word: &str| matches!(&*word.to_lowercase(), "and" | "or" | "by" | "owner" | "assignee");
    if inner.contains('@') && words.iter().all(|word| mention(word).is_some() || is_joint(word)) {
        return Some(read(inner, groups));
    }
    if words.len() > 1 && words.len() <= 8 && matches!(first.as_str(), "sig" | "wg") {
        return Some(read(inner, groups)).filter(|found| !found.groups.is_empty() && found.others.is_empty());
    }
    let is_team = first == "team" && (2..=4).contains(&words.len());
    is_team.then(|| OwnerDraft { others: vec![inner.trim().to_owned()], ..OwnerDraft::default() })
}

/// Returns the names of groups: `SIG`, `WG` or `committee` with the capitalized words after it, ids like `sig-docs`.
fn names(clause: &str) -> Vec<String> {
    let words: Vec<&str> =
        clause.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '/')).collect();
    let mut names = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let lower = word.to_ascii_lowercase();
        if matches!(lower.as_str(), "sig" | "wg" | "committee") {
            let behind = words.iter().skip(at + 1);
            let name: Vec<&str> =
                behind.take_while(|word| word.starts_with(|c: char| c.is_uppercase())).copied().collect();
            // The name of the next group is capitalized, too.
            let name: Vec<&str> = name.into_iter().take_while(|word| !matches!(*word, "SIG" | "WG")).collect();
            if !name.is_empty() {
                names.push(format!("{} {}", word.to_uppercase(), name.join(" ").trim_end_matches('.')));
            }
        } else if lower.starts_with("sig-") || lower.starts_with("wg-") || lower.starts_with("committee-") {
            names.push(lower.trim_end_matches(['.', ':']).to_owned());
        }
    }
    names
}

/// Finds a group by id, name, former id or Slack channel: people call some groups by their channel.
fn group(name: &str, groups: &Groups) -> Option<GroupId> {
    let id = name.to_lowercase().replace([' ', '_'], "-");
    let (kind, bare) = id.split_once('-')?;
    let fits = |group: &&Group| {
        let own = group.id.as_str();
        own == id
            || group.formerly.iter().any(|former| former.as_str() == id)
            || group.slack.as_deref() == Some(&id)
            || (own.starts_with(kind) && group.name.to_lowercase().replace(' ', "-") == bare)
    };
    groups.list.iter().find(fits).map(|group| group.id.clone())
}
