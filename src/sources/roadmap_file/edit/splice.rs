//! Byte ranges of values, and the places where new ones belong.

use std::ops::Range;

use crate::domain::{PageLink, Repo};
use crate::sources::roadmap_file::tree::{self, Layout, Node, NodeKind, QuoteStyle};

use super::quote::{Quotes, is_plain, write};
use super::value::{EditField, Meant};
use super::{EditError, ItemPath};

/// Bytes to replace, and what to put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// A text behind its byte order mark, parsed.
pub(super) struct ScalarBody<'t> {
    text: &'t str,
    offset: usize,
    root: Node<'t>,
}

impl<'t> ScalarBody<'t> {
    /// Parses a text; one that is not YAML cannot be edited.
    pub(super) fn parse(text: &'t str) -> Result<Self, EditError> {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = tree::parse(body).ok().flatten().ok_or_else(by_hand)?;
        Ok(Self { text: body, offset: text.len() - body.len(), root })
    }

    /// Works out the one change of bytes that sets a field; where there is none, says in which line, and why.
    pub(super) fn set(
        &self,
        place: &ItemPath,
        field: EditField,
        meant: &Meant,
        home: &Repo,
    ) -> Result<Splice, (u32, &'static str)> {
        let splice = self.splice(|body, root| {
            let node = node(root, place).filter(|node| !node.aliased)?;
            let target = SpliceTarget { text: body, key: field.key(), meant, home };
            match &node.kind {
                NodeKind::Map(pairs, layout) => target.in_map(pairs, *layout),
                NodeKind::Scalar(value, style) => target.in_scalar(node, value, *style),
                NodeKind::List(..) => None,
            }
        });
        splice.map_err(|_| obstacle(&self.root, place, field))
    }

    /// Works out a change of bytes.
    pub(super) fn splice(&self, work: impl FnOnce(&'t str, &Node<'t>) -> Option<Splice>) -> Result<Splice, EditError> {
        let Splice { range, text } = work(self.text, &self.root).ok_or_else(by_hand)?;
        Ok(Splice { range: range.start + self.offset..range.end + self.offset, text })
    }
}

pub(super) fn by_hand() -> EditError {
    let message = "this is written in a way that cannot be changed without touching more of the file";
    EditError::refused(message, "change it by hand; nothing was written")
}

/// Finds what an edit is about.
pub(super) fn node<'n, 't>(root: &'n Node<'t>, place: &ItemPath) -> Option<&'n Node<'t>> {
    let nth = |node: &'n Node<'t>, key: &str, index: usize| match &node.entry(key)?.kind {
        NodeKind::List(nodes, _) => nodes.get(index),
        NodeKind::Map(..) | NodeKind::Scalar(..) => None,
    };
    let project = nth(root, "projects", place.project)?;
    match place.item {
        Some(item) if !project.aliased => nth(project, "items", item),
        Some(_) => None,
        None => Some(project),
    }
}

/// Says what is in the way of a change, and in which line.
fn obstacle(root: &Node<'_>, place: &ItemPath, field: EditField) -> (u32, &'static str) {
    const SHARED: &str = "it is written elsewhere, and only named here by an alias";
    let project = ItemPath { item: None, ..*place };
    let Some(node) = node(root, place).or_else(|| node(root, &project)) else { return (1, SHARED) };
    match node.entry(field.key()) {
        _ if node.aliased => (node.span.line, SHARED),
        Some(old) => (old.span.line, "a comment or an anchor is written into the old value"),
        None => (node.span.line, "there is no place for a new value"),
    }
}

struct SpliceTarget<'a> {
    text: &'a str,
    key: &'a str,
    meant: &'a Meant,
    home: &'a Repo,
}

type NodePairs<'t> = [(Node<'t>, Node<'t>)];

impl SpliceTarget<'_> {
    /// Writes the new value in the quotes of the old one.
    fn value(&self, quotes: Quotes) -> String {
        match self.meant {
            Meant::State(state) => write(state.word(), quotes),
            Meant::Due(date) => write(&date.to_string(), quotes),
            Meant::Note(note) => write(note, quotes),
            Meant::Issue(issue) if &issue.repo == self.home => match quotes {
                Quotes::None => issue.number.to_string(),
                Quotes::Single | Quotes::Double => write(&issue.number.to_string(), quotes),
            },
            Meant::Issue(issue) => write(&issue.to_string(), quotes),
            Meant::Owner(_, yaml) => yaml.clone(),
        }
    }

    fn in_map(&self, pairs: &NodePairs<'_>, layout: Layout) -> Option<Splice> {
        if let Some((key, old)) = pairs.iter().find(|(key, _)| key.scalar() == Some(self.key)) {
            return self.replace(key, old);
        }
        // A project with one issue may have it in a list.
        let listed = pairs.iter().find(|(key, _)| self.key == "issue" && key.scalar() == Some("issues"));
        if let Some((key, list)) = listed {
            let only = match &list.kind {
                NodeKind::List(nodes, _) if !list.aliased => nodes.first(),
                NodeKind::List(..) | NodeKind::Map(..) | NodeKind::Scalar(..) => None,
            };
            return self.replace(key, only.unwrap_or(list));
        }
        add_pair(self.text, pairs, layout, self.key, &self.value(Quotes::None))
    }

    fn replace(&self, key: &Node<'_>, old: &Node<'_>) -> Option<Splice> {
        let source = self.text.get(old.span.start..old.span.end)?;
        let range = old.span.start..old.span.end;
        if old.aliased {
            return Some(Splice { range, text: self.value(Quotes::None) });
        }
        match &old.kind {
            // Nothing is written behind the colon.
            NodeKind::Scalar(..) if range.is_empty() => {
                let colon = key.span.end + self.text.get(key.span.end..)?.find(':')? + 1;
                Some(Splice { range: colon..colon, text: format!(" {}", self.value(Quotes::None)) })
            }
            NodeKind::Scalar(_, QuoteStyle::Block) => {
                let colon = key.span.end + self.text.get(key.span.end..)?.find(':')? + 1;
                let header = self.text.get(colon..old.span.start)?;
                // A comment behind `|`, or an anchor before it, would be lost.
                let bare = header.trim().chars().all(|c| matches!(c, '|' | '>' | '+' | '-' | '0'..='9'));
                let text = format!(" {}", self.value(Quotes::None));
                bare.then_some(Splice { range: colon..old.span.end, text })
            }
            NodeKind::Scalar(_, style) => Some(Splice { range, text: self.value(Quotes::of(*style, source)) }),
            NodeKind::List(..) | NodeKind::Map(..) if source.contains('#') || source.contains('&') => None,
            NodeKind::List(..) | NodeKind::Map(..) => Some(Splice { range, text: self.value(Quotes::None) }),
        }
    }

    /// Gives a bare issue or a bare title its long form: `787` becomes `{issue: 787, state: done}`.
    fn in_scalar(&self, node: &Node<'_>, value: &str, style: QuoteStyle) -> Option<Splice> {
        let range = node.span.start..node.span.end;
        let source = self.text.get(range.clone())?;
        let is_issue = crate::domain::IssueRef::parse(value, self.home).is_some();
        if matches!(style, QuoteStyle::Block) || (range.is_empty()) {
            return None;
        }
        if is_issue && self.key == "issue" {
            return Some(Splice { range, text: self.value(Quotes::of(style, source)) });
        }
        let key = if is_issue { "issue" } else { "title" };
        // What is plain in a block may not be plain in braces; quoted text of one line stays as it is.
        let keeps = match style {
            QuoteStyle::Plain => is_plain(source) || source.bytes().all(|b| b.is_ascii_digit()),
            QuoteStyle::Quoted | QuoteStyle::Block => !source.contains(['\n', '\r']),
        };
        let kept = if keeps { source.to_owned() } else { write(value, Quotes::Double) };
        // An address is a title and a link at once.
        let links = match PageLink::new(None, value).filter(|_| !is_issue) {
            Some(_) => format!(", links: {kept}"),
            None => String::new(),
        };
        let text = format!("{{{key}: {kept}{links}, {}: {}}}", self.key, self.value(Quotes::None));
        Some(Splice { range, text })
    }
}

/// Adds a key and its value to a map.
pub(super) fn add_pair(text: &str, pairs: &NodePairs<'_>, layout: Layout, key: &str, value: &str) -> Option<Splice> {
    match layout {
        Layout::Flow => add_to_flow(pairs, key, value),
        Layout::Block => add_line(text, pairs, key, value),
    }
}

/// Puts `, key: value` behind the last value that is written.
fn add_to_flow(pairs: &NodePairs<'_>, key: &str, value: &str) -> Option<Splice> {
    let (_, last) = pairs.iter().rev().find(|(_, value)| value.span.end > value.span.start)?;
    Some(Splice { range: last.span.end..last.span.end, text: format!(", {key}: {value}") })
}

/// Puts a line behind the short values that a map begins with, or before all others.
fn add_line(text: &str, pairs: &NodePairs<'_>, key: &str, value: &str) -> Option<Splice> {
    let (first, _) = pairs.first()?;
    let indent = " ".repeat(first.span.column as usize - 1);
    let short = pairs.iter().take_while(|(key, value)| is_short(text, key, value)).last();
    if let Some((_, value_before)) = short {
        let (end, eol) = line_end(text, value_before.span.end);
        return Some(Splice { range: end..end, text: format!("{eol}{indent}{key}: {value}") });
    }
    let eol = eol_of(text);
    let at = first.span.start;
    Some(Splice { range: at..at, text: format!("{key}: {value}{eol}{indent}") })
}

/// Returns where the line that holds `at` ends, before its line end, and which line end to use.
pub(super) fn line_end(text: &str, at: usize) -> (usize, &'static str) {
    let rest = text.get(at..).unwrap_or_default();
    let end = at + rest.find('\n').unwrap_or(rest.len());
    match text.get(..end).unwrap_or_default().strip_suffix('\r') {
        Some(_) if end < text.len() => (end - 1, "\r\n"),
        // The last line has no end of its own to follow.
        Some(_) | None if end == text.len() => (end, eol_of(text)),
        Some(_) | None => (end, "\n"),
    }
}

fn eol_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether key and value are on one line, and the value is written.
fn is_short(text: &str, key: &Node<'_>, value: &Node<'_>) -> bool {
    let source = text.get(key.span.start..value.span.end.max(key.span.end)).unwrap_or("\n");
    let block = matches!(
        value.kind,
        NodeKind::Scalar(_, QuoteStyle::Block) | NodeKind::Map(_, Layout::Block) | NodeKind::List(_, Layout::Block)
    );
    !source.contains(['\n', '\r']) && value.span.end > value.span.start && (!block || value.aliased)
}
