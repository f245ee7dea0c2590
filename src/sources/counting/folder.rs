//! Plain folders: lists and reads files from disk without Git.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::problem::ProblemKind;
use super::selection::ConfigSelection;
use super::text::{in_utf8, is_binary};
use crate::sources::git::{EXAMINED, LARGEST, Selects, name_of};
use crate::sources::{disk, plain_files};

/// A file or link below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderEntry {
    /// Relative to the root, with `/`. Bytes that are not UTF-8 are escaped, so this may not be the name on disk.
    pub(crate) path: String,
    /// The path on disk.
    pub(crate) file: PathBuf,
    /// Why it is not read.
    pub(crate) problem: Option<ProblemKind>,
}

impl FolderEntry {
    fn new(path: &str, file: &Path) -> Self {
        Self { path: path.to_owned(), file: file.to_owned(), problem: None }
    }

    fn unlisted(path: &str, why: String) -> Self {
        let path = if path.is_empty() { "." } else { path };
        Self::new(path, Path::new("")).with(ProblemKind::Unreadable(why))
    }

    fn with(self, problem: ProblemKind) -> Self {
        Self { problem: Some(problem), ..self }
    }
}

/// Lists the selected files of a folder, by path. `.gitignore` has no meaning outside Git.
pub(crate) fn list(root: &Path, selection: &dyn Selects) -> Vec<FolderEntry> {
    let plain = plain_files::list_all(root, &|folder| selection.enters(&relative(root, folder)));
    let files = plain.files.iter().map(|file| FolderEntry::new(&relative(root, file), file));
    let links = plain.links.iter().map(|link| (relative(root, link), link));
    let links = links.filter(|(path, _)| selection.takes_other(path));
    let links = links.map(|(path, link)| FolderEntry::new(&path, link).with(ProblemKind::Link));
    let unread = plain.unread.into_iter().map(|(path, why)| FolderEntry::unlisted(&relative(root, &path), why));
    let mut found: Vec<FolderEntry> =
        files.filter(|file| selection.takes(&file.path)).chain(links).chain(unread).collect();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(root: &Path, path: &Path) -> String {
    // Joined by components: on Unix a backslash is part of a name.
    let steps = path.strip_prefix(root).unwrap_or(path).components();
    steps.map(|step| name_of(step.as_os_str().as_encoded_bytes())).collect::<Vec<_>>().join("/")
}

/// Lists the job configs of a folder, by path, and the named config folders that do not exist; `None` if none exists. On
/// the way to these folders, links within the root are followed.
pub(crate) fn configs(root: &Path, configs: &ConfigSelection) -> (Option<Vec<FolderEntry>>, Vec<String>) {
    let home = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let (mut roots, mut absent, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for name in &configs.roots {
        let path = root.join(name);
        match fs::canonicalize(&path) {
            Ok(real) if real.starts_with(&home) => roots.push(relative(&home, &real)),
            Err(_) if !has_link(root, name) => absent.push(name.clone()),
            Ok(_) | Err(_) => found.push(FolderEntry::new(name, &path).with(ProblemKind::LostLink)),
        }
    }
    let has_folder = !roots.is_empty();
    found.extend(list(&home, &configs.with_roots(roots)));
    ((has_folder || !found.is_empty()).then_some(found), absent)
}

/// Whether a component of a path is a link.
fn has_link(root: &Path, path: &str) -> bool {
    let is_link = |step: &Path| fs::symlink_metadata(root.join(step)).is_ok_and(|about| about.is_symlink());
    Path::new(path).ancestors().filter(|step| !step.as_os_str().is_empty()).any(is_link)
}

/// Reads a file of a folder, of a large binary file only the beginning. A file that grows meanwhile stays limited.
pub(in crate::sources) fn bytes(path: &Path) -> Result<Vec<u8>, ProblemKind> {
    let failed = |error: io::Error| ProblemKind::Unreadable(disk::in_words(&error));
    let (file, about) = disk::open(path).map_err(failed)?;
    if about.len() > LARGEST {
        let mut beginning = Vec::new();
        file.take(EXAMINED).read_to_end(&mut beginning).map_err(failed)?;
        return if is_binary(&in_utf8(&beginning)) { Ok(beginning) } else { Err(ProblemKind::TooLarge(about.len())) };
    }
    let mut bytes = Vec::with_capacity(about.len() as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    let size = bytes.len() as u64;
    if size > LARGEST { Err(ProblemKind::TooLarge(size)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::Files;
    use crate::sources::counting::problem::Problem;
    use crate::sources::counting::selection::FileSelection;

    #[test]
    fn a_folder_that_is_not_listed_is_a_problem_at_its_path() {
        let root = tempfile::tempdir().unwrap();
        let deep = "a/".repeat(257);
        disk::make_private_folder(&root.path().join(&deep)).unwrap();
        let entries = list(root.path(), &FileSelection::new(&Files::default()).unwrap());
        let found: Vec<Problem> =
            entries.into_iter().map(|entry| Problem::new(&entry.path, entry.problem.unwrap())).collect();
        let kind = ProblemKind::Unreadable("it is more than 256 folders deep".to_owned());
        assert_eq!(found, [Problem { path: deep.trim_end_matches('/').to_owned(), kind }]);
    }
}
