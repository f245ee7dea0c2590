//! `offramp count`: computes counters from code, at a commit, over time, or between two commits, and from fetched
//! issues.

pub(crate) mod checkouts;
pub(super) mod commits;
mod compare;
mod figures;
mod group;
pub(crate) mod history;
mod issues;
mod moves;
pub(super) mod pages;
pub(super) mod problems;
mod targets;
mod write;

use clap::ValueEnum;

use super::global::RepoArg;
use super::{Context, Exit, Failure, complete};
use crate::domain::nearest::did_you_mean;
use crate::domain::tally::{self, GroupBy};
use crate::domain::{Origin, Roadmap, Rule, Unit};
use crate::report::{Format, Stamp};
use crate::sources::paths;
use figures::{CheckoutRules, CounterRule};

const EXAMPLES: &str = "\
Examples:
  offramp count                                       all counters
  offramp count todos --at 2024-06-30 --by owner      owners of what was left
  offramp count todos --history --every quarter       a series
  offramp count todos --list left --tasks             tasks for an issue
  offramp count todos --since 2025-01-01 --by commit  which commits moved it
  offramp count todos --base origin/main --fail-on worse -o github
      fails CI when more is left than before";

/// The arguments of `count`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct CountArgs {
    /// Only this counter [default: all that have a rule]
    #[arg(value_name = "COUNTER", add = complete::names(&[complete::counters]))]
    pub counter: Option<String>,
    /// A checkout, a bare clone or a plain folder to count in [default: the one that the settings name for the rule's
    /// repository, else the repository that the roadmap is in]
    #[arg(long, value_name = "PATH", value_parser = RepoArg::path)]
    pub repo: Option<RepoArg>,
    /// Count at a commit, branch or tag, or along HEAD's first parents at the end of a day: 2020-08-31
    #[arg(long, value_name = "COMMIT|DATE", conflicts_with = "history")]
    pub at: Option<String>,
    /// Count along HEAD's first parents: at the end of every period, and at HEAD
    #[arg(long, conflicts_with_all = ["by", "list"])]
    pub history: bool,
    /// Count once in each period
    #[arg(long, value_name = "PERIOD", value_enum, default_value_t, requires = "history")]
    pub every: Every,
    /// With --history: begin with the period of this day; with --by commit: begin after this day
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Only the rule with this version
    #[arg(long, value_name = "VERSION", value_parser = super::arguments::number::<u32>)]
    pub rule: Option<u32>,
    /// Count in groups: owner, dir, dir=2, file, or a field of what is counted (an unknown name lists them);
    /// with --since: commit
    #[arg(long, value_name = "FIELD", value_parser = GroupBy::parse)]
    pub by: Option<GroupBy>,
    /// List what is counted, with file and line
    #[arg(long, value_name = "WHICH", value_enum)]
    pub list: Option<Which>,
    /// With --list: only what belongs, alone or with others, to this group of --by or of the roadmap; `none`: to no group
    #[arg(long = "group", alias = "sig", value_name = "GROUP", requires = "list", add = complete::names(&[complete::owners]))]
    pub group: Option<String>,
    /// Print what --list names as a Markdown task list, ready for an issue
    #[arg(long, requires = "list")]
    pub tasks: bool,
    /// Compare with the merge base of this commit or branch, and list what is newly left
    #[arg(long, value_name = "REF", conflicts_with_all = ["history", "list", "write", "by"])]
    pub base: Option<String>,
    /// Exit with code 3 if more is left than at --base
    #[arg(long, value_name = "WHEN", value_enum, requires = "base")]
    pub fail_on: Option<CountFailOn>,
    /// Add the readings to the readings files of the roadmap
    #[arg(long)]
    pub write: bool,
}

/// When `count --base` fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CountFailOn {
    /// More is left
    Worse,
}

impl CountArgs {
    /// Whether `--by commit` is given.
    fn is_by_commit(&self) -> bool {
        self.by == Some(GroupBy::field("commit"))
    }
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

/// What `--list` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// What is left by the rule
    Left,
    /// What is done by the rule
    Done,
}

/// Runs the command.
pub fn run(context: &Context, args: &CountArgs) -> Result<Exit, Failure> {
    targets::check(context, args)?;
    let origin = context.origin();
    let roadmap = context.roadmap(&origin)?;
    let targets = targets::of(context, &roadmap, args)?;
    let unwritten = if args.write { write::check(context, &targets)? } else { None };
    let (checkouts, missing) = figures::read_checkouts(context, args, &roadmap, &targets);
    if checkouts.is_empty() && targets.iter().all(|target| target.rule.reads_code()) {
        return end(context, Exit::Done, missing);
    }
    let mut count = CountRun { context, args, stamp: stamp(context, &origin)?, checkouts, missing };
    let mut is_comparable = false;
    let exit = if args.base.is_some() {
        let (exit, comparable) = count.compare()?;
        is_comparable = comparable;
        exit
    } else if args.is_by_commit() {
        count.moves()?
    } else {
        match (&args.by, args.list) {
            (_, Some(which)) => count.list(which)?,
            (Some(by), None) => count.groups(by)?,
            (None, None) => count.figures(&roadmap, &targets)?,
        }
    };
    // A file that is broken in the same way in both compared commits changed no figure.
    let broken = problems::report(context, &mut count.checkouts).err().filter(|_| !is_comparable);
    count.missing.extend(broken.into_iter().chain(unwritten));
    end(context, exit, count.missing)
}

/// Returns the first failure of a count, after printing the others.
fn end(context: &Context, exit: Exit, failures: Vec<Failure>) -> Result<Exit, Failure> {
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else { return Ok(exit) };
    for other in failures {
        context.note(other.rendered().trim_end());
    }
    Err(first)
}

/// The arguments of a count, and the checkouts that were read for it.
struct CountRun<'a> {
    context: &'a Context,
    args: &'a CountArgs,
    stamp: Stamp,
    checkouts: Vec<CheckoutRules<'a>>,
    /// Why checkouts or parts of them are left out.
    missing: Vec<Failure>,
}

impl CountRun<'_> {
    fn figures(&mut self, roadmap: &Roadmap, targets: &[CounterRule<'_>]) -> Result<Exit, Failure> {
        let (context, args) = (self.context, self.args);
        let today = context.today();
        let mut figures: Vec<_> = self.checkouts.iter_mut().flat_map(|checkout| checkout.figures(today)).collect();
        let of_issues = issues::figures(context, args, roadmap, targets)?;
        figures.extend(of_issues.figures);
        self.stamp.data_as_of = of_issues.fetched_at;
        let mut written = None;
        if args.write {
            let mut checkouts = self.checkouts.iter_mut();
            checkouts.try_for_each(|checkout| figures::refuse_other_repository(context, args, checkout))?;
            written = Some(write::write(context, targets, &figures)?);
        }
        figures.sort_by_key(|figure| (figure.date().filter(|_| args.history), figure.target.position));
        let exit = if args.history {
            figures::settle_starts(&mut figures);
            if !self.checkouts.is_empty() && self.checkouts.iter().all(|checkout| checkout.listings.is_empty()) {
                context.note("note: there is no commit in the requested period");
            }
            self.checkouts.iter().flat_map(CheckoutRules::late_starts).for_each(|note| context.note(&note));
            context.show(&self.history_page(&figures))?
        } else {
            let page = self.counts_page(&figures);
            context.show(&page)?
        };
        if let Some(written) = written {
            context.note(&written);
        }
        Ok(exit)
    }

    fn groups(&mut self, by: &GroupBy) -> Result<Exit, Failure> {
        let (mut found, mut unknown, mut has_overlap) = (Vec::new(), Vec::new(), false);
        for checkout in &mut self.checkouts {
            let Some(listing) = checkout.listings.first().cloned() else { continue };
            for (rule, target) in checkout.targets.clone().into_iter().enumerate() {
                let units = checkout.units(&listing, rule, |_| true)?;
                has_overlap |= units.iter().any(|unit| by.keys(unit).len() > 1);
                let figure = checkout.reader.count(&listing, rule);
                check_field(by, &units, target.rule)?;
                unknown.extend(pages::unknown(target, &figure));
                let groups = tally::group(&units, by);
                found.push((target, listing.commit.clone(), groups, figure.is_complete()));
            }
        }
        found.sort_by_key(|(target, ..)| target.position);
        let mut page = pages::groups(self.begin("offramp/count-groups/1"), by, &found);
        if has_overlap {
            page.line(pages::OVERLAP);
        }
        for line in unknown {
            page.line(line);
        }
        self.context.show(&page)
    }

    fn list(&mut self, which: Which) -> Result<Exit, Failure> {
        let by = self.args.by.as_ref();
        // `targets::of` allows `--list` for exactly one counter of code.
        let [checkout] = self.checkouts.as_mut_slice() else { return Ok(Exit::Done) };
        let Some(listing) = checkout.listings.first().cloned() else { return Ok(Exit::Done) };
        let Some(target) = checkout.targets.first().copied() else { return Ok(Exit::Done) };
        let mut units = checkout.units(&listing, 0, |state| figures::is_listed(which, state))?;
        if let Some(by) = by {
            check_field(by, &units, target.rule)?;
            units.sort_by_cached_key(|unit| by.keys(unit).join(", "));
        }
        if let Some(name) = &self.args.group {
            group::retain(&mut units, (name, by), checkout, &listing)?;
        }
        let base = checkout.base(listing.commit.as_ref());
        if self.args.tasks && !matches!(self.context.format, Format::Json | Format::Csv) {
            let tasks = tally::task_list(&units.iter().collect::<Vec<_>>(), base.as_deref());
            if tasks.is_empty() && checkout.reader.count(&listing, 0).is_complete() {
                self.context.note("nothing to list: no unit matches");
            }
            return self.context.print(&tasks);
        }
        let page = self.begin(pages::list_schema(target.rule));
        self.context.show(&pages::list(page, target, which, &units, base.as_deref()))
    }
}

/// Refuses a field that no unit has, since there would be no groups.
fn check_field(by: &GroupBy, units: &[Unit], rule: &Rule) -> Result<(), Failure> {
    let GroupBy::Field(name) = by else { return Ok(()) };
    let mut known: Vec<&str> = units.iter().flat_map(|unit| &unit.fields).map(|field| field.key.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if units.is_empty() || known.contains(&name.as_str()) {
        return Ok(());
    }
    let (_, nouns) = rule.nouns();
    let hint = did_you_mean(name, known.iter().copied())
        .unwrap_or_else(|| format!("they are grouped by: file, dir, dir=2, {}", known.join(", ")));
    Err(Failure::usage(format!("{nouns} have no field `{name}`")).hint(hint))
}

fn stamp(context: &Context, origin: &Origin) -> Result<Stamp, Failure> {
    let (as_of, roadmap) = (context.date(origin)?.to_string(), paths::origin(origin));
    Ok(Stamp { as_of: Some(as_of), roadmap: Some(roadmap), ..context.stamp() })
}
