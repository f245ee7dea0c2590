//! Conditions of rules, and the values in them: globs, paths and texts.

use crate::domain::rule::{Condition, Files, Globs};
use crate::domain::{JobType, Matcher, Text};

use super::reader::{Fields, RoadmapReader, head};
use super::tree::{Node, NodeKind};

pub(super) const MATCHER_KEYS: [&str; 10] =
    ["all", "any", "not", "cluster", "image", "mentions", "type", "repo", "path", "dashboard"];
pub(super) const FILES_KEYS: [&str; 2] = ["include", "exclude"];

/// Conditions in each other at most.
const DEEPEST: usize = 32;

impl RoadmapReader<'_> {
    /// Reads the parts of a condition: all keys of the map must hold.
    #[expect(clippy::type_complexity, reason = "the reader of a part is given only here")]
    pub(super) fn condition<T>(
        &mut self,
        node: &Node<'_>,
        fields: &Fields<'_>,
        depth: usize,
        part: &mut dyn FnMut(&mut Self, &str, &Node<'_>, usize) -> Option<Condition<T>>,
    ) -> Option<Condition<T>> {
        if depth > DEEPEST {
            self.fault(head(node), format!("conditions are in each other more than {DEEPEST} times"));
            return None;
        }
        let mut parts = Vec::new();
        for entry in &fields.entries {
            parts.push(part(self, entry.name, entry.value, depth + 1)?);
        }
        match parts.len() {
            // Its keys were refused.
            0 if fields.is_written => None,
            0 => {
                self.fault_with(fields.span, "this condition is empty", Some("leave the key out to mean everything"));
                None
            }
            1 => parts.pop(),
            _ => Some(Condition::All(parts)),
        }
    }

    /// Reads what is below `all`, `any` or `not`.
    #[expect(clippy::type_complexity, reason = "the reader of a part is given only here")]
    pub(super) fn combined<T>(
        &mut self,
        name: &str,
        node: &Node<'_>,
        depth: usize,
        inner: &mut dyn FnMut(&mut Self, &Node<'_>, usize) -> Option<Condition<T>>,
    ) -> Option<Condition<T>> {
        if name == "not" {
            return inner(self, node, depth).map(|inner| Condition::Not(Box::new(inner)));
        }
        let nodes = self.list(Some(node), "a list of conditions");
        let parts: Vec<_> = nodes.iter().filter_map(|node| inner(self, node, depth)).collect();
        let is_whole = parts.len() == nodes.len() && matches!(node.kind, NodeKind::List(..));
        is_whole.then(|| if name == "all" { Condition::All(parts) } else { Condition::Any(parts) })
    }

    pub(super) fn any_of<T>(
        &mut self,
        name: &str,
        node: &Node<'_>,
        mut tests: Vec<Condition<T>>,
    ) -> Option<Condition<T>> {
        match tests.len() {
            0 => {
                let hint = "a list of values means any of them";
                self.fault_with(head(node), format!("`{name}` names nothing"), Some(hint));
                None
            }
            1 => tests.pop(),
            _ => Some(Condition::Any(tests)),
        }
    }

    /// Reads `files`: globs to include, or a map of those to include and to exclude.
    pub(super) fn files(&mut self, fields: &Fields<'_>) -> Option<Files> {
        let Some(node) = fields.get("files") else { return Some(Files::default()) };
        if !matches!(node.kind, NodeKind::Map(..)) {
            let include = self.paths(node);
            return (!include.is_empty()).then_some(Files { include, exclude: Vec::new() });
        }
        let fields = self.fields(node, "the files of a rule", &FILES_KEYS)?;
        let mut paths = |name: &str| match fields.get(name) {
            Some(node) => Some(self.paths(node)).filter(|paths| !paths.is_empty()),
            None => Some(Vec::new()),
        };
        Some(Files { include: paths("include")?, exclude: paths("exclude")? })
    }

    /// Reads globs of paths, relative to the root of the checkout; none where one cannot be used.
    pub(super) fn paths(&mut self, node: &Node<'_>) -> Vec<String> {
        let mut paths = Vec::new();
        for node in self.one_or_many(Some(node)) {
            let Some(path) = self.line(node) else { return Vec::new() };
            let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
            if path.starts_with('/') || path.split('/').any(|step| step == "..") {
                let hint = "paths begin at the root of the checkout, without a slash";
                self.fault_with(node.span, format!("`{path}` leads out of the checkout"), Some(hint));
                return Vec::new();
            }
            if !self.is_glob(node, &path) {
                return Vec::new();
            }
            paths.push(path);
        }
        if paths.is_empty() {
            self.fault_with(head(node), "this list names nothing", Some("leave the key out to mean every file"));
        }
        paths
    }

    /// Reads globs; none where one cannot be used.
    pub(super) fn globs(&mut self, node: &Node<'_>) -> Vec<String> {
        let globs: Vec<(&Node<'_>, Option<String>)> =
            self.one_or_many(Some(node)).iter().map(|node| (node, self.line(node))).collect();
        let mut found = Vec::new();
        for (node, glob) in globs {
            let Some(glob) = glob.filter(|glob| self.is_glob(node, glob)) else { return Vec::new() };
            found.push(glob);
        }
        found
    }

    fn is_glob(&mut self, node: &Node<'_>, glob: &str) -> bool {
        let compiled = Globs::new(&[glob.to_owned()]);
        if let Err(error) = &compiled {
            self.fault(node.span, error.to_string());
        }
        compiled.is_ok()
    }

    /// Reads texts exactly as they are.
    fn raw_texts(&mut self, node: &Node<'_>) -> Vec<String> {
        let nodes = self.one_or_many(Some(node));
        let text = |node: &Node<'_>| self.line(node).and(node.scalar()).map(str::to_owned);
        nodes.iter().filter_map(text).collect()
    }

    /// Reads a condition on a job: all keys of the map must hold.
    pub(super) fn matcher(&mut self, node: &Node<'_>) -> Option<Matcher> {
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
            "cluster" => Some(self.globs(node))
                .filter(|globs| !globs.is_empty())
                .map(|globs| Matcher::Cluster(globs.iter().map(Text::new).collect())),
            "image" => some(self.lines(Some(node)), Matcher::Image),
            "mentions" => some(self.raw_texts(node), Matcher::Mentions),
            "repo" => some(self.globs(node), Matcher::Repo),
            "path" => some(self.globs(node), Matcher::Path),
            "dashboard" => some(self.globs(node), Matcher::Dashboard),
            // Unknown keys were refused when the map was opened.
            _ => return None,
        };
        if part.is_none() && matches!(&node.kind, NodeKind::List(nodes, _) if nodes.is_empty()) {
            self.fault_with(head(node), format!("`{name}` names nothing"), Some("a list of values means any of them"));
        }
        part
    }

    fn matchers(&mut self, node: &Node<'_>) -> Option<Vec<Matcher>> {
        let nodes = self.list(Some(node), "a list of conditions");
        let parts: Vec<_> = nodes.iter().filter_map(|node| self.matcher(node)).collect();
        (parts.len() == nodes.len() && matches!(node.kind, NodeKind::List(..))).then_some(parts)
    }

    fn job_types(&mut self, node: &Node<'_>) -> Option<Vec<JobType>> {
        let nodes = self.one_or_many(Some(node));
        let types: Vec<_> = nodes.iter().filter_map(|node| self.choice(node, "a type of job", &JobType::ALL)).collect();
        (types.len() == nodes.len()).then_some(types)
    }
}
