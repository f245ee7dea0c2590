//! Links to pages other than GitHub issues: shown and opened, never counted.

use super::wording::PhraseList;

/// A link of a project or an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageLink {
    /// The link text.
    pub title: Option<String>,
    /// The https URL.
    pub url: String,
}

/// The maximum length of a URL, in bytes.
const LONGEST: usize = 2000;
/// Parts of a path or query that mark an issue of GitLab, Gitea, Bugzilla, Jira, Trac, Launchpad and others.
static TRACKER_WORDS: PhraseList = PhraseList::new(
    "issues; issue; merge_requests; work_items; pull; pulls; browse; bug; bugs; +bug; ticket; tickets; show_bug.cgi; \
    bugreport.cgi; edit; task; tasks",
);
/// Prefixes of host names that are issue trackers.
const TRACKER_HOSTS: [&str; 6] = ["bugs.", "issues.", "tracker.", "jira.", "bugzilla.", "todo."];

impl PageLink {
    /// Accepts a URL that starts with `https://`, has a host and contains only valid characters.
    pub fn new(title: Option<String>, url: &str) -> Option<Self> {
        let host = url.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
        let is_plain =
            url.len() <= LONGEST && url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>'));
        let has_host = host.contains(|c: char| c.is_ascii_alphanumeric()) && !host.contains('@');
        (is_plain && has_host).then(|| Self { title, url: url.to_owned() })
    }

    /// Returns the link text, else the URL.
    pub fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.url)
    }

    /// Whether it is an issue of another tracker, whose assignees are unknown.
    pub fn is_tracker(&self) -> bool {
        let rest = self.url.strip_prefix("https://").unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let parts: Vec<&str> = path.split(['/', '?', '&', '#', '=']).filter(|part| !part.is_empty()).collect();
        let names_tracker = parts.iter().any(|part| TRACKER_WORDS.has(part));
        let is_host = TRACKER_HOSTS.iter().any(|name| host.starts_with(name));
        (names_tracker || is_host) && parts.iter().any(|part| is_number(part))
    }
}

/// Whether a part is a number such as `123`, `T123`, `KEY-123` or `issue123`.
fn is_number(part: &str) -> bool {
    let name = part.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < part.len() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> PageLink {
        PageLink::new(None, url).unwrap()
    }

    #[test]
    fn issues_of_other_trackers_are_recognized_by_url() {
        for url in [
            "https://gitlab.com/o/r/-/issues/3",
            "https://gitlab.example.org/o/r/-/merge_requests/12",
            "https://codeberg.org/o/r/issues/100",
            "https://bugs.debian.org/1062392",
            "https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=1062392",
            "https://issues.apache.org/jira/browse/KAFKA-12",
            "https://example.atlassian.net/browse/OPS-7",
            "https://bugzilla.redhat.com/show_bug.cgi?id=5",
            "https://bugs.launchpad.net/ubuntu/+bug/9",
            "https://trac.example.org/ticket/4#comment:2",
        ] {
            assert!(link(url).is_tracker(), "{url}");
        }
        for url in ["https://example.com/plan", "https://docs.example.com/2024/x", "https://gitlab.com/o/r/-/issues"] {
            assert!(!link(url).is_tracker(), "{url}");
        }
    }

    #[test]
    fn only_plain_https_urls_are_links() {
        for url in
            ["http://example.com", "https://", "https:///x", "file:///etc/passwd", "https://a b", "https://u@h/x", "x"]
        {
            assert_eq!(PageLink::new(None, url), None, "{url}");
        }
    }
}
