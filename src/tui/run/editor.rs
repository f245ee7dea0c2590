//! The editor: runs it on the terminal, then enters the terminal again.

use std::io;
use std::process::ExitStatus;

use super::signals::{self, Signal};
use super::{ExitReason, Screens};
use crate::domain::Place;
use crate::sources::editor::Editor;
use crate::tui::run::terminal;

impl Screens {
    /// Opens the roadmap at a line, waits, and reads it again.
    pub(super) async fn edit(&mut self, place: Option<Place>) -> io::Result<Option<ExitReason>> {
        let Some(path) = self.options.roadmap.clone() else {
            self.model.complain("there is no roadmap file to edit");
            return Ok(None);
        };
        let editor = Editor::of_user();
        // Two who read the same keyboard would each get half of it.
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
        self.enter_again()?;
        self.keyboard.resume();
        match status {
            Ok(status) if status.success() => self.model.say("roadmap read again"),
            Ok(status) => {
                self.model.complain(format!("`{}` ended with {status}; VISUAL or EDITOR names another", editor.name()));
            }
            Err(error) => self.model.complain(format!("`{}` cannot be started: {error}", editor.name())),
        }
        self.load();
        Ok(None)
    }

    /// Waits for the editor; a signal that ends the program ends the waiting too.
    async fn wait(&mut self, mut child: tokio::process::Child) -> Result<ExitReason, io::Result<ExitStatus>> {
        loop {
            tokio::select! {
                status = child.wait() => return Err(status),
                signal = self.signals.next() => match signal {
                    // `^c` and `^\` in the editor are for the editor.
                    Signal::End(2 | 3) | Signal::Continue | Signal::Resize => {}
                    Signal::End(number) => return Ok(ExitReason::Signal(number)),
                    Signal::Stop => signals::stop(),
                },
            }
        }
    }
}
