//! Plain folders: lists and reads files from disk without Git.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::problem::ProblemKind;
use super::selection::{ConfigSelection, MOST_FOLLOWED};
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
    let unread = plain.unread.into_iter().map(|(path, why)| FolderEntry::unlisted(&relative(root, &path), why));
    let mut found: Vec<FolderEntry> = files.filter(|file| selection.takes(&file.path)).chain(unread).collect();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(root: &Path, path: &Path) -> String {
    // Joined by components: on Unix a backslash is part of a name.
    let steps = path.strip_prefix(root).unwrap_or(path).components();
    steps.map(|step| name_of(step.as_os_str().as_encoded_bytes())).collect::<Vec<_>>().join("/")
}

/// Lists the job configs of a folder, by path; `None` if none of its config folders exists. Links to folders are
/// followed as long as they stay within the root.
pub(crate) fn configs(root: &Path, selection: &ConfigSelection) -> Option<Vec<FolderEntry>> {
    let home = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut walk = ConfigWalk { home, selection, listed: HashSet::new(), links: VecDeque::new(), found: Vec::new() };
    let mut has_folder = false;
    for name in &selection.roots {
        let path = root.join(name);
        let is_within = fs::canonicalize(&path).is_ok_and(|real| real.starts_with(&walk.home));
        if !is_within && !has_link(root, name) {
            continue;
        }
        has_folder = true;
        if !is_within {
            walk.found.push(FolderEntry::new(name, &path).with(ProblemKind::LostLink));
        } else if path.is_file() {
            walk.found.push(FolderEntry::new(name, &path));
        } else {
            walk.folder(&path, name, &[]);
        }
    }
    if selection.has_globs() {
        walk.folder(root, "", &[]);
    }
    walk.follow_links();
    let mut found = walk.found;
    has_folder |= !found.is_empty();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found.dedup();
    has_folder.then_some(found)
}

/// Returns the named config folders that do not exist.
pub(crate) fn absent(root: &Path, selection: &ConfigSelection) -> Vec<String> {
    let is_absent = |name: &&String| fs::canonicalize(root.join(name)).is_err() && !has_link(root, name);
    selection.roots.iter().filter(is_absent).cloned().collect()
}

/// Whether a component of a path is a link.
fn has_link(root: &Path, path: &str) -> bool {
    let is_link = |step: &Path| fs::symlink_metadata(root.join(step)).is_ok_and(|about| about.is_symlink());
    Path::new(path).ancestors().filter(|step| !step.as_os_str().is_empty()).any(is_link)
}

/// A walk through the folders of job configs. Real folders come first, then those behind links, so that the result does
/// not depend on the order in which the system lists them.
struct ConfigWalk<'s> {
    /// The canonical root.
    home: PathBuf,
    selection: &'s ConfigSelection,
    /// The canonical paths of entries already listed, and of folders listed completely.
    listed: HashSet<PathBuf>,
    links: VecDeque<FolderLink>,
    found: Vec<FolderEntry>,
}

/// A link to a folder.
struct FolderLink {
    file: PathBuf,
    path: String,
    /// The targets of the links on its path, its own last.
    targets: Vec<PathBuf>,
}

impl ConfigWalk<'_> {
    fn folder(&mut self, folder: &Path, path: &str, targets: &[PathBuf]) {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if self.listed.contains(&real) {
            return;
        }
        let entries = fs::read_dir(folder);
        // A glob that does not match this name may match the name of a link, so only complete folders are marked.
        if self.selection.holds(path) || entries.is_err() {
            self.listed.insert(real.clone());
        }
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.found.push(FolderEntry::unlisted(path, disk::in_words(&error))),
        };
        let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = name_of(entry.file_name().as_encoded_bytes());
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => self.link(&entry, &real, path, targets),
                Ok(kind) if kind.is_dir() && self.selection.enters(&path) => self.folder(&entry.path(), &path, targets),
                Ok(kind) if kind.is_file() && self.selection.takes(&path) => {
                    self.take(&real, FolderEntry::new(&path, &entry.path()));
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Adds an entry of a folder under the first of its names.
    fn take(&mut self, folder: &Path, entry: FolderEntry) {
        if self.listed.insert(folder.join(entry.file.file_name().unwrap_or_default())) {
            self.found.push(entry);
        }
    }

    /// Queues a link to a folder, or adds a problem for one that is not followed.
    fn link(&mut self, entry: &fs::DirEntry, folder: &Path, path: String, targets: &[PathBuf]) {
        let (is_taken, is_entered) = (self.selection.takes(&path), self.selection.enters(&path));
        if !is_taken && !is_entered {
            return;
        }
        let file = entry.path();
        let Some(target) = fs::canonicalize(&file).ok().filter(|target| target.starts_with(&self.home)) else {
            self.take(folder, FolderEntry::new(&path, &file).with(ProblemKind::LostLink));
            return;
        };
        // Following a link to a surrounding folder would not end.
        let is_around = || folder.starts_with(&target) || targets.contains(&target);
        if target.is_dir() {
            if is_entered && !is_around() {
                let targets = targets.iter().cloned().chain([target]).collect();
                self.links.push_back(FolderLink { file, path, targets });
            }
        } else if is_taken && !self.selection.takes(&relative(&self.home, &target)) {
            self.take(folder, FolderEntry::new(&path, &file).with(ProblemKind::Link));
        }
    }

    fn follow_links(&mut self) {
        let mut count = 0;
        while let Some(FolderLink { file, path, targets }) = self.links.pop_front() {
            count += 1;
            if count > MOST_FOLLOWED {
                self.found.push(FolderEntry::new(&path, &file).with(ProblemKind::Endless));
                return;
            }
            self.folder(&file, &path, &targets);
        }
    }
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
