//! Hostile text on the screens and the clipboard, searched for in the raw bytes that reach the terminal.

use super::faults::{fetch, on_roadmap};
use super::{State, Terminal};
use crate::github_server::Server;
use crate::hostile;
use crate::program::write;

/// Opens the screens on the issues of a hostile site.
fn open() -> (Terminal, Server) {
    let site = hostile::site();
    let server = site.serve();
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join("r.yaml"), hostile::roadmap()).unwrap();
    fetch(home.path(), &server.url);
    (on_roadmap(home, &["--offline"], &[("OFFRAMP_API_URL", &server.url)]), server)
}

/// Returns the texts sent to the clipboard, and asserts that everything else is drawing.
fn copied(state: &State) -> Vec<String> {
    let raw = String::from_utf8_lossy(&state.raw).into_owned();
    let bad = raw.chars().find(|c| is_bad(*c));
    assert!(bad.is_none(), "{bad:?} reached the terminal");
    assert!(!raw.contains(hostile::MARK), "text of an escape sequence reached the terminal");
    let mut copied = Vec::new();
    for sequence in raw.split('\u{1b}').skip(1) {
        match sequence.chars().next() {
            Some('[' | '\\' | '7' | '8') => {}
            Some(']') => {
                let payload = sequence.strip_prefix("]52;c;").unwrap_or_else(|| panic!("{sequence:?}"));
                copied.push(decoded(payload.trim_end_matches('\u{7}')));
            }
            other => panic!("ESC {other:?}"),
        }
    }
    copied
}

fn is_bad(c: char) -> bool {
    hostile::is_harmful(c) && !matches!(c, '\u{1b}' | '\r' | '\u{7}' | '\u{8}')
}

fn decoded(base64: &str) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in base64.bytes().filter(|byte| *byte != b'=') {
        let value = digits.iter().position(|known| *known == digit).unwrap_or_else(|| panic!("{base64}"));
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn no_view_or_copy_lets_hostile_text_through() {
    let (mut terminal, _server) = open();
    terminal.sees("k8s-prow");
    terminal.resize(50, 200);
    terminal.sees("alert(1)");
    for view in ["1", "2", "3", "4", "5", "6"] {
        terminal.send(view);
        // Opens, explains and copies lines, leaves them, and filters the window.
        for _ in 0..2 {
            terminal.send("\rYyjjG\u{1b}=\u{1b}i\u{1b}pj");
        }
    }
    terminal.send_until("2", "red");
    terminal.send("gYy");
    terminal.wait("two copies", |state| state.raw.windows(5).filter(|bytes| bytes == b"\x1b]52;").count() >= 2);
    terminal.quits();
    let state = terminal.shared.state.lock().unwrap();
    let copied = copied(&state);
    assert!(copied.iter().any(|text| text.contains("red")), "what was copied is of the issue: {copied:.200?}");
    assert!(
        copied.iter().any(|text| text.starts_with("https://github.com/kubernetes/k8s.io/issues/")),
        "{copied:.200?}"
    );
    for text in &copied {
        assert!(!text.chars().any(hostile::is_harmful) && !text.contains(hostile::MARK), "{text:.300?}");
    }
}

#[test]
fn a_body_of_1_mb_is_shown_up_to_a_limit() {
    let (mut terminal, _server) = open();
    terminal.sees("k8s-prow");
    terminal.resize(50, 200);
    // The third item in Work has the large body.
    terminal.send_until("2/body\r", "filter body");
    terminal.send_until("\r\r", "w #1");
    terminal.send_until("G", "the text continues; o opens it in a browser");
    terminal.quits();
    let state = terminal.shared.state.lock().unwrap();
    copied(&state);
}
