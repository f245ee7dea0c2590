//! Signals on Unix, and the suspend to the shell.

use std::io;

use rustix::process::{getpid, getppid, getsid, kill_current_process_group, kill_process};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use super::{Signal, forward};

/// Installs the handlers.
pub(super) fn listen(post: &UnboundedSender<Signal>) -> io::Result<()> {
    let ends = [(SignalKind::terminate(), 15), (SignalKind::hangup(), 1), (SignalKind::interrupt(), 2)];
    for (kind, number) in ends.into_iter().chain([(SignalKind::quit(), 3)]) {
        listen_for(kind, Signal::End(number), post.clone())?;
    }
    let of_rustix = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
    listen_for(of_rustix(rustix::process::Signal::TSTP), Signal::Stop, post.clone())?;
    listen_for(of_rustix(rustix::process::Signal::CONT), Signal::Continue, post.clone())?;
    listen_for(SignalKind::window_change(), Signal::Resize, post.clone())
}

fn listen_for(kind: SignalKind, what: Signal, post: UnboundedSender<Signal>) -> io::Result<()> {
    let mut stream = signal(kind)?;
    tokio::spawn(async move {
        while stream.recv().await.is_some() {
            forward(what, &post).await;
        }
    });
    Ok(())
}

/// Whether the program could be continued after a suspend: only a parent in the same session can do that. Without one
/// the program is the first process of its terminal.
pub(in super::super) fn can_stop() -> bool {
    let session = |pid| getsid(pid).ok();
    getppid().is_some_and(|parent| session(Some(parent)).is_some() && session(Some(parent)) == session(None))
}

/// Suspends the whole job, as the terminal would, and returns when it continues.
pub(in super::super) fn stop() {
    // The process group contains all programs of a pipeline.
    if kill_current_process_group(rustix::process::Signal::STOP).is_err() {
        let _ = kill_process(getpid(), rustix::process::Signal::STOP);
    }
}
