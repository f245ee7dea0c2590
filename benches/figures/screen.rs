//! The screens in a pseudo-terminal of 200x50: first frame, keys, idling and memory, compared with a bare
//! ratatui program that draws one frame and moves a mark with every key.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use super::{Figure, big::Big, figure, middle, process::INSTALLED};

/// A word in the last line of every screen. It contains no space, since unchanged spaces are not drawn.
const LAST: &[u8] = b"help";

/// A frame is complete after this much silence.
const QUIET: Duration = Duration::from_millis(20);

/// Measures the screens on one set of data.
pub(crate) fn figures(big: &Big, runs: usize, smoke: bool) -> Vec<Figure> {
    let n = big.issues;
    let (bare, start) = first_frames(runs, bare_command, || command(big));
    let mut figures = vec![figure(
        &format!("start to first frame, {n} issues"),
        start,
        Some(("bare ratatui", bare)),
        "3x",
        Some(bare * 3),
    )];
    let (mut floor, mut screen) = (Screen::start(bare_command()), Screen::start(command(big)));
    figures.extend(keys(&mut floor, &mut screen, n, if smoke { 10 } else { 300 }));
    figures.extend(idle(&mut screen, n, if smoke { 1 } else { 10 }));
    figures.extend(memory(&floor, &screen, n));
    figures
}

fn command(big: &Big) -> CommandBuilder {
    let mut command = CommandBuilder::new(&INSTALLED.program);
    command.env_clear();
    for (name, value) in big.environment() {
        command.env(name, value);
    }
    command.cwd(big.home());
    command.args(["--offline", "-f"]);
    command.arg(&big.roadmap);
    command
}

fn bare_command() -> CommandBuilder {
    let mut command = CommandBuilder::new(&INSTALLED.floor);
    command.env("OFFRAMP_BENCH_BARE", "1");
    command.env("TERM", "xterm-256color");
    command
}

/// Draws a frame of lines, one of them marked, and moves the mark with every byte until a `q`: the minimum for a
/// ratatui program.
pub(crate) fn bare_program() -> ExitCode {
    let mut terminal = ratatui::init();
    let (mut mark, mut key, mut is_drawn) = (0, [0], true);
    while is_drawn && key != *b"q" {
        let drawn = terminal.draw(|frame| {
            let (height, area) = (usize::from(frame.area().height), frame.area());
            let line = "x".repeat(usize::from(area.width));
            let mut lines = vec![ratatui::text::Line::raw(line.as_str()); height.saturating_sub(1)];
            let at = mark % lines.len().max(1);
            lines.iter_mut().skip(at).take(1).for_each(|line| line.style = ratatui::style::Style::new().reversed());
            lines.push("? help".into());
            frame.render_widget(ratatui::widgets::Paragraph::new(lines), area);
        });
        is_drawn = drawn.is_ok() && matches!(std::io::stdin().read(&mut key), Ok(1));
        mark += 1;
    }
    ratatui::restore();
    if is_drawn { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts two programs alternately, so that changes of the machine's speed affect both; returns the median of each.
fn first_frames(
    runs: usize,
    one: impl Fn() -> CommandBuilder,
    other: impl Fn() -> CommandBuilder,
) -> (Duration, Duration) {
    let start = |command| Screen::start(command).first;
    let (mut ones, mut others): (Vec<_>, Vec<_>) = (0..runs * 2).map(|_| (start(one()), start(other()))).unzip();
    (middle(&mut ones), middle(&mut others))
}

fn keys(floor: &mut Screen, screen: &mut Screen, issues: usize, presses: usize) -> Vec<Figure> {
    let key = |press: usize| if press % 20 < 10 { b"j" } else { b"k" };
    // Alternately, so that changes of the machine's speed affect both.
    let times = (0..presses).map(|press| (floor.press(key(press)), screen.press(key(press))));
    let (mut bare, mut times): (Vec<_>, Vec<_>) = times.unzip();
    let (bare_half, half) = (middle(&mut bare), middle(&mut times));
    let late = |times: &[Duration]| times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    let (bare_late, late) = (late(&bare), late(&times));
    vec![
        figure(
            &format!("key to screen, median, {issues} issues"),
            half,
            Some(("bare ratatui", bare_half)),
            "0.5 ms",
            Some(Duration::from_micros(500)),
        ),
        figure(
            &format!("key to screen, 99 %, {issues} issues"),
            late,
            Some(("bare ratatui", bare_late)),
            "5 ms",
            Some(Duration::from_millis(5)),
        ),
    ]
}

fn idle(screen: &mut Screen, issues: usize, seconds: u64) -> Option<Figure> {
    let before = screen.effort()?;
    let bytes = screen.drain(Duration::from_secs(seconds));
    let after = screen.effort()?;
    let (ticks, switches) = (after.0 - before.0, after.1 - before.1);
    Some(Figure {
        what: format!("idle for {seconds} s, {issues} issues"),
        value: format!("{bytes} bytes"),
        floor: format!("{switches} wake-ups, {ticks} ticks of CPU"),
        goal: "0, 0, 0",
        holds: Some(bytes == 0 && switches == 0 && ticks == 0),
    })
}

fn memory(floor: &Screen, screen: &Screen, issues: usize) -> Option<Figure> {
    let (bare, peak) = (floor.peak()? as f64 / 1e6, screen.peak()?);
    Some(Figure {
        what: format!("peak memory of the screens, {issues} issues"),
        value: format!("{:.1} MB", peak as f64 / 1e6),
        floor: format!("{:.1}x of bare ratatui ({bare:.1} MB)", peak as f64 / 1e6 / bare),
        goal: "30 MB",
        holds: Some(peak <= 30_000_000),
    })
}

/// A program in a pseudo-terminal.
struct Screen {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    first: Duration,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Screen {
    fn start(command: CommandBuilder) -> Self {
        let size = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal can be made");
        let mut reader = pair.master.try_clone_reader().expect("the terminal can be read");
        let writer = pair.master.take_writer().expect("the terminal can be written to");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), bytes)).is_err() {
                    return;
                }
            }
        });
        let start = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut screen = Self { child, writer, output, first: Duration::ZERO, _master: pair.master };
        screen.first = screen.until_last_line(start);
        screen.drain(QUIET);
        screen
    }

    fn until_last_line(&mut self, start: Instant) -> Duration {
        let (mut seen, end) = (Vec::new(), start + Duration::from_secs(20));
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let (at, bytes) = self.output.recv_timeout(left).expect("a frame appears within 20 s");
            seen.extend(bytes);
            if seen.windows(LAST.len()).any(|window| window == LAST) {
                return at - start;
            }
        }
    }

    /// Sends a key and returns the time to the last byte of the frame that follows.
    fn press(&mut self, key: &[u8]) -> Duration {
        let start = Instant::now();
        self.writer.write_all(key).and_then(|()| self.writer.flush()).expect("the terminal takes keys");
        let (mut last, _) = self.output.recv_timeout(Duration::from_secs(5)).expect("a key changes the screen");
        while let Ok((at, _)) = self.output.recv_timeout(Duration::from_millis(3)) {
            last = at;
        }
        last - start
    }

    /// Returns the number of bytes received within a time.
    fn drain(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut bytes = 0;
        loop {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((_, chunk)) => bytes += chunk.len(),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return bytes,
            }
        }
    }

    /// Returns CPU ticks and context switches of all threads so far.
    fn effort(&self) -> Option<(u64, u64)> {
        let id = self.child.process_id()?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        let mut switches = 0;
        for task in std::fs::read_dir(format!("/proc/{id}/task")).ok()? {
            let status = std::fs::read_to_string(task.ok()?.path().join("status")).ok()?;
            let lines = status.lines().filter(|line| line.contains("ctxt_switches"));
            switches += lines.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum::<u64>();
        }
        Some((ticks, switches))
    }

    /// Returns the peak resident memory in bytes.
    fn peak(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.writer.write_all(b"q").and_then(|()| self.writer.flush());
        let deadline = Instant::now() + Duration::from_secs(2);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
