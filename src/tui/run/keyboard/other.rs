//! Keyboard wait elsewhere: in crossterm, checking for orders of the loop between two waits.

use std::io;
use std::time::Duration;

use crossterm::event;

use super::Listener;

/// How long an order may wait.
const STEP: Duration = Duration::from_millis(50);

/// The thread looks by itself.
pub(super) struct NoWaker;

impl NoWaker {
    /// Wakes nothing.
    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "as on Unix, where there is something to write to"
    )]
    pub(super) const fn wake(&mut self) {}
}

/// Returns both ends.
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where it may fail")]
pub(super) const fn waker() -> io::Result<(NoWaker, ())> {
    Ok((NoWaker, ()))
}

/// Listens until the terminal cannot be read.
pub(super) fn run(mut listener: Listener, (): ()) {
    while listener.obey() {
        if listener.is_paused {
            let Ok(order) = listener.orders.recv() else { return };
            if !listener.follow(order) {
                return;
            }
        } else if !event::poll(STEP).is_ok_and(|is_there| !is_there || listener.pass_on().is_ok()) {
            return;
        }
    }
}
