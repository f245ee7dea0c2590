//! Progress: how much of something is done. Rounds down, so that 100 % always means finished.

use serde::{Deserialize, Serialize};

/// Done and total of one unit; `done` is never more than `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// The number done.
    pub done: u64,
    /// The number in total.
    pub total: u64,
}

impl Progress {
    /// Creates a progress; `None` if `done` is more than `total`.
    pub fn new(done: u64, total: u64) -> Option<Self> {
        (done <= total).then_some(Self { done, total })
    }

    /// Returns the number left.
    pub fn left(self) -> u64 {
        self.total.saturating_sub(self.done)
    }

    /// Returns the percentage, rounded down; unknown if the total is 0.
    pub fn percent(self) -> Percent {
        if self.total == 0 {
            return Percent::Unknown;
        }
        let percent = u128::from(self.done) * 100 / u128::from(self.total);
        Percent::Known(u8::try_from(percent).unwrap_or(100))
    }
}

/// A percentage from 0 to 100, or unknown. Unknown sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Percent {
    /// Shown as `??`; null in JSON.
    Unknown,
    /// From 0 to 100; 100 only when all is done.
    Known(u8),
}

impl Percent {
    /// Returns the number, if it is known.
    pub fn known(self) -> Option<u8> {
        if let Self::Known(percent) = self { Some(percent) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_figure_of_the_2020_report_is_16_percent() {
        assert_eq!(Progress::new(288, 1780).unwrap().percent(), Percent::Known(16));
    }

    #[test]
    fn the_percentage_of_nothing_is_unknown() {
        assert_eq!(Progress::new(0, 0).unwrap().percent(), Percent::Unknown);
    }

    #[test]
    fn more_done_than_total_is_rejected() {
        assert_eq!(Progress::new(2, 1), None);
    }

    proptest! {
        #[test]
        fn percent_is_100_only_when_all_is_done(done in 0u64.., extra in 0u64..1_000_000) {
            let total = done.saturating_add(extra);
            let progress = Progress::new(done, total).unwrap();
            if total > 0 {
                prop_assert_eq!(progress.percent() == Percent::Known(100), done == total);
            }
        }
    }
}
