//! How findings, pieces of work, changes and forecasts read.

use super::count;
use crate::domain::Repo;
use crate::domain::changes::CounterChange;
use crate::domain::finding::{Edit, Remedy, Spot};
use crate::domain::rank::Piece;
use crate::domain::trend::{Backtest, Forecast, Pace, Point};

/// `k8s-gubernator/787`, `k8s-prow`, or `the file`.
pub fn spot(spot: &Spot) -> String {
    match (&spot.project, &spot.item) {
        (Some(project), Some(item)) => format!("{project}/{item}"),
        (Some(project), None) => project.to_string(),
        (None, _) => "the file".to_owned(),
    }
}

/// What to do, as one line: `set issue: 1523`, ``say `/reopen` in #1``; nothing where somebody has to look.
pub fn remedy(remedy: &Remedy, home: &Repo) -> Option<String> {
    match remedy {
        Remedy::Edit(Edit::Set { key, value, .. }) => Some(format!("set {key}: {value}")),
        Remedy::Edit(Edit::Append { key, value, .. }) => Some(format!("add {value} to {key}")),
        Remedy::Edit(Edit::AddProject { id, issue }) => {
            let issue = issue.as_ref().map(|issue| format!(" with issue: {issue}")).unwrap_or_default();
            Some(format!("add a project {id}{issue}"))
        }
        Remedy::Say { issue, text } => {
            let place = issue.as_ref().map(|issue| format!(" in {}", issue.short(home))).unwrap_or_default();
            let first = text.lines().next().unwrap_or_default();
            if first.starts_with('/') {
                Some(format!("say `{first}`{place}"))
            } else {
                Some(format!("ask{place}: {first}"))
            }
        }
        Remedy::None => None,
    }
}

/// Why a piece stands where it stands: `+3 it is labelled …; -2 it needs access …`.
pub fn why(piece: &Piece) -> String {
    let reasons = piece.reasons.iter().map(|reason| format!("{:+} {}", reason.points, reason.text));
    reasons.collect::<Vec<_>>().join("; ")
}

/// `+12 done, +275 in scope: 300 of 2055 prow jobs (2021-01-20)`
pub fn counter_change(change: &CounterChange) -> String {
    let progress = change.after.progress;
    let now = format!("{} of {} {} ({})", progress.done, progress.total, change.unit, change.after.date);
    match (change.moved(), change.rule_changed()) {
        (Some((done, scope)), _) => format!("{done:+} done, {scope:+} in scope: {now}"),
        (None, true) => format!("{now}, by another rule than before: not to be compared"),
        (None, false) if change.one_was_written() => {
            format!("{now}, and one of the two was written down by a person: not to be compared")
        }
        (None, false) => format!("first reading: {now}"),
    }
}

/// `between 2021-12 and 2022-03, if it goes on as it went`, or `no date: …`.
pub fn forecast(forecast: Forecast) -> String {
    match forecast {
        Forecast::Over => "nothing is left".to_owned(),
        Forecast::Range { from, to } if from == to => format!("about {from}, if it goes on as it went"),
        Forecast::Range { from, to } => format!("between {from} and {to}, if it goes on as it went"),
        Forecast::NoDate(why) => format!("no date: {}", why.text()),
    }
}

/// `288/1780 on 2020-12-10 was written down by a person, not counted, and is not joined`
pub fn written_point(point: Point) -> String {
    format!(
        "{}/{} on {} was written down by a person, not counted, and is not joined",
        point.done, point.total, point.date
    )
}

/// `+40.0 done, +12.5 in scope per four weeks`, or what is missing.
pub fn pace(pace: Option<Pace>) -> String {
    pace.map_or_else(
        || "no reading reaches back so far".to_owned(),
        |pace| format!("{:+.1} done, {:+.1} in scope per four weeks (since {})", pace.done, pace.scope, pace.since),
    )
}

/// `+40.0 done, +12.5 in scope`
pub fn pace_short(pace: Pace) -> String {
    format!("{:+.1} done, {:+.1} in scope", pace.done, pace.scope)
}

/// How far off the method would have been.
pub fn backtest(test: &Backtest) -> String {
    let (Some(off), Some(worst)) = (test.median_off(), test.worst()) else {
        return "the series is too short to try the method on its past".to_owned();
    };
    format!(
        "asked on {}, for twelve weeks ahead: {} times inside its range, off by {off:.0} in the middle and by {:.0} at worst (asked on {})",
        count(test.trials.len() as u64, "past day", "past days"),
        test.hits(),
        worst.off(),
        worst.asked
    )
}
