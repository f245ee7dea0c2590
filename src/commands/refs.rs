//! `offramp refs`: which lines of which files still name a legacy project.

use std::path::PathBuf;

use super::count::Every;
use super::count::commits::SHALLOW;
use super::count::history::commits;
use super::count::pages::{INCOMPLETE, at_least};
use super::count::problems::{self, CommitProblems};
use super::global::RepoArg;
use super::{Context, Exit, Failure};
use crate::domain::Project;
use crate::report::{Cell, Column, Json, Page, Stamp, Table};
use crate::sources::counting::{Checkout, CheckoutReader};
use crate::sources::references::{self, FoundReferences, Reference, ReferencePattern, SearchError};
use crate::words;

/// The arguments of `refs`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RefsArgs {
    /// Only this project, by id or alias, line by line [default: all, counted]
    #[arg(value_name = "PROJECT", add = super::complete::projects())]
    pub project: Option<String>,
    /// Checkouts to search; may be given again [default: `checkouts` of the settings]
    #[arg(long, value_name = "PATH", value_parser = RepoArg::path, num_args = 1..)]
    pub repo: Vec<RepoArg>,
    /// Count the lines that name the project along the main line: at the end of every period, and at its head
    #[arg(long, requires = "project")]
    pub history: bool,
    /// How often
    #[arg(long, value_name = "PERIOD", value_enum, default_value_t, requires = "history")]
    pub every: Every,
    /// Begin with the period of this day
    #[arg(long, value_name = "DATE", requires = "history")]
    pub since: Option<String>,
}

/// How many files that were not searched are named.
const NAMED: usize = 50;

/// Runs the command.
pub fn run(context: &Context, args: &RefsArgs) -> Result<Exit, Failure> {
    let checkouts = checkouts(context, args)?;
    // Issues say nothing about files, so the network is left alone.
    let roadmap = context.roadmap(&context.origin()?)?;
    let stamp = Stamp { generated_at: context.now.rfc3339(), as_of: None, data_as_of: None, roadmap: None };
    let mut unread = Vec::new();
    let page = match &args.project {
        Some(name) => {
            let project = roadmap.project(name).ok_or_else(|| unknown(name, &roadmap.projects))?;
            let patterns = references::patterns(project);
            if args.history {
                let (page, problems) = history(context, args, stamp, project, &checkouts, &patterns)?;
                context.show(&page)?;
                problems::conclude(context, &problems)?;
                return Ok(Exit::Done);
            }
            let found = search(context, &checkouts, &patterns)?;
            let page = one(stamp, project, &patterns, &found);
            unread.extend(found.unread);
            page
        }
        None => all(context, stamp, &roadmap.projects, &checkouts, &mut unread)?,
    };
    context.print_page(&page.render(context.format, context.style))?;
    unread.sort_unstable();
    unread.dedup();
    let further = unread.len().saturating_sub(NAMED);
    for line in unread.iter().take(NAMED) {
        context.note(&format!("not searched: {line}"));
    }
    if further > 0 {
        context.note(&format!("not searched: {further} more"));
    }
    if unread.is_empty() { Ok(Exit::Done) } else { Err(Failure::failed("some files could not be searched")) }
}

fn checkouts(context: &Context, args: &RefsArgs) -> Result<Vec<PathBuf>, Failure> {
    let given: Vec<PathBuf> = args.repo.iter().map(|repo| PathBuf::from(&repo.text)).collect();
    let named = || context.settings.checkouts.paths().into_iter().cloned().collect();
    let checkouts = if given.is_empty() { named() } else { given };
    if checkouts.is_empty() {
        return Err(Failure::usage("there is no checkout to search in")
            .hint("`--repo PATH` names one, and so does `checkouts` in the settings"));
    }
    for checkout in &checkouts {
        let shown = crate::sources::paths::shown(checkout);
        if !checkout.is_dir() {
            return Err(Failure::usage(format!("`{shown}` is not a folder")));
        }
    }
    Ok(checkouts)
}

fn unknown(name: &str, projects: &[Project]) -> Failure {
    let ids: Vec<&str> = projects.iter().map(|project| project.id.as_str()).collect();
    Failure::usage(format!("there is no project `{name}`")).hint(format!("there are: {}", ids.join(", ")))
}

fn search(context: &Context, checkouts: &[PathBuf], patterns: &[ReferencePattern]) -> Result<FoundReferences, Failure> {
    references::search(checkouts, patterns, context.count_cache().as_ref()).map_err(failure)
}

fn failure(error: SearchError) -> Failure {
    match error {
        SearchError::TooMuch(error) => Failure::usage(error.to_string()),
        SearchError::Checkout(error) => error.into(),
    }
}

/// How many lines named a project over time, in each checkout.
fn history(
    context: &Context,
    args: &RefsArgs,
    stamp: Stamp,
    project: &Project,
    checkouts: &[PathBuf],
    patterns: &[ReferencePattern],
) -> Result<(Page, Vec<CommitProblems>), Failure> {
    let rule = references::rule(patterns);
    let since = args.since.as_ref().map(|text| context.day(text)).transpose()?;
    let mut page = Page::new("offramp/refs-history/1", stamp);
    page.title(project.shown());
    page.fact("project", project.id.as_str());
    let columns = [
        Column::new("date", "date"),
        Column::new("commit", "commit").cut(10).leaves(1),
        Column::data("checkout"),
        Column::new("lines", "lines").right(),
        Column::data("seen_lines"),
    ];
    let mut table = Table::new("readings", &columns);
    let (mut problems, mut are_complete) = (Vec::new(), true);
    for checkout in checkouts {
        let shown = crate::sources::paths::shown(checkout);
        let place = Checkout::open(checkout)?;
        let Some(repository) = place.repository().cloned() else {
            return Err(Failure::usage(format!("`{shown}` is no Git repository, so it has no past")));
        };
        let mut reader = CheckoutReader::new(place, &[&rule], [], context.count_cache())?;
        let history = reader.history(&repository)?;
        if history.is_shallow() {
            context.note(SHALLOW);
        }
        let commits = commits(&history, args.every, since);
        let listings = reader.read_commits(&repository, &commits, &mut |_, _| {})?;
        if let Err(error) = reader.save(Some(context.now)) {
            context.note(&format!("warning: {error}"));
        }
        for (commit, listing) in commits.iter().zip(&listings) {
            let count = reader.count(listing, 0);
            let (seen, is_complete) = (count.amounts.left, count.is_complete());
            are_complete &= is_complete;
            table.row(vec![
                Cell::new(commit.date.to_string()),
                Cell { json: Some(Json::String(commit.id.to_string())), ..Cell::new(commit.short()) },
                Cell::data(shown.as_str()),
                if is_complete { Cell::number(seen) } else { at_least(seen) },
                Cell::data(seen as i64),
            ]);
            problems.push(CommitProblems::new(listing, count.problems));
        }
    }
    if !are_complete {
        page.line(INCOMPLETE);
    }
    page.fact("complete", are_complete);
    page.table(table);
    Ok((page, problems))
}

/// Every line that names one project.
fn one(stamp: Stamp, project: &Project, patterns: &[ReferencePattern], found: &FoundReferences) -> Page {
    let mut page = Page::new("offramp/refs/1", stamp);
    let count = found.references.len() as u64;
    let files = files(found, |_| true);
    page.title(project.shown());
    page.line(match count {
        0 => format!("No references: none of {} names it.", words::count(found.files as u64, "file", "files")),
        _ => format!(
            "{} in {} of {} searched.",
            words::count(count, "line", "lines"),
            words::count(files, "file", "files"),
            found.files
        ),
    });
    page.fact("project", project.id.as_str());
    page.fact("lines", count);
    page.fact("files", files);
    page.fact("files_searched", found.files);
    if count > 0 {
        page.table(lines(found));
    }
    page.table(by_pattern(patterns, found));
    page
}

fn lines(found: &FoundReferences) -> Table {
    let columns = [
        Column::people("place").cut(20),
        Column::data("checkout"),
        Column::data("path"),
        Column::data("line"),
        Column::new("text", "line").cut(20),
    ];
    let mut table = Table::new("references", &columns);
    for reference in &found.references {
        table.row(vec![
            Cell::new(format!("{}:{}", reference.path, reference.line)),
            Cell::data(crate::sources::paths::shown(&reference.checkout)),
            Cell::data(reference.path.as_str()),
            Cell::data(reference.line),
            Cell::new(reference.text.as_str()),
        ]);
    }
    table
}

fn by_pattern(patterns: &[ReferencePattern], found: &FoundReferences) -> Table {
    let columns = [
        Column::new("pattern", "looked for").cut(16),
        Column::new("lines", "lines").right(),
        Column::new("files", "files").right(),
    ];
    let mut table = Table::new("patterns", &columns);
    for (number, pattern) in patterns.iter().enumerate() {
        let lines = found.references.iter().filter(|reference| reference.patterns.contains(&number)).count();
        let files = files(found, |reference| reference.patterns.contains(&number));
        table.row(vec![Cell::new(pattern.text.as_str()), Cell::number(lines as u64), Cell::number(files)]);
    }
    table
}

/// How many lines name each project.
fn all(
    context: &Context,
    stamp: Stamp,
    projects: &[Project],
    checkouts: &[PathBuf],
    unread: &mut Vec<String>,
) -> Result<Page, Failure> {
    let mut page = Page::new("offramp/refs-all/1", stamp);
    let columns = [
        Column::new("project", "project").cut(12),
        Column::new("lines", "lines").right(),
        Column::new("files", "files").right(),
        Column::people("").leaves(1),
    ];
    let mut table = Table::new("projects", &columns);
    let mut patterns = Vec::new();
    let own: Vec<_> = projects
        .iter()
        .map(|project| {
            let start = patterns.len();
            patterns.extend(references::patterns(project));
            start..patterns.len()
        })
        .collect();
    let found = search(context, checkouts, &patterns)?;
    for (project, own) in projects.iter().zip(own) {
        let names_it = |reference: &Reference| reference.patterns.iter().any(|pattern| own.contains(pattern));
        let lines = found.references.iter().filter(|reference| names_it(reference)).count() as u64;
        let verdict = if lines == 0 { "no references left" } else { "" };
        table.row(vec![
            Cell::new(project.id.as_str()),
            Cell::number(lines),
            Cell::number(files(&found, names_it)),
            Cell::new(verdict),
        ]);
    }
    unread.extend(found.unread);
    page.table(table);
    Ok(page)
}

fn files(found: &FoundReferences, is_wanted: impl Fn(&Reference) -> bool) -> u64 {
    let mut files: Vec<_> = found.references.iter().filter(|reference| is_wanted(reference)).collect();
    files.dedup_by_key(|reference| (&reference.checkout, &reference.path));
    files.len() as u64
}
