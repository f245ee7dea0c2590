//! Rendering: draws the model without changing it, and returns the sizes it measured.

mod accounts;
mod boxes;
mod burnup;
mod canvas;
mod choice;
mod digest;
mod footer;
mod header;
mod help;
mod issue;
mod item;
mod list;
mod markdown;
mod migrated;
mod page;
mod popup;
mod preview;
mod project;
mod projects;
mod remaining_jobs;
mod rows;
mod signs;
mod spend;
mod text;
mod trend;
mod waits;
mod whom;
mod why;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::model::views::ViewContent;
use super::model::{FrameInfo, Model};
use super::theme::Theme;
use crate::words::fit;
use canvas::DrawLine as _;

/// Columns and rows below which nothing useful fits.
const SMALLEST_SCREEN: (u16, u16) = (60, 15);
/// From this width, in columns, the preview is more than a strip.
const MEDIUM_SCREEN: u16 = 100;
/// From this width the preview is on the right of the list.
const LARGE_SCREEN: u16 = 140;

/// With at least this many rows below the table of projects, the preview and the recent changes are both shown there.
const DASHBOARD_ROWS: u16 = 20;

/// Everything a draw function reads.
struct Scene<'a> {
    model: &'a Model,
    theme: Theme,
    /// The width of the screen, in columns.
    width: u16,
}

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: Theme) -> FrameInfo {
    let buffer = frame.buffer_mut();
    let info = draw_parts(buffer, model, theme);
    signs::normalise_emoji_width(buffer);
    if theme.ascii {
        signs::draw_in_ascii(buffer);
    }
    if let Some(cursor) = info.cursor {
        frame.set_cursor_position(cursor);
    }
    info
}

fn draw_parts(buffer: &mut Buffer, model: &Model, theme: Theme) -> FrameInfo {
    let area = buffer.area;
    let scene = Scene { model, theme, width: area.width };
    if area.width < SMALLEST_SCREEN.0 || area.height < SMALLEST_SCREEN.1 {
        return too_small(buffer, area);
    }
    let top = if area.height < 20 { 2 } else { 3 };
    let (head, rest) = split_rows(area, top);
    let (body, foot) = split_rows(rest, rest.height - 1);
    let tabs = header::draw(buffer, head, &scene);
    let mut info = if model.pages.is_empty() { view(buffer, body, &scene) } else { page::draw(buffer, body, &scene) };
    if let Some(popup) = &model.popup {
        info = popup::draw(buffer, body, &scene, popup, info);
    }
    info.tabs = tabs;
    info.cursor = footer::draw(buffer, foot, &scene);
    info
}

fn too_small(buffer: &mut Buffer, area: Rect) -> FrameInfo {
    let (width, height) = SMALLEST_SCREEN;
    let text = format!("offramp needs {width}x{height}, this is {}x{}", area.width, area.height);
    if area.height > 0 {
        buffer.line(Line::raw(text), Rect { height: 1, ..area });
    }
    FrameInfo { height: 1, is_too_small: true, ..FrameInfo::default() }
}

/// Draws the current view, with its preview where there is room.
fn view(buffer: &mut Buffer, body: Rect, scene: &Scene<'_>) -> FrameInfo {
    let (list, rest) = split(body, scene.model);
    let (rest, digest_area) = digest::split(rest, scene);
    let info = match scene.model.view.spec().content {
        ViewContent::Projects => projects::draw(buffer, list, scene),
        ViewContent::Items | ViewContent::Lines(_) => list::draw(buffer, list, scene),
        ViewContent::Series => trend::draw(buffer, list, scene),
    };
    if let Some(area) = digest_area {
        digest::draw(buffer, area, scene);
    }
    if let Some((area, side)) = rest {
        preview::draw(buffer, area, scene, side);
    }
    info
}

/// The position of the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// A few lines below a narrow list.
    Strip,
    /// Below the list.
    Below,
    /// At the right of the list.
    Right,
}

fn split(body: Rect, model: &Model) -> (Rect, Option<(Rect, Side)>) {
    // A chart needs the full width.
    let beside = body.width >= LARGE_SCREEN && !model.view.has_chart();
    if !model.preview || body.height < 10 {
        return (body, None);
    }
    let needed = model.list.rows.len().max(3) as u16 + 2;
    if beside && model.view.has_projects() && needed + DASHBOARD_ROWS <= body.height {
        // A short table gets the full width; the preview and the recent changes share the room below it.
        let (list, below) = split_rows(body, needed);
        return (list, Some((below, Side::Below)));
    }
    if beside {
        let right = (body.width * 3 / 8).clamp(56, 60);
        let left = body.width - right;
        // One blank column between the list and the bar of the preview.
        let list = Rect { width: left - 1, ..body };
        return (list, Some((Rect { x: body.x + left, width: right, ..body }, Side::Right)));
    }
    if model.view.has_chart() {
        // The text below a chart is short: the chart gets the rest.
        let (list, below) = split_rows(body, body.height - 8.min(body.height / 3));
        return (list, Some((below, Side::Below)));
    }
    let wanted = model.list.rows.len().max(3) as u16 + 1;
    let (side, least, most) = if body.width >= MEDIUM_SCREEN {
        (Side::Below, body.height * 2 / 5, body.height * 2 / 3)
    } else {
        (Side::Strip, 5, body.height / 2)
    };
    // The preview gets the rows that a short list does not need.
    let height = body.height.saturating_sub(wanted).clamp(least, most);
    let (list, below) = split_rows(body, body.height - height);
    (list, Some((below, side)))
}

/// Splits an area into its first rows and the rest.
fn split_rows(area: Rect, rows: u16) -> (Rect, Rect) {
    let upper = Rect { height: rows.min(area.height), ..area };
    (upper, Rect { y: area.y + upper.height, height: area.height - upper.height, ..area })
}
