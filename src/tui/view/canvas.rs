//! Drawing on a buffer: lines cut at the edge of their area, and windows over what is there.

use std::borrow::Borrow;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

/// Draws whole lines.
pub(super) trait DrawLine {
    /// Draws a line at the top of an area, cut at its right.
    fn line<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect);
    /// Draws a line, and a look over all of it but the mark in its first column.
    fn line_over<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect, over: Style);
    /// Clears an area for a window on top.
    fn cover(&mut self, area: Rect);
}

impl DrawLine for Buffer {
    fn line<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect) {
        let area = Rect { height: area.height.min(1), ..area }.intersection(self.area);
        line.borrow().render(area, self);
    }

    fn line_over<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect, over: Style) {
        self.line(line, area);
        let marked = Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 1, ..area };
        self.set_style(marked.intersection(self.area), over);
    }

    fn cover(&mut self, area: Rect) {
        let area = area.intersection(self.area);
        Clear.render(area, self);
        // Half of a wide letter at the left of a window cannot stay: it would swallow the border.
        let Some(left) = area.x.checked_sub(1) else { return };
        for y in area.top()..area.bottom() {
            if let Some(cell) = self.cell_mut((left, y)).filter(|cell| cell.cell_width() > 1) {
                cell.set_char(' ');
            }
        }
    }
}
