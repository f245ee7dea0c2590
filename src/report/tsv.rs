//! Tab-separated fields.

use super::Style;

/// Adds a line with the fields of a row.
pub(super) fn add_row(text: &mut String, cells: impl Iterator<Item = impl AsRef<str>>, style: Style) {
    let fields: Vec<_> = cells.map(|cell| field(cell.as_ref(), style)).collect();
    text.push_str(&fields.join("\t"));
    text.push('\n');
}

/// A cell cannot hold what separates cells.
pub(super) fn field(text: &str, style: Style) -> String {
    style.draw(text).replace(['\t', '\n', '\r'], " ")
}
