//! Bounded reads: only regular files, up to a limit; a named pipe never blocks.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Reads a whole file of at most `limit` bytes.
///
/// Fails with [`io::ErrorKind::FileTooLarge`] beyond that, and for folders, pipes, sockets and devices.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, about) = open(path)?;
    if about.len() > limit {
        return Err(too_large(limit));
    }
    // One byte more, so that the end is detected without growing the buffer.
    let mut bytes = Vec::with_capacity(about.len() as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// Like [`read`], for UTF-8.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let bytes = read(path, limit)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Opens a regular file. The type is checked before the open, so that no device is touched, and again after it, in case
/// the file was replaced.
pub fn open(path: &Path) -> io::Result<(File, Metadata)> {
    check(&std::fs::metadata(path)?)?;
    let file = options().open(path)?;
    let about = file.metadata()?;
    check(&about)?;
    Ok((file, about))
}

/// Rejects anything but a regular file.
pub(super) fn check(about: &Metadata) -> io::Result<()> {
    match about {
        about if about.is_file() => Ok(()),
        about if about.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    options
}

fn too_large(limit: u64) -> io::Error {
    let size = match (limit >> 20, limit >> 10) {
        (0, kilobytes) => format!("{kilobytes} kB"),
        (megabytes, _) => format!("{megabytes} MB"),
    };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::disk;

    #[test]
    fn a_file_over_the_limit_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        disk::write(&path, &[b'x'; 2048]).unwrap();
        assert_eq!(read(&path, 2048).unwrap().len(), 2048);
        assert_eq!(read(&path, 2047).unwrap_err().to_string(), "it is larger than 1 kB");
    }

    #[test]
    fn a_sparse_file_is_rejected_by_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        File::create(&path).unwrap().set_len(3 << 30).unwrap();
        assert_eq!(read(&path, 16 << 20).unwrap_err().to_string(), "it is larger than 16 MB");
    }

    #[test]
    fn a_folder_has_its_own_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path(), 9).unwrap_err().to_string(), "it is a folder");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_rejected_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
        for path in [path.as_path(), Path::new("/dev/zero")] {
            assert_eq!(read(path, 9).unwrap_err().to_string(), "it is not a regular file");
        }
    }
}
