//! Views: the files of commits by one selection.

use std::collections::HashMap;
use std::rc::Rc;

use super::configs::Lookup;
use super::problem::{Problem, ProblemKind};
use super::selection::{ConfigSelection, FollowedLink, is_within};
use super::source::RuleFiles;
use crate::sources::git::{Commit, EntryKind, Folder, Folders, GitError, Objects, Oid, TreeEntry, Trees};

/// Rounds in which links to more folders are found.
const MOST_ROUNDS: usize = 8;

/// What a selection finds in a commit or a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct SelectedFolder {
    /// The files.
    pub(crate) folder: Rc<Folder>,
    /// Whether there is such a place at all.
    pub(crate) exists: bool,
    /// What is wrong with the place itself.
    pub(crate) problems: Vec<Problem>,
}

/// The files of commits by one selection.
#[derive(Debug)]
pub(crate) struct SelectedFiles {
    place: RuleFiles,
    folders: Folders,
    /// The folders of job configs by the links that were followed.
    elsewhere: HashMap<Vec<FollowedLink>, Folders>,
}

impl SelectedFiles {
    /// Begins with nothing known.
    pub(crate) fn new(place: RuleFiles) -> Self {
        Self { place, folders: Folders::default(), elsewhere: HashMap::new() }
    }

    /// Returns the selection.
    pub(crate) fn place(&self) -> &RuleFiles {
        &self.place
    }

    /// Lists commits.
    pub(crate) fn read(
        &mut self,
        trees: &mut Trees,
        objects: &mut Objects,
        commits: &[Commit],
    ) -> Result<Vec<SelectedFolder>, GitError> {
        let roots = commits.iter().filter_map(|commit| Some((Rc::from(""), trees.root(commit)?))).collect();
        match &self.place {
            RuleFiles::Files(files) => trees.read_below(objects, roots, files)?,
            RuleFiles::Configs(configs) => trees.read_below(objects, roots, configs)?,
        }
        commits.iter().map(|commit| self.commit(trees, objects, commit)).collect()
    }

    fn commit(
        &mut self,
        trees: &mut Trees,
        objects: &mut Objects,
        commit: &Commit,
    ) -> Result<SelectedFolder, GitError> {
        let Some(root) = trees.root(commit) else {
            let missing = Trees::missing_root(objects, commit)?;
            let problems = vec![Problem::new(".", ProblemKind::Missing(missing))];
            return Ok(SelectedFolder { folder: Rc::default(), exists: true, problems });
        };
        match &self.place {
            RuleFiles::Files(files) => {
                let folder = trees.folder(&mut self.folders, &"".into(), root, files);
                Ok(SelectedFolder { folder, exists: true, problems: Vec::new() })
            }
            RuleFiles::Configs(configs) => {
                let configs = configs.clone();
                self.configs(&configs, trees, objects, root)
            }
        }
    }

    fn configs(
        &mut self,
        configs: &ConfigSelection,
        trees: &mut Trees,
        objects: &mut Objects,
        root: Oid,
    ) -> Result<SelectedFolder, GitError> {
        let mut selection = configs.clone();
        let (is_there, found) = Lookup { trees, objects, root }.follow_roots(&mut selection)?;
        let mut seen = SelectedFolder { exists: is_there || !found.is_empty(), ..SelectedFolder::default() };
        for _ in 0..MOST_ROUNDS {
            seen.folder = self.selected(&selection, trees, objects, root)?;
            seen.problems.clone_from(&found);
            let before = selection.links.len();
            let mut links: Vec<TreeEntry> = Vec::new();
            seen.folder.each(&mut |entry| {
                // What is wrong on the way to a folder that the rule names is known.
                let is_known = || found.iter().any(|problem| is_within(&problem.path, &entry.path));
                if entry.kind == EntryKind::Link && !is_known() {
                    links.push(entry.clone());
                }
            });
            for link in &links {
                seen.problems.extend(Lookup { trees, objects, root }.follow(link, &mut selection)?);
            }
            if selection.links.len() == before {
                break;
            }
        }
        seen.exists |= configs.has_globs() && !seen.folder.nodes.is_empty();
        Ok(seen)
    }

    fn selected(
        &mut self,
        selection: &ConfigSelection,
        trees: &mut Trees,
        objects: &mut Objects,
        root: Oid,
    ) -> Result<Rc<Folder>, GitError> {
        let path: Rc<str> = "".into();
        if selection.links.is_empty() {
            return Ok(trees.folder(&mut self.folders, &path, root, selection));
        }
        trees.read_below(objects, vec![(Rc::clone(&path), root)], selection)?;
        let folders = self.elsewhere.entry(selection.links.clone()).or_default();
        Ok(trees.folder(folders, &path, root, selection))
    }
}
