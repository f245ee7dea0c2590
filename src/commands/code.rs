//! What the checkout that the settings name says on a day: its newest commit, and what is left of counters there.

use super::{Context, Failure};
use crate::domain::code::{Code, Rows};
use crate::domain::{Counter, Date, Rule, World};
use crate::sources::counting;
use crate::sources::git::Commit;

/// Where the files of test-infra are shown.
const WEB: &str = "https://github.com/kubernetes/test-infra/blob";

/// The address under which the files of a commit are shown.
pub(super) fn base(commit: &Commit) -> String {
    format!("{WEB}/{}", commit.id)
}

/// Asks the checkout about the day that is shown; a checkout that cannot be read is said, and is no reason to fail.
pub(super) fn count(context: &Context, world: &mut World) {
    note(context, counted(context, world, world.date), world);
}

/// Asks the checkout only how new it is; much quicker than counting.
pub(super) fn look(context: &Context, world: &mut World, day: Date) {
    note(context, seen(context, world, day), world);
}

fn note(context: &Context, asked: Result<Option<Code>, Failure>, world: &mut World) {
    match asked {
        Ok(code) => world.code = code,
        Err(failure) => context.note(&format!("note: the checkout of the settings: {}", failure.message)),
    }
}

fn seen(context: &Context, world: &World, day: Date) -> Result<Option<Code>, Failure> {
    let Some(path) = context.settings.test_infra.as_ref().filter(|_| countable(world).next().is_some()) else {
        return Ok(None);
    };
    let commit = counting::newest_commit(path, Some(day), context.jobs_cache().as_deref())?;
    Ok(Some(Code { asked: day, commit: commit.as_ref().map(short), rows: Vec::new() }))
}

/// Counts what is left on a day by the first rule of each counter; `None` without a checkout.
pub(super) fn counted(context: &Context, world: &World, day: Date) -> Result<Option<Code>, Failure> {
    let Some(path) = &context.settings.test_infra else { return Ok(None) };
    let counters: Vec<_> = countable(world).filter(|(counter, _)| measures_an_item(world, counter)).collect();
    let Some(seen) = seen(context, world, day)?.filter(|_| !counters.is_empty()) else { return Ok(None) };
    // A folder without a past says nothing about it.
    if seen.commit.is_none() && day < world.now.date() {
        return Ok(None);
    }
    let all = world.roadmap.counters.iter().flat_map(|counter| &counter.rules);
    let rules: Vec<_> = counters.iter().map(|(_, rule)| *rule).collect();
    let found = counting::left(path, all, &rules, Some(day), context.jobs_cache())?;
    let base = found.commit.as_ref().map(base);
    let rows = counters.iter().zip(&found.jobs).filter(|_| found.is_complete);
    let rows = rows.map(|((counter, _), jobs)| Rows::of(counter.id.clone(), jobs, base.as_deref()));
    Ok(Some(Code { rows: rows.collect(), ..seen }))
}

fn short(commit: &Commit) -> (crate::domain::Text, Date) {
    (commit.short().into(), commit.date)
}

/// The counters that a checkout can count, with the rule that percentages go by.
fn countable(world: &World) -> impl Iterator<Item = (&Counter, &Rule)> {
    world.roadmap.counters.iter().filter_map(|counter| Some((counter, counter.rules.first()?)))
}

fn measures_an_item(world: &World, counter: &Counter) -> bool {
    let mut items = world.roadmap.projects.iter().flat_map(|project| &project.items);
    items.any(|item| item.counter.as_ref() == Some(&counter.id))
}
