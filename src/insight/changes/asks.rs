//! Agenda: decisions to make, free work to hand out, and thanks.

use std::collections::HashSet;

use super::{Change, ChangeKind, Decision, Thanks};
use crate::domain::board::JoinContext;
use crate::domain::board::measure::Measure;
use crate::domain::{Board, Freedom, ItemKey, ItemRow, ProjectId, ProjectRow, grouped};
use crate::insight::undecided;
use crate::words;

/// Returns the decisions to make about a project: its owner, and each item that is to decide.
pub(super) fn decisions(at: &JoinContext<'_>, row: &ProjectRow) -> Vec<Decision> {
    let mut all = Vec::new();
    if row.state.is_end() {
        return all;
    }
    let decision = |item: Option<&ItemRow>, text: String| {
        let owner = item.map_or(&row.owner, |item| &item.owner);
        let item = item.map(|item| item.key.clone());
        Decision { project: row.id.clone(), item, owners: owner.names.clone(), text }
    };
    if !row.owner.is_settled() {
        let name = |name| words::owner_name(name, &at.roadmap.groups);
        let who = row.owner.names.iter().map(name).collect::<Vec<_>>().join(" or ");
        let text =
            if who.is_empty() { "who owns it? No owner is named".to_owned() } else { format!("who owns it: {who}?") };
        all.push(decision(None, text));
    }
    for item in row.items.iter().filter(|item| item.needs_decision()) {
        let text = match undecided::cause(at, item) {
            Some(cause) => format!("`{}` {cause}?", item.title),
            None if item.measure == Measure::Placeholder => UNSAID.to_owned(),
            None => format!("`{}`: {UNSAID}", item.title),
        };
        all.push(decision(Some(item), text));
    }
    all
}

/// Asks what an item is about.
const UNSAID: &str = "what is there to do? The roadmap does not say";

/// Returns the free ones of the items that fit; an issue in two projects is one piece of work.
pub(super) fn free(board: &Board, fits: impl Fn(&ItemRow) -> bool) -> Vec<(ProjectId, ItemKey)> {
    let items = board.items_once(fits).into_iter();
    let free = items.filter(|item| item.freedom == Freedom::Free);
    free.map(|item| (item.project.clone(), item.key.clone())).collect()
}

/// Returns who closed what was done, most first.
pub(super) fn thanks(list: &[Change]) -> Vec<Thanks> {
    let mut seen = HashSet::new();
    let done = list.iter().filter(|change| change.kind == ChangeKind::Done);
    let closed = done.filter_map(|change| Some((change.by.clone()?, change.issue.clone()?)));
    // An issue of several items is closed once.
    let closed = grouped(closed.filter(|one| seen.insert(one.clone())));
    let mut all: Vec<_> = closed.into_iter().map(|(who, issues)| Thanks { who, issues }).collect();
    all.sort_by_key(|thanks| std::cmp::Reverse(thanks.issues.len()));
    all
}
