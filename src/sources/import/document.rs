//! Document tree: headings, paragraphs, lists and tables.

use super::inline::Inline;
use crate::domain::Progress;

/// The level of bold lines and `<summary>` texts, which act as headings.
pub(super) const BOLD_LEVEL: u8 = 7;
/// The level of lines that introduce a list and end with a colon.
pub(super) const LABEL_LEVEL: u8 = 8;
/// The level of such lines if they only group entries of the project above them.
pub(super) const GROUP_LEVEL: u8 = 9;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKind {
    File,
    /// The body of an issue.
    Body,
}

impl DocumentKind {
    /// How to read the sections that were left out.
    pub(super) fn way(self) -> &'static str {
        match self {
            Self::File => "`--section` chooses",
            Self::Body => "to read it, save the text and import that file",
        }
    }
}

/// A block of the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DocumentBlock {
    /// An ATX or setext heading, or a line that acts as one.
    Heading { level: u8, text: Inline },
    /// A paragraph outside lists.
    Paragraph { line: u32, text: Inline },
    /// A top-level list.
    List(Vec<ListItem>),
    /// A table.
    Table(TableBlock),
    /// The end of `<details>`: its summary does not apply to the text after it.
    EndOfDetails,
}

impl DocumentBlock {
    /// Returns the level and the text of a heading.
    pub(super) fn heading(&self) -> Option<(u8, &Inline)> {
        let Self::Heading { level, text } = self else { return None };
        Some((*level, text))
    }
}

/// A list entry with its nested entries, or a table row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ListItem {
    pub(super) line: u32,
    /// The column of the list marker, which distinguishes children from siblings where `CommonMark` does not.
    pub(super) column: u32,
    /// Whether the box is ticked; `None` without a box.
    pub(super) ticked: Option<bool>,
    pub(super) text: Inline,
    /// Why it is not an entry; `None` if it is one.
    pub(super) left_out: Option<&'static str>,
    /// What was not understood: the sign of its box, or parts of its table (set on the first row only).
    pub(super) doubt: Option<String>,
    /// Further paragraphs.
    pub(super) notes: Vec<Inline>,
    pub(super) children: Vec<ListItem>,
    /// The figures of columns such as "Done" and "Total".
    pub(super) progress: Option<Progress>,
    /// The other cells of a table row.
    pub(super) fields: Vec<TableCell>,
}

/// The meaning of a table column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    Status,
    Owner,
    Issue,
    Blocker,
    Due,
    Other,
}

/// A table cell with the name of its column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TableCell {
    pub(super) kind: FieldKind,
    pub(super) name: String,
    pub(super) text: Inline,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TableBlock {
    pub(super) header: Vec<Inline>,
    /// The line number and cells of each row.
    pub(super) rows: Vec<(u32, Vec<Inline>)>,
}

impl ListItem {
    /// Returns the item and all nested items, in order.
    pub(super) fn all(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.children.iter().flat_map(Self::all)))
    }

    /// Returns its texts, without those of nested items.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Inline> {
        std::iter::once(&self.text).chain(&self.notes).chain(self.fields.iter().map(|field| &field.text))
    }

    /// Whether it or a nested item has a box.
    pub(super) fn has_box(&self) -> bool {
        self.all().any(|item| item.ticked.is_some())
    }
}
