//! Refreshes the cache: loads it, syncs with GitHub, and stores the result. Used by commands and screens.

use super::cache::{self, CacheKey, DatabaseError, LoadedCache};
use super::github::{self, GithubError, News, Summary, SyncOutcome, SyncRequest};
use super::paths::Paths;
use crate::domain::Repo;

/// The result of a refresh: after an error, the old data with everything fetched so far.
#[derive(Debug)]
pub struct Refreshed {
    /// The data as stored, or as it would be stored if the write failed.
    pub loaded: LoadedCache,
    /// What changed.
    pub summary: Summary,
    /// Why the sync ended early.
    pub error: Option<GithubError>,
    /// Why the result could not be stored.
    pub not_stored: Option<DatabaseError>,
}

/// Returns the cache key of a request.
pub fn key(request: &SyncRequest) -> CacheKey {
    CacheKey { host: request.access.api.host().to_owned(), repo: request.home.clone() }
}

/// Loads, syncs and stores, including partial data after an error or `request.stop`. Dropping the future leaves the
/// cache unchanged. If the cache cannot be written, the fetched data is returned with a note.
pub async fn refresh(paths: &Paths, request: &SyncRequest, tell: &(dyn Fn(News<'_>) + Send + Sync)) -> Refreshed {
    let key = key(request);
    let mut loaded = cache::load(paths, &key);
    let base = (std::mem::take(&mut loaded.snapshot), std::mem::take(&mut loaded.state));
    let (snapshot, state) = base.clone();
    let outcome = github::sync(request, snapshot, state, tell).await;
    if is_interrupted_without_data(&outcome) {
        (loaded.snapshot, loaded.state) = (outcome.snapshot, outcome.state);
        return Refreshed { loaded, summary: outcome.summary, error: outcome.error, not_stored: None };
    }
    let notes = std::mem::take(&mut loaded.notes);
    let (mut loaded, error) = cache::store(paths, &key, &base, (outcome.snapshot, outcome.state));
    let of_store = std::mem::take(&mut loaded.notes);
    loaded.notes = notes.into_iter().chain(of_store).collect();
    let has_old = !base.0.issues.is_empty();
    if let Some(text) = error.as_ref().and_then(|error| note(error, has_old, &loaded.notes)) {
        loaded.notes.push(text);
    }
    Refreshed { loaded, summary: outcome.summary, error: outcome.error, not_stored: error }
}

/// Returns the note of a failed write, unless a note already names the file.
fn note(error: &DatabaseError, has_old: bool, notes: &[String]) -> Option<String> {
    let text = error.to_string();
    let file = text.split(" cannot be ").next().unwrap_or_default();
    let is_shown = has_old && matches!(error, DatabaseError::Unwritable { .. });
    let shown = if is_shown { "; nothing is stored, and the issues in it are shown" } else { "" };
    (!notes.iter().any(|note| note.starts_with(file))).then(|| format!("{text}{shown}"))
}

/// Requests with the user's token that the user has not agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unagreed {
    /// The repositories, sorted.
    pub repos: Vec<Repo>,
    /// The number of issues that the roadmap links to.
    pub issues: usize,
    /// The minimum number of requests.
    pub requests: u32,
    /// The host of the API.
    pub host: String,
    /// Where the token comes from.
    pub token: &'static str,
}

/// Returns the requests that need the user's agreement before a sync; `None` if the sync may start. A cloned roadmap
/// may name any repository, so it must not use the user's token without being told to.
pub fn unagreed(paths: &Paths, request: &SyncRequest) -> Option<Unagreed> {
    let token = request.access.token.as_ref().filter(|_| !request.is_asked_for)?.from;
    let loaded = cache::load(paths, &key(request));
    let repos: Vec<Repo> = request.repos().into_iter().filter(|repo| !loaded.state.agreed.contains(repo)).collect();
    if repos.is_empty() {
        return None;
    }
    let requests = github::plan(request, &loaded.snapshot, &loaded.state).iter().map(|step| step.requests).sum();
    let host = request.access.api.host().to_owned();
    Some(Unagreed { repos, issues: request.linked.len(), requests, host, token })
}

/// Whether a sync was stopped before it fetched anything. It is not stored, so that quitting never waits for a write.
fn is_interrupted_without_data(outcome: &SyncOutcome) -> bool {
    let Summary { new, changed, gone, .. } = &outcome.summary;
    matches!(outcome.error, Some(GithubError::Interrupted { .. })) && (*new, *changed, gone.len()) == (0, 0, 0)
}
