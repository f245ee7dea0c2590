//! The event loop: waits for terminal events, messages of tasks and signals, and redraws. There is no periodic tick.

mod backend;
mod editor;
mod host;
mod keyboard;
mod signals;
mod tasks;
pub mod terminal;
mod testing;
mod vanished;
mod watch;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use ratatui::layout::Position;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::input::keymap::{Action, Motion};
use super::model::{Effect, Fetch, FrameInfo, Model, Msg};
use super::theme::Theme;
use super::update::update;
use super::view;
use crate::sources::{clock, disk};
pub use host::{BackgroundTask, Host, Options, Post};
use keyboard::Keyboard;
use signals::{Signal, Signals};
use terminal::ScreenTerminal;

/// The reason why the event loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit.
    Quit,
    /// A signal with this number.
    Signal(u8),
    /// The terminal went away.
    Vanished,
}

/// Runs the terminal user interface until it ends.
pub fn run(model: Model, host: Arc<dyn Host>, options: Options) -> io::Result<ExitReason> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let ended = runtime.block_on(async {
        let signals = Signals::new()?;
        let mut screens = Screens::open(model, host, options, signals)?;
        let ended = screens.event_loop().await;
        // Restore the terminal before ending the sync, which may take a moment.
        terminal::leave();
        disk::notices_to_screens(None);
        screens.end_sync().await;
        ended
    });
    terminal::leave();
    // A write to a vanished terminal may fail before the hangup is noticed.
    let ended = ended.or_else(|error| if vanished::is_hangup(&error) { Ok(ExitReason::Vanished) } else { Err(error) });
    // Running tasks are dropped, not awaited, so that quitting never hangs.
    runtime.shutdown_background();
    ended
}

/// The state of the event loop.
struct Screens {
    model: Model,
    host: Arc<dyn Host>,
    options: Options,
    terminal: ScreenTerminal,
    keyboard: Keyboard,
    signals: Signals,
    inbox: UnboundedReceiver<Msg>,
    post: UnboundedSender<Msg>,
    vanished: vanished::Vanished,
    watch: watch::Watch,
    loading: tasks::Loading,
    /// Whether the program suspended itself: the terminal was then re-entered before SIGCONT arrives.
    stopped: bool,
    /// The running sync, and the notification that stops it.
    syncing: Option<(tokio::task::JoinHandle<()>, Arc<Notify>)>,
    /// Whether the last key was `^C`.
    is_interrupted: bool,
}

impl Screens {
    fn open(mut model: Model, host: Arc<dyn Host>, options: Options, signals: Signals) -> io::Result<Self> {
        let (post, inbox) = unbounded_channel();
        let files = watch::files_of(&model.world);
        let mut watch = watch::Watch::new(files, post.clone());
        let mut terminal = terminal::enter(options.mouse)?;
        // Draw first: starting the listeners takes a while, and keys typed meanwhile are kept for them. If drawing fails,
        // leave the terminal before dropping it: its drop would print an error to it and panic.
        let first = frame(&mut terminal, &model, options.theme).inspect_err(|_| terminal::leave());
        model.frame = first?;
        watch.listen();
        let notices = post.clone();
        disk::notices_to_screens(Some(Box::new(move |text| {
            // The event loop may have ended.
            let _ = notices.send(Msg::Notice(Ok(text.to_owned())));
        })));
        Ok(Self {
            model,
            host,
            options,
            terminal,
            keyboard: Keyboard::listen()?,
            signals,
            inbox,
            post,
            vanished: vanished::Vanished::watch(),
            watch,
            loading: tasks::Loading::default(),
            stopped: false,
            syncing: None,
            is_interrupted: false,
        })
    }

    async fn event_loop(&mut self) -> io::Result<ExitReason> {
        testing::panic_for_tests();
        if self.model.wants_all_issues() {
            self.load();
        }
        if self.options.is_old && self.model.no_sync.is_none() {
            self.sync(Fetch::Due);
        }
        loop {
            let ended = match self.next().await? {
                Some(event) => self.handle(event).await?,
                None => Some(ExitReason::Vanished),
            };
            if let Some(ended) = ended {
                return Ok(ended);
            }
            // Handle all pending events before drawing once.
            if let Some(ended) = self.drain().await? {
                return Ok(ended);
            }
            self.draw()?;
        }
    }

    /// Waits for the next event; `None` if the terminal has vanished.
    async fn next(&mut self) -> io::Result<Option<Event>> {
        let tick = self.model.next_tick().map(|seconds| Duration::from_secs(seconds.max(1)));
        tokio::select! {
            biased;
            signal = self.signals.next() => Ok(Some(Event::Signal(signal))),
            () = self.vanished.gone() => Ok(None),
            event = self.keyboard.next() => Ok(event.map(Event::Terminal)),
            Some(msg) = self.inbox.recv() => Ok(Some(Event::Message(msg))),
            () = sleep(tick) => Ok(Some(Event::Message(clock_message(&self.model)))),
        }
    }

    async fn drain(&mut self) -> io::Result<Option<ExitReason>> {
        for _ in 0..64 {
            let event = match self.keyboard.next_now() {
                Some(event) => Event::Terminal(event),
                None => match self.inbox.try_recv() {
                    Ok(msg) => Event::Message(msg),
                    Err(_) => return Ok(None),
                },
            };
            if let Some(ended) = self.handle(event).await? {
                return Ok(Some(ended));
            }
        }
        Ok(None)
    }

    async fn handle(&mut self, event: Event) -> io::Result<Option<ExitReason>> {
        match event {
            Event::Signal(Signal::End(number)) => Ok(Some(ExitReason::Signal(number))),
            Event::Signal(Signal::Stop) => {
                self.suspend()?;
                Ok(None)
            }
            Event::Signal(Signal::Continue) => {
                // After our own suspend the terminal was already re-entered.
                if !std::mem::take(&mut self.stopped) {
                    self.reenter()?;
                }
                Ok(None)
            }
            Event::Signal(Signal::Resize) => {
                terminal::force_redraw(&mut self.terminal)?;
                self.keyboard.resized();
                Ok(None)
            }
            Event::Message(msg) => self.update(msg).await,
            Event::Terminal(event) => {
                self.watch.check();
                self.is_interrupted = is_interrupt(&event);
                // A key may overtake the signal of a resize: check whether the screen is still too small.
                if self.model.frame.is_too_small {
                    self.draw()?;
                }
                // Timers do not run while the machine sleeps: set the clock with every key.
                let msg = clock_message(&self.model);
                if let Some(ended) = self.update(msg).await? {
                    return Ok(Some(ended));
                }
                match Self::read(event) {
                    Some(msg) => self.update(msg).await,
                    None => Ok(None),
                }
            }
        }
    }

    /// Converts a terminal event into a message.
    fn read(event: TerminalEvent) -> Option<Msg> {
        match event {
            TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
            TerminalEvent::Paste(text) => Some(Msg::Paste(text)),
            TerminalEvent::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => Some(Msg::Act(Action::Move(Motion::Down))),
                MouseEventKind::ScrollUp => Some(Msg::Act(Action::Move(Motion::Up))),
                MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(Position::new(mouse.column, mouse.row))),
                MouseEventKind::Down(MouseButton::Right | MouseButton::Middle)
                | MouseEventKind::Up(_)
                | MouseEventKind::Drag(_)
                | MouseEventKind::Moved
                | MouseEventKind::ScrollLeft
                | MouseEventKind::ScrollRight => None,
            },
            TerminalEvent::Key(_)
            | TerminalEvent::Resize(..)
            | TerminalEvent::FocusGained
            | TerminalEvent::FocusLost => None,
        }
    }

    async fn update(&mut self, msg: Msg) -> io::Result<Option<ExitReason>> {
        let reload = matches!(msg, Msg::Synced(Ok(_)) | Msg::Done(Ok(_)));
        let (is_loaded, is_synced) = (matches!(msg, Msg::Loaded(_)), matches!(msg, Msg::Synced(_)));
        let effect = update(&mut self.model, msg);
        if is_loaded {
            self.watch.follow(watch::files_of(&self.model.world));
            self.loaded();
        }
        if is_synced {
            // The reporting task may not have finished yet, but the next sync need not wait for it.
            self.syncing = None;
        }
        if reload {
            self.load();
        }
        match effect {
            Some(effect) => self.perform(effect).await,
            None => Ok(None),
        }
    }

    async fn perform(&mut self, effect: Effect) -> io::Result<Option<ExitReason>> {
        match effect {
            Effect::Quit if self.is_interrupted => return Ok(Some(ExitReason::Signal(2))),
            Effect::Quit => return Ok(Some(ExitReason::Quit)),
            Effect::Suspend => self.suspend()?,
            Effect::CopyByTerminal(copied) => {
                terminal::copy(&mut self.terminal, &copied.text)?;
                self.model.say(format!("sent to the clipboard of the terminal: {}", copied.what));
            }
            Effect::Redraw => terminal::force_redraw(&mut self.terminal)?,
            Effect::Edit(place) => return self.edit(place).await,
            Effect::Sync(fetch) => self.sync(fetch),
            Effect::Reload => self.load(),
            Effect::Browse(url) => self.browse(url),
            Effect::Copy(copied) => self.copy(copied),
            Effect::Ask(question) => self.ask(question),
        }
        Ok(None)
    }

    fn draw(&mut self) -> io::Result<()> {
        self.model.frame = frame(&mut self.terminal, &self.model, self.options.theme)?;
        Ok(())
    }

    /// Suspends the program, and re-enters the terminal when it continues.
    fn suspend(&mut self) -> io::Result<()> {
        if !signals::can_stop() {
            self.model.complain("there is no shell to return to");
            return Ok(());
        }
        terminal::leave();
        self.stopped = true;
        signals::stop();
        self.reenter()
    }

    /// Re-enters the terminal and redraws everything, since another program may have drawn on it.
    fn reenter(&mut self) -> io::Result<()> {
        terminal::leave();
        self.terminal = terminal::enter(self.options.mouse)?;
        Ok(())
    }
}

/// Whether an event is `^C`, which ends the program with the exit code of the signal.
fn is_interrupt(event: &TerminalEvent) -> bool {
    let TerminalEvent::Key(key) = event else { return false };
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// The current time, or the last known one if the clock cannot be read.
fn clock_message(model: &Model) -> Msg {
    let now = clock::now().unwrap_or(model.world.now);
    Msg::Clock(now, clock::day(now))
}

/// Draws a frame, and places the hidden cursor on the selection, which screen readers follow. The steps are those of
/// [`ratatui::Terminal::draw`], which knows no place for a hidden cursor; so a frame is one write.
fn frame(terminal: &mut ScreenTerminal, model: &Model, theme: Theme) -> io::Result<FrameInfo> {
    terminal.autoresize()?;
    let info = view::draw(&mut terminal.get_frame(), model, theme);
    terminal.flush()?;
    match info.cursor {
        Some(_) => terminal.show_cursor()?,
        None => terminal.hide_cursor()?,
    }
    if let Some(place) = info.cursor.or(info.selected) {
        terminal.set_cursor_position(place)?;
    }
    terminal.swap_buffers();
    ratatui::backend::Backend::flush(terminal.backend_mut())?;
    Ok(info)
}

/// An event of the loop.
enum Event {
    Terminal(TerminalEvent),
    Message(Msg),
    Signal(Signal),
}
