//! Replaces a file: temporary file in the same folder, fsync, rename, fsync of the folder.
//!
//! Mode, owner, group and extended attributes are kept. If a rename would lose one of them, or break hard links, the
//! file is written in place, and the temporary file keeps the new text until that has succeeded.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::{folder_of, in_words, notice, read, sync_folder, with_mode_of_user};

/// Replaces the file at `target`, which is not a symbolic link; notices call it `name`.
pub(super) fn replace(target: &Path, name: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match std::fs::metadata(target) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = folder_of(target);
    let mut file = match &old {
        // Mode 0600 until it gets the mode of the old file.
        Some(old) => {
            read::check(old).and_then(|()| may_write(target, old)).and_then(|()| NamedTempFile::new_in(folder))?
        }
        None => with_mode_of_user(folder)?,
    };
    file.write_all(bytes)?;
    let loss = old.as_ref().and_then(|old| keep_attributes(target, file.as_file(), old).err());
    file.as_file().sync_all()?;
    match loss {
        None => {
            file.persist(target).map_err(|error| error.error)?;
            sync_folder(target)
        }
        Some(loss) => {
            write_in_place(target, bytes, file)?;
            notice::tell(&format!("note: `{}` was written in place, since {loss}", name.display()));
            Ok(())
        }
    }
}

/// Rejects a read-only file, since a rename only checks the permissions of the folder.
#[cfg(unix)]
fn may_write(target: &Path, _old: &Metadata) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    accessat(CWD, target, Access::WRITE_OK, AtFlags::EACCESS).map_err(|error| match error.into() {
        error if io::Error::kind(&error) == io::ErrorKind::PermissionDenied => read_only(),
        error => error,
    })
}

#[cfg(not(unix))]
fn may_write(_target: &Path, old: &Metadata) -> io::Result<()> {
    if old.permissions().readonly() { Err(read_only()) } else { Ok(()) }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "permission denied, since it is read-only")
}

/// What replacing a file by a rename would lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has links and owners to lose"))]
enum Loss {
    /// The other names would keep the old content.
    #[error("it has further names (hard links)")]
    HardLinks,
    /// A new file would belong to the current user.
    #[error("its owner or group cannot be given to a new file")]
    Owner,
    /// A new file would lose access control lists or user attributes.
    #[error("its extended attributes cannot be given to a new file")]
    Attributes,
}

#[cfg(unix)]
fn keep_attributes(target: &Path, file: &File, old: &Metadata) -> Result<(), Loss> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    if old.nlink() > 1 {
        return Err(Loss::HardLinks);
    }
    let new = file.metadata().map_err(|_| Loss::Owner)?;
    let changed = |was: u32, is: u32| (was != is).then_some(was);
    let (owner, group) = (changed(old.uid(), new.uid()), changed(old.gid(), new.gid()));
    if owner.or(group).is_some() {
        fchown(file, owner, group).map_err(|_| Loss::Owner)?;
    }
    attributes::copy(target, file).map_err(|_| Loss::Attributes)?;
    // Set last, since `chown` clears bits. Setuid and setgid are dropped: a text file needs neither.
    let mode = old.permissions().mode() & 0o777;
    file.set_permissions(PermissionsExt::from_mode(mode)).map_err(|_| Loss::Owner)
}

#[cfg(not(unix))]
fn keep_attributes(_target: &Path, file: &File, old: &Metadata) -> Result<(), Loss> {
    file.set_permissions(old.permissions()).map_err(|_| Loss::Attributes)
}

/// Overwrites a file. If that fails midway, the complete new text is kept in the temporary file.
fn write_in_place(target: &Path, bytes: &[u8], copy: NamedTempFile) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(target)?;
    let written = file.write_all(bytes).and_then(|()| file.set_len(bytes.len() as u64)).and_then(|()| file.sync_all());
    let Err(error) = written else { return Ok(()) };
    let (_, kept) = copy.keep().map_err(|error| error.error)?;
    Err(io::Error::new(error.kind(), format!("{}; the complete new text is in `{}`", in_words(&error), kept.display())))
}

/// Extended attributes, including access control lists.
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod attributes {
    use std::ffi::CStr;
    use std::fs::File;
    use std::io;
    use std::path::Path;

    /// The kernel's limit for a value and for the list of names.
    const LARGEST: usize = 64 << 10;
    /// User attributes and access control lists. Security labels are assigned by the system.
    const KEPT: [&[u8]; 2] = [b"user.", b"system.posix_acl_access"];

    /// Copies attributes to another file; only failures for [`KEPT`] names are errors.
    pub(super) fn copy(from: &Path, to: &File) -> io::Result<()> {
        let mut names = vec![0_u8; LARGEST];
        // Some file systems have no attributes.
        let Ok(length) = rustix::fs::listxattr(from, &mut names) else { return Ok(()) };
        names.truncate(length);
        for name in names.split_inclusive(|byte| *byte == 0) {
            let Ok(name) = CStr::from_bytes_with_nul(name) else { continue };
            let kept = KEPT.iter().any(|prefix| name.to_bytes().starts_with(prefix));
            match copy_one(from, to, name) {
                Err(error) if kept => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    fn copy_one(from: &Path, to: &File, name: &CStr) -> io::Result<()> {
        if name.to_bytes().starts_with(b"security.") {
            return Ok(());
        }
        let mut value = vec![0_u8; LARGEST];
        let length = rustix::fs::getxattr(from, name, &mut value)?;
        value.truncate(length);
        Ok(rustix::fs::fsetxattr(to, name, &value, rustix::fs::XattrFlags::empty())?)
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
mod attributes {
    pub(super) fn copy(_from: &std::path::Path, _to: &std::fs::File) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    use super::super::{write, write_new};
    use super::*;

    fn file(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("a");
        write_new(&path, b"one, and longer").unwrap();
        path
    }

    #[test]
    fn hard_links_keep_sharing_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        std::fs::hard_link(&path, folder.path().join("b")).unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(std::fs::read(folder.path().join("b")).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
    }

    #[test]
    fn setuid_and_setgid_are_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o6755)).unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o755);
    }

    #[test]
    fn owner_and_group_are_kept_as_root() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        chown(&path, Some(65_534), Some(1)).unwrap();
        write(&path, b"two").unwrap();
        let about = std::fs::metadata(&path).unwrap();
        assert_eq!((about.uid(), about.gid()), (65_534, 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn extended_attributes_are_kept() {
        use rustix::fs::{XattrFlags, getxattr, setxattr};
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        if setxattr(&path, "user.note", b"mine", XattrFlags::empty()).is_err() {
            return;
        }
        write(&path, b"two").unwrap();
        let mut value = [0_u8; 8];
        let length = getxattr(&path, "user.note", &mut value).unwrap();
        assert_eq!(&value[..length], b"mine");
    }

    #[test]
    fn devices_and_folders_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), b"two").unwrap_err().to_string().ends_with("it is a folder"));
        let error = write(Path::new("/dev/null"), b"two").unwrap_err();
        assert!(error.to_string().ends_with("it is not a regular file"), "{error}");
    }
}
