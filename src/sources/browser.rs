//! Opens issues of the GitHub host, and links of the roadmap, in the user's browser.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::programs;
use crate::domain::PageLink;

/// How long to wait for an opener to fail. Most hand the page over and exit; a newly started browser keeps running.
const PATIENCE: Duration = Duration::from_secs(2);

/// A page could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The URL is not an https page of the web host.
    #[error("`{0}` is not a page of {1}, so it is not opened")]
    Foreign(String, String),
    /// The last candidate did not start.
    #[error("`{0}` could not be started: {1}")]
    NotStarted(String, #[source] io::Error),
    /// The last candidate failed.
    #[error("`{0}` could not open the page: {1}")]
    Failed(String, ExitStatus),
}

/// Opens a page with `$BROWSER`, else with the opener of the system; tries one program after the other until one
/// works. Waits at most two seconds for a program to fail.
pub fn open(url: &str, web: &str) -> Result<(), BrowserError> {
    check(url, web)?;
    hand_over(url)
}

/// Opens a link of the roadmap.
pub fn open_page(url: &str) -> Result<(), BrowserError> {
    match PageLink::new(None, url) {
        Some(link) => hand_over(&link.url),
        None => Err(BrowserError::Foreign(url.to_owned(), "the web over https".to_owned())),
    }
}

fn hand_over(url: &str) -> Result<(), BrowserError> {
    let browser = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty());
    let candidates = match &browser {
        Some(browser) => of_variable(&browser.to_string_lossy(), url),
        None => of_system(url),
    };
    let mut last = BrowserError::NotStarted("BROWSER".to_owned(), io::Error::other("it names no program"));
    for candidate in candidates {
        match candidate.run() {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Accepts only https pages of the web host, in printable ASCII without spaces.
pub fn check(url: &str, web: &str) -> Result<(), BrowserError> {
    let inside = url.strip_prefix(web).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_plain = url.chars().all(|c| c.is_ascii_graphic());
    if web.starts_with("https://") && inside && is_plain {
        return Ok(());
    }
    Err(BrowserError::Foreign(url.to_owned(), web.to_owned()))
}

/// A program that may open the page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Opener {
    program: String,
    arguments: Vec<OsString>,
}

impl Opener {
    fn run(self) -> Result<(), BrowserError> {
        let Self { program, arguments } = self;
        let mut command = programs::command(&program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        detach(&mut command);
        let mut child = command.spawn().map_err(|error| BrowserError::NotStarted(program.clone(), error))?;
        match programs::wait(&mut child, PATIENCE) {
            Ok(Some(status)) if !status.success() => Err(BrowserError::Failed(program, status)),
            Ok(Some(_)) | Err(_) => Ok(()),
            Ok(None) => {
                // Reap it in the background, so that no zombie is left.
                std::thread::spawn(move || child.wait());
                Ok(())
            }
        }
    }
}

/// Starts the browser in a process group of its own, so that `^c` and `^z` of this terminal do not reach it.
#[cfg(unix)]
fn detach(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn detach(_command: &mut Command) {}

/// Parses `BROWSER`: commands separated by `:` (`;` on Windows), tried in order. `%s` is replaced by the URL, `%%` by a
/// percent sign; no shell is involved.
fn of_variable(text: &str, url: &str) -> Vec<Opener> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    text.split(separator).filter_map(|part| of_command(part, url)).collect()
}

fn of_command(text: &str, url: &str) -> Option<Opener> {
    let mut words = programs::words(text);
    // A trailing `&` is shell syntax; the browser runs in the background anyway.
    words.pop_if(|word| word == "&");
    let named = words.iter().any(|word| word.contains("%s"));
    let mut words = words.into_iter();
    let program = words.next()?;
    let fill = |word: String| OsString::from(word.replace("%%", "\0").replace("%s", url).replace('\0', "%"));
    let mut arguments: Vec<OsString> = words.map(fill).collect();
    if !named {
        arguments.push(url.into());
    }
    Some(Opener { program, arguments })
}

/// The openers of the system, in order of preference.
fn of_system(url: &str) -> Vec<Opener> {
    let candidate = |program: &str, before: &[&str]| Opener {
        program: program.to_owned(),
        arguments: before.iter().copied().chain([url]).map(OsString::from).collect(),
    };
    if cfg!(target_os = "macos") {
        return vec![candidate("open", &[])];
    }
    if cfg!(windows) {
        return vec![candidate("rundll32", &["url.dll,FileProtocolHandler"])];
    }
    let openers = [
        candidate("wslview", &[]),
        candidate("xdg-open", &[]),
        candidate("gio", &["open"]),
        candidate("sensible-browser", &[]),
        candidate("termux-open-url", &[]),
    ];
    let mut installed: Vec<Opener> =
        openers.into_iter().filter(|opener| programs::is_installed(&opener.program)).collect();
    if installed.is_empty() {
        // So that the error names a program.
        installed.push(candidate("xdg-open", &[]));
    }
    installed
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://github.com/a";

    #[test]
    fn only_https_pages_of_the_host_are_opened() {
        let web = "https://github.com";
        assert!(check("https://github.com/kubernetes/k8s.io/issues/1469", web).is_ok());
        for url in [
            "http://github.com/a",
            "https://github.com.evil.io/a",
            "https://example.org/https://github.com/",
            "file:///etc/passwd",
            "https://github.com/a b",
            "-x",
        ] {
            assert!(check(url, web).is_err(), "{url}");
        }
        assert!(check("http://github.com/a", "http://github.com").is_err());
    }

    #[test]
    fn the_browser_variable_is_parsed_into_commands() {
        let of = |browser: &str| {
            let candidates = of_variable(browser, PAGE).into_iter();
            let shown = candidates.map(|Opener { program, arguments }| {
                let arguments: Vec<_> = arguments.iter().map(|word| word.to_str().unwrap()).collect();
                format!("{program} {}", arguments.join("|"))
            });
            shown.collect::<Vec<_>>()
        };
        assert_eq!(of("firefox"), [format!("firefox {PAGE}")]);
        assert_eq!(of("w3m -T %s:lynx"), [format!("w3m -T|{PAGE}"), format!("lynx {PAGE}")]);
        assert_eq!(of("'/opt/my browser' --new=%s 100%% &"), [format!("/opt/my browser --new={PAGE}|100%")]);
        assert!(of(" : ").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_opener_is_an_error() {
        let run = |text: &str| of_command(text, PAGE).unwrap().run();
        assert!(run("true").is_ok());
        assert!(matches!(run("false"), Err(BrowserError::Failed(..))));
        assert!(matches!(run("no-such-program-at-all"), Err(BrowserError::NotStarted(..))));
    }
}
