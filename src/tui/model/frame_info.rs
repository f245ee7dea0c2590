//! Frame info: sizes and places of the last drawing, for keys that move by pages and for clicks.

use ratatui::layout::{Position, Rect};

/// What the last drawing found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameInfo {
    /// Where the names of the views are, in their order.
    pub tabs: Vec<Rect>,
    /// The line of the screen at which the list begins, from 0.
    pub top: usize,
    /// Rows of the list or page that show.
    pub height: usize,
    /// Lines of the page or popup in all.
    pub lines: usize,
    /// The lines of the page at which its parts begin.
    pub anchors: Vec<usize>,
    /// Where the cursor shows, while something is typed.
    pub cursor: Option<Position>,
    /// Where the selected row begins.
    pub selected: Option<Position>,
    /// Whether nothing useful fits on the screen: then no key acts but those that leave.
    pub is_too_small: bool,
}
