//! Faults while the screens are open: of the roadmap, the cache, the network and the terminal.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use super::{DEADLINE, FIRST, Terminal};
use crate::github_server::{Reply, Server};
use crate::github_site::{NOW, Site};
use crate::program::write;

fn roadmap(title: &str) -> String {
    format!(
        "version: 1\ntitle: {title}\nrepo: kubernetes/k8s.io\nprojects:\n  - id: first-project\n    items:\n      - 1\n      - title: by hand\n"
    )
}

pub(super) fn on_roadmap(home: TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    Terminal::with(home, &[&["-f", "r.yaml"], arguments].concat(), variables)
}

/// Faults of a roadmap file, and the message for each.
pub(super) const FAULTS: [(&str, &str); 9] = [
    ("missing", "there is no such file"),
    ("folder", "this is a folder"),
    ("empty", "the file is empty"),
    ("not UTF-8", "this is not UTF-8"),
    ("no YAML", "r.yaml"),
    ("unknown key", "projekts"),
    ("duplicate id", "twice-there"),
    ("of a newer program", "version"),
    ("too large", "larger than 16 MB"),
];

pub(super) fn spoil(path: &Path, how: &str) {
    let bytes: Vec<u8> = match how {
        "missing" => return fs::remove_file(path).unwrap(),
        "folder" => {
            fs::remove_file(path).unwrap();
            return fs::create_dir(path).unwrap();
        }
        "empty" => Vec::new(),
        "not UTF-8" => b"version: 1\ntitle: caf\xe9\n".to_vec(),
        "no YAML" => b"version: 1\nprojects: [\n".to_vec(),
        "unknown key" => b"version: 1\nprojekts: []\n".to_vec(),
        "duplicate id" => b"version: 1\nrepo: a/b\nprojects: [{id: twice-there}, {id: twice-there}]\n".to_vec(),
        "of a newer program" => b"version: 9\n".to_vec(),
        _ => vec![b'#'; 17 << 20],
    };
    replace(path, &bytes);
}

/// Replaces a file with a new one, as editors do.
pub(super) fn replace(path: &Path, bytes: &[u8]) {
    let new = path.with_extension("new");
    write(&new, bytes).unwrap();
    if path.is_dir() {
        fs::remove_dir(path).unwrap();
    }
    fs::rename(new, path).unwrap();
}

#[test]
fn every_fault_of_a_roadmap_is_reported_on_reload_and_the_last_good_one_stays() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("r.yaml");
    write(&path, roadmap("At first")).unwrap();
    let mut terminal = on_roadmap(home, &["--offline"], &[]);
    terminal.resize(40, 160);
    terminal.sees("At first");
    for (round, (how, said)) in FAULTS.into_iter().enumerate() {
        spoil(&path, how);
        terminal.send_until("j", said);
        terminal.sees("first-project");
        let title = format!("Mended {round}");
        replace(&path, roadmap(&title).as_bytes());
        terminal.send_until("k", &title);
    }
    terminal.quits();
}

/// Returns a home folder in which the issues of a server were fetched.
pub(super) fn fetched(url: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join("r.yaml"), roadmap("Away")).unwrap();
    fetch(home.path(), url);
    home
}

pub(super) fn fetch(home: &Path, url: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    command.env_clear().current_dir(home).env("HOME", home).env("XDG_CACHE_HOME", home.join("k")).stdin(Stdio::null());
    command.env("SOURCE_DATE_EPOCH", NOW.to_string()).env("OFFRAMP_API_URL", url);
    let output = command.args(["-f", "r.yaml", "sync"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn cache_below(folder: &Path) -> PathBuf {
    folder.join("offramp/offramp.sqlite")
}

#[test]
fn no_fault_of_a_cache_prevents_a_start() {
    let site = Site::new();
    site.open(1, "from the cache", "", NOW - 10_000);
    let server = site.serve();
    for how in ["half", "empty", "garbage", "wrong bits", "newer"] {
        let home = fetched(&server.url);
        let cache = cache_below(&home.path().join("k"));
        let mut bytes = fs::read(&cache).unwrap();
        let length = bytes.len();
        match how {
            "half" => bytes.truncate(length / 2),
            "empty" => bytes.clear(),
            "garbage" => bytes = vec![7; 5_000],
            "wrong bits" => bytes[length / 3..].fill(0xff),
            _ => bytes[63] = 99,
        }
        write(&cache, &bytes).unwrap();
        let mut terminal = on_roadmap(home, &["--offline"], &[("OFFRAMP_API_URL", &server.url)]);
        terminal.sees("first-project");
        terminal.send_until("2", "by hand");
        terminal.send("q");
        assert_eq!(terminal.ends(), 0, "{how}");
        terminal.is_restored();
    }
}

#[test]
fn a_damaged_cache_is_refetched_on_the_screens() {
    let site = Site::new();
    site.open(1, "from the cache", "", NOW - 10_000);
    let server = site.serve();
    let home = fetched(&server.url);
    let cache = cache_below(&home.path().join("k"));
    let mut bytes = fs::read(&cache).unwrap();
    // Damages pages after the first, which holds the schema.
    bytes[4_096..].fill(0xff);
    write(&cache, &bytes).unwrap();
    let variables = [("OFFRAMP_API_URL", server.url.as_str()), ("OFFRAMP_HURRY", "1")];
    let mut terminal = on_roadmap(home, &[], &variables);
    terminal.send_until("2", "from the cache");
    assert!(PathBuf::from(format!("{}.corrupt-1", cache.display())).exists());
    terminal.quits();
}

#[test]
fn every_network_fault_is_reported_and_the_old_rows_stay() {
    let site = Site::new();
    site.open(1, "the old title", "", NOW - 10_000);
    let fault = Arc::new(AtomicU16::new(0));
    let (inner, now) = (site.clone(), fault.clone());
    let server = Server::new(move |seen| match now.load(Ordering::SeqCst) {
        0 => inner.answer(seen),
        1 => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"nu".to_vec()),
        2 => Reply::status(200, "<!DOCTYPE html><title>Please log in</title>"),
        status => Reply::status(status, "{\"message\": \"no\"}"),
    });
    let home = fetched(&server.url);
    let variables = [("OFFRAMP_API_URL", server.url.as_str()), ("OFFRAMP_HURRY", "1")];
    let mut terminal = on_roadmap(home, &[], &variables);
    terminal.resize(40, 200);
    terminal.send_until("2", "the old title");
    for (kind, said) in [(1, "broke off"), (2, "a web page"), (401, "401"), (403, "denies"), (404, "404"), (422, "422")]
    {
        fault.store(kind, Ordering::SeqCst);
        terminal.send_until("r", said);
        terminal.sees("the old title");
    }
    fault.store(0, Ordering::SeqCst);
    site.pass(500);
    site.change(1, "title", serde_json::json!("the new title"));
    terminal.send_until("r", "the new title");
    terminal.quits();
}

#[test]
fn odd_environments_start() {
    let odd: [&[(&str, &str)]; 4] = [
        &[("TERM", "")],
        &[("LC_ALL", "C"), ("LANG", "C")],
        &[("HOME", ""), ("XDG_CONFIG_HOME", ""), ("XDG_CACHE_HOME", ""), ("XDG_DATA_HOME", "")],
        &[("NO_COLOR", "1"), ("COLUMNS", "x"), ("LINES", "-1")],
    ];
    for variables in odd {
        let mut terminal = Terminal::start(variables);
        terminal.sees(FIRST);
        terminal.send("q");
        assert_eq!(terminal.ends(), 0, "{variables:?}");
        terminal.is_restored();
    }
}

#[test]
fn a_dumb_terminal_gets_the_status() {
    let mut terminal = Terminal::start(&[("TERM", "dumb")]);
    terminal.sees("k8s-gubernator");
    assert_eq!(terminal.ends(), 0);
    assert!(!terminal.shared.state.lock().unwrap().raw.contains(&0x1b), "a dumb terminal gets no escape sequence");
}

#[test]
fn without_a_terminal_on_stdin_the_status_is_printed() {
    let on = |closed: &str| {
        let mut shell = CommandBuilder::new("sh");
        shell.args(["-c", &format!("exec \"$0\" {closed}"), env!("CARGO_BIN_EXE_offramp")]);
        Terminal::run(shell, tempfile::tempdir().unwrap(), &[])
    };
    for closed in ["<&-", "</dev/null", "<&- 2>&-"] {
        let mut terminal = on(closed);
        terminal.sees("k8s-gubernator");
        assert_eq!(terminal.ends(), 0, "{closed}");
        assert!(!terminal.shared.state.lock().unwrap().raw.starts_with(b"\x1b[?1049h"), "{closed}");
    }
    let mut terminal = on("2>&-");
    terminal.sees(FIRST);
    terminal.quits();
}

#[test]
fn a_terminal_that_vanishes_without_a_signal_exits_129() {
    let home = tempfile::tempdir().unwrap();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut shell = CommandBuilder::new("sh");
    // In a session of its own the program gets no SIGHUP.
    shell.args(["-c", "trap '' HUP; setsid -w \"$0\"; echo $? >code.new; mv code.new code"]);
    shell.arg(env!("CARGO_BIN_EXE_offramp"));
    shell.env_clear();
    shell.cwd(home.path());
    for (name, value) in
        [("HOME", home.path().as_os_str()), ("TERM", "xterm".as_ref()), ("PATH", "/usr/bin:/bin".as_ref())]
    {
        shell.env(name, value);
    }
    let mut child = pair.slave.spawn_command(shell).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut seen, mut bytes) = (Vec::new(), [0; 8192]);
    while !String::from_utf8_lossy(&seen).contains("EXAMPLE") {
        let read = reader.read(&mut bytes).unwrap();
        assert!(read > 0, "it ended before it drew");
        seen.extend_from_slice(&bytes[..read]);
    }
    // Closes the last handle of the terminal.
    drop(reader);
    drop(pair.master);
    let deadline = std::time::Instant::now() + DEADLINE;
    while child.try_wait().unwrap().is_none() {
        assert!(std::time::Instant::now() < deadline, "it never ended");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(fs::read_to_string(home.path().join("code")).unwrap(), "129\n");
}

#[test]
fn the_mouse_is_captured_only_by_setting_and_released() {
    let mut terminal = Terminal::opened();
    assert_eq!(
        terminal.shared.state.lock().unwrap().parser.screen().mouse_protocol_mode(),
        vt100::MouseProtocolMode::None
    );
    terminal.quits();

    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("c/offramp")).unwrap();
    write(&home.path().join("c/offramp/config.toml"), "mouse = true\n").unwrap();
    let mut terminal = Terminal::with(home, &[], &[]);
    terminal.sees(FIRST);
    terminal.wait("the mouse", |state| state.parser.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    let contents = terminal.shared.state.lock().unwrap().parser.screen().contents();
    let row = contents.lines().position(|line| line.contains("k8s-gubernator")).unwrap() + 1;
    terminal.send(&format!("\u{1b}[<0;5;{row}M\u{1b}[<0;5;{row}m"));
    terminal.send_until("\r", "gubernator.k8s.io");
    terminal.quits();
}
