//! What is wrong with a file that a person wrote: where, why, and what to do about it.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use crate::domain::clean::clean_line;

/// How much of a line is shown; the rest is cut away on both sides of the marker.
const SHOWN: usize = 100;
/// How many faults are printed; beyond that the file is something else than was meant.
const PRINTED: usize = 500;

/// A place in a text: bytes, and the line and column (in characters) where it begins, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One behind the last byte.
    pub end: usize,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Span {
    /// Measures line and column of a byte range.
    pub fn of(text: &str, start: usize, end: usize) -> Self {
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let breaks = before.bytes().filter(|&b| b == b'\n').count()
            + before
                .match_indices('\r')
                .filter(|(at, _)| !before.get(at + 1..).is_some_and(|s| s.starts_with('\n')))
                .count();
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        Self { start, end, line: breaks as u32 + 1, column: column as u32 + 1 }
    }
}

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the user named it.
    pub file: String,
    /// Where in the file; `None` where the file as a whole is meant.
    pub spot: Option<Spot>,
    /// Why it is refused: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A place in a file with what stands there, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The line, cleaned, and cut where it is very long.
    pub text: String,
    /// How many terminal cells lie before the marker.
    pub indent: usize,
    /// How many terminal cells the marker covers, at least one.
    pub width: usize,
}

impl Spot {
    /// Shows the line of a span; a span of several lines is marked up to the end of its first.
    pub fn of(text: &str, span: Span) -> Self {
        let start = floor(text, span.start);
        let (before, rest) = text.split_at(start);
        let before = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let (marked, after) = line.split_at(floor(line, span.end.saturating_sub(start)));
        let (before, marked) = (last(&clean_line(before), SHOWN / 2), first(&clean_line(marked), SHOWN));
        let after = first(&clean_line(after), SHOWN / 2);
        let (indent, width) = (before.width(), marked.trim_end().width().max(1));
        let text = format!("{before}{marked}{after}").trim_end().to_owned();
        Self { line: span.line, column: span.column, text, indent, width }
    }
}

/// Returns the nearest character boundary not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        // ASCII, so that the marker stays below what it means with `--ascii`.
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn last(text: &str, count: usize) -> String {
    match text.char_indices().rev().nth(count) {
        Some((at, _)) => format!("...{}", text.get(at..).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl Diagnostic {
    /// Speaks of a file as a whole.
    pub fn of_file(file: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { file: clean_line(file).into_owned(), spot: None, message: message.into(), hint }
    }

    /// Returns the fault on one line: `roadmap.yaml:14:12: unknown owner …`.
    pub fn headline(&self) -> String {
        match &self.spot {
            Some(spot) => format!("{}:{}:{}: {}", self.file, spot.line, spot.column, self.message),
            None => format!("{}: {}", self.file, self.message),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.headline())?;
        if let Some(spot) = &self.spot {
            let number = spot.line.to_string();
            let gutter = number.len().max(4);
            write!(f, "\n{number:>gutter$} | {}", spot.text)?;
            write!(f, "\n{:gutter$} | {:indent$}{:^<width$}", "", "", "", indent = spot.indent, width = spot.width)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// All faults of a file, in the order of the file; never empty where it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Returns the first fault on one line, and how many there are besides.
    pub fn headline(&self) -> String {
        match self.0.split_first() {
            None => "nothing is wrong".to_owned(),
            Some((first, [])) => first.headline(),
            Some((first, rest)) => format!("{} (and {} more)", first.headline(), rest.len()),
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().take(PRINTED).enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{diagnostic}")?;
        }
        match self.0.len().saturating_sub(PRINTED) {
            0 => Ok(()),
            more => write!(f, "\n\nerror: and {more} more"),
        }
    }
}

impl std::error::Error for Diagnostics {}

/// Returns the candidate that a mistyped word most likely meant.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let distance = |candidate: &str| strsim::osa_distance(&word, &candidate.to_lowercase());
    let scored = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    let near = scored
        .filter(|(distance, candidate)| distance * 3 <= candidate.len().max(3) && *distance < word.chars().count());
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(text: &str, part: &str) -> Diagnostic {
        let start = text.find(part).unwrap();
        let span = Span::of(text, start, start + part.len());
        let spot = Some(Spot::of(text, span));
        Diagnostic { file: "roadmap.yaml".into(), spot, message: "no".into(), hint: None }
    }

    #[test]
    fn the_marker_stands_below_what_it_means_even_behind_wide_characters() {
        let shown = diagnostic("a: 1\r\ntitle: 日本 ownr x\r\n", "ownr").to_string();
        assert_eq!(shown, "error: roadmap.yaml:2:11: no\n   2 | title: 日本 ownr x\n     |             ^^^^");
    }

    #[test]
    fn escape_sequences_of_the_line_do_not_reach_the_screen() {
        let shown = diagnostic("\u{1b}[31m\tkey: oops", "oops").to_string();
        assert_eq!(shown, "error: roadmap.yaml:1:12: no\n   1 |  key: oops\n     |       ^^^^");
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_marker() {
        let text = format!("{}oops{}", "x".repeat(1000), "y".repeat(1000));
        let spot = diagnostic(&text, "oops").spot.unwrap();
        assert!(spot.text.width() < 120 && spot.text.contains("oops"), "{spot:?}");
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("sig-testng", ["sig-release", "sig-testing"]), Some("sig-testing"));
        assert_eq!(nearest("ownr", ["owner", "note"]), Some("owner"));
        assert_eq!(nearest("zebra", ["owner", "note"]), None);
    }
}
