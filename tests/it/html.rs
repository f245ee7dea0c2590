//! The page of `offramp report --html`, in a real browser where there is one.

use std::path::Path;
use std::process::Command;

use super::program::Program;

fn page() -> String {
    let output = Program::new().args(["report", "--html", "-"]).run();
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout
}

#[test]
fn nothing_of_the_page_comes_from_elsewhere_and_nothing_runs() {
    let page = page();
    for forbidden in ["<script", "<link", "<img", "<iframe", "@import", "url(", "javascript:", "onload="] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("288/1780"));
}

#[test]
fn every_element_of_the_page_is_closed() {
    let page = page();
    for element in ["html", "body", "main", "section", "table", "tbody", "tr", "ul", "li", "figure", "svg", "small"] {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        assert!(opened > 0, "{element}");
    }
}

#[test]
fn a_browser_draws_the_page() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| answers(name)) else {
        return say("no browser is installed: the page is not drawn");
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    super::program::write(&file, page()).unwrap();
    let dom = browse(browser, folder.path(), &["--dump-dom"], &file);
    assert!(dom.contains("k8s-gubernator"), "the browser shows another page:\n{dom}");
    let picture = folder.path().join("page.png");
    let screenshot = format!("--screenshot={}", picture.display());
    browse(browser, folder.path(), &[&screenshot, "--window-size=1200,900"], &file);
    let bytes = std::fs::read(&picture).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000, "{} bytes", bytes.len());
}

fn answers(browser: &str) -> bool {
    Command::new(browser).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// Runs a browser without a window; it asks nothing of the network.
fn browse(browser: &str, home: &Path, options: &[&str], file: &Path) -> String {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", home.join("profile").display()))
        .args(options)
        .arg(format!("file://{}", file.display()))
        .env("HOME", home)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
