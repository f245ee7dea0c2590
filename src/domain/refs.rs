//! References to repositories and issues, in all forms that people write.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize};

use super::Text;

/// The maximum length of `owner/name`, in bytes.
const LONGEST: usize = 140;

/// A GitHub repository as `owner/name`. Keeps its spelling, but compares case-insensitively, like GitHub.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Repo(Text);

impl Repo {
    /// Parses `owner/name` in GitHub's alphabet; `None` for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let (owner, name) = text.split_once('/')?;
        let owner_ok = !owner.is_empty() && owner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let name_ok = !matches!(name, "" | "." | "..")
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        (owner_ok && name_ok && text.len() <= LONGEST).then(|| Self(Text::new(text)))
    }

    /// Returns `owner/name`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the slash.
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// Returns the part after the slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl PartialEq for Repo {
    fn eq(&self, other: &Self) -> bool {
        // Nearly all names have the same spelling, which is faster to compare.
        self.0 == other.0 || self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Repo {}

impl PartialOrd for Repo {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Repo {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0 == other.0 {
            return Ordering::Equal;
        }
        let lower = |byte: u8| byte.to_ascii_lowercase();
        self.0.bytes().map(lower).cmp(other.0.bytes().map(lower))
    }
}

impl Hash for Repo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.bytes().for_each(|byte| byte.to_ascii_lowercase().hash(state));
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Repo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not owner/name")))
    }
}

/// An issue or a pull request of a repository. Ordered by repository, then number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IssueRef {
    /// The repository.
    pub repo: Repo,
    /// The number, from 1.
    pub number: u64,
}

/// Hashes only the number, which distinguishes nearly all issues.
impl Hash for IssueRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl IssueRef {
    /// Creates a reference.
    pub fn new(repo: Repo, number: u64) -> Self {
        Self { repo, number }
    }

    /// Parses `1469`, `#1469`, `GH-1469`, `owner/name#1469` or a link to an issue or pull request, with or without a
    /// fragment. Bare numbers are issues of `home`. Links to other forges are not issues.
    pub fn parse(text: &str, home: &Repo) -> Option<Self> {
        let text = text.trim();
        if let Some((_, path)) = text.split_once("://") {
            return Self::from_path(path).filter(|_| is_github_host(path));
        }
        let bare = text.strip_prefix('#').or_else(|| text.strip_prefix("GH-")).or_else(|| text.strip_prefix("gh-"));
        if let Some(number) = number_of(bare.unwrap_or(text)) {
            return Some(Self::new(home.clone(), number));
        }
        Self::from_full_name(text)
    }

    /// Parses `owner/name#1469`.
    pub fn from_full_name(text: &str) -> Option<Self> {
        let (repo, number) = text.split_once('#')?;
        Some(Self::new(Repo::new(repo)?, number_of(number)?))
    }

    /// Parses the path of a link with any host: `github.example.com/owner/name/issues/1`.
    pub fn from_path(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next()?;
        let mut parts = path.split('/').skip(1);
        let (owner, name, kind) = (parts.next()?, parts.next()?, parts.next()?);
        let number = number_of(parts.next()?)?;
        matches!(kind, "issues" | "pull" | "pulls").then_some(())?;
        Some(Self::new(Repo::new(&format!("{owner}/{name}"))?, number))
    }

    /// Returns `#1469` at home and `owner/name#1469` elsewhere.
    pub fn short(&self, home: &Repo) -> String {
        if &self.repo == home { format!("#{}", self.number) } else { self.to_string() }
    }

    /// Returns the URL of the issue on a web host such as `https://github.com`.
    pub fn url(&self, web: &str) -> String {
        format!("{web}/{}/issues/{}", self.repo, self.number)
    }
}

/// Whether the host of a link is GitHub or an Enterprise server: `github.com`, `github.example.com`, `x.ghe.com`, this
/// machine, or a name without a dot, which only exists in a company's network.
fn is_github_host(path: &str) -> bool {
    let host = path.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let host = host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host);
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let has_label = name.split('.').any(|label| label == "github");
    has_label || name.ends_with(".ghe.com") || name == "127.0.0.1" || !name.contains('.')
}

fn number_of(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|&number| number > 0)
}

impl fmt::Display for IssueRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.repo, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Repo {
        Repo::new("kubernetes/k8s.io").unwrap()
    }

    #[test]
    fn all_forms_refer_to_the_same_issue() {
        for form in [
            "1469",
            "#1469",
            "GH-1469",
            "kubernetes/k8s.io#1469",
            "https://github.com/kubernetes/k8s.io/issues/1469",
            "https://github.com/kubernetes/k8s.io/pull/1469/files",
            "https://github.com/kubernetes/k8s.io/issues/1469#issuecomment-1",
            "https://github.example.com/kubernetes/k8s.io/issues/1469",
        ] {
            assert_eq!(IssueRef::parse(form, &home()), Some(IssueRef::new(home(), 1469)), "{form}");
        }
    }

    #[test]
    fn repositories_ignore_case_and_keep_their_spelling() {
        let id = |repo: &str| IssueRef::new(Repo::new(repo).unwrap(), 1);
        let (one, other) = (id("ACME/p_q"), id("acme/P_q"));
        assert_eq!((&one, one.cmp(&other), one.to_string()), (&other, Ordering::Equal, "ACME/p_q#1".to_owned()));
        assert_eq!([one.clone(), other.clone()].into_iter().collect::<std::collections::HashSet<_>>().len(), 1);
        assert_eq!(other.short(&one.repo), "#1");
        assert!(id("acme/a") < id("ACME/b") && id("ACME/a") < id("acme/b") && id("acme/p") != id("acme/p-"));
    }

    #[test]
    fn a_link_to_another_forge_is_not_an_issue() {
        for form in [
            "https://codeberg.org/o/r/issues/100",
            "https://gitlab.com/o/r/issues/7",
            "https://notgithub.com/o/r/issues/7",
            "https://salsa.debian.org/o/r/-/issues/7",
        ] {
            assert_eq!(IssueRef::parse(form, &home()), None, "{form}");
        }
    }

    #[test]
    fn text_that_only_looks_like_an_issue_is_rejected() {
        for form in ["", "0", "#", "oci-proxy/issues#x", "k8s.io#3568", "https://github.com/kubernetes/k8s.io", "-1"] {
            assert_eq!(IssueRef::parse(form, &home()), None, "{form}");
        }
    }
}
