//! Job config parser: turns the bytes of a file into the facts that the cache stores of its jobs.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::super::problem::ParseFault;
use super::super::source::{ExtractedFacts, is_pointer};
use super::super::yaml::{self, Maps, NodeId, YamlTree, YamlValue};
use super::texts::MentionTexts;
use crate::domain::clean::clean_line;
use crate::domain::{JobType, Text};

/// The cluster of a job that names none.
const DEFAULT_CLUSTER: &str = "default";

/// The facts of a job. Stored ones are deserialized with borrowed texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFacts<T = Text> {
    /// Empty if it has none.
    pub name: T,
    /// The list that the job is in.
    pub kind: JobType,
    /// Empty if it has none.
    pub repo: T,
    /// `default` unless set.
    pub cluster: T,
    /// From 1.
    pub line: u32,
    /// In the order of the file.
    pub images: Vec<T>,
    /// In the order of the file.
    pub dashboards: Vec<T>,
    /// Indices into the list of searched texts, ascending.
    pub mentions: Vec<u16>,
}

/// Reads the jobs of a file, in file order; a file that is not a job config has none. Never panics, for any bytes.
pub fn read(bytes: &[u8], texts: &MentionTexts) -> ExtractedFacts<Vec<JobFacts>> {
    if is_pointer(bytes) {
        return ExtractedFacts::Pointer;
    }
    match read_jobs(bytes, texts) {
        Ok(jobs) => ExtractedFacts::Found(jobs),
        Err(broken) => ExtractedFacts::Broken(broken),
    }
}

fn read_jobs(bytes: &[u8], texts: &MentionTexts) -> Result<Vec<JobFacts>, ParseFault> {
    let text = yaml::decode(bytes)?;
    let none = MentionTexts::default();
    // Most files contain none of the texts, so their values need not be searched.
    let texts = if texts.are_absent(&text) { &none } else { texts };
    let mut found = Vec::new();
    yaml::each_document(&text, |tree| found.extend(of_document(tree, texts)))?;
    Ok(found)
}

/// Returns the jobs of a document, in the order of the file: presubmits, postsubmits, periodics.
fn of_document(tree: &YamlTree<'_>, texts: &MentionTexts) -> Vec<JobFacts> {
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
    /// The texts that each list or map contains, cached so that chained aliases stay cheap.
    mentions: RefCell<HashMap<NodeId, BTreeSet<u16>>>,
}

impl JobView<'_, '_> {
    fn jobs(&self, list: NodeId, kind: JobType, repo: Option<&str>) -> Vec<JobFacts> {
        let entries = self.tree.list(list).unwrap_or_default();
        let maps = entries.iter().filter(|entry| self.tree.is_map(**entry));
        maps.map(|entry| self.job(*entry, kind, repo)).collect()
    }

    /// Reads a job; `repo` is the key of its list, absent for a periodic.
    fn job(&self, job: NodeId, kind: JobType, repo: Option<&str>) -> JobFacts {
        let dashboards = self.maps.get(job, "annotations").and_then(|map| self.text(map, "testgrid-dashboards"));
        let dashboards = dashboards.unwrap_or_default().split(',').map(str::trim);
        let cluster = self.text(job, "cluster").filter(|cluster| !cluster.is_empty());
        JobFacts {
            name: cleaned(self.text(job, "name").unwrap_or_default()),
            kind,
            repo: repo.map_or_else(|| self.repo_of_reference(job), cleaned),
            cluster: cluster.map_or(Text::const_new(DEFAULT_CLUSTER), cleaned),
            line: self.tree.line(job),
            images: self.images(job).map(cleaned).filter(|image| !image.is_empty()).collect(),
            dashboards: dashboards.filter(|name| !name.is_empty()).map(cleaned).collect(),
            mentions: if self.texts.is_empty() { Vec::new() } else { self.mentions(job).into_iter().collect() },
        }
    }

    fn text(&self, map: NodeId, key: &str) -> Option<&str> {
        self.tree.text(self.maps.get(map, key)?)
    }

    /// Reads the repository of `extra_refs[0]`; empty if it names none.
    fn repo_of_reference(&self, job: NodeId) -> Text {
        let reference = self.maps.get(job, "extra_refs").and_then(|list| self.tree.list(list)?.first().copied());
        let part = |key| self.text(reference?, key).filter(|part| !part.is_empty());
        part("org").zip(part("repo")).map(|(org, repo)| cleaned(&format!("{org}/{repo}"))).unwrap_or_default()
    }

    fn images(&self, job: NodeId) -> impl Iterator<Item = &str> {
        let spec = self.maps.get(job, "spec");
        let containers = ["containers", "initContainers"].into_iter().filter_map(move |key| self.maps.get(spec?, key));
        let containers = containers.flat_map(|list| self.tree.list(list).unwrap_or_default());
        let images = containers.filter_map(|container| self.maps.get(*container, "image"));
        let utilities = self.maps.get(job, "decoration_config").and_then(|map| self.maps.get(map, "utility_images"));
        let utilities = utilities.map(|map| self.maps.pairs(map));
        let utilities =
            utilities.into_iter().flat_map(|pairs| pairs.iter().map(|(_, image)| *image).collect::<Vec<_>>());
        images.chain(utilities).filter_map(|image| self.tree.text(image))
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

/// Cleans a text from a config.
fn cleaned(text: &str) -> Text {
    Text::from(clean_line(text))
}
