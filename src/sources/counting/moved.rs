//! Moved files: detects that a rule matches nothing because a folder was renamed. Otherwise everything in that folder
//! would count as done, or as new.

use std::collections::BTreeSet;

use super::problem::{Problem, ProblemKind};
use super::selection::is_within;
use super::source::RuleFiles;
use super::view::SelectedFolder;
use crate::sources::git::{Commit, EntryKind, FileRename, GitError, Repository};

/// Adds a problem to the commits that have none of the selected files, or none of those of one part of the selection,
/// because their folder was renamed, to another place before or to the selected one later, or because the place of job
/// configs is gone.
pub(super) fn mark(
    repository: &Repository,
    place: &RuleFiles,
    commits: &[Commit],
    seen: &mut [SelectedFolder],
) -> Result<(), GitError> {
    mark_empty(repository, place, &place.pathspecs(), commits, seen, &is_empty)?;
    for part in place.parts() {
        mark_empty(repository, place, &part.pathspecs(), commits, seen, &|seen| lacks(seen, &part))?;
    }
    Ok(())
}

/// Marks the commits in which a selection is empty. Of consecutive ones only the first and the last are looked up.
fn mark_empty(
    repository: &Repository,
    place: &RuleFiles,
    paths: &[String],
    commits: &[Commit],
    seen: &mut [SelectedFolder],
    is_empty: &dyn Fn(&SelectedFolder) -> bool,
) -> Result<(), GitError> {
    let exists = seen.iter().any(|seen| seen.exists);
    let mut start = 0;
    for run in seen.chunk_by_mut(|one, next| is_empty(one) == is_empty(next)) {
        let (own, later) = commits.get(start..).unwrap_or_default().split_at(run.len());
        let is_start = start == 0;
        start += run.len();
        let (Some(first), Some(last), true) = (own.first(), own.last(), run.first().is_some_and(is_empty)) else {
            continue;
        };
        let gone = repository.last_touching(first, paths)?;
        let mut problems = gone.as_ref().map_or(Ok(Vec::new()), |gone| moved_away(repository, place, gone, first))?;
        let mut arrived = None;
        if problems.is_empty() {
            arrived = next_touching(repository, last, later.first(), paths)?;
            problems = arrived.as_ref().map_or(Ok(Vec::new()), |first| moved_here(repository, place, first))?;
        }
        // A place that comes to exist is new, and had nothing in it before.
        let is_new = gone.is_none() && (arrived.is_some() || (is_start && exists));
        for seen in run {
            seen.problems.extend_from_slice(&problems);
            if seen.problems.is_empty() && !seen.exists && !is_new {
                seen.problems = place.absent();
            }
        }
    }
    Ok(())
}

/// Whether the folder has no file, and nothing that hides files.
fn is_empty(seen: &SelectedFolder) -> bool {
    let mut has_file = false;
    seen.folder.each(&mut |entry| has_file |= entry.kind != EntryKind::Link);
    !has_file && seen.problems.is_empty()
}

/// Whether the folder has files, but none of a part of the selection, and nothing that hides files.
fn lacks(seen: &SelectedFolder, part: &RuleFiles) -> bool {
    let (mut has_file, mut has_own) = (false, false);
    seen.folder.each(&mut |entry| {
        has_file |= entry.kind != EntryKind::Link;
        has_own = has_own || part.takes(&entry.path);
    });
    has_file && !has_own && seen.problems.is_empty()
}

/// Returns the first commit after some commit that touched some files, up to `next`, or else up to the head.
fn next_touching(
    repository: &Repository,
    commit: &Commit,
    next: Option<&Commit>,
    paths: &[String],
) -> Result<Option<Commit>, GitError> {
    let Some(next) = next.cloned().or_else(|| repository.commit("HEAD").ok()) else { return Ok(None) };
    repository.first_touching(Some(commit), &next, paths)
}

/// Returns a problem for each renamed folder that held the last selected files, which `last` touched, with its new path
/// at a later commit.
fn moved_away(
    repository: &Repository,
    place: &RuleFiles,
    last: &Commit,
    later: &Commit,
) -> Result<Vec<Problem>, GitError> {
    let renames = repository.renames_by(last, later)?;
    let moved = renames.iter().filter(|rename| place.reads_only(&rename.from, &rename.to));
    Ok(problems(moved, ProblemKind::Moved))
}

/// Returns a problem for each folder from which the first selected files came, with its new path: none if most of these
/// files were added.
fn moved_here(repository: &Repository, place: &RuleFiles, first: &Commit) -> Result<Vec<Problem>, GitError> {
    let renames = repository.renames_by(first, first)?;
    let moved: Vec<&FileRename> = renames.iter().filter(|rename| place.reads_only(&rename.to, &rename.from)).collect();
    if moved.is_empty() || moved.len() * 2 < repository.added(first, |path| place.takes(path))? {
        return Ok(Vec::new());
    }
    Ok(problems(moved.into_iter(), ProblemKind::MovedLater))
}

/// Returns a problem for each renamed folder, by its former path.
fn problems<'r>(moved: impl Iterator<Item = &'r FileRename>, kind: fn(String) -> ProblemKind) -> Vec<Problem> {
    let folders: BTreeSet<(&str, &str)> = moved.map(|rename| folders(&rename.from, &rename.to)).collect();
    folders.into_iter().map(|(from, to)| Problem::new(from, kind(to.to_owned()))).collect()
}

/// Returns the folders of a file that was renamed, without their common trailing components, unless one of them would
/// contain the other. The root is `.`.
fn folders<'p>(from: &'p str, to: &'p str) -> (&'p str, &'p str) {
    let folder = |path: &'p str| path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let (mut from, mut to) = (folder(from), folder(to));
    while let (Some((outer, one)), Some((other_outer, other))) = (from.rsplit_once('/'), to.rsplit_once('/'))
        && one == other
        && !is_within(outer, other_outer)
        && !is_within(other_outer, outer)
    {
        (from, to) = (outer, other_outer);
    }
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::folders;

    #[test]
    fn a_renamed_folder_is_named_by_what_differs() {
        assert_eq!(folders("src/a/x.txt", "lib/a/x.txt"), ("src", "lib"));
        assert_eq!(folders("x/src/a.txt", "x/b/c/a.txt"), ("x/src", "x/b/c"));
        let within = folders("x/src/a/b.txt", "x/y/src/a/b.txt");
        assert_eq!(within, ("x/src", "x/y/src"), "`x` itself was not renamed");
        assert_eq!((folders("a.txt", "lib/a.txt"), folders("lib/a.txt", "a.txt")), ((".", "lib"), ("lib", ".")));
    }
}
