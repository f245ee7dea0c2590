//! Targets of a count: selects counters and rules by the arguments, and rejects contradictory ones.

use std::collections::BTreeSet;

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
    let most = if is_one { 1 } else { usize::MAX };
    let rules = roadmap
        .counters
        .iter()
        .filter(is_wanted)
        .flat_map(|counter| counter.rules.iter().filter(is_rule).take(most).map(move |rule| (counter, rule)));
    let all = rules.enumerate().map(|(position, (counter, rule))| CounterRule { position, counter, rule });
    let targets: Vec<_> = all.collect();
    if targets.is_empty() {
        return Err(nothing_to_count(&roadmap.counters, args));
    }
    let targets = without_issues(context, args, targets)?;
    if args.list.is_some() && targets.len() > 1 {
        let known = targets.iter().map(|target| &target.counter.id);
        return Err(Failure::usage("`--list` lists what one counter counts: name it").known("counters", known));
    }
    Ok(targets)
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
    targets: Vec<CounterRule<'r>>,
) -> Result<Vec<CounterRule<'r>>, Failure> {
    let by = if args.is_by_commit() { "--by commit" } else { "--by" };
    let options = [(args.base.is_some(), "--base"), (args.list.is_some(), "--list"), (args.by.is_some(), by)];
    let Some((_, option)) = options.into_iter().find(|(is_given, _)| *is_given) else { return Ok(targets) };
    let (of_code, of_issues): (Vec<_>, Vec<_>) = targets.into_iter().partition(|target| target.rule.reads_code());
    let left_out = names(of_issues.iter().map(|target| target.counter));
    if of_code.is_empty() {
        return Err(Failure::usage(format!("`{option}` is about code, and {left_out} counts issues"))
            .hint("issues are listed by `offramp list`, not by `count`; `--history` follows from their dates"));
    }
    if !left_out.is_empty() {
        context.note(&format!("note: `{option}` is about code, so counters of issues are left out: {left_out}"));
    }
    Ok(of_code)
}

/// Joins the names of counters, each once.
pub(super) fn names<'r>(counters: impl Iterator<Item = &'r Counter>) -> String {
    let mut names: Vec<&str> = counters.map(|counter| counter.id.as_str()).collect();
    names.dedup();
    names.join(", ")
}

/// Returns the error for an unknown counter or version, with the known ones as a hint.
fn nothing_to_count(counters: &[Counter], args: &CountArgs) -> Failure {
    let countable = || counters.iter().filter(|counter| !counter.rules.is_empty());
    if countable().next().is_none() {
        return Failure::usage("the roadmap has no counter with a rule")
            .hint("write one: `counters: {todos: {unit: TODOs, rule: {source: text, left: {contains: TODO}}}}`");
    }
    let named = args.counter.as_ref().map(|name| (name, counters.iter().find(|counter| counter.id.as_str() == name)));
    let rules = match named {
        Some((name, None)) => {
            let failure = Failure::usage(format!("there is no counter `{name}`"));
            return failure.known("counters", countable().map(|counter| &counter.id));
        }
        Some((name, Some(counter))) if counter.rules.is_empty() => {
            return Failure::usage(format!("the counter `{name}` has no rule to count by"))
                .hint(format!("these have: {}", names(countable())));
        }
        Some((_, Some(counter))) => counter.rules.iter().collect::<Vec<_>>(),
        None => countable().flat_map(|counter| &counter.rules).collect(),
    };
    let versions: BTreeSet<u32> = rules.iter().map(|rule| rule.version).collect();
    Failure::usage(format!("there is no rule with version {}", args.rule.unwrap_or_default()))
        .known("versions", versions)
}
