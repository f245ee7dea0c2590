//! The keyboard: a thread that sleeps until the terminal has input.
//!
//! crossterm's own stream wakes itself through the same edge-triggered poll that reports keys: a key that arrives
//! together with such a wake-up, or with SIGWINCH, stays unread until the next key. This thread uses a level-triggered
//! `poll`, and reads until nothing is left.

use std::io;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

#[cfg(not(unix))]
use other::{self as system, NoWaker as Waker};
#[cfg(unix)]
use unix::{self as system, SocketWaker as Waker};

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

/// The time limit for the thread to release the terminal; an incomplete key sequence can block it.
const KEYBOARD_TIMEOUT: Duration = Duration::from_millis(200);

enum Order {
    /// Stop reading until resumed, and acknowledge.
    Pause(oneshot::Sender<()>),
    Resume,
    /// The size changed: drain crossterm's resize event, before a key arrives together with it.
    Drain,
}

/// The receiver of key, mouse and paste events; ends when the terminal cannot be read.
pub(super) struct Keyboard {
    events: UnboundedReceiver<Event>,
    orders: Sender<Order>,
    waker: Waker,
}

impl Keyboard {
    /// Starts the thread.
    pub(super) fn listen() -> io::Result<Self> {
        let (post, events) = unbounded_channel();
        let (orders, received) = channel();
        let (waker, woken) = system::waker()?;
        let listener = Listener { post, orders: received, is_paused: false };
        std::thread::spawn(move || system::run(listener, woken));
        Ok(Self { events, orders, waker })
    }

    /// Returns the next event; `None` if the thread has ended.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Returns a pending event, if there is one.
    pub(super) fn next_now(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Stops reading, so that another program can read the terminal.
    pub(super) async fn pause(&mut self) {
        let (acknowledge, acknowledged) = oneshot::channel();
        self.order(Order::Pause(acknowledge));
        // A thread that is stuck or has ended takes no input from the other program.
        let _ = tokio::time::timeout(KEYBOARD_TIMEOUT, acknowledged).await;
    }

    /// Resumes reading.
    pub(super) fn resume(&mut self) {
        self.order(Order::Resume);
    }

    /// Notifies the thread of a resize.
    pub(super) fn resized(&mut self) {
        self.order(Order::Drain);
    }

    fn order(&mut self, order: Order) {
        // If the listener has ended, `next` reports it to the loop.
        let _ = self.orders.send(order);
        self.waker.wake();
    }
}

/// The state of the thread.
struct Listener {
    post: UnboundedSender<Event>,
    orders: Receiver<Order>,
    is_paused: bool,
}

impl Listener {
    /// Carries out all pending orders; `false` if the thread should end.
    fn carry_out_all(&mut self) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(order) => {
                    if !self.carry_out(order) {
                        return false;
                    }
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Carries out an order; `false` if the terminal cannot be read.
    fn carry_out(&mut self, order: Order) -> bool {
        match order {
            Order::Pause(acknowledge) => {
                self.is_paused = true;
                let _ = acknowledge.send(());
            }
            Order::Resume => self.is_paused = false,
            Order::Drain => return self.is_paused || self.forward_events().is_ok(),
        }
        true
    }

    /// Forwards all pending events, and returns their number.
    fn forward_events(&self) -> io::Result<usize> {
        let mut forwarded = 0;
        while event::poll(Duration::ZERO)? {
            let event = event::read()?;
            // On Unix SIGWINCH reports a resize sooner.
            if cfg!(not(unix)) || !matches!(event, Event::Resize(..)) {
                forwarded += 1;
                let _ = self.post.send(event);
            }
        }
        Ok(forwarded)
    }
}
