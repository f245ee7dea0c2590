//! Circles of blockers: what waits, over however many steps, for itself.

use std::collections::HashMap;

use crate::domain::{IssueRef, ItemKey, Project, Target, Text, item_name};
use crate::sources::diagnostic::Span;

use super::reader::RoadmapReader;

/// How many circles are shown. Each is a path as long as the file.
const SHOWN: usize = 20;

/// What can wait for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum WaitNode {
    /// A project, which ends when its items end.
    Project(usize),
    /// An item of a project.
    Item(usize, usize),
    /// All links of a project, which its items have, too: a node of their own keeps the graph as small as the file.
    LinksOf(usize),
    /// What is measured by an issue.
    Issue(usize),
}

/// Refuses circles.
pub(super) fn refuse_cycles(
    reader: &mut RoadmapReader<'_>,
    projects: &[Project],
    names: &HashMap<Text, usize>,
    edges: &[(WaitNode, Target, Span)],
) {
    let graph = Graph::of(projects, names, edges);
    for (span, path) in graph.cycles(edges.iter().map(|(from, _, _)| *from)) {
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
        reader.fault_with(span, message, Some("remove one of the links, or nothing of it can begin"));
    }
}

struct Graph<'p> {
    projects: &'p [Project],
    /// What a node waits for, and where that is written.
    waits: HashMap<WaitNode, Vec<(WaitNode, Span)>>,
    /// What each issue measures.
    measured: Vec<Vec<WaitNode>>,
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

    fn node(&self, target: &Target, names: &HashMap<Text, usize>) -> Option<WaitNode> {
        match target {
            Target::Project(id) => names.get(&id.0).map(|&index| WaitNode::Project(index)),
            Target::Item(project, key) => self.by_key.get(&(project.as_str(), key)).copied(),
            Target::Issue(issue) => self.by_issue.get(issue).map(|&index| WaitNode::Issue(index)),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    OnThePath,
    Done,
}

impl<'p> Graph<'p> {
    fn of(projects: &'p [Project], names: &HashMap<Text, usize>, edges: &[(WaitNode, Target, Span)]) -> Self {
        let positions = Positions::of(projects);
        let mut waits: HashMap<WaitNode, Vec<(WaitNode, Span)>> = HashMap::new();
        for (from, target, span) in edges {
            let from = match from {
                WaitNode::Project(project) => WaitNode::LinksOf(*project),
                WaitNode::Item(..) | WaitNode::LinksOf(_) | WaitNode::Issue(_) => *from,
            };
            if let Some(node) = positions.node(target, names) {
                waits.entry(from).or_default().push((node, *span));
            }
        }
        Self { projects, waits, measured: positions.measured }
    }

    /// A project ends when its items end, and its items wait for what it waits for.
    fn next(&self, node: WaitNode) -> Vec<(WaitNode, Option<Span>)> {
        let written = |node: WaitNode| self.waits.get(&node).into_iter().flatten().map(|(to, span)| (*to, Some(*span)));
        match node {
            WaitNode::Item(project, _) => written(node).chain([(WaitNode::LinksOf(project), None)]).collect(),
            WaitNode::Project(project) => {
                let count = self.projects.get(project).map_or(0, |project| project.items.len());
                let items = (0..count).map(|item| (WaitNode::Item(project, item), None));
                [(WaitNode::LinksOf(project), None)].into_iter().chain(items).collect()
            }
            WaitNode::LinksOf(_) => written(node).collect(),
            WaitNode::Issue(issue) => {
                self.measured.get(issue).into_iter().flatten().map(|node| (*node, None)).collect()
            }
        }
    }

    /// Walks without recursion: a chain may be as long as the file.
    fn cycles(&self, starts: impl Iterator<Item = WaitNode>) -> Vec<(Span, Vec<WaitNode>)> {
        let mut visits: HashMap<WaitNode, Visit> = HashMap::new();
        let mut found: Vec<(Span, Vec<WaitNode>)> = Vec::new();
        for start in starts {
            if visits.contains_key(&start) {
                continue;
            }
            let mut path: Vec<WalkStep> = Vec::new();
            visits.insert(start, Visit::OnThePath);
            path.push((start, None, self.next(start).into_iter()));
            while let Some((node, _, rest)) = path.last_mut() {
                let Some((to, span)) = rest.next() else {
                    visits.insert(*node, Visit::Done);
                    path.pop();
                    continue;
                };
                match visits.get(&to) {
                    Some(Visit::OnThePath) if found.len() < SHOWN => found.extend(cycle(&path, to, span)),
                    Some(Visit::OnThePath | Visit::Done) => {}
                    None => {
                        visits.insert(to, Visit::OnThePath);
                        path.push((to, span, self.next(to).into_iter()));
                    }
                }
            }
        }
        found.sort_by_key(|(span, _)| *span);
        found.dedup_by_key(|(span, _)| *span);
        found
    }

    fn name(&self, node: WaitNode) -> String {
        let project = |index: usize| self.projects.get(index);
        match node {
            WaitNode::Project(index) | WaitNode::LinksOf(index) => project(index).map(|project| project.id.to_string()),
            WaitNode::Item(index, position) => project(index)
                .and_then(|project| project.items.get(position).map(|item| item_name(&project.id, &item.key))),
            WaitNode::Issue(_) => None,
        }
        .unwrap_or_default()
    }
}

type WalkStep = (WaitNode, Option<Span>, std::vec::IntoIter<(WaitNode, Option<Span>)>);

/// Cuts the circle out of the path; it is reported at the first link of it that is written.
fn cycle(path: &[WalkStep], to: WaitNode, closing: Option<Span>) -> Option<(Span, Vec<WaitNode>)> {
    let begin = path.iter().position(|(node, _, _)| *node == to)?;
    let steps = path.get(begin..)?;
    let spans = steps.iter().skip(1).filter_map(|(_, span, _)| *span).chain(closing);
    let named = |node: &WaitNode| matches!(node, WaitNode::Project(_) | WaitNode::Item(..));
    let nodes: Vec<WaitNode> = steps.iter().map(|(node, _, _)| *node).filter(named).collect();
    // The step from a project to its own items goes without saying.
    let is_shown = |at: usize| {
        let (node, next) = (nodes.get(at), nodes.get(at + 1).or(nodes.first()));
        let (Some(WaitNode::Project(project)), Some(WaitNode::Item(of, _))) = (node, next) else { return true };
        project != of || nodes.len() == 1
    };
    let shown: Vec<WaitNode> =
        nodes.iter().enumerate().filter(|(at, _)| is_shown(*at)).map(|(_, node)| *node).collect();
    Some((spans.min()?, if shown.len() > 1 { shown } else { nodes }))
}
