//! Wording of the progress of projects.

use super::{NONE, UNKNOWN, count, progress};
use crate::domain::{Board, Percent, ProjectRow};

/// What a row shows as its progress: the counter of the project, else whole items; `??` where all is unknown.
pub fn project_progress(row: &ProjectRow) -> String {
    match (&row.measure, &row.reading) {
        (Some(_), Some(reading)) => progress(reading.progress),
        (Some(_), None) => UNKNOWN.to_owned(),
        (None, _) if row.percent == Percent::Unknown => UNKNOWN.to_owned(),
        (None, _) => progress(row.progress),
    }
}

/// `6079/6079 prow jobs, 1 item left`: progress with its unit, and what a full counter leaves.
pub fn project_done(row: &ProjectRow, board: &Board) -> String {
    project_done_in(row, unit(row, board))
}

/// The same with a unit that may be shorter.
pub fn project_done_in(row: &ProjectRow, unit: &str) -> String {
    let done = project_progress(row);
    if done == UNKNOWN {
        return done;
    }
    let is_full = row.reading.as_ref().is_some_and(|reading| reading.progress.left() == 0);
    let left =
        if is_full && row.left > 0 { format!(", {} left", count(row.left, "item", "items")) } else { String::new() };
    format!("{done} {unit}{left}")
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
