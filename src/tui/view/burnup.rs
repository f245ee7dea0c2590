//! The burn-up chart of a project in its preview: done and scope over the last year.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Scene;
use super::canvas::DrawLine as _;
use super::trend::{self, Curve};
use crate::domain::{Date, Percent, Progress, ProjectId};

/// The height of the chart with its title, in lines.
const HEIGHT: u16 = 8;

/// Draws the burn-up at the top of an area and returns its height, 0 where it does not fit.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, project: &ProjectId) -> u16 {
    let history = scene.model.history().and_then(|history| history.of(project));
    let Some(history) = history.filter(|history| history.points.len() > 1) else { return 0 };
    if area.height < HEIGHT + 1 || area.width < 40 {
        return 0;
    }
    let area = Rect { y: area.y + 1, height: HEIGHT, ..area };
    let mut title = vec![Span::styled(" LAST YEAR   ", scene.theme.heading())];
    let start = scene.model.board.project(project).and_then(|row| scene.model.board.measured(row)?.start);
    let [done, scope] = trend::key(scene, start);
    title.extend([done, Span::raw("   "), scope]);
    buffer.line(Line::from(title), Rect { height: 1, ..area });
    let of = |value: fn(&Progress) -> u64| -> Vec<(Date, u64)> {
        history.points.iter().map(|(day, progress)| (*day, value(progress))).collect()
    };
    let curves =
        [Curve::scope(scene, of(|progress| progress.total), 0), Curve::done(scene, of(|progress| progress.done), 0)];
    let place = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2).min(90), height: HEIGHT - 1 };
    trend::plot(buffer, place, scene, &curves);
    HEIGHT + 1
}

/// The sparkline of the last year: one character a month, as high as the percentage.
pub(super) fn sparkline(scene: &Scene<'_>, months: &[Percent]) -> (String, Style) {
    let ramp: [char; 8] = if scene.theme.ascii {
        ['_', '.', ':', '-', '=', '+', '*', '#']
    } else {
        ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
    };
    let letter = |percent: &Percent| match percent.known() {
        // Only 100 % has full height, as with the bar.
        Some(known) => ramp.get(usize::from(known) * 7 / 100).copied().unwrap_or('?'),
        None => ' ',
    };
    (months.iter().map(letter).collect(), scene.theme.accent())
}
