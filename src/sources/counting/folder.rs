//! A plain folder: the job configs as they lie on disk, without Git.

use std::fs;
use std::io;
use std::path::Path;

use super::{FOLDER, is_config};
use crate::sources::git::EntryKind;

/// A file or link below `config/jobs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// A file, a link, or a folder that could not be read.
    pub(crate) kind: EntryKind,
}

/// Lists the job configs of a folder, by path; `None` where it has no `config/jobs`.
pub(crate) fn list(root: &Path) -> Option<Vec<Found>> {
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        return None;
    }
    let mut found = Vec::new();
    collect(&folder, FOLDER, &mut found);
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Some(found)
}

fn collect(folder: &Path, path: &str, found: &mut Vec<Found>) {
    let Ok(entries) = fs::read_dir(folder) else {
        found.push(Found { path: path.to_owned(), kind: EntryKind::MissingFolder });
        return;
    };
    for entry in entries.flatten() {
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&entry.path(), &path, found),
            Ok(kind) if kind.is_symlink() => found.push(Found { path, kind: EntryKind::Link }),
            Ok(_) | Err(_) if is_config(&path) => found.push(Found { path, kind: EntryKind::File }),
            Ok(_) | Err(_) => {}
        }
    }
}

/// Reads a file of a folder.
pub(crate) fn bytes(root: &Path, path: &str) -> io::Result<Vec<u8>> {
    fs::read(root.join(path))
}
