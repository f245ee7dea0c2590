//! Maps: their keys, those that are refused, and what they merge by `<<`.

use crate::domain::Place;
use crate::sources::diagnostic::Span;

use super::reader::{RoadmapReader, head};
use super::text::shorten;
use super::tree::{Node, NodeKind};

/// How often a merged map may merge another one.
const MOST_MERGES: usize = 32;

/// Words that people bring from other tools, and the keys that they mean.
const SYNONYMS: [(&str, &str); 12] = [
    ("name", "title"),
    ("summary", "title"),
    ("status", "state"),
    ("sig", "owner"),
    ("sigs", "owner"),
    ("owners", "owner"),
    ("depends_on", "blocked_by"),
    ("blockedby", "blocked_by"),
    ("description", "note"),
    ("deadline", "due"),
    ("tasks", "items"),
    ("link", "issue"),
];

/// Keys of a project that stand beside `projects` where the indentation is lost.
const OF_PROJECTS: [&str; 8] = ["id", "owner", "issue", "measure", "state", "items", "blocked_by", "due"];

/// A map with known, unique keys.
pub(super) struct Fields<'n> {
    pub(super) entries: Vec<MapEntry<'n>>,
    /// What a merged anchor has and this map has no use for.
    left_out: Vec<MapEntry<'n>>,
    /// Whether a key was refused.
    pub(super) is_refused: bool,
    /// The beginning of the map.
    pub(super) span: Span,
}

/// A key and its value.
pub(super) struct MapEntry<'n> {
    pub(super) name: &'n str,
    pub(super) key: &'n Node<'n>,
    pub(super) value: &'n Node<'n>,
}

/// What is merged into a map.
#[derive(Clone, Copy)]
struct Merging<'k> {
    what: &'k str,
    /// The keys that the map can have; every key where none are given.
    keys: Option<&'k [&'k str]>,
    depth: usize,
}

impl<'n> Fields<'n> {
    /// Returns the value of a key; a value that is null counts as not written.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node<'n>> {
        self.entry(name).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// Returns a key whose value is null, for what must not count as not written.
    pub(super) fn null_key(&self, name: &str) -> Option<&'n Node<'n>> {
        self.entry(name).filter(|entry| entry.value.is_null()).map(|entry| entry.key)
    }

    fn entry(&self, name: &str) -> Option<&MapEntry<'n>> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Returns the place of the map.
    pub(super) fn place(&self) -> Place {
        Place { line: self.span.line, column: self.span.column }
    }
}

impl RoadmapReader<'_> {
    /// Opens a map, refusing duplicate and unknown keys.
    pub(super) fn fields<'n>(&mut self, node: &'n Node<'n>, what: &str, keys: &[&str]) -> Option<Fields<'n>> {
        self.open(node, what, Some(keys))
    }

    /// Opens a condition: what it merges must hold as well, so that none of it may be left out.
    pub(super) fn condition_fields<'n>(&mut self, node: &'n Node<'n>, keys: Option<&[&str]>) -> Option<Fields<'n>> {
        let mut fields = self.open(node, "a condition", keys)?;
        for MapEntry { key, name, .. } in std::mem::take(&mut fields.left_out) {
            self.refuse_unknown((key, name), "a condition", keys.unwrap_or_default());
            fields.is_refused = true;
        }
        Some(fields)
    }

    /// Opens a map whose keys are known, or of which every key is welcome.
    fn open<'n>(&mut self, node: &'n Node<'n>, what: &str, keys: Option<&[&str]>) -> Option<Fields<'n>> {
        let NodeKind::Map(pairs, _) = &node.kind else {
            let key = keys.and_then(<[&str]>::first);
            let hint = key.map(|key| format!("write its keys and their values, as in `{key}: …`"));
            self.expected(node, &format!("{what} as a map"), hint.as_deref());
            return None;
        };
        let mut fields = Fields { entries: Vec::new(), left_out: Vec::new(), is_refused: false, span: head(node) };
        for (key, value) in pairs.iter().filter(|(key, _)| !key.is_merge()) {
            let Some(name) = key.scalar() else {
                self.expected(key, "a key", None);
                fields.is_refused = true;
                continue;
            };
            let unknown = keys.filter(|keys| !keys.contains(&name));
            if let Some(keys) = unknown {
                self.refuse_unknown((key, name), what, keys);
                fields.is_refused = true;
            } else if let Some(earlier) = fields.entry(name) {
                let hint = format!("it is in line {} already", earlier.key.span.line);
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

    fn refuse_unknown(&mut self, (key, name): (&Node<'_>, &str), what: &str, keys: &[&str]) {
        self.fault_by(key.span, |reader| {
            let is_misplaced = keys.contains(&"projects") && OF_PROJECTS.contains(&name);
            let hint = match reader.meant_key(name, keys) {
                _ if is_misplaced => format!("`{name}` belongs to a project: indent it below one"),
                Some(key) => format!("did you mean `{key}`?"),
                None => format!("the keys are: {}", keys.join(", ")),
            };
            (format!("unknown key `{}` in {what}", shorten(name)), Some(hint))
        });
    }

    /// Guesses the key that an unknown one stands for: a typing error, or the word of another tool.
    pub(super) fn meant_key<'k>(&mut self, name: &str, keys: &[&'k str]) -> Option<&'k str> {
        let synonym = SYNONYMS.iter().find(|(word, key)| *word == name && keys.contains(key));
        self.nearest(name, keys.iter().copied()).or(synonym.map(|(_, key)| *key))
    }

    /// Takes over what `<<` names, where the map does not say otherwise itself.
    ///
    /// An anchor may be about something else and have keys that do not belong here; a map that is written here may not.
    fn merge<'n>(&mut self, fields: &mut Fields<'n>, value: &'n Node<'n>, merging: Merging<'_>) {
        if merging.depth > MOST_MERGES {
            fields.is_refused = true;
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
                            fields.is_refused = true;
                            self.refuse_unknown((key, name), merging.what, keys);
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
                fields.is_refused = true;
                self.expected(value, "a map to merge", None);
            }
        }
    }
}
