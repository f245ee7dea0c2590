//! Units and files of a listing, read from the files again where facts do not suffice.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::super::BadRule;
use super::super::arrivals::ChangedFiles;
use super::super::blobs;
use super::super::checkout::{Checkout, CheckoutError};
use super::super::folder;
use super::super::problem::{Problem, ProblemKind};
use super::super::selection::{FileSelection, is_within};
use super::super::source::{RuleFiles, problem_of};
use super::super::view::SelectedFiles;
use super::{CheckoutReader, Listing};
use crate::domain::clean::clean_line;
use crate::domain::rule::Files;
use crate::domain::{Amounts, Text, Unit, UnitState};
use crate::sources::git::{EntryKind, Oid, TreeEntry};

/// The number of files that are read into memory at once.
const AT_ONCE: usize = 64;

/// A file that could not be read, and why.
type UnreadFile = (TreeEntry, ProblemKind);

impl CheckoutReader {
    /// Lists the units of a rule in a wanted state, by path and line. A count taken afterwards says whether the list is
    /// complete.
    pub fn units(
        &mut self,
        listing: &Listing,
        rule: usize,
        is_wanted: impl Fn(UnitState) -> bool,
    ) -> Result<Vec<Unit>, CheckoutError> {
        let files = self.entries(listing, rule);
        let (mut entries, mut units) = (Vec::new(), Vec::new());
        for entry in &files {
            let Ok((source, facts)) = self.facts(rule, entry) else { continue };
            if states(source.amounts(&entry.path, facts)).any(&is_wanted) {
                match source.units_of_facts(&entry.path, facts) {
                    Some(own) => units.extend(own),
                    None => entries.push(entry),
                }
            }
        }
        let source = self.sources.get(rule);
        let unread = self.each_bytes(&entries, |entry, bytes| {
            units.extend(source.map(|source| source.units(&entry.path, &bytes)).unwrap_or_default());
        })?;
        self.mark_unread(unread);
        units.retain(|unit: &Unit| is_wanted(unit.state));
        Ok(units)
    }

    /// Calls `each` with path and bytes of every file in which a rule counts something. A count taken afterwards
    /// reports the files that could not be read.
    pub fn each_file(
        &mut self,
        listing: &Listing,
        rule: usize,
        each: &mut dyn FnMut(&str, &[u8]),
    ) -> Result<(), CheckoutError> {
        let files = self.entries(listing, rule);
        let entries: Vec<_> = files.iter().filter(|entry| self.has_units(rule, entry)).collect();
        let unread = self.each_bytes(&entries, |entry, bytes| each(&entry.path, &bytes))?;
        self.mark_unread(unread);
        Ok(())
    }

    /// Whether a rule counts lines or parts of lines.
    pub(in super::super) fn reads_lines(&self, rule: usize) -> bool {
        self.sources.get(rule).is_some_and(|source| source.reads_lines())
    }

    /// Reads the files that differ between two commits and in which a rule counts something: the old versions, and
    /// the new ones.
    pub(in super::super) fn changed_files(
        &mut self,
        old: &Listing,
        new: &Listing,
        rule: usize,
    ) -> Result<(ChangedFiles, ChangedFiles), CheckoutError> {
        let (old, new) = (self.entries(old, rule), self.entries(new, rule));
        let (old_files, old_unread) = self.changed(rule, &old, &new)?;
        let (new_files, unread) = self.changed(rule, &new, &old)?;
        self.mark_unread(old_unread);
        self.mark_unread(unread);
        Ok((old_files, new_files))
    }

    /// Reads the files with units whose content is not the same in the other commit.
    fn changed(
        &self,
        rule: usize,
        own: &[TreeEntry],
        other: &[TreeEntry],
    ) -> Result<(ChangedFiles, Vec<UnreadFile>), CheckoutError> {
        let other: HashMap<&str, Oid> = other.iter().map(|entry| (&*entry.path, entry.id)).collect();
        let is_changed = |entry: &&TreeEntry| other.get(&*entry.path) != Some(&entry.id);
        let changed: Vec<_> = own.iter().filter(is_changed).filter(|entry| self.has_units(rule, entry)).collect();
        let mut files = ChangedFiles::new();
        let unread = self.each_bytes(&changed, |entry, bytes| {
            files.insert(Text::from(clean_line(&entry.path)), bytes);
        })?;
        Ok((files, unread))
    }

    /// Returns the files that a rule selects in a listing.
    fn entries(&self, listing: &Listing, rule: usize) -> Vec<TreeEntry> {
        let mut entries = Vec::new();
        if let Some(seen) = self.seen(listing, rule) {
            seen.folder.each(&mut |entry| entries.extend((entry.kind == EntryKind::File).then(|| entry.clone())));
        }
        entries
    }

    /// Returns the files and folders that a rule names without globs and of which none of some listings has a file, and
    /// what it excludes elsewhere; of the places of job configs, those that exist in no listing.
    pub fn unused_names(&self, listings: &[Listing], rule: usize) -> Vec<String> {
        let files = match self.sources.get(rule).map(|source| source.place()) {
            Some(RuleFiles::Files(files)) => files,
            Some(RuleFiles::Configs(configs)) => {
                let seen: Vec<_> = listings.iter().filter_map(|listing| self.seen(listing, rule)).collect();
                let is_absent = |name: &&String| seen.iter().all(|seen| seen.absent.contains(name));
                return configs.roots.iter().filter(is_absent).cloned().collect();
            }
            None => return Vec::new(),
        };
        let mut unused = files.names.clone();
        for listing in listings.iter().filter(|_| !files.names.is_empty()) {
            for entry in self.entries(listing, rule) {
                unused.retain(|name| !is_within(&entry.path, name));
            }
        }
        unused.extend(files.useless_excludes().cloned());
        unused
    }

    fn has_units(&self, rule: usize, entry: &TreeEntry) -> bool {
        self.facts(rule, entry).is_ok_and(|(source, facts)| !source.amounts(&entry.path, facts).is_empty())
    }

    /// Whether two counts can be subtracted: both are complete, and the files that could not be parsed are the same.
    pub fn is_comparable(&mut self, old: &Listing, new: &Listing, rule: usize) -> bool {
        let (before, now) = (self.count(old, rule), self.count(new, rule));
        let has_broken = before.has_broken() || now.has_broken();
        before.is_complete() && now.is_complete() && (!has_broken || self.broken(old, rule) == self.broken(new, rule))
    }

    /// Returns the files that could not be parsed.
    fn broken(&self, listing: &Listing, rule: usize) -> BTreeSet<(Rc<str>, Oid)> {
        let is_broken = |entry: &TreeEntry| {
            let facts = self.facts(rule, entry).ok();
            facts.and_then(|(_, facts)| problem_of(facts)).is_some_and(|problem| problem.is_broken())
        };
        let entries = self.entries(listing, rule).into_iter();
        entries.filter(is_broken).map(|entry| (entry.path, entry.id)).collect()
    }

    /// Counts the units of any state in each file.
    pub(in super::super) fn unit_counts(&self, rule: usize, files: &ChangedFiles) -> HashMap<Text, usize> {
        let Some(source) = self.sources.get(rule) else { return HashMap::new() };
        files.iter().map(|(path, bytes)| (path.clone(), source.units(path, bytes).len())).collect()
    }

    /// Reads files in chunks, and returns those that could not be read.
    fn each_bytes(
        &self,
        entries: &[&TreeEntry],
        mut each: impl FnMut(&TreeEntry, Vec<u8>),
    ) -> Result<Vec<UnreadFile>, CheckoutError> {
        let mut unread = Vec::new();
        for some in entries.chunks(AT_ONCE) {
            for (entry, bytes) in some.iter().zip(self.bytes(some)?) {
                match bytes {
                    Ok(bytes) => each(entry, bytes),
                    Err(problem) => unread.push(((*entry).clone(), problem)),
                }
            }
        }
        Ok(unread)
    }

    fn bytes(&self, entries: &[&TreeEntry]) -> Result<Vec<Result<Vec<u8>, ProblemKind>>, CheckoutError> {
        let repository = match &self.checkout {
            Checkout::Git(repository) => repository,
            Checkout::Folder(root) => {
                let file = |path: &str| self.odd_names.get(path).cloned().unwrap_or_else(|| root.join(path));
                return Ok(entries.iter().map(|entry| folder::bytes(&file(&entry.path))).collect());
            }
        };
        let names: Vec<String> = entries.iter().map(|entry| entry.id.to_string()).collect();
        let found = repository.objects().get_all(&names)?;
        Ok(entries.iter().zip(found).map(|(entry, object)| blobs::bytes_of(entry.id, object)).collect())
    }

    /// Records files that could not be read. Their cached facts are ignored from now on, so that counts agree with
    /// lists.
    fn mark_unread(&mut self, unread: Vec<UnreadFile>) {
        if !unread.is_empty() {
            self.unread.extend(unread.into_iter().map(|(entry, problem)| (entry.id, problem)));
            self.sums.iter_mut().for_each(HashMap::clear);
        }
    }

    /// Reads files of a listing's commit or folder by globs, and reports those that cannot be read.
    pub fn files(&mut self, listing: &Listing, files: &Files) -> Result<ReadFiles, CheckoutError> {
        let selection = FileSelection::new(files).map_err(BadRule::from)?;
        let folder = match (&self.checkout, &listing.commit) {
            (Checkout::Git(repository), Some(commit)) => {
                let mut objects = repository.objects();
                // Reading several commits drops their trees, so the root is read again.
                self.trees.read_roots(&mut objects, std::slice::from_ref(commit))?;
                let mut view = SelectedFiles::new(RuleFiles::Files(selection));
                let seen = view.read(&mut self.trees, &mut objects, std::slice::from_ref(commit))?;
                seen.into_iter().next().unwrap_or_default().folder
            }
            (Checkout::Git(_), None) => return Ok(ReadFiles::default()),
            (Checkout::Folder(root), _) => {
                let mut read = ReadFiles::default();
                for found in folder::list(root, &selection) {
                    read.add(found.path, found.problem.map_or_else(|| folder::bytes(&found.file), Err));
                }
                return Ok(read);
            }
        };
        let mut entries = Vec::new();
        let mut read = ReadFiles::default();
        folder.each(&mut |entry| match ProblemKind::of_entry(entry.kind, entry.id) {
            None => entries.push(entry),
            Some(problem) => read.add(entry.path.to_string(), Err(problem)),
        });
        let unread = self.each_bytes(&entries, |entry, bytes| read.add(entry.path.to_string(), Ok(bytes)))?;
        for (entry, problem) in unread {
            read.add(entry.path.to_string(), Err(problem));
        }
        Ok(read)
    }
}

/// Files picked by globs, and those that could not be read.
#[derive(Debug, Default)]
pub struct ReadFiles {
    /// The path and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
    /// Why the others could not be read.
    pub problems: Vec<Problem>,
}

impl ReadFiles {
    fn add(&mut self, path: String, read: Result<Vec<u8>, ProblemKind>) {
        match read {
            Ok(bytes) => self.files.push((path, bytes)),
            Err(problem) => self.problems.push(Problem::new(&path, problem)),
        }
    }
}

/// Returns the states with at least one unit.
fn states(amounts: Amounts) -> impl Iterator<Item = UnitState> {
    let all = [
        (amounts.left, UnitState::Left),
        (amounts.done, UnitState::Done),
        (amounts.unknown, UnitState::Unknown),
        (amounts.dropped, UnitState::Dropped),
    ];
    all.into_iter().filter(|(count, _)| *count > 0).map(|(_, state)| state)
}
