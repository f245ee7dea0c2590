//! Copies text to the clipboard: with a local tool if one works, else with the OSC 52 sequence of the terminal.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use super::programs;

/// How long to wait for a tool.
const PATIENCE: Duration = Duration::from_secs(2);

/// A way to the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A program and its arguments; it reads the text from stdin.
    Tool(&'static str, &'static [&'static str]),
    /// OSC 52, which a terminal may ignore and never confirms.
    Terminal,
}

impl Route {
    /// Detects the route on this machine.
    pub fn of_environment() -> Self {
        choose(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()), programs::is_installed)
    }

    /// The name for messages, such as `tmux load-buffer -w -`.
    pub fn name(self) -> String {
        match self {
            Self::Tool(program, arguments) => format!("{program} {}", arguments.join(" ")).trim_end().to_owned(),
            Self::Terminal => "the terminal (OSC 52), which never confirms a copy".to_owned(),
        }
    }
}

/// tmux comes first, since it swallows OSC 52 by default. Over SSH, other tools would set the remote clipboard.
fn choose(is_set: impl Fn(&str) -> bool, is_there: impl Fn(&str) -> bool) -> Route {
    let is_here = !is_set("SSH_CONNECTION") && !is_set("SSH_TTY");
    let tools: [(bool, &'static str, &'static [&'static str]); 6] = [
        (is_set("TMUX"), "tmux", &["load-buffer", "-w", "-"]),
        (is_here, "pbcopy", &[]),
        (is_set("WAYLAND_DISPLAY") && is_here, "wl-copy", &[]),
        (is_set("DISPLAY") && is_here, "xclip", &["-selection", "clipboard"]),
        (is_set("DISPLAY") && is_here, "xsel", &["--clipboard", "--input"]),
        (is_here, "clip.exe", &[]),
    ];
    let usable = tools.into_iter().find(|(applies, program, _)| *applies && is_there(program));
    usable.map_or(Route::Terminal, |(_, program, arguments)| Route::Tool(program, arguments))
}

/// Copies text with a tool.
pub fn copy(program: &str, arguments: &[&str], text: &str) -> Result<(), String> {
    let mut command = programs::command(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|error| format!("`{program}` did not accept the text: {error}"))?;
    }
    match programs::wait(&mut child, PATIENCE) {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(format!("`{program}` ended with {status}")),
        Ok(None) => {
            // Some tools keep running to serve the text until it is replaced.
            std::thread::spawn(move || child.wait());
            Ok(())
        }
        Err(error) => Err(format!("`{program}`: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(set: &[&str], there: &[&str]) -> &'static str {
        match choose(|name| set.contains(&name), |program| there.contains(&program)) {
            Route::Tool(program, _) => program,
            Route::Terminal => "terminal",
        }
    }

    #[test]
    fn over_ssh_the_terminal_is_used_instead_of_a_tool() {
        let desktop = ["WAYLAND_DISPLAY", "DISPLAY"];
        assert_eq!(program(&desktop, &["wl-copy", "xclip"]), "wl-copy");
        assert_eq!(program(&desktop, &["xclip"]), "xclip");
        assert_eq!(program(&desktop, &[]), "terminal");
        assert_eq!((program(&[], &["pbcopy"]), program(&[], &["clip.exe"])), ("pbcopy", "clip.exe"));
        assert_eq!(program(&["DISPLAY", "SSH_TTY"], &["xclip", "pbcopy"]), "terminal");
        assert_eq!(program(&["DISPLAY", "SSH_TTY", "TMUX"], &["xclip", "tmux"]), "tmux");
    }

    #[test]
    fn a_failing_tool_is_reported() {
        assert!(copy("false", &[], "x").is_err());
        assert!(copy("/nonexistent/tool", &[], "x").unwrap_err().contains("cannot be started"));
        assert_eq!(copy("cat", &[], "x"), Ok(()));
    }
}
