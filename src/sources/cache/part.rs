//! Loads a part of a cache: the issues that a board or a check needs.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::state::CompletedSyncs;
use super::{CacheKey, Database, DatabaseError, OF_KEY, in_one_transaction, path, read_file, rows};
use crate::domain::{Absence, IssueRef, Issues, Repo, Snapshot, Timestamp};
use crate::sources::paths::Paths;

/// The fields of an issue that decide whether it is loaded.
pub struct Headline<'a> {
    /// The title.
    pub title: &'a str,
    parents: Option<&'a str>,
}

impl Headline<'_> {
    /// Returns the parents that its body names.
    pub fn parents(&self) -> impl Iterator<Item = IssueRef> {
        self.parents.into_iter().flat_map(|lines| lines.split('\n')).filter_map(parent)
    }
}

/// Parses `owner/name#7`.
fn parent(line: &str) -> Option<IssueRef> {
    let (repo, number) = line.rsplit_once('#')?;
    Some(IssueRef::new(Repo::new(repo)?, number.parse().ok()?))
}

/// Loads the part of a cache that the join of a roadmap needs: the linked issues, and those that their progress and
/// freedom depend on. Returns notes, like [`super::load`].
pub fn load_linked(paths: &Paths, key: &CacheKey, linked: &[&IssueRef]) -> (Snapshot, Vec<String>) {
    with_path(paths, |path| load_part(path, |database| read_linked(database, key, linked)))
}

/// Loads what [`load_linked`] does, and the issues whose headline is wanted, with their dependencies. What is wanted
/// may depend on the linked issues.
pub fn load_related<W: Fn(&Headline<'_>) -> bool>(
    paths: &Paths,
    key: &CacheKey,
    linked: &[&IssueRef],
    wanted: impl FnOnce(&Snapshot) -> W,
) -> (Snapshot, Vec<String>) {
    with_path(paths, |path| load_related_file(path, key, linked, wanted))
}

/// Loads from a file, like [`load_related`].
pub fn load_related_file<W: Fn(&Headline<'_>) -> bool>(
    path: &Path,
    key: &CacheKey,
    linked: &[&IssueRef],
    wanted: impl FnOnce(&Snapshot) -> W,
) -> (Snapshot, Vec<String>) {
    load_part(path, |database| read_related(database, key, linked, wanted))
}

fn with_path(paths: &Paths, load: impl FnOnce(&Path) -> (Snapshot, Vec<String>)) -> (Snapshot, Vec<String>) {
    path(paths).map_or_else(|error| with_note(error.to_string()), |path| load(&path))
}

fn load_part(
    path: &Path,
    read: impl FnOnce(&Database) -> Result<Option<Snapshot>, DatabaseError>,
) -> (Snapshot, Vec<String>) {
    read_file(path, read).map_or_else(with_note, |snapshot| (snapshot, Vec::new()))
}

fn with_note(note: String) -> (Snapshot, Vec<String>) {
    (Snapshot::default(), vec![note])
}

pub(super) fn read_linked(
    database: &Database,
    key: &CacheKey,
    linked: &[&IssueRef],
) -> Result<Option<Snapshot>, DatabaseError> {
    read_part(database, key, |connection, cache, part| add_linked(connection, cache, linked, part))
}

fn read_related<W: Fn(&Headline<'_>) -> bool>(
    database: &Database,
    key: &CacheKey,
    linked: &[&IssueRef],
    wanted: impl FnOnce(&Snapshot) -> W,
) -> Result<Option<Snapshot>, DatabaseError> {
    read_part(database, key, |connection, cache, part| {
        add_linked(connection, cache, linked, part)?;
        let found = find_by_headline(connection, cache, wanted(part))?;
        add_linked(connection, cache, &found.iter().collect::<Vec<_>>(), part)
    })
}

fn read_part(
    database: &Database,
    key: &CacheKey,
    read: impl FnOnce(&Connection, i64, &mut Snapshot) -> rusqlite::Result<()>,
) -> Result<Option<Snapshot>, DatabaseError> {
    in_one_transaction(database, |connection| {
        let sql = format!("SELECT id, fetched_at, state {OF_KEY}");
        let found = connection.query_row(&sql, params![key.host, key.repo.as_str()], |row| {
            let fetched_at = row.get::<_, Option<i64>>(1)?.map(Timestamp);
            Ok((row.get::<_, i64>(0)?, fetched_at, CompletedSyncs::read(&row.get::<_, String>(2)?)))
        });
        let Some((cache, fetched_at, syncs)) = found.optional()? else { return Ok(None) };
        let mut part = Snapshot::new(fetched_at, Issues::default(), rows::read_missing(connection, cache)?);
        part.refuses_graphql = syncs.is_some_and(|syncs| syncs.refuses_graphql);
        read(connection, cache, &mut part)?;
        Ok(Some(part))
    })
}

/// Adds issues with their dependencies at any depth, except those already present.
fn add_linked(connection: &Connection, cache: i64, linked: &[&IssueRef], part: &mut Snapshot) -> rusqlite::Result<()> {
    let Snapshot { issues, missing, .. } = part;
    let mut statement =
        connection.prepare("SELECT packed FROM issues WHERE cache = ?1 AND repo = ?2 AND number = ?3")?;
    let mut seen = HashSet::new();
    let mut open: Vec<IssueRef> = linked.iter().map(|&id| id.clone()).collect();
    while let Some(id) = open.pop() {
        if issues.contains(&id) || !seen.insert(id.clone()) {
            continue;
        }
        open.extend(missing.get(&id).and_then(Absence::moved_to).cloned());
        let key = params![cache, id.repo.as_str(), id.number.cast_signed()];
        if let Some(issue) = statement.query_row(key, rows::unpack).optional()? {
            open.extend(issue.depends_on().cloned());
            issues.insert(issue);
        }
    }
    Ok(())
}

/// Reads all titles and parents, to find errors.
pub(super) fn read_headlines(connection: &Connection, cache: i64) -> rusqlite::Result<()> {
    find_by_headline(connection, cache, |_| false).map(drop)
}

/// Returns the issues whose headline is wanted, without pull requests.
fn find_by_headline(
    connection: &Connection,
    cache: i64,
    is_wanted: impl Fn(&Headline<'_>) -> bool,
) -> rusqlite::Result<Vec<IssueRef>> {
    let sql = "SELECT repo, number, title, parents FROM issues WHERE cache = ?1 AND is_pull = 0";
    let mut statement = connection.prepare(sql)?;
    let (mut all, mut found) = (statement.query([cache])?, Vec::new());
    while let Some(row) = all.next()? {
        let parents = row.get_ref(3)?.as_str_or_null()?;
        if is_wanted(&Headline { title: row.get_ref(2)?.as_str()?, parents }) {
            found.push(rows::id(row)?);
        }
    }
    Ok(found)
}
