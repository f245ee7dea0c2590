//! Jobs of a document that was read as a tree.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::super::yaml::{Maps, NodeId, YamlTree, YamlValue};
use super::facts::{JobDraft, JobFacts};
use super::texts::MentionTexts;
use crate::domain::JobType;

/// Returns the jobs of a document, in the order of the file: presubmits, postsubmits, periodics.
pub(crate) fn of_document(tree: &YamlTree<'_>, texts: &MentionTexts) -> Vec<JobFacts> {
    let view = JobView { tree, maps: Maps::new(tree), texts, mentions: RefCell::default() };
    let mut jobs = Vec::new();
    for (key, kind) in [("presubmits", JobType::Presubmit), ("postsubmits", JobType::Postsubmit)] {
        let Some(repos) = view.maps.get(tree.root, key) else { continue };
        for (repo, list) in view.maps.pairs(repos).iter() {
            let repo = tree.scalar(*repo).map_or("", |scalar| scalar.text.as_ref());
            jobs.extend(view.jobs(*list, kind, Some(repo)));
        }
    }
    if let Some(list) = view.maps.get(tree.root, "periodics") {
        jobs.extend(view.jobs(list, JobType::Periodic, None));
    }
    jobs
}

struct JobView<'a, 't> {
    tree: &'a YamlTree<'t>,
    texts: &'a MentionTexts,
    maps: Maps<'a, 't>,
    /// The texts that a list or map contains; so that aliases of aliases cost nothing.
    mentions: RefCell<HashMap<NodeId, BTreeSet<u16>>>,
}

impl JobView<'_, '_> {
    fn jobs(&self, list: NodeId, kind: JobType, repo: Option<&str>) -> Vec<JobFacts> {
        let entries = self.tree.list(list).unwrap_or_default();
        let maps = entries.iter().filter(|entry| self.tree.is_map(**entry));
        maps.map(|entry| self.draft(*entry).finish(kind, repo)).collect()
    }

    fn draft(&self, job: NodeId) -> JobDraft<'_> {
        let text = |id: Option<NodeId>| id.and_then(|id| self.tree.text(id)).map(Cow::Borrowed);
        let reference = self.maps.get(job, "extra_refs").and_then(|list| self.tree.list(list)?.first().copied());
        let of_reference = |key| reference.and_then(|reference| self.maps.get(reference, key));
        let dashboards = self.maps.get(job, "annotations").and_then(|map| self.maps.get(map, "testgrid-dashboards"));
        JobDraft {
            name: text(self.maps.get(job, "name")),
            cluster: text(self.maps.get(job, "cluster")),
            org: text(of_reference("org")),
            repo: text(of_reference("repo")),
            images: self.images(job),
            dashboards: text(dashboards),
            mentions: if self.texts.is_empty() { Vec::new() } else { self.mentions(job).into_iter().collect() },
            line: self.tree.line(job),
        }
    }

    fn images(&self, job: NodeId) -> Vec<Cow<'_, str>> {
        let spec = self.maps.get(job, "spec");
        let containers = ["containers", "initContainers"].into_iter().filter_map(|key| self.maps.get(spec?, key));
        let containers = containers.flat_map(|list| self.tree.list(list).unwrap_or_default());
        let mut images: Vec<NodeId> = containers.filter_map(|container| self.maps.get(*container, "image")).collect();
        let utilities = self.maps.get(job, "decoration_config").and_then(|map| self.maps.get(map, "utility_images"));
        images.extend(
            utilities.iter().flat_map(|map| self.maps.pairs(*map).iter().map(|(_, image)| *image).collect::<Vec<_>>()),
        );
        images.into_iter().filter_map(|image| self.tree.text(image)).map(Cow::Borrowed).collect()
    }

    fn mentions(&self, node: NodeId) -> BTreeSet<u16> {
        if let Some(scalar) = self.tree.scalar(node) {
            return self.texts.within(&scalar.text).collect();
        }
        if let Some(known) = self.mentions.borrow().get(&node) {
            return known.clone();
        }
        self.mentions.borrow_mut().insert(node, BTreeSet::new());
        let found = self.maps.deeper(|| self.collect_mentions(node));
        self.mentions.borrow_mut().insert(node, found.clone());
        found
    }

    fn collect_mentions(&self, node: NodeId) -> BTreeSet<u16> {
        match self.tree.kind(node) {
            Some(YamlValue::List(entries)) => entries.iter().flat_map(|entry| self.mentions(*entry)).collect(),
            Some(YamlValue::Map(_)) => {
                let pairs = self.maps.pairs(node);
                pairs.iter().flat_map(|(key, value)| [*key, *value]).flat_map(|node| self.mentions(node)).collect()
            }
            Some(YamlValue::Scalar(_)) | None => BTreeSet::new(),
        }
    }
}
