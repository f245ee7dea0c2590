//! Pace and forecast of one segment, and how far off the method would have been.
//!
//! The method: how fast what is left has shrunk over 4, 12 and 26 weeks, carried on. The windows disagree;
//! their range is the answer, or, where it is too wide to be of use, there is none.

use chrono::Days;

use super::Point;
use crate::domain::Date;

/// The windows of pace, in weeks.
pub const WINDOWS: [u32; 3] = [4, 12, 26];

/// Fewer readings than this within the longest window say nothing.
const ENOUGH: usize = 3;

/// The farthest day that is still worth saying.
const FARTHEST_DAYS: f64 = 3650.0;

/// How far the back-test looks ahead, in days.
pub const AHEAD_DAYS: u64 = 84;

/// How fast it went, per four weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// By how much done grew.
    pub done: f64,
    /// By how much the total grew; less than 0 where it shrank.
    pub scope: f64,
    /// The day from which it is reckoned: that of the reading that held when the window began.
    pub since: Date,
}

impl Pace {
    /// Returns by how much what is left shrank.
    pub fn net(self) -> f64 {
        self.done - self.scope
    }
}

/// When it may be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecast {
    /// Nothing is left.
    Over,
    /// Between these days, if it goes on as it went.
    Range {
        /// By the fastest window.
        from: Date,
        /// By the slowest window.
        to: Date,
    },
    /// There is no date that would be honest.
    NoDate(Why),
}

/// Why there is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing is counted.
    Nothing,
    /// Too few readings in the last half year.
    TooFewReadings,
    /// The newest reading is too old to look ahead from.
    OldReadings,
    /// Scope grows as fast as work gets done, or faster.
    ScopeGrows,
    /// Scope grows, and nothing gets done.
    OnlyScopeGrows,
    /// Less is done than before, and scope does not grow.
    FallsBack,
    /// Nothing got done, and nothing left the scope.
    Standstill,
    /// What is left shrank in one window and not in another.
    Disagree,
    /// The windows disagree too much, or the day is ten years off.
    TooWide,
}

impl Why {
    /// Returns the spelling of data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing-counted",
            Self::TooFewReadings => "too-few-readings",
            Self::OldReadings => "old-readings",
            Self::ScopeGrows => "scope-grows",
            Self::OnlyScopeGrows => "only-scope-grows",
            Self::FallsBack => "falls-back",
            Self::Standstill => "standstill",
            Self::Disagree => "windows-disagree",
            Self::TooWide => "too-wide",
        }
    }

    /// Returns the reason as a phrase.
    pub fn text(self) -> &'static str {
        match self {
            Self::Nothing => "nothing was counted yet",
            Self::TooFewReadings => "there are too few readings in the last 26 weeks",
            Self::OldReadings => "the newest reading is too old to look ahead from",
            Self::ScopeGrows => "scope grows as fast as work gets done",
            Self::OnlyScopeGrows => "scope grows and nothing gets done",
            Self::FallsBack => "less is done than before",
            Self::Standstill => "nothing moved",
            Self::Disagree => "what is left shrank in one of the windows of 4, 12 and 26 weeks, and not in another",
            Self::TooWide => "the range is too wide to be of use",
        }
    }
}

/// Returns the pace over so many weeks before the last point.
///
/// It is measured from the point that held when the window began, as long as that one is not older than
/// the window is long; otherwise the window is not covered. A jump of the total inside it is part of it.
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

/// Returns when it may be over, seen from the last point.
pub fn forecast(points: &[Point]) -> Forecast {
    let Some(last) = points.last() else { return Forecast::NoDate(Why::Nothing) };
    if last.total == 0 {
        return Forecast::NoDate(Why::Nothing);
    }
    if last.left() == 0 {
        return Forecast::Over;
    }
    let paces = paces(points);
    if paces.is_empty() {
        return Forecast::NoDate(Why::TooFewReadings);
    }
    if paces.iter().any(|pace| pace.net() > 0.0) && paces.iter().any(|pace| pace.net() <= 0.0) {
        return Forecast::NoDate(Why::Disagree);
    }
    if paces.iter().any(|pace| pace.net() <= 0.0) {
        return Forecast::NoDate(why_not(&paces));
    }
    let days = || paces.iter().map(|pace| last.left() as f64 / pace.net() * 28.0);
    let (soonest, latest) = (days().fold(f64::INFINITY, f64::min), days().fold(0.0, f64::max));
    if latest > FARTHEST_DAYS || latest > 3.0 * soonest + 84.0 {
        return Forecast::NoDate(Why::TooWide);
    }
    let day = |ahead: f64| last.date.checked_add_days(Days::new(ahead.ceil() as u64));
    match (day(soonest), day(latest)) {
        (Some(from), Some(to)) => Forecast::Range { from, to },
        _ => Forecast::NoDate(Why::TooWide),
    }
}

/// Why what is left has shrunk in no window.
fn why_not(paces: &[Pace]) -> Why {
    let (worked, grew) = (paces.iter().any(|pace| pace.done > 0.0), paces.iter().any(|pace| pace.scope > 0.0));
    match (worked, grew) {
        (true, _) => Why::ScopeGrows,
        (false, true) => Why::OnlyScopeGrows,
        (false, false) if paces.iter().any(|pace| pace.net() < 0.0) => Why::FallsBack,
        (false, false) => Why::Standstill,
    }
}

/// Takes back a range that was reckoned from a reading of long ago, or that has passed by a day.
pub fn as_seen_on(forecast: Forecast, last: Option<Date>, day: Date) -> Forecast {
    let Forecast::Range { to, .. } = forecast else { return forecast };
    let is_old = last.is_none_or(|last| (day - last).num_days() > i64::from(WINDOWS[2]) * 7);
    if is_old || to <= day { Forecast::NoDate(Why::OldReadings) } else { forecast }
}

/// The paces of all windows; none where too little was read to say anything.
fn paces(points: &[Point]) -> Vec<Pace> {
    let Some(start) = points.last().and_then(|last| last.date.checked_sub_days(Days::new(26 * 7))) else {
        return Vec::new();
    };
    let recent = points.iter().rev().take_while(|point| point.date >= start).count();
    if recent < ENOUGH {
        return Vec::new();
    }
    WINDOWS.iter().filter_map(|&weeks| pace(points, weeks)).collect()
}

/// What the method would have said on a day of the past, and what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The day on which it would have been asked.
    pub asked: Date,
    /// The day it would have spoken of: [`AHEAD_DAYS`] later, or the first reading after that.
    pub about: Date,
    /// What it would have said is left by then: the fewest and the most.
    pub said: (f64, f64),
    /// What was left in truth.
    pub came: u64,
}

impl Trial {
    /// Returns by how much the range missed; 0 inside it.
    pub fn off(&self) -> f64 {
        let came = self.came as f64;
        if came < self.said.0 { self.said.0 - came } else { (came - self.said.1).max(0.0) }
    }
}

/// The method tried on the past of a series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backtest {
    /// By date.
    pub trials: Vec<Trial>,
}

impl Backtest {
    /// Returns how many trials the truth lay inside the range.
    pub fn hits(&self) -> usize {
        self.trials.iter().filter(|trial| trial.off() < 0.5).count()
    }

    /// Returns the median of how far off they were, in the unit of the series.
    pub fn median_off(&self) -> Option<f64> {
        let mut off: Vec<_> = self.trials.iter().map(Trial::off).collect();
        off.sort_by(f64::total_cmp);
        off.get(off.len() / 2).copied()
    }

    /// Returns the worst trial.
    pub fn worst(&self) -> Option<&Trial> {
        self.trials.iter().max_by(|a, b| a.off().total_cmp(&b.off()))
    }
}

/// Asks the method on every day of the past that had enough readings, about [`AHEAD_DAYS`] later.
pub fn backtest(points: &[Point]) -> Backtest {
    let ends = 1..points.len();
    let trials = ends.filter_map(|end| trial(points.split_at_checked(end)?)).collect();
    Backtest { trials }
}

fn trial((past, future): (&[Point], &[Point])) -> Option<Trial> {
    let last = past.last()?;
    let target = last.date.checked_add_days(Days::new(AHEAD_DAYS))?;
    let actual = future.iter().find(|point| point.date >= target)?;
    let ahead = (actual.date - last.date).num_days() as f64;
    // A gap of readings is no fault of the method, and what came much later no test of it.
    if ahead > 2.0 * AHEAD_DAYS as f64 {
        return None;
    }
    let paces = paces(past);
    let left = || paces.iter().map(|pace| (last.left() as f64 - pace.net() * ahead / 28.0).max(0.0));
    let said = (left().fold(f64::INFINITY, f64::min), left().fold(0.0, f64::max));
    (!paces.is_empty()).then_some(Trial { asked: last.date, about: actual.date, said, came: actual.left() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::day;

    /// Points a week apart from 2021-01-01.
    fn weekly(values: &[(u64, u64)]) -> Vec<Point> {
        let date = |week: u64| day("2021-01-01").checked_add_days(Days::new(7 * week)).unwrap();
        (0..).zip(values).map(|(week, &(done, total))| Point { date: date(week), done, total, removed: 0 }).collect()
    }

    fn steady(weeks: u64, per_week: u64, total: u64) -> Vec<Point> {
        weekly(&(0..weeks).map(|week| (week * per_week, total)).collect::<Vec<_>>())
    }

    #[test]
    fn a_steady_pace_gives_a_date() {
        let points = steady(27, 10, 500);
        assert_eq!(pace(&points, 4).unwrap().done.round() as i64, 40);
        // 240 are left, 10 a week: 24 weeks after 2021-07-02.
        assert_eq!(forecast(&points), Forecast::Range { from: day("2021-12-17"), to: day("2021-12-17") });
    }

    #[test]
    fn scope_that_grows_as_fast_gives_no_date() {
        let points = weekly(&(0..27).map(|week| (week * 10, 500 + week * 12)).collect::<Vec<_>>());
        assert_eq!(forecast(&points), Forecast::NoDate(Why::ScopeGrows));
    }

    #[test]
    fn a_jump_of_the_total_gives_no_date() {
        let mut points = steady(27, 10, 1890);
        points.last_mut().unwrap().total = 2745;
        assert_eq!(forecast(&points), Forecast::NoDate(Why::ScopeGrows));
    }

    #[test]
    fn why_nothing_shrank_is_told_as_it_was() {
        let points = |of: fn(u64) -> (u64, u64)| weekly(&(0..27).map(of).collect::<Vec<_>>());
        assert_eq!(forecast(&points(|week| (5, 500 + week))), Forecast::NoDate(Why::OnlyScopeGrows));
        assert_eq!(forecast(&points(|week| (100 - week, 500))), Forecast::NoDate(Why::FallsBack));
    }

    #[test]
    fn a_range_does_not_outlive_its_readings() {
        let range = Forecast::Range { from: day("2021-12-01"), to: day("2022-02-01") };
        let seen = |date: &str| as_seen_on(range, Some(day("2021-07-02")), day(date));
        assert_eq!(seen("2021-12-15"), range);
        assert_eq!(seen("2022-02-01"), Forecast::NoDate(Why::OldReadings));
        assert_eq!(as_seen_on(range, Some(day("2021-03-01")), day("2021-12-15")), Forecast::NoDate(Why::OldReadings));
    }

    #[test]
    fn a_window_without_progress_gives_no_date() {
        let mut points = steady(27, 10, 500);
        points.iter_mut().rev().take(5).for_each(|point| point.done = 210);
        assert_eq!(forecast(&points), Forecast::NoDate(Why::Disagree));
    }

    #[test]
    fn windows_that_disagree_give_no_date() {
        let slow = (0..23).map(|week| (week, 1000));
        let fast = (1..5).map(|week| (22 + week * 100, 1000));
        let points = weekly(&slow.chain(fast).collect::<Vec<_>>());
        assert_eq!(forecast(&points), Forecast::NoDate(Why::TooWide));
    }

    #[test]
    fn few_readings_standstill_and_the_end() {
        assert_eq!(forecast(&[]), Forecast::NoDate(Why::Nothing));
        assert_eq!(forecast(&steady(2, 10, 500)), Forecast::NoDate(Why::TooFewReadings));
        assert_eq!(forecast(&steady(27, 0, 500)), Forecast::NoDate(Why::Standstill));
        assert_eq!(forecast(&steady(27, 10, 260)), Forecast::Over);
    }

    #[test]
    fn a_window_that_readings_do_not_cover_has_no_pace() {
        assert_eq!(pace(&steady(5, 10, 500), 12), None);
        let sparse =
            [steady(1, 0, 500), vec![Point { date: day("2023-01-01"), done: 10, total: 500, removed: 0 }]].concat();
        assert_eq!(pace(&sparse, 4), None);
    }

    #[test]
    fn the_back_test_of_a_steady_series_is_right_and_of_a_jump_wrong() {
        let right = backtest(&steady(60, 10, 1000));
        assert!(right.hits() == right.trials.len() && right.trials.len() > 20);
        let mut points = steady(60, 10, 1000);
        points.iter_mut().skip(40).for_each(|point| point.total += 855);
        let wrong = backtest(&points);
        assert!(wrong.hits() < wrong.trials.len());
        assert!(wrong.worst().unwrap().off() > 800.0);
    }

    #[test]
    fn a_trial_inside_its_range_is_not_off() {
        let trial = |came| Trial { asked: day("2021-01-01"), about: day("2021-03-26"), said: (10.0, 20.0), came };
        let off = [5, 15, 25].map(|came| trial(came).off().to_string());
        assert_eq!(off, ["5", "0", "5"]);
    }
}
