//! The host: what the screens need from the rest of the program.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::domain::{Date, World};
use crate::tui::input::keymap::Keymap;
use crate::tui::model::{Fetch, Msg, Question};
use crate::tui::theme::Theme;

/// A future of a background task.
pub type BackgroundTask<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
/// Where a sync reports its progress, and hands out what came.
pub type Post = Arc<dyn Fn(Msg) + Send + Sync>;

/// Loads, fetches and writes for the screens. Calls may take long: they are made beside the loop. Errors are text for
/// people.
pub trait Host: Send + Sync {
    /// Loads roadmap, issues and groups.
    fn load(&self) -> Result<World, String>;
    /// Fetches, reports while it runs, and says in a line what came; ends early where it is notified.
    fn sync(&self, fetch: Fetch, post: Post, stop: Arc<Notify>) -> BackgroundTask<Result<String, String>>;
    /// Answers a question.
    fn answer(&self, question: Question) -> Msg;
}

/// How the screens begin.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Options {
    /// Whether to fetch at once, since what is there is old.
    pub is_old: bool,
    /// Whether the world that the screens begin with has only issues that the roadmap links to: the others are loaded
    /// when something that shows looks at them.
    pub is_partial: bool,
    /// Why nothing can be fetched; `None` where it can.
    pub no_sync: Option<&'static str>,
    /// Whether a day to show was asked for.
    pub has_day: bool,
    /// Whether the settings name a checkout.
    pub has_checkout: bool,
    /// The roadmap file; `None` for the example.
    pub roadmap: Option<PathBuf>,
    /// The day of the last meeting, if it is known.
    pub meeting: Option<Date>,
    /// Days on which groups met, by group.
    pub met: HashMap<String, Date>,
    /// The keys.
    pub keymap: Keymap,
    /// Colours and signs.
    pub theme: Theme,
    /// Whether to take the mouse.
    pub mouse: bool,
}
