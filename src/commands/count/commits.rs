//! Commit selection: the head, the commit of a name or day, those of a history, or all since a day.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::history::HistorySpan;
use super::{CountArgs, history};
use crate::commands::{Context, Failure};
use crate::domain::Date;
use crate::sources::counting::{CheckoutError, CheckoutReader, Listing};
use crate::sources::git::{Commit, CommitHistory, GitError, Repository};
use crate::sources::paths;
use crate::words;

/// The warning for a shallow clone.
pub(crate) const SHALLOW: &str =
    "warning: the clone is shallow, so older commits are missing; `git fetch --unshallow` fetches them";

/// The rest of the sentence about a plain folder where a history is needed.
pub(crate) const NO_HISTORY: &str = "is not a Git repository, so it has no history";

/// Reads the requested commits, or a plain folder.
pub(super) fn listings(
    context: &Context,
    args: &CountArgs,
    path: &Path,
    reader: &mut CheckoutReader,
) -> Result<Vec<Listing>, Failure> {
    let Some(repository) = reader.checkout().repository().cloned() else {
        if args.at.is_some() || args.history || args.base.is_some() || args.is_by_commit() {
            let shown = paths::shown(path);
            let failure = Failure::usage(format!("`{shown}` {NO_HISTORY}"));
            return Err(match reader.checkout().around() {
                Some(root) => failure.hint(format!("it is inside one: `--repo {}`", paths::shown(root))),
                None => failure.hint("without --at, --history, --base and --since its files are counted as they are"),
            });
        }
        return Ok(vec![reader.read_folder(path)]);
    };
    let commits = CommitPicker { context, args, repository: &repository, reader }.commits()?;
    let bar = progress_bar();
    let listings = reader.read_commits(&repository, &commits, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(listings)
}

/// Picks the commits that the arguments ask for.
struct CommitPicker<'a> {
    context: &'a Context,
    args: &'a CountArgs,
    repository: &'a Repository,
    reader: &'a mut CheckoutReader,
}

impl CommitPicker<'_> {
    fn commits(&mut self) -> Result<Vec<Commit>, Failure> {
        let (context, args) = (self.context, self.args);
        let head = self.commit();
        if args.is_by_commit() {
            let head = head?;
            let since = args.since.as_ref().ok_or_else(|| Failure::usage("`--by commit` needs `--since DATE`"))?;
            let base = commit_at(&self.line_of(&head)?, context.day_before(since)?)?;
            let later = self.repository.since(&base, &head)?;
            return Ok(std::iter::once(base).chain(later.into_iter().map(|(commit, _)| commit)).collect());
        }
        if let Some(name) = &args.base {
            let head = head?;
            return Ok(vec![base(self.repository, name, &head)?, head]);
        }
        if args.history {
            let since = args.since.as_ref().map(|text| context.first_day(text)).transpose()?;
            let until = context.global.as_of.as_ref().map(|text| context.day(text)).transpose()?;
            let head = head?;
            let history = self.reader.history(self.repository)?;
            if history.is_shallow() {
                context.note(SHALLOW);
            }
            return Ok(history::commits(&history, &head, args.every, HistorySpan { since, until }));
        }
        Ok(vec![head?])
    }

    /// Reads the line of first parents with a commit: the main line if it contains the commit, else its own.
    fn line_of(&mut self, head: &Commit) -> Result<CommitHistory, GitError> {
        let line = self.reader.history(self.repository)?;
        let is_on_line = line.days().any(|commit| commit == head);
        if is_on_line { Ok(line) } else { CommitHistory::before(self.repository, head) }
    }

    /// Finds the commit of `--at`, else of `--as-of`, else the head.
    fn commit(&mut self) -> Result<Commit, Failure> {
        let context = self.context;
        let at = match (&self.args.at, &context.global.as_of) {
            (Some(text), _) if !is_date(text) => text,
            (Some(text), _) | (None, Some(text)) => return self.commit_on(context.day(text)?),
            (None, None) => return Ok(self.repository.commit("HEAD")?),
        };
        match (self.repository.commit(at), context.day(at)) {
            (Err(GitError::NoCommit(_)), Ok(day)) => self.commit_on(day),
            (commit, _) => Ok(commit?),
        }
    }

    fn commit_on(&mut self, date: Date) -> Result<Commit, Failure> {
        commit_at(&self.reader.history(self.repository)?, date)
    }
}

/// Finds the merge base that a pull request is compared with.
fn base(repository: &Repository, name: &str, head: &Commit) -> Result<Commit, Failure> {
    let fetch = format!("git fetch --unshallow origin, or git fetch --depth=1000 origin {}", plain_ref(name));
    let named = repository.commit(name).map_err(|error| {
        let is_unknown = matches!(error, GitError::NoCommit(_));
        let failure = Failure::from(error);
        if is_unknown { failure.hint(how_to_fetch(name)) } else { failure }
    })?;
    repository.merge_base(&named, head)?.ok_or_else(|| {
        let failure = Failure::failed(format!("`{name}` and {} have no commit in common here", head.short()));
        if repository.is_shallow() {
            failure.hint(format!("the clone is shallow: {fetch}; actions/checkout takes `fetch-depth: 0`"))
        } else {
            failure
        }
    })
}

/// Returns a hint on how to fetch the missing base of a comparison.
fn how_to_fetch(name: &str) -> String {
    // A branch can be fetched by name; a hash or relative name needs the rest of the history.
    let is_hash = name.len() >= 7 && name.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hash || name.contains(['~', '^', '@']) {
        return "a shallow clone lacks old commits: `git fetch --unshallow origin` brings them".to_owned();
    }
    let branch = plain_ref(name);
    format!(
        "a pull request's checkout often has one commit: `git fetch origin {branch}:refs/remotes/origin/{branch}` brings \
         the branch, then `--base origin/{branch}`; actions/checkout takes `fetch-depth: 0`"
    )
}

/// Strips the remote from the name of a branch.
fn plain_ref(name: &str) -> &str {
    name.strip_prefix("origin/").or_else(|| name.strip_prefix("refs/remotes/origin/")).unwrap_or(name)
}

/// Returns a progress bar on stderr, hidden unless stderr is a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("counting {bar:30} {pos} of {len} files").expect("the template is valid");
    ProgressBar::new(0).with_style(style.progress_chars("=> "))
}

/// Whether the value of `--at` is a day rather than a name: a year, or digits with hyphens.
pub(super) fn is_date(at: &str) -> bool {
    let is_date = at.contains('-') && at.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_date || (at.len() == 4 && at.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Finds the newest commit on or before a day.
fn commit_at(history: &CommitHistory, date: Date) -> Result<Commit, Failure> {
    let nothing = || Failure::failed(format!("there is no commit on or before {date} in this repository"));
    history.at(date).ok_or_else(|| match history.oldest() {
        Some(oldest) if history.is_shallow() => nothing().hint(format!(
            "the clone is shallow and begins on {}: `git fetch --unshallow` brings the rest",
            oldest.date
        )),
        Some(oldest) => nothing().hint(format!("HEAD's first parents begin on {}", oldest.date)),
        None => nothing(),
    })
}

impl From<CheckoutError> for Failure {
    fn from(error: CheckoutError) -> Self {
        let text = error.to_string();
        match error {
            CheckoutError::NoFolder(_) => Self::usage(text).hint("name the root of a clone, or a folder"),
            CheckoutError::NoConfigs { configs, .. } => Self::usage(text).hint(words::missing_configs(&configs)),
            CheckoutError::NoConfigsAt { configs, .. } => Self::failed(text).hint(words::missing_configs(&configs)),
            CheckoutError::NothingBefore(_) => Self::failed(text),
            CheckoutError::Shallow(_) => Self::failed(text).hint("`git fetch --unshallow` brings the rest"),
            CheckoutError::Rule(_) => Self::usage(text),
            CheckoutError::Git(error) => error.into(),
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let text = error.to_string();
        match error {
            GitError::NoCommit(_) => Self::usage(text)
                .hint("name a commit, branch or tag, or a day such as 2020-08-31; a shallow clone lacks old commits"),
            GitError::Range(_) => Self::usage(text).hint("`--base REF` finds the merge base itself"),
            GitError::Missing { .. } => {
                Self::failed(text).hint("clone without --depth and --filter to have every object")
            }
            GitError::NoCommits => Self::failed(text).hint("only committed files are read: `git commit` them first"),
            GitError::NotStarted(_) => {
                Self::failed(text).hint("git must be installed and on the PATH, except to count in a plain folder")
            }
            GitError::Stopped(_) | GitError::Refused(_) | GitError::TimedOut(_) | GitError::Special(_) => {
                Self::failed(text)
            }
        }
    }
}
