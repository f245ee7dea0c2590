//! Public functions of the library: parsing a roadmap and rendering a board.

use crate::domain::{Board, Date, Groups, Roadmap};
use crate::report::{Cell, Column, Format, Page, Stamp, Style, Table};
use crate::sources::roadmap_file;
use crate::words;

/// All faults of a roadmap file, each with its line and, where there is one, a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoadmapFaults(String);

impl std::fmt::Display for RoadmapFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RoadmapFaults {}

/// Parses the text of a roadmap file. Files that it names (readings, groups) are not read, so any owner is accepted.
///
/// # Errors
/// Returns all faults of the text at once.
pub fn roadmap(text: &str) -> Result<Roadmap, RoadmapFaults> {
    roadmap_file::read(text, "roadmap.yaml", &Groups::default(), Date::MAX)
        .map_err(|faults| RoadmapFaults(faults.to_string()))
}

/// Renders the projects of a board as a table: percent done and items left.
pub fn render(board: &Board, format: Format) -> String {
    let stamp = Stamp { as_of: Some(board.date.to_string()), ..Stamp::default() };
    let mut page = Page::new("offramp/board/1", stamp);
    page.table(Table::of(
        "projects",
        &board.projects,
        &[
            (Column::new("project", "PROJECT"), |row| Cell::new(&row.title)),
            (Column::new("percent", "DONE").right(), |row| Cell::of(words::percent(row.percent), row.percent.known())),
            (Column::new("left", "ITEMS LEFT").right(), |row| Cell::of(words::items_left(row), row.items_left())),
        ],
    ));
    page.render(format, Style::default())
}
