//! The public face of the library beside the values themselves: reading a roadmap and writing a board down.

use crate::domain::{Board, Date, Groups, Roadmap};
use crate::report::{Cell, Column, Format, Page, Stamp, Style, Table};
use crate::sources::roadmap_file;
use crate::words;

/// All that is wrong with a roadmap file: each fault with its line, and a hint where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoadmapFaults(String);

impl std::fmt::Display for RoadmapFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RoadmapFaults {}

/// Reads the text of a roadmap file. Files that it names (readings, groups) are not read: any name can own something.
///
/// # Errors
/// All faults of the text at once.
pub fn roadmap(text: &str) -> Result<Roadmap, RoadmapFaults> {
    roadmap_file::read(text, "roadmap.yaml", &Groups::default(), Date::MAX)
        .map_err(|faults| RoadmapFaults(faults.to_string()))
}

/// Returns the projects of a board as a table: how far each is, and how many of its items are left.
pub fn render(board: &Board, format: Format) -> String {
    let stamp = Stamp { as_of: Some(board.date.to_string()), ..Stamp::default() };
    let mut page = Page::new("offramp/board/1", stamp);
    page.table(Table::of(
        "projects",
        &board.projects,
        &[
            (Column::new("project", "PROJECT"), |row| Cell::new(&row.title)),
            (Column::new("percent", "DONE").right(), |row| Cell::of(words::percent(row.percent), row.percent.known())),
            (Column::new("left", "ITEMS LEFT").right(), |row| Cell::number(row.left)),
        ],
    ));
    page.render(format, Style::default())
}
