//! How the states of boxes read.

use super::people;
use crate::domain::boxes::{BoxKind, BoxState, Evidence};
use crate::domain::{Confidence, PullState, Repo};

/// `claimed by @ana since 2026-01-28`, `maybe free: named in a comment`; nothing for one that is surely free.
pub fn box_state(state: &BoxState) -> String {
    let by = if state.people.is_empty() { String::new() } else { format!(" by {}", people(&state.people)) };
    let since = state.since.map(|day| format!(" since {day}")).unwrap_or_default();
    let doubt = if state.confidence == Confidence::Possible { "maybe " } else { "" };
    match state.kind {
        BoxKind::Free => format!("{doubt}free"),
        BoxKind::Claimed => format!("{doubt}claimed{by}{since}"),
        BoxKind::InReview => format!("in review{by}{since}"),
        BoxKind::Merged => "done, not ticked".to_owned(),
        BoxKind::Collided => format!("several at work{by}{since}"),
        BoxKind::Quiet => format!("quiet, claimed{by}, last heard of{}", since.replace(" since", "")),
        BoxKind::Unclear => "its link was closed, not done".to_owned(),
        BoxKind::Unchecked => "claims not checked".to_owned(),
    }
}

/// What shows the state of a box: `#12 is open`, `a comment by @ana on 2026-01-28`.
pub fn box_evidence(evidence: &Evidence, home: &Repo) -> String {
    match evidence {
        Evidence::Line(who) => format!("its line names @{who}"),
        Evidence::Comment(Some(who), day) => format!("a comment by @{who} on {day}"),
        Evidence::Comment(None, day) => format!("a comment on {day}"),
        Evidence::Pull(id, PullState::Open) => format!("pull request {} is open", id.short(home)),
        Evidence::Pull(id, PullState::Merged) => format!("pull request {} was merged", id.short(home)),
        Evidence::Pull(id, PullState::Closed) => format!("pull request {} was closed", id.short(home)),
        Evidence::Assigned(id) => format!("{} is assigned", id.short(home)),
        Evidence::Done(id) => format!("{} is done", id.short(home)),
        Evidence::NotDone(id) => format!("{} was closed, not done", id.short(home)),
        Evidence::NotFetched(id) => format!("{} was not fetched", id.short(home)),
    }
}
