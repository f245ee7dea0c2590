//! What shows while a sync runs.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use super::faults::{fetched, on_roadmap};
use crate::github_server::{NOW, Server, Site};

#[test]
fn a_new_title_shows_while_a_later_answer_is_held_back() {
    let site = Site::new();
    site.open(1, "the old title", "", NOW - 10_000);
    let (release, held) = channel::<()>();
    let (inner, held) = (site.clone(), Mutex::new(held));
    let server = Server::new(move |seen| {
        if seen.path().ends_with("/comments") {
            // Until the test lets go of it.
            let _ = held.lock().unwrap().recv();
        }
        inner.answer(seen)
    });
    let home = fetched(&server.url);
    let mut terminal = on_roadmap(home, &[], &[("OFFRAMP_API_URL", &server.url)]);
    terminal.resize(40, 160);
    terminal.send("2");
    terminal.sees("the old title");
    site.pass(500);
    site.change(1, "title", serde_json::json!("the new title"));
    site.say(1, "ann", "I am on it");
    terminal.send("r");
    terminal.sees("the new title");
    terminal.sees("by hand");
    terminal.sees("sync ");
    drop(release);
    terminal.sees("fetched: ");
    terminal.sees("the new title");
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_restored();
}
