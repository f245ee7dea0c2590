//! Messages to the model, and what it asks of the loop.

use ratatui::layout::Position;

use super::remaining_jobs::LeftJobs;
use crate::domain::checkout::CheckoutFacts;
use crate::domain::shift::Moves;
use crate::domain::{CounterId, Date, IssueRef, ItemKey, Place, ProjectId, Roadmap, Snapshot, State, Timestamp, World};
use crate::tui::input::keymap::Action;

/// What happens: a key, or news from a task.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(crossterm::event::KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// An action was asked for by name or mouse.
    Act(Action),
    /// The screen was clicked.
    Click(Position),
    /// The world was loaded again.
    Loaded(Result<Box<World>, String>),
    /// Progress of a sync: requests done, and requests in all.
    Progress(u64, u64),
    /// A sync that still runs knows this by now.
    Facts(Box<Snapshot>),
    /// A sync is over; what to say about it.
    Synced(Result<String, String>),
    /// An edit was planned: the diff to agree to.
    Planned(EditRequest, Result<String, String>),
    /// No program of this machine takes text for the clipboard.
    NoClipboard(Copied),
    /// Something was done that changes nothing shown here; what to say about it.
    Notice(Result<String, String>),
    /// Something was done elsewhere; what to say about it.
    Done(Result<String, String>),
    /// The text of an issue was read.
    Body(IssueRef, String),
    /// What is left of a counter was searched for.
    Left(CounterId, Result<LeftJobs, String>),
    /// The checkout was asked about a day.
    Counted(Date, Result<Option<CheckoutFacts>, String>),
    /// The checkouts were asked which commits moved counters.
    Moved(Result<Moves, String>),
    /// The day of a meeting was kept.
    Met(Result<MeetingKept, String>),
    /// The present moment, for ages, and the day it is here.
    Clock(Timestamp, Date),
}

/// What the loop is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// End the program.
    Quit,
    /// Stop, and wait in the shell.
    Suspend,
    /// Open a link.
    Browse(String),
    /// Put text on the clipboard.
    Copy(Copied),
    /// Open the roadmap at a line.
    Edit(Option<Place>),
    /// Send text to the clipboard of the terminal, where no program of this machine takes it.
    CopyByTerminal(Copied),
    /// Draw the screen again.
    Redraw,
    /// Fetch: all issues, or what has changed.
    Sync(Fetch),
    /// Read the roadmap again.
    Reload,
    /// Ask the rest of the program beside the loop.
    Ask(Question),
}

/// What the screens ask of the rest of the program; each answer is a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// The diff of an edit of the roadmap as it was seen.
    Plan(EditRequest, Box<Roadmap>),
    /// Make an edit of the roadmap as it was seen, if it comes to the diff that was agreed to.
    Apply(EditRequest, String, Box<Roadmap>),
    /// Write the brief for the meeting of a day, with the changes since another one.
    Brief {
        /// The day.
        date: Date,
        /// The end of this day is the beginning.
        since: Date,
        /// The file to write, where it has a name.
        file: Option<String>,
    },
    /// The text of an issue.
    Body(IssueRef),
    /// What is left of a counter.
    Left(CounterId),
    /// What the checkout of the settings says on a day.
    Count(Date),
    /// Which commits moved counters most between two days, by the checkouts of the settings.
    Moves(Date, Date),
    /// Remember the day of the last meeting; where do changes begin by now?
    Meeting(Date),
}

/// How much to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    /// Fetches what changed, because the data is old, not because the user asked.
    Due,
    /// What has changed.
    Changed,
    /// All issues of the repository.
    All,
}

/// An edit of the roadmap, before it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditRequest {
    /// The state of an item.
    State(ProjectId, ItemKey, State),
    /// The remedy of a finding, by its name in the list.
    Fix(String),
}

/// What follows from a day of the last meeting that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingKept {
    /// The day.
    pub met: Date,
    /// Where changes begin by now, here as in the commands.
    pub since: Date,
    /// What to say about it.
    pub text: String,
}

/// A text for the clipboard and what to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The text.
    pub text: String,
    /// What the footer says was copied.
    pub what: String,
}
