//! `offramp count`: counters computed from the job configs of a checkout of test-infra.

mod figures;
mod history;
mod pages;
mod problems;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Context, Exit, Failure, Kind};
use crate::cli::RepoArg;
use crate::domain::tally::By;
use crate::domain::{Counter, Date, Roadmap, Rule, Timestamp, World};
use crate::report::{Page, Stamp};
use crate::sources::job_configs::{Checkout, CheckoutError, Commit, GitError, Jobs, Listing, Reader, Repository};
use crate::sources::readings::{AppendError, append};
use figures::{Ask, Count, Figure};

/// The arguments of `count`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// Only this counter [default: all that have a rule]
    #[arg(value_name = "COUNTER")]
    pub counter: Option<String>,
    /// A checkout or bare clone of kubernetes/test-infra, or a folder with config/jobs
    /// [default: `test_infra` of the settings]
    #[arg(long, value_name = "PATH", value_parser = RepoArg::path)]
    pub repo: Option<RepoArg>,
    /// Count at a commit, branch or tag, or at the end of a day of the main line: 2020-08-31
    #[arg(long, value_name = "COMMIT|DATE", conflicts_with = "history")]
    pub at: Option<String>,
    /// Count along the main line: at the end of every period, and at its head
    #[arg(long, conflicts_with_all = ["by", "list"])]
    pub history: bool,
    /// How often
    #[arg(long, value_name = "PERIOD", value_enum, default_value_t, requires = "history")]
    pub every: Every,
    /// Begin with the period of this day
    #[arg(long, value_name = "DATE", requires = "history")]
    pub since: Option<String>,
    /// Only the rule with this version
    #[arg(long, value_name = "VERSION")]
    pub rule: Option<u32>,
    /// Count in groups
    #[arg(long, value_name = "FIELD", value_enum)]
    pub by: Option<By>,
    /// Name the jobs, with file and line
    #[arg(long, value_name = "WHICH", value_enum)]
    pub list: Option<Which>,
    /// Only jobs on dashboards of this SIG, with --list
    #[arg(long, value_name = "SIG", requires = "list")]
    pub sig: Option<String>,
    /// Print the jobs of --list as a Markdown task list, ready for an issue
    #[arg(long, requires = "list")]
    pub tasks: bool,
    /// Add the readings to the readings files of the roadmap
    #[arg(long)]
    pub write: bool,
}

/// How often `--history` counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Every {
    /// On every day with a commit
    Day,
    /// On Sundays
    Week,
    /// At the end of months
    #[default]
    Month,
    /// At the end of quarters
    Quarter,
    /// At the end of years
    Year,
}

/// Which jobs `--list` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// Those that the rule does not call done
    Left,
    /// Those that the rule calls done
    Done,
}

impl ValueEnum for By {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Cluster, Self::Type, Self::Repo, Self::Sig, Self::File, Self::Dir]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let path = checkout_path(context, args)?;
    let world = context.world()?;
    let asks = asks(&world.roadmap, args)?;
    let checkout = Checkout::open(&path)?;
    let rules = world.roadmap.counters.iter().flat_map(|counter| &counter.rules);
    let cache = context.paths.cache().ok().map(|folder| folder.join("jobs"));
    let mut reader = Reader::new(checkout, rules, cache);
    let listings = listings(context, args, &mut reader, &path)?;
    if let Err(error) = reader.save() {
        // What was counted is right all the same; the next time only takes longer.
        context.note(&format!("warning: {error}"));
    }
    let stamp = stamp(context, &world);
    let jobs = reader.jobs();
    let page = page(args, &asks, &jobs, &listings, stamp);
    let written = if args.write { Some(write(context, &asks, &jobs, &listings)?) } else { None };
    match (args.tasks, args.list, listings.as_slice()) {
        (true, Some(which), [listing]) => {
            let jobs = figures::jobs(&asks, &jobs, listing, which, args.sig.as_deref());
            context.print(&pages::tasks(listing, &jobs))?;
        }
        _ => context.print(&page.render(context.format, context.style))?,
    }
    if let Some(written) = written {
        context.note(&written);
    }
    problems::report(context, &listings)?;
    Ok(Exit::Done)
}

fn page(args: &Args, asks: &[Ask<'_>], jobs: &Jobs<'_>, listings: &[Listing], stamp: Stamp) -> Page {
    match (listings, args.by, args.list) {
        ([listing], Some(by), None) => pages::groups(stamp, listing, by, &figures::groups(asks, jobs, listing, by)),
        ([listing], _, Some(which)) => {
            let rows = figures::jobs(asks, jobs, listing, which, args.sig.as_deref());
            pages::jobs(stamp, listing, asks, which, args.by, &rows)
        }
        ([listing], None, None) if !args.history => pages::counts(stamp, listing, &Count::new(asks, jobs).of(listing)),
        (listings, ..) => {
            let mut count = Count::new(asks, jobs);
            let rows: Vec<(&Listing, Vec<Figure<'_>>)> =
                listings.iter().map(|listing| (listing, count.of(listing))).collect();
            pages::history(stamp, &rows)
        }
    }
}

fn stamp(context: &Context, world: &World) -> Stamp {
    Stamp {
        generated_at: world.now.rfc3339(),
        data_as_of: world.snapshot.taken.map(Timestamp::rfc3339),
        as_of: Some(world.date.to_string()),
        roadmap: Some(match context.origin() {
            Ok(crate::domain::Origin::File(path)) => crate::sources::paths::shown(path),
            Ok(crate::domain::Origin::Example) | Err(_) => "example".to_owned(),
        }),
    }
}

fn checkout_path(context: &Context, args: &Args) -> Result<PathBuf, Failure> {
    let given = args.repo.as_ref().map(|repo| PathBuf::from(&repo.text));
    given.or_else(|| context.settings.test_infra.clone()).ok_or_else(|| {
        Failure::usage("there is no checkout to count in")
            .hint("`--repo PATH` names a clone of kubernetes/test-infra, and so does `test_infra` in the settings")
    })
}

/// Returns the counters and rules that are asked for.
fn asks<'r>(roadmap: &'r Roadmap, args: &Args) -> Result<Vec<Ask<'r>>, Failure> {
    let is_wanted = |counter: &&Counter| args.counter.as_ref().is_none_or(|name| counter.id.as_str() == name);
    let countable: Vec<&Counter> = roadmap.counters.iter().filter(|counter| !counter.rules.is_empty()).collect();
    let named = countable.iter().map(|counter| counter.id.as_str()).collect::<Vec<_>>().join(", ");
    let is_rule = |rule: &&Rule| args.rule.is_none_or(|version| rule.version == version);
    let mut asks = Vec::new();
    for counter in countable.into_iter().filter(is_wanted) {
        let rules = counter.rules.iter().filter(is_rule);
        let rules = rules.take(if args.list.is_some() { 1 } else { usize::MAX });
        for rule in rules {
            asks.push(Ask::new(counter, rule).map_err(|error| Failure::usage(error.to_string()))?);
        }
    }
    // The jobs of one counter are a list; those of several would be a heap.
    asks.truncate(if args.list.is_some() { 1 } else { usize::MAX });
    match (asks.is_empty(), &args.counter) {
        (false, _) => Ok(asks),
        (true, Some(name)) if named.is_empty() => {
            Err(Failure::usage(format!("there is no counter `{name}` with a rule")))
        }
        (true, Some(name)) => Err(Failure::usage(format!("there is no counter `{name}` with such a rule"))
            .hint(format!("there are: {named}"))),
        (true, None) => Err(Failure::usage("the roadmap has no counter with a rule")
            .hint("`offramp roadmap schema` shows how one is written")),
    }
}

fn listings(
    context: &Context,
    args: &Args,
    reader: &mut Reader,
    path: &std::path::Path,
) -> Result<Vec<Listing>, Failure> {
    let Some(repository) = reader.checkout().repository().cloned() else {
        if args.at.is_some() || args.history {
            return Err(Failure::usage(format!("`{}` is no Git repository, so it has no past", path.display()))
                .hint("without --at and --history its files are counted as they are"));
        }
        return Ok(vec![reader.read_folder(path)?]);
    };
    let commits = if args.history {
        let since = args.since.as_ref().map(|text| context.day(text)).transpose()?;
        history::commits(&repository, args.every, since)?
    } else {
        vec![commit(context, args, &repository)?]
    };
    let bar = progress_bar();
    let mut listings = reader.read_commits(&repository, &commits, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    match listings.as_slice() {
        [only] if !only.has_folder => {
            return Err(commits.into_iter().next().map_or_else(
                || Failure::failed("there is nothing to count"),
                |commit| CheckoutError::NoJobsAt(commit).into(),
            ));
        }
        _ => listings.retain(|listing| listing.has_folder),
    }
    if args.history && repository.is_shallow() {
        context.note("warning: the clone is shallow: its history ends before its beginning");
    }
    Ok(listings)
}

/// Draws on a terminal only.
fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("counting {bar:30} {pos} of {len} files") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

fn commit(context: &Context, args: &Args, repository: &Repository) -> Result<Commit, Failure> {
    let at = match (&args.at, &context.global.as_of) {
        (Some(text), _) => text,
        (None, Some(text)) => return commit_at(repository, context.day(text)?),
        (None, None) => return Ok(repository.commit("HEAD")?),
    };
    let is_date = at.contains('-') && at.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date || (at.len() == 4 && at.bytes().all(|byte| byte.is_ascii_digit())) {
        return commit_at(repository, context.day(at)?);
    }
    match (repository.commit(at), context.day(at)) {
        (Err(GitError::NoCommit(_)), Ok(day)) => commit_at(repository, day),
        (commit, _) => Ok(commit?),
    }
}

fn commit_at(repository: &Repository, date: Date) -> Result<Commit, Failure> {
    let found = repository.commit_at("HEAD", date)?;
    found.ok_or_else(|| Failure::failed(format!("there is no commit on or before {date} in this repository")))
}

/// Adds the readings to the files of the roadmap, and says so.
fn write(context: &Context, asks: &[Ask<'_>], jobs: &Jobs<'_>, listings: &[Listing]) -> Result<String, Failure> {
    let roadmap = context.roadmap_path()?;
    if listings.iter().any(|listing| listing.commit.is_none()) {
        return Err(Failure::usage("a plain folder has no commit, so its figures cannot be added to the readings"));
    }
    let folder = roadmap.parent().unwrap_or(std::path::Path::new(""));
    let mut count = Count::new(asks, jobs);
    let (mut written, mut known, mut left_out) = (0, 0, 0);
    for listing in listings {
        for figure in count.of(listing) {
            let Some(file) = &figure.counter.readings_file else {
                return Err(Failure::usage(format!("the counter `{}` has no readings file", figure.counter.id))
                    .hint("add `readings: readings/NAME.csv` to it in the roadmap"));
            };
            match figure.reading(listing) {
                None => left_out += 1,
                Some(reading) => match append(&folder.join(file), &reading, context.now.date()) {
                    Ok(true) => written += 1,
                    Ok(false) => known += 1,
                    Err(AppendError::Disk(error)) => return Err(error.into()),
                    Err(AppendError::Faulty(faults)) => return Err(Failure::verbatim(Kind::Usage, faults.to_string())),
                },
            }
        }
    }
    Ok(format!("{written} readings written, {known} were there already, {left_out} left out since they are incomplete"))
}

impl From<CheckoutError> for Failure {
    fn from(error: CheckoutError) -> Self {
        let kind = match &error {
            CheckoutError::NoFolder(_) | CheckoutError::NoJobs(_) => Kind::Usage,
            CheckoutError::NoJobsAt(_) | CheckoutError::Git(_) => Kind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let kind = if matches!(error, GitError::NoCommit(_)) { Kind::Usage } else { Kind::Failed };
        Self::new(kind, error.to_string())
    }
}
