//! File locks: two offramp processes never write to the same folder at the same time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Attempt, DiskError, folder_of, notice, read, replace, resolve};

/// How long to wait for a lock before announcing the wait.
const ANNOUNCED_AFTER: Duration = Duration::from_secs(1);
/// How long to wait for a lock.
const LIMIT: Duration = Duration::from_secs(30);

/// A file that no other offramp process changes until this is dropped.
///
/// Not every file system supports locks, and other programs ignore ours: check [`Locked::still_holds`] right before
/// [`Locked::write`].
#[derive(Debug)]
pub struct Locked {
    name: PathBuf,
    target: PathBuf,
    _folder: Option<File>,
}

impl Locked {
    /// Whether the file still has these bytes; `None` if it should not exist.
    pub fn still_holds(&self, old: Option<&[u8]>) -> bool {
        let limit = old.map_or(0, |old| old.len() as u64);
        match (read::read(&self.target, limit), old) {
            (Ok(now), Some(old)) => now == old,
            (Err(error), None) => error.kind() == std::io::ErrorKind::NotFound,
            (Ok(_), None) | (Err(_), Some(_)) => false,
        }
    }

    /// Replaces or creates the file, like [`super::write`].
    pub fn write(&self, bytes: &[u8]) -> Result<(), DiskError> {
        replace::replace(&self.target, &self.name, bytes).map_err(|cause| DiskError {
            path: self.name.clone(),
            what: Attempt::Written,
            cause,
        })
    }
}

/// Waits for the lock of a file, which need not exist. Prints a notice after 1 s and gives up after 30 s.
///
/// The lock is on the folder of the file, after following links, so that no lock file is left.
pub fn lock(path: &Path) -> Result<Locked, DiskError> {
    let failed = |cause| DiskError { path: path.to_owned(), what: Attempt::Locked, cause };
    let target = resolve(path).map_err(failed)?;
    let folder = folder_of(&target);
    let held = match File::open(folder) {
        Ok(file) => wait(file, path, LIMIT).map_err(failed)?,
        Err(_) => None,
    };
    Ok(Locked { name: path.to_owned(), target, _folder: held })
}

/// Waits until a lock is free; `None` if the file system does not support locks.
fn wait(file: File, name: &Path, limit: Duration) -> std::io::Result<Option<File>> {
    let start = Instant::now();
    let mut announced = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if start.elapsed() >= limit => {
                let message = format!("another process has held the lock of its folder for {} s", limit.as_secs());
                return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, message));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if !announced && start.elapsed() >= ANNOUNCED_AFTER {
            announced = true;
            notice::tell(&format!("waiting for another process that is writing beside `{}`", name.display()));
        }
        // Random delays, so that waiting processes do not collide again.
        std::thread::sleep(Duration::from_millis(fastrand::u64(2..20)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::disk;

    #[test]
    fn waiting_for_a_lock_times_out() {
        let folder = tempfile::tempdir().unwrap();
        let held = lock(&folder.path().join("a")).unwrap();
        let file = File::open(folder.path()).unwrap();
        let error = wait(file, Path::new("a"), Duration::from_millis(20)).unwrap_err();
        assert!(error.to_string().starts_with("another process has held the lock"), "{error}");
        drop(held);
        assert!(wait(File::open(folder.path()).unwrap(), Path::new("a"), LIMIT).unwrap().is_some());
    }

    #[test]
    fn changes_by_another_program_are_detected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let locked = lock(&path).unwrap();
        assert!(locked.still_holds(None) && !locked.still_holds(Some(b"")));
        locked.write(b"one").unwrap();
        assert!(locked.still_holds(Some(b"one")) && !locked.still_holds(Some(b"two")) && !locked.still_holds(None));
        drop(locked);
        disk::write(&path, b"one more").unwrap();
        assert!(!lock(&path).unwrap().still_holds(Some(b"one")));
    }
}
