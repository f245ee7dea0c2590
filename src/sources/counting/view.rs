//! Views: the files of each commit that a selection picks.

use std::collections::HashMap;
use std::rc::Rc;

use super::configs::Lookup;
use super::problem::{Problem, ProblemKind};
use super::source::RuleFiles;
use crate::sources::git::{Commit, Folder, Folders, GitError, Objects, Trees};

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
    /// By the folders of job configs, to which different links may lead in different commits.
    folders: HashMap<Vec<String>, Folders>,
}

impl SelectedFiles {
    /// Creates a view without any folders.
    pub(crate) fn new(place: RuleFiles) -> Self {
        Self { place, folders: HashMap::new() }
    }

    /// Excludes the former paths of the roadmap's own files from a selection that excludes these files.
    pub(crate) fn leave_out(&mut self, former: &[String]) {
        let RuleFiles::Files(files) = &mut self.place else { return };
        if !files.written.own.is_empty() {
            for path in former {
                files.leave_out(path);
            }
            self.folders.clear();
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
        let configs = match &self.place {
            RuleFiles::Files(files) => {
                let folder = trees.folder(self.folders.entry(Vec::new()).or_default(), &"".into(), root, files);
                return Ok(SelectedFolder { folder, exists: true, ..SelectedFolder::default() });
            }
            RuleFiles::Configs(configs) => configs,
        };
        let (selection, absent, problems) = Lookup { trees, objects, root }.resolve(configs)?;
        if selection.roots != configs.roots {
            trees.read_below(objects, vec![(Rc::from(""), root)], &selection)?;
        }
        let folders = self.folders.entry(selection.roots.clone()).or_default();
        let folder = trees.folder(folders, &"".into(), root, &selection);
        let exists = absent.len() < configs.roots.len() || (configs.has_globs() && !folder.nodes.is_empty());
        Ok(SelectedFolder { folder, exists, absent, problems })
    }
}
