//! Reads and writes files: writes are atomic and locked, reads are limited in size.

mod error;
mod lock;
mod notice;
mod place;
mod read;
mod replace;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use error::Attempt;
pub use error::{DiskError, in_words};
pub use lock::{Locked, lock};
pub(in crate::sources) use notice::tell;
pub use notice::{notices_to_screens, on_notice};
pub use place::{PlaceError, below, make_parents};
pub use read::{open, read, read_text};

/// Atomically creates or replaces a file under its lock; keeps mode, owner, group and extended attributes, and follows
/// symbolic links.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    lock(path)?.write(bytes)
}

/// Atomically creates a file that must not exist yet.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let at = |cause| DiskError { path: path.to_owned(), what: Attempt::Created, cause };
    // Checked first, before anything is written; `persist_noclobber` guards against a race with another process.
    if path.symlink_metadata().is_ok() {
        return Err(at(io::ErrorKind::AlreadyExists.into()));
    }
    let mut file = with_mode_of_user(folder_of(path)).map_err(at)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(at)?;
    file.persist_noclobber(path).map_err(|error| at(error.error))?;
    sync_folder(path).map_err(at)
}

/// Creates a folder and its parents with mode 0700.
pub fn make_private_folder(path: &Path) -> Result<(), DiskError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|cause| DiskError { path: path.to_owned(), what: Attempt::Created, cause })
}

/// Creates a temporary file with the mode of the umask instead of 0600, since it becomes a file of the user.
fn with_mode_of_user(folder: &Path) -> io::Result<NamedTempFile> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes to set"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Follows symbolic links, also to a file that does not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // The limit of Linux.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(link) => target = folder_of(&target).join(link),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many links"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a rename survive a power failure. Errors of file systems without support are ignored.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder_of(path)).and_then(|folder| folder.sync_all()) {
        Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_never_replaces_an_existing_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_new(&path, b"one").unwrap();
        assert!(write_new(&path, b"two").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }

    #[test]
    fn no_temporary_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_for_a_missing_folder_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("no/file"), b"").unwrap_err();
        assert!(error.to_string().contains("no/file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_symlink_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("real"), folder.path().join("link"));
        write_new(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        write(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_open_a_private_folder() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("cache/offramp");
        make_private_folder(&inner).unwrap();
        assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
