//! Counter changes: how what a counter says moved between two days.

use crate::domain::{CounterId, Progress, Reading};

/// How a counter moved: done and scope apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterChange {
    /// Its id.
    pub id: CounterId,
    /// What it counts.
    pub unit: String,
    /// Whether only what is left is known by the rule, so that done and scope are those of a scale.
    pub is_left_only: bool,
    /// What it said before.
    pub before: Option<Reading>,
    /// What it says after.
    pub after: Reading,
}

impl CounterChange {
    /// Whether the two readings were counted by different rules: then their difference means nothing.
    pub fn rule_changed(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.rule != self.after.rule)
    }

    /// Returns how done and total moved; nothing without two readings that can be compared, or of a rule that knows
    /// neither.
    pub fn moved(&self) -> Option<(i64, i64)> {
        let (before, after) = self.compared().filter(|_| !self.is_left_only)?;
        Some((difference(before.done, after.done), difference(before.total, after.total)))
    }

    /// Returns how what is left moved; nothing without two readings that can be compared.
    pub fn left_by(&self) -> Option<i64> {
        self.compared().map(|(before, after)| difference(before.left(), after.left()))
    }

    /// The two figures, if they can be compared.
    fn compared(&self) -> Option<(Progress, Progress)> {
        let before = self.before.as_ref().filter(|before| before.is_comparable(&self.after))?;
        Some((before.progress, self.after.progress))
    }

    /// `300 of 2055 prow jobs on 2021-01-20: +12 done, +275 in scope since 2020-12-10`
    pub fn text(&self) -> String {
        let progress = self.after.progress;
        let (unit, date) = (&self.unit, self.after.date);
        format!("{} of {} {unit} on {date}: {}", progress.done, progress.total, self.movement())
    }

    /// `+12 done, +275 in scope since 2020-12-10`, `+3 left since …` where only that is known, or why nothing is. The day is
    /// that of the older reading, which may be long before the period.
    pub fn movement(&self) -> String {
        let since = self.before.as_ref().map(|before| format!(" since {}", before.date)).unwrap_or_default();
        match (self.moved(), self.left_by()) {
            (Some((0, 0)), _) | (None, Some(0)) => format!("nothing moved{since}"),
            (Some((done, scope)), _) => format!("{done:+} done, {scope:+} in scope{since}"),
            (None, Some(left)) => format!("{left:+} left{since}"),
            (None, None) if self.before.is_none() => "first reading".to_owned(),
            (None, None) if self.rule_changed() => "not comparable, as another rule counts now".to_owned(),
            (None, None) => "not comparable, as one of the two was recorded by hand".to_owned(),
        }
    }
}

fn difference(before: u64, after: u64) -> i64 {
    after.cast_signed() - before.cast_signed()
}
