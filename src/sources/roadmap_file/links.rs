//! Resolves references inside the file: unique names, counters, blockers; rejects cycles.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::nearest::meant;
use crate::domain::roadmap::item_names;
use crate::domain::{Counter, CounterId, IssueRef, ItemKey, Project, Repo, Target, Text, item_name};
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
    let targets = LinkTargets::of(reader, projects, links);
    targets.reject_shared_names(reader, links);
    check_counters(reader, projects, links, counters);
    let mut edges = Vec::new();
    for (index, project) in links.iter().enumerate() {
        let items = project.items.iter().enumerate().map(|(at, item)| (WaitNode::Item(index, at), &item.links));
        for (node, names) in std::iter::once((WaitNode::Project(index), &project.links)).chain(items) {
            let found = targets.resolve_all(reader, index, names);
            edges.extend(found.into_iter().map(|(target, span)| (node, target, span)));
        }
    }
    if !edges.is_empty() {
        targets.reject_too_many(reader, &edges);
        reject_cycles(reader, projects, &targets.by_name, &edges);
    }
    for (node, target, _) in edges {
        let waits = match node {
            WaitNode::Project(index) => projects.get_mut(index).map(|project| &mut project.blocked_by),
            WaitNode::Item(index, at) => {
                projects.get_mut(index).and_then(|project| project.items.get_mut(at)).map(|item| &mut item.blocked_by)
            }
            WaitNode::LinksOf(_) | WaitNode::Issue(_) | WaitNode::LinksOfIssue(_) => None,
        };
        if let Some(waits) = waits {
            waits.push(target);
        }
    }
}

/// The maximum number of pairs of items in which one waits for the other. A project in `blocked_by` counts as all of
/// its items, on both sides, so a small file could produce billions.
pub(in crate::sources) const MOST_WAITS: usize = 100_000;

/// Everything that `blocked_by` can refer to.
struct LinkTargets<'p> {
    projects: &'p [Project],
    /// Projects by id and alias.
    by_name: HashMap<Text, usize>,
    /// Items by project and key.
    items: HashSet<(usize, &'p Text)>,
}

impl<'p> LinkTargets<'p> {
    /// Collects the names of a file; rejects duplicate ids and aliases.
    fn of(reader: &mut RoadmapReader<'_>, projects: &'p [Project], links: &[ProjectLinks]) -> Self {
        let mut by_name: HashMap<Text, (usize, u32)> = HashMap::new();
        for (index, project) in links.iter().enumerate() {
            for (name, span) in &project.names {
                if let Some((_, line)) = by_name.get(name) {
                    let hint = format!("it is already on line {line}; ids and aliases are unique in a file");
                    reader.fault_by(*span, |_| (format!("there are two projects `{}`", shorten(name)), Some(hint)));
                } else {
                    by_name.insert(name.clone(), (index, span.line));
                }
            }
        }
        let by_name = by_name.into_iter().map(|(name, (index, _))| (name, index)).collect();
        let keys = |(index, project): (usize, &'p Project)| project.items.iter().map(move |item| (index, &item.key.0));
        Self { projects, by_name, items: projects.iter().enumerate().flat_map(keys).collect() }
    }

    fn project(&self, name: &str) -> Option<(usize, &'p Project)> {
        let index = *self.by_name.get(name)?;
        Some((index, self.projects.get(index)?))
    }

    fn has_item(&self, project: usize, key: &str) -> bool {
        self.items.contains(&(project, &Text::from(key)))
    }

    /// Rejects a file with more than [`MOST_WAITS`] pairs, at the reference that exceeds the limit.
    fn reject_too_many(&self, reader: &mut RoadmapReader<'_>, edges: &[(WaitNode, Target, Span)]) {
        let items = |index: usize| self.projects.get(index).map_or(1, |project| project.items.len().max(1));
        let mut waits = 0_usize;
        for (from, target, span) in edges {
            let waiting = match from {
                WaitNode::Project(index) | WaitNode::LinksOf(index) => items(*index),
                WaitNode::Item(..) | WaitNode::Issue(_) | WaitNode::LinksOfIssue(_) => 1,
            };
            let awaited = match target {
                Target::Project(id) => self.by_name.get(&id.0).map_or(1, |index| items(*index)),
                Target::Item(..) | Target::Issue(_) => 1,
            };
            waits = waits.saturating_add(waiting.saturating_mul(awaited));
            if waits > MOST_WAITS {
                let message = format!("with this, items wait for each other more than {MOST_WAITS} times");
                return reader.fault_with(*span, message, Some("name a few items instead of whole projects"));
            }
        }
    }

    /// Rejects a project that is called like an item of another one: `set` would change the one in place of the other.
    fn reject_shared_names(&self, reader: &mut RoadmapReader<'_>, links: &[ProjectLinks]) {
        let is_item = |(id, key): &(&str, &str)| {
            let found = self.project(id).filter(|(_, project)| project.id.0 == **id);
            found.is_some_and(|(index, _)| self.has_item(index, key))
        };
        for (name, span) in links.iter().flat_map(|project| &project.names) {
            // The items of a project with a slash have a `#` in their names.
            let Some((id, key)) = name.split_once('/').filter(is_item) else { continue };
            let message = format!("`{}` is also the item `{}` of `{}`", shorten(name), shorten(key), shorten(id));
            reader.fault_with(*span, message, Some("give one of them another `id`"));
        }
    }

    /// Resolves the names in `blocked_by` of a project or one of its items; rejects those that match nothing.
    fn resolve_all(&self, reader: &mut RoadmapReader<'_>, at: usize, names: &[BlockerName]) -> Vec<(Target, Span)> {
        let mut found = Vec::new();
        for BlockerName { text, span } in names {
            if let Some(target) = self.resolve(&reader.home, text) {
                found.push((target, *span));
                continue;
            }
            reader.fault_by(*span, |reader| {
                let hint = self.suggest(reader, at, text);
                (format!("`{}` {NOWHERE}", shorten(text)), Some(hint))
            });
        }
        found
    }

    fn resolve(&self, home: &Repo, name: &str) -> Option<Target> {
        if let Some(issue) = IssueRef::parse(name, home) {
            return Some(Target::Issue(issue));
        }
        let item = |(name, key): (&str, &str)| {
            let (index, project) = self.project(name)?;
            self.has_item(index, key).then(|| Target::Item(project.id.clone(), ItemKey::new(key)))
        };
        let whole = self.project(name).map(|(_, project)| Target::Project(project.id.clone()));
        whole.or_else(|| item_names(name).find_map(item))
    }

    fn suggest(&self, reader: &mut RoadmapReader<'_>, at: usize, text: &str) -> String {
        if let Some(here) = self.projects.get(at).filter(|_| self.has_item(at, text)) {
            return format!("did you mean `{}`?", item_name(&here.id, &ItemKey::new(text)));
        }
        let split = item_names(text).find_map(|(name, key)| Some((self.project(name)?.1, key)));
        let near = if let Some((project, key)) = split {
            let near = reader.nearest(key, project.items.iter().map(|item| item.key.as_str()));
            near.map(|near| item_name(&project.id, &ItemKey::new(near)))
        } else {
            let all = self.projects.iter().flat_map(|project| [&project.id.0].into_iter().chain(&project.aliases));
            reader.nearest(text, all.map(Text::as_str)).map(str::to_owned)
        };
        meant(near, || "write an issue, a project's id, or project/item".to_owned())
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
            0 => "define it in the map `counters`".to_owned(),
            _ => format!("the counters are: {}", listed(known.iter().copied())),
        });
        (format!("there is no counter `{}`", shorten(id.as_str())), Some(hint))
    });
}
