//! Back-test of forecast methods for what is left in twelve weeks, on real series.
//!
//! `series.csv` has counts of text and of open issues in public histories; the figures of the example are in
//! data/readings. The series of the set `choosing` determined the method; those of `reporting` were counted afterwards and
//! only test it. docs/forecast.md has the table that this prints.

mod methods;

use std::collections::BTreeMap;
use std::path::Path;

use methods::{METHODS, Range};
use offramp::domain::Date;
use offramp::insight::trend::{Point, forecast};

/// Series by set and name.
type Series = BTreeMap<(String, String), Vec<Point>>;

/// The result of a method on one series.
struct Score {
    held: usize,
    width: f64,
    interval: f64,
}

fn main() {
    let mut series = example();
    series.extend(histories());
    for set in ["choosing", "reporting"] {
        let own: Vec<_> = series.iter().filter(|((of, _), _)| of == set).map(|(_, points)| points.as_slice()).collect();
        report(set, &own);
    }
}

fn report(set: &str, series: &[&[Point]]) {
    let asked: Vec<_> = series.iter().map(|points| (points, forecast::forecast(points, today(points)).1)).collect();
    let asked: Vec<_> = asked.into_iter().filter(|(_, test)| test.trials.len() >= 5).collect();
    let origins: usize = asked.iter().map(|(_, test)| test.trials.len()).sum();
    say(&format!("\n{set}: {} series, {origins} origins, 80 % ranges of what is left in 12 weeks", asked.len()));
    say(&format!("{:<44} {:>6} {:>8} {:>8}", "method", "held", "width", "score"));
    let mut naive = Vec::new();
    for (name, method) in METHODS {
        let scores: Vec<_> = asked
            .iter()
            .map(|(points, test)| {
                let ranges = test.trials.iter().map(|trial| {
                    let until = points.partition_point(|point| point.date <= trial.fan.from);
                    let past = points.get(..until).unwrap_or_default();
                    (method(past).unwrap_or_else(|| trial.range()), trial.outcome.left())
                });
                score(ranges)
            })
            .collect();
        if naive.is_empty() {
            naive = scores.iter().map(|score| (score.width, score.interval)).collect();
        }
        let held: usize = scores.iter().map(|score| score.held).sum();
        let width = mean_ratio(scores.iter().zip(&naive).map(|(own, naive)| (own.width, naive.0)));
        let interval = mean_ratio(scores.iter().zip(&naive).map(|(own, naive)| (own.interval, naive.1)));
        say(&format!("{name:<44} {:>4.1} % {width:>8.2} {interval:>8.2}", 100.0 * held as f64 / origins as f64));
    }
    let sum =
        |of: fn(&offramp::insight::trend::Backtest) -> usize| asked.iter().map(|(_, test)| of(test)).sum::<usize>();
    say(&format!(
        "ranges of dates held {} of {} times that can be judged; \"no date\" was right {} of {} times",
        sum(|test| test.dates.ranges_held),
        sum(|test| test.dates.ranges),
        sum(|test| test.dates.refusals_right),
        sum(|test| test.dates.refusals)
    ));
}

/// Returns width and interval score of 80 % ranges: a miss costs ten times its distance from the range.
fn score(ranges: impl Iterator<Item = (Range, u64)>) -> Score {
    let (mut held, mut width, mut interval, mut count) = (0, 0.0, 0.0, 0.0);
    for ((low, high), left) in ranges {
        let off = low.saturating_sub(left) + left.saturating_sub(high);
        let wide = high.saturating_sub(low) as f64;
        (held, width, count) = (held + usize::from(off == 0), width + wide, count + 1.0);
        interval += wide + 10.0 * off as f64;
    }
    Score { held, width: width / count, interval: interval / count }
}

/// Returns the geometric mean of ratios; half a unit is added to allow 0.
fn mean_ratio(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let logs: Vec<f64> = pairs.map(|(own, other)| ((own + 0.5) / (other + 0.5)).ln()).collect();
    (logs.iter().sum::<f64>() / logs.len().max(1) as f64).exp()
}

fn today(points: &[Point]) -> Date {
    points.last().map(|point| point.date).expect("a series has points")
}

/// Returns the counted readings of the first example's job counters, by their first rules.
fn example() -> Series {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/readings");
    let files = std::fs::read_dir(folder).expect("the readings").flatten().map(|file| file.path());
    let mut files: Vec<_> = files.filter(|file| file.to_string_lossy().ends_with("-jobs.csv")).collect();
    files.sort();
    let mut series = Series::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).expect("a readings file");
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [date, done, total, "1", commit, ..] = cells.as_slice() else { continue };
            if !commit.is_empty() {
                add(&mut series, ["choosing", &name], date, number(total) - number(done));
            }
        }
    }
    series
}

/// Returns the counts of text and of open issues in public histories.
fn histories() -> Series {
    let mut series = Series::new();
    for line in include_str!("series.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [set, name, date, left] = cells.as_slice() else { panic!("a line of series.csv: {line}") };
        add(&mut series, [set, name], date, number(left));
    }
    series
}

fn add(series: &mut Series, [set, name]: [&str; 2], date: &str, left: u64) {
    let date = date.parse().expect("a day");
    let points = series.entry((set.to_owned(), name.to_owned())).or_default();
    points.push(Point { date, done: 0, total: left, removed: 0 });
}

fn number(text: &str) -> u64 {
    text.parse().expect("a whole number")
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn say(line: &str) {
    println!("{line}");
}
