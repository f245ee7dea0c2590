//! What is new since the last meeting, below a short list of projects on a screen with room for it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::DrawLine as _;
use super::{BESIDE, Scene, fit, rows};

/// Fewer lines would say nothing.
const LEAST: u16 = 8;

/// Leaves room below a short list, where there is a preview at its right.
pub(super) fn split(list: Rect, scene: &Scene<'_>, has_preview: bool) -> (Rect, Option<Rect>) {
    let model = scene.model;
    let needed = model.list().rows.len() as u16 + 2;
    let is_wide = has_preview && scene.width >= BESIDE && model.view.has_projects();
    let room = list.height.saturating_sub(needed);
    if !is_wide || room < LEAST || model.history().is_none_or(|history| history.changes.is_empty()) {
        return (list, None);
    }
    let (list, below) = super::split_rows(list, needed);
    (list, Some(below))
}

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let (model, theme) = (scene.model, scene.theme);
    let Some(history) = model.history() else { return };
    let title = format!(" SINCE {}", model.changes_since());
    buffer.line(Line::styled(title, theme.heading()), Rect { height: 1, ..area });
    let width = usize::from(area.width);
    let mut lines = Vec::new();
    let mut group = "";
    for line in &history.changes {
        if line.group != group {
            group = &line.group;
            lines.push(Line::styled(format!(" {group}"), theme.strong()));
        }
        let tag = fit::left(&line.tag, 10, theme.ellipsis());
        let text =
            if line.place_name.is_empty() { line.text.clone() } else { format!("{}: {}", line.place_name, line.text) };
        let aside = fit::width(&line.aside).min(width / 3);
        let room = width.saturating_sub(15 + if aside > 0 { aside + 2 } else { 0 });
        lines.push(Line::from(vec![
            Span::styled(format!("   {tag}  "), rows::tone(theme, line.tone)),
            Span::raw(fit::left(&text, room, theme.ellipsis())),
            Span::styled(format!("  {}", fit::cut(&line.aside, aside, theme.ellipsis())), theme.dim()),
        ]));
    }
    let room = usize::from(area.height).saturating_sub(1);
    let hidden = lines.len().saturating_sub(room);
    if hidden > 0 {
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::styled(format!(" {} more lines: 4", hidden + 1), theme.dim()));
    }
    for (at, line) in (1..area.height).zip(lines) {
        buffer.line(line, Rect { y: area.y + at, height: 1, ..area });
    }
}
