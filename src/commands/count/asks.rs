//! Requested rules: selects counters and rules by the arguments, and rejects contradictory ones.

use super::figures::CounterRule;
use super::{CountArgs, commits};
use crate::commands::{Context, Failure};
use crate::domain::{Counter, Roadmap, Rule};

/// Returns the requested counters and rules.
pub(super) fn of<'r>(
    context: &Context,
    roadmap: &'r Roadmap,
    args: &CountArgs,
) -> Result<Vec<CounterRule<'r>>, Failure> {
    let is_wanted = |counter: &&Counter| args.counter.as_ref().is_none_or(|name| counter.id.as_str() == name);
    let is_rule = |rule: &&Rule| args.rule.is_none_or(|version| rule.version == version);
    // Lists, comparisons and moves use the first rule only.
    let is_one = args.list.is_some() || args.base.is_some() || args.is_by_commit();
    let mut asks = Vec::new();
    for counter in roadmap.counters.iter().filter(is_wanted) {
        let rules = counter.rules.iter().filter(is_rule);
        let rules = rules.take(if is_one { 1 } else { usize::MAX });
        asks.extend(rules.map(|rule| CounterRule { counter, rule }));
    }
    if asks.is_empty() {
        return Err(nothing_to_ask(&roadmap.counters, args));
    }
    let asks = without_issues(context, args, asks)?;
    if args.list.is_some() && asks.len() > 1 {
        return Err(Failure::usage("`--list` lists what one counter counts: name it")
            .hint(format!("there are: {}", names(asks.iter().map(|ask| ask.counter)))));
    }
    Ok(asks)
}

/// Rejects invalid arguments before any checkout is read.
pub(super) fn check(context: &Context, args: &CountArgs) -> Result<(), Failure> {
    if args.since.is_some() && !args.history && !args.is_by_commit() {
        return Err(Failure::usage("`--since` belongs to `--history` or to `--by commit`"));
    }
    if args.is_by_commit() && args.since.is_none() {
        return Err(Failure::usage("`--by commit` needs `--since DATE`"));
    }
    let days =
        [args.since.as_deref(), context.global.as_of.as_deref(), args.at.as_deref().filter(|at| commits::is_date(at))];
    days.into_iter().flatten().try_for_each(|day| context.day(day).map(drop))
}

/// Drops counters of issues, with a note, if an option only applies to code.
fn without_issues<'r>(
    context: &Context,
    args: &CountArgs,
    asks: Vec<CounterRule<'r>>,
) -> Result<Vec<CounterRule<'r>>, Failure> {
    let by = if args.is_by_commit() { "--by commit" } else { "--by" };
    let options = [(args.base.is_some(), "--base"), (args.list.is_some(), "--list"), (args.by.is_some(), by)];
    let Some((_, option)) = options.into_iter().find(|(is_given, _)| *is_given) else { return Ok(asks) };
    let (of_code, of_issues): (Vec<_>, Vec<_>) = asks.into_iter().partition(|ask| ask.rule.reads_code());
    let left_out = names(of_issues.iter().map(|ask| ask.counter));
    if of_code.is_empty() {
        return Err(Failure::usage(format!("`{option}` is about code, and {left_out} counts issues"))
            .hint("issues are listed by `offramp list`, not by `count`; `--history` follows from their dates"));
    }
    if !left_out.is_empty() {
        context.note(&format!("note: `{option}` is about code: left out, since they count issues: {left_out}"));
    }
    Ok(of_code)
}

/// Joins the names of counters, each once.
fn names<'r>(counters: impl Iterator<Item = &'r Counter>) -> String {
    let mut names: Vec<&str> = counters.map(|counter| counter.id.as_str()).collect();
    names.dedup();
    names.join(", ")
}

/// Returns the error for an unknown counter or version, with the known ones as a hint.
fn nothing_to_ask(counters: &[Counter], args: &CountArgs) -> Failure {
    let countable = || counters.iter().filter(|counter| !counter.rules.is_empty());
    let named = countable().map(|counter| counter.id.as_str()).collect::<Vec<_>>().join(", ");
    if named.is_empty() {
        return Failure::usage("the roadmap has no counter with a rule")
            .hint("`offramp roadmap schema` shows how one is written");
    }
    let counter = args.counter.as_ref().and_then(|name| counters.iter().find(|counter| counter.id.as_str() == name));
    match (&args.counter, counter, args.rule) {
        (Some(name), None, _) => {
            Failure::usage(format!("there is no counter `{name}`")).hint(format!("there are: {named}"))
        }
        (Some(name), Some(counter), _) if counter.rules.is_empty() => {
            Failure::usage(format!("the counter `{name}` has no rule to count by")).hint(format!("these have: {named}"))
        }
        (_, counter, version) => {
            let rules = counter.map_or_else(
                || countable().flat_map(|counter| &counter.rules).collect(),
                |counter| counter.rules.iter().collect::<Vec<&Rule>>(),
            );
            let mut versions: Vec<u32> = rules.iter().map(|rule| rule.version).collect();
            versions.sort_unstable();
            versions.dedup();
            let versions = versions.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            Failure::usage(format!("there is no rule with version {}", version.unwrap_or_default()))
                .hint(format!("there are: {versions}"))
        }
    }
}
