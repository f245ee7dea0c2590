//! A table: columns, each with the function that makes its cells, and cells that hold both a text and a value.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::{Format, Json, Object, Style, Tone, json};
use crate::domain::Text;

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

impl Format {
    /// Returns the columns that the format shows. In a table of very many rows cells that no reader sees would take most of
    /// the memory.
    pub fn shown<R>(self, columns: impl IntoIterator<Item = (Column, CellOf<R>)>) -> Vec<(Column, CellOf<R>)> {
        let hidden = match self {
            Self::Json | Self::Csv => Audience::People,
            Self::Table | Self::Plain | Self::Md | Self::Github => Audience::Data,
        };
        columns.into_iter().filter(|(column, _)| column.audience != hidden).collect()
    }
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

/// A cell. There are many of them: what few have is in a box, and short texts are kept without an allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// For people.
    pub text: Text,
    value: CellValue,
    /// How a terminal colours it.
    pub tone: Tone,
    beside: Option<Box<Beside>>,
}

/// What a program gets.
#[derive(Debug, Clone, PartialEq)]
enum CellValue {
    /// The text.
    Text,
    Null,
    Bool(bool),
    Number(Number),
    /// A list or an object, written down: as a value it takes ten times the memory.
    Written(Box<str>),
}

/// What few cells have.
#[derive(Debug, Clone, Default, PartialEq)]
struct Beside {
    exact: Option<String>,
    link: Option<String>,
}

impl Cell {
    /// Makes a cell with a text.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), value: CellValue::Text, tone: Tone::Plain, beside: None }
    }

    /// Makes a cell that shows one thing and is another.
    pub fn of(text: impl Into<Text>, json: impl Into<Json>) -> Self {
        Self::new(text).json(json)
    }

    /// Makes a cell of JSON and CSV.
    pub fn data(json: impl Into<Json>) -> Self {
        match json.into() {
            Json::String(text) => Self::new(text),
            other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => {
                Self::of("", other)
            }
        }
    }

    /// Makes a cell with a number.
    pub fn number(number: u64) -> Self {
        Self::of(number.to_string(), number)
    }

    /// Makes a cell where there is nothing.
    pub fn none() -> Self {
        Self::of("–", Json::Null).exact("").tone(Tone::Faint)
    }

    /// Makes a cell with a text, or one where there is nothing.
    pub fn maybe(text: Option<impl Into<Text>>) -> Self {
        text.map_or_else(Self::none, Self::new)
    }

    /// Gives what a program gets.
    #[must_use]
    pub fn json(self, json: impl Into<Json>) -> Self {
        let value = match json.into() {
            Json::Null => CellValue::Null,
            Json::Bool(value) => CellValue::Bool(value),
            Json::Number(value) => CellValue::Number(value),
            other @ (Json::String(_) | Json::Array(_) | Json::Object(_)) => {
                CellValue::Written(other.to_string().into_boxed_str())
            }
        };
        Self { value, ..self }
    }

    /// Gives what a pipe gets, where that differs: a date instead of an age.
    #[must_use]
    pub fn exact(mut self, exact: impl Into<String>) -> Self {
        self.beside.get_or_insert_default().exact = Some(exact.into());
        self
    }

    /// Gives a tone.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Gives where it leads, for Markdown.
    #[must_use]
    pub fn link(mut self, link: Option<String>) -> Self {
        if link.is_some() {
            self.beside.get_or_insert_default().link = link;
        }
        self
    }

    /// Returns the value for programs.
    pub fn value(&self) -> Json {
        match &self.value {
            CellValue::Text => Json::String(self.text.to_string()),
            CellValue::Null => Json::Null,
            CellValue::Bool(value) => Json::Bool(*value),
            CellValue::Number(value) => Json::Number(value.clone()),
            CellValue::Written(json) => serde_json::from_str(json).expect("it was written as JSON"),
        }
    }

    /// Returns the text of a pipe.
    pub fn for_pipe(&self) -> &str {
        self.beside.as_ref().and_then(|beside| beside.exact.as_deref()).unwrap_or(&self.text)
    }

    /// Returns where it leads.
    pub(super) fn leads_to(&self) -> Option<&str> {
        self.beside.as_ref()?.link.as_deref()
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
}

/// The rows, as objects.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|row| self.object(row).0))
    }
}
