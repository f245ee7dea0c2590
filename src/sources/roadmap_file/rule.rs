//! Parses the rules of counters, by source; validates globs, regular expressions and `JSONPaths`.

use crate::domain::Rule;
use crate::domain::rule::{
    Condition, EntriesRule, EntryTest, EntryValue, IssueTest, IssuesRule, JOB_CONFIGS, JobsRule, Source, Start,
    TextMeasure, TextRule, TextTest, TextUnit,
};
use crate::sources::counting;

use super::condition::all_of;
use super::fields::Fields;
use super::reader::{RoadmapReader, head};
use super::tree::{Node, NodeKind};

const JOBS_KEYS: [&str; 9] = ["version", "name", "note", "source", "repo", "from", "config", "scope", "done"];
const TEXT_KEYS: [&str; 11] =
    ["version", "name", "note", "source", "repo", "from", "files", "count", "total", "done", "left"];
const ENTRIES_KEYS: [&str; 12] =
    ["version", "name", "note", "source", "repo", "from", "files", "each", "done", "left", "unknown", "dropped"];
const ISSUES_KEYS: [&str; 11] =
    ["version", "name", "note", "source", "from", "scope", "label", "milestone", "author", "title", "repo"];
pub(super) const TEXT_TEST_KEYS: [&str; 5] = ["all", "any", "not", "contains", "regex"];
pub(super) const ISSUE_TEST_KEYS: [&str; 8] = ["all", "any", "not", "label", "milestone", "author", "title", "repo"];

/// The sources of rules, each with its keys.
pub(super) const SOURCES: [(&str, &[&str]); 4] =
    [("prow-jobs", &JOBS_KEYS), ("text", &TEXT_KEYS), ("entries", &ENTRIES_KEYS), ("issues", &ISSUES_KEYS)];

/// The maximum number of values in a rule: each is searched in every line of a checkout.
const MOST_VALUES: usize = 500;

impl RoadmapReader<'_> {
    pub(super) fn rule(&mut self, node: &Node<'_>, single: bool) -> Option<Rule> {
        if node.values() > MOST_VALUES {
            let hint = "a pattern says what many texts say";
            self.fault_with(head(node), format!("a rule has at most {MOST_VALUES} values"), Some(hint));
            return None;
        }
        let keys = self.rule_keys(node)?;
        let fields = self.fields(node, "a rule", keys)?;
        let version = match fields.get("version") {
            Some(node) => self.rule_version(node),
            None if single => Some(1),
            None => {
                self.fault_with(fields.span, "this rule has no version", Some("add `version: 1`"));
                None
            }
        };
        let name = fields.get("name").and_then(|node| self.line(node));
        let note = fields.get("note").and_then(|node| self.long(node));
        let from = fields.get("from").and_then(|node| self.start(node)).unwrap_or_default();
        let source = match node.merged_entry("source").and_then(Node::scalar) {
            Some("text") => self.text_rule(&fields).map(Source::Text),
            Some("entries") => self.entries_rule(&fields).map(Source::Entries),
            Some("issues") => self.issues_rule(&fields).map(Source::Issues),
            Some(_) | None => self.jobs_rule(&fields).map(Source::Jobs),
        };
        let is_about_issues = matches!(source, Some(Source::Issues(_)));
        let repo = fields.get("repo").filter(|_| !is_about_issues);
        let repo = repo.and_then(|node| self.repo(node));
        Some(Rule { version: version?, name, note, repo, source: source?, from })
    }

    /// Returns the keys of a rule's source. Without a known source the rest of the rule cannot be checked.
    fn rule_keys(&mut self, node: &Node<'_>) -> Option<&'static [&'static str]> {
        let source = node.merged_entry("source").filter(|source| !source.is_null());
        match source {
            Some(source) => self.choice(source, "a source that can be counted", &SOURCES),
            None if !matches!(node.kind, NodeKind::Map(..)) || is_about_jobs(node) => Some(&JOBS_KEYS),
            None => {
                let hint = "write what it counts: `source: text`, `entries`, `issues` or `prow-jobs`";
                self.fault_with(head(node), "this rule has no `source`", Some(hint));
                None
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

    fn jobs_rule(&mut self, fields: &Fields<'_>) -> Option<JobsRule> {
        let config = fields.get("config").map_or_else(|| vec![JOB_CONFIGS.to_owned()], |node| self.paths(node));
        let scope = fields.get("scope").map_or(Some(None), |node| self.job_condition(node).map(Some));
        let done = fields.get("done").and_then(|node| self.job_condition(node));
        if fields.get("done").is_none() {
            let hint = "say which jobs are done, for example `done: {cluster: [k8s-infra-prow-build]}`";
            self.fault_with(fields.span, "this rule has no `done`", Some(hint));
        }
        (!config.is_empty()).then_some(JobsRule { config, scope: scope?, done: done? })
    }

    fn text_rule(&mut self, fields: &Fields<'_>) -> Option<TextRule> {
        let files = self.files(fields);
        let unit = "what can be counted in a text";
        let count = match fields.get("count") {
            Some(node) => self.choice(node, unit, &TextUnit::ALL),
            None => Some(TextUnit::Lines),
        };
        let mut tests = |name: &str| match fields.get(name) {
            // If `count` is invalid, assume files: lines would reject a text with a line break.
            Some(node) => self.text_condition(node, count.unwrap_or(TextUnit::Files)).map(Some),
            None => Some(None),
        };
        let (total, done, left) = (tests("total"), tests("done"), tests("left"));
        let (files, count, total, done, left) = (files?, count?, total?, done?, left?);
        let measure = match (total, done, left) {
            (Some(total), Some(done), None) => TextMeasure::TotalAndDone { total, done },
            (Some(total), None, Some(left)) => TextMeasure::TotalAndLeft { total, left },
            (None, Some(done), Some(left)) => TextMeasure::DoneAndLeft { done, left },
            (None, None, Some(left)) => TextMeasure::Left(left),
            (None, Some(done), None) if count == TextUnit::Files => TextMeasure::Done(done),
            (None, Some(_), None) => {
                let hint = "add `total` or `left`: of files every one is in the total, of lines and matches none";
                self.fault_with(fields.span, "this rule has `done` and no total", Some(hint));
                return None;
            }
            (Some(_), Some(_), Some(_)) => {
                let hint = "remove one: it follows from the other two";
                self.fault_with(fields.span, "`total`, `done` and `left` are one too many", Some(hint));
                return None;
            }
            (_, None, None) => {
                let hint = "say what is left, for example `left: {contains: TODO}`";
                self.fault_with(fields.span, "this rule has no `left` and no `done`", Some(hint));
                return None;
            }
        };
        Some(TextRule { files, count, measure })
    }

    fn text_condition(&mut self, node: &Node<'_>, count: TextUnit) -> Option<Condition<TextTest>> {
        let read =
            |reader: &mut RoadmapReader<'_>, name: Option<&str>, node: &Node<'_>| reader.text_tests(name?, node, count);
        let condition = self.condition(node, (Some(&TEXT_TEST_KEYS), &read))?;
        if count == TextUnit::Matches && condition.alternatives().is_none() {
            let hint = "list several under `any`, or count files or lines";
            self.fault_with(head(node), "`count: matches` takes one text or pattern, or any of several", Some(hint));
            return None;
        }
        Some(condition)
    }

    fn text_tests(&mut self, name: &str, node: &Node<'_>, count: TextUnit) -> Option<Condition<TextTest>> {
        let make = if name == "regex" { TextTest::Regex } else { TextTest::Contains };
        let nodes = self.one_or_many(Some(node));
        if nodes.is_empty() {
            self.reject_empty(name, node);
        }
        let test = |node: &Node<'_>| {
            let Some(text) = node.scalar().filter(|text| !text.is_empty() && !node.is_null()) else {
                self.expected(node, "a text to look for", None);
                return None;
            };
            if name == "contains" && count != TextUnit::Files && text.contains('\n') {
                self.fault_with(node.span, "a line cannot contain a line break", Some("look for a part of one line"));
                return None;
            }
            let test = make(text.to_owned());
            let checked = counting::check_text(&test).map_err(|error| self.fault(node.span, error.to_string()));
            checked.ok().map(|()| Condition::Is(test))
        };
        let mut tests = all_of(nodes.iter().map(test))?;
        if tests.len() > 1 { Some(Condition::Any(tests)) } else { tests.pop() }
    }

    fn entries_rule(&mut self, fields: &Fields<'_>) -> Option<EntriesRule> {
        let files = self.files(fields);
        let each = self.entry_path(fields);
        let mut tests = |name: &str| match (fields.get(name), fields.null_key(name)) {
            (Some(node), _) => self.entry_condition(node).map(Some),
            // Taken for no condition, it would silently change the figure.
            (None, Some(key)) => {
                let hint = format!("write `{name}: [null]` for entries that are null, or leave the key out");
                self.fault_with(key.span, format!("`{name}` has no value"), Some(hint));
                None
            }
            (None, None) => Some(None),
        };
        let (done, left, unknown, dropped) = (tests("done"), tests("left"), tests("unknown"), tests("dropped"));
        Some(EntriesRule { files: files?, each: each?, done: done?, left: left?, unknown: unknown?, dropped: dropped? })
    }

    fn entry_path(&mut self, fields: &Fields<'_>) -> Option<String> {
        let Some(each) = fields.get("each") else {
            let hint = "a JSONPath says what an entry is, for example `each: $.jobs.*`";
            self.fault_with(fields.span, "this rule has no `each`", Some(hint));
            return None;
        };
        let path = self.line(each)?;
        let checked = counting::check_path(&path).map_err(|error| self.fault(each.span, error.to_string()));
        checked.ok().map(|()| path)
    }

    /// Parses a condition on an entry: a map of fields, or values of the entry itself.
    fn entry_condition(&mut self, node: &Node<'_>) -> Option<Condition<EntryTest>> {
        self.condition(node, (None, &|reader, field, node| reader.entry_test(field, node).map(Condition::Is)))
    }

    fn entry_test(&mut self, field: Option<&str>, node: &Node<'_>) -> Option<EntryTest> {
        if let Some(path) = field.filter(|field| field.starts_with('$'))
            && let Err(error) = counting::check_path(path)
        {
            self.fault(head(node), error.to_string());
            return None;
        }
        let nodes = self.one_or_many(Some(node));
        let value = |node: &Node<'_>| match node.scalar() {
            Some(_) if node.is_null() => Some(EntryValue::Absent),
            Some(text) => Some(EntryValue::Is(text.to_owned())),
            None => {
                self.expected(node, "a value or a list of values", None);
                None
            }
        };
        let values = all_of(nodes.iter().map(value))?;
        if values.is_empty() {
            self.fault_with(head(node), "this list names nothing", Some("a list of values means any of them"));
            return None;
        }
        Some(EntryTest { field: field.map(str::to_owned), values })
    }

    fn issues_rule(&mut self, fields: &Fields<'_>) -> Option<IssuesRule> {
        let part = |name: &str| {
            let node = fields.get(name)?;
            Some(if name == "scope" { self.issue_condition(node) } else { self.issue_test(name, node) })
        };
        let mut parts =
            all_of(["scope", "label", "milestone", "author", "title", "repo"].into_iter().filter_map(part))?;
        let scope = if parts.len() > 1 { Some(Condition::All(parts)) } else { parts.pop() };
        Some(IssuesRule { scope })
    }

    fn issue_condition(&mut self, node: &Node<'_>) -> Option<Condition<IssueTest>> {
        self.condition(node, (Some(&ISSUE_TEST_KEYS), &|reader, name, node| reader.issue_test(name?, node)))
    }

    fn issue_test(&mut self, name: &str, node: &Node<'_>) -> Option<Condition<IssueTest>> {
        match name {
            "label" => self.test_of(name, node, Self::name_globs, IssueTest::Label),
            "milestone" => self.test_of(name, node, Self::name_globs, IssueTest::Milestone),
            "author" => self.test_of(name, node, Self::texts, IssueTest::Author),
            "title" => self.test_of(name, node, Self::texts, IssueTest::Title),
            "repo" => self.test_of(name, node, Self::globs, IssueTest::Repo),
            // Unknown keys were already rejected by `fields`.
            _ => None,
        }
    }
}

/// Whether a rule without a source counts jobs, as all rules once did: it has `done`, and no key of another source.
fn is_about_jobs(rule: &Node<'_>) -> bool {
    let is_foreign = |key: &&str| !JOBS_KEYS.contains(key) && rule.merged_entry(key).is_some();
    let has_foreign_key = SOURCES.iter().flat_map(|(_, keys)| *keys).any(is_foreign);
    let done = rule.merged_entry("done").filter(|done| !done.is_null());
    let has_text = |done: &Node<'_>| ["contains", "regex"].iter().any(|test| done.merged_entry(test).is_some());
    !has_foreign_key && done.is_some_and(|done| !has_text(done))
}
