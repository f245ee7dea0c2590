//! Background tasks: each returns one message with a `Result` inside, and at most one sync runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Fetch, Msg, Screens};
use crate::sources::{browser, clipboard};
use crate::tui::model::message::Copied;
use crate::tui::model::{Question, Sync};

/// How long who quits waits for what came to be stored.
const STORE_TIMEOUT: Duration = Duration::from_millis(500);

/// Whether the world is being loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Loading {
    #[default]
    Idle,
    Running,
    /// Once more when it is there: something changed since it began.
    Again,
}

impl Screens {
    /// Loads the world again; what is shown stays until it is there. One load at a time, so that an older state of the
    /// file never arrives after a newer one; what changes meanwhile is loaded after it.
    pub(super) fn load(&mut self) {
        if self.loading != Loading::Idle {
            self.loading = Loading::Again;
            return;
        }
        self.loading = Loading::Running;
        let host = Arc::clone(&self.host);
        self.spawn(move || Msg::Loaded(host.load().map(Box::new)));
    }

    /// Notes that a load has come to its end, and starts the next one where it is wanted.
    pub(super) fn loaded(&mut self) {
        if std::mem::take(&mut self.loading) == Loading::Again {
            self.load();
        }
    }

    /// Has a question answered beside the loop.
    pub(super) fn ask(&self, question: Question) {
        let host = Arc::clone(&self.host);
        self.spawn(move || host.answer(question));
    }

    /// Opens a page of the web host, or one that the roadmap names.
    pub(super) fn browse(&self, url: String) {
        let is_named = self.model.world.roadmap.page_links().any(|link| link.url == url);
        let web = self.model.world.web.clone();
        self.spawn(move || {
            let opened = if is_named { browser::open_page(&url) } else { browser::open(&url, &web) };
            let failed = |error| format!("{error}; {{copy}} copies the link");
            Msg::Notice(opened.map(|()| format!("opened {url}")).map_err(failed))
        });
    }

    /// Puts text on the clipboard.
    pub(super) fn copy(&self, copied: Copied) {
        self.spawn(move || copy(copied));
    }

    fn spawn(&self, work: impl FnOnce() -> Msg + Send + 'static) {
        let post = self.post.clone();
        // A task that panics ends the program through the hook of the terminal.
        drop(tokio::task::spawn_blocking(move || post.send(work())));
    }

    /// Starts a sync, unless one runs.
    pub(super) fn sync(&mut self, fetch: Fetch) {
        if let Some(why) = self.model.no_sync {
            return self.model.complain(why);
        }
        if self.syncing.as_ref().is_some_and(|(task, _)| !task.is_finished()) {
            return;
        }
        self.model.sync = Sync::Running(0, 0);
        let (post, news) = (self.post.clone(), self.post.clone());
        let tell = Arc::new(move |msg| drop(news.send(msg)));
        let stop = Arc::new(Notify::new());
        let work = self.host.sync(fetch, tell, Arc::clone(&stop));
        let task = tokio::spawn(async move {
            let result = work.await;
            let _ = post.send(Msg::Synced(result));
        });
        self.syncing = Some((task, stop));
    }

    /// Ends a sync that still runs; what came is stored, if that is quick.
    pub(super) async fn end_sync(&mut self) {
        if let Some((task, stop)) = self.syncing.take() {
            stop.notify_one();
            let _ = tokio::time::timeout(STORE_TIMEOUT, task).await;
        }
    }
}

fn copy(copied: Copied) -> Msg {
    match clipboard::Route::of_environment() {
        clipboard::Route::Terminal => Msg::NoClipboard(copied),
        clipboard::Route::Tool(program, arguments) => match clipboard::copy(program, arguments, &copied.text) {
            Ok(()) => Msg::Notice(Ok(format!("copied {}", copied.what))),
            Err(_) => Msg::NoClipboard(copied),
        },
    }
}
