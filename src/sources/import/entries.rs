//! List entries, built from the blocks in them: text, notes and nested entries.

use super::document::{DocumentBlock, ListItem};
use super::inline::Inline;
use super::table;

/// A list item, or the document, that is being parsed.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) ticked: Option<bool>,
    pub(super) blocks: Vec<DocumentBlock>,
    /// The items of the open lists in it, outermost first.
    pub(super) lists: Vec<Vec<ListItem>>,
    /// The first line of its first code block.
    pub(super) code: Option<String>,
}

impl Frame {
    pub(super) fn into_item(self) -> ListItem {
        let Self { line, column, ticked, blocks, lists: _, code } = self;
        let mut item = ListItem { line, column, ticked, ..ListItem::default() };
        for block in blocks {
            add(&mut item, block);
        }
        if let (true, Some(code)) = (item.text.is_blank() && item.children.is_empty(), code) {
            item.text = Inline::of_code(&code);
        }
        // In "~~[ ] docs~~" the box is struck, too, and is text to the parser.
        if item.ticked.is_none() && item.text.0.first().is_some_and(|run| run.struck) {
            item.ticked = item.text.take_box();
        }
        item.ticked = item.ticked.or_else(|| item.text.take_loose_box());
        if let Some(sign) = item.text.unknown_sign().filter(|_| item.ticked.is_none()).map(str::to_owned) {
            item.doubt = Some(format!("the sign `[{sign}]` is not understood: it stays in the title"));
            item.notes.push(Inline::of_text(&format!("Status: [{sign}]")));
        }
        item
    }
}

/// Adds a block to an item: the first text becomes its own, lists and tables are nested in it.
fn add(item: &mut ListItem, block: DocumentBlock) {
    match block {
        DocumentBlock::Paragraph { text, .. } | DocumentBlock::Heading { text, .. }
            if item.text.is_blank() && item.children.is_empty() =>
        {
            item.text = text;
        }
        DocumentBlock::Paragraph { text, .. } | DocumentBlock::Heading { text, .. } => item.notes.push(text),
        DocumentBlock::List(items) => item.children.extend(items),
        DocumentBlock::Table(table) => item.children.extend(table::rows(table)),
        DocumentBlock::EndOfDetails => {}
    }
}

/// Adds a list. If it is indented further than the list before it, it is nested in the last item of that list: people
/// write it like this, though a change of marker makes `CommonMark` see two lists.
pub(super) fn push_list(blocks: &mut Vec<DocumentBlock>, items: Vec<ListItem>) {
    if let (Some(DocumentBlock::List(before)), Some(first)) = (blocks.last_mut(), items.first())
        && let Some(parent) = before.last_mut().filter(|parent| first.column >= parent.column + 2)
    {
        parent.children.extend(items);
        return;
    }
    if !items.is_empty() {
        blocks.push(DocumentBlock::List(items));
    }
}

/// Nests items that are indented further than the one before, even if the child begins left of the parent's text.
pub(super) fn nest_by_column(items: Vec<ListItem>) -> Vec<ListItem> {
    let mut nested: Vec<ListItem> = Vec::with_capacity(items.len());
    for item in items {
        match nested.last_mut() {
            Some(parent) if item.column >= parent.column + 2 => parent.children.push(item),
            _ => nested.push(item),
        }
    }
    nested
}

/// Turns the lists of a remark into paragraphs, unless one of them has a box.
pub(super) fn as_prose(blocks: Vec<DocumentBlock>) -> Vec<DocumentBlock> {
    let is_work =
        |block: &DocumentBlock| matches!(block, DocumentBlock::List(items) if items.iter().any(ListItem::has_box));
    if blocks.iter().any(is_work) {
        return blocks;
    }
    let paragraph = |item: &ListItem| DocumentBlock::Paragraph { line: item.line, text: item.text.clone() };
    let mut prose = Vec::new();
    for block in blocks {
        if let DocumentBlock::List(items) = &block {
            prose.extend(items.iter().flat_map(ListItem::all).map(paragraph));
        } else {
            prose.push(block);
        }
    }
    prose
}
