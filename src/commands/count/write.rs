//! Writing: readings go into the files that the roadmap names.

use std::collections::BTreeMap;
use std::path::Path;

use super::figures::{CountedFigure, CounterRule};
use crate::commands::{Context, Failure};
use crate::domain::Reading;
use crate::sources::readings::{AppendError, append};
use crate::words;

/// Refuses what cannot be written before anything is counted.
pub(super) fn check(context: &Context, asks: &[CounterRule<'_>]) -> Result<(), Failure> {
    context.roadmap_path()?;
    let mut counted = asks.iter().filter(|ask| ask.rule.reads_code());
    match counted.find(|ask| ask.counter.readings_file.is_none()) {
        None => Ok(()),
        Some(ask) => Err(Failure::usage(format!("the counter `{}` has no readings file", ask.counter.id))
            .hint("add `readings: readings/NAME.csv` to it in the roadmap")),
    }
}

/// Adds the readings to the files of the roadmap, each file at once, and says so.
pub(super) fn write(
    context: &Context,
    asks: &[CounterRule<'_>],
    figures: &[(usize, CountedFigure<'_>)],
) -> Result<String, Failure> {
    let roadmap = context.roadmap_path()?;
    let is_of_code =
        |(position, _): &&(usize, CountedFigure<'_>)| asks.get(*position).is_some_and(|ask| ask.rule.reads_code());
    if figures.iter().filter(is_of_code).any(|(_, figure)| figure.commit.is_none()) {
        return Err(Failure::usage("a plain folder has no commit, so its figures cannot be added to the readings")
            .hint("count in a clone"));
    }
    let folder = roadmap.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (files, left_out) = readings(figures.iter().filter(is_of_code).map(|(_, figure)| figure));
    let all: usize = files.values().map(Vec::len).sum();
    let mut written = 0;
    for (file, readings) in files {
        written += append(folder, file, &readings, context.today()).map_err(failure)?;
    }
    let count = |number: usize| words::count(number as u64, "reading", "readings");
    let known = all - written;
    Ok(match left_out {
        0 => format!("{} written, {known} there already", count(written)),
        _ => format!("{} written, {known} there already, {left_out} left out as incomplete", count(written)),
    })
}

/// Sorts readings by file, in order of time; returns how many are incomplete and left out.
fn readings<'f>(figures: impl Iterator<Item = &'f CountedFigure<'f>>) -> (BTreeMap<&'f str, Vec<Reading>>, usize) {
    let mut files: BTreeMap<&str, Vec<Reading>> = BTreeMap::new();
    let mut left_out = 0;
    for figure in figures {
        match (figure.reading(), &figure.ask.counter.readings_file) {
            (Some(reading), Some(file)) => files.entry(file).or_default().push(reading),
            (None, _) | (_, None) => left_out += 1,
        }
    }
    (files, left_out)
}

fn failure(error: AppendError) -> Failure {
    match error {
        AppendError::Disk(error) => error.into(),
        AppendError::Changed(_) => Failure::failed(error.to_string()),
        AppendError::Faulty(faults) => faults.into(),
    }
}
