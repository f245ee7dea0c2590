//! Parses conditions of rules and their values: globs, paths and texts.

use crate::domain::rule::{BadGlob, Condition, Files, Globs};

use super::fields::{Fields, MapEntry};
use super::reader::{RoadmapReader, head};
use super::tree::{Node, NodeKind};

pub(super) const FILES_KEYS: [&str; 2] = ["include", "exclude"];

/// The maximum nesting depth of conditions.
const DEEPEST: usize = 32;

/// The keys of a source's conditions, and the parser of a test by its key. Without keys, every key is a field, and a
/// condition may be a test without a key.
pub(crate) type TestReader<'t, T> = (Option<&'t [&'t str]>, &'t ReadTest<'t, T>);
type ReadTest<'t, T> = dyn Fn(&mut RoadmapReader<'_>, Option<&str>, &Node<'_>) -> Option<Condition<T>> + 't;

/// Returns all parts; `None` if one is faulty. All parts are parsed first, so that every fault is reported.
pub(crate) fn all_of<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}

type CompileGlobs = fn(&[String]) -> Result<Globs, BadGlob>;

impl RoadmapReader<'_> {
    /// Parses a condition: all keys of its map must match.
    pub(crate) fn condition<T>(&mut self, node: &Node<'_>, tests: TestReader<'_, T>) -> Option<Condition<T>> {
        self.condition_within(node, tests, 0)
    }

    fn condition_within<T>(&mut self, node: &Node<'_>, tests: TestReader<'_, T>, depth: usize) -> Option<Condition<T>> {
        let (keys, read) = tests;
        if keys.is_none() && !matches!(node.kind, NodeKind::Map(..)) {
            return read(self, None, node);
        }
        let fields = self.condition_fields(node, keys)?;
        if depth > DEEPEST {
            self.fault(head(node), format!("conditions are nested more than {DEEPEST} deep"));
            return None;
        }
        let part = |entry: &MapEntry<'_>| match entry.name {
            "not" => Some(Condition::Not(Box::new(self.condition_within(entry.value, tests, depth + 1)?))),
            name @ "all" => self.conditions(name, entry.value, tests, depth + 1).map(Condition::All),
            name @ "any" => self.conditions(name, entry.value, tests, depth + 1).map(Condition::Any),
            name => read(self, Some(name), entry.value),
        };
        let mut parts = all_of(fields.entries.iter().map(part))?;
        match parts.len() {
            // Its keys were rejected.
            0 if fields.is_rejected => None,
            0 => self.reject(fields.span, "this condition is empty", "leave the key out to mean everything"),
            1 => parts.pop(),
            _ => Some(Condition::All(parts)),
        }
    }

    /// Parses the list of `all` or `any`.
    fn conditions<T>(
        &mut self,
        name: &str,
        node: &Node<'_>,
        tests: TestReader<'_, T>,
        depth: usize,
    ) -> Option<Vec<Condition<T>>> {
        let nodes = self.list(Some(node), "a list of conditions");
        if matches!(&node.kind, NodeKind::List(nodes, _) if nodes.is_empty()) {
            let hint = "list conditions, or leave the key out to mean everything";
            return self.reject(head(node), format!("`{name}` has no conditions"), hint);
        }
        let parts: Vec<_> = nodes.iter().filter_map(|node| self.condition_within(node, tests, depth)).collect();
        (parts.len() == nodes.len() && matches!(node.kind, NodeKind::List(..))).then_some(parts)
    }

    /// Parses the values of a key into a test; `None` if one of them is invalid.
    pub(crate) fn test_of<V, T>(
        &mut self,
        name: &str,
        node: &Node<'_>,
        read: fn(&mut Self, &Node<'_>) -> Vec<V>,
        make: fn(Vec<V>) -> T,
    ) -> Option<Condition<T>> {
        if node.is_null() {
            return self.unexpected(node, "a value for the condition", None);
        }
        let values = read(self, node);
        if matches!(&node.kind, NodeKind::List(nodes, _) if nodes.is_empty()) {
            self.reject_empty(name, node);
        }
        (!values.is_empty()).then(|| Condition::Is(make(values)))
    }

    pub(crate) fn reject_empty(&mut self, name: &str, node: &Node<'_>) {
        self.fault_with(head(node), format!("`{name}` names nothing"), Some("a list of values means any of them"));
    }

    /// Parses `files`: globs to include, or a map of globs to include and exclude.
    pub(crate) fn files(&mut self, fields: &Fields<'_>) -> Option<Files> {
        let Some(node) = fields.get("files") else { return Some(Files::default()) };
        if !matches!(node.kind, NodeKind::Map(..)) {
            let include = self.paths(node);
            return (!include.is_empty()).then_some(Files { include, ..Files::default() });
        }
        let fields = self.fields(node, "the files of a rule", &FILES_KEYS)?;
        let mut paths = |name: &str| match fields.get(name) {
            Some(node) => Some(self.paths(node)).filter(|paths| !paths.is_empty()),
            None => Some(Vec::new()),
        };
        let (include, exclude) = (paths("include"), paths("exclude"));
        Some(Files { include: include?, exclude: exclude?, own: Vec::new() })
    }

    /// Parses globs for paths relative to the root of the checkout. Empty if one is invalid.
    pub(crate) fn paths(&mut self, node: &Node<'_>) -> Vec<String> {
        let nodes = self.one_or_many(Some(node));
        if nodes.is_empty() {
            self.fault_with(head(node), "this list names nothing", Some("leave the key out to mean every file"));
        }
        all_of(nodes.iter().map(|node| self.path_glob(node))).unwrap_or_default()
    }

    fn path_glob(&mut self, node: &Node<'_>) -> Option<String> {
        let path = self.line(node)?;
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        if path.starts_with('/') || path.split('/').any(|step| step == "..") {
            let hint = "paths begin at the root of the checkout, without a slash";
            return self.reject(node.span, format!("`{path}` leads out of the checkout"), hint);
        }
        self.is_glob(node, &path, Globs::new).then_some(path)
    }

    /// Parses globs for paths. Empty if one is invalid.
    pub(crate) fn globs(&mut self, node: &Node<'_>) -> Vec<String> {
        self.globs_of(node, Globs::new)
    }

    /// Parses globs for files, where a folder means everything in it. Empty if one is invalid.
    pub(crate) fn file_globs(&mut self, node: &Node<'_>) -> Vec<String> {
        self.globs_of(node, Globs::of_files)
    }

    /// Parses globs for names, in which a slash is an ordinary character. Empty if one is invalid.
    pub(crate) fn name_globs(&mut self, node: &Node<'_>) -> Vec<String> {
        self.globs_of(node, Globs::of_names)
    }

    fn globs_of(&mut self, node: &Node<'_>, compile: CompileGlobs) -> Vec<String> {
        let nodes = self.one_or_many(Some(node));
        let glob = |node: &Node<'_>| {
            let glob = self.line(node)?;
            self.is_glob(node, &glob, compile).then_some(glob)
        };
        all_of(nodes.iter().map(glob)).unwrap_or_default()
    }

    fn is_glob(&mut self, node: &Node<'_>, glob: &str, compile: CompileGlobs) -> bool {
        let compiled = compile(&[glob.to_owned()]);
        if let Err(error) = &compiled {
            self.fault(node.span, error.to_string());
        }
        compiled.is_ok()
    }

    pub(crate) fn texts(&mut self, node: &Node<'_>) -> Vec<String> {
        self.each(Some(node), Self::line)
    }
}
