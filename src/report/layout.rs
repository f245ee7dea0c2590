//! Table layout for a terminal: columns aligned by display width, never wider than the screen.

use super::table::{Cell, Column, Table};
use super::{Style, Tone};
use crate::words::fit::{ELLIPSIS, cut, width};

const GAP: &str = "  ";

/// Renders a table, one line per row, without trailing spaces; adds the titles of columns that did not fit to `dropped`.
pub(super) fn draw(table: &Table, style: Style, dropped: &mut Vec<&'static str>) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let columns = fit(table, style, dropped);
    let mut text = String::new();
    let titles: Vec<_> = columns.iter().map(|fitted| fitted.column.title.to_uppercase()).collect();
    let titles = columns.iter().zip(&titles).map(|(fitted, title)| (fitted, title.as_str(), Tone::Faint));
    line(&mut text, titles, style);
    for row in &table.rows {
        let cells = columns.iter().map(|fitted| {
            let cell = row.get(fitted.at);
            (fitted, cell.map_or("", |cell| cell.text.as_str()), cell.map_or(Tone::Plain, |cell| cell.tone))
        });
        line(&mut text, cells, style);
    }
    text
}

/// A column with its final width.
struct Fitted<'a> {
    at: usize,
    column: &'a Column,
    width: usize,
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = (&'a Fitted<'a>, &'a str, Tone)>, style: Style) {
    // Blanks are held back until text follows, so that no line ends with them.
    let mut blanks = String::new();
    for (at, (fitted, cell, tone)) in cells.enumerate() {
        if at > 0 {
            blanks.push_str(GAP);
        }
        let drawn = style.draw(cell);
        let mut shown = cut(&one_line(&drawn), fitted.width);
        if style.ascii {
            shown = shown.replace(ELLIPSIS, "~");
        }
        let rest = " ".repeat(fitted.width.saturating_sub(width(&shown)));
        if shown.is_empty() {
            blanks.push_str(&rest);
            continue;
        }
        if fitted.column.is_right {
            blanks.push_str(&rest);
        }
        text.push_str(&std::mem::take(&mut blanks));
        text.push_str(&style.paint(&shown, tone));
        if !fitted.column.is_right {
            blanks = rest;
        }
    }
    text.push('\n');
}

/// Drops and narrows columns until the table fits.
fn fit<'t>(table: &'t Table, style: Style, dropped: &mut Vec<&'static str>) -> Vec<Fitted<'t>> {
    let mut columns: Vec<_> = table.for_people().map(|(at, column)| natural(table, at, column, style)).collect();
    let Some(limit) = style.width else { return columns };
    // With limited width, an empty column that may be dropped goes first.
    columns.retain(|fitted| fitted.column.leaves == 0 || has_content(table, fitted.at));
    loop {
        let excess = total(&columns).saturating_sub(limit);
        let spare: usize = columns.iter().map(Fitted::spare).sum();
        let first_to_drop = columns.iter().enumerate().max_by_key(|(_, fitted)| fitted.column.leaves);
        match first_to_drop {
            Some((at, fitted)) if excess > spare && fitted.column.leaves > 0 => {
                dropped.push(columns.remove(at).column.title);
            }
            Some(_) | None => break,
        }
    }
    shrink(&mut columns, limit);
    columns
}

impl Fitted<'_> {
    fn spare(&self) -> usize {
        self.column.min.map_or(0, |min| self.width.saturating_sub(min))
    }
}

fn natural<'a>(table: &Table, at: usize, column: &'a Column, style: Style) -> Fitted<'a> {
    let of = |cell: &Cell| width(&one_line(&style.draw(&cell.text)));
    let widest = table.rows.iter().filter_map(|row| row.get(at)).map(of).max().unwrap_or(0);
    Fitted { at, column, width: widest.max(width(column.title)) }
}

fn total(columns: &[Fitted<'_>]) -> usize {
    columns.iter().map(|fitted| fitted.width).sum::<usize>() + GAP.len() * columns.len().saturating_sub(1)
}

/// Narrows the widest column that is above its minimum, one step at a time; if all are at their minimum, the widest.
fn shrink(columns: &mut [Fitted<'_>], limit: usize) {
    for _ in limit..total(columns) {
        let can_shrink = columns.iter_mut().filter(|fitted| fitted.width > 1);
        let Some(widest) = can_shrink.max_by_key(|fitted| (fitted.spare() > 0, fitted.width)) else { return };
        widest.width -= 1;
    }
}

fn has_content(table: &Table, at: usize) -> bool {
    table.rows.iter().filter_map(|row| row.get(at)).any(|cell| !matches!(cell.text.as_str(), "" | "–"))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(rows: Vec<Vec<String>>) -> Table {
        Table::of(
            "rows",
            rows,
            &[
                (Column::new("a", "PROJECT").cut(6), |row| Cell::new(&row[0])),
                (Column::new("b", "LEFT").right(), |row| Cell::new(&row[1])),
                (Column::new("c", "OWNER").cut(4).leaves(1), |row| Cell::new(&row[2])),
            ],
        )
    }

    fn row(a: &str, b: &str, c: &str) -> Vec<String> {
        vec![a.into(), b.into(), c.into()]
    }

    fn drawn(rows: Vec<Vec<String>>, width: usize) -> String {
        draw(&table(rows), Style { width: Some(width), ..Style::default() }, &mut Vec::new())
    }

    #[test]
    fn columns_line_up_with_wide_characters() {
        let text = drawn(vec![row("日本", "1", "x"), row("k8s-prow", "12", "y")], 80);
        assert_eq!(text, "PROJECT   LEFT  OWNER\n日本         1  x\nk8s-prow    12  y\n");
    }

    #[test]
    fn columns_are_cut_before_any_is_dropped() {
        let text = drawn(vec![row("k8s-federated-conformance", "12", "SIG Testing")], 24);
        assert_eq!(text, "PROJECT   LEFT  OWNER\nk8s-fed…    12  SIG Tes…\n");
    }

    #[test]
    fn columns_are_dropped_from_a_narrow_table_and_named() {
        let (table, mut dropped) = (table(vec![row("k8s-prow", "12", "SIG Testing")]), Vec::new());
        let text = draw(&table, Style { width: Some(14), ..Style::default() }, &mut dropped);
        assert_eq!((text.as_str(), dropped), ("PROJECT   LEFT\nk8s-prow    12\n", vec!["OWNER"]));
    }

    #[test]
    fn an_empty_column_is_dropped() {
        assert_eq!(drawn(vec![row("k8s-prow", "12", "–")], 80), "PROJECT   LEFT\nk8s-prow    12\n");
    }

    #[test]
    fn colour_does_not_change_the_layout() {
        let mut table = table(vec![row("a", "1", "x")]);
        table.rows[0][0].tone = Tone::Good;
        let text = draw(&table, Style { color: true, ..Style::default() }, &mut Vec::new());
        assert!(text.ends_with("\x1b[32ma\x1b[0m           1  x\n"), "{text:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(
            rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,30}", 3), 1..5),
            limit in 8usize..60,
        ) {
            for line in drawn(rows, limit).lines() {
                prop_assert!(width(line) <= limit, "{line:?}");
            }
        }
    }
}
