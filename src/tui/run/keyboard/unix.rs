//! Keyboard wait on Unix: `poll` on the terminal and on a pair of sockets, through which the loop wakes it.

use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crossterm::event;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::Listener;
use crate::tui::run::terminal;

/// The end by which the loop wakes the thread.
pub(super) struct SocketWaker(UnixStream);

impl SocketWaker {
    /// Wakes the thread.
    pub(super) fn wake(&mut self) {
        // Full is as good as written: the thread wakes.
        let _ = self.0.write(&[0]);
    }
}

/// Returns both ends.
pub(super) fn waker() -> io::Result<(SocketWaker, UnixStream)> {
    let (wake_tx, wake_rx) = UnixStream::pair()?;
    wake_rx.set_nonblocking(true)?;
    Ok((SocketWaker(wake_tx), wake_rx))
}

/// Listens until the terminal cannot be read.
pub(super) fn run(listener: Listener, wake_rx: UnixStream) {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        listen(listener, wake_rx, &stdin);
    } else if let Ok(tty) = std::fs::File::open("/dev/tty") {
        listen(listener, wake_rx, &tty);
    }
}

fn listen(mut listener: Listener, mut wake_rx: UnixStream, tty: &impl AsFd) {
    loop {
        let wanted = if listener.is_paused { PollFlags::empty() } else { PollFlags::IN };
        let mut fds = [PollFd::new(tty, wanted), PollFd::new(&wake_rx, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) => {}
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Err(_) => return,
        }
        let [tty, wake] = fds.map(|fd| fd.revents());
        let obeys = wake.is_empty() || obey(&mut listener, &mut wake_rx);
        let goes_on = obeys && (!tty.contains(PollFlags::IN) || read_keys(&listener));
        if !goes_on || tty.intersects(PollFlags::HUP | PollFlags::ERR) {
            return;
        }
    }
}

fn obey(listener: &mut Listener, wake_rx: &mut UnixStream) -> bool {
    let mut rings = [0; 64];
    // One wake-up may cover several orders, and an order may come with several.
    let _ = wake_rx.read(&mut rings);
    listener.obey()
}

/// Reads what can be read; `false` where that fails.
fn read_keys(listener: &Listener) -> bool {
    match listener.pass_on() {
        Ok(0) if !listener.is_paused => {
            // Something can be read, but crossterm's wait has forgotten it.
            terminal::rearm_tty_poll();
            // Waits a little, so that a terminal that cannot be reminded is not asked without end.
            event::poll(Duration::from_millis(10)).is_ok() && listener.pass_on().is_ok()
        }
        passed => passed.is_ok(),
    }
}
