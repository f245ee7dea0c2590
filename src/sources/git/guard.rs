//! Safeguards for running git: a timeout, an output limit, and a check for special files on which git would block.

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::GitError;
use crate::sources::{disk, programs};

/// The timeout of a command.
const LIMIT: Duration = Duration::from_mins(1);
/// The limit of a command's output, in bytes: a line for each of some million commits.
const LARGEST: u64 = 512 << 20;
/// The largest file that only contains paths, such as `commondir`, in bytes.
const LARGEST_NAME: u64 = 64 << 10;
/// The limits of the check for special files: the depth of folders, and the number of entries.
const DEEPEST: usize = 8;
const MOST_ENTRIES: usize = 200_000;

/// Runs a command and returns its output. Fails after a timeout.
pub(super) fn answer(command: &mut Command) -> Result<Output, GitError> {
    command.stdin(Stdio::null());
    programs::answer(command, LARGEST, LIMIT).map_err(|error| {
        let is_late = error.kind() == std::io::ErrorKind::TimedOut;
        if is_late { GitError::TimedOut(LIMIT.as_secs()) } else { GitError::NotStarted(error) }
    })
}

/// Refuses a repository with a pipe, a socket or a device in it, since git would block on opening it.
pub(super) fn check(folder: &Path) -> Result<(), GitError> {
    let mut left = MOST_ENTRIES;
    let special = folders_of(folder).iter().find_map(|folder| special_below(folder, 0, &mut left));
    special.map_or(Ok(()), |path| Err(GitError::Special(path)))
}

/// Returns the folders that git reads for a repository: its own, the common one of a worktree, and its alternates.
fn folders_of(folder: &Path) -> Vec<PathBuf> {
    let own = named_in(folder, "gitdir:").unwrap_or_else(|| folder.to_owned());
    let shared = named_in(&own.join("commondir"), "").unwrap_or_else(|| own.clone());
    let objects = shared.join("objects");
    let lent = disk::read_text(&objects.join("info/alternates"), LARGEST_NAME).unwrap_or_default();
    let lent = lent.lines().filter(|line| !line.is_empty()).map(|line| objects.join(line)).collect::<Vec<_>>();
    [own, shared].into_iter().chain(lent).collect()
}

/// Reads a file that consists of a path, relative to the folder of the file.
pub(super) fn named_in(file: &Path, label: &str) -> Option<PathBuf> {
    let text = disk::read_text(file, LARGEST_NAME).ok()?;
    let name = text.strip_prefix(label)?.trim();
    Some(file.parent()?.join(name))
}

fn special_below(folder: &Path, depth: usize, left: &mut usize) -> Option<PathBuf> {
    if depth > DEEPEST {
        return None;
    }
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        *left = left.checked_sub(1)?;
        let path = entry.path();
        let kind = entry.file_type().ok()?;
        let target = if kind.is_symlink() { fs::metadata(&path).ok()?.file_type() } else { kind };
        match target {
            target if target.is_dir() && !kind.is_symlink() => special_below(&path, depth + 1, left),
            target => is_special(target).then_some(path),
        }
    })
}

fn is_special(kind: FileType) -> bool {
    !kind.is_file() && !kind.is_dir() && !kind.is_symlink()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn make_pipe(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RUSR).unwrap();
    }

    fn special(folder: &Path) -> Option<PathBuf> {
        match check(folder) {
            Err(GitError::Special(path)) => Some(path),
            Ok(()) | Err(_) => None,
        }
    }

    #[test]
    fn a_pipe_anywhere_in_a_repository_is_found() {
        for name in ["HEAD", "config", "refs/heads/main", "objects/ab/cdef", "info/exclude"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            make_pipe(&path);
            assert_eq!(special(folder.path()), Some(path), "{name}");
        }
    }

    #[test]
    fn a_pipe_behind_a_link_or_in_another_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (folder.path().join("own"), folder.path().join("other"));
        fs::create_dir_all(own.join("objects/info")).unwrap();
        assert_eq!(special(&own), None);
        disk::write(&own.join("objects/info/alternates"), b"../../other\n").unwrap();
        make_pipe(&other.join("ab/pipe"));
        assert!(special(&own).is_some_and(|path| path.ends_with("ab/pipe")));
        disk::write(&folder.path().join(".git"), b"gitdir: own\n").unwrap();
        assert!(special(&folder.path().join(".git")).is_some());
        let linked = folder.path().join("linked");
        fs::create_dir(&linked).unwrap();
        std::os::unix::fs::symlink("/dev/null", linked.join("HEAD")).unwrap();
        assert_eq!(special(&linked), Some(linked.join("HEAD")));
    }
}
