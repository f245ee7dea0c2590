//! What can be known of the terminal without asking it anything.

use std::io::{self, IsTerminal};

/// Tells whether stdout is a terminal.
pub fn is_output() -> bool {
    io::stdout().is_terminal()
}

/// Returns the width of the terminal behind stdout, else of `COLUMNS`; `None` where nothing limits it.
pub fn width() -> Option<usize> {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_output().or_else(columns).filter(|&width| width > 0)
}

#[cfg(unix)]
fn of_output() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn of_output() -> Option<usize> {
    let (columns, _) = is_output().then(crossterm::terminal::size)?.ok()?;
    Some(usize::from(columns))
}
