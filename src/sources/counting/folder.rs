//! A plain folder: files as they lie on disk, without Git. Each gets the hash that Git would give it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::selection::ConfigSelection;
use crate::sources::git::{EntryKind, LARGEST, Oid, Selects};
use crate::sources::{disk, plain_files};

/// A file or link below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderEntry {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// A file, a link, or a folder that could not be read.
    pub(crate) kind: EntryKind,
}

/// Lists the files of a folder that a selection takes and that no `.gitignore` names, by path.
pub(crate) fn list(root: &Path, selection: &dyn Selects) -> Vec<FolderEntry> {
    let plain = plain_files::list(root);
    let files = plain.files.iter().map(|path| FolderEntry { path: relative(root, path), kind: EntryKind::File });
    let unread = plain.unread.into_iter().map(|path| FolderEntry { path, kind: EntryKind::MissingFolder });
    let mut found: Vec<FolderEntry> = files.filter(|file| selection.takes(&file.path)).chain(unread).collect();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Lists the job configs of a folder, by path; `None` where it has no such folders. Links to folders are followed where
/// they stay within the root.
pub(crate) fn configs(root: &Path, selection: &ConfigSelection) -> Option<Vec<FolderEntry>> {
    let mut found = Vec::new();
    let home = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let (mut has_folder, mut met) = (false, Vec::new());
    for name in &selection.roots {
        let path = root.join(name);
        if !path.exists() || !fs::canonicalize(&path).is_ok_and(|real| real.starts_with(&home)) {
            continue;
        }
        has_folder = true;
        if path.is_file() {
            found.push(FolderEntry { path: name.clone(), kind: EntryKind::File });
        } else {
            collect(&home, &path, name, selection, &mut met, &mut found);
        }
    }
    if selection.has_globs() {
        collect(&home, root, "", selection, &mut met, &mut found);
        has_folder |= !found.is_empty();
    }
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found.dedup();
    has_folder.then_some(found)
}

fn collect(
    home: &Path,
    folder: &Path,
    path: &str,
    selection: &ConfigSelection,
    met: &mut Vec<PathBuf>,
    found: &mut Vec<FolderEntry>,
) {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let is_new = !met.contains(&real);
    met.push(real);
    let Some(entries) = fs::read_dir(folder).ok().filter(|_| is_new) else {
        if is_new {
            found.push(FolderEntry { path: path.to_owned(), kind: EntryKind::MissingFolder });
        }
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        let is_within = || fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(home));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() || (kind.is_symlink() && entry.path().is_dir() && is_within()) => {
                if selection.enters(&path) {
                    collect(home, &entry.path(), &path, selection, met, found);
                }
            }
            Ok(kind) if kind.is_symlink() && selection.takes(&path) => {
                found.push(FolderEntry { path, kind: EntryKind::Link });
            }
            Ok(kind) if kind.is_file() && selection.takes(&path) => {
                found.push(FolderEntry { path, kind: EntryKind::File });
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// Why a file of a folder is not read.
pub(crate) enum Unread {
    /// It is larger than the limit, with this many bytes.
    TooLarge(u64),
    /// What the system says.
    Failed(io::Error),
}

/// Reads a file of a folder, even if it changes in the meantime.
pub(crate) fn bytes(root: &Path, path: &str) -> Result<Vec<u8>, Unread> {
    let path = root.join(path);
    let (file, about) = disk::open(&path).map_err(Unread::Failed)?;
    if about.len() > LARGEST {
        return Err(Unread::TooLarge(about.len()));
    }
    let mut bytes = Vec::with_capacity(about.len() as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Unread::Failed)?;
    let size = bytes.len() as u64;
    if size > LARGEST { Err(Unread::TooLarge(size)) } else { Ok(bytes) }
}

/// Returns the name that Git gives to a file.
pub(crate) fn id_of(bytes: &[u8]) -> Oid {
    let hash = Sha1::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize();
    Oid::of_bytes(&hash).expect("a SHA-1 has 20 bytes")
}
