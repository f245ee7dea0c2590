//! Whole commands: CPU time per run, compared with a trivial process, and the size of the binary.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use super::{Figure, big::Big, figure, middle};

/// The program that `cargo bench` built.
const PROGRAM: &str = env!("CARGO_BIN_EXE_offramp");

/// Copies of the program and of this one, as after an installation: a file just written by the linker is fragmented in
/// the page cache and starts a third slower.
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

/// A Rust program that does nothing, if there is a compiler to build it.
static TRIVIAL: LazyLock<Option<(tempfile::TempDir, PathBuf)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().ok()?;
    let (source, program) = (folder.path().join("nothing.rs"), folder.path().join("nothing"));
    std::io::Write::write_all(&mut std::fs::File::create(&source).ok()?, b"fn main() {}").ok()?;
    let made = Command::new("rustc").arg("-O").arg(&source).arg("-o").arg(&program).status().ok()?;
    made.success().then_some((folder, program))
});

/// Measures the commands that print.
pub(crate) fn figures(big: &Big, runs: usize) -> Vec<Figure> {
    let rounds = runs * 10;
    // Building it is not part of the measurement.
    LazyLock::force(&TRIVIAL);
    let nothing = || TRIVIAL.as_ref().map_or_else(|| Command::new("/bin/true"), |(_, program)| Command::new(program));
    let Some(shell) = cpu(rounds, || Command::new("/bin/true")) else { return Vec::new() };
    let Some(trivial) = cpu(rounds, nothing) else { return Vec::new() };
    let commands = [&["status"][..], &["list"], &["list", "is:free", "sig:testing"], &["check"]];
    let (goal, limit) = if big.issues > 120 { ("10 ms", 10) } else { ("4 ms", 4) };
    let measure = |arguments: &&[&str]| {
        let spent = cpu(rounds, || {
            let mut command = Command::new(&INSTALLED.program);
            command.env_clear().envs(big.environment()).current_dir(big.home());
            command.arg("--offline").arg("-f").arg(&big.roadmap).args(*arguments);
            command
        })?;
        let what = format!("CPU of `{}`, {} issues", arguments.join(" "), big.issues);
        let mut line = figure(&what, spent, Some(("nothing", trivial)), goal, Some(Duration::from_millis(limit)));
        let of_true = spent.as_secs_f64() / shell.as_secs_f64().max(1e-9);
        line.floor = format!("{}, {of_true:.1}x of true", line.floor);
        Some(line)
    };
    commands.iter().filter_map(measure).collect()
}

/// Measures the parts of a start, each the median of some processes.
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

/// Returns the median CPU time of a command.
fn cpu(rounds: usize, command: impl Fn() -> Command) -> Option<Duration> {
    let mut times: Vec<_> = (0..rounds).map(|_| spent(command())).collect::<Option<_>>()?;
    Some(middle(&mut times))
}

/// Runs a command and returns the CPU time of its main thread, read before the process is reaped. These commands have no
/// other thread, and the usual ticks of 10 ms are too coarse for a process of 1 ms.
#[cfg(target_os = "linux")]
fn spent(mut command: Command) -> Option<Duration> {
    use std::process::Stdio;

    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let id = Pid::from_child(&child);
    waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).ok()?;
    let said = std::fs::read_to_string(format!("/proc/{}/schedstat", child.id())).ok()?;
    child.wait().ok()?;
    Some(Duration::from_nanos(said.split_whitespace().next()?.parse().ok()?))
}

#[cfg(not(target_os = "linux"))]
fn spent(_: Command) -> Option<Duration> {
    None
}

/// Returns the size of the program.
pub(crate) fn binary_size() -> Figure {
    let bytes = std::fs::metadata(PROGRAM).map_or(0, |metadata| metadata.len());
    Figure {
        what: "size of the stripped binary".into(),
        value: format!("{:.1} MB", bytes as f64 / 1e6),
        floor: String::new(),
        goal: "14 MB",
        holds: Some(bytes <= 14_000_000),
    }
}
