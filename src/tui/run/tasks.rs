//! Background tasks: each sends one message with a `Result`, and at most one sync runs at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Fetch, Msg, Screens};
use crate::sources::{browser, clipboard};
use crate::tui::model::message::Copied;
use crate::tui::model::{Question, Sync};

/// The time limit, on quitting, to store what a sync has fetched.
const STORE_TIMEOUT: Duration = Duration::from_millis(500);

/// The state of loading the world.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Loading {
    #[default]
    Idle,
    Running,
    /// Running, and to be repeated, since something changed after it began.
    Again,
}

impl Screens {
    /// Reloads the world in the background. One load runs at a time, so that an older state of the file never replaces a
    /// newer one; a change during a load starts another one after it.
    pub(super) fn load(&mut self) {
        if self.loading != Loading::Idle {
            self.loading = Loading::Again;
            return;
        }
        self.loading = Loading::Running;
        let host = Arc::clone(&self.host);
        self.spawn(move || Msg::Loaded(host.load().map(Box::new)));
    }

    /// Handles the end of a load, and repeats it if needed.
    pub(super) fn loaded(&mut self) {
        if std::mem::take(&mut self.loading) == Loading::Again {
            self.load();
        }
    }

    /// Runs a task of the host in the background.
    pub(super) fn ask(&self, question: Question) {
        let host = Arc::clone(&self.host);
        self.spawn(move || host.answer(question));
    }

    /// Opens a page of GitHub's web host, or a link of the roadmap.
    pub(super) fn browse(&self, url: String) {
        let is_named = self.model.world.roadmap.page_links().any(|link| link.url == url);
        let web = self.model.world.web.clone();
        self.spawn(move || {
            let opened = if is_named { browser::open_page(&url) } else { browser::open(&url, &web) };
            let failed = |error| format!("{error}; {{copy}} copies the link");
            Msg::Notice(opened.map(|()| format!("opened {url}")).map_err(failed))
        });
    }

    /// Copies text to the clipboard.
    pub(super) fn copy(&self, copied: Copied) {
        self.spawn(move || copy(copied));
    }

    fn spawn(&self, work: impl FnOnce() -> Msg + Send + 'static) {
        let post = self.post.clone();
        // A panic in a task ends the program through the panic hook.
        drop(tokio::task::spawn_blocking(move || post.send(work())));
    }

    /// Starts a sync, unless one is running.
    pub(super) fn sync(&mut self, fetch: Fetch) {
        if let Some(why) = self.model.no_sync {
            return self.model.complain(why);
        }
        if self.syncing.as_ref().is_some_and(|(task, _)| !task.is_finished()) {
            return;
        }
        self.model.sync = Sync::Running(0, 0);
        let (post, progress) = (self.post.clone(), self.post.clone());
        let report = Arc::new(move |msg| drop(progress.send(msg)));
        let stop = Arc::new(Notify::new());
        let work = self.host.sync(fetch, report, Arc::clone(&stop));
        let task = tokio::spawn(async move {
            let result = work.await;
            let _ = post.send(Msg::Synced(result));
        });
        self.syncing = Some((task, stop));
    }

    /// Stops a running sync, and waits briefly for it to store what it has fetched.
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
