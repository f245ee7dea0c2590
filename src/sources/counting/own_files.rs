//! Exclusion of the roadmap's own files: they contain the texts that its counters look for, so a text counter that read
//! them would never reach zero. Nor does it read them at the paths that they had before.

use std::path::PathBuf;

use super::configs::{ConfigPath, Lookup};
use crate::domain::Roadmap;
use crate::domain::rule::Source;
use crate::sources::git::{Commit, GitError, Objects, Repository, Trees};
use crate::sources::settings::Settings;

/// Excludes the files of a roadmap from its text counters, if they are in the counted repository.
pub fn leave_out_own_files(roadmap: &mut Roadmap, files: &[PathBuf], settings: &Settings) {
    let rules = roadmap.counters.iter_mut().flat_map(|counter| &mut counter.rules).filter(|rule| rule.repo.is_none());
    let counted = rules.filter_map(|rule| {
        let Source::Text(rule) = &mut rule.source else { return None };
        Some(&mut rule.files)
    });
    let mut counted = counted.peekable();
    if counted.peek().is_none() {
        return;
    }
    let own: Vec<PathBuf> = files.iter().filter_map(|file| std::fs::canonicalize(file).ok()).collect();
    let Some((root, repository)) = own.first().and_then(|file| Repository::around(file.parent()?)) else { return };
    let is_counted = settings
        .checkout(&roadmap.repo)
        .is_none_or(|named| std::fs::canonicalize(named).is_ok_and(|named| named == root));
    if is_counted || repository.origin().is_some_and(|(_, origin)| origin == roadmap.repo) {
        let names: Vec<&str> = own.iter().filter_map(|file| file.strip_prefix(&root).ok()?.to_str()).collect();
        for files in counted {
            files.exclude.extend(names.iter().copied().map(as_glob));
            files.own.extend(names.iter().copied().map(str::to_owned));
        }
    }
}

/// Returns the paths that some files of the head had before, back to a commit. A path that another file has at the head
/// is left out, since that file counts.
pub(super) fn former_paths(
    repository: &Repository,
    (trees, objects): (&mut Trees, &mut Objects),
    oldest: &Commit,
    files: &[String],
) -> Result<Vec<String>, GitError> {
    let mut has = |commit: &Commit, path: &str| -> Result<bool, GitError> {
        trees.read_roots(objects, std::slice::from_ref(commit))?;
        let Some(root) = trees.root(commit) else { return Ok(false) };
        Ok(!matches!(Lookup { trees, objects, root }.find(path)?, ConfigPath::Nothing))
    };
    let mut former = Vec::new();
    for file in files {
        if has(oldest, file)? {
            continue;
        }
        let Ok(head) = repository.commit("HEAD") else { break };
        for path in repository.former_paths(Some(oldest), &head, file)? {
            if !has(&head, &path)? {
                former.push(path);
            }
        }
    }
    Ok(former)
}

/// Returns a glob that matches a path literally, except that special characters match any character.
fn as_glob(path: &str) -> String {
    path.replace(['*', '?', '[', ']', '{', '}', '\\'], "?")
}
