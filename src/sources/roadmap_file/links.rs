//! Links inside the file: names that must be unique, counters and blockers that must exist, cycles.

use std::collections::HashMap;

use crate::domain::{Counter, CounterId, IssueRef, ItemKey, Project, Target, Text};
use crate::sources::diagnostic::{Span, nearest};

use super::reader::Reader;

/// A name in `blocked_by` and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub(super) text: String,
    pub(super) span: Span,
}

/// What of a project is checked once all projects are known.
pub(super) struct ProjectLinks {
    /// Its id and aliases.
    pub(super) names: Vec<(Text, Span)>,
    pub(super) measure: Option<Span>,
    pub(super) links: Vec<Link>,
    /// One entry for each item.
    pub(super) items: Vec<ItemLinks>,
}

/// What of an item is checked once all projects are known.
pub(super) struct ItemLinks {
    pub(super) links: Vec<Link>,
    pub(super) counter: Option<Span>,
}

/// Checks every link and fills in what the projects are blocked by.
pub(super) fn connect(reader: &mut Reader<'_>, projects: &mut [Project], links: &[ProjectLinks], counters: &[Counter]) {
    let names = names(reader, links);
    check_counters(reader, projects, links, counters);
    let mut edges = Vec::new();
    for (index, project) in links.iter().enumerate() {
        let targets = resolve_all(reader, projects, &names, index, &project.links);
        edges.extend(targets.iter().map(|(target, span)| (Node::Project(index), target.clone(), *span)));
        if let Some(project) = projects.get_mut(index) {
            project.blocked_by = targets.into_iter().map(|(target, _)| target).collect();
        }
        for (position, item) in project.items.iter().enumerate() {
            let targets = resolve_all(reader, projects, &names, index, &item.links);
            edges.extend(targets.iter().map(|(target, span)| (Node::Item(index, position), target.clone(), *span)));
            if let Some(item) = projects.get_mut(index).and_then(|project| project.items.get_mut(position)) {
                item.blocked_by = targets.into_iter().map(|(target, _)| target).collect();
            }
        }
    }
    if !edges.is_empty() {
        refuse_cycles(reader, projects, &names, &edges);
    }
}

/// Maps every id and alias to its project, refusing those that stand twice.
fn names(reader: &mut Reader<'_>, links: &[ProjectLinks]) -> HashMap<Text, usize> {
    let mut names: HashMap<Text, (usize, u32)> = HashMap::new();
    for (index, project) in links.iter().enumerate() {
        for (name, span) in &project.names {
            if let Some((_, line)) = names.get(name) {
                let hint = Some(format!("it stands in line {line} already; ids and aliases are unique in a file"));
                reader.fault_with(*span, format!("there are two projects `{name}`"), hint);
            } else {
                names.insert(name.clone(), (index, span.line));
            }
        }
    }
    names.into_iter().map(|(name, (index, _))| (name, index)).collect()
}

fn check_counters(reader: &mut Reader<'_>, projects: &[Project], links: &[ProjectLinks], counters: &[Counter]) {
    for (project, links) in projects.iter().zip(links) {
        let of_items = project.items.iter().zip(&links.items).map(|(item, links)| (&item.counter, links.counter));
        for (counter, span) in of_items.chain([(&project.measure, links.measure)]) {
            let (Some(id), Some(span)) = (counter, span) else { continue };
            check_counter(reader, id, span, counters);
        }
    }
}

/// Refuses a counter that the file does not have.
pub(super) fn check_counter(reader: &mut Reader<'_>, id: &CounterId, span: Span, counters: &[Counter]) {
    if counters.iter().any(|counter| &counter.id == id) {
        return;
    }
    let hint = match nearest(id.as_str(), counters.iter().map(|counter| counter.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None if counters.is_empty() => "this file has no `counters`".to_owned(),
        None => format!("the counters are: {}", joined(counters)),
    };
    reader.fault_with(span, format!("there is no counter `{id}`"), Some(hint));
}

fn joined(counters: &[Counter]) -> String {
    counters.iter().map(|counter| counter.id.as_str()).collect::<Vec<_>>().join(", ")
}

fn resolve_all(
    reader: &mut Reader<'_>,
    projects: &[Project],
    names: &HashMap<Text, usize>,
    at: usize,
    links: &[Link],
) -> Vec<(Target, Span)> {
    let mut targets = Vec::new();
    for link in links {
        if let Some(target) = resolve(reader, projects, names, link) {
            targets.push((target, link.span));
            continue;
        }
        let hint = suggest(projects, names, at, &link.text);
        reader.fault_with(link.span, format!("`{}` leads to nothing", link.text), Some(hint));
    }
    targets
}

fn resolve(reader: &Reader<'_>, projects: &[Project], names: &HashMap<Text, usize>, link: &Link) -> Option<Target> {
    if let Some(issue) = IssueRef::parse(&link.text, &reader.home) {
        return Some(Target::Issue(issue));
    }
    let project = |name: &str| names.get(name).and_then(|&index| projects.get(index));
    match link.text.split_once('/') {
        None => project(&link.text).map(|project| Target::Project(project.id.clone())),
        Some((name, key)) => {
            let project = project(name)?;
            let item = project.items.iter().find(|item| item.key.as_str() == key)?;
            Some(Target::Item(project.id.clone(), item.key.clone()))
        }
    }
}

fn suggest(projects: &[Project], names: &HashMap<Text, usize>, at: usize, text: &str) -> String {
    let here = projects.get(at).filter(|project| project.items.iter().any(|item| item.key.as_str() == text));
    if let Some(here) = here {
        return format!("did you mean `{}/{text}`?", here.id);
    }
    let near = if let Some((name, key)) = text.split_once('/') {
        let project = names.get(name).and_then(|&index| projects.get(index));
        let keys = project.into_iter().flat_map(|project| &project.items).map(|item| item.key.as_str());
        nearest(key, keys).map(|near| format!("{name}/{near}"))
    } else {
        let mut all: Vec<&str> = names.keys().map(Text::as_str).collect();
        all.sort_unstable();
        nearest(text, all).map(str::to_owned)
    };
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write an issue, a project's id, or project/item".to_owned(),
    }
}

/// What can wait for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Project(usize),
    Item(usize, usize),
}

struct Graph<'p> {
    projects: &'p [Project],
    /// What a node was told to wait for, and where that is written.
    waits: HashMap<Node, Vec<(Node, Span)>>,
}

fn refuse_cycles(
    reader: &mut Reader<'_>,
    projects: &[Project],
    names: &HashMap<Text, usize>,
    edges: &[(Node, Target, Span)],
) {
    let items = Positions::of(projects);
    let mut graph = Graph { projects, waits: HashMap::new() };
    for (from, target, span) in edges {
        let nodes = items.nodes(target, names);
        graph.waits.entry(*from).or_default().extend(nodes.into_iter().map(|node| (node, *span)));
    }
    for (span, path) in graph.cycles(edges.iter().map(|(from, _, _)| *from)) {
        let mut shown: Vec<String> = path.iter().map(|node| graph.name(*node)).collect();
        shown.extend(shown.first().cloned());
        let message = match shown.as_slice() {
            [only, again] if only == again => format!("`{only}` is blocked by itself"),
            [first, second, .., before, last, again] if shown.len() > 12 => {
                let more = shown.len() - 5;
                format!("these block each other: {first} → {second} → … {more} more … → {before} → {last} → {again}")
            }
            _ => format!("these block each other: {}", shown.join(" → ")),
        };
        reader.fault_with(span, message, Some("remove one of the links, or nothing of it can begin"));
    }
}

/// Where items stand, by key and by issue.
struct Positions<'p> {
    by_key: HashMap<(&'p str, &'p ItemKey), Node>,
    by_issue: HashMap<&'p IssueRef, Vec<Node>>,
}

impl<'p> Positions<'p> {
    fn of(projects: &'p [Project]) -> Self {
        let mut positions = Self { by_key: HashMap::new(), by_issue: HashMap::new() };
        for (index, project) in projects.iter().enumerate() {
            for issue in &project.issues {
                positions.by_issue.entry(issue).or_default().push(Node::Project(index));
            }
            for (position, item) in project.items.iter().enumerate() {
                let node = Node::Item(index, position);
                positions.by_key.insert((project.id.as_str(), &item.key), node);
                if let Some(issue) = &item.issue {
                    positions.by_issue.entry(issue).or_default().push(node);
                }
            }
        }
        positions
    }

    fn nodes(&self, target: &Target, names: &HashMap<Text, usize>) -> Vec<Node> {
        match target {
            Target::Project(id) => names.get(&id.0).map(|&index| Node::Project(index)).into_iter().collect(),
            Target::Item(project, key) => self.by_key.get(&(project.as_str(), key)).copied().into_iter().collect(),
            Target::Issue(issue) => self.by_issue.get(issue).cloned().unwrap_or_default(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    OnThePath,
    Left,
}

impl Graph<'_> {
    /// A project ends when its items end, and its items wait for what it waits for.
    fn next(&self, node: Node) -> Vec<(Node, Option<Span>)> {
        let told = |node: Node| self.waits.get(&node).into_iter().flatten().map(|(to, span)| (*to, Some(*span)));
        match node {
            Node::Item(project, _) => told(node).chain(told(Node::Project(project))).collect(),
            Node::Project(project) => {
                let count = self.projects.get(project).map_or(0, |project| project.items.len());
                told(node).chain((0..count).map(|item| (Node::Item(project, item), None))).collect()
            }
        }
    }

    /// Walks without recursion: a chain may be as long as the file.
    fn cycles(&self, starts: impl Iterator<Item = Node>) -> Vec<(Span, Vec<Node>)> {
        let mut seen: HashMap<Node, Seen> = HashMap::new();
        let mut found: Vec<(Span, Vec<Node>)> = Vec::new();
        for start in starts {
            if seen.contains_key(&start) {
                continue;
            }
            let mut path: Vec<Step> = Vec::new();
            seen.insert(start, Seen::OnThePath);
            path.push((start, None, self.next(start).into_iter()));
            while let Some((node, _, rest)) = path.last_mut() {
                let Some((to, span)) = rest.next() else {
                    seen.insert(*node, Seen::Left);
                    path.pop();
                    continue;
                };
                match seen.get(&to) {
                    Some(Seen::Left) => {}
                    Some(Seen::OnThePath) => found.extend(cycle(&path, to, span)),
                    None => {
                        seen.insert(to, Seen::OnThePath);
                        path.push((to, span, self.next(to).into_iter()));
                    }
                }
            }
        }
        found.sort_by_key(|(span, _)| *span);
        found.dedup_by_key(|(span, _)| *span);
        found
    }

    fn name(&self, node: Node) -> String {
        let project = |index: usize| self.projects.get(index);
        match node {
            Node::Project(index) => project(index).map(|project| project.id.to_string()),
            Node::Item(index, position) => project(index)
                .and_then(|project| project.items.get(position).map(|item| format!("{}/{}", project.id, item.key))),
        }
        .unwrap_or_default()
    }
}

type Step = (Node, Option<Span>, std::vec::IntoIter<(Node, Option<Span>)>);

/// Cuts the cycle out of the path; it is reported at the first link of it that is written.
fn cycle(path: &[Step], to: Node, closing: Option<Span>) -> Option<(Span, Vec<Node>)> {
    let begin = path.iter().position(|(node, _, _)| *node == to)?;
    let steps = path.get(begin..)?;
    let spans = steps.iter().skip(1).filter_map(|(_, span, _)| *span).chain(closing);
    let nodes: Vec<Node> = steps.iter().map(|(node, _, _)| *node).collect();
    // The step from a project to its own items goes without saying.
    let told = |at: usize| match (nodes.get(at), nodes.get(at + 1).or(nodes.first())) {
        (Some(Node::Project(project)), Some(Node::Item(of, _))) => project != of || nodes.len() == 1,
        _ => true,
    };
    let shown: Vec<Node> = nodes.iter().enumerate().filter(|(at, _)| told(*at)).map(|(_, node)| *node).collect();
    Some((spans.min()?, if shown.len() > 1 { shown } else { nodes }))
}
