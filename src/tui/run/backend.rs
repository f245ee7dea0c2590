//! The backend of the screens: crossterm's, but it never asks the terminal anything. Some never answer.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// A size that every terminal has had since the VT100.
const USUAL: Size = Size { width: 80, height: 24 };

/// Writes frames; remembers the cursor instead of asking for it.
#[derive(Debug)]
pub struct SilentBackend<W: Write> {
    inner: CrosstermBackend<W>,
    cursor: Position,
}

impl<W: Write> SilentBackend<W> {
    /// Writes to something that leads to a terminal.
    pub fn new(screen: W) -> Self {
        Self { inner: CrosstermBackend::new(screen), cursor: Position::ORIGIN }
    }

    /// What bytes go through.
    pub fn screen(&mut self) -> &mut CrosstermBackend<W> {
        &mut self.inner
    }
}

impl<W: Write> Backend for SilentBackend<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, cells: I) -> io::Result<()> {
        self.inner.draw(cells)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        self.inner.set_cursor_position(self.cursor)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        self.inner.clear_region(part)
    }

    /// A terminal that says 0 by 0, as some serial lines and containers do, has the size of COLUMNS and LINES.
    fn size(&self) -> io::Result<Size> {
        let asked = self.inner.size().unwrap_or_default();
        Ok(if asked.width == 0 || asked.height == 0 { of_environment() } else { asked })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

fn of_environment() -> Size {
    let number = |name| std::env::var(name).ok().and_then(|value| value.trim().parse().ok()).filter(|&size| size > 0);
    Size { width: number("COLUMNS").unwrap_or(USUAL.width), height: number("LINES").unwrap_or(USUAL.height) }
}
