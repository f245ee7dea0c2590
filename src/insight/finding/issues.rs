//! Rules about the state of linked issues, and about the links themselves. [`super::written`] compares written states.

use std::collections::HashMap;

use super::input::Input;
use super::link::IssueLink;
use super::location::{at, at_item, at_project};
use super::{Finding, FindingRule, Location, Remedy, Severity};
use crate::domain::edit::RoadmapEdit;
use crate::domain::{
    Absence, CloseReason, Issue, IssueRef, IssueState, Item, Project, Request, State, Target, TaskState, paste,
};
use crate::insight::successor::{self, successor};
use crate::words;

pub(super) const RULES: &[FindingRule] = &[CLOSED_NOT_DONE, OPEN_BOXES, SAME_TITLE, LINKED_TWICE, LINK_GONE];

/// The comment that makes a request.
pub(super) fn asked(input: &Input<'_>, request: Request<'_>) -> String {
    input.roadmap.conventions.comment(request).trim_end().to_owned()
}

const CLOSED_NOT_DONE: FindingRule = FindingRule {
    name: "closed-not-done",
    severity: Severity::Warning,
    summary: "the issue was closed without the work being done",
    explain: "The issue was closed as not planned, as a duplicate, or by a robot while stale or rotten, so the item is \
still left. Write `state: done`, `removed` or `dropped` if it is over, or reopen the issue. If its work goes on in \
another issue that the roadmap has, drop it.",
    find: closed_not_done,
};

fn closed_not_done(input: &Input<'_>, found: &mut Vec<Finding>) {
    // `superseded` reports an issue whose work continues outside the roadmap.
    let is_here =
        |issue: &&Issue| !input.is_current() || successor(issue).is_none_or(|(other, _)| input.at.has_work(&other));
    for (project, item, row) in input.items().filter(|(_, _, row)| row.state == State::ClosedNotDone) {
        let issue = row.issue.as_ref().and_then(|id| input.issue(id)).filter(is_here);
        found.extend(issue.map(|issue| not_done(input, project, Some(item), issue)));
    }
    // The issue of a project is not among its items.
    for (project, _) in input.projects().filter(|(project, _)| project.written.is_none_or(|state| !state.is_end())) {
        for issue in project.issues.iter().filter_map(|id| input.issue(id)).filter(is_here) {
            let is_item = project.item_issues().any(|own| *input.snapshot.current_id(own) == issue.id);
            if input.is_closed(issue) && !issue.is_completed() && !is_item {
                found.push(not_done(input, project, None, issue));
            }
        }
    }
}

fn not_done(input: &Input<'_>, project: &Project, item: Option<&Item>, issue: &Issue) -> Finding {
    let other = successor(issue).filter(|_| input.is_current());
    let message = match &other {
        Some((other, _)) => successor::phrase(&input.at, issue, other),
        None => "was closed, but not as done".to_owned(),
    };
    // Dropping a project would drop its items, too.
    let can_drop = item.is_some() || project.items.is_empty() && project.issues.len() == 1;
    let drop = if other.is_some() && can_drop { ": drop it" } else { "" };
    let new = CLOSED_NOT_DONE.finding(at(project, item), format!("{} {message}{drop}", input.short(&issue.id)));
    let new = new.issues(std::iter::once(&issue.id).chain(other.as_ref().map(|(other, _)| other)));
    let new = new.evidence([how(input, issue)]);
    let is_duplicate = matches!(issue.state, IssueState::Closed { reason: Some(CloseReason::Duplicate), .. });
    match other {
        Some((_, confidence)) if can_drop => {
            new.confidence(confidence).remedy(Remedy::set(project, item, "state", State::Dropped.word()))
        }
        Some((_, confidence)) => new.confidence(confidence),
        None if is_duplicate => {
            let text = "This was closed as a duplicate. Which issue has its work now?\n";
            new.remedy(Remedy::say(&issue.id, text.to_owned()))
        }
        None => new.remedy(Remedy::say(&issue.id, asked(input, Request::Reopen))),
    }
}

const OPEN_BOXES: FindingRule = FindingRule {
    name: "open-boxes",
    severity: Severity::Warning,
    summary: "the issue is closed with boxes that are not ticked",
    explain: "The issue counts as done, but its task list has open boxes. Tick or strike them, or reopen the issue.",
    find: open_boxes,
};

fn open_boxes(input: &Input<'_>, found: &mut Vec<Finding>) {
    if !input.is_current() {
        return;
    }
    let has_open = |issue: &Issue| issue.tasks.iter().any(|task| task.state == TaskState::Open);
    let forgotten = |link: &&IssueLink<'_>| link.is_closed && link.issue.is_completed() && has_open(link.issue);
    // If the work continues elsewhere, so do its boxes.
    let ends_here = |link: &&IssueLink<'_>| successor(link.issue).is_none();
    for link in input.links.iter().filter(forgotten).filter(ends_here) {
        found.push(unticked(input, link));
    }
}

fn unticked(input: &Input<'_>, link: &IssueLink<'_>) -> Finding {
    let issue = link.issue;
    let open: Vec<_> = issue.tasks.iter().filter(|task| task.state == TaskState::Open).collect();
    let total = issue.tasks.iter().filter(|task| task.state != TaskState::Dropped).count();
    let message = format!("{} is closed with {} of {total} boxes open", input.short(&issue.id), open.len());
    let listed =
        open.iter().take(20).map(|task| format!("- [ ] {}", paste::inline(&task.text))).collect::<Vec<_>>().join("\n");
    let text = format!("This was closed with open boxes. Are these done, or did they move?\n\n{listed}\n");
    let evidence = first_open(&open.iter().map(|task| task.text.as_str()).collect::<Vec<_>>());
    let new = OPEN_BOXES.finding(link.location(), message).issues([&issue.id]);
    new.evidence(evidence).remedy(Remedy::say(&issue.id, text))
}

/// The first open boxes, and how many more there are.
pub(super) fn first_open(texts: &[&str]) -> Vec<String> {
    let more = texts.len().checked_sub(5).filter(|&more| more > 0).map(|more| format!("and {more} more"));
    texts.iter().take(5).map(|text| format!("open: {text}")).chain(more).collect()
}

const SAME_TITLE: FindingRule = FindingRule {
    name: "same-title",
    severity: Severity::Error,
    summary: "the linked issue is closed while an open one has the same title",
    explain: "The work continues in another issue with the same title, so the closed one makes it look finished. Link \
the open one instead.",
    find: same_title,
};

pub(super) fn same_title(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.links.iter().filter(|link| link.is_closed) {
        let issue = link.issue;
        let is_own = |other: &Issue| link.project.linked_issues().any(|id| *input.snapshot.current_id(id) == other.id);
        let is_elsewhere = |other: &&Issue| !is_own(other);
        let Some(other) = input.open_namesakes(issue).into_iter().find(is_elsewhere) else { continue };
        let message =
            format!("{} is closed, but {} with the same title is open", input.short(&issue.id), input.short(&other.id));
        let last = other.last_comment.as_ref();
        let last =
            last.map(|word| format!("the last comment on {} is from {}", input.short(&other.id), word.at.date()));
        let new = SAME_TITLE.finding(link.location(), message).issues([&other.id, &issue.id]);
        let new = new.evidence([format!("both are titled `{}`", issue.title)]).evidence(last);
        let link_it = || Remedy::set(link.project, link.item, "issue", &input.yaml(&other.id));
        found.push(new.remedy(if input.linked.contains(&other.id) { Remedy::None } else { link_it() }));
    }
}

const LINKED_TWICE: FindingRule = FindingRule {
    name: "linked-twice",
    severity: Severity::Warning,
    summary: "two items or projects have the same issue",
    explain: "One issue measures two items, or tracks two projects, so both end when it is closed. Totals count it \
once. Split the issue, or merge the two. The issue of a project may also be one of its items.",
    find: linked_twice,
};

fn linked_twice(input: &Input<'_>, found: &mut Vec<Finding>) {
    type First<'a> = HashMap<&'a IssueRef, (&'a Project, Option<&'a Item>)>;
    let mut first = First::new();
    for project in input.in_scope() {
        let own = project.issues.iter().map(|id| (None, id));
        let items = project.items.iter().filter(|item| item.written != Some(State::Dropped));
        let items = items.filter_map(|item| Some((Some(item), item.issue.as_ref()?)));
        for (item, id) in own.chain(items) {
            let now = input.snapshot.current_id(id);
            let Some(&(other_project, other)) = first.get(now) else {
                first.insert(now, (project, item));
                continue;
            };
            // The issue that tracks a project may also be one of its items.
            if other_project.id == project.id && (item.is_none() || other.is_none()) {
                continue;
            }
            let place = other.map_or(other_project.place, |other| other.place);
            let other = other.map(|other| format!("/{}", other.key)).unwrap_or_default();
            let message = format!("{} is linked here and at {}{other}", input.short(id), other_project.id);
            let first = format!("line {} links it first", place.line);
            found.push(LINKED_TWICE.finding(at(project, item), message).issues([id]).evidence([first]));
        }
    }
}

const LINK_GONE: FindingRule = FindingRule {
    name: "link-gone",
    severity: Severity::Error,
    summary: "a linked issue was moved or deleted, or is not accessible",
    explain: "GitHub answers 410 (deleted), 404 (not found, or no access) or 301 (moved) for an issue that the \
roadmap links. Change the link.",
    find: link_gone,
};

fn link_gone(input: &Input<'_>, found: &mut Vec<Finding>) {
    for WrittenLink { location, id, is_blocker } in written_links(input) {
        let Some(why) = input.snapshot.missing.get(id) else { continue };
        let (what, target) = match why {
            Absence::Gone => ("was deleted".to_owned(), None),
            Absence::Disabled => ("is in a repository whose issues are turned off".to_owned(), None),
            Absence::NotFound => ("was not found, or is not accessible".to_owned(), None),
            Absence::Moved(to) => (format!("moved to {}", input.short(to)), Some(to)),
            Absence::Unreadable(_) | Absence::NotFetched => continue,
        };
        let role = if is_blocker { ", which `blocked_by` names," } else { "" };
        let new = LINK_GONE.finding(location, format!("{}{role} {what}", input.short(id)));
        let mut new = new.issues(target.into_iter().chain([id]));
        if let (Some(to), Some(project), false) = (target, new.location.project.clone(), is_blocker) {
            let edit =
                RoadmapEdit::Set { project, item: new.location.item.clone(), key: "issue", value: input.yaml(to) };
            new.remedy = Remedy::Edit(edit);
        }
        found.push(new);
    }
}

/// An issue that the roadmap names, whether or not the snapshot has it.
struct WrittenLink<'a> {
    location: Location,
    id: &'a IssueRef,
    /// Whether `blocked_by` names it.
    is_blocker: bool,
}

fn written_links<'a>(input: &Input<'a>) -> Vec<WrittenLink<'a>> {
    let mut links = Vec::new();
    let mut add = |location: &Location, own: &mut dyn Iterator<Item = &'a IssueRef>, blocked_by: &'a [Target]| {
        let blockers = blocked_by.iter().filter_map(Target::issue).map(|id| (id, true));
        let all = own.map(|id| (id, false)).chain(blockers);
        links.extend(all.map(|(id, is_blocker)| WrittenLink { location: location.clone(), id, is_blocker }));
    };
    for project in input.in_scope() {
        add(&at_project(project), &mut project.issues.iter(), &project.blocked_by);
        for item in project.items.iter().filter(|item| item.written != Some(State::Dropped)) {
            add(&at_item(project, item), &mut item.issue.iter(), &item.blocked_by);
        }
    }
    links
}

/// The state of an issue, as evidence.
pub(super) fn how(input: &Input<'_>, issue: &Issue) -> String {
    format!("{} (`{}`) is {}", input.short(&issue.id), issue.title, words::reason(&issue.state))
}
