//! A terminal and what stands on it; only what differs is written.

use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};

use super::model::Seen;
use super::view::Sheet;

/// A terminal that is drawn on.
#[derive(Debug)]
pub struct Canvas<B: Backend> {
    backend: B,
    sheet: Sheet,
    /// Where the cursor shows.
    cursor: Option<Position>,
}

impl<B: Backend> Canvas<B> {
    /// Begins on an empty screen without a cursor.
    pub fn new(backend: B) -> Result<Self, B::Error> {
        let sheet = Sheet::new(Rect::from((Position::ORIGIN, backend.size()?)));
        Ok(Self { backend, sheet, cursor: None })
    }

    /// What stands on the screen.
    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// What frames are written to.
    pub fn backend_mut(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Draws a frame, and writes what differs from the one before.
    pub fn draw(&mut self, view: impl FnOnce(&mut Sheet) -> Seen) -> Result<Seen, B::Error> {
        let area = Rect::from((Position::ORIGIN, self.backend.size()?));
        if area != self.sheet.area() {
            self.backend.clear()?;
            self.sheet = Sheet::new(area);
        }
        let seen = view(&mut self.sheet);
        self.backend.draw(self.sheet.changes())?;
        self.place_cursor(seen.cursor)?;
        self.backend.flush()?;
        Ok(seen)
    }

    fn place_cursor(&mut self, cursor: Option<Position>) -> Result<(), B::Error> {
        match cursor {
            Some(place) => {
                // Whatever was written has moved it.
                self.backend.set_cursor_position(place)?;
                self.backend.show_cursor()?;
            }
            None if self.cursor.is_some() => self.backend.hide_cursor()?,
            None => {}
        }
        self.cursor = cursor;
        Ok(())
    }
}
