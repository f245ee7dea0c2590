//! What cells are written with. ratatui's own way formats each letter as a command; here letters that look alike go out
//! as they are, one behind the other.

use std::io::{self, Write};

use crossterm::QueueableCommand;
use crossterm::cursor::MoveTo;
use crossterm::style::{Attribute, SetAttribute, SetStyle};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, IntoCrossterm, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Style};

/// A terminal that is written to; all but cells goes ratatui's way.
#[derive(Debug)]
pub struct Pen<W: Write>(CrosstermBackend<W>);

impl<W: Write> Pen<W> {
    /// Writes to something that leads to a terminal.
    pub fn new(out: W) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

impl<W: Write> Write for Pen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

impl<W: Write> Backend for Pen<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, cells: I) -> io::Result<()> {
        let out = &mut self.0;
        let (mut next, mut look) = (None, Style::new());
        for (x, y, cell) in cells {
            if next != Some((x, y)) {
                out.queue(MoveTo(x, y))?;
            }
            next = Some((x.saturating_add(1), y));
            let own = look_of(cell);
            if own != look {
                out.queue(SetAttribute(Attribute::Reset))?.queue(SetStyle(own.into_crossterm()))?;
                look = own;
            }
            out.write_all(cell.symbol().as_bytes())?;
        }
        if look != Style::new() {
            out.queue(SetAttribute(Attribute::Reset))?;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        self.0.clear_region(part)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}

/// How a cell looks; the colours of the terminal need no mention.
fn look_of(cell: &Cell) -> Style {
    let colour = |colour: Color| (colour != Color::Reset).then_some(colour);
    Style { fg: colour(cell.fg), bg: colour(cell.bg), add_modifier: cell.modifier, ..Style::new() }
}
