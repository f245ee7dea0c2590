//! The tour in assets/tour: the real program plays its script on a pseudo-terminal with a fixed clock, and the output must
//! equal the recording and the stills there. `assets/tour/make` writes them again.
#![cfg(unix)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use serde_json::json;

use super::pictures::svg;

const SCRIPT: &str = include_str!("../../assets/tour/script.txt");
const SIZE: PtySize = PtySize { rows: 44, cols: 110, pixel_width: 0, pixel_height: 0 };
/// 2026-11-24 02:00:00 UTC
const NOW: &str = "1795485600";
/// The time limit for a picture on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);
/// After this much silence a picture is complete: a frame is written at once.
const QUIET: Duration = Duration::from_millis(250);
/// Durations in the recording, in milliseconds: a key, an answer, and reading a picture.
const KEY: u64 = 45;
const ANSWER: u64 = 300;
const READING: u64 = 4500;

/// A running program.
struct Running {
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
}

/// The state of the terminal, and the recording so far.
struct Player {
    screen: vt100::Parser,
    recorded: vt100::Screen,
    time: u64,
    events: Vec<String>,
    stills: Vec<(String, String)>,
    home: tempfile::TempDir,
    running: Option<Running>,
    person: String,
}

impl Player {
    fn new() -> Self {
        let screen = vt100::Parser::new(SIZE.rows, SIZE.cols, 0);
        let recorded = screen.screen().clone();
        let home = tempfile::tempdir().unwrap();
        let (events, stills) = (Vec::new(), Vec::new());
        Self { screen, recorded, time: 0, events, stills, home, running: None, person: String::new() }
    }

    fn play(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "person" => rest.clone_into(&mut self.person),
            "open" => self.start(rest),
            "run" => {
                self.start(rest);
                self.end();
            }
            "sees" => self.see(rest),
            "keys" => self.send(rest),
            "still" => self.keep(rest),
            _ => panic!("not a line of the script: {line}"),
        }
    }

    /// Types a command below the person's name, and starts it.
    fn start(&mut self, command: &str) {
        self.end();
        let person = std::mem::take(&mut self.person);
        let heading = if person.is_empty() { String::new() } else { format!("\x1b[2m# {person}\x1b[m\r\n") };
        self.show(format!("\x1b[m\x1b[2J\x1b[H{heading}\x1b[1;32m$\x1b[m ").as_bytes(), KEY);
        for key in command.chars() {
            self.show(key.to_string().as_bytes(), KEY);
        }
        self.show(b"\r\n", ANSWER);
        self.running = Some(Running::start(command, self.home.path()));
    }

    /// Adds output of a program to the recording.
    fn show(&mut self, bytes: &[u8], takes: u64) {
        self.screen.process(bytes);
        self.record(takes);
    }

    /// Records the difference between the terminal and the recording.
    fn record(&mut self, takes: u64) {
        let now = self.screen.screen().clone();
        let change = String::from_utf8(now.contents_diff(&self.recorded)).unwrap();
        self.recorded = now;
        self.event("o", &change);
        self.time += takes;
    }

    fn event(&mut self, kind: &str, text: &str) {
        self.events.push(json!([self.time as f64 / 1000.0, kind, text]).to_string());
    }

    fn see(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        while !self.screen.screen().contents().contains(text) {
            assert!(self.receive(QUIET) != Received::End, "never came: {text}\n{}", self.screen.screen().contents());
            assert!(Instant::now() < deadline, "did not come in time: {text}\n{}", self.screen.screen().contents());
        }
        while self.receive(QUIET) == Received::Something {}
        self.record(0);
    }

    /// Waits until the program has ended and all its output was read.
    fn end(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        while self.running.is_some() && self.receive(QUIET) != Received::End {
            assert!(Instant::now() < deadline, "never ended:\n{}", self.screen.screen().contents());
        }
        let Some(mut running) = self.running.take() else { return };
        let status = running.child.wait().unwrap();
        assert!(status.success(), "{status:?}\n{}", self.screen.screen().contents());
        self.record(ANSWER);
    }

    fn receive(&mut self, patience: Duration) -> Received {
        let Some(running) = &self.running else { return Received::End };
        match running.output.recv_timeout(patience) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                Received::Something
            }
            Err(RecvTimeoutError::Timeout) => Received::Nothing,
            Err(RecvTimeoutError::Disconnected) => Received::End,
        }
    }

    fn send(&mut self, keys: &str) {
        let keys = keys.replace("<enter>", "\r").replace("<esc>", "\x1b");
        for key in keys.chars() {
            let running = self.running.as_mut().expect("a program that is open");
            running.keys.write_all(key.to_string().as_bytes()).unwrap();
            running.keys.flush().unwrap();
            self.time += ANSWER;
            // A key right after Esc would be read as Alt.
            while self.receive(QUIET) == Received::Something {}
        }
    }

    fn keep(&mut self, rest: &str) {
        let (name, title) = rest.split_once(' ').expect("a name and a title");
        self.event("m", title);
        self.stills.push((format!("{name}.svg"), svg::draw(&buffer(self.screen.screen()), title)));
        self.time += READING;
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Received {
    Something,
    Nothing,
    End,
}

impl Running {
    fn start(command: &str, home: &Path) -> Self {
        let pair = native_pty_system().openpty(SIZE).unwrap();
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("offramp"), "{command}");
        let mut builder = CommandBuilder::new(env!("CARGO_BIN_EXE_offramp"));
        builder.args(words);
        builder.env_clear();
        builder.cwd(home);
        for (name, value) in [("TERM", "xterm-256color"), ("TZ", "UTC"), ("SOURCE_DATE_EPOCH", NOW), ("NO_PAGER", "1")]
        {
            builder.env(name, value);
        }
        builder.env("HOME", home);
        let child = pair.slave.spawn_command(builder).unwrap();
        drop(pair.slave);
        let (post, output) = channel();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        std::thread::spawn(move || {
            let _master = pair.master;
            let mut bytes = [0; 8192];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                let _ = post.send(bytes[..read].to_vec());
            }
        });
        Self { output, keys, child }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Harmless if it has ended.
        let _ = self.child.kill();
    }
}

/// Returns the cells of a terminal down to its last row with text, for the pictures.
fn buffer(screen: &vt100::Screen) -> Buffer {
    let shown = screen.contents().trim_end().lines().count();
    let rows = u16::try_from(shown).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.cols, rows));
    for (row, column) in (0..rows).flat_map(|row| (0..SIZE.cols).map(move |column| (row, column))) {
        let Some(cell) = screen.cell(row, column).filter(|cell| cell.has_contents()) else { continue };
        buffer[(column, row)].set_symbol(cell.contents()).set_style(style(cell));
    }
    buffer
}

fn style(cell: &vt100::Cell) -> Style {
    let modifiers = [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ];
    let modifier = modifiers.into_iter().filter(|(is_set, _)| *is_set).map(|(_, modifier)| modifier).collect();
    Style::new().fg(color(cell.fgcolor())).bg(color(cell.bgcolor())).add_modifier(modifier)
}

fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

/// Plays the script and returns the resulting files.
fn played() -> Vec<(String, String)> {
    let mut player = Player::new();
    for line in SCRIPT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        player.play(line);
    }
    player.end();
    let header = json!({
        "version": 2, "width": SIZE.cols, "height": SIZE.rows, "timestamp": NOW.parse::<u64>().unwrap(),
        "title": "offramp: three first five minutes", "env": {"TERM": "xterm-256color"},
    });
    let recording = std::iter::once(header.to_string()).chain(player.events).collect::<Vec<_>>().join("\n") + "\n";
    player.stills.into_iter().chain([("tour.cast".to_owned(), recording)]).collect()
}

#[test]
fn the_recording_and_its_stills_match_the_script() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/tour");
    let is_to_keep = std::env::var_os("OFFRAMP_TOUR").is_some_and(|value| value == "keep");
    let made = played();
    let mut stale = Vec::new();
    for (name, text) in &made {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(text) {
            if is_to_keep {
                super::program::write(&path, text).unwrap();
            }
            stale.push(name.as_str());
        }
    }
    assert!(is_to_keep || stale.is_empty(), "run assets/tour/make, these show something else: {}", stale.join(", "));
    let kept = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_known =
        |name: &String| ["make", "script.txt"].contains(&name.as_str()) || made.iter().any(|(it, _)| it == name);
    assert_eq!(
        kept.filter(|name| !is_known(name)).collect::<Vec<_>>(),
        Vec::<String>::new(),
        "a still that the script does not make"
    );
}
