//! Steps: single jumps of a series, such as a bulk deletion, a generated file or a change of scope.
//!
//! A step is judged by the readings before it, so that a forecast made at the time would have seen it, too.

use super::Point;
use crate::domain::{Date, Text};

/// A change from one reading to the next that is far larger than those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesStep {
    /// The day of the reading that shows it.
    pub date: Date,
    /// The day of the reading before.
    pub since: Date,
    /// By how much what is left changed; less than 0 where it fell.
    pub change: i64,
    /// The commit of the reading that shows it, where one was counted.
    pub commit: Option<Text>,
}

/// How many changes before it a step is compared with.
const COMPARED_CHANGES: usize = 13;
/// Fewer changes than this do not show what is usual.
const ENOUGH_CHANGES: usize = 4;
/// A step is more than this many times the median change per day.
const TIMES_THE_MEDIAN: f64 = 6.0;
/// A step is more than this share of what is left.
const SHARE_OF_LEFT: f64 = 0.15;
/// A step is at least this large, even in a quiet series.
const LEAST_CHANGE: u64 = 10;

/// Returns the steps of a series, by date; the caller adds their commits.
pub fn of(points: &[Point]) -> Vec<SeriesStep> {
    let step = |place: usize| {
        let (before, after) = (points.get(place.checked_sub(1)?)?, points.get(place)?);
        let change = after.left().cast_signed() - before.left().cast_signed();
        Some(SeriesStep { date: after.date, since: before.date, change, commit: None })
    };
    places(points).into_iter().filter_map(step).collect()
}

/// Returns the indices of the points right after a step, in order.
pub fn places(points: &[Point]) -> Vec<usize> {
    let (mut usual, mut found) = (Vec::new(), Vec::new());
    for (place, pair) in (1..).zip(points.windows(2)) {
        let [before, after] = pair else { continue };
        let change = before.left().abs_diff(after.left());
        // After weeks without readings a large change may be the usual pace.
        let days = (after.date - before.date).num_days().max(1) as f64;
        let per_day = change as f64 / days;
        let is_large = change > LEAST_CHANGE && change as f64 > SHARE_OF_LEFT * before.left().max(after.left()) as f64;
        if is_large && median(&usual).is_some_and(|median| per_day > TIMES_THE_MEDIAN * median) {
            found.push(place);
        } else {
            usual.push(per_day);
        }
    }
    found
}

/// Returns the median of the newest changes per day; `None` if they are too few to show what is usual.
fn median(usual: &[f64]) -> Option<f64> {
    let mut recent: Vec<f64> = usual.iter().rev().take(COMPARED_CHANGES).copied().collect();
    recent.sort_unstable_by(f64::total_cmp);
    recent.get(recent.len() / 2).copied().filter(|_| recent.len() >= ENOUGH_CHANGES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::trend::tests::weekly;

    fn lefts(lefts: &[u64]) -> Vec<Point> {
        weekly(&lefts.iter().map(|&left| (10_000 - left, 10_000)).collect::<Vec<_>>())
    }

    #[test]
    fn a_bulk_deletion_is_a_step_and_steady_work_is_not() {
        let steady: Vec<u64> = (0..20).map(|week| 300 - week * 10).collect();
        assert_eq!(places(&lefts(&steady)), [] as [usize; 0]);
        let dropped: Vec<u64> = (0..20).map(|week| if week < 12 { 1_000 - week } else { 500 - week }).collect();
        assert_eq!(places(&lefts(&dropped)), [12]);
        let steady = lefts(&steady);
        let gap: Vec<_> = steady.iter().take(8).chain(steady.iter().skip(17)).copied().collect();
        assert_eq!(places(&gap), [] as [usize; 0], "ten weeks at the usual pace are no step");
    }

    #[test]
    fn small_numbers_and_the_first_readings_make_no_step() {
        assert_eq!(places(&lefts(&[9, 9, 9, 9, 9, 9, 0])), [] as [usize; 0]);
        assert_eq!(places(&lefts(&[900, 100, 900])), [] as [usize; 0]);
    }
}
