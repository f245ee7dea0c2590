//! A table: columns, each with the function that makes its cells, and cells that hold both a text and a value.

use std::borrow::Cow;

use super::{Json, Object, Style, Tone, json};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in JSON and CSV.
    pub key: &'static str,
    /// The title for people.
    pub title: &'static str,
    /// Where it is shown.
    pub audience: Audience,
    /// Whether numbers line up at the right.
    pub is_right: bool,
    /// The width down to which it may be cut; `None` where it must be shown whole.
    pub min: Option<usize>,
    /// Columns with the highest number leave a narrow table first; those with 0 never do.
    pub leaves: u8,
}

/// Makes the cell of a column from the value of its row.
pub type CellOf<R> = fn(&R) -> Cell;

/// Where a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everywhere.
    All,
    /// In table, plain and Markdown.
    People,
    /// In JSON and CSV.
    Data,
}

impl Column {
    /// Makes a column that is shown everywhere, at the left, whole, always.
    pub const fn new(key: &'static str, title: &'static str) -> Self {
        Self { key, title, audience: Audience::All, is_right: false, min: None, leaves: 0 }
    }

    /// Makes a column of JSON and CSV.
    pub const fn data(key: &'static str) -> Self {
        Self { audience: Audience::Data, ..Self::new(key, "") }
    }

    /// Makes a column of table, plain and Markdown.
    pub const fn people(title: &'static str) -> Self {
        Self { audience: Audience::People, ..Self::new("", title) }
    }

    /// Lines it up at the right.
    #[must_use]
    pub const fn right(self) -> Self {
        Self { is_right: true, ..self }
    }

    /// Lets it be cut down to a width.
    #[must_use]
    pub const fn cut(self, min: usize) -> Self {
        Self { min: Some(min), ..self }
    }

    /// Lets it leave a narrow table; the highest number goes first.
    #[must_use]
    pub const fn leaves(self, rank: u8) -> Self {
        Self { leaves: rank, ..self }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// For people.
    pub text: String,
    /// For a pipe, where that differs: a date instead of an age.
    pub exact: Option<String>,
    /// For programs, where that is not the text; in a box, since most cells have none.
    json: Option<Box<Json>>,
    /// How a terminal colours it.
    pub tone: Tone,
    /// Where it leads, for Markdown.
    pub link: Option<String>,
}

impl Cell {
    /// Makes a cell with a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), exact: None, json: None, tone: Tone::Plain, link: None }
    }

    /// Makes a cell that shows one thing and is another.
    pub fn of(text: impl Into<String>, json: impl Into<Json>) -> Self {
        Self::new(text).json(json)
    }

    /// Makes a cell of JSON and CSV.
    pub fn data(json: impl Into<Json>) -> Self {
        Self::of(String::new(), json)
    }

    /// Makes a cell with a number.
    pub fn number(number: u64) -> Self {
        Self::of(number.to_string(), number)
    }

    /// Makes a cell where there is nothing.
    pub fn none() -> Self {
        Self { exact: Some(String::new()), tone: Tone::Faint, ..Self::of("–", Json::Null) }
    }

    /// Makes a cell with a text, or one where there is nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(Self::none, Self::new)
    }

    /// Gives what a program gets.
    #[must_use]
    pub fn json(self, json: impl Into<Json>) -> Self {
        Self { json: Some(Box::new(json.into())), ..self }
    }

    /// Gives what a pipe gets.
    #[must_use]
    pub fn exact(self, exact: impl Into<String>) -> Self {
        Self { exact: Some(exact.into()), ..self }
    }

    /// Gives a tone.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Gives a link.
    #[must_use]
    pub fn link(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }

    /// Returns the value for programs.
    pub fn value(&self) -> Json {
        self.json.as_deref().cloned().unwrap_or_else(|| Json::String(self.text.clone()))
    }

    /// Returns the text of a pipe.
    pub fn for_pipe(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.text)
    }

    /// Returns the text of a pipe, in colour where that was asked for.
    pub(super) fn painted(&self, style: Style) -> Cow<'_, str> {
        if style.color { Cow::Owned(style.paint(self.for_pipe(), self.tone)) } else { Cow::Borrowed(self.for_pipe()) }
    }
}

/// Rows under columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The key of its rows in JSON.
    pub key: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Makes a table with one row for each value; `key` names the rows in JSON.
    pub fn of<R>(key: &'static str, values: impl IntoIterator<Item = R>, columns: &[(Column, CellOf<R>)]) -> Self {
        let cells = |value: R| columns.iter().map(|(_, cell)| cell(&value)).collect();
        let rows = values.into_iter().map(cells).collect();
        Self { key, columns: columns.iter().map(|(column, _)| *column).collect(), rows }
    }

    /// Returns the columns for people, with their places in a row.
    pub fn for_people(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.audience != Audience::Data)
    }

    /// Returns the columns for programs, with their places in a row.
    pub fn for_data(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.audience != Audience::People)
    }

    /// Returns the rows as JSON.
    pub fn json(&self) -> Json {
        json::list(self.rows.iter().map(|row| self.object(row)))
    }

    fn object(&self, row: &[Cell]) -> Object {
        let value = |at: usize| row.get(at).map_or(Json::Null, Cell::value);
        self.for_data().fold(Object::new(), |object, (at, column)| object.with(column.key, value(at)))
    }

    /// Adds the rows to a document of JSON, one level deep.
    pub(super) fn write_json(&self, text: &mut String) {
        for (at, row) in self.rows.iter().enumerate() {
            text.push_str(if at == 0 { "[\n    " } else { ",\n    " });
            json::push_indented(text, &self.object(row).into(), 2);
        }
        text.push_str(if self.rows.is_empty() { "[]" } else { "\n  ]" });
    }
}
