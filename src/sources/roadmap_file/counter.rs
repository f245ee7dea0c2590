//! Parses counters: their rules, and figures written in the roadmap.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::domain::{Counter, CounterId, Date, Progress, Reading, Rule};

use super::fields::Fields;
use super::reader::{RoadmapReader, head};
use super::tree::{Node, NodeKind};

/// The maximum number of counters, and of rules of a counter.
const MOST_COUNTERS: usize = 500;
pub(super) const KEYS: [&str; 9] = ["unit", "rule", "rules", "readings", "from", "done", "total", "date", "note"];

impl RoadmapReader<'_> {
    /// Parses `counters:`, a map from ids to counters.
    pub(super) fn counters(&mut self, node: Option<&Node<'_>>, written: Option<Date>) -> Vec<Counter> {
        let Some(node) = node else { return Vec::new() };
        let NodeKind::Map(pairs, _) = &node.kind else {
            let hint = "write each as `ID:` with its keys below it, without a dash";
            self.expected(node, "counters as a map from id to counter", Some(hint));
            return Vec::new();
        };
        let mut first: HashMap<String, u32> = HashMap::new();
        let mut counters: Vec<Counter> = Vec::new();
        let pairs = self.at_most(MOST_COUNTERS, pairs, node, "counters");
        for (key, value) in pairs {
            let Some(id) = self.id(key) else { continue };
            if let Some(line) = first.insert(id.to_string(), key.span.line) {
                let hint = Some(format!("it is already on line {line}"));
                self.fault_with(key.span, format!("there are two counters `{id}`"), hint);
            }
            let counter = self.counter(CounterId(id), key, value, written);
            if let (Some(counter), Some(node)) = (&counter, value.merged_entry("readings")) {
                self.reject_shared_file(counter, &counters, node);
            }
            counters.extend(counter);
        }
        counters
    }

    /// Rejects a readings file of two counters: a reading gives its rule but not its counter, so they would be mixed
    /// up.
    fn reject_shared_file(&mut self, counter: &Counter, others: &[Counter], node: &Node<'_>) {
        let file = |counter: &Counter| counter.readings_file.as_deref().map(|file| Path::new(file).to_owned());
        let Some(own) = file(counter) else { return };
        // Compares components, so that `./a.csv` equals `a.csv`.
        let plain = |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        let is_same = |other: &&Counter| file(other).is_some_and(|other| plain(&other) == plain(&own));
        if let Some(other) = others.iter().find(is_same) {
            let message = format!("the readings of `{}` are in this file already", other.id);
            self.fault_with(node.span, message, Some("give every counter a file of its own"));
        }
    }

    fn counter(&mut self, id: CounterId, key: &Node<'_>, node: &Node<'_>, written: Option<Date>) -> Option<Counter> {
        let fields = self.fields(node, "a counter", &KEYS)?;
        let from = fields.get("from").and_then(|node| self.start(node));
        let mut rules = self.rules(&fields);
        for rule in &mut rules {
            rule.from = from.unwrap_or(rule.from);
        }
        let unit = fields.get("unit").and_then(|node| self.line(node)).unwrap_or_else(|| id.to_string());
        let version = rules.first().map_or(1, |rule| rule.version);
        let readings = self.typed_reading(&fields, version, written).into_iter().collect();
        let example = format!("readings/{id}.csv");
        let readings_file = fields.get("readings").and_then(|node| self.path_below(node, &example));
        let place = crate::domain::Place { line: key.span.line, column: key.span.column };
        Some(Counter { id, unit, rules, readings_file, readings, place })
    }

    fn typed_reading(&mut self, fields: &Fields<'_>, rule: u32, written: Option<Date>) -> Option<Reading> {
        let date = fields.get("date").and_then(|node| self.past_date(node));
        let note = fields.get("note").and_then(|node| self.long(node));
        let progress = self.progress(fields)?;
        if date.or(written).is_none() && fields.get("date").is_none() {
            let at = fields.get("done").map_or(fields.span, head);
            let hint = "add `date`, or `written` at the top of the file";
            self.fault_with(at, "the day of these figures is missing", Some(hint));
        }
        Some(Reading { date: date.or(written)?, progress, rule, commit: None, note })
    }

    /// Parses `done` and `total`, which require each other.
    pub(super) fn progress(&mut self, fields: &Fields<'_>) -> Option<Progress> {
        let (done, total) = match (fields.get("done"), fields.get("total")) {
            (None, None) => return None,
            (Some(node), _) | (_, Some(node)) if matches!(node.kind, NodeKind::Map(..)) => {
                let hint = "a condition belongs to a rule: indent it below `rule:` of a counter";
                return self.reject(head(node), "`done` and `total` are numbers here", hint);
            }
            (Some(done), Some(total)) => (done, total),
            (Some(node), None) => {
                let is_number = node.scalar().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
                let state = "a state is written as `state: done`; `done` is a number";
                let hint = if is_number { "of how many? add `total`" } else { state };
                return self.reject(node.span, "`done` needs a `total`", hint);
            }
            (None, Some(node)) => {
                return self.reject(node.span, "`total` needs a `done`", "add `done`, 0 if nothing is");
            }
        };
        let (wanted, all) = (self.whole(done), self.whole(total));
        let (wanted, all) = (wanted?, all?);
        if all == 0 {
            let hint = "leave both out if the total is unknown";
            return self.reject(total.span, "a total is at least 1", hint);
        }
        let progress = Progress::new(wanted, all);
        if progress.is_none() {
            let hint = Some("correct one of the two: `done` counts a part of `total`");
            self.fault_with(done.span, format!("done is more than total: {wanted} of {all}"), hint);
        }
        progress
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
                let hint = "give each rule its own version: readings refer to it";
                self.fault_with(head(node), format!("there are two rules with version {}", rule.version), Some(hint));
            }
            rules.push(rule);
        }
        rules
    }
}
