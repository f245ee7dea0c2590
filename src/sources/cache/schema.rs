//! The schema of the cache database: its tables, its version, and whether a file holds what they say.

use rusqlite::{Connection, Transaction};

/// The tables and indexes.
const TABLES: &str = include_str!("schema.sql");

/// The version of the tables and of the values in them, kept as `PRAGMA user_version`. It rises with every change of the
/// tables and of [`Issue`](crate::domain::Issue), whose packed values do not say their form. What an older offramp wrote is
/// not converted: it is fetched again.
pub(super) const VERSION: i64 = 11;

/// Makes the tables in place of what an older offramp made; returns whether there was any of that.
pub(super) fn make(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let older = tables(transaction)?;
    for table in &older {
        transaction.execute_batch(&format!("DROP TABLE \"{}\"", table.replace('"', "\"\"")))?;
    }
    transaction.execute_batch(TABLES)?;
    Ok(!older.is_empty())
}

/// Returns the names of all tables, the newest first: a table refers to older ones only.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Returns what is wrong with a whole file, where something is. Rows are not read.
pub(super) fn fault(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let (own, there) = (own_schema()?, schema(connection)?);
    let odd = own.into_iter().find(|made| !there.contains(made));
    Ok(odd.map(|(name, _)| format!("`{name}` is not what offramp made")))
}

/// Returns what offramp makes in an empty file.
fn own_schema() -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let empty = Connection::open_in_memory()?;
    empty.execute_batch(TABLES)?;
    schema(&empty)
}

/// Returns the name and the definition of each table and index.
fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
