//! The colours of the pictured terminal: a dark one, so that a page in either mode shows the same picture.

use ratatui::style::Color;

pub(crate) const BACKGROUND: &str = "#161b22";
pub(crate) const FOREGROUND: &str = "#d5dae1";
pub(crate) const FRAME: &str = "#30363d";

const NORMAL: [&str; 16] = [
    "#2a313a", "#f47067", "#6bc46d", "#dbab4f", "#6cb6ff", "#c297f7", "#4fc4cf", "#b3bcc7", // 0 to 7
    "#768390", "#ff938a", "#8ddb8c", "#f0c674", "#96d0ff", "#dcbdfb", "#7fdde6", "#f0f3f6", // 8 to 15
];

/// Returns the CSS colour of a cell; `default` stands for the terminal's own.
pub(crate) fn css(color: Color, default: &'static str) -> String {
    let index = match color {
        Color::Reset => return default.to_owned(),
        Color::Rgb(red, green, blue) => return format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Indexed(index) => usize::from(index),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    NORMAL.get(index).copied().unwrap_or(default).to_owned()
}
