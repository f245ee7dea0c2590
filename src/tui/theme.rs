//! The theme: the terminal's own sixteen colours, and plain signs for terminals without others.
//!
//! Colour never carries meaning alone: each state has a mark and a word too (see `words`).

use ratatui::style::{Color, Modifier, Style};

use crate::domain::{Percent, State};

/// The mark before the selected row.
pub const POINTER: &str = "▌";
/// The separator between facts on one line.
pub const DOT: &str = " · ";
/// A horizontal rule, one column.
pub const RULE: &str = "─";

/// Colours and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to use ASCII signs only.
    pub ascii: bool,
    /// Whether the background is light: then yellow, green and cyan are hard to read.
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

    /// What is less important.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What is most important on a line.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Names of keys, the active tab, links.
    pub fn accent(self) -> Style {
        self.fg(Color::Cyan)
    }

    /// Finished.
    pub fn good(self) -> Style {
        self.fg(Color::Green)
    }

    /// Under way, or worth a look.
    pub fn warn(self) -> Style {
        self.fg(Color::Yellow)
    }

    /// Wrong.
    pub fn bad(self) -> Style {
        self.fg(Color::Red)
    }

    /// Not known.
    pub fn unknown(self) -> Style {
        self.fg(Color::Magenta)
    }

    /// The row that is selected.
    pub fn selected(self) -> Style {
        // In one colour: reversed words of several would be a row of patches.
        Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED)
    }

    /// Headings of columns and groups.
    pub fn heading(self) -> Style {
        self.dim().add_modifier(Modifier::BOLD)
    }

    /// The colour of a state.
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

    /// The two parts of a bar of the given width.
    pub fn bar(self, percent: Percent, width: usize) -> (String, String) {
        let Some(percent) = percent.known() else { return (String::new(), " ".repeat(width)) };
        // Rounds down like the number, yet shows that something has begun.
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
    fn on_a_light_background_nothing_is_yellow_green_or_cyan() {
        let theme = Theme { light: true, ..Theme::default() };
        let pale = [Color::Yellow, Color::Green, Color::Cyan];
        let styles = [theme.accent(), theme.good(), theme.warn(), theme.bad(), theme.unknown()];
        assert!(styles.iter().all(|style| style.fg.is_some_and(|colour| !pale.contains(&colour))));
    }

    #[test]
    fn without_colour_nothing_is_coloured() {
        let theme = Theme { colour: false, ..Theme::default() };
        assert!(State::ALL.iter().all(|&state| theme.state(state).fg.is_none()));
    }
}
