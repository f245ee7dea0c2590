//! Fact cache: extracted facts by extractor and hash, and the main lines of repositories. Stored in the cache database
//! within size limits. Counting works without it, only slower.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::domain::{Timestamp, grouped};
use crate::sources::cache::{Database, DatabaseError};
use crate::sources::git::{Commit, Oid, Repository};

/// The size limit of all facts, in bytes; facts of the least recently used extractors are evicted first.
const MOST_BYTES: i64 = 192 << 20;
/// The number of repositories whose main line is stored.
const MOST_LINES: i64 = 64;

/// An index into the list of extractors.
pub(crate) type Extractor = usize;

/// Facts in memory, backed by the cache database.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// The file of the cache database; `None` keeps facts in memory only.
    path: Option<PathBuf>,
    extractors: Vec<String>,
    facts: HashMap<(Extractor, Oid), Box<[u8]>>,
    /// The facts that are not saved yet.
    new: Vec<(Extractor, Oid)>,
    lines: HashMap<String, Vec<Commit>>,
}

impl Store {
    /// Creates a store on a database, or without one.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, ..Self::default() }
    }

    /// Returns the index of an extractor and adds it if it is new.
    pub(crate) fn extractor(&mut self, key: &str) -> Extractor {
        self.extractors.iter().position(|known| known == key).unwrap_or_else(|| {
            self.extractors.push(key.to_owned());
            self.extractors.len() - 1
        })
    }

    /// Returns the facts of a file.
    pub(crate) fn get(&self, extractor: Extractor, id: Oid) -> Option<&[u8]> {
        self.facts.get(&(extractor, id)).map(AsRef::as_ref)
    }

    /// Adds facts.
    pub(crate) fn insert(&mut self, extractor: Extractor, id: Oid, facts: Vec<u8>) {
        self.facts.insert((extractor, id), facts.into());
        self.new.push((extractor, id));
    }

    /// Loads the stored facts of some files.
    pub(crate) fn load(&mut self, wanted: &HashSet<(Extractor, Oid)>) {
        let Some(database) = self.open() else { return };
        for (extractor, ids) in grouped(wanted.iter().filter(|own| !self.facts.contains_key(own)).copied()) {
            let Some(key) = self.extractors.get(extractor) else { continue };
            // Facts that cannot be loaded are extracted again.
            let found = database.read(|connection| load(connection, key, &ids)).unwrap_or_default();
            self.facts.extend(found.into_iter().map(|(id, facts)| ((extractor, id), facts)));
        }
    }

    fn open(&self) -> Option<Database> {
        Database::open_to_read(self.path.as_deref()?).ok().flatten()
    }

    /// Returns the stored commits of a main line, newest first.
    pub(crate) fn main_line(&self, repository: &Repository) -> Vec<Commit> {
        let name = name_of(repository);
        let read = |connection: &Connection| {
            let sql = "SELECT days FROM main_lines WHERE repository = ?1";
            connection.query_row(sql, [&name], |row| row.get::<_, String>(0)).optional()
        };
        let text = self.open().and_then(|database| database.read(read).ok().flatten()).unwrap_or_default();
        let days: Option<Vec<Commit>> = text.lines().map(day).collect();
        days.unwrap_or_default()
    }

    /// Sets the main line to be stored by the next save.
    pub(crate) fn set_main_line(&mut self, repository: &Repository, days: Vec<Commit>) {
        self.lines.insert(name_of(repository), days);
    }

    /// Saves everything new.
    pub(crate) fn save(&mut self, now: Option<Timestamp>) -> Result<(), DatabaseError> {
        let Some(path) = self.path.clone().filter(|_| !self.new.is_empty() || !self.lines.is_empty()) else {
            return Ok(());
        };
        let (mut database, _) = Database::open_or_replace(&path)?;
        let now = now.map_or(0, |now| now.0);
        let mut new = grouped(std::mem::take(&mut self.new));
        database.write(|transaction| {
            for (extractor, ids) in &mut new {
                // In the order of the table, so that each page is written once.
                ids.sort_unstable();
                let Some(key) = self.extractors.get(*extractor) else { continue };
                let facts = ids.iter().filter_map(|id| Some((*id, self.get(*extractor, *id)?)));
                add(transaction, key, facts, now)?;
            }
            for (repository, days) in &self.lines {
                add_line(transaction, repository, days, now)?;
            }
            bound(transaction)
        })?;
        self.lines.clear();
        Ok(())
    }
}

fn load(connection: &Connection, key: &str, ids: &[Oid]) -> rusqlite::Result<Vec<(Oid, Box<[u8]>)>> {
    let sql = "SELECT id, rows FROM extractors WHERE key = ?1";
    let known = connection.query_row(sql, [key], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let Some((extractor, rows)) = known.optional()? else { return Ok(Vec::new()) };
    let mut found = Vec::with_capacity(ids.len());
    if usize::try_from(rows).unwrap_or(usize::MAX) < ids.len().saturating_mul(4) {
        let wanted: HashSet<&Oid> = ids.iter().collect();
        let mut all = connection.prepare("SELECT blob, facts FROM facts WHERE extractor = ?1")?;
        let mut rows = all.query([extractor])?;
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?.as_blob().ok().and_then(Oid::of_bytes).filter(|id| wanted.contains(id));
            let Some(id) = id else { continue };
            found.push((id, row.get_ref(1)?.as_blob()?.into()));
        }
        return Ok(found);
    }
    let mut one = connection.prepare("SELECT facts FROM facts WHERE extractor = ?1 AND blob = ?2")?;
    for id in ids {
        let facts = one.query_row(params![extractor, id.as_bytes()], |row| Ok(row.get_ref(0)?.as_blob()?.into()));
        found.extend(facts.optional()?.map(|facts| (*id, facts)));
    }
    Ok(found)
}

fn add<'f>(
    transaction: &Transaction<'_>,
    key: &str,
    facts: impl Iterator<Item = (Oid, &'f [u8])>,
    now: i64,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO extractors (key, used_at) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET used_at = ?2",
        params![key, now],
    )?;
    let extractor: i64 = transaction.query_row("SELECT id FROM extractors WHERE key = ?1", [key], |row| row.get(0))?;
    let mut insert = transaction.prepare("INSERT OR IGNORE INTO facts (extractor, blob, facts) VALUES (?1, ?2, ?3)")?;
    let (mut rows, mut bytes) = (0_i64, 0_i64);
    for (id, facts) in facts {
        if bytes < MOST_BYTES / 2 && insert.execute(params![extractor, id.as_bytes(), facts])? > 0 {
            rows += 1;
            bytes += facts.len() as i64 + 32;
        }
    }
    let sql = "UPDATE extractors SET rows = rows + ?2, bytes = bytes + ?3 WHERE id = ?1";
    transaction.execute(sql, params![extractor, rows, bytes]).map(drop)
}

fn add_line(transaction: &Transaction<'_>, repository: &str, days: &[Commit], now: i64) -> rusqlite::Result<()> {
    let mut text = String::new();
    for commit in days {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {}", commit.id, commit.date);
    }
    transaction.execute(
        "INSERT OR REPLACE INTO main_lines (repository, days, used_at) VALUES (?1, ?2, ?3)",
        params![repository, text, now],
    )?;
    let sql = "DELETE FROM main_lines WHERE repository NOT IN
               (SELECT repository FROM main_lines ORDER BY used_at DESC, repository LIMIT ?1)";
    transaction.execute(sql, [MOST_LINES]).map(drop)
}

/// Evicts the facts of the least recently used extractors.
fn bound(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let sum = "SELECT coalesce(sum(bytes), 0) FROM extractors";
    while transaction.query_row(sum, [], |row| row.get::<_, i64>(0))? > MOST_BYTES {
        let oldest = "DELETE FROM extractors WHERE id = (SELECT id FROM extractors ORDER BY used_at, id LIMIT 1)";
        if transaction.execute(oldest, [])? == 0 {
            break;
        }
    }
    Ok(())
}

/// Returns the key of a repository: its canonical path.
fn name_of(repository: &Repository) -> String {
    let folder: &Path = repository.folder();
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()).to_string_lossy().into_owned()
}

fn day(line: &str) -> Option<Commit> {
    let (id, date) = line.split_once(' ')?;
    Oid::of_hex(id)?;
    Some(Commit { id: id.into(), date: date.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> Oid {
        Oid::of_bytes(&[byte; 20]).unwrap()
    }

    #[test]
    fn facts_survive_the_disk_by_extractor_and_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = Some(folder.path().join("cache/x.sqlite"));
        let mut store = Store::new(path.clone());
        let number = store.extractor("text/1 a");
        store.insert(number, id(1), vec![0, 7]);
        store.save(None).unwrap();
        let mut store = Store::new(path);
        let (same, other) = (store.extractor("text/1 a"), store.extractor("text/1 b"));
        store.load(&HashSet::from([(same, id(1)), (same, id(2)), (other, id(1))]));
        assert_eq!(store.get(same, id(1)), Some([0, 7].as_slice()));
        assert_eq!((store.get(same, id(2)), store.get(other, id(1))), (None, None));
    }
}
