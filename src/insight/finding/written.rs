//! Rules about written states that a measure contradicts.

use super::input::Input;
use super::issues::{asked, how};
use super::location::{at, at_item, at_place, at_project};
use super::{Confidence, Finding, FindingRule, Remedy, Severity};
use crate::domain::board::measure::Measure;
use crate::domain::{Item, ItemRow, Project, ProjectRow, Request, State, TaskState, paste};
use crate::words;

const CLOSED_BUT_OPEN: FindingRule = FindingRule {
    name: "closed-but-open",
    severity: Severity::Error,
    summary: "the issue is closed, but the roadmap or a counter says that work is left",
    explain: "An item or a project says `todo`, `started` or `unknown`, but its issue was closed as completed or its \
counter is full; or an item without an issue is open, but every issue of its project is closed; or the issue of an \
item is closed, but its counter is not full. offramp shows the measured state. Set the state, or reopen the issue.",
    find: closed_but_open,
};

pub(super) const RULES: &[FindingRule] = &[CLOSED_BUT_OPEN, DONE_BUT_OPEN];

fn closed_but_open(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.items() {
        let Some(written) = row.contradicted.filter(|_| row.state == State::Done).filter(|written| says_open(*written))
        else {
            continue;
        };
        let issue = row.issue.as_ref().filter(|_| row.measure == Measure::Issue);
        let message = match (issue, row.measure.counter()) {
            (Some(id), _) => format!("{} is closed", input.short(id)),
            (None, Some(id)) => format!("the counter {id} is full"),
            (None, None) => continue,
        };
        let message = format!("the roadmap says {}, but {message}", written.word());
        let evidence = issue.and_then(|id| input.issue(id)).map(|issue| how(input, issue));
        let new = CLOSED_BUT_OPEN.finding(at_item(project, item), message).issues(issue).evidence(evidence);
        found.push(new.remedy(Remedy::set(project, Some(item), "state", "done")));
    }
    found.extend(input.items().filter_map(|(project, item, row)| counter_of_a_closed_issue(input, project, item, row)));
    for (project, row) in input.projects() {
        if project.items.is_empty() {
            found.extend(project_with_closed_issues(input, project, row));
            found.extend(project_with_a_full_counter(project, row));
        } else {
            items_of_a_closed_project(input, project, &row.items, found);
        }
    }
}

/// Whether a written state says that something is left.
fn says_open(written: State) -> bool {
    matches!(written, State::Todo | State::Started | State::Unknown)
}

/// Reports an item whose issue is closed while its counter has something left.
fn counter_of_a_closed_issue(input: &Input<'_>, project: &Project, item: &Item, row: &ItemRow) -> Option<Finding> {
    let counter = row.measure.counter().filter(|_| is_open(row) && row.contradicted.is_none_or(says_open))?;
    let issue = row.issue.as_ref().and_then(|id| input.issue(id)).filter(|issue| input.is_closed(issue))?;
    let reading = row.inner.as_ref().map(words::amount)?;
    let message = format!("{} is closed, but the counter {counter} is at {reading}", input.short(&issue.id));
    let new = CLOSED_BUT_OPEN.finding(at_item(project, item), message).issues([&issue.id]);
    let remedy = Remedy::say(&issue.id, asked(input, Request::Reopen));
    Some(new.evidence([how(input, issue)]).remedy(remedy))
}

/// Reports a project without items and issues that is written as open while its counter is full.
fn project_with_a_full_counter(project: &Project, row: &ProjectRow) -> Option<Finding> {
    let written = project.written.filter(|written| says_open(*written))?;
    let counter = row.measure.as_ref().filter(|_| row.items.is_empty() && row.state == State::Done)?;
    let message = format!("the roadmap says {}, but the counter {counter} is full", written.word());
    Some(CLOSED_BUT_OPEN.finding(at_project(project), message).remedy(Remedy::set(project, None, "state", "done")))
}

/// Reports a project without items that is written as open, or whose counter is not full, while all its issues are done.
fn project_with_closed_issues(input: &Input<'_>, project: &Project, row: &ProjectRow) -> Option<Finding> {
    let rows = &row.items;
    let is_done = |row: &ItemRow| row.state == State::Done && row.measure == Measure::Issue;
    let issues: Vec<_> = rows.iter().filter_map(|row| input.issue(row.issue.as_ref()?)).collect();
    if rows.is_empty() || !rows.iter().all(is_done) {
        return None;
    }
    let names = issues.iter().map(|issue| input.short(&issue.id)).collect::<Vec<_>>().join(", ");
    let verb = if issues.len() == 1 { "is" } else { "are" };
    let counter = row.measure.as_ref().zip(input.board.measured(row)).filter(|(_, inner)| inner.progress.left() > 0);
    let (message, remedy) = match (counter, project.written.filter(|written| says_open(*written))) {
        (Some((counter, inner)), _) => {
            let reopen = Remedy::Say {
                issue: issues.first().map(|issue| issue.id.clone()),
                text: asked(input, Request::Reopen),
            };
            (format!("{names} {verb} closed, but the counter {counter} is at {}", words::amount(&inner)), reopen)
        }
        (None, Some(written)) => {
            let done = Remedy::set(project, None, "state", "done");
            (format!("the roadmap says {}, but {names} {verb} closed", written.word()), done)
        }
        (None, None) => return None,
    };
    let new = CLOSED_BUT_OPEN.finding(at_project(project), message).issues(issues.iter().map(|issue| &issue.id));
    Some(new.evidence(issues.iter().map(|issue| how(input, issue))).remedy(remedy))
}

/// Reports the items without a measure that are open while all issues of their project are closed.
fn items_of_a_closed_project(input: &Input<'_>, project: &Project, rows: &[ItemRow], found: &mut Vec<Finding>) {
    let issues: Vec<_> = project.issues.iter().filter_map(|id| input.issue(id)).collect();
    let all_closed = !issues.is_empty() && issues.len() == project.issues.len();
    if !all_closed || !issues.iter().all(|issue| input.is_closed(issue) && issue.is_completed()) {
        return;
    }
    if issues.iter().any(|issue| !input.open_namesakes(issue).is_empty()) {
        return;
    }
    for (item, row) in project.items.iter().zip(rows) {
        let by_hand = matches!(row.measure, Measure::Written | Measure::Nothing | Measure::Typed);
        if by_hand && is_open(row) {
            let names = issues.iter().map(|issue| input.short(&issue.id)).collect::<Vec<_>>().join(", ");
            let message = format!("`{}` is open here, but the project's issue {names} is closed", row.title);
            // An open box may be about this very item.
            let boxes = issues.iter().any(|issue| issue.tasks.iter().any(|task| task.state == TaskState::Open));
            let remedy = match issues.first().filter(|_| boxes) {
                Some(issue) => {
                    let text = format!("This is closed. Is {} done as well?\n", paste::code(&row.title));
                    Remedy::say(&issue.id, text)
                }
                None => Remedy::set(project, Some(item), "state", "done"),
            };
            let new = CLOSED_BUT_OPEN.finding(at_item(project, item), message);
            let new = new.issues(issues.iter().map(|issue| &issue.id)).confidence(Confidence::Likely);
            found.push(new.evidence(issues.iter().map(|issue| how(input, issue))).remedy(remedy));
        }
    }
}

const DONE_BUT_OPEN: FindingRule = FindingRule {
    name: "done-but-open",
    severity: Severity::Error,
    summary: "the roadmap says done, but the issue or an item is open",
    explain: "An item says `done` or `removed`, or is listed under `migrated`, but its issue is open or its counter is \
not full. Or a project says so, but its issue is open, its counter is not full or items are left. Close the issue, or \
remove the state from the file.",
    find: done_but_open,
};

fn done_but_open(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.rows().filter(|(.., row)| is_open(row)) {
        let Some(written) = row.contradicted.filter(|written| written.is_end()) else { continue };
        let issue = row.issue.as_ref().filter(|_| row.measure == Measure::Issue);
        let message = match (issue, row.measure.counter()) {
            (Some(id), _) => format!("{} is open", input.short(id)),
            (None, Some(id)) => format!("the counter {id} is not at 100 %"),
            (None, None) => continue,
        };
        let message = format!("the roadmap says {}, but {message}", written.word());
        let remedy = match issue {
            Some(id) => Remedy::say(id, asked(input, Request::Close)),
            None => Remedy::set(project, item, "state", row.state.word()),
        };
        found.push(DONE_BUT_OPEN.finding(at(project, item), message).issues(issue).remedy(remedy));
    }
    found.extend(input.projects().filter_map(|(project, row)| done_project_but_open(input, project, row)));
    migrated_but_open(input, found);
}

/// Reports a project that is written as done while items of it are left or its counter is not full.
fn done_project_but_open(input: &Input<'_>, project: &Project, row: &ProjectRow) -> Option<Finding> {
    let written = project.written.filter(|written| matches!(written, State::Done | State::Removed))?;
    let counter = row.measure.as_ref().zip(input.board.measured(row)).filter(|(_, inner)| inner.progress.left() > 0);
    let message = match counter {
        _ if row.left > 0 && !project.items.is_empty() => {
            let (left, verb) = (row.left, if row.left == 1 { "is" } else { "are" });
            format!("{left} of {} {verb} left", words::count(row.progress.total, "item", "items"))
        }
        Some((counter, inner)) => format!("the counter {counter} is at {}", words::amount(&inner)),
        None => return None,
    };
    let message = format!("the roadmap says {}, but {message}", written.word());
    let left = row.items.iter().filter(|item| item.is_left());
    let evidence = left.map(|item| format!("`{}` is {}", item.title, item.state.word()));
    Some(DONE_BUT_OPEN.finding(at_project(project), message).evidence(evidence))
}

fn is_open(row: &ItemRow) -> bool {
    matches!(row.state, State::Todo | State::Started)
}

/// Reports open entries of `migrated`, which are written as done. Those with a counter are left out: a part of what it counts
/// may have been migrated.
fn migrated_but_open(input: &Input<'_>, found: &mut Vec<Finding>) {
    let migrated = input.roadmap.migrated.iter().zip(&input.board.migrated);
    let is_whole = |row: &ItemRow| matches!(row.measure, Measure::Issue | Measure::Written);
    for (item, row) in migrated.filter(|(_, row)| is_open(row) && is_whole(row)) {
        let measured = row.issue.as_ref().filter(|_| row.measure == Measure::Issue);
        let message = match measured {
            Some(id) => format!("`{}` is under `migrated`, but {} is open", row.title, input.short(id)),
            None => format!("`{}` is under `migrated`, but its state is {}", row.title, row.state.word()),
        };
        let remedy = measured.map_or(Remedy::None, |id| Remedy::say(id, asked(input, Request::Close)));
        found.push(DONE_BUT_OPEN.finding(at_place(item.place), message).issues(measured).remedy(remedy));
    }
}
