//! The schema of the cache database: tables, version, and integrity check.

use rusqlite::{Connection, Transaction};

const TABLES: &str = include_str!("schema.sql");

/// The version of the schema, stored as `PRAGMA user_version`. Raise it with every change of the tables and of
/// [`Issue`](crate::domain::Issue), whose packed form is not self-describing, and if texts are read by other rules.
/// Caches of older versions are not converted but fetched again.
pub(super) const VERSION: i64 = 15;

/// Creates the tables, replacing those of an older offramp; returns whether there were any.
pub(super) fn make(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let older = tables(transaction)?;
    for table in &older {
        transaction.execute_batch(&format!("DROP TABLE \"{}\"", table.replace('"', "\"\"")))?;
    }
    transaction.execute_batch(TABLES)?;
    Ok(!older.is_empty())
}

/// Returns the names of all tables, newest first, since tables only refer to older ones.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Returns what is wrong with the file, if anything. Does not read rows.
pub(super) fn fault(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let (own, there) = (own_schema()?, schema(connection)?);
    let odd = own.into_iter().find(|made| !there.contains(made));
    Ok(odd.map(|(name, _)| format!("`{name}` is not what offramp made")))
}

/// Returns the schema of an empty cache.
fn own_schema() -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let empty = Connection::open_in_memory()?;
    empty.execute_batch(TABLES)?;
    schema(&empty)
}

/// Returns name and definition of each table and index.
fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
