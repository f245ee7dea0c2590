//! Formatting of freedom: whether someone can take an item, and why not.

use super::{box_doubt, box_state, box_tick, days, people};
use crate::domain::board::measure::Measure;
use crate::domain::boxes::{BoxState, Evidence};
use crate::domain::{Doubt, Freedom, IssueNote, ItemRow, Repo};

/// `free`, `maybe free`, `not checked`, `taken`, `blocked`, `to decide`, `not counted`; nothing for what is done or dropped.
pub fn freedom_short(item: &ItemRow) -> &'static str {
    match item.freedom {
        Freedom::Free => "free",
        Freedom::MaybeFree(_) => "maybe free",
        Freedom::Taken => "taken",
        Freedom::Blocked => "blocked",
        Freedom::Unclear if item.needs_decision() => "to decide",
        Freedom::Unclear => "not counted",
        Freedom::Unchecked if item.measure == Measure::IssueNotYetOpened => "not opened yet",
        Freedom::Unchecked | Freedom::ClaimsUnchecked => "not checked",
        Freedom::Ended => "",
    }
}

/// Like [`freedom_short`], with the reason: `maybe free (assigned to @ana, no comment for 120 days)`,
/// `taken (claimed: @ana since 2026-01-28)`.
pub fn freedom(item: &ItemRow, home: &Repo) -> String {
    let short = freedom_short(item);
    let why = match item.freedom.doubt() {
        Some(why) => Some(doubt(item, why, home)),
        None if item.freedom == Freedom::Taken => taken(item, home),
        None if item.freedom == Freedom::Free => item.closed_since.map(|_| "closed since".to_owned()),
        None => None,
    };
    why.map_or_else(|| short.to_owned(), |why| format!("{short} ({why})"))
}

/// Who has an item, if that is its box or its issue as a whole; the assignees of its issue have a column of their own.
fn taken(item: &ItemRow, home: &Repo) -> Option<String> {
    let Some(own) = &item.own_box else { return item.claim.as_ref().map(|claim| self::claim(claim, home)) };
    if own.is_assigned {
        return Some(format!("{} is assigned to {}", own.issue.short(home), people(&own.people)));
    }
    own.state.as_ref().filter(|state| state.is_at_work()).map(box_state)
}

/// Who has an issue as a whole: `claimed by @kim since 2026-01-28, in a comment`, `pull request #20 by @kim is open`.
pub fn claim(state: &BoxState, home: &Repo) -> String {
    let by = if state.people.is_empty() { String::new() } else { format!(" by {}", people(&state.people)) };
    let since = state.since.map(|day| format!(" since {day}")).unwrap_or_default();
    match state.evidence.as_slice() {
        [Evidence::Pull(id, _)] => format!("pull request {}{by} is open", id.short(home)),
        [Evidence::Pull(..), ..] => format!("{} pull requests{by} are open", state.evidence.len()),
        _ => format!("claimed{by}{since}, in a comment"),
    }
}

/// The reason why an item may not be free: `assigned to @ana, no comment for 120 days`,
/// `claimed before, no news for 41 days`.
pub fn doubt(item: &ItemRow, why: Doubt, home: &Repo) -> String {
    let claimed = match item.claimed_by() {
        [] => "claimed before".to_owned(),
        claimants => format!("claimed before by {}", people(claimants)),
    };
    match (why, item.own_box.as_ref().and_then(|own| own.state.as_ref())) {
        (Doubt::Assigned(silent), None) if item.assignees.is_empty() => {
            format!("a sub-issue of it is assigned, no comment for {}", days(silent))
        }
        (Doubt::Assigned(silent), _) => {
            format!("assigned to {}, no comment for {}", people(item.people()), days(silent))
        }
        (Doubt::Claimed(_) | Doubt::Named | Doubt::Noted, Some(state)) => box_doubt(state, home),
        (Doubt::Started, _) => "started, says the roadmap".to_owned(),
        (Doubt::Status, _) => "see the status in its note".to_owned(),
        (Doubt::Ambiguous, _) => "it may be the same as a box that is not free".to_owned(),
        (Doubt::Ticked, _) => {
            let own = item.own_box.as_ref().map(|own| format!("{} in {}", box_tick(own.tick), own.issue.short(home)));
            format!("its box is {}", own.unwrap_or_else(|| "ticked".to_owned()))
        }
        (Doubt::Asked, _) => "asked for in a comment".to_owned(),
        (Doubt::SaidDone, _) => "a comment says that it was done".to_owned(),
        // The day of the claim may be unknown.
        (Doubt::Claimed(0), None) => claimed,
        (Doubt::Claimed(silent), None) => format!("{claimed}, no news for {}", days(silent)),
        (Doubt::Named, None) => "named in a comment or a pull request".to_owned(),
        (Doubt::Noted, None) => match &item.note {
            Some(note) => issue_note(note, home),
            None => "an open part of it waits or is being worked on".to_owned(),
        },
    }
}

/// What an issue says about itself: "labelled `blocked`", `its text says that it waits for #1`.
pub fn issue_note(note: &IssueNote, home: &Repo) -> String {
    match note {
        IssueNote::Label(label) => format!("labelled `{label}`"),
        IssueNote::Title => "its title says that it waits or is being worked on".to_owned(),
        IssueNote::WaitsFor(id) => format!("its text says that it waits for {}", id.short(home)),
        IssueNote::AsksToWait => "its text asks not to begin yet".to_owned(),
        IssueNote::GoesOnIn(id) => format!("its text says that it goes on in {}", id.short(home)),
    }
}

/// The name used in data: `free`, `maybe-free`.
pub fn freedom_word(freedom: Freedom) -> &'static str {
    match freedom {
        Freedom::Free => "free",
        Freedom::MaybeFree(_) => "maybe-free",
        Freedom::Taken => "taken",
        Freedom::Blocked => "blocked",
        Freedom::Unclear => "unclear",
        Freedom::Unchecked | Freedom::ClaimsUnchecked => "unchecked",
        Freedom::Ended => "ended",
    }
}
