//! Waiting for input on Unix: `poll` on the terminal and on a socket pair, by which the event loop wakes the thread.

use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crossterm::event;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::Listener;
use crate::tui::run::terminal;

/// The sending end of the socket pair.
pub(super) struct SocketWaker(UnixStream);

impl SocketWaker {
    /// Wakes the thread.
    pub(super) fn wake(&mut self) {
        // If the buffer is full, the thread wakes anyway.
        let _ = self.0.write(&[0]);
    }
}

/// Returns the waker and the receiving end.
pub(super) fn waker() -> io::Result<(SocketWaker, UnixStream)> {
    let (wake_tx, wake_rx) = UnixStream::pair()?;
    wake_rx.set_nonblocking(true)?;
    Ok((SocketWaker(wake_tx), wake_rx))
}

/// Reads until the terminal cannot be read.
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
        let has_obeyed = wake.is_empty() || carry_out_all(&mut listener, &mut wake_rx);
        let goes_on = has_obeyed && (!tty.contains(PollFlags::IN) || read_keys(&listener));
        if !goes_on || tty.intersects(PollFlags::HUP | PollFlags::ERR) {
            return;
        }
    }
}

fn carry_out_all(listener: &mut Listener, wake_rx: &mut UnixStream) -> bool {
    let mut rings = [0; 64];
    // Wake-ups and orders need not match one to one: discard all bytes and carry out all orders.
    let _ = wake_rx.read(&mut rings);
    listener.carry_out_all()
}

/// Forwards all input; `false` on failure.
fn read_keys(listener: &Listener) -> bool {
    match listener.forward_events() {
        Ok(0) if !listener.is_paused => {
            // There is input, but crossterm's edge-triggered poll has missed it.
            terminal::rearm_tty_poll();
            // The timeout avoids a busy loop where re-arming has no effect.
            event::poll(Duration::from_millis(10)).is_ok() && listener.forward_events().is_ok()
        }
        result => result.is_ok(),
    }
}
