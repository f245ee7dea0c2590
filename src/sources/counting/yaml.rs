//! YAML reader for arbitrary files: anchors, aliases, merge keys and several documents, as trees with line numbers.

mod json;

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use indexmap::IndexMap;

use super::lines::LineEnds;
use super::problem::ParseFault;

/// The maximum number of values with all aliases expanded, more than any real file has: a few kilobytes can expand to
/// gigabytes.
const MOST_VALUES: usize = 2_000_000;
/// The maximum nesting, with all aliases expanded.
const DEEPEST: usize = 400;

/// Reads the documents of a file.
pub(crate) fn each_document(text: &str, mut each: impl FnMut(&YamlNode<'_>)) -> Result<(), ParseFault> {
    let options =
        granit_parser::options! { emit_comments: false, flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    let mut reader = YamlReader { events: Parser::new_from_str_with_options(text, options), line: 1, values: 0 };
    loop {
        match reader.document() {
            Ok(Some(root)) => each(&root),
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

/// A value with its line. An alias shares the node of its target.
#[derive(Debug)]
pub(crate) struct YamlNode<'t> {
    pub(crate) line: u32,
    pub(crate) value: YamlValue<'t>,
    /// The number of values in it, itself included.
    size: usize,
    depth: usize,
}

#[derive(Debug)]
pub(crate) enum YamlValue<'t> {
    Scalar(Scalar<'t>),
    List(Vec<Rc<YamlNode<'t>>>),
    /// The entries by key. Merge keys are resolved.
    Map(IndexMap<Cow<'t, str>, YamlEntry<'t>>),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub(crate) struct YamlEntry<'t> {
    /// The line of its key.
    line: u32,
    pub(crate) node: Rc<YamlNode<'t>>,
}

/// A scalar, and how YAML reads it.
#[derive(Debug, Clone)]
pub(crate) struct Scalar<'t> {
    pub(crate) text: Cow<'t, str>,
    is_null: bool,
    is_merge: bool,
    /// Whether it is written without quotes and tags, so that it may be a number or a truth value.
    is_plain: bool,
}

/// A step of a path into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathStep<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An entry of a list.
    Index(usize),
}

impl<'t> YamlNode<'t> {
    /// Returns the value of a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.get(key).map(|entry| &*entry.node)
    }

    /// Returns a text; `None` for null.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            YamlValue::Scalar(scalar) if !scalar.is_null => Some(&scalar.text),
            YamlValue::Scalar(_) | YamlValue::List(_) | YamlValue::Map(_) => None,
        }
    }

    /// Returns the entries of a list; none for another value.
    pub(crate) fn list(&self) -> &[Rc<Self>] {
        match &self.value {
            YamlValue::List(entries) => entries,
            YamlValue::Scalar(_) | YamlValue::Map(_) => &[],
        }
    }

    /// Returns the entries of a map, in the order of the file.
    pub(crate) fn entries(&self) -> Option<&IndexMap<Cow<'t, str>, YamlEntry<'t>>> {
        match &self.value {
            YamlValue::Map(entries) => Some(entries),
            YamlValue::Scalar(_) | YamlValue::List(_) => None,
        }
    }

    /// Returns the line of a value in it, by its path: of an entry of a map, the line of the key.
    pub(crate) fn line_of(&self, path: &[PathStep<'_>]) -> u32 {
        let (mut node, mut line) = (self, self.line);
        for step in path {
            let next = match step {
                PathStep::Index(at) => node.list().get(*at).map(|entry| (&**entry, entry.line)),
                PathStep::Key(key) => {
                    node.entries().and_then(|entries| entries.get(*key)).map(|entry| (&*entry.node, entry.line))
                }
            };
            let Some(next) = next else { break };
            (node, line) = next;
        }
        line
    }
}

struct YamlReader<'t> {
    events: Parser<'t, granit_parser::StrInput<'t>>,
    line: u32,
    /// The number of values read, with aliases expanded.
    values: usize,
}

/// A list or map that is being read.
struct OpenNode<'t> {
    line: u32,
    anchor: usize,
    content: OpenValue<'t>,
}

enum OpenValue<'t> {
    List(Vec<Rc<YamlNode<'t>>>),
    Map {
        /// The key that waits for its value, with its line.
        key: Option<(Scalar<'t>, u32)>,
        own: Vec<(Cow<'t, str>, YamlEntry<'t>)>,
        /// The maps to merge. Those that take precedence come later.
        merged: Vec<Rc<YamlNode<'t>>>,
    },
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
    fn document(&mut self) -> Result<Option<Rc<YamlNode<'t>>>, ParseFault> {
        let mut anchors = HashMap::new();
        let mut open: Vec<OpenNode<'t>> = Vec::new();
        let mut root = None;
        loop {
            let Some(event) = self.next()? else { return Ok(None) };
            let (node, anchor) = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    let line = self.line.saturating_sub(lines_above(&text, style));
                    let value = YamlValue::Scalar(scalar(text, style, tag.as_deref()));
                    (Rc::new(YamlNode { line, value, size: 1, depth: 1 }), anchor)
                }
                Event::SequenceStart(_, anchor, _) => {
                    open.push(OpenNode { line: self.line, anchor, content: OpenValue::List(Vec::new()) });
                    continue;
                }
                Event::MappingStart(_, anchor, _) => {
                    let content = OpenValue::Map { key: None, own: Vec::new(), merged: Vec::new() };
                    open.push(OpenNode { line: self.line, anchor, content });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Some(ended) = open.pop() else { continue };
                    self.values = self.values.saturating_add(ended.content.merged_count());
                    (Rc::new(ended.content.into_node(ended.line)), ended.anchor)
                }
                Event::Alias(target) => match anchors.get(&target) {
                    Some(node) => (Rc::clone(node), 0),
                    None => return Err(self.broken("this alias is inside its own anchor")),
                },
                Event::DocumentEnd => return Ok(root),
                Event::StreamEnd => return Ok(None),
                _ => continue,
            };
            if anchor > 0 {
                anchors.insert(anchor, Rc::clone(&node));
            }
            self.check_size(&node)?;
            match open.last_mut() {
                Some(parent) => self.add(&mut parent.content, node)?,
                None => root = Some(node),
            }
        }
    }

    fn check_size(&mut self, node: &YamlNode<'_>) -> Result<(), ParseFault> {
        self.values = self.values.saturating_add(1);
        if self.values.max(node.size) > MOST_VALUES {
            return Err(self.broken("with its aliases expanded, it has more than 2,000,000 values"));
        }
        if node.depth > DEEPEST {
            return Err(self.broken("with its aliases expanded, it is nested more than 400 deep"));
        }
        Ok(())
    }

    /// Adds a node to an open list or map.
    fn add(&self, parent: &mut OpenValue<'t>, node: Rc<YamlNode<'t>>) -> Result<(), ParseFault> {
        let (key, own, merged) = match parent {
            OpenValue::List(entries) => {
                entries.push(node);
                return Ok(());
            }
            OpenValue::Map { key, own, merged } => (key, own, merged),
        };
        match (key.take(), &node.value) {
            (None, YamlValue::Scalar(scalar)) => *key = Some((scalar.clone(), node.line)),
            (None, YamlValue::List(_) | YamlValue::Map(_)) => {
                return Err(self.broken("a list or map cannot be a key here"));
            }
            (Some((name, line)), value) if name.is_merge => match value {
                YamlValue::Map(_) => merged.push(node),
                // Of several maps, the first takes precedence.
                YamlValue::List(maps) if maps.iter().all(|map| map.entries().is_some()) => {
                    merged.extend(maps.iter().rev().cloned());
                }
                YamlValue::List(_) | YamlValue::Scalar(_) => {
                    return Err(ParseFault { line, reason: "only a map, or a list of maps, can be merged".to_owned() });
                }
            },
            (Some((name, line)), _) => own.push((name.text, YamlEntry { line, node })),
        }
        Ok(())
    }

    fn broken(&self, reason: &str) -> ParseFault {
        ParseFault { line: self.line, reason: reason.to_owned() }
    }
}

impl<'t> OpenValue<'t> {
    /// The number of entries that its merge keys copy.
    fn merged_count(&self) -> usize {
        match self {
            Self::List(_) => 0,
            Self::Map { merged, .. } => merged.iter().filter_map(|map| map.entries()).map(IndexMap::len).sum(),
        }
    }

    /// Ends a list or map. As in YAML 1.1, own keys win over merged ones, and the last of duplicate keys over the others.
    fn into_node(self, line: u32) -> YamlNode<'t> {
        let value = match self {
            Self::List(entries) => YamlValue::List(entries),
            Self::Map { own, merged, .. } => {
                let merged = merged.iter().filter_map(|map| map.entries()).flatten();
                YamlValue::Map(merged.map(|(key, entry)| (key.clone(), entry.clone())).chain(own).collect())
            }
        };
        let (mut size, mut depth) = (1_usize, 0);
        let mut count = |node: &YamlNode<'_>| (size, depth) = (size.saturating_add(node.size), depth.max(node.depth));
        match &value {
            YamlValue::Scalar(_) => {}
            YamlValue::List(entries) => entries.iter().for_each(|node| count(node)),
            YamlValue::Map(entries) => entries.values().for_each(|entry| count(&entry.node)),
        }
        YamlNode { line, value, size, depth: depth + 1 }
    }
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
