//! The history of projects: the move since the last meeting, and the progress over the last year.

use std::collections::HashMap;

use super::list::ListLine;
use super::views;
use super::{Model, before};
use crate::domain::board::{ItemSums, item_sums};
use crate::domain::{Counter, Date, Percent, Progress, ProjectId, ProjectRow, Reading, World};
use crate::words;

/// Beyond this many items, joining a year of dates would delay a key press: only counters then have a history.
const MANY_ITEMS: usize = 2_000;
/// The number of points of a sparkline: one a month, the last on the selected date.
pub const MONTHS: u32 = 13;

/// The history of the projects of a board.
#[derive(Debug, Default)]
pub struct BoardHistory {
    /// The history of each project.
    projects: HashMap<ProjectId, ProjectHistory>,
    /// The lines of Changes, for the digest.
    pub changes: Vec<ListLine>,
}

/// The history of a project.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ProjectHistory {
    /// The move since the last meeting: `+35 jobs`, `1 item done`, or `+35 (10-30)` if the earlier reading is older than
    /// the meeting; empty if nothing moved.
    pub moved: String,
    /// Whether the move is progress.
    pub is_gain: bool,
    /// The progress on days of the last year, oldest first.
    pub points: Vec<(Date, Progress)>,
    /// The percentage at each month; unknown before the first point.
    pub months: Vec<Percent>,
}

impl BoardHistory {
    /// Returns the history of a project.
    pub fn of(&self, project: &ProjectId) -> Option<&ProjectHistory> {
        self.projects.get(project)
    }
}

impl Model {
    /// Returns the history of the projects; `None` if there are too many items to join a year of dates, and no counters.
    pub fn history(&self) -> Option<&BoardHistory> {
        let look_back = || {
            let is_small = self.board.items().nth(MANY_ITEMS).is_none();
            if is_small {
                return Some(BoardHistory { projects: projects(self, &self.past()), changes: views::changes(self) });
            }
            let is_counted = self.board.projects.iter().any(|project| project.reading.is_some());
            is_counted.then(|| BoardHistory { projects: projects(self, &[]), changes: Vec::new() })
        };
        self.history.get_or_init(look_back).as_ref()
    }

    /// The item sums at each month of the sparkline before the selected date.
    fn past(&self) -> Vec<PastDay> {
        let earlier = months(self.world.date).into_iter().filter(|day| *day < self.board.date);
        earlier.map(|day| (day, self.item_sums_at(day))).collect()
    }

    fn item_sums_at(&self, day: Date) -> Vec<ItemSums> {
        item_sums(&self.world.roadmap, &self.world.snapshot, day)
    }
}

/// A day, with the item sums of each project.
type PastDay = (Date, Vec<ItemSums>);

/// Returns the history of each project. If `past` is empty, only projects with a counter have one.
fn projects(model: &Model, past: &[PastDay]) -> HashMap<ProjectId, ProjectHistory> {
    let (world, date, since) = (&model.world, model.world.date, model.changes_since());
    let earlier = (!past.is_empty()).then(|| model.item_sums_at(since));
    // All days share one roadmap, so projects have the same indices.
    let of = |(at, row): (usize, &ProjectRow)| {
        let points = points(model, (at, row), past);
        let was = earlier.as_ref().and_then(|sums| sums.get(at));
        let (moved, is_gain) = moved_count(world, since, row).unwrap_or_else(|| moved_items(was, row));
        (row.id.clone(), ProjectHistory { months: percents(&points, date), points, moved, is_gain })
    };
    model.board.projects.iter().enumerate().map(of).collect()
}

/// The dates of a sparkline, oldest first.
fn months(date: Date) -> Vec<Date> {
    let back = |months| date.checked_sub_months(chrono::Months::new(months));
    (0..MONTHS).rev().filter_map(back).collect()
}

/// The readings of the measure that are comparable with the newest one, else item sums by month.
fn points(model: &Model, (at, row): (usize, &ProjectRow), past: &[PastDay]) -> Vec<(Date, Progress)> {
    let world = &model.world;
    let counter = row.measure.as_ref().and_then(|id| world.roadmap.counter(id));
    let year = before(world.date, 366);
    if let (Some(counter), Some(newest)) = (counter, &row.reading) {
        let is_scaled = |reading: &Reading| counter.inner(reading).percent() != Percent::Unknown;
        let fits =
            |reading: &&Reading| reading.is_comparable(newest) && reading.date <= world.date && is_scaled(reading);
        let points: Vec<_> = counter.readings.iter().filter(fits).map(|read| (read.date, read.progress)).collect();
        // The year begins with what was known then.
        let first = points.iter().rposition(|(day, _)| *day < year).unwrap_or(0);
        return points.into_iter().skip(first).map(|(day, done)| (day.max(year), done)).collect();
    }
    if row.measure.is_some() || past.is_empty() {
        return Vec::new();
    }
    let earlier = past.iter().filter_map(|(day, sums)| Some((*day, sums.get(at)?)));
    let known = earlier.filter(|(_, sums)| sums.percent != Percent::Unknown).map(|(day, sums)| (day, sums.progress));
    let now = (row.percent != Percent::Unknown).then_some((model.board.date, row.progress));
    known.chain(now).collect()
}

fn percents(points: &[(Date, Progress)], date: Date) -> Vec<Percent> {
    let at = |day: Date| points.iter().rev().find(|(point, _)| *point <= day);
    months(date).into_iter().map(|day| at(day).map_or(Percent::Unknown, |(_, done)| done.percent())).collect()
}

fn difference(after: u64, before: u64) -> i64 {
    after.cast_signed() - before.cast_signed()
}

/// The move of a project's counter, and whether it is progress; `None` without comparable readings.
fn moved_count(world: &World, since: Date, is: &ProjectRow) -> Option<(String, bool)> {
    let counter = world.roadmap.counter(is.measure.as_ref()?)?;
    let (old, new) = (counter.reading_at(since)?, is.reading.as_ref()?);
    old.is_comparable(new).then(|| moved_between(counter, old, new, (since, world.date)))
}

fn moved_between(counter: &Counter, old: &Reading, new: &Reading, (since, shown): (Date, Date)) -> (String, bool) {
    let done = difference(new.progress.done, old.progress.done);
    let total = difference(new.progress.total, old.progress.total);
    let unit = words::unit_noun(&counter.unit).map(|noun| format!(" {noun}")).unwrap_or_default();
    let is_older = old.date < since;
    let (by, what, is_gain) = match (counter.baseline(new.rule, new.date), done) {
        (Some(_), _) => (total - done, " left", total < done),
        (None, 0) => (total, " scope", total < 0),
        // There is no room for both date and unit; the progress column has the unit.
        (None, _) if is_older => (done, "", done > 0),
        (None, _) => (done, unit.as_str(), done > 0),
    };
    let since = if is_older { format!(" ({})", short_day(old.date, shown)) } else { String::new() };
    (if by == 0 { String::new() } else { format!("{by:+}{what}{since}") }, is_gain)
}

/// `10-30`, with the year if the day shown is in another year.
pub fn short_day(day: Date, shown: Date) -> String {
    let is_same_year = chrono::Datelike::year(&day) == chrono::Datelike::year(&shown);
    day.format(if is_same_year { "%m-%d" } else { "%Y-%m-%d" }).to_string()
}

/// The number of items done, added or reopened, and whether that is progress.
fn moved_items(was: Option<&ItemSums>, is: &ProjectRow) -> (String, bool) {
    let Some(was) = was else { return (String::new(), false) };
    let ended = difference(is.progress.done, was.progress.done);
    let new = difference(is.progress.total, was.progress.total);
    match (ended, new) {
        (0, 0) => (String::new(), false),
        (0, new) => (format!("{new:+} {}", if new.abs() == 1 { "item" } else { "items" }), new < 0),
        (ended, _) if ended < 0 => (format!("{} reopened", -ended), false),
        (ended, _) => (format!("{} done", words::count(ended.unsigned_abs(), "item", "items")), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    #[test]
    fn a_move_since_an_older_reading_names_its_day() {
        let mut counter = fixtures::counter("jobs", Vec::new());
        let reading = |day, done| fixtures::reading(day, done, 10, 1);
        let moved = |counter: &Counter, day| {
            let days = (fixtures::day("2021-01-10"), fixtures::day("2021-01-24"));
            moved_between(counter, &reading(day, 2), &reading("2021-01-20", 5), days)
        };
        assert_eq!(moved(&counter, "2021-01-10"), ("+3 jobs".to_owned(), true));
        assert_eq!(moved(&counter, "2021-01-02"), ("+3 (01-02)".to_owned(), true));
        assert_eq!(moved(&counter, "2020-10-30"), ("+3 (2020-10-30)".to_owned(), true));
        counter.rules = vec![fixtures::left_only()];
        assert_eq!(moved(&counter, "2021-01-10"), ("-3 left".to_owned(), true));
    }

    #[test]
    fn a_day_has_its_year_where_that_is_not_the_one_shown() {
        let of = |shown| short_day(fixtures::day("2020-11-26"), fixtures::day(shown));
        assert_eq!((of("2020-12-10"), of("2026-11-30")), ("11-26".to_owned(), "2020-11-26".to_owned()));
    }
}
