//! The terminal backend: crossterm's, without queries to the terminal, which some terminals never answer.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// The fallback size, as on a VT100.
const USUAL: Size = Size { width: 80, height: 24 };

/// A backend that remembers the cursor position instead of querying it, and queues the commands of the cursor, which
/// crossterm's flushes.
#[derive(Debug)]
pub struct SilentBackend<W: Write> {
    inner: CrosstermBackend<W>,
    cursor: Position,
}

impl<W: Write> SilentBackend<W> {
    /// Returns a backend that writes to `screen`.
    pub fn new(screen: W) -> Self {
        Self { inner: CrosstermBackend::new(screen), cursor: Position::ORIGIN }
    }

    /// Returns the wrapped backend.
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
        queue!(self.inner, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        queue!(self.inner, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        queue!(self.inner, MoveTo(self.cursor.x, self.cursor.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        self.inner.clear_region(part)
    }

    /// Returns the size; for a terminal of 0 by 0, as on some serial lines and in containers, COLUMNS and LINES.
    fn size(&self) -> io::Result<Size> {
        let size = self.inner.size().unwrap_or_default();
        Ok(if size.width == 0 || size.height == 0 { of_environment() } else { size })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts flushes.
    #[derive(Default)]
    struct Flushes(usize);

    impl Write for Flushes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0 += 1;
            Ok(())
        }
    }

    #[test]
    fn the_cursor_is_moved_and_hidden_in_the_same_write_as_the_frame() {
        let mut flushes = Flushes::default();
        let mut backend = SilentBackend::new(&mut flushes);
        backend.hide_cursor().unwrap();
        backend.set_cursor_position((3, 4)).unwrap();
        backend.show_cursor().unwrap();
        Backend::flush(&mut backend).unwrap();
        assert_eq!(flushes.0, 1);
    }
}
