//! Parses YAML into a tree of nodes with positions.
//!
//! Scalars stay text: the field that uses one decides what it means.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::sources::diagnostic::Span;

use super::syntax::{SyntaxFault, unreadable};

/// The maximum expansion of all aliases of a file, in bytes.
const ALIAS_BUDGET: usize = 4 << 20;
/// The maximum size of all anchored nodes of a file, in bytes; nested ones count each time.
const ANCHOR_BUDGET: usize = 16 << 20;
/// The cost of a node besides its text, in bytes.
const NODE_COST: usize = 64;
/// The maximum nesting.
const DEPTH: usize = 64;
/// The maximum length of a text, in bytes, as for an issue on GitHub.
const LONGEST_TEXT: usize = 64 << 10;

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'t> {
    pub(super) kind: NodeKind<'t>,
    /// The position; for the target of an alias, the position of the alias.
    pub(crate) span: Span,
    /// Whether it is the target of an alias.
    pub(super) aliased: bool,
}

/// The value of a node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeKind<'t> {
    /// Text; plain text may also be a number, a date or null.
    Scalar(Cow<'t, str>, QuoteStyle),
    List(Vec<Node<'t>>, Layout),
    /// A mapping, in the order of the file.
    Map(Vec<(Node<'t>, Node<'t>)>, Layout),
}

/// The quoting of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteStyle {
    /// Without quotes.
    Plain,
    /// In quotes, or tagged as a string.
    Quoted,
    /// A block with `|` or `>`.
    Block,
}

/// The style of a list or a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// On lines of its own.
    Block,
    /// In brackets.
    Flow,
}

impl Node<'_> {
    /// Whether it is null: empty, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar(text, QuoteStyle::Plain) => matches!(&**text, "" | "~" | "null" | "Null" | "NULL"),
            NodeKind::Scalar(..) | NodeKind::List(..) | NodeKind::Map(..) => false,
        }
    }

    /// Returns the number of scalars in the subtree; an empty list or map counts as one.
    pub(super) fn values(&self) -> usize {
        match &self.kind {
            NodeKind::Scalar(..) => 1,
            NodeKind::List(nodes, _) => nodes.iter().map(Self::values).sum::<usize>().max(1),
            NodeKind::Map(pairs, _) => pairs.iter().map(|(_, value)| value.values()).sum::<usize>().max(1),
        }
    }

    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(text, _) => Some(text),
            NodeKind::List(..) | NodeKind::Map(..) => None,
        }
    }

    /// Returns the value of a key of a map.
    pub(super) fn entry(&self, name: &str) -> Option<&Self> {
        let NodeKind::Map(pairs, _) = &self.kind else { return None };
        pairs.iter().find(|(key, _)| key.scalar() == Some(name)).map(|(_, value)| value)
    }

    /// Returns the value of a key of a map, or of the maps that it merges.
    pub(super) fn merged_entry(&self, name: &str) -> Option<&Self> {
        match &self.kind {
            NodeKind::Map(pairs, _) => self.entry(name).or_else(|| {
                let mut merged = pairs.iter().filter(|(key, _)| key.is_merge());
                merged.find_map(|(_, value)| value.merged_entry(name))
            }),
            NodeKind::List(nodes, _) => nodes.iter().find_map(|node| node.merged_entry(name)),
            NodeKind::Scalar(..) => None,
        }
    }

    /// Whether it is the merge key `<<`.
    pub(super) fn is_merge(&self) -> bool {
        self.is_plain() && self.scalar() == Some("<<")
    }

    /// Whether it is an unquoted scalar.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.kind, NodeKind::Scalar(_, QuoteStyle::Plain))
    }

    fn cost(&self) -> usize {
        NODE_COST
            + match &self.kind {
                NodeKind::Scalar(text, _) => text.len(),
                NodeKind::List(nodes, _) => nodes.iter().map(Node::cost).sum(),
                NodeKind::Map(pairs, _) => pairs.iter().map(|(key, value)| key.cost() + value.cost()).sum(),
            }
    }
}

/// Parses a text with at most one document; `None` if it has none.
pub(super) fn parse(text: &str) -> Result<Option<Node<'_>>, SyntaxFault> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_nesting_limit: DEPTH,
        flow_nesting_limit: DEPTH,
    };
    let mut builder =
        TreeBuilder { text, open: Vec::new(), root: None, anchors: HashMap::new(), budget: ALIAS_BUDGET, anchored: 0 };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut read = 0;
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| unreadable(text, &error, read))?;
        read = convert(&span).start;
        let tag = span.tag_span().map_or_else(|| convert(&span), |tag| convert(&tag));
        builder.take(event, convert(&span), tag)?;
        if builder.anchored > ANCHOR_BUDGET {
            let hint = "write the values out; a roadmap needs few anchors or none";
            return Err(SyntaxFault::new(convert(&span), "the anchors of this file name more than 16 MB", hint));
        }
    }
    Ok(builder.root)
}

fn convert(span: &granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span {
        start: range.start,
        end: range.end.max(range.start),
        line: span.start.line().max(1) as u32,
        column: span.start.col() as u32 + 1,
    }
}

struct TreeBuilder<'t> {
    text: &'t str,
    open: Vec<OpenCollection<'t>>,
    root: Option<Node<'t>>,
    anchors: HashMap<usize, (Node<'t>, usize)>,
    budget: usize,
    anchored: usize,
}

/// A list or map that is still being parsed.
struct OpenCollection<'t> {
    content: OpenContent<'t>,
    layout: Layout,
    span: Span,
    anchor: usize,
}

enum OpenContent<'t> {
    List(Vec<Node<'t>>),
    Map(Vec<(Node<'t>, Node<'t>)>, Option<Node<'t>>),
}

impl<'t> TreeBuilder<'t> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "other events have no content")]
    fn take(&mut self, event: Event<'t>, span: Span, tagged: Span) -> Result<(), SyntaxFault> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let hint = "a roadmap is one YAML document: remove this `---` and what follows, or move it to a file of its own";
                Err(SyntaxFault::new(span, "a second document begins here", hint))
            }
            Event::Scalar(text, ..) if text.len() > LONGEST_TEXT => {
                let hint = "write it in an issue, and name the issue here";
                Err(SyntaxFault::new(span, "this text has more than 64 kB", hint))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let style = style_of(style, tag.as_deref(), tagged)?;
                self.place(Node { kind: NodeKind::Scalar(text, style), span, aliased: false }, anchor);
                Ok(())
            }
            Event::SequenceStart(style, anchor, tag) => {
                reject_tag(tag.as_deref(), tagged)?;
                self.begin(OpenContent::List(Vec::new()), style, span, anchor);
                Ok(())
            }
            Event::MappingStart(style, anchor, tag) => {
                reject_tag(tag.as_deref(), tagged)?;
                // Most items have two keys.
                self.begin(OpenContent::Map(Vec::with_capacity(2), None), style, span, anchor);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, content: OpenContent<'t>, style: StructureStyle, span: Span, anchor: usize) {
        let layout = match style {
            StructureStyle::Block => Layout::Block,
            StructureStyle::Flow => Layout::Flow,
        };
        self.open.push(OpenCollection { content, layout, span, anchor });
    }

    fn end(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let (kind, last) = match open.content {
            OpenContent::List(nodes) => {
                let last = nodes.last().map(|node| node.span.end);
                (NodeKind::List(nodes, open.layout), last)
            }
            OpenContent::Map(pairs, _) => {
                let last = pairs.last().map(|(key, value)| value.span.end.max(key.span.end));
                (NodeKind::Map(pairs, open.layout), last)
            }
        };
        // The parser reports the end of a block at the next token; use the end of the last value.
        let end = match open.layout {
            Layout::Flow => end.end,
            Layout::Block => last.unwrap_or(open.span.end),
        };
        let span = Span { end: end.max(open.span.start), ..open.span };
        self.place(Node { kind, span, aliased: false }, open.anchor);
    }

    fn place(&mut self, mut node: Node<'t>, anchor: usize) {
        if let NodeKind::Scalar(_, QuoteStyle::Plain | QuoteStyle::Block) = node.kind {
            // These spans include the whitespace before the next token.
            let written = self.text.get(node.span.start..node.span.end).unwrap_or_default();
            node.span.end = node.span.start + written.trim_end().len();
        }
        if anchor != 0 {
            let cost = node.cost();
            self.anchored += cost;
            self.anchors.insert(anchor, (node.clone(), cost));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(OpenContent::List(nodes)) => nodes.push(node),
            Some(OpenContent::Map(pairs, key)) => match key.take() {
                Some(key) => pairs.push((key, node)),
                None => *key = Some(node),
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxFault> {
        let Some((node, cost)) = self.anchors.get(&anchor) else {
            return Err(SyntaxFault { span, message: "this alias is inside its own anchor".to_owned(), hint: None });
        };
        let Some(budget) = self.budget.checked_sub(*cost) else {
            let hint = "write the values out; a roadmap needs few aliases or none";
            return Err(SyntaxFault::new(span, "the aliases of this file expand to more than 4 MB", hint));
        };
        self.budget = budget;
        let mut node = node.clone();
        mark(&mut node, span);
        self.place(node, 0);
        Ok(())
    }
}

/// Gives the target of an alias, and everything in it, the position of the alias.
fn mark(node: &mut Node<'_>, span: Span) {
    node.span = span;
    node.aliased = true;
    match &mut node.kind {
        NodeKind::Scalar(..) => {}
        NodeKind::List(nodes, _) => nodes.iter_mut().for_each(|node| mark(node, span)),
        NodeKind::Map(pairs, _) => pairs.iter_mut().for_each(|(key, value)| {
            mark(key, span);
            mark(value, span);
        }),
    }
}

fn style_of(style: ScalarStyle, tag: Option<&granit_parser::Tag>, span: Span) -> Result<QuoteStyle, SyntaxFault> {
    match tag {
        Some(tag) if tag.core_suffix() == Some("str") => Ok(QuoteStyle::Quoted),
        Some(_) => reject_tag(tag, span).map(|()| QuoteStyle::Quoted),
        None => Ok(match style {
            ScalarStyle::Plain => QuoteStyle::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => QuoteStyle::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => QuoteStyle::Block,
        }),
    }
}

fn reject_tag(tag: Option<&granit_parser::Tag>, span: Span) -> Result<(), SyntaxFault> {
    match tag {
        None => Ok(()),
        Some(tag) => {
            let message = format!("the tag `{}` is not used in a roadmap", tag.original());
            Err(SyntaxFault::new(span, message, "remove the tag"))
        }
    }
}
