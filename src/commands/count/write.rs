//! Writing: readings go into the files that the roadmap names.

use std::collections::BTreeMap;
use std::path::Path;

use super::figures::{Ask, Count};
use super::{Context, Failure, Kind};
use crate::domain::Reading;
use crate::sources::counting::{Jobs, Listing};
use crate::sources::readings::{AppendError, append};
use crate::words;

/// Refuses what cannot be written before anything is counted.
pub(super) fn check(context: &Context, asks: &[Ask<'_>]) -> Result<(), Failure> {
    context.roadmap_path()?;
    match asks.iter().find(|ask| ask.counter.readings_file.is_none()) {
        None => Ok(()),
        Some(ask) => Err(Failure::usage(format!("the counter `{}` has no readings file", ask.counter.id))
            .hint("add `readings: readings/NAME.csv` to it in the roadmap")),
    }
}

/// Adds the readings to the files of the roadmap, each file at once, and says so.
pub(super) fn write(
    context: &Context,
    asks: &[Ask<'_>],
    jobs: &Jobs<'_>,
    listings: &[Listing],
) -> Result<String, Failure> {
    let roadmap = context.roadmap_path()?;
    if listings.iter().any(|listing| listing.commit.is_none()) {
        return Err(Failure::usage("a plain folder has no commit, so its figures cannot be added to the readings")
            .hint("count in a clone of kubernetes/test-infra"));
    }
    let folder = roadmap.parent().unwrap_or(Path::new(""));
    let (files, left_out) = readings(asks, jobs, listings);
    let all: usize = files.values().map(Vec::len).sum();
    let mut written = 0;
    for (file, readings) in files {
        written += append(folder, file, &readings, context.now.date()).map_err(failure)?;
    }
    let count = |number: usize| words::count(number as u64, "reading", "readings");
    let known = all - written;
    Ok(match left_out {
        0 => format!("{} written, {known} there already", count(written)),
        _ => format!("{} written, {known} there already, {left_out} left out as incomplete", count(written)),
    })
}

/// Sorts readings by file, in order of time; tells how many are incomplete and so none.
fn readings<'r>(asks: &[Ask<'r>], jobs: &Jobs<'_>, listings: &[Listing]) -> (BTreeMap<&'r str, Vec<Reading>>, usize) {
    let mut count = Count::new(asks, jobs);
    let mut files: BTreeMap<&str, Vec<Reading>> = BTreeMap::new();
    let mut left_out = 0;
    for listing in listings {
        for figure in count.of(listing) {
            match (figure.reading(listing), &figure.counter.readings_file) {
                (Some(reading), Some(file)) => files.entry(file).or_default().push(reading),
                (None, _) | (_, None) => left_out += 1,
            }
        }
    }
    (files, left_out)
}

fn failure(error: AppendError) -> Failure {
    match error {
        AppendError::Disk(error) => error.into(),
        AppendError::Changed(_) => Failure::failed(error.to_string()),
        AppendError::Faulty(faults) => Failure::verbatim(Kind::Usage, faults.to_string()),
    }
}
