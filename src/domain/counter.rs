//! Counters and their readings.

use std::cmp::Reverse;

use super::board::measure::Measure;
use super::board::{Inner, RecordedFigure};
use super::rule::{self, Condition, JobTest, Start};
use super::text_id::text_id;
use super::{Board, Conventions, Date, Issue, ItemRow, OwnerName, Progress, ProjectRow, Rule, Text};

text_id! {
    /// The id of a counter, for example `prow-jobs`.
    CounterId
}

/// Something that is counted repeatedly.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    /// Unique in the file.
    pub id: CounterId,
    /// The unit, in the plural: `prow jobs`.
    pub unit: String,
    /// The rules for counting it, the preferred one first; empty for a counter with figures by hand only.
    pub rules: Vec<Rule>,
    /// The readings file as written, relative to the roadmap's folder.
    pub readings_file: Option<String>,
    /// Ordered by date; on the same date, in the order of `rules`.
    pub readings: Vec<Reading>,
    /// The place in the roadmap file.
    pub place: super::Place,
}

/// Where the percentage of a figure starts, if only what is left is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// At the maximum that was left up to then.
    Peak,
    /// At a number that the rule gives.
    Count(u64),
    /// At a reading.
    Reading {
        /// Its day.
        date: Date,
        /// What was left then.
        left: u64,
    },
    /// Only on this later day, so the figure has no percentage.
    Later(Date),
}

/// A reading of a counter on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The day of the counted commit, or the day on which the figure was recorded by hand.
    pub date: Date,
    /// Never more than `total`.
    pub progress: Progress,
    /// The version of the rule.
    pub rule: u32,
    /// The counted commit; `None` for a figure recorded by hand.
    pub commit: Option<Text>,
    /// Free text.
    pub note: Option<String>,
}

impl Reading {
    /// Whether two readings of a counter can be compared: both are by the same rule, and both or neither were recorded
    /// by hand, since such a figure may be older than its day.
    pub fn is_comparable(&self, other: &Self) -> bool {
        self.rule == other.rule && self.commit.is_some() == other.commit.is_some()
    }
}

impl Counter {
    /// Returns the valid reading at a date: the newest counted one on or before it, by the first rule that has one. A
    /// figure recorded by hand is only valid before the first count, since it may be older than its day.
    pub fn reading_at(&self, date: Date) -> Option<&Reading> {
        let counted = self.readings.iter().filter(|reading| reading.date <= date && self.is_counted(reading));
        // The last one wins among equals, so the preferred rule must compare greatest.
        let valid = counted.max_by_key(|reading| (Reverse(self.rank(reading.rule)), reading.date));
        valid.or_else(|| self.newest(date, |_| true))
    }

    /// Returns the figure recorded by hand that is newer than the valid counted one, if any. Pages name it once.
    pub fn recorded_at(&self, date: Date) -> Option<&Reading> {
        let holds = self.reading_at(date).filter(|reading| self.is_counted(reading))?;
        self.newest(date, |reading| !self.is_counted(reading) && reading.date > holds.date)
    }

    fn newest(&self, date: Date, wanted: impl Fn(&Reading) -> bool) -> Option<&Reading> {
        let past = self.readings.iter().filter(|reading| reading.date <= date && wanted(reading));
        past.max_by_key(|reading| (reading.date, Reverse(self.rank(reading.rule))))
    }

    /// Whether a figure was counted, at a commit or from the dates of issues, instead of recorded by hand.
    pub fn is_counted(&self, reading: &Reading) -> bool {
        reading.commit.is_some() || self.rule(reading.rule).is_some_and(|rule| rule.issues().is_some())
    }

    /// Returns the reading of another rule to compare with: that of the same commit, else its newest on or before the
    /// date.
    ///
    /// A figure recorded by hand is assumed to be of the commit at which its rule gives the same figure.
    pub fn comparable_reading(&self, holds: &Reading, version: u32, date: Date) -> Option<&Reading> {
        let is_same = |other: &&Reading| other.rule == holds.rule && other.progress == holds.progress;
        let counted = || self.readings.iter().filter(is_same).find_map(|other| other.commit.as_ref());
        let commit = holds.commit.as_ref().or_else(counted);
        let past = || self.readings.iter().filter(|other| other.rule == version && other.date <= date);
        let there = past().find(|other| commit.is_some() && other.commit.as_ref() == commit);
        there.or_else(|| past().max_by_key(|other| other.date))
    }

    /// Computes done and total of the readings of rules that only know what is left. The total is the peak up to the
    /// reading, or the start given by the rule; before that, what is left.
    pub fn scale(&mut self) {
        self.readings.sort_by_key(|reading| reading.date);
        let scaled: Vec<_> = self.readings.iter().map(|reading| self.scaled(reading)).collect();
        for (reading, progress) in self.readings.iter_mut().zip(scaled) {
            reading.progress = progress;
        }
    }

    fn scaled(&self, reading: &Reading) -> Progress {
        let left = reading.progress.left();
        match self.baseline(reading.rule, reading.date) {
            None => reading.progress,
            Some(Baseline::Peak) => of_start(left, self.peak(reading.rule, reading.date)),
            Some(Baseline::Count(start) | Baseline::Reading { left: start, .. }) => of_start(left, start),
            Some(Baseline::Later(_)) => of_start(left, left),
        }
    }

    /// Whether a rule counts issues.
    pub fn counts_issues(&self) -> bool {
        self.rules.iter().any(|rule| rule.issues().is_some())
    }

    /// Whether a rule counts a checkout.
    pub fn reads_code(&self) -> bool {
        self.rules.iter().any(Rule::reads_code)
    }

    /// Adds the readings of rules that count issues, computed from the dates of the issues up to the day of the fetch.
    pub fn read_issues(&mut self, issues: &[&Issue], fetched: Date, conventions: Conventions) {
        let mut readings = Vec::new();
        for rule in &self.rules {
            let Some(own) = rule.issues() else { continue };
            // Invalid globs were rejected when the roadmap was read.
            let issues = own.scope(issues.iter().copied()).unwrap_or_default();
            let reading = |(date, progress)| Reading { date, progress, rule: rule.version, commit: None, note: None };
            readings.extend(rule::issues::by_day(&issues, fetched, conventions).into_iter().map(reading));
        }
        self.readings.retain(|reading| !readings.iter().any(|own| own.rule == reading.rule));
        self.readings.extend(readings);
        self.readings.sort_by_key(|reading| reading.date);
    }

    /// Returns the maximum that was left by the readings of a rule up to a day.
    pub fn peak(&self, version: u32, until: Date) -> u64 {
        let own = self.readings.iter().filter(|reading| reading.rule == version && reading.date <= until);
        own.map(|reading| reading.progress.left()).max().unwrap_or(0)
    }

    /// Returns the progress of a reading.
    pub fn inner(&self, reading: &Reading) -> Inner {
        Inner {
            progress: reading.progress,
            unit: Text::new(&self.unit),
            start: self.baseline(reading.rule, reading.date),
        }
    }

    /// Returns the figure of a reading that was recorded by hand.
    pub fn recorded(&self, reading: &Reading) -> RecordedFigure {
        RecordedFigure { inner: self.inner(reading), date: reading.date }
    }

    /// Returns where the percentage of a rule's figure of a day starts, if the rule only knows what is left.
    pub fn baseline(&self, version: u32, date: Date) -> Option<Baseline> {
        let rule = self.rule(version).filter(|rule| rule.is_left_only())?;
        Some(match rule.from {
            Start::Peak => Baseline::Peak,
            Start::Count(count) => Baseline::Count(count),
            Start::Day(day) => {
                let own = self.readings.iter().filter(|reading| reading.rule == version);
                match left_on(own.map(|reading| (reading.date, reading.progress.left())), day) {
                    Some((start, left)) if start <= date => Baseline::Reading { date: start, left },
                    Some(_) | None => Baseline::Later(day),
                }
            }
        })
    }

    /// Returns the rule of a version.
    pub fn rule(&self, version: u32) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.version == version)
    }

    /// Whether it concerns a group: it measures work of the group, or counts only its jobs.
    pub fn concerns(&self, owner: &OwnerName, board: &Board) -> bool {
        let measured = |item: &ItemRow| {
            let is_own = matches!(&item.measure, Measure::Counter(id) | Measure::NoReading(id) if id == &self.id);
            is_own && item.owner.includes(owner)
        };
        let of_project = |row: &ProjectRow| row.owner.includes(owner) && row.measure.as_ref() == Some(&self.id);
        let scope = self.rules.first().and_then(Rule::jobs).and_then(|rule| rule.scope.as_ref());
        // The dashboards of a group are named `sig-release` and `sig-release-…`.
        let is_named =
            |glob: &str| glob.strip_prefix(owner.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        let has_own_dashboards =
            matches!(scope, Some(Condition::Is(JobTest::Dashboard(globs))) if globs.iter().all(|glob| is_named(glob)));
        has_own_dashboards || board.projects.iter().any(of_project) || board.items().any(measured)
    }

    fn rank(&self, version: u32) -> usize {
        self.rules.iter().position(|rule| rule.version == version).unwrap_or(usize::MAX)
    }
}

/// Returns what was left on a day, and the day of that figure: the newest one up to that day, or the first one if all
/// are later.
pub fn left_on(figures: impl Iterator<Item = (Date, u64)> + Clone, day: Date) -> Option<(Date, u64)> {
    let until = figures.clone().filter(|(date, _)| *date <= day).max_by_key(|(date, _)| *date);
    until.or_else(|| figures.min_by_key(|(date, _)| *date))
}

/// Returns the progress for what is left and what was left at the start.
pub fn of_start(left: u64, start: u64) -> Progress {
    let total = start.max(left);
    Progress { done: total - left, total }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;
    use crate::domain::{Item, Percent, Snapshot, fixtures, join};

    fn day(day: u32) -> Date {
        Date::from_ymd_opt(2020, 12, day).unwrap()
    }

    fn reading(day: u32, done: u64, rule: u32) -> Reading {
        fixtures::reading(&self::day(day).to_string(), done, 1780, rule)
    }

    fn counter(readings: Vec<Reading>) -> Counter {
        fixtures::counter("prow-jobs", readings)
    }

    #[test]
    fn the_newest_reading_up_to_the_date_is_valid() {
        let counter = counter(vec![reading(1, 10, 1), reading(5, 20, 1), reading(9, 30, 1)]);
        let at = |day| counter.reading_at(self::day(day)).map(|r| r.progress.done);
        assert_eq!((at(8), at(9), at(31)), (Some(20), Some(30), Some(30)));
        assert_eq!(counter.reading_at(fixtures::day("2020-11-30")), None);
    }

    #[test]
    fn the_last_of_several_readings_of_a_day_is_valid() {
        let of = |commit: &str, done| Reading { commit: Some(commit.into()), ..reading(5, done, 1) };
        for readings in [[of("a", 10), of("b", 20)], [of("b", 10), of("a", 20)]] {
            assert_eq!(counter(readings.to_vec()).reading_at(day(5)).map(|reading| reading.progress.done), Some(20));
        }
    }

    #[test]
    fn a_counted_figure_takes_precedence_over_a_newer_one_by_hand() {
        let counted = |day, done| Reading { commit: Some("a".into()), ..reading(day, done, 1) };
        let counter = counter(vec![reading(2, 5, 1), counted(3, 10), reading(5, 20, 1), counted(9, 30)]);
        let done = |reading: Option<&Reading>| reading.map(|reading| reading.progress.done);
        let at = |day| (done(counter.reading_at(self::day(day))), done(counter.recorded_at(self::day(day))));
        assert_eq!(at(2), (Some(5), None));
        assert_eq!(at(4), (Some(10), None));
        assert_eq!(at(8), (Some(10), Some(20)));
        assert_eq!(at(9), (Some(30), None));
    }

    #[test]
    fn another_rule_is_compared_at_the_same_commit() {
        let at = |commit: &str, reading| Reading { commit: Some(commit.into()), ..reading };
        let written = reading(10, 288, 1);
        let readings = vec![at("a", reading(1, 288, 1)), at("a", reading(1, 240, 2)), at("b", reading(9, 313, 2))];
        let counter = counter([readings, vec![written.clone()]].concat());
        let beside =
            |holds: &Reading| counter.comparable_reading(holds, 2, holds.date).map(|other| other.progress.done);
        assert_eq!((beside(&counter.readings[0]), beside(&written)), (Some(240), Some(240)));
        assert_eq!(beside(&reading(10, 289, 1)), Some(313));
    }

    #[test]
    fn a_counter_that_knows_only_what_is_left_is_measured_by_its_peak() {
        let left = |day, left| Reading { progress: Progress { done: 0, total: left }, ..reading(day, 0, 1) };
        let mut counter = counter(vec![left(1, 80), left(2, 100), left(3, 40)]);
        counter.rules = vec![fixtures::left_only()];
        let shown = |counter: &Counter| -> Vec<(u64, u64)> {
            counter.readings.iter().map(|reading| (reading.progress.done, reading.progress.total)).collect()
        };
        counter.scale();
        assert_eq!(shown(&counter), [(0, 80), (0, 100), (60, 100)]);
        counter.rules[0].from = Start::Count(200);
        counter.scale();
        assert_eq!(shown(&counter), [(120, 200), (100, 200), (160, 200)]);
        let mut from = |day: &str| {
            counter.rules[0].from = Start::Day(day.parse().unwrap());
            counter.scale();
            shown(&counter).last().copied().unwrap()
        };
        // The reading of the 2nd holds until the 3rd, and the reading of the 1st is the first of all.
        assert_eq!((from("2020-12-02"), from("2020-12-01"), from("2020-11-01")), ((60, 100), (40, 80), (40, 80)));
        assert_eq!(shown(&counter), [(0, 80), (0, 100), (40, 80)]);
        counter.rules[0].from = Start::Day("2020-12-02".parse().unwrap());
        counter.scale();
        assert_eq!(shown(&counter), [(0, 80), (0, 100), (60, 100)]);
        let percent = |at: usize| counter.inner(&counter.readings[at]).percent();
        assert_eq!((percent(0), percent(1), percent(2)), (Percent::Unknown, Percent::Known(0), Percent::Known(60)));
        counter.readings.remove(1);
        counter.rules[0].from = Start::Day("2020-12-02".parse().unwrap());
        counter.scale();
        assert_eq!(shown(&counter), [(0, 80), (40, 80)], "the newest reading up to a day holds on it");
    }

    #[test]
    fn the_first_rule_wins_on_the_same_day() {
        let counter = counter(vec![reading(1, 240, 2), reading(1, 288, 1), reading(1, 240, 2)]);
        assert_eq!(counter.reading_at(day(1)).unwrap().rule, 1);
    }

    #[test]
    fn a_newer_count_by_a_later_rule_is_not_the_percentage() {
        let counted = |day, rule| Reading { commit: Some("a".into()), ..reading(day, 240, rule) };
        let counter = counter(vec![counted(1, 2), counted(2, 1), counted(2, 2), counted(3, 2), counted(3, 9)]);
        let at = |day| counter.reading_at(self::day(day)).map(|own| (own.date.day(), own.rule));
        assert_eq!((at(1), at(2), at(4)), (Some((1, 2)), Some((2, 1)), Some((2, 1))));
    }

    #[test]
    fn a_counter_concerns_a_group_whose_work_or_jobs_it_counts() {
        let scoped = |glob: &str| {
            let mut counter = fixtures::counter("scoped", Vec::new());
            let scope = Condition::Is(JobTest::Dashboard(vec![glob.to_owned()]));
            counter.rules[0] = Rule::of_jobs(1, Some(scope), Condition::All(Vec::new()));
            counter
        };
        let counted = Item { counter: Some(CounterId::new("jobs")), ..fixtures::item("jobs") };
        let mut roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![counted])]);
        roadmap.counters = vec![fixtures::counter("jobs", Vec::new())];
        let board = join(&roadmap, &Snapshot::default(), fixtures::day("2021-02-01"));
        let concerns = |counter: &Counter, sig: &str| counter.concerns(&OwnerName::new(sig), &board);
        assert!(concerns(&roadmap.counters[0], "sig-testing") && !concerns(&roadmap.counters[0], "sig-node"));
        assert!(concerns(&scoped("sig-node-*"), "sig-node"));
        assert!(!concerns(&scoped("sig-node-*"), "sig-no") && !concerns(&scoped("*"), "sig-node"));
    }
}
