//! A sync from cache to cache: what the commands and the screens call.

use super::cache::{self, CacheKey, LoadedCache};
use super::github::{self, GithubError, News, Summary, SyncOutcome, SyncRequest};
use super::paths::Paths;

/// What a refresh brought: even after trouble, what was known and all that came.
#[derive(Debug)]
pub struct Refreshed {
    /// What is on disk now, or would be if the disk took it.
    pub loaded: LoadedCache,
    /// What happened.
    pub summary: Summary,
    /// Why the sync ended early.
    pub trouble: Option<GithubError>,
}

/// Names the cache of a request.
pub fn key(request: &SyncRequest) -> CacheKey {
    CacheKey { host: request.access.api.host().to_owned(), repo: request.home.clone() }
}

/// Loads, syncs and stores, also what came before trouble or `request.stop`. Dropping the future leaves the cache as it
/// is. A cache that cannot be written is a note: what was fetched is there all the same.
pub async fn refresh(paths: &Paths, request: &SyncRequest, tell: &(dyn Fn(News<'_>) + Send + Sync)) -> Refreshed {
    let key = key(request);
    let mut loaded = cache::load(paths, &key);
    let base = (std::mem::take(&mut loaded.snapshot), std::mem::take(&mut loaded.state));
    let (snapshot, state) = base.clone();
    let outcome = github::sync(request, snapshot, state, tell).await;
    if is_for_nothing(&outcome) {
        (loaded.snapshot, loaded.state) = (outcome.snapshot, outcome.state);
        return Refreshed { loaded, summary: outcome.summary, trouble: outcome.trouble };
    }
    let notes = std::mem::take(&mut loaded.notes);
    let (mut loaded, error) = cache::store(paths, &key, &base, (outcome.snapshot, outcome.state));
    let told = std::mem::take(&mut loaded.notes);
    loaded.notes = notes.into_iter().chain(told).chain(error.map(|error| error.to_string())).collect();
    Refreshed { loaded, summary: outcome.summary, trouble: outcome.trouble }
}

/// Tells whether a sync was stopped before anything came: who leaves does not wait for a disk.
fn is_for_nothing(outcome: &SyncOutcome) -> bool {
    let Summary { new, changed, gone, .. } = outcome.summary;
    matches!(outcome.trouble, Some(GithubError::Interrupted { .. })) && (new, changed, gone) == (0, 0, 0)
}
