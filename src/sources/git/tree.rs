//! Trees: which files a commit has below a folder. A folder that did not change is read once.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Commit, GitError, Object, ObjectKind, Objects};

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// The hash, in hexadecimal digits.
    pub(crate) id: Rc<str>,
    /// What it is.
    pub(crate) kind: EntryKind,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// Another repository.
    Submodule,
    /// A folder whose list of files is not there.
    MissingFolder,
}

/// More files than any real checkout has below one folder.
const MOST_FILES: usize = 500_000;
/// More folders in each other than any real checkout has.
const DEEPEST: usize = 64;

/// The trees that were read.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    known: HashMap<Rc<str>, Option<Rc<Vec<Raw>>>>,
}

#[derive(Debug)]
struct Raw {
    name: String,
    id: Rc<str>,
    is_folder: bool,
    kind: EntryKind,
}

impl Trees {
    /// Reads the trees below a folder of many commits, level by level, so that each level is asked for at once.
    pub(crate) fn read_ahead(
        &mut self,
        objects: &mut Objects,
        commits: &[Commit],
        folder: &str,
    ) -> Result<(), GitError> {
        let digits = commits.first().map_or(40, |commit| commit.id.len());
        let mut level: Vec<Rc<str>> = commits.iter().map(root).collect();
        for step in folder.split('/') {
            level = self.level(objects, level, digits, |entry| entry.name == step)?;
        }
        // What is deeper, or more, is left to `below`, which knows where to stop.
        for _ in 0..DEEPEST {
            if level.is_empty() || self.known.len() > MOST_FILES {
                break;
            }
            level = self.level(objects, level, digits, |_| true)?;
        }
        Ok(())
    }

    /// Reads those trees of a level that are not known and returns the wanted folders in them.
    fn level(
        &mut self,
        objects: &mut Objects,
        mut level: Vec<Rc<str>>,
        digits: usize,
        is_wanted: impl Fn(&Raw) -> bool,
    ) -> Result<Vec<Rc<str>>, GitError> {
        level.sort_unstable();
        level.dedup();
        level.retain(|id| !self.known.contains_key(id));
        let mut next = Vec::new();
        for (id, object) in level.iter().zip(objects.get_all(&level)?) {
            let tree = tree_of(object, digits);
            let folders = tree.iter().flat_map(|tree| tree.iter()).filter(|entry| entry.is_folder && is_wanted(entry));
            next.extend(folders.map(|entry| Rc::clone(&entry.id)));
            self.known.insert(Rc::clone(id), tree);
        }
        Ok(next)
    }

    /// Lists what is below a folder of a commit, in no particular order; `None` where the commit has no such folder.
    pub(crate) fn below(
        &mut self,
        objects: &mut Objects,
        commit: &Commit,
        folder: &str,
    ) -> Result<Option<Vec<Entry>>, GitError> {
        let mut found = Vec::new();
        let mut id = root(commit);
        let mut path = String::new();
        for step in folder.split('/') {
            let Some(tree) = self.tree(objects, &id, commit.id.len())? else {
                let kind = EntryKind::MissingFolder;
                let path = if path.is_empty() { ".".to_owned() } else { path };
                return Ok(Some(vec![Entry { path, id, kind }]));
            };
            let Some(entry) = tree.iter().find(|entry| entry.name == step) else { return Ok(None) };
            join(&mut path, step);
            if !entry.is_folder {
                return Ok(Some(vec![Entry { path, id: Rc::clone(&entry.id), kind: entry.kind }]));
            }
            id = Rc::clone(&entry.id);
        }
        self.collect(objects, &id, &path, commit.id.len(), &mut found)?;
        Ok(Some(found))
    }

    fn collect(
        &mut self,
        objects: &mut Objects,
        id: &Rc<str>,
        path: &str,
        digits: usize,
        found: &mut Vec<Entry>,
    ) -> Result<(), GitError> {
        // A repository can be made whose trees unfold without end.
        let is_sane = found.len() < MOST_FILES && path.matches('/').count() < DEEPEST;
        let Some(tree) = self.tree(objects, id, digits)?.filter(|_| is_sane) else {
            found.push(Entry { path: path.to_owned(), id: Rc::clone(id), kind: EntryKind::MissingFolder });
            return Ok(());
        };
        for entry in tree.iter() {
            let mut path = path.to_owned();
            join(&mut path, &entry.name);
            if entry.is_folder {
                self.collect(objects, &entry.id, &path, digits, found)?;
            } else {
                found.push(Entry { path, id: Rc::clone(&entry.id), kind: entry.kind });
            }
        }
        Ok(())
    }

    fn tree(&mut self, objects: &mut Objects, id: &Rc<str>, digits: usize) -> Result<Option<Rc<Vec<Raw>>>, GitError> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let tree = tree_of(objects.get(id)?, digits);
        self.known.insert(Rc::clone(id), tree.clone());
        Ok(tree)
    }
}

/// Names the root folder of a commit.
fn root(commit: &Commit) -> Rc<str> {
    format!("{}^{{tree}}", commit.id).into()
}

fn tree_of(object: Object, digits: usize) -> Option<Rc<Vec<Raw>>> {
    match object {
        Object::Found(ObjectKind::Tree, bytes) => Some(Rc::new(parse(&bytes, digits / 2))),
        Object::Found(..) | Object::Missing => None,
    }
}

fn join(path: &mut String, step: &str) {
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(step);
}

/// Reads a tree object: mode, a blank, a name, a zero byte and the hash, again and again.
fn parse(bytes: &[u8], hash: usize) -> Vec<Raw> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((entry, after)) = parse_entry(rest, hash) {
        entries.push(entry);
        rest = after;
    }
    entries
}

fn parse_entry(bytes: &[u8], hash: usize) -> Option<(Raw, &[u8])> {
    let (mode, rest) = bytes.split_at_checked(memchr::memchr(b' ', bytes)?)?;
    let rest = rest.get(1..)?;
    let (name, rest) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
    let (id, rest) = rest.get(1..)?.split_at_checked(hash)?;
    let kind = match mode {
        b"120000" => EntryKind::Link,
        b"160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    let name = String::from_utf8_lossy(name).into_owned();
    Some((Raw { name, id: hex(id).into(), is_folder: mode == b"40000", kind }, rest))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_object_is_read_to_its_end() {
        let mut bytes = b"100644 a b.yaml\0".to_vec();
        bytes.extend([0xab; 20]);
        bytes.extend(b"40000 dir\0");
        bytes.extend([1; 20]);
        bytes.extend(b"160000 cut off\0\x01");
        let entries = parse(&bytes, 20);
        let names: Vec<(&str, bool)> = entries.iter().map(|entry| (entry.name.as_str(), entry.is_folder)).collect();
        assert_eq!(names, [("a b.yaml", false), ("dir", true)]);
        assert_eq!(&*entries[0].id, "ab".repeat(20));
    }
}
