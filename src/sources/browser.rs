//! The browser: opens pages of the host that the issues come from, and nothing else.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A page could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// It is not a page of the web host over https.
    #[error("`{0}` is not a page of {1}, so it is not opened")]
    Foreign(String, String),
    /// Nothing that opens pages was found, or it did not start.
    #[error("`{0}` could not be started")]
    NotStarted(String, #[source] std::io::Error),
    /// It started and failed.
    #[error("`{0}` {1}")]
    Failed(String, String),
}

/// How long an opener may take to fail: one that still runs by then shows the page.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Opens a page with the first command of `$BROWSER` that works, else with what the system has for that.
pub fn open(url: &str, web: &str) -> Result<(), BrowserError> {
    check(url, web)?;
    let browser = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty());
    let mut failed = None;
    for (program, arguments) in commands(browser, url) {
        match start(&program, &arguments) {
            Ok(()) => return Ok(()),
            // What the user named comes first; that it is missing says more than that the last one is.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    Err(failed.unwrap_or_else(|| BrowserError::Failed("BROWSER".to_owned(), "names no command".to_owned())))
}

/// Starts a program in a process group of its own: `^c` and `^z` of this terminal are not for the browser.
fn start(program: &OsStr, arguments: &[OsString]) -> Result<(), BrowserError> {
    let name = || program.to_string_lossy().into_owned();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| BrowserError::NotStarted(name(), error))?;
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(BrowserError::Failed(name(), format!("ended with {status}"))),
            Ok(None) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) | Err(_) => {
                // Its end is awaited, so that no dead process is left behind.
                std::thread::spawn(move || child.wait());
                return Ok(());
            }
        }
    }
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

/// The commands to try, in order. `BROWSER` is a list with `:` between commands; `%s` stands for the page. No shell
/// reads it.
fn commands(browser: Option<OsString>, url: &str) -> Vec<(OsString, Vec<OsString>)> {
    let Some(browser) = browser else {
        return OPENERS.iter().map(|opener| (OsString::from(opener), vec![url.into()])).collect();
    };
    let Some(text) = browser.to_str() else { return vec![(browser, vec![url.into()])] };
    text.split(':').filter_map(|command| words(command, url)).collect()
}

fn words(command: &str, url: &str) -> Option<(OsString, Vec<OsString>)> {
    let mut words = command.split_whitespace().map(|word| OsString::from(word.replace("%s", url)));
    let program = words.next()?;
    let mut arguments: Vec<_> = words.collect();
    if !command.contains("%s") {
        arguments.push(url.into());
    }
    Some((program, arguments))
}

#[cfg(target_os = "macos")]
const OPENERS: [&str; 1] = ["open"];
#[cfg(not(target_os = "macos"))]
const OPENERS: [&str; 3] = ["xdg-open", "wslview", "sensible-browser"];

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
        let run = |browser: &str| commands(Some(browser.into()), "https://github.com/a");
        let page = || OsString::from("https://github.com/a");
        assert_eq!(run("firefox"), [("firefox".into(), vec![page()])]);
        let two = run("w3m -T %s:lynx");
        assert_eq!(two, [("w3m".into(), vec!["-T".into(), page()]), ("lynx".into(), vec![page()])]);
        assert_eq!(commands(None, "https://github.com/a").len(), OPENERS.len());
        assert!(run(":").is_empty());
    }

    #[test]
    fn an_opener_that_fails_has_opened_nothing() {
        assert!(matches!(start(OsStr::new("false"), &[]), Err(BrowserError::Failed(..))));
        assert!(matches!(start(OsStr::new("/nonexistent"), &[]), Err(BrowserError::NotStarted(..))));
        assert!(start(OsStr::new("true"), &[]).is_ok());
    }
}
