//! Figures: what rules count in checkouts, and what of that is a reading.

use std::path::PathBuf;

use super::{CountArgs, Which, checkouts, commits};
use crate::commands::{Context, Failure};
use crate::domain::counter::{left_on, of_start};
use crate::domain::rule::Start;
use crate::domain::{Counter, Date, Percent, Progress, Reading, Repo, Roadmap, Rule, Unit, UnitState, grouped};
use crate::sources::counting::owners::Owners;
use crate::sources::counting::{Checkout, CheckoutError, CheckoutReader, Count, Listing, Problem, base};
use crate::sources::git::Commit;

/// A counter, and one of its rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct CounterRule<'r> {
    pub(super) counter: &'r Counter,
    pub(super) rule: &'r Rule,
}

/// The rules that count in one checkout, and what was read there.
pub(super) struct CheckoutRules<'r> {
    /// Their positions among all that were asked, and they themselves.
    pub(super) asks: Vec<(usize, CounterRule<'r>)>,
    pub(super) path: PathBuf,
    roadmap: &'r Roadmap,
    pub(super) reader: CheckoutReader,
    pub(super) listings: Vec<Listing>,
    /// What is wrong with the files that name owners, as far as owners were asked for.
    pub(super) owner_problems: Vec<Problem>,
}

/// What a rule counts in a commit or a folder.
#[derive(Debug, Clone)]
pub(super) struct CountedFigure<'r> {
    pub(super) ask: CounterRule<'r>,
    /// What was read; `None` for a plain folder.
    pub(super) commit: Option<Commit>,
    /// The day of the figure where no commit gives it.
    pub(super) day: Option<Date>,
    pub(super) count: Count,
    /// For a rule that knows only what is left: where percentages begin.
    pub(super) start: Option<u64>,
}

impl<'r> CountedFigure<'r> {
    pub(super) fn new(ask: CounterRule<'r>, listing: &Listing, count: Count, today: Date) -> Self {
        let day = listing.commit.as_ref().map_or(today, |commit| commit.date);
        let start = start_of(ask, count.amounts.progress().left(), day);
        Self { ask, commit: listing.commit.clone(), day: None, count, start }
    }

    /// The day that it is about.
    pub(super) fn date(&self) -> Option<Date> {
        self.commit.as_ref().map(|commit| commit.date).or(self.day)
    }

    /// Whether these are totals.
    pub(super) fn is_complete(&self) -> bool {
        self.count.is_complete()
    }

    /// How far it is: of the total, or of where it began.
    pub(super) fn percent(&self) -> Percent {
        if !self.is_complete() {
            return Percent::Unknown;
        }
        self.progress().percent()
    }

    fn progress(&self) -> Progress {
        let progress = self.count.amounts.progress();
        self.start.map_or(progress, |start| of_start(progress.left(), start))
    }

    /// What is not done, so far as it was seen.
    fn left(&self) -> u64 {
        self.count.amounts.progress().left()
    }

    /// Returns the reading to keep; a figure of which a file could not be read or parsed is none. Of a rule that knows only
    /// what is left, nothing is done.
    pub(super) fn reading(&self) -> Option<Reading> {
        let commit = self.commit.as_ref()?;
        self.count.is_whole().then_some(())?;
        let progress = self.count.amounts.progress();
        let rule = self.ask.rule.version;
        Some(Reading { date: commit.date, progress, rule, commit: Some(commit.id.clone()), note: None })
    }
}

/// Returns where the percentage of a rule begins that knows only what is left.
fn start_of(ask: CounterRule<'_>, left: u64, day: Date) -> Option<u64> {
    ask.rule.is_left_only().then_some(())?;
    Some(match ask.rule.from {
        Start::Count(count) => count,
        Start::Day(from) => left_on(read_figures(ask), from).unwrap_or(left),
        Start::Peak => ask.counter.peak(ask.rule.version, day).max(left),
    })
}

/// What was left by the readings of a rule, with the days.
fn read_figures(ask: CounterRule<'_>) -> impl Iterator<Item = (Date, u64)> + Clone {
    let own = ask.counter.readings.iter().filter(move |reading| reading.rule == ask.rule.version);
    own.map(|reading| (reading.date, reading.progress.left()))
}

/// Lets the percentages of a history begin where its own figures say, too: at their peak until then, or on the day that
/// the rule names.
pub(super) fn settle_starts(figures: &mut [CountedFigure<'_>]) {
    for at in 0..figures.len() {
        let Some(figure) = figures.get(at).filter(|figure| figure.start.is_some() && figure.is_complete()) else {
            continue;
        };
        let ask = figure.ask;
        let is_own = |other: &&CountedFigure<'_>| {
            other.ask.counter.id == ask.counter.id && other.ask.rule.version == ask.rule.version
        };
        let start = match ask.rule.from {
            Start::Count(count) => Some(count),
            Start::Peak => figures.iter().take(at + 1).filter(is_own).filter_map(|other| other.start).max(),
            Start::Day(day) => {
                let whole = figures.iter().filter(is_own).filter(|other| other.is_complete());
                let counted = whole.filter_map(|other| Some((other.date()?, other.left())));
                left_on(read_figures(ask).chain(counted), day)
            }
        };
        if let Some(figure) = figures.get_mut(at) {
            figure.start = start.or(figure.start);
        }
    }
}

impl<'r> CheckoutRules<'r> {
    /// Counts by every rule in every commit; commits that lack the place are left out.
    pub(super) fn figures(&mut self, today: Date) -> Vec<(usize, CountedFigure<'r>)> {
        let mut figures = Vec::new();
        for listing in &self.listings {
            for (rule, (position, ask)) in self.asks.iter().enumerate() {
                if self.reader.has_place(listing, rule) {
                    let count = self.reader.count(listing, rule);
                    figures.push((*position, CountedFigure::new(*ask, listing, count, today)));
                }
            }
        }
        figures
    }

    /// Names the rules whose place is not there in the first commits of a history.
    pub(super) fn late_starts(&self) -> Vec<String> {
        let late = |(rule, (_, ask)): (usize, &(usize, CounterRule<'_>))| {
            let first = self.listings.iter().position(|listing| self.reader.has_place(listing, rule))?;
            let date = self.listings.get(first).filter(|_| first > 0)?.commit.as_ref()?.date;
            let (id, place) = (&ask.counter.id, ask.rule.jobs()?.config.join(" or "));
            Some(format!("note: {id} is counted from {date} on: before that there is no {place}"))
        };
        self.asks.iter().enumerate().filter_map(late).collect()
    }

    /// Whether a rule finds no file in any commit.
    pub(super) fn has_no_file(&mut self, rule: usize) -> bool {
        self.listings.iter().all(|listing| self.reader.count(listing, rule).files == 0)
    }

    /// Returns the repository that this is a clone of, and that in which a rule counts, where these are not the same.
    fn other_repository(&self, context: &Context, rule: usize) -> Option<(Repo, Repo)> {
        let (_, ask) = self.asks.get(rule)?;
        checkouts::other_repository(context, self.roadmap, ask.rule, &self.path)
    }

    /// Says that this is a clone of another repository than those in which rules count; `None` where it is not, or not known.
    pub(super) fn other_repositories(&self, context: &Context) -> Option<String> {
        let others = self.asks.iter().enumerate().filter_map(|(rule, (_, ask))| {
            let (origin, wanted) = self.other_repository(context, rule)?;
            Some(((origin, wanted), ask.counter.id.as_str()))
        });
        let others = grouped(others);
        let ((origin, _), _) = others.first()?;
        let counts = others.iter().map(|((_, wanted), ids)| {
            let mut ids = ids.clone();
            ids.dedup();
            format!("{} {} in {wanted}", ids.join(", "), if ids.len() > 1 { "count" } else { "counts" })
        });
        let (path, counts) = (crate::sources::paths::shown(&self.path), counts.collect::<Vec<_>>().join("; "));
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
        self.owner_problems.extend_from_slice(owners.problems());
        Ok(units)
    }

    /// Returns the address under which the files of a commit are shown.
    pub(super) fn base(&self, commit: Option<&Commit>) -> Option<String> {
        let repository = self.reader.checkout().repository()?;
        let named = self.asks.first().and_then(|(_, ask)| ask.rule.repo.as_ref());
        base(repository, commit?, named)
    }

    /// Says where the job configs were looked for that are not there, if no rule has a place to count in.
    pub(super) fn lack(&self, listing: &Listing) -> Option<CheckoutError> {
        let is_there = (0..self.asks.len()).any(|rule| self.reader.has_place(listing, rule));
        self.lacks(listing).next().filter(|_| !is_there)
    }

    /// Says for each rule where its job configs were looked for that are not there.
    pub(super) fn lacks(&self, listing: &Listing) -> impl Iterator<Item = CheckoutError> {
        (0..self.asks.len()).filter_map(|rule| self.lack_of(listing, rule))
    }

    /// Says where the job configs of a rule were looked for, if they are not there.
    pub(super) fn lack_of(&self, listing: &Listing, rule: usize) -> Option<CheckoutError> {
        let (_, ask) = self.asks.get(rule).filter(|_| !self.reader.has_place(listing, rule))?;
        let configs = ask.rule.jobs()?.config.join(" or ");
        Some(match listing.commit.clone() {
            Some(commit) => CheckoutError::NoConfigsAt { commit, configs },
            None => CheckoutError::NoConfigs { path: self.path.clone(), configs },
        })
    }
}

/// Sorts what is asked by checkout, and reads those. A checkout that is not known or cannot be read is a failure, and the
/// others are counted.
pub(super) fn places<'r>(
    context: &Context,
    args: &CountArgs,
    roadmap: &'r Roadmap,
    asks: &[CounterRule<'r>],
) -> (Vec<CheckoutRules<'r>>, Vec<Failure>) {
    let (mut places, mut missing): (Vec<CheckoutRules<'r>>, Vec<Failure>) = (Vec::new(), Vec::new());
    let mut placed = Vec::new();
    for (position, ask) in asks.iter().enumerate().filter(|(_, ask)| ask.rule.reads_code()) {
        let given = args.repo.as_ref().map(|repo| PathBuf::from(&repo.text));
        let Some(path) = given.or_else(|| checkouts::of_settings(context, roadmap, ask.rule)) else {
            let failure = checkouts::missing(ask.rule, roadmap);
            if missing.iter().all(|other| other.message != failure.message) {
                missing.push(failure);
            }
            continue;
        };
        placed.push((path, (position, *ask)));
    }
    for (path, own) in grouped(placed) {
        let named = own.first().filter(|_| args.repo.is_none()).map(|(_, ask)| ask.rule);
        match place(context, args, roadmap, path.clone(), own) {
            Ok(place) => places.push(place),
            Err(failure) => missing.push(match named {
                Some(rule) => checkouts::unusable(context, roadmap, rule, &path, failure),
                None => failure,
            }),
        }
    }
    (places, missing)
}

fn place<'r>(
    context: &Context,
    args: &CountArgs,
    roadmap: &'r Roadmap,
    path: PathBuf,
    asks: Vec<(usize, CounterRule<'r>)>,
) -> Result<CheckoutRules<'r>, Failure> {
    let rules: Vec<&Rule> = asks.iter().map(|(_, ask)| ask.rule).collect();
    let all = roadmap.counters.iter().flat_map(|counter| &counter.rules);
    let reader = CheckoutReader::new(Checkout::open(&path)?, &rules, all, context.count_cache())?;
    let mut place = CheckoutRules { asks, path, roadmap, reader, listings: Vec::new(), owner_problems: Vec::new() };
    place.listings = commits::listings(context, args, &place.path, &mut place.reader)?;
    if let Err(error) = place.reader.save(Some(context.now)) {
        // What was counted is right all the same; the next time only takes longer.
        context.note(&format!("warning: {error}"));
    }
    // A history may begin before its configs do.
    let asked = place.listings.last().filter(|_| !args.history && !args.is_by_commit());
    match asked.and_then(|asked| place.lack(asked)) {
        Some(error) => Err(error.into()),
        None => Ok(place),
    }
}

/// Refuses to write readings from a clone of another repository than the rules name, unless its path was given and it has
/// files for them.
pub(super) fn refuse_other_repository(
    context: &Context,
    args: &CountArgs,
    place: &mut CheckoutRules<'_>,
) -> Result<(), Failure> {
    let Some(other) = place.other_repositories(context) else { return Ok(()) };
    if args.repo.is_none() {
        return Err(Failure::usage(format!("nothing is written: {other}")).hint(
            "`--repo PATH` counts there all the same; of a fork, a remote `upstream` says what it is a fork of",
        ));
    }
    let mut rules = 0..place.asks.len();
    let is_empty = |rule| place.other_repository(context, rule).is_some() && place.has_no_file(rule);
    if rules.any(is_empty) {
        return Err(Failure::usage(format!("nothing was counted and nothing is written: {other}")));
    }
    Ok(())
}

/// Whether a state is one that `--list` asks for.
pub(super) fn is_listed(which: Which, state: UnitState) -> bool {
    match which {
        Which::Left => matches!(state, UnitState::Left | UnitState::Unknown),
        Which::Done => state == UnitState::Done,
    }
}
