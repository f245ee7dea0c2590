//! Files of a plain folder, all or those that no `.gitignore` names. Links are not followed; what is read to find out has limits.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::disk;
use crate::domain::clean::clean_line;

/// The largest `.gitignore` that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// How many patterns are read in a folder and all below it.
const MOST_PATTERNS: usize = 10_000;
/// How deep folders are entered.
const DEEPEST: usize = 256;

/// The files of a folder, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct PlainFiles {
    /// The regular files, by path.
    pub(crate) files: Vec<PathBuf>,
    /// What could not be read, each with the reason.
    pub(crate) unread: Vec<String>,
}

/// Lists the files of a folder that no `.gitignore` names.
pub(crate) fn list(root: &Path) -> PlainFiles {
    Walk::new(&|_| true).files(root)
}

/// Lists the files of a folder, whatever a `.gitignore` says, but for what is in folders that are not entered, as `.git` never
/// is.
pub(crate) fn list_all(root: &Path, enters: &dyn Fn(&Path) -> bool) -> PlainFiles {
    Walk { reads_patterns: false, ..Walk::new(enters) }.files(root)
}

struct Walk<'w> {
    enters: &'w dyn Fn(&Path) -> bool,
    reads_patterns: bool,
    found: PlainFiles,
    /// The patterns of each folder on the way, from the root on.
    ignored: Vec<Gitignore>,
    /// How many patterns were read.
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
            Err(error) => return self.miss(folder, &error.to_string()),
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
            Ok(_) => {}
            Err(error) => self.miss(&path, &error.to_string()),
        }
    }

    /// The nearest folder with a pattern for a path decides (gitignore(5)).
    fn is_ignored(&self, path: &Path, is_folder: bool) -> bool {
        let decisions = self.ignored.iter().rev().map(|patterns| patterns.matched(path, is_folder));
        decisions
            .into_iter()
            .find(|decision| !decision.is_none())
            .is_some_and(|decision| matches!(decision, Match::Ignore(_)))
    }

    /// Reads the patterns of one folder.
    fn patterns(&mut self, folder: &Path) -> Gitignore {
        if !self.reads_patterns {
            return Gitignore::empty();
        }
        let path = folder.join(".gitignore");
        let text = match disk::read(&path, LARGEST) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    self.miss(&path, &error.to_string());
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
        self.found.unread.push(clean_line(&format!("{}: {why}", path.display())).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
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
        (found.files.iter().map(name).collect(), found.unread)
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
    fn patterns_without_end_are_named_and_not_read() {
        let many = (0..=MOST_PATTERNS).map(|number| format!("a{number}*")).collect::<Vec<_>>().join("\n");
        let folder = folder(&[("x/.gitignore", &many), ("x/a1b", "")]);
        let (files, unread) = names(folder.path());
        assert_eq!(files, ["x/.gitignore", "x/a1b"]);
        assert!(unread.concat().ends_with("x/.gitignore: more than 10000 patterns are not read"), "{unread:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_gitignore_is_named() {
        let folder = folder(&[("a", "")]);
        let pipe = folder.path().join(".gitignore");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
        let (files, unread) = names(folder.path());
        assert_eq!(files, ["a"]);
        assert!(unread.concat().ends_with(".gitignore: it is not a regular file"), "{unread:?}");
    }
}
