//! Back-test: how often forecasts made in the past would have held.

use super::Point;
use super::fan::{End, Fan, after};
use crate::domain::Date;

/// A forecast as of a past reading, and its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The forecast as of then.
    pub fan: Fan,
    /// The first reading at least `AHEAD_DAYS` later.
    pub outcome: Point,
}

impl Trial {
    /// Returns the range of what would be left on the day of the outcome, in whole numbers.
    pub fn range(&self) -> (u64, u64) {
        self.fan.ahead()
    }

    /// Returns by how much the range missed; 0 inside it.
    pub fn off(&self) -> u64 {
        let ((low, high), left) = (self.range(), self.outcome.left());
        low.saturating_sub(left).max(left.saturating_sub(high))
    }
}

/// The method tried at every past reading that allows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backtest {
    /// By date.
    pub trials: Vec<Trial>,
    /// How often the dates were right.
    pub dates: DateTrials,
}

/// How often a date, or its refusal, was right. Outcomes that the series does not show yet are not judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateTrials {
    /// Ranges of dates that can be judged.
    pub ranges: usize,
    /// Those that held.
    pub ranges_held: usize,
    /// Refusals that can be judged.
    pub refusals: usize,
    /// Those after which something was left for at least a year.
    pub refusals_right: usize,
}

impl Backtest {
    /// Returns how many ranges held.
    pub fn held(&self) -> usize {
        self.trials.iter().filter(|trial| trial.off() == 0).count()
    }

    /// Returns the median of how far off the ranges were, in the unit of the series.
    pub fn median_off(&self) -> Option<u64> {
        let mut off: Vec<_> = self.trials.iter().map(Trial::off).collect();
        off.sort_unstable();
        off.get(off.len() / 2).copied()
    }

    /// Returns the trial that missed by most.
    pub fn worst(&self) -> Option<&Trial> {
        self.trials.iter().max_by_key(|trial| trial.off())
    }
}

/// Judges the dates and refusals of the past by what the series shows since.
pub(super) fn dates(points: &[Point], fans: &[(usize, Fan)]) -> DateTrials {
    let mut judged = DateTrials::default();
    let Some(last) = points.last() else { return judged };
    for (place, fan) in fans {
        let over = points.iter().skip(*place).find(|point| point.left() == 0).map(|point| point.date);
        match fan.end() {
            End::Between { from, to } => {
                let Some(held) = held(from, to, over, last.date) else { continue };
                judged.ranges += 1;
                judged.ranges_held += usize::from(held);
            }
            End::NoDate(_) | End::Over => {
                let year = after(fan.from, 365.0).filter(|year| *year <= last.date);
                let Some(year) = year else { continue };
                judged.refusals += 1;
                judged.refusals_right += usize::from(over.is_none_or(|over| over > year));
            }
        }
    }
    judged
}

/// Whether a range of dates held; `None` while that is open.
fn held(from: Date, to: Option<Date>, over: Option<Date>, last: Date) -> Option<bool> {
    match over {
        Some(over) => Some(from <= over && to.is_none_or(|to| over <= to)),
        None => match to {
            Some(to) if to < last => Some(false),
            Some(_) | None => None,
        },
    }
}
