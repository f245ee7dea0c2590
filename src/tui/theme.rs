//! The theme: the terminal's own sixteen colours, and ASCII marks for terminals that have no others.
//!
//! Colour never carries meaning alone: each state also has a mark and a word (see `words`).

use ratatui::style::{Color, Modifier, Style};

use crate::domain::{Percent, State};

/// The mark before the selected row.
pub const POINTER: &str = "▌";
/// The separator between facts on one line.
pub const DOT: &str = " · ";
/// One column of a horizontal rule.
pub const RULE: &str = "─";

/// The choice of colours and marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to use ASCII only.
    pub ascii: bool,
    /// Whether the background is light, on which yellow, green and cyan are hard to read.
    pub light: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colour: true, ascii: false, light: false }
    }
}

impl Theme {
    fn fg(self, colour: Color) -> Style {
        let dark_enough = match (self.light, colour) {
            (true, Color::Cyan | Color::Green) => Color::Blue,
            (true, Color::Yellow) => Color::Magenta,
            (_, colour) => colour,
        };
        if self.colour { Style::new().fg(dark_enough) } else { Style::new() }
    }

    /// The style of less important text.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// The style of the most important text of a line.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The style of keys, the active tab and links.
    pub fn accent(self) -> Style {
        self.fg(Color::Cyan)
    }

    /// The style of what is finished.
    pub fn good(self) -> Style {
        self.fg(Color::Green)
    }

    /// The style of what is under way or needs attention.
    pub fn warn(self) -> Style {
        self.fg(Color::Yellow)
    }

    /// The style of what is wrong.
    pub fn bad(self) -> Style {
        self.fg(Color::Red)
    }

    /// The style of what is unknown.
    pub fn unknown(self) -> Style {
        self.fg(Color::Magenta)
    }

    /// The style of the selected row.
    pub fn selected(self) -> Style {
        // One colour for the whole row: coloured words would become coloured patches when reversed.
        Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED)
    }

    /// The style of headings of columns and groups.
    pub fn heading(self) -> Style {
        self.dim().add_modifier(Modifier::BOLD)
    }

    /// The style of a state.
    pub fn state(self, state: State) -> Style {
        match state {
            State::Todo => Style::new(),
            State::Started => self.warn(),
            State::Done => self.good(),
            State::Removed => self.good().add_modifier(Modifier::DIM),
            State::Dropped => self.dim(),
            State::ClosedNotDone => self.bad(),
            State::Unknown | State::NotFetched => self.unknown(),
        }
    }

    /// Returns the filled and the empty part of a progress bar.
    pub fn bar(self, percent: Percent, width: usize) -> (String, String) {
        let Some(percent) = percent.known() else { return (String::new(), " ".repeat(width)) };
        // Rounds down like the percentage, but any progress fills at least one column.
        let filled = (usize::from(percent) * width / 100).max(usize::from(percent > 0));
        ("━".repeat(filled), RULE.repeat(width.saturating_sub(filled)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_at_100() {
        let theme = Theme::default();
        assert_eq!(theme.bar(Percent::Known(99), 8).1.chars().count(), 1);
        assert_eq!(theme.bar(Percent::Known(100), 8).1, "");
        assert_eq!(theme.bar(Percent::Known(1), 8).0.chars().count(), 1);
        assert_eq!(theme.bar(Percent::Known(0), 8).0, "");
    }

    #[test]
    fn a_light_theme_avoids_yellow_green_and_cyan() {
        let theme = Theme { light: true, ..Theme::default() };
        let pale = [Color::Yellow, Color::Green, Color::Cyan];
        let styles = [theme.accent(), theme.good(), theme.warn(), theme.bad(), theme.unknown()];
        assert!(styles.iter().all(|style| style.fg.is_some_and(|colour| !pale.contains(&colour))));
    }

    #[test]
    fn a_theme_without_colour_sets_none() {
        let theme = Theme { colour: false, ..Theme::default() };
        assert!(State::ALL.iter().all(|&state| theme.state(state).fg.is_none()));
    }
}
