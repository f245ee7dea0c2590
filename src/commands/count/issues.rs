//! Issue counters: computes figures from fetched issues, without a new fetch.

use super::figures::{CountedFigure, CounterRule};
use super::{CountArgs, history};
use crate::commands::{Context, Failure};
use crate::domain::rule::issues;
use crate::domain::{Amounts, Date, Progress, Roadmap, Timestamp};
use crate::sources::cache;
use crate::sources::counting::Count;

/// The figures of rules about issues.
#[derive(Default)]
pub(super) struct IssueFigures<'r> {
    pub(super) figures: Vec<CountedFigure<'r>>,
    /// When the issues were fetched.
    pub(super) fetched_at: Option<String>,
}

/// Counts by the rules about issues.
pub(super) fn figures<'r>(
    context: &Context,
    args: &CountArgs,
    roadmap: &Roadmap,
    targets: &[CounterRule<'r>],
) -> Result<IssueFigures<'r>, Failure> {
    let of_issues: Vec<_> = targets.iter().filter_map(|target| Some((*target, target.rule.issues()?))).collect();
    if of_issues.is_empty() {
        return Ok(IssueFigures::default());
    }
    let origin = context.origin()?;
    let snapshot = context.snapshot(&origin, roadmap)?;
    let Some(fetched) = snapshot.day() else {
        context.note("note: no issues were fetched yet: `offramp sync` fetches them");
        return Ok(IssueFigures::default());
    };
    if !origin.is_example() && !cache::is_whole(&context.paths, &context.cache_key(roadmap)?) {
        context.note(&format!(
            "note: only issues that were fetched are counted, not all of {}: `offramp sync` fetches the rest",
            context.repo(roadmap)
        ));
    }
    let until = match &args.at {
        Some(day) => {
            let Ok(day) = context.day(day) else {
                context.note("note: issues are counted on a day, not at a commit");
                return Ok(IssueFigures::default());
            };
            day
        }
        None => context.date(&origin)?,
    };
    let since = args.since.as_ref().map(|text| context.first_day(text)).transpose()?;
    let mut figures = Vec::new();
    for (target, rule) in of_issues {
        let issues = rule.scope(snapshot.issues.iter()).map_err(|error| Failure::usage(error.to_string()))?;
        let days = issues::by_day(&issues, fetched, roadmap.conventions);
        let days: Vec<(Date, Progress)> = days.into_iter().filter(|(day, _)| *day <= until).collect();
        let last = days.last().map_or(Progress { done: 0, total: 0 }, |(_, progress)| *progress);
        if args.history {
            let periods = history::periods(&days, args.every, since);
            figures.extend(periods.into_iter().map(|(day, progress)| figure(target, day, progress)));
        } else {
            figures.push(figure(target, until.min(fetched), last));
        }
    }
    Ok(IssueFigures { figures, fetched_at: snapshot.fetched_at.map(Timestamp::rfc3339) })
}

fn figure(target: CounterRule<'_>, day: Date, progress: Progress) -> CountedFigure<'_> {
    let amounts = Amounts { done: progress.done, left: progress.left(), ..Amounts::default() };
    let count = Count { amounts, ..Count::default() };
    CountedFigure { target, commit: None, day: Some(day), count, start: None }
}
