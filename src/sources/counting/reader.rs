//! Checkout reader: lists the files of commits or of a folder, reads each file once, and counts by rules.

mod count;
mod units;

pub use count::Count;
pub(super) use units::ReadFiles;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rayon::prelude::*;

use super::blobs::{self, WantedBlob};
use super::checkout::{Checkout, CheckoutError};
use super::facts::{Extractor, Store};
use super::folder;
use super::moved;
use super::own_files;
use super::problem::{Problem, ProblemKind};
use super::source::{CountSource, Extract, RuleFiles, problem_of};
use super::sources;
use super::view::{SelectedFiles, SelectedFolder};
use crate::domain::{Rule, Timestamp};
use crate::sources::cache::DatabaseError;
use crate::sources::git::{
    Commit, CommitHistory, EntryKind, Folder, FolderNode, GitError, Objects, Oid, Repository, TreeEntry, Trees,
};

/// The files of one commit, or of a folder, for each selection of the rules.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The commit; `None` for a plain folder.
    pub commit: Option<Commit>,
    seen: Vec<SelectedFolder>,
}

/// The counts of a rule below each folder. Each entry holds its folder, so that no address is reused.
type Sums = HashMap<*const Folder, (Rc<Folder>, Rc<Count>)>;

/// Counts in a checkout by some rules, and keeps what it read.
pub struct CheckoutReader {
    checkout: Checkout,
    /// One for each rule.
    pub(super) sources: Vec<Box<dyn CountSource>>,
    /// The numbers of the extractors of each source.
    extractors: Vec<Vec<Extractor>>,
    /// The index of each source's view.
    view_of: Vec<usize>,
    views: Vec<SelectedFiles>,
    trees: Trees,
    store: Store,
    unread: HashMap<Oid, ProblemKind>,
    /// The paths on disk of files in a plain folder whose names are not UTF-8.
    odd_names: HashMap<String, PathBuf>,
    sums: Vec<Sums>,
}

impl CheckoutReader {
    /// Creates a reader for some rules. `all` are the rules of the roadmap, which share cache entries;
    /// `cache` is the cache database.
    pub fn new<'r>(
        checkout: Checkout,
        rules: &[&Rule],
        all: impl IntoIterator<Item = &'r Rule>,
        cache: Option<PathBuf>,
    ) -> Result<Self, CheckoutError> {
        let sources = sources(rules, all)?;
        let mut store = Store::new(cache);
        let number = |source: &dyn CountSource, store: &mut Store| {
            source.extractors().iter().map(|own| store.extractor(&own.key())).collect::<Vec<_>>()
        };
        let extractors = sources.iter().map(|source| number(&**source, &mut store)).collect();
        let mut names: Vec<String> = Vec::new();
        let (mut views, mut view_of) = (Vec::new(), Vec::new());
        for source in &sources {
            let name = format!("{:?}", source.place());
            let at = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                views.push(SelectedFiles::new(source.place().clone()));
                views.len() - 1
            });
            view_of.push(at);
        }
        let sums = sources.iter().map(|_| Sums::new()).collect();
        let (trees, unread, odd_names) = (Trees::default(), HashMap::new(), HashMap::new());
        Ok(Self { checkout, sources, extractors, view_of, views, trees, store, unread, odd_names, sums })
    }

    /// Returns the checkout.
    pub fn checkout(&self) -> &Checkout {
        &self.checkout
    }

    /// Reads commits of a repository, each file once; `progress` receives the number of files read and their total.
    pub fn read_commits(
        &mut self,
        repository: &Repository,
        commits: &[Commit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Listing>, CheckoutError> {
        let mut objects = repository.objects();
        let listings = self.list(repository, &mut objects, commits)?;
        let wanted = self.wanted(&listings);
        let Self { sources, extractors, store, .. } = self;
        let all = by_number(sources, extractors);
        let wanted: Vec<_> = wanted.iter().map(|(id, own)| WantedBlob::new(*id, own, &all)).collect();
        let unread = blobs::read(objects, &wanted, |id, facts| insert(store, id, facts), progress)?;
        self.unread.extend(unread);
        Ok(listings)
    }

    /// Lists the files of commits without reading them.
    pub(super) fn list(
        &mut self,
        repository: &Repository,
        objects: &mut Objects,
        commits: &[Commit],
    ) -> Result<Vec<Listing>, CheckoutError> {
        self.trees.read_roots(objects, commits)?;
        self.leave_out_former_paths(repository, objects, commits)?;
        let mut listings: Vec<Listing> =
            commits.iter().map(|commit| Listing { commit: Some(commit.clone()), seen: Vec::new() }).collect();
        for view in &mut self.views {
            let mut seen = view.read(&mut self.trees, objects, commits)?;
            moved::mark(repository, &view.place, commits, &mut seen)?;
            listings.iter_mut().zip(seen).for_each(|(listing, seen)| listing.seen.push(seen));
        }
        if commits.len() > 1 {
            // No longer needed: the trees of a long history would take a third of the memory.
            self.trees = Trees::default();
        }
        Ok(listings)
    }

    /// Leaves the roadmap's own files out at the paths that they had since the oldest commit.
    fn leave_out_former_paths(
        &mut self,
        repository: &Repository,
        objects: &mut Objects,
        commits: &[Commit],
    ) -> Result<(), GitError> {
        let files = self.views.iter().filter_map(|view| match &view.place {
            RuleFiles::Files(files) => Some(&files.written.own),
            RuleFiles::Configs(_) => None,
        });
        // All rules that leave out own files leave out the same ones.
        let own = files.max_by_key(|own| own.len()).cloned().unwrap_or_default();
        if let Some(oldest) = commits.first().filter(|_| !own.is_empty()) {
            let former = own_files::former_paths(repository, (&mut self.trees, objects), oldest, &own)?;
            self.views.iter_mut().for_each(|view| view.leave_out(&former));
        }
        Ok(())
    }

    /// Reads a plain folder.
    pub fn read_folder(&mut self, root: &Path) -> Listing {
        let seen = (0..self.views.len()).map(|view| self.seen_in_folder(root, view)).collect();
        Listing { commit: None, seen }
    }

    fn seen_in_folder(&mut self, root: &Path, view: usize) -> SelectedFolder {
        let Some(place) = self.views.get(view).map(|view| &view.place) else { return SelectedFolder::default() };
        let (found, absent) = match place {
            RuleFiles::Files(files) => (Some(folder::list(root, files)), Vec::new()),
            RuleFiles::Configs(configs) => folder::configs(root, configs),
        };
        let Some(found) = found else {
            return SelectedFolder { problems: place.absent(), ..SelectedFolder::default() };
        };
        let own: Vec<usize> = (0..self.sources.len()).filter(|at| self.view_of.get(*at) == Some(&view)).collect();
        let all = by_number(&self.sources, &self.extractors);
        let numbers = |found: &folder::FolderEntry| -> BTreeSet<Extractor> {
            own.iter().filter_map(|rule| self.extractor(*rule, &found.path)).collect()
        };
        let numbers: Vec<Vec<Extractor>> = found.iter().map(|found| numbers(found).into_iter().collect()).collect();
        let read = |(found, numbers): (&folder::FolderEntry, &Vec<Extractor>)| {
            found.problem.clone().map_or_else(|| folder::bytes(&found.file), Err).map(|bytes| {
                let wanted = WantedBlob::new(Oid::of_blob(&bytes), numbers, &all);
                (wanted.id, blobs::extract(&wanted, &bytes))
            })
        };
        let outcomes: Vec<_> = found.par_iter().zip(&numbers).map(read).collect();
        let mut seen = SelectedFolder { exists: true, absent, ..SelectedFolder::default() };
        let mut nodes = Vec::new();
        for (found, outcome) in found.into_iter().zip(outcomes) {
            if found.file.to_str().is_none() {
                self.odd_names.insert(found.path.clone(), found.file);
            }
            match outcome {
                Ok((id, facts)) => {
                    insert(&mut self.store, id, facts);
                    nodes.push(FolderNode::Entry(TreeEntry { path: found.path.into(), id, kind: EntryKind::File }));
                }
                Err(problem) => seen.problems.push(Problem::new(&found.path, problem)),
            }
        }
        seen.folder = Rc::new(Folder { nodes });
        seen
    }

    /// Returns the files whose facts are missing, each once, with the extractors to run. Versions of a file are adjacent,
    /// since Git stores each as a delta to another.
    fn wanted(&mut self, listings: &[Listing]) -> Vec<(Oid, Vec<Extractor>)> {
        let mut files: HashMap<Oid, (Rc<str>, Vec<Extractor>)> = HashMap::new();
        for rule in 0..self.sources.len() {
            let mut met: HashSet<*const Folder> = HashSet::new();
            for seen in listings.iter().filter_map(|listing| self.seen(listing, rule)) {
                each_new(&seen.folder, &mut met, &mut |entry| {
                    let own = self.extractor(rule, &entry.path);
                    let (_, known) = files.entry(entry.id).or_insert_with(|| (Rc::clone(&entry.path), Vec::new()));
                    known.extend(own.filter(|own| !known.contains(own)));
                });
            }
        }
        let keys = files.iter().flat_map(|(id, (_, own))| own.iter().map(|number| (*number, *id)));
        self.store.load(&keys.collect());
        let mut wanted: Vec<(Rc<str>, Oid, Vec<Extractor>)> = Vec::new();
        for (id, (path, mut own)) in files {
            own.retain(|number| self.store.get(*number, id).is_none());
            if !own.is_empty() && !self.unread.contains_key(&id) {
                wanted.push((path, id, own));
            }
        }
        wanted.sort_unstable_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        wanted.into_iter().map(|(_, id, own)| (id, own)).collect()
    }

    /// Whether a config folder of a rule exists in a listing; always, for rules about other files.
    pub fn has_place(&self, listing: &Listing, rule: usize) -> bool {
        self.seen(listing, rule).is_some_and(|seen| seen.exists)
    }

    pub(super) fn seen<'l>(&self, listing: &'l Listing, rule: usize) -> Option<&'l SelectedFolder> {
        listing.seen.get(*self.view_of.get(rule)?)
    }

    /// Counts by one of the rules. Commits share most of their folders, and each folder is counted once.
    pub fn count(&mut self, listing: &Listing, rule: usize) -> Count {
        let Some(seen) = self.seen(listing, rule).cloned() else { return Count::default() };
        let mut count = Count { problems: seen.problems.clone(), ..Count::default() };
        count.add(&self.sum(rule, &seen.folder));
        count.problems.sort_unstable();
        count
    }

    fn sum(&mut self, rule: usize, folder: &Rc<Folder>) -> Rc<Count> {
        let key = Rc::as_ptr(folder);
        if let Some((_, known)) = self.sums.get(rule).and_then(|sums| sums.get(&key)) {
            return Rc::clone(known);
        }
        let mut count = Count::default();
        for node in &folder.nodes {
            match node {
                FolderNode::Folder(inner) => count.add(&self.sum(rule, inner)),
                FolderNode::Entry(entry) => self.count_entry(rule, entry, &mut count),
            }
        }
        let count = Rc::new(count);
        if let Some(sums) = self.sums.get_mut(rule) {
            sums.insert(key, (Rc::clone(folder), Rc::clone(&count)));
        }
        count
    }

    fn count_entry(&self, rule: usize, entry: &TreeEntry, count: &mut Count) {
        let problem = match entry.kind {
            EntryKind::File => {
                count.files += 1;
                match self.facts(rule, entry) {
                    Ok((source, facts)) => {
                        count.amounts.add(source.amounts(&entry.path, facts));
                        count.fields |= source.fields(facts);
                        problem_of(facts)
                    }
                    Err(problem) => {
                        count.unread += 1;
                        Some(problem)
                    }
                }
            }
            other @ (EntryKind::Link | EntryKind::Submodule | EntryKind::MissingFolder | EntryKind::EndlessFolder) => {
                ProblemKind::of_entry(other, entry.id)
            }
        };
        count.problems.extend(problem.map(|kind| Problem::new(&entry.path, kind)));
    }

    /// Returns the number of the extractor that a rule needs for a file.
    fn extractor(&self, rule: usize, path: &str) -> Option<Extractor> {
        self.extractors.get(rule)?.get(self.sources.get(rule)?.extractor_of(path)).copied()
    }

    fn facts(&self, rule: usize, entry: &TreeEntry) -> Result<(&dyn CountSource, &[u8]), ProblemKind> {
        if let Some(problem) = self.unread.get(&entry.id) {
            return Err(problem.clone());
        }
        let facts = || {
            let number = self.extractor(rule, &entry.path)?;
            Some((&**self.sources.get(rule)?, self.store.get(number, entry.id)?))
        };
        facts().ok_or_else(|| ProblemKind::Missing(entry.id.to_string()))
    }

    /// Reads the main line of a repository, extending the cached one.
    pub fn history(&mut self, repository: &Repository) -> Result<CommitHistory, GitError> {
        let history = CommitHistory::read(repository, self.store.main_line(repository))?;
        if !history.is_shallow() {
            self.store.set_main_line(repository, history.line().to_vec());
        }
        Ok(history)
    }

    /// Saves what was read to the cache.
    pub fn save(&mut self, now: Option<Timestamp>) -> Result<(), DatabaseError> {
        self.store.save(now)
    }
}

/// Lists the extractors of some sources by their numbers.
fn by_number<'s>(
    sources: &'s [Box<dyn CountSource>],
    numbers: &[Vec<Extractor>],
) -> HashMap<Extractor, &'s dyn Extract> {
    let own = sources.iter().zip(numbers);
    own.flat_map(|(source, numbers)| numbers.iter().copied().zip(source.extractors())).collect()
}

fn insert(store: &mut Store, id: Oid, facts: Vec<(Extractor, Vec<u8>)>) {
    for (number, facts) in facts {
        if store.get(number, id).is_none() {
            store.insert(number, id, facts);
        }
    }
}

/// Calls `each` for every file below a folder, except in folders visited before.
fn each_new(folder: &Rc<Folder>, met: &mut HashSet<*const Folder>, each: &mut impl FnMut(&TreeEntry)) {
    if !met.insert(Rc::as_ptr(folder)) {
        return;
    }
    for node in &folder.nodes {
        match node {
            FolderNode::Folder(inner) => each_new(inner, met, each),
            FolderNode::Entry(entry) if entry.kind == EntryKind::File => each(entry),
            FolderNode::Entry(_) => {}
        }
    }
}
