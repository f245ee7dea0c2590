//! The page: the output of a command, rendered in any format.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Map;

use super::json::{self, Json};
use super::table::{Cell, Table};
use super::{Format, Style, Tone, csv, layout, markdown, plain};
use crate::words::fit;

/// The time and the sources of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The time of generation, RFC 3339.
    pub generated_at: String,
    /// The time at which the issues were fetched, RFC 3339.
    pub data_as_of: Option<String>,
    /// The selected date.
    pub as_of: Option<String>,
    /// `example`, or the roadmap file.
    pub roadmap: Option<String>,
}

/// The output of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The name and version of the JSON schema, such as `offramp/status/1`; every breaking change gets a new version.
    pub schema: &'static str,
    /// The time and the sources.
    pub stamp: Stamp,
    /// The blocks from top to bottom.
    pub blocks: Vec<Block>,
    /// Facts that only JSON has.
    pub facts: Map<String, Json>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A title; for people.
    Title(String),
    /// A line of text; for people.
    Line(String),
    /// Fields, one per line.
    Fields(Vec<Field>),
    /// A table; in JSON under its key, or left out if the key is empty.
    Table(Table),
    /// A bullet list; for people.
    Points(Vec<String>),
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name in JSON and CSV; empty for people only.
    pub key: &'static str,
    /// The name for people; empty for programs only.
    pub label: &'static str,
    /// The value.
    pub cell: Cell,
}

impl Field {
    /// Returns a field.
    pub fn new(key: &'static str, label: &'static str, cell: Cell) -> Self {
        Self { key, label, cell }
    }
}

impl Page {
    /// Returns an empty page.
    pub fn new(schema: &'static str, stamp: Stamp) -> Self {
        Self { schema, stamp, blocks: Vec::new(), facts: Map::new() }
    }

    /// Adds a title.
    pub fn title(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Title(text.into()));
    }

    /// Adds a line.
    pub fn line(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Line(text.into()));
    }

    /// Adds fields.
    pub fn fields(&mut self, fields: Vec<Field>) {
        self.blocks.push(Block::Fields(fields));
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    /// Adds a list, unless it is empty.
    pub fn points(&mut self, points: Vec<String>) {
        if !points.is_empty() {
            self.blocks.push(Block::Points(points));
        }
    }

    /// Adds a fact for JSON only.
    pub fn fact(&mut self, key: &'static str, value: impl Into<Json>) {
        self.facts.insert(key.to_owned(), value.into());
    }

    /// Renders the page.
    pub fn render(&self, format: Format, style: Style) -> String {
        match format {
            Format::Table => self.for_terminal(style),
            Format::Plain | Format::Github => self.for_pipe(style),
            Format::Json => json::document(self),
            Format::Csv => self.csv(),
            Format::Md => self.markdown(style),
        }
    }

    fn for_terminal(&self, style: Style) -> String {
        let (mut text, mut dropped) = (String::new(), Vec::new());
        let for_people = self.without_empty_tables();
        for (at, block) in for_people.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| for_people.get(before));
            if before.is_some_and(|before| !block.joins(before)) {
                text.push('\n');
            }
            match block {
                Block::Title(title) => wrap_toned(&mut text, &style.draw(title), ("", Tone::Strong), style),
                Block::Line(line) => wrap(&mut text, &style.draw(line), "", style),
                Block::Fields(fields) => terminal_fields(&mut text, fields, style),
                Block::Table(table) => text.push_str(&layout::draw(table, style, &mut dropped)),
                Block::Points(points) => {
                    for point in points {
                        wrap(&mut text, &style.draw(point), "  - ", style);
                    }
                }
            }
        }
        if !dropped.is_empty() {
            dropped.sort_unstable();
            dropped.dedup();
            let line = format!("Left out to fit the width: {}; `-o plain` has all columns", dropped.join(", "));
            text.push('\n');
            wrap_toned(&mut text, &line, ("", Tone::Faint), style);
        }
        text
    }

    fn for_pipe(&self, style: Style) -> String {
        let mut text = self.for_people_in_pipe(style);
        let is_shown = |block: &&Block| matches!(block, Block::Table(_) | Block::Fields(_)) && block.is_for_people();
        if !self.blocks.iter().any(|block| is_shown(&block)) {
            for table in self.tables().filter(|table| !table.rows.is_empty()) {
                text.push_str(&plain::draw_data(table, style));
            }
        }
        text
    }

    /// The blocks for people. An empty table, which has only titles, is left out unless there is no other table.
    fn for_people(&self) -> impl Iterator<Item = &Block> {
        let tables = || self.tables().filter(|table| table.for_people().next().is_some());
        let main = tables().find(|table| !table.rows.is_empty()).or(tables().next());
        let is_shown = move |block: &&Block| match block {
            Block::Table(table) => !table.rows.is_empty() || main.is_some_and(|main| std::ptr::eq(main, table)),
            Block::Title(_) | Block::Line(_) | Block::Fields(_) | Block::Points(_) => true,
        };
        self.blocks.iter().filter(|block| block.is_for_people()).filter(is_shown)
    }

    /// Like [`Self::for_people`], but for output that no program parses: empty tables are left out if anything else is shown.
    fn without_empty_tables(&self) -> Vec<&Block> {
        let says = |block: &&Block| !matches!(block, Block::Table(table) if table.rows.is_empty());
        let (all, says): (Vec<_>, Vec<_>) = (self.for_people().collect(), self.for_people().filter(says).collect());
        if says.is_empty() { all } else { says }
    }

    fn for_people_in_pipe(&self, style: Style) -> String {
        let mut text = String::new();
        for block in self.for_people() {
            match block {
                Block::Title(line) | Block::Line(line) => {
                    push_line(&mut text, &format!("# {}", plain::field(line, style)));
                }
                Block::Points(points) => {
                    for point in points {
                        push_line(&mut text, &format!("# - {}", plain::field(point, style)));
                    }
                }
                Block::Table(table) => text.push_str(&plain::draw(table, style)),
                Block::Fields(fields) => {
                    for field in labelled(fields) {
                        let value = plain::field(field.cell.for_pipe(), style);
                        push_line(&mut text, &format!("{}\t{value}", field.label));
                    }
                }
            }
        }
        text
    }

    /// CSV of the first table and all others with the same columns; without a table, of the fields.
    fn csv(&self) -> String {
        let mut tables = self.tables();
        let table = tables.next().map(|first| {
            let others = tables.filter(|table| table.columns == first.columns);
            csv::draw(std::iter::once(first).chain(others))
        });
        let pair = |field: &Field| csv::line(&[csv::field(field.key), csv::value(&field.cell.value())]);
        let fields =
            || csv::line(&["field".into(), "value".into()]) + &self.keyed_fields().map(pair).collect::<String>();
        table.unwrap_or_else(fields)
    }

    fn markdown(&self, style: Style) -> String {
        let mut text = String::new();
        for (at, block) in self.without_empty_tables().into_iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            match block {
                // The first title is the title of the page.
                Block::Title(title) => {
                    let level = if at == 0 { "##" } else { "###" };
                    push_line(&mut text, &format!("{level} {}", markdown::escape(&style.draw(title))));
                }
                Block::Line(line) => push_line(&mut text, &markdown::paragraph(&style.draw(line))),
                Block::Table(table) => text.push_str(&style.draw(&markdown::draw(table))),
                Block::Points(points) => {
                    for point in points {
                        push_line(&mut text, &format!("- {}", markdown::paragraph(&style.draw(point))));
                    }
                }
                Block::Fields(fields) => {
                    for field in labelled(fields) {
                        let value = style.draw(&markdown::linked(&field.cell)).into_owned();
                        push_line(&mut text, &format!("- {}: {value}", field.label));
                    }
                }
            }
        }
        text
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Title(_) | Block::Line(_) | Block::Fields(_) | Block::Points(_) => None,
        })
    }

    /// The fields for programs.
    fn keyed_fields(&self) -> impl Iterator<Item = &Field> {
        let fields = self.blocks.iter().flat_map(|block| match block {
            Block::Fields(fields) => fields.as_slice(),
            Block::Title(_) | Block::Line(_) | Block::Table(_) | Block::Points(_) => &[],
        });
        fields.filter(|field| !field.key.is_empty())
    }
}

/// The stamp, the facts, the fields and the tables as one object.
impl Serialize for Page {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut facts = self.facts.clone();
        for field in self.keyed_fields() {
            // The fields of an item precede those of its issue; for a shared key the item's value is kept.
            facts.entry(field.key).or_insert_with(|| field.cell.value());
        }
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("schema", self.schema)?;
        object.serialize_entry("generated_at", &self.stamp.generated_at)?;
        object.serialize_entry("data_as_of", &self.stamp.data_as_of)?;
        object.serialize_entry("as_of", &self.stamp.as_of)?;
        object.serialize_entry("roadmap", &self.stamp.roadmap)?;
        facts.iter().try_for_each(|(key, value)| object.serialize_entry(key, value))?;
        for table in self.tables().filter(|table| !table.key.is_empty()) {
            debug_assert!(!facts.contains_key(table.key), "one list a key");
            object.serialize_entry(table.key, table)?;
        }
        object.end()
    }
}

impl Block {
    /// Whether any part of the block is for people.
    fn is_for_people(&self) -> bool {
        match self {
            Self::Table(table) => table.for_people().next().is_some(),
            Self::Fields(fields) => labelled(fields).next().is_some(),
            Self::Title(_) | Self::Line(_) | Self::Points(_) => true,
        }
    }

    /// Whether it follows the block before it without a blank line.
    fn joins(&self, before: &Self) -> bool {
        match self {
            Self::Line(_) | Self::Points(_) => matches!(before, Self::Title(_) | Self::Line(_)),
            Self::Title(_) | Self::Fields(_) | Self::Table(_) => false,
        }
    }
}

/// The fields for people.
fn labelled(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| !field.label.is_empty())
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn terminal_fields(text: &mut String, fields: &[Field], style: Style) {
    let widest = labelled(fields).map(|field| fit::width(field.label)).max().unwrap_or(0);
    for field in labelled(fields) {
        let label = format!("{:widest$}  ", field.label);
        wrap_toned(text, &style.draw(&field.cell.text), (&label, field.cell.tone), style);
    }
}

fn wrap(text: &mut String, line: &str, first: &str, style: Style) {
    wrap_toned(text, line, (first, Tone::Plain), style);
}

/// Adds a line, wrapped at spaces to the terminal's width and indented below the label.
fn wrap_toned(text: &mut String, line: &str, (label, tone): (&str, Tone), style: Style) {
    let indent = fit::width(label);
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(indent).max(20));
    let rows = fit::wrap_words(&line.replace(['\n', '\t'], " "), room);
    for (at, row) in rows.iter().enumerate() {
        let lead = if at == 0 { style.paint(label, Tone::Faint) } else { " ".repeat(indent) };
        push_line(text, &format!("{lead}{}", style.paint(row, tone)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::Column;
    use super::*;

    fn page(tables: &[&[&'static str]]) -> Page {
        let mut page = Page::new("offramp/test/1", Stamp::default());
        for values in tables {
            page.table(Table::of("rows", *values, &[(Column::new("a", "TITLE"), |value| Cell::new(**value))]));
        }
        page
    }

    #[test]
    fn an_empty_table_is_shown_only_if_there_is_no_other() {
        let plain = |tables: &[&[&'static str]]| page(tables).render(Format::Plain, Style::default());
        assert_eq!(plain(&[&[]]), "TITLE\n");
        assert_eq!(plain(&[&[], &["a"], &[]]), "TITLE\na\n");
        assert_eq!(plain(&[&[], &[]]), "TITLE\n");
        let markdown = |tables: &[&[&'static str]]| page(tables).render(Format::Md, Style::default());
        assert_eq!(markdown(&[&["a"], &[]]), markdown(&[&["a"]]));
    }
}
