//! The editor: the terminal is lent to it and taken back.

use std::io;
use std::process::ExitStatus;

use super::signals::{self, Signal};
use super::{Ended, Screens};
use crate::domain::Place;
use crate::tui::run::terminal;

impl Screens {
    /// Opens the roadmap at a line, waits, and reads it again.
    pub(super) async fn edit(&mut self, place: Option<Place>) -> io::Result<Option<Ended>> {
        let Some(path) = self.options.roadmap.clone() else {
            self.model.complain("there is no roadmap file to edit");
            return Ok(None);
        };
        let editor = chosen();
        // Two who read the same keyboard would each get half of it.
        self.keyboard.pause().await;
        terminal::leave();
        let mut command = tokio::process::Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg("sh").args(arguments(&editor, &path, place));
        let ended = match command.spawn() {
            Ok(child) => self.wait(child).await,
            Err(error) => Err(Err(error)),
        };
        let status = match ended {
            Ok(ended) => return Ok(Some(ended)),
            Err(status) => status,
        };
        self.enter_again()?;
        self.keyboard.resume();
        match status {
            Ok(status) if status.success() => self.model.say("read again"),
            Ok(status) => {
                self.model.complain(format!("`{editor}` ended with {status}; VISUAL or EDITOR names another"));
            }
            Err(error) => self.model.complain(format!("`{editor}` cannot be started: {error}")),
        }
        self.load();
        Ok(None)
    }

    /// Waits for the editor; a signal that ends the program ends the waiting too.
    async fn wait(&mut self, mut child: tokio::process::Child) -> Result<Ended, io::Result<ExitStatus>> {
        loop {
            tokio::select! {
                status = child.wait() => return Err(status),
                signal = self.signals.next() => match signal {
                    // `^c` and `^\` in the editor are for the editor.
                    Signal::End(2 | 3) | Signal::Continue | Signal::Resize => {}
                    Signal::End(number) => return Ok(Ended::Signal(number)),
                    Signal::Stop => signals::stop(),
                },
            }
        }
    }
}

fn chosen() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned())
}

/// How an editor is told the line: most take `+12 FILE`.
fn arguments(editor: &str, path: &std::path::Path, place: Option<Place>) -> Vec<std::ffi::OsString> {
    let program = editor.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(program);
    let path = path.as_os_str();
    let joined = |place: Place| {
        let mut text = path.to_owned();
        text.push(format!(":{}:{}", place.line, place.column));
        text
    };
    match (name, place) {
        (_, None) => vec![path.to_owned()],
        ("code" | "codium" | "code-insiders", Some(place)) => vec!["--wait".into(), "--goto".into(), joined(place)],
        ("hx" | "helix" | "subl" | "zed" | "micro", Some(place)) => vec![joined(place)],
        (_, Some(place)) => vec![format!("+{}", place.line).into(), path.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn editors_are_told_the_line_in_their_own_way() {
        let told = |editor| arguments(editor, Path::new("/r.yaml"), Some(Place { line: 12, column: 3 }));
        assert_eq!(told("vim -u NONE"), ["+12", "/r.yaml"]);
        assert_eq!(told("/usr/bin/hx"), ["/r.yaml:12:3"]);
        assert_eq!(told("code"), ["--wait", "--goto", "/r.yaml:12:3"]);
        assert_eq!(arguments("nano", Path::new("/r.yaml"), None), ["/r.yaml"]);
    }
}
