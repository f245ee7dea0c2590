//! The host: the interface to the rest of the program.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::domain::World;
use crate::tui::model::{Fetch, Msg, Question};
use crate::tui::theme::Theme;

/// A future of a background task.
pub type BackgroundTask<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
/// The callback by which a sync reports progress and fetched issues.
pub type Post = Arc<dyn Fn(Msg) + Send + Sync>;

/// Loads, fetches and writes for the event loop, which calls it on background threads. Errors are text for people.
pub trait Host: Send + Sync {
    /// Loads the roadmap, the issues and the groups.
    fn load(&self) -> Result<World, String>;
    /// Runs a sync, and returns a one-line summary; ends early when `stop` is notified.
    fn sync(&self, fetch: Fetch, post: Post, stop: Arc<Notify>) -> BackgroundTask<Result<String, String>>;
    /// Runs a task.
    fn answer(&self, question: Question) -> Msg;
}

/// The options of the terminal user interface.
#[derive(Debug)]
pub struct Options {
    /// Whether the data is old and a sync should start at once.
    pub is_old: bool,
    /// The theme.
    pub theme: Theme,
    /// Whether to capture the mouse.
    pub mouse: bool,
}
