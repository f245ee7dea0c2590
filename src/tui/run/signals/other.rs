//! Systems without signals: `^C` of the console, and no stopping into a shell.

use std::io;

use tokio::sync::mpsc::UnboundedSender;

use super::{Signal, pass_on};

/// Listens for `^C`; in raw mode it comes as a key.
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where it may fail")]
pub(super) fn listen(post: &UnboundedSender<Signal>) -> io::Result<()> {
    let post = post.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            pass_on(Signal::End(2), &post).await;
        }
    });
    Ok(())
}

/// Whether something could continue the program once it is stopped.
pub(in super::super) const fn can_stop() -> bool {
    false
}

/// Stops nothing: see [`can_stop`].
pub(in super::super) const fn stop() {}
