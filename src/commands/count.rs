//! `offramp count`: counters computed from the job configs of a checkout of test-infra.

mod figures;
mod history;
mod pages;
mod problems;
mod write;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::global::RepoArg;
use super::{Context, Exit, Failure, Kind};
use crate::domain::tally::By;
use crate::domain::{Counter, Date, Origin, Roadmap, Rule};
use crate::report::{Page, Stamp};
use crate::sources::counting::{Checkout, CheckoutError, FOLDER, Jobs, Listing, Reader};
use crate::sources::git::{Commit, GitError, Line, Repository};
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
    // Issues say nothing about jobs, so the network is left alone.
    let origin = context.origin()?;
    let roadmap = context.roadmap(&origin)?;
    let asks = asks(&roadmap, args)?;
    if args.write {
        write::check(context, &asks)?;
    }
    let checkout = Checkout::open(&path)?;
    let rules = roadmap.counters.iter().flat_map(|counter| &counter.rules);
    let mut reader = Reader::new(checkout, rules, context.jobs_cache());
    let listings = listings(context, args, &mut reader, &path)?;
    if let Err(error) = reader.save() {
        // What was counted is right all the same; the next time only takes longer.
        context.note(&format!("warning: {error}"));
    }
    let stamp = stamp(context, &origin)?;
    let jobs = reader.jobs();
    let page = page(args, &asks, &jobs, &listings, stamp);
    let written = if args.write { Some(write::write(context, &asks, &jobs, &listings)?) } else { None };
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

fn stamp(context: &Context, origin: &Origin) -> Result<Stamp, Failure> {
    Ok(Stamp {
        generated_at: context.now.rfc3339(),
        data_as_of: None,
        as_of: Some(context.date(origin)?.to_string()),
        roadmap: Some(match origin {
            Origin::File(path) => crate::sources::paths::shown(path),
            Origin::Example => "example".to_owned(),
        }),
    })
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
    let is_rule = |rule: &&Rule| args.rule.is_none_or(|version| rule.version == version);
    let mut asks = Vec::new();
    for counter in roadmap.counters.iter().filter(is_wanted) {
        let rules = counter.rules.iter().filter(is_rule);
        let rules = rules.take(if args.list.is_some() { 1 } else { usize::MAX });
        for rule in rules {
            asks.push(Ask::new(counter, rule).map_err(|error| Failure::usage(error.to_string()))?);
        }
    }
    // The jobs of one counter are a list; those of several would be a heap.
    asks.truncate(if args.list.is_some() { 1 } else { usize::MAX });
    if asks.is_empty() { Err(nothing_to_ask(&roadmap.counters, args)) } else { Ok(asks) }
}

/// Says which of the names given is unknown, and which are known.
fn nothing_to_ask(counters: &[Counter], args: &Args) -> Failure {
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
        let line = reader.line(&repository)?;
        if line.is_shallow() {
            context.note("warning: the clone is shallow: its history ends before its beginning");
        }
        history::commits(&line, args.every, since)
    } else {
        vec![commit(context, args, &repository, reader)?]
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

fn commit(context: &Context, args: &Args, repository: &Repository, reader: &Reader) -> Result<Commit, Failure> {
    let commit_at = |date| commit_at(&reader.line(repository)?, date);
    let at = match (&args.at, &context.global.as_of) {
        (Some(text), _) => text,
        (None, Some(text)) => return commit_at(context.day(text)?),
        (None, None) => return Ok(repository.commit("HEAD")?),
    };
    let is_date = at.contains('-') && at.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date || (at.len() == 4 && at.bytes().all(|byte| byte.is_ascii_digit())) {
        return commit_at(context.day(at)?);
    }
    match (repository.commit(at), context.day(at)) {
        (Err(GitError::NoCommit(_)), Ok(day)) => commit_at(day),
        (commit, _) => Ok(commit?),
    }
}

fn commit_at(line: &Line, date: Date) -> Result<Commit, Failure> {
    let nothing = || Failure::failed(format!("there is no commit on or before {date} in this repository"));
    line.at(date).ok_or_else(|| match line.oldest() {
        Some(oldest) if line.is_shallow() => nothing().hint(format!(
            "the clone is shallow and begins on {}: `git fetch --unshallow` brings the rest",
            oldest.date
        )),
        Some(oldest) => nothing().hint(format!("its main line begins on {}", oldest.date)),
        None => nothing(),
    })
}

impl From<CheckoutError> for Failure {
    fn from(error: CheckoutError) -> Self {
        match error {
            CheckoutError::NoFolder(_) | CheckoutError::NoJobs(_) => Self::usage(error.to_string())
                .hint(format!("name the root of a clone of kubernetes/test-infra, or a folder that holds {FOLDER}")),
            CheckoutError::NoJobsAt(_) => {
                Self::failed(error.to_string()).hint(format!("{FOLDER} came to kubernetes/test-infra in 2018"))
            }
            CheckoutError::NothingBefore(_) => Self::failed(error.to_string()),
            CheckoutError::Git(error) => error.into(),
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        match error {
            GitError::NoCommit(_) => Self::usage(error.to_string())
                .hint("name a commit, branch or tag, or a day such as 2020-08-31; a shallow clone lacks old commits"),
            GitError::NotStarted(_) => {
                Self::failed(error.to_string()).hint("git must be installed and on the PATH; a plain folder needs none")
            }
            GitError::Stopped(_) | GitError::Refused(_) => Self::failed(error.to_string()),
        }
    }
}
