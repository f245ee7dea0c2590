//! Problem report: names on stderr each file that could not be counted, once.

use std::collections::BTreeMap;

use super::figures::CheckoutRules;
use crate::commands::{Context, Failure};
use crate::domain::rule::Source;
use crate::domain::{Amounts, Date};
use crate::report::Json;
use crate::sources::counting::{Count, Listing, ParseFault, Problem, ProblemKind};
use crate::words;

/// The maximum number of files that are named, so that the report stays readable.
const MOST_FILES: usize = 200;

/// The problems of one commit.
pub(crate) struct CommitProblems {
    date: Option<Date>,
    problems: Vec<Problem>,
}

impl CommitProblems {
    /// Sorts and deduplicates the problems of a listing.
    pub(crate) fn new(listing: &Listing, mut problems: Vec<Problem>) -> Self {
        problems.sort_unstable();
        problems.dedup();
        Self { date: listing.commit.as_ref().map(|commit| commit.date), problems }
    }
}

/// Prints every problem, and fails if something was not counted.
pub(super) fn report(context: &Context, checkouts: &mut [CheckoutRules<'_>]) -> Result<(), Failure> {
    let mut commits = Vec::new();
    for checkout in &mut *checkouts {
        for listing in checkout.listings.clone() {
            let all = (0..checkout.targets.len()).flat_map(|rule| checkout.reader.count(&listing, rule).problems);
            commits.push(CommitProblems::new(&listing, all.collect()));
        }
        note_empty_rules(context, checkout);
        if let Some(other) = checkout.other_repositories(context) {
            context.note(&format!("note: {other}"));
        }
        note_owner_problems(context, checkout);
    }
    conclude(context, &commits)
}

/// Prints the files of owners that could not be read, since some owners may be missing.
fn note_owner_problems(context: &Context, checkout: &mut CheckoutRules<'_>) {
    checkout.owner_problems.sort_unstable();
    checkout.owner_problems.dedup();
    for problem in checkout.owner_problems.iter().take(MOST_FILES) {
        context.note(&format!("note: owners: {}: {}", problem.place(), problem.kind.describe()));
    }
}

/// Prints the problems of some commits, and fails if something was not counted.
pub(crate) fn conclude(context: &Context, commits: &[CommitProblems]) -> Result<(), Failure> {
    print(context, commits);
    let is_broken = |problem: &Problem| problem.kind.is_broken();
    let incomplete =
        commits.iter().filter(|commit| commit.problems.iter().any(|problem| problem.kind.hides_units())).count();
    let broken = commits.iter().filter(|commit| commit.problems.iter().any(is_broken)).count();
    match (incomplete, broken, commits.len()) {
        (0, 0, _) => Ok(()),
        (1.., _, 1) => Err(Failure::failed("the figures are incomplete: some files were not counted")),
        (1.., _, all) => Err(Failure::failed(format!(
            "the figures of {incomplete} of {all} commits are incomplete: some files were not counted"
        ))),
        (0, _, 1) => Err(Failure::failed("broken files were not counted")),
        (0, broken, all) => Err(Failure::failed(format!("broken files were not counted in {broken} of {all} commits"))),
    }
}

fn print(context: &Context, commits: &[CommitProblems]) {
    let mut seen: BTreeMap<String, (&Problem, usize, Option<Date>)> = BTreeMap::new();
    for commit in commits {
        for problem in &commit.problems {
            // The reason contains the hash, but all missing versions of a file are one problem.
            let is_missing = matches!(problem.kind, ProblemKind::Missing(_));
            let why = if is_missing { String::new() } else { problem.kind.describe() };
            let key = format!("{}\0{why}", problem.path);
            seen.entry(key).or_insert((problem, 0, commit.date)).1 += 1;
        }
    }
    for (problem, count, first) in seen.values().take(MOST_FILES) {
        let mut line = format!("{}: not counted: {}", problem.place(), problem.kind.describe());
        if let (Some(first), 2..) = (first, commits.len()) {
            line = format!("{line} (in {count} of {} commits, oldest on {first})", commits.len());
        }
        context.note(&line);
    }
    if seen.len() > MOST_FILES {
        context.note(&format!("and {} more", seen.len() - MOST_FILES));
    }
    if seen.values().any(|(problem, ..)| matches!(problem.kind, ProblemKind::Missing(_))) {
        context.note("hint: clone without --depth and --filter to have every object; offramp fetches none");
    }
    if seen.values().any(|(problem, ..)| matches!(problem.kind, ProblemKind::Moved(_))) {
        context.note(
            "hint: change `files` (`config` for prow jobs) to the new place, or add it to `exclude` if its files no longer count",
        );
    }
    if seen.values().any(|(problem, ..)| matches!(problem.kind, ProblemKind::MovedLater(_))) {
        context.note(
            "hint: add the former place to `files` (`config` for prow jobs), or count from the day of the rename on",
        );
    }
    if let Some((absent, ..)) = seen.values().find(|(problem, ..)| problem.kind == ProblemKind::Absent) {
        context.note(&format!("hint: {}", words::missing_configs(&absent.path)));
    }
}

/// Notes each rule that finds nothing in any commit, or of which a part finds nothing: a file, a field, or a value that
/// looks like a glob. That is probably a mistake.
fn note_empty_rules(context: &Context, checkout: &mut CheckoutRules<'_>) {
    for at in 0..checkout.targets.len() {
        let counts: Vec<_> = checkout.listings.iter().map(|listing| checkout.reader.count(listing, at)).collect();
        // An incomplete count already explains why nothing was found.
        if counts.is_empty() || !counts.iter().all(Count::is_complete) {
            continue;
        }
        let (mut amounts, mut fields) = (Amounts::default(), 0);
        for count in &counts {
            amounts.add(count.amounts);
            fields |= count.fields;
        }
        let unused = checkout.reader.unused_names(&checkout.listings, at);
        let has_no_file = checkout.has_no_file(at);
        let Some(target) = checkout.targets.get(at) else { continue };
        let (id, rule) = (&target.counter.id, target.rule);
        let notes = if has_no_file {
            [Some(words::no_files(id, rule)), None]
        } else if amounts.is_empty() {
            // Files without units are plausible where nothing is left.
            [words::unused_names(id, &unused), words::no_units(id, rule)]
        } else {
            let note = words::no_fields(id, rule, fields).or_else(|| words::no_wildcards(id, rule, amounts));
            let is_over = note.is_none() && amounts.left == 0 && matches!(rule.source, Source::Entries(_));
            let newest = checkout.listings.last().filter(|_| is_over);
            let entries = newest.and_then(|listing| checkout.reader.units(listing, at, |_| true).ok());
            let none_left = || words::none_left(id, rule, &entries?);
            [words::unused_names(id, &unused), note.or_else(none_left)]
        };
        for note in notes.into_iter().flatten() {
            context.note(&format!("note: {note}"));
        }
    }
}

/// Returns problems as JSON.
pub(super) fn json(problems: &[Problem]) -> Json {
    problems.iter().map(object).collect()
}

fn object(problem: &Problem) -> Json {
    let (kind, line) = match &problem.kind {
        ProblemKind::Broken(ParseFault { line, .. }) => ("broken", Some(*line)),
        ProblemKind::Missing(_) => ("missing", None),
        ProblemKind::Forged(_) => ("forged", None),
        ProblemKind::TooLarge(_) => ("too-large", None),
        ProblemKind::Endless => ("endless", None),
        ProblemKind::Moved(_) | ProblemKind::MovedLater(_) => ("moved", None),
        ProblemKind::Absent => ("absent", None),
        ProblemKind::NotFetched => ("not-fetched", None),
        ProblemKind::LostLink => ("lost-link", None),
        ProblemKind::Unreadable(_) => ("unreadable", None),
        ProblemKind::Pointer => ("lfs-pointer", None),
        ProblemKind::Submodule => ("submodule", None),
        ProblemKind::Link => ("link", None),
    };
    serde_json::json!({"path": problem.path, "kind": kind, "line": line, "reason": problem.kind.describe()})
}
