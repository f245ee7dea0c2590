//! Dependencies of an item: the cell of the CHAIN column, and facts for the preview.

use super::super::theme::DOT;
use super::Scene;
use super::text::PageText;
use crate::domain::{ItemRow, Target};
use crate::insight::chain::ChainNode;
use crate::words;

/// `unblocks 3 · waits for #787`, marked if the item is on the longest chain.
pub(super) fn cell(scene: &Scene<'_>, item: &ItemRow, is_wide: bool) -> String {
    let chains = &scene.model.chains;
    let after = if is_wide { "waits for " } else { "after " };
    let mut parts = Vec::new();
    let opens = chains.unblocks(item).len();
    if opens > 0 {
        parts.push(format!("unblocks {opens}"));
    }
    if let Some(first) = chains.waits_for(item).first() {
        let more = chains.waits_for(item).len() - 1;
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        parts.push(format!("{after}{}{more}", name(scene, first)));
    }
    let mark = if chains.is_critical(item) { MARK } else { " " };
    format!("{mark} {}", parts.join(if is_wide { DOT } else { ", " }))
}

/// Whether anything waits: otherwise the list needs no column for it.
pub(super) fn any(scene: &Scene<'_>) -> bool {
    !scene.model.chains.longest().is_empty()
}

/// Marks items on the longest chain.
const MARK: &str = "◆";

/// Adds the blockers with their states, the items it unblocks, and its place on the longest chain.
pub(super) fn facts<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    let chains = &scene.model.chains;
    text.facts(scene, words::label::BLOCKED_BY, item.blocked_by.iter().map(|target| blocker(scene, target)));
    let opens = chains.unblocks(item);
    if !opens.is_empty() {
        let names: Vec<_> = opens.iter().map(|node| title(scene, node)).collect();
        text.fact(scene, "Unblocks", &format!("{}: {}", opens.len(), names.join(", ")));
    }
    let longest = chains.longest();
    if let Some(at) = chains.place_in_longest(item) {
        let names: Vec<_> = longest.iter().map(|node| name(scene, node)).collect();
        let place = format!("{} {} of {}: {}", MARK, at + 1, longest.len(), names.join(" › "));
        text.fact(scene, "Longest chain", &place);
    }
}

/// `#787 Migrate kettle (started)`
fn blocker(scene: &Scene<'_>, target: &Target) -> String {
    let world = &scene.model.world;
    let name = words::target(target, &world.roadmap.repo);
    match target {
        Target::Project(project) => match scene.model.board.project(project) {
            Some(row) => {
                format!("{name} ({}, {} left)", words::state(row.state), words::count(row.left, "item", "items"))
            }
            None => name,
        },
        Target::Item(project, key) => match scene.model.board.item(project, key) {
            Some(item) => format!("{name}: {} ({})", item.title, words::state(item.state)),
            None => name,
        },
        Target::Issue(id) => match world.snapshot.issue(id) {
            Some(issue) => format!("{name}: {} ({})", issue.title, words::reason(&issue.state)),
            None => format!("{name}, not fetched yet"),
        },
    }
}

fn name(scene: &Scene<'_>, node: &ChainNode) -> String {
    node.name(&scene.model.board, &scene.model.world.roadmap.repo)
}

fn title(scene: &Scene<'_>, node: &ChainNode) -> String {
    let item = match node {
        ChainNode::Item(project, key) => scene.model.board.item(project, key),
        ChainNode::Issue(_) => None,
    };
    item.map_or_else(|| name(scene, node), |item| item.title.clone())
}
