//! Git access through the `git` program: commits, trees and objects.
//!
//! It never fetches, runs no hook, filter or pager of the repository, and passes no outside text as an option. A
//! missing object is a value, not an error.

mod guard;
mod history;
mod objects;
mod oid;
pub mod origin;
mod renames;
mod tree;

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use history::CommitHistory;
pub(crate) use objects::{EXAMINED, GitObject, LARGEST, ObjectKind, Objects};
pub(crate) use oid::Oid;
pub(crate) use renames::FileRename;
pub(crate) use tree::{EntryKind, Folder, FolderNode, Folders, Selects, TreeEntry, Trees, join, name_of};

use crate::domain::clean::clean_line;
use crate::domain::shift::short_hash;
use crate::domain::{Date, Repo, Text};
use crate::sources::programs;

/// Settings that override those of the user and the repository. The last one silences a hint in place of an error.
const SETTINGS: [&str; 5] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.allow=never",
    "log.showSignature=false",
    "advice.graftFileDeprecated=false",
];

/// A repository: the `.git` of a checkout, or a bare clone.
#[derive(Debug, Clone)]
pub struct Repository {
    folder: PathBuf,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The full hash.
    pub id: Text,
    /// The day of the commit by its committer's calendar, as `git log --format=%cs` shows it.
    pub date: Date,
}

impl Commit {
    /// Returns the first ten digits of the hash.
    pub fn short(&self) -> &str {
        short_hash(&self.id)
    }
}

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program could not be started.
    #[error("git could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It stopped before the end of its output.
    #[error("git stopped before it had answered: {0}")]
    Stopped(#[source] io::Error),
    /// It failed: its message.
    #[error("git: {0}")]
    Refused(String),
    /// It timed out, after so many seconds.
    #[error("git did not answer within {0} s")]
    TimedOut(u64),
    /// The repository contains a special file on which git would block.
    #[error("`{}` is a pipe or a device, and git would wait for it", clean_line(&.0.display().to_string()))]
    Special(PathBuf),
    /// There is no such commit.
    #[error("there is no commit `{0}` in this repository")]
    NoCommit(String),
    /// The name is a range, not one commit.
    #[error("`{0}` is a range of commits, and one commit is wanted")]
    Range(String),
    /// The name refers to a missing object, as in partial or corrupt clones.
    #[error("`{name}` is the object {id}, which is missing from this clone")]
    Missing {
        /// The name.
        name: String,
        /// The hash of the object.
        id: String,
    },
    /// The current branch has no commit.
    #[error("nothing is committed on the current branch of this repository yet")]
    NoCommits,
}

impl Repository {
    /// Opens the repository whose root is this folder: a checkout or a bare clone.
    pub fn of(path: &Path) -> Option<Self> {
        let inner = path.join(".git");
        if inner.is_file() || inner.join("HEAD").exists() {
            return Some(Self { folder: inner });
        }
        let is_bare = path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir();
        is_bare.then(|| Self { folder: path.to_owned() })
    }

    /// Finds the repository that contains a path, and its root.
    pub fn around(path: &Path) -> Option<(PathBuf, Self)> {
        path.ancestors().find_map(|folder| Some((folder.to_owned(), Self::of(folder)?)))
    }

    /// Returns the folder with the objects and references.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Finds a commit by a hash, branch or tag.
    pub fn commit(&self, name: &str) -> Result<Commit, GitError> {
        let unknown = || GitError::NoCommit(clean_line(name).into_owned());
        if name.is_empty() || name.starts_with('-') || name.contains(['\0', '\n']) {
            return Err(unknown());
        }
        if is_range(name) {
            return Err(GitError::Range(clean_line(name).into_owned()));
        }
        guard::check(&self.folder)?;
        let mut command = self.log();
        command.args(["--max-count=1", "--end-of-options", &format!("{name}^{{commit}}"), "--"]);
        let output = guard::answer(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().find_map(parse_commit) {
            Some(commit) if output.status.success() => return Ok(commit),
            Some(_) | None if !is_about_name(&output.stderr) => {
                return Err(GitError::Refused(fatal_line(&output.stderr)));
            }
            Some(_) | None => {}
        }
        Err(match self.missing_object(name)? {
            Some(id) => GitError::Missing { name: clean_line(name).into_owned(), id },
            None if name == "HEAD" => GitError::NoCommits,
            None => unknown(),
        })
    }

    /// Returns the hash that a name refers to, if that object is missing; `None` for a name that is itself a hash.
    fn missing_object(&self, name: &str) -> Result<Option<String>, GitError> {
        let output = guard::answer(self.command().args(["rev-parse", "--verify", "--quiet", name]))?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if Oid::of_hex(&id).is_none() || id.eq_ignore_ascii_case(name) {
            return Ok(None);
        }
        Ok((self.objects().get(&id)? == GitObject::Missing).then_some(id))
    }

    /// Walks the first parents of `head`, newest first, until `each` returns `false`.
    pub fn first_parents(&self, head: &str, mut each: impl FnMut(Commit) -> bool) -> Result<(), GitError> {
        let mut command = self.log();
        command.args(["--first-parent", "--end-of-options", head, "--"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(GitError::NotStarted)?;
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let mut is_ended_early = false;
        for line in lines {
            let line = line.map_err(GitError::Stopped)?;
            if parse_commit(&line).is_some_and(|commit| !each(commit)) {
                is_ended_early = true;
                break;
            }
        }
        if is_ended_early {
            // It may have exited by itself.
            let _ = child.kill();
        }
        let status = child.wait().map_err(GitError::Stopped)?;
        if status.success() || is_ended_early {
            return Ok(());
        }
        Err(GitError::Refused(format!("the history of `{head}` could not be read")))
    }

    /// Returns the merge base of two commits.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Result<Option<Commit>, GitError> {
        let mut command = self.command();
        let output = guard::answer(command.args(["merge-base", &one.id, &other.id]))?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if id.is_empty() { Ok(None) } else { self.commit(&id).map(Some) }
    }

    /// Returns the commits after `base` up to `head` along first parents, oldest first, each with the first line of its
    /// message.
    pub fn since(&self, base: &Commit, head: &Commit) -> Result<Vec<(Commit, String)>, GitError> {
        let mut command = self.command();
        command.args(["rev-list", "--first-parent", "--reverse", "--format=%H %cs %s", "--end-of-options"]);
        let output = guard::answer(command.args([head.id.as_str(), &format!("^{}", base.id), "--"]))?;
        if !output.status.success() {
            return Err(GitError::Refused(fatal_line(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let commit = |line: &str| {
            let (head, subject) = line.split_at_checked(line.match_indices(' ').nth(1)?.0)?;
            Some((parse_commit(head)?, clean_line(subject.trim()).into_owned()))
        };
        Ok(text.lines().filter(|line| !line.starts_with("commit ")).filter_map(commit).collect())
    }

    /// Returns the repository of the `origin` remote, as `https://host` and `owner/name`.
    pub fn origin(&self) -> Option<(String, Repo)> {
        origin::of_git(&self.folder)
    }

    /// Returns the repositories that its remotes name, `origin` first.
    pub fn remotes(&self) -> Vec<Repo> {
        origin::remotes(&self.folder)
    }

    /// Whether the clone is shallow.
    pub fn is_shallow(&self) -> bool {
        let output = guard::answer(self.command().args(["rev-parse", "--is-shallow-repository"]));
        output.is_ok_and(|output| output.stdout.starts_with(b"true"))
    }

    /// Returns a reader of objects.
    pub(crate) fn objects(&self) -> Objects {
        Objects::new(self)
    }

    fn log(&self) -> Command {
        let mut command = self.command();
        // The plumbing command reads no settings that could run a program.
        command.args(["rev-list", "--format=%H %cs"]);
        command
    }

    fn command(&self) -> Command {
        let mut command = programs::command("git");
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"GIT_") {
                command.env_remove(name);
            }
        }
        command
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .env("GIT_GRAFT_FILE", "/dev/null");
        // Git before 2.12 does not know the setting `protocol.allow`.
        command.env("GIT_ALLOW_PROTOCOL", "none");
        command.arg("--git-dir").arg(&self.folder).args(["--no-pager", "--no-replace-objects", "--no-optional-locks"]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null());
        command
    }
}

/// Reads `HASH DATE`.
fn parse_commit(line: &str) -> Option<Commit> {
    let (id, date) = line.split_once(' ')?;
    let is_hash = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(())?;
    // A commit with a date that cannot be parsed, such as one in the year 20000, still counts.
    Some(Commit { id: id.into(), date: date.trim_end().parse().unwrap_or_default() })
}

fn is_about_name(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr);
    ["bad revision", "unknown revision", "ambiguous argument", "bad object", "Not a valid", "needed a single revision"]
        .iter()
        .any(|phrase| text.contains(phrase))
}

/// Whether a name is a range of commits (gitrevisions(7)). The text of a message search may contain dots.
fn is_range(name: &str) -> bool {
    name.starts_with('^') || name.contains("..") && !name.contains(":/") && !name.contains("{/")
}

/// Returns the error line of git's stderr, which hints and warnings may precede.
fn fatal_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let fatal = text.lines().find_map(|line| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")));
    clean_line(fatal.or_else(|| text.lines().next()).unwrap_or("no answer")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_line_follows_hints_and_warnings() {
        let said = b"hint: Support for grafts is deprecated\nfatal: bad object HEAD\n";
        assert_eq!(fatal_line(said), "bad object HEAD");
        assert_eq!((fatal_line(b"what\n"), fatal_line(b"")), ("what".to_owned(), "no answer".to_owned()));
    }

    #[test]
    fn a_range_is_not_a_commit() {
        for range in ["a..b", "HEAD...main", "..b", "^main"] {
            assert!(is_range(range), "{range}");
        }
        for name in ["main", "v1.2", "HEAD^", "HEAD~2", "HEAD^{/fix..}", ":/fix.."] {
            assert!(!is_range(name), "{name}");
        }
    }
}
