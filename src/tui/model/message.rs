//! Messages to the model, and the effects it requests of the event loop.

use ratatui::layout::Position;

use super::remaining_jobs::LeftJobs;
use crate::domain::checkout::CheckoutFacts;
use crate::domain::shift::Moves;
use crate::domain::{CounterId, Date, IssueRef, ItemKey, Place, ProjectId, Roadmap, Snapshot, State, Timestamp, World};
use crate::tui::input::keymap::Action;

/// An event: user input, or the result of a task.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(crossterm::event::KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// An action was requested.
    Act(Action),
    /// The screen was clicked.
    Click(Position),
    /// The world was reloaded.
    Loaded(Result<Box<World>, String>),
    /// Progress of a sync: requests done, and requests in all.
    Progress(u64, u64),
    /// A running sync has fetched this so far.
    Facts(Box<Snapshot>),
    /// A sync has ended, with the message to show.
    Synced(Result<String, String>),
    /// An edit was planned, with the diff to confirm.
    Planned(EditRequest, Result<String, String>),
    /// This machine has no clipboard program.
    NoClipboard(Copied),
    /// A task has ended, with the message to show; an error is shown in the footer only.
    Notice(Result<String, String>),
    /// An edit or a brief was written, with the message to show; a long error opens a window.
    Done(Result<String, String>),
    /// The text of an issue was loaded.
    Body(IssueRef, String),
    /// The search for the remaining jobs of a counter on a day has ended.
    Left(CounterId, Date, Result<LeftJobs, String>),
    /// The checkout was counted at a day.
    Counted(Date, Result<Option<CheckoutFacts>, String>),
    /// The commits that moved counters were found.
    Moved(Result<Moves, String>),
    /// The day of the last meeting was saved.
    Met(Result<MeetingKept, String>),
    /// The current time, and the local day.
    Clock(Timestamp, Date),
}

/// A request to the event loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ends the program.
    Quit,
    /// Suspends the program and returns to the shell.
    Suspend,
    /// Opens a link in a browser.
    Browse(String),
    /// Copies text to the clipboard.
    Copy(Copied),
    /// Opens the roadmap in an editor, at a line.
    Edit(Option<Place>),
    /// Copies text by an escape sequence of the terminal, since there is no clipboard program.
    CopyByTerminal(Copied),
    /// Redraws the screen.
    Redraw,
    /// Starts a sync.
    Sync(Fetch),
    /// Reloads the roadmap and the issues.
    Reload,
    /// Starts a task; its result is a message.
    Ask(Question),
}

/// A task for the rest of the program; its result is a [`Msg`].
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Plan an edit of the roadmap as shown: returns its diff.
    Plan(EditRequest, Box<Roadmap>),
    /// Make an edit of the roadmap as shown, if it still gives the confirmed diff.
    Apply(EditRequest, String, Box<Roadmap>),
    /// Write the brief for a meeting.
    Brief {
        /// The day of the meeting.
        date: Date,
        /// The day at the end of which the changes begin.
        since: Date,
        /// The file to write, if one was named.
        file: Option<String>,
    },
    /// Load the text of an issue.
    Body(IssueRef),
    /// Find the remaining jobs of a counter on a day.
    Left(CounterId, Date),
    /// Count the checkout of the settings at a day.
    Count(Date),
    /// Find the commits that moved counters most between two days, in the checkouts of the settings.
    Moves(Date, Date),
    /// Save the day of the last meeting.
    Meeting(Date),
}

/// The extent of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    /// Changed issues, because the data is old; not requested by the user.
    Due,
    /// Changed issues.
    Changed,
    /// All issues of the repository.
    All,
}

/// An edit of the roadmap, before it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditRequest {
    /// A new state of an item.
    State(ProjectId, ItemKey, State),
    /// The remedy of a finding, by its id in the list.
    Fix(String),
}

/// The saved day of the last meeting, and its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingKept {
    /// The newest day on which the group is known to have met.
    pub met: Date,
    /// The message to show.
    pub text: String,
}

/// A text for the clipboard, and its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The text.
    pub text: String,
    /// The description for the footer.
    pub what: String,
}
