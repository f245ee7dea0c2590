//! Fetches a file of a repository by the URL of its page. Goes through the API, since only the API gets the token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::client::{Access, Client, GithubError, Policy};
use crate::domain::{Repo, Timestamp};

/// A file on GitHub, parsed from the URL of its page or raw text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAddress {
    /// The repository.
    pub repo: Repo,
    /// The segments of commit, branch or tag and of the path, escaped as in the URL. Only GitHub knows where the path
    /// starts.
    rest: Vec<String>,
}

/// The maximum number of segments of a branch name.
const MOST_PARTS: usize = 3;

impl FileAddress {
    /// Parses `https://github.com/o/r/blob/main/ROADMAP.md` on a web host, and URLs of raw texts.
    pub fn parse(address: &str, web_host: &str) -> Option<Self> {
        let path = address.split_once("://")?.1.split(['?', '#']).next()?;
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let host = parts.next()?.to_ascii_lowercase();
        let is_raw = host == "raw.githubusercontent.com";
        if !is_raw && host != "github.com" && host != web_host {
            return None;
        }
        let repo = Repo::new(&format!("{}/{}", parts.next()?, parts.next()?))?;
        if !is_raw && !matches!(parts.next()?, "blob" | "raw" | "blame" | "edit") {
            return None;
        }
        let mut rest: Vec<String> = parts.map(str::to_owned).collect();
        if let [refs, kind, ..] = rest.as_slice()
            && refs == "refs"
            && matches!(kind.as_str(), "heads" | "tags")
        {
            rest.drain(..2);
        }
        let is_safe = |part: &String| part != ".." && part.chars().all(|c| c.is_ascii_graphic());
        (rest.len() > 1 && rest.iter().all(is_safe)).then_some(Self { repo, rest })
    }

    /// Returns the name of the file for messages.
    pub fn name(&self) -> String {
        format!("{}/{}", self.repo, self.rest.get(1..).unwrap_or_default().join("/"))
    }

    /// The possible routes to it: the branch is the first segment, or the first two or three.
    fn routes(&self) -> impl Iterator<Item = String> {
        (1..self.rest.len().min(MOST_PARTS + 1)).filter_map(|at| {
            let (reference, path) = self.rest.split_at_checked(at)?;
            Some(format!(
                "/repos/{}/contents/{}?ref={}",
                self.repo,
                path.join("/"),
                // In a query, `&` and `+` have a meaning.
                reference.join("/").replace('&', "%26").replace('+', "%2B")
            ))
        })
    }
}

/// Fetches a file as text.
pub async fn read_file(address: &FileAddress, access: Access, now: Timestamp) -> Result<String, GithubError> {
    let policy = Policy { total: Duration::from_mins(1), ..Policy::of_environment() };
    let client = Client::new(access, policy, now, None);
    let mut last = None;
    for route in address.routes() {
        match client.get(&route, None, text_of).await {
            Ok(answer) => return Ok(answer.content.unwrap_or_default()),
            Err(error @ GithubError::NotFound(_)) => last = last.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| GithubError::NotFound(address.name())))
}

/// Parses the response for a file.
fn text_of(body: &[u8]) -> Result<String, String> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(default)]
        content: String,
        #[serde(default)]
        encoding: String,
    }
    if body.trim_ascii_start().starts_with(b"[") {
        return Err("it is a folder: name a file in it".to_owned());
    }
    let file: File = serde_json::from_slice(body).map_err(|_| "it is not a file".to_owned())?;
    if file.encoding != "base64" {
        return Err("the file is larger than 1 MB: save it, and import the copy".to_owned());
    }
    let bytes = decoded(&file.content).ok_or("its text is not base64")?;
    String::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())
}

/// Decodes base64 in lines.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(address: &str) -> Vec<String> {
        FileAddress::parse(address, "github.com").map(|file| file.routes().collect()).unwrap_or_default()
    }

    #[test]
    fn urls_of_pages_and_raw_texts_are_parsed() {
        let first = ["/repos/o/r/contents/docs/A%20B.md?ref=main", "/repos/o/r/contents/A%20B.md?ref=main/docs"];
        assert_eq!(routes("https://github.com/o/r/blob/main/docs/A%20B.md?plain=1#L3"), first);
        assert_eq!(routes("https://raw.githubusercontent.com/o/r/refs/heads/main/docs/A%20B.md"), first);
        let versions = "/repos/o/r/contents/a+b&c.md?ref=v1.0%2Bx%26y";
        assert_eq!(routes("https://github.com/o/r/blob/v1.0+x&y/a+b&c.md"), [versions]);
        for other in
            ["https://github.com/o/r/issues/1", "https://github.com/o/r", "https://example.com/o/r/blob/main/a.md"]
        {
            assert_eq!(routes(other), [""; 0], "{other}");
        }
        assert!(routes("https://github.com/o/r/blob/main/../../x").is_empty());
    }

    #[test]
    fn base64_with_line_breaks_is_decoded() {
        assert_eq!(decoded("LSBb\nIF0gYQ==").as_deref(), Some("- [ ] a".as_bytes()));
        assert_eq!(decoded("4pyF").as_deref(), Some("✅".as_bytes()));
        assert_eq!(decoded("a*b"), None);
        assert!(text_of(b"[]").unwrap_err().contains("folder"));
    }
}
