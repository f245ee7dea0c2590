//! The keyboard: a thread that sleeps until the terminal has something to say.
//!
//! crossterm's own stream wakes itself through the same edge-triggered wait by which keys come: a key that arrives
//! together with such a wake, or with the signal of a resize, lay unread until the next one. Here the terminal is
//! asked whether something can be read, and asked again until nothing can.

use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::tui::run::terminal;

/// How long the thread may take to let go of the terminal; half a sequence of a key can hold it.
const PATIENCE: Duration = Duration::from_millis(200);

enum Order {
    /// Stop reading until resumed, and acknowledge.
    Pause(oneshot::Sender<()>),
    Resume,
    /// The size changed: take crossterm's news of it away, before a key comes together with it.
    Look,
}

/// Hears keys, the mouse and what is pasted; ends when the terminal cannot be read.
pub(super) struct Keyboard {
    heard: UnboundedReceiver<Event>,
    orders: Sender<Order>,
    wake_tx: UnixStream,
}

impl Keyboard {
    /// Starts to listen.
    pub(super) fn listen() -> io::Result<Self> {
        let (post, heard) = unbounded_channel();
        let (orders, received) = channel();
        let (wake_tx, wake_rx) = UnixStream::pair()?;
        wake_rx.set_nonblocking(true)?;
        let listener = Listener { post, orders: received, wake_rx, is_paused: false };
        std::thread::spawn(move || listener.run());
        Ok(Self { heard, orders, wake_tx })
    }

    /// Returns the next event; `None` where nothing more can come.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.heard.recv().await
    }

    /// Returns an event that is there already.
    pub(super) fn next_now(&mut self) -> Option<Event> {
        self.heard.try_recv().ok()
    }

    /// Leaves the terminal to someone else.
    pub(super) async fn pause(&mut self) {
        let (acknowledge, acknowledged) = oneshot::channel();
        self.order(Order::Pause(acknowledge));
        // A thread that is stuck or gone reads nothing of what the other one wants.
        let _ = tokio::time::timeout(PATIENCE, acknowledged).await;
    }

    /// Listens again.
    pub(super) fn resume(&mut self) {
        self.order(Order::Resume);
    }

    /// Says that the terminal has another size.
    pub(super) fn resized(&mut self) {
        self.order(Order::Look);
    }

    fn order(&mut self, order: Order) {
        // If the listener has ended, `next` reports it to the loop.
        let _ = self.orders.send(order);
        let _ = self.wake_tx.write(&[0]);
    }
}

struct Listener {
    post: UnboundedSender<Event>,
    orders: Receiver<Order>,
    wake_rx: UnixStream,
    is_paused: bool,
}

impl Listener {
    fn run(self) {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            self.listen(&stdin);
        } else if let Ok(tty) = std::fs::File::open("/dev/tty") {
            self.listen(&tty);
        }
    }

    fn listen(mut self, tty: &impl AsFd) {
        loop {
            let wanted = if self.is_paused { PollFlags::empty() } else { PollFlags::IN };
            let mut fds = [PollFd::new(tty, wanted), PollFd::new(&self.wake_rx, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return,
            }
            let [said, rang] = fds.map(|fd| fd.revents());
            let goes_on = (rang.is_empty() || self.obey()) && (!said.contains(PollFlags::IN) || self.take());
            if !goes_on || said.intersects(PollFlags::HUP | PollFlags::ERR) {
                return;
            }
        }
    }

    /// Does what was ordered; `false` where the loop is gone.
    fn obey(&mut self) -> bool {
        let mut rings = [0; 64];
        // One wake-up may cover several orders, and an order may come with several.
        let _ = self.wake_rx.read(&mut rings);
        loop {
            match self.orders.try_recv() {
                Ok(Order::Pause(acknowledge)) => {
                    self.is_paused = true;
                    let _ = acknowledge.send(());
                }
                Ok(Order::Resume) => self.is_paused = false,
                Ok(Order::Look) => {
                    if !self.is_paused && self.pass_on().is_err() {
                        return false;
                    }
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Reads what can be read; `false` where that fails.
    fn take(&self) -> bool {
        match self.pass_on() {
            Ok(0) if !self.is_paused => {
                // Something can be read, but crossterm's wait has forgotten it.
                terminal::rearm_tty_poll();
                // Waits a little, so that a terminal that cannot be reminded is not asked without end.
                event::poll(Duration::from_millis(10)).is_ok() && self.pass_on().is_ok()
            }
            passed => passed.is_ok(),
        }
    }

    /// Passes on all events that are there, and returns their number.
    fn pass_on(&self) -> io::Result<usize> {
        let mut passed = 0;
        while event::poll(Duration::ZERO)? {
            let event = event::read()?;
            // The signal reports the new size, and sooner.
            if !matches!(event, Event::Resize(..)) {
                passed += 1;
                let _ = self.post.send(event);
            }
        }
        Ok(passed)
    }
}
