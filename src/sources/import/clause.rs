//! Owners in words: "(this would be owned by SIG Testing)", "unsure, maybe SIG Docs or SIG Release".

use crate::domain::{Certainty, GroupId, Groups, Owner, OwnerName};

/// What a line says of its owner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    pub(super) owner: Owner,
    /// Names of groups that nobody knows, as they were written.
    pub(super) unknown: Vec<String>,
}

/// Takes the owner out of a line; returns the rest, and the owner where one was spoken of.
pub(super) fn take(text: &str, groups: &Groups) -> (String, Option<Clause>) {
    let Some((start, end)) = find(text) else { return (text.to_owned(), None) };
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let (clause, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
    let trimmed = before.trim_end_matches([' ', '(', ',', ';', ':', '-', '–', '—']);
    let after = after.trim_start_matches(')').trim();
    let kept = format!("{trimmed} {after}").trim().to_owned();
    (kept, Some(read(clause, groups)))
}

/// Finds where the clause begins and ends: up to the parenthesis that holds it, or to the end of the line.
fn find(text: &str) -> Option<(usize, usize)> {
    // ASCII folding keeps every offset.
    let lower = text.to_ascii_lowercase();
    let marks = [
        "this would be owned by",
        "this could be owned",
        "would be owned by",
        "owned by",
        "unsure, maybe",
        "unsure",
        "owner:",
    ];
    let start = marks.iter().filter_map(|mark| lower.find(mark)).min()?;
    let end = lower.get(start..)?.find(')').map_or(text.len(), |length| start + length);
    Some((start, end))
}

fn read(clause: &str, groups: &Groups) -> Clause {
    let lower = clause.to_ascii_lowercase();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for name in names(clause) {
        match group(&name, groups) {
            Some(id) if !known.contains(&id) => known.push(id),
            Some(_) => {}
            None => unknown.push(name),
        }
    }
    let certainty = match known.len() {
        0 => Certainty::None,
        _ if lower.contains("unsure") || lower.contains("maybe") => Certainty::Unsure,
        2.. => Certainty::Either,
        _ if lower.contains("would") || lower.contains("could") || lower.contains("should") => Certainty::Proposed,
        _ => Certainty::Accepted,
    };
    Clause { owner: Owner { names: known.into_iter().map(OwnerName::Group).collect(), certainty }, unknown }
}

/// Returns the groups that are named: `SIG` or `WG` and the words with capitals behind it.
fn names(clause: &str) -> Vec<String> {
    let words: Vec<&str> = clause.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')).collect();
    let mut names = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let lower = word.to_ascii_lowercase();
        if matches!(lower.as_str(), "sig" | "wg" | "committee") {
            let behind = words.iter().skip(at + 1);
            let name: Vec<&str> =
                behind.take_while(|word| word.starts_with(|c: char| c.is_uppercase())).copied().collect();
            // The next group begins with a capital, too.
            let name: Vec<&str> = name.into_iter().take_while(|word| !matches!(*word, "SIG" | "WG")).collect();
            if !name.is_empty() {
                names.push(format!("{} {}", word.to_uppercase(), name.join(" ").trim_end_matches('.')));
            }
        } else if lower.starts_with("sig-") || lower.starts_with("wg-") {
            names.push(lower);
        }
    }
    names
}

/// Finds a group by id, name, former id or Slack channel: some are only known by their channel.
fn group(name: &str, groups: &Groups) -> Option<GroupId> {
    let id = name.to_lowercase().replace([' ', '_'], "-");
    let (kind, bare) = id.split_once('-')?;
    let fits = |group: &&crate::domain::Group| {
        let own = group.id.as_str();
        own == id
            || group.formerly.iter().any(|former| former.as_str() == id)
            || group.slack.as_deref() == Some(&id)
            || (own.starts_with(kind) && group.name.to_lowercase().replace(' ', "-") == bare)
    };
    groups.list.iter().find(fits).map(|group| group.id.clone())
}
