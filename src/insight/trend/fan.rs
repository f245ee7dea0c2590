//! Fan chart: quantiles of what may be left on future days, and when each reaches 0.

use chrono::Days;

use crate::domain::Date;

/// How far the range looks ahead, in days.
pub const AHEAD_DAYS: i64 = 84;
/// The shares of outcomes that lie below each line of a fan.
pub const QUANTILES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
/// The latest end that the highest line may give, in days: the back-test shows that later ones rarely hold.
const LATEST_DAYS: f64 = 365.0;
/// The latest end that any line may give, in days.
const FARTHEST_DAYS: f64 = 3_650.0;

/// Lines from the newest reading on, one for each of [`QUANTILES`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fan {
    /// The day of the newest reading.
    pub from: Date,
    /// What was left then.
    pub left: u64,
    /// By how much what is left changes in [`AHEAD_DAYS`], for each of [`QUANTILES`], the lowest first.
    pub changes: [f64; 5],
    /// The largest fall over [`AHEAD_DAYS`] that the series has shown until then, steps included; at most 0.
    pub fastest: f64,
}

impl Fan {
    /// Returns what may be left a number of days after the newest reading, for each of [`QUANTILES`]; never less than 0.
    pub fn at(&self, days: i64) -> [f64; 5] {
        self.changes.map(|change| (self.left as f64 + change * days as f64 / AHEAD_DAYS as f64).max(0.0))
    }

    /// Returns the day of the range of [`Fan::ahead`].
    pub fn target(&self) -> Date {
        after(self.from, AHEAD_DAYS as f64).unwrap_or(self.from)
    }

    /// Returns the 80 % range of what is left on [`Fan::target`], in whole numbers.
    pub fn ahead(&self) -> (u64, u64) {
        let [low, .., high] = self.at(AHEAD_DAYS);
        (low.floor() as u64, high.ceil() as u64)
    }

    /// Returns the day on which the line of a change reaches 0; `None` if it does not within a number of days.
    fn reaches_zero(&self, change: f64, within: f64) -> Option<Date> {
        let days = self.left as f64 / -change * AHEAD_DAYS as f64;
        (change < 0.0 && days <= within).then(|| after(self.from, days.ceil()))?
    }

    /// Returns when it may be over, by the outer lines.
    pub(super) fn end(&self) -> End {
        let [low, .., high] = self.changes;
        match self.reaches_zero(low, FARTHEST_DAYS) {
            // A past bulk change may repeat; such changes end migrations that crept for years.
            Some(from) => End::Between {
                from: self.reaches_zero(low.min(self.fastest), FARTHEST_DAYS).unwrap_or(from),
                to: self.reaches_zero(high, LATEST_DAYS),
            },
            None if low < 0.0 => End::NoDate(NoDateReason::TooFar),
            None => {
                End::NoDate(if high > 0.0 { NoDateReason::ScopeGrows } else { NoDateReason::Standstill { step: None } })
            }
        }
    }
}

pub(super) fn after(day: Date, days: f64) -> Option<Date> {
    day.checked_add_days(Days::new(days as u64))
}

/// When it may be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing is left.
    Over,
    /// In 80 of 100 cases between these days.
    Between {
        /// By the lowest line of the fan.
        from: Date,
        /// By the highest line; `None` if it does not reach 0 within a year.
        to: Option<Date>,
    },
    /// There is no date, for this reason.
    NoDate(NoDateReason),
}

/// Why there is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDateReason {
    /// Nothing is counted.
    Nothing,
    /// The rule counts issues, and matches none.
    NoIssue,
    /// Too few readings to know how far off a forecast would be.
    TooFewReadings,
    /// The newest reading is too old to look ahead from.
    OldReadings,
    /// What is left is more likely to grow than to shrink.
    ScopeGrows,
    /// Nothing moved for months, except perhaps for a step.
    Standstill {
        /// The day of that step.
        step: Option<Date>,
    },
    /// Even the fastest line ends in more than ten years.
    TooFar,
    /// On past days of this series the range of what is left held too rarely, so there is none.
    DoesNotHold {
        /// How often it held.
        held: usize,
        /// How often it was tried.
        trials: usize,
    },
    /// On past days of this series the range of dates held too rarely.
    DateDoesNotHold {
        /// How often it held.
        held: usize,
        /// How often it could be judged.
        trials: usize,
    },
}

impl NoDateReason {
    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing | Self::NoIssue => "nothing-counted",
            Self::TooFewReadings => "too-few-readings",
            Self::OldReadings => "old-readings",
            Self::ScopeGrows => "scope-grows",
            Self::Standstill { .. } => "standstill",
            Self::TooFar => "too-far",
            Self::DoesNotHold { .. } | Self::DateDoesNotHold { .. } => "does-not-hold",
        }
    }

    /// Returns the reason as a phrase.
    pub fn text(self) -> String {
        match self {
            Self::Nothing => "nothing was counted yet".to_owned(),
            Self::NoIssue => "no issue matched".to_owned(),
            Self::TooFewReadings => "there are too few readings to know how far off a forecast would be".to_owned(),
            Self::OldReadings => "the newest reading is too old to look ahead from".to_owned(),
            Self::ScopeGrows => "what is left is more likely to grow than to reach 0".to_owned(),
            Self::Standstill { step: None } => "nothing has moved for months".to_owned(),
            Self::Standstill { step: Some(day) } => {
                format!("apart from the step of {day} nothing has moved for months")
            }
            Self::TooFar => "even the low end of the range reaches 0 only in more than ten years".to_owned(),
            Self::DoesNotHold { held, trials } => {
                format!("tested on earlier readings of this series, the range held only {held} of {trials} times")
            }
            Self::DateDoesNotHold { held, trials } => {
                format!("tested on earlier readings of this series, ranges of dates held only {held} of {trials} times")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::day;

    #[test]
    fn the_lines_of_a_fan_keep_their_order_and_never_fall_below_0() {
        let fan = Fan { from: day("2021-01-01"), left: 10, changes: [-40.0, -10.0, -5.0, 0.0, 8.0], fastest: 0.0 };
        assert_eq!(fan.at(84).map(|left| left.round() as u64), [0, 0, 5, 10, 18]);
        assert_eq!((fan.ahead(), fan.target()), ((0, 18), day("2021-03-26")));
    }
}
