//! Signals that end, stop, continue or resize.

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

/// The time limit for the event loop to end after a signal.
const SECOND_SIGNAL_TIMEOUT: Duration = Duration::from_secs(2);

/// The effect of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix stops and continues programs"))]
pub(super) enum Signal {
    /// End the program, with the number of the signal.
    End(u8),
    /// Suspend the program.
    Stop,
    /// Continue after a suspend.
    Continue,
    /// The terminal was resized.
    Resize,
}

/// The receiver of signals. Handlers are installed before the terminal is entered, so that no signal leaves it unrestored.
pub(super) struct Signals {
    received: UnboundedReceiver<Signal>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let (post, received) = unbounded_channel();
        system::listen(&post)?;
        Ok(Self { received })
    }

    pub(super) async fn next(&mut self) -> Signal {
        match self.received.recv().await {
            Some(signal) => signal,
            // The listeners live as long as the runtime.
            None => std::future::pending().await,
        }
    }
}

/// Forwards a signal to the event loop. One that ends the program does so even if the loop is stuck on the terminal.
async fn forward(signal: Signal, post: &UnboundedSender<Signal>) {
    // If the loop has ended, so will the program.
    let _ = post.send(signal);
    if let Signal::End(number) = signal {
        tokio::time::sleep(SECOND_SIGNAL_TIMEOUT).await;
        terminal::leave_without_writing();
        terminal::end_now(128 + i32::from(number));
    }
}
