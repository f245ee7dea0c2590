//! A plain folder: files as they lie on disk, without Git. Each gets the hash that Git would give it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::problem::ProblemKind;
use super::selection::ConfigSelection;
use crate::sources::git::{LARGEST, Oid, Selects};
use crate::sources::{disk, plain_files};

/// A file or link below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderEntry {
    /// Relative to the root, with `/`; not always the name that the system knows.
    pub(crate) path: String,
    /// Where it is.
    pub(crate) file: PathBuf,
    /// Why it is not a file to read.
    pub(crate) problem: Option<ProblemKind>,
}

impl FolderEntry {
    fn new(path: &str, file: &Path) -> Self {
        Self { path: path.to_owned(), file: file.to_owned(), problem: None }
    }

    fn unlisted(path: &str) -> Self {
        Self::new(path, Path::new("")).with(ProblemKind::Unreadable("the folder cannot be listed".to_owned()))
    }

    fn with(self, problem: ProblemKind) -> Self {
        Self { problem: Some(problem), ..self }
    }
}

/// Lists the files of a folder that a selection takes, by path. Outside Git no `.gitignore` counts.
pub(crate) fn list(root: &Path, selection: &dyn Selects) -> Vec<FolderEntry> {
    let plain = plain_files::list_all(root, &|folder| selection.enters(&relative(root, folder)));
    let files = plain.files.iter().map(|file| FolderEntry::new(&relative(root, file), file));
    let unread = plain.unread.iter().map(|what| FolderEntry::unlisted(what));
    let mut found: Vec<FolderEntry> = files.filter(|file| selection.takes(&file.path)).chain(unread).collect();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(root: &Path, path: &Path) -> String {
    // A backslash is a part of a name where it does not divide steps.
    let steps = path.strip_prefix(root).unwrap_or(path).components();
    steps.map(|step| step.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Lists the job configs of a folder, by path; `None` where it has no such folders. Links to folders are followed where
/// they stay within the root.
pub(crate) fn configs(root: &Path, selection: &ConfigSelection) -> Option<Vec<FolderEntry>> {
    let mut found = Vec::new();
    let home = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let (mut has_folder, mut met) = (false, Vec::new());
    for name in &selection.roots {
        let path = root.join(name);
        let is_within = fs::canonicalize(&path).is_ok_and(|real| real.starts_with(&home));
        if !is_within && !has_link(root, name) {
            continue;
        }
        has_folder = true;
        if !is_within {
            found.push(FolderEntry::new(name, &path).with(ProblemKind::LostLink));
        } else if path.is_file() {
            found.push(FolderEntry::new(name, &path));
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

/// Whether one of the steps of a path is a link.
fn has_link(root: &Path, path: &str) -> bool {
    let is_link = |step: &Path| fs::symlink_metadata(root.join(step)).is_ok_and(|about| about.is_symlink());
    Path::new(path).ancestors().filter(|step| !step.as_os_str().is_empty()).any(is_link)
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
            found.push(FolderEntry::unlisted(path));
        }
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        let is_lost = || !fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(home));
        match entry.file_type() {
            Ok(kind) if kind.is_symlink() && is_lost() => {
                if selection.takes(&path) || selection.enters(&path) {
                    found.push(FolderEntry::new(&path, &entry.path()).with(ProblemKind::LostLink));
                }
            }
            Ok(kind) if kind.is_dir() || (kind.is_symlink() && entry.path().is_dir()) => {
                if selection.enters(&path) {
                    collect(home, &entry.path(), &path, selection, met, found);
                }
            }
            Ok(kind) if kind.is_symlink() && selection.takes(&path) => {
                found.push(FolderEntry::new(&path, &entry.path()).with(ProblemKind::Link));
            }
            Ok(kind) if kind.is_file() && selection.takes(&path) => {
                found.push(FolderEntry::new(&path, &entry.path()));
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
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Unread> {
    let (file, about) = disk::open(path).map_err(Unread::Failed)?;
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
