//! Problems: why a file or folder could not be counted.

use serde::{Deserialize, Serialize};

use crate::domain::clean::clean_line;
use crate::domain::tally::ROOT_FOLDER;
use crate::sources::git::{EntryKind, Oid};

/// Something that could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Relative to the root, with `/`, cleaned.
    pub path: String,
    /// Why it was not counted.
    pub kind: ProblemKind,
}

/// Why a file or folder could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The file cannot be parsed.
    Broken(ParseFault),
    /// The object is missing from the clone: its hash.
    Missing(String),
    /// The content of the object does not match its hash.
    Forged(String),
    /// It could not be read: the error of the system.
    Unreadable(String),
    /// The file is larger than the limit: its size in bytes.
    TooLarge(u64),
    /// The folder has more entries than the limit.
    Endless,
    /// The folder was renamed to this path, which the rule does not select.
    Moved(String),
    /// The folder, which the rule does not select, was later renamed to this path.
    MovedLater(String),
    /// The place of job configs does not exist.
    Absent,
    /// Not all issues of the repository were fetched.
    NotFetched,
    /// The file is a Git LFS pointer.
    Pointer,
    /// A submodule.
    Submodule,
    /// A symbolic link to a file, which is not followed.
    Link,
    /// A symbolic link that is dangling or points outside the repository.
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
    /// Creates a problem and cleans its path.
    pub(crate) fn new(path: &str, kind: ProblemKind) -> Self {
        Self { path: clean_line(path).into_owned(), kind }
    }

    /// Returns the path for display, with the line of a parse error.
    pub fn place(&self) -> String {
        let path = shown_folder(&self.path);
        if let ProblemKind::Broken(ParseFault { line, .. }) = &self.kind {
            return format!("{path}:{line}");
        }
        path.to_owned()
    }
}

impl ProblemKind {
    /// Whether it may hide units that were not counted.
    pub fn hides_units(&self) -> bool {
        match self {
            Self::Missing(_)
            | Self::Forged(_)
            | Self::Unreadable(_)
            | Self::TooLarge(_)
            | Self::Endless
            | Self::Moved(_)
            | Self::MovedLater(_)
            | Self::Absent
            | Self::NotFetched
            | Self::Pointer
            | Self::Submodule
            | Self::LostLink => true,
            Self::Broken(_) | Self::Link => false,
        }
    }

    /// Whether it is a file that cannot be parsed. Other files are still counted, but counts with different broken
    /// files are not compared.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// Describes the problem in a phrase that follows the path.
    pub fn describe(&self) -> String {
        match self {
            Self::Broken(ParseFault { reason, .. }) => reason.clone(),
            Self::Missing(id) => format!("the object {id} is missing from this clone"),
            Self::Unreadable(reason) => format!("cannot be read: {reason}"),
            Self::Forged(id) => format!("the object {id} of this clone does not match its hash"),
            Self::TooLarge(size) => format!("it has {} MB, more than is read", size >> 20),
            Self::Endless => "it has more files and folders than are read".to_owned(),
            Self::Moved(to) => format!("renamed to {}, where the rule does not look", shown_folder(to)),
            Self::MovedLater(to) => {
                format!("renamed to {} only later, and the rule looks only there", shown_folder(to))
            }
            Self::Absent => "it does not exist".to_owned(),
            Self::NotFetched => "not all of its issues were fetched".to_owned(),
            Self::LostLink => "a symbolic link that leads nowhere in the repository".to_owned(),
            Self::Pointer => "a Git LFS pointer, the bytes are elsewhere".to_owned(),
            Self::Submodule => "a submodule, its files are elsewhere".to_owned(),
            Self::Link => "a symbolic link is not followed".to_owned(),
        }
    }

    /// Returns the problem with an entry that is not a file.
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

/// Returns the path of a folder for display.
fn shown_folder(path: &str) -> &str {
    if path == "." { ROOT_FOLDER } else { path }
}
