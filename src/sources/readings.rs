//! Reads and writes readings files: CSV (RFC 4180) with one reading of a counter per line, which diffs well in Git.
//!
//! Lines are in order of date; there is one reading per commit and rule.

mod account;
mod sheet;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::domain::clean::clean_line;
use crate::domain::{Counter, Date, Reading, Text};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::disk;
use super::roadmap_file::text::{is_future, read_text};

pub use account::parse_account;

use sheet::{Sheet, line_end};

/// The first line of every readings file.
pub const HEADER: &str = "date,done,total,rule,commit,note";

/// Parses all readings of a text, sorted by date; messages call it `name`.
///
/// The error reports every faulty line, not only the first.
pub fn parse(text: &str, name: &str, today: Date) -> Result<Vec<Reading>, Diagnostics> {
    let mut readings: Vec<Reading> = Sheet::new(text, name, today).read()?.into_iter().map(|(row, _)| row).collect();
    readings.sort_by_key(|reading| reading.date);
    Ok(readings)
}

/// Adds readings to their counter, in the order of counters: by date, then by rule.
pub fn attach(counter: &mut Counter, readings: Vec<Reading>) {
    counter.readings.extend(readings);
    let rules: Vec<u32> = counter.rules.iter().map(|rule| rule.version).collect();
    let rank = |version: u32| rules.iter().position(|&rule| rule == version).unwrap_or(usize::MAX);
    counter.scale();
    counter.readings.sort_by_key(|reading| (reading.date, rank(reading.rule)));
}

/// Inserts readings by date, except those whose commit already has a reading by the same rule. Returns the new text and
/// the number of readings inserted.
///
/// An empty text gets the header; existing lines are unchanged. Fails if the text is not a readings file.
pub fn insert(text: &str, name: &str, readings: &[Reading], today: Date) -> Result<(String, usize), Diagnostics> {
    let is_empty = text.trim_start_matches('\u{feff}').trim().is_empty();
    let head = format!("{HEADER}\n");
    let text = if is_empty { head.as_str() } else { text };
    let mut known = Sheet::new(text, name, today).read()?;
    // A new line goes after the last line of the same day or an earlier one, even if the file is not in order.
    known.sort_by_key(|(reading, _)| reading.date);
    let mut index = Index::default();
    for (reading, _) in &known {
        index.add(reading);
    }
    let ends: Vec<(Date, usize)> = known
        .iter()
        .scan(0, |last, (reading, end)| {
            *last = (*last).max(*end);
            Some((reading.date, *last))
        })
        .collect();
    let mut added: Vec<(usize, &Reading)> = Vec::new();
    for reading in readings {
        if index.has(reading) {
            continue;
        }
        index.add(reading);
        let before = ends.partition_point(|(date, _)| *date <= reading.date);
        let at =
            before.checked_sub(1).and_then(|last| ends.get(last)).map_or_else(|| line_end(text, 0), |(_, end)| *end);
        added.push((at, reading));
    }
    added.sort_by_key(|(at, reading)| (*at, reading.date));
    Ok((spliced(text, &added), added.len()))
}

/// Readings by rule and abbreviated commit, or by rule and date if they have no commit.
#[derive(Default)]
struct Index<'r>(HashMap<(u32, &'r str, Option<Date>), Vec<&'r Reading>>);

impl<'r> Index<'r> {
    fn key(reading: &'r Reading) -> (u32, &'r str, Option<Date>) {
        match reading.commit.as_deref() {
            Some(commit) => (reading.rule, commit.get(..SHORTEST).unwrap_or(commit), None),
            None => (reading.rule, "", Some(reading.date)),
        }
    }

    fn add(&mut self, reading: &'r Reading) {
        self.0.entry(Self::key(reading)).or_default().push(reading);
    }

    fn has(&self, reading: &'r Reading) -> bool {
        self.0.get(&Self::key(reading)).is_some_and(|others| others.iter().any(|other| is_same(other, reading)))
    }
}

/// Inserts readings into a text at ascending positions.
fn spliced(text: &str, added: &[(usize, &Reading)]) -> String {
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = String::with_capacity(text.len() + added.len() * 64);
    let mut from = 0;
    for (at, reading) in added {
        new.push_str(text.get(from..*at).unwrap_or_default());
        if !new.ends_with('\n') {
            new.push_str(eol);
        }
        new.push_str(&row_of(reading));
        new.push_str(eol);
        from = *at;
    }
    new.push_str(text.get(from..).unwrap_or_default());
    new
}

/// Returns the real path of a readings file, whether or not it exists; it must be below the roadmap's folder.
pub fn place(folder: &Path, file: &str) -> Result<PathBuf, Diagnostics> {
    disk::below(folder, file).map_err(|error| {
        let hint = "readings are only read and written below the folder of the roadmap".to_owned();
        Diagnostic::of_file(&folder.join(file).display().to_string(), error.to_string(), Some(hint)).into()
    })
}

/// Inserts readings into a file below the roadmap's folder, atomically; a missing file is created.
///
/// Returns the number written; a commit that already has a reading by the same rule is skipped.
pub fn append(folder: &Path, file: &str, readings: &[Reading], today: Date) -> Result<usize, AppendError> {
    let path = place(folder, file)?;
    let name = folder.join(file).display().to_string();
    // If this fails, the write reports a clearer error.
    let _ = disk::make_parents(&path);
    let locked = disk::lock(&path)?;
    // A file that cannot be accessed is not a missing file.
    let is_there = path.try_exists().map_err(|cause| disk::DiskError::reading(path.clone(), cause))?;
    let old = if is_there { Some(read_text(&path, &name)?) } else { None };
    let (text, count) = insert(old.as_deref().unwrap_or_default(), &name, readings, today)?;
    if count == 0 {
        return Ok(0);
    }
    if !locked.still_holds(old.as_deref().map(str::as_bytes)) {
        return Err(AppendError::Changed(name));
    }
    locked.write(text.as_bytes())?;
    Ok(count)
}

/// Whether a reading is dated in the future, as after a commit with a wrong date. Readings files must not have any.
pub fn is_of_future(reading: &Reading, today: Date) -> bool {
    is_future(reading.date, today)
}

/// Why readings were not written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The existing file is not a valid readings file. The message has its own `error:` prefix.
    #[error(transparent)]
    Faulty(#[from] Diagnostics),
    /// Another program changed the file in the meantime.
    #[error("`{0}` changed while readings were added; nothing was written, try again")]
    Changed(String),
    /// A disk operation failed.
    #[error(transparent)]
    Disk(#[from] disk::DiskError),
}

/// The minimum length of an abbreviated hash, as Git prints it.
const SHORTEST: usize = 7;

/// Whether two readings are of the same rule and commit, possibly abbreviated; or, without a commit, of the same rule
/// and date.
fn is_same(one: &Reading, other: &Reading) -> bool {
    let begins = |long: &Text, short: &Text| short.len() >= SHORTEST && long.starts_with(short.as_str());
    let same_source = match (&one.commit, &other.commit) {
        (Some(a), Some(b)) => a == b || begins(a, b) || begins(b, a),
        (None, None) => one.date == other.date,
        (Some(_), None) | (None, Some(_)) => false,
    };
    same_source && one.rule == other.rule
}

/// Formats a reading as a line, without the line break.
fn row_of(reading: &Reading) -> String {
    let Reading { date, progress, rule, commit, note } = reading;
    let (commit, note) = (commit.as_deref().unwrap_or_default(), note.as_deref().unwrap_or_default());
    format!("{date},{},{},{rule},{},{}", progress.done, progress.total, quoted(commit), quoted(note))
}

fn quoted(field: &str) -> String {
    let field = clean_line(field);
    if field.contains([',', '"', '\n', '\r']) || field.starts_with(' ') || field.ends_with(' ') {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Progress;

    fn today() -> Date {
        Date::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn reading(date: &str, done: u64, commit: Option<&str>, note: Option<&str>) -> Reading {
        let progress = Progress::new(done, 1780).unwrap();
        Reading {
            date: date.parse().unwrap(),
            progress,
            rule: 1,
            commit: commit.map(Text::from),
            note: note.map(str::to_owned),
        }
    }

    fn refusal(text: &str) -> String {
        parse(text, "readings.csv", today()).unwrap_err().to_string()
    }

    #[test]
    fn readings_are_sorted_by_date_and_fields_can_be_quoted() {
        let text = "\u{feff}date,done,total,rule,commit,note\r\n2020-12-10,288,1780,1,,\"as \"\"reported\"\",\r\nonce\"\r\n\r\n2020-08-31,288,1780,1,c3a8,\r\n";
        let readings = parse(text, "readings.csv", today()).unwrap();
        assert_eq!(
            readings,
            [
                reading("2020-08-31", 288, Some("c3a8"), None),
                reading("2020-12-10", 288, None, Some("as \"reported\", once"))
            ]
        );
    }

    #[test]
    fn hashes_ignore_case() {
        let text = format!("{HEADER}\n2020-12-10,288,1780,1,C3A8F00D,\n");
        let again = [reading("2020-12-10", 288, Some("c3a8f00d12345678"), None)];
        assert_eq!(insert(&text, "readings.csv", &again, today()).unwrap(), (text, 0));
    }

    #[test]
    fn all_faulty_lines_are_reported() {
        let text = "date,done,total,rule,commit,note\n2020-02-30,1,2,1,,\n2020-12-10,3,2,1,,\n2020-12-10,x,2,0,,\n2021-01-01,1\n2027-01-01,1,2,1,,\n";
        insta::assert_snapshot!(refusal(text), @r"
        error: readings.csv:2:1: 2020-02-30 is not a day of the calendar
           2 | 2020-02-30,1,2,1,,
             | ^^^^^^^^^^

        error: readings.csv:3:12: done is more than total: 3 of 2
           3 | 2020-12-10,3,2,1,,
             |            ^

        error: readings.csv:4:12: expected a whole number, found `x`
           4 | 2020-12-10,x,2,0,,
             |            ^
        hint: `done` is written in digits alone, as in 0 or 288

        error: readings.csv:5:1: this line has 2 fields, not 6
           5 | 2021-01-01,1
             | ^^^^^^^^^^^^
        hint: the fields are date,done,total,rule,commit,note; a text with a comma is written in quotes

        error: readings.csv:6:1: 2027-01-01 is in the future
           6 | 2027-01-01,1,2,1,,
             | ^^^^^^^^^^
        hint: today is 2026-11-24
        ");
    }

    #[test]
    fn a_thousand_future_dates_are_two_faults() {
        let rows = "2027-01-01,1,2,1,,\n".repeat(1000);
        let refused = refusal(&format!("{HEADER}\n{rows}"));
        assert_eq!(refused.matches("error: ").count(), 2, "{refused}");
        assert!(refused.contains("999 more readings are in the future"), "{refused}");
        assert!(refused.ends_with("by the clock of this machine: is it right?"), "{refused}");
    }

    #[test]
    fn a_missing_header_and_an_open_quote_are_rejected() {
        insta::assert_snapshot!(refusal("2020-12-10,1,2,1,,\"x"), @r#"
        error: readings.csv:1:19: this quote is not closed
           1 | 2020-12-10,1,2,1,,"x
             |                   ^
        hint: end the field with `"`

        error: readings.csv:1:1: the header `date,done,total,rule,commit,note` is missing
           1 | 2020-12-10,1,2,1,,"x
             | ^^^^^^^^^^^^^^^^^^^^
        hint: add it as the first line
        "#);
    }

    #[test]
    fn a_wrong_header_is_a_single_fault() {
        insta::assert_snapshot!(refusal("date,done,total\n2020-12-10,1,2\n2020-12-11\n"), @r"
        error: readings.csv:1:1: the header must be `date,done,total,rule,commit,note`; this one is `date,done,total`
           1 | date,done,total
             | ^^^^^^^^^^^^^^^
        hint: every column must be there, in this order
        ");
    }

    #[test]
    fn another_separator_than_a_comma_is_named() {
        for header in ["date;done;total;rule;commit;note", "date\tdone\ttotal", "2020-12-10;1;2"] {
            let shown = refusal(&format!("{header}\n2020-12-10;1;2;1;;\n"));
            assert!(shown.contains("hint: the separator must be a comma"), "{shown}");
        }
    }

    #[test]
    fn a_conflict_marker_gets_its_own_hint() {
        let text = format!("{HEADER}\n<<<<<<< HEAD\n2020-12-11\n");
        insta::assert_snapshot!(refusal(&text), @r"
        error: readings.csv:2:1: this line has 1 field, not 6
           2 | <<<<<<< HEAD
             | ^^^^^^^^^^^^
        hint: this is a conflict marker: finish the merge, and remove these lines

        error: readings.csv:3:1: this line has 1 field, not 6
           3 | 2020-12-11
             | ^^^^^^^^^^
        hint: the fields are date,done,total,rule,commit,note; a text with a comma is written in quotes
        ");
    }

    /// Inserts one reading; `None` if it already exists.
    fn insert_one(text: &str, new: &Reading) -> Option<String> {
        let (text, count) = insert(text, "r", std::slice::from_ref(new), today()).unwrap();
        (count == 1).then_some(text)
    }

    #[test]
    fn a_reading_is_inserted_by_date_and_nothing_else_changes() {
        let text = "date,done,total,rule,commit,note\r\n2020-08-31,1,1780,1,a,\"x, y\"\r\n2021-01-31,3,1780,1,c,";
        let inserted = insert_one(text, &reading("2020-12-10", 2, Some("b"), None)).unwrap();
        assert_eq!(
            inserted,
            "date,done,total,rule,commit,note\r\n2020-08-31,1,1780,1,a,\"x, y\"\r\n2020-12-10,2,1780,1,b,\r\n2021-01-31,3,1780,1,c,"
        );
        let last = insert_one(text, &reading("2022-12-10", 2, Some("d"), None)).unwrap();
        assert_eq!(last, format!("{text}\r\n2022-12-10,2,1780,1,d,\r\n"));
    }

    #[test]
    fn many_readings_are_inserted_each_by_its_date() {
        let text = "date,done,total,rule,commit,note\n2020-08-31,1,1780,1,a,\n2021-01-31,3,1780,1,c,\n";
        let days =
            [("2021-02-28", "e"), ("2020-12-10", "b"), ("2020-01-31", "0"), ("2020-12-10", "b"), ("2020-11-30", "x")];
        let new: Vec<Reading> = days.iter().map(|(day, commit)| reading(day, 2, Some(commit), None)).collect();
        let (text, count) = insert(text, "r", &new, today()).unwrap();
        assert_eq!(count, 4);
        assert_eq!(
            text,
            "date,done,total,rule,commit,note\n2020-01-31,2,1780,1,0,\n2020-08-31,1,1780,1,a,\n2020-11-30,2,1780,1,x,\n2020-12-10,2,1780,1,b,\n2021-01-31,3,1780,1,c,\n2021-02-28,2,1780,1,e,\n"
        );
    }

    #[test]
    fn line_ends_that_hide_the_header_are_named() {
        let fault = |text: &str| parse(text, "a.csv", today()).unwrap_err().to_string();
        let said = fault("date,done,total,rule,commit,note\r2024-01-01,1,2,1,,\r");
        assert!(said.contains("the lines end with a lone carriage return") && said.contains("LF or CRLF"), "{said}");
        let rest = fault("date,done,total,rule,commit,note\r\n2024-01-01,1,2,1,,\r2024-01-02,1,2,1,,\r");
        assert!(rest.contains("this line has 11 fields") && rest.contains("LF or CRLF"), "{rest}");
    }

    #[test]
    fn a_commit_is_recorded_once_per_rule() {
        let text = "date,done,total,rule,commit,note\n2020-08-31,1,1780,1,c3a82689c4,\n";
        let long = Some("c3a82689c4bcf880e79dc783675021ffc284621f");
        assert_eq!(insert_one(text, &reading("2020-08-31", 5, Some("c3a82689c4"), None)), None);
        assert_eq!(insert_one(text, &reading("2020-08-31", 5, long, None)), None);
        assert!(insert_one(text, &reading("2020-08-31", 5, Some("c3a8"), None)).is_some());
        let other = Reading { rule: 2, ..reading("2020-08-31", 5, long, None) };
        assert!(insert_one(text, &other).is_some());
    }

    #[test]
    fn appending_creates_the_file_and_skips_known_readings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("readings/prow-jobs.csv");
        let new = [reading("2020-12-10", 288, Some("c3a8"), None)];
        assert_eq!(append(folder.path(), "readings/prow-jobs.csv", &new, today()).unwrap(), 1);
        assert_eq!(append(folder.path(), "readings/prow-jobs.csv", &new, today()).unwrap(), 0);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "date,done,total,rule,commit,note\n2020-12-10,288,1780,1,c3a8,\n");
    }

    #[test]
    fn concurrent_writers_lose_no_readings() {
        let folder = tempfile::tempdir().unwrap();
        let write = |commit: usize| {
            let commit = format!("c{commit}");
            append(folder.path(), "r/a.csv", &[reading("2020-12-10", 288, Some(&commit), None)], today())
        };
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..30).map(|commit| scope.spawn(move || write(commit).unwrap())).collect();
            assert_eq!(writers.into_iter().map(|writer| writer.join().unwrap()).sum::<usize>(), 30);
        });
        let text = std::fs::read_to_string(folder.path().join("r/a.csv")).unwrap();
        assert_eq!(parse(&text, "a.csv", today()).unwrap().len(), 30);
    }

    #[cfg(unix)]
    #[test]
    fn readings_are_not_written_through_links_out_of_the_folder() {
        use std::os::unix::fs::symlink;
        let (outside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        symlink(outside.path(), folder.path().join("linked")).unwrap();
        symlink(outside.path().join("new.csv"), folder.path().join("dangling.csv")).unwrap();
        for file in ["linked/new.csv", "linked/deep/new.csv", "dangling.csv"] {
            let refused = append(folder.path(), file, &[reading("2020-12-10", 288, Some("c3a8"), None)], today());
            assert!(matches!(refused, Err(AppendError::Faulty(_))), "{file}");
        }
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_empty_file_gets_a_header() {
        let text = insert_one("", &reading("2020-12-10", 288, None, Some("a, b"))).unwrap();
        assert_eq!(text, "date,done,total,rule,commit,note\n2020-12-10,288,1780,1,,\"a, b\"\n");
    }
}
