//! What leaves the program: links for a browser.

use std::process::{Command, Stdio};

/// Opens a link in a browser that lives on its own. Only `https` on the web host of the issues: titles and
/// bodies come from outside.
pub(super) fn browse(url: &str, web: &str) -> Result<(), String> {
    let is_ours = url.starts_with("https://") && url.strip_prefix(web).is_some_and(|rest| rest.starts_with('/'));
    if !is_ours || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("only https links of {web} are opened, not {url}"));
    }
    let browser = std::env::var("BROWSER").ok().filter(|browser| !browser.is_empty());
    let program = browser.as_deref().unwrap_or(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
    let mut words = program.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("xdg-open"));
    command.args(words).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    detach(&mut command);
    let mut child =
        command.spawn().map_err(|error| format!("`{program}` cannot be started ({error}); y copies the link"))?;
    // Its end is awaited elsewhere, so that no dead process is left behind.
    std::thread::spawn(move || child.wait());
    Ok(())
}

/// A group of its own: `^c` and `^z` of this terminal are not for the browser.
#[cfg(unix)]
fn detach(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn detach(_command: &mut Command) {}

/// Panics where a hidden variable asks for it, so that tests can see the terminal restored.
pub(super) fn panic_for_tests() {
    if !cfg!(debug_assertions) {
        return;
    }
    match std::env::var("OFFRAMP_PANIC").as_deref() {
        Ok("main") => panic!("asked to panic in the main task"),
        Ok("task") => drop(tokio::spawn(async { panic!("asked to panic in a task") })),
        Ok("thread") => drop(std::thread::spawn(|| panic!("asked to panic in a thread"))),
        Ok(_) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_on_the_web_host_is_opened() {
        let web = "https://github.com";
        for url in [
            "http://github.com/a/b/issues/1",
            "https://github.com.example.org/a/b/issues/1",
            "https://example.org/https://github.com/",
            "file:///etc/passwd",
            "https://github.com/a b",
        ] {
            assert!(browse(url, web).is_err(), "{url}");
        }
    }
}
