//! Parses the rules of counters. The keys of each source are parsed next to what counts by them.

use crate::domain::Rule;
use crate::domain::rule::Start;
use crate::sources::counting::{RuleFormat, SOURCES};

use super::reader::{RoadmapReader, head};
use super::tree::{Node, NodeKind};

/// The keys of every rule. A source may use one for something else.
const KEYS: [&str; 6] = ["version", "name", "note", "source", "repo", "from"];

/// The maximum number of values in a rule: each is searched in every line of a checkout.
const MOST_VALUES: usize = 500;

impl RoadmapReader<'_> {
    pub(super) fn rule(&mut self, node: &Node<'_>, single: bool) -> Option<Rule> {
        if node.values() > MOST_VALUES {
            let hint = "use a pattern in place of many texts";
            return self.reject(head(node), format!("a rule has at most {MOST_VALUES} values"), hint);
        }
        let format = self.rule_format(node)?;
        let fields = self.fields(node, "a rule", &keys(format))?;
        let version = match fields.get("version") {
            Some(node) => self.rule_version(node),
            None if single => Some(1),
            None => self.reject(fields.span, "this rule has no version", "add `version: 1`"),
        };
        let name = fields.get("name").and_then(|node| self.line(node));
        let note = fields.get("note").and_then(|node| self.long(node));
        let from = fields.get("from").and_then(|node| self.start(node)).unwrap_or_default();
        let source = (format.read)(self, &fields);
        let repo = fields.get("repo").filter(|_| !format.keys.contains(&"repo"));
        let repo = repo.and_then(|node| self.repo(node));
        Some(Rule { version: version?, name, note, repo, source: source?, from })
    }

    /// Returns the format of a rule by its source. Without a known source the rest of the rule cannot be checked.
    fn rule_format(&mut self, node: &Node<'_>) -> Option<RuleFormat> {
        let [(first, jobs), others @ ..] = &SOURCES;
        let source = node.merged_entry("source").filter(|source| !source.is_null());
        match source {
            Some(source) => self.choice(source, "a source that can be counted", &SOURCES),
            None if !matches!(node.kind, NodeKind::Map(..)) || is_about_jobs(node, *jobs) => Some(*jobs),
            None => {
                let others: Vec<_> = others.iter().map(|(name, _)| *name).collect();
                let hint = format!("write what it counts: `source: {}` or `{first}`", others.join("`, `"));
                self.reject(head(node), "this rule has no `source`", hint)
            }
        }
    }

    fn rule_version(&mut self, node: &Node<'_>) -> Option<u32> {
        let version = self.whole(node)?;
        let fits = u32::try_from(version).ok().filter(|&version| version > 0);
        if fits.is_none() {
            self.fault(node.span, format!("a rule's version is a number from 1, not {version}"));
        }
        fits
    }

    /// Parses the start of percentages: a number, or a date.
    pub(super) fn start(&mut self, node: &Node<'_>) -> Option<Start> {
        let is_number = node.scalar().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number { self.whole(node).map(Start::Count) } else { self.past_date(node).map(Start::Day) }
    }
}

/// Returns the keys of a rule.
pub(super) fn keys(format: RuleFormat) -> Vec<&'static str> {
    KEYS.into_iter().filter(|key| !format.keys.contains(key)).chain(format.keys.iter().copied()).collect()
}

/// Whether rules have a key. The titles of issues are left out: in a counter, a `title` is its unit.
pub(super) fn is_key(name: &str) -> bool {
    name != "title" && SOURCES.iter().any(|(_, format)| keys(*format).contains(&name))
}

/// Whether a rule without a source counts jobs, as all rules once did: it has `done`, and no key of another source.
fn is_about_jobs(rule: &Node<'_>, jobs: RuleFormat) -> bool {
    let keys = keys(jobs);
    let is_foreign = |key: &&str| !keys.contains(key) && rule.merged_entry(key).is_some();
    let has_foreign_key = SOURCES.iter().flat_map(|(_, format)| format.keys).any(is_foreign);
    let done = rule.merged_entry("done").filter(|done| !done.is_null());
    let has_text = |done: &Node<'_>| ["contains", "regex"].iter().any(|test| done.merged_entry(test).is_some());
    !has_foreign_key && done.is_some_and(|done| !has_text(done))
}
