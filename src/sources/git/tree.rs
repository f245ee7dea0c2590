//! Tree reader: lists the files of commits, and reads a folder that several commits share only once.
//!
//! `git ls-tree -r -z` lists a commit in 8 ms, but a whole history commit by commit in half a minute. So trees are read
//! as objects, each once.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;

use super::{Commit, GitError, GitObject, ObjectKind, Objects, Oid};

/// The entry of a folder by name, if there is one; its kind is `None` for a subfolder.
type FolderLookup = Option<(Oid, Option<EntryKind>)>;

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// A submodule.
    Submodule,
    /// A folder whose tree object is missing.
    MissingFolder,
    /// A folder that expands beyond the limits.
    EndlessFolder,
}

/// A file of a commit, or another entry that is not a readable folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// Relative to the root, with `/`.
    pub(crate) path: Rc<str>,
    /// The hash of the object.
    pub(crate) id: Oid,
    /// The kind.
    pub(crate) kind: EntryKind,
}

/// The selected entries of a folder. Equal folders share one allocation.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// In Git's order, which is that of full paths.
    pub(crate) nodes: Vec<FolderNode>,
}

/// A child of a folder.
#[derive(Debug)]
pub(crate) enum FolderNode {
    /// A file, a link, a submodule or a gap.
    Entry(TreeEntry),
    /// A subfolder.
    Folder(Rc<Folder>),
}

/// Selects the paths of a walk.
pub(crate) trait Selects {
    /// Whether something below a folder may be selected; the root is empty.
    fn enters(&self, folder: &str) -> bool;
    /// Whether a file is selected.
    fn takes(&self, path: &str) -> bool;
    /// Whether a link or a submodule is selected.
    fn takes_other(&self, path: &str) -> bool;
}

/// The maximum number of entries in a walk, more than any real checkout has.
const MAX_ENTRIES: usize = 500_000;
/// One tree can be in many places, so a few kilobytes can expand beyond any memory. A walk may visit `ALWAYS_ALLOWED`
/// entries, or else `MAX_EXPANSION` times as many as are stored.
const ALWAYS_ALLOWED: usize = 20_000;
const MAX_EXPANSION: usize = 4;
/// The maximum depth of folders, more than any real checkout has.
const MAX_DEPTH: usize = 64;

type RawEntries = Option<Rc<Vec<RawEntry>>>;

/// The trees read so far.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    raw: HashMap<Oid, RawEntries>,
    /// The total number of their entries.
    stored: usize,
    roots: HashMap<String, Option<Oid>>,
}

/// The folders built for one selection.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    known: HashMap<(Oid, Rc<str>), Rc<Folder>>,
    /// The number of folders and files visited by the current walk.
    visits: usize,
    /// Whether the current walk was cut short.
    is_cut: bool,
}

#[derive(Debug)]
struct RawEntry {
    name: String,
    id: Oid,
    is_folder: bool,
    kind: EntryKind,
}

impl Trees {
    /// Reads the root folders of commits.
    pub(crate) fn read_roots(&mut self, objects: &mut Objects, commits: &[Commit]) -> Result<(), GitError> {
        let new: Vec<&Commit> = commits.iter().filter(|commit| !self.roots.contains_key(commit.id.as_str())).collect();
        let names: Vec<String> = new.iter().map(|commit| format!("{}^{{tree}}", commit.id)).collect();
        for (commit, object) in new.iter().zip(objects.get_all(&names)?) {
            let root = match &object {
                GitObject::Found(ObjectKind::Tree, id, _) => Some(*id),
                GitObject::Found(..) | GitObject::Missing | GitObject::TooLarge(..) => None,
            };
            if let Some(id) = root {
                self.keep(id, object);
            }
            self.roots.insert(commit.id.to_string(), root);
        }
        Ok(())
    }

    /// Returns the hash of the missing object of a commit without a root folder: the root tree, or the commit itself.
    pub(crate) fn missing_root(objects: &mut Objects, commit: &Commit) -> Result<String, GitError> {
        let GitObject::Found(_, _, bytes) = objects.get(&commit.id)? else { return Ok(commit.id.to_string()) };
        let text = String::from_utf8_lossy(&bytes);
        let tree = text.lines().next().and_then(|line| line.strip_prefix("tree "));
        Ok(tree.unwrap_or(&commit.id).to_owned())
    }

    /// Returns the root folder of a commit.
    pub(crate) fn root(&self, commit: &Commit) -> Option<Oid> {
        self.roots.get(commit.id.as_str()).copied().flatten()
    }

    /// Reads the trees below some folders that a selection enters, with one batch of requests per level.
    pub(crate) fn read_below(
        &mut self,
        objects: &mut Objects,
        folders: Vec<(Rc<str>, Oid)>,
        selection: &dyn Selects,
    ) -> Result<(), GitError> {
        let mut visited: HashSet<(Rc<str>, Oid)> = HashSet::new();
        let mut level = folders;
        level.retain(|folder| visited.insert(folder.clone()));
        for _ in 0..=MAX_DEPTH {
            if level.is_empty() || self.is_endless(visited.len()) {
                break;
            }
            self.read(objects, level.iter().map(|(_, id)| *id))?;
            level = self.level_below(&level, &mut visited, selection);
        }
        Ok(())
    }

    /// Returns the subfolders of a level that were not visited yet, up to the limit of a walk.
    fn level_below(
        &self,
        level: &[(Rc<str>, Oid)],
        visited: &mut HashSet<(Rc<str>, Oid)>,
        selection: &dyn Selects,
    ) -> Vec<(Rc<str>, Oid)> {
        let mut below = Vec::new();
        for (path, id) in level {
            let Some(Some(raw)) = self.raw.get(id) else { continue };
            for entry in raw.iter().filter(|entry| entry.is_folder) {
                if self.is_endless(visited.len()) {
                    return below;
                }
                let path = join(path, &entry.name);
                if !selection.enters(&path) {
                    continue;
                }
                let folder: (Rc<str>, Oid) = (Rc::from(path), entry.id);
                if visited.insert(folder.clone()) {
                    below.push(folder);
                }
            }
        }
        below
    }

    fn read(&mut self, objects: &mut Objects, ids: impl Iterator<Item = Oid>) -> Result<(), GitError> {
        let mut ids: Vec<Oid> = ids.filter(|id| !self.raw.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let names: Vec<String> = ids.iter().map(Oid::to_string).collect();
        for (id, object) in ids.iter().zip(objects.get_all(&names)?) {
            self.keep(*id, object);
        }
        Ok(())
    }

    fn keep(&mut self, id: Oid, object: GitObject) {
        let raw = tree_of(object);
        self.stored += raw.as_ref().map_or(0, |entries| entries.len());
        self.raw.insert(id, raw);
    }

    /// Whether a walk has visited more than the stored trees plausibly expand to.
    fn is_endless(&self, visits: usize) -> bool {
        visits > MAX_ENTRIES || visits > ALWAYS_ALLOWED && visits / MAX_EXPANSION > self.stored
    }

    /// Finds an entry of a folder by name; the inner error means that the folder's tree is missing.
    pub(crate) fn step(
        &mut self,
        objects: &mut Objects,
        folder: Oid,
        name: &str,
    ) -> Result<Result<FolderLookup, ()>, GitError> {
        self.read(objects, std::iter::once(folder))?;
        let Some(Some(raw)) = self.raw.get(&folder) else { return Ok(Err(())) };
        let found = raw.iter().find(|entry| entry.name == name);
        Ok(Ok(found.map(|entry| (entry.id, (!entry.is_folder).then_some(entry.kind)))))
    }

    /// Returns a folder with the entries that a selection picks; its trees must have been read.
    pub(crate) fn folder(&self, known: &mut Folders, path: &Rc<str>, id: Oid, selection: &dyn Selects) -> Rc<Folder> {
        known.visits = 0;
        known.is_cut = false;
        self.folder_at(known, path, id, selection, 0)
    }

    fn folder_at(
        &self,
        known: &mut Folders,
        path: &Rc<str>,
        id: Oid,
        selection: &dyn Selects,
        depth: usize,
    ) -> Rc<Folder> {
        if let Some(folder) = known.known.get(&(id, Rc::clone(path))) {
            return Rc::clone(folder);
        }
        let gap = |kind| Folder { nodes: vec![FolderNode::Entry(TreeEntry { path: Rc::clone(path), id, kind })] };
        let mut folder = Folder::default();
        match self.raw.get(&id) {
            // One gap is enough to mark the walk as incomplete.
            None if known.is_cut => {}
            Some(_) if known.is_cut && self.is_endless(known.visits) => {}
            Some(_) if depth > MAX_DEPTH || self.is_endless(known.visits) => {
                known.is_cut = true;
                folder = gap(EntryKind::EndlessFolder);
            }
            // `read_below` reached its limit before this folder.
            None => {
                known.is_cut = true;
                folder = gap(EntryKind::EndlessFolder);
            }
            Some(None) => folder = gap(EntryKind::MissingFolder),
            Some(Some(raw)) => {
                known.visits += raw.len() + 1;
                for entry in raw.iter() {
                    folder.nodes.extend(self.node(known, path, entry, selection, depth));
                }
            }
        }
        let folder = Rc::new(folder);
        // A folder of a walk that was cut short may be incomplete without a gap, so it is not reused.
        if !known.is_cut {
            known.known.insert((id, Rc::clone(path)), Rc::clone(&folder));
        }
        folder
    }

    fn node(
        &self,
        known: &mut Folders,
        folder: &str,
        entry: &RawEntry,
        selection: &dyn Selects,
        depth: usize,
    ) -> Option<FolderNode> {
        let path = join(folder, &entry.name);
        if entry.is_folder {
            selection.enters(&path).then_some(())?;
            let inner = self.folder_at(known, &path.into(), entry.id, selection, depth + 1);
            return (!inner.nodes.is_empty()).then_some(FolderNode::Folder(inner));
        }
        let is_wanted = match entry.kind {
            EntryKind::File => selection.takes(&path),
            EntryKind::Link | EntryKind::Submodule => selection.takes_other(&path),
            EntryKind::MissingFolder | EntryKind::EndlessFolder => true,
        };
        is_wanted.then(|| FolderNode::Entry(TreeEntry { path: path.into(), id: entry.id, kind: entry.kind }))
    }
}

impl Folder {
    /// Calls `each` for every entry in it and below, by path.
    pub(crate) fn each<'f>(&'f self, each: &mut impl FnMut(&'f TreeEntry)) {
        for node in &self.nodes {
            match node {
                FolderNode::Entry(entry) => each(entry),
                FolderNode::Folder(folder) => folder.each(each),
            }
        }
    }
}

fn tree_of(object: GitObject) -> RawEntries {
    match object {
        GitObject::Found(ObjectKind::Tree, id, bytes) => Some(Rc::new(parse(&bytes, id.as_bytes().len()))),
        GitObject::Found(..) | GitObject::Missing | GitObject::TooLarge(..) => None,
    }
}

/// Joins the path of a folder and a name.
pub(crate) fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}/{step}") }
}

/// Decodes a file name. Each invalid byte becomes a replacement character and its hexadecimal value, so that different
/// names stay distinct.
pub(crate) fn name_of(bytes: &[u8]) -> String {
    let mut name = String::new();
    for chunk in bytes.utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(name, "\u{fffd}{byte:02x}");
        }
    }
    name
}

/// Parses a tree object: a sequence of mode, space, name, zero byte and hash, whose length is `hash` bytes.
fn parse(bytes: &[u8], hash: usize) -> Vec<RawEntry> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((entry, after)) = parse_entry(rest, hash) {
        entries.push(entry);
        rest = after;
    }
    entries
}

fn parse_entry(bytes: &[u8], hash: usize) -> Option<(RawEntry, &[u8])> {
    let (mode, rest) = bytes.split_at_checked(memchr::memchr(b' ', bytes)?)?;
    let rest = rest.get(1..)?;
    let (name, rest) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
    let (id, rest) = rest.get(1..)?.split_at_checked(hash)?;
    let kind = match mode {
        b"120000" => EntryKind::Link,
        b"160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    let name = name_of(name);
    let is_folder = matches!(mode, b"40000" | b"040000");
    Some((RawEntry { name, id: Oid::of_bytes(id)?, is_folder, kind }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_object_is_parsed_to_its_end() {
        let mut bytes = b"100644 a b.yaml\0".to_vec();
        bytes.extend([0xab; 20]);
        bytes.extend(b"40000 dir\0");
        bytes.extend([1; 20]);
        bytes.extend(b"160000 cut off\0\x01");
        let entries = parse(&bytes, 20);
        let names: Vec<(&str, bool)> = entries.iter().map(|entry| (entry.name.as_str(), entry.is_folder)).collect();
        assert_eq!(names, [("a b.yaml", false), ("dir", true)]);
        assert_eq!(entries[0].id.to_string(), "ab".repeat(20));
    }

    struct All;

    impl Selects for All {
        fn enters(&self, _: &str) -> bool {
            true
        }
        fn takes(&self, _: &str) -> bool {
            true
        }
        fn takes_other(&self, _: &str) -> bool {
            true
        }
    }

    #[test]
    fn a_tree_that_expands_endlessly_is_a_gap() {
        let id = |level: u8| Oid::of_bytes(&[level; 20]).unwrap();
        let entry =
            |name: &str, level| RawEntry { name: name.into(), id: id(level), is_folder: true, kind: EntryKind::File };
        let mut trees = Trees::default();
        for level in 0..58 {
            trees.raw.insert(id(level), Some(Rc::new(vec![entry("a", level + 1), entry("b", level + 1)])));
        }
        trees.raw.insert(id(58), Some(Rc::new(Vec::new())));
        let folder = trees.folder(&mut Folders::default(), &"".into(), id(0), &All);
        let mut gaps = 0;
        folder.each(&mut |entry| gaps += usize::from(entry.kind == EntryKind::EndlessFolder));
        assert_eq!(gaps, 1);
    }

    #[test]
    fn a_wide_level_ends_at_the_limit_of_a_walk() {
        let id = |level: u8| Oid::of_bytes(&[level; 20]).unwrap();
        let entry =
            |name: usize| RawEntry { name: name.to_string(), id: id(1), is_folder: true, kind: EntryKind::File };
        let mut trees = Trees::default();
        let raw: Vec<RawEntry> = (0..1000).map(entry).collect();
        trees.stored = raw.len();
        trees.raw.insert(id(1), Some(Rc::new(raw)));
        let mut visited = HashSet::new();
        let mut level = vec![(Rc::from(""), id(1))];
        for _ in 0..3 {
            level = trees.level_below(&level, &mut visited, &All);
        }
        assert!(visited.len() <= ALWAYS_ALLOWED + 1, "{} folders visited", visited.len());
    }
}
