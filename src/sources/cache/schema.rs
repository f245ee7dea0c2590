//! The schema of the cache database: its steps, and whether the pages, indexes and tables of a file are what they make.

use rusqlite::Connection;

/// The schema, a step for each version; `PRAGMA user_version` counts the steps that were made. Steps are only ever added.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
];

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
    for step in MIGRATIONS {
        empty.execute_batch(step)?;
    }
    schema(&empty)
}

/// Returns the name and the definition of each table and index.
fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
