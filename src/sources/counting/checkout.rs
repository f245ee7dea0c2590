//! A checkout of test-infra: a Git repository or a plain folder, and what its files say.

mod blobs;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rayon::prelude::*;

use super::prow::facts::Broken;
use super::prow::file;
use super::prow::texts::Texts;
use super::store::{Store, Viewer};
use super::{FOLDER, folder, is_config};
use crate::domain::clean::clean_line;
use crate::domain::{Date, Job, Rule};
use crate::sources::disk::DiskError;
use crate::sources::git::Line;
use crate::sources::git::{Commit, Entry, EntryKind, GitError, Repository, Trees};

/// Where job configs come from.
#[derive(Debug, Clone)]
pub enum Checkout {
    /// Git's objects; what lies in the working tree does not matter.
    Git(Repository),
    /// Files as they lie there.
    Folder(PathBuf),
}

/// The job configs could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// There is nothing at the path.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// It is no checkout of test-infra.
    #[error("`{}` has no {FOLDER}", .0.display())]
    NoJobs(PathBuf),
    /// The commit has no job configs.
    #[error("commit {} of {} has no {FOLDER}", .0.short(), .0.date)]
    NoJobsAt(Commit),
    /// The repository is younger than a day that was asked about.
    #[error("there is no commit on or before {0} in the checkout")]
    NothingBefore(Date),
    /// Git did not answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Checkout {
    /// Finds out what a path is.
    pub fn open(path: &Path) -> Result<Self, CheckoutError> {
        if !path.is_dir() {
            return Err(CheckoutError::NoFolder(path.to_owned()));
        }
        match Repository::of(path) {
            Some(repository) => Ok(Self::Git(repository)),
            None if path.join(FOLDER).is_dir() => Ok(Self::Folder(path.to_owned())),
            None => Err(CheckoutError::NoJobs(path.to_owned())),
        }
    }

    /// Returns the repository, where it is one.
    pub fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Git(repository) => Some(repository),
            Self::Folder(_) => None,
        }
    }
}

/// Something that stands where jobs should stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Relative to the root, with `/`, cleaned.
    pub path: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// It is not valid YAML.
    Broken(Broken),
    /// Git has no such object here: its hash.
    Missing(String),
    /// It could not be read: what the system said.
    Unreadable(String),
    /// The bytes are in Git LFS.
    Pointer,
    /// It is another repository.
    Submodule,
    /// A symbolic link, which is not followed.
    Link,
}

impl ProblemKind {
    /// Tells whether jobs may be there that nobody counted.
    pub fn hides_jobs(&self) -> bool {
        match self {
            Self::Missing(_) | Self::Unreadable(_) | Self::Pointer | Self::Submodule => true,
            Self::Broken(_) | Self::Link => false,
        }
    }
}

/// The job configs of one commit, or of a folder.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What was read; `None` for a plain folder.
    pub commit: Option<Commit>,
    /// Whether there is a `config/jobs` at all.
    pub has_folder: bool,
    /// In order of path.
    pub problems: Vec<Problem>,
    /// Path and key in the store, in order of path.
    files: Vec<(String, Rc<str>)>,
}

impl Listing {
    /// Returns how many files were looked at.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Tells whether some jobs could not be seen, so that there is no total.
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind.hides_jobs())
    }
}

/// Reads checkouts and remembers what it read.
#[derive(Debug)]
pub struct Reader {
    checkout: Checkout,
    texts: Texts,
    store: Store,
    cache: Option<PathBuf>,
}

impl Reader {
    /// Prepares to read for some rules. `cache` is a folder of the user's that keeps what was read.
    pub fn new<'r>(checkout: Checkout, rules: impl IntoIterator<Item = &'r Rule>, cache: Option<PathBuf>) -> Self {
        let texts = Texts::new(rules.into_iter().flat_map(Rule::texts));
        let wanted = texts.list().map(str::to_owned).collect();
        let cache = cache.filter(|_| checkout.repository().is_some());
        let store = match &cache {
            Some(folder) => Store::load(folder, wanted),
            None => Store::new(wanted),
        };
        Self { checkout, texts, store, cache }
    }

    /// Reads a plain folder.
    pub fn read_folder(&mut self, root: &Path) -> Result<Listing, CheckoutError> {
        let found = folder::list(root).ok_or_else(|| CheckoutError::NoJobs(root.to_owned()))?;
        let texts = &self.texts;
        let read = |found: &folder::Found| match found.kind {
            EntryKind::File => Some(folder::bytes(root, &found.path).map(|bytes| file::read(&bytes, texts))),
            EntryKind::Link | EntryKind::Submodule | EntryKind::MissingFolder => None,
        };
        let facts: Vec<_> = found.par_iter().map(read).collect();
        let mut listing = Listing { commit: None, has_folder: true, problems: Vec::new(), files: Vec::new() };
        for (found, facts) in found.iter().zip(facts) {
            match facts {
                Some(Ok(facts)) => {
                    self.store.insert(&found.path, &facts);
                    self.list(&mut listing, &found.path, Rc::from(found.path.as_str()));
                }
                Some(Err(error)) => push(&mut listing, &found.path, ProblemKind::Unreadable(error.to_string())),
                None => listing.problems.extend(problem_of(&found.path, found.kind, "")),
            }
        }
        Ok(listing)
    }

    /// Reads commits of a repository, each file once; `progress` gets how many of how many files are read.
    pub fn read_commits(
        &mut self,
        repository: &Repository,
        commits: &[Commit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Listing>, CheckoutError> {
        let mut objects = repository.objects()?;
        let mut trees = Trees::default();
        trees.read_ahead(&mut objects, commits, FOLDER)?;
        let mut entries = Vec::with_capacity(commits.len());
        for commit in commits {
            let mut found = trees.below(&mut objects, commit, FOLDER)?;
            if let Some(found) = &mut found {
                // A sort that is quick where things are nearly in order, as those of Git are.
                found.sort_by(|one, other| one.path.cmp(&other.path));
            }
            entries.push(found);
        }
        let needed = self.unknown(entries.iter().flatten().flatten().filter(|entry| is_blob(entry)));
        let missing = blobs::read(objects, &needed, &self.texts, &mut self.store, progress)?;
        let listings = commits.iter().zip(entries).map(|(commit, found)| self.listing(commit, found, &missing));
        Ok(listings.collect())
    }

    /// Returns the hashes of files that are not in the store, each once. The versions of a file come one
    /// after the other: Git keeps each as the difference to another.
    fn unknown<'e>(&mut self, files: impl Iterator<Item = &'e Entry>) -> Vec<String> {
        let mut met = HashSet::new();
        let mut files: Vec<&Entry> = files.filter(|file| met.insert(&file.id) && !self.store.touch(&file.id)).collect();
        files.sort_by_key(|file| file.path.as_str());
        files.iter().map(|file| file.id.to_string()).collect()
    }

    /// Returns the folder that keeps what was read.
    pub(super) fn cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// Reads the main line of a repository.
    pub fn line(&self, repository: &Repository) -> Result<Line, GitError> {
        Line::read(repository, self.cache.as_deref())
    }

    /// Keeps what was read for the next time.
    pub fn save(&mut self) -> Result<(), DiskError> {
        match &self.cache {
            Some(folder) => self.store.save(folder),
            None => Ok(()),
        }
    }

    /// Makes a way to look at the jobs of listings.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs { viewer: self.store.viewer() }
    }

    /// Returns what is read.
    pub fn checkout(&self) -> &Checkout {
        &self.checkout
    }

    fn listing(&self, commit: &Commit, found: Option<Vec<Entry>>, missing: &HashSet<String>) -> Listing {
        let has_folder = found.is_some();
        let mut listing = Listing { commit: Some(commit.clone()), has_folder, problems: Vec::new(), files: Vec::new() };
        for entry in found.into_iter().flatten() {
            if entry.kind != EntryKind::File {
                listing.problems.extend(problem_of(&entry.path, entry.kind, &entry.id));
            } else if missing.contains(&*entry.id) && is_config(&entry.path) {
                push(&mut listing, &entry.path, ProblemKind::Missing(entry.id.to_string()));
            } else if is_config(&entry.path) {
                self.list(&mut listing, &entry.path, entry.id);
            }
        }
        listing
    }

    fn list(&self, listing: &mut Listing, path: &str, key: Rc<str>) {
        if let Some(kind) = self.store.problem(&key) {
            push(listing, path, kind);
        }
        listing.files.push((clean_line(path).into_owned(), key));
    }
}

fn push(listing: &mut Listing, path: &str, kind: ProblemKind) {
    listing.problems.push(Problem { path: clean_line(path).into_owned(), kind });
}

fn is_blob(entry: &Entry) -> bool {
    entry.kind == EntryKind::File && is_config(&entry.path)
}

/// Tells what is wrong with something that is no file.
fn problem_of(path: &str, kind: EntryKind, id: &str) -> Option<Problem> {
    let kind = match kind {
        EntryKind::File => return None,
        EntryKind::Link if is_config(path) => ProblemKind::Link,
        EntryKind::Link => return None,
        EntryKind::Submodule => ProblemKind::Submodule,
        EntryKind::MissingFolder if id.is_empty() => ProblemKind::Unreadable("the folder cannot be listed".to_owned()),
        EntryKind::MissingFolder => ProblemKind::Missing(id.to_owned()),
    };
    Some(Problem { path: clean_line(path).into_owned(), kind })
}

/// A file of a listing. Two that are equal have the same jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct File<'l> {
    path: &'l str,
    key: &'l str,
}

/// Shows the jobs of listings.
pub struct Jobs<'a> {
    viewer: Viewer<'a>,
}

impl Jobs<'_> {
    /// Calls `each` for every job of a listing: by path, then in the order of the file.
    pub fn of(&self, listing: &Listing, mut each: impl FnMut(&Job<'_>)) {
        for (path, key) in &listing.files {
            self.viewer.jobs(key, path, &mut each);
        }
    }

    /// Returns the files of a listing, by path.
    pub fn files<'l>(&self, listing: &'l Listing) -> impl Iterator<Item = File<'l>> {
        listing.files.iter().map(|(path, key)| File { path, key })
    }

    /// Calls `each` for every job of a file.
    pub fn of_file(&self, file: File<'_>, mut each: impl FnMut(&Job<'_>)) {
        self.viewer.jobs(file.key, file.path, &mut each);
    }
}
