//! The six views.

use ratatui::layout::Position;

/// A view; the number keys lead to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// How far, who, what is left.
    Projects,
    /// Every open item.
    Work,
    /// What can be taken.
    Unowned,
    /// What is new since a date.
    Changes,
    /// Done and scope over time.
    Trend,
    /// Where roadmap and issues disagree.
    Check,
}

impl View {
    /// All views, in the order of their keys.
    pub const ALL: [Self; 6] = [Self::Projects, Self::Work, Self::Unowned, Self::Changes, Self::Trend, Self::Check];

    /// What stands on the tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Projects => "Projects",
            Self::Work => "Work",
            Self::Unowned => "Unowned",
            Self::Changes => "Changes",
            Self::Trend => "Trend",
            Self::Check => "Check",
        }
    }

    /// Where it stands among [`View::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The view of a number key.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// What the last drawing found out, for keys that move by pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameInfo {
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
}
