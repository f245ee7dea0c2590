//! Rejects cycles of blockers.

use std::collections::{HashMap, HashSet};

use crate::domain::circles::Circles;
use crate::domain::{IssueRef, ItemKey, Project, Target, Text, item_name};
use crate::sources::diagnostic::Span;

use super::reader::RoadmapReader;

/// The maximum number of reported cycles. Each may be as long as the file.
const SHOWN: usize = 20;

/// A node of the graph of blockers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum WaitNode {
    /// A project, which ends when its items do.
    Project(usize),
    /// An item of a project.
    Item(usize, usize),
    /// The blockers of a project, which also block its items. A separate node keeps the graph as small as the file.
    LinksOf(usize),
    /// The projects and items measured by an issue.
    Issue(usize),
    /// The blockers of all items of an issue, which share them.
    LinksOfIssue(usize),
}

pub(super) fn reject_cycles(
    reader: &mut RoadmapReader<'_>,
    projects: &[Project],
    names: &HashMap<Text, usize>,
    edges: &[(WaitNode, Target, Span)],
) {
    let graph = Graph::of(projects, names, edges);
    for (span, path) in graph.cycles() {
        let mut shown: Vec<String> = path.iter().map(|node| graph.name(*node)).collect();
        shown.extend(shown.first().cloned());
        let message = match shown.as_slice() {
            [only, again] if only == again => format!("`{only}` waits for itself"),
            [first, second, .., before, last, again] if shown.len() > 12 => {
                let more = shown.len() - 5;
                format!("these block each other: {first} → {second} → … {more} more … → {before} → {last} → {again}")
            }
            _ => format!("these block each other: {}", shown.join(" → ")),
        };
        reader.fault_with(span, message, Some("remove one of the links, or none of them can begin"));
    }
}

struct Graph<'p> {
    projects: &'p [Project],
    /// The written links with their positions.
    links: Vec<(WaitNode, WaitNode, Span)>,
    circles: Circles<WaitNode>,
}

/// Positions of items, by key and by issue.
struct Positions<'p> {
    by_key: HashMap<(&'p str, &'p ItemKey), WaitNode>,
    by_issue: HashMap<&'p IssueRef, usize>,
    measured: Vec<Vec<WaitNode>>,
}

impl<'p> Positions<'p> {
    fn of(projects: &'p [Project]) -> Self {
        let mut positions = Self { by_key: HashMap::new(), by_issue: HashMap::new(), measured: Vec::new() };
        for (index, project) in projects.iter().enumerate() {
            for issue in &project.issues {
                positions.add(issue, WaitNode::Project(index));
            }
            for (position, item) in project.items.iter().enumerate() {
                let node = WaitNode::Item(index, position);
                positions.by_key.insert((project.id.as_str(), &item.key), node);
                if let Some(issue) = &item.issue {
                    positions.add(issue, node);
                }
            }
        }
        positions
    }

    fn add(&mut self, issue: &'p IssueRef, node: WaitNode) {
        let next = self.measured.len();
        let index = *self.by_issue.entry(issue).or_insert(next);
        if index == next {
            self.measured.push(Vec::new());
        }
        if let Some(nodes) = self.measured.get_mut(index) {
            nodes.push(node);
        }
    }

    /// The shared blockers of an item, if other items have the same issue.
    fn shared(&self, projects: &[Project], project: usize, item: usize) -> Option<WaitNode> {
        let issue = projects.get(project)?.items.get(item)?.issue.as_ref()?;
        let index = *self.by_issue.get(issue)?;
        let is_shared = self.measured.get(index).is_some_and(|measured| measured.len() > 1);
        is_shared.then_some(WaitNode::LinksOfIssue(index))
    }

    fn node(&self, target: &Target, names: &HashMap<Text, usize>) -> Option<WaitNode> {
        match target {
            Target::Project(id) => names.get(&id.0).map(|&index| WaitNode::Project(index)),
            Target::Item(project, key) => self.by_key.get(&(project.as_str(), key)).copied(),
            Target::Issue(issue) => self.by_issue.get(issue).map(|&index| WaitNode::Issue(index)),
        }
    }
}

impl<'p> Graph<'p> {
    fn of(projects: &'p [Project], names: &HashMap<Text, usize>, edges: &[(WaitNode, Target, Span)]) -> Self {
        let positions = Positions::of(projects);
        let link = |(from, target, span): &(WaitNode, Target, Span)| {
            let from = match from {
                WaitNode::Project(project) => WaitNode::LinksOf(*project),
                WaitNode::Item(project, item) => positions.shared(projects, *project, *item).unwrap_or(*from),
                WaitNode::LinksOf(_) | WaitNode::Issue(_) | WaitNode::LinksOfIssue(_) => *from,
            };
            Some((from, positions.node(target, names)?, *span))
        };
        let links: Vec<_> = edges.iter().filter_map(link).collect();
        let mut waits: Vec<_> = links.iter().map(|(from, to, _)| (*from, *to)).collect();
        // A project waits for its items, and its items wait for its blockers.
        for (at, project) in projects.iter().enumerate() {
            let items = (0..project.items.len()).map(|item| WaitNode::Item(at, item));
            waits.push((WaitNode::Project(at), WaitNode::LinksOf(at)));
            waits.extend(items.flat_map(|item| [(WaitNode::Project(at), item), (item, WaitNode::LinksOf(at))]));
        }
        for (issue, measured) in positions.measured.iter().enumerate() {
            waits.extend(measured.iter().map(|node| (WaitNode::Issue(issue), *node)));
            let items = measured.iter().filter(|node| matches!(node, WaitNode::Item(..)));
            waits.extend(items.map(|item| (*item, WaitNode::LinksOfIssue(issue))));
        }
        Self { projects, links, circles: Circles::of(&waits) }
    }

    /// Returns cycles that cover every link on a cycle, each with its first link that is not in an earlier one.
    fn cycles(&self) -> Vec<(Span, Vec<WaitNode>)> {
        let mut seen: HashSet<(WaitNode, WaitNode)> = HashSet::new();
        let mut found = Vec::new();
        for (from, to, span) in &self.links {
            if found.len() == SHOWN || seen.contains(&(*from, *to)) {
                continue;
            }
            let Some(mut circle) = self.circles.through(*from, *to) else { continue };
            seen.extend(circle.iter().copied().zip(circle.iter().copied().cycle().skip(1)));
            if matches!(from, WaitNode::LinksOf(_) | WaitNode::LinksOfIssue(_)) {
                // The owner of the blockers comes first.
                circle.rotate_right(1);
            }
            found.push((*span, shown(&circle)));
        }
        found
    }

    fn name(&self, node: WaitNode) -> String {
        let project = |index: usize| self.projects.get(index);
        match node {
            WaitNode::Project(index) | WaitNode::LinksOf(index) => project(index).map(|project| project.id.to_string()),
            WaitNode::Item(index, position) => project(index)
                .and_then(|project| project.items.get(position).map(|item| item_name(&project.id, &item.key))),
            WaitNode::Issue(_) | WaitNode::LinksOfIssue(_) => None,
        }
        .unwrap_or_default()
    }
}

/// Omits nodes that are not in the file, and the obvious step from a project to its own items.
fn shown(circle: &[WaitNode]) -> Vec<WaitNode> {
    let is_named = |node: &&WaitNode| matches!(node, WaitNode::Project(_) | WaitNode::Item(..));
    let nodes: Vec<WaitNode> = circle.iter().filter(is_named).copied().collect();
    let is_shown = |(node, next): &(&WaitNode, &WaitNode)| {
        let (WaitNode::Project(project), WaitNode::Item(of, _)) = (node, next) else { return true };
        project != of || nodes.len() == 1
    };
    let steps = nodes.iter().zip(nodes.iter().cycle().skip(1));
    let shown: Vec<WaitNode> = steps.filter(is_shown).map(|(node, _)| *node).collect();
    if shown.len() > 1 { shown } else { nodes }
}
