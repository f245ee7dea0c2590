//! The digest: the changes since the last meeting, beside the preview of a project on a large screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::model::list::ListLine;
use super::canvas::{self, DrawLine as _};
use super::{LARGE_SCREEN, Scene, Side, fit, rows, split_rows};

/// The maximum width of the preview: a wider one would only have longer gaps.
const WIDEST_PREVIEW: u16 = 84;

/// Splits the area below a short table of projects: the preview on the left, the digest on the right.
pub(super) fn split(rest: Option<(Rect, Side)>, scene: &Scene<'_>) -> (Option<(Rect, Side)>, Option<Rect>) {
    let Some((area, Side::Below)) = rest else { return (rest, None) };
    let model = scene.model;
    let is_empty = || model.history().is_none_or(|history| history.changes.is_empty());
    if scene.width < LARGE_SCREEN || !model.view.has_projects() || is_empty() {
        return (rest, None);
    }
    let left = (area.width / 2).min(WIDEST_PREVIEW);
    let preview = Rect { width: left, ..area };
    let digest_area = Rect { x: area.x + left, width: area.width - left, ..area };
    (Some((preview, Side::Below)), Some(digest_area))
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let (model, theme) = (scene.model, scene.theme);
    let Some(history) = model.history() else { return };
    let below = canvas::below_rule(buffer, area, theme);
    let area = canvas::beside_bar(buffer, below, theme);
    let (heading, area) = split_rows(area, 1);
    buffer.line(Line::styled(format!(" SINCE {}", model.changes_since()), theme.heading()), heading);
    let mut lines = lines(scene, &history.changes, usize::from(area.width));
    let room = usize::from(area.height);
    let hidden = lines.len().saturating_sub(room);
    if hidden > 0 {
        lines.truncate(room.saturating_sub(1));
        let more = model.keymap.fill(&format!(" {} more lines: {{changes}} shows all", hidden + 1));
        lines.push(Line::styled(more, theme.dim()));
    }
    buffer.lines(lines, area);
}

/// The changes by group; within a group the tags are of equal width.
fn lines<'a>(scene: &Scene<'a>, changes: &'a [ListLine], width: usize) -> Vec<Line<'a>> {
    let theme = scene.theme;
    let mut lines = Vec::new();
    for group in changes.chunk_by(|one, other| one.group == other.group) {
        let title = group.first().map_or("", |line| line.group.as_str());
        lines.push(Line::styled(format!(" {title}"), theme.strong()));
        let tags = group.iter().map(|line| fit::width(&line.tag)).max().unwrap_or(0).min(width / 2);
        for line in group {
            let tag = fit::left(&line.tag, tags);
            let place = if line.place_name.is_empty() { String::new() } else { format!("{}: ", line.place_name) };
            let text = format!("{place}{}", line.text);
            let room = width.saturating_sub(tags + 5);
            let over = room.saturating_sub(fit::width(&text) + 2);
            lines.push(Line::from(vec![
                Span::styled(format!("   {tag}  "), rows::tone(theme, line.tone)),
                Span::raw(format!("{}  ", fit::cut(&text, room))),
                Span::styled(fit::cut(&line.aside, over), theme.dim()),
            ]));
        }
    }
    lines
}
