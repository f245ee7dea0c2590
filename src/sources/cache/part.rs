//! Loads a part of a cache: the issues that a board or a check needs.

use std::collections::HashSet;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, params};

use super::{CacheKey, CacheRow, in_one_transaction, read_file, row, rows};
use crate::domain::{Absence, IssueRef, Issues, Repo, Snapshot};
use crate::sources::paths::NoHome;

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
pub fn load_linked(path: Result<PathBuf, NoHome>, key: &CacheKey, linked: &[&IssueRef]) -> (Snapshot, Vec<String>) {
    load_part(path, key, |connection, cache, part| add_linked(connection, cache, linked, part))
}

/// Loads what [`load_linked`] does, and the issues whose headline is wanted, with their dependencies. What is wanted
/// may depend on the linked issues.
pub fn load_related<W: Fn(&Headline<'_>) -> bool>(
    path: Result<PathBuf, NoHome>,
    key: &CacheKey,
    linked: &[&IssueRef],
    wanted: impl FnOnce(&Snapshot) -> W,
) -> (Snapshot, Vec<String>) {
    load_part(path, key, |connection, cache, part| {
        add_linked(connection, cache, linked, part)?;
        let found = find_by_headline(connection, cache, wanted(part))?;
        add_linked(connection, cache, &found.iter().collect::<Vec<_>>(), part)
    })
}

fn load_part(
    path: Result<PathBuf, NoHome>,
    key: &CacheKey,
    read: impl FnOnce(&Connection, i64, &mut Snapshot) -> rusqlite::Result<()>,
) -> (Snapshot, Vec<String>) {
    let read_part = |connection: &Connection| {
        let Some(CacheRow { id, fetched_at, state }) = row(connection, key)? else { return Ok(None) };
        let mut part = Snapshot::new(fetched_at, Issues::default(), rows::read_missing(connection, id)?);
        part.refuses_graphql = state.refuses_graphql;
        read(connection, id, &mut part)?;
        Ok(Some(part))
    };
    let path = path.map_err(|error| error.to_string());
    match path.and_then(|path| read_file(&path, |database| in_one_transaction(database, read_part))) {
        Ok(part) => (part, Vec::new()),
        Err(note) => (Snapshot::default(), vec![note]),
    }
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
