//! Rules about prow jobs, as roadmaps write them.

use super::super::source::RuleFormat;
use crate::domain::JobType;
use crate::domain::rule::{Condition, JOB_CONFIGS, JobTest, JobsRule, Source};
use crate::sources::roadmap_file::fields::Fields;
use crate::sources::roadmap_file::reader::RoadmapReader;
use crate::sources::roadmap_file::tree::Node;

/// The format of the rules.
pub(crate) const FORMAT: RuleFormat = RuleFormat { keys: &["config", "scope", "done"], read };
/// The keys of conditions.
pub(crate) const TEST_KEYS: [&str; 10] =
    ["all", "any", "not", "cluster", "image", "mentions", "type", "repo", "path", "dashboard"];

fn read(reader: &mut RoadmapReader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let config = fields.get("config").map_or_else(|| vec![JOB_CONFIGS.to_owned()], |node| reader.paths(node));
    let scope = fields.get("scope").map_or(Some(None), |node| condition(reader, node).map(Some));
    let done = fields.get("done").and_then(|node| condition(reader, node));
    if fields.get("done").is_none() {
        let hint = "say which jobs are done, for example `done: {cluster: [k8s-infra-prow-build]}`";
        reader.fault_with(fields.span, "this rule has no `done`", Some(hint));
    }
    (!config.is_empty()).then_some(Source::Jobs(JobsRule { config, scope: scope?, done: done? }))
}

/// Parses a condition on a job.
fn condition(reader: &mut RoadmapReader<'_>, node: &Node<'_>) -> Option<Condition<JobTest>> {
    reader.condition(node, (Some(&TEST_KEYS), &|reader, name, node| test(reader, name?, node)))
}

fn test(reader: &mut RoadmapReader<'_>, name: &str, node: &Node<'_>) -> Option<Condition<JobTest>> {
    match name {
        "cluster" => reader.test_of(name, node, RoadmapReader::globs, JobTest::Cluster),
        "image" => reader.test_of(name, node, RoadmapReader::texts, JobTest::Image),
        "mentions" => reader.test_of(name, node, raw_texts, JobTest::Mentions),
        "type" => reader.test_of(name, node, job_types, JobTest::Type),
        "repo" => reader.test_of(name, node, RoadmapReader::globs, JobTest::Repo),
        "path" => reader.test_of(name, node, RoadmapReader::globs, JobTest::Path),
        "dashboard" => reader.test_of(name, node, RoadmapReader::globs, JobTest::Dashboard),
        // Unknown keys were rejected with the map.
        _ => None,
    }
}

/// Parses texts without trimming.
fn raw_texts(reader: &mut RoadmapReader<'_>, node: &Node<'_>) -> Vec<String> {
    reader.each(Some(node), |reader, node| {
        reader.line(node)?;
        reader.exact(node, node.scalar()?).map(str::to_owned)
    })
}

fn job_types(reader: &mut RoadmapReader<'_>, node: &Node<'_>) -> Vec<JobType> {
    reader.each(Some(node), |reader, node| reader.choice(node, "a type of job", &JobType::ALL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::roadmap_file::tests::{counter, refusal};

    #[test]
    fn the_text_of_mentions_keeps_its_whitespace() {
        let counter = counter("{rule: {done: {mentions: [' a ', \"b\\nc\"]}}}");
        let wanted = Condition::Is(JobTest::Mentions(vec![" a ".to_owned(), "b\nc".to_owned()]));
        assert_eq!(counter.rules[0].jobs().unwrap().done, wanted);
    }

    #[test]
    fn tests_of_jobs_are_validated() {
        for (rule, said) in
            [("{done: {repo: ['${T*']}}", "`${T*` is not a glob:"), ("{done: {type: []}}", "`type` names nothing")]
        {
            assert!(refusal(rule).contains(said), "{rule}: {}", refusal(rule));
        }
    }
}
