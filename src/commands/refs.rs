//! `offramp refs`: finds the lines of files that still name a legacy project.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::count::Every;
use super::count::checkouts;
use super::count::commits::{NO_HISTORY, SHALLOW};
use super::count::history::{HistorySpan, commits};
use super::count::pages::{INCOMPLETE, at_least};
use super::count::problems::{self, CommitProblems};
use super::global::RepoArg;
use super::{Context, Exit, Failure, complete};
use crate::domain::{Origin, Project, Repo, Roadmap};
use crate::report::{Cell, Column, Page, Table, json};
use crate::sources::counting::{Checkout, CheckoutReader};
use crate::sources::paths;
use crate::sources::references::{self, FoundReferences, Reference, ReferencePattern, ReferenceSearch, SearchError};
use crate::words;

/// The arguments of `refs`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RefsArgs {
    /// List the lines that name this project, by id or alias [default: count them for all projects]
    #[arg(value_name = "PROJECT", add = complete::names(&[complete::projects]))]
    pub project: Option<String>,
    /// Checkouts to search; may be repeated [default: those of the settings whose repositories the roadmap names, else the
    /// repository that the roadmap is in]
    #[arg(long, value_name = "PATH", value_parser = RepoArg::path, num_args = 1..)]
    pub repo: Vec<RepoArg>,
    /// Count the lines that name the project along HEAD's first parents: at the end of every period, and at
    /// HEAD
    #[arg(long, requires = "project")]
    pub history: bool,
    /// Count once in each period
    #[arg(long, value_name = "PERIOD", value_enum, default_value_t, requires = "history")]
    pub every: Every,
    /// Begin with the period of this day
    #[arg(long, value_name = "DATE", requires = "history")]
    pub since: Option<String>,
}

/// The maximum number of unsearched files that are named.
const MOST_UNREAD: usize = 50;

/// Runs the command.
pub fn run(context: &Context, args: &RefsArgs) -> Result<Exit, Failure> {
    // Issues are not needed, so nothing is fetched.
    let (roadmap, own_files) = roadmap(context)?;
    let checkouts = checkouts(context, &roadmap, args)?;
    let place = SearchPlace { context, checkouts, own_files };
    let (page, mut unread) = match &args.project {
        Some(name) => {
            let project = roadmap.project(name).ok_or_else(|| unknown(name, &roadmap.projects))?;
            let patterns = references::patterns(project);
            if args.history {
                let (page, problems) = history(args, project, &place)?;
                let exit = context.show(&page)?;
                return problems::conclude(context, &problems).map(|()| exit);
            }
            let found = place.search(&patterns)?;
            (one(&place, project, &patterns, &found), found.unread)
        }
        None => all(&roadmap.projects, &place)?,
    };
    let exit = context.print_page(&page.render(context.format, context.style))?;
    unread.sort_unstable();
    unread.dedup();
    for line in unread.iter().take(MOST_UNREAD) {
        context.note(&format!("not searched: {line}"));
    }
    if unread.len() > MOST_UNREAD {
        context.note(&format!("not searched: {} more", unread.len() - MOST_UNREAD));
    }
    if unread.is_empty() { Ok(exit) } else { Err(Failure::failed("some files could not be searched")) }
}

/// The checkouts to search, and the files to skip.
struct SearchPlace<'c> {
    context: &'c Context,
    checkouts: Vec<PathBuf>,
    /// The files of the roadmap, skipped since they name every project.
    own_files: Vec<PathBuf>,
}

impl SearchPlace<'_> {
    fn of<'s>(&'s self, patterns: &'s [ReferencePattern], cache: Option<&'s Path>) -> ReferenceSearch<'s> {
        ReferenceSearch { patterns, except: &self.own_files, cache }
    }

    fn search(&self, patterns: &[ReferencePattern]) -> Result<FoundReferences, Failure> {
        let cache = self.context.count_cache();
        references::search(&self.checkouts, &self.of(patterns, cache.as_deref())).map_err(failure)
    }
}

/// Reads the roadmap and returns it with the canonical paths of its files.
fn roadmap(context: &Context) -> Result<(Roadmap, Vec<PathBuf>), Failure> {
    let origin = context.origin();
    let Origin::File(path) = &origin else { return Ok((context.roadmap(&origin)?, Vec::new())) };
    let loaded = context.load(path)?;
    let real = loaded.files.iter().filter_map(|file| std::fs::canonicalize(file).ok()).collect();
    Ok((loaded.roadmap, real))
}

fn checkouts(context: &Context, roadmap: &Roadmap, args: &RefsArgs) -> Result<Vec<PathBuf>, Failure> {
    let given: Vec<PathBuf> = args.repo.iter().map(|repo| PathBuf::from(&repo.text)).collect();
    let named = || context.settings.checkouts_of(&repos_of(roadmap)).into_iter().cloned().collect();
    let mut checkouts = if given.is_empty() { named() } else { given };
    if checkouts.is_empty() {
        checkouts.extend(checkouts::around(context).map(|(root, _)| root));
    }
    if checkouts.is_empty() {
        return Err(Failure::usage("there is no checkout to search in")
            .hint("`--repo PATH` names one, and so does `checkouts` in the settings"));
    }
    if let Some(file) = checkouts.iter().find(|checkout| !checkout.is_dir()) {
        return Err(Failure::usage(format!("`{}` is not a folder", paths::shown(file))));
    }
    // A checkout given twice is searched once.
    let mut met = HashSet::new();
    checkouts.retain(|checkout| met.insert(std::fs::canonicalize(checkout).unwrap_or_else(|_| checkout.clone())));
    Ok(checkouts)
}

/// Returns the repositories that a roadmap names: the settings may have checkouts for other roadmaps, too.
fn repos_of(roadmap: &Roadmap) -> BTreeSet<Repo> {
    let counted = roadmap.rules().filter_map(|rule| checkouts::repo_of(rule, roadmap));
    let of_issues = roadmap.linked_issues().into_iter().map(|issue| issue.repo.clone());
    counted.chain(of_issues).chain([roadmap.repo.clone()]).collect()
}

fn unknown(name: &str, projects: &[Project]) -> Failure {
    let failure = Failure::usage(format!("there is no project `{name}`"));
    match projects {
        [] => failure.hint("the roadmap has no projects: `offramp roadmap schema` shows how one is written"),
        projects => failure.known("projects", projects.iter().map(|project| &project.id)),
    }
}

fn failure(error: SearchError) -> Failure {
    match error {
        SearchError::TooMuch(_) => Failure::usage(error.to_string()),
        SearchError::Checkout(error) => error.into(),
    }
}

/// Counts the lines that named a project over time, in each checkout.
fn history(
    args: &RefsArgs,
    project: &Project,
    place: &SearchPlace<'_>,
) -> Result<(Page, Vec<CommitProblems>), Failure> {
    let (context, patterns) = (place.context, references::patterns(project));
    let search = place.of(&patterns, None);
    let since = args.since.as_ref().map(|text| context.first_day(text)).transpose()?;
    let mut page = Page::new("offramp/refs-history/1", context.stamp());
    page.title(project.shown());
    page.fact("project", project.id.as_str());
    let (mut rows, mut problems, mut are_complete) = (Vec::new(), Vec::new(), true);
    for checkout in &place.checkouts {
        let shown = paths::shown(checkout);
        let place = Checkout::open(checkout)?;
        let Some(repository) = place.repository().cloned() else {
            return Err(Failure::usage(format!("`{shown}` {NO_HISTORY}")));
        };
        let head = repository.commit("HEAD")?;
        let rule = search.rule(checkout, &repository, &head)?;
        let mut reader = CheckoutReader::new(place, &[&rule], [], context.count_cache())?;
        let history = reader.history(&repository)?;
        if history.is_shallow() {
            context.note(SHALLOW);
        }
        let commits = commits(&history, &head, args.every, HistorySpan { since, until: None });
        let listings = reader.read_commits(&repository, &commits, &mut |_, _| {})?;
        if let Err(error) = reader.save(Some(context.now)) {
            context.note(&format!("warning: {error}"));
        }
        for (commit, listing) in commits.iter().zip(&listings) {
            let count = reader.count(listing, 0);
            are_complete &= count.is_complete();
            let lines: fn(u64) -> Cell = if count.is_complete() { Cell::number } else { at_least };
            rows.push((commit.clone(), shown.clone(), count.amounts.left, lines));
            problems.push(CommitProblems::new(listing, count.problems));
        }
    }
    if !are_complete {
        page.line(INCOMPLETE);
    }
    page.fact("complete", are_complete);
    let are_several = place.checkouts.len() > 1;
    let column = if are_several { Column::new("checkout", "checkout") } else { Column::data("checkout") };
    page.table(Table::of(
        "readings",
        rows,
        &[
            (Column::new("date", "date"), |(commit, ..)| Cell::new(commit.date.to_string())),
            (Column::new("commit", "commit").cut(10).leaves(1), |(commit, ..)| {
                Cell::of(commit.short(), commit.id.as_str())
            }),
            (column.late(), |(_, checkout, ..)| Cell::new(checkout.as_str())),
            (Column::new("lines", "lines").right(), |(_, _, seen, lines)| lines(*seen)),
            (Column::data("seen_lines"), |(_, _, seen, _)| Cell::data(*seen)),
        ],
    ));
    Ok((page, problems))
}

/// Returns the page with every line that names one project.
fn one(place: &SearchPlace<'_>, project: &Project, patterns: &[ReferencePattern], found: &FoundReferences) -> Page {
    let mut page = Page::new("offramp/refs/1", place.context.stamp());
    let count = found.references.len() as u64;
    let files = files(found, |_| true);
    let counted = |files| words::count(files, "file", "files");
    page.title(project.shown());
    page.line(match (count, found.unread.is_empty()) {
        (0, true) => format!("No references: none of {} names it.", counted(found.files as u64)),
        (0, false) => format!("No references found in the {} that could be read.", counted(found.files as u64)),
        _ => {
            let lines = words::count(count, "line", "lines");
            format!("{lines} in {} of {} searched.", counted(files), found.files)
        }
    });
    completeness(&mut page, found);
    searched(&mut page, &place.checkouts);
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

/// Adds whether everything could be searched.
fn completeness(page: &mut Page, found: &FoundReferences) {
    let is_complete = found.unread.is_empty();
    if !is_complete {
        page.line("Incomplete: some files could not be searched.");
    }
    page.fact("complete", is_complete);
}

/// Names what was searched: that nothing was found says little without it.
fn searched(page: &mut Page, checkouts: &[PathBuf]) {
    let shown: Vec<_> = checkouts.iter().map(paths::shown).collect();
    page.line(format!("Searched: {}.", shown.join(", ")));
    page.fact("checkouts", json::texts(&shown));
}

fn lines(found: &FoundReferences) -> Table {
    let first = found.references.first().map(|reference| &reference.checkout);
    let are_several = found.references.iter().any(|reference| Some(&reference.checkout) != first);
    Table::of(
        "references",
        found.references.iter().map(|reference| {
            let checkout = paths::shown(&reference.checkout);
            (reference, are_several.then(|| checkout.clone()), checkout)
        }),
        &[
            (Column::people("place").cut(20), |(found, before, _)| place(found, before.as_deref())),
            (Column::data("checkout").late(), |(.., checkout)| Cell::data(checkout.as_str())),
            (Column::data("path"), |(found, ..)| Cell::data(found.path.as_str())),
            (Column::data("line"), |(found, ..)| Cell::data(found.line)),
            (Column::new("text", "line").cut(20), |(found, ..)| Cell::new(found.text.as_str())),
        ],
    )
}

/// Returns a cell with file and line, after the checkout if there are several.
fn place(found: &Reference, checkout: Option<&str>) -> Cell {
    let before = checkout.map(|checkout| format!("{checkout}/")).unwrap_or_default();
    Cell::new(format!("{before}{}:{}", found.path, found.line))
}

fn by_pattern(patterns: &[ReferencePattern], found: &FoundReferences) -> Table {
    let rows = patterns.iter().enumerate().map(|(number, pattern)| {
        let has_it = |reference: &Reference| reference.patterns.contains(&number);
        (pattern, lines_with(found, has_it), files(found, has_it))
    });
    Table::of(
        "patterns",
        rows,
        &[
            (Column::new("pattern", "looked for").cut(16), |(pattern, ..)| Cell::new(pattern.text.as_str())),
            (Column::new("lines", "lines").right(), |(_, lines, _)| Cell::number(*lines)),
            (Column::new("files", "files").right(), |(.., files)| Cell::number(*files)),
        ],
    )
}

/// Counts the lines that name each project.
fn all(projects: &[Project], place: &SearchPlace<'_>) -> Result<(Page, Vec<String>), Failure> {
    let mut page = Page::new("offramp/refs-all/1", place.context.stamp());
    let mut patterns = Vec::new();
    let own: Vec<_> = projects
        .iter()
        .map(|project| {
            let start = patterns.len();
            patterns.extend(references::patterns(project));
            start..patterns.len()
        })
        .collect();
    let found = place.search(&patterns)?;
    completeness(&mut page, &found);
    searched(&mut page, &place.checkouts);
    let rows = projects.iter().zip(own).map(|(project, own)| {
        let names_it = |reference: &Reference| reference.patterns.iter().any(|pattern| own.contains(pattern));
        let lines = lines_with(&found, names_it);
        let is_over = lines == 0 && found.unread.is_empty();
        (project, lines, files(&found, names_it), if is_over { "no references left" } else { "" })
    });
    page.table(Table::of(
        "projects",
        rows,
        &[
            (Column::new("project", "project").cut(12), |(project, ..)| Cell::new(project.id.as_str())),
            (Column::new("lines", "lines").right(), |(_, lines, ..)| Cell::number(*lines)),
            (Column::new("files", "files").right(), |(.., files, _)| Cell::number(*files)),
            (Column::people("").leaves(1), |(.., note)| Cell::new(*note)),
        ],
    ));
    Ok((page, found.unread))
}

fn lines_with(found: &FoundReferences, is_wanted: impl Fn(&Reference) -> bool) -> u64 {
    found.references.iter().filter(|reference| is_wanted(reference)).count() as u64
}

fn files(found: &FoundReferences, is_wanted: impl Fn(&Reference) -> bool) -> u64 {
    let mut files: Vec<_> = found.references.iter().filter(|reference| is_wanted(reference)).collect();
    files.dedup_by_key(|reference| (&reference.checkout, &reference.path));
    files.len() as u64
}
