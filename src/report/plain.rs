//! A table for a pipe: tabs between cells, nothing cut.

use super::Style;
use super::table::Table;

pub(super) fn draw(table: &Table, style: Style) -> String {
    let mut text = String::new();
    let titles: Vec<_> = table.for_people().map(|(_, column)| column.title).collect();
    text.push_str(&titles.join("\t"));
    text.push('\n');
    for row in &table.rows {
        for (column, (at, _)) in table.for_people().enumerate() {
            if column > 0 {
                text.push('\t');
            }
            add_field(&mut text, row.get(at).map_or("", |cell| cell.for_pipe()), style);
        }
        text.push('\n');
    }
    text
}

/// A cell cannot hold what separates cells.
pub(super) fn field(text: &str, style: Style) -> String {
    let mut field = String::new();
    add_field(&mut field, text, style);
    field
}

fn add_field(line: &mut String, text: &str, style: Style) {
    let text = style.draw(text);
    let mut from = 0;
    for at in memchr::memchr3_iter(b'\t', b'\n', b'\r', text.as_bytes()) {
        line.push_str(text.get(from..at).unwrap_or_default());
        line.push(' ');
        from = at + 1;
    }
    line.push_str(text.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::super::table::{Cell, Column};
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
    }
}
