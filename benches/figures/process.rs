//! Whole commands: CPU time per run beside a trivial process, and the size of the binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use super::{Figure, big::Big, figure, middle};

/// The program as `cargo bench` built it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_offramp");

/// Copies of the program and of this one, as an installation makes them: a file that a linker wrote lies in the memory
/// of the system in small pieces, and starts a third slower.
pub(crate) struct Installed {
    _folder: tempfile::TempDir,
    pub(crate) program: PathBuf,
    pub(crate) floor: PathBuf,
}

pub(crate) static INSTALLED: LazyLock<Installed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let copy = |from: &Path, name: &str| {
        let to = folder.path().join(name);
        std::fs::copy(from, &to).expect("a program can be copied");
        to
    };
    let floor = copy(&std::env::current_exe().expect("this program has a path"), "floor");
    Installed { program: copy(Path::new(PROGRAM), "offramp"), floor, _folder: folder }
});

/// A program in the same language that does nothing, where there is a compiler to make it.
static TRIVIAL: LazyLock<Option<(tempfile::TempDir, PathBuf)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().ok()?;
    let (source, program) = (folder.path().join("nothing.rs"), folder.path().join("nothing"));
    std::io::Write::write_all(&mut std::fs::File::create(&source).ok()?, b"fn main() {}").ok()?;
    let made = Command::new("rustc").arg("-O").arg(&source).arg("-o").arg(&program).status().ok()?;
    made.success().then_some((folder, program))
});

/// Ticks of `/proc/self/stat` per second: fixed at 100 on Linux for user space.
const TICKS: u64 = 100;

/// Measures the commands that print.
pub(crate) fn figures(big: &Big, runs: usize) -> Vec<Figure> {
    let rounds = runs * 10;
    // To make it takes time that is not its own.
    LazyLock::force(&TRIVIAL);
    let nothing = || TRIVIAL.as_ref().map_or_else(|| Command::new("/bin/true"), |(_, program)| Command::new(program));
    let Some(shell) = cpu(rounds, || Command::new("/bin/true")) else { return Vec::new() };
    let Some(trivial) = cpu(rounds, nothing) else { return Vec::new() };
    let commands = [&["status"][..], &["list"], &["list", "is:free", "sig:testing"], &["check"]];
    let goal = (big.issues == 10_000).then(|| Duration::from_millis(10));
    let measure = |arguments: &&[&str]| {
        let spent = cpu(rounds, || {
            let mut command = Command::new(&INSTALLED.program);
            command.env_clear().envs(big.environment()).current_dir(big.home());
            command.arg("--offline").arg("-f").arg(&big.roadmap).args(*arguments);
            command
        })?;
        let what = format!("CPU of `{}`, {} issues", arguments.join(" "), big.issues);
        let mut line = figure(&what, spent, Some(("nothing", trivial)), "10 ms, 7x", goal);
        line.holds = line.holds.map(|holds| holds && spent <= trivial * 7);
        let of_true = spent.as_secs_f64() / shell.as_secs_f64().max(1e-9);
        line.floor = format!("{}, {of_true:.1}x of true", line.floor);
        Some(line)
    };
    commands.iter().filter_map(measure).collect()
}

/// The parts of a start, each the median of some processes.
pub(crate) fn parts(big: &Big, runs: usize) -> Vec<Figure> {
    let mut times: Vec<(String, Vec<Duration>)> = Vec::new();
    for _ in 0..runs {
        let Ok(program) = std::env::current_exe() else { return Vec::new() };
        let mut child = Command::new(program);
        child.env_clear().envs(big.environment()).env("OFFRAMP_BENCH_PARTS", &big.roadmap);
        let Ok(output) = child.output() else { return Vec::new() };
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Some((part, micros)) = line.split_once(' ') else { continue };
            let time = Duration::from_micros(micros.parse().unwrap_or(0));
            match times.iter_mut().find(|(name, _)| name == part) {
                Some((_, times)) => times.push(time),
                None => times.push((part.to_owned(), vec![time])),
            }
        }
    }
    let line = |(part, mut times): (String, Vec<Duration>)| {
        figure(&format!("  of which {part}, {} issues", big.issues), middle(&mut times), None, "", None)
    };
    times.into_iter().map(line).collect()
}

/// Returns the CPU time of a command, averaged: the kernel counts children in whole ticks of 10 ms.
fn cpu(rounds: usize, command: impl Fn() -> Command) -> Option<Duration> {
    let before = children_ticks()?;
    for _ in 0..rounds {
        command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    }
    let ticks = children_ticks()? - before;
    Some(Duration::from_nanos(ticks * 1_000_000_000 / TICKS / rounds as u64))
}

/// User and system time of children that ended: fields 16 and 17 of proc(5) stat.
fn children_ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?)
}

/// Returns the size of the program.
pub(crate) fn binary_size() -> Figure {
    let bytes = std::fs::metadata(PROGRAM).map_or(0, |metadata| metadata.len());
    Figure {
        what: "size of the stripped binary".into(),
        value: format!("{:.1} MB", bytes as f64 / 1e6),
        floor: String::new(),
        goal: "12 MB",
        holds: Some(bytes <= 12_000_000),
    }
}
