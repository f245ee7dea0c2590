//! How to print: the format, and what the terminal allows.

use clap::ValueEnum;

/// The formats in which a command can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns that fit the terminal
    Table,
    /// Tab-separated, nothing cut, no colour
    Plain,
    /// One object; see docs/json.md
    Json,
    /// Comma-separated, as RFC 4180 has it
    Csv,
    /// A Markdown table
    Md,
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

/// What a table may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; `None` where nothing limits them.
    pub width: Option<usize>,
    /// Whether to use the terminal's own colours.
    pub color: bool,
    /// Whether to keep to ASCII.
    pub ascii: bool,
}
