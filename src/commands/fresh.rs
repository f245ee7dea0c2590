//! Freshness: data older than `--max-age` is fetched again before it is shown. Where that fails, the old
//! data is the answer, and the exit code says so. The network is reached only here and by `sync`.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use super::{Context, Failure};
use crate::domain::{Origin, Repo, Roadmap, Snapshot, Timestamp};
use crate::sources::github::{Access, GithubError, News, SyncRequest};
use crate::sources::refresh::{self, Refreshed, Unagreed};
use crate::sources::{cache, clock};
use crate::words;

/// The default of `--max-age`.
const MAX_AGE: Duration = Duration::from_hours(1);

/// How far ahead a moment may be, in seconds, that another process of this machine noted.
const CLOCK_SKEW: i64 = 300;

/// Returns the issues, fetched again where they are older than they may be.
pub(super) fn fresh(context: &Context, roadmap: &Roadmap, snapshot: Snapshot) -> Result<Snapshot, Failure> {
    if context.global.from_cache || !words::needs_issues(roadmap) {
        return Ok(snapshot);
    }
    let completed = completed_at(context, roadmap);
    let snapshot = of_roadmap(snapshot, completed);
    let is_young = is_complete_and_young(context, &snapshot, completed);
    if is_young && !lacks_what_was_never_asked_for(roadmap, &snapshot) {
        return Ok(snapshot);
    }
    if context.global.offline {
        // With `--offline`, old issues are expected, unless `--max-age` came with it.
        if context.global.max_age.is_some() && !is_young {
            context.note("note: the issues are older than --max-age, and --offline keeps them so");
            context.mark_stale();
        }
        return Ok(snapshot);
    }
    fetch(context, roadmap, snapshot)
}

/// Whether to fetch the issues of a roadmap before they are shown.
pub(super) fn is_old(context: &Context, roadmap: &Roadmap, snapshot: &Snapshot) -> bool {
    !is_complete_and_young(context, snapshot, completed_at(context, roadmap))
        || lacks_what_was_never_asked_for(roadmap, snapshot)
}

/// Returns when a sync of this very roadmap last got an answer to everything: another one of the same repository does not
/// ask for all that this one needs.
fn completed_at(context: &Context, roadmap: &Roadmap) -> Option<Timestamp> {
    cache::completed_at(&context.paths, &context.cache_key(roadmap).ok()?, &name(context))
}

/// Gives issues the age that they have for a roadmap.
fn of_roadmap(snapshot: Snapshot, completed: Option<Timestamp>) -> Snapshot {
    match completed.filter(|completed| snapshot.fetched_at.is_some_and(|fetched| *completed < fetched)) {
        Some(completed) => {
            Snapshot { fetched_at: Some(completed), fetched_on: Some(clock::day(completed)), ..snapshot }
        }
        None => snapshot,
    }
}

fn is_complete_and_young(context: &Context, snapshot: &Snapshot, completed: Option<Timestamp>) -> bool {
    is_young(context, snapshot.fetched_at) && is_young(context, completed)
}

/// Whether the roadmap links to an issue that no sync asked for: it was added since.
fn lacks_what_was_never_asked_for(roadmap: &Roadmap, snapshot: &Snapshot) -> bool {
    roadmap.linked_issues().into_iter().any(|id| snapshot.issue(id).is_none() && !snapshot.missing.contains_key(id))
}

/// Whether issues that were fetched at a moment are younger than `--max-age`; a moment in the future comes from a wrong clock.
fn is_young(context: &Context, fetched_at: Option<Timestamp>) -> bool {
    let limit = context.global.max_age.or(context.settings.max_age).unwrap_or(MAX_AGE).as_secs();
    let age = fetched_at.map(|then| context.now.0.saturating_sub(then.0));
    age.is_some_and(|age| age >= -CLOCK_SKEW && u64::try_from(age).unwrap_or(0) <= limit)
}

fn fetch(context: &Context, roadmap: &Roadmap, old: Snapshot) -> Result<Snapshot, Failure> {
    let line = ProgressLine::begin("looking for a token");
    let access = match run(Access::of_environment())? {
        Ok(access) => access,
        Err(error) => {
            drop(line);
            let is_young = is_complete_and_young(context, &old, completed_at(context, roadmap));
            return Ok(answer_from_old(context, old, is_young, &error));
        }
    };
    let request = request(context, roadmap, access);
    if let Some(what) = refresh::unagreed(&context.paths, &request) {
        drop(line);
        return Ok(unasked(context, old, &unagreed(&what)));
    }
    let limit = (!old.issues.is_empty()).then_some(request.policy.with_old_data);
    let refreshed = to_an_end(context, &request, limit, &line)?;
    drop(line);
    if let Some(error @ GithubError::Interrupted { .. }) = refreshed.error {
        return Err(error.into());
    }
    context.notes(&refreshed.loaded.notes);
    let completed = refreshed.loaded.state.interests.get(&request.roadmap).and_then(|own| own.completed_at);
    let snapshot = of_roadmap(refreshed.loaded.snapshot, completed);
    let is_young = is_complete_and_young(context, &snapshot, completed);
    Ok(match refreshed.error {
        Some(error) => answer_from_old(context, snapshot, is_young, &error),
        None => snapshot,
    })
}

/// Says why the answer is of older issues.
fn answer_from_old(context: &Context, snapshot: Snapshot, is_young: bool, error: &GithubError) -> Snapshot {
    let what = match snapshot.fetched_at {
        Some(_) if is_young => "not all issues could be refreshed".to_owned(),
        None if !snapshot.issues.is_empty() => "not all issues could be fetched".to_owned(),
        Some(fetched) => format!("the issues could not be refreshed; showing those from {}", words::clock(fetched)),
        None => "the issues could not be fetched, and there are none from earlier".to_owned(),
    };
    let hint = error.hint();
    context.note(&format!("warning: {what}: {error}\nhint: {hint}"));
    if !is_young {
        context.mark_stale();
    }
    snapshot
}

/// Says what a token would be used for.
pub(super) fn unagreed(what: &Unagreed) -> String {
    let (issues, requests) = (
        words::count(what.issues as u64, "issue", "issues"),
        words::count(what.requests.into(), "request", "requests"),
    );
    let named: Vec<&str> = what.repos.iter().take(3).map(Repo::as_str).collect();
    let others = match what.repos.len().saturating_sub(named.len()) {
        0 => String::new(),
        others => format!(" and {}", words::count(others as u64, "other repository", "other repositories")),
    };
    let Unagreed { host, token, .. } = what;
    format!("{issues} of {}{others}, in {requests} or more to {host} with the token of {token}", named.join(", "))
}

/// Says what `offramp sync` would ask for: nothing is asked with the user's token for a roadmap that may be a stranger's.
fn unasked(context: &Context, snapshot: Snapshot, what: &str) -> Snapshot {
    context.note(&format!(
        "warning: nothing was fetched, since you have not asked for it yet: {what}\n\
         hint: run `offramp sync` once to allow it; `offramp sync --dry-run` shows its requests, `--offline` avoids this warning"
    ));
    context.mark_stale();
    snapshot
}

/// Asks for what a roadmap needs.
pub(super) fn request(context: &Context, roadmap: &Roadmap, access: Access) -> SyncRequest {
    if let Some(note) = &access.withheld {
        context.note(&format!("note: {note}"));
    }
    let request =
        SyncRequest::of_roadmap(roadmap, context.repo(roadmap), &context.settings.robots, access, context.now);
    // An age that is typed asks for newer issues.
    SyncRequest { roadmap: name(context), is_asked_for: context.global.max_age.is_some(), ..request }
}

/// Returns the name under which the cache keeps what a roadmap wants.
fn name(context: &Context) -> String {
    match context.origin() {
        Ok(Origin::File(path)) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        Ok(origin @ Origin::Example(_)) => crate::sources::paths::origin(&origin),
        Err(_) => "example".to_owned(),
    }
}

/// Syncs, with a line of progress on a terminal.
pub(super) fn refresh(context: &Context, request: &SyncRequest) -> Result<Refreshed, Failure> {
    let line = ProgressLine::begin(&format!("asking {}", request.access.api.host()));
    to_an_end(context, request, None, &line)
}

/// A line on the terminal that says what is waited for; goes away with its end.
struct ProgressLine {
    is_watched: bool,
}

impl ProgressLine {
    fn begin(text: &str) -> Self {
        let line = Self { is_watched: io::stderr().is_terminal() };
        line.show(text);
        line
    }

    fn show(&self, text: &str) {
        if self.is_watched {
            // Losing a line of progress is harmless.
            let _ = write!(io::stderr().lock(), "\r\x1b[K{text} ");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.is_watched {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

/// Syncs to the end, to a signal or to the limit: then what came is stored first.
fn to_an_end(
    context: &Context,
    request: &SyncRequest,
    limit: Option<Duration>,
    line: &ProgressLine,
) -> Result<Refreshed, Failure> {
    line.show(&format!("asking {}", request.access.api.host()));
    let tell = |news: News<'_>| {
        if let News::Progress(progress) = news {
            line.show(&words::requests(progress.done.into(), progress.total.into()));
        }
    };
    run_on(async {
        let mut work = std::pin::pin!(refresh::refresh(&context.paths, request, &tell));
        let signal = tokio::select! {
            refreshed = &mut work => return Ok(refreshed),
            signal = ending() => Some(signal),
            () = patience(limit) => None,
        };
        request.stop.notify_one();
        // A second signal ends at once, without storing.
        let mut refreshed = tokio::select! {
            refreshed = work => refreshed,
            signal = ending() => return Err(GithubError::Interrupted { signal }.into()),
        };
        refreshed.error = refreshed.error.map(|error| match (error, signal) {
            (GithubError::Interrupted { .. }, Some(signal)) => GithubError::Interrupted { signal },
            (GithubError::Interrupted { .. }, None) => GithubError::Patience(limit.unwrap_or_default().as_secs()),
            (other, _) => other,
        });
        Ok(refreshed)
    })?
}

async fn patience(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
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
    tokio::select! {
        _ = tokio::signal::ctrl_c() => 2,
        () = terminated() => 15,
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut stream) => drop(stream.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
