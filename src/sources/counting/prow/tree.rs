//! The full reader: any YAML, with anchors, aliases, merge keys and several documents.

mod jobs;

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::facts::{Broken, JobFacts};
use super::texts::Texts;

/// Reads a file.
pub(crate) fn read(text: &str, texts: &Texts) -> Result<Vec<JobFacts>, Broken> {
    let mut found = Vec::new();
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options()), line: 1 };
    while let Some(tree) = reader.document()? {
        found.extend(jobs::of_document(&tree, texts));
    }
    Ok(found)
}

fn options() -> granit_parser::Options {
    granit_parser::options! { emit_comments: false, flow_nesting_limit: 400, block_nesting_limit: 400 }
}

/// The number of a node in its tree.
type Id = usize;

/// A document. Aliases have the number of what they stand for, so a tree may be a graph.
#[derive(Debug, Default)]
struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    root: Id,
}

#[derive(Debug)]
struct Node<'t> {
    line: u32,
    kind: Kind<'t>,
}

#[derive(Debug)]
enum Kind<'t> {
    Scalar(Scalar<'t>),
    List(Vec<Id>),
    Map(Vec<(Id, Id)>),
}

#[derive(Debug)]
struct Scalar<'t> {
    text: Cow<'t, str>,
    is_null: bool,
    is_merge: bool,
}

impl<'t> Tree<'t> {
    fn kind(&self, id: Id) -> Option<&Kind<'t>> {
        self.nodes.get(id).map(|node| &node.kind)
    }

    fn line(&self, id: Id) -> u32 {
        self.nodes.get(id).map_or(0, |node| node.line)
    }

    fn scalar(&self, id: Id) -> Option<&Scalar<'t>> {
        match self.kind(id)? {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Returns a text; null is none.
    fn text(&self, id: Id) -> Option<&str> {
        self.scalar(id).filter(|scalar| !scalar.is_null).map(|scalar| scalar.text.as_ref())
    }

    fn list(&self, id: Id) -> Option<&[Id]> {
        match self.kind(id)? {
            Kind::List(entries) => Some(entries),
            Kind::Scalar(_) | Kind::Map(_) => None,
        }
    }

    fn is_map(&self, id: Id) -> bool {
        matches!(self.kind(id), Some(Kind::Map(_)))
    }
}

struct Reader<'t> {
    events: Parser<'t, granit_parser::StrInput<'t>>,
    line: u32,
}

/// A list or map that is not complete: its number, and the key that waits for a value.
struct Unfinished {
    id: Id,
    key: Option<Id>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Option<Event<'t>>, Broken> {
        match self.events.next() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                self.line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
                Ok(Some(event))
            }
            Some(Err(error)) => Err(broken(&error)),
        }
    }

    /// Reads the next document.
    fn document(&mut self) -> Result<Option<Tree<'t>>, Broken> {
        let mut tree = Tree::default();
        let mut anchors = HashMap::new();
        let mut open: Vec<Unfinished> = Vec::new();
        loop {
            let Some(event) = self.next()? else { return Ok(None) };
            let (kind, anchor) = match event {
                Event::Scalar(text, style, anchor, tag) => (Kind::Scalar(scalar(text, style, tag.as_deref())), anchor),
                Event::SequenceStart(_, anchor, _) => (Kind::List(Vec::new()), anchor),
                Event::MappingStart(_, anchor, _) => (Kind::Map(Vec::new()), anchor),
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
            let is_collection = !matches!(kind, Kind::Scalar(_));
            tree.nodes.push(Node { line: self.line, kind });
            if anchor > 0 {
                anchors.insert(anchor, id);
            }
            self.add(&mut tree, &mut open, id)?;
            if is_collection {
                open.push(Unfinished { id, key: None });
            }
        }
    }

    /// Puts a node into the list or map that is open.
    fn add(&self, tree: &mut Tree<'t>, open: &mut [Unfinished], id: Id) -> Result<(), Broken> {
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
            Some(Kind::List(entries)) => entries.push(id),
            Some(Kind::Map(pairs)) => pairs.extend(parent.key.take().map(|key| (key, id))),
            Some(Kind::Scalar(_)) | None => {}
        }
        Ok(())
    }

    fn broken(&self, reason: &str) -> Broken {
        Broken { line: self.line, reason: reason.to_owned() }
    }
}

/// Only maps, and lists of maps, can be merged.
fn merges_fit(tree: &Tree<'_>) -> Result<(), Broken> {
    let pairs = tree.nodes.iter().filter_map(|node| match &node.kind {
        Kind::Map(pairs) => Some(pairs),
        Kind::Scalar(_) | Kind::List(_) => None,
    });
    for (key, source) in pairs.flatten().filter(|(key, _)| tree.scalar(*key).is_some_and(|scalar| scalar.is_merge)) {
        let are_maps = tree.list(*source).is_some_and(|sources| sources.iter().all(|source| tree.is_map(*source)));
        if !tree.is_map(*source) && !are_maps {
            return Err(Broken {
                line: tree.line(*key),
                reason: "only a map, or a list of maps, can be merged".to_owned(),
            });
        }
    }
    Ok(())
}

fn broken(error: &ScanError) -> Broken {
    let reason = crate::domain::clean::clean_line(&error.info()).into_owned();
    Broken { line: u32::try_from(error.marker().line()).unwrap_or(u32::MAX), reason }
}

fn scalar<'t>(text: Cow<'t, str>, style: ScalarStyle, tag: Option<&Tag>) -> Scalar<'t> {
    let is_untagged_plain = tag.is_none() && style == ScalarStyle::Plain;
    let has_tag = |suffix: &str| tag.is_some_and(|tag| tag.handle() == "tag:yaml.org,2002:" && tag.suffix() == suffix);
    let is_null = has_tag("null") || (is_untagged_plain && super::scan::is_null(&text));
    let is_merge = has_tag("merge") || (is_untagged_plain && text == "<<");
    Scalar { text, is_null, is_merge }
}
