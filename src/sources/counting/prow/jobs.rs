//! Job config parser: turns the bytes of a file into the facts that the cache stores of its jobs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::problem::ParseFault;
use super::super::source::{ExtractedFacts, is_pointer};
use super::super::yaml::{self, YamlNode, YamlValue};
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
    let mut found = Vec::new();
    yaml::each_document(&text, |root| found.extend(of_document(root, texts)))?;
    Ok(found)
}

/// Returns the jobs of a document, in the order of the file: presubmits, postsubmits, periodics.
fn of_document(root: &YamlNode<'_>, texts: &MentionTexts) -> Vec<JobFacts> {
    let of_list = |list: &YamlNode<'_>, kind, repo: Option<&str>| {
        let jobs = list.list().iter().filter(|entry| entry.entries().is_some());
        jobs.map(|entry| job(entry, kind, repo, texts)).collect::<Vec<_>>()
    };
    let mut jobs = Vec::new();
    for (key, kind) in [("presubmits", JobType::Presubmit), ("postsubmits", JobType::Postsubmit)] {
        for (repo, list) in root.get(key).and_then(YamlNode::entries).into_iter().flatten() {
            jobs.extend(of_list(&list.node, kind, Some(repo)));
        }
    }
    jobs.extend(root.get("periodics").into_iter().flat_map(|list| of_list(list, JobType::Periodic, None)));
    jobs
}

/// Reads a job; `repo` is the key of its list, absent for a periodic.
fn job(job: &YamlNode<'_>, kind: JobType, repo: Option<&str>, texts: &MentionTexts) -> JobFacts {
    let text = |key| job.get(key).and_then(YamlNode::text).unwrap_or_default();
    let dashboards = job.get("annotations").and_then(|map| map.get("testgrid-dashboards")?.text()).unwrap_or_default();
    let mut mentions = BTreeSet::new();
    if !texts.is_empty() {
        collect_mentions(job, texts, &mut mentions);
    }
    JobFacts {
        name: cleaned(text("name")),
        kind,
        repo: repo.map_or_else(|| repo_of_reference(job), cleaned),
        cluster: Some(text("cluster"))
            .filter(|cluster| !cluster.is_empty())
            .map_or(Text::const_new(DEFAULT_CLUSTER), cleaned),
        line: job.line,
        images: images(job).map(cleaned).filter(|image| !image.is_empty()).collect(),
        dashboards: dashboards.split(',').map(str::trim).filter(|name| !name.is_empty()).map(cleaned).collect(),
        mentions: mentions.into_iter().collect(),
    }
}

/// Reads the repository of `extra_refs[0]`; empty if it names none.
fn repo_of_reference(job: &YamlNode<'_>) -> Text {
    let reference = job.get("extra_refs").and_then(|list| list.list().first());
    let part = |key| reference?.get(key)?.text().filter(|part| !part.is_empty());
    part("org").zip(part("repo")).map(|(org, repo)| cleaned(&format!("{org}/{repo}"))).unwrap_or_default()
}

fn images<'n>(job: &'n YamlNode<'_>) -> impl Iterator<Item = &'n str> {
    let spec = job.get("spec");
    let containers = ["containers", "initContainers"].into_iter().filter_map(move |key| spec?.get(key));
    let images = containers.flat_map(YamlNode::list).filter_map(|container| container.get("image"));
    let utilities = job.get("decoration_config").and_then(|map| map.get("utility_images")?.entries());
    images.chain(utilities.into_iter().flatten().map(|(_, image)| &*image.node)).filter_map(YamlNode::text)
}

/// Collects the texts that the keys and values of a job contain.
fn collect_mentions(node: &YamlNode<'_>, texts: &MentionTexts, found: &mut BTreeSet<u16>) {
    match &node.value {
        YamlValue::Scalar(scalar) => found.extend(texts.within(&scalar.text)),
        YamlValue::List(entries) => entries.iter().for_each(|entry| collect_mentions(entry, texts, found)),
        YamlValue::Map(entries) => {
            for (key, entry) in entries {
                found.extend(texts.within(key));
                collect_mentions(&entry.node, texts, found);
            }
        }
    }
}

/// Cleans a text from a config.
fn cleaned(text: &str) -> Text {
    Text::from(clean_line(text))
}
