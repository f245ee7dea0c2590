//! Problems: what could not be counted, said on stderr, once for each file.

use std::collections::BTreeMap;

use super::super::{Context, Failure};
use crate::domain::Date;
use crate::report::{Json, Object};
use crate::sources::counting::{Broken, Listing, Problem, ProblemKind};

/// Names every problem, and fails where something was not counted.
pub(super) fn report(context: &Context, listings: &[Listing]) -> Result<(), Failure> {
    let mut seen: BTreeMap<String, (&Problem, usize, Option<Date>)> = BTreeMap::new();
    for listing in listings {
        let date = listing.commit.as_ref().map(|commit| commit.date);
        for problem in &listing.problems {
            // In a history a file that changes while it is missing is still one file.
            let key = match &problem.kind {
                ProblemKind::Missing(_) => problem.path.clone(),
                kind => format!("{}\0{}", problem.path, describe(kind)),
            };
            seen.entry(key).or_insert((problem, 0, date)).1 += 1;
        }
    }
    let is_missing = seen.values().any(|(problem, ..)| matches!(problem.kind, ProblemKind::Missing(_)));
    for (problem, count, first) in seen.values() {
        let mut line = line(problem);
        if let (Some(first), 2..) = (first, listings.len()) {
            line = format!("{line} (in {count} of {} commits, oldest on {first})", listings.len());
        }
        context.note(&line);
    }
    if is_missing {
        context.note("hint: a clone without --depth and --filter has every object; nothing is fetched here");
    }
    let is_broken =
        |listing: &&Listing| listing.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Broken(_)));
    let incomplete = listings.iter().filter(|listing| listing.is_incomplete()).count();
    match (incomplete, listings.iter().filter(is_broken).count(), listings.len()) {
        (0, 0, _) => Ok(()),
        (1.., _, 1) => Err(Failure::failed("the figures are incomplete: jobs are in files that could not be read")),
        (1.., _, all) => Err(Failure::failed(format!(
            "the figures of {incomplete} of {all} commits are incomplete: jobs are in files that could not be read"
        ))),
        (0, _, 1) => Err(Failure::failed("broken files were not counted")),
        (0, broken, all) => Err(Failure::failed(format!("broken files were not counted in {broken} of {all} commits"))),
    }
}

fn line(problem: &Problem) -> String {
    match &problem.kind {
        ProblemKind::Broken(Broken { line, reason }) => format!("{}:{line}: not counted: {reason}", problem.path),
        kind => format!("{}: not counted: {}", problem.path, describe(kind)),
    }
}

fn describe(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Broken(Broken { reason, .. }) => reason.clone(),
        ProblemKind::Missing(id) => format!("the object {id} is missing from this clone"),
        ProblemKind::Unreadable(reason) => format!("cannot be read: {reason}"),
        ProblemKind::Pointer => "a Git LFS pointer, the bytes are elsewhere".to_owned(),
        ProblemKind::Submodule => "a submodule, its files are elsewhere".to_owned(),
        ProblemKind::Link => "a symbolic link is not followed".to_owned(),
    }
}

/// Returns the problems of a listing for programs.
pub(super) fn json(listing: &Listing) -> Json {
    Json::List(listing.problems.iter().map(|problem| Json::Object(object(problem))).collect())
}

fn object(problem: &Problem) -> Object {
    let (kind, line) = match &problem.kind {
        ProblemKind::Broken(Broken { line, .. }) => ("broken", Json::Number(i64::from(*line))),
        ProblemKind::Missing(_) => ("missing", Json::Null),
        ProblemKind::Unreadable(_) => ("unreadable", Json::Null),
        ProblemKind::Pointer => ("lfs-pointer", Json::Null),
        ProblemKind::Submodule => ("submodule", Json::Null),
        ProblemKind::Link => ("link", Json::Null),
    };
    Object::new()
        .with("path", problem.path.as_str())
        .with("kind", kind)
        .with("line", line)
        .with("reason", describe(&problem.kind).as_str())
}
