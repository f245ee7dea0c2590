//! The screens during a sync.

use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use super::Terminal;
use super::faults::{fetched, on_roadmap};
use crate::github_server::Server;
use crate::github_site::{NOW, Site};

/// Opens the screens, and starts a sync whose last answer is held back until the sender is dropped.
fn held_back() -> (Terminal, Server, Sender<()>) {
    let site = Site::new();
    site.open(1, "the old title", "", NOW - 10_000);
    let (release, held) = channel::<()>();
    let (inner, held) = (site.clone(), Mutex::new(held));
    let server = Server::new(move |seen| {
        if seen.path().ends_with("/comments") {
            // Blocks until the test drops the sender.
            let _ = held.lock().unwrap().recv();
        }
        inner.answer(seen)
    });
    let home = fetched(&server.url);
    let mut terminal = on_roadmap(home, &[], &[("OFFRAMP_API_URL", &server.url)]);
    terminal.resize(40, 160);
    terminal.send_until("2", "the old title");
    site.pass(500);
    site.change(1, "title", serde_json::json!("the new title"));
    site.say(1, "ann", "I am on it");
    terminal.send_until("r", "the new title");
    (terminal, server, release)
}

#[test]
fn a_new_title_shows_before_the_sync_ends() {
    let (mut terminal, _server, release) = held_back();
    terminal.sees("by hand");
    terminal.sees("fetching from GitHub");
    drop(release);
    terminal.sees("fetched: ");
    terminal.sees("the new title");
    terminal.quits();
}

#[test]
fn quitting_during_a_sync_keeps_what_was_fetched() {
    let (mut terminal, server, _release) = held_back();
    terminal.quits();
    let home = terminal.home();
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    command.env_clear().current_dir(home).env("HOME", home).env("XDG_CACHE_HOME", home.join("k"));
    command.env("OFFRAMP_API_URL", &server.url);
    let output = command.args(["-f", "r.yaml", "--offline", "cache", "export"]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("the new title"), "{:?}", output.stderr);
}
