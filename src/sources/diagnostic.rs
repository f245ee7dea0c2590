//! Diagnostics of files that people write: the position of a fault, its message, and a hint on how to fix it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::domain::clean::clean_line;

/// The maximum length of the line shown on each side of the marked text, in characters.
const AROUND: usize = 50;
/// The maximum length of the marked text, in characters.
const MARKED: usize = 100;
/// How many bytes are read for that: more than are shown, since escape sequences are removed.
const WINDOW: usize = 2000;
/// The maximum number of faults described; with more, it is probably the wrong file.
pub const DESCRIBED: usize = 200;

/// A range of bytes in a text, with the line and column of its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Span {
    /// Computes the line and column of a byte range.
    pub fn of(text: &str, start: usize, end: usize) -> Self {
        let before = text.get(..start).unwrap_or(text).as_bytes();
        let line_start = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
        let line = breaks(before) + 1;
        let column = text.get(line_start..start).unwrap_or_default().chars().count();
        Self { start, end, line: line as u32, column: column as u32 + 1 }
    }
}

/// Counts line breaks: `\n`, `\r\n` and a lone `\r`.
fn breaks(bytes: &[u8]) -> usize {
    let is_lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    memchr::memchr_iter(b'\n', bytes).count() + memchr::memchr_iter(b'\r', bytes).filter(is_lone).count()
}

/// A fault of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the user named it.
    pub file: String,
    /// The position; `None` if it is about the whole file.
    pub excerpt: Option<Excerpt>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// How to fix it.
    pub hint: Option<String>,
}

/// A position in a file with its line, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The line, cleaned, and shortened if it is very long.
    pub text: String,
    /// The marked bytes of `text`.
    pub marked: Range<usize>,
}

impl Excerpt {
    /// Extracts the line of a span; a span of several lines is marked to the end of its first.
    pub fn of(text: &str, span: Span) -> Self {
        let start = text.floor_char_boundary(span.start);
        let (before, rest) = text.split_at(start);
        let window = text.ceil_char_boundary(start.saturating_sub(WINDOW));
        let before = before.get(window..).unwrap_or_default().rsplit(['\n', '\r']).next().unwrap_or_default();
        let rest = rest.get(..rest.floor_char_boundary(2 * WINDOW)).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let (marked, after) = line.split_at(line.floor_char_boundary(span.end.saturating_sub(start)));
        let (before, marked) = (last(&clean_line(before), AROUND), first(&clean_line(marked), MARKED));
        let after = first(&clean_line(after), AROUND);
        let end = before.len() + marked.trim_end().len();
        let text = format!("{before}{marked}{after}").trim_end().to_owned();
        Self { line: span.line, column: span.column, marked: before.len().min(text.len())..end.min(text.len()), text }
    }

    /// Draws the line with its number and the marker below.
    fn drawn(&self) -> String {
        let annotation = AnnotationKind::Primary.span(self.marked.clone());
        let snippet = Snippet::source(&self.text).line_start(self.line as usize).annotation(annotation);
        let group = Group::with_level(Level::ERROR).element(snippet);
        // Wide enough that nothing is shortened a second time.
        let drawn = Renderer::plain().term_width(10 * AROUND).render(&[group]);
        // Align line numbers of up to four digits across faults.
        let indent = " ".repeat(4_usize.saturating_sub(self.line.to_string().len()));
        let lines = drawn.lines().skip_while(|line| line.trim() == "|");
        lines.fold(String::new(), |text, line| text + "\n" + &indent + line.trim_end())
    }
}

fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        // ASCII dots: `--ascii` would widen an ellipsis and shift the marker.
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
    /// Returns a fault of a whole file.
    pub fn of_file(file: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { file: clean_line(file).into_owned(), excerpt: None, message: message.into(), hint }
    }

    /// Returns the fault on one line: `roadmap.yaml:14:12: unknown owner …`.
    pub fn headline(&self) -> String {
        match &self.excerpt {
            Some(Excerpt { line, column, .. }) => format!("{}:{line}:{column}: {}", self.file, self.message),
            None => format!("{}: {}", self.file, self.message),
        }
    }

    /// Returns the fault with an excerpt of its line.
    pub fn described(&self) -> String {
        self.headline() + &self.excerpt.as_ref().map(Excerpt::drawn).unwrap_or_default()
    }

    /// Formats it as a note instead of an error.
    pub fn as_note(&self) -> String {
        self.labelled("note")
    }

    fn labelled(&self, label: &str) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        format!("{label}: {}{hint}", self.described())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.labelled("error"))
    }
}

/// The faults of a file, in the order of the file; never empty if it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics {
    /// The faults that are described, at most [`DESCRIBED`].
    pub described: Vec<Diagnostic>,
    /// The number of further faults.
    pub further: usize,
}

impl Diagnostics {
    /// Returns the first fault on one line, and the number of others.
    pub fn headline(&self) -> String {
        let rest = self.described.len().saturating_sub(1) + self.further;
        match (self.described.first(), rest) {
            (None, _) => "nothing is wrong".to_owned(),
            (Some(first), 0) => first.headline(),
            (Some(first), rest) => format!("{} (and {rest} more)", first.headline()),
        }
    }

    /// Adds the faults of another file.
    pub fn extend(&mut self, other: Self) {
        let room = DESCRIBED.saturating_sub(self.described.len());
        self.further += other.further + other.described.len().saturating_sub(room);
        self.described.extend(other.described.into_iter().take(room));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.described.is_empty()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { described: vec![diagnostic], further: 0 }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.described.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{diagnostic}")?;
        }
        match self.further {
            0 => Ok(()),
            more => write!(f, "\n\nerror: and {more} more"),
        }
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(text: &str, part: &str) -> Diagnostic {
        let start = text.find(part).unwrap();
        let span = Span::of(text, start, start + part.len());
        let excerpt = Some(Excerpt::of(text, span));
        Diagnostic { file: "roadmap.yaml".into(), excerpt, message: "no".into(), hint: None }
    }

    #[test]
    fn the_marker_is_aligned_after_wide_characters() {
        let shown = diagnostic("a: 1\r\ntitle: 日本 ownr x\r\n", "ownr").to_string();
        assert_eq!(shown, "error: roadmap.yaml:2:11: no\n   2 | title: 日本 ownr x\n     |             ^^^^");
    }

    #[test]
    fn escape_sequences_are_removed_from_the_line() {
        let shown = diagnostic("\u{1b}[31m\tkey: oops", "oops").to_string();
        assert_eq!(shown, "error: roadmap.yaml:1:12: no\n   1 |  key: oops\n     |       ^^^^");
    }

    #[test]
    fn a_very_long_line_is_shortened_around_the_marker() {
        let text = format!("{}oops{}", "x".repeat(1000), "y".repeat(1000));
        let excerpt = diagnostic(&text, "oops").excerpt.unwrap();
        assert!(excerpt.text.len() < 120 && excerpt.text.get(excerpt.marked.clone()) == Some("oops"), "{excerpt:?}");
    }
}
