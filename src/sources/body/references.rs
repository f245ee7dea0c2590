//! Parser of issue references: addresses, `#n`, `GH-n` and `owner/name#n`.

use super::lines::BodySpan;
use super::{BodyLine, Home};
use crate::domain::{IssueRef, Repo};

/// Returns the issues that lines refer to, in order, without duplicates.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Vec<IssueRef> {
    let mut found = Vec::new();
    for span in lines.iter().flat_map(|line| &line.spans) {
        for (_, issue) in in_span(span, home) {
            push(&mut found, issue);
        }
    }
    found
}

/// Adds an issue unless it is already there.
pub(super) fn push(found: &mut Vec<IssueRef>, issue: IssueRef) {
    if !found.contains(&issue) {
        found.push(issue);
    }
}

/// Returns the issues of a span with their byte offsets. The target of a link wins over its text, and code contains no
/// references, as on GitHub.
pub(in crate::sources) fn in_span(span: &BodySpan, home: Home<'_>) -> Vec<(usize, IssueRef)> {
    if let Some(link) = &span.link {
        return url(link, home).map(|issue| (span.text.len(), issue)).into_iter().collect();
    }
    if span.code { Vec::new() } else { in_text(&span.text, home) }
}

fn in_text(text: &str, home: Home<'_>) -> Vec<(usize, IssueRef)> {
    if !text.contains(['#', '/', '-']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(is_boundary) {
        let bare = word.trim_end_matches(is_boundary);
        if let Some(link) = link_of(bare) {
            found.extend(url(link, home).map(|issue| (at, issue)));
        } else {
            found.extend(
                bare.split(|c| !is_short_char(c)).filter_map(|part| short(part, home)).map(|issue| (at, issue)),
            );
        }
        at += word.len();
    }
    found
}

fn is_boundary(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}' | '"' | '\'' | ',' | ';' | '|' | '`')
}

fn is_short_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '#' | '/' | '-' | '_' | '.')
}

fn link_of(word: &str) -> Option<&str> {
    let at = word.find("https://").or_else(|| word.find("http://"));
    match at {
        Some(at) => word.get(at..),
        None => Some(word).filter(|word| word.starts_with("github.com/") || word.starts_with("www.github.com/")),
    }
}

/// Parses a link to an issue or pull request on GitHub or the configured host.
fn url(link: &str, home: Home<'_>) -> Option<IssueRef> {
    let path = link.split_once("://").map_or(link, |(_, path)| path);
    let path = path.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let host = path.split('/').next()?.to_ascii_lowercase();
    let known = matches!(host.as_str(), "github.com" | "www.github.com") || host == home.host.to_ascii_lowercase();
    known.then_some(())?;
    IssueRef::from_path(path)
}

/// Parses `#n`, `GH-n` and `owner/name#n`. Nicknames such as `k/k8s.io#1` and `oci-proxy/issues#38` are rejected, since
/// GitHub does not link them.
fn short(word: &str, home: Home<'_>) -> Option<IssueRef> {
    let word = word.trim_matches(['.', '-', '_', '/']);
    let bare = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-")).or_else(|| word.strip_prefix("gh-"));
    if let Some(number) = bare {
        return number.bytes().all(|b| b.is_ascii_digit()).then(|| IssueRef::parse(word, &home.issue.repo))?;
    }
    let (repo, _) = word.split_once('#')?;
    let repo = Repo::new(repo)?;
    let is_nickname = repo.owner().len() < 2 || matches!(repo.name(), "issues" | "pull" | "pulls");
    (!is_nickname).then(|| IssueRef::parse(word, &home.issue.repo))?
}
