//! Forecast of what is left: a damped trend whose range comes from its own past errors.
//!
//! From each reading, the trend of the last nine months, damped, is extended by twelve weeks. Its errors at all earlier
//! readings give the range, so that it holds as often as it says. Steps do not bend the trend, and errors across a step
//! are left out. `docs/forecast.md` has the measurements by which this method was chosen.

use super::backtest::{self, Backtest, Trial};
use super::fan::{AHEAD_DAYS, End, Fan, NoDateReason};
use super::{Point, steps};
use crate::domain::Date;

/// How often the range is meant to hold.
const TARGET_COVERAGE: f64 = 0.8;

/// The number of days over which the trend is measured.
const WINDOW_DAYS: i64 = 39 * 7;
/// The share of the trend that is extended.
const DAMPING: f64 = 0.4;
/// Errors are compared in units of recent movement to this power: a calm series has a narrow range.
const SCALE_POWER: f64 = 0.25;
/// The share of errors beyond each end of the range; less than a tenth, since future steps are not among them.
const SHARE_BEYOND: f64 = 0.09;
/// How much a miss widens the next range; a hit narrows it by a quarter of that.
const LEARNING: f64 = 0.01;
/// Fewer past errors than this give no range.
const ENOUGH_ERRORS: usize = 4;
/// Fewer readings than this within half a year give no range.
const ENOUGH_READINGS: usize = 3;
/// Half a year, in days.
const HALF_A_YEAR: i64 = 182;
/// A range that held less often than this says nothing.
const HOLDS_TOO_RARELY: f64 = 0.6;
/// Fewer trials than this do not show that a method fails.
const ENOUGH_TRIALS: usize = 5;

/// What may be left, and when it may be over.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The lines of the fan; `None` if too little is known, or if such ranges held too rarely.
    pub fan: Option<Fan>,
    /// When it may be over.
    pub end: End,
}

/// Forecasts from the newest of some points of one rule, as of a day, and back-tests the method on their past.
pub fn forecast(points: &[Point], today: Date) -> (Forecast, Backtest) {
    let walk = SeriesWalk::through(points);
    let backtest = Backtest { dates: backtest::dates(points, &walk.fans), trials: walk.trials };
    let fan = walk.fans.last().filter(|(place, _)| *place + 1 == points.len()).map(|(_, fan)| *fan);
    let forecast = look_ahead(points, fan, today, &backtest);
    (forecast, backtest)
}

fn look_ahead(points: &[Point], fan: Option<Fan>, today: Date, backtest: &Backtest) -> Forecast {
    let none = |why| Forecast { fan: None, end: End::NoDate(why) };
    let Some(last) = points.last().filter(|last| last.total > 0) else { return none(NoDateReason::Nothing) };
    if last.left() == 0 {
        return Forecast { fan: None, end: End::Over };
    }
    // The forecast would be about days that are over.
    if (today - last.date).num_days() >= AHEAD_DAYS {
        return none(NoDateReason::OldReadings);
    }
    let Some(fan) = fan else { return none(NoDateReason::TooFewReadings) };
    let (held, trials) = (backtest.held(), backtest.trials.len());
    if held_too_rarely(held, trials) {
        return none(NoDateReason::DoesNotHold { held, trials });
    }
    let (held, trials) = (backtest.dates.ranges_held, backtest.dates.ranges);
    if held_too_rarely(held, trials) {
        return Forecast { fan: Some(fan), end: End::NoDate(NoDateReason::DateDoesNotHold { held, trials }) };
    }
    let end = match fan.end() {
        End::Between { to: Some(to), .. } if to <= today => End::NoDate(NoDateReason::OldReadings),
        End::Between { from, to } => End::Between { from: from.max(today), to },
        End::NoDate(NoDateReason::Standstill { .. }) => {
            End::NoDate(NoDateReason::Standstill { step: last_step(points) })
        }
        end @ (End::Over | End::NoDate(_)) => end,
    };
    Forecast { fan: Some(fan), end }
}

fn held_too_rarely(held: usize, trials: usize) -> bool {
    trials >= ENOUGH_TRIALS && (held as f64) < HOLDS_TOO_RARELY * trials as f64
}

/// Returns the day of the last step, if it is within the window of the trend.
fn last_step(points: &[Point]) -> Option<Date> {
    let newest = points.last()?.date;
    let step = points.get(*steps::places(points).last()?)?;
    ((newest - step.date).num_days() < WINDOW_DAYS).then_some(step.date)
}

/// The error of a past forecast.
#[derive(Debug, Clone, Copy)]
struct PastError {
    /// The day from which it is known.
    known: Date,
    /// Outcome minus forecast, in units of [`Movement::scale`].
    error: f64,
}

/// The state of the method while it goes through a series, reading by reading, never looking ahead.
#[derive(Debug, Default)]
struct SeriesWalk {
    errors: Vec<PastError>,
    /// For each trial, the day from which its outcome is known, and whether its range held.
    outcomes: Vec<(Date, bool)>,
    /// The index of a point, and the fan as of that point.
    fans: Vec<(usize, Fan)>,
    trials: Vec<Trial>,
    /// The largest fall over [`AHEAD_DAYS`] so far; at most 0.
    fastest: f64,
}

impl SeriesWalk {
    fn through(points: &[Point]) -> Self {
        let steps = steps::places(points);
        let mut walk = Self::default();
        for (place, point) in points.iter().enumerate() {
            walk.fastest = walk.fastest.min(fall(points, place));
            if has_enough_readings(points, place) {
                walk.visit(points, &steps, place, *point);
            }
        }
        walk
    }

    fn visit(&mut self, points: &[Point], steps: &[usize], place: usize, point: Point) {
        let movement = Movement::before(points, steps, place);
        let fan = self.fan(point, &movement);
        let outcome = outcome(points, place);
        if let Some((end, outcome)) = outcome {
            let start = point.left() as f64;
            let off = outcome.left() as f64 - (start + movement.extended).max(0.0);
            if !steps.iter().any(|step| (place + 1..=end).contains(step)) {
                self.errors.push(PastError { known: outcome.date, error: off / movement.scale });
            }
        }
        let Some(fan) = fan.filter(|_| point.left() > 0) else { return };
        self.fans.push((place, fan));
        if let Some((_, outcome)) = outcome {
            let trial = Trial { fan, outcome };
            self.outcomes.push((outcome.date, trial.off() == 0));
            self.trials.push(trial);
        }
    }

    /// Draws the fan from what was known on the day of a point.
    fn fan(&self, point: Point, movement: &Movement) -> Option<Fan> {
        let known = self.errors.iter().filter(|error| error.known <= point.date);
        let mut known: Vec<f64> = known.map(|error| error.error).collect();
        if known.len() < ENOUGH_ERRORS {
            return None;
        }
        known.sort_by(f64::total_cmp);
        let tail = self.tail(point.date);
        let shares = [tail, 0.25, 0.5, 0.75, 1.0 - tail];
        let changes = shares.map(|share| movement.extended + movement.scale * quantile(&known, share));
        Some(Fan { from: point.date, left: point.left(), changes, fastest: self.fastest })
    }

    /// Returns the share of errors beyond each end of the range: less after misses, more after hits.
    fn tail(&self, day: Date) -> f64 {
        let known = self.outcomes.iter().filter(|(known, _)| *known <= day);
        let both = known.fold(2.0 * SHARE_BEYOND, |both, (_, held)| {
            let missed = if *held { 0.0 } else { 1.0 };
            (both + LEARNING * (1.0 - TARGET_COVERAGE - missed)).clamp(0.02, 0.5)
        });
        both / 2.0
    }
}

/// Returns how what is left changed over [`AHEAD_DAYS`] up to a reading, or since the first reading. A longer gap between
/// readings counts in proportion.
fn fall(points: &[Point], place: usize) -> f64 {
    let Some(last) = points.get(place) else { return 0.0 };
    let mut before = points.iter().take(place + 1).rev();
    let start = before.find(|point| (last.date - point.date).num_days() >= AHEAD_DAYS).or_else(|| points.first());
    start.map_or(0.0, |start| {
        let days = (last.date - start.date).num_days().max(AHEAD_DAYS);
        (last.left() as f64 - start.left() as f64) * AHEAD_DAYS as f64 / days as f64
    })
}

fn has_enough_readings(points: &[Point], place: usize) -> bool {
    let Some(day) = points.get(place).map(|point| point.date) else { return false };
    let recent = points.iter().take(place + 1).rev().take_while(|point| (day - point.date).num_days() <= HALF_A_YEAR);
    place >= ENOUGH_READINGS && recent.count() >= ENOUGH_READINGS
}

/// Returns the first reading at least [`AHEAD_DAYS`] later, with its index; `None` if it is more than twice as late, which
/// would not test the forecast.
fn outcome(points: &[Point], place: usize) -> Option<(usize, Point)> {
    let day = points.get(place)?.date;
    let later = points.iter().enumerate().skip(place + 1);
    let (end, outcome) =
        later.map(|(end, point)| (end, *point)).find(|(_, it)| (it.date - day).num_days() >= AHEAD_DAYS)?;
    ((outcome.date - day).num_days() <= 2 * AHEAD_DAYS).then_some((end, outcome))
}

/// How a series moved before a reading, steps left out.
#[derive(Debug, Clone, Copy)]
struct Movement {
    /// What the damped trend adds to what is left in [`AHEAD_DAYS`].
    extended: f64,
    /// The unit of errors, at least 1.
    scale: f64,
}

impl Movement {
    fn before(points: &[Point], steps: &[usize], place: usize) -> Self {
        let Some(last) = points.get(place) else { return Self { extended: 0.0, scale: 1.0 } };
        let (mut net, mut gross, mut days) = (0.0, 0.0, 0_i64);
        for end in (1..=place).rev() {
            let (Some(before), Some(after)) = (points.get(end - 1), points.get(end)) else { continue };
            if (last.date - before.date).num_days() > WINDOW_DAYS + 10 {
                break;
            }
            if !steps.contains(&end) {
                let change = after.left() as f64 - before.left() as f64;
                (net, gross) = (net + change, gross + change.abs());
                days += (after.date - before.date).num_days();
            }
        }
        let ahead = AHEAD_DAYS as f64 / days.max(1) as f64;
        Self { extended: DAMPING * net * ahead, scale: (gross * ahead + 1.0).powf(SCALE_POWER) }
    }
}

/// Returns a quantile of sorted errors, with the margin that a small sample needs.
fn quantile(errors: &[f64], share: f64) -> f64 {
    let place = share * (errors.len() + 1) as f64 - 1.0;
    let at = |place: f64| errors.get((place.max(0.0) as usize).min(errors.len() - 1)).copied().unwrap_or_default();
    at(place) + (at(place + 1.0) - at(place)) * place.clamp(0.0, errors.len() as f64).fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::day;
    use crate::insight::trend::tests::{steady, weekly};

    fn end(points: &[Point]) -> End {
        forecast(points, points.last().map_or(day("2021-01-01"), |last| last.date)).0.end
    }

    #[test]
    fn a_steady_pace_gives_its_date() {
        // 240 are left, 10 a week: 24 weeks after 2021-07-02.
        let End::Between { from, to: Some(to) } = end(&steady(27, 10, 500)) else { panic!("no range") };
        assert!((from - day("2021-12-17")).num_days().abs() <= 7 && (to - day("2021-12-17")).num_days().abs() <= 7);
    }

    #[test]
    fn a_fall_seen_once_moves_the_earliest_day_forward() {
        let creeping = |drop: u64| {
            let value = |week: u64| (5 * week + if week < 10 { 0 } else { drop }, 1_000);
            weekly(&(0..60).map(value).collect::<Vec<_>>())
        };
        let from = |points: &[Point]| match end(points) {
            End::Between { from, .. } => from,
            none @ (End::Over | End::NoDate(_)) => panic!("{none:?}"),
        };
        assert!(from(&creeping(300)) < from(&creeping(0)).pred_opt().unwrap() - chrono::Days::new(365));
    }

    #[test]
    fn a_growing_series_gives_no_date() {
        let points = weekly(&(0..40).map(|week| (week * 10, 500 + week * 12)).collect::<Vec<_>>());
        assert_eq!(end(&points), End::NoDate(NoDateReason::ScopeGrows));
    }

    #[test]
    fn few_readings_and_a_standstill_give_no_date() {
        assert_eq!(end(&[]), End::NoDate(NoDateReason::Nothing));
        assert_eq!(end(&steady(2, 10, 500)), End::NoDate(NoDateReason::TooFewReadings));
        assert_eq!(end(&steady(40, 0, 500)), End::NoDate(NoDateReason::Standstill { step: None }));
        let mut grown = steady(40, 0, 500);
        let last = grown.last_mut().unwrap();
        last.total = 953;
        let step = Some(last.date);
        assert_eq!(end(&grown), End::NoDate(NoDateReason::Standstill { step }));
        assert_eq!(end(&steady(27, 10, 260)), End::Over);
    }

    #[test]
    fn a_range_does_not_outlive_its_readings() {
        let points = steady(27, 10, 500);
        assert_eq!(forecast(&points, day("2022-04-01")).0.end, End::NoDate(NoDateReason::OldReadings));
        assert!(matches!(forecast(&points, day("2021-09-01")).0.end, End::Between { .. }));
    }

    #[test]
    fn no_forecast_is_about_past_days() {
        // The newest reading is of 2021-07-02.
        let points = steady(27, 10, 300);
        let on = |today: &str| forecast(&points, day(today)).0;
        assert!(on("2021-09-23").fan.is_some());
        assert_eq!(on("2021-09-24"), Forecast { fan: None, end: End::NoDate(NoDateReason::OldReadings) });
        let creeping = weekly(&(0..60).map(|week| (week + if week < 50 { 0 } else { 60 }, 150)).collect::<Vec<_>>());
        let newest = creeping.last().unwrap().date;
        for today in [newest, newest + chrono::Days::new(60)] {
            let End::Between { from, .. } = forecast(&creeping, today).0.end else { panic!("no range") };
            assert!(from >= today, "{from} {today}");
        }
    }

    #[test]
    fn a_step_does_not_bend_the_range() {
        let with = |drop: u64| {
            let value = |week: u64| (week * 2 + if week < 30 { 0 } else { drop }, 1_000);
            weekly(&(0..45).map(value).collect::<Vec<_>>())
        };
        let ahead = |points: &[Point]| SeriesWalk::through(points).fans.last().unwrap().1.ahead();
        let ((low, high), (low_after, high_after)) = (ahead(&with(0)), ahead(&with(400)));
        assert!(high_after - low_after <= high - low + 10, "{low} {high} {low_after} {high_after}");
        assert!(high_after.abs_diff(high - 400) <= 10);
    }

    #[test]
    fn a_range_that_held_too_rarely_is_not_given() {
        // Every year what is left falls faster than in all the years before.
        let value = |week: u64| ((1..=week).map(|week| (week / 26).pow(3)).sum(), 40_000);
        let points = weekly(&(0..156).map(value).collect::<Vec<_>>());
        let (forecast, backtest) = forecast(&points, points.last().unwrap().date);
        let (held, trials) = (backtest.held(), backtest.trials.len());
        assert!(trials > 100 && held * 10 < trials * 6, "{held} {trials}");
        assert_eq!(forecast, Forecast { fan: None, end: End::NoDate(NoDateReason::DoesNotHold { held, trials }) });
    }

    #[test]
    fn a_range_is_given_even_if_dates_held_too_rarely() {
        let points = steady(27, 10, 500);
        let last = *points.last().unwrap();
        let (own, backtest) = forecast(&points, last.date);
        let dates = backtest::DateTrials { ranges: 7, ranges_held: 3, ..backtest.dates };
        let given = look_ahead(&points, own.fan, last.date, &Backtest { dates, ..backtest });
        let end = End::NoDate(NoDateReason::DateDoesNotHold { held: 3, trials: 7 });
        assert_eq!(given, Forecast { fan: own.fan, end });
        assert!(own.fan.is_some());
    }

    #[test]
    fn the_past_is_judged_by_what_was_known_then() {
        let points = steady(80, 5, 1_000);
        let cut = points.iter().take(50).copied().collect::<Vec<_>>();
        let (_, all) = forecast(&points, day("2022-07-01"));
        let (_, early) = forecast(&cut, day("2021-12-10"));
        assert!(early.trials.len() > 10 && all.trials.starts_with(&early.trials));
        assert_eq!(all.held(), all.trials.len());
    }

    #[test]
    fn dates_are_judged_once_the_series_shows_them() {
        let (_, test) = forecast(&steady(51, 10, 500), day("2021-12-17"));
        assert!(test.dates.ranges > 10 && test.dates.ranges_held == test.dates.ranges, "{test:?}");
        let (_, test) = forecast(&steady(100, 0, 500), day("2022-12-01"));
        assert!(test.dates.refusals > 10 && test.dates.refusals_right == test.dates.refusals);
    }
}
