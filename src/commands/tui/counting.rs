//! Remaining jobs of a counter, for the screens, from the checkout that the settings name.

use crate::commands::{Context, Failure, checkout_facts};
use crate::domain::{CounterId, Date};
use crate::tui::model::LeftJobs;

/// Lists what the first rule of a counter does not count as done, at the newest commit of the checkout up to a day.
pub(super) fn remaining_jobs(context: &Context, counter: &CounterId, day: Date) -> Result<LeftJobs, Failure> {
    let roadmap = context.roadmap(&context.origin())?;
    let rule = roadmap.counter(counter).and_then(|counter| counter.rules.first());
    let rule = rule.ok_or_else(|| Failure::usage(format!("the counter `{counter}` has no rule any more")))?;
    let (found, commit, base) = checkout_facts::remaining_of(context, &roadmap, rule, day)?;
    Ok(LeftJobs {
        jobs: found.units,
        base,
        commit: commit.map(|commit| (commit.short().to_owned(), commit.date)),
        is_complete: found.is_complete && found.problems.is_empty(),
    })
}
