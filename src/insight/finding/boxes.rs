//! Rules that compare the task list of a project's issue with the items of the roadmap.

use std::collections::{HashMap, HashSet};

use super::input::{Input, names_of};
use super::issues::first_open;
use super::location::{at_file, at_item, at_project};
use super::{Confidence, Finding, FindingRule, Remedy, Severity};
use crate::domain::board::item_boxes::ItemBoxes;
use crate::domain::boxes::{self, BoxKind, is_leaf};

use crate::domain::{Issue, IssueRef, Item, Project, State, Task, TaskState};
use crate::insight::umbrella::{distinctive_words, is_written as is_written_in};
use crate::words;

const BOX_NOT_IN_ROADMAP: FindingRule = FindingRule {
    name: "box-not-in-roadmap",
    severity: Severity::Info,
    summary: "a task of a project's issue or of an umbrella is not in the roadmap",
    explain: "One of three: a task links to an open issue that is no item of the roadmap; an open task shares no \
distinctive word with an item of the project; or an item by hand has the text of a task, but not its link. Open tasks \
of an umbrella without a link are reported together. Add them as items, or silence the finding if they are part of \
one.",
    find: box_not_in_roadmap,
};

pub(super) const RULES: &[FindingRule] = &[BOX_NOT_IN_ROADMAP, ITEM_NOT_IN_BOXES, BOX_TICKED];

pub(super) fn box_not_in_roadmap(input: &Input<'_>, found: &mut Vec<Finding>) {
    if !input.is_current() {
        return;
    }
    let linked = input.at.linked_issues();
    let items = ItemBoxes::of(&input.at);
    let has_item = |issue: &Issue, task: &Task| items.as_ref().is_some_and(|own| own.has_item_for(issue, task));
    let items_by_hand = input.items().filter_map(|(project, item, row)| Some((row.own_box.as_ref()?, (project, item))));
    let own_boxes: HashMap<_, _> = items_by_hand.map(|(own, item)| ((&own.issue, own.place), item)).collect();
    for project in input.in_scope().filter(|project| !project.items.is_empty()) {
        for issue in project.issues.iter().filter_map(|id| input.issue(id)) {
            let states = input.at.boxes_of(issue);
            for ((place, task), state) in issue.tasks.iter().enumerate().zip(&*states) {
                // `done-not-ticked` reports a box whose work is done.
                if state.as_ref().is_some_and(|state| state.kind == BoxKind::Merged) || has_item(issue, task) {
                    continue;
                }
                found.extend(match own_boxes.get(&(&issue.id, place)) {
                    Some(&(project, item)) => lacking_link(input, project, item, (issue, task)),
                    None => lacking(input, project, (issue, task), &linked),
                });
            }
        }
    }
    let projects = || input.roadmap.projects.iter();
    let is_tracked = |umbrella: &Issue| {
        projects().any(|own| own.issues.iter().any(|id| input.snapshot.current_id(id) == &umbrella.id))
    };
    let umbrellas = input.roadmap.umbrellas.iter().filter_map(|id| input.issue(id)).filter(|own| !is_tracked(own));
    found.extend(umbrellas.filter_map(|umbrella| lacking_of_umbrella(input, umbrella)));
}

/// The open boxes of an umbrella without a link, in one finding: such a list can be long.
fn lacking_of_umbrella(input: &Input<'_>, umbrella: &Issue) -> Option<Finding> {
    if input.is_closed(umbrella) {
        return None;
    }
    let written: Vec<HashSet<String>> = input.roadmap.projects.iter().flat_map(written_words).collect();
    let is_open_text = |at: usize, task: &Task| {
        task.state == TaskState::Open && task.issues.is_empty() && is_leaf(&umbrella.tasks, at)
    };
    let tasks = umbrella.tasks.iter().enumerate().filter(|(at, task)| is_open_text(*at, task));
    let texts: Vec<&str> =
        tasks.map(|(_, task)| task.text.as_str()).filter(|text| !is_written(&written, text)).collect();
    let (first, name) = (texts.first()?, input.short(&umbrella.id));
    let message = match texts.len() {
        1 => format!("`{first}` of the umbrella {name} is not in the roadmap"),
        count => format!("{count} open boxes of the umbrella {name} are not in the roadmap"),
    };
    let new = BOX_NOT_IN_ROADMAP.finding(at_file(), message).issues([&umbrella.id]).evidence(first_open(&texts));
    Some(new.confidence(Confidence::Possible))
}

/// The distinctive words of a project, and of each of its items.
fn written_words(project: &Project) -> Vec<HashSet<String>> {
    let own = names_of(project).chain(project.title.as_deref()).flat_map(distinctive_words).collect();
    let items = project.items.iter().map(|item| item.title.iter().flat_map(|title| distinctive_words(title)).collect());
    std::iter::once(own).chain(items).collect()
}

/// Whether a project or an item has most of the words of a text.
fn is_written(written: &[HashSet<String>], text: &str) -> bool {
    let words = distinctive_words(&boxes::name(text));
    let has_most = |own: &HashSet<String>| 2 * words.iter().filter(|word| own.contains(*word)).count() > words.len();
    words.is_empty() || written.iter().any(has_most)
}

fn lacking(
    input: &Input<'_>,
    project: &Project,
    (parent, task): (&Issue, &Task),
    linked: &HashSet<&IssueRef>,
) -> Option<Finding> {
    let is_linked = |id| linked.contains(input.snapshot.current_id(id));
    if task.state == TaskState::Dropped || task.issues.iter().any(is_linked) {
        return None;
    }
    let own = || boxes::own_issues(task);
    let open = own().filter_map(|id| input.issue(id)).find(|issue| !issue.is_pull && !input.is_closed(issue));
    // `open-boxes` reports the open boxes of a closed issue.
    let is_open_text =
        || task.state == TaskState::Open && !input.is_closed(parent) && !is_written_in(project, &task.text);
    // A box with a link stands for that issue, even if it is closed or was not fetched: by its text it would stay open for ever.
    let is_open_link = task.state == TaskState::Open && own().next().is_some() && !input.is_closed(parent);
    if open.is_none() && !is_open_link && !is_open_text() {
        return None;
    }
    let linked_to = open.map(|child| &child.id).or(own().next());
    let ticked = task.state == TaskState::Done;
    let name = input.short(&parent.id);
    let message = match open {
        Some(child) if ticked => {
            let child = input.short(&child.id);
            format!("`{}` is ticked in {name}, but {child} is open and not in the roadmap", task.text)
        }
        Some(_) | None => {
            let link = linked_to.map(|id| input.short(id)).filter(|link| *link != task.text);
            let link = link.map(|link| format!(" ({link})")).unwrap_or_default();
            format!("`{}` of {name}{link} is not in the roadmap", task.text)
        }
    };
    let new = BOX_NOT_IN_ROADMAP.finding(at_project(project), message);
    let new = new.issues(linked_to.into_iter().chain([&parent.id]));
    let new = new.evidence(open.map(|child| format!("{}: {}", input.short(&child.id), child.title)));
    let value = linked_to.map_or_else(|| quoted(&task.text), |id| input.yaml(id));
    let confidence = if linked_to.is_some() { Confidence::Certain } else { Confidence::Possible };
    Some(new.remedy(Remedy::append(project, "items", value)).confidence(confidence))
}

/// The box of an item by hand, if it links to an issue that measures no item.
fn lacking_link(input: &Input<'_>, project: &Project, item: &Item, (parent, task): (&Issue, &Task)) -> Option<Finding> {
    let id = boxes::own_issue(task).filter(|id| !input.linked.contains(input.snapshot.current_id(id)))?;
    let (name, link) = (input.short(&parent.id), input.short(id));
    let message = format!("`{}` of {name} links to {link}, but its item in the roadmap does not", task.text);
    let new = BOX_NOT_IN_ROADMAP.finding(at_item(project, item), message).issues([id, &parent.id]);
    let remedy = Remedy::set(project, Some(item), "issue", &input.yaml(id));
    (task.state == TaskState::Open).then(|| new.confidence(Confidence::Likely).remedy(remedy))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

const ITEM_NOT_IN_BOXES: FindingRule = FindingRule {
    name: "item-not-in-boxes",
    severity: Severity::Info,
    summary: "the roadmap has an item that the project's issue does not list",
    explain: "The issue of the project has a task list with links, it is open, and it neither lists nor mentions the \
issue of this item. Anyone working from the issue will miss it. Add a box there.",
    find: item_not_in_boxes,
};

fn item_not_in_boxes(input: &Input<'_>, found: &mut Vec<Finding>) {
    if !input.is_current() {
        return;
    }
    for project in input.in_scope() {
        let parents: Vec<_> = project.issues.iter().filter_map(|id| input.issue(id)).collect();
        let listed: HashSet<_> =
            parents.iter().flat_map(|issue| issue.tasks.iter().flat_map(|task| &task.issues)).collect();
        let Some(parent) = parents.iter().find(|issue| !input.is_closed(issue)).filter(|_| !listed.is_empty()) else {
            continue;
        };
        for item in &project.items {
            let Some(written) = &item.issue else { continue };
            let Some(issue) = input.issue(written) else { continue };
            let is_named = [written, &issue.id].into_iter().any(|id| {
                let mentions = |parent: &&Issue| {
                    &parent.id == id
                        || parent.references.contains(id)
                        || parent.sub_issues.contains(id)
                        || parent.steps.contains(id)
                };
                listed.contains(id) || parents.iter().any(mentions)
            });
            if is_named || input.is_closed(issue) {
                continue;
            }
            let (child, name) = (input.short(&issue.id), input.short(&parent.id));
            let message = format!("{child} is an item here, but not in the task list of {name}");
            let text = format!("This list is missing one entry:\n\n- [ ] {child}\n");
            let new = ITEM_NOT_IN_BOXES.finding(at_item(project, item), message);
            found.push(new.issues([&issue.id, &parent.id]).remedy(Remedy::say(&parent.id, text)));
        }
    }
}

const BOX_TICKED: FindingRule = FindingRule {
    name: "box-ticked",
    severity: Severity::Warning,
    summary: "an item is open here, but its box in the issue is ticked or struck",
    explain: "An item by hand has the text of a box in the project's issue or an umbrella, and that box is ticked or \
struck. A state by hand counts until it is changed, so the item is still left. Write `state: done`, or `dropped` for a \
struck box. If the box links to the issue of the item, that issue is still open: close it, or clear the box.",
    find: box_ticked,
};

fn box_ticked(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.items() {
        // `closed-but-open` covers a closed issue.
        let is_open = |id| input.issue(id).is_some_and(|issue| !input.is_closed(issue));
        let Some(own) = row.own_box.as_ref().filter(|own| is_open(&own.issue)) else { continue };
        let state = match own.tick {
            TaskState::Done => State::Done,
            TaskState::Dropped => State::Dropped,
            TaskState::Open => continue,
        };
        let (tick, issue) = (words::box_tick(own.tick), input.short(&own.issue));
        if let Some(id) = &row.issue {
            let message = format!("`{}` is {tick} in {issue}, but {} is open", row.title, input.short(id));
            let remedy = Remedy::say(id, format!("This is {tick} in {issue}. Is it done? Then please close it."));
            let new = BOX_TICKED.finding(at_item(project, item), message).issues([id, &own.issue]);
            found.push(new.confidence(Confidence::Likely).remedy(remedy));
            continue;
        }
        let message = format!("`{}` is {tick} in {issue}, but open here", row.title);
        let new = BOX_TICKED.finding(at_item(project, item), message).issues([&own.issue]);
        let remedy = Remedy::set(project, Some(item), "state", state.word());
        found.push(new.confidence(Confidence::Likely).remedy(remedy));
    }
}
