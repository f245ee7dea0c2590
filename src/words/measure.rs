//! Formatting of the measure of an item: the reason for its state.

use super::state;
use crate::domain::board::JoinContext;
use crate::domain::board::measure::Measure;
use crate::domain::{
    Absence, Certainty, CloseReason, Comment, Counter, Groups, Issue, IssueState, ItemRow, Owner, Repo, State,
    Timestamp,
};

/// The reason for the state of an item, a sentence without its full stop: `issue #1305 is closed as completed on
/// 2021-03-01`, `the roadmap says done`.
pub fn measure(item: &ItemRow, issue: Option<&Issue>, home: &Repo) -> String {
    let issue_name = || item.issue.as_ref().map(|id| id.short(home)).unwrap_or_default();
    // If nothing was measured, a written state is shown.
    let unless = |unwritten: State, why: String| {
        if item.state == unwritten { why } else { format!("the roadmap says {}; {why}", state(item.state)) }
    };
    match &item.measure {
        Measure::Written => format!("the roadmap says {}", state(item.state)),
        Measure::Typed => "done and total are written in the roadmap".to_owned(),
        Measure::Nothing => "no issue, counter or state is given".to_owned(),
        Measure::Placeholder => "the roadmap itself asks what there is to do".to_owned(),
        Measure::Issue => match issue {
            // The issue was closed after that day, or on an unknown day, which counts as later.
            Some(issue) if matches!(item.state, State::Todo | State::Started) && issue.state != IssueState::Open => {
                let was = match issue.state {
                    IssueState::Closed { at: Some(_), .. } => "was still open on that day; later",
                    IssueState::Closed { at: None, .. } | IssueState::Open => "counts as open on that day;",
                };
                format!("issue {} {was} {}", issue_name(), reason(&issue.state))
            }
            Some(issue) => format!("issue {} is {}", issue_name(), reason(&issue.state)),
            None => format!("issue {}", issue_name()),
        },
        Measure::IssueNotYetOpened => unless(State::Todo, format!("issue {} had not been opened", issue_name())),
        Measure::NotFetched => unless(State::NotFetched, format!("issue {} was never fetched", issue_name())),
        Measure::IssueMissing => unless(State::Unknown, format!("issue {} could not be fetched", issue_name())),
        Measure::Counter(id) => {
            let progress = item.inner.as_ref().map(|inner| format!(" says {}", super::inner(inner)));
            format!("counter {id}{}", progress.unwrap_or_default())
        }
        Measure::NoReading(id) => unless(State::Unknown, format!("counter {id} has no reading up to that day")),
    }
}

/// The name used in data: `written`, `issue`, `counter`.
pub fn measure_short(measure: &Measure) -> &'static str {
    match measure {
        Measure::Written => "written",
        Measure::Typed => "typed",
        Measure::Nothing => "nothing",
        Measure::Placeholder => "placeholder",
        Measure::Issue => "issue",
        Measure::IssueNotYetOpened => "issue-not-yet-opened",
        Measure::NotFetched => "issue-not-fetched",
        Measure::IssueMissing => "issue-missing",
        Measure::Counter(_) => "counter",
        Measure::NoReading(_) => "no-reading",
    }
}

/// `open`, `closed as completed on 2021-03-01`, `closed by a robot while stale or rotten`
pub fn reason(state: &IssueState) -> String {
    let IssueState::Closed { reason, at, by } = state else { return "open".to_owned() };
    let how = match reason {
        None => "closed",
        Some(CloseReason::Completed) => "closed as completed",
        Some(CloseReason::NotPlanned) => "closed as not planned",
        Some(CloseReason::Duplicate) => "closed as a duplicate",
        Some(CloseReason::Robot) => "closed by a robot while stale or rotten",
    };
    // A robot needs no name.
    let by = by.as_ref().filter(|_| *reason != Some(CloseReason::Robot));
    let by = by.map(|by| format!(" by @{by}")).unwrap_or_default();
    let at = at.map_or_else(|| " (date not known)".to_owned(), |at| format!(" on {}", at.date()));
    format!("{how}{by}{at}")
}

/// Like [`reason`], followed by `, open on 2020-12-10` if the issue was closed later or on an unknown day.
pub fn reason_on(issue: &Issue, at: JoinContext<'_>) -> String {
    let closed = reason(&issue.state);
    let is_ahead = issue.state != IssueState::Open && !at.is_closed(issue);
    if is_ahead { format!("{closed}, open on {}", at.date) } else { closed }
}

/// The reason why an issue is missing: `deleted`, `moved to kubernetes/test-infra#7`.
pub fn absence(why: &Absence) -> String {
    match why {
        Absence::Gone => "deleted".to_owned(),
        Absence::Disabled => "in a repository whose issues are turned off".to_owned(),
        Absence::NotFound => "not found".to_owned(),
        Absence::Moved(to) => format!("moved to {to}"),
        Absence::Unreadable(what) => format!("could not be read: {what}"),
        Absence::NotFetched => "not fetched yet".to_owned(),
    }
}

/// `SIG Testing, accepted`, `SIG Testing (proposed), not accepted yet`, `SIG Testing or SIG Release, not decided which`
pub fn owner_in_full(owner: &Owner, groups: &Groups) -> String {
    let name = super::owner(owner, groups);
    match owner.certainty {
        _ if owner.names.is_empty() => name,
        Certainty::Accepted => format!("{name}, accepted"),
        Certainty::Proposed => format!("{name}, not accepted yet"),
        Certainty::Either => format!("{name}, not decided which"),
        Certainty::Stated | Certainty::Unsure | Certainty::None => name,
    }
}

/// How to record a reading of a counter, and how to give it a readings file if it has none.
pub fn how_to_count(counter: &Counter) -> String {
    let (id, file) = (&counter.id, counter.readings_file.as_ref());
    let first = if file.is_none() { format!("name a CSV file as `readings` of {id}; then ") } else { String::new() };
    format!("{first}`offramp count {id} --write` records a reading")
}

/// What a person did to an issue when it was last touched: closed it, commented on it, or opened it.
pub fn last_sign(issue: Option<&Issue>, touched: Timestamp) -> &'static str {
    let closed = issue.and_then(|issue| match issue.state {
        IssueState::Closed { at, .. } => at,
        IssueState::Open => None,
    });
    let said = issue.and_then(|issue| issue.last_comment.as_ref()).map(|comment| comment.at);
    if closed == Some(touched) {
        return "closed";
    }
    if said == Some(touched) { "last comment" } else { "opened" }
}

/// The day and the author of a comment: `2024-05-14 by @spiffxp`.
pub fn comment(comment: &Comment) -> String {
    let by = comment.by.as_ref().map(|by| format!(" by @{by}")).unwrap_or_default();
    format!("{}{by}", comment.at.date())
}

/// Like [`comment`], with the text: `2024-05-14 by @spiffxp: All buckets are gone`.
pub fn comment_quoted(own: &Comment) -> String {
    let quote = if own.text.is_empty() { String::new() } else { format!(": {}", own.text) };
    format!("{}{quote}", comment(own))
}

/// The caveat of a page of an earlier day: facts that are known only as of the last sync; `None` on the current day.
pub fn as_seen(at: JoinContext<'_>) -> Option<String> {
    let fetched = at.snapshot.day().filter(|_| !at.is_current())?;
    Some(format!("Title, labels, assignees, links and boxes as seen {fetched}; those of earlier days are not known."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{by_issue, closed, day, project, roadmap, snapshot};
    use crate::domain::join;

    #[test]
    fn an_issue_closed_later_or_on_an_unknown_day_counts_as_open() {
        let measure_of = |issue: Issue| {
            let (roadmap, snapshot) = (roadmap(vec![project("p", vec![by_issue(1)])]), snapshot(vec![issue.clone()]));
            let board = join(&roadmap, &snapshot, day("2024-05-01"));
            measure(board.items().next().unwrap(), Some(&issue), &roadmap.repo)
        };
        let dated = closed(1, None, Some("2024-05-20"));
        assert_eq!(measure_of(dated), "issue #1 was still open on that day; later closed on 2024-05-20");
        assert_eq!(measure_of(closed(1, None, None)), "issue #1 counts as open on that day; closed (date not known)");
    }
}
