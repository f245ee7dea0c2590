//! A sync from cache to cache: what the commands and the screens call.

use super::cache::{self, CacheKey, DatabaseError, LoadedCache};
use super::github::{self, GithubError, News, Summary, SyncOutcome, SyncRequest};
use super::paths::Paths;
use crate::domain::Repo;

/// What a refresh brought: even after an error, what was known and all that came.
#[derive(Debug)]
pub struct Refreshed {
    /// What is on disk now, or would be if the disk took it.
    pub loaded: LoadedCache,
    /// What happened.
    pub summary: Summary,
    /// Why the sync ended early.
    pub error: Option<GithubError>,
    /// Why what came could not be stored.
    pub not_stored: Option<DatabaseError>,
}

/// Names the cache of a request.
pub fn key(request: &SyncRequest) -> CacheKey {
    CacheKey { host: request.access.api.host().to_owned(), repo: request.home.clone() }
}

/// Loads, syncs and stores, also what came before an error or `request.stop`. Dropping the future leaves the cache as it
/// is. A cache that cannot be written is a note: what was fetched is there all the same.
pub async fn refresh(paths: &Paths, request: &SyncRequest, tell: &(dyn Fn(News<'_>) + Send + Sync)) -> Refreshed {
    let key = key(request);
    let mut loaded = cache::load(paths, &key);
    let base = (std::mem::take(&mut loaded.snapshot), std::mem::take(&mut loaded.state));
    let (snapshot, state) = base.clone();
    let outcome = github::sync(request, snapshot, state, tell).await;
    if is_for_nothing(&outcome) {
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

/// Says that nothing is stored, where no note names the file yet.
fn note(error: &DatabaseError, has_old: bool, notes: &[String]) -> Option<String> {
    let text = error.to_string();
    let file = text.split(" cannot be ").next().unwrap_or_default();
    let is_shown = has_old && matches!(error, DatabaseError::Unwritable { .. });
    let shown = if is_shown { "; nothing is stored, and the issues in it are shown" } else { "" };
    (!notes.iter().any(|note| note.starts_with(file))).then(|| format!("{text}{shown}"))
}

/// What a token would be used for, though the user never asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unagreed {
    /// The repositories, in order.
    pub repos: Vec<Repo>,
    /// How many issues the roadmap links to.
    pub issues: usize,
    /// How many requests it takes, at least.
    pub requests: u32,
    /// Which API is asked.
    pub host: String,
    /// Where the token comes from.
    pub token: &'static str,
}

/// Returns what a sync would use a token for that the user never asked for; `None` where it may begin. A roadmap from a
/// clone may name any repository: it is asked for with the user's rights only when the user says so.
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

/// Whether a sync was stopped before anything came. It is not stored, so that quitting never waits for a write.
fn is_for_nothing(outcome: &SyncOutcome) -> bool {
    let Summary { new, changed, gone, .. } = &outcome.summary;
    matches!(outcome.error, Some(GithubError::Interrupted { .. })) && (*new, *changed, gone.len()) == (0, 0, 0)
}
