//! A sync from cache to cache: what the commands and the screens call.

use super::cache::{self, Key, Loaded};
use super::github::{self, News, Summary, SyncRequest, Trouble};
use super::paths::Paths;

/// What a refresh brought: even after trouble, what was known and all that came.
#[derive(Debug)]
pub struct Refreshed {
    /// What is on disk now, or would be if the disk took it.
    pub loaded: Loaded,
    /// What happened.
    pub summary: Summary,
    /// Why the sync ended early.
    pub trouble: Option<Trouble>,
}

/// Names the cache of a request.
pub fn key(request: &SyncRequest) -> Key {
    Key { host: request.access.api.host().to_owned(), repo: request.home.clone() }
}

/// Loads, syncs and stores. Dropping the future cancels it and leaves the cache as it is. A cache
/// that cannot be written is a note: what was fetched is there all the same.
pub async fn refresh(paths: &Paths, request: &SyncRequest, tell: &(dyn Fn(News<'_>) + Send + Sync)) -> Refreshed {
    let key = key(request);
    let Loaded { snapshot, state, notes, .. } = cache::load(paths, &key);
    let outcome = github::sync(request, snapshot, state, tell).await;
    let (mut loaded, error) = cache::store(paths, &key, outcome.snapshot, outcome.state);
    loaded.notes = notes.into_iter().chain(error.map(|error| error.to_string())).collect();
    Refreshed { loaded, summary: outcome.summary, trouble: outcome.trouble }
}
