//! Errors of the cache database: what is wrong with its file, and whose fault that is.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::sources::disk::DiskError;
use crate::sources::paths::NoHome;

/// Why the cache cannot be used, with the path of its file.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is no home folder.
    #[error(transparent)]
    NoHome(#[from] NoHome),
    /// A newer offramp wrote it.
    #[error("the cache `{}` was written by a newer offramp (version {version}) and is left alone", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its schema.
        version: i64,
    },
    /// A folder, a pipe or a device has the name of the file.
    #[error("the cache `{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// The file is damaged, or no database of offramp.
    #[error("the cache `{}` is damaged ({why})", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Another process is writing for too long.
    #[error("the cache `{}` is locked by another process", .0.display())]
    Busy(PathBuf),
    /// A folder cannot be made.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// It may not be opened as a database needs it: the file or its folder cannot be written.
    #[error("the cache `{}` cannot be used: {why}", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// What SQLite reports.
        why: String,
    },
    /// The file cannot be read or written.
    #[error("the cache `{}` cannot be used: {why}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What SQLite or the system reports.
        why: String,
    },
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError::Unusable { path: path.to_owned(), why: error.to_string() }
}

pub(super) fn classify(path: &Path, error: &rusqlite::Error) -> DatabaseError {
    let path = path.to_owned();
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => DatabaseError::Damaged { path, why },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Busy(path),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => DatabaseError::Closed { path, why },
        _ if is_of_the_content(error) => DatabaseError::Damaged { path, why },
        _ => DatabaseError::Unusable { path, why },
    }
}

/// Whether a row holds what offramp never writes, or a table is missing.
fn is_of_the_content(error: &rusqlite::Error) -> bool {
    let is_odd = matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..)
    );
    let text = error.to_string();
    is_odd || text.contains("no such table") || text.contains("no such column")
}
