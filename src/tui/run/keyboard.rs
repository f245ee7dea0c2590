//! The keyboard: a thread that sleeps until the terminal has something to say.
//!
//! crossterm's own stream wakes itself through the same edge-triggered wait by which keys come: a key that arrives
//! together with such a wake, or with the signal of a resize, lay unread until the next one. Here the terminal is
//! asked whether something can be read, and asked again until nothing can.

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

/// How long the thread may take to let go of the terminal; half a sequence of a key can hold it.
const KEYBOARD_TIMEOUT: Duration = Duration::from_millis(200);

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
    waker: Waker,
}

impl Keyboard {
    /// Starts to listen.
    pub(super) fn listen() -> io::Result<Self> {
        let (post, heard) = unbounded_channel();
        let (orders, received) = channel();
        let (waker, woken) = system::waker()?;
        let listener = Listener { post, orders: received, is_paused: false };
        std::thread::spawn(move || system::run(listener, woken));
        Ok(Self { heard, orders, waker })
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
        // A thread that is stuck or has ended takes no input from the next one.
        let _ = tokio::time::timeout(KEYBOARD_TIMEOUT, acknowledged).await;
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
        self.waker.wake();
    }
}

/// What the thread knows.
struct Listener {
    post: UnboundedSender<Event>,
    orders: Receiver<Order>,
    is_paused: bool,
}

impl Listener {
    /// Does what was ordered; `false` where the loop is gone.
    fn obey(&mut self) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(order) => {
                    if !self.follow(order) {
                        return false;
                    }
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Does one thing; `false` where the terminal cannot be read.
    fn follow(&mut self, order: Order) -> bool {
        match order {
            Order::Pause(acknowledge) => {
                self.is_paused = true;
                let _ = acknowledge.send(());
            }
            Order::Resume => self.is_paused = false,
            Order::Look => return self.is_paused || self.pass_on().is_ok(),
        }
        true
    }

    /// Passes on all events that are there, and returns their number.
    fn pass_on(&self) -> io::Result<usize> {
        let mut passed = 0;
        while event::poll(Duration::ZERO)? {
            let event = event::read()?;
            // Where there is a signal, it reports the new size sooner.
            if cfg!(not(unix)) || !matches!(event, Event::Resize(..)) {
                passed += 1;
                let _ = self.post.send(event);
            }
        }
        Ok(passed)
    }
}
