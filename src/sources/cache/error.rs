//! Errors of the cache database.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::sources::disk::{DiskError, in_words};
use crate::sources::paths::NoHome;

/// Why the cache cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is no home folder.
    #[error(transparent)]
    NoHome(#[from] NoHome),
    /// It was written by a newer offramp.
    #[error("the cache `{}` was written by a newer offramp (version {version}) and is left alone", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its schema.
        version: i64,
    },
    /// It is a folder, a pipe or a device.
    #[error("the cache `{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// It belongs to another program.
    #[error("the file `{}` is not a cache of offramp", .0.display())]
    Foreign(PathBuf),
    /// It is damaged.
    #[error("the cache `{}` is damaged ({why})", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Another process holds it for too long.
    #[error("the cache `{}` is locked by another process", .0.display())]
    Busy(PathBuf),
    /// Its folder cannot be created.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// It cannot be opened as a database: the file or its folder is not writable, or the disk is full.
    #[error("the cache `{}` cannot be used: {why}", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// The message of SQLite.
        why: String,
    },
    /// It cannot be written, but possibly be read.
    #[error("the cache `{}` cannot be written: {why}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The message of SQLite or the system.
        why: String,
    },
    /// It cannot be read or written.
    #[error("the cache `{}` cannot be used: {why}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The message of SQLite or the system.
        why: String,
    },
}

impl DatabaseError {
    /// Whether the file is set aside and replaced by a new one.
    pub(super) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Foreign(_))
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoHome(_) => "set HOME or XDG_CACHE_HOME",
            Self::Newer { .. } => "update offramp, or set XDG_CACHE_HOME to another folder",
            Self::NotAFile(_) | Self::Foreign(_) => "move it away, or set XDG_CACHE_HOME to another folder",
            Self::Damaged { .. } => "`offramp cache clear` removes it; everything in it can be fetched again",
            Self::Busy(_) => "stop the process that holds it, and try again",
            Self::Disk(_) | Self::Closed { .. } | Self::Unwritable { .. } | Self::Unusable { .. } => {
                "make room, make the file and its folder writable, or set XDG_CACHE_HOME to another folder"
            }
        }
    }
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError::Unusable { path: path.to_owned(), why: in_words(error) }
}

/// Marks an error as one of writing.
pub(super) fn of_writing(error: DatabaseError) -> DatabaseError {
    if let DatabaseError::Closed { path, why } = error {
        return DatabaseError::Unwritable { path, why };
    }
    error
}

pub(super) fn classify(path: &Path, error: &rusqlite::Error) -> DatabaseError {
    let path = path.to_owned();
    let why = error.to_string();
    match error.sqlite_error_code() {
        // offramp never writes rows that violate its own constraints.
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation) => {
            DatabaseError::Damaged { path, why }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Busy(path),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => DatabaseError::Closed { path, why },
        Some(ErrorCode::DiskFull) => DatabaseError::Closed { path, why: "the disk is full".to_owned() },
        Some(ErrorCode::SystemIoFailure) => DatabaseError::Closed { path, why: format!("{why}; the disk may be full") },
        _ if is_content_error(error) => DatabaseError::Damaged { path, why },
        _ => DatabaseError::Unusable { path, why },
    }
}

/// Whether a row contains values that offramp never writes, or a table has another structure.
fn is_content_error(error: &rusqlite::Error) -> bool {
    let is_odd = matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..)
    );
    let text = error.to_string();
    let is_of_the_schema = |phrase: &&str| text.contains(phrase);
    is_odd
        || ["no such table", "no such column", "has no column named", "ON CONFLICT clause"].iter().any(is_of_the_schema)
}
