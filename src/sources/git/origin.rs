//! The repository of a checkout, as its `origin` remote names it. Only the text of `.git/config` is read; git is not
//! run.

use std::path::{Path, PathBuf};

use super::disk;
use crate::domain::Repo;

/// The largest file of git's that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// How many folders up a checkout may begin.
const DEPTH: usize = 64;

/// Returns the repository on GitHub of the checkout that holds a folder.
pub fn repository(folder: &Path) -> Option<Repo> {
    let folder = folder.canonicalize().ok()?;
    let config = folder.ancestors().take(DEPTH).find_map(config_of)?;
    origin_url(&disk::read_text(&config, LARGEST).ok()?).and_then(|url| github(&url))
}

/// Finds the configuration of a checkout; in a linked worktree `.git` is a file that names the folder.
fn config_of(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git.join("config"));
    }
    let text = disk::read_text(&git, LARGEST).ok()?;
    let own = folder.join(text.strip_prefix("gitdir:")?.trim());
    let common = disk::read_text(&own.join("commondir"), LARGEST).map(|common| own.join(common.trim()));
    Some(common.unwrap_or(own).join("config"))
}

/// Reads the first `url` of `[remote "origin"]`.
fn origin_url(config: &str) -> Option<String> {
    let mut is_origin = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            is_origin = line.replace(' ', "").eq_ignore_ascii_case("[remote\"origin\"]");
        } else if let Some((key, url)) = line.split_once('=').filter(|_| is_origin)
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(url.trim().trim_matches('"').to_owned());
        }
    }
    None
}

/// Reads `https://github.com/o/r`, `git@github.com:o/r.git`, `ssh://git@github.com:22/o/r`, with or without `.git`.
fn github(url: &str) -> Option<Repo> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let at = rest.find([':', '/'])?;
    let (host, path) = rest.split_at_checked(at)?;
    if !matches!(host.to_ascii_lowercase().as_str(), "github.com" | "www.github.com" | "ssh.github.com") {
        return None;
    }
    let path = path.trim_start_matches([':', '/']);
    // A port comes before the path: `github.com:22/o/r`.
    let path = path
        .split_once('/')
        .filter(|(port, _)| port.bytes().all(|b| b.is_ascii_digit()) && path.matches('/').count() > 1);
    let path = path.map_or_else(|| rest.get(at..).unwrap_or_default().trim_start_matches([':', '/']), |(_, path)| path);
    let path = path.trim_end_matches('/');
    Repo::new(path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_remote_on_github_name_the_repository() {
        for url in [
            "https://github.com/o/r",
            "https://github.com/o/r.git",
            "https://user@github.com/o/r/",
            "git@github.com:o/r.git",
            "ssh://git@github.com/o/r.git",
            "ssh://git@ssh.github.com:443/o/r.git",
            "git://github.com/o/r.git",
        ] {
            assert_eq!(github(url).map(|repo| repo.to_string()), Some("o/r".to_owned()), "{url}");
        }
        for url in ["https://gitlab.com/o/r", "/srv/git/r.git", "https://github.com.evil.org/o/r", "github.com", ""] {
            assert_eq!(github(url), None, "{url}");
        }
    }

    #[test]
    fn the_url_is_that_of_origin() {
        let config = "[core]\n\turl = x\n[remote \"upstream\"]\n\turl = u\n[remote \"origin\"]\n\tfetch = +refs\n\turl = git@github.com:o/r\n";
        assert_eq!(origin_url(config).as_deref(), Some("git@github.com:o/r"));
    }

    #[test]
    fn a_folder_below_a_checkout_and_a_worktree_find_it() {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str| std::fs::create_dir_all(root.path().join(path)).unwrap();
        let write = |path: &str, text: &str| disk::write(&root.path().join(path), text.as_bytes()).unwrap();
        make("main/.git/worktrees/w");
        make("main/docs");
        make("w");
        write("main/.git/config", "[remote \"origin\"]\n  url = https://github.com/o/r.git\n");
        write("main/.git/worktrees/w/commondir", "../..\n");
        write("w/.git", &format!("gitdir: {}\n", root.path().join("main/.git/worktrees/w").display()));
        let of = |path: &str| repository(&root.path().join(path)).map(|repo| repo.to_string());
        assert_eq!([of("main/docs"), of("w")], [Some("o/r".to_owned()), Some("o/r".to_owned())]);
        assert_eq!(of("."), None);
    }
}
