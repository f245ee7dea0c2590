//! Exclusion of the roadmap's own files: they contain the texts that its counters look for, so a text counter that read
//! them would never reach zero.

use std::path::PathBuf;

use crate::domain::Roadmap;
use crate::domain::rule::Source;
use crate::sources::git::Repository;
use crate::sources::settings::Settings;

/// Excludes the files of a roadmap from its text counters, if they are in the counted repository.
pub fn leave_out_own_files(roadmap: &mut Roadmap, files: &[PathBuf], settings: &Settings) {
    let rules = roadmap.counters.iter_mut().flat_map(|counter| &mut counter.rules).filter(|rule| rule.repo.is_none());
    let excluded = rules.filter_map(|rule| {
        let Source::Text(rule) = &mut rule.source else { return None };
        Some(&mut rule.files.exclude)
    });
    let mut excluded = excluded.peekable();
    if excluded.peek().is_none() {
        return;
    }
    let own: Vec<PathBuf> = files.iter().filter_map(|file| std::fs::canonicalize(file).ok()).collect();
    let Some((root, repository)) = own.first().and_then(|file| Repository::around(file.parent()?)) else { return };
    let is_counted = settings
        .checkout(&roadmap.repo)
        .is_none_or(|named| std::fs::canonicalize(named).is_ok_and(|named| named == root));
    if is_counted || repository.origin().is_some_and(|(_, origin)| origin == roadmap.repo) {
        let names = own.iter().filter_map(|file| file.strip_prefix(&root).ok()?.to_str()).map(as_glob);
        let names: Vec<String> = names.collect();
        excluded.for_each(|exclude| exclude.extend_from_slice(&names));
    }
}

/// Returns a glob that matches a path literally, except that special characters match any character.
fn as_glob(path: &str) -> String {
    path.replace(['*', '?', '[', ']', '{', '}', '\\'], "?")
}
