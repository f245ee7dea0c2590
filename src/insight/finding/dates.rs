//! Rules about time: due dates, milestones, silence, and what the robot is about to do.

use chrono::Days;

use super::input::Input;
use super::link::IssueLink;
use super::location::{at_item, at_project};
use super::{Finding, FindingRule, Remedy, Severity};
use crate::domain::board::SILENT_DAYS;
use crate::domain::boxes::BoxState;
use crate::domain::{Date, Issue, Request, Target, paste};
use crate::words;

pub(super) const RULES: &[FindingRule] =
    &[OVERDUE, DUE_BEFORE_BLOCKER, MILESTONE_PAST, STALE, ROTTEN, ROBOT_WILL_CLOSE, QUIET, ASSIGNED_BUT_SILENT];

/// How soon the robot must close an issue for a finding, in days.
const SOON_DAYS: i64 = 30;

/// What the stale robot will do to an open issue without further comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleOutcome {
    /// It is left alone, or stops at rotten.
    Spared,
    /// It will be closed as not planned on that day.
    Closes(Date),
    /// It will be closed on an unknown day, since the day of its last change is unknown.
    ClosesSometime,
}

/// Predicts what the robot will do: 90 quiet days to stale, 30 to rotten, 30 to closed.
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

const OVERDUE: FindingRule = FindingRule {
    name: "overdue",
    severity: Severity::Error,
    summary: "the due date has passed",
    explain: "`due` is in the past and the work is neither done nor dropped. Finish it, or set a realistic date.",
    find: overdue,
};

fn overdue(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, row) in input.projects() {
        let own = project.due.filter(|_| !row.state.is_end()).map(|due| (at_project(project), &*row.title, due));
        let items = project.items.iter().zip(&row.items).filter(|(_, row)| row.is_left());
        let items = items.filter_map(|(item, row)| Some((at_item(project, item), &*row.title, item.due?)));
        for (location, title, due) in own.into_iter().chain(items).filter(|(.., due)| *due < input.date) {
            let late = words::days((input.date - due).num_days());
            found.push(OVERDUE.finding(location, format!("`{title}` was due on {due}, {late} ago")));
        }
    }
}

const DUE_BEFORE_BLOCKER: FindingRule = FindingRule {
    name: "due-before-blocker",
    severity: Severity::Warning,
    summary: "the item is due before something that it waits for",
    explain: "An item has a due date, and an item or project in its `blocked_by` has a later one. Both dates cannot be \
kept. Move one of them, or remove the blocker.",
    find: due_before_blocker,
};

fn due_before_blocker(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.items().filter(|(_, _, row)| row.is_left()) {
        let Some(due) = item.due else { continue };
        let blockers = row.blocked_by.iter().filter_map(|target| Some((due_of(input, target)?, target)));
        if let Some((later, target)) = blockers.filter(|(later, _)| *later > due).max_by_key(|(later, _)| *later) {
            let blocker = words::target(target, &input.roadmap.repo);
            let message = format!("`{}` is due on {due} and waits for {blocker}, which is due on {later}", row.title);
            found.push(DUE_BEFORE_BLOCKER.finding(at_item(project, item), message));
        }
    }
}

fn due_of(input: &Input<'_>, target: &Target) -> Option<Date> {
    match target {
        Target::Project(project) => input.roadmap.project(project.as_str())?.due,
        Target::Item(project, key) => input.board.item(project, key)?.due,
        Target::Issue(issue) => input.board.items().find(|item| item.issue.as_ref() == Some(issue))?.due,
    }
}

/// The open issues that the robot has marked.
fn marked_issues<'i, 'a>(input: &'i Input<'a>) -> impl Iterator<Item = &'i IssueLink<'a>> {
    let has_lifecycle = input.roadmap.conventions.has_lifecycle();
    input.open_links().filter(move |link| has_lifecycle && is_marked(link.issue))
}

fn is_marked(issue: &Issue) -> bool {
    ["lifecycle/stale", "lifecycle/rotten"].iter().any(|label| issue.has_label(label))
}

const MILESTONE_PAST: FindingRule = FindingRule {
    name: "milestone-past",
    severity: Severity::Warning,
    summary: "the milestone of an open issue is over",
    explain: "The issue is open, but the due date of its milestone has passed, or the milestone is closed. Move the \
issue to a later one with `/milestone`, or clear it.",
    find: milestone_past,
};

fn milestone_past(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.open_links() {
        let issue = link.issue;
        let Some(milestone) = &issue.milestone else { continue };
        let is_past = milestone.closed || milestone.due.is_some_and(|due| due < input.date);
        if !is_past {
            continue;
        }
        let when = milestone.due.map(|due| format!(" (due {due})")).unwrap_or_default();
        let message =
            format!("{} is open, but its milestone {}{when} is over", input.short(&issue.id), milestone.title);
        let text = input.roadmap.conventions.comment(Request::ClearMilestone);
        found.push(about(MILESTONE_PAST.finding(link.location(), message), issue, text));
    }
}

const STALE: FindingRule = FindingRule {
    name: "stale",
    severity: Severity::Warning,
    summary: "the issue carries lifecycle/stale",
    explain: "The robot marks an issue as stale after 90 days without activity, as rotten after 30 more, and closes it \
as not planned after another 30, unless a label exempts it. Comment `/remove-lifecycle stale` and say why.",
    find: |input, found| marked(input, &STALE, found),
};

const ROTTEN: FindingRule = FindingRule {
    name: "rotten",
    severity: Severity::Error,
    summary: "the issue carries lifecycle/rotten",
    explain: "The robot closes a rotten issue as not planned after 30 days, unless a label exempts it. Comment \
`/remove-lifecycle rotten` and say why.",
    find: |input, found| marked(input, &ROTTEN, found),
};

fn marked(input: &Input<'_>, rule: &FindingRule, found: &mut Vec<Finding>) {
    let label = format!("lifecycle/{}", rule.name);
    for link in marked_issues(input).filter(|link| link.issue.has_label(&label)) {
        let issue = link.issue;
        if closes_soon(input, issue).is_some() {
            continue;
        }
        let message = format!("{} carries {label}", input.short(&issue.id));
        let outcome = match fate(issue) {
            StaleOutcome::Spared => "a label keeps the robot from closing it".to_owned(),
            StaleOutcome::Closes(day) => format!("the robot will close it on {day}"),
            StaleOutcome::ClosesSometime => "the robot will close it unless a person comments".to_owned(),
        };
        let text = input.roadmap.conventions.comment(Request::StayOpen(rule.name));
        found.push(about(rule.finding(link.location(), message), issue, text).evidence([outcome]));
    }
}

const ROBOT_WILL_CLOSE: FindingRule = FindingRule {
    name: "robot-will-close",
    severity: Severity::Error,
    summary: "the robot will close the issue within 30 days",
    explain: "The robot marks an issue as stale after 90 days without activity, as rotten after 30 more, and closes it \
after another 30. Exempt are lifecycle/frozen, help wanted, good first issue and triage/accepted; from the last step \
also priority/critical-urgent, important-soon and important-longterm. A closed issue looks done to everyone else.",
    find: robot_will_close,
};

fn robot_will_close(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in marked_issues(input) {
        let issue = link.issue;
        let Some(left) = closes_soon(input, issue) else { continue };
        let label = if issue.has_label("lifecycle/rotten") { "rotten" } else { "stale" };
        let when = match left {
            i64::MIN..=0 => "any day now".to_owned(),
            left => format!("in {}", words::days(left)),
        };
        let message = format!("the robot will close {} {when}", input.short(&issue.id));
        let changed = issue.updated.map(|updated| format!("{label}, last changed on {}", updated.date()));
        let text = input.roadmap.conventions.comment(Request::StayOpen(label));
        found.push(about(ROBOT_WILL_CLOSE.finding(link.location(), message), issue, text).evidence(changed));
    }
}

/// The days until the robot closes a marked issue, if they are few.
fn closes_soon(input: &Input<'_>, issue: &Issue) -> Option<i64> {
    let StaleOutcome::Closes(day) = fate(issue) else { return None };
    Some((day - input.date).num_days()).filter(|&left| left <= SOON_DAYS)
}

const QUIET: FindingRule = FindingRule {
    name: "quiet",
    severity: Severity::Info,
    summary: "no comment for 90 days",
    explain: "Robots, labels and slash commands do not count. Ask whether anyone is still working on it.",
    find: quiet,
};

fn quiet(input: &Input<'_>, found: &mut Vec<Finding>) {
    let is_held = |link: &&IssueLink<'_>| is_marked(link.issue) || !link.issue.assignees.is_empty();
    // People speak where its box is.
    let is_claimed_in_list = |link: &&IssueLink<'_>| {
        let row = link.item.and_then(|item| input.board.item(&link.project.id, &item.key));
        row.and_then(|row| row.own_box.as_ref()?.state.as_ref()).is_some_and(BoxState::is_at_work)
    };
    for link in input.open_links().filter(|link| !is_held(link) && !is_claimed_in_list(link)) {
        let Some(days) = silence(input, link.issue) else { continue };
        let message = format!("no comment in {} for {}", input.short(&link.issue.id), words::days(days));
        let text = "Is this still in progress? What is left?\n".to_owned();
        found.push(about(QUIET.finding(link.location(), message), link.issue, text));
    }
}

const ASSIGNED_BUT_SILENT: FindingRule = FindingRule {
    name: "assigned-but-silent",
    severity: Severity::Info,
    summary: "assigned, without a comment for 90 days",
    explain: "Other people leave an assigned issue alone. Ask the assignees whether they are still working on it; \
without an answer, unassign them.",
    find: assigned_but_silent,
};

fn assigned_but_silent(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.open_links().filter(|link| !link.issue.assignees.is_empty()) {
        let Some(days) = silence(input, link.issue) else { continue };
        let who = link.issue.assignees.iter().map(|login| format!("@{login}")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "{} is assigned to {who}, without a comment for {}",
            input.short(&link.issue.id),
            words::days(days)
        );
        let asked = paste::inline(&who);
        let text = input.roadmap.conventions.comment(Request::StillOn(&asked));
        found.push(about(ASSIGNED_BUT_SILENT.finding(link.location(), message), link.issue, text));
    }
}

/// The days since a person commented, if they are many; `None` if comments were never fetched.
fn silence(input: &Input<'_>, issue: &Issue) -> Option<u32> {
    let is_known = issue.last_comment.is_some() || issue.updated.is_some();
    let days = issue.touched().filter(|_| is_known)?.days_before(input.at.known_until());
    (days >= SILENT_DAYS).then_some(days)
}

/// Adds to a finding its issue, the last comment there, and what to say.
fn about(new: Finding, issue: &Issue, text: String) -> Finding {
    new.issues([&issue.id]).evidence(last_word(issue)).remedy(Remedy::say(&issue.id, text))
}

fn last_word(issue: &Issue) -> Option<String> {
    issue.last_comment.as_ref().map(|word| {
        let by = word.by.as_ref().map(|by| format!(" by @{by}")).unwrap_or_default();
        format!("last comment{by} on {}", word.at.date())
    })
}
