//! The roadmap file of the current folder.

use std::path::{Path, PathBuf};

use crate::sources::{disk, roadmap_file};

/// The names of roadmap files, where none is given.
const NAMES: [&str; 4] = ["offramp.yaml", "offramp.yml", "roadmap.yaml", "roadmap.yml"];

/// The roadmap of the current folder, or of the nearest folder above it in the same repository.
pub(super) fn roadmap() -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let up_to_root = here.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    (0..=up_to_root).find_map(|up| roadmap_in(&std::iter::repeat_n("..", up).collect::<PathBuf>()))
}

fn roadmap_in(folder: &Path) -> Option<PathBuf> {
    // A link that leads nowhere is one of a roadmap that is not there, which must not pass for the example.
    let is_there = |path: &Path| path.symlink_metadata().is_ok() && !path.is_dir();
    let named = NAMES.iter().map(|name| (*name, folder.join(name)));
    named
        .filter(|(_, path)| is_there(path))
        .find(|(name, path)| name.starts_with("offramp.") || is_ours(path))
        .map(|(_, path)| path)
}

/// Whether a file begins a line with `version: 1` or `projects:`, as roadmaps of ours do, or has nothing in it: others have
/// a roadmap.yaml, too, and a faulty one of ours must not be passed over in silence.
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
