//! Work that no item of the roadmap lists: the boxes of a project's issue that no item covers, and the counter that
//! measures a project without items.

use std::collections::{HashMap, HashSet};

use crate::domain::board::JoinContext;
use crate::domain::board::blocking::EndedWork;
use crate::domain::board::item_boxes::ItemBoxes;
use crate::domain::boxes;
use crate::domain::wording::PhraseList;
use crate::domain::{Board, Freedom, Issue, IssueRef, ItemRow, Project, Roadmap, Snapshot, Task, TaskState};

/// Work that is no row of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct UnlistedWork {
    /// As an item of its project: the issue that tracks it as a whole, or its measure.
    pub row: ItemRow,
    /// The indices of the boxes in the task list of the issue that no item covers.
    pub tasks: Vec<usize>,
}

/// Returns the measures of projects without items and issues, in roadmap order.
pub fn measured(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board) -> Vec<UnlistedWork> {
    let projects = board.projects.iter().filter(|row| row.measure.is_some() && row.items.is_empty());
    let mut projects = projects.filter_map(|row| roadmap.project(row.id.as_str())).peekable();
    if projects.peek().is_none() {
        return Vec::new();
    }
    let at = board.context(roadmap, snapshot);
    let ended = EndedWork::of(&board.projects, &at);
    let mut rows: Vec<_> = projects.map(|project| row(at, &ended, project, None)).collect();
    for row in rows.iter_mut().filter(|row| !row.blocked_by.is_empty() && row.freedom.may_be_free()) {
        row.freedom = Freedom::Blocked;
    }
    rows.into_iter().map(|row| UnlistedWork { row, tasks: Vec::new() }).collect()
}

/// Returns the open boxes of projects' own issues that no item covers, in roadmap order.
pub fn uncovered(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board) -> Vec<UnlistedWork> {
    let at = board.context(roadmap, snapshot);
    let tracks = |project: &&Project| !project.items.is_empty() && !project.issues.is_empty();
    if !at.is_current() || !roadmap.projects.iter().any(|project| tracks(&project)) {
        return Vec::new();
    }
    let linked = at.linked_issues();
    let of_items: HashSet<&IssueRef> = board.items().filter_map(|item| item.issue.as_ref()).collect();
    let items = ItemBoxes::of(&at);
    let has_item = |issue: &Issue, task: &Task| items.as_ref().is_some_and(|own| own.has_item_for(issue, task));
    let own_boxes: HashSet<_> =
        board.items().filter_map(|item| item.own_box.as_deref()).map(|own| (&own.issue, own.place)).collect();
    let ended = EndedWork::of(&board.projects, &at);
    let mut tracking = HashMap::<&IssueRef, Vec<&Project>>::new();
    for (project, id) in roadmap.projects.iter().flat_map(|project| project.issues.iter().map(move |id| (project, id)))
    {
        tracking.entry(snapshot.current_id(id)).or_default().push(project);
    }
    let mut found = Vec::new();
    for project in roadmap.projects.iter().filter(tracks) {
        for id in project.issues.iter().filter(|id| !of_items.contains(snapshot.current_id(id))) {
            let Some(issue) = at.issue(id).filter(|issue| !at.is_closed(issue)) else { continue };
            let sharing = tracking.get(&issue.id).map_or(&[][..], Vec::as_slice);
            let is_left = |(place, task): &(usize, &Task)| {
                let is_covered = sharing.iter().any(|project| is_covered(&at, project, task, &linked));
                let has_item = || own_boxes.contains(&(&issue.id, *place)) || has_item(issue, task);
                task.state == TaskState::Open && !is_covered && !has_item()
            };
            let tasks: Vec<usize> = issue.tasks.iter().enumerate().filter(is_left).map(|(at, _)| at).collect();
            if !tasks.is_empty() {
                found.push(UnlistedWork { row: row(at, &ended, project, Some(id)), tasks });
            }
        }
    }
    found
}

/// The issue or the measure as an item, with the unfinished blockers of its project.
fn row(at: JoinContext<'_>, ended: &EndedWork, project: &Project, issue: Option<&IssueRef>) -> ItemRow {
    let owner = std::sync::Arc::new(project.owner.clone());
    let mut row = at.whole_row(project, &owner, issue);
    row.blocked_by.retain(|target| !ended.has(target, &at));
    row
}

/// Whether the roadmap covers a box: by one of its links or, if it has no issue of its own, by a distinctive word of an item.
fn is_covered(at: &JoinContext<'_>, project: &Project, task: &Task, linked: &HashSet<&IssueRef>) -> bool {
    let is_linked = task.issues.iter().any(|id| linked.contains(at.snapshot.current_id(id)));
    is_linked || boxes::own_issue(task).is_none() && is_written(project, &task.text)
}

/// Whether an item, a note or a reference of the project shares a distinctive word with a task, or an item has its name.
pub(super) fn is_written(project: &Project, text: &str) -> bool {
    let written: HashSet<String> = project
        .items
        .iter()
        .flat_map(|item| item.title.iter().chain(&item.note))
        .chain(project.note.iter())
        .chain(&project.references)
        .flat_map(|text| distinctive_words(text))
        .collect();
    let is_named = |title: &str| title == text || boxes::is_same_name(title, text);
    distinctive_words(&boxes::name(text)).iter().any(|word| written.contains(word))
        || project.items.iter().filter_map(|item| item.title.as_deref()).any(is_named)
}

/// The words of a text that identify a thing: at least five bytes long, and not among the common ones.
pub(super) fn distinctive_words(text: &str) -> Vec<String> {
    static COMMON: PhraseList = PhraseList::new(
        "migrate; kubernetes; community; project; google; cluster; remaining; service; account; images; bucket; replace",
    );
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_')));
    let plain = words.map(|word| word.trim_matches(['.', '-', '_']).to_ascii_lowercase());
    plain.filter(|word| word.len() >= 5 && !COMMON.has(word)).collect()
}
