//! Freshness: data older than `--max-age` is fetched again before it is shown. If that fails, the old data is shown and
//! the exit code says so.

use std::future::Future;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

use super::{Context, Failure};
use crate::domain::{Origin, Repo, Roadmap, Snapshot, Timestamp};
use crate::sources::github::{Access, GithubError, News, SyncRequest};
use crate::sources::refresh::{self, Refreshed, Unagreed};
use crate::sources::{cache, paths};
use crate::words;

/// The default of `--max-age`.
const MAX_AGE: Duration = Duration::from_hours(1);

/// How far in the future a time of fetching may be, in seconds: another process may have stored it just now.
const CLOCK_SKEW: i64 = 300;

/// Returns the issues, fetched again if they are too old.
pub(super) fn fresh(context: &Context, roadmap: &Roadmap, snapshot: Snapshot) -> Result<Snapshot, Failure> {
    if context.global.from_cache || !words::needs_issues(roadmap) {
        return Ok(snapshot);
    }
    let completed = completed_at(context, roadmap);
    let snapshot = of_roadmap(snapshot, completed);
    let is_young = is_complete_and_young(context, &snapshot, completed);
    if is_young && !has_unrequested_links(roadmap, &snapshot) {
        return Ok(snapshot);
    }
    if context.global.offline {
        // With `--offline`, old issues are expected, unless `--max-age` is given, too.
        if context.global.max_age.is_some() && !is_young {
            context.note("note: the issues are older than --max-age, and --offline forbids fetching newer ones");
            context.is_stale.set(true);
        }
        return Ok(snapshot);
    }
    fetch(context, roadmap, snapshot)
}

/// Whether to fetch the issues of a roadmap before they are shown.
pub(super) fn is_old(context: &Context, roadmap: &Roadmap, snapshot: &Snapshot) -> bool {
    !is_complete_and_young(context, snapshot, completed_at(context, roadmap))
        || has_unrequested_links(roadmap, snapshot)
}

/// Returns when a sync of this roadmap was last complete. Those of other roadmaps of the repository do not count: they need
/// other issues.
fn completed_at(context: &Context, roadmap: &Roadmap) -> Option<Timestamp> {
    cache::completed_at(&context.paths, &context.cache_key(roadmap).ok()?, &name(context))
}

/// Dates the issues by the last complete sync of the roadmap.
fn of_roadmap(snapshot: Snapshot, completed: Option<Timestamp>) -> Snapshot {
    match completed.filter(|completed| snapshot.fetched_at.is_some_and(|fetched| *completed < fetched)) {
        Some(completed) => Snapshot { fetched_at: Some(completed), ..snapshot },
        None => snapshot,
    }
}

fn is_complete_and_young(context: &Context, snapshot: &Snapshot, completed: Option<Timestamp>) -> bool {
    is_young(context, snapshot.fetched_at) && is_young(context, completed)
}

/// Whether the roadmap links to an issue that no sync has requested: it was added since.
fn has_unrequested_links(roadmap: &Roadmap, snapshot: &Snapshot) -> bool {
    roadmap.linked_issues().into_iter().any(|id| snapshot.issue(id).is_none() && !snapshot.missing.contains_key(id))
}

/// Returns the age from which issues are fetched again.
pub(super) fn max_age(context: &Context) -> Duration {
    context.global.max_age.or(context.settings.max_age).unwrap_or(MAX_AGE)
}

/// Whether issues fetched at a moment are within `--max-age`. A moment in the future comes from a wrong clock, so they are not.
fn is_young(context: &Context, fetched_at: Option<Timestamp>) -> bool {
    let limit = max_age(context).as_secs();
    let age = fetched_at.map(|then| context.now.0.saturating_sub(then.0));
    age.is_some_and(|age| age >= -CLOCK_SKEW && u64::try_from(age).unwrap_or(0) <= limit)
}

fn fetch(context: &Context, roadmap: &Roadmap, old: Snapshot) -> Result<Snapshot, Failure> {
    let line = progress_line("looking for a token".to_owned());
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
        return Ok(warn_of_consent(context, old, &describe_unagreed(&what)));
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

/// Warns that older issues are shown, and why.
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
        context.is_stale.set(true);
    }
    snapshot
}

/// Describes the requests for which the token would be used.
pub(super) fn describe_unagreed(what: &Unagreed) -> String {
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

/// Warns that nothing was fetched: the roadmap may be a stranger's, so the token is not used for it before a first
/// `offramp sync`.
fn warn_of_consent(context: &Context, snapshot: Snapshot, what: &str) -> Snapshot {
    context.note(&format!(
        "warning: nothing was fetched, since you have not allowed it yet: {what}\n\
         hint: run `offramp sync` once to allow it; `offramp sync --dry-run` shows its requests, `--offline` avoids this warning"
    ));
    context.is_stale.set(true);
    snapshot
}

/// Builds the request for what a roadmap needs.
pub(super) fn request(context: &Context, roadmap: &Roadmap, access: Access) -> SyncRequest {
    if let Some(note) = &access.withheld {
        context.note(&format!("note: {note}"));
    }
    let request = SyncRequest::of_roadmap(roadmap, context.repo(roadmap), access, context.now);
    // Typing `--max-age` asks for newer issues.
    SyncRequest { roadmap: name(context), is_asked_for: context.global.max_age.is_some(), ..request }
}

/// Returns the name under which the cache keeps the sync state of a roadmap.
fn name(context: &Context) -> String {
    match context.origin() {
        Origin::File(path) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        origin @ Origin::Example(_) => paths::origin(&origin),
    }
}

/// Syncs, with a progress line on a terminal.
pub(super) fn refresh(context: &Context, request: &SyncRequest) -> Result<Refreshed, Failure> {
    let line = progress_line(format!("asking {}", request.access.api.host()));
    to_an_end(context, request, None, &line)
}

/// Returns a progress line on stderr, erased when it is dropped; hidden unless stderr is a terminal.
fn progress_line(text: String) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg}").expect("the template is valid");
    let line = ProgressBar::new_spinner().with_style(style).with_finish(ProgressFinish::AndClear).with_message(text);
    line.tick();
    line
}

/// Syncs to the end, or until a signal or the time limit; then what has arrived is stored.
fn to_an_end(
    context: &Context,
    request: &SyncRequest,
    limit: Option<Duration>,
    line: &ProgressBar,
) -> Result<Refreshed, Failure> {
    line.set_message(format!("asking {}", request.access.api.host()));
    let tell = |news: News<'_>| {
        if let News::Progress(progress) = news {
            line.set_message(words::requests(progress.done.into(), progress.total.into()));
        }
    };
    run_on(async {
        let mut work = std::pin::pin!(refresh::refresh(&context.paths, request, &tell));
        let signal = tokio::select! {
            refreshed = &mut work => return Ok(refreshed),
            signal = ending() => Some(signal),
            () = time_limit(limit) => None,
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

async fn time_limit(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// Runs a future to its end, or until a signal.
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
    // A pending DNS lookup must not delay the exit.
    runtime.shutdown_background();
    Ok(done)
}

/// Waits for SIGINT or SIGTERM and returns its number.
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
