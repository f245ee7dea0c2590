//! The output style: format, width, colour and ASCII.

use std::borrow::Cow;

use crate::words;

use crate::words::Tone;

use clap::ValueEnum;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns that fit the terminal
    Table,
    /// Tab-separated, nothing cut, no colour
    Plain,
    /// One object; see docs/json.md
    Json,
    /// Comma-separated, as in RFC 4180
    Csv,
    /// A Markdown table
    Md,
    /// GitHub Actions annotations, for `check` and `count --base`; else like plain
    Github,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always, for example before `less -R`
    Always,
    /// Never
    Never,
}

/// The capabilities of the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// The width in columns; `None` if unlimited.
    pub width: Option<usize>,
    /// Whether to use the terminal's own colours.
    pub color: bool,
    /// Whether to use ASCII only.
    pub ascii: bool,
}

/// Returns the parameters of the SGR sequence of a tone (ECMA-48, 8.3.117).
fn sgr(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Strong => Some("1"),
        Tone::Faint => Some("2"),
        Tone::Good => Some("32"),
        Tone::Warning => Some("33"),
        Tone::Bad => Some("31"),
    }
}

impl Style {
    /// Colours a text by its tone, if colours are used.
    pub fn paint(self, text: &str, tone: Tone) -> String {
        match sgr(tone) {
            Some(code) if self.color && !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            Some(_) | None => text.to_owned(),
        }
    }

    /// Replaces the marks of this program with ASCII, if wanted. Other characters are kept, even outside ASCII.
    pub fn draw(self, text: &str) -> Cow<'_, str> {
        if !self.ascii || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let drawn = text.replace('…', "...").replace('→', "->");
        Cow::Owned(drawn.chars().map(words::in_ascii).collect())
    }
}
