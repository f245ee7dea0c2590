//! Signals: those that end the program, and those that stop and continue it.

use std::io;
use std::time::Duration;

use rustix::process::{getpid, getppid, getsid, kill_current_process_group, kill_process};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::tui::run::terminal;

/// How long the loop may take to hear that it should end.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let ends = [(SignalKind::terminate(), 15), (SignalKind::hangup(), 1), (SignalKind::interrupt(), 2)];
        for (kind, number) in ends.into_iter().chain([(SignalKind::quit(), 3)]) {
            listen(kind, Signal::End(number), post.clone())?;
        }
        listen(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()), Signal::Stop, post.clone())?;
        listen(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()), Signal::Continue, post.clone())?;
        listen(SignalKind::window_change(), Signal::Resize, post)?;
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
fn listen(kind: SignalKind, what: Signal, post: UnboundedSender<Signal>) -> io::Result<()> {
    let mut stream = signal(kind)?;
    tokio::spawn(async move {
        while stream.recv().await.is_some() {
            // The loop is gone: the program is ending anyway.
            let _ = post.send(what);
            if let Signal::End(number) = what {
                tokio::time::sleep(PATIENCE).await;
                terminal::leave_without_writing();
                terminal::end_now(128 + i32::from(number));
            }
        }
    });
    Ok(())
}

/// Whether someone could continue the program once it is stopped: its parent must be of the same
/// session, or else it is the first process of a terminal that no other process reads.
pub(super) fn can_stop() -> bool {
    let session = |pid| getsid(pid).ok();
    getppid().is_some_and(|parent| session(Some(parent)).is_some() && session(Some(parent)) == session(None))
}

/// Stops the whole job, as the terminal would, and returns when it goes on.
pub(super) fn stop() {
    // A group of its own, or that of a pipeline: all of it stops.
    if kill_current_process_group(rustix::process::Signal::STOP).is_err() {
        let _ = kill_process(getpid(), rustix::process::Signal::STOP);
    }
}
