//! The issues that were fetched, on disk: one file for each host and home repository.
//!
//! A file is replaced whole and under a lock, so that neither a crash nor a second process leaves a
//! mixture; what two processes fetched at once is joined. A damaged file is set aside and fetched anew.

mod check_sum;
pub mod database;
mod file;
mod ids;
mod kept;
mod record;
mod state;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

pub use database::{Database, DatabaseError};
#[cfg(fuzzing)]
pub use file::sealed;
use file::{Content, Unusable};
pub use kept::BodyStore;
pub use state::{ListState, SyncState};

use super::disk::{self, DiskError};
use super::paths::{NoHome, Paths};
use crate::domain::{Repo, Snapshot};

/// Names a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The host of the API, perhaps with a port.
    pub host: String,
    /// The home repository of the roadmap.
    pub repo: Repo,
}

/// What was on disk.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The issues, without bodies.
    pub snapshot: Snapshot,
    /// What the next sync must know.
    pub state: SyncState,
    /// The bodies.
    pub bodies: BodyStore,
    /// What the user should hear of the file, a sentence each.
    pub notes: Vec<String>,
}

/// The cache could not be written; the old one is still there.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is of a newer offramp.
    #[error("the cache `{}` was written by a newer offramp and is left alone", .0.display())]
    Newer(PathBuf),
    /// The disk does not take it.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The lock beside it cannot be had.
    #[error("the lock `{}` cannot be taken: {cause}", path.display())]
    Lock {
        /// The lock.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// There is no place for it.
    #[error(transparent)]
    NoHome(#[from] NoHome),
}

/// Returns the folder of all caches.
pub fn folder(paths: &Paths) -> Result<PathBuf, NoHome> {
    Ok(paths.cache()?.join("issues"))
}

/// Returns the file of a cache.
pub fn path(paths: &Paths, key: &Key) -> Result<PathBuf, NoHome> {
    let host: String = key.host.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    Ok(folder(paths)?.join(host).join(format!("{}+{}.cache", key.repo.owner(), key.repo.name())))
}

/// Loads a cache; where there is none, or none that can be used, it is empty and says why.
pub fn load(paths: &Paths, key: &Key) -> Loaded {
    match path(paths, key) {
        Ok(path) => load_file(&path),
        Err(error) => Loaded { notes: vec![error.to_string()], ..Loaded::default() },
    }
}

/// Loads a cache from a file of any name, as [`load`] does.
pub fn load_file(path: &Path) -> Loaded {
    match open(path) {
        Ok(content) => content.map_or_else(Loaded::default, |content| Loaded {
            snapshot: content.snapshot,
            state: content.state,
            bodies: content.bodies,
            notes: Vec::new(),
        }),
        Err(unusable) => {
            let aside = matches!(unusable, Unusable::Corrupt(_)).then(|| set_aside(path)).flatten();
            let then = match (&unusable, aside) {
                (Unusable::Corrupt(_), Some(aside)) => format!("; kept as `{}`, and fetched anew", aside.display()),
                (Unusable::Corrupt(_) | Unusable::Older(_), _) => "; it is fetched anew".to_owned(),
                (Unusable::Newer(_), _) => "; it is left alone, and nothing is kept".to_owned(),
                (Unusable::Unreadable(_), _) => String::new(),
            };
            Loaded {
                notes: vec![format!("the cache `{}` cannot be used: {unusable}{then}", path.display())],
                ..Loaded::default()
            }
        }
    }
}

fn open(path: &Path) -> Result<Option<Content>, Unusable> {
    match File::open(path) {
        Ok(file) => file::read(file).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Renames a damaged file. Looks again under the lock: another process may have put a good one there.
fn set_aside(path: &Path) -> Option<PathBuf> {
    let _lock = lock(path).ok()?;
    matches!(open(path), Err(Unusable::Corrupt(_))).then_some(())?;
    let named = |number: u32| PathBuf::from(format!("{}.corrupt-{number}", path.display()));
    // The last name is used again: damage must not fill the disk.
    let aside = (1..9).map(named).find(|aside| !aside.exists()).unwrap_or_else(|| named(9));
    fs::rename(path, &aside).ok()?;
    Some(aside)
}

/// Writes a cache, joined with what another process wrote since `state` was loaded. Returns what is on disk
/// now; issues without a body keep the one that the file has. Where the disk does not take it, what was to be
/// written comes back beside the reason.
pub fn store(paths: &Paths, key: &Key, snapshot: Snapshot, state: SyncState) -> (Loaded, Option<StoreError>) {
    let mut loaded = Loaded { snapshot, state, ..Loaded::default() };
    let stored = path(paths, key).map_err(StoreError::from).and_then(|path| store_file(&path, &mut loaded));
    (loaded, stored.err())
}

fn store_file(path: &Path, loaded: &mut Loaded) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        disk::make_private_folder(folder)?;
    }
    let _lock = lock(path).map_err(|(path, cause)| StoreError::Lock { path, cause })?;
    let old = match open(path) {
        Ok(content) => content.unwrap_or_default(),
        Err(Unusable::Newer(_)) => return Err(StoreError::Newer(path.to_owned())),
        Err(Unusable::Corrupt(_) | Unusable::Older(_) | Unusable::Unreadable(_)) => Content::default(),
    };
    if old.state.generation != loaded.state.generation {
        let ours = (std::mem::take(&mut loaded.snapshot), std::mem::take(&mut loaded.state));
        (loaded.snapshot, loaded.state) = state::merge(ours, (old.snapshot, old.state));
    }
    loaded.state.generation += 1;
    disk::write_private_with(path, |out| file::write(out, &loaded.snapshot, &loaded.state, &old.bodies))?;
    // What is on disk is read as the next start reads it: packed, and with the bodies where they are.
    if let Ok(Some(Content { snapshot, state, bodies })) = open(path) {
        *loaded = Loaded { snapshot, state, bodies, notes: Vec::new() };
    }
    Ok(())
}

/// Removes all caches, those of other hosts and repositories too; returns the bytes that were freed.
pub fn clear(paths: &Paths) -> Result<u64, StoreError> {
    let folder = folder(paths)?;
    let freed = size(paths)?;
    match fs::remove_dir_all(&folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Disk(DiskError::removing(folder, cause)))
        }
        Ok(()) | Err(_) => Ok(freed),
    }
}

/// Returns how many bytes all caches take.
pub fn size(paths: &Paths) -> Result<u64, NoHome> {
    Ok(files(&folder(paths)?).iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] }).collect()
}

/// Waits for the lock of a file; it is let go when the value is dropped, also by a crash.
fn lock(path: &Path) -> Result<File, (PathBuf, io::Error)> {
    let path = PathBuf::from(format!("{}.lock", path.display()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let locked = options.open(&path).and_then(|file| file.lock().map(|()| file));
    locked.map_err(|cause| (path, cause))
}

#[cfg(test)]
mod tests;
