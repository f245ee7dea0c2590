//! The real binary on a pseudo-terminal: drawing, and the terminal after its end.
#![cfg(unix)]

mod changing;
mod editing;
mod faults;
mod hostile;
mod keys;
mod paging;
mod syncing;

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::program::{Program, Shows as _};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// Generous, as the machine may be busy; only a failing test waits that long.
const DEADLINE: Duration = Duration::from_mins(1);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    raw: Vec<u8>,
    is_over: bool,
}

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shared: Arc<Shared>,
    home: TempDir,
}

impl Terminal {
    /// Starts the program on the example.
    fn start(variables: &[(&str, &str)]) -> Self {
        Self::with(tempfile::tempdir().unwrap(), &[], variables)
    }

    /// Waits for the example on the screens.
    fn opened() -> Self {
        let terminal = Self::start(&[]);
        terminal.sees(FIRST);
        terminal
    }

    /// Starts the program on a roadmap.
    fn on(roadmap: &str, variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        super::program::write(&home.path().join("r.yaml"), roadmap).unwrap();
        Self::with(home, &["--offline", "-f", "r.yaml"], variables)
    }

    /// Starts the program with arguments.
    fn with(home: TempDir, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_offramp"));
        command.args(args);
        Self::run(command, home, variables)
    }

    fn run(mut command: CommandBuilder, home: TempDir, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.cwd(home.path());
        for (name, folder) in [("HOME", ""), ("XDG_CONFIG_HOME", "c"), ("XDG_CACHE_HOME", "k"), ("XDG_DATA_HOME", "d")]
        {
            command.env(name, home.path().join(folder));
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("SOURCE_DATE_EPOCH", "1795485600");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let state = State { parser: vt100::Parser::new(24, 80, 0), raw: Vec::new(), is_over: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let mut reader = pair.master.try_clone_reader().unwrap();
        let seen = Arc::clone(&shared);
        thread::spawn(move || {
            let mut bytes = [0; 8192];
            loop {
                let read = reader.read(&mut bytes).unwrap_or(0);
                let mut state = seen.state.lock().unwrap();
                state.parser.process(&bytes[..read]);
                state.raw.extend_from_slice(&bytes[..read]);
                state.is_over = read == 0;
                seen.changed.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, writer, child, shared, home }
    }

    /// Waits until a condition holds; output of the program extends the deadline.
    fn wait(&self, what: &str, holds: impl Fn(&State) -> bool) {
        let mut state = self.shared.state.lock().unwrap();
        let (mut deadline, mut written) = (Instant::now() + DEADLINE, state.raw.len());
        while !holds(&state) {
            if state.raw.len() > written {
                (deadline, written) = (Instant::now() + DEADLINE, state.raw.len());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never came: {what}\n{}", state.parser.screen().contents());
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    fn sees(&self, text: &str) {
        self.wait(text, |state| state.parser.screen().contents().contains(text));
    }

    fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Sends keys, and waits until the screen has a text.
    fn send_until(&mut self, keys: &str, text: &str) {
        self.send(keys);
        self.sees(text);
    }

    fn resize(&self, rows: u16, cols: u16) {
        // Output still under way would wrap, and vt100 panics on that if it has a single line.
        self.shared.state.lock().unwrap().parser.screen_mut().set_size(rows.max(2), cols.max(2));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for the end and returns the exit code, 128 + n after an uncaught signal.
    fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it never ended");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asserts that the terminal has its original modes.
    fn is_restored(&self) {
        self.wait("the end of the output", |state| {
            let screen = state.parser.screen();
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        let state = self.shared.state.lock().unwrap();
        assert_eq!(state.parser.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// Quits, and checks that the terminal is left as it was found.
    fn quits(&mut self) {
        self.send("q");
        assert_eq!(self.ends(), 0);
        self.is_restored();
    }

    fn home(&self) -> &Path {
        self.home.path()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // No process is left behind, whatever happened.
        let _ = self.child.kill();
    }
}

const FIRST: &str = "EXAMPLE as of 2020-12-10";

#[test]
fn it_starts_takes_keys_survives_any_size_and_quits() {
    let mut terminal = Terminal::opened();
    terminal.send_until("?", "type to search");
    terminal.send("\u{1b}");
    terminal.wait("no help", |state| !state.parser.screen().contents().contains("type to search"));
    terminal.send_until("/gubernator\r", "filter gubernator");
    terminal.resize(1, 1);
    terminal.resize(24, 80);
    terminal.sees("filter gubernator");
    terminal.quits();
}

#[test]
fn control_c_exits_130() {
    for (key, code) in [("\u{3}", 130), ("q", 0)] {
        let mut terminal = Terminal::opened();
        terminal.send(key);
        assert_eq!(terminal.ends(), code, "{key:?}");
        terminal.is_restored();
    }
}

#[test]
fn terminating_signals_restore_the_terminal() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut terminal = Terminal::opened();
        terminal.signal(signal);
        assert_eq!(terminal.ends(), code, "{signal}");
        terminal.is_restored();
    }
}

#[test]
fn a_panic_in_any_thread_restores_the_terminal() {
    if !cfg!(debug_assertions) {
        return;
    }
    for place in ["main", "task", "thread"] {
        let mut terminal = Terminal::start(&[("OFFRAMP_PANIC", place)]);
        terminal.sees("asked to panic");
        assert_eq!(terminal.ends(), 101, "{place}");
        terminal.is_restored();
    }
}

#[test]
fn an_idle_screen_writes_nothing() {
    let mut terminal = Terminal::opened();
    terminal.send_until("2", "INSIDE");
    let written = |terminal: &Terminal| terminal.shared.state.lock().unwrap().raw.len();
    // The rest of the last frame may still be under way.
    thread::sleep(Duration::from_millis(300));
    let before = written(&terminal);
    thread::sleep(Duration::from_millis(700));
    assert_eq!(written(&terminal), before);
    terminal.quits();
}

#[test]
fn it_suspends_to_the_shell_and_resumes() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", "set -m; \"$0\"; echo stopped here; read line; fg; echo ended here"]);
    shell.arg(env!("CARGO_BIN_EXE_offramp"));
    let mut terminal = Terminal::run(shell, home, &[]);
    terminal.sees(FIRST);
    terminal.send_until("\u{1a}", "stopped here");
    terminal.is_restored();
    terminal.send_until("\r", FIRST);
    terminal.send_until("q", "ended here");
    terminal.is_restored();
}

#[test]
fn a_changed_roadmap_is_reloaded_and_a_broken_one_is_not_shown() {
    let home = tempfile::tempdir().unwrap();
    let roadmap = |title: &str| {
        format!("version: 1\ntitle: {title}\nrepo: a/b\nprojects:\n  - id: first-project\n    items: [one]\n")
    };
    super::program::write(&home.path().join("roadmap.yaml"), roadmap("Before it changed")).unwrap();
    let mut terminal = Terminal::with(home, &["--offline"], &[]);
    terminal.sees("Before it changed");
    // Editors replace the file by a new one.
    let put = |terminal: &Terminal, text: &str| {
        super::program::write(&terminal.home().join("new"), text).unwrap();
        std::fs::rename(terminal.home().join("new"), terminal.home().join("roadmap.yaml")).unwrap();
    };
    put(&terminal, &roadmap("After it changed"));
    terminal.send_until("j", "After it changed");
    put(&terminal, "version: 1\nprojekts: []\n");
    terminal.send_until("j", "projekts");
    terminal.sees("first-project");
    put(&terminal, &roadmap("Right again"));
    terminal.send_until("j", "Right again");
    // The example must not replace a file that disappeared.
    std::fs::remove_file(terminal.home().join("roadmap.yaml")).unwrap();
    terminal.send_until("k", "no such file");
    terminal.sees("first-project");
    terminal.quits();
}

#[test]
fn a_meeting_day_set_on_the_screens_is_where_changes_begin() {
    let mut terminal = Terminal::opened();
    terminal.send_until("m", "last meeting: ");
    terminal.send_until("2020-12-10\r", "begin on 2020-12-09, the last meeting before 2020-12-10");
    // The group meets every other Wednesday, so its last meeting follows from an older one.
    terminal.send_until("m", "last meeting: ");
    terminal.send_until("2020-11-04\r", "begin on 2020-12-02, the newest meeting since 2020-11-04");
    terminal.send_until("4", "From the end of 2020-12-01 to 2020-12-10");
    terminal.send_until("m", "last meeting: ");
    terminal.send_until("2020-12-02\r", "begin on 2020-12-02; later meetings");
    terminal.quits();
    let kept = std::fs::read_to_string(terminal.home().join("d/offramp/last-meeting")).unwrap();
    let shown = |day: &str, command: &[&str]| {
        let program = Program::new().file(".local/share/offramp/last-meeting", day);
        let output = program.args(command.iter().copied().chain(["-o", "json"])).run();
        assert_eq!(output.code, 0, "{output:?}");
        serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap()
    };
    assert_eq!(shown(&kept, &["changes"])["since"], "2020-12-01");
    let brief = Program::new().file(".local/share/offramp/last-meeting", &kept).args(["brief", "-o", "md"]).run();
    brief.stdout.shows(["2020-12-02"]);
    // The commands compute the last meeting from an older day as well.
    assert_eq!(shown("2020-11-04\n", &["changes"])["since"], "2020-12-01");
    assert_eq!(shown("2020-11-11\n", &["changes"])["since"], "2020-12-08");
    let who = shown("2026-11-18\n", &["who", "sig-k8s-infra"]);
    assert_eq!(who["groups"][0]["meetings"][0]["next"], "2026-12-02T17:00:00Z");
}

#[test]
fn no_hostile_text_reaches_the_terminal() {
    let mut terminal = Terminal::on(&super::hostile::roadmap(), &[]);
    terminal.sees("k8s-prow");
    terminal.sees("evilxe a");
    terminal.quits();
    let state = terminal.shared.state.lock().unwrap();
    let raw = String::from_utf8_lossy(&state.raw);
    raw.hides(["OWNED", "\u{1b}P"]);
    assert!(!raw.contains(['\u{9b}', '\u{9d}', '\u{202e}', '\u{2066}']), "{raw:?}");
}
