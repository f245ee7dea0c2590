//! Checkout facts as of a day: the newest commit, and what is left of each counter.

use std::path::{Path, PathBuf};

use super::count::checkouts;
use super::{Context, Failure};
use crate::domain::checkout::{CheckoutFacts, LeftByRepo, NewestCommit};
use crate::domain::shift::{CounterMove, Moves, largest};
use crate::domain::{Counter, CounterId, Date, Roadmap, Rule, World, grouped};
use crate::insight::trend::{self, SeriesStep};
use crate::sources::counting::{self, CheckoutError, MovesBetween, Remaining, RuleMoves};
use crate::sources::git::{Commit, Repository};
use crate::sources::paths;
use crate::words;

/// The facts read from checkouts, and why some could not be read.
#[derive(Default)]
struct CheckoutAnswers {
    facts: Option<CheckoutFacts>,
    gaps: Vec<String>,
}

impl CheckoutAnswers {
    fn add_gap(&mut self, checkout: &str, path: &Path, error: &CheckoutError) {
        let (path, error) = (paths::shown(path), error.to_string());
        // Many errors already name the path.
        let place = if error.contains(&path) { String::new() } else { format!("{path}: ") };
        self.gaps.push(format!("{checkout}: {place}{error}"));
    }

    fn note(self, context: &Context, world: &mut World) {
        let Self { facts, mut gaps } = self;
        gaps.sort_unstable();
        gaps.dedup();
        for gap in gaps {
            context.note(&format!("note: {gap}"));
        }
        world.checkout = facts;
    }
}

/// Counts what is left on the day shown. A checkout that cannot be read is noted and does not fail the command.
pub(super) fn count_left(context: &Context, world: &mut World) {
    left(context, world, world.date).note(context, world);
}

/// Reads only the newest commit of each checkout, which is much quicker than counting.
pub(super) fn newest_commit(context: &Context, world: &mut World, day: Date) {
    newest(context, world, day).note(context, world);
}

fn newest(context: &Context, world: &World, day: Date) -> CheckoutAnswers {
    let mut answers = CheckoutAnswers::default();
    let mut newest = Vec::new();
    let places = by_checkout(context, world, |_| true);
    for (path, counters) in &places {
        match counting::newest_commit(path, Some(day), context.count_cache()) {
            Ok(None) => {}
            Err(error) => answers.add_gap(&checkout_name(world, counters), path, &error),
            Ok(Some(commit)) => newest.extend(counters.iter().map(|(counter, rule)| {
                let is_behind = counter.reading_at(day).is_none_or(|last| last.date < commit.date);
                let gone = is_behind.then(|| counting::gone(path, &[*rule], &commit).ok()?.pop()?).flatten();
                let (counter, short) = (counter.id.clone(), commit.short().into());
                NewestCommit { counter, commit: short, date: commit.date, gone }
            })),
        }
    }
    // If no checkout could be read, there are no facts.
    let has_answer = answers.gaps.len() < places.len();
    answers.facts = has_answer.then_some(CheckoutFacts { asked: day, newest, rows: Vec::new() });
    answers
}

/// Counts what is left on a day by the first rule of each counter; `None` without a checkout.
pub(super) fn left_by_counter(context: &Context, world: &World, day: Date) -> Result<Option<CheckoutFacts>, Failure> {
    let CheckoutAnswers { facts, gaps } = left(context, world, day);
    match gaps.into_iter().next().filter(|_| facts.is_none()) {
        Some(gap) => Err(Failure::failed(gap)),
        None => Ok(facts),
    }
}

fn left(context: &Context, world: &World, day: Date) -> CheckoutAnswers {
    let places = by_checkout(context, world, |counter| measures_something(world, counter));
    let mut answers = newest(context, world, day);
    // A folder without history cannot be counted as of a past day.
    let Some(mut facts) = answers.facts.take_if(|facts| !facts.newest.is_empty() || day >= context.today()) else {
        return CheckoutAnswers { facts: None, ..answers };
    };
    for (path, counters) in places {
        let rules: Vec<&Rule> = counters.iter().map(|(_, rule)| *rule).collect();
        let (commit, found) =
            match counting::remaining(&path, world.roadmap.rules(), &rules, Some(day), context.count_cache()) {
                Ok(found) => found,
                Err(error) => {
                    answers.add_gap(&checkout_name(world, &counters), &path, &error);
                    continue;
                }
            };
        for ((counter, rule), own) in counters.iter().zip(&found) {
            if !own.is_complete {
                answers.gaps.push(format!("what is left of {} is not known: {}", counter.id, incomplete(own)));
                continue;
            }
            let base = commit.as_ref().and_then(|commit| base(&path, commit, rule));
            facts.rows.push(LeftByRepo::of(counter.id.clone(), &own.units, base.as_deref(), rule.nouns()));
        }
    }
    CheckoutAnswers { facts: Some(facts), ..answers }
}

/// Says why the list of what is left is incomplete.
fn incomplete(remaining: &Remaining) -> String {
    let hidden = remaining.problems.iter().find(|problem| problem.kind.hides_units());
    hidden.map(|problem| format!("{}: {}", problem.place(), problem.kind.describe())).unwrap_or_default()
}

/// Lists by repository what is left of one counter on the day shown.
pub(super) fn left_by_repo(
    context: &Context,
    world: &World,
    counter: &CounterId,
) -> Result<Option<LeftByRepo>, Failure> {
    let known = world.roadmap.counter(counter).and_then(|counter| counter.rules.first());
    let Some(rule) = known else { return Ok(None) };
    let (own, _, base) = remaining_of(context, &world.roadmap, rule, world.date)?;
    if !own.is_complete {
        return Err(Failure::failed(format!("what is left of {counter} is not known: {}", incomplete(&own))));
    }
    Ok(Some(LeftByRepo::of(counter.clone(), &own.units, base.as_deref(), rule.nouns())))
}

/// Lists what a rule does not count as done on a day, with the commit and the web address of its files.
pub(super) fn remaining_of(
    context: &Context,
    roadmap: &Roadmap,
    rule: &Rule,
    day: Date,
) -> Result<(Remaining, Option<Commit>, Option<String>), Failure> {
    let path = checkouts::of_settings(context, roadmap, rule).ok_or_else(|| checkouts::missing(rule, roadmap))?;
    let (commit, found) = counting::remaining(&path, roadmap.rules(), &[rule], Some(day), context.count_cache())?;
    let own = found.into_iter().next().ok_or_else(|| Failure::failed("nothing was counted"))?;
    let base = commit.as_ref().and_then(|commit| base(&path, commit, rule));
    Ok((own, commit, base))
}

/// Finds the commits that moved each counter most between two days, by its first rule. What could not be read is a gap.
pub(super) fn moved(context: &Context, world: &World, since: Date, until: Date) -> Moves {
    let mut moves = Moves { since, until, ..Moves::default() };
    for (path, counters) in by_checkout(context, world, |_| true) {
        let rules: Vec<&Rule> = counters.iter().map(|(_, rule)| *rule).collect();
        match counting::moves_between(&path, world.roadmap.rules(), &rules, (since, until), context.count_cache()) {
            Ok(Some(MovesBetween::Found(found, web))) => add_moves(&mut moves, &counters, &found, web.as_deref()),
            Ok(Some(MovesBetween::TooMany(count))) => {
                moves.gaps.push(words::too_many_commits(&checkout_name(world, &counters), count));
            }
            Ok(None) => {}
            Err(error) => moves.gaps.push(format!("{}: {error}", checkout_name(world, &counters))),
        }
    }
    let place = |id: &CounterId| world.roadmap.counters.iter().position(|counter| &counter.id == id);
    moves.list.sort_by_key(|one| place(&one.counter));
    moves
}

fn add_moves(moves: &mut Moves, counters: &[Countable<'_>], found: &RuleMoves, web: Option<&str>) {
    for (number, (counter, rule)) in counters.iter().enumerate() {
        if found.sums.get(number).copied().flatten().is_none() {
            moves.gaps.push(format!("{}: the figures are incomplete", counter.id));
        }
        moves.list.extend(largest(moves_of((*counter, *rule), number, found, web).collect()));
    }
}

/// The commits that moved a counter; `number` is the index of its rule.
fn moves_of<'f>(
    (counter, rule): Countable<'f>,
    number: usize,
    found: &'f RuleMoves,
    web: Option<&'f str>,
) -> impl Iterator<Item = CounterMove> {
    found.list.iter().filter(move |one| one.rule == number).map(move |one| CounterMove {
        counter: counter.id.clone(),
        is_left_only: rule.is_left_only(),
        shift: if rule.is_left_only() { one.shift.of_left_only() } else { one.shift },
        date: one.commit.date,
        commit: one.commit.id.clone(),
        subject: one.subject.clone(),
        link: web.map(|web| format!("{web}/commit/{}", one.commit.id)),
    })
}

/// Finds the commit that did most of each step in the series of counters, where a checkout can be read.
pub(super) fn step_commits(context: &Context, world: &World, is_wanted: impl Fn(&Counter) -> bool) -> Vec<CounterMove> {
    let mut found = Vec::new();
    for (path, counters) in by_checkout(context, world, is_wanted) {
        for countable in counters {
            let trend = trend::of_counter(countable.0, world.date);
            let steps =
                trend.steps.iter().filter(|_| trend.main().is_some_and(|main| main.rule == countable.1.version));
            found.extend(steps.filter_map(|step| step_commit(context, world, &path, countable, step)));
        }
    }
    found
}

fn step_commit(
    context: &Context,
    world: &World,
    path: &Path,
    countable: Countable<'_>,
    step: &SeriesStep,
) -> Option<CounterMove> {
    let days = (step.since, step.date);
    let moves = counting::moves_between(path, world.roadmap.rules(), &[countable.1], days, context.count_cache())
        .ok()
        .flatten()?;
    let MovesBetween::Found(moves, web) = moves else { return None };
    let alike =
        moves_of(countable, 0, &moves, web.as_deref()).filter(|one| one.shift.left.signum() == step.change.signum());
    alike.max_by_key(|one| one.shift.left.unsigned_abs())
}

/// Names a checkout by its repository: its path on a page would reveal how the machine is set up.
fn checkout_name(world: &World, counters: &[Countable<'_>]) -> String {
    let repo = counters.iter().find_map(|(_, rule)| checkouts::repo_of(rule, &world.roadmap));
    repo.map_or_else(|| "a checkout".to_owned(), |repo| format!("the checkout of {repo}"))
}

/// Whether the settings name a checkout for any counter of the roadmap.
pub(super) fn has_checkout(context: &Context, world: &World) -> bool {
    !by_checkout(context, world, |_| true).is_empty()
}

/// Whether the settings name a checkout for this counter.
pub(super) fn has_checkout_of(context: &Context, world: &World, counter: &CounterId) -> bool {
    !by_checkout(context, world, |own| own.id == *counter).is_empty()
}

/// The web address of the files of a commit.
fn base(path: &Path, commit: &Commit, rule: &Rule) -> Option<String> {
    counting::base(&Repository::of(path)?, commit, rule.repo.as_ref())
}

type Countable<'w> = (&'w Counter, &'w Rule);

/// The counters of each checkout, with the rule that their percentages use.
fn by_checkout<'w>(
    context: &Context,
    world: &'w World,
    is_wanted: impl Fn(&Counter) -> bool,
) -> Vec<(PathBuf, Vec<Countable<'w>>)> {
    let counters = world.roadmap.counters.iter().filter(|counter| is_wanted(counter));
    let rules = counters.filter_map(|counter| Some((counter, counter.rules.first()?)));
    grouped(rules.filter_map(|own| Some((checkouts::of_settings(context, &world.roadmap, own.1)?, own))))
}

fn measures_something(world: &World, counter: &Counter) -> bool {
    let id = Some(&counter.id);
    world.roadmap.items().any(|item| item.counter.as_ref() == id)
        || world.roadmap.projects.iter().any(|project| project.measure.as_ref() == id)
}
