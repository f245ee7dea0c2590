//! The model of the terminal user interface: the world, its board, and the position of the user in it.

pub mod filter_index;
mod frame_info;
mod groups;
pub mod history;
mod id;
pub mod list;
pub mod message;
mod opening;
pub mod order;
mod refusal;
mod reload;
pub mod remaining_jobs;
mod rows;
mod selection;
pub mod views;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use tui_input::Input;

use super::input::keymap::Keymap;
use super::theme::Theme;
use crate::domain::board::BoxStates;
use crate::domain::filter::KnownValues;
use crate::domain::{Board, CounterId, Date, Issue, ItemKey, ProjectId, Timestamp, World};
use crate::insight::chain::Chains;
use crate::insight::last_meeting::{self, LastMeeting};
use crate::insight::money::Freed;
use crate::insight::trend::Trend;
use filter_index::FilterIndex;
pub use frame_info::FrameInfo;
use history::BoardHistory;
pub use id::Id;
use list::{List, ListLine};
pub use message::{EditRequest, Effect, Fetch, MeetingKept, Msg, Question};
pub use order::Grouping;
pub use remaining_jobs::{CheckoutState, LeftJobs, RemainingJobsPage, Search};
use views::VIEWS;
pub use views::View;

/// The number of messages that `:messages` lists.
const KEPT_MESSAGES: usize = 100;

/// A full-screen page on the stack of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailPage {
    /// The subject.
    pub of: Id,
    /// The index of the selected part.
    pub cursor: usize,
    /// The first visible line.
    pub scroll: usize,
}

/// A popup window.
#[derive(Debug, Clone)]
pub enum Popup {
    /// The help, and the text to search for in it.
    Help(Input),
    /// The explanation of a number or state.
    Why(Id),
    /// The contacts.
    Whom(Id),
    /// Any text, with a title.
    Text(String, String),
    /// The items migrated before the roadmap began.
    Migrated,
    /// The accounts, and the savings from finishing open work with their first day.
    Accounts(Vec<(Freed, String)>),
    /// The choice of a state for an item, with the index of the selected one.
    States(ProjectId, ItemKey, usize),
    /// An edit to confirm, with its diff.
    Confirm(EditRequest, String),
}

/// The prompt in the footer.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The purpose.
    pub kind: PromptKind,
    /// The text so far.
    pub input: Input,
    /// Whether the text is a proposal, which the first typed letter replaces.
    pub is_proposed: bool,
}

/// The purpose of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// A filter, applied as it is typed.
    Filter,
    /// A command.
    Command,
    /// The day of the last meeting.
    Meeting,
}

/// A message in the footer, shown until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// Whether it is an error.
    pub is_error: bool,
}

/// The state of the sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sync {
    /// No sync is running.
    #[default]
    Idle,
    /// A sync is running: requests done, and requests in all.
    Running(u64, u64),
    /// The last sync failed with this error; kept until dismissed or until a sync succeeds.
    Failed(String),
}

/// The source of the current snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotOrigin {
    /// Loaded from disk.
    Loaded,
    /// Received from a running sync, so newer than the cache.
    Ahead,
}

/// The extent of the loaded issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuesLoaded {
    /// The issues that the roadmap links to.
    Linked,
    /// The same, with the others requested.
    Requested,
    /// All cached issues.
    All,
}

/// The state of the terminal user interface.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub struct Model {
    /// The loaded data, at the selected date.
    pub world: World,
    /// The board of the world.
    pub board: Board,
    /// The filter index of the board, built by the first filter.
    pub filter_index: OnceCell<FilterIndex>,
    /// The history of the projects, computed on first use; `Some(None)` where that would take too long.
    pub history: OnceCell<Option<BoardHistory>>,
    /// The dependency chains of the board.
    pub chains: Chains,
    /// The searches for remaining jobs, by counter.
    pub left: HashMap<CounterId, Search>,
    /// Whether the checkout of the settings was read.
    pub checkout: CheckoutState,
    /// The range of days for which the moves of counters were last requested.
    pub requested_moves: Option<(Date, Date)>,
    /// A day on which each group met, which fixes the weeks of a bi-weekly meeting.
    pub met: HashMap<String, Date>,
    /// Formats a timestamp in local time.
    pub local: fn(Timestamp) -> String,
    /// Returns the local day of a timestamp.
    pub local_day: fn(Timestamp) -> Date,
    /// The seconds from a timestamp to the next local midnight.
    pub next_day: fn(Timestamp) -> u64,
    /// The date of the world when it was loaded, to which `now` returns.
    pub now: Date,
    /// The day, chosen by the user, at the end of which Changes begins.
    pub since: Option<Date>,
    /// The day at the end of which Changes begins otherwise, computed on first use.
    pub usual_since: OnceCell<Date>,
    /// The current view.
    pub view: View,
    /// The list of the current view.
    pub list: List,
    /// The lists of the other views that were visited.
    pub other_lists: HashMap<View, List>,
    /// The key bindings.
    pub keymap: Keymap,
    /// The reason why fetching is impossible, if it is.
    pub no_sync: Option<&'static str>,
    /// Whether the user asked for a day on the command line: it then stays when the local day changes.
    pub has_day: bool,
    /// The last messages, newest last.
    pub messages: VecDeque<Message>,
    /// The lines of the current view, if it lists neither projects nor items.
    pub lines: Vec<ListLine>,
    /// The view that `lines` belongs to, `None` when out of date: a new filter need not compute them again.
    pub lines_of: Option<View>,
    /// The series of Trend, computed on the first visit: they take a join for each of up to 60 days.
    pub trends: OnceCell<Vec<Trend>>,
    /// The stack of pages, top one last.
    pub pages: Vec<DetailPage>,
    /// The open window.
    pub popup: Option<Popup>,
    /// The first visible line of the window.
    pub popup_scroll: usize,
    /// The open prompt.
    pub prompt: Option<Prompt>,
    /// The message in the footer.
    pub message: Option<Message>,
    /// The error of the roadmap on disk, kept until it can be read.
    pub broken: Option<String>,
    /// The state of the sync.
    pub sync: Sync,
    /// The source of the snapshot.
    pub snapshot_origin: SnapshotOrigin,
    /// The extent of the loaded issues.
    pub issues: IssuesLoaded,
    /// Whether the preview is shown.
    pub preview: bool,
    /// Whether items that are done or dropped are shown.
    pub completed: bool,
    /// Whether only what has no settled owner is shown.
    pub unowned: bool,
    /// The sizes measured by the last frame.
    pub frame: FrameInfo,
    /// The cache of the last rendered issue text.
    pub rendered: RefCell<RenderedMarkdown>,
}

/// Rendered Markdown, with everything that it depends on.
#[derive(Debug, Default)]
pub struct RenderedMarkdown {
    /// The Markdown.
    pub of: String,
    /// The width, in columns.
    pub width: usize,
    /// The theme.
    pub theme: Theme,
    /// The lines.
    pub lines: Rc<Vec<ratatui::text::Line<'static>>>,
}

impl Model {
    /// Returns a model that shows the Projects view of a world.
    pub fn new(world: World) -> Self {
        let board = world.board();
        let now = world.date;
        let mut model = Self {
            chains: Chains::of(&board),
            board,
            filter_index: OnceCell::new(),
            history: OnceCell::new(),
            left: HashMap::new(),
            checkout: CheckoutState::None,
            requested_moves: None,
            met: HashMap::new(),
            local: Timestamp::rfc3339,
            local_day: Timestamp::date,
            next_day: |now| 86_400 - u64::try_from(now.0.rem_euclid(86_400)).unwrap_or(0),
            now,
            since: None,
            usual_since: OnceCell::new(),
            world,
            view: View::default(),
            list: List::default(),
            other_lists: HashMap::new(),
            keymap: Keymap::new(VIEWS.map(|view| (view.command, view.help))),
            no_sync: None,
            has_day: false,
            messages: VecDeque::new(),
            lines: Vec::new(),
            lines_of: None,
            trends: OnceCell::new(),
            pages: Vec::new(),
            popup: None,
            popup_scroll: 0,
            prompt: None,
            message: None,
            broken: None,
            sync: Sync::Idle,
            snapshot_origin: SnapshotOrigin::Loaded,
            issues: IssuesLoaded::All,
            preview: true,
            completed: false,
            unowned: false,
            frame: FrameInfo::default(),
            rendered: RefCell::default(),
        };
        model.derive();
        model
    }

    /// Drops everything derived from the board, and computes the current list anew.
    pub fn invalidate(&mut self) {
        self.list.is_fresh = false;
        for list in self.other_lists.values_mut() {
            list.is_fresh = false;
        }
        self.lines_of = None;
        self.trends.take();
        self.history.take();
        self.usual_since.take();
        self.derive();
    }

    /// Switches to a view; each keeps its own list.
    pub fn show(&mut self, view: View) {
        if view == self.view {
            return;
        }
        let list = self.other_lists.remove(&view).unwrap_or_default();
        let old = std::mem::replace(&mut self.list, list);
        self.other_lists.insert(self.view, old);
        self.view = view;
        // `lines` is shared by all views.
        self.list.is_fresh = false;
        self.derive();
    }

    /// Sets the filter of the current list, as typed.
    pub fn set_filter(&mut self, text: &str) {
        self.list.set_filter(text, self.world.me.as_deref());
        let roadmap = &self.world.roadmap;
        let parsed = std::mem::take(&mut self.list.parsed);
        self.list.parsed = KnownValues { roadmap, groups: &roadmap.groups }.resolve(parsed);
    }

    /// Returns the day at the end of which Changes begins: the one that was chosen, else as in the commands the last meeting
    /// before the selected date, or two weeks before that date.
    pub fn changes_since(&self) -> Date {
        let date = self.world.date;
        let usual =
            || self.last_meeting().map_or_else(|| last_meeting::two_weeks_before(date), |meeting| meeting.since);
        self.since.filter(|since| *since <= date).unwrap_or_else(|| *self.usual_since.get_or_init(usual))
    }

    /// Returns the last meeting of the roadmap's own group before the selected date, if known.
    pub fn last_meeting(&self) -> Option<LastMeeting> {
        let home = self.world.roadmap.home_meeting();
        last_meeting::before(&self.world, &home, self.met.get(home.as_str()).copied(), self.local_day)
    }

    /// Returns the states of the boxes of an issue.
    pub fn boxes_of(&self, issue: &Issue) -> BoxStates {
        self.board.context(&self.world.roadmap, &self.world.snapshot).boxes_of(issue)
    }

    /// Shows a message in the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.note(&text.into(), false);
    }

    /// Shows an error in the footer.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.note(&text.into(), true);
    }

    fn note(&mut self, text: &str, is_error: bool) {
        let message = Message { text: self.keymap.fill(text), is_error };
        if self.messages.len() >= KEPT_MESSAGES {
            self.messages.pop_front();
        }
        self.messages.push_back(message.clone());
        self.message = Some(message);
    }

    /// Opens a window.
    pub fn open_popup(&mut self, popup: Popup) {
        self.popup = Some(popup);
        self.popup_scroll = 0;
    }
}

/// Returns the date a number of days earlier.
pub fn before(date: Date, days: u64) -> Date {
    date.checked_sub_days(chrono::Days::new(days)).unwrap_or(date)
}
