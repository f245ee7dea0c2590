//! `count --write`: appends readings to the readings files of the roadmap.

use std::collections::BTreeMap;
use std::path::Path;

use super::figures::{CountedFigure, CounterRule};
use super::targets::names;
use crate::commands::{Context, Failure};
use crate::domain::{Date, Reading};
use crate::sources::readings::{AppendError, append, is_of_future};
use crate::words;

/// Returns the failure to write counters that have no readings file. If no other one is counted in code, nothing can be
/// written, so that nothing has to be counted.
pub(super) fn check(context: &Context, targets: &[CounterRule<'_>]) -> Result<Option<Failure>, Failure> {
    context.roadmap_path()?;
    let of_code = targets.iter().filter(|target| target.rule.reads_code());
    let (written, others): (Vec<_>, Vec<_>) = of_code.partition(|target| has_file(target));
    let ids = names(others.iter().map(|target: &&CounterRule<'_>| target.counter));
    let message = if ids.contains(',') {
        format!("these counters have no readings file: {ids}")
    } else {
        format!("the counter `{ids}` has no readings file")
    };
    let failure = Failure::usage(message).hint("add `readings: readings/NAME.csv` in the roadmap");
    match (others.is_empty(), written.is_empty()) {
        (true, _) => Ok(None),
        (false, false) => Ok(Some(failure)),
        (false, true) => Err(failure),
    }
}

fn has_file(target: &CounterRule<'_>) -> bool {
    target.counter.readings_file.is_some()
}

/// Appends the readings, each file in one write, and returns a summary.
pub(super) fn write(
    context: &Context,
    targets: &[CounterRule<'_>],
    figures: &[CountedFigure<'_>],
) -> Result<String, Failure> {
    let of_issues: Vec<_> = targets.iter().filter(|target| !target.rule.reads_code()).collect();
    let ids = names(of_issues.iter().map(|target| target.counter));
    if !ids.is_empty() && of_issues.len() == targets.len() {
        return Ok(format!("nothing to write: the readings of {ids} are computed from the issues"));
    }
    let of_issues = if ids.is_empty() { ids } else { format!("; those of {ids} are computed from the issues") };
    let roadmap = context.roadmap_path()?;
    let of_code = || figures.iter().filter(|figure| figure.target.rule.reads_code() && has_file(&figure.target));
    if of_code().any(|figure| figure.commit.is_none()) {
        return Err(Failure::usage("a plain folder has no commit, so its figures cannot be added to the readings")
            .hint("count in a clone"));
    }
    let folder = roadmap.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Readings { files, incomplete, future } = Readings::of(of_code(), context.today());
    let all: usize = files.values().map(Vec::len).sum();
    let mut written = 0;
    for (file, readings) in files {
        written += append(folder, file, &readings, context.today()).map_err(failure)?;
    }
    let count = |number: usize| words::count(number as u64, "reading", "readings");
    let known = all - written;
    let left_out = [(incomplete, "as incomplete"), (future, "as commits dated in the future")];
    let left_out = left_out.into_iter().filter(|(number, _)| *number > 0);
    let left_out = left_out.map(|(number, why)| format!(", {number} left out {why}")).collect::<Vec<_>>().concat();
    Ok(format!("{} written, {known} there already{left_out}{of_issues}", count(written)))
}

/// The readings to write, and how many figures are left out.
#[derive(Default)]
struct Readings<'f> {
    /// By file, in chronological order.
    files: BTreeMap<&'f str, Vec<Reading>>,
    incomplete: usize,
    /// Figures of commits with a future date, which readings files do not allow.
    future: usize,
}

impl<'f> Readings<'f> {
    fn of(figures: impl Iterator<Item = &'f CountedFigure<'f>>, today: Date) -> Self {
        let mut sorted = Self::default();
        for figure in figures {
            match (figure.reading(), &figure.target.counter.readings_file) {
                (Some(reading), _) if is_of_future(&reading, today) => sorted.future += 1,
                (Some(reading), Some(file)) => sorted.files.entry(file).or_default().push(reading),
                (None, _) | (_, None) => sorted.incomplete += 1,
            }
        }
        sorted
    }
}

fn failure(error: AppendError) -> Failure {
    match error {
        AppendError::Disk(error) => error.into(),
        AppendError::Changed(_) => Failure::failed(error.to_string()),
        AppendError::Faulty(faults) => faults.into(),
    }
}
