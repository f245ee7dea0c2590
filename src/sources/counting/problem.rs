//! Problems: what is where something should be counted, and cannot be.

use serde::{Deserialize, Serialize};

use crate::domain::clean::clean_line;
use crate::sources::git::{EntryKind, Oid};

/// Something that could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Relative to the root, with `/`, cleaned.
    pub path: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a file or folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// It cannot be parsed.
    Broken(ParseFault),
    /// Git has no such object here: its hash.
    Missing(String),
    /// Git has other bytes under this hash.
    Forged(String),
    /// It could not be read: what the system said.
    Unreadable(String),
    /// It is larger than what is read: its size in bytes.
    TooLarge(u64),
    /// A folder with more in it than is read.
    Endless,
    /// Its folder was renamed to this one, where the rule does not look.
    Moved(String),
    /// The bytes are in Git LFS.
    Pointer,
    /// It is another repository.
    Submodule,
    /// A symbolic link to a file, which is not followed.
    Link,
    /// A symbolic link that leads nowhere, or out of the repository.
    LostLink,
}

/// Why a file cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ParseFault {
    /// From 1.
    pub line: u32,
    /// Lower case, no full stop.
    pub reason: String,
}

impl Problem {
    /// Names a path.
    pub(crate) fn new(path: &str, kind: ProblemKind) -> Self {
        Self { path: clean_line(path).into_owned(), kind }
    }
}

impl ProblemKind {
    /// Whether something may be there that was not counted.
    pub fn hides_units(&self) -> bool {
        match self {
            Self::Missing(_)
            | Self::Forged(_)
            | Self::Unreadable(_)
            | Self::TooLarge(_)
            | Self::Endless
            | Self::Moved(_)
            | Self::Pointer
            | Self::Submodule
            | Self::LostLink => true,
            Self::Broken(_) | Self::Link => false,
        }
    }

    /// Whether a file cannot be parsed: the rest is counted, but two counts are not compared across it.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// What is wrong, as the rest of a sentence.
    pub fn describe(&self) -> String {
        match self {
            Self::Broken(ParseFault { reason, .. }) => reason.clone(),
            Self::Missing(id) => format!("the object {id} is missing from this clone"),
            Self::Unreadable(reason) => format!("cannot be read: {reason}"),
            Self::Forged(id) => format!("the object {id} of this clone holds other bytes"),
            Self::TooLarge(size) => format!("it has {} MB, more than is read", size >> 20),
            Self::Endless => "there is more below it than any checkout has".to_owned(),
            Self::Moved(to) => format!("renamed to {to}, where `files` does not look"),
            Self::LostLink => "a symbolic link that leads nowhere in the repository".to_owned(),
            Self::Pointer => "a Git LFS pointer, the bytes are elsewhere".to_owned(),
            Self::Submodule => "a submodule, its files are elsewhere".to_owned(),
            Self::Link => "a symbolic link is not followed".to_owned(),
        }
    }

    /// What is wrong with something that is not a file.
    pub(crate) fn of_entry(kind: EntryKind, id: Oid) -> Option<Self> {
        match kind {
            EntryKind::File => None,
            EntryKind::Link => Some(Self::Link),
            EntryKind::Submodule => Some(Self::Submodule),
            EntryKind::MissingFolder => Some(Self::Missing(id.to_string())),
            EntryKind::EndlessFolder => Some(Self::Endless),
        }
    }
}
