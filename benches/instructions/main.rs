//! Benchmark of instruction counts: start-up, join, findings and a key, compared with the baseline in this folder.
//!
//! `cargo bench --bench instructions` fails if a count grew by more than 10 %; `-- --keep` writes the
//! counts as the new baseline. Needs valgrind, whose counts are reproducible, unlike times; without
//! it, the benchmark is skipped.

#![expect(clippy::print_stdout, reason = "a benchmark prints its counts")]

#[path = "../figures/big.rs"]
mod big;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use offramp::insight::finding;
use offramp::tui::model::Msg;
use offramp::tui::{
    input::keymap::{Action, Motion},
    model::Model,
    theme::Theme,
    update::update,
    view,
};
use ratatui::{Terminal, backend::TestBackend};

/// The growth above which the benchmark fails.
const SLACK_PERCENT: u64 = 10;

const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/baseline.txt");

fn main() -> ExitCode {
    if big::filled() || big::timed() {
        return ExitCode::SUCCESS;
    }
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [work, rounds] = arguments.as_slice()
        && let Ok(rounds) = rounds.parse()
    {
        do_work(work, rounds);
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not installed: instructions are not counted");
        return ExitCode::SUCCESS;
    }
    let counts = counts();
    if arguments.iter().any(|argument| argument == "--keep") {
        return keep(&counts);
    }
    compare(&counts)
}

/// Does a piece of work `rounds` times; its count is the difference between two rounds and one.
fn do_work(work: &str, rounds: usize) {
    let world = big::Big::new(2_000, 100, 50).world();
    let board = world.board();
    let mut model = Model::new(world.clone());
    let mut terminal = Terminal::new(TestBackend::new(200, 50)).expect("a buffer is a terminal");
    draw(&mut terminal, &mut model);
    for _ in 0..rounds {
        match work {
            "join" => {
                std::hint::black_box(world.board());
            }
            "findings" => {
                std::hint::black_box(finding::check(&world.roadmap, &world.snapshot, &board));
            }
            _ => {
                update(&mut model, Msg::Act(Action::Move(Motion::Down)));
                draw(&mut terminal, &mut model);
            }
        }
    }
}

fn draw(terminal: &mut Terminal<TestBackend>, model: &mut Model) {
    let theme = Theme { colour: true, ascii: false, light: false };
    let mut info = None;
    terminal.draw(|frame| info = Some(view::draw(frame, model, theme))).expect("a buffer takes all");
    model.frame = info.unwrap_or_default();
}

fn counts() -> BTreeMap<String, u64> {
    let own = std::env::current_exe().expect("this program has a path");
    let mut counts = BTreeMap::new();
    for work in ["join", "findings", "key"] {
        let of = |rounds: &str| count(Command::new("valgrind").args(valgrind()).arg(&own).args([work, rounds]));
        counts.insert(work.to_owned(), of("2").saturating_sub(of("1")));
    }
    let home = tempfile::tempdir().expect("a temporary folder can be made");
    let mut start = Command::new("valgrind");
    start.args(valgrind()).arg(env!("CARGO_BIN_EXE_offramp")).args(["status", "--offline"]);
    start.current_dir(home.path()).env_clear().env("HOME", home.path()).env("SOURCE_DATE_EPOCH", "1720000000");
    start.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    counts.insert("start".to_owned(), count(&mut start));
    counts
}

fn valgrind() -> [&'static str; 2] {
    ["--tool=callgrind", "--callgrind-out-file=/dev/null"]
}

/// Runs a command under callgrind and reads the line `==1== Collected : 123456`.
fn count(command: &mut Command) -> u64 {
    // Idle threads are counted, too, and their number would depend on the machine.
    let output = command.env("RAYON_NUM_THREADS", "1").output().expect("valgrind starts");
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    let count = line.and_then(|(_, count)| count.trim().parse().ok());
    count.unwrap_or_else(|| panic!("callgrind counted nothing:\n{text}"))
}

fn keep(counts: &BTreeMap<String, u64>) -> ExitCode {
    let lines = counts.iter().map(|(work, count)| format!("{work} {count}\n")).collect::<Vec<_>>().concat();
    let written =
        std::fs::File::create(BASELINE).and_then(|mut file| std::io::Write::write_all(&mut file, lines.as_bytes()));
    print!("{lines}");
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn compare(counts: &BTreeMap<String, u64>) -> ExitCode {
    let text = std::fs::read_to_string(Path::new(BASELINE)).unwrap_or_default();
    let baseline: BTreeMap<_, u64> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(work, count)| Some((work.to_owned(), count.parse().ok()?)))
        .collect();
    let mut grew = false;
    for (work, count) in counts {
        let Some(&before) = baseline.get(work) else {
            println!("{work:<10} {count:>14}  has no baseline: run with -- --keep");
            grew = true;
            continue;
        };
        let percent = *count as f64 * 100.0 / before.max(1) as f64 - 100.0;
        let worse = *count > before + before / 100 * SLACK_PERCENT;
        grew |= worse;
        println!("{work:<10} {count:>14}  {percent:+6.1} %  {}", if worse { "GREW" } else { "" });
    }
    if grew { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
