//! Units and files of a listing: what is read again, since facts are not enough.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::BadRule;
use super::super::arrivals::{ChangedFiles, FileVersion};
use super::super::checkout::{Checkout, CheckoutError};
use super::super::folder;
use super::super::selection::FileSelection;
use super::super::source::RuleFiles;
use super::super::view::SelectedFiles;
use super::{CheckoutReader, Listing};
use crate::domain::clean::clean_line;
use crate::domain::rule::Files;
use crate::domain::{Amounts, Text, Unit, UnitState};
use crate::sources::git::{EntryKind, GitObject, ObjectKind, TreeEntry};

/// Files that are read at once.
const AT_ONCE: usize = 64;

impl CheckoutReader {
    /// Lists the units of a rule that are in a state that is wanted, by path and line.
    pub fn units(
        &mut self,
        listing: &Listing,
        rule: usize,
        is_wanted: impl Fn(UnitState) -> bool,
    ) -> Result<Vec<Unit>, CheckoutError> {
        let Some(seen) = self.seen(listing, rule).cloned() else { return Ok(Vec::new()) };
        let mut entries: Vec<&TreeEntry> = Vec::new();
        let mut units = Vec::new();
        seen.folder.each(&mut |entry| {
            let Some((source, facts)) = self.facts(rule, entry).ok().filter(|_| entry.kind == EntryKind::File) else {
                return;
            };
            if states(source.amounts(&entry.path, facts)).any(&is_wanted) {
                match source.units_of_facts(&entry.path, facts) {
                    Some(own) => units.extend(own),
                    None => entries.push(entry),
                }
            }
        });
        let source = self.sources.get(rule);
        self.each_bytes(&entries, |entry, bytes| {
            units.extend(source.map(|source| source.units(&entry.path, &bytes)).unwrap_or_default());
        })?;
        units.retain(|unit: &Unit| is_wanted(unit.state));
        Ok(units)
    }

    /// Calls `each` with path and bytes of every file in which a rule counts something.
    pub fn each_file(
        &mut self,
        listing: &Listing,
        rule: usize,
        each: &mut dyn FnMut(&str, &[u8]),
    ) -> Result<(), CheckoutError> {
        let Some(seen) = self.seen(listing, rule).cloned() else { return Ok(()) };
        let mut entries: Vec<&TreeEntry> = Vec::new();
        seen.folder.each(&mut |entry| {
            let facts = self.facts(rule, entry).ok().filter(|_| entry.kind == EntryKind::File);
            if facts.is_some_and(|(source, facts)| !source.amounts(&entry.path, facts).is_empty()) {
                entries.push(entry);
            }
        });
        self.each_bytes(&entries, |entry, bytes| each(&entry.path, &bytes))
    }

    /// Whether a rule counts lines of texts, or parts of such.
    pub(in super::super) fn reads_lines(&self, rule: usize) -> bool {
        self.sources.get(rule).is_some_and(|source| source.reads_lines())
    }

    /// Reads the files in which a rule counts something in one of two commits and that are not the same in both: of the
    /// first, and of the second.
    pub(in super::super) fn changed_files(
        &self,
        old: &Listing,
        new: &Listing,
        rule: usize,
    ) -> Result<(ChangedFiles, ChangedFiles), CheckoutError> {
        let of = |listing: &Listing| -> HashMap<Rc<str>, TreeEntry> {
            let mut entries = HashMap::new();
            if let Some(seen) = self.seen(listing, rule) {
                seen.folder.each(&mut |entry| {
                    if entry.kind == EntryKind::File {
                        entries.insert(Rc::clone(&entry.path), entry.clone());
                    }
                });
            }
            entries
        };
        let (old, new) = (of(old), of(new));
        let has_units = |entry: &TreeEntry| {
            self.facts(rule, entry).is_ok_and(|(source, facts)| !source.amounts(&entry.path, facts).is_empty())
        };
        let read = |own: &HashMap<Rc<str>, TreeEntry>, other: &HashMap<Rc<str>, TreeEntry>| {
            let is_same = |entry: &TreeEntry| other.get(&entry.path).is_some_and(|other| other.id == entry.id);
            let changed: Vec<&TreeEntry> = own.values().filter(|entry| !is_same(entry) && has_units(entry)).collect();
            let mut files = ChangedFiles::new();
            self.each_bytes(&changed, |entry, bytes| {
                let is_alone = !other.contains_key(&entry.path);
                files.insert(Text::from(clean_line(&entry.path)), FileVersion { bytes, is_alone });
            })?;
            Ok::<_, CheckoutError>(files)
        };
        Ok((read(&old, &new)?, read(&new, &old)?))
    }

    /// Counts the units of any state in some files.
    pub(in super::super) fn unit_counts(&self, rule: usize, files: &ChangedFiles) -> HashMap<Text, usize> {
        let Some(source) = self.sources.get(rule) else { return HashMap::new() };
        files.iter().map(|(path, file)| (path.clone(), source.units(path, &file.bytes).len())).collect()
    }

    /// Reads files, some at a time; one that cannot be read is passed over.
    fn each_bytes(
        &self,
        entries: &[&TreeEntry],
        mut each: impl FnMut(&TreeEntry, Vec<u8>),
    ) -> Result<(), CheckoutError> {
        for some in entries.chunks(AT_ONCE) {
            for (entry, bytes) in some.iter().zip(self.bytes(some)?) {
                if let Some(bytes) = bytes {
                    each(entry, bytes);
                }
            }
        }
        Ok(())
    }

    fn bytes(&self, entries: &[&TreeEntry]) -> Result<Vec<Option<Vec<u8>>>, CheckoutError> {
        let repository = match &self.checkout {
            Checkout::Git(repository) => repository,
            Checkout::Folder(root) => {
                let file = |path: &str| self.odd_names.get(path).cloned().unwrap_or_else(|| root.join(path));
                return Ok(entries.iter().map(|entry| folder::bytes(&file(&entry.path)).ok()).collect());
            }
        };
        let names: Vec<String> = entries.iter().map(|entry| entry.id.to_string()).collect();
        let found = repository.objects().get_all(&names)?;
        let bytes = |object| match object {
            GitObject::Found(ObjectKind::Blob, _, bytes) => Some(bytes),
            GitObject::Found(..) | GitObject::Missing | GitObject::TooLarge(_) => None,
        };
        Ok(found.into_iter().map(bytes).collect())
    }

    /// Reads files of a listing's commit, or of the folder, by globs.
    pub fn files(&mut self, listing: &Listing, files: &Files) -> Result<Vec<(String, Vec<u8>)>, CheckoutError> {
        let selection = FileSelection::new(files).map_err(BadRule::from)?;
        let folder = match (&self.checkout, &listing.commit) {
            (Checkout::Git(repository), Some(commit)) => {
                let mut objects = repository.objects();
                // The trees of several commits are not kept once these are listed.
                self.trees.read_roots(&mut objects, std::slice::from_ref(commit))?;
                let mut view = SelectedFiles::new(RuleFiles::Files(selection));
                let seen = view.read(&mut self.trees, &mut objects, std::slice::from_ref(commit))?;
                seen.into_iter().next().unwrap_or_default().folder
            }
            (Checkout::Git(_), None) => return Ok(Vec::new()),
            (Checkout::Folder(root), _) => {
                let found = folder::list(root, &selection).into_iter().filter(|found| found.problem.is_none());
                let bytes = found.filter_map(|found| Some((folder::bytes(&found.file).ok()?, found.path)));
                return Ok(bytes.map(|(bytes, path)| (path, bytes)).collect());
            }
        };
        let mut entries = Vec::new();
        folder.each(&mut |entry| entries.push(entry));
        let mut read = Vec::new();
        self.each_bytes(&entries, |entry, bytes| read.push((entry.path.to_string(), bytes)))?;
        Ok(read)
    }
}

/// The states that some units have.
fn states(amounts: Amounts) -> impl Iterator<Item = UnitState> {
    let all = [
        (amounts.left, UnitState::Left),
        (amounts.done, UnitState::Done),
        (amounts.unknown, UnitState::Unknown),
        (amounts.dropped, UnitState::Dropped),
    ];
    all.into_iter().filter(|(count, _)| *count > 0).map(|(_, state)| state)
}
