//! Detects the hangup of a terminal that vanishes without a signal, on which crossterm would spin.

use tokio::sync::oneshot;

/// Notices that the terminal has vanished.
pub(super) struct Vanished {
    gone: oneshot::Receiver<()>,
    is_over: bool,
}

impl Vanished {
    /// Starts a thread that sleeps until the terminal hangs up.
    pub(super) fn watch() -> Self {
        let (report, gone) = oneshot::channel();
        std::thread::spawn(move || {
            if wait() {
                let _ = report.send(());
            }
        });
        Self { gone, is_over: false }
    }

    /// Returns once the terminal has vanished; never if that cannot be detected.
    pub(super) async fn gone(&mut self) {
        if self.is_over || (&mut self.gone).await.is_err() {
            self.is_over = true;
            std::future::pending::<()>().await;
        }
    }
}

/// Whether an error means that the terminal has vanished.
#[cfg(unix)]
pub(super) fn is_hangup(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// Whether an error means that the terminal has vanished; not known on this system.
#[cfg(not(unix))]
pub(super) const fn is_hangup(_: &std::io::Error) -> bool {
    false
}

/// Waits for a hangup, which `poll` reports even when no event is requested.
#[cfg(unix)]
fn wait() -> bool {
    use std::io::IsTerminal;

    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return hung_up(&stdin);
    }
    std::fs::File::open("/dev/tty").is_ok_and(|tty| hung_up(&tty))
}

/// Returns at once: a closed console ends its programs.
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
