//! YAML reader for arbitrary files: anchors, aliases, merge keys and several documents, as a tree with line numbers.

mod json;
mod maps;

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

pub(crate) use json::{PathStep, line_at, to_json};
pub(crate) use maps::Maps;

use super::lines::LineEnds;
use super::problem::ParseFault;

/// Reads the documents of a file.
pub(crate) fn each_document(text: &str, mut each: impl FnMut(&YamlTree<'_>)) -> Result<(), ParseFault> {
    let mut reader = YamlReader { events: Parser::new_from_str_with_options(text, options()), line: 1, nodes: 0 };
    loop {
        match reader.document() {
            Ok(Some(tree)) => each(&tree),
            Ok(None) => return Ok(()),
            Err(broken) => return Err(at_tab(text, broken)),
        }
    }
}

/// Moves the error for a tab in the indentation to the line of the tab: the parser names an earlier one.
fn at_tab(text: &str, broken: ParseFault) -> ParseFault {
    let begins_with_tab = |line: &str| line.trim_start_matches(' ').starts_with('\t');
    let lines = text.lines().zip(1_u32..).skip_while(|(_, number)| *number < broken.line);
    match lines.filter(|(line, _)| begins_with_tab(line)).map(|(_, number)| number).next() {
        Some(line) if broken.reason.contains("tab") => ParseFault { line, reason: "a tab cannot indent".to_owned() },
        Some(_) | None => broken,
    }
}

/// The maximum number of values, more than any real file has: a few kilobytes can expand to gigabytes.
const MOST_NODES: usize = 2_000_000;

fn options() -> granit_parser::Options {
    granit_parser::options! { emit_comments: false, flow_nesting_limit: 400, block_nesting_limit: 400 }
}

/// The index of a node in its tree.
pub(crate) type NodeId = usize;

/// A document. An alias shares the index of its target, so a tree may be a graph.
#[derive(Debug, Default)]
pub(crate) struct YamlTree<'t> {
    nodes: Vec<YamlNode<'t>>,
    pub(crate) root: NodeId,
}

#[derive(Debug)]
struct YamlNode<'t> {
    line: u32,
    kind: YamlValue<'t>,
}

#[derive(Debug)]
pub(crate) enum YamlValue<'t> {
    Scalar(Scalar<'t>),
    List(Vec<NodeId>),
    Map(Vec<(NodeId, NodeId)>),
}

/// A scalar, and how YAML reads it.
#[derive(Debug)]
pub(crate) struct Scalar<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) is_null: bool,
    pub(crate) is_merge: bool,
    /// Whether it is written without quotes and tags, so that it may be a number or a truth value.
    pub(crate) is_plain: bool,
}

impl<'t> YamlTree<'t> {
    pub(crate) fn kind(&self, id: NodeId) -> Option<&YamlValue<'t>> {
        self.nodes.get(id).map(|node| &node.kind)
    }

    pub(crate) fn line(&self, id: NodeId) -> u32 {
        self.nodes.get(id).map_or(0, |node| node.line)
    }

    pub(crate) fn scalar(&self, id: NodeId) -> Option<&Scalar<'t>> {
        match self.kind(id)? {
            YamlValue::Scalar(scalar) => Some(scalar),
            YamlValue::List(_) | YamlValue::Map(_) => None,
        }
    }

    /// Returns a text; `None` for null.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        self.scalar(id).filter(|scalar| !scalar.is_null).map(|scalar| scalar.text.as_ref())
    }

    pub(crate) fn list(&self, id: NodeId) -> Option<&[NodeId]> {
        match self.kind(id)? {
            YamlValue::List(entries) => Some(entries),
            YamlValue::Scalar(_) | YamlValue::Map(_) => None,
        }
    }

    pub(crate) fn is_map(&self, id: NodeId) -> bool {
        matches!(self.kind(id), Some(YamlValue::Map(_)))
    }
}

struct YamlReader<'t> {
    events: Parser<'t, granit_parser::StrInput<'t>>,
    line: u32,
    nodes: usize,
}

/// An open list or map, and the key that waits for a value.
struct Unfinished {
    id: NodeId,
    key: Option<NodeId>,
}

impl<'t> YamlReader<'t> {
    fn next(&mut self) -> Result<Option<Event<'t>>, ParseFault> {
        let next = self.events.next().transpose().map_err(|error| broken(&error))?;
        Ok(next.map(|(event, span)| {
            self.line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
            event
        }))
    }

    /// Reads the next document.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other events have no content")]
    fn document(&mut self) -> Result<Option<YamlTree<'t>>, ParseFault> {
        let mut tree = YamlTree::default();
        let mut anchors = HashMap::new();
        let mut open: Vec<Unfinished> = Vec::new();
        loop {
            let Some(event) = self.next()? else { return Ok(None) };
            let (kind, anchor) = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.line = self.line.saturating_sub(lines_above(&text, style));
                    (YamlValue::Scalar(scalar(text, style, tag.as_deref())), anchor)
                }
                Event::SequenceStart(_, anchor, _) => (YamlValue::List(Vec::new()), anchor),
                Event::MappingStart(_, anchor, _) => (YamlValue::Map(Vec::new()), anchor),
                Event::Alias(target) => {
                    let id = anchors.get(&target).copied().unwrap_or_default();
                    self.add(&mut tree, &mut open, id)?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop();
                    continue;
                }
                Event::DocumentEnd => {
                    merges_fit(&tree)?;
                    return Ok(Some(tree));
                }
                Event::StreamEnd => return Ok(None),
                _ => continue,
            };
            let id = tree.nodes.len();
            self.nodes += 1;
            if self.nodes > MOST_NODES {
                return Err(self.broken("it has more than 2,000,000 values"));
            }
            let is_collection = !matches!(kind, YamlValue::Scalar(_));
            tree.nodes.push(YamlNode { line: self.line, kind });
            if anchor > 0 {
                anchors.insert(anchor, id);
            }
            self.add(&mut tree, &mut open, id)?;
            if is_collection {
                open.push(Unfinished { id, key: None });
            }
        }
    }

    /// Adds a node to the innermost open list or map.
    fn add(&self, tree: &mut YamlTree<'t>, open: &mut [Unfinished], id: NodeId) -> Result<(), ParseFault> {
        let Some(parent) = open.last_mut() else {
            tree.root = id;
            return Ok(());
        };
        let is_key = parent.key.is_none();
        if is_key && tree.is_map(parent.id) {
            if tree.scalar(id).is_none() {
                return Err(self.broken("a list or map cannot be a key here"));
            }
            parent.key = Some(id);
            return Ok(());
        }
        match tree.nodes.get_mut(parent.id).map(|node| &mut node.kind) {
            Some(YamlValue::List(entries)) => entries.push(id),
            Some(YamlValue::Map(pairs)) => pairs.extend(parent.key.take().map(|key| (key, id))),
            Some(YamlValue::Scalar(_)) | None => {}
        }
        Ok(())
    }

    fn broken(&self, reason: &str) -> ParseFault {
        ParseFault { line: self.line, reason: reason.to_owned() }
    }
}

/// Fails if anything but a map or a list of maps is merged.
fn merges_fit(tree: &YamlTree<'_>) -> Result<(), ParseFault> {
    let pairs = tree.nodes.iter().filter_map(|node| match &node.kind {
        YamlValue::Map(pairs) => Some(pairs),
        YamlValue::Scalar(_) | YamlValue::List(_) => None,
    });
    for (key, source) in pairs.flatten().filter(|(key, _)| tree.scalar(*key).is_some_and(|scalar| scalar.is_merge)) {
        let are_maps = tree.list(*source).is_some_and(|sources| sources.iter().all(|source| tree.is_map(*source)));
        if !tree.is_map(*source) && !are_maps {
            return Err(ParseFault {
                line: tree.line(*key),
                reason: "only a map, or a list of maps, can be merged".to_owned(),
            });
        }
    }
    Ok(())
}

fn broken(error: &ScanError) -> ParseFault {
    let reason = format!("not valid YAML: {}", crate::domain::clean::clean_line(&error.info()));
    ParseFault { line: u32::try_from(error.marker().line()).unwrap_or(u32::MAX), reason }
}

/// Returns the number of lines from the indicator of a block scalar, `|` or `>`, to its first character, whose line the
/// parser reports.
fn lines_above(text: &str, style: ScalarStyle) -> u32 {
    let content = text.trim_start_matches('\n');
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    if is_block && !content.is_empty() { 1 + (text.len() - content.len()) as u32 } else { 0 }
}

fn scalar<'t>(text: Cow<'t, str>, style: ScalarStyle, tag: Option<&Tag>) -> Scalar<'t> {
    let is_untagged_plain = tag.is_none() && style == ScalarStyle::Plain;
    let has_tag = |suffix: &str| tag.is_some_and(|tag| tag.handle() == "tag:yaml.org,2002:" && tag.suffix() == suffix);
    let is_null = has_tag("null") || (is_untagged_plain && is_null(&text));
    let is_merge = has_tag("merge") || (is_untagged_plain && text == "<<");
    Scalar { text, is_null, is_merge, is_plain: is_untagged_plain }
}

/// Whether YAML's core schema reads a plain scalar as null.
fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Decodes a file, with the line breaks of YAML 1.1 as line feeds.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ParseFault> {
    let text = characters(bytes)?;
    let is_odd = |byte: u8| (byte < b' ' && byte != b'\n' && byte != b'\t') || byte >= 0x7f;
    // A fold without an early exit is vectorized.
    if !text.bytes().fold(false, |odd, byte| odd | is_odd(byte)) {
        return Ok(text);
    }
    if let Some((at, _)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        let reason = "a control character is not allowed in YAML".to_owned();
        return Err(ParseFault { line: LineEnds::of(text.as_bytes()).line(at), reason });
    }
    if text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Ok(Cow::Owned(text.replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n")));
    }
    Ok(text)
}

/// Decodes UTF-8, or UTF-16 with a byte order mark (YAML 1.2.2, 5.2).
fn characters(bytes: &[u8]) -> Result<Cow<'_, str>, ParseFault> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes
            .chunks(2)
            .map(move |pair| unit([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]));
        let text: Result<String, _> = char::decode_utf16(units.skip(1)).collect();
        text.map(Cow::Owned).map_err(|_| ParseFault { line: 1, reason: "not valid UTF-16".to_owned() })
    };
    match bytes {
        [0xFF, 0xFE, ..] => return wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = LineEnds::of(bytes).line(error.valid_up_to());
        ParseFault { line, reason: "not valid UTF-8".to_owned() }
    })?;
    Ok(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)))
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}
