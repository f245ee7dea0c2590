//! Counters: their rules, and readings that are typed into the roadmap.

use std::collections::HashMap;

use crate::domain::{Counter, CounterId, Date, JobType, Matcher, Progress, Reading, Rule};

use super::reader::{Fields, Reader, head};
use super::tree::{Kind, Node};

pub(super) const KEYS: [&str; 8] = ["unit", "rule", "rules", "readings", "done", "total", "date", "note"];
pub(super) const RULE_KEYS: [&str; 6] = ["version", "name", "note", "source", "scope", "done"];
pub(super) const MATCHER_KEYS: [&str; 10] =
    ["all", "any", "not", "cluster", "image", "mentions", "type", "repo", "path", "dashboard"];
/// How many counters a roadmap may have, and rules a counter.
const MOST_COUNTERS: usize = 500;
/// What rules can read.
pub(super) const SOURCES: [(&str, ()); 1] = [("prow-jobs", ())];

impl Reader<'_> {
    /// Reads `counters:`, a map from ids to counters.
    pub(super) fn counters(&mut self, node: Option<&Node<'_>>, written: Option<Date>) -> Vec<Counter> {
        let Some(node) = node else { return Vec::new() };
        let Kind::Map(pairs, _) = &node.kind else {
            self.expected(node, "counters as a map from id to counter", None);
            return Vec::new();
        };
        let mut first: HashMap<String, u32> = HashMap::new();
        let mut counters = Vec::new();
        let pairs = self.at_most(MOST_COUNTERS, pairs, node, "counters");
        for (key, value) in pairs {
            let Some(id) = self.id(key) else { continue };
            if let Some(line) = first.insert(id.to_string(), key.span.line) {
                let hint = Some(format!("it is in line {line} already"));
                self.fault_with(key.span, format!("there are two counters `{id}`"), hint);
            }
            counters.extend(self.counter(CounterId(id), key, value, written));
        }
        counters
    }

    fn counter(&mut self, id: CounterId, key: &Node<'_>, node: &Node<'_>, written: Option<Date>) -> Option<Counter> {
        let fields = self.fields(node, "a counter", &KEYS)?;
        let rules = self.rules(&fields);
        let unit = fields.get("unit").and_then(|node| self.line(node)).unwrap_or_else(|| id.to_string());
        let version = rules.first().map_or(1, |rule| rule.version);
        let readings = self.typed_reading(&fields, version, written).into_iter().collect();
        let readings_file = fields.get("readings").and_then(|node| self.readings_file(node));
        let place = crate::domain::Place { line: key.span.line, column: key.span.column };
        Some(Counter { id, unit, rules, readings_file, readings, place })
    }

    fn typed_reading(&mut self, fields: &Fields<'_>, rule: u32, written: Option<Date>) -> Option<Reading> {
        let date = fields.get("date").and_then(|node| self.past_date(node));
        let note = fields.get("note").and_then(|node| self.long(node));
        let progress = self.progress(fields)?;
        if date.or(written).is_none() && fields.get("date").is_none() {
            let at = fields.get("done").map_or(fields.span, head);
            self.fault_with(
                at,
                "it is not said of which day these figures are",
                Some("add `date`, or `written` at the top of the file"),
            );
        }
        Some(Reading { date: date.or(written)?, progress, rule, commit: None, note })
    }

    /// Reads `done` and `total`, which come together.
    pub(super) fn progress(&mut self, fields: &Fields<'_>) -> Option<Progress> {
        let (done, total) = match (fields.get("done"), fields.get("total")) {
            (None, None) => return None,
            (Some(done), Some(total)) => (done, total),
            (Some(node), None) => {
                self.fault_with(node.span, "`done` stands without `total`", Some("of how many? add `total`"));
                return None;
            }
            (None, Some(node)) => {
                self.fault_with(node.span, "`total` stands without `done`", Some("add `done`, 0 if nothing is"));
                return None;
            }
        };
        let (wanted, all) = (self.whole(done), self.whole(total));
        let (wanted, all) = (wanted?, all?);
        if all == 0 {
            let hint = "where nobody knows how much there is, leave both out";
            self.fault_with(total.span, "a total is at least 1", Some(hint));
            return None;
        }
        let progress = Progress::new(wanted, all);
        if progress.is_none() {
            self.fault(done.span, format!("done is more than total: {wanted} of {all}"));
        }
        progress
    }

    /// A file in the roadmap's folder: a roadmap from a clone must not reach beyond it.
    pub(super) fn readings_file(&mut self, node: &Node<'_>) -> Option<String> {
        let path = self.line(node)?;
        let drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with(['/', '\\', '~']) || drive || path.split(['/', '\\']).any(|part| part == "..") {
            let hint = "write a path below the folder of the roadmap, such as readings/prow-jobs.csv";
            self.fault_with(node.span, format!("the readings `{path}` lie outside the roadmap's folder"), Some(hint));
            return None;
        }
        Some(path)
    }

    fn rules(&mut self, fields: &Fields<'_>) -> Vec<Rule> {
        let mut nodes: Vec<&Node<'_>> = self.list(fields.get("rules"), "a list of rules").iter().collect();
        nodes.extend(fields.get("rule"));
        let single = nodes.len() == 1;
        let nodes = match fields.get("rules") {
            Some(node) => self.at_most(MOST_COUNTERS, &nodes, node, "rules"),
            None => &nodes,
        };
        let mut rules: Vec<Rule> = Vec::new();
        for &node in nodes {
            let Some(rule) = self.rule(node, single) else { continue };
            if rules.iter().any(|other| other.version == rule.version) {
                let hint = "give every way of counting a number of its own: readings name it";
                self.fault_with(head(node), format!("there are two rules with version {}", rule.version), Some(hint));
            }
            rules.push(rule);
        }
        rules
    }

    fn rule(&mut self, node: &Node<'_>, single: bool) -> Option<Rule> {
        let fields = self.fields(node, "a rule", &RULE_KEYS)?;
        let version = match fields.get("version") {
            Some(node) => self.rule_version(node),
            None if single => Some(1),
            None => {
                self.fault_with(fields.span, "this rule has no version", Some("add `version: 1`"));
                None
            }
        };
        if let Some(source) = fields.get("source") {
            self.choice(source, "a source that can be counted", &SOURCES);
        }
        let name = fields.get("name").and_then(|node| self.line(node));
        let note = fields.get("note").and_then(|node| self.long(node));
        let scope = fields.get("scope").map_or(Some(Matcher::Always), |node| self.matcher(node));
        let done = fields.get("done").and_then(|node| self.matcher(node));
        if fields.get("done").is_none() {
            let hint = "say which jobs are done, for example `done: {cluster: [k8s-infra-prow-build]}`";
            self.fault_with(fields.span, "this rule has no `done`", Some(hint));
        }
        Some(Rule { version: version?, name, note, scope: scope?, done: done? })
    }

    fn rule_version(&mut self, node: &Node<'_>) -> Option<u32> {
        let version = self.whole(node)?;
        let fits = u32::try_from(version).ok().filter(|&version| version > 0);
        if fits.is_none() {
            self.fault(node.span, format!("a rule's version is a number from 1, not {version}"));
        }
        fits
    }

    /// Reads a condition on a job: all keys of the map must hold.
    fn matcher(&mut self, node: &Node<'_>) -> Option<Matcher> {
        let fields = self.fields(node, "a condition", &MATCHER_KEYS)?;
        let mut parts = Vec::new();
        for entry in &fields.entries {
            if entry.value.is_null() {
                self.expected(entry.value, "a value for the condition", None);
                return None;
            }
            parts.push(self.part(entry.name, entry.value)?);
        }
        match parts.len() {
            // Its keys were refused.
            0 if fields.is_written => None,
            0 => {
                self.fault_with(fields.span, "this condition is empty", Some("leave the key out to mean every job"));
                None
            }
            1 => parts.pop(),
            _ => Some(Matcher::All(parts)),
        }
    }

    fn part(&mut self, name: &str, node: &Node<'_>) -> Option<Matcher> {
        let some = |values: Vec<String>, made: fn(Vec<String>) -> Matcher| (!values.is_empty()).then(|| made(values));
        let part = match name {
            "all" => return self.matchers(node).map(Matcher::All),
            "any" => return self.matchers(node).map(Matcher::Any),
            "not" => return self.matcher(node).map(|inner| Matcher::Not(Box::new(inner))),
            "type" => return self.job_types(node).map(Matcher::Type),
            "cluster" => Some(self.words(Some(node))).filter(|words| !words.is_empty()).map(Matcher::Cluster),
            "image" => some(self.lines(Some(node)), Matcher::Image),
            "mentions" => some(self.passages(Some(node)), Matcher::Mentions),
            "repo" => some(self.lines(Some(node)), Matcher::Repo),
            "path" => some(self.lines(Some(node)), Matcher::Path),
            "dashboard" => some(self.lines(Some(node)), Matcher::Dashboard),
            // Unknown keys were refused when the map was opened.
            _ => return None,
        };
        if part.is_none() && matches!(&node.kind, Kind::List(nodes, _) if nodes.is_empty()) {
            self.fault_with(head(node), format!("`{name}` names nothing"), Some("a list of values means any of them"));
        }
        part
    }

    fn matchers(&mut self, node: &Node<'_>) -> Option<Vec<Matcher>> {
        let nodes = self.list(Some(node), "a list of conditions");
        let parts: Vec<_> = nodes.iter().filter_map(|node| self.matcher(node)).collect();
        (parts.len() == nodes.len() && matches!(node.kind, Kind::List(..))).then_some(parts)
    }

    fn job_types(&mut self, node: &Node<'_>) -> Option<Vec<JobType>> {
        let nodes = self.one_or_many(Some(node));
        let types: Vec<_> = nodes.iter().filter_map(|node| self.choice(node, "a type of job", &JobType::ALL)).collect();
        (types.len() == nodes.len()).then_some(types)
    }
}
