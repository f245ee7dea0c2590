//! Parses maps: known keys, unknown keys, and merge keys (`<<`).

use crate::domain::Place;
use crate::sources::diagnostic::Span;

use super::reader::{RoadmapReader, head};
use super::rule;
use super::text::shorten;
use super::tree::{Node, NodeKind};

/// The maximum nesting depth of merged maps.
const MOST_MERGES: usize = 32;

/// Words from other tools, with the keys they mean.
const SYNONYMS: [(&[&str], &str); 8] = [
    (&["name", "summary"], "title"),
    (&["status"], "state"),
    (&["sig", "sigs", "owners"], "owner"),
    (&["depends_on", "blockedby"], "blocked_by"),
    (&["description"], "note"),
    (&["deadline"], "due"),
    (&["tasks"], "items"),
    (&["link"], "issue"),
];

/// Keys of a project that are next to `projects` if the indentation is wrong.
const OF_PROJECTS: [&str; 8] = ["id", "owner", "issue", "measure", "state", "items", "blocked_by", "due"];

/// A map with known, unique keys.
pub(crate) struct Fields<'n> {
    pub(super) entries: Vec<MapEntry<'n>>,
    /// Unknown keys of a merged anchor.
    left_out: Vec<MapEntry<'n>>,
    /// Whether a key was rejected.
    pub(super) is_rejected: bool,
    /// The start of the map.
    pub(crate) span: Span,
}

pub(super) struct MapEntry<'n> {
    pub(super) name: &'n str,
    pub(super) key: &'n Node<'n>,
    pub(super) value: &'n Node<'n>,
}

/// The context of a merge.
#[derive(Clone, Copy)]
struct Merging<'k> {
    what: &'k str,
    /// The known keys of the map; `None` if every key is allowed.
    keys: Option<&'k [&'k str]>,
    depth: usize,
}

impl<'n> Fields<'n> {
    /// Returns the value of a key. A null value counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node<'n>> {
        self.entry(name).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// Returns a key whose value is null, where that must not count as missing.
    pub(crate) fn null_key(&self, name: &str) -> Option<&'n Node<'n>> {
        self.entry(name).filter(|entry| entry.value.is_null()).map(|entry| entry.key)
    }

    fn entry(&self, name: &str) -> Option<&MapEntry<'n>> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    pub(super) fn place(&self) -> Place {
        Place { line: self.span.line, column: self.span.column }
    }
}

impl RoadmapReader<'_> {
    /// Parses a map, rejecting duplicate and unknown keys.
    pub(super) fn fields<'n>(&mut self, node: &'n Node<'n>, what: &str, keys: &[&str]) -> Option<Fields<'n>> {
        self.open(node, what, Some(keys))
    }

    /// Parses a condition. Merged keys must match as well, so unknown ones are rejected instead of ignored.
    pub(super) fn condition_fields<'n>(&mut self, node: &'n Node<'n>, keys: Option<&[&str]>) -> Option<Fields<'n>> {
        let mut fields = self.open(node, "a condition", keys)?;
        for MapEntry { key, name, .. } in std::mem::take(&mut fields.left_out) {
            self.reject_unknown((key, name), "a condition", keys.unwrap_or_default());
            fields.is_rejected = true;
        }
        Some(fields)
    }

    /// Parses a map with known keys, or with any.
    fn open<'n>(&mut self, node: &'n Node<'n>, what: &str, keys: Option<&[&str]>) -> Option<Fields<'n>> {
        let NodeKind::Map(pairs, _) = &node.kind else {
            let key = keys.and_then(<[&str]>::first);
            let hint = key.map(|key| format!("write its keys and their values, as in `{key}: …`"));
            return self.unexpected(node, &format!("{what} as a map"), hint.as_deref());
        };
        let mut fields = Fields { entries: Vec::new(), left_out: Vec::new(), is_rejected: false, span: head(node) };
        for (key, value) in pairs.iter().filter(|(key, _)| !key.is_merge()) {
            let Some(name) = key.scalar() else {
                self.expected(key, "a key", None);
                fields.is_rejected = true;
                continue;
            };
            let unknown = keys.filter(|keys| !keys.contains(&name));
            if let Some(keys) = unknown {
                self.reject_unknown((key, name), what, keys);
                fields.is_rejected = true;
            } else if let Some(earlier) = fields.entry(name) {
                let hint = format!("it is already on line {}", earlier.key.span.line);
                self.fault_with(key.span, format!("the key `{}` is there twice", shorten(name)), Some(hint));
            } else {
                self.warn_of_hidden(key, value);
                fields.entries.push(MapEntry { name, key, value });
            }
        }
        for (_, value) in pairs.iter().filter(|(key, _)| key.is_merge()) {
            self.merge(&mut fields, value, Merging { what, keys, depth: 0 });
        }
        Some(fields)
    }

    fn reject_unknown(&mut self, (key, name): (&Node<'_>, &str), what: &str, keys: &[&str]) {
        self.fault_by(key.span, |reader| {
            let is_of_project = keys.contains(&"projects") && OF_PROJECTS.contains(&name);
            let is_of_rule = keys.contains(&"rules") && rule::is_key(name);
            let hint = match reader.meant_key(name, keys) {
                _ if name.starts_with("//") => "a comment begins with `#`".to_owned(),
                _ if is_of_project => format!("`{name}` belongs to a project: indent it below one"),
                _ if is_of_rule => format!("`{name}` belongs to a rule: indent it below `rule:`"),
                Some(key) => format!("did you mean `{key}`?"),
                None => format!("the keys are: {}", keys.join(", ")),
            };
            (format!("unknown key `{}` in {what}", shorten(name)), Some(hint))
        });
    }

    /// Guesses the key that an unknown one stands for: a typo, or a word from another tool.
    pub(super) fn meant_key<'k>(&mut self, name: &str, keys: &[&'k str]) -> Option<&'k str> {
        let synonym = SYNONYMS.iter().find(|(words, key)| words.contains(&name) && keys.contains(key));
        self.nearest(name, keys.iter().copied()).or(synonym.map(|(_, key)| *key))
    }

    /// Adds the keys merged by `<<` that the map does not have itself.
    ///
    /// An anchor may have keys that do not belong here, since it may also serve another purpose. A literal map may not.
    fn merge<'n>(&mut self, fields: &mut Fields<'n>, value: &'n Node<'n>, merging: Merging<'_>) {
        if merging.depth > MOST_MERGES {
            fields.is_rejected = true;
            self.fault(value.span, format!("merge keys (`<<`) are nested more than {MOST_MERGES} deep"));
            return;
        }
        let deeper = Merging { depth: merging.depth + 1, ..merging };
        match &value.kind {
            NodeKind::Map(pairs, _) => {
                for (key, value) in pairs.iter().filter(|(key, _)| !key.is_merge()) {
                    let Some(name) = key.scalar() else { continue };
                    let entry = MapEntry { name, key, value };
                    match merging.keys {
                        Some(keys) if !keys.contains(&name) && key.aliased => fields.left_out.push(entry),
                        Some(keys) if !keys.contains(&name) => {
                            fields.is_rejected = true;
                            self.reject_unknown((key, name), merging.what, keys);
                        }
                        Some(_) | None if fields.entry(name).is_some() => {}
                        Some(_) | None => fields.entries.push(entry),
                    }
                }
                for (_, value) in pairs.iter().filter(|(key, _)| key.is_merge()) {
                    self.merge(fields, value, deeper);
                }
            }
            NodeKind::List(nodes, _) => nodes.iter().for_each(|node| self.merge(fields, node, deeper)),
            NodeKind::Scalar(..) => {
                fields.is_rejected = true;
                self.expected(value, "a map to merge", None);
            }
        }
    }
}
