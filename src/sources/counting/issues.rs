//! The source `issues`: its rules, as roadmaps write them. They are counted in the domain.

use super::source::RuleFormat;
use crate::domain::rule::{Condition, IssueTest, IssuesRule, Source};
use crate::sources::roadmap_file::condition::all_of;
use crate::sources::roadmap_file::fields::Fields;
use crate::sources::roadmap_file::reader::RoadmapReader;
use crate::sources::roadmap_file::tree::Node;

/// The format of the rules.
pub(crate) const FORMAT: RuleFormat =
    RuleFormat { keys: &["scope", "label", "milestone", "author", "title", "repo"], read };
/// The keys of conditions.
pub(crate) const TEST_KEYS: [&str; 8] = ["all", "any", "not", "label", "milestone", "author", "title", "repo"];

fn read(reader: &mut RoadmapReader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let part = |name: &&str| {
        let node = fields.get(name)?;
        if *name != "scope" {
            return Some(test(reader, name, node));
        }
        Some(reader.condition(node, (Some(&TEST_KEYS), &|reader, name, node| test(reader, name?, node))))
    };
    let mut parts = all_of(FORMAT.keys.iter().filter_map(part))?;
    let scope = if parts.len() > 1 { Some(Condition::All(parts)) } else { parts.pop() };
    Some(Source::Issues(IssuesRule { scope }))
}

fn test(reader: &mut RoadmapReader<'_>, name: &str, node: &Node<'_>) -> Option<Condition<IssueTest>> {
    match name {
        "label" => reader.test_of(name, node, RoadmapReader::name_globs, IssueTest::Label),
        "milestone" => reader.test_of(name, node, RoadmapReader::name_globs, IssueTest::Milestone),
        "author" => reader.test_of(name, node, RoadmapReader::texts, IssueTest::Author),
        "title" => reader.test_of(name, node, RoadmapReader::texts, IssueTest::Title),
        "repo" => reader.test_of(name, node, RoadmapReader::globs, IssueTest::Repo),
        // Unknown keys were already rejected by `fields`.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::roadmap_file::tests::faults_of_rule;

    #[test]
    fn repo_is_a_glob_even_if_the_rule_has_a_fault() {
        let faults = faults_of_rule("{source: issues, label: '[b', repo: o/*}");
        assert!(faults.contains("`[b` is not a glob") && !faults.contains("o/*` is not a repository"), "{faults}");
    }
}
