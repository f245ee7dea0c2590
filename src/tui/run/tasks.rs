//! Background tasks: each returns one message with a `Result` inside, and at most one sync runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Effect, Fetch, Msg, Screens};
use crate::domain::Origin;
use crate::tui::model::Sync;

/// How long who quits waits for what came to be stored.
const PATIENCE: Duration = Duration::from_millis(500);

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
    /// Loads the world anew; what is shown stays until it is there. One load at a time, so that an older state of the
    /// file never arrives after a newer one; what changes meanwhile is loaded after it.
    pub(super) fn load(&mut self) {
        if self.loading != Loading::Idle {
            self.loading = Loading::Again;
            return;
        }
        self.loading = Loading::Running;
        let load = Arc::clone(&self.sources.load);
        self.spawn(move || Msg::Loaded(load().map(Box::new)));
    }

    /// Notes that a load has come to its end, and starts the next one where it is wanted.
    pub(super) fn loaded(&mut self) {
        if std::mem::take(&mut self.loading) == Loading::Again {
            self.load();
        }
    }

    /// Does what is asked for elsewhere and posts what came of it.
    pub(super) fn ask(&self, effect: Effect) {
        match effect {
            Effect::Plan(edit) => {
                let (plan, seen) = (Arc::clone(&self.sources.plan), self.model.world.roadmap.clone());
                self.spawn(move || {
                    let diff = plan(&edit, &seen);
                    Msg::Planned(edit, diff)
                });
            }
            Effect::Apply(edit, agreed) => {
                let (apply, seen) = (Arc::clone(&self.sources.apply), self.model.world.roadmap.clone());
                self.spawn(move || Msg::Done(apply(&edit, &seen, &agreed)));
            }
            Effect::Report => {
                let report = Arc::clone(&self.sources.report);
                let (date, since) = (self.model.world.date, self.model.begin());
                self.spawn(move || Msg::Done(report((date, since))));
            }
            Effect::Meeting(date) => {
                let remember = Arc::clone(&self.sources.remember);
                self.spawn(move || Msg::Done(remember(date)));
            }
            Effect::Left(counter) => {
                let left = Arc::clone(&self.sources.left);
                self.spawn(move || Msg::Left(counter.clone(), left(counter)));
            }
            Effect::Count(day) => {
                let Some(code) = self.sources.code.clone() else { return };
                self.spawn(move || Msg::Counted(day, code(day)));
            }
            Effect::Body(issue) => {
                let body = Arc::clone(&self.sources.body);
                // Without its text an issue still shows everything else.
                self.spawn(move || Msg::Body(issue.clone(), body(issue).unwrap_or_default()));
            }
            Effect::Quit
            | Effect::Suspend
            | Effect::Browse(_)
            | Effect::Copy(_)
            | Effect::Edit(_)
            | Effect::Sync(_)
            | Effect::Reload => {}
        }
    }

    fn spawn(&self, work: impl FnOnce() -> Msg + Send + 'static) {
        let post = self.post.clone();
        // A task that panics ends the program through the hook of the terminal.
        drop(tokio::task::spawn_blocking(move || post.send(work())));
    }

    /// Starts a sync, unless one runs.
    pub(super) fn sync(&mut self, fetch: Fetch) {
        let Some(sync) = self.sources.sync.clone() else {
            return self.model.complain(match self.model.world.origin {
                Origin::Example => "the example is as it was; `offramp init` writes a roadmap with issues to fetch",
                Origin::File(_) => "`--offline` or OFFRAMP_OFFLINE forbids to fetch",
            });
        };
        if self.syncing.as_ref().is_some_and(|(task, _)| !task.is_finished()) {
            return;
        }
        self.model.sync = Sync::Running(0, 0);
        let (post, news) = (self.post.clone(), self.post.clone());
        let tell = Arc::new(move |msg| drop(news.send(msg)));
        let stop = Arc::new(Notify::new());
        let work = sync(fetch, tell, Arc::clone(&stop));
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
            let _ = tokio::time::timeout(PATIENCE, task).await;
        }
    }
}
