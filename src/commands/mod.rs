//! One file a command, and what they share: the [`Context`] they get, and the [`Failure`] they may end in.

pub mod arguments;
pub mod brief;
pub mod cache;
pub mod changes;
pub mod check;
mod code;
pub mod completions;
pub mod config;
pub mod context;
pub mod count;
pub mod doctor;
pub mod explain;
pub mod failure;
mod fresh;
pub mod global;
pub mod import;
pub mod init;
mod issue_page;
mod last_meeting;
pub mod list;
pub mod man;
pub mod next;
pub mod open;
pub mod reference;
pub mod refs;
pub mod report;
pub mod roadmap;
pub mod set;
pub mod show;
pub mod split;
pub mod status;
pub mod suggest;
pub mod sync;
pub mod trend;
pub mod tui;
pub mod who;

pub use context::Context;
pub use failure::{Exit, Failure, Kind};
pub use global::Global;

/// Keeps a value until the process ends: to give ten thousand pieces of memory back one by one takes longer than to draw
/// the table.
fn keep<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}
