//! Signals on other systems: only `^C` of the console, and no suspend.

use std::io;

use tokio::sync::mpsc::UnboundedSender;

use super::{Signal, forward};

/// Listens for `^C`, which in raw mode is a key instead.
#[expect(clippy::unnecessary_wraps, reason = "same signature as on Unix, where it may fail")]
pub(super) fn listen(post: &UnboundedSender<Signal>) -> io::Result<()> {
    let post = post.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            forward(Signal::End(2), &post).await;
        }
    });
    Ok(())
}

/// Whether the program could be continued after a suspend.
pub(in super::super) const fn can_stop() -> bool {
    false
}

/// Does nothing: see [`can_stop`].
pub(in super::super) const fn stop() {}
