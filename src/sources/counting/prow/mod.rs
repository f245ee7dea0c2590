//! The source `prow-jobs`: counts the jobs in Prow's configs.

mod jobs;
pub(super) mod rule;
mod texts;

use std::sync::Arc;

pub use jobs::{JobFacts, read};
pub use texts::MentionTexts;

use super::selection::ConfigSelection;
use super::source::{CountSource, Extract, ExtractedFacts, RuleFiles, key_of};
use crate::domain::clean::clean_line;
use crate::domain::rule::{BadGlob, JobsRule};
use crate::domain::{Amounts, Job, Judge, Unit, UnitState};

/// A compiled rule about jobs.
#[derive(Debug)]
pub(crate) struct JobsSource {
    place: RuleFiles,
    judge: Judge,
    extractor: Arc<JobsExtractor>,
}

/// Extracts the jobs of a file. Rules that search for the same texts share it.
#[derive(Debug)]
pub(crate) struct JobsExtractor {
    texts: MentionTexts,
}

impl JobsExtractor {
    /// Creates an extractor that searches for the texts of some rules.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { texts: MentionTexts::new(texts) }
    }
}

impl Extract for JobsExtractor {
    fn key(&self) -> String {
        key_of("prow-jobs/1", &self.texts.list().collect::<Vec<_>>().join("\0"))
    }

    fn extract(&self, bytes: &[u8]) -> Vec<u8> {
        read(bytes, &self.texts).to_bytes()
    }
}

impl JobsSource {
    /// Compiles a rule.
    pub(crate) fn new(rule: &JobsRule, extractor: Arc<JobsExtractor>) -> Result<Self, BadGlob> {
        let place = RuleFiles::Configs(ConfigSelection::new(&rule.config)?);
        Ok(Self { place, judge: Judge::new(rule)?, extractor })
    }

    fn each(&self, path: &str, facts: &[u8], mut each: impl FnMut(&Job<'_>, UnitState)) {
        let Some(ExtractedFacts::Found(jobs)) = ExtractedFacts::<Vec<JobFacts<&str>>>::of_bytes(facts) else { return };
        let texts: Vec<&str> = self.extractor.texts.list().collect();
        for stored in &jobs {
            let JobFacts { name, kind, repo, cluster, line, images, dashboards, mentions } = stored;
            let mentions: Vec<&str> = mentions.iter().filter_map(|at| texts.get(usize::from(*at)).copied()).collect();
            let (kind, line) = (*kind, *line);
            let job = Job { name, kind, repo, cluster, path, line, images, dashboards, mentions: &mentions };
            if let Some(state) = self.judge.state(&job) {
                each(&job, state);
            }
        }
    }
}

impl CountSource for JobsSource {
    fn place(&self) -> &RuleFiles {
        &self.place
    }

    fn extractors(&self) -> Vec<&dyn Extract> {
        vec![&*self.extractor]
    }

    fn amounts(&self, path: &str, facts: &[u8]) -> Amounts {
        let mut amounts = Amounts::default();
        self.each(path, facts, |_, state| amounts.count(state));
        amounts
    }

    fn units(&self, path: &str, bytes: &[u8]) -> Vec<Unit> {
        self.units_of_facts(path, &self.extractor.extract(bytes)).unwrap_or_default()
    }

    fn units_of_facts(&self, path: &str, facts: &[u8]) -> Option<Vec<Unit>> {
        let mut units = Vec::new();
        let path = clean_line(path);
        self.each(&path, facts, |job, state| units.push(Unit::of_job(job, state)));
        Some(units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored facts carry no version: if their format changes, the number in the extractor's key must change, too.
    #[test]
    fn the_format_of_facts_matches_the_version_in_their_key() {
        let extractor = JobsExtractor::new(["gs://b", "a"]);
        let file = "periodics:\n- name: one\n  cluster: k\n  extra_refs: [{org: o, repo: r}]\n  spec: {containers: [{image: gs://b}]}\n  annotations: {testgrid-dashboards: 'd, e'}\n";
        let bytes = b"\0\x01\x03one\x02\x03o/r\x01k\x02\x01\x06gs://b\x02\x01d\x01e\x02\0\x01";
        assert_eq!(extractor.extract(file.as_bytes()), bytes);
        assert!(extractor.key().starts_with("prow-jobs/1 "));
    }
}
