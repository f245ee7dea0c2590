//! Sentences about trends and forecasts.

use super::{Backtest, End, Forecast, NoDateReason, Pace, Point, SeriesId, SeriesStep, Trend, Trial, WINDOWS};
use crate::domain::shift::{CounterMove, short_hash};
use crate::domain::{Counter, Date, RecordedFigure, Roadmap};
use crate::words::{self, count};

/// Why a series has no points, and how to get some.
pub fn no_points(trend: &Trend, roadmap: &Roadmap) -> String {
    let counter = |id| roadmap.counter(id);
    match &trend.id {
        SeriesId::Counter(id) if counter(id).is_some_and(Counter::reads_code) => {
            let how = counter(id).map(words::how_to_count).unwrap_or_default();
            format!("nothing was counted yet; {how}")
        }
        SeriesId::Counter(id) if counter(id).is_some_and(Counter::counts_issues) => {
            "no issues of that day are known; `offramp sync` fetches and counts them".to_owned()
        }
        SeriesId::Counter(_) => {
            "nothing was recorded yet; `readings` in the roadmap holds what people count".to_owned()
        }
        SeriesId::Items => "the issues of some items were never fetched; `offramp sync` fetches them".to_owned(),
    }
}

/// `355 of 1890 prow jobs done, 1535 left on 2020-11-30`, and what was removed; if only what is left is counted, `1377 lines
/// left on 2020-11-30, peak 1396 (1 % gone)`.
pub fn newest_point(trend: &Trend, last: Point) -> String {
    if trend.start.is_some() {
        let inner = trend.inner(last);
        return format!("{} ({})", words::inner_on(&inner, last.date), words::share(&inner));
    }
    let removed = match (&trend.id, last.removed) {
        (_, 0) => String::new(),
        (SeriesId::Items, removed) => format!(", {removed} of them removed, not moved"),
        // The fall of a total may hide new work, so this is the least that was removed.
        (SeriesId::Counter(_), removed) => format!("; at least {removed} taken out of scope since the start"),
    };
    format!("{} of {} {} done, {} left on {}{removed}", last.done, last.total, trend.unit, last.left(), last.date)
}

/// What may be left in twelve weeks and when it may be over, and how often such a range held in the past.
pub fn outlook(trend: &Trend) -> String {
    let end = forecast(trend);
    let Some(left) = left_ahead(&trend.forecast) else { return end };
    let trials = trend.backtest.trials.len();
    let held = trend.backtest.held();
    let held = if trials == 0 { String::new() } else { format!(" (held {held} of {trials} times)") };
    format!("{left}{held}; {end}")
}

/// `over between 2023-06-01 and 2024-01-15`, `over on 2023-06-01 at the earliest, perhaps never`, or `no date: …`.
pub fn forecast(trend: &Trend) -> String {
    let end = match trend.forecast.end {
        End::Over => "nothing is left".to_owned(),
        End::Between { from, to: Some(to) } if from == to => format!("over around {from}"),
        End::Between { from, to: Some(to) } => format!("over between {from} and {to}"),
        End::Between { from, to: None } => format!("over on {from} at the earliest, perhaps never"),
        End::NoDate(why @ NoDateReason::DoesNotHold { .. }) => return format!("no range, no date: {}", why.text()),
        End::NoDate(why) => return format!("no date: {}", why.text()),
    };
    format!("{end}{}", by_reading(trend, i64::from(WINDOWS[0]) * 7))
}

/// `, by the reading of 2022-11-30` if the newest one is more days old than the window that it tells about.
fn by_reading(trend: &Trend, window: i64) -> String {
    let last = trend.last().filter(|last| (trend.until - last.date).num_days() > window);
    last.map(|last| words::by_reading(last.date)).unwrap_or_default()
}

/// `1100 to 1400 left on 2023-02-20`; `None` if there is no range.
pub fn left_ahead(forecast: &Forecast) -> Option<String> {
    let fan = forecast.fan.as_ref()?;
    let (low, high) = fan.ahead();
    let left = if low == high { low.to_string() } else { format!("{low} to {high}") };
    Some(format!("{left} left on {}", fan.target()))
}

/// `288/1780 on 2020-12-10 was recorded by hand and is not part of this series`
pub fn written_point(figure: &RecordedFigure) -> String {
    format!("{} was recorded by hand and is not part of this series", words::recorded_amount(figure))
}

/// `another rule counts since 2020-12-01; earlier readings are not comparable`
pub fn rule_change(day: Date) -> String {
    format!("another rule counts since {day}; earlier readings are not comparable")
}

/// `fell by 1602 between 2021-03-31 and 2021-04-30, -1590 of it on 2021-04-12 by 5cb1180f81: Delete old jobs (#21)`; without
/// a commit known to have done most of it, `(up to commit 5cb1180f81)` names the commit of the reading.
pub fn step(step: &SeriesStep, by: Option<&CounterMove>) -> String {
    let verb = if step.change < 0 { "fell" } else { "grew" };
    let (change, since, date) = (step.change.unsigned_abs(), step.since, step.date);
    let commit = match (by, &step.commit) {
        (Some(by), _) => format!(", {:+} of it on {} by {}: {}", by.shift.left, by.date, by.short(), by.subject),
        (None, Some(commit)) => format!(" (up to commit {})", short_hash(commit)),
        (None, None) => String::new(),
    };
    format!("{verb} by {change} between {since} and {date}{commit}")
}

/// `+40.0 done, +12.5 in scope per four weeks`, or what is missing.
pub fn pace(trend: &Trend, pace: Option<Pace>) -> String {
    pace.map_or_else(
        || "no reading is old enough".to_owned(),
        |pace| format!("{} per four weeks (since {}{})", pace_short(trend, pace), pace.since, of_old(trend, pace)),
    )
}

/// `, by the reading of 2022-11-30` if that is older than the window of a pace.
pub fn of_old(trend: &Trend, pace: Pace) -> String {
    let window = trend.last().map(|last| (last.date - pace.since).num_days());
    by_reading(trend, window.unwrap_or_default())
}

/// `+40.0 done, +12.5 in scope`, or `-27.5 left` if only that is counted.
pub fn pace_short(trend: &Trend, pace: Pace) -> String {
    // Adding 0 turns -0 into 0.
    let tenths = |value: f64| (value * 10.0).round() / 10.0 + 0.0;
    if trend.start.is_some() {
        format!("{:+.1} left", tenths(-pace.net()))
    } else {
        format!("{:+.1} done, {:+.1} in scope", tenths(pace.done), tenths(pace.scope))
    }
}

/// `forecast on 2020-07-31 for 2020-10-30: 1740 to 2251 left; actual 1531, off by 209`
pub fn trial(trial: &Trial) -> String {
    let (low, high) = trial.range();
    let expected = if low == high { low.to_string() } else { format!("{low} to {high}") };
    let off = if trial.off() == 0 { "held".to_owned() } else { format!("off by {}", trial.off()) };
    let (asked, about, left) = (trial.fan.from, trial.outcome.date, trial.outcome.left());
    format!("forecast on {asked} for {about}: {expected} left; actual {left}, {off}")
}

/// How often the 80 % range of twelve weeks held on past days, and the dates.
pub fn backtest(test: &Backtest) -> String {
    let (Some(off), Some(worst)) = (test.median_off(), test.worst()) else {
        return "the series is too short to try the forecast on its past".to_owned();
    };
    let dates = test.dates;
    let ranges = match (dates.ranges, dates.refusals) {
        (0, 0) => String::new(),
        (ranges, 0) => format!("; ranges of dates held {} of {ranges} times", dates.ranges_held),
        (0, refusals) => format!("; \"no date\" was right {} of {refusals} times", dates.refusals_right),
        (ranges, refusals) => format!(
            "; ranges of dates held {} of {ranges} times, \"no date\" was right {} of {refusals} times",
            dates.ranges_held, dates.refusals_right
        ),
    };
    format!(
        "the 80 % range of what is left in twelve weeks held on {} of {} (median miss {off}, worst {} on {}){ranges}",
        test.held(),
        count(test.trials.len() as u64, "past day", "past days"),
        worst.off(),
        worst.fan.from,
    )
}
