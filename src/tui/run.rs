//! The loop: waits for a key, news of a task or a signal, and draws what changed. Nothing ticks.

mod backend;
mod editor;
mod keyboard;
mod outside;
mod signals;
mod tasks;
pub mod terminal;
mod vanished;
mod watch;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::model::{Checkout, Edit, Effect, Fetch, FrameInfo, LeftJobs, Model, Msg};
use super::theme::Theme;
use super::update::update;
use super::view;
use crate::domain::code::Code;
use crate::domain::{CounterId, Date, IssueRef, Roadmap, World};
use keyboard::Keyboard;
use signals::{Signal, Signals};
use terminal::Drawn;

/// A future of a background task.
pub type Task<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
/// Where a sync says how far it is, and hands out what came.
pub type Post = Arc<dyn Fn(Msg) + Send + Sync>;

/// A task of which the screens know nothing but its text.
pub type Job<A> = Arc<dyn Fn(A) -> Result<String, String> + Send + Sync>;
/// Starts a sync that tells of itself while it runs, and ends early where it is told to.
pub type StartSync = Arc<dyn Fn(Fetch, Post, Arc<Notify>) -> Task<Result<String, String>> + Send + Sync>;
/// Lists what is left of a counter.
pub type ListJob = Arc<dyn Fn(CounterId) -> Result<LeftJobs, String> + Send + Sync>;
/// Asks the checkout of the settings about a day.
pub type CodeJob = Arc<dyn Fn(Date) -> Result<Option<Code>, String> + Send + Sync>;
/// Plans an edit of the roadmap as it was seen.
pub type PlanJob = Arc<dyn Fn(&Edit, &Roadmap) -> Result<String, String> + Send + Sync>;
/// Makes an edit of the roadmap as it was seen, if it comes to the diff that was agreed to.
pub type EditJob = Arc<dyn Fn(&Edit, &Roadmap, &str) -> Result<String, String> + Send + Sync>;

/// Where the screens get things from, and what they may ask for. Errors are text for people.
pub struct Sources {
    /// Loads roadmap, issues and groups.
    pub load: Arc<dyn Fn() -> Result<World, String> + Send + Sync>,
    /// Fetches, and says in a line what came; `None` where there is nothing to fetch.
    pub sync: Option<StartSync>,
    /// Whether to fetch at once, since what is there is old.
    pub is_old: bool,
    /// Reads the text of an issue, which is kept apart.
    pub body: Job<IssueRef>,
    /// Lists what is left of a counter.
    pub left: ListJob,
    /// Says what the checkout of the settings says on a day; `None` where they name none.
    pub code: Option<CodeJob>,
    /// The roadmap file; `None` for the example.
    pub roadmap: Option<PathBuf>,
    /// Plans an edit of the roadmap as it was seen, and returns its diff.
    pub plan: PlanJob,
    /// Makes an edit of the roadmap as it was seen, and says in a line what it was.
    pub apply: EditJob,
    /// Writes a report at a date since another and says where to.
    pub report: Job<(Date, Date)>,
    /// Remembers the day of the last meeting.
    pub remember: Job<Date>,
    /// The day of the last meeting, if it is known.
    pub meeting: Option<Date>,
    /// Days on which groups met, by group.
    pub met: HashMap<String, Date>,
    /// Colours and signs.
    pub theme: Theme,
    /// Whether to take the mouse.
    pub mouse: bool,
}

/// How the screens ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user quit.
    Quit,
    /// A signal of this number.
    Signal(u8),
    /// The terminal went away.
    Vanished,
}

/// Opens the screens on a world and stays until the user leaves.
pub fn run(world: World, sources: Sources) -> io::Result<Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let ended = runtime.block_on(async {
        let signals = Signals::new()?;
        let mut screens = Screens::open(world, sources, signals)?;
        let ended = screens.live().await;
        // Before what may take a moment.
        terminal::leave();
        screens.end_sync().await;
        ended
    });
    terminal::leave();
    // A frame that nobody took is noticed before the hangup now and then.
    let ended = ended.or_else(|error| if vanished::is_of_it(&error) { Ok(Ended::Vanished) } else { Err(error) });
    // What still runs is dropped, not waited for: quitting never hangs.
    runtime.shutdown_background();
    ended
}

/// What the loop holds.
struct Screens {
    model: Model,
    sources: Sources,
    terminal: Drawn,
    keyboard: Keyboard,
    signals: Signals,
    inbox: UnboundedReceiver<Msg>,
    post: UnboundedSender<Msg>,
    vanished: vanished::Vanished,
    watch: watch::Watch,
    loading: tasks::Loading,
    /// Whether we stopped ourselves, so that a signal to continue is still to come.
    stopped: bool,
    /// The sync that runs, and what ends it.
    syncing: Option<(tokio::task::JoinHandle<()>, Arc<Notify>)>,
}

impl Screens {
    fn open(world: World, sources: Sources, signals: Signals) -> io::Result<Self> {
        let mut model = Model::new(world);
        if let Some(meeting) = sources.meeting {
            model.since = meeting;
        }
        model.met.clone_from(&sources.met);
        if sources.code.is_some() {
            model.checkout = Checkout::Unasked;
        }
        model.local = crate::sources::clock::local;
        let (post, inbox) = unbounded_channel();
        let watch = watch::Watch::new(sources.roadmap.clone(), post.clone());
        let mut terminal = terminal::enter(sources.mouse)?;
        // Something to see comes first: those who listen take a while to start, and what is typed meanwhile waits for them.
        model.frame = frame(&mut terminal, &model, sources.theme)?;
        watch.listen();
        Ok(Self {
            model,
            sources,
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
        })
    }

    async fn live(&mut self) -> io::Result<Ended> {
        outside::panic_for_tests();
        if self.sources.is_old {
            self.sync(Fetch::Changed);
        }
        loop {
            let ended = match self.next().await? {
                Some(happened) => self.meet(happened).await?,
                None => Some(Ended::Vanished),
            };
            if let Some(ended) = ended {
                return Ok(ended);
            }
            // What is already there is worked off before the screen is drawn once.
            if let Some(ended) = self.drain().await? {
                return Ok(ended);
            }
            self.draw()?;
        }
    }

    /// Waits; `None` where the terminal is gone.
    async fn next(&mut self) -> io::Result<Option<Happened>> {
        tokio::select! {
            biased;
            signal = self.signals.next() => Ok(Some(Happened::Signal(signal))),
            () = self.vanished.gone() => Ok(None),
            event = self.keyboard.next() => Ok(event.map(Happened::Event)),
            Some(msg) = self.inbox.recv() => Ok(Some(Happened::News(msg))),
        }
    }

    async fn drain(&mut self) -> io::Result<Option<Ended>> {
        for _ in 0..64 {
            let happened = match self.keyboard.next_now() {
                Some(event) => Happened::Event(event),
                None => match self.inbox.try_recv() {
                    Ok(msg) => Happened::News(msg),
                    Err(_) => return Ok(None),
                },
            };
            if let Some(ended) = self.meet(happened).await? {
                return Ok(Some(ended));
            }
        }
        Ok(None)
    }

    async fn meet(&mut self, happened: Happened) -> io::Result<Option<Ended>> {
        match happened {
            Happened::Signal(Signal::End(number)) => Ok(Some(Ended::Signal(number))),
            Happened::Signal(Signal::Stop) => {
                self.suspend()?;
                Ok(None)
            }
            Happened::Signal(Signal::Continue) => {
                // After a stop of our own the terminal was taken again already.
                if !std::mem::take(&mut self.stopped) {
                    self.enter_again()?;
                }
                Ok(None)
            }
            Happened::Signal(Signal::Resize) => {
                terminal::start_afresh(&mut self.terminal)?;
                self.keyboard.resized();
                Ok(None)
            }
            Happened::News(msg) => self.update(msg).await,
            Happened::Event(event) => {
                self.watch.look();
                match Self::read(event) {
                    Some(msg) => self.update(msg).await,
                    None => Ok(None),
                }
            }
        }
    }

    /// Turns a terminal event into a message.
    fn read(event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => Some(Msg::Act(super::input::keymap::Action::Down)),
                MouseEventKind::ScrollUp => Some(Msg::Act(super::input::keymap::Action::Up)),
                MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(usize::from(mouse.row))),
                _ => None,
            },
            Event::Key(_) | Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
        }
    }

    async fn update(&mut self, msg: Msg) -> io::Result<Option<Ended>> {
        let reload = matches!(msg, Msg::Synced(Ok(_)) | Msg::Done(Ok(_)));
        let (is_loaded, is_synced) = (matches!(msg, Msg::Loaded(_)), matches!(msg, Msg::Synced(_)));
        let effect = update(&mut self.model, msg);
        if is_loaded {
            self.loaded();
        }
        if is_synced {
            // What told of its end may still be ending: the next one need not wait for that.
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

    async fn perform(&mut self, effect: Effect) -> io::Result<Option<Ended>> {
        match effect {
            Effect::Quit => return Ok(Some(Ended::Quit)),
            Effect::Suspend => self.suspend()?,
            Effect::Browse(url) => match outside::browse(&url, &self.model.world.web) {
                Ok(()) => self.model.say(format!("opened {url}")),
                Err(error) => self.model.complain(error),
            },
            Effect::Copy(copied) => {
                terminal::copy(&mut self.terminal, &copied.text)?;
                self.model.say(format!("copied {}", copied.what));
            }
            Effect::Edit(place) => return self.edit(place).await,
            Effect::Sync(fetch) => self.sync(fetch),
            Effect::Reload => self.load(),
            other => self.ask(other),
        }
        Ok(None)
    }

    fn draw(&mut self) -> io::Result<()> {
        self.model.frame = frame(&mut self.terminal, &self.model, self.sources.theme)?;
        Ok(())
    }

    /// Stops the program; what follows happens when it goes on.
    fn suspend(&mut self) -> io::Result<()> {
        if !signals::can_stop() {
            self.model.complain("there is no shell to return to");
            return Ok(());
        }
        terminal::leave();
        self.stopped = true;
        signals::stop();
        self.enter_again()
    }

    /// Takes the terminal again and draws everything: nobody knows what happened to it meanwhile.
    fn enter_again(&mut self) -> io::Result<()> {
        terminal::leave();
        self.terminal = terminal::enter(self.sources.mouse)?;
        Ok(())
    }
}

/// Draws a frame. The cursor of the terminal, though hidden, stands on what is selected: readers of screens follow it.
fn frame(terminal: &mut Drawn, model: &Model, theme: Theme) -> io::Result<FrameInfo> {
    let mut info = FrameInfo::default();
    terminal.draw(|frame| info = view::draw(frame, model, theme))?;
    if let (None, Some(place)) = (info.cursor, info.selected) {
        terminal.set_cursor_position(place)?;
        ratatui::backend::Backend::flush(terminal.backend_mut())?;
    }
    Ok(info)
}

/// What the loop woke up for.
enum Happened {
    Event(Event),
    News(Msg),
    Signal(Signal),
}
