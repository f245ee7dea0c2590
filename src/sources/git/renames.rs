//! Path history: the commits that touched a path, renames between commits, and former paths of a file.

use super::guard;
use super::{Commit, GitError, Repository, name_of, parse_commit};

/// A file that was renamed between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRename {
    /// The path in the earlier commit.
    pub(crate) from: String,
    /// The path in the later one.
    pub(crate) to: String,
}

impl Repository {
    /// Returns the newest commit along the first parents of `head` that touched some pathspecs.
    pub(crate) fn last_touching(&self, head: &Commit, pathspecs: &[String]) -> Result<Option<Commit>, GitError> {
        Ok(self.touching(None, head, pathspecs, &["--max-count=1"])?.pop())
    }

    /// Returns the oldest commit along the first parents of `head`, after `since`, that touched some pathspecs.
    pub(crate) fn first_touching(
        &self,
        since: Option<&Commit>,
        head: &Commit,
        pathspecs: &[String],
    ) -> Result<Option<Commit>, GitError> {
        Ok(self.touching(since, head, pathspecs, &[])?.pop())
    }

    fn touching(
        &self,
        since: Option<&Commit>,
        head: &Commit,
        pathspecs: &[String],
        options: &[&str],
    ) -> Result<Vec<Commit>, GitError> {
        let mut command = self.log();
        command.arg("--first-parent").args(options).arg(head.id.as_str());
        command.args(since.map(|since| format!("^{}", since.id))).arg("--").args(pathspecs);
        let output = guard::answer(&mut command)?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(parse_commit).collect())
    }

    /// Counts the files that a commit added, by their paths alone.
    pub(crate) fn added(&self, commit: &Commit, is_wanted: impl Fn(&str) -> bool) -> Result<usize, GitError> {
        let mut command = self.command();
        command.args(["diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", "--no-commit-id"]);
        let output = guard::answer(command.args([&format!("{}^", commit.id), commit.id.as_str(), "--"]))?;
        Ok(String::from_utf8_lossy(&output.stdout).split_terminator('\0').filter(|path| is_wanted(path)).count())
    }

    /// Returns the files renamed between the parent of `changed` and `later`, which may be `changed` itself. Empty if
    /// objects for the comparison are missing.
    pub(crate) fn renames_by(&self, changed: &Commit, later: &Commit) -> Result<Vec<FileRename>, GitError> {
        self.renames(&format!("{}^", changed.id), later, &[])
    }

    /// Returns the files among some pathspecs that were renamed between two commits, like [`Repository::renames_by`].
    pub(crate) fn renames(
        &self,
        earlier: &str,
        later: &Commit,
        pathspecs: &[String],
    ) -> Result<Vec<FileRename>, GitError> {
        let mut command = self.command();
        command.args(["diff-tree", "-r", "-z", "-M", "--diff-filter=R", "--name-status", "--no-commit-id"]);
        command.args([earlier, later.id.as_str(), "--"]).args(pathspecs);
        let output = guard::answer(&mut command)?;
        let fields: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        let rename = |[_, from, to]: &[&[u8]; 3]| FileRename { from: name_of(from), to: name_of(to) };
        Ok(fields.as_chunks().0.iter().map(rename).collect())
    }

    /// Returns the former paths of a file that was renamed after `since`, newest first.
    pub(crate) fn former_paths(
        &self,
        since: Option<&Commit>,
        head: &Commit,
        path: &str,
    ) -> Result<Vec<String>, GitError> {
        let mut paths = vec![path.to_owned()];
        while let Some(path) = paths.last().filter(|_| paths.len() <= MOST_PATHS) {
            let first = self.first_touching(since, head, &[format!(":(top,literal){path}")])?;
            let Some(first) = first else { break };
            let renames = self.renames_by(&first, &first)?;
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
