//! The forecast methods that are compared.

use offramp::insight::trend::forecast;
use offramp::insight::trend::pace::{WINDOWS, pace};
use offramp::insight::trend::{AHEAD_DAYS, Point};

/// The lower and the upper bound of what may be left.
pub(crate) type Range = (u64, u64);

/// Returns the range at the end of a series, if the method gives one.
type Method = fn(&[Point]) -> Option<Range>;

/// The first one is the reference for the others.
pub(crate) const METHODS: [(&str, Method); 6] = [
    ("the last value with its past errors (naive)", |past| centred(past, 0.0)),
    ("the trend of 39 weeks with its past errors", |past| centred(past, 1.0)),
    ("the same, damped to 0.4", |past| centred(past, 0.4)),
    ("paces of 4, 12 and 26 weeks (before)", windows),
    ("resampling of the changes of 39 weeks", resampled),
    ("offramp: damped, steps out, scaled", |past| {
        let last = past.last()?;
        forecast::forecast(past, last.date).0.fan.map(|fan| fan.ahead())
    }),
];

/// The window of the trend.
const WINDOW_DAYS: i64 = 273;

fn left(point: Point) -> f64 {
    point.left() as f64
}

fn whole(low: f64, high: f64) -> Range {
    (low.max(0.0).floor() as u64, high.max(0.0).ceil() as u64)
}

/// Extrapolates a share of the trend, with the 10 % and 90 % quantiles of its past errors.
fn centred(past: &[Point], share: f64) -> Option<Range> {
    let last = *past.last()?;
    let mut errors: Vec<f64> = (3..past.len()).filter_map(|place| error(past, place, share)).collect();
    errors.sort_by(f64::total_cmp);
    let centre = left(last) + share * trend(past)?;
    let at = |place: f64| errors.get(place.clamp(0.0, errors.len().saturating_sub(1) as f64) as usize).copied();
    let count = errors.len() as f64 + 1.0;
    Some(whole(centre + at((0.1 * count).floor() - 1.0)?, centre + at((0.9 * count).ceil() - 1.0)?))
}

fn error(past: &[Point], place: usize, share: f64) -> Option<f64> {
    let then = past.get(..=place)?;
    let day = then.last()?.date;
    let outcome = past.iter().find(|point| (point.date - day).num_days() >= AHEAD_DAYS)?;
    ((outcome.date - day).num_days() <= 2 * AHEAD_DAYS).then_some(())?;
    Some(left(*outcome) - left(*then.last()?) - share * trend(then)?)
}

/// Returns the change of what is left in twelve weeks, at the pace of the window.
fn trend(past: &[Point]) -> Option<f64> {
    let last = past.last()?;
    let first = past.iter().find(|point| (last.date - point.date).num_days() <= WINDOW_DAYS)?;
    let days = (last.date - first.date).num_days().max(1) as f64;
    Some((left(*last) - left(*first)) / days * AHEAD_DAYS as f64)
}

/// Extrapolates each pace and returns the range of the results.
fn windows(past: &[Point]) -> Option<Range> {
    let last = left(*past.last()?);
    let ends: Vec<f64> = WINDOWS
        .iter()
        .filter_map(|weeks| pace(past, *weeks))
        .map(|pace| last - pace.net() * AHEAD_DAYS as f64 / 28.0)
        .collect();
    let low = ends.iter().copied().reduce(f64::min)?;
    Some(whole(low, ends.iter().copied().reduce(f64::max)?))
}

/// Composes twelve weeks of changes drawn from the window at random, with a fixed seed.
fn resampled(past: &[Point]) -> Option<Range> {
    let last = *past.last()?;
    let recent: Vec<&[Point]> = past.windows(2).rev().take(40).collect();
    let changes: Vec<(f64, f64)> = recent
        .into_iter()
        .filter_map(|pair| match pair {
            [before, after] if (last.date - before.date).num_days() <= WINDOW_DAYS + 10 => {
                Some(((after.date - before.date).num_days() as f64, left(*after) - left(*before)))
            }
            _ => None,
        })
        .collect();
    if changes.len() < 3 {
        return None;
    }
    let mut random = fastrand::Rng::with_seed(7);
    let mut ends: Vec<f64> = (0..400).map(|_| left(last) + one_draw(&changes, &mut random)).collect();
    ends.sort_by(f64::total_cmp);
    Some(whole(*ends.get(40)?, *ends.get(359)?))
}

fn one_draw(changes: &[(f64, f64)], random: &mut fastrand::Rng) -> f64 {
    let (mut days, mut sum) = (0.0, 0.0);
    while days < AHEAD_DAYS as f64 {
        let (long, change) = changes.get(random.usize(..changes.len())).copied().unwrap_or((28.0, 0.0));
        (days, sum) = (days + long, sum + change);
    }
    sum
}
