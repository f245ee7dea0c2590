//! Splices: finds the byte range of a value, or the position for a new one.

use std::ops::Range;

use crate::domain::{PageLink, Repo};
use crate::sources::roadmap_file::tree::{self, Layout, Node, NodeKind, QuoteStyle};

use super::quote::{double_quoted, is_plain, quote_of, write};
use super::value::{EditField, NewValue};
use super::{EditError, ItemPath};

/// A byte range and its replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// A parsed text, without its byte order mark.
pub(super) struct ScalarBody<'t> {
    text: &'t str,
    offset: usize,
    root: Node<'t>,
}

impl<'t> ScalarBody<'t> {
    /// Parses a text. Fails if it is not YAML.
    pub(super) fn parse(text: &'t str) -> Result<Self, EditError> {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = tree::parse(body).ok().flatten().ok_or_else(by_hand)?;
        Ok(Self { text: body, offset: text.len() - body.len(), root })
    }

    /// Returns the splice that sets a field, or the line and reason why there is none.
    pub(super) fn set(
        &self,
        place: &ItemPath,
        field: EditField,
        new_value: &NewValue,
        home: &Repo,
    ) -> Result<Splice, (u32, &'static str)> {
        let splice = self.splice(|body, root| {
            let node = node(root, place).filter(|node| !node.aliased)?;
            let target = SpliceTarget { text: body, key: field.key(), new_value, home };
            match &node.kind {
                NodeKind::Map(pairs, layout) => target.in_map(pairs, *layout),
                NodeKind::Scalar(value, style) => target.in_scalar(node, value, *style),
                NodeKind::List(..) => None,
            }
        });
        splice.map_err(|_| obstacle(&self.root, place, field))
    }

    /// Returns a splice relative to the whole text.
    pub(super) fn splice(&self, work: impl FnOnce(&'t str, &Node<'t>) -> Option<Splice>) -> Result<Splice, EditError> {
        let Splice { range, text } = work(self.text, &self.root).ok_or_else(by_hand)?;
        Ok(Splice { range: range.start + self.offset..range.end + self.offset, text })
    }
}

pub(super) fn by_hand() -> EditError {
    let message = "this is written in a way that cannot be changed without touching more of the file";
    EditError::refused(message, "change it by hand; nothing was written")
}

/// Finds the node of an edit's target.
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

/// Returns the line and reason why a change is not possible.
fn obstacle(root: &Node<'_>, place: &ItemPath, field: EditField) -> (u32, &'static str) {
    const SHARED: &str = "it is defined elsewhere, and this is only an alias of it";
    let project = ItemPath { item: None, ..*place };
    let Some(node) = node(root, place).or_else(|| node(root, &project)) else { return (1, SHARED) };
    match node.entry(field.key()) {
        _ if node.aliased => (node.span.line, SHARED),
        Some(old) => (old.span.line, "the old value contains a comment or an anchor"),
        None => (node.span.line, "there is no place for a new value"),
    }
}

struct SpliceTarget<'a> {
    text: &'a str,
    key: &'a str,
    new_value: &'a NewValue,
    home: &'a Repo,
}

type NodePairs<'t> = [(Node<'t>, Node<'t>)];

impl SpliceTarget<'_> {
    /// Writes the new value in the quotes of the old one.
    fn value(&self, quote: Option<char>) -> String {
        match self.new_value {
            NewValue::State(state) => write(state.word(), quote),
            NewValue::Due(date) => write(&date.to_string(), quote),
            NewValue::Note(note) => write(note, quote),
            NewValue::Issue(issue) if &issue.repo == self.home => write(&issue.number.to_string(), quote),
            NewValue::Issue(issue) => write(&issue.to_string(), quote),
            NewValue::Owner(_, yaml) => yaml.clone(),
        }
    }

    fn in_map(&self, pairs: &NodePairs<'_>, layout: Layout) -> Option<Splice> {
        if let Some((key, old)) = pairs.iter().find(|(key, _)| key.scalar() == Some(self.key)) {
            return self.replace(key, old);
        }
        // The only issue of a project may be in a list.
        let listed = pairs.iter().find(|(key, _)| self.key == "issue" && key.scalar() == Some("issues"));
        if let Some((key, list)) = listed {
            let NodeKind::List(nodes, _) = &list.kind else { return self.replace(key, list) };
            return self.replace(key, nodes.first().filter(|_| !list.aliased).unwrap_or(list));
        }
        add_pair(self.text, pairs, layout, self.key, &self.value(None))
    }

    fn replace(&self, key: &Node<'_>, old: &Node<'_>) -> Option<Splice> {
        let source = self.text.get(old.span.start..old.span.end)?;
        let range = old.span.start..old.span.end;
        if old.aliased {
            return Some(Splice { range, text: self.value(None) });
        }
        match &old.kind {
            // There is no value after the colon.
            NodeKind::Scalar(..) if range.is_empty() => {
                let colon = behind_colon(self.text, key)?;
                Some(Splice { range: colon..colon, text: format!(" {}", self.value(None)) })
            }
            NodeKind::Scalar(_, QuoteStyle::Block) => {
                let colon = behind_colon(self.text, key)?;
                let header = self.text.get(colon..old.span.start)?;
                // A comment after `|`, or an anchor before it, would be lost.
                let bare = header.trim().chars().all(|c| matches!(c, '|' | '>' | '+' | '-' | '0'..='9'));
                let text = format!(" {}", self.value(None));
                bare.then_some(Splice { range: colon..old.span.end, text })
            }
            NodeKind::Scalar(..) => Some(Splice { range, text: self.value(quote_of(source)) }),
            NodeKind::List(..) | NodeKind::Map(..) if source.contains('#') || source.contains('&') => None,
            NodeKind::List(..) | NodeKind::Map(..) => Some(Splice { range, text: self.value(None) }),
        }
    }

    /// Expands a bare issue or title to a map: `787` becomes `{issue: 787, state: done}`.
    fn in_scalar(&self, node: &Node<'_>, value: &str, style: QuoteStyle) -> Option<Splice> {
        let range = node.span.start..node.span.end;
        let source = self.text.get(range.clone())?;
        let is_issue = crate::domain::IssueRef::parse(value, self.home).is_some();
        if matches!(style, QuoteStyle::Block) || (range.is_empty()) {
            return None;
        }
        if is_issue && self.key == "issue" {
            return Some(Splice { range, text: self.value(quote_of(source)) });
        }
        let key = if is_issue { "issue" } else { "title" };
        // Plain text in a block may need quotes in braces; quoted text on one line is kept.
        let keeps = match style {
            QuoteStyle::Plain => is_plain(source) || source.bytes().all(|b| b.is_ascii_digit()),
            QuoteStyle::Quoted | QuoteStyle::Block => !source.contains(['\n', '\r']),
        };
        let kept = if keeps { source.to_owned() } else { double_quoted(value) };
        // A bare URL is both a title and a link.
        let links = match PageLink::new(None, value).filter(|_| !is_issue) {
            Some(_) => format!(", links: {kept}"),
            None => String::new(),
        };
        let text = format!("{{{key}: {kept}{links}, {}: {}}}", self.key, self.value(None));
        Some(Splice { range, text })
    }
}

/// Returns the position after the colon of a key.
pub(super) fn behind_colon(text: &str, key: &Node<'_>) -> Option<usize> {
    Some(key.span.end + text.get(key.span.end..)?.find(':')? + 1)
}

pub(super) fn add_pair(text: &str, pairs: &NodePairs<'_>, layout: Layout, key: &str, value: &str) -> Option<Splice> {
    if layout == Layout::Block {
        return add_line(text, pairs, key, value);
    }
    let (_, last) = pairs.iter().rev().find(|(_, value)| value.span.end > value.span.start)?;
    Some(Splice { range: last.span.end..last.span.end, text: format!(", {key}: {value}") })
}

/// Adds a line after the short values at the start of a map, or at its start if there are none.
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

/// Returns the end of the line at `at`, before its line end, and the line end to use.
pub(super) fn line_end(text: &str, at: usize) -> (usize, &'static str) {
    let rest = text.get(at..).unwrap_or_default();
    let end = at + rest.find('\n').unwrap_or(rest.len());
    if end == text.len() {
        // The last line has no line end to copy.
        return (end, eol_of(text));
    }
    if text.get(..end).unwrap_or_default().ends_with('\r') { (end - 1, "\r\n") } else { (end, "\n") }
}

fn eol_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether key and value are on one line, and the value is not empty.
fn is_short(text: &str, key: &Node<'_>, value: &Node<'_>) -> bool {
    let source = text.get(key.span.start..value.span.end.max(key.span.end)).unwrap_or("\n");
    let block = matches!(
        value.kind,
        NodeKind::Scalar(_, QuoteStyle::Block) | NodeKind::Map(_, Layout::Block) | NodeKind::List(_, Layout::Block)
    );
    !source.contains(['\n', '\r']) && value.span.end > value.span.start && (!block || value.aliased)
}
