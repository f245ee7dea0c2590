//! Resolves references inside the file: unique names, counters, blockers; rejects cycles.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::nearest::meant;
use crate::domain::roadmap::item_names;
use crate::domain::{Counter, CounterId, IssueRef, ItemKey, Project, Target, Text, item_name};
use crate::sources::diagnostic::Span;

use super::cycles::{WaitNode, reject_cycles};
use super::faults::listed;
use super::reader::RoadmapReader;
use super::text::shorten;

/// The fault of a `blocked_by` name that matches no project and no item.
pub(super) const NOWHERE: &str = "is neither a project nor an item";

/// A name in `blocked_by` with its position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BlockerName {
    pub(super) text: String,
    pub(super) span: Span,
}

/// The references of a project, checked after all projects were parsed.
pub(super) struct ProjectLinks {
    /// The id and the aliases.
    pub(super) names: Vec<(Text, Span)>,
    pub(super) measure: Option<Span>,
    pub(super) links: Vec<BlockerName>,
    /// In the order of the items.
    pub(super) items: Vec<ItemLinks>,
}

/// The references of an item, checked after all projects were parsed.
pub(super) struct ItemLinks {
    pub(super) links: Vec<BlockerName>,
    pub(super) counter: Option<Span>,
}

/// Checks every reference and fills in `blocked_by` of projects and items.
pub(super) fn connect(
    reader: &mut RoadmapReader<'_>,
    projects: &mut [Project],
    links: &[ProjectLinks],
    counters: &[Counter],
) {
    let keys = projects
        .iter()
        .enumerate()
        .flat_map(|(index, project)| project.items.iter().map(move |item| (index, item.key.0.clone())));
    let names = LinkTargets { projects: names(reader, links), items: keys.collect() };
    reject_shared_names(reader, projects, &names, links);
    check_counters(reader, projects, links, counters);
    let mut edges = Vec::new();
    for (index, project) in links.iter().enumerate() {
        let targets = resolve_all(reader, projects, &names, index, &project.links);
        edges.extend(targets.iter().map(|(target, span)| (WaitNode::Project(index), target.clone(), *span)));
        if let Some(project) = projects.get_mut(index) {
            project.blocked_by = targets.into_iter().map(|(target, _)| target).collect();
        }
        for (position, item) in project.items.iter().enumerate() {
            let targets = resolve_all(reader, projects, &names, index, &item.links);
            edges.extend(targets.iter().map(|(target, span)| (WaitNode::Item(index, position), target.clone(), *span)));
            if let Some(item) = projects.get_mut(index).and_then(|project| project.items.get_mut(position)) {
                item.blocked_by = targets.into_iter().map(|(target, _)| target).collect();
            }
        }
    }
    if !edges.is_empty() {
        reject_too_many(reader, projects, &names.projects, &edges);
        reject_cycles(reader, projects, &names.projects, &edges);
    }
}

/// The maximum number of pairs of items in which one waits for the other. A project in `blocked_by` counts as all of
/// its items, on both sides, so a small file could produce billions.
pub(in crate::sources) const MOST_WAITS: usize = 100_000;

/// Rejects a file with more than [`MOST_WAITS`] pairs, at the reference that exceeds the limit.
fn reject_too_many(
    reader: &mut RoadmapReader<'_>,
    projects: &[Project],
    names: &HashMap<Text, usize>,
    edges: &[(WaitNode, Target, Span)],
) {
    let items = |index: usize| projects.get(index).map_or(1, |project| project.items.len().max(1));
    let mut waits = 0_usize;
    for (from, target, span) in edges {
        let waiting = match from {
            WaitNode::Project(index) | WaitNode::LinksOf(index) => items(*index),
            WaitNode::Item(..) | WaitNode::Issue(_) | WaitNode::LinksOfIssue(_) => 1,
        };
        let awaited = match target {
            Target::Project(id) => names.get(&id.0).map_or(1, |index| items(*index)),
            Target::Item(..) | Target::Issue(_) => 1,
        };
        waits = waits.saturating_add(waiting.saturating_mul(awaited));
        if waits > MOST_WAITS {
            let message = format!("with this, items wait for each other more than {MOST_WAITS} times");
            return reader.fault_with(*span, message, Some("name a few items instead of whole projects"));
        }
    }
}

/// Everything that `blocked_by` can refer to.
struct LinkTargets {
    /// Projects by id and alias.
    projects: HashMap<Text, usize>,
    /// Items by project and key.
    items: HashSet<(usize, Text)>,
}

/// Maps every id and alias to its project; rejects duplicates.
fn names(reader: &mut RoadmapReader<'_>, links: &[ProjectLinks]) -> HashMap<Text, usize> {
    let mut names: HashMap<Text, (usize, u32)> = HashMap::new();
    for (index, project) in links.iter().enumerate() {
        for (name, span) in &project.names {
            if let Some((_, line)) = names.get(name) {
                let hint = format!("it is already on line {line}; ids and aliases are unique in a file");
                reader.fault_by(*span, |_| (format!("there are two projects `{}`", shorten(name)), Some(hint)));
            } else {
                names.insert(name.clone(), (index, span.line));
            }
        }
    }
    names.into_iter().map(|(name, (index, _))| (name, index)).collect()
}

/// Rejects a project that is called like an item of another one: `set` would change the one in place of the other.
fn reject_shared_names(
    reader: &mut RoadmapReader<'_>,
    projects: &[Project],
    targets: &LinkTargets,
    links: &[ProjectLinks],
) {
    let is_item = |(id, key): &(&str, &str)| {
        let index = targets.projects.get(*id).filter(|index| projects.get(**index).is_some_and(|own| own.id.0 == **id));
        index.is_some_and(|index| targets.items.contains(&(*index, Text::from(*key))))
    };
    for (name, span) in links.iter().flat_map(|project| &project.names) {
        // The items of a project with a slash have a `#` in their names.
        let Some((id, key)) = name.split_once('/').filter(is_item) else { continue };
        let message = format!("`{}` is also the item `{}` of `{}`", shorten(name), shorten(key), shorten(id));
        reader.fault_with(*span, message, Some("give one of them another `id`"));
    }
}

fn check_counters(reader: &mut RoadmapReader<'_>, projects: &[Project], links: &[ProjectLinks], counters: &[Counter]) {
    let known = ids(counters);
    for (project, links) in projects.iter().zip(links) {
        let of_items = project.items.iter().zip(&links.items).map(|(item, links)| (&item.counter, links.counter));
        for (counter, span) in of_items.chain([(&project.measure, links.measure)]) {
            let (Some(id), Some(span)) = (counter, span) else { continue };
            check_counter(reader, id, span, &known);
        }
    }
}

pub(super) fn ids(counters: &[Counter]) -> BTreeSet<&str> {
    counters.iter().map(|counter| counter.id.as_str()).collect()
}

/// Rejects a counter that the file does not define.
pub(super) fn check_counter(reader: &mut RoadmapReader<'_>, id: &CounterId, span: Span, known: &BTreeSet<&str>) {
    if known.contains(id.as_str()) {
        return;
    }
    reader.fault_by(span, |reader| {
        let hint = meant(reader.nearest(id.as_str(), known.iter().copied()), || match known.len() {
            0 => "this file has no `counters`".to_owned(),
            _ => format!("the counters are: {}", listed(known.iter().copied())),
        });
        (format!("there is no counter `{}`", shorten(id.as_str())), Some(hint))
    });
}

fn resolve_all(
    reader: &mut RoadmapReader<'_>,
    projects: &[Project],
    names: &LinkTargets,
    at: usize,
    links: &[BlockerName],
) -> Vec<(Target, Span)> {
    let mut targets = Vec::new();
    for link in links {
        if let Some(target) = resolve(reader, projects, names, link) {
            targets.push((target, link.span));
            continue;
        }
        reader.fault_by(link.span, |reader| {
            let hint = suggest(reader, projects, names, at, &link.text);
            (format!("`{}` {NOWHERE}", shorten(&link.text)), Some(hint))
        });
    }
    targets
}

fn resolve(
    reader: &RoadmapReader<'_>,
    projects: &[Project],
    names: &LinkTargets,
    link: &BlockerName,
) -> Option<Target> {
    if let Some(issue) = IssueRef::parse(&link.text, &reader.home) {
        return Some(Target::Issue(issue));
    }
    let project = |name: &str| {
        let index = *names.projects.get(name)?;
        Some((index, projects.get(index)?))
    };
    let whole = project(&link.text).map(|(_, project)| Target::Project(project.id.clone()));
    whole.or_else(|| {
        item_names(&link.text).find_map(|(name, key)| {
            let (index, project) = project(name)?;
            let (_, key) = names.items.get(&(index, Text::from(key)))?;
            Some(Target::Item(project.id.clone(), ItemKey(key.clone())))
        })
    })
}

fn suggest(reader: &mut RoadmapReader<'_>, projects: &[Project], names: &LinkTargets, at: usize, text: &str) -> String {
    let here = projects.get(at).filter(|_| names.items.contains(&(at, Text::from(text))));
    if let Some(here) = here {
        return format!("did you mean `{}`?", item_name(&here.id, &ItemKey::new(text)));
    }
    let project = |name: &str| names.projects.get(name).and_then(|&index| projects.get(index));
    let split = item_names(text).find_map(|(name, key)| Some((project(name)?, key)));
    let near = if let Some((project, key)) = split {
        let near = reader.nearest(key, project.items.iter().map(|item| item.key.as_str()));
        near.map(|near| item_name(&project.id, &ItemKey::new(near)))
    } else {
        let all = projects.iter().flat_map(|project| [&project.id.0].into_iter().chain(&project.aliases));
        reader.nearest(text, all.map(Text::as_str)).map(str::to_owned)
    };
    meant(near, || "write an issue, a project's id, or project/item".to_owned())
}
