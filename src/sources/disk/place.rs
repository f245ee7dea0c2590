//! Resolves paths from a roadmap, and keeps them below its folder even through symbolic links.

use std::io;
use std::path::{Component, Path, PathBuf};

/// Why a path is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// It leaves the folder, by `..` or through a link.
    #[error("this leads outside the roadmap's folder")]
    Outside,
    /// It is a link to something that does not exist.
    #[error("this is a dangling link")]
    Dangling,
    /// The folder itself cannot be resolved.
    #[error("the roadmap's folder cannot be found")]
    NoFolder,
}

/// Returns the real path of `name` below `root`, whether or not it exists.
///
/// Every component that exists is resolved and must be below the root; dangling links are rejected.
pub fn below(root: &Path, name: &str) -> Result<PathBuf, PlaceError> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let root = root.canonicalize().map_err(|_| PlaceError::NoFolder)?;
    let mut real = root.clone();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => real = step(&real.join(part))?,
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(PlaceError::Outside),
        }
        if !real.starts_with(&root) {
            return Err(PlaceError::Outside);
        }
    }
    Ok(real)
}

/// Resolves a path whose parents are resolved.
fn step(path: &Path) -> Result<PathBuf, PlaceError> {
    match path.canonicalize() {
        Ok(real) => Ok(real),
        Err(_) if path.is_symlink() => Err(PlaceError::Dangling),
        Err(_) => Ok(path.to_owned()),
    }
}

/// Creates the parents of a path that [`below`] returned.
pub fn make_parents(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(super::folder_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_links_need_not_exist() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(below(folder.path(), "readings/./a.csv"), Ok(root.join("readings/a.csv")));
        std::fs::create_dir(root.join("readings")).unwrap();
        assert_eq!(below(folder.path(), "readings/a.csv"), Ok(root.join("readings/a.csv")));
        for name in ["../a.csv", "/etc/passwd", "readings/../../a"] {
            assert_eq!(below(folder.path(), name), Err(PlaceError::Outside), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_must_stay_below_the_folder() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("data")).unwrap();
        symlink("data", root.join("inside")).unwrap();
        symlink(outside.path(), root.join("out")).unwrap();
        symlink(outside.path().join("new.csv"), root.join("dangling.csv")).unwrap();
        symlink("missing", root.join("nowhere")).unwrap();
        assert_eq!(below(&root, "inside/a.csv"), Ok(root.join("data/a.csv")));
        assert_eq!(below(&root, "out/a.csv"), Err(PlaceError::Outside));
        assert_eq!(below(&root, "out/deep/a.csv"), Err(PlaceError::Outside));
        assert_eq!(below(&root, "dangling.csv"), Err(PlaceError::Dangling));
        assert_eq!(below(&root, "nowhere/a.csv"), Err(PlaceError::Dangling));
    }
}
