//! Rules about time: due dates, milestones, silence, and what the robot is about to do.

use chrono::Days;

use super::input::{Input, days_text};
use super::link::{IssueLink, LinkedIssueState, Silent};
use super::location::{at_item, at_project};
use super::{Finding, Remedy, finding};
use crate::domain::{Date, Issue, Request, Timestamp, paste};

/// How soon the robot must close an issue for that to be a finding, in days.
const SOON_DAYS: i64 = 30;

/// What the robot will do to an open issue, if nobody says a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleOutcome {
    /// It is left alone, or stops at rotten.
    Spared,
    /// It will be closed as not planned on that day.
    Closes(Date),
    /// It will be closed, and nobody knows when: the day of the last change is not known.
    ClosesSometime,
}

/// Foretells what the robot will do: 90 quiet days to stale, 30 to rotten, 30 to closed.
///
/// The exemptions are those of the lifecycle jobs of kubernetes/test-infra.
pub fn fate(issue: &Issue) -> StaleOutcome {
    const EXEMPT: [&str; 4] = ["lifecycle/frozen", "help wanted", "good first issue", "triage/accepted"];
    const SPARED: [&str; 3] = ["priority/important-longterm", "priority/important-soon", "priority/critical-urgent"];
    if issue.is_pull || EXEMPT.iter().chain(&SPARED).any(|label| issue.has_label(label)) {
        return StaleOutcome::Spared;
    }
    let quiet = match () {
        () if issue.has_label("lifecycle/rotten") => 30,
        () if issue.has_label("lifecycle/stale") => 60,
        () => 150,
    };
    match issue.updated.and_then(|updated| updated.date().checked_add_days(Days::new(quiet))) {
        Some(day) => StaleOutcome::Closes(day),
        None => StaleOutcome::ClosesSometime,
    }
}

pub(super) fn overdue(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, row) in input.projects() {
        let own = project.due.filter(|_| !row.state.is_end()).map(|due| (at_project(project), due));
        let items = project.items.iter().zip(&row.items).filter(|(_, row)| row.is_left());
        let items = items.filter_map(|(item, _)| item.due.map(|due| (at_item(project, item), due)));
        for (location, due) in own.into_iter().chain(items).filter(|(_, due)| *due < input.date) {
            let late = days_text(Timestamp::start_of(due).days_before(input.date));
            found.push(finding("overdue", location, format!("it was due on {due}, {late} before")));
        }
    }
}

/// An open issue of what is left, with the first location that links it.
struct OpenIssue<'i, 'a> {
    link: &'i IssueLink<'a>,
    is_marked: bool,
    has_milestone: bool,
    silent: Option<Silent>,
}

/// The open issues of what is left; nothing for a day of the past.
fn open_issues<'i, 'a>(input: &'i Input<'a>) -> impl Iterator<Item = OpenIssue<'i, 'a>> {
    let links = if input.is_current() { input.links() } else { &[] };
    links.iter().filter(|link| !link.is_repeated).filter_map(|link| match link.issue_state {
        LinkedIssueState::Open { is_marked, has_milestone, silent } => {
            Some(OpenIssue { link, is_marked, has_milestone, silent })
        }
        LinkedIssueState::Closed { .. } | LinkedIssueState::OpenPull => None,
    })
}

/// Those of them that the robot has marked.
fn marked_issues<'i, 'a>(input: &'i Input<'a>) -> impl Iterator<Item = &'i IssueLink<'a>> {
    let has_lifecycle = input.roadmap.conventions.has_lifecycle();
    open_issues(input).filter(move |open| has_lifecycle && open.is_marked).map(|open| open.link)
}

pub(super) fn milestone_past(input: &Input<'_>, found: &mut Vec<Finding>) {
    for OpenIssue { link, .. } in open_issues(input).filter(|open| open.has_milestone) {
        let issue = link.issue;
        let Some(milestone) = &issue.milestone else { continue };
        let is_past = milestone.closed || milestone.due.is_some_and(|due| due < input.date);
        if !is_past {
            continue;
        }
        let when = milestone.due.map(|due| format!(" (due {due})")).unwrap_or_default();
        let said = format!("{} is open, but its milestone {}{when} is over", input.short(&issue.id), milestone.title);
        let text = input.roadmap.conventions.comment(Request::ClearMilestone);
        found.push(about(finding("milestone-past", link.location(), said), issue, text));
    }
}

pub(super) fn stale(input: &Input<'_>, found: &mut Vec<Finding>) {
    marked(input, ("stale", "lifecycle/stale"), found);
}

pub(super) fn rotten(input: &Input<'_>, found: &mut Vec<Finding>) {
    marked(input, ("rotten", "lifecycle/rotten"), found);
}

fn marked(input: &Input<'_>, (name, label): (&'static str, &str), found: &mut Vec<Finding>) {
    for link in marked_issues(input).filter(|link| link.issue.has_label(label)) {
        let issue = link.issue;
        if closes_soon(input, issue).is_some() {
            continue;
        }
        let said = format!("{} carries {label}", input.short(&issue.id));
        let mut new = about(
            finding(name, link.location(), said),
            issue,
            input.roadmap.conventions.comment(Request::StayOpen(name)),
        );
        new.evidence.push(match fate(issue) {
            StaleOutcome::Spared => "a label keeps the robot from closing it".to_owned(),
            StaleOutcome::Closes(day) => format!("the robot will close it on {day}"),
            StaleOutcome::ClosesSometime => "the robot will close it unless somebody speaks".to_owned(),
        });
        found.push(new);
    }
}

pub(super) fn robot_will_close(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in marked_issues(input) {
        let issue = link.issue;
        let Some(left) = closes_soon(input, issue) else { continue };
        let label = if issue.has_label("lifecycle/rotten") { "rotten" } else { "stale" };
        let when = match left {
            i64::MIN..=0 => "any day now".to_owned(),
            left => format!("in {}", days_text(u32::try_from(left).unwrap_or(0))),
        };
        let said = format!("the robot will close {} {when}", input.short(&issue.id));
        let mut new = about(
            finding("robot-will-close", link.location(), said),
            issue,
            input.roadmap.conventions.comment(Request::StayOpen(label)),
        );
        new.evidence.extend(issue.updated.map(|updated| format!("{label}, last changed on {}", updated.date())));
        found.push(new);
    }
}

/// How many days are left of a marked issue, where they are few.
fn closes_soon(input: &Input<'_>, issue: &Issue) -> Option<i64> {
    match fate(issue) {
        StaleOutcome::Closes(day) => Some((day - input.date).num_days()).filter(|&left| left <= SOON_DAYS),
        StaleOutcome::Spared | StaleOutcome::ClosesSometime => None,
    }
}

pub(super) fn quiet(input: &Input<'_>, found: &mut Vec<Finding>) {
    for OpenIssue { link, silent, .. } in open_issues(input).filter(|open| !open.is_marked) {
        let Some(Silent { days, is_assigned: false }) = silent else { continue };
        let said = format!("nobody said anything in {} for {}", input.short(&link.issue.id), days_text(days));
        let text = "Does this still go on? What is left?\n".to_owned();
        found.push(about(finding("quiet", link.location(), said), link.issue, text));
    }
}

pub(super) fn assigned_but_silent(input: &Input<'_>, found: &mut Vec<Finding>) {
    for OpenIssue { link, silent, .. } in open_issues(input) {
        let Some(Silent { days, is_assigned: true }) = silent else { continue };
        let who = link.issue.assignees.iter().map(|login| format!("@{login}")).collect::<Vec<_>>().join(", ");
        let said = format!("{who} has {}, and nobody spoke there for {}", input.short(&link.issue.id), days_text(days));
        let asked = paste::inline(&who);
        let text = format!("{asked}, are you still on this? If not, `/unassign` lets somebody else take it.\n");
        found.push(about(finding("assigned-but-silent", link.location(), said), link.issue, text));
    }
}

/// Names the issue in which something has to be said.
fn about(mut new: Finding, issue: &Issue, text: String) -> Finding {
    new.issues = vec![issue.id.clone()];
    new.evidence.extend(last_word(issue));
    new.remedy = Remedy::Say { issue: Some(issue.id.clone()), text };
    new
}

fn last_word(issue: &Issue) -> Option<String> {
    issue.last_comment.as_ref().map(|word| {
        let by = word.by.as_ref().map(|by| format!(" by @{by}")).unwrap_or_default();
        format!("last word{by} on {}", word.at.date())
    })
}
