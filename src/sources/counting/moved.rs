//! Moved files: detects that a rule matches nothing any more because a folder was renamed. Otherwise everything in that
//! folder would count as done.

use std::collections::BTreeSet;

use super::problem::{Problem, ProblemKind};
use super::selection::FileSelection;
use super::view::SelectedFolder;
use crate::sources::git::{Commit, EntryKind, GitError, Repository};

/// Adds a problem to every commit that has none of the selected files any more because their folder was renamed. Of
/// consecutive commits without files only the first is looked up.
pub(super) fn mark(
    repository: &Repository,
    selection: &FileSelection,
    commits: &[Commit],
    seen: &mut [SelectedFolder],
) -> Result<(), GitError> {
    let mut known: Option<Vec<Problem>> = None;
    for (commit, seen) in commits.iter().zip(seen) {
        if has_file(seen) || !seen.problems.is_empty() {
            known = None;
            continue;
        }
        let moved = known.take().map_or_else(|| moved(repository, selection, commit), Ok)?;
        seen.problems.extend_from_slice(&moved);
        known = Some(moved);
    }
    Ok(())
}

/// Whether the folder has a file, or something that hides files.
fn has_file(seen: &SelectedFolder) -> bool {
    let mut has_file = false;
    seen.folder.each(&mut |entry| has_file |= entry.kind != EntryKind::Link);
    has_file
}

/// Returns a problem for each renamed folder that held the last selected files, with its new path.
fn moved(repository: &Repository, selection: &FileSelection, commit: &Commit) -> Result<Vec<Problem>, GitError> {
    let last = repository.touching(commit, selection.pathspecs(), 1)?;
    let Some(last) = last.first() else { return Ok(Vec::new()) };
    let renames = repository.renames(last, commit)?;
    let moved = renames.iter().filter(|rename| selection.loses_by_rename(&rename.from, &rename.to));
    let folders: BTreeSet<(&str, &str)> = moved.map(|rename| folders(&rename.from, &rename.to)).collect();
    Ok(folders.into_iter().map(|(from, to)| Problem::new(from, ProblemKind::Moved(to.to_owned()))).collect())
}

/// Strips the common trailing components of two paths; the root is `.`.
fn folders<'p>(from: &'p str, to: &'p str) -> (&'p str, &'p str) {
    let steps = |path: &'p str| path.rsplit_once('/').unwrap_or((".", path));
    let ((from_folder, one), (to_folder, other)) = (steps(from), steps(to));
    if one == other && from != "." && to != "." { folders(from_folder, to_folder) } else { (from, to) }
}

#[cfg(test)]
mod tests {
    use super::folders;

    #[test]
    fn a_renamed_folder_is_named_by_what_differs() {
        assert_eq!(folders("src/a/x.txt", "lib/a/x.txt"), ("src", "lib"));
        assert_eq!(folders("x/src/a.txt", "x/b/c/a.txt"), ("x/src", "x/b/c"));
        assert_eq!((folders("a.txt", "lib/a.txt"), folders("lib/a.txt", "a.txt")), ((".", "lib"), ("lib", ".")));
    }
}
