//! Lists the files of a folder that is not a Git repository, optionally without files that a `.gitignore` excludes.
//! Symbolic links are not followed; depth and the number of patterns are limited.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::disk;

/// The maximum size of a `.gitignore`, in bytes.
const LARGEST: u64 = 1 << 20;
/// The maximum number of patterns in a folder and all its subfolders.
const MOST_PATTERNS: usize = 10_000;
/// The maximum depth of folders.
const DEEPEST: usize = 256;

/// The files of a folder, and read errors.
#[derive(Debug, Default)]
pub(crate) struct PlainFiles {
    /// The regular files, sorted by path.
    pub(crate) files: Vec<PathBuf>,
    /// The symbolic links.
    pub(crate) links: Vec<PathBuf>,
    /// Paths that could not be read, each with the reason.
    pub(crate) unread: Vec<(PathBuf, String)>,
}

/// Lists the files of a folder that no `.gitignore` excludes.
pub(crate) fn list(root: &Path) -> PlainFiles {
    Walk::new(&|_| true).files(root)
}

/// Lists the files of a folder without regard to `.gitignore`, in the subfolders for which `enters` is true; `.git` is
/// always skipped.
pub(crate) fn list_all(root: &Path, enters: &dyn Fn(&Path) -> bool) -> PlainFiles {
    Walk { reads_patterns: false, ..Walk::new(enters) }.files(root)
}

struct Walk<'w> {
    enters: &'w dyn Fn(&Path) -> bool,
    reads_patterns: bool,
    found: PlainFiles,
    /// The patterns of the current folder and its parents, from the root on.
    ignored: Vec<Gitignore>,
    /// The number of patterns read.
    patterns: usize,
}

impl<'w> Walk<'w> {
    fn new(enters: &'w dyn Fn(&Path) -> bool) -> Self {
        Self { enters, reads_patterns: true, found: PlainFiles::default(), ignored: Vec::new(), patterns: 0 }
    }

    fn files(mut self, root: &Path) -> PlainFiles {
        self.enter(root);
        self.found.files.sort_unstable();
        self.found
    }

    fn enter(&mut self, folder: &Path) {
        if self.ignored.len() > DEEPEST {
            return self.miss(folder, &format!("it is more than {DEEPEST} folders deep"));
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.miss(folder, &disk::in_words(&error)),
        };
        let patterns = self.patterns(folder);
        self.ignored.push(patterns);
        for entry in entries.flatten() {
            self.meet(&entry);
        }
        self.ignored.pop();
    }

    fn meet(&mut self, entry: &fs::DirEntry) {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if entry.file_name() != ".git" && (self.enters)(&path) && !self.is_ignored(&path, true) {
                    self.enter(&path);
                }
            }
            Ok(kind) if kind.is_file() && !self.is_ignored(&path, false) => self.found.files.push(path),
            Ok(kind) if kind.is_symlink() => self.found.links.push(path),
            Ok(_) => {}
            Err(error) => self.miss(&path, &disk::in_words(&error)),
        }
    }

    /// Whether the nearest folder with a matching pattern ignores the path (gitignore(5)).
    fn is_ignored(&self, path: &Path, is_folder: bool) -> bool {
        let decisions = self.ignored.iter().rev().map(|patterns| patterns.matched(path, is_folder));
        decisions
            .into_iter()
            .find(|decision| !decision.is_none())
            .is_some_and(|decision| matches!(decision, Match::Ignore(_)))
    }

    fn patterns(&mut self, folder: &Path) -> Gitignore {
        if !self.reads_patterns {
            return Gitignore::empty();
        }
        let path = folder.join(".gitignore");
        let text = match disk::read(&path, LARGEST) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    self.miss(&path, &disk::in_words(&error));
                }
                return Gitignore::empty();
            }
        };
        let is_pattern = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().filter(is_pattern).collect();
        self.patterns += lines.len();
        if self.patterns > MOST_PATTERNS {
            self.patterns -= lines.len();
            self.miss(&path, &format!("more than {MOST_PATTERNS} patterns are not read"));
            return Gitignore::empty();
        }
        let mut builder = GitignoreBuilder::new(folder);
        for line in lines {
            // An invalid pattern ignores nothing, as in Git.
            let _ = builder.add_line(None, line);
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    fn miss(&mut self, path: &Path, why: &str) {
        self.found.unread.push((path.to_owned(), why.to_owned()));
    }
}

#[cfg(test)]
pub(in crate::sources) mod tests {
    use super::*;

    pub(in crate::sources) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            disk::write(&path, text.as_bytes()).unwrap();
        }
        folder
    }

    fn names(folder: &Path) -> (Vec<String>, Vec<String>) {
        let found = list(folder);
        let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        let unread = found.unread.iter().map(|(path, why)| format!("{}: {why}", name(path)));
        (found.files.iter().map(name).collect(), unread.collect())
    }

    #[test]
    fn the_nearest_pattern_decides() {
        let folder = folder(&[
            (".gitignore", "*.log\n/out/\n# a\n"),
            ("a.log", ""),
            ("a/b.log", ""),
            ("a/keep.log", ""),
            ("a/.gitignore", "!keep.log\n"),
            ("out/x", ""),
            ("a/out/x", ""),
            (".git/config", ""),
        ]);
        assert_eq!(names(folder.path()).0, [".gitignore", "a/.gitignore", "a/keep.log", "a/out/x"]);
        let all = list_all(folder.path(), &|path| !path.ends_with("a/out"));
        assert_eq!(all.files.len(), 6, "{all:?}");
    }

    #[test]
    fn too_many_patterns_are_reported_and_not_read() {
        let many = (0..=MOST_PATTERNS).map(|number| format!("a{number}*")).collect::<Vec<_>>().join("\n");
        let folder = folder(&[("x/.gitignore", &many), ("x/a1b", "")]);
        let (files, unread) = names(folder.path());
        assert_eq!(files, ["x/.gitignore", "x/a1b"]);
        assert!(unread.concat().ends_with("x/.gitignore: more than 10000 patterns are not read"), "{unread:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_gitignore_that_is_a_pipe_is_reported() {
        let folder = folder(&[("a", "")]);
        let pipe = folder.path().join(".gitignore");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
        let (files, unread) = names(folder.path());
        assert_eq!(files, ["a"]);
        assert!(unread.concat().ends_with(".gitignore: it is not a regular file"), "{unread:?}");
    }
}
