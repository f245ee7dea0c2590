//! Domain: plain values and pure functions.
//!
//! No clock, no path, no client: the date is an argument.

pub mod account;
pub mod board;
pub mod boxes;
pub mod checkout;
pub mod circles;
pub mod clean;
mod confidence;
pub mod conventions;
pub mod counter;
pub mod edit;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixtures;
mod grouping;
pub mod groups;
pub mod issues;
pub mod job;
pub mod meeting;
pub mod nearest;
pub mod owner;
mod page_link;
pub mod paste;
pub mod progress;
pub mod refs;
pub mod roadmap;
pub mod rule;
pub mod shift;
pub mod snapshot;
pub mod state;
pub mod status;
pub mod tally;
mod text_id;
pub mod time;
pub mod unit;
pub mod wording;
pub mod world;

pub use account::{Account, AccountId, AccountReading, Amount, Costs, Limit, LimitKind, SpendLine};
pub use board::{
    Board, CounterRow, Doubt, Freedom, IssueNote, ItemRow, OwnBox, ProjectRow, RecordedFigure, Totals, join,
};
pub use clean::clean;
pub use confidence::Confidence;
pub use conventions::{Conventions, Request};
pub use counter::{Baseline, Counter, CounterId, Reading};
pub use filter::{Candidate, Filter, FilterError, FilterMatcher};
pub use grouping::grouped;
pub use groups::{Group, Groups, Meeting};
pub use issues::Issues;
pub use job::Job;
pub use owner::{Certainty, GroupId, Owner, OwnerName};
pub use page_link::PageLink;
pub use progress::{Percent, Progress};
pub use refs::{IssueRef, Repo};
pub use roadmap::{Item, ItemKey, Place, Project, ProjectId, Roadmap, Silence, Target, item_name};
pub use rule::{JobType, Judge, Rule, Start};
pub use snapshot::{
    Absence, ClaimKind, CloseReason, Comment, FactKind, FactState, FetchStates, Issue, IssueClaim, IssueState,
    MentioningPull, Milestone, Pull, PullState, Snapshot, SubIssueSummary, Task, TaskState, Timeline,
};
pub use state::State;
pub use time::{Date, Timestamp, end_of};
pub use unit::{Amounts, Unit, UnitState};
pub use world::{Example, Origin, World};

/// Returns the name of a value in a list of names.
pub(crate) fn word_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    names.iter().find(|(_, own)| own == value).map_or("", |(word, _)| word)
}

/// A short text such as a label or a login: up to 24 bytes are kept without an allocation.
pub type Text = compact_str::CompactString;
