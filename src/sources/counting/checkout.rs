//! Checkouts: a Git repository or a plain folder, and the errors of counting in one.

use std::path::{Path, PathBuf};

use super::BadRule;
use crate::domain::Date;
use crate::sources::git::{Commit, GitError, Repository};

/// A place to count in.
#[derive(Debug, Clone)]
pub enum Checkout {
    /// A Git repository: its objects are counted, not the working tree.
    Git(Repository),
    /// A plain folder: its files are counted as they are.
    Folder(PathBuf),
}

/// Why a checkout could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The path is not a folder.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// The folder has no job configs in these places.
    #[error("`{}` has no {configs}", path.display())]
    NoConfigs { path: PathBuf, configs: String },
    /// The commit has no job configs in these places.
    #[error("commit {} of {} has no {configs}", commit.short(), commit.date)]
    NoConfigsAt { commit: Commit, configs: String },
    /// The requested day is before the first commit.
    #[error("there is no commit on or before {0} in the checkout")]
    NothingBefore(Date),
    /// The requested day is before the first commit of a shallow clone.
    #[error("the clone is shallow and begins on {0}")]
    Shallow(Date),
    /// A rule cannot be used.
    #[error(transparent)]
    Rule(#[from] BadRule),
    /// Git did not answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Checkout {
    /// Opens a path as a repository, or else as a plain folder.
    pub fn open(path: &Path) -> Result<Self, CheckoutError> {
        if !path.is_dir() {
            return Err(CheckoutError::NoFolder(path.to_owned()));
        }
        Ok(Repository::of(path).map_or_else(|| Self::Folder(path.to_owned()), Self::Git))
    }

    /// Returns the root of the checkout that contains a plain folder, whose working tree is then what is counted.
    pub fn around(&self) -> Option<PathBuf> {
        match self {
            Self::Git(_) => None,
            Self::Folder(folder) => Some(Repository::around(&folder.canonicalize().ok()?)?.0),
        }
    }

    /// Returns the repository; `None` for a plain folder.
    pub fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Git(repository) => Some(repository),
            Self::Folder(_) => None,
        }
    }
}
