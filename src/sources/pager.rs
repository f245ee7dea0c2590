//! Shows a long page with the user's pager, as Git does.

use std::io::Write;
use std::process::Stdio;

use super::programs;

/// The default pager.
const PAGER: &str = "less";

/// Shows a text with the pager of the settings (`named`), else `PAGER`, else `less`. Returns false if none is wanted or
/// none could be started.
pub fn show(named: Option<&str>, text: &str) -> bool {
    let of_environment = std::env::var("PAGER").ok();
    let line = named.map(ToOwned::to_owned).or(of_environment).unwrap_or_else(|| PAGER.to_owned());
    if matches!(line.trim(), "" | "cat") {
        return false;
    }
    run(&line, text)
}

/// Runs the command line in a shell. Unless the user set `LESS`, less exits if the text fits on one screen, shows
/// colours, and leaves the text on the screen.
fn run(line: &str, text: &str) -> bool {
    let mut command = programs::command("sh");
    command.arg("-c").arg(line).stdin(Stdio::piped());
    for (name, options) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, options);
        }
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Quitting the pager early closes the pipe.
        let _ = input.write_all(text.as_bytes());
    }
    // The exit code of the shell for an unknown command is 127.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
