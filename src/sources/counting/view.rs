//! Views: the files of each commit that a selection picks.

use std::collections::HashMap;
use std::rc::Rc;

use super::configs::Lookup;
use super::problem::{Problem, ProblemKind};
use super::selection::{ConfigSelection, FollowedLink, is_within};
use super::source::RuleFiles;
use crate::sources::git::{Commit, EntryKind, Folder, Folders, GitError, Objects, Oid, TreeEntry, Trees};

/// The maximum number of rounds in which followed folders reveal further links.
const MOST_ROUNDS: usize = 8;

/// The files that a selection picks from a commit or a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct SelectedFolder {
    /// The files.
    pub(crate) folder: Rc<Folder>,
    /// Whether any of the selected places exists.
    pub(crate) exists: bool,
    /// The named places of job configs that do not exist.
    pub(crate) absent: Vec<String>,
    /// Problems with the places themselves.
    pub(crate) problems: Vec<Problem>,
}

/// Lists the files of commits by one selection and remembers the folders it saw.
#[derive(Debug)]
pub(crate) struct SelectedFiles {
    pub(crate) place: RuleFiles,
    folders: Folders,
    /// The folders of job configs, by the links that were followed.
    linked: HashMap<Vec<FollowedLink>, Folders>,
}

impl SelectedFiles {
    /// Creates a view without any folders.
    pub(crate) fn new(place: RuleFiles) -> Self {
        Self { place, folders: Folders::default(), linked: HashMap::new() }
    }

    /// Excludes the former paths of the roadmap's own files from a selection that excludes these files.
    pub(crate) fn leave_out(&mut self, former: &[String]) {
        let RuleFiles::Files(files) = &mut self.place else { return };
        if !files.own.is_empty() {
            for path in former {
                files.leave_out(path);
            }
            self.folders = Folders::default();
        }
    }

    /// Lists commits.
    pub(crate) fn read(
        &mut self,
        trees: &mut Trees,
        objects: &mut Objects,
        commits: &[Commit],
    ) -> Result<Vec<SelectedFolder>, GitError> {
        let roots = commits.iter().filter_map(|commit| Some((Rc::from(""), trees.root(commit)?))).collect();
        trees.read_below(objects, roots, self.place.selects())?;
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
            return Ok(SelectedFolder { folder: Rc::default(), exists: true, problems, ..SelectedFolder::default() });
        };
        match &self.place {
            RuleFiles::Files(files) => {
                let folder = trees.folder(&mut self.folders, &"".into(), root, files);
                Ok(SelectedFolder { folder, exists: true, ..SelectedFolder::default() })
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
        let (absent, found) = Lookup { trees, objects, root }.follow_roots(&mut selection)?;
        let exists = absent.len() < selection.roots.len();
        let mut seen = SelectedFolder { exists, absent, ..SelectedFolder::default() };
        for _ in 0..MOST_ROUNDS {
            seen.folder = self.selected(&selection, trees, objects, root)?;
            seen.problems.clone_from(&found);
            let before = selection.links.len();
            let mut links: Vec<TreeEntry> = Vec::new();
            seen.folder.each(&mut |entry| {
                // Links on the path to a configured folder were reported with that folder.
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
        let folders = self.linked.entry(selection.links.clone()).or_default();
        Ok(trees.folder(folders, &path, root, selection))
    }
}
