//! Plain output for pipes: tab-separated, nothing cut.

use super::csv;
use super::table::Table;
use super::{Style, Tone};

pub(super) fn draw(table: &Table, style: Style) -> String {
    let mut text = String::new();
    let titles: Vec<_> =
        table.for_people().map(|(_, column)| style.paint(&column.title.to_uppercase(), Tone::Faint)).collect();
    text.push_str(&titles.join("\t"));
    text.push('\n');
    for row in &table.rows {
        let cells = table.for_people().filter_map(|(at, _)| row.get(at));
        add_row(&mut text, cells.map(|cell| cell.painted(style)), style);
    }
    text
}

/// Renders the columns for programs, for a page that has nothing else.
pub(super) fn draw_data(table: &Table, style: Style) -> String {
    let titles = table.for_data().map(|(_, column)| column.key.to_uppercase().replace('_', " "));
    let mut text = titles.collect::<Vec<_>>().join("\t") + "\n";
    for row in &table.rows {
        let cells = table.for_data().filter_map(|(at, _)| row.get(at));
        add_row(&mut text, cells.map(|cell| csv::text(&cell.value())), style);
    }
    text
}

/// Adds a line with the fields of a row.
fn add_row(text: &mut String, cells: impl Iterator<Item = impl AsRef<str>>, style: Style) {
    let fields: Vec<_> = cells.map(|cell| field(cell.as_ref(), style)).collect();
    text.push_str(&fields.join("\t"));
    text.push('\n');
}

/// Replaces tabs and line breaks, which separate cells and rows.
pub(super) fn field(text: &str, style: Style) -> String {
    style.draw(text).replace(['\t', '\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::table::{Cell, CellOf, Column};
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [(Column, CellOf<String>); 3] = [
        (Column::new("a", "A"), |text| Cell::new(text)),
        (Column::data("b"), |text| Cell::data(text.as_str())),
        (Column::people("C"), |text| Cell::new("?").exact(text)),
    ];

    proptest! {
        #[test]
        fn every_line_has_one_field_a_column(texts in proptest::collection::vec(".{0,12}", 0..4)) {
            let text = draw(&Table::of("rows", texts.clone(), &COLUMNS), Style::default());
            prop_assert_eq!(text.matches('\n').count(), 1 + texts.len());
            prop_assert!(text.split_terminator('\n').all(|line| line.split('\t').count() == 2));
        }
    }
}
