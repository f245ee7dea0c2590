//! Trends: done and scope over time, the pace, and a range of dates or the reason why there is none.
//!
//! Readings of different rules are never joined: a new rule begins a new segment.

pub mod backtest;
pub mod fan;
pub mod forecast;
pub mod pace;
pub mod steps;
pub mod text;

use chrono::Days;

use crate::domain::board::Inner;
use crate::domain::shift::CounterMove;
use crate::domain::{
    Baseline, Board, Counter, CounterId, Date, Progress, Project, Reading, RecordedFigure, Roadmap, Snapshot, State,
    Text, join,
};
pub use backtest::{Backtest, Trial};
pub use fan::{AHEAD_DAYS, End, Fan, NoDateReason, QUANTILES};
pub use forecast::Forecast;
pub use pace::{Pace, WINDOWS};
pub use steps::SeriesStep;

/// A point of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub date: Date,
    /// The number moved or, for items, removed.
    pub done: u64,
    /// Everything in scope.
    pub total: u64,
    /// Of items: deleted instead of moved (part of `done`). Of a counter: by how much its total has fallen since the
    /// segment began, which is at least what was removed, since new work may hide some of it.
    pub removed: u64,
}

impl Point {
    fn of(reading: &Reading, removed: u64) -> Self {
        Self { date: reading.date, done: reading.progress.done, total: reading.progress.total, removed }
    }

    /// Returns what remains.
    pub fn left(self) -> u64 {
        self.total.saturating_sub(self.done)
    }
}

/// Points that were counted by one rule, by date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The version of the rule; 0 for items.
    pub rule: u32,
    /// Where the percentages of the rule begin, if it counts only what is left; done and total are then only its scale.
    pub start: Option<Baseline>,
    /// By date, one a day.
    pub points: Vec<Point>,
}

/// What a series counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesId {
    /// A counter of the roadmap.
    Counter(CounterId),
    /// The items of the whole roadmap.
    Items,
}

/// Done and scope over time, and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What is counted.
    pub id: SeriesId,
    /// The unit, in the plural.
    pub unit: String,
    /// Where percentages begin, if its rule counts only what is left; done and total are then only its scale.
    pub start: Option<Baseline>,
    /// The last day of the series.
    pub until: Date,
    /// The rule of percentages first, each by date. Several may cover the same days.
    pub segments: Vec<Segment>,
    /// Readings recorded by hand beside counted ones of the same rule: shown apart, never joined.
    pub written: Vec<RecordedFigure>,
    /// Days on which the rule of percentages changed.
    pub rule_changes: Vec<Date>,
    /// Single large jumps of the main segment, by date.
    pub steps: Vec<SeriesStep>,
    /// Over 4, 12 and 26 weeks of the main segment; `None` if it does not reach back that far.
    pub paces: Vec<(u32, Option<Pace>)>,
    /// When it may be over.
    pub forecast: Forecast,
    /// How often the method would have been right in the past.
    pub backtest: Backtest,
}

impl Trend {
    /// Returns the segment that percentages use, which has the newest reading that counts.
    pub fn main(&self) -> Option<&Segment> {
        self.segments.first()
    }

    /// Returns the newest point.
    pub fn last(&self) -> Option<Point> {
        self.main()?.points.last().copied()
    }

    /// Returns a point of the main segment as progress with its unit.
    pub fn inner(&self, point: Point) -> Inner {
        // Items that left the scope may be done, too.
        let progress = Progress { done: point.done.min(point.total), total: point.total };
        Inner { progress, unit: Text::new(&self.unit), start: self.start }
    }

    /// Returns the commit that made a step of this series.
    pub fn commit_of<'c>(&self, step: &SeriesStep, commits: &'c [CounterMove]) -> Option<&'c CounterMove> {
        let is_own = |one: &&CounterMove| SeriesId::Counter(one.counter.clone()) == self.id;
        commits.iter().filter(is_own).find(|one| step.since < one.date && one.date <= step.date)
    }

    /// Returns the pace over a number of weeks, if the series reaches back that far.
    pub fn pace(&self, weeks: u32) -> Option<Pace> {
        self.paces.iter().find(|(own, _)| *own == weeks).and_then(|(_, pace)| *pace)
    }

    fn of(id: SeriesId, unit: String, until: Date, segments: Vec<Segment>) -> Self {
        let points = segments.first().map(|segment| segment.points.as_slice()).unwrap_or_default();
        let paces = WINDOWS.iter().map(|&weeks| (weeks, pace::pace(points, weeks))).collect();
        let (forecast, backtest) = forecast::forecast(points, until);
        let (steps, written, rule_changes) = (steps::of(points), Vec::new(), Vec::new());
        Self { id, unit, start: None, until, segments, written, rule_changes, steps, paces, forecast, backtest }
    }
}

/// Returns the trend of a counter up to the end of a day.
pub fn of_counter(counter: &Counter, until: Date) -> Trend {
    let past: Vec<_> = counter.readings.iter().filter(|reading| reading.date <= until).collect();
    let shown = counter.reading_at(until).map(|reading| reading.rule);
    let mut rules: Vec<u32> = shown.into_iter().collect();
    for reading in &past {
        if !rules.contains(&reading.rule) {
            rules.push(reading.rule);
        }
    }
    let (counted, written): (Vec<_>, Vec<_>) = past.iter().partition(|reading| is_joined(reading, &past));
    let segment = |&rule: &u32| segment(rule, &counted, counter.baseline(rule, until));
    let segments = rules.iter().map(segment).filter(|segment| !segment.points.is_empty());
    let trend = Trend::of(SeriesId::Counter(counter.id.clone()), counter.unit.clone(), until, segments.collect());
    let written = written.iter().map(|reading| counter.recorded(reading)).collect();
    let rule = trend.main().map(|segment| segment.rule);
    let commit = |step: &SeriesStep| {
        let reading = counted.iter().rev().find(|reading| Some(reading.rule) == rule && reading.date == step.date);
        reading.and_then(|reading| reading.commit.clone())
    };
    let steps = trend.steps.iter().map(|step| SeriesStep { commit: commit(step), ..step.clone() }).collect();
    let last = trend.last().map_or(until, |last| last.date);
    let start = rule.and_then(|rule| counter.baseline(rule, last));
    let mut forecast = trend.forecast;
    if counter.counts_issues() && !trend.segments.is_empty() && forecast.end == End::NoDate(NoDateReason::Nothing) {
        forecast.end = End::NoDate(NoDateReason::NoIssue);
    }
    Trend { written, steps, rule_changes: rule_changes(counter, &past), start, forecast, ..trend }
}

/// Whether a reading is part of the series: a figure recorded by hand may be older than its day, so counted ones exclude it.
fn is_joined(reading: &Reading, past: &[&Reading]) -> bool {
    reading.commit.is_some() || !past.iter().any(|other| other.rule == reading.rule && other.commit.is_some())
}

/// Builds the segment of a rule. A total that is only a scale says nothing about removals.
fn segment(rule: u32, past: &[&Reading], start: Option<Baseline>) -> Segment {
    let mut points: Vec<Point> = Vec::new();
    for reading in past.iter().filter(|reading| reading.rule == rule) {
        let before = points.last().copied();
        let fallen = before.map_or(0, |before| before.total.saturating_sub(reading.progress.total));
        let removed = before.map_or(0, |before| before.removed) + if start.is_some() { 0 } else { fallen };
        let point = Point::of(reading, removed);
        // Of two readings of one day, the later line counts.
        match points.last_mut() {
            Some(last) if last.date == point.date => *last = point,
            Some(_) | None => points.push(point),
        }
    }
    Segment { rule, start, points }
}

/// The days on which the preferred reading changes from one rule to another.
fn rule_changes(counter: &Counter, past: &[&Reading]) -> Vec<Date> {
    let mut days: Vec<_> = past.iter().map(|reading| reading.date).collect();
    days.dedup();
    let rules: Vec<_> = days.iter().filter_map(|&day| Some((day, counter.reading_at(day)?.rule))).collect();
    let pairs = rules.iter().zip(rules.iter().skip(1));
    pairs.filter(|((_, before), (_, after))| before != after).map(|(_, (day, _))| *day).collect()
}

/// Whether the items are a series to show. A roadmap that only counters measure has none.
pub fn has_items(roadmap: &Roadmap) -> bool {
    let is_listed = |project: &Project| !project.items.is_empty() || !project.issues.is_empty();
    roadmap.counters.is_empty() || roadmap.projects.iter().any(is_listed)
}

/// Returns the trend of the items, from boards on up to 60 days that are four weeks apart or more. While the issue of an item
/// was not fetched there are no points, since it is not known how many items are done.
pub fn of_items(roadmap: &Roadmap, snapshot: &Snapshot, until: Date) -> Trend {
    let newest = join(roadmap, snapshot, until);
    let days = days(roadmap, snapshot, until).into_iter();
    let points = days.filter_map(|date| point_of(&newest.on(roadmap, snapshot, date))).collect();
    Trend::of(SeriesId::Items, "items".to_owned(), until, vec![Segment { rule: 0, start: None, points }])
}

fn point_of(board: &Board) -> Option<Point> {
    let sums = board.totals;
    let removed = board.items_once(|_| true).iter().filter(|item| item.state == State::Removed).count() as u64;
    (sums.not_fetched == 0).then_some(Point {
        date: board.date,
        done: sums.items - sums.left,
        total: sums.items,
        removed,
    })
}

/// The days of the series, from the first known event to `until`.
fn days(roadmap: &Roadmap, snapshot: &Snapshot, until: Date) -> Vec<Date> {
    let linked = roadmap.linked_issues();
    let issues = linked.iter().filter_map(|id| snapshot.current_issue(id));
    let begun = issues.filter_map(|issue| issue.created).map(crate::domain::Timestamp::date).min();
    let start = begun.into_iter().chain(roadmap.written).filter(|&date| date < until).min().unwrap_or(until);
    let step = u64::try_from((until - start).num_days() / 60).unwrap_or(0).max(28);
    let mut days = vec![until];
    while let Some(day) = days.last().and_then(|day| day.checked_sub_days(Days::new(step))).filter(|&day| day >= start)
    {
        days.push(day);
    }
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{self, by_issue, closed, counter, day, issue, project, reading, roadmap, snapshot};
    use crate::domain::{CloseReason, Item};

    /// Points a week apart from 2021-01-01, each done and total.
    pub(super) fn weekly(values: &[(u64, u64)]) -> Vec<Point> {
        let date = |week: u64| day("2021-01-01").checked_add_days(Days::new(7 * week)).unwrap();
        (0..).zip(values).map(|(week, &(done, total))| Point { date: date(week), done, total, removed: 0 }).collect()
    }

    pub(super) fn steady(weeks: u64, per_week: u64, total: u64) -> Vec<Point> {
        weekly(&(0..weeks).map(|week| (week * per_week, total)).collect::<Vec<_>>())
    }

    #[test]
    fn segments_of_two_rules_are_never_joined() {
        let readings = vec![
            reading("2020-12-01", 280, 1780, 1),
            reading("2020-12-01", 200, 1780, 2),
            reading("2020-12-10", 288, 1780, 1),
            reading("2021-01-10", 250, 1800, 2),
        ];
        let trend = of_counter(&counter("jobs", readings), day("2021-02-01"));
        let counts: Vec<_> = trend.segments.iter().map(|segment| (segment.rule, segment.points.len())).collect();
        assert_eq!(counts, [(2, 2), (1, 2)]);
        assert_eq!(trend.rule_changes, [day("2021-01-10")]);
    }

    #[test]
    fn a_figure_recorded_by_hand_is_not_joined_to_counted_ones() {
        let counted = |day, done| Reading { commit: Some("c3a82689c4".into()), ..reading(day, done, 1780, 1) };
        let readings = vec![counted("2020-11-30", 355), reading("2020-12-10", 288, 1780, 1)];
        let trend = of_counter(&counter("jobs", readings), day("2021-02-01"));
        assert_eq!(trend.last().unwrap().done, 355);
        assert_eq!(trend.written.iter().map(|figure| figure.inner.progress.done).collect::<Vec<_>>(), [288]);
    }

    #[test]
    fn what_follows_from_an_old_reading_is_said_as_of_its_day() {
        let date = |week: i64| (day("2021-01-01") + chrono::Duration::days(7 * week)).to_string();
        let readings = (0..30).map(|week| reading(&date(week), 10 * week as u64, 400, 1)).collect();
        let counter = counter("jobs", readings);
        let by = ", by the reading of 2021-07-23";
        for (until, is_old) in [("2021-08-20", false), ("2021-08-21", true)] {
            let trend = of_counter(&counter, day(until));
            let four_weeks = text::pace(&trend, trend.pace(4));
            assert_eq!(four_weeks.contains(&format!("since 2021-06-25{by}")), is_old, "{four_weeks}");
            assert!(!text::pace(&trend, trend.pace(12)).contains(by), "the window of twelve weeks is not over");
            let outlook = text::outlook(&trend);
            assert!(outlook.contains("over ") && outlook.ends_with(by) == is_old, "{outlook}");
        }
    }

    #[test]
    fn readings_after_the_day_are_ignored() {
        let readings = vec![reading("2020-12-01", 280, 1780, 1), reading("2021-12-10", 288, 1780, 1)];
        let trend = of_counter(&counter("jobs", readings), day("2021-02-01"));
        assert_eq!(trend.last().unwrap().done, 280);
    }

    #[test]
    fn a_falling_total_counts_as_removed_not_as_done() {
        let readings = vec![
            reading("2020-12-01", 100, 1000, 1),
            reading("2020-12-08", 110, 900, 1),
            reading("2020-12-15", 120, 950, 1),
        ];
        let trend = of_counter(&counter("jobs", readings), day("2021-02-01"));
        assert_eq!(trend.last().unwrap(), Point { date: day("2020-12-15"), done: 120, total: 950, removed: 100 });
    }

    #[test]
    fn a_counter_of_only_what_is_left_shows_no_removals() {
        let mut counter = counter("calls", Vec::new());
        counter.rules = vec![fixtures::left_only()];
        counter.rules[0].from = crate::domain::rule::Start::Count(10);
        let left = [("2026-01-01", 10), ("2026-03-01", 20), ("2026-05-01", 5), ("2026-06-01", 4)];
        counter.readings = left.map(|(day, left)| reading(day, 0, left, 1)).to_vec();
        counter.scale();
        let trend = of_counter(&counter, day("2026-06-10"));
        assert_eq!(trend.last().unwrap().removed, 0);
        let twelve = text::pace_short(&trend, trend.pace(12).unwrap());
        assert!(twelve.ends_with(" left") && twelve.starts_with('-'), "{twelve}");
    }

    #[test]
    fn items_follow_the_closing_dates_of_their_issues() {
        let items = vec![by_issue(1), by_issue(2)];
        let roadmap = roadmap(vec![project("p", items)]);
        let snapshot = snapshot(vec![closed(1, Some(CloseReason::Completed), Some("2021-01-15")), issue(2)]);
        let trend = of_items(&roadmap, &snapshot, day("2021-03-01"));
        let points = &trend.main().unwrap().points;
        assert_eq!((points.first().unwrap().done, points.last().unwrap().done), (0, 1));
        assert!(points.iter().all(|point| point.total == 2));
    }

    #[test]
    fn a_point_of_items_has_the_totals_of_its_day() {
        let removed = Item { written: Some(State::Removed), ..by_issue(1) };
        let projects = [("a", vec![removed]), ("b", vec![by_issue(1)])];
        let roadmap = roadmap(projects.map(|(name, items)| project(name, items)).into());
        let closed = |reason| snapshot(vec![closed(1, Some(reason), Some("2021-01-15"))]);
        let last = |reason| of_items(&roadmap, &closed(reason), day("2021-03-01")).last().unwrap();
        let (moved, refused) = (last(CloseReason::Completed), last(CloseReason::NotPlanned));
        assert_eq!((moved.total, moved.left(), moved.removed), (1, 0, 1));
        assert_eq!((refused.total, refused.left(), refused.removed), (1, 1, 0));
    }

    #[test]
    fn items_have_no_points_while_an_issue_was_not_fetched() {
        let items = vec![by_issue(1), by_issue(2)];
        let roadmap = roadmap(vec![project("p", items)]);
        let trend = of_items(&roadmap, &snapshot(vec![issue(1)]), day("2021-03-01"));
        assert_eq!((trend.last(), &trend.forecast.end), (None, &End::NoDate(NoDateReason::Nothing)));
    }

    #[test]
    fn a_pace_that_rounds_to_nothing_has_no_minus() {
        let counter = counter("lines", vec![reading("2021-02-01", 0, 5, 1)]);
        let trend = of_counter(&counter, day("2021-03-01"));
        let pace = |done| Pace { done, scope: -0.01, since: day("2021-02-01") };
        assert_eq!(text::pace_short(&trend, pace(-0.02)), "+0.0 done, +0.0 in scope");
        let start = Some(Baseline::Peak);
        assert_eq!(text::pace_short(&Trend { start, ..trend }, pace(-0.01)), "+0.0 left");
    }

    #[test]
    fn a_counter_of_issues_that_matches_none_says_so() {
        let none = || vec![reading("2021-02-01", 0, 0, 1)];
        let end = |counter| of_counter(&counter, day("2021-03-01")).forecast.end;
        let mut of_issues = fixtures::counter_of_issues("moves");
        assert_eq!(end(of_issues.clone()), End::NoDate(NoDateReason::Nothing));
        of_issues.readings = none();
        assert_eq!(end(of_issues), End::NoDate(NoDateReason::NoIssue));
        assert_eq!(end(counter("jobs", none())), End::NoDate(NoDateReason::Nothing));
    }

    #[test]
    fn a_roadmap_of_counters_only_has_no_items_to_show() {
        let counted = |items| Roadmap {
            counters: vec![fixtures::counter("jobs", Vec::new())],
            ..fixtures::roadmap(vec![fixtures::project("p", items)])
        };
        assert!(!has_items(&counted(Vec::new())) && has_items(&counted(vec![fixtures::item("a")])));
        assert!(has_items(&fixtures::roadmap(Vec::new())));
    }

    #[test]
    fn an_empty_roadmap_has_one_point_and_no_date() {
        let trend = of_items(&roadmap(Vec::new()), &Snapshot::default(), day("2021-03-01"));
        assert_eq!((trend.main().unwrap().points.len(), trend.forecast.end), (1, End::NoDate(NoDateReason::Nothing)));
    }
}
