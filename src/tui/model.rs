//! What the screens know: the world, its board, and where the user is in it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use tui_input::Input;

pub use super::left::{Checkout, LeftJobs, Leftover, Search};
pub use super::message::{Edit, Effect, Fetch, Msg};
use super::rows::{Line, List};
use super::texts::Texts;
use super::theme::Theme;
pub use super::views::{Seen, View};
use crate::domain::chain::Chains;
use crate::domain::trend::Trend;
use crate::domain::{
    Board, CounterId, Date, Issue, IssueRef, ItemKey, ItemRow, Place, ProjectId, ProjectRow, Timestamp, World,
};

/// The group whose meetings `m` is about.
pub const HOST: &str = "sig-k8s-infra";

/// What can be selected. Selection is by id, so that a sync that reorders rows does not move it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// A project.
    Project(ProjectId),
    /// An item.
    Item(ProjectId, ItemKey),
    /// An issue, whether or not the roadmap has it.
    Issue(IssueRef),
    /// What is left of a counter.
    Left(Leftover),
    /// A line of another list, by a name that it keeps.
    Line(String),
}

/// A full-screen page; they lie on top of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
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
    /// The states to choose from for an item; the index of the one selected.
    States(ProjectId, ItemKey, usize),
    /// A diff to agree to.
    Confirm(Edit, String),
}

/// What the user is typing.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text so far.
    pub input: Input,
    /// What stood there before, for Esc.
    pub before: String,
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

/// How the fetching stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sync {
    /// Nothing is under way.
    #[default]
    Idle,
    /// So many of so many requests are done.
    Running(u64, u64),
    /// The last one failed; what is shown is what was there.
    Offline(String),
}

/// Where the issues that show come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// They were loaded.
    Loaded,
    /// A sync that still runs handed them out: they are newer than what a load finds.
    Ahead,
}

/// How lists are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// As the view does by itself.
    Plain,
    /// By owner.
    Sig,
    /// By state.
    State,
    /// By milestone.
    Milestone,
}

/// Everything the screens show.
#[derive(Debug)]
pub struct Model {
    /// What was loaded, at the date that is shown.
    pub world: World,
    /// The join of it.
    pub board: Board,
    /// What filters look at on it, once one was typed.
    pub texts: OnceCell<Texts>,
    /// What waits for what on it.
    pub chains: Chains,
    /// What is left of counters, as far as it was asked for.
    pub left: HashMap<CounterId, Search>,
    /// What the checkout of the settings was asked.
    pub checkout: Checkout,
    /// Days on which groups met, by group: they tell which weeks are those of a bi-weekly meeting.
    pub met: HashMap<String, Date>,
    /// Writes a moment in the time of this machine.
    pub local: fn(Timestamp) -> String,
    /// The date of the world as it was loaded, to return to.
    pub now: Date,
    /// The last meeting: where Changes begins.
    pub since: Date,
    /// The view that shows.
    pub view: View,
    /// One list a view.
    pub lists: [List; 6],
    /// The lines of the list that shows, where it shows neither projects nor items.
    pub lines: Vec<Line>,
    /// The view whose lines these are, while they are up to date: a filter asks for the same ones again.
    pub lines_of: Option<View>,
    /// The series of Trend; computed with its list.
    pub trends: Vec<Trend>,
    /// Full-screen pages, the top one last.
    pub pages: Vec<Page>,
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
    /// How the fetching stands.
    pub sync: Sync,
    /// Where the issues that show come from.
    pub facts: Facts,
    /// Whether the preview shows.
    pub preview: bool,
    /// Whether what has ended shows.
    pub completed: bool,
    /// Whether only what nobody owns shows.
    pub unowned: bool,
    /// How lists are divided.
    pub grouping: Grouping,
    /// What the last drawing found out.
    pub seen: Seen,
    /// The text of an issue as it was drawn last.
    pub drawn: RefCell<Drawn>,
}

/// A Markdown text as lines, and for what they were made.
#[derive(Debug, Default)]
pub struct Drawn {
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
            texts: OnceCell::new(),
            left: HashMap::new(),
            checkout: Checkout::None,
            met: HashMap::new(),
            local: Timestamp::rfc3339,
            now,
            since,
            world,
            view: View::Projects,
            lists: Default::default(),
            lines: Vec::new(),
            lines_of: None,
            trends: Vec::new(),
            pages: Vec::new(),
            popup: None,
            popup_scroll: 0,
            prompt: None,
            message: None,
            broken: None,
            sync: Sync::Idle,
            facts: Facts::Loaded,
            preview: true,
            completed: false,
            unowned: false,
            grouping: Grouping::Plain,
            seen: Seen::default(),
            drawn: RefCell::default(),
        };
        model.derive();
        model
    }

    /// Marks all lists as out of date and computes the one that shows.
    pub fn forget(&mut self) {
        for list in &mut self.lists {
            list.is_fresh = false;
        }
        self.lines_of = None;
        self.derive();
    }

    /// The list of the view that shows.
    pub fn list(&self) -> &List {
        let [projects, work, unowned, changes, trend, check] = &self.lists;
        match self.view {
            View::Projects => projects,
            View::Work => work,
            View::Unowned => unowned,
            View::Changes => changes,
            View::Trend => trend,
            View::Check => check,
        }
    }

    /// The list of the view that shows, to change it.
    pub fn list_mut(&mut self) -> &mut List {
        let [projects, work, unowned, changes, trend, check] = &mut self.lists;
        match self.view {
            View::Projects => projects,
            View::Work => work,
            View::Unowned => unowned,
            View::Changes => changes,
            View::Trend => trend,
            View::Check => check,
        }
    }

    /// What keys act on: the part of the page that is selected, else the page, else the row.
    pub fn subject(&self) -> Option<Id> {
        let Some(page) = self.pages.last() else { return self.list().selected.clone() };
        if let Id::Project(id) = &page.of
            && let Some(item) = self.board.project(id).and_then(|project| project.items.get(page.cursor))
        {
            return Some(Id::Item(id.clone(), item.key.clone()));
        }
        if let Id::Left(left @ Leftover { group: None, .. }) = &page.of
            && let Some(group) = super::left::groups(self, left).into_iter().nth(page.cursor)
        {
            return Some(Id::Left(Leftover { group: Some(group.key), ..left.clone() }));
        }
        Some(page.of.clone())
    }

    /// The line of a list, where the subject is one.
    pub fn line(&self, id: &Id) -> Option<&Line> {
        let Id::Line(name) = id else { return None };
        self.lines.iter().find(|line| &line.id == name)
    }

    /// What a line is about, else the thing itself.
    pub fn thing(&self, id: &Id) -> Id {
        match id {
            Id::Left(left) => match super::left::measured(self, &left.counter) {
                Some((project, Some(item))) => Id::Item(project, item),
                Some((project, None)) => Id::Project(project),
                None => id.clone(),
            },
            _ => self.line(id).and_then(|line| line.about.clone()).unwrap_or_else(|| id.clone()),
        }
    }

    /// The project that a thing is, or belongs to.
    pub fn project_of(&self, id: &Id) -> Option<&ProjectRow> {
        match self.thing(id) {
            Id::Project(project) | Id::Item(project, _) => self.board.project(&project),
            Id::Issue(issue) => {
                let item = self.board.items().find(|item| item.issue.as_ref() == Some(&issue));
                let tracked = || self.world.roadmap.projects.iter().find(|project| project.issues.contains(&issue));
                self.board.project(item.map(|item| &item.project).or_else(|| tracked().map(|project| &project.id))?)
            }
            Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// The item that a thing is.
    pub fn item_of(&self, id: &Id) -> Option<&ItemRow> {
        match self.thing(id) {
            Id::Item(project, key) => self.board.item(&project, &key),
            Id::Issue(issue) => self.board.items().find(|item| item.issue.as_ref() == Some(&issue)),
            Id::Project(_) | Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// The issue behind a thing: its own, for a project the first that tracks it.
    pub fn issue_ref_of(&self, id: &Id) -> Option<IssueRef> {
        match self.thing(id) {
            Id::Issue(issue) => Some(issue),
            Id::Item(project, key) => self.board.item(&project, &key)?.issue.clone(),
            Id::Project(project) => {
                let written = self.world.roadmap.project(project.as_str())?;
                let first = written.items.iter().find_map(|item| item.issue.clone());
                written.issues.first().cloned().or(first)
            }
            Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// The issue behind a thing, where it was fetched.
    pub fn issue_of(&self, id: &Id) -> Option<&Issue> {
        self.world.snapshot.issue(&self.issue_ref_of(id)?)
    }

    /// The line of the roadmap file to edit.
    pub fn place_of(&self, id: &Id) -> Option<Place> {
        if let Some(place) = self.line(id).and_then(|line| line.place) {
            return Some(place);
        }
        let of_item = self.item_of(id).and_then(|item| item.place);
        let project = || Some(self.world.roadmap.project(self.project_of(id)?.id.as_str())?.place);
        of_item.or_else(project)
    }

    /// Where Changes begins on the day that is shown: at the last meeting, or two weeks before a day that lies before it.
    pub fn begin(&self) -> Date {
        let date = self.world.date;
        if self.since <= date { self.since } else { before(date, 14) }
    }

    /// Says something in the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: false });
    }

    /// Says in the footer what went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: true });
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
