//! Figures: counts by rules in checkouts, with percentages, and converts them to readings.

use std::path::PathBuf;

use super::{CountArgs, Which, checkouts, commits};
use crate::commands::{Context, Failure};
use crate::domain::counter::{left_on, of_start};
use crate::domain::rule::Start;
use crate::domain::{Counter, Date, Percent, Reading, Repo, Roadmap, Rule, Unit, UnitState, grouped};
use crate::sources::counting::owners::Owners;
use crate::sources::counting::{Checkout, CheckoutError, CheckoutReader, Count, Listing, Problem, ProblemKind, base};
use crate::sources::git::Commit;
use crate::sources::paths;

/// A counter and one of its rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct CounterRule<'r> {
    /// The position among all that are counted.
    pub(super) position: usize,
    pub(super) counter: &'r Counter,
    pub(super) rule: &'r Rule,
}

/// The rules that count in one checkout, and the commits read there.
pub(super) struct CheckoutRules<'r> {
    pub(super) targets: Vec<CounterRule<'r>>,
    pub(super) path: PathBuf,
    roadmap: &'r Roadmap,
    pub(super) reader: CheckoutReader,
    pub(super) listings: Vec<Listing>,
    /// The problems with files of owners, filled when units are listed.
    pub(super) owner_problems: Vec<Problem>,
}

/// The count of a rule in a commit or a folder.
#[derive(Debug, Clone)]
pub(super) struct CountedFigure<'r> {
    pub(super) target: CounterRule<'r>,
    /// The commit; `None` for a plain folder.
    pub(super) commit: Option<Commit>,
    /// The day of a figure without a commit.
    pub(super) day: Option<Date>,
    pub(super) count: Count,
    /// The start that percentages refer to, for a rule that counts only what is left; `None` if it is not known, or later.
    pub(super) start: Option<u64>,
}

impl<'r> CountedFigure<'r> {
    pub(super) fn new(target: CounterRule<'r>, listing: &Listing, count: Count, today: Date) -> Self {
        let day = listing.commit.as_ref().map_or(today, |commit| commit.date);
        let start = start_of(target, count.left(), day);
        Self { target, commit: listing.commit.clone(), day: None, count, start }
    }

    /// Returns the day of the figure.
    pub(super) fn date(&self) -> Option<Date> {
        self.commit.as_ref().map(|commit| commit.date).or(self.day)
    }

    /// Whether the amounts are totals.
    pub(super) fn is_complete(&self) -> bool {
        self.count.is_complete()
    }

    /// Returns the percentage done, of the total or of the start.
    pub(super) fn percent(&self) -> Percent {
        let progress = self.count.amounts.progress();
        match self.start {
            _ if !self.is_complete() => Percent::Unknown,
            Some(start) => of_start(progress.left(), start).percent(),
            None if self.target.rule.is_left_only() => Percent::Unknown,
            None => progress.percent(),
        }
    }

    /// Returns the reading to store; `None` if a file could not be read or parsed. For a rule that counts only what is
    /// left, nothing is done.
    pub(super) fn reading(&self) -> Option<Reading> {
        let commit = self.commit.as_ref()?;
        self.count.is_whole().then_some(())?;
        let progress = self.count.amounts.progress();
        let rule = self.target.rule.version;
        Some(Reading { date: commit.date, progress, rule, commit: Some(commit.id.clone()), note: None })
    }
}

/// Returns the start for percentages of a rule that counts only what is left.
fn start_of(target: CounterRule<'_>, left: u64, day: Date) -> Option<u64> {
    target.rule.is_left_only().then_some(())?;
    match target.rule.from {
        Start::Count(count) => Some(count),
        Start::Day(from) => left_at(read_figures(target), from, day),
        Start::Peak => Some(target.counter.peak(target.rule.version, day).max(left)),
    }
}

/// Returns what was left at the start of percentages; `None` if it is not known, or later than the figure's day.
fn left_at(figures: impl Iterator<Item = (Date, u64)> + Clone, from: Date, day: Date) -> Option<u64> {
    left_on(figures, from).filter(|(start, _)| *start <= day).map(|(_, left)| left)
}

/// Returns what was left on each day, by the stored readings of a rule.
fn read_figures(target: CounterRule<'_>) -> impl Iterator<Item = (Date, u64)> + Clone {
    let own = target.counter.readings.iter().filter(move |reading| reading.rule == target.rule.version);
    own.map(|reading| (reading.date, reading.progress.left()))
}

/// Adjusts the starts in a history to its own figures: to the peak up to each figure, or to the day that the rule
/// names.
pub(super) fn settle_starts(figures: &mut [CountedFigure<'_>]) {
    for at in 0..figures.len() {
        let is_settled = |figure: &&CountedFigure<'_>| figure.target.rule.is_left_only() && figure.is_complete();
        let Some(figure) = figures.get(at).filter(is_settled) else { continue };
        let (target, date) = (figure.target, figure.date());
        let is_own = |other: &&CountedFigure<'_>| {
            other.target.counter.id == target.counter.id && other.target.rule.version == target.rule.version
        };
        let start = match target.rule.from {
            Start::Count(count) => Some(count),
            Start::Peak => figures.iter().take(at + 1).filter(is_own).filter_map(|other| other.start).max(),
            Start::Day(day) => {
                let whole = figures.iter().filter(is_own).filter(|other| other.is_complete());
                let counted = whole.filter_map(|other| Some((other.date()?, other.count.left())));
                date.and_then(|date| left_at(read_figures(target).chain(counted), day, date))
            }
        };
        if let Some(figure) = figures.get_mut(at) {
            figure.start = start;
        }
    }
}

impl<'r> CheckoutRules<'r> {
    /// Counts by every rule in every commit, except where the job configs of the rule do not exist yet.
    pub(super) fn figures(&mut self, today: Date) -> Vec<CountedFigure<'r>> {
        let mut figures = Vec::new();
        for listing in &self.listings {
            for (rule, target) in self.targets.iter().enumerate() {
                let count = self.reader.count(listing, rule);
                if self.reader.has_place(listing, rule) || !count.is_complete() {
                    figures.push(CountedFigure::new(*target, listing, count, today));
                }
            }
        }
        figures
    }

    /// Returns notes for rules whose job configs do not exist in the first commits of a history.
    pub(super) fn late_starts(&self) -> Vec<String> {
        let late = |(rule, target): (usize, &CounterRule<'_>)| {
            let first = self.listings.iter().position(|listing| self.reader.has_place(listing, rule))?;
            let date = self.listings.get(first).filter(|_| first > 0)?.commit.as_ref()?.date;
            let (id, folders) = (&target.counter.id, target.rule.jobs()?.config.join(" or "));
            Some(format!("note: {id} is counted from {date} on: before that there is no {folders}"))
        };
        self.targets.iter().enumerate().filter_map(late).collect()
    }

    /// Whether a rule finds no file in any commit.
    pub(super) fn has_no_file(&mut self, rule: usize) -> bool {
        self.listings.iter().all(|listing| self.reader.count(listing, rule).files == 0)
    }

    /// Returns the repository of this clone and the one in which a rule counts, if they differ.
    fn other_repository(&self, context: &Context, rule: usize) -> Option<(Repo, Repo)> {
        let target = self.targets.get(rule)?;
        checkouts::other_repository(context, self.roadmap, target.rule, &self.path)
    }

    /// Returns a warning that rules count in other repositories than this clone's; `None` if they match or the
    /// clone's is unknown.
    pub(super) fn other_repositories(&self, context: &Context) -> Option<String> {
        let others = self.targets.iter().enumerate().filter_map(|(rule, target)| {
            let (origin, wanted) = self.other_repository(context, rule)?;
            Some(((origin, wanted), target.counter.id.as_str()))
        });
        let others = grouped(others);
        let ((origin, _), _) = others.first()?;
        let counts = others.iter().map(|((_, wanted), ids)| {
            let mut ids = ids.clone();
            ids.dedup();
            format!("{} {} in {wanted}", ids.join(", "), if ids.len() > 1 { "count" } else { "counts" })
        });
        let (path, counts) = (paths::shown(&self.path), counts.collect::<Vec<_>>().join("; "));
        Some(format!("`{path}` is a clone of {origin}, and {counts}"))
    }

    /// Lists the units of a rule, with their owners.
    pub(super) fn units(
        &mut self,
        listing: &Listing,
        rule: usize,
        is_wanted: impl Fn(UnitState) -> bool,
    ) -> Result<Vec<Unit>, Failure> {
        let mut units = self.reader.units(listing, rule, is_wanted)?;
        let owners = Owners::read(&mut self.reader, listing)?;
        for unit in &mut units {
            owners.mark(unit);
        }
        self.owner_problems.extend(owners.problems);
        Ok(units)
    }

    /// Returns the web address of the files of a commit.
    pub(super) fn base(&self, commit: Option<&Commit>) -> Option<String> {
        let repository = self.reader.checkout().repository()?;
        let named = self.targets.first().and_then(|target| target.rule.repo.as_ref());
        base(repository, commit?, named)
    }

    /// Returns an error for missing job configs, if they leave no rule to count by.
    pub(super) fn nothing_to_count(&mut self, listing: &Listing) -> Option<CheckoutError> {
        let missing: Option<Vec<_>> =
            (0..self.targets.len()).map(|rule| self.missing_configs_of(listing, rule)).collect();
        missing?.into_iter().next()
    }

    /// Returns an error if the job configs of a rule are missing, and were not renamed.
    pub(super) fn missing_configs_of(&mut self, listing: &Listing, rule: usize) -> Option<CheckoutError> {
        let problems = self.reader.count(listing, rule).problems;
        let is_missing =
            !self.reader.has_place(listing, rule) && problems.iter().all(|problem| problem.kind == ProblemKind::Absent);
        let target = self.targets.get(rule).filter(|_| is_missing)?;
        let configs = target.rule.jobs()?.config.join(" or ");
        Some(match listing.commit.clone() {
            Some(commit) => CheckoutError::NoConfigsAt { commit, configs },
            None => CheckoutError::NoConfigs { path: self.path.clone(), configs },
        })
    }
}

/// Groups the requested rules by checkout and reads each. A checkout that is unknown or cannot be read becomes a
/// failure, and the others are still counted.
pub(super) fn read_checkouts<'r>(
    context: &Context,
    args: &CountArgs,
    roadmap: &'r Roadmap,
    targets: &[CounterRule<'r>],
) -> (Vec<CheckoutRules<'r>>, Vec<Failure>) {
    let (mut checkouts, mut missing): (Vec<CheckoutRules<'r>>, Vec<Failure>) = (Vec::new(), Vec::new());
    let mut by_path = Vec::new();
    for target in targets.iter().filter(|target| target.rule.reads_code()) {
        let given = args.repo.as_ref().map(|repo| PathBuf::from(&repo.text));
        let Some(path) = given.or_else(|| checkouts::of_settings(context, roadmap, target.rule)) else {
            let failure = checkouts::missing(target.rule, roadmap);
            if missing.iter().all(|other| other.message != failure.message) {
                missing.push(failure);
            }
            continue;
        };
        by_path.push((path, *target));
    }
    for (path, targets) in grouped(by_path) {
        let named = targets.first().filter(|_| args.repo.is_none()).map(|target| target.rule);
        match read_checkout(context, args, roadmap, path.clone(), targets) {
            Ok(checkout) => checkouts.push(checkout),
            Err(failure) => missing.push(match named {
                Some(rule) => checkouts::unusable(context, roadmap, rule, &path, failure),
                None => failure,
            }),
        }
    }
    (checkouts, missing)
}

fn read_checkout<'r>(
    context: &Context,
    args: &CountArgs,
    roadmap: &'r Roadmap,
    path: PathBuf,
    targets: Vec<CounterRule<'r>>,
) -> Result<CheckoutRules<'r>, Failure> {
    let rules: Vec<&Rule> = targets.iter().map(|target| target.rule).collect();
    let reader = CheckoutReader::new(Checkout::open(&path)?, &rules, roadmap.rules(), context.count_cache())?;
    let mut checkout =
        CheckoutRules { targets, path, roadmap, reader, listings: Vec::new(), owner_problems: Vec::new() };
    checkout.listings = commits::listings(context, args, &checkout.path, &mut checkout.reader)?;
    if let Err(error) = checkout.reader.save(Some(context.now)) {
        // A failed cache write only makes the next count slower.
        context.note(&format!("warning: {error}"));
    }
    // A history may begin before its configs were added.
    let wanted = checkout.listings.last().filter(|_| !args.history && !args.is_by_commit()).cloned();
    match wanted.and_then(|listing| checkout.nothing_to_count(&listing)) {
        Some(error) => Err(error.into()),
        None => Ok(checkout),
    }
}

/// Refuses to write readings from a clone of another repository than the rules name, unless `--repo` gives its path and
/// it has files for the rules.
pub(super) fn refuse_other_repository(
    context: &Context,
    args: &CountArgs,
    checkout: &mut CheckoutRules<'_>,
) -> Result<(), Failure> {
    let Some(other) = checkout.other_repositories(context) else { return Ok(()) };
    if args.repo.is_none() {
        return Err(Failure::usage(format!("nothing is written: {other}"))
            .hint("`--repo PATH` counts there anyway; for a fork, add a remote `upstream`"));
    }
    let mut rules = 0..checkout.targets.len();
    let is_empty = |rule| checkout.other_repository(context, rule).is_some() && checkout.has_no_file(rule);
    if rules.any(is_empty) {
        return Err(Failure::usage(format!("nothing was counted and nothing is written: {other}")));
    }
    Ok(())
}

/// Whether `--list` includes units of a state.
pub(super) fn is_listed(which: Which, state: UnitState) -> bool {
    match which {
        Which::Left => matches!(state, UnitState::Left | UnitState::Unknown),
        Which::Done => state == UnitState::Done,
    }
}
