//! Model of the screens: the world, its board, and where the user is in it.

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
use crate::domain::boxes::{self, BoxState};
use crate::domain::filter::KnownValues;
use crate::domain::{Board, CounterId, Date, Issue, IssueRef, ItemKey, ProjectId, Timestamp, World};
use crate::insight::chain::Chains;
use crate::insight::money::Freed;
use crate::insight::trend::Trend;
use filter_index::FilterIndex;
pub use frame_info::FrameInfo;
use history::BoardHistory;
pub use id::Id;
use list::{List, ListLine};
pub use message::{EditRequest, Effect, Fetch, MeetingKept, Msg, Question};
pub use order::Grouping;
pub use remaining_jobs::{CheckoutState, LeftJobs, Leftover, Search};
use views::VIEWS;
pub use views::View;

/// How many messages `:messages` lists.
const KEPT_MESSAGES: usize = 100;

/// A state for each task of an issue that is open.
pub type BoxStates = Vec<Option<BoxState>>;

/// A full-screen page; they lie on top of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailPage {
    /// What it shows.
    pub of: Id,
    /// Which of its parts is selected.
    pub cursor: usize,
    /// The first line that shows.
    pub scroll: usize,
}

/// A small window on top of everything.
#[derive(Debug, Clone)]
pub enum Popup {
    /// The keys, narrowed by what was typed.
    Help(Input),
    /// Why a number or state is what it is.
    Why(Id),
    /// Whom to ask.
    Whom(Id),
    /// Any text, with a title.
    Text(String, String),
    /// What was migrated before the roadmap began.
    Migrated,
    /// The accounts, and what finishing open work frees, from when on.
    Accounts(Vec<(Freed, String)>),
    /// The states to choose from for an item; the index of the one selected.
    States(ProjectId, ItemKey, usize),
    /// A diff to agree to.
    Confirm(EditRequest, String),
}

/// What the user is typing.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text so far.
    pub input: Input,
    /// Whether the text is only proposed: the first letter that is typed replaces it.
    pub is_proposed: bool,
}

/// What is typed into a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// A filter, applied as it is typed.
    Filter,
    /// A command.
    Command,
    /// The day of the last meeting.
    Meeting,
}

/// A line in the footer, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What to say.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// How fetching is going.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sync {
    /// Nothing is under way.
    #[default]
    Idle,
    /// Progress of a sync: requests done, and requests in all.
    Running(u64, u64),
    /// The last one failed, and why; stays until it is dismissed or another one succeeds.
    Failed(String),
}

/// Where the issues that show come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotOrigin {
    /// They were loaded.
    Loaded,
    /// A sync that still runs handed them out: they are newer than what a load finds.
    Ahead,
}

/// Which of the cached issues were loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuesLoaded {
    /// Those that the roadmap links to.
    Linked,
    /// The same; the others were asked for.
    Requested,
    /// All.
    All,
}

/// Everything the screens show.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Model {
    /// What was loaded, at the date that is shown.
    pub world: World,
    /// The join of it.
    pub board: Board,
    /// What filters look at on it, once one was typed.
    pub filter_index: OnceCell<FilterIndex>,
    /// The past of its projects, once it was looked at; `None` within where that would take too long.
    pub history: OnceCell<Option<BoardHistory>>,
    /// What waits for what on it.
    pub chains: Chains,
    /// What is left of counters, as far as it was asked for.
    pub left: HashMap<CounterId, Search>,
    /// What the checkout of the settings was asked.
    pub checkout: CheckoutState,
    /// Between which days the checkouts were asked what moved counters.
    pub asked_moves: Option<(Date, Date)>,
    /// Days on which groups met, by group: they tell which weeks are those of a bi-weekly meeting.
    pub met: HashMap<String, Date>,
    /// Writes a moment in the time of this machine.
    pub local: fn(Timestamp) -> String,
    /// The seconds from a moment to the next midnight of this machine.
    pub next_day: fn(Timestamp) -> u64,
    /// The date of the world as it was loaded, to return to.
    pub now: Date,
    /// The last meeting: where Changes begins.
    pub since: Date,
    /// The view that shows.
    pub view: View,
    /// Its list.
    pub list: List,
    /// The lists of the other views, as far as they were looked at.
    pub other_lists: HashMap<View, List>,
    /// The keys that are in force.
    pub keymap: Keymap,
    /// Why nothing can be fetched; `None` where it can.
    pub no_sync: Option<&'static str>,
    /// Whether a day was asked for: it stays where the clock goes on.
    pub has_day: bool,
    /// The last messages, the newest last.
    pub messages: VecDeque<Message>,
    /// The lines of the list that shows, where it shows neither projects nor items.
    pub lines: Vec<ListLine>,
    /// The view whose lines these are, while they are up to date: a filter asks for the same ones again.
    pub lines_of: Option<View>,
    /// The series of Trend, once it was looked at: a board for each of up to 60 days is too much to join with every visit.
    pub trends: OnceCell<Vec<Trend>>,
    /// Full-screen pages, the top one last.
    pub pages: Vec<DetailPage>,
    /// The window on top.
    pub popup: Option<Popup>,
    /// The first line of the window that shows.
    pub popup_scroll: usize,
    /// What is being typed.
    pub prompt: Option<Prompt>,
    /// What the footer says.
    pub message: Option<Message>,
    /// Why the roadmap on disk cannot be shown; stays until it can.
    pub broken: Option<String>,
    /// How fetching is going.
    pub sync: Sync,
    /// Where the issues that show come from.
    pub facts: SnapshotOrigin,
    /// Which issues there are.
    pub issues: IssuesLoaded,
    /// Whether the preview shows.
    pub preview: bool,
    /// Whether what is done or dropped shows.
    pub completed: bool,
    /// Whether only what has no settled owner shows.
    pub unowned: bool,
    /// What the last drawing found out.
    pub frame: FrameInfo,
    /// The states of the boxes of the issues that were looked at.
    pub boxes: RefCell<HashMap<IssueRef, Rc<BoxStates>>>,
    /// The text of an issue as it was drawn last.
    pub drawn: RefCell<RenderedMarkdown>,
}

/// A Markdown text as lines, and for what they were made.
#[derive(Debug, Default)]
pub struct RenderedMarkdown {
    /// The text.
    pub of: String,
    /// The columns.
    pub width: usize,
    /// The look.
    pub theme: Theme,
    /// The lines.
    pub lines: Rc<Vec<ratatui::text::Line<'static>>>,
}

impl Model {
    /// Begins with the Projects view of a world.
    pub fn new(world: World) -> Self {
        let board = world.board();
        let now = world.date;
        let since = before(now, 14);
        let mut model = Self {
            chains: Chains::of(&board),
            board,
            filter_index: OnceCell::new(),
            history: OnceCell::new(),
            left: HashMap::new(),
            checkout: CheckoutState::None,
            asked_moves: None,
            met: HashMap::new(),
            local: Timestamp::rfc3339,
            next_day: |now| 86_400 - u64::try_from(now.0.rem_euclid(86_400)).unwrap_or(0),
            now,
            since,
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
            facts: SnapshotOrigin::Loaded,
            issues: IssuesLoaded::All,
            preview: true,
            completed: false,
            unowned: false,
            frame: FrameInfo::default(),
            boxes: RefCell::default(),
            drawn: RefCell::default(),
        };
        model.derive();
        model
    }

    /// Marks all lists as out of date and computes the one that shows.
    pub fn invalidate(&mut self) {
        self.list.is_fresh = false;
        for list in self.other_lists.values_mut() {
            list.is_fresh = false;
        }
        self.lines_of = None;
        self.trends.take();
        self.history.take();
        self.boxes.take();
        self.derive();
    }

    /// Shows another view; each keeps its list.
    pub fn show(&mut self, view: View) {
        if view == self.view {
            return;
        }
        let list = self.other_lists.remove(&view).unwrap_or_default();
        let old = std::mem::replace(&mut self.list, list);
        self.other_lists.insert(self.view, old);
        self.view = view;
        // The lines belong to one view at a time.
        self.list.is_fresh = false;
        self.derive();
    }

    /// The list of the view that shows.
    pub fn list(&self) -> &List {
        &self.list
    }

    /// Takes a filter for the list that shows, as it is typed.
    pub fn set_filter(&mut self, text: &str) {
        self.list.set_filter(text, self.world.me.as_deref());
        let roadmap = &self.world.roadmap;
        let parsed = std::mem::take(&mut self.list.parsed);
        self.list.parsed = KnownValues { roadmap, groups: &roadmap.groups }.resolve(parsed);
    }

    /// The list of the view that shows, to change it.
    pub fn list_mut(&mut self) -> &mut List {
        &mut self.list
    }

    /// Where Changes begins on the day that is shown: at the last meeting, or two weeks before a day that lies before it.
    pub fn changes_since(&self) -> Date {
        let date = self.world.date;
        if self.since <= date { self.since } else { before(date, 14) }
    }

    /// The states of the boxes of an issue, worked out once.
    pub fn boxes_of(&self, issue: &Issue) -> Rc<BoxStates> {
        let facts = || self.world.at(self.world.date).box_facts();
        let work_out = || Rc::new(boxes::of_issue(issue, facts()));
        Rc::clone(self.boxes.borrow_mut().entry(issue.id.clone()).or_insert_with(work_out))
    }

    /// Says something in the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.note(&text.into(), false);
    }

    /// Says in the footer what went wrong.
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

/// So many days earlier.
pub fn before(date: Date, days: u64) -> Date {
    date.checked_sub_days(chrono::Days::new(days)).unwrap_or(date)
}
