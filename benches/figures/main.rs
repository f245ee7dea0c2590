//! Benchmarks on large data, each compared with a floor measured in the same run.
//!
//! `cargo bench --bench figures` measures; `-- --smoke` runs everything once or twice, as a check that it
//! works; `-- --parts` and `-- --inside` measure a part. Figures are medians; only ratios are comparable across machines.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod big;
mod process;
mod screen;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use offramp::domain::IssueState;
use offramp::domain::filter::text_of;
use offramp::tui::model::{Model, View};

/// The time after which a measurement counts as hanging.
const LIMIT: Duration = Duration::from_mins(10);

/// One line of the table.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) value: String,
    pub(crate) floor: String,
    pub(crate) goal: &'static str,
    pub(crate) holds: Option<bool>,
}

fn main() -> ExitCode {
    if big::filled() || big::timed() {
        return ExitCode::SUCCESS;
    }
    if std::env::var_os("OFFRAMP_BENCH_BARE").is_some() {
        return screen::bare_program();
    }
    thread::spawn(end_in_time);
    if std::env::args().any(|argument| argument == "--parts") {
        print(&process::parts(&big::Big::new(10_000, 20, 25), 9));
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--inside") {
        print(&inside(40));
        return ExitCode::SUCCESS;
    }
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let runs = if smoke { 2 } else { 15 };
    for issues in if smoke { vec![1_000] } else { vec![120, 10_000] } {
        let big = big::Big::new(issues, 20, 25.min(issues / 20));
        print(&screen::figures(&big, runs, smoke));
        print(&process::figures(&big, runs));
        print(&process::parts(&big, runs));
    }
    print(&inside(if smoke { 3 } else { 40 }));
    print(&[process::binary_size()]);
    ExitCode::SUCCESS
}

/// Ends a measurement that hangs.
#[expect(clippy::exit, reason = "the measuring thread may wait forever")]
fn end_in_time() {
    thread::sleep(LIMIT);
    println!("not done after {} minutes", LIMIT.as_secs() / 60);
    std::process::exit(1);
}

/// Measures join, findings and filter inside this process.
fn inside(runs: usize) -> Vec<Figure> {
    let big = big::Big::new(10_000, 200, 50);
    let world = big.world();
    // The minimum of a join: looking up every issue that the roadmap links to.
    let links =
        || world.roadmap.projects.iter().flat_map(|project| &project.items).filter_map(|item| item.issue.as_ref());
    let is_open = |id| world.snapshot.issue(id).is_some_and(|issue| issue.state == IssueState::Open);
    let found = median(runs, || links().filter(|id| is_open(id)).count());
    let floor = Some(("finding the issues", found));
    let join = median(runs, || world.board());
    let whole = median(runs, || {
        let board = world.board();
        let checked = offramp::insight::finding::check(&world.roadmap, &world.snapshot, &board);
        (board, checked)
    });
    let mut figures = vec![
        figure("join, 200 x 50 items, 10,000 issues", join, floor, "", None),
        figure("join and all findings, 200 x 50", whole, floor, "", None),
    ];
    // The cost of a key in the filter prompt of Work, without drawing.
    let mut model = Model::new(big::Big::new(10_000, 1_000, 50).world());
    model.show(View::of_number(2).expect("Work is the second view"));
    let items = model.board.items().count();
    let read = median(runs, || model.board.items().map(|item| blanks(&text_of(item))).sum::<usize>());
    for words in ["kettle", "k8s-proj migr", "is:free sig:testing migrate"] {
        let spent = median(runs, || {
            model.list.set_filter(words, None);
            model.derive();
        });
        let what = format!("filter `{words}`, {items} items");
        figures.push(figure(&what, spent, Some(("reading the texts", read)), "8 ms", Some(Duration::from_millis(8))));
    }
    figures
}

/// Reads every byte of a text.
fn blanks(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b' ').count()
}

/// Returns the median time of a function, without dropping its result.
pub(crate) fn median<T>(runs: usize, mut function: impl FnMut() -> T) -> Duration {
    let mut times: Vec<_> = (0..runs.max(1))
        .map(|_| {
            let start = Instant::now();
            let made = std::hint::black_box(function());
            let spent = start.elapsed();
            drop(made);
            spent
        })
        .collect();
    middle(&mut times)
}

/// Sorts some times and returns their median.
pub(crate) fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Builds a line from a time, its floor and its goal.
pub(crate) fn figure(
    what: &str,
    value: Duration,
    floor: Option<(&str, Duration)>,
    goal: &'static str,
    at_most: Option<Duration>,
) -> Figure {
    let ratio = |floor: Duration| value.as_secs_f64() / floor.as_secs_f64().max(1e-9);
    Figure {
        what: what.to_owned(),
        value: format!("{:.2} ms", value.as_secs_f64() * 1e3),
        floor: floor.map_or_else(String::new, |(name, floor)| {
            format!("{:.1}x of {name} ({:.2} ms)", ratio(floor), floor.as_secs_f64() * 1e3)
        }),
        goal,
        holds: at_most.map(|limit| value <= limit),
    }
}

fn print(figures: &[Figure]) {
    for Figure { what, value, floor, goal, holds } in figures {
        let verdict = match holds {
            Some(true) => "holds",
            Some(false) => "DOES NOT HOLD",
            None => "",
        };
        println!("{what:<58} {value:>12}  {floor:<44} {goal:<24} {verdict}");
    }
}
