//! Issue counters: computes figures from fetched issues, without a new fetch.

use super::figures::{CountedFigure, CounterRule};
use super::{CountArgs, history};
use crate::commands::{Context, Failure};
use crate::domain::rule::issues;
use crate::domain::{Amounts, Date, Progress, Roadmap, Timestamp};
use crate::insight::finding::no_issue_has;
use crate::sources::counting::{Count, Problem, ProblemKind};

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
    let origin = context.origin();
    let snapshot = context.snapshot(&origin, roadmap)?;
    let repo = context.repo(roadmap);
    let problem = (!snapshot.is_whole).then(|| Problem { path: repo.to_string(), kind: ProblemKind::NotFetched });
    match &problem {
        Some(_) if snapshot.day().is_none() => {
            context.note("note: no issues were fetched yet: `offramp sync` fetches them");
        }
        Some(_) => context.note(&format!(
            "note: counters of issues are unknown until all issues of {repo} are fetched (`offramp sync`)"
        )),
        None => {}
    }
    let fetched = snapshot.day().unwrap_or(context.today());
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
    let countable = roadmap.countable_issues(repo, &snapshot);
    for (target, rule) in of_issues {
        for label in rule.unknown_labels(&snapshot.issues) {
            context.note(&format!("note: {}: {}", target.counter.id, no_issue_has(label)));
        }
        let issues = rule.scope(countable.iter().copied()).map_err(|error| Failure::usage(error.to_string()))?;
        let days = issues::by_day(&issues, fetched, roadmap.conventions);
        let days: Vec<(Date, Progress)> = days.into_iter().filter(|(day, _)| *day <= until).collect();
        let last = days.last().map_or(Progress { done: 0, total: 0 }, |(_, progress)| *progress);
        if args.history {
            let periods = history::periods(&days, args.every, since);
            figures.extend(periods.into_iter().map(|(day, progress)| figure(target, day, progress, problem.as_ref())));
        } else {
            figures.push(figure(target, until.min(fetched), last, problem.as_ref()));
        }
    }
    Ok(IssueFigures { figures, fetched_at: snapshot.fetched_at.map(Timestamp::rfc3339) })
}

fn figure<'r>(target: CounterRule<'r>, day: Date, progress: Progress, problem: Option<&Problem>) -> CountedFigure<'r> {
    let amounts = Amounts { done: progress.done, left: progress.left(), ..Amounts::default() };
    let count = Count { amounts, problems: problem.into_iter().cloned().collect(), ..Count::default() };
    CountedFigure { target, commit: None, day: Some(day), count, start: None }
}
