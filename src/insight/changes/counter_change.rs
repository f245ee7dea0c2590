//! Counter changes: how the reading of a counter moved between two days.

use crate::domain::board::Inner;
use crate::domain::{Baseline, CounterId, CounterRow, Progress, Reading, Text};
use crate::words;

/// How a counter moved: done and scope apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterChange {
    /// Its id.
    pub id: CounterId,
    /// What it counts.
    pub unit: String,
    /// Where its percentage begins, if only what is left is counted; done and total are then only its scale.
    pub start: Option<Baseline>,
    /// The earlier reading.
    pub before: Option<Reading>,
    /// The later reading.
    pub after: Reading,
}

impl CounterChange {
    /// Compares the rows of a counter on two boards; `None` if both have the same reading.
    pub fn between(before: Option<&CounterRow>, after: &CounterRow) -> Option<Self> {
        let before = before.and_then(|row| row.reading.clone());
        let reading = after.reading.clone().filter(|reading| before.as_ref() != Some(reading))?;
        Some(Self { id: after.id.clone(), unit: after.unit.clone(), start: after.start, before, after: reading })
    }

    /// Whether the two readings were counted by different rules: then their difference means nothing.
    pub fn rule_changed(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.rule != self.after.rule)
    }

    /// Returns how done and total moved; `None` without two comparable readings, or if only what is left is counted.
    pub fn moved(&self) -> Option<(i64, i64)> {
        let (before, after) = self.compared().filter(|_| self.start.is_none())?;
        Some((difference(before.done, after.done), difference(before.total, after.total)))
    }

    /// Returns how what is left moved; `None` without two comparable readings.
    pub fn left_by(&self) -> Option<i64> {
        self.compared().map(|(before, after)| difference(before.left(), after.left()))
    }

    /// The two figures, if they can be compared.
    fn compared(&self) -> Option<(Progress, Progress)> {
        let before = self.before.as_ref().filter(|before| before.is_comparable(&self.after))?;
        Some((before.progress, self.after.progress))
    }

    /// Returns the later reading as progress with its unit.
    pub fn inner(&self) -> Inner {
        Inner { progress: self.after.progress, unit: Text::new(&self.unit), start: self.start }
    }

    /// `300/2055 prow jobs on 2021-01-20: +12 done, +275 in scope since 2020-12-10`
    pub fn text(&self) -> String {
        format!("{}: {}", words::inner_on(&self.inner(), self.after.date), self.movement())
    }

    /// `+12 done, +275 in scope since 2020-12-10`, `+3 left since …` if only that is counted, or why the two cannot be
    /// compared. The day is the older reading's, which may be long before the period.
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
