//! Formatting of the progress of projects.

use super::{NONE, UNKNOWN, count, inner};
use crate::domain::board::Inner;
use crate::domain::{Board, ProjectRow};

/// `6079/6079 prow jobs, 1 item left`: progress with its unit, and the items left beside a full counter.
pub fn project_done(row: &ProjectRow, board: &Board) -> String {
    project_done_as(row, board, inner)
}

/// Like [`project_done`], with another format of the progress; `??` if all is unknown.
pub fn project_done_as(row: &ProjectRow, board: &Board, words: impl Fn(&Inner) -> String) -> String {
    let Some(measured) = board.measured(row) else { return UNKNOWN.to_owned() };
    let is_full = row.measure.is_some() && measured.progress.left() == 0;
    let left =
        if is_full && row.left > 0 { format!(", {} left", count(row.left, "item", "items")) } else { String::new() };
    format!("{}{left}", words(&measured))
}

/// The number of items left; `–` for a project without items.
pub fn items_left(row: &ProjectRow) -> String {
    row.items_left().map_or_else(|| NONE.to_owned(), |left| left.to_string())
}

/// The number of free items; `–` for a project without items, of whose counter much may be free.
pub fn items_free(row: &ProjectRow) -> String {
    row.items_left().map_or_else(|| NONE.to_owned(), |_| row.free.to_string())
}

/// The unit of a project's percentage: `prow jobs` or `items`.
pub fn unit<'a>(row: &ProjectRow, board: &'a Board) -> &'a str {
    let counter = row.measure.as_ref().and_then(|id| board.counter(id));
    counter.map_or("items", |counter| counter.unit.as_str())
}
