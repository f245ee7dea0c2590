//! Hangup of a terminal that vanishes without a signal: crossterm would spin on it.

use tokio::sync::oneshot;

/// Hears when the terminal is gone.
pub(super) struct Vanished {
    gone: oneshot::Receiver<()>,
    is_over: bool,
}

impl Vanished {
    /// Starts a thread that sleeps until the terminal hangs up.
    pub(super) fn watch() -> Self {
        let (tell, gone) = oneshot::channel();
        std::thread::spawn(move || {
            if wait() {
                let _ = tell.send(());
            }
        });
        Self { gone, is_over: false }
    }

    /// Returns once the terminal is gone; never where that cannot be heard.
    pub(super) async fn gone(&mut self) {
        if self.is_over || (&mut self.gone).await.is_err() {
            self.is_over = true;
            std::future::pending::<()>().await;
        }
    }
}

/// Whether an error is what a terminal that is gone answers.
#[cfg(unix)]
pub(super) fn is_of_it(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// Whether an error is what a terminal that is gone answers: not known here.
#[cfg(not(unix))]
pub(super) const fn is_of_it(_: &std::io::Error) -> bool {
    false
}

/// Asks for no event at all: a hangup is reported all the same.
#[cfg(unix)]
fn wait() -> bool {
    use std::io::IsTerminal;

    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return hung_up(&stdin);
    }
    std::fs::File::open("/dev/tty").is_ok_and(|tty| hung_up(&tty))
}

/// A console takes its programs with it.
#[cfg(not(unix))]
const fn wait() -> bool {
    false
}

#[cfg(unix)]
fn hung_up(tty: &impl std::os::fd::AsFd) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    loop {
        let mut fds = [PollFd::new(tty, PollFlags::empty())];
        match poll(&mut fds, None) {
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return false,
            Ok(_) => {
                let [fd] = &fds;
                return fd.revents().intersects(PollFlags::HUP | PollFlags::ERR);
            }
        }
    }
}
