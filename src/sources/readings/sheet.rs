//! A CSV parser (RFC 4180) that keeps the byte range of each record and collects faults.

use std::borrow::Cow;
use std::ops::Range;

use crate::domain::clean::clean_line;
use crate::domain::{Date, Progress, Reading, Text};
use crate::sources::diagnostic::{DESCRIBED, Diagnostic, Diagnostics, Excerpt, Span};
use crate::sources::roadmap_file::text::{is_future, parse_date, shorten};

use super::HEADER;

const COLUMNS: [&str; 6] = ["date", "done", "total", "rule", "commit", "note"];

/// What to do about lines that end with a lone carriage return, which does not end a record.
const LINE_ENDS: &str = "a lone carriage return does not end a line: save the file with LF or CRLF";

/// The maximum number of readings in a file: one a day for almost three hundred years.
const MOST_ROWS: usize = 100_000;

/// A CSV text with the faults found so far.
pub(super) struct Sheet<'t> {
    text: &'t str,
    name: &'t str,
    today: Date,
    pub(super) faults: Diagnostics,
    /// The number of readings after today. They have one cause, which is usually the clock of this machine.
    future: usize,
}

/// A record; `range` includes its line break.
pub(super) struct CsvRow<'t> {
    pub(super) range: Range<usize>,
    pub(super) fields: Vec<CsvField<'t>>,
}

pub(super) struct CsvField<'t> {
    pub(super) text: Cow<'t, str>,
    range: Range<usize>,
}

impl<'t> Sheet<'t> {
    pub(super) fn new(text: &'t str, name: &'t str, today: Date) -> Self {
        Self { text, name, today, faults: Diagnostics::default(), future: 0 }
    }

    /// Returns the next record at or after a byte, skipping blank lines, and moves the position past it.
    pub(super) fn next_record(&mut self, at: &mut usize) -> Option<CsvRow<'t>> {
        while *at < self.text.len() {
            let row = self.row(*at);
            *at = row.range.end;
            if self.text.get(row.range.clone()).is_some_and(|line| !line.trim().is_empty()) {
                return Some(row);
            }
        }
        None
    }

    /// Returns the position of the header, after a byte order mark.
    pub(super) fn start(&self) -> usize {
        self.text.len() - self.text.trim_start_matches('\u{feff}').len()
    }

    /// Parses all records after the header, each with the end of its line.
    pub(super) fn read(mut self) -> Result<Vec<(Reading, usize)>, Diagnostics> {
        let mut at = self.start();
        let header = self.next_record(&mut at);
        if !self.has_header(header.as_ref()) {
            return Err(self.faults);
        }
        self.read_rest(at, Self::reading)
    }

    /// Parses the records from a byte on, each with the end of its line.
    pub(super) fn read_rest<T>(
        mut self,
        mut at: usize,
        read: impl Fn(&mut Self, &CsvRow<'_>) -> Option<T>,
    ) -> Result<Vec<(T, usize)>, Diagnostics> {
        let mut readings = Vec::new();
        while let Some(row) = self.next_record(&mut at) {
            if readings.len() == MOST_ROWS {
                let message = format!("a readings file has at most {MOST_ROWS} readings, and this one has more");
                return Err(Diagnostic::of_file(self.name, message, None).into());
            }
            readings.extend(read(&mut self, &row).map(|reading| (reading, row.range.end)));
        }
        if self.future > 1 {
            let (today, others) = (self.today, self.future - 1);
            let message = format!("{others} more readings are in the future");
            let hint = format!("today is {today} by the clock of this machine: is it right?");
            self.faults.extend(Diagnostic::of_file(self.name, message, Some(hint)).into());
        }
        if self.faults.is_empty() { Ok(readings) } else { Err(self.faults) }
    }

    /// Adds a fault; beyond [`DESCRIBED`] it is only counted.
    pub(super) fn fault(&mut self, range: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        if self.faults.described.len() >= DESCRIBED {
            self.faults.further += 1;
            return;
        }
        let span = Span::of(self.text, range.start, range.end);
        let excerpt = Some(Excerpt::of(self.text, span));
        let message = message.into();
        self.faults.described.push(Diagnostic { file: self.name.to_owned(), excerpt, message, hint });
    }

    /// Whether the first line is the header. With a wrong one, the rest of the file cannot be checked.
    fn has_header(&mut self, header: Option<&CsvRow<'_>>) -> bool {
        let expected = COLUMNS.iter().copied();
        let fits = header.is_some_and(|row| row.fields.iter().map(|field| field.text.trim()).eq(expected));
        if !fits {
            self.reject_header(header, &[HEADER]);
        }
        fits
    }

    /// Adds the fault of a missing or wrong header.
    pub(super) fn reject_header(&mut self, header: Option<&CsvRow<'_>>, wanted: &[&str]) {
        let range = header.map_or(0..0, |row| row.range.clone());
        let written = self.text.get(range.clone()).unwrap_or_default().trim();
        let has_other_separator = !written.contains(',') && written.contains([';', '\t', '|']);
        let line = clean_line(written).into_owned();
        let wanted = wanted.iter().map(|columns| format!("`{columns}`")).collect::<Vec<_>>().join(" or ");
        let is_data = line.starts_with(|c: char| c.is_ascii_digit());
        let (message, hint) = if written.contains('\r') {
            let message =
                format!("the header {wanted} has no line of its own: the lines end with a lone carriage return");
            (message, LINE_ENDS)
        } else if has_other_separator {
            (format!("the header must be {wanted}; this one is `{}`", shorten(&line)), "the separator must be a comma")
        } else if line.is_empty() || is_data {
            (format!("the header {wanted} is missing"), "add it as the first line")
        } else {
            (
                format!("the header must be {wanted}; this one is `{}`", shorten(&line)),
                "every column must be there, in this order",
            )
        };
        self.fault(&range, message, Some(hint.to_owned()));
    }

    /// Parses the record at `start`; quoted fields may contain line breaks.
    fn row(&mut self, start: usize) -> CsvRow<'t> {
        let mut fields = Vec::with_capacity(COLUMNS.len());
        let mut at = start;
        loop {
            let (field, end) = self.field(at);
            fields.push(field);
            let rest = self.text.get(end..).unwrap_or_default();
            if rest.starts_with(',') {
                at = end + 1;
                continue;
            }
            return CsvRow { range: start..line_end(self.text, end), fields };
        }
    }

    /// Parses a field; returns it with the position of the comma or line break after it.
    fn field(&mut self, start: usize) -> (CsvField<'t>, usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(inner) = rest.strip_prefix('"') else {
            let length = memchr::memchr2(b',', b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let text = rest.get(..length).unwrap_or_default().trim_end_matches('\r');
            return (CsvField { text: text.into(), range: start..start + text.len() }, start + length);
        };
        let Some(length) = closing_quote(inner) else {
            self.fault(&(start..start + 1), "this quote is not closed", Some("end the field with `\"`".to_owned()));
            return (CsvField { text: Cow::Borrowed(""), range: start..self.text.len() }, self.text.len());
        };
        let end = start + length + 2;
        let behind = self.text.get(end..).unwrap_or_default();
        let extra = behind.find([',', '\n']).unwrap_or(behind.len());
        if !behind.get(..extra).unwrap_or_default().trim().is_empty() {
            let hint = "write a quote inside a field twice".to_owned();
            self.fault(&(end..end + extra), "there is text after the closing quote", Some(hint));
        }
        let text = inner.get(..length).unwrap_or_default().replace("\"\"", "\"").into();
        (CsvField { text, range: start..end }, end + extra)
    }

    fn reading(&mut self, row: &CsvRow<'_>) -> Option<Reading> {
        let [date, done, total, rule, commit, note] = row.fields.as_slice() else {
            self.reject_width(row, &COLUMNS);
            return None;
        };
        let (day, finished, all) = (self.date(date), self.number(done, "done"), self.number(total, "total"));
        let version = self.number(rule, "rule");
        let (day, finished, all, version) = (day?, finished?, all?, version?);
        let Some(progress) = Progress::new(finished, all) else {
            self.fault(&done.range, format!("done is more than total: {finished} of {all}"), None);
            return None;
        };
        let Some(version) = u32::try_from(version).ok().filter(|&version| version > 0) else {
            self.fault(&rule.range, format!("a rule's version is a number from 1, not {version}"), None);
            return None;
        };
        let some =
            |field: &CsvField<'_>| Some(clean_line(field.text.trim()).into_owned()).filter(|text| !text.is_empty());
        // Git prints hashes in lower case, and accepts either.
        let lower = |mut hash: String| {
            hash.make_ascii_lowercase();
            Text::from(hash)
        };
        let commit = some(commit).map(lower);
        Some(Reading { date: day, progress, rule: version, commit, note: some(note) })
    }

    /// Adds the fault of a line with the wrong number of fields.
    pub(super) fn reject_width(&mut self, row: &CsvRow<'_>, columns: &[&str]) {
        let count = row.fields.len();
        let found = if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
        let hint = if is_conflict(row) {
            "this is a conflict marker: finish the merge, and remove these lines".to_owned()
        } else if row.fields.iter().any(|field| field.text.contains('\r')) {
            LINE_ENDS.to_owned()
        } else {
            format!("the fields are {}; a text with a comma is written in quotes", columns.join(","))
        };
        self.fault(&row.range, format!("this line has {found}, not {}", columns.len()), Some(hint));
    }

    pub(super) fn date(&mut self, field: &CsvField<'_>) -> Option<Date> {
        match parse_date(field.text.trim()) {
            Ok(date) if is_future(date, self.today) => {
                self.future += 1;
                if self.future == 1 {
                    let hint = format!("today is {}", self.today);
                    self.fault(&field.range, format!("{date} is in the future"), Some(hint));
                }
                None
            }
            Ok(date) => Some(date),
            Err(why) => {
                let hint = why.contains("not a date").then(|| "write year-month-day, as in 2020-12-10".to_owned());
                self.fault(&field.range, clean_line(&why), hint);
                None
            }
        }
    }

    pub(super) fn number(&mut self, field: &CsvField<'_>, column: &str) -> Option<u64> {
        let text = field.text.trim();
        let number = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        if number.is_none() {
            let found = if text.is_empty() { "nothing".to_owned() } else { format!("`{}`", clean_line(text)) };
            let hint = format!("`{column}` is written in digits alone, as in 0 or 288");
            self.fault(&field.range, format!("expected a whole number, found {found}"), Some(hint));
        }
        number
    }
}

/// Whether a line is a conflict marker of Git.
fn is_conflict(row: &CsvRow<'_>) -> bool {
    let markers = ["<<<<<<<", "=======", ">>>>>>>"];
    row.fields.first().is_some_and(|field| markers.iter().any(|marker| field.text.starts_with(marker)))
}

/// Returns the end of the line that contains `at`, including its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length + 1)
}

/// Returns the position of the closing quote of a field; doubled quotes are part of the field.
fn closing_quote(inner: &str) -> Option<usize> {
    let mut quotes = inner.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.next_if_eq(&(at + 1)).is_none() {
            return Some(at);
        }
    }
    None
}
