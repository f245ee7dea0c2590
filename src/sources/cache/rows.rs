//! Issues as rows of the cache database, and back.

use std::collections::BTreeMap;

use rusqlite::types::{FromSqlError, Value};
use rusqlite::{Connection, OptionalExtension, Row, Statement, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::spellings::Spellings;
use crate::domain::{
    Absence, CloseReason, FactKind, FactState, FetchStates, Issue, IssueRef, IssueState, Issues, Repo, Text, Timeline,
    Timestamp,
};

/// The columns of `issues` behind `cache`, in the order of [`values`] and [`issue`].
const COLUMNS: [&str; 42] = [
    "repo",
    "number",
    "is_pull",
    "title",
    "state",
    "reason",
    "github_reason",
    "closed_at",
    "closed_by",
    "close_request",
    "author",
    "created_at",
    "updated_at",
    "labels",
    "assignees",
    "milestone",
    "type",
    "locked",
    "comments",
    "last_comment",
    "tasks",
    "tasks_below",
    "comment_tasks",
    "parents",
    "steps",
    "sub_issues",
    "refers_to",
    "names",
    "pulls",
    "duplicate_of",
    "blocked_by",
    "blocking",
    "timeline",
    "sub_issue_summary",
    "continued_in",
    "asked_fields",
    "asked_comments",
    "asked_closer",
    "asked_pulls",
    "asked_sub_issues",
    "asked_dependencies",
    "asked_timeline",
];

/// Reads all issues of a cache, without bodies, in order.
pub(super) fn read_issues(connection: &Connection, cache: i64) -> rusqlite::Result<Issues> {
    let mut statement = connection.prepare("SELECT issue FROM packed WHERE cache = ?1 ORDER BY repo, number")?;
    let rows = statement.query_map([cache], unpack)?;
    rows.collect()
}

/// Packs all issues anew from their columns.
pub(super) fn pack_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM packed", [])?;
    let mut pack = transaction.prepare(PACK)?;
    let mut all = transaction.prepare(&format!("SELECT {}, cache FROM issues", COLUMNS.join(", ")))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let issue = issue(row)?;
        write_packed(&mut pack, row.get("cache")?, issue.id.repo.as_str(), &issue)?;
    }
    Ok(())
}

/// Writes an issue as one value.
const PACK: &str = "INSERT INTO packed (cache, repo, number, issue) VALUES (?1, ?2, ?3, ?4) \
                    ON CONFLICT DO UPDATE SET issue = excluded.issue";

fn write_packed(pack: &mut Statement<'_>, cache: i64, repo: &str, issue: &Issue) -> rusqlite::Result<()> {
    let bare = Issue { body: String::new(), ..issue.clone() };
    let bytes = postcard::to_stdvec(&bare).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    pack.execute(params![cache, repo, issue.id.number.cast_signed(), bytes]).map(drop)
}

pub(super) fn unpack(row: &Row<'_>) -> rusqlite::Result<Issue> {
    let wrong = |error: postcard::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, error.into())
    };
    postcard::from_bytes(row.get_ref(0)?.as_blob()?).map_err(wrong)
}

/// Reads the issues that could not be fetched, and why.
pub(super) fn read_missing(connection: &Connection, cache: i64) -> rusqlite::Result<BTreeMap<IssueRef, Absence>> {
    let mut statement = connection.prepare("SELECT repo, number, why FROM missing WHERE cache = ?1")?;
    let rows = statement.query_map([cache], |row| {
        let id = IssueRef::new(repo(row, 0)?, number(row, 1)?);
        Ok((id, json(row, 2)?.ok_or(FromSqlError::InvalidType)?))
    })?;
    rows.collect()
}

/// Reads the text of an issue.
pub(super) fn read_body(connection: &Connection, cache: i64, id: &IssueRef) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT body FROM bodies WHERE cache = ?1 AND repo = ?2 AND number = ?3";
    let spellings = Spellings::read(connection, cache)?;
    connection
        .query_row(sql, params![cache, spellings.of(&id.repo), id.number.cast_signed()], |row| row.get(0))
        .optional()
}

/// Reads all texts, for errors.
pub(super) fn read_bodies(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT body FROM bodies")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        row.get_ref(0)?.as_str()?;
    }
    Ok(())
}

/// Writes issues; a body that is empty stays as it was.
pub(super) fn write_issues<'a>(
    transaction: &Transaction<'_>,
    cache: i64,
    spellings: &Spellings,
    issues: impl Iterator<Item = &'a Issue>,
) -> rusqlite::Result<()> {
    let mut upsert = transaction.prepare(&upsert())?;
    let mut body = transaction.prepare(
        "INSERT INTO bodies (cache, repo, number, body) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO UPDATE SET body = excluded.body",
    )?;
    let mut pack = transaction.prepare(PACK)?;
    for issue in issues {
        let repo = spellings.of(&issue.id.repo);
        let values = values(issue, repo)?;
        upsert.execute(rusqlite::params_from_iter(std::iter::once(Value::Integer(cache)).chain(values)))?;
        write_packed(&mut pack, cache, repo, issue)?;
        if !issue.body.is_empty() {
            body.execute(params![cache, repo, issue.id.number.cast_signed(), issue.body])?;
        }
    }
    Ok(())
}

/// Removes issues and their bodies.
pub(super) fn remove_issues<'a>(
    transaction: &Transaction<'_>,
    cache: i64,
    spellings: &Spellings,
    ids: impl Iterator<Item = &'a IssueRef>,
) -> rusqlite::Result<()> {
    let mut delete = transaction.prepare("DELETE FROM issues WHERE cache = ?1 AND repo = ?2 AND number = ?3")?;
    for id in ids {
        delete.execute(params![cache, spellings.of(&id.repo), id.number.cast_signed()])?;
    }
    Ok(())
}

/// Replaces the issues that could not be fetched, and why.
pub(super) fn write_missing(
    transaction: &Transaction<'_>,
    cache: i64,
    missing: &BTreeMap<IssueRef, Absence>,
) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM missing WHERE cache = ?1", [cache])?;
    let mut insert = transaction.prepare("INSERT INTO missing (cache, repo, number, why) VALUES (?1, ?2, ?3, ?4)")?;
    for (id, why) in missing {
        insert.execute(params![cache, id.repo.as_str(), id.number.cast_signed(), text_of(why)?])?;
    }
    Ok(())
}

fn upsert() -> String {
    let columns = COLUMNS;
    let marks: Vec<String> = (1..=columns.len() + 1).map(|number| format!("?{number}")).collect();
    let set: Vec<String> = columns.iter().skip(2).map(|column| format!("{column} = excluded.{column}")).collect();
    let (columns, marks, set) = (columns.join(", "), marks.join(", "), set.join(", "));
    format!("INSERT INTO issues (cache, {columns}) VALUES ({marks}) ON CONFLICT DO UPDATE SET {set}")
}

fn values(issue: &Issue, repo: &str) -> rusqlite::Result<Vec<Value>> {
    let (state, reason, closed_at, closed_by) = match &issue.state {
        IssueState::Open => ("open", None, None, None),
        IssueState::Closed { reason, at, by } => ("closed", *reason, *at, by.clone()),
    };
    let mut values = vec![
        Value::Text(repo.to_owned()),
        Value::Integer(issue.id.number.cast_signed()),
        Value::Integer(issue.is_pull.into()),
        Value::Text(issue.title.clone()),
        Value::Text(state.to_owned()),
        word(reason),
        word(issue.github_reason),
        moment(closed_at),
        name(closed_by.as_ref()),
        Value::Integer(issue.close_requested.into()),
        name(issue.author.as_ref()),
        moment(issue.created),
        moment(issue.updated),
        lines(&issue.labels),
        lines(&issue.assignees),
        structure(issue.milestone.as_ref())?,
        name(issue.issue_type.as_ref()),
        Value::Integer(issue.locked.into()),
        Value::Integer(issue.comments.into()),
        structure(issue.last_comment.as_ref())?,
        structure(some(&issue.tasks))?,
        Value::Integer(issue.tasks_in_comments.into()),
        structure(issue.comment_tasks.as_ref())?,
        lines(&issue.parents),
        lines(&issue.steps),
        lines(&issue.sub_issues),
        lines(&issue.references),
        lines(&issue.names),
        structure(issue.pulls.as_ref())?,
        issue.duplicate_of.as_ref().map_or(Value::Null, |id| Value::Text(id.to_string())),
        lines(&issue.blocked_by),
        lines(&issue.blocking),
        structure(Some(&issue.timeline).filter(|timeline| **timeline != Timeline::default()))?,
        structure(issue.sub_issue_summary.as_ref())?,
        issue.continued_in.as_ref().map_or(Value::Null, |id| Value::Text(id.to_string())),
    ];
    values.extend(FactKind::ALL.map(|kind| fetch_state(issue.fetch_states.of(kind))));
    Ok(values)
}

fn issue(row: &Row<'_>) -> rusqlite::Result<Issue> {
    let id = IssueRef::new(repo(row, 0)?, number(row, 1)?);
    let state = match row.get_ref(4)?.as_str()? {
        "open" => IssueState::Open,
        "closed" => IssueState::Closed { reason: reason(row, 5)?, at: time(row, 7)?, by: text(row, 8)? },
        _ => return Err(FromSqlError::InvalidType.into()),
    };
    let mut fetch_states = FetchStates::default();
    for (at, kind) in FactKind::ALL.into_iter().enumerate() {
        fetch_states.set(kind, read_state(row, 35 + at)?);
    }
    Ok(Issue {
        is_pull: row.get(2)?,
        title: row.get(3)?,
        state,
        github_reason: reason(row, 6)?,
        close_requested: row.get(9)?,
        author: text(row, 10)?,
        created: time(row, 11)?,
        updated: time(row, 12)?,
        labels: texts(row, 13)?,
        assignees: texts(row, 14)?,
        milestone: json(row, 15)?,
        issue_type: text(row, 16)?,
        locked: row.get(17)?,
        comments: row.get(18)?,
        last_comment: json(row, 19)?,
        tasks: json(row, 20)?.unwrap_or_default(),
        tasks_in_comments: row.get(21)?,
        comment_tasks: json(row, 22)?,
        parents: ids(row, 23)?,
        steps: ids(row, 24)?,
        sub_issues: ids(row, 25)?,
        references: ids(row, 26)?,
        names: texts(row, 27)?,
        pulls: json(row, 28)?,
        duplicate_of: ids(row, 29)?.pop(),
        blocked_by: ids(row, 30)?,
        blocking: ids(row, 31)?,
        timeline: json(row, 32)?.unwrap_or_default(),
        sub_issue_summary: json(row, 33)?,
        continued_in: ids(row, 34)?.pop(),
        fetch_states,
        ..Issue::new(id)
    })
}

fn fetch_state(state: FactState) -> Value {
    match state {
        FactState::NeverAsked => Value::Null,
        // Shifted by one, so that a failure at second 0 differs from a success.
        FactState::Failed { at } => Value::Integer(-1 - at.0.max(0)),
        FactState::Known { at } => Value::Integer(at.0.max(0)),
    }
}

fn read_state(row: &Row<'_>, at: usize) -> rusqlite::Result<FactState> {
    Ok(match row.get::<_, Option<i64>>(at)? {
        None => FactState::NeverAsked,
        Some(failed) if failed < 0 => FactState::Failed { at: Timestamp(-1 - failed) },
        Some(known) => FactState::Known { at: Timestamp(known) },
    })
}

fn moment(moment: Option<Timestamp>) -> Value {
    moment.map_or(Value::Null, |moment| Value::Integer(moment.0))
}

fn name(name: Option<&Text>) -> Value {
    name.map_or(Value::Null, |name| Value::Text(name.to_string()))
}

fn word(reason: Option<CloseReason>) -> Value {
    let word = |reason| match reason {
        CloseReason::Completed => "completed",
        CloseReason::NotPlanned => "not-planned",
        CloseReason::Duplicate => "duplicate",
        CloseReason::Robot => "robot",
    };
    reason.map_or(Value::Null, |reason| Value::Text(word(reason).to_owned()))
}

fn some<T>(list: &[T]) -> Option<&[T]> {
    Some(list).filter(|list| !list.is_empty())
}

/// Names are single lines: they were cleaned.
fn lines<T: ToString>(list: &[T]) -> Value {
    let lines = || list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    some(list).map_or(Value::Null, |_| Value::Text(lines()))
}

fn structure<T: Serialize + ?Sized>(value: Option<&T>) -> rusqlite::Result<Value> {
    value.map_or(Ok(Value::Null), |value| text_of(value).map(Value::Text))
}

fn text_of<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn repo(row: &Row<'_>, at: usize) -> rusqlite::Result<Repo> {
    Ok(Repo::new(row.get_ref(at)?.as_str()?).ok_or(FromSqlError::InvalidType)?)
}

/// Numbers from 1, as GitHub counts.
pub(super) fn number(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(at)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

fn time(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp))
}

fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Text>> {
    Ok(row.get_ref(at)?.as_str_or_null()?.map(Text::from))
}

fn texts(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<Text>> {
    Ok(row.get_ref(at)?.as_str_or_null()?.map(|text| text.split('\n').map(Text::from).collect()).unwrap_or_default())
}

fn ids(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<IssueRef>> {
    let Some(text) = row.get_ref(at)?.as_str_or_null()? else { return Ok(Vec::new()) };
    text.split('\n').map(|line| id(line).ok_or(FromSqlError::InvalidType.into())).collect()
}

/// Reads `owner/name#7`.
pub(super) fn id(line: &str) -> Option<IssueRef> {
    let (repo, number) = line.rsplit_once('#')?;
    Some(IssueRef::new(Repo::new(repo)?, number.parse().ok()?))
}

fn reason(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<CloseReason>> {
    Ok(match row.get_ref(at)?.as_str_or_null()? {
        None => None,
        Some("completed") => Some(CloseReason::Completed),
        Some("not-planned") => Some(CloseReason::NotPlanned),
        Some("duplicate") => Some(CloseReason::Duplicate),
        Some("robot") => Some(CloseReason::Robot),
        Some(_) => return Err(FromSqlError::InvalidType.into()),
    })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<T>> {
    let Some(text) = row.get_ref(at)?.as_str_or_null()? else { return Ok(None) };
    let wrong = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    };
    serde_json::from_str(text).map(Some).map_err(wrong)
}
