//! The screen as it is drawn: what is drawn as before is left standing.
//!
//! Most of a screen stays the same from key to key. So each row remembers what was drawn on it, in order, and only from
//! the first thing that differs on it is drawn and compared anew. Letters one column wide, which are nearly everything,
//! go straight into the cells: ratatui would look for letters of several characters in them.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{fit, signs};

/// The cells of a screen, and what was drawn on each row of it.
#[derive(Debug)]
pub struct Sheet {
    buffer: Buffer,
    rows: Vec<Row>,
}

/// A row, and what was drawn on it.
#[derive(Debug, Default)]
struct Row {
    /// In the frame before.
    before: Vec<Print>,
    /// In this frame.
    now: Vec<Print>,
    /// From which column on this frame differs, and the cells that stood there; behind them it was blank.
    old: Option<(usize, Vec<Cell>)>,
    /// Whether nothing was ever drawn on it.
    is_blank: bool,
    /// Whether something was drawn over something else.
    is_layered: bool,
    /// Whether that was so in the frame before: then nobody knows what lies below.
    was_layered: bool,
}

/// A line that was drawn: where, and a hash of all that it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Print {
    from: usize,
    to: usize,
    look: u64,
}

impl Sheet {
    /// An empty one.
    pub fn new(area: Rect) -> Self {
        let rows = (0..area.height).map(|_| Row { is_blank: true, ..Row::default() }).collect();
        Self { buffer: Buffer::empty(area), rows }
    }

    /// What can be drawn on.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The cells as they stand.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Draws a line at the top of an area, cut at its right.
    pub(super) fn line<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect) {
        self.line_over(line, area, Style::new());
    }

    /// Draws a line, and a look over all of it but the mark in its first column.
    pub(super) fn line_over<'a>(&mut self, line: impl Borrow<Line<'a>>, area: Rect, over: Style) {
        let line = line.borrow();
        let area = Rect { height: area.height.min(1), ..area }.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        let columns = self.columns(area);
        let print = Print { from: columns.start, to: columns.end, look: look(line, over) };
        let Some(row) = self.row(area.y) else { return };
        if row.old.is_none() && row.before.get(row.now.len()) == Some(&print) {
            row.now.push(print);
            return;
        }
        let is_over = row.now.iter().any(|other| other.from < print.to && print.from < other.to);
        self.open(area.y, columns.start);
        if is_over {
            self.cut(area.x, area.y);
        }
        if let Some(row) = self.row(area.y) {
            row.is_layered |= is_over;
            row.now.push(print);
        }
        self.paint(line, area);
        if over != Style::new() {
            self.buffer.set_style(Rect { x: area.x + 1, width: area.width - 1, ..area }, over);
        }
    }

    /// Draws what is no line, over what is there.
    pub(super) fn layer(&mut self, area: Rect, draw: impl FnOnce(Rect, &mut Buffer)) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        let from = self.columns(area).start;
        for y in area.top()..area.bottom() {
            self.open(y, from);
            self.cut(area.x, y);
            if let Some(row) = self.row(y) {
                row.is_layered = true;
            }
        }
        draw(area, &mut self.buffer);
        for y in area.top()..area.bottom() {
            let cells = self.cells(y);
            signs::agree(self.buffer.content.get_mut(cells).unwrap_or_default());
        }
    }

    /// Ends a frame; returns the cells that differ from the one before, with column and line.
    pub fn changes(&mut self) -> impl Iterator<Item = (u16, u16, &Cell)> {
        let places = self.changed_places();
        places.into_iter().filter_map(|(x, y)| Some((x, y, self.buffer.cell((x, y))?)))
    }

    fn changed_places(&mut self) -> Vec<(u16, u16)> {
        let area = self.buffer.area;
        let mut changes = Vec::new();
        for y in area.top()..area.bottom() {
            let width = usize::from(area.width);
            let is_less = |row: &Row| row.old.is_none() && (row.was_layered || row.before.len() > row.now.len());
            if self.row(y).is_some_and(|row| is_less(row)) {
                self.open(y, width);
            }
            let cells = self.cells(y);
            let cells = self.buffer.content.get(cells).unwrap_or_default();
            let Some(row) = self.rows.get_mut(usize::from(y - area.top())) else { continue };
            if let Some((from, old)) = row.old.take() {
                compare(old, cells.get(from..).unwrap_or_default(), (area.x + from as u16, y), &mut changes);
                row.is_blank = false;
            }
            std::mem::swap(&mut row.before, &mut row.now);
            row.now.clear();
            row.was_layered = std::mem::take(&mut row.is_layered);
            if row.was_layered {
                row.before.clear();
            }
        }
        changes
    }

    fn row(&mut self, y: u16) -> Option<&mut Row> {
        self.rows.get_mut(usize::from(y.checked_sub(self.buffer.area.y)?))
    }

    /// The places of the cells of a row.
    fn cells(&self, y: u16) -> Range<usize> {
        let area = self.buffer.area;
        let start = usize::from(y.saturating_sub(area.y)) * usize::from(area.width);
        start..start + usize::from(area.width)
    }

    fn columns(&self, area: Rect) -> Range<usize> {
        let start = usize::from(area.x - self.buffer.area.x);
        start..start + usize::from(area.width)
    }

    /// Wipes a row from the first column on in which it differs from the frame before, once; what this frame drew stays.
    fn open(&mut self, y: u16, start: usize) {
        let cells = self.cells(y);
        let cells = self.buffer.content.get_mut(cells).unwrap_or_default();
        let Some(row) = self.rows.get_mut(usize::from(y.saturating_sub(self.buffer.area.y))) else { return };
        if let Some((from, old)) = &mut row.old {
            if start < *from {
                // That was drawn in this frame, or stood there before; either way it stays below.
                let below = cells.get(start..*from).unwrap_or_default().to_vec();
                old.splice(0..0, below);
                *from = start;
            }
            return;
        }
        if row.is_blank {
            row.old = Some((0, Vec::new()));
            return;
        }
        let stale = row.before.iter().skip(row.now.len()).map(|print| print.from);
        let from = if row.was_layered { 0 } else { stale.fold(start, usize::min) };
        let mut old = Vec::with_capacity(cells.len().saturating_sub(from));
        let is_drawn = |at: usize| row.now.iter().any(|print| (print.from..print.to).contains(&at));
        if row.now.iter().all(|print| print.to <= from) {
            old.extend(cells.iter_mut().skip(from).map(std::mem::take));
        } else {
            let taken = |(at, cell): (usize, &mut Cell)| if is_drawn(at) { cell.clone() } else { std::mem::take(cell) };
            old.extend(cells.iter_mut().enumerate().skip(from).map(taken));
        }
        row.old = Some((from, old));
    }

    /// Half of a wide letter at the left of what covers its other half cannot stay.
    fn cut(&mut self, x: u16, y: u16) {
        let Some(left) = x.checked_sub(1) else { return };
        if self.buffer.cell((left, y)).is_some_and(|cell| cell.cell_width() > 1) {
            self.open(y, usize::from(left - self.buffer.area.x));
            if let Some(cell) = self.buffer.cell_mut((left, y)) {
                cell.set_char(' ');
            }
        }
    }

    fn paint(&mut self, line: &Line<'_>, area: Rect) {
        if line.alignment.is_some() {
            line.render(area, &mut self.buffer);
            self.agree(area);
            return;
        }
        let mut rest = area;
        if line.style != Style::default() {
            self.buffer.set_style(rest, line.style);
        }
        for part in &line.spans {
            let used = self.span(part, rest).min(rest.width);
            rest = Rect { x: rest.x + used, width: rest.width - used, ..rest };
        }
    }

    /// Draws a span and returns the columns it took; at least those of the area where it is cut.
    fn span(&mut self, span: &Span<'_>, area: Rect) -> u16 {
        if !fit::is_simple(&span.content) {
            span.render(area, &mut self.buffer);
            self.agree(area);
            return u16::try_from(span.width()).unwrap_or(u16::MAX);
        }
        if area.is_empty() {
            return 0;
        }
        let start = self.buffer.index_of(area.x, area.y);
        let cells = self.buffer.content.get_mut(start..start + usize::from(area.width)).unwrap_or_default();
        let mut used = 0;
        for (cell, letter) in cells.iter_mut().zip(span.content.chars()) {
            cell.set_char(letter).set_style(span.style);
            used += 1;
        }
        used
    }

    fn agree(&mut self, area: Rect) {
        if area.is_empty() {
            return;
        }
        let start = self.buffer.index_of(area.x, area.y);
        signs::agree(self.buffer.content.get_mut(start..start + usize::from(area.width)).unwrap_or_default());
    }
}

/// A hash of how a line looks.
fn look(line: &Line<'_>, over: Style) -> u64 {
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    line.alignment.hash(&mut hasher);
    hash_style(line.style, &mut hasher);
    hash_style(over, &mut hasher);
    for span in &line.spans {
        hasher.write_usize(span.content.len());
        hasher.write(span.content.as_bytes());
        hash_style(span.style, &mut hasher);
    }
    hasher.finish()
}

/// Most texts have no look of their own.
fn hash_style(style: Style, hasher: &mut impl Hasher) {
    let is_own = style != Style::new();
    hasher.write_u8(u8::from(is_own));
    if is_own {
        style.hash(hasher);
    }
}

/// Adds the places of cells that differ in a part of a row, which begins at `(x, y)`. What has wide letters is left to
/// ratatui.
fn compare(mut before: Vec<Cell>, next: &[Cell], (x, y): (u16, u16), changes: &mut Vec<(u16, u16)>) {
    let known = changes.len();
    let old = before.iter().chain(std::iter::repeat(&Cell::EMPTY));
    for (at, (old, new)) in (x..).zip(old.zip(next)) {
        let (letter, other) = (old.symbol(), new.symbol());
        if !is_narrow(letter) || !is_narrow(other) {
            changes.truncate(known);
            let area = Rect { x, y, width: next.len() as u16, height: 1 };
            before.resize(next.len(), Cell::EMPTY);
            let (before, next) = (Buffer { area, content: before }, Buffer { area, content: next.to_vec() });
            changes.extend(before.diff_iter(&next).map(|(x, y, _)| (x, y)));
            return;
        }
        let is_same_look = old.modifier == new.modifier && old.fg == new.fg && old.bg == new.bg;
        if letter != other || !is_same_look {
            changes.push((at, y));
        }
    }
}

fn is_narrow(letter: &str) -> bool {
    letter.len() == 1 || fit::is_simple(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::style::{Color, Modifier};
    use ratatui::widgets::Clear;

    use super::super::super::pen::Pen;
    use super::*;

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
        let all = Rect::new(0, 0, 12, 3);
        for text in lines {
            for area in [Rect::new(0, 0, 12, 1), Rect::new(3, 1, 6, 2), Rect::new(10, 2, 9, 9), Rect::new(0, 0, 0, 0)] {
                let mut sheet = Sheet::new(all);
                sheet.line(&text, area);
                let mut expected = Buffer::empty(all);
                (&text).render(area.intersection(all), &mut expected);
                assert_eq!(sheet.buffer, expected, "{text:?} {area:?}");
            }
        }
    }

    /// What a frame draws: a line, with a look over it, or a window with a line in it.
    #[derive(Debug, Clone)]
    enum Drawn {
        Line(Rect, Line<'static>, Style),
        Window(Rect, Line<'static>),
    }

    const SIZE: (u16, u16) = (14, 4);

    fn draw(sheet: &mut Sheet, frame: &[Drawn]) {
        for drawn in frame {
            match drawn {
                Drawn::Line(area, line, over) => sheet.line_over(line, *area, *over),
                Drawn::Window(area, line) => {
                    sheet.layer(*area, |area, buffer| Clear.render(area, buffer));
                    sheet.line(line, *area);
                }
            }
        }
    }

    /// Letters of all widths, looks that show on blanks and such that do not.
    fn line() -> impl Strategy<Value = Line<'static>> {
        let letter = prop::sample::select(vec!["a", "b", " ", "日", "⌨\u{fe0f}", "e\u{301}", "━", "👩", "🇩🇪"]);
        let span = (prop::collection::vec(letter, 0..6), style());
        let spans = prop::collection::vec(span.prop_map(|(text, style)| Span::styled(text.concat(), style)), 0..3);
        // A mark stands first, as wherever there is a look over a line: it never covers half a letter.
        spans.prop_map(|spans| Line::from([vec![Span::raw(">")], spans].concat()))
    }

    fn style() -> impl Strategy<Value = Style> {
        prop::sample::select(vec![
            Style::new(),
            Style::new().fg(Color::Red),
            Style::new().bg(Color::Blue),
            Style::new().add_modifier(Modifier::REVERSED),
            Style::new()
                .fg(Color::Indexed(6))
                .bg(Color::Rgb(1, 2, 3))
                .add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        ])
    }

    /// Few places, so that frames have much in common.
    fn area() -> impl Strategy<Value = Rect> {
        let columns = prop::sample::select(vec![(0, 14), (0, 7), (7, 7), (5, 4), (0, 6)]);
        (columns, 0..SIZE.1).prop_map(|((x, width), y)| Rect::new(x, y, width, 1))
    }

    fn drawn() -> impl Strategy<Value = Drawn> {
        prop_oneof![
            6 => (area(), line(), style()).prop_map(|(area, line, over)| Drawn::Line(area, line, over)),
            1 => (area(), 1..3_u16, line()).prop_map(|(area, height, line)| Drawn::Window(Rect { height, ..area }, line)),
        ]
    }

    /// Frames, each like the one before but for a few things.
    fn frames() -> impl Strategy<Value = Vec<Vec<Drawn>>> {
        let changes = prop::collection::vec((0..8_usize, prop::option::of(drawn())), 0..3);
        (prop::collection::vec(drawn(), 0..8), prop::collection::vec(changes, 1..5)).prop_map(|(first, changes)| {
            let mut frames = vec![first];
            for change in changes {
                let mut next = frames.last().cloned().unwrap_or_default();
                for (at, drawn) in change {
                    match drawn {
                        Some(drawn) if at < next.len() => next[at] = drawn,
                        Some(drawn) => next.push(drawn),
                        None if at < next.len() => drop(next.remove(at)),
                        None => {}
                    }
                }
                frames.push(next);
            }
            frames
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_screen_shows_what_it_would_if_all_of_it_were_drawn_and_compared(frames in frames()) {
            let all = Rect::new(0, 0, SIZE.0, SIZE.1);
            let (mut kept, mut before) = (Sheet::new(all), Buffer::empty(all));
            let [mut own, mut other] = [(); 2].map(|()| vt100::Parser::new(SIZE.1, SIZE.0, 0));
            for frame in &frames {
                draw(&mut kept, frame);
                let [mut bytes, mut expected] = [Vec::new(), Vec::new()];
                Pen::new(&mut bytes).draw(kept.changes()).unwrap();
                own.process(&bytes);
                let mut fresh = Sheet::new(all);
                draw(&mut fresh, frame);
                prop_assert_eq!(&kept.buffer, &fresh.buffer);
                CrosstermBackend::new(&mut expected).draw(before.diff_iter(&fresh.buffer)).unwrap();
                other.process(&expected);
                for (y, x) in (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (y, x))) {
                    prop_assert_eq!(own.screen().cell(y, x), other.screen().cell(y, x), "{} {}", x, y);
                }
                before = fresh.buffer;
            }
        }

        #[test]
        fn nothing_is_written_where_nothing_changed(frames in frames()) {
            let mut sheet = Sheet::new(Rect::new(0, 0, SIZE.0, SIZE.1));
            for frame in frames {
                draw(&mut sheet, &frame);
                let _ = sheet.changes().count();
                draw(&mut sheet, &frame);
                prop_assert!(sheet.changes().next().is_none());
            }
        }
    }
}
