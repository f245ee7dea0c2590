//! Runs the user's editor on the terminal.

use std::io;
use std::path::Path;
use std::process::ExitStatus;

use super::signals::{self, Signal};
use super::{ExitReason, Screens};
use crate::domain::Place;
use crate::sources::editor::Editor;
use crate::tui::run::terminal;

impl Screens {
    /// Opens the roadmap in the editor at a line, waits, and reloads it.
    pub(super) async fn edit(&mut self, place: Option<Place>) -> io::Result<Option<ExitReason>> {
        let Some(path) = self.model.world.origin.file().map(Path::to_owned) else {
            self.model.complain("there is no roadmap file to edit");
            return Ok(None);
        };
        let editor = Editor::of_user();
        // Two readers of one keyboard would each get some of the keys.
        self.keyboard.pause().await;
        terminal::leave();
        let ended = match tokio::process::Command::from(editor.command(&path, place)).spawn() {
            Ok(child) => self.wait(child).await,
            Err(error) => Err(Err(error)),
        };
        let status = match ended {
            Ok(ended) => return Ok(Some(ended)),
            Err(status) => status,
        };
        self.reenter()?;
        self.keyboard.resume();
        match status {
            Ok(status) if status.success() => self.model.say("roadmap reloaded"),
            Ok(status) => {
                self.model
                    .complain(format!("`{}` ended with {status}; set VISUAL or EDITOR to use another", editor.name()));
            }
            Err(error) => self.model.complain(format!("`{}` cannot be started: {error}", editor.name())),
        }
        self.load();
        Ok(None)
    }

    /// Waits for the editor, or until a signal ends the program.
    async fn wait(&mut self, mut child: tokio::process::Child) -> Result<ExitReason, io::Result<ExitStatus>> {
        loop {
            tokio::select! {
                status = child.wait() => return Err(status),
                signal = self.signals.next() => match signal {
                    // `^c` and `^\` are meant for the editor.
                    Signal::End(2 | 3) | Signal::Continue | Signal::Resize => {}
                    Signal::End(number) => return Ok(ExitReason::Signal(number)),
                    Signal::Stop => signals::stop(),
                },
            }
        }
    }
}
