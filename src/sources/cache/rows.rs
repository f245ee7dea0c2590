//! Rows of the cache database. An issue is one packed value, the only column that is read back; the others are for
//! queries.

use std::collections::BTreeMap;

use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row, Statement, ToSql, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::{Absence, CloseReason, Issue, IssueRef, IssueState, Issues, Repo, Timestamp};

/// The columns of `issues`, in the order of [`write_row`].
const COLUMNS: [&str; 18] = [
    "cache",
    "repo",
    "number",
    "is_pull",
    "title",
    "state",
    "reason",
    "author",
    "labels",
    "assignees",
    "milestone",
    "comments",
    "open_pulls",
    "parents",
    "created_at",
    "updated_at",
    "closed_at",
    "packed",
];

/// The number of columns of the primary key.
const NAMING: usize = 3;

/// Reads all issues of a cache in order, without bodies.
pub(super) fn read_issues(connection: &Connection, cache: i64) -> rusqlite::Result<Issues> {
    let mut statement = connection.prepare("SELECT packed FROM issues WHERE cache = ?1 ORDER BY repo, number")?;
    let rows = statement.query_map([cache], unpack)?;
    rows.collect()
}

pub(super) fn unpack(row: &Row<'_>) -> rusqlite::Result<Issue> {
    Ok(postcard::from_bytes(row.get_ref(0)?.as_blob()?).map_err(FromSqlError::other)?)
}

/// Packs an issue without its body.
pub(super) fn pack(issue: &Issue) -> rusqlite::Result<Vec<u8>> {
    let bare = Issue { body: String::new(), ..issue.clone() };
    postcard::to_stdvec(&bare).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Reads the missing issues with the reasons.
pub(super) fn read_missing(connection: &Connection, cache: i64) -> rusqlite::Result<BTreeMap<IssueRef, Absence>> {
    let mut statement = connection.prepare("SELECT repo, number, why FROM missing WHERE cache = ?1")?;
    let rows = statement.query_map([cache], |row| Ok((id(row)?, from_json(row, 2)?)))?;
    rows.collect()
}

pub(super) fn read_body(connection: &Connection, cache: i64, id: &IssueRef) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT body FROM bodies WHERE cache = ?1 AND repo = ?2 AND number = ?3";
    let key = params![cache, id.repo.as_str(), id.number.cast_signed()];
    connection.query_row(sql, key, |row| row.get(0)).optional()
}

/// Reads all bodies, to find errors.
pub(super) fn read_bodies(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT body FROM bodies")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        row.get_ref(0)?.as_str()?;
    }
    Ok(())
}

/// Writes issues. An empty body leaves the stored one unchanged.
pub(super) fn write_issues<'a>(
    transaction: &Transaction<'_>,
    cache: i64,
    issues: impl Iterator<Item = &'a Issue>,
) -> rusqlite::Result<()> {
    let mut upsert = transaction.prepare(&upsert())?;
    let mut body = transaction.prepare(
        "INSERT INTO bodies (cache, repo, number, body) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO UPDATE SET body = excluded.body",
    )?;
    for issue in issues {
        write_row(&mut upsert, cache, issue)?;
        if !issue.body.is_empty() {
            body.execute(params![cache, issue.id.repo.as_str(), issue.id.number.cast_signed(), issue.body])?;
        }
    }
    Ok(())
}

fn write_row(upsert: &mut Statement<'_>, cache: i64, issue: &Issue) -> rusqlite::Result<()> {
    let (state, reason, closed_at) = match &issue.state {
        IssueState::Open => ("open", None, None),
        IssueState::Closed { reason, at, .. } => ("closed", reason.map(word), *at),
    };
    let seconds = |moment: Option<Timestamp>| moment.map(|moment| moment.0);
    let values: [&dyn ToSql; COLUMNS.len()] = [
        &cache,
        &issue.id.repo.as_str(),
        &issue.id.number.cast_signed(),
        &issue.is_pull,
        &issue.title,
        &state,
        &reason,
        &issue.author.as_deref(),
        &lines(&issue.labels),
        &lines(&issue.assignees),
        &issue.milestone.as_ref().map(|milestone| &*milestone.title),
        &issue.comments,
        &open_pulls(issue),
        &lines(&issue.parents),
        &seconds(issue.created),
        &seconds(issue.updated),
        &seconds(closed_at),
        &pack(issue)?,
    ];
    upsert.execute(values).map(drop)
}

fn upsert() -> String {
    let marks: Vec<String> = (1..=COLUMNS.len()).map(|number| format!("?{number}")).collect();
    let set: Vec<String> = COLUMNS.iter().skip(NAMING).map(|column| format!("{column} = excluded.{column}")).collect();
    let (columns, marks, set) = (COLUMNS.join(", "), marks.join(", "), set.join(", "));
    format!("INSERT INTO issues ({columns}) VALUES ({marks}) ON CONFLICT DO UPDATE SET {set}")
}

fn word(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Completed => "completed",
        CloseReason::NotPlanned => "not-planned",
        CloseReason::Duplicate => "duplicate",
        CloseReason::Robot => "robot",
    }
}

/// Joins names by newlines; they are cleaned, thus single lines.
fn lines<T: ToString>(list: &[T]) -> Option<String> {
    let lines = || list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    (!list.is_empty()).then(lines)
}

/// Returns the number of open pull requests that link to an issue; `None` if unknown.
fn open_pulls(issue: &Issue) -> Option<i64> {
    issue.knows_pulls().then(|| issue.pulls.iter().flatten().filter(|pull| pull.is_open).count() as i64)
}

/// Removes issues and their bodies.
pub(super) fn remove_issues<'a>(
    transaction: &Transaction<'_>,
    cache: i64,
    ids: impl Iterator<Item = &'a IssueRef>,
) -> rusqlite::Result<()> {
    let mut delete = transaction.prepare("DELETE FROM issues WHERE cache = ?1 AND repo = ?2 AND number = ?3")?;
    for id in ids {
        delete.execute(params![cache, id.repo.as_str(), id.number.cast_signed()])?;
    }
    Ok(())
}

/// Replaces the missing issues.
pub(super) fn write_missing(
    transaction: &Transaction<'_>,
    cache: i64,
    missing: &BTreeMap<IssueRef, Absence>,
) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM missing WHERE cache = ?1", [cache])?;
    let mut insert = transaction.prepare("INSERT INTO missing (cache, repo, number, why) VALUES (?1, ?2, ?3, ?4)")?;
    for (id, why) in missing {
        insert.execute(params![cache, id.repo.as_str(), id.number.cast_signed(), json(why)?])?;
    }
    Ok(())
}

pub(super) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    Ok(serde_json::from_str(row.get_ref(at)?.as_str()?).map_err(FromSqlError::other)?)
}

pub(super) fn repo(row: &Row<'_>, at: usize) -> rusqlite::Result<Repo> {
    Ok(Repo::new(row.get_ref(at)?.as_str()?).ok_or(FromSqlError::InvalidType)?)
}

/// Reads an id from the first two columns.
pub(super) fn id(row: &Row<'_>) -> rusqlite::Result<IssueRef> {
    let number: i64 = row.get(1)?;
    let number = u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(1, number))?;
    Ok(IssueRef::new(repo(row, 0)?, number))
}
