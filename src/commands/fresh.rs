//! Freshness: data older than `--max-age` is fetched anew before it is shown. Where that fails, the old
//! data is the answer, and the exit code says so. The network is reached only here and by `sync`.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::{Context, Failure};
use crate::domain::{Origin, Roadmap, Snapshot, Timestamp};
use crate::sources::github::{Access, GithubError, News, SyncRequest};
use crate::sources::refresh::{self, Refreshed};

/// How old data may be where nobody says otherwise.
const MAX_AGE: Duration = Duration::from_hours(1);

/// Returns the issues, fetched anew where they are older than they may be.
pub(super) fn fresh(context: &Context, roadmap: &Roadmap, snapshot: Snapshot) -> Result<Snapshot, Failure> {
    if context.global.from_cache || is_young(context, snapshot.fetched_at) {
        return Ok(snapshot);
    }
    if context.global.offline {
        // Who says `--offline` knows; only an age that was asked for in the same breath is missed.
        if context.global.max_age.is_some() {
            context.note("note: the issues are older than --max-age, and --offline keeps them so");
            context.mark_stale();
        }
        return Ok(snapshot);
    }
    fetch(context, roadmap, snapshot)
}

fn is_young(context: &Context, taken: Option<Timestamp>) -> bool {
    let limit = context.global.max_age.or(context.settings.max_age).unwrap_or(MAX_AGE).as_secs();
    taken.is_some_and(|taken| u64::try_from(context.now.0.saturating_sub(taken.0)).unwrap_or(0) <= limit)
}

fn fetch(context: &Context, roadmap: &Roadmap, old: Snapshot) -> Result<Snapshot, Failure> {
    let refreshed = match run(Access::of_environment())? {
        Ok(access) => Ok(to_an_end(context, &request(context, roadmap, access), &|_| {})?),
        Err(trouble) => Err(trouble),
    };
    let (snapshot, trouble) = match refreshed {
        Ok(Refreshed { trouble: Some(trouble @ GithubError::Interrupted { .. }), .. }) => return Err(trouble.into()),
        Ok(refreshed) => {
            refreshed.loaded.notes.iter().for_each(|note| context.note(&format!("note: {note}")));
            (refreshed.loaded.snapshot, refreshed.trouble)
        }
        Err(trouble) => (old, Some(trouble)),
    };
    if let Some(trouble) = trouble {
        let age = match snapshot.fetched_at {
            Some(taken) if is_young(context, Some(taken)) => "not all of them came".to_owned(),
            Some(taken) => format!("these are of {}", crate::words::clock(taken)),
            None => "there are none".to_owned(),
        };
        let hint = trouble.hint();
        context.note(&format!("warning: the issues could not be fetched anew, {age}: {trouble}\nhint: {hint}"));
        if !is_young(context, snapshot.fetched_at) {
            context.mark_stale();
        }
    }
    Ok(snapshot)
}

/// Asks for what a roadmap needs.
pub(super) fn request(context: &Context, roadmap: &Roadmap, access: Access) -> SyncRequest {
    if let Some(note) = &access.withheld {
        context.note(&format!("note: {note}"));
    }
    let request =
        SyncRequest::of_roadmap(roadmap, context.repo(roadmap), &context.settings.robots, access, context.now);
    let name = match context.origin() {
        Ok(Origin::File(path)) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        Ok(Origin::Example) | Err(_) => "example".to_owned(),
    };
    SyncRequest { roadmap: name, ..request }
}

/// Syncs, with a line of progress where somebody watches.
pub(super) fn refresh(context: &Context, request: &SyncRequest) -> Result<Refreshed, Failure> {
    let is_watched = io::stderr().is_terminal();
    let show = move |news: News<'_>| {
        if let (News::Progress(progress), true) = (news, is_watched) {
            // Nobody misses a line of progress that cannot be written.
            let _ = write!(io::stderr().lock(), "\r{} of {} requests ", progress.done, progress.total);
        }
    };
    let refreshed = to_an_end(context, request, &show);
    if is_watched {
        let _ = write!(io::stderr().lock(), "\r\x1b[K");
    }
    refreshed
}

/// Syncs to the end, or to a signal: then what came is stored first.
fn to_an_end(
    context: &Context,
    request: &SyncRequest,
    tell: &(dyn Fn(News<'_>) + Send + Sync),
) -> Result<Refreshed, Failure> {
    run_on(async {
        let mut work = std::pin::pin!(refresh::refresh(&context.paths, request, tell));
        let signal = tokio::select! {
            refreshed = &mut work => return Ok(refreshed),
            signal = ending() => signal,
        };
        request.stop.notify_one();
        // Who asks twice does not wait for the disk.
        let mut refreshed = tokio::select! {
            refreshed = work => refreshed,
            signal = ending() => return Err(GithubError::Interrupted { signal }.into()),
        };
        refreshed.trouble = refreshed.trouble.map(|trouble| match trouble {
            GithubError::Interrupted { .. } => GithubError::Interrupted { signal },
            other => other,
        });
        Ok(refreshed)
    })?
}

/// Runs a future to its end, or to a signal.
pub(super) fn run<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    run_on(async {
        tokio::select! {
            done = work => Ok(done),
            signal = ending() => Err(GithubError::Interrupted { signal }.into()),
        }
    })?
}

fn run_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed("the network cannot be used").because(error))?;
    let done = runtime.block_on(work);
    // A name that is being resolved must not hold up the end.
    runtime.shutdown_background();
    Ok(done)
}

/// Waits for a signal that asks to end; returns its number.
async fn ending() -> u8 {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => drop(stream.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => 2,
        () = terminated => 15,
    }
}
