//! Tab-separated fields.

use super::Style;

/// Adds a line with the fields of a row.
pub(super) fn add_row(text: &mut String, cells: impl Iterator<Item = impl AsRef<str>>, style: Style) {
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            text.push('\t');
        }
        add_field(text, cell.as_ref(), style);
    }
    text.push('\n');
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
