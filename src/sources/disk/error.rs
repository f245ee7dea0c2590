//! Errors of disk operations: the path as the user named it, and the cause without OS error numbers.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::folder_of;

/// A disk operation failed; a file that existed before is unchanged.
#[derive(Debug)]
pub struct DiskError {
    /// The file or folder.
    pub path: PathBuf,
    pub(super) what: Attempt,
    /// The error of the system.
    pub cause: io::Error,
}

/// A disk operation, as a participle for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    Written,
    Created,
    Locked,
    Read,
    Removed,
}

impl DiskError {
    /// Returns the error of a failed read.
    pub fn reading(path: PathBuf, cause: io::Error) -> Self {
        Self { path, what: Attempt::Read, cause }
    }

    /// Returns the error of a failed removal.
    pub fn removing(path: PathBuf, cause: io::Error) -> Self {
        Self { path, what: Attempt::Removed, cause }
    }

    /// Returns how to fix it, if known.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most errors have no remedy")]
    pub fn hint(&self) -> Option<&'static str> {
        let makes = matches!(self.what, Attempt::Written | Attempt::Created);
        if makes && self.missing_folder().is_some() {
            return Some("make the folder first, or name another one");
        }
        match self.cause.kind() {
            ErrorKind::AlreadyExists if makes => Some("name another file"),
            ErrorKind::IsADirectory if makes => Some("name a file in it"),
            ErrorKind::NotADirectory if makes => Some("name a file in a folder"),
            ErrorKind::StorageFull => Some("make room, and try again"),
            _ => None,
        }
    }

    /// Returns the parent folder, if its absence is the cause.
    fn missing_folder(&self) -> Option<&Path> {
        let names_folder = self.path.as_os_str().as_encoded_bytes().ends_with(b"/");
        let folder = if names_folder { &self.path } else { folder_of(&self.path) };
        let is_about_it = matches!(self.cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
        (is_about_it && matches!(folder.try_exists(), Ok(false))).then_some(folder)
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            Attempt::Created if self.cause.kind() == ErrorKind::AlreadyExists => {
                return write!(f, "`{}` exists already, and nothing is ever overwritten", self.path.display());
            }
            Attempt::Written => "written",
            Attempt::Created => "created",
            Attempt::Locked => "locked",
            Attempt::Read => "read",
            Attempt::Removed => "removed",
        };
        write!(f, "`{}` could not be {what}: ", self.path.display())?;
        match self.missing_folder() {
            Some(folder) => write!(f, "there is no folder `{}`", folder.display()),
            None => f.write_str(&in_words(&self.cause)),
        }
    }
}

impl Error for DiskError {}

/// The start of the error number in messages of the standard library.
const NUMBER: &str = " (os error";

/// Describes an error without its number and without names of temporary files.
#[expect(clippy::wildcard_enum_match_arm, reason = "most errors are described by their own message")]
pub fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    if error.get_ref().is_some() && !text.contains(NUMBER) {
        // One of our own messages.
        return text;
    }
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::AlreadyExists => "it exists already",
        ErrorKind::NotADirectory => "a part of its path is a file, and not a folder",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        _ => return text.split(NUMBER).next().unwrap_or_default().to_lowercase(),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{write, write_new};
    use super::*;

    fn text_of(result: Result<(), DiskError>, folder: &Path) -> String {
        let error = result.unwrap_err();
        let hint = error.hint().map(|hint| format!(" | {hint}")).unwrap_or_default();
        format!("{error}{hint}").replace(&*folder.to_string_lossy(), "DIR")
    }

    #[test]
    fn write_errors_name_the_path_that_the_user_gave() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let text_of = |result| text_of(result, folder.path());
        write_new(&at("a"), b"one").unwrap();
        let missing = "there is no folder `DIR/no` | make the folder first, or name another one";
        assert_eq!(text_of(write(&at("no/b"), b"")), format!("`DIR/no/b` could not be written: {missing}"));
        assert_eq!(text_of(write_new(&at("no/b"), b"")), format!("`DIR/no/b` could not be created: {missing}"));
        for result in [write(&at("no/"), b""), write_new(&at("no/"), b"")] {
            assert!(
                text_of(result).ends_with("there is no folder `DIR/no/` | make the folder first, or name another one")
            );
        }
        assert_eq!(
            text_of(write_new(&at("a"), b"")),
            "`DIR/a` exists already, and nothing is ever overwritten | name another file"
        );
        let file_above = "a part of its path is a file, and not a folder | name a file in a folder";
        assert_eq!(text_of(write(&at("a/b"), b"")), format!("`DIR/a/b` could not be written: {file_above}"));
        assert_eq!(text_of(write_new(&at("a/b"), b"")), format!("`DIR/a/b` could not be created: {file_above}"));
        assert_eq!(
            text_of(write(folder.path(), b"")),
            "`DIR` could not be written: it is a folder | name a file in it"
        );
    }

    #[test]
    fn system_errors_are_shown_without_a_number() {
        assert_eq!(in_words(&io::Error::from_raw_os_error(13)), "permission denied");
        assert!(!in_words(&io::Error::from_raw_os_error(5)).contains("os error"));
        assert_eq!(in_words(&io::Error::other("it is not UTF-8")), "it is not UTF-8");
    }
}
