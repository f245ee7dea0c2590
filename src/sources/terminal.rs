//! Properties of the terminal that are known without querying it.

use std::io::{self, IsTerminal};

/// Whether stdout is a terminal.
pub fn is_output() -> bool {
    io::stdout().is_terminal()
}

/// Returns the width of the terminal on stdout, else `COLUMNS`; `None` if unlimited.
pub fn width() -> Option<usize> {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    size().map(|(columns, _)| columns).filter(|&columns| columns > 0).or_else(columns).filter(|&width| width > 0)
}

/// Returns the height of the terminal on stdout, else `LINES`.
pub fn height() -> Option<usize> {
    let lines = || std::env::var("LINES").ok()?.parse().ok();
    size().map(|(_, rows)| rows).filter(|&rows| rows > 0).or_else(lines).filter(|&height| height > 0)
}

#[cfg(unix)]
fn size() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

#[cfg(not(unix))]
fn size() -> Option<(usize, usize)> {
    let (columns, rows) = is_output().then(crossterm::terminal::size)?.ok()?;
    Some((usize::from(columns), usize::from(rows)))
}

/// Whether the terminal cannot move the cursor, which the screens need.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the background is light according to `COLORFGBG`, which has the colours of text and background as numbers.
pub fn is_light() -> bool {
    let colours = std::env::var("COLORFGBG").unwrap_or_default();
    matches!(colours.rsplit(';').next(), Some("7" | "15"))
}

/// Whether the terminal has few characters beyond ASCII: the Linux console, and hardware terminals such as the VT100.
pub fn has_few_glyphs() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    matches!(term.as_str(), "linux" | "vt52" | "vt100" | "vt102" | "vt220" | "ansi" | "cons25")
}
