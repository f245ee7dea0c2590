//! Formatting of the states of boxes.

use super::people;
use crate::domain::boxes::{BoxKind, BoxState, Evidence};
use crate::domain::{Confidence, PullState, Repo, TaskState};

/// The state of a box in a word: `free`, `claimed`, `in review`, `maybe free`.
pub fn box_word(state: &BoxState) -> &'static str {
    match (state.kind, state.confidence) {
        (BoxKind::Free, Confidence::Possible) => "maybe free",
        (BoxKind::Claimed, Confidence::Possible) => "maybe claimed",
        (kind, Confidence::Possible | Confidence::Likely | Confidence::Certain) => box_kind(kind),
    }
}

/// Whether a box was ticked: `ticked`, `struck`, `open`.
pub fn box_tick(state: TaskState) -> &'static str {
    match state {
        TaskState::Done => "ticked",
        TaskState::Dropped => "struck",
        TaskState::Open => "open",
    }
}

/// The kind of a state in a word.
fn box_kind(kind: BoxKind) -> &'static str {
    match kind {
        BoxKind::Free => "free",
        BoxKind::Claimed => "claimed",
        BoxKind::InReview => "in review",
        BoxKind::Merged => "done, not ticked",
        BoxKind::Collided => "several at work",
        BoxKind::Quiet => "gone quiet",
        BoxKind::Unclear => "unclear",
        BoxKind::Unchecked => "not checked",
    }
}

/// Who is working on a box, and since when: `@ana since 2026-01-28`, `@ana, no news since 2025-06-01`.
pub fn box_people(state: &BoxState) -> String {
    let who = if state.people.is_empty() { String::new() } else { people(&state.people) };
    let Some(day) = state.since else { return who };
    let (gap, since) = if state.kind == BoxKind::Quiet { (", ", "no news since") } else { (" ", "since") };
    if who.is_empty() { format!("{since} {day}") } else { format!("{who}{gap}{since} {day}") }
}

/// `claimed: @ana since 2026-01-28`, `maybe free`, `done, not ticked`.
pub fn box_state(state: &BoxState) -> String {
    let (word, who) = (box_word(state), box_people(state));
    match state.kind {
        BoxKind::Unclear => format!("unclear: {}", why_unclear(state)),
        BoxKind::Unchecked => "claims not checked".to_owned(),
        BoxKind::Free | BoxKind::Merged => word.to_owned(),
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided | BoxKind::Quiet if who.is_empty() => word.to_owned(),
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided | BoxKind::Quiet => format!("{word}: {who}"),
    }
}

/// Like [`box_state`], with the reason for a doubt: `maybe free (named in a comment by @ana on 2026-01-28)`.
pub fn box_state_in_full(state: &BoxState, home: &Repo) -> String {
    let is_doubted = state.kind == BoxKind::Free && !state.is_free() && !state.evidence.is_empty();
    let word = box_state(state);
    if is_doubted { format!("{word} ({})", box_doubt(state, home)) } else { word }
}

/// Why it is not clear what there is to do.
fn why_unclear(state: &BoxState) -> &'static str {
    match state.evidence.first() {
        Some(Evidence::Over) => OVER,
        Some(Evidence::Empty) => EMPTY,
        Some(_) | None => "its linked issue was closed, not done",
    }
}

const OVER: &str = "its line says that it is done, dropped or moved";

const EMPTY: &str = "its line does not say what there is to do";

/// Why a box may not be free: `named in a comment by @ana on 2026-01-28`, `gone quiet: @ana, no news since …`.
pub fn box_doubt(state: &BoxState, home: &Repo) -> String {
    match (state.kind, state.evidence.first()) {
        (BoxKind::Free, Some(fact @ Evidence::Comment(..))) => format!("named in {}", box_evidence(fact, home)),
        (BoxKind::Free, Some(Evidence::Pull(id, PullState::Open))) => {
            format!("the open pull request {} may be for it", id.short(home))
        }
        (BoxKind::Free, Some(Evidence::Pull(id, PullState::Merged | PullState::Closed))) => {
            format!("the pull request {} may have been for it", id.short(home))
        }
        (BoxKind::Free, Some(fact)) => box_evidence(fact, home),
        (_, Some(_) | None) => box_state(state),
    }
}

/// The evidence for the state of a box: `pull request #12 is open`, `a comment by @ana on 2026-01-28`.
pub fn box_evidence(evidence: &Evidence, home: &Repo) -> String {
    match evidence {
        Evidence::Line(who) => format!("its line names @{who}"),
        Evidence::Note => "its line says that it waits or is being worked on".to_owned(),
        Evidence::Heading => "the line above its list says that it waits or is being worked on".to_owned(),
        Evidence::Over => OVER.to_owned(),
        Evidence::Crossed => "a sign or struck words in its line may mean that it is over".to_owned(),
        Evidence::StruckAbove => "the box above it is struck".to_owned(),
        Evidence::Empty => EMPTY.to_owned(),
        Evidence::Comment(Some(who), day) => format!("a comment by @{who} on {day}"),
        Evidence::Comment(None, day) => format!("a comment on {day}"),
        Evidence::Pull(id, PullState::Open) => format!("pull request {} is open", id.short(home)),
        Evidence::Pull(id, PullState::Merged) => format!("pull request {} was merged", id.short(home)),
        Evidence::Pull(id, PullState::Closed) => format!("pull request {} was closed", id.short(home)),
        Evidence::Assigned(id) => format!("{} is assigned", id.short(home)),
        Evidence::Done(id) => format!("{} is done", id.short(home)),
        Evidence::NotDone(id) => format!("{} was closed, not done", id.short(home)),
        Evidence::NotFetched(id) => format!("{} was not fetched", id.short(home)),
        Evidence::WaitsFor(id) => format!("it waits for {}", id.short(home)),
        Evidence::SubIssue(id) => format!("the sub-issue {} may be about it", id.short(home)),
    }
}
