//! Discovery of the roadmap file, in the current folder or above.

use std::path::{Path, PathBuf};

use crate::sources::{disk, roadmap_file};

/// The file names to look for, in this order.
const NAMES: [&str; 4] = ["offramp.yaml", "offramp.yml", "roadmap.yaml", "roadmap.yml"];

/// Finds the roadmap of the current folder, or of the nearest folder above it in the same repository.
pub(super) fn roadmap() -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let up_to_root = here.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    (0..=up_to_root).find_map(|up| roadmap_in(&std::iter::repeat_n("..", up).collect::<PathBuf>()))
}

fn roadmap_in(folder: &Path) -> Option<PathBuf> {
    // A dangling link counts: its missing target is an error, which the example must not hide.
    let is_there = |path: &Path| path.symlink_metadata().is_ok() && !path.is_dir();
    let named = NAMES.iter().map(|name| (*name, folder.join(name)));
    named
        .filter(|(_, path)| is_there(path))
        .find(|(name, path)| name.starts_with("offramp.") || is_ours(path))
        .map(|(_, path)| path)
}

/// Whether a roadmap.yaml looks like ours: a line begins with `version: 1` or `projects:`, or it is empty or unreadable.
/// Other programs use the name, too, and a faulty roadmap of ours must not be skipped silently.
fn is_ours(path: &Path) -> bool {
    let Ok(text) = disk::read_text(path, roadmap_file::LARGEST as u64) else { return true };
    let is_bare = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    text.lines().take(400).any(begins_ours) || text.lines().all(is_bare)
}

fn begins_ours(line: &str) -> bool {
    let line = line.trim_start_matches(['\u{feff}', '{', '"', '\'']);
    let Some((key, value)) = line.split_once(':') else { return false };
    match key.trim_end_matches(['"', '\'', ' ']) {
        "projects" => true,
        "version" => value.trim_start().strip_prefix('1').is_some_and(|rest| !rest.starts_with(['.', '0'])),
        _ => false,
    }
}
