//! What is left of a counter, for the screens: read from the checkout that the settings name.

use crate::commands::{Context, Failure, code};
use crate::domain::CounterId;
use crate::sources::counting;
use crate::tui::model::LeftJobs;

/// Lists the jobs that the first rule of a counter does not call done, at the head of the checkout.
pub(super) fn left(context: &Context, counter: &CounterId) -> Result<LeftJobs, Failure> {
    let path = context.settings.test_infra.clone().ok_or_else(|| {
        Failure::usage("there is no checkout of kubernetes/test-infra to read").hint(
            "`test_infra = \"PATH\"` in the settings names a clone (`offramp config` says where they are); \
             without one, `offramp count --repo PATH --list left` prints the jobs",
        )
    })?;
    let roadmap = context.roadmap(&context.origin()?)?;
    let rule = roadmap.counter(counter).and_then(|counter| counter.rules.first());
    let rule = rule.ok_or_else(|| Failure::usage(format!("the counter `{counter}` has no rule any more")))?;
    let rules = roadmap.counters.iter().flat_map(|counter| &counter.rules);
    let found = counting::left(&path, rules, &[rule], None, context.jobs_cache())?;
    Ok(LeftJobs {
        jobs: found.jobs.into_iter().next().unwrap_or_default(),
        base: found.commit.as_ref().map(code::base),
        commit: found.commit.map(|commit| (commit.short().to_owned(), commit.date)),
        is_complete: found.is_complete && found.problems.is_empty(),
    })
}
