//! Frame info: sizes and positions in the last frame, needed to scroll by pages and to resolve clicks.

use ratatui::layout::{Position, Rect};

/// Sizes and positions in the last frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameInfo {
    /// The tabs of the views, in order.
    pub tabs: Vec<Rect>,
    /// The screen row at which the list begins, from 0.
    pub top: usize,
    /// The number of visible rows of the list, page or window.
    pub height: usize,
    /// The number of lines of the page or window.
    pub lines: usize,
    /// The lines of the page at which a selectable part begins.
    pub anchors: Vec<usize>,
    /// The position of the cursor in the prompt.
    pub cursor: Option<Position>,
    /// The position of the selected row.
    pub selected: Option<Position>,
    /// Whether the screen is too small: then few keys work.
    pub is_too_small: bool,
}
