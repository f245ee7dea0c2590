//! `offramp trend`: done and scope over time, the pace, and a range of dates or none.

use super::{Context, Exit, Failure, checkout_facts, complete};
use crate::domain::shift::CounterMove;
use crate::domain::{Baseline, Counter, Roadmap, World};
use crate::insight::trend::{self, AHEAD_DAYS, End, Fan, Point, SeriesId, SeriesStep, Trend};
use serde_json::json;

use crate::report::{Cell, Column, Format, Json, Page, Table, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp trend                         all counters, and the items
  offramp trend jenkins-jobs -o csv     a series for a spreadsheet
  offramp trend jenkins-jobs --explain  how far off past forecasts were";

/// The arguments of `trend`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct TrendArgs {
    /// Only this counter, or `items` [default: all]
    #[arg(value_name = "COUNTER", add = complete::names(&[complete::counters, complete::items_series]))]
    pub counter: Option<String>,
    /// Show how the forecast is made, and test it against the past of the series
    #[arg(long)]
    pub explain: bool,
}

/// How many points a terminal shows.
const MOST_POINTS: usize = 14;

/// Runs the command.
pub fn run(context: &Context, args: &TrendArgs) -> Result<Exit, Failure> {
    let of_counter = args.counter.as_deref().map(|name| context.is_counter(name)).transpose()?;
    let world = if of_counter == Some(true) { context.world_as_fetched()? } else { context.world()? };
    let trends = trends(&world, args.counter.as_deref())?;
    let mut page = context.page("offramp/trend/2", &world);
    page.line(words::as_of(&world));
    let is_short = matches!(context.format, Format::Table | Format::Md);
    let is_shown = |counter: &Counter| trends.iter().any(|trend| trend.id == SeriesId::Counter(counter.id.clone()));
    let commits = checkout_facts::step_commits(context, &world, is_shown);
    page.fact("series", trends.iter().map(|trend| facts(trend, &commits)).collect::<Json>());
    let is_overview = is_short && args.counter.is_none() && !args.explain;
    if is_overview {
        page.table(overview(&trends));
        page.line("`offramp trend SERIES` shows one of them in full.");
    } else {
        for trend in &trends {
            head(&mut page, trend, (&world.roadmap, &commits), args.explain);
            if is_short {
                page.table(table(std::slice::from_ref(trend), Some(MOST_POINTS)));
                let points = trend.main().map_or(0, |segment| segment.points.len());
                if points > MOST_POINTS {
                    page.line(format!("The last {MOST_POINTS} of {points} readings; `-o csv` has all."));
                }
            }
        }
    }
    if !is_short {
        page.table(table(&trends, None));
    }
    context.show(&page)
}

fn trends(world: &World, wanted: Option<&str>) -> Result<Vec<Trend>, Failure> {
    let counters = world.roadmap.counters.iter();
    let fits = |name: &str| wanted.is_none_or(|wanted| wanted == name);
    let mut all: Vec<_> = counters
        .filter(|counter| fits(counter.id.as_str()))
        .map(|counter| trend::of_counter(counter, world.date))
        .collect();
    if fits("items") && (wanted.is_some() || trend::has_items(&world.roadmap)) {
        all.push(trend::of_items(&world.roadmap, &world.snapshot, world.date));
    }
    if all.is_empty() {
        let names = world.roadmap.counters.iter().map(|counter| counter.id.as_str()).chain(["items"]);
        let failure = Failure::usage(format!("no counter is called `{}`", wanted.unwrap_or_default()));
        return Err(failure.known("series", names));
    }
    Ok(all)
}

/// The name of a series on the command line.
fn name(trend: &Trend) -> String {
    match &trend.id {
        SeriesId::Counter(id) => id.to_string(),
        SeriesId::Items => "items".to_owned(),
    }
}

fn head(page: &mut Page, trend: &Trend, (roadmap, commits): (&Roadmap, &[CounterMove]), explain: bool) {
    page.title(name(trend));
    match trend.last() {
        Some(last) => {
            page.line(trend::text::newest_point(trend, last));
        }
        None => page.line(sentence(&trend::text::no_points(trend, roadmap))),
    }
    let paces = trend.paces.iter().filter(|(_, pace)| pace.is_some());
    page.points(paces.map(|(weeks, pace)| format!("{weeks} weeks: {}", trend::text::pace(trend, *pace))).collect());
    page.line(sentence(&trend::text::outlook(trend)));
    let step = |step| format!("Step: {}", trend::text::step(step, trend.commit_of(step, commits)));
    page.points(trend.steps.iter().map(step).collect());
    for point in &trend.written {
        page.line(format!("{}.", trend::text::written_point(point)));
    }
    for day in &trend.rule_changes {
        page.line(sentence(&trend::text::rule_change(*day)));
    }
    if explain {
        page.line(
            "Method: the damped trend of the last 39 weeks is extrapolated; its errors at earlier readings give the range.",
        );
        page.line(sentence(&trend::text::backtest(&trend.backtest)));
        page.points(trend.backtest.trials.iter().map(trend::text::trial).collect());
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", words::capitalised(text))
}

/// A line for each series.
fn overview(trends: &[Trend]) -> Table {
    Table::of(
        "overview",
        trends.iter().map(|trend| (trend, trend.last())),
        &[
            (Column::new("series", "SERIES"), |(trend, _)| Cell::new(name(trend))),
            (Column::new("progress", "PROGRESS").right(), |(trend, last)| {
                Cell::maybe(last.map(|last| words::amount(&trend.inner(last))))
            }),
            (Column::new("left", "LEFT").right(), |(_, last)| {
                last.map_or_else(Cell::none, |last| Cell::number(last.left()))
            }),
            (Column::new("date", "ON").leaves(2), |(_, last)| Cell::maybe(last.map(|last| last.date.to_string()))),
            (Column::new("pace", "PER 4 WEEKS (LAST 12)").leaves(1), |(trend, _)| {
                let pace = trend.pace(12);
                let text =
                    |pace| format!("{}{}", trend::text::pace_short(trend, pace), trend::text::of_old(trend, pace));
                Cell::maybe(pace.map(text))
            }),
            (Column::new("forecast", "ENDS").cut(20), |(trend, _)| Cell::new(trend::text::forecast(trend))),
        ],
    )
}

/// The points, by series and rule; the newest last. `most` keeps the newest of the main rule.
fn table(trends: &[Trend], most: Option<usize>) -> Table {
    let mut points = Vec::new();
    for trend in trends {
        for segment in trend.segments.iter().take(if most.is_some() { 1 } else { usize::MAX }) {
            let skipped = most.map_or(0, |most| segment.points.len().saturating_sub(most));
            points.extend(segment.points.iter().skip(skipped).map(|point| (trend, segment, *point)));
        }
    }
    Table::of(
        "points",
        points,
        &[
            (Column::new("series", "SERIES"), |(trend, ..)| Cell::new(name(trend))),
            (Column::new("rule", "RULE").right(), |(_, segment, _)| {
                if segment.rule == 0 { Cell::none() } else { Cell::number(segment.rule) }
            }),
            (Column::new("date", "DATE"), |(.., point)| Cell::new(point.date.to_string())),
            (Column::new("done", "DONE").right(), |(_, segment, point)| of_whole(segment.start, point.done)),
            (Column::new("total", "TOTAL").right(), |(_, segment, point)| of_whole(segment.start, point.total)),
            (Column::new("left", "LEFT").right(), |(.., point)| Cell::number(point.left())),
            (Column::new("removed", "REMOVED").right(), |(.., point)| Cell::number(point.removed)),
        ],
    )
}

/// What is done, and the total; a rule that counts only what is left has neither.
pub(super) fn of_whole(start: Option<Baseline>, value: u64) -> Cell {
    if start.is_some() { Cell::none() } else { Cell::number(value) }
}

fn facts(trend: &Trend, commits: &[CounterMove]) -> Json {
    let (from, to, why) = match trend.forecast.end {
        End::Between { from, to } => (Some(from.to_string()), to.map(|to| to.to_string()), None),
        End::NoDate(why) => (None, None, Some(why.word())),
        End::Over => (None, None, Some("over")),
    };
    let pace = |(weeks, pace): &(u32, Option<trend::Pace>)| {
        let whole = pace.filter(|_| trend.start.is_none());
        json!({
            "weeks": weeks,
            "done": whole.map(|pace| pace.done),
            "scope": whole.map(|pace| pace.scope),
            "left": pace.map(|pace| -pace.net()),
        })
    };
    let last = trend.last();
    let whole = last.filter(|_| trend.start.is_none());
    let backtest = &trend.backtest;
    json!({
        "id": name(trend),
        "unit": trend.unit,
        "done": whole.map(|last| last.done),
        "total": whole.map(|last| last.total),
        "left": last.map(Point::left),
        "pace_per_4_weeks": trend.paces.iter().map(pace).collect::<Json>(),
        "from": from,
        "to": to,
        "no_date": why,
        "ahead": trend.forecast.fan.as_ref().map(ahead),
        "steps": trend.steps.iter().map(|step| step_facts(step, trend.commit_of(step, commits))).collect::<Json>(),
        "rule_changes": json::texts(&trend.rule_changes),
        "backtest_trials": backtest.trials.len(),
        "backtest_hits": backtest.held(),
        "backtest_median_off": backtest.median_off(),
        "date_ranges": backtest.dates.ranges,
        "date_ranges_held": backtest.dates.ranges_held,
        "no_dates": backtest.dates.refusals,
        "no_dates_right": backtest.dates.refusals_right,
    })
}

/// The quantiles of what is left twelve weeks after the newest reading.
fn ahead(fan: &Fan) -> Json {
    let [p10, p25, p50, p75, p90] = fan.at(AHEAD_DAYS);
    json!({"date": fan.target().to_string(), "p10": p10, "p25": p25, "p50": p50, "p75": p75, "p90": p90})
}

fn step_facts(step: &SeriesStep, by: Option<&CounterMove>) -> Json {
    let made_by = by.map(|by| {
        json!({
            "commit": by.commit,
            "date": by.date.to_string(),
            "change": by.shift.left,
            "subject": by.subject,
        })
    });
    json!({
        "date": step.date.to_string(),
        "since": step.since.to_string(),
        "change": step.change as f64,
        "commit": step.commit,
        "made_by": made_by,
    })
}
