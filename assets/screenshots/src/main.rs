//! Draws each view of the embedded example, at two sizes, as SVG and PNG.
//!
//! The same program gives the same bytes: dates are fixed, and pictures that did not change are not written.

mod palette;
mod png;
mod shapes;
mod svg;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use offramp::domain::{Date, Origin, Timestamp, World};
use offramp::sources::example;
use offramp::tui::model::{Model, Msg};
use offramp::tui::theme::Theme;
use offramp::tui::{update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The day of the report.
const REPORT: (i32, u32, u32) = (2020, 12, 10);
/// A day on which the counted jobs have a past and a future.
const LATER: (i32, u32, u32) = (2024, 4, 30);

/// What is pictured: a name, the day, the keys that lead there, and what it shows.
const PICTURES: [(&str, (i32, u32, u32), &str, &str); 9] = [
    ("projects", REPORT, "", "The projects of the 2020 roadmap: how far, who, what is left"),
    ("project", REPORT, "\n", "One project with its items"),
    ("work", REPORT, "2", "Every open item"),
    ("unowned", REPORT, "3", "What nobody owns, and why to take it first"),
    ("changes", REPORT, "4", "What changed since the last meeting"),
    ("trend", LATER, "5", "Prow jobs done and in all, over time"),
    ("check", REPORT, "6", "Where roadmap and issues disagree"),
    ("why", REPORT, "=", "Where a number comes from"),
    ("help", REPORT, "?", "The keys"),
];

/// Columns, rows, and how many pixels of a PNG stand for one of the SVG.
const SIZES: [(u16, u16, f32); 2] = [(80, 24, 2.0), (200, 50, 1.0)];

/// The pictures that are kept as PNG too, for pages that take no SVG.
const AS_PNG: [&str; 3] = ["projects", "unowned", "trend"];

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let fonts = png::fonts()?;
    for (name, day, keys, title) in PICTURES {
        for (width, height, scale) in SIZES {
            let picture = svg::draw(&screen(day, keys, width, height)?, title);
            let path = folder.join(format!("{name}-{width}x{height}.svg"));
            save(&path, picture.as_bytes())?;
            if AS_PNG.contains(&name) {
                save(&path.with_extension("png"), &png::render(&picture, scale, &fonts)?)?;
            }
        }
    }
    Ok(())
}

/// Opens the example, presses the keys and returns the screen.
fn screen(day: (i32, u32, u32), keys: &str, width: u16, height: u16) -> Result<Buffer> {
    let mut model = Model::new(world(day));
    let mut terminal = Terminal::new(TestBackend::new(width, height))?;
    draw(&mut terminal, &mut model)?;
    for key in keys.chars() {
        let code = if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) };
        update::update(&mut model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        draw(&mut terminal, &mut model)?;
    }
    Ok(terminal.backend().buffer().clone())
}

fn draw(terminal: &mut Terminal<TestBackend>, model: &mut Model) -> Result<()> {
    let mut seen = None;
    terminal.draw(|frame| seen = Some(view::draw(frame, model, Theme::default())))?;
    model.seen = seen.context("a frame was drawn")?;
    Ok(())
}

/// The example on a day.
fn world((year, month, day): (i32, u32, u32)) -> World {
    let date = Date::from_ymd_opt(year, month, day).expect("a day");
    World {
        roadmap: example::roadmap().clone(),
        origin: Origin::Example,
        snapshot: example::snapshot().clone(),
        sigs: example::sigs().clone(),
        date,
        now: Timestamp::start_of(date),
        web: "https://github.com".to_owned(),
        code: None,
    }
}

/// Writes the picture where it is new.
fn save(path: &Path, picture: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == picture) {
        return Ok(());
    }
    std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))
}
