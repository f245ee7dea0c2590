//! Rules that compare the roadmap with the structure on GitHub: boxes that are done, sub-issues, dependencies and superseded
//! issues. What the task list already shows is not reported again.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use super::circles;
use super::input::Input;
use super::location::{at_item, at_project};
use super::{Confidence, Finding, FindingRule, Location, Remedy, Severity};
use crate::domain::board::item_boxes::ItemBoxes;
use crate::domain::board::measure::freedom_of_issue;
use crate::domain::board::progress_inside;
use crate::domain::boxes::{self, BoxKind, BoxState};

use crate::domain::{Freedom, Issue, IssueRef, Project, ProjectRow, State, Target, Task, TaskState, grouped, paste};
use crate::insight::successor::successor;
use crate::words;

const DONE_NOT_TICKED: FindingRule = FindingRule {
    name: "done-not-ticked",
    severity: Severity::Warning,
    summary: "boxes are done, but not ticked",
    explain: "The work of an open box is done: its issue was completed, its pull request was merged, a pull request or \
a comment says so, or it is an item that is done. Readers of the issue still see work that is left. In an umbrella, \
only the boxes that are items are reported. Tick the box.",
    find: done_not_ticked,
};

const TICKED_BUT_OPEN: FindingRule = FindingRule {
    name: "ticked-but-open",
    severity: Severity::Warning,
    summary: "all boxes and sub-issues of an open issue are done",
    explain: "All boxes of an open issue are ticked or struck, and all its sub-issues are closed. Close it, or add \
what is left. An issue that is taken is not reported.",
    find: ticked_but_open,
};

pub(super) const RULES: &[FindingRule] = &[
    DONE_NOT_TICKED,
    TICKED_BUT_OPEN,
    SUPERSEDED,
    SUB_ISSUE_NOT_IN_ROADMAP,
    BOX_NOT_SUB_ISSUE,
    DEPENDENCY_NOT_IN_ROADMAP,
    SUMMARY_DIFFERS,
];

fn done_not_ticked(input: &Input<'_>, found: &mut Vec<Finding>) {
    let of_links = input.open_links().flat_map(|link| {
        let done = merged_boxes(input, link.issue).into_iter();
        done.map(move |(task, state)| (&link.issue.id, (link.location(), (task, Some(state)))))
    });
    let all = of_links.chain(items_by_hand(input)).chain(items_of_umbrellas(input));
    for (issue, done) in grouped(all) {
        let (locations, boxes): (Vec<_>, Vec<_>) = done.into_iter().unzip();
        found.extend(locations.into_iter().next().map(|first| unticked(input, first, issue, &boxes)));
    }
}

/// A box whose work is done, with its state; `None` if only the roadmap says that it is done.
type DoneBox<'a> = (&'a Task, Option<BoxState>);

/// A box whose work is done, with its issue and the location of the finding.
type LocatedBox<'a> = (&'a IssueRef, (Location, DoneBox<'a>));

/// The open boxes of an issue whose work is done.
fn merged_boxes<'a>(input: &Input<'a>, issue: &'a Issue) -> Vec<(&'a Task, BoxState)> {
    let states = input.at.boxes_of(issue);
    let merged = |state: &Option<BoxState>| state.clone().filter(|state| state.kind == BoxKind::Merged);
    issue.tasks.iter().zip(&*states).filter_map(|(task, state)| Some((task, merged(state)?))).collect()
}

/// The open boxes that are items by hand and done: by the roadmap or, in umbrellas, by their own state.
fn items_by_hand<'a>(input: &Input<'a>) -> Vec<LocatedBox<'a>> {
    let Some(boxes) = ItemBoxes::of(&input.at) else { return Vec::new() };
    let of_project = |(project, row): (&'a Project, &'a ProjectRow)| {
        let items = project.items.iter().zip(&row.items).zip(boxes.of_project(project));
        let done = items.filter_map(|((item, row), own)| {
            let own = own.filter(|own| !input.is_closed(own.issue))?;
            let state = own.state?;
            let is_merged = state.kind == BoxKind::Merged;
            let is_done = if is_merged { !input.linked.contains(&own.issue.id) } else { row.state == State::Done };
            let done = (own.task, Some(state).filter(|_| is_merged));
            is_done.then(|| (&own.issue.id, (at_item(project, item), done)))
        });
        done.collect::<Vec<_>>()
    };
    input.projects().flat_map(of_project).collect()
}

/// The open boxes of umbrellas that link a done item.
fn items_of_umbrellas<'a>(input: &Input<'a>) -> Vec<LocatedBox<'a>> {
    let umbrellas = input.roadmap.umbrellas.iter().filter(|_| input.is_current()).filter_map(|id| input.issue(id));
    let umbrellas = umbrellas.filter(|own| !input.linked.contains(&own.id) && !input.is_closed(own));
    let boxes = umbrellas.flat_map(|own| merged_boxes(input, own).into_iter().map(|done| (&own.id, done)));
    // Lazy, since hardly any umbrella needs it.
    let items = LazyCell::new(|| {
        let items = input.items().filter_map(|(project, item, row)| Some((row.issue.as_ref()?, (project, item))));
        items.collect::<HashMap<_, _>>()
    });
    let done = boxes.filter_map(|(umbrella, (task, state))| {
        let (project, item) = items.get(input.snapshot.current_id(boxes::own_issue(task)?))?;
        Some((umbrella, (at_item(project, item), (task, Some(state)))))
    });
    done.collect()
}

fn unticked(input: &Input<'_>, location: Location, issue: &IssueRef, done: &[DoneBox<'_>]) -> Finding {
    let count = words::count(done.len() as u64, "box", "boxes");
    let verb = if done.len() == 1 { "is" } else { "are" };
    let message = format!("{count} of {} {verb} done, but not ticked", input.short(issue));
    let confidences = done.iter().filter_map(|(_, state)| Some(state.as_ref()?.confidence));
    let because = |(task, state): &DoneBox<'_>| {
        let fact = |state: &BoxState| Some(words::box_evidence(state.evidence.first()?, &input.roadmap.repo));
        let why = match state {
            Some(state) => fact(state).unwrap_or_default(),
            None => "done in the roadmap".to_owned(),
        };
        format!("`{}`: {why}", task.text)
    };
    let listed: Vec<_> = done.iter().take(20).map(|(task, _)| format!("- [x] {}", paste::inline(&task.text))).collect();
    let text = format!("These are done, and could be ticked:\n\n{}\n", listed.join("\n"));
    let new = DONE_NOT_TICKED.finding(location, message).issues([issue]).evidence(done.iter().take(5).map(because));
    new.confidence(confidences.min().unwrap_or(Confidence::Certain)).remedy(Remedy::say(issue, text))
}

fn ticked_but_open(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.open_links().filter(|link| progress_inside::has_nothing_open(link.issue, input.snapshot)) {
        if freedom_of_issue(&input.at, link.issue) == Freedom::Taken {
            continue;
        }
        let name = input.short(&link.issue.id);
        let (parts, state) = match link.issue.tasks.as_slice() {
            [] => ("sub-issues", "closed"),
            [_, ..] => ("boxes", "ticked or struck"),
        };
        let message = format!("all {parts} of {name} are {state}, and it is open: close it?");
        let text = format!("All {parts} here are {state}. Is something left, or can this be closed?\n");
        let new = TICKED_BUT_OPEN.finding(link.location(), message).issues([&link.issue.id]);
        found.push(new.remedy(Remedy::say(&link.issue.id, text)));
    }
}

const SUPERSEDED: FindingRule = FindingRule {
    name: "superseded",
    severity: Severity::Warning,
    summary: "the issue was superseded by another one that the roadmap does not link",
    explain: "The issue is a duplicate of another one, or its text or last comment says where its work went on: moved to, \
superseded by, continued in, closed in favour of. Link that one instead.",
    find: superseded,
};

fn superseded(input: &Input<'_>, found: &mut Vec<Finding>) {
    // Comments and texts of earlier days are not known.
    for link in input.links.iter().filter(|link| input.is_current() && !link.is_repeated) {
        let Some((other, confidence)) = successor(link.issue).filter(|(other, _)| !input.at.has_work(other)) else {
            continue;
        };
        let (old, new_name) = (input.short(&link.issue.id), input.short(&other));
        let message = format!("{old} was superseded by {new_name}, which the roadmap does not link");
        let evidence = match &link.issue.last_comment {
            _ if link.issue.duplicate_of.as_ref() == Some(&other) => format!("GitHub: {old} duplicates {new_name}"),
            _ if link.issue.continued_in.as_ref() == Some(&other) => format!("the text of {old} says so"),
            Some(comment) => format!("the last comment, of {}: {}", comment.at.date(), comment.text),
            None => String::new(),
        };
        let remedy = Remedy::set(link.project, link.item, "issue", &input.yaml(&other));
        let new = SUPERSEDED.finding(link.location(), message).issues([&link.issue.id, &other]);
        found.push(new.evidence([evidence]).confidence(confidence).remedy(remedy));
    }
}

const SUB_ISSUE_NOT_IN_ROADMAP: FindingRule = FindingRule {
    name: "sub-issue-not-in-roadmap",
    severity: Severity::Info,
    summary: "the project's issue has an open sub-issue that the roadmap lacks",
    explain: "A sub-issue of the project's issue is open, and no item of the roadmap has it. Add it as an item, or \
silence the finding if it is part of one. If a box of the issue links it as well, only the box is reported.",
    find: sub_issue_not_in_roadmap,
};

fn sub_issue_not_in_roadmap(input: &Input<'_>, found: &mut Vec<Finding>) {
    let known: HashSet<_> = input.at.linked_issues().into_iter().chain(input.counted_issues()).collect();
    let current = |id| input.snapshot.current_id(id);
    for project in input.in_scope().filter(|project| input.is_current() && !project.items.is_empty()) {
        for parent in project.issues.iter().filter_map(|id| input.issue(id)) {
            let in_boxes: HashSet<_> = parent.tasks.iter().flat_map(|task| &task.issues).map(current).collect();
            let subs = parent.sub_issues.iter().map(current);
            let lacking = subs.filter(|id| !known.contains(id) && !in_boxes.contains(id));
            for child in lacking.filter_map(|id| input.issue(id)).filter(|child| !input.is_closed(child)) {
                let (name, parent_name) = (input.short(&child.id), input.short(&parent.id));
                let message = format!("{name} is a sub-issue of {parent_name}, but not in the roadmap");
                let new = SUB_ISSUE_NOT_IN_ROADMAP.finding(at_project(project), message);
                let new = new.issues([&child.id, &parent.id]).evidence([format!("{name}: {}", child.title)]);
                found.push(new.remedy(Remedy::append(project, "items", input.yaml(&child.id))));
            }
        }
    }
}

const BOX_NOT_SUB_ISSUE: FindingRule = FindingRule {
    name: "box-not-sub-issue",
    severity: Severity::Info,
    summary: "boxes of an issue link issues that are not its sub-issues",
    explain: "An issue has both a task list and sub-issues, and open issues in its boxes are not among the sub-issues. \
Progress is counted from the task list. Keep one of the two.",
    find: box_not_sub_issue,
};

fn box_not_sub_issue(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.open_links().filter(|link| !link.issue.sub_issues.is_empty()) {
        let issue = link.issue;
        let current = |id| input.snapshot.current_id(id);
        let subs: HashSet<_> = issue.sub_issues.iter().map(current).collect();
        let open = issue.tasks.iter().filter(|task| task.state == TaskState::Open);
        let in_boxes = open.flat_map(|task| &task.issues).map(current);
        let is_open = |id: &&IssueRef| input.issue(id).is_some_and(|own| !own.is_pull && !input.is_closed(own));
        let missing: Vec<_> = in_boxes.filter(|id| !subs.contains(id)).filter(is_open).collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<String> = missing.iter().take(5).map(|id| input.short(id)).collect();
        let count = words::count(missing.len() as u64, "issue", "issues");
        let verb = if missing.len() == 1 { "is not a sub-issue" } else { "are not sub-issues" };
        let message = format!("the task list of {} has {count} that {verb} of it", input.short(&issue.id));
        let new = BOX_NOT_SUB_ISSUE.finding(link.location(), message).issues([&issue.id]);
        found.push(new.evidence([names.join(", ")]));
    }
}

const DEPENDENCY_NOT_IN_ROADMAP: FindingRule = FindingRule {
    name: "dependency-not-in-roadmap",
    severity: Severity::Info,
    summary: "GitHub and the roadmap name different dependencies",
    explain: "GitHub says that the issue of an item is blocked by another open issue, but the roadmap does not; or the \
roadmap says so, but not the dependencies on GitHub. Either blocks the item. Record it in both places.",
    find: dependency_not_in_roadmap,
};

fn dependency_not_in_roadmap(input: &Input<'_>, found: &mut Vec<Finding>) {
    let circles = circles::issues_in_circles(input);
    for (project, item, row) in input.items().filter(|(_, _, row)| row.is_left() && input.is_current()) {
        let Some(issue) = row.issue.as_ref().and_then(|id| input.issue(id)) else { continue };
        if issue.blocked_by.is_empty() {
            continue;
        }
        let current = |id| input.snapshot.current_id(id);
        let written = input.roadmap.blockers(project, Some(item)).flat_map(|target| issues_of(target, input));
        let written: Vec<&IssueRef> = written.map(current).collect();
        let on_github: Vec<&IssueRef> = issue.blocked_by.iter().map(current).collect();
        let is_open = |id: &&IssueRef| input.issue(id).is_some_and(|other| !input.is_closed(other));
        let name = input.short(&issue.id);
        // The file cannot have a circle; `blocked-in-a-circle` reports it.
        let in_circle = |id: &&IssueRef| circles.iter().any(|of| of.contains(*id) && of.contains(&issue.id));
        let mut add = |id: &IssueRef, message: String| {
            found.push(DEPENDENCY_NOT_IN_ROADMAP.finding(at_item(project, item), message).issues([id, &issue.id]));
        };
        let unwritten = on_github.iter().copied().filter(|id| !written.contains(id));
        for id in unwritten.filter(|id| !in_circle(id)).filter(is_open) {
            add(id, format!("{name} is blocked by {} on GitHub, but not in the roadmap", input.short(id)));
        }
        let direct = item.blocked_by.iter().filter_map(Target::issue).map(current);
        for id in direct.filter(|id| !on_github.contains(id)).filter(is_open) {
            add(id, format!("{name} waits for {} in the roadmap, but not on GitHub", input.short(id)));
        }
    }
}

/// The issues behind a target of the roadmap.
fn issues_of<'a>(target: &'a Target, input: &Input<'a>) -> Vec<&'a IssueRef> {
    match target {
        Target::Issue(id) => vec![id],
        Target::Project(project) => {
            let projects = input.roadmap.projects.iter().filter(|own| own.id == *project);
            projects.flat_map(Project::linked_issues).collect()
        }
        Target::Item(project, key) => {
            let item = input.roadmap.item_of(project, key).map(|(_, item)| item);
            item.and_then(|item| item.issue.as_ref()).into_iter().collect()
        }
    }
}

const SUMMARY_DIFFERS: FindingRule = FindingRule {
    name: "summary-differs",
    severity: Severity::Info,
    summary: "GitHub's summary of sub-issues differs from the issues",
    explain: "GitHub's summary of the sub-issues of an issue counts those closed for any reason, and may be out of \
date. offramp counts the issues themselves, and the two differ here.",
    find: summary_differs,
};

fn summary_differs(input: &Input<'_>, found: &mut Vec<Finding>) {
    for link in input.links.iter().filter(|link| input.is_current() && !link.is_repeated) {
        let issue = link.issue;
        let Some(summary) = issue.sub_issue_summary.filter(|_| !issue.sub_issues.is_empty()) else { continue };
        let children: Vec<&Issue> = issue.sub_issues.iter().filter_map(|id| input.issue(id)).collect();
        let done = children.iter().filter(|child| child.is_completed()).count();
        let is_same = summary.total as usize == issue.sub_issues.len() && summary.completed as usize == done;
        if is_same || children.len() < issue.sub_issues.len() {
            continue;
        }
        let message = format!(
            "GitHub says {}/{} sub-issues of {}, the issues themselves say {done}/{}",
            summary.completed,
            summary.total,
            input.short(&issue.id),
            issue.sub_issues.len()
        );
        let not_done = children.iter().filter(|child| input.is_closed(child) && !child.is_completed()).take(5);
        let evidence = not_done.map(|child| format!("{} was closed, but not as done", input.short(&child.id)));
        found.push(SUMMARY_DIFFERS.finding(link.location(), message).issues([&issue.id]).evidence(evidence));
    }
}
