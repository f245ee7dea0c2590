//! Reads the user's login from the configuration of `gh`, without running it and without network access.

use std::path::PathBuf;

use super::disk;

/// The maximum size of the file, in bytes.
const LARGEST: u64 = 1 << 20;

/// Returns the login that `gh` uses on a host such as `github.com`.
pub fn of_config(host: &str) -> Option<String> {
    let text = disk::read_text(&folder()?.join("hosts.yml"), LARGEST).ok()?;
    of_hosts(&text, host)
}

/// Finds the folder as in `gh help environment`: `GH_CONFIG_DIR`, else `XDG_CONFIG_HOME`, else `AppData`, else
/// `~/.config`.
fn folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("GH_CONFIG_DIR")
        .or_else(|| set("XDG_CONFIG_HOME").map(|folder| folder.join("gh")))
        .or_else(|| set("AppData").map(|folder| folder.join("GitHub CLI")))
        .or_else(|| set("HOME").map(|home| home.join(".config").join("gh")))
}

/// Parses `user:` of a host; all other lines, including tokens, are skipped.
fn of_hosts(text: &str, host: &str) -> Option<String> {
    let mut is_host = false;
    for line in text.lines() {
        let bare = line.trim();
        if !line.starts_with([' ', '\t']) {
            is_host =
                bare.strip_suffix(':').is_some_and(|name| name.trim_matches(['"', '\'']).eq_ignore_ascii_case(host));
        } else if is_host && let Some(login) = bare.strip_prefix("user:") {
            let login = login.trim().trim_matches(['"', '\'']);
            return (!login.is_empty()).then(|| login.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_belongs_to_the_host() {
        let text = "ghe.example.com:\n    user: work\ngithub.com:\n    git_protocol: https\n    users:\n        octo-cat:\n            \
                    oauth_token: abc\n    user: octo-cat\n";
        assert_eq!(of_hosts(text, "github.com").as_deref(), Some("octo-cat"));
        assert_eq!(of_hosts(text, "ghe.example.com").as_deref(), Some("work"));
        assert_eq!(of_hosts(text, "example.org"), None);
    }
}
