//! Path history: the commits that touched a path, renames between commits, and former paths of a file.

use super::guard;
use super::{Commit, GitError, Repository, parse_commit};

/// A file that was renamed between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRename {
    /// The path in the earlier commit.
    pub(crate) from: String,
    /// The path in the later one.
    pub(crate) to: String,
}

impl Repository {
    /// Returns the newest commits along the first parents of `head` that touched some pathspecs, at most `most`.
    pub(crate) fn touching(&self, head: &Commit, pathspecs: &[String], most: u32) -> Result<Vec<Commit>, GitError> {
        let mut command = self.log();
        command.args(["--first-parent", &format!("--max-count={most}"), head.id.as_str(), "--"]).args(pathspecs);
        let output = guard::answer(&mut command)?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(parse_commit).collect())
    }

    /// Returns the files renamed between the parent of `changed` and `later`, which may be `changed` itself. Empty if
    /// objects for the comparison are missing.
    pub(crate) fn renames(&self, changed: &Commit, later: &Commit) -> Result<Vec<FileRename>, GitError> {
        let mut command = self.command();
        command.args(["diff-tree", "-r", "-z", "-M", "--diff-filter=R", "--name-status", "--no-commit-id"]);
        let output = guard::answer(command.args([&format!("{}^", changed.id), later.id.as_str(), "--"]))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let fields: Vec<&str> = text.split('\0').collect();
        let rename = |[_, from, to]: &[&str; 3]| FileRename { from: (*from).to_owned(), to: (*to).to_owned() };
        Ok(fields.as_chunks().0.iter().map(rename).collect())
    }

    /// Returns the former paths of a renamed file, newest first.
    pub(crate) fn former_paths(&self, head: &Commit, path: &str) -> Result<Vec<String>, GitError> {
        let mut paths = vec![path.to_owned()];
        while let Some(path) = paths.last().filter(|_| paths.len() <= MOST_PATHS) {
            let touching = self.touching(head, &[format!(":(top,literal){path}")], u32::MAX >> 1)?;
            let Some(first) = touching.last() else { break };
            let renames = self.renames(first, first)?;
            let Some(former) = renames.into_iter().find(|rename| &rename.to == path) else { break };
            if paths.contains(&former.from) {
                break;
            }
            paths.push(former.from);
        }
        Ok(paths.split_off(1))
    }
}

/// The maximum number of former paths that are followed.
const MOST_PATHS: usize = 16;
