//! Successors: the issue in which the work of another one continues.

use crate::domain::board::JoinContext;
use crate::domain::snapshot::after_successor_in_comment;
use crate::domain::{CloseReason, Confidence, Issue, IssueRef, IssueState};

/// The issue in which the work continues: by GitHub, by the body, or by the last comment.
pub(super) fn successor(issue: &Issue) -> Option<(IssueRef, Confidence)> {
    if let Some(other) = &issue.duplicate_of {
        return Some((other.clone(), Confidence::Certain));
    }
    if let Some(other) = &issue.continued_in {
        return Some((other.clone(), Confidence::Likely));
    }
    let is_given_up = matches!(
        issue.state,
        IssueState::Closed { reason: Some(CloseReason::NotPlanned | CloseReason::Duplicate), .. }
    );
    // A text without a digit names no issue.
    let text = issue.last_comment.as_ref().map(|comment| &comment.text);
    let text = text.filter(|text| text.bytes().any(|byte| byte.is_ascii_digit()))?;
    let near = after_successor_in_comment(text, is_given_up)?.split_whitespace().take(4);
    let bare =
        |word: &str| word.trim_matches(|c: char| matches!(c, '.' | ',' | '(' | ')' | '!' | ';' | ':')).to_owned();
    let other = near.map(bare).find_map(|word| IssueRef::parse(&word, &issue.id.repo))?;
    (other != issue.id).then_some((other, Confidence::Likely))
}

/// Says that the work of an issue goes on in another one: `is a duplicate of #13`, `was superseded by #13`.
pub(super) fn phrase(at: &JoinContext<'_>, issue: &Issue, other: &IssueRef) -> String {
    let is_duplicate = issue.duplicate_of.as_ref() == Some(other);
    let verb = if is_duplicate { "is a duplicate of" } else { "was superseded by" };
    let place = if at.has_work(other) { "which is in the roadmap" } else { "which the roadmap does not link" };
    format!("{verb} {}, {place}", at.short(other))
}
