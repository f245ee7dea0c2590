//! CSV output by RFC 4180, with cells that look like formulas disarmed.

use super::Json;
use super::table::Table;

pub(super) fn draw<'a>(tables: impl IntoIterator<Item = &'a Table>) -> String {
    let mut text = String::new();
    for table in tables {
        let mut columns: Vec<_> = table.for_data().collect();
        columns.sort_by_key(|(_, column)| column.is_late);
        if text.is_empty() {
            let titles: Vec<_> = columns.iter().map(|(_, column)| field(column.key)).collect();
            text = line(&titles);
        }
        for row in &table.rows {
            let cells = columns.iter().map(|(at, _)| row.get(*at).map(|cell| value(&cell.value())).unwrap_or_default());
            text.push_str(&line(&cells.collect::<Vec<_>>()));
        }
    }
    text
}

/// Joins fields made by [`field`] to a line.
pub(super) fn line(fields: &[String]) -> String {
    format!("{}\r\n", fields.join(","))
}

/// Returns a value as text, without quotes.
pub(super) fn text(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Json::Bool(_) | Json::Number(_) => value(json),
        Json::Object(_) => json.to_string(),
    }
}

/// Returns a value as a field. Numbers stay numbers; lists are joined by spaces or, if an element contains one, by commas.
pub(super) fn value(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            // Without `.0`, which a spreadsheet would show.
            Some(real) => real.to_string(),
            None => number.to_string(),
        },
        Json::String(text) => field(text),
        Json::Array(values) if values.iter().all(|value| matches!(value, Json::String(_) | Json::Number(_))) => {
            let texts: Vec<_> = values.iter().map(plain).collect();
            let separator = if texts.iter().any(|text| text.contains(' ')) { ", " } else { " " };
            field(&texts.join(separator))
        }
        Json::Array(_) | Json::Object(_) => field(&json.to_string()),
    }
}

fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value(json),
    }
}

/// Quotes a text where RFC 4180 requires it, and disarms formulas
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub(super) fn field(text: &str) -> String {
    // Some spreadsheets skip spaces before a sign, or read its full-width form.
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let safe = if is_formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\n', '\r']) || safe.starts_with(' ') || safe.ends_with(' ') {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::table::{Cell, Column};
    use super::*;
    use crate::report::json;
    use proptest::prelude::*;

    #[test]
    fn fields_are_quoted_where_needed() {
        assert_eq!(field("a"), "a");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("a\nb"), "\"a\nb\"");
    }

    #[test]
    fn a_text_that_looks_like_a_formula_is_disarmed_and_a_number_is_not() {
        for formula in ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1"] {
            assert!(field(formula).trim_start_matches('"').starts_with('\''), "{formula:?}");
        }
        assert_eq!(value(&Json::from(-1)), "-1");
        assert_eq!(value(&Json::Null), "");
    }

    #[test]
    fn lists_of_texts_are_joined() {
        assert_eq!(value(&json::list(["a", "b"])), "a b");
        assert_eq!(value(&json::list(["a b", "c"])), "\"a b, c\"");
    }

    #[test]
    fn a_column_that_was_added_later_is_last() {
        let columns = [("a", "1"), ("new", "2"), ("b", "3")];
        let table = Table::of(
            "rows",
            [columns.map(|(_, cell)| cell)],
            &[
                (Column::data("a"), |row| Cell::new(row[0])),
                (Column::data("new").late(), |row| Cell::new(row[1])),
                (Column::data("b"), |row| Cell::new(row[2])),
            ],
        );
        assert_eq!(draw([&table]), "a,b,new\r\n1,3,2\r\n");
        assert_eq!(serde_json::to_string(&table).unwrap(), r#"[{"a":"1","new":"2","b":"3"}]"#);
    }

    /// Parses RFC 4180.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut letters = text.chars().peekable();
        while let Some(c) = letters.next() {
            match c {
                '"' if quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(std::mem::take(&mut cell)),
                '\r' if !quoted && letters.next_if_eq(&'\n').is_some() => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                c => cell.push(c),
            }
        }
        rows
    }

    proptest! {
        #[test]
        fn any_text_can_be_read_back(cells in proptest::collection::vec("(?s).{0,12}", 2)) {
            let table = Table::of(
                "rows",
                [&cells],
                &[
                    (Column::new("a", "A"), |cells| Cell::new(&cells[0])),
                    (Column::new("b", "B"), |cells| Cell::new(&cells[1])),
                ],
            );
            let rows = read(&draw([&table]));
            prop_assert_eq!(rows.len(), 2);
            for (cell, read) in cells.iter().zip(&rows[1]) {
                prop_assert_eq!(read.strip_prefix('\'').filter(|_| !cell.starts_with('\'')).unwrap_or(read), cell);
            }
        }
    }
}
