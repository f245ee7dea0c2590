//! Document structure: headings, paragraphs, lists and tables.

use super::inline::Inline;
use crate::domain::Progress;

/// The level of headings that are bold lines, or the summary of `<details>`.
pub(super) const BOLD_LEVEL: u8 = 7;
/// The level of lines that end with a colon and announce a list.
pub(super) const LABEL_LEVEL: u8 = 8;
/// The level of such lines where they group entries of the heading above them, which stays the project.
pub(super) const GROUP_LEVEL: u8 = 9;

/// A block of the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DocumentBlock {
    /// An ATX or setext heading, or what serves as one.
    Heading { level: u8, text: Inline },
    /// A paragraph outside lists.
    Paragraph { line: u32, text: Inline },
    /// A list outside lists.
    List(Vec<ListItem>),
    /// A table.
    Table(TableBlock),
    /// Where `<details>` ends: its summary is not a heading of what follows.
    EndOfDetails,
}

/// An entry of a list with what is nested in it, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ListItem {
    pub(super) line: u32,
    /// The column of the marker, which distinguishes children from siblings where `CommonMark` does not.
    pub(super) column: u32,
    /// Whether there is a box, and whether it is ticked.
    pub(super) ticked: Option<bool>,
    pub(super) text: Inline,
    /// Why it is no entry, where it is none.
    pub(super) left_out: Option<&'static str>,
    /// What of its table is not understood, said once a table.
    pub(super) doubt: Option<String>,
    /// Further paragraphs.
    pub(super) notes: Vec<Inline>,
    pub(super) children: Vec<ListItem>,
    /// What columns of figures say: "Done" beside "Total".
    pub(super) progress: Option<Progress>,
    /// What a row of a table says beside its text.
    pub(super) fields: Vec<TableCell>,
}

/// What a column of a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    Status,
    Owner,
    Issue,
    Blocker,
    Due,
    Other,
}

/// A cell of a table under the name of its column.
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
    /// The line of each row, and its cells.
    pub(super) rows: Vec<(u32, Vec<Inline>)>,
}

impl ListItem {
    /// Counts the item and all that is nested in it.
    pub(super) fn count(&self) -> usize {
        1 + self.children.iter().map(Self::count).sum::<usize>()
    }
}
