//! Notes on an issue: its labels, its title and its body may say that it waits, or that someone works on it. So may the
//! note of an item in the roadmap.

use super::{Doubt, Freedom, IssueNote, JoinContext, ProjectRow};
use crate::domain::wording::UNOWNED;
use crate::domain::{Issue, Roadmap, State, boxes, status};

/// An item whose note in the roadmap gives a status, such as "blocked", is maybe free at most.
pub(super) fn settle_noted(projects: &mut [ProjectRow], roadmap: &Roadmap) {
    let pairs = projects.iter_mut().zip(&roadmap.projects);
    let items = pairs.flat_map(|(row, project)| row.items.iter_mut().zip(&project.items));
    for (row, item) in items.filter(|(row, _)| row.freedom.is_unclaimed()) {
        let title = item.title.as_deref().unwrap_or_default();
        if item.note.as_deref().is_some_and(|note| gives_status(note) || strikes_beginning(note, title)) {
            row.freedom = Freedom::MaybeFree(Doubt::Status);
        }
    }
}

/// Whether a sentence of a note says that an item waits, or gives a status that is no state: `Status: archived`, as imported.
fn gives_status(note: &str) -> bool {
    let waits = |sentence: &str| {
        let lower = sentence.trim().to_lowercase();
        let clause = lower.split([',', ';', ':', '(']).next().unwrap_or_default();
        let word = [" by ", " on ", " for ", " until "].iter().find_map(|lead| Some(clause.split_once(lead)?.0));
        status::is_waiting(word.unwrap_or(clause))
    };
    let is_other = |sentence: &str| {
        let status = sentence.trim().trim_end_matches('.').strip_prefix("Status: ");
        let is_todo = |text: &str| status::of_remark(text) == Some(State::Todo) || UNOWNED.has(&text.to_lowercase());
        status.is_some_and(|text| waits(text) || !is_todo(text))
    };
    note.split(". ").any(|sentence| waits(sentence) || is_other(sentence))
}

/// Whether an imported note says that a title began with struck words, as in "~~Docs~~ Handbook": the others may be a new name
/// or a reason not to do it.
fn strikes_beginning(note: &str, title: &str) -> bool {
    let mut struck = note.split(". ").filter_map(|sentence| sentence.trim_end_matches('.').strip_prefix("Struck: "));
    struck.any(|words| title.starts_with(words))
}

/// Lowers the freedom of an open issue that has a note. What is started as a whole can be free in `has_parts`.
pub(super) fn doubted(at: &JoinContext<'_>, issue: &Issue, freedom: Freedom) -> Freedom {
    if freedom.is_unclaimed() && of_issue(at, issue).is_some() { Freedom::MaybeFree(Doubt::Noted) } else { freedom }
}

/// Returns the first note of an issue. That a list or a parent is under way does not hold back its parts.
pub fn of_issue(at: &JoinContext<'_>, issue: &Issue) -> Option<IssueNote> {
    let has_parts = !issue.tasks.is_empty() || !issue.sub_issues.is_empty();
    let label = issue.labels.iter().find(|label| holds_back(label, has_parts));
    let title = || (!has_parts && boxes::holds_back(&issue.title)).then_some(IssueNote::Title);
    let waits = || issue.waits_for.iter().find(|id| at.may_block(id)).cloned().map(IssueNote::WaitsFor);
    let goes_on = || issue.continued_in.clone().filter(|id| *id != issue.id).map(IssueNote::GoesOnIn);
    let asks = || issue.asks_to_wait.then_some(IssueNote::AsksToWait);
    label.cloned().map(IssueNote::Label).or_else(title).or_else(waits).or_else(asks).or_else(goes_on)
}

/// Whether a label says that an issue waits or is dropped, or that someone works on it: `status/in-progress`.
fn holds_back(label: &str, has_parts: bool) -> bool {
    let (bare, sign) = status::take_signs(label);
    let last = bare.rsplit(['/', ':']).next().unwrap_or_default().trim().replace(['-', '_'], " ");
    let stated = status::of_remark(&last);
    // Elsewhere "active" is an adjective; this one Prow sets for work under way.
    let is_active = label.eq_ignore_ascii_case("lifecycle/active");
    let is_started = is_active || stated == Some(State::Started) || sign == Some(State::Started);
    status::is_waiting(&last) || stated == Some(State::Dropped) || is_started && !has_parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_give_a_status() {
        for note in [
            "Status: blocked",
            "Status: archived",
            "Wave: 2. Status: waiting for the vendor",
            "blocked by legal",
            "On hold",
        ] {
            assert!(gives_status(note), "{note}");
        }
        for note in [
            "Status: todo",
            "Status: needs owner",
            "it blocks the release",
            "Usages: 3",
            "The waiting room of the site",
            "Paused jobs too",
        ] {
            assert!(!gives_status(note), "{note}");
        }
        assert!(strikes_beginning("Struck: Docs", "Docs Handbook"));
        assert!(!strikes_beginning("Struck: three", "Move three four jobs"));
    }
}
