//! Drawing primitives: clipped lines, rules, and the background of windows.

use std::borrow::Borrow;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

use super::super::theme::{RULE, Theme};
use super::split_rows;

/// Draws lines on a buffer, clipped to an area.
pub(super) trait DrawLine {
    /// Draws a line at the top of an area.
    fn line<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect);
    /// Draws lines below one another, as many as the area holds.
    fn lines<'a>(&mut self, lines: impl IntoIterator<Item = impl Borrow<Line<'a>>>, area: Rect);
    /// Draws a line and applies a style to all but its first column, which holds the pointer.
    fn line_over<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect, over: Style);
    /// Clears an area for a window on top.
    fn cover(&mut self, area: Rect);
}

impl DrawLine for Buffer {
    fn line<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect) {
        let area = Rect { height: area.height.min(1), ..area }.intersection(self.area);
        line.borrow().render(area, self);
    }

    fn lines<'a>(&mut self, lines: impl IntoIterator<Item = impl Borrow<Line<'a>>>, area: Rect) {
        for (row, line) in area.rows().zip(lines) {
            self.line(line, row);
        }
    }

    fn line_over<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect, over: Style) {
        self.line(line, area);
        let marked = Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 1, ..area };
        self.set_style(marked.intersection(self.area), over);
    }

    fn cover(&mut self, area: Rect) {
        let area = area.intersection(self.area);
        Clear.render(area, self);
        // A wide character cut in half by the left edge would swallow the border.
        let Some(left) = area.x.checked_sub(1) else { return };
        for y in area.top()..area.bottom() {
            if let Some(cell) = self.cell_mut((left, y)).filter(|cell| cell.cell_width() > 1) {
                cell.set_char(' ');
            }
        }
    }
}

/// Draws a rule at the top of an area and returns the area below it.
pub(super) fn below_rule(buffer: &mut Buffer, area: Rect, theme: Theme) -> Rect {
    let (rule, below) = split_rows(area, 1);
    buffer.line(Line::styled(RULE.repeat(usize::from(area.width)), theme.dim()), rule);
    below
}

/// Draws a bar on the left of an area and returns the area beside it.
pub(super) fn beside_bar(buffer: &mut Buffer, area: Rect, theme: Theme) -> Rect {
    buffer.lines(std::iter::repeat(Line::styled("│", theme.dim())), Rect { width: 1, ..area });
    Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }
}
