//! Pace: how fast a series moved over a window of weeks.

use chrono::Days;

use super::Point;
use crate::domain::Date;

/// The windows of pace, in weeks.
pub const WINDOWS: [u32; 3] = [4, 12, 26];

/// How fast it went, per four weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// By how much done grew.
    pub done: f64,
    /// By how much the total grew; less than 0 where it shrank.
    pub scope: f64,
    /// The day of the reading that was current when the window began.
    pub since: Date,
}

impl Pace {
    /// Returns by how much what is left shrank.
    pub fn net(self) -> f64 {
        self.done - self.scope
    }
}

/// Returns the pace over a number of weeks before the last point.
///
/// It is measured from the point that was current when the window began; `None` if that point is older than the window is
/// long. A jump of the total inside the window counts.
pub fn pace(points: &[Point], weeks: u32) -> Option<Pace> {
    let last = points.last()?;
    let length = Days::new(u64::from(weeks) * 7);
    let start = last.date.checked_sub_days(length)?;
    let first = points.iter().rev().find(|point| point.date <= start)?;
    if first.date < start.checked_sub_days(length)? {
        return None;
    }
    let days = (last.date - first.date).num_days() as f64;
    let per_four_weeks = |after: u64, before: u64| (after as f64 - before as f64) / days * 28.0;
    Some(Pace {
        done: per_four_weeks(last.done, first.done),
        scope: per_four_weeks(last.total, first.total),
        since: first.date,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::day;
    use crate::insight::trend::tests::steady;

    #[test]
    fn pace_is_given_per_four_weeks() {
        assert_eq!(pace(&steady(27, 10, 500), 4).unwrap().done.round() as i64, 40);
    }

    #[test]
    fn a_window_that_readings_do_not_cover_has_no_pace() {
        assert_eq!(pace(&steady(5, 10, 500), 12), None);
        let sparse =
            [steady(1, 0, 500), vec![Point { date: day("2023-01-01"), done: 10, total: 500, removed: 0 }]].concat();
        assert_eq!(pace(&sparse, 4), None);
    }
}
