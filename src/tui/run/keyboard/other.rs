//! Waiting for input on other systems: crossterm's poll with a timeout, and a check for orders after each.

use std::io;
use std::time::Duration;

use crossterm::event;

use super::Listener;

/// The longest time that an order may wait.
const STEP: Duration = Duration::from_millis(50);

/// Nothing to wake: the thread checks for orders by itself.
pub(super) struct NoWaker;

impl NoWaker {
    /// Does nothing.
    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "same signature as on Unix, which writes to a socket"
    )]
    pub(super) const fn wake(&mut self) {}
}

/// Returns the waker and the receiving end, both empty.
#[expect(clippy::unnecessary_wraps, reason = "same signature as on Unix, where it may fail")]
pub(super) const fn waker() -> io::Result<(NoWaker, ())> {
    Ok((NoWaker, ()))
}

/// Reads until the terminal cannot be read.
pub(super) fn run(mut listener: Listener, (): ()) {
    while listener.carry_out_all() {
        if listener.is_paused {
            let Ok(order) = listener.orders.recv() else { return };
            if !listener.carry_out(order) {
                return;
            }
        } else if !event::poll(STEP).is_ok_and(|is_there| !is_there || listener.forward_events().is_ok()) {
            return;
        }
    }
}
