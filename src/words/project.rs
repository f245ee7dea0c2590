//! Wording of the progress of projects.

use super::{NONE, UNKNOWN, count, inner};
use crate::domain::board::Inner;
use crate::domain::{Board, ProjectRow};

/// `6079/6079 prow jobs, 1 item left`: progress with its unit, and what a full counter leaves.
pub fn project_done(row: &ProjectRow, board: &Board) -> String {
    project_done_as(row, board, inner)
}

/// The same in other words: of the counter of the project, else of whole items; `??` where all is unknown.
pub fn project_done_as(row: &ProjectRow, board: &Board, words: impl Fn(&Inner) -> String) -> String {
    let Some(measured) = board.measured(row) else { return UNKNOWN.to_owned() };
    let is_full = row.measure.is_some() && measured.progress.left() == 0;
    let left =
        if is_full && row.left > 0 { format!(", {} left", count(row.left, "item", "items")) } else { String::new() };
    format!("{}{left}", words(&measured))
}

/// How many items are left; a project without items has none that could be.
pub fn items_left(row: &ProjectRow) -> String {
    if row.items.is_empty() { NONE.to_owned() } else { row.left.to_string() }
}

/// `prow jobs` or `items`: what the percentage of a project counts.
pub fn unit<'a>(row: &ProjectRow, board: &'a Board) -> &'a str {
    let counter = row.measure.as_ref().and_then(|id| board.counter(id));
    counter.map_or("items", |counter| counter.unit.as_str())
}
