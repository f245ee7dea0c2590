//! The pager: shows a long page on a terminal, as git does.

use std::io::Write;
use std::process::Stdio;

use super::programs;

/// What shows pages where the user names nothing.
const PAGER: &str = "less";

/// Shows a text; false where no pager could be started, or none is wanted. `named` is what the settings say; `PAGER`
/// and `less` follow.
pub fn show(named: Option<&str>, text: &str) -> bool {
    let of_environment = std::env::var("PAGER").ok();
    let line = named.map(ToOwned::to_owned).or(of_environment).unwrap_or_else(|| PAGER.to_owned());
    if matches!(line.trim(), "" | "cat") {
        return false;
    }
    run(&line, text)
}

/// The user's own command line, as a shell reads it. Without settings of the user's, less ends where a page fits, shows
/// colours and leaves the page on the screen.
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
        // A reader who has seen enough closes it.
        let _ = input.write_all(text.as_bytes());
    }
    // The shell ends with 127 where there is no such command.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
