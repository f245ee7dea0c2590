//! The clipboard: a tool of this machine where one can reach it, else the terminal itself (OSC 52).

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use super::programs;

/// How long a tool may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The clipboard: programs that write to it, and OSC 52.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A program that takes the text on its standard input.
    Tool(&'static str, &'static [&'static str]),
    /// A sequence that the terminal takes, or does not; it never answers.
    Terminal,
}

impl Route {
    /// Finds the way that this machine offers.
    pub fn of_environment() -> Self {
        choose(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()), programs::is_installed)
    }

    /// How it is called: `tmux load-buffer -w -`, `the terminal (OSC 52)`.
    pub fn name(self) -> String {
        match self {
            Self::Tool(program, arguments) => format!("{program} {}", arguments.join(" ")).trim_end().to_owned(),
            Self::Terminal => "the terminal (OSC 52), which never confirms a copy".to_owned(),
        }
    }
}

/// tmux by default swallows what programs in it send to the terminal; tools of another machine reach no one.
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

/// Gives text to a tool; the error says why it did not take it.
pub fn copy(program: &str, arguments: &[&str], text: &str) -> Result<(), String> {
    let mut command = programs::command(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|error| format!("`{program}` took no text: {error}"))?;
    }
    match programs::wait(&mut child, PATIENCE) {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(format!("`{program}` ended with {status}")),
        Ok(None) => {
            // What still runs may hold the text, as some tools do for as long as it is wanted.
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
    fn the_nearest_tool_is_taken_and_over_ssh_the_terminal() {
        let desktop = ["WAYLAND_DISPLAY", "DISPLAY"];
        assert_eq!(program(&desktop, &["wl-copy", "xclip"]), "wl-copy");
        assert_eq!(program(&desktop, &["xclip"]), "xclip");
        assert_eq!(program(&desktop, &[]), "terminal");
        assert_eq!((program(&[], &["pbcopy"]), program(&[], &["clip.exe"])), ("pbcopy", "clip.exe"));
        assert_eq!(program(&["DISPLAY", "SSH_TTY"], &["xclip", "pbcopy"]), "terminal");
        assert_eq!(program(&["DISPLAY", "SSH_TTY", "TMUX"], &["xclip", "tmux"]), "tmux");
    }

    #[test]
    fn a_tool_that_fails_is_reported() {
        assert!(copy("false", &[], "x").is_err());
        assert!(copy("/nonexistent/tool", &[], "x").unwrap_err().contains("cannot be started"));
        assert_eq!(copy("cat", &[], "x"), Ok(()));
    }
}
