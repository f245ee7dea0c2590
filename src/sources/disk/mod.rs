//! Files on disk: writes are atomic and locked, reads are bounded.

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

/// Replaces or makes a file under its lock: whole or not at all, with its mode, owner, group and attributes.
/// Links stay links.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    lock(path)?.write(bytes)
}

/// Writes a file that must not exist yet; a reader finds all of it or nothing.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let at = |cause| DiskError { path: path.to_owned(), what: Attempt::Created, cause };
    // Checked before anything is written; `persist_noclobber` holds it against another process.
    if path.symlink_metadata().is_ok() {
        return Err(at(io::ErrorKind::AlreadyExists.into()));
    }
    let mut file = with_mode_of_user(folder_of(path)).map_err(at)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(at)?;
    file.persist_noclobber(path).map_err(|error| at(error.error))?;
    sync_folder(path).map_err(at)
}

/// Makes a folder, and those above it, with mode 0700.
pub fn make_private_folder(path: &Path) -> Result<(), DiskError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|cause| DiskError { path: path.to_owned(), what: Attempt::Created, cause })
}

/// A temporary file has mode 0600; one that becomes the user's takes the umask's.
fn with_mode_of_user(folder: &Path) -> io::Result<NamedTempFile> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes to set"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Follows links, also to a file that does not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // As many as Linux follows.
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

/// Makes a rename survive a power cut. Some file systems cannot; the file itself is safe by then.
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
    fn a_new_file_never_replaces_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_new(&path, b"one").unwrap();
        assert!(write_new(&path, b"two").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }

    #[test]
    fn nothing_is_left_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("no/file"), b"").unwrap_err();
        assert!(error.to_string().contains("no/file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_link_stay() {
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
    fn a_private_folder_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("cache/offramp");
        make_private_folder(&inner).unwrap();
        assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
