//! Signals: those that end the program, and those that stop and continue it.

use std::io;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[cfg(not(unix))]
use other as system;
pub(super) use system::{can_stop, stop};
#[cfg(unix)]
use unix as system;

use crate::tui::run::terminal;

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

/// How long the loop may take to hear that it should end.
const SECOND_SIGNAL_TIMEOUT: Duration = Duration::from_secs(2);

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix stops and continues programs"))]
pub(super) enum Signal {
    /// End; the number of the signal.
    End(u8),
    /// Stop and wait.
    Stop,
    /// Go on after a stop.
    Continue,
    /// The terminal has another size.
    Resize,
}

/// All signals, in one place. Handlers are installed before the terminal is entered, so that an early signal needs no restoring.
pub(super) struct Signals {
    came: UnboundedReceiver<Signal>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let (post, came) = unbounded_channel();
        system::listen(&post)?;
        Ok(Self { came })
    }

    pub(super) async fn next(&mut self) -> Signal {
        match self.came.recv().await {
            Some(signal) => signal,
            // The listeners live as long as the runtime.
            None => std::future::pending().await,
        }
    }
}

/// Passes a signal on. One that ends the program does so even where the loop is stuck on its terminal.
async fn pass_on(what: Signal, post: &UnboundedSender<Signal>) {
    // The loop is gone: the program is ending anyway.
    let _ = post.send(what);
    if let Signal::End(number) = what {
        tokio::time::sleep(SECOND_SIGNAL_TIMEOUT).await;
        terminal::leave_without_writing();
        terminal::end_now(128 + i32::from(number));
    }
}
