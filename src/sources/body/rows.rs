//! Table rows as tasks: rows with a box in a cell, and rows of a table with a status column.

use super::lines::{BodyLine, Marker, split_box};
use crate::domain::boxes::holds_back;
use crate::domain::status;
use crate::domain::{State, TaskState};

/// Names of status columns.
const STATES: [&str; 7] = ["status", "state", "done", "done?", "migrated", "migrated?", "progress"];

/// The state of the parser within a table.
#[derive(Debug, Default)]
pub(super) struct TableRows {
    header: Option<Vec<String>>,
    /// Whether the delimiter row has been read, so that rows follow.
    in_body: bool,
    /// The status column.
    column: Option<usize>,
}

impl TableRows {
    /// Returns the text and state of a line that is a task.
    pub(super) fn row(&mut self, line: &BodyLine) -> Option<(String, TaskState)> {
        let cells = cells(line).filter(|_| line.marker == Marker::None);
        let Some(cells) = cells else {
            *self = Self::default();
            return None;
        };
        if cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|b| matches!(b, b'-' | b':'))) {
            let header = self.header.take().unwrap_or_default();
            self.column = header.iter().position(|name| STATES.contains(&name.to_lowercase().as_str()));
            self.in_body = true;
            return None;
        }
        if !self.in_body {
            self.header = Some(cells);
            return None;
        }
        of_box(&cells).or_else(|| of_state(&cells, self.column?))
    }
}

/// Splits a table line into cells; returns `None` for other lines.
fn cells(line: &BodyLine) -> Option<Vec<String>> {
    let text = line.text();
    if !text.trim_start().starts_with('|') {
        return None;
    }
    // In code the parser keeps the backslash before a bar.
    let ends = |at: &usize| {
        line.bars.binary_search(at).is_err() && !text.get(..*at).is_some_and(|before| before.ends_with('\\'))
    };
    let mut from = 0;
    let mut cells = Vec::new();
    for at in text.match_indices('|').map(|(at, _)| at).filter(ends).chain([text.len()]) {
        cells.push(text.get(from..at).unwrap_or_default().trim().replace("\\|", "|"));
        from = at + 1;
    }
    if !cells.remove(0).is_empty() {
        return None;
    }
    cells.pop_if(|last| last.is_empty());
    Some(cells)
}

/// Reads a row with a box in one of its cells.
fn of_box(cells: &[String]) -> Option<(String, TaskState)> {
    let boxed = |cell: &str| {
        let (is_ticked, rest) = split_box(cell)?;
        Some((rest.trim().to_owned(), if is_ticked { TaskState::Done } else { TaskState::Open }))
    };
    let found = cells.iter().find_map(|cell| boxed(cell))?.1;
    let bare = |cell: &String| boxed(cell).map_or_else(|| cell.clone(), |(text, _)| text);
    Some((joined(cells.iter().map(bare)), found))
}

/// Reads a row of a table with a status column.
fn of_state(cells: &[String], column: usize) -> Option<(String, TaskState)> {
    let status_cell = cells.get(column)?;
    let state = match status::of_text(status_cell) {
        Some(State::Done | State::Removed) => TaskState::Done,
        Some(State::Dropped) => TaskState::Dropped,
        Some(State::Started | State::Todo | State::Unknown | State::ClosedNotDone | State::NotFetched) | None => {
            TaskState::Open
        }
    };
    let others = cells.iter().enumerate().filter(|(at, _)| *at != column).map(|(_, cell)| cell.clone());
    let text = joined(others);
    // A status such as `in progress` may mean that the task is taken, so it stays in the text.
    let noted = joined([text.clone(), status_cell.clone()].into_iter());
    let text = if state == TaskState::Open && !text.is_empty() && holds_back(&noted) { noted } else { text };
    Some((text, state)).filter(|(text, _)| !text.is_empty())
}

/// Joins the cells that are not just punctuation.
fn joined(cells: impl Iterator<Item = String>) -> String {
    let says = |cell: &String| cell.chars().any(|c| !c.is_ascii_punctuation() && !matches!(c, '–' | '—'));
    cells.filter(says).collect::<Vec<_>>().join(" · ")
}
