//! Remotes: the repository that a checkout was cloned from, parsed from `.git/config` without running git.

use std::path::{Path, PathBuf};

use super::guard;
use crate::domain::Repo;
use crate::sources::disk;

/// The largest configuration file that is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// The maximum number of parent folders searched for a checkout.
const DEPTH: usize = 64;

/// Returns the GitHub repository of the checkout that contains a folder.
pub fn repository(folder: &Path) -> Option<Repo> {
    let folder = folder.canonicalize().ok()?;
    let git = folder.ancestors().take(DEPTH).map(|folder| folder.join(".git")).find(|git| config_of(git).is_some())?;
    of_git(&git).filter(|(host, _)| host == "https://github.com").map(|(_, repo)| repo)
}

/// Reads the origin of a `.git`, or of a bare clone, as `https://host` and `owner/name`.
pub(super) fn of_git(git: &Path) -> Option<(String, Repo)> {
    let config = disk::read_text(&config_of(git)?, LARGEST).ok()?;
    remote(&urls(&config).find_map(|(is_origin, url)| is_origin.then_some(url))?)
}

/// Reads the repositories of all remotes of a `.git` or a bare clone, `origin` first.
pub(super) fn remotes(git: &Path) -> Vec<Repo> {
    let config = config_of(git).and_then(|config| disk::read_text(&config, LARGEST).ok()).unwrap_or_default();
    let mut urls: Vec<(bool, String)> = urls(&config).map(|(is_origin, url)| (!is_origin, url)).collect();
    urls.sort_by_key(|(is_other, _)| *is_other);
    urls.iter().filter_map(|(_, url)| Some(remote(url)?.1)).collect()
}

/// Returns the path of the configuration file; in a linked worktree, `.git` is a file that points to the folder.
fn config_of(git: &Path) -> Option<PathBuf> {
    let own = if git.is_dir() { git.to_owned() } else { guard::named_in(git, "gitdir:")? };
    let common = guard::named_in(&own.join("commondir"), "");
    Some(common.unwrap_or(own).join("config"))
}

/// Reads the URLs of remotes, and whether each is that of `origin`.
fn urls(config: &str) -> impl Iterator<Item = (bool, String)> {
    let mut section = String::new();
    config.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            section = line.replace(' ', "").to_ascii_lowercase();
            return None;
        }
        let (key, url) = line.split_once('=').filter(|_| section.starts_with("[remote\""))?;
        let is_origin = section == "[remote\"origin\"]";
        key.trim().eq_ignore_ascii_case("url").then(|| (is_origin, url.trim().trim_matches('"').to_owned()))
    })
}

/// Parses `https://github.com/o/r`, `git@github.com:o/r.git`, `ssh://git@github.com:22/o/r`, with or without `.git`.
fn remote(url: &str) -> Option<(String, Repo)> {
    let (host, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => url.split_once(':').filter(|(host, _)| host.contains('@') && !host.contains('/'))?,
    };
    let host = host.rsplit('@').next()?.split(':').next()?.to_ascii_lowercase();
    let is_host =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let host = if matches!(&*host, "www.github.com" | "ssh.github.com") { "github.com" } else { &host };
    let path = path.trim_matches('/');
    let repo = Repo::new(path.strip_suffix(".git").unwrap_or(path)).filter(|_| is_host)?;
    Some((format!("https://{host}"), repo))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_remote_urls_are_parsed() {
        let of = |url: &str| remote(url).map(|(host, repo)| format!("{host}/{repo}"));
        for url in [
            "https://github.com/o/r",
            "https://github.com/o/r.git",
            "https://user@github.com/o/r/",
            "https://www.GitHub.com/o/r",
            "git@github.com:o/r.git",
            "ssh://git@github.com/o/r.git",
            "ssh://git@github.com:22/o/r",
            "ssh://git@ssh.github.com:443/o/r.git",
            "git://github.com/o/r.git",
        ] {
            assert_eq!(of(url).as_deref(), Some("https://github.com/o/r"), "{url}");
        }
        assert_eq!(of("git@ghe.example.org:o/r").as_deref(), Some("https://ghe.example.org/o/r"));
        for url in ["", "/srv/git/r.git", "../r", "https://github.com/o", "github.com", "C:\\x\\y", "file:///o/r"] {
            assert_eq!(of(url), None, "{url}");
        }
    }

    #[test]
    fn only_a_repository_on_github_is_found() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(".git")).unwrap();
        for (host, is_found) in [("github.com", true), ("gitlab.com", false), ("github.com.evil.org", false)] {
            let config = format!("[remote \"origin\"]\n\turl = https://{host}/o/r\n");
            disk::write(&root.path().join(".git/config"), config.as_bytes()).unwrap();
            assert_eq!(repository(root.path()).is_some(), is_found, "{host}");
        }
    }

    #[test]
    fn the_url_is_that_of_origin() {
        let config = "[core]\n\turl = x\n[remote \"upstream\"]\n\turl = u\n[remote \"origin\"]\n\tfetch = +refs\n\turl = git@github.com:o/r\n";
        assert_eq!(
            urls(config).collect::<Vec<_>>(),
            [(false, "u".to_owned()), (true, "git@github.com:o/r".to_owned())]
        );
    }

    #[test]
    fn subfolders_and_worktrees_find_their_repository() {
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
