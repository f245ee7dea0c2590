//! A table for a pipe: tabs between cells, nothing cut.

use super::csv;
use super::fields::add_row;
use super::table::Table;
use super::{Style, Tone};

pub(super) fn draw(table: &Table, style: Style) -> String {
    let mut text = String::new();
    let titles: Vec<_> =
        table.for_people().map(|(_, column)| style.paint(&column.title.to_uppercase(), Tone::Faint)).collect();
    text.push_str(&titles.join("\t"));
    text.push('\n');
    text.push_str(table.lines.as_deref().unwrap_or_default());
    for row in &table.rows {
        let cells = table.for_people().filter_map(|(at, _)| row.get(at));
        add_row(&mut text, cells.map(|cell| cell.painted(style)), style);
    }
    text
}

/// Draws the columns of data, for a page that has no other rows.
pub(super) fn draw_data(table: &Table, style: Style) -> String {
    let titles = table.for_data().map(|(_, column)| column.key.to_uppercase().replace('_', " "));
    let mut text = titles.collect::<Vec<_>>().join("\t") + "\n";
    for row in &table.rows {
        let cells = table.for_data().filter_map(|(at, _)| row.get(at));
        add_row(&mut text, cells.map(|cell| csv::text(&cell.value())), style);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::table::{Cell, CellOf, Column};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_has_one_field_a_column(cells in proptest::collection::vec(".{0,12}", 3)) {
            let mut table = Table::new("rows", &[Column::new("a", "A"), Column::new("b", "B"), Column::new("c", "C")]);
            table.row(cells.into_iter().map(Cell::new).collect());
            let text = draw(&table, Style::default());
            prop_assert_eq!(text.matches('\n').count(), 2);
            prop_assert!(text.split_terminator('\n').all(|line| line.split('\t').count() == 3));
        }

        #[test]
        fn rows_that_are_drawn_at_once_read_like_those_that_are_kept(rows in proptest::collection::vec(".{0,12}", 0..4)) {
            let columns: [(Column, CellOf<String>); 3] = [
                (Column::new("a", "A"), |text| Cell::new(text)),
                (Column::data("b"), |text| Cell::data(text.as_str())),
                (Column::people("C"), |text| Cell::new("?").exact(text)),
            ];
            let draw = |format| draw(&Table::of("rows", columns, rows.clone(), (format, Style::default())), Style::default());
            prop_assert_eq!(draw(Format::Plain), draw(Format::Table));
            prop_assert_eq!(draw(Format::Plain).lines().count(), 1 + rows.len());
        }
    }
}
