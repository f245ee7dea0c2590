//! Jobs of a document that was read as a tree.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::{Id, Kind, Tree};
use crate::domain::JobType;
use crate::sources::counting::prow::facts::{Draft, JobFacts};
use crate::sources::counting::prow::texts::Texts;

/// Returns the jobs of a document, in the order of the file: presubmits, postsubmits, periodics.
pub(crate) fn of_document(tree: &Tree<'_>, texts: &Texts) -> Vec<JobFacts> {
    let view = View { tree, texts, merged: RefCell::default(), mentions: RefCell::default(), depth: Cell::new(0) };
    let mut jobs = Vec::new();
    for (key, kind) in [("presubmits", JobType::Presubmit), ("postsubmits", JobType::Postsubmit)] {
        let Some(repos) = view.get(tree.root, key) else { continue };
        for (repo, list) in view.pairs(repos).iter() {
            let repo = tree.scalar(*repo).map_or("", |scalar| scalar.text.as_ref());
            jobs.extend(view.jobs(*list, kind, Some(repo)));
        }
    }
    if let Some(list) = view.get(tree.root, "periodics") {
        jobs.extend(view.jobs(list, JobType::Periodic, None));
    }
    jobs
}

/// Steps from a document to its innermost value at most.
const DEEPEST: u32 = 400;

type Pairs = Rc<Vec<(Id, Id)>>;

struct View<'a, 't> {
    tree: &'a Tree<'t>,
    texts: &'a Texts,
    /// Maps with their merge keys resolved and the last of equal keys kept.
    merged: RefCell<HashMap<Id, Pairs>>,
    /// The texts that a node contains; so that aliases of aliases cost nothing.
    mentions: RefCell<HashMap<Id, Rc<BTreeSet<u16>>>>,
    depth: Cell<u32>,
}

impl View<'_, '_> {
    fn jobs(&self, list: Id, kind: JobType, repo: Option<&str>) -> Vec<JobFacts> {
        let entries = self.tree.list(list).unwrap_or_default();
        let maps = entries.iter().filter(|entry| self.tree.is_map(**entry));
        maps.map(|entry| self.draft(*entry).finish(kind, repo)).collect()
    }

    fn draft(&self, job: Id) -> Draft<'_> {
        let text = |id: Option<Id>| id.and_then(|id| self.tree.text(id)).map(Cow::Borrowed);
        let reference = self.get(job, "extra_refs").and_then(|list| self.tree.list(list)?.first().copied());
        let of_reference = |key| reference.and_then(|reference| self.get(reference, key));
        let dashboards = self.get(job, "annotations").and_then(|map| self.get(map, "testgrid-dashboards"));
        Draft {
            name: text(self.get(job, "name")),
            cluster: text(self.get(job, "cluster")),
            org: text(of_reference("org")),
            repo: text(of_reference("repo")),
            images: self.images(job),
            dashboards: text(dashboards),
            mentions: self.mentions(job).iter().copied().collect(),
            line: self.tree.line(job),
        }
    }

    fn images(&self, job: Id) -> Vec<Cow<'_, str>> {
        let spec = self.get(job, "spec");
        let containers = ["containers", "initContainers"].into_iter().filter_map(|key| self.get(spec?, key));
        let containers = containers.flat_map(|list| self.tree.list(list).unwrap_or_default());
        let mut images: Vec<Id> = containers.filter_map(|container| self.get(*container, "image")).collect();
        let utilities = self.get(job, "decoration_config").and_then(|map| self.get(map, "utility_images"));
        images.extend(
            utilities.iter().flat_map(|map| self.pairs(*map).iter().map(|(_, image)| *image).collect::<Vec<_>>()),
        );
        images.into_iter().filter_map(|image| self.tree.text(image)).map(Cow::Borrowed).collect()
    }

    fn get(&self, map: Id, key: &str) -> Option<Id> {
        let is_key = |id: Id| self.tree.scalar(id).is_some_and(|scalar| scalar.text == key && !scalar.is_null);
        self.pairs(map).iter().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    /// Returns the pairs of a map as YAML 1.1 merges them: what stands in the map wins over what is
    /// merged in, an earlier map of a list over a later one, the last of equal keys over the others.
    fn pairs(&self, map: Id) -> Pairs {
        if let Some(known) = self.merged.borrow().get(&map) {
            return Rc::clone(known);
        }
        // A map that merges itself finds nothing in itself.
        self.merged.borrow_mut().insert(map, Pairs::default());
        let pairs = Rc::new(self.deeper(|| self.resolve(map)));
        self.merged.borrow_mut().insert(map, Rc::clone(&pairs));
        pairs
    }

    fn resolve(&self, map: Id) -> Vec<(Id, Id)> {
        let Some(Kind::Map(own)) = self.tree.kind(map) else { return Vec::new() };
        let is_merge = |key: Id| self.tree.scalar(key).is_some_and(|scalar| scalar.is_merge);
        let mut all: Vec<(Id, Id)> = Vec::new();
        for (_, source) in own.iter().filter(|(key, _)| is_merge(*key)) {
            let one = [*source];
            let sources = self.tree.list(*source).unwrap_or(&one);
            sources.iter().rev().for_each(|source| all.extend(self.pairs(*source).iter()));
        }
        all.extend(own.iter().filter(|(key, _)| !is_merge(*key)));
        self.last_of_each(all)
    }

    fn last_of_each(&self, pairs: Vec<(Id, Id)>) -> Vec<(Id, Id)> {
        let mut places: HashMap<(&str, bool), usize> = HashMap::new();
        let mut kept: Vec<(Id, Id)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Some(scalar) = self.tree.scalar(key) else { continue };
            let name = (scalar.text.as_ref(), scalar.is_null);
            if let Some(pair) = places.get(&name).and_then(|place| kept.get_mut(*place)) {
                pair.1 = value;
            } else {
                places.insert(name, kept.len());
                kept.push((key, value));
            }
        }
        kept
    }

    fn mentions(&self, node: Id) -> Rc<BTreeSet<u16>> {
        if let Some(known) = self.mentions.borrow().get(&node) {
            return Rc::clone(known);
        }
        self.mentions.borrow_mut().insert(node, Rc::default());
        let found = Rc::new(self.deeper(|| self.collect_mentions(node)));
        self.mentions.borrow_mut().insert(node, Rc::clone(&found));
        found
    }

    fn collect_mentions(&self, node: Id) -> BTreeSet<u16> {
        let mut found = BTreeSet::new();
        match self.tree.kind(node) {
            Some(Kind::Scalar(scalar)) => found.extend(self.texts.within(&scalar.text)),
            Some(Kind::List(entries)) => entries.iter().for_each(|entry| found.extend(self.mentions(*entry).iter())),
            Some(Kind::Map(_)) => {
                for (key, value) in self.pairs(node).iter() {
                    found.extend(self.mentions(*key).iter());
                    found.extend(self.mentions(*value).iter());
                }
            }
            None => {}
        }
        found
    }

    /// Goes one step down; aliases can be chained deeper than any stack.
    fn deeper<T: Default>(&self, step: impl FnOnce() -> T) -> T {
        if self.depth.get() >= DEEPEST {
            return T::default();
        }
        self.depth.set(self.depth.get() + 1);
        let value = step();
        self.depth.set(self.depth.get() - 1);
        value
    }
}
