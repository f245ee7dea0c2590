//! The table: columns with the functions that make their cells, and cells with a text for people and a value for programs.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use super::{Format, Json, Style, Tone, json};
use crate::domain::Text;

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in JSON and CSV.
    pub key: &'static str,
    /// The title for people.
    pub title: &'static str,
    /// The formats in which it is shown.
    pub audience: Audience,
    /// Whether it is right-aligned.
    pub is_right: bool,
    /// The minimum width to which it may be cut; `None` if it must not be cut.
    pub min: Option<usize>,
    /// The rank in which it is dropped from a narrow table, highest first; 0 for never.
    pub leaves: u8,
    /// Whether CSV has it last, since it was added when programs already read the others by their position.
    pub is_late: bool,
}

impl Format {
    /// Returns the columns that the format shows. Cells that are not shown would take most of the memory of a large table.
    pub fn shown<R>(self, columns: impl IntoIterator<Item = (Column, CellOf<R>)>) -> Vec<(Column, CellOf<R>)> {
        let hidden = match self {
            Self::Json | Self::Csv => Audience::People,
            Self::Table | Self::Plain | Self::Md | Self::Github => Audience::Data,
        };
        columns.into_iter().filter(|(column, _)| column.audience != hidden).collect()
    }
}

/// The function that makes a cell of a column from the value of its row.
pub type CellOf<R> = fn(&R) -> Cell;

/// The formats in which a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// All formats.
    All,
    /// Table, plain and Markdown.
    People,
    /// JSON and CSV.
    Data,
}

impl Column {
    /// Returns a column that is shown in all formats, left-aligned, and neither cut nor dropped.
    pub const fn new(key: &'static str, title: &'static str) -> Self {
        Self { key, title, audience: Audience::All, is_right: false, min: None, leaves: 0, is_late: false }
    }

    /// Returns a column for JSON and CSV.
    pub const fn data(key: &'static str) -> Self {
        Self { audience: Audience::Data, ..Self::new(key, "") }
    }

    /// Returns a column for table, plain and Markdown.
    pub const fn people(title: &'static str) -> Self {
        Self { audience: Audience::People, ..Self::new("", title) }
    }

    /// Puts the column last in CSV, since it was added later than the others.
    #[must_use]
    pub const fn late(self) -> Self {
        Self { is_late: true, ..self }
    }

    /// Right-aligns the column.
    #[must_use]
    pub const fn right(self) -> Self {
        Self { is_right: true, ..self }
    }

    /// Allows the column to be cut to a minimum width.
    #[must_use]
    pub const fn cut(self, min: usize) -> Self {
        Self { min: Some(min), ..self }
    }

    /// Allows the column to be dropped from a narrow table, highest rank first.
    #[must_use]
    pub const fn leaves(self, rank: u8) -> Self {
        Self { leaves: rank, ..self }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The text for people.
    pub text: Text,
    /// The value for programs, if it is not the text.
    json: Option<Json>,
    /// The tone on a terminal.
    pub tone: Tone,
    /// The text for pipes, if it differs.
    exact: Option<String>,
    link: Option<String>,
}

impl Cell {
    /// Returns a cell with a text.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), json: None, tone: Tone::Plain, exact: None, link: None }
    }

    /// Returns a cell with a text for people and another value for programs.
    pub fn of(text: impl Into<Text>, json: impl Into<Json>) -> Self {
        Self::new(text).json(json)
    }

    /// Returns a cell for JSON and CSV.
    pub fn data(json: impl Into<Json>) -> Self {
        match json.into() {
            Json::String(text) => Self::new(text),
            other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => {
                Self::of("", other)
            }
        }
    }

    /// Returns a cell with a number.
    pub fn number(number: impl Into<u64>) -> Self {
        let number = number.into();
        Self::of(number.to_string(), number)
    }

    /// Returns an empty cell.
    pub fn none() -> Self {
        Self::of("–", Json::Null).exact("").tone(Tone::Faint)
    }

    /// Returns a cell with a text, or an empty one.
    pub fn maybe(text: Option<impl Into<Text>>) -> Self {
        text.map_or_else(Self::none, Self::new)
    }

    /// Returns a cell with the text of a value, or an empty one.
    pub fn shown(value: Option<impl ToString>) -> Self {
        Self::maybe(value.map(|value| value.to_string()))
    }

    /// Sets the value for programs.
    #[must_use]
    pub fn json(self, json: impl Into<Json>) -> Self {
        Self { json: Some(json.into()), ..self }
    }

    /// Sets the text for pipes, if it differs: a date instead of an age.
    #[must_use]
    pub fn exact(self, exact: impl Into<String>) -> Self {
        Self { exact: Some(exact.into()), ..self }
    }

    /// Sets the tone.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Sets the link, for Markdown.
    #[must_use]
    pub fn link(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }

    /// Returns the value for programs.
    pub fn value(&self) -> Json {
        self.json.clone().unwrap_or_else(|| json::text(&self.text))
    }

    /// Returns the text for pipes.
    pub fn for_pipe(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.text)
    }

    /// Returns the URL of the link.
    pub(super) fn url(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// Returns the text for pipes, coloured if the style says so.
    pub(super) fn painted(&self, style: Style) -> Cow<'_, str> {
        if style.color { Cow::Owned(style.paint(self.for_pipe(), self.tone)) } else { Cow::Borrowed(self.for_pipe()) }
    }
}

/// The value for programs.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.json {
            Some(json) => json.serialize(serializer),
            None => self.text.serialize(serializer),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The key of its rows in JSON.
    pub key: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, with one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Returns a table with one row for each value; `key` names the rows in JSON.
    pub fn of<R>(key: &'static str, values: impl IntoIterator<Item = R>, columns: &[(Column, CellOf<R>)]) -> Self {
        let cells = |value: R| columns.iter().map(|(_, cell)| cell(&value)).collect();
        let rows = values.into_iter().map(cells).collect();
        Self { key, columns: columns.iter().map(|(column, _)| *column).collect(), rows }
    }

    /// Returns the columns for people, with their indices.
    pub fn for_people(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.audience != Audience::Data)
    }

    /// Returns the first row as JSON, if there is one.
    pub fn first(&self) -> Option<Json> {
        let row = self.rows.first()?;
        Some(self.for_data().map(|(at, column)| (column.key, row.get(at).map(Cell::value))).collect())
    }

    /// Returns the columns for programs, with their indices.
    pub fn for_data(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.audience != Audience::People)
    }
}

/// The rows, each as an object.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|row| DataRow { table: self, row }))
    }
}

/// A row with the columns for programs.
struct DataRow<'t> {
    table: &'t Table,
    row: &'t [Cell],
}

impl Serialize for DataRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.table.for_data().map(|(at, column)| (column.key, self.row.get(at))))
    }
}
