//! A checkout: a Git repository or a plain folder, and why it cannot be counted in.

use std::path::{Path, PathBuf};

use super::BadRule;
use crate::domain::Date;
use crate::sources::git::{Commit, GitError, Repository};

/// Where things are counted.
#[derive(Debug, Clone)]
pub enum Checkout {
    /// Git's objects; what lies in the working tree does not matter.
    Git(Repository),
    /// Files as they lie there.
    Folder(PathBuf),
}

/// Nothing could be counted.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// There is nothing at the path.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// The folder has no job configs.
    #[error("`{}` has no {configs}", path.display())]
    NoConfigs {
        /// The folder.
        path: PathBuf,
        /// Where they were looked for.
        configs: String,
    },
    /// The commit has no job configs.
    #[error("commit {} of {} has no {configs}", commit.short(), commit.date)]
    NoConfigsAt {
        /// The commit.
        commit: Commit,
        /// Where they were looked for.
        configs: String,
    },
    /// The repository is younger than a day that was asked about.
    #[error("there is no commit on or before {0} in the checkout")]
    NothingBefore(Date),
    /// The history ends before its beginning.
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
    /// Finds out what a path is.
    pub fn open(path: &Path) -> Result<Self, CheckoutError> {
        if !path.is_dir() {
            return Err(CheckoutError::NoFolder(path.to_owned()));
        }
        Ok(Repository::of(path).map_or_else(|| Self::Folder(path.to_owned()), Self::Git))
    }

    /// Returns the root of the checkout that a plain folder is in: what is committed there is not what is counted.
    pub fn around(&self) -> Option<PathBuf> {
        match self {
            Self::Git(_) => None,
            Self::Folder(folder) => Some(Repository::around(&folder.canonicalize().ok()?)?.0),
        }
    }

    /// Returns the repository, where it is one.
    pub fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Git(repository) => Some(repository),
            Self::Folder(_) => None,
        }
    }
}
