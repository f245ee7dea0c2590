//! The cache of fetched issues: one SQLite file for all hosts and repositories.
//!
//! A sync is stored in one transaction, so that a crash or a second process never leaves a mixture. What two processes
//! fetched at the same time is merged fact by fact. A damaged file is set aside and fetched again.

pub mod database;
mod error;
mod merge;
mod part;
mod rows;
mod schema;
mod state;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

pub use database::{Database, DatabaseError, path};
pub use part::{Headline, load_linked, load_related};
pub use state::{Interest, ListState, SyncState};

use super::paths::{NoHome, Paths};
use crate::domain::{FactKind, Issue, IssueRef, Repo, Snapshot, Timestamp};

/// The key of a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheKey {
    /// The host of the API, with its port if there is one.
    pub host: String,
    /// The home repository of the roadmap.
    pub repo: Repo,
}

/// The end of a query for a cache.
const OF_KEY: &str = "FROM caches WHERE host = ?1 AND repo = ?2";

/// A loaded cache.
#[derive(Debug, Default)]
pub struct LoadedCache {
    /// The issues, without bodies.
    pub snapshot: Snapshot,
    /// The state for the next sync.
    pub state: SyncState,
    /// The bodies.
    pub bodies: BodyStore,
    /// Notes about the file, one sentence each.
    pub notes: Vec<String>,
}

/// Reads the bodies of issues on demand.
#[derive(Debug, Clone, Default)]
pub struct BodyStore(Option<(PathBuf, i64)>);

impl BodyStore {
    /// Opens the bodies of a cache without reading its issues.
    pub fn of(paths: &Paths, key: &CacheKey) -> Result<Self, DatabaseError> {
        let path = path(paths)?;
        let Some(database) = Database::open_to_read(&path)? else { return Ok(Self::default()) };
        let sql = format!("SELECT id {OF_KEY}");
        let id = database.read(|connection| {
            connection.query_row(&sql, params![key.host, key.repo.as_str()], |row| row.get(0)).optional()
        })?;
        Ok(Self(id.map(|id| (path, id))))
    }

    /// Reads a body, if there is one.
    pub fn read(&self, issue: &IssueRef) -> Result<Option<String>, DatabaseError> {
        let Some((path, cache)) = &self.0 else { return Ok(None) };
        let Some(database) = Database::open_to_read(path)? else { return Ok(None) };
        database.read(|connection| rows::read_body(connection, *cache, issue))
    }
}

/// Loads a cache. It is empty if there is none, or none that can be used; then a note says why.
pub fn load(paths: &Paths, key: &CacheKey) -> LoadedCache {
    match path(paths) {
        Ok(path) => load_file(&path, key),
        Err(error) => LoadedCache { notes: vec![error.to_string()], ..LoadedCache::default() },
    }
}

/// Returns when a sync of a roadmap was last complete, without loading issues.
pub fn completed_at(paths: &Paths, key: &CacheKey, roadmap: &str) -> Option<Timestamp> {
    // Errors of the file are reported when its issues are loaded.
    let database = Database::open_to_read(&path(paths).ok()?).ok()??;
    let stored = database.read(|connection| row(connection, key)).ok()??;
    stored.state.interests.get(roadmap)?.completed_at
}

/// Loads a cache from a file, like [`load`].
pub fn load_file(path: &Path, key: &CacheKey) -> LoadedCache {
    read_file(path, |database| read(database, key))
        .unwrap_or_else(|note| LoadedCache { notes: vec![note], ..LoadedCache::default() })
}

/// Reads a file. The value is empty if there is no file or nothing in it. Returns a note about an error.
fn read_file<T: Default>(
    path: &Path,
    read: impl FnOnce(&Database) -> Result<Option<T>, DatabaseError>,
) -> Result<T, String> {
    let found = Database::open_to_read(path).and_then(|database| database.as_ref().map_or(Ok(None), read));
    found.map(Option::unwrap_or_default).map_err(|error| note(path, &error))
}

/// Returns a note about an error. Sets a damaged file aside.
fn note(path: &Path, error: &DatabaseError) -> String {
    match error {
        DatabaseError::Damaged { .. } | DatabaseError::Foreign(_) => database::set_aside(path, error, read_all),
        DatabaseError::Newer { .. } => format!("{error}; nothing is stored"),
        DatabaseError::NoHome(_)
        | DatabaseError::NotAFile(_)
        | DatabaseError::Busy(_)
        | DatabaseError::Disk(_)
        | DatabaseError::Closed { .. }
        | DatabaseError::Unwritable { .. }
        | DatabaseError::Unusable { .. } => error.to_string(),
    }
}

fn read(database: &Database, key: &CacheKey) -> Result<Option<LoadedCache>, DatabaseError> {
    let found = in_one_transaction(database, |connection| version(connection, key))?;
    Ok(found.map(|(cache, (snapshot, state))| {
        let bodies = BodyStore(Some((database.path().to_owned(), cache)));
        LoadedCache { snapshot, state, bodies, notes: Vec::new() }
    }))
}

/// Reads everything that any command reads, of all hosts and repositories, to find errors.
fn read_all(database: &Database) -> Result<(), DatabaseError> {
    in_one_transaction(database, |connection| {
        let mut statement = connection.prepare("SELECT host, repo FROM caches")?;
        let keys = statement.query_map([], |row| Ok(CacheKey { host: row.get(0)?, repo: rows::repo(row, 1)? }))?;
        for key in keys {
            if let Some((cache, _)) = version(connection, &key?)? {
                part::read_headlines(connection, cache)?;
            }
        }
        rows::read_bodies(connection)
    })
}

/// Reads in one transaction, so that all tables are from the same sync.
fn in_one_transaction<T>(
    database: &Database,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, DatabaseError> {
    database.read(|connection| {
        let transaction = connection.unchecked_transaction()?;
        let found = read(&transaction)?;
        transaction.commit()?;
        Ok(found)
    })
}

/// The row of a cache.
struct CacheRow {
    id: i64,
    fetched_at: Option<Timestamp>,
    state: SyncState,
}

fn row(connection: &Connection, key: &CacheKey) -> rusqlite::Result<Option<CacheRow>> {
    let sql = format!("SELECT id, generation, fetched_at, state {OF_KEY}");
    let read = |row: &Row<'_>| {
        let state = SyncState { generation: row.get::<_, i64>(1)?.cast_unsigned(), ..rows::from_json(row, 3)? };
        Ok(CacheRow { id: row.get(0)?, fetched_at: row.get::<_, Option<i64>>(2)?.map(Timestamp), state })
    };
    connection.query_row(&sql, params![key.host, key.repo.as_str()], read).optional()
}

fn version(connection: &Connection, key: &CacheKey) -> rusqlite::Result<Option<(i64, merge::Version)>> {
    let Some(CacheRow { id: cache, fetched_at, state }) = row(connection, key)? else { return Ok(None) };
    let (issues, missing) = (rows::read_issues(connection, cache)?, rows::read_missing(connection, cache)?);
    Ok(Some((cache, (synced(Snapshot::new(fetched_at, issues, missing), &state, key), state))))
}

/// Adds what the sync knows: whether all issues of the repository were read once, and are kept since, and whether
/// GraphQL was answered.
fn synced(snapshot: Snapshot, state: &SyncState, key: &CacheKey) -> Snapshot {
    let is_whole = state.lists.get(&key.repo).is_some_and(|list| list.whole.is_some());
    Snapshot { is_whole, refuses_graphql: state.refuses_graphql, ..snapshot }
}

/// Stores the result of a sync that started from `base`, in one transaction, merged with what another process stored
/// since. Returns what is on disk now. If it cannot be stored, returns the result of the sync with the error.
pub fn store(
    paths: &Paths,
    key: &CacheKey,
    base: &(Snapshot, SyncState),
    new: (Snapshot, SyncState),
) -> (LoadedCache, Option<DatabaseError>) {
    match path(paths).map_err(DatabaseError::from).and_then(|path| store_file(&path, key, base, &new)) {
        Ok(loaded) => (loaded, None),
        Err(error) => {
            let (snapshot, state) = new;
            (LoadedCache { snapshot, state, ..LoadedCache::default() }, Some(error))
        }
    }
}

/// Stores in a file, like [`store`].
pub fn store_file(
    path: &Path,
    key: &CacheKey,
    base: &(Snapshot, SyncState),
    new: &(Snapshot, SyncState),
) -> Result<LoadedCache, DatabaseError> {
    let store = |database: &mut Database| database.write(|transaction| store_in(transaction, key, base, new.clone()));
    let (mut database, note) = Database::open_or_replace(path)?;
    let (stored, note) = match store(&mut database) {
        Err(damaged) if damaged.is_damage() => {
            drop(database);
            let note = database::set_aside(path, &damaged, read_all);
            (store(&mut Database::open_or_replace(path)?.0)?, Some(note))
        }
        stored => (stored?, note),
    };
    let (cache, (snapshot, state)) = stored;
    let bodies = BodyStore(Some((path.to_owned(), cache)));
    Ok(LoadedCache { snapshot, state, bodies, notes: note.into_iter().collect() })
}

fn store_in(
    transaction: &Transaction<'_>,
    key: &CacheKey,
    base: &merge::Version,
    new: merge::Version,
) -> rusqlite::Result<(i64, merge::Version)> {
    let (cache, old, (snapshot, mut state)) = match version(transaction, key)? {
        Some((cache, old)) if old.1.generation == base.1.generation => (cache, old, new),
        Some((cache, old)) => (cache, old.clone(), merge::merge(base, new, old)),
        // The cache was removed meanwhile, so unchanged issues are written as well.
        None => {
            let insert = "INSERT INTO caches (host, repo) VALUES (?1, ?2)";
            transaction.execute(insert, params![key.host, key.repo.as_str()])?;
            let new = (without_bodies(&base.0, new.0), new.1);
            (transaction.last_insert_rowid(), merge::Version::default(), new)
        }
    };
    // Generations are never reused, so that no other sync mistakes this cache for its base.
    state.generation = old.1.generation.max(base.1.generation) + 1;
    write_differences(transaction, cache, &old.0, &snapshot)?;
    let text = rows::json(&state)?;
    transaction.execute(
        "UPDATE caches SET generation = ?2, fetched_at = ?3, state = ?4 WHERE id = ?1",
        params![cache, state.generation.cast_signed(), snapshot.fetched_at.map(|at| at.0), text],
    )?;
    let bare = snapshot.issues.into_iter().map(|issue| Issue { body: String::new(), ..issue }).collect::<Vec<_>>();
    Ok((cache, (synced(Snapshot::new(snapshot.fetched_at, bare, snapshot.missing), &state, key), state)))
}

/// Marks issues of the base without a body to be requested again: their bodies were only in the cache.
fn without_bodies(base: &Snapshot, snapshot: Snapshot) -> Snapshot {
    let issues = snapshot.issues.into_iter().map(|mut issue| {
        if issue.body.is_empty() && base.issue(&issue.id).is_some() {
            issue.fetch_states.distrust(FactKind::Fields);
        }
        issue
    });
    Snapshot::new(snapshot.fetched_at, issues.collect::<Vec<_>>(), snapshot.missing)
}

/// Writes changed issues and new bodies.
fn write_differences(
    transaction: &Transaction<'_>,
    cache: i64,
    old: &Snapshot,
    new: &Snapshot,
) -> rusqlite::Result<()> {
    let is_new = |issue: &&Issue| !issue.body.is_empty() || !merge::is_same(old.issue(&issue.id), Some(*issue));
    rows::write_issues(transaction, cache, new.issues.iter().filter(is_new))?;
    let gone = old.issues.iter().map(|issue| &issue.id).filter(|id| new.issue(id).is_none());
    rows::remove_issues(transaction, cache, gone)?;
    if old.missing == new.missing { Ok(()) } else { rows::write_missing(transaction, cache, &new.missing) }
}

/// Removes the cache of all hosts and repositories; returns the number of bytes freed.
pub fn clear(paths: &Paths) -> Result<u64, DatabaseError> {
    database::remove(&path(paths)?)
}

/// Checks the whole file, if there is one. Sets nothing aside.
pub fn check(paths: &Paths) -> Result<(), DatabaseError> {
    let path = path(paths)?;
    let Some(database) = Database::open_to_read(&path)? else { return Ok(()) };
    match database.read(schema::fault)? {
        Some(why) => Err(DatabaseError::Damaged { path, why }),
        None => read_all(&database),
    }
}

/// Returns the size of the file and its journals, in bytes.
pub fn size(paths: &Paths) -> Result<u64, NoHome> {
    Ok(database::size(&path(paths)?))
}

#[cfg(test)]
mod tests;
