//! The screens that are pictured: also drawn by offramp's own tests, which notice a picture that shows another one.

use anyhow::Result;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use offramp::domain::{Date, Example, Origin, Timestamp, World};
use offramp::sources::example;
use offramp::tui::model::{Model, Msg};
use offramp::tui::theme::Theme;
use offramp::tui::{update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// Year, month and day.
type Day = (i32, u32, u32);

/// The day of the report.
const REPORT: Day = (2020, 12, 10);
/// A day on which the counted jobs have a past and a future.
const LATER: Day = (2024, 4, 30);

/// What is pictured: a name, the day, the keys that lead there, and what it shows.
pub(crate) const PICTURES: [(&str, Day, &str, &str); 9] = [
    ("projects", REPORT, "", "The projects of the 2020 roadmap: how far, who, what is left"),
    ("project", REPORT, "\n", "One project with its items"),
    ("work", REPORT, "2", "Every open item"),
    ("free", REPORT, "3", "What can be started today, and why this first"),
    ("changes", REPORT, "4", "What changed since the last meeting"),
    ("trend", LATER, "5", "Prow jobs done and in all, over time"),
    ("check", REPORT, "6", "Where roadmap and issues disagree"),
    ("why", REPORT, "=", "Where a number comes from"),
    ("help", REPORT, "?", "The keys"),
];

/// Columns, rows, and how many pixels of a PNG stand for one of the SVG.
pub(crate) const SIZES: [(u16, u16, f32); 2] = [(80, 24, 2.0), (200, 50, 1.0)];

/// The pictures that are kept as PNG too, for pages that take no SVG.
pub(crate) const AS_PNG: [&str; 3] = ["projects", "free", "trend"];

/// Opens the example, presses the keys and returns the screen.
pub(crate) fn screen(day: Day, keys: &str, width: u16, height: u16) -> Result<Buffer> {
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
    let mut info = None;
    terminal.draw(|frame| info = Some(view::draw(frame, model, Theme::default())))?;
    model.frame = info.unwrap_or_default();
    Ok(())
}

/// The example on a day.
fn world((year, month, day): Day) -> World {
    let date = Date::from_ymd_opt(year, month, day).expect("a day");
    World {
        roadmap: example::roadmap(Example::Kubernetes).clone(),
        origin: Origin::Example(Example::Kubernetes),
        snapshot: example::snapshot(Example::Kubernetes).clone(),
        date,
        now: Timestamp::start_of(date),
        web: "https://github.com".to_owned(),
        here: None,
        me: None,
        checkout: None,
        moves: None,
    }
}

/// Names the SVG that a PNG was made of, for the list beside the pictures.
pub(crate) fn line(png: &str, svg: &str) -> String {
    // FNV-1a: told apart, not defended.
    let hash = svg
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}  {png}\n")
}
