//! Puts lines on the screen.
//!
//! Letters one column wide, which are nearly everything, go straight into the cells: ratatui would look for letters of several
//! characters in it, which takes most of the time of a frame.

use std::borrow::Borrow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::fit;

/// Draws a line at the top of an area, cut at its right.
pub(super) fn line<'a>(frame: &mut Frame<'_>, line: impl Borrow<Line<'a>>, area: Rect) {
    let line = line.borrow();
    if line.alignment.is_some() {
        frame.render_widget(line, area);
        return;
    }
    let mut rest = Rect { height: area.height.min(1), ..area }.intersection(frame.area());
    if line.style != Style::default() {
        frame.buffer_mut().set_style(rest, line.style);
    }
    for part in &line.spans {
        let used = span(frame, part, rest).min(rest.width);
        rest = Rect { x: rest.x + used, width: rest.width - used, ..rest };
    }
}

/// Draws a span and returns the columns it took; at least those of the area where it is cut.
fn span(frame: &mut Frame<'_>, span: &Span<'_>, area: Rect) -> u16 {
    if !fit::is_simple(&span.content) {
        frame.render_widget(span, area);
        return u16::try_from(span.width()).unwrap_or(u16::MAX);
    }
    if area.is_empty() {
        return 0;
    }
    let buffer = frame.buffer_mut();
    let start = buffer.index_of(area.x, area.y);
    let cells = buffer.content.get_mut(start..start + usize::from(area.width)).unwrap_or_default();
    let mut used = 0;
    for (cell, letter) in cells.iter_mut().zip(span.content.chars()) {
        cell.set_char(letter).set_style(span.style);
        used += 1;
    }
    used
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::style::Color;

    use super::*;

    fn drawn(text: &Line<'_>, by_hand: bool, area: Rect) -> ratatui::buffer::Buffer {
        let mut terminal = Terminal::new(TestBackend::new(12, 3)).unwrap();
        let draw = |frame: &mut Frame<'_>| {
            if by_hand { line(frame, text, area) } else { frame.render_widget(text, area) }
        };
        terminal.draw(draw).unwrap();
        terminal.backend().buffer().clone()
    }

    #[test]
    fn a_line_looks_as_ratatui_draws_it() {
        let red = Style::new().fg(Color::Red);
        let lines = [
            Line::raw("plain"),
            Line::styled("styled and longer than the area", red),
            Line::from(vec![Span::raw("a "), Span::styled("b", red), Span::raw("")])
                .style(Style::new().bg(Color::Blue)),
            Line::from(vec![Span::raw("日本 "), Span::styled("e\u{301}x", red), Span::raw("ab日"), Span::raw("c")]),
            Line::from(vec![Span::styled("━━──", red), Span::raw(" ▌● 1 · 2 … – "), Span::raw("│✓ and cut off")]),
            Line::raw("mid").centered(),
            Line::raw(""),
        ];
        for text in lines {
            for area in [Rect::new(0, 0, 12, 1), Rect::new(3, 1, 6, 2), Rect::new(10, 2, 9, 9), Rect::new(0, 0, 0, 0)] {
                if area.right() <= 12 && area.bottom() <= 3 {
                    assert_eq!(drawn(&text, true, area), drawn(&text, false, area), "{text:?} {area:?}");
                } else {
                    drawn(&text, true, area);
                }
            }
        }
    }
}
