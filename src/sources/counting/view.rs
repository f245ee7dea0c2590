//! Views: the files of commits by one selection.

use std::collections::HashMap;
use std::rc::Rc;

use super::configs::Lookup;
use super::problem::{Problem, ProblemKind};
use super::selection::ConfigSelection;
use super::source::RuleFiles;
use crate::sources::git::{Commit, EntryKind, Folder, Folders, GitError, Objects, Oid, Selects, TreeEntry, Trees};

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
    /// The folders of configs that are elsewhere than the rule says, as links lead there.
    elsewhere: HashMap<Vec<String>, (ConfigSelection, Folders)>,
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
            let problems = vec![Problem::new(".", ProblemKind::Missing(commit.id.to_string()))];
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
        let (mut roots, found) = Lookup { trees, objects, root }.roots(configs)?;
        let mut seen = SelectedFolder { exists: !roots.is_empty() || !found.is_empty(), ..SelectedFolder::default() };
        for _ in 0..MOST_ROUNDS {
            seen.folder = self.at_roots(configs, &roots, trees, objects, root)?;
            seen.problems.clone_from(&found);
            let before = roots.len();
            let mut links: Vec<TreeEntry> = Vec::new();
            seen.folder.each(&mut |entry| {
                if entry.kind == EntryKind::Link {
                    links.push(entry.clone());
                }
            });
            for link in &links {
                seen.problems.extend(Lookup { trees, objects, root }.link(link, configs, &mut roots)?);
            }
            if roots.len() == before {
                break;
            }
        }
        seen.exists |= configs.has_globs() && !seen.folder.nodes.is_empty();
        Ok(seen)
    }

    fn at_roots(
        &mut self,
        configs: &ConfigSelection,
        roots: &[String],
        trees: &mut Trees,
        objects: &mut Objects,
        root: Oid,
    ) -> Result<Rc<Folder>, GitError> {
        let path: Rc<str> = "".into();
        if roots.iter().all(|root| configs.roots.contains(root)) {
            return Ok(trees.folder(&mut self.folders, &path, root, configs));
        }
        let own = || (configs.with_roots(roots.to_vec()), Folders::default());
        let (selection, folders) = self.elsewhere.entry(roots.to_vec()).or_insert_with(own);
        trees.read_below(objects, vec![(Rc::clone(&path), root)], selection as &dyn Selects)?;
        Ok(trees.folder(folders, &path, root, selection))
    }
}
