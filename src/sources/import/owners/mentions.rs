//! Parser of mentions: `@alice` and `@org/team` at the ends of a line, unless the words before rule out an owner.

use super::super::inline::trim_joints;
use super::OwnerDraft;
use crate::domain::Certainty;
use crate::domain::owner::is_login;
use crate::domain::status;
use crate::domain::wording::PhraseList;

/// Strips mentions from one end of a line, with the word that introduces them.
pub(super) fn take_mentions(text: &str, owner: &mut OwnerDraft) -> String {
    // `Ann Smith @ann (voting member)`: a remark follows the name.
    if let Some((before, remark)) = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("))
        && before.rsplit(' ').next().and_then(mention).is_some()
        && !remark.contains('@')
    {
        let before = take_mentions(before, owner);
        return format!("{before} ({remark})");
    }
    // `@ann/@bob` are two people.
    let apart = |word: &str| if word.starts_with('@') { word.replace("/@", " / @") } else { word.to_owned() };
    let spaced = text.split(' ').map(apart).collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = spaced.split(' ').collect();
    let Some((rest, found)) = names_at_end(&words).or_else(|| names_at_start(&words)) else { return text.to_owned() };
    owner.add(OwnerDraft { others: found, certainty: certainty(text), ..OwnerDraft::default() });
    trim_joints(status::without_owner_noun(without_claim(trim_joints(&rest.join(" "))))).to_owned()
}

/// Returns the certainty of the people in a text: `@alice?` is unsure.
pub(super) fn certainty(text: &str) -> Option<Certainty> {
    let is_asked = |word: &str| mention(word).is_some() && word.trim_end_matches([')', ']', ',', ';']).ends_with('?');
    text.split(' ').any(is_asked).then_some(Certainty::Unsure)
}

/// "Docs - taken" is "Docs".
fn without_claim(text: &str) -> &str {
    let Some((before, last)) = text.rsplit_once(' ') else { return text };
    let is_apart = before.ends_with([',', ';', '-', '–', '—']);
    let is_claim = last == "taken" || OWNING.has(&last.to_lowercase());
    if is_apart && is_claim { before } else { text }
}

/// Splits off the mentions at the end, with the words that introduce them.
fn names_at_end<'w>(words: &'w [&'w str]) -> Option<(&'w [&'w str], Vec<String>)> {
    words.last().and_then(|word| mention(word))?;
    let is_part = |word: &&str| mention(word).is_some() || matches!(*word, "and" | "&" | "," | "/");
    let start = words.iter().rposition(|word| !is_part(word))? + 1;
    let before = words.get(..start)?;
    if names_no_owner(before) {
        return None;
    }
    let leads = |word: &&str| matches!(word.to_lowercase().as_str(), "by" | "-" | "–" | "—" | "->" | "→" | "to");
    let rest = words.get(..=before.iter().rposition(|word| !leads(word))?)?;
    let found = words.get(start..)?;
    is_balanced(found).then(|| (rest, found.iter().filter_map(|word| mention(word)).collect()))
}

/// Splits off the mentions at the beginning.
fn names_at_start<'w>(words: &'w [&'w str]) -> Option<(&'w [&'w str], Vec<String>)> {
    words.first().and_then(|word| mention(word))?;
    let is_part =
        |word: &&str| mention(word).is_some() || matches!(*word, "-" | "–" | "—" | ":" | "and" | "&" | "," | "/");
    let (found, rest) = words.split_at_checked(words.iter().position(|word| !is_part(word))?)?;
    is_balanced(found).then(|| (rest, found.iter().filter_map(|word| mention(word)).collect()))
}

/// Whether all brackets in the words are paired, so that no remark is cut in half.
fn is_balanced(words: &[&str]) -> bool {
    let count = |mark: char| words.iter().map(|word| word.matches(mark).count()).sum::<usize>();
    count('(') == count(')') && count('[') == count(']')
}

/// Whether the words before a name say that it is not the owner: "cc", "thanks to", "reviewed by", "waiting on".
pub(super) fn names_no_owner(before: &[&str]) -> bool {
    let word = |back: usize| before.iter().rev().nth(back).map_or_else(String::new, |word| word.to_lowercase());
    let (last, second) = (word(0), word(1));
    let is_owning = |word: &str| OWNING.has(word.trim_start_matches(['(', '[']));
    match last.trim_matches(['(', '[', ':', '/', '+', ',']) {
        "by" => second.ends_with("ed") && !is_owning(&second),
        "to" => !is_owning(&second),
        last => BEFORE_OTHERS.has(last),
    }
}

/// Whether a column is called "migrated by" or the like; lower case.
pub(in super::super) fn names_owner(column: &str) -> bool {
    column.strip_suffix(" by").is_some_and(|verb| OWNING.has(verb) || matches!(verb, "converted" | "done" | "taken"))
}

/// Participles that an owner follows: "owned by", "assigned to".
static OWNING: PhraseList = PhraseList::new(
    "assigned; claimed; delegated; driven; handed; handled; implemented; led; maintained; managed; migrated; \
    moved; owned; planned; reassigned; started",
);
/// Words before the name of a person who is not the owner.
static BEFORE_OTHERS: PhraseList = PhraseList::new(
    "about; approval; approver; approvers; ask; at; backup; cc; consulted; contact; cred; credit; credits; except; \
    for; former; formerly; from; fyi; h/t; ht; informed; kudos; like; mention; mentions; mentor; no; not; notify; \
    nudge; of; on; per; ping; poke; previously; qa; remind; replaces; replacing; reporter; requester; review; \
    reviewer; reviewers; see; sponsor; stakeholder; stakeholders; tell; tester; testers; than; thank; thanks; thx; \
    unassign; via; was; with",
);

/// Reads `@login` or `@org/team`, with punctuation around it.
pub(super) fn mention(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '@' && c != '/' && c != '-');
    let name = word.strip_prefix('@')?;
    let name = name.strip_suffix("'s").unwrap_or(name).trim_end_matches(['-', '/']);
    let mut parts = name.split('/');
    let login = parts.next().filter(|login| is_login(login))?;
    match (parts.next(), parts.next()) {
        (None, _) => Some(format!("@{login}")),
        (Some(team), None) if !team.is_empty() && !team.starts_with('@') => Some(format!("@{login}/{team}")),
        _ => None,
    }
}
