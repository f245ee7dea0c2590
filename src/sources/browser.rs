//! The browser: opens pages of the host that the issues come from, and nothing else.

use std::ffi::OsString;
use std::process::{Command, Stdio};

/// A page could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// It is not a page of the web host over https.
    #[error("`{0}` is not a page of {1}, so it is not opened")]
    Foreign(String, String),
    /// Nothing that opens pages was found, or it did not start.
    #[error("`{0}` could not be started")]
    NotStarted(String, #[source] std::io::Error),
}

/// Opens a page with `$BROWSER`, else with what the system has for that. Waits for nothing.
pub fn open(url: &str, web: &str) -> Result<(), BrowserError> {
    check(url, web)?;
    let browser = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty());
    let (program, arguments) = command(browser, url);
    let mut child = Command::new(&program);
    child.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    child.spawn().map(drop).map_err(|error| BrowserError::NotStarted(program.to_string_lossy().into_owned(), error))
}

/// Lets through only what begins with the https address of the web host, and holds nothing that is not a link.
pub fn check(url: &str, web: &str) -> Result<(), BrowserError> {
    let inside = url.strip_prefix(web).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_plain = url.chars().all(|c| c.is_ascii_graphic());
    if web.starts_with("https://") && inside && is_plain {
        return Ok(());
    }
    Err(BrowserError::Foreign(url.to_owned(), web.to_owned()))
}

/// `BROWSER` is a list of commands with `:` between them; `%s` stands for the page. No shell reads it.
fn command(browser: Option<OsString>, url: &str) -> (OsString, Vec<OsString>) {
    let Some(browser) = browser else { return (OsString::from(OPENER), vec![url.into()]) };
    let Some(text) = browser.to_str() else { return (browser, vec![url.into()]) };
    let first = text.split(':').next().unwrap_or_default();
    let mut words = first.split_whitespace().map(|word| OsString::from(word.replace("%s", url)));
    let program = words.next().unwrap_or_else(|| OPENER.into());
    let mut arguments: Vec<_> = words.collect();
    if !first.contains("%s") {
        arguments.push(url.into());
    }
    (program, arguments)
}

const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_host_are_opened() {
        let web = "https://github.com";
        assert!(check("https://github.com/kubernetes/k8s.io/issues/1469", web).is_ok());
        for url in [
            "http://github.com/a",
            "https://github.com.evil.io/a",
            "file:///etc/passwd",
            "https://github.com/a b",
            "-x",
        ] {
            assert!(check(url, web).is_err(), "{url}");
        }
        assert!(check("http://github.com/a", "http://github.com").is_err());
    }

    #[test]
    fn the_browser_of_the_user_gets_the_page_as_one_argument() {
        let run = |browser: &str| command(Some(browser.into()), "https://github.com/a");
        assert_eq!(run("firefox"), ("firefox".into(), vec!["https://github.com/a".into()]));
        assert_eq!(run("w3m -T %s:lynx"), ("w3m".into(), vec!["-T".into(), "https://github.com/a".into()]));
        assert_eq!(command(None, "https://github.com/a").0, OsString::from(OPENER));
    }
}
