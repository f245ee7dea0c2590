//! Patterns: texts and regular expressions matched line by line, as `git grep` does.
//!
//! Each file is searched in one pass, which is fast. No match crosses a line end, because the line feed is removed from
//! every class of the expression.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

use crate::domain::rule::TextTest;

/// An invalid pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` {reason}")]
pub struct BadPattern {
    /// The pattern as written in the rule.
    pub pattern: String,
    /// Why it was rejected, as a predicate: `is not a regular expression: …`.
    pub reason: String,
}

/// The size limit of a compiled expression, in bytes.
const SIZE_LIMIT: usize = 4 << 20;
/// The longest pattern, in bytes.
const LONGEST: usize = 10_000;

/// Compiled alternatives. If several match at the same position, the longest of texts wins, as in `git grep`, and the
/// first of expressions.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// Whether it can match across a line end, which only a text with a line feed does.
    is_multiline: bool,
}

impl Pattern {
    /// Compiles alternatives.
    pub(crate) fn new(tests: &[&TextTest]) -> Result<Self, BadPattern> {
        let (mut alternatives, mut is_multiline) = (Vec::new(), false);
        let mut tests = tests.to_vec();
        if tests.iter().all(|test| matches!(test, TextTest::Contains(_))) {
            tests.sort_by_key(|test| std::cmp::Reverse(test.text().len()));
        }
        for test in &tests {
            alternatives.push(match test {
                TextTest::Contains(wanted) => {
                    is_multiline |= wanted.contains('\n');
                    Hir::literal(wanted.as_bytes())
                }
                TextTest::Regex(expression) => within_one_line(&parse(expression)?).ok_or_else(|| BadPattern {
                    pattern: expression.clone(),
                    reason: "contains a line break, which no line has".to_owned(),
                })?,
            });
        }
        let name = tests.first().map_or("", |test| test.text());
        // `Hir::alternation` would factor out common prefixes, so each alternative is printed by itself.
        let source = alternatives.iter().map(|hir| format!("(?:{hir})")).collect::<Vec<_>>().join("|");
        let regex = compile(&source).map_err(|reason| BadPattern { pattern: name.to_owned(), reason })?;
        Ok(Self { regex, is_multiline })
    }

    /// Whether it matches anywhere.
    pub(crate) fn is_in(&self, text: Haystack<'_>) -> bool {
        if self.is_multiline {
            return self.regex.is_match(text.bytes);
        }
        self.next_line(text, 0).is_some()
    }

    /// Returns the start and end of the next line with a match; `from` is the start of a line.
    pub(crate) fn next_line(&self, text: Haystack<'_>, from: usize) -> Option<(usize, usize)> {
        let found = self.next_match(text, from)?;
        let start = memchr::memrchr(b'\n', text.bytes.get(..found.0)?).map_or(0, |at| at + 1);
        let rest = text.bytes.get(found.0..)?;
        let end = memchr::memchr(b'\n', rest).map_or(text.bytes.len(), |length| found.0 + length);
        Some((start, end))
    }

    /// Finds the next match.
    fn next_match(&self, text: Haystack<'_>, from: usize) -> Option<(usize, usize)> {
        let found = self.regex.find_at(text.bytes, from)?;
        // There is no line after the final line feed of a file.
        let is_behind =
            !text.is_line && found.start() == text.bytes.len() && text.bytes.last().is_none_or(|last| *last == b'\n');
        (!is_behind).then_some((found.start(), found.end()))
    }

    /// Calls `each` with the start and end of every match that is not empty.
    pub(crate) fn matches(&self, text: Haystack<'_>, mut each: impl FnMut(usize, usize)) {
        let found = self.regex.find_iter(text.bytes).filter(|found| !found.is_empty());
        found.for_each(|found| each(found.start(), found.end()));
    }
}

/// A file or a line, in UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Haystack<'b> {
    pub(crate) bytes: &'b [u8],
    /// Whether this is a single line, which counts even if it is empty.
    is_line: bool,
}

impl<'b> Haystack<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, is_line: false }
    }

    /// Returns one of its lines.
    pub(crate) fn line(self, start: usize, end: usize) -> Self {
        Self { bytes: self.bytes.get(start..end).unwrap_or_default(), is_line: true }
    }
}

/// Checks a regular expression.
pub(crate) fn check(test: &TextTest) -> Result<(), BadPattern> {
    Pattern::new(&[test]).map(drop)
}

/// Whether an expression holds for every line by mistake, since it matches the empty text at any position: `old|`, `x*`.
/// One that matches any whole line, such as `.*`, is meant to.
pub(crate) fn matches_by_mistake(test: &TextTest) -> bool {
    const ANY_LINE: &[u8] = " a\tZ_0-é{}".as_bytes();
    let TextTest::Regex(expression) = test else { return false };
    let is_whole = |regex: Regex| regex.find(ANY_LINE).is_some_and(|found| found.len() == ANY_LINE.len());
    parse(expression).is_ok_and(|hir| is_empty_anywhere(&hir)) && !compile(expression).is_ok_and(is_whole)
}

/// Whether an expression matches the empty text without any anchor.
fn is_empty_anywhere(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Repetition(repetition) => repetition.min == 0 || is_empty_anywhere(&repetition.sub),
        HirKind::Capture(capture) => is_empty_anywhere(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(is_empty_anywhere),
        HirKind::Alternation(parts) => parts.iter().any(is_empty_anywhere),
    }
}

fn parse(expression: &str) -> Result<Hir, BadPattern> {
    let bad = |reason: String| BadPattern { pattern: expression.to_owned(), reason };
    if expression.len() > LONGEST {
        return Err(bad(format!("has more than {LONGEST} characters")));
    }
    // Checks the size limit first: a repetition of a large class expands while it is translated.
    compile(expression).map_err(bad)?;
    let parsed = ParserBuilder::new().utf8(false).multi_line(true).build().parse(expression);
    parsed.map_err(|error| bad(reason_of(&error.to_string())))
}

fn compile(expression: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(expression).multi_line(true).size_limit(SIZE_LIMIT).build();
    built.map_err(|error| {
        let is_too_big = matches!(error, regex::Error::CompiledTooBig(_));
        if is_too_big { "is too large a regular expression".to_owned() } else { reason_of(&error.to_string()) }
    })
}

/// Extracts the reason from a parser error, which is in its last line.
fn reason_of(error: &str) -> String {
    let last = error.lines().last().unwrap_or_default();
    format!("is not a regular expression: {}", last.trim_start_matches("error: "))
}

/// Restricts an expression to a single line; `None` if it requires a line feed.
fn within_one_line(hir: &Hir) -> Option<Hir> {
    Some(match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.contains(&b'\n') => return None,
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(class) => class_within_line(class)?,
        HirKind::Look(Look::Start) => Hir::look(Look::StartLF),
        HirKind::Look(Look::End) => Hir::look(Look::EndLF),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Repetition(repetition) => {
            let mut repetition = repetition.clone();
            repetition.sub = Box::new(within_one_line(&repetition.sub)?);
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => within_one_line(&capture.sub)?,
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(within_one_line).collect::<Option<_>>()?),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(within_one_line).collect::<Option<_>>()?),
    })
}

fn class_within_line(class: &Class) -> Option<Hir> {
    let class = match class {
        Class::Unicode(class) => {
            let mut own = class.clone();
            own.difference(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')]));
            (!own.ranges().is_empty() || class.ranges().is_empty()).then_some(Class::Unicode(own))
        }
        Class::Bytes(class) => {
            let mut own = class.clone();
            own.difference(&ClassBytes::new([ClassBytesRange::new(b'\n', b'\n')]));
            (!own.ranges().is_empty() || class.ranges().is_empty()).then_some(Class::Bytes(own))
        }
    };
    class.map(Hir::class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(expression: &str, text: &[u8]) -> Vec<String> {
        let pattern = Pattern::new(&[&TextTest::Regex(expression.to_owned())]).unwrap();
        let text = Haystack::new(text);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some((start, end)) = pattern.next_line(text, from) {
            found.push(String::from_utf8_lossy(&text.bytes[start..end]).into_owned());
            from = end + 1;
            if from > text.bytes.len() {
                break;
            }
        }
        found
    }

    #[test]
    fn no_match_reaches_beyond_its_line() {
        assert_eq!(lines(r"a\s*b", b"a\nb\na b\n"), ["a b"]);
        assert_eq!(lines("[^x]y", b"\ny\nay\n"), ["ay"]);
        assert_eq!(lines("(?s)a.*c", b"a\nc\nabc"), ["abc"]);
    }

    #[test]
    fn anchors_match_at_lines_but_not_after_the_last() {
        assert_eq!(lines("^$", b"a\n\nb\n"), [""]);
        assert_eq!(lines("^$", b""), Vec::<String>::new());
        assert_eq!(lines(r"\Ab\z", b"a\nb\nbb"), ["b"]);
        assert_eq!(lines("a$", b"a\r\na\n"), ["a"]);
        assert_eq!(lines("x*", b"a\nb"), ["a", "b"]);
    }

    #[test]
    fn the_longest_of_texts_at_one_position_wins() {
        let found = |tests: &[TextTest]| {
            let (text, mut found) = ("abc ab", Vec::new());
            let pattern = Pattern::new(&tests.iter().collect::<Vec<_>>()).unwrap();
            pattern.matches(Haystack::new(text.as_bytes()), |start, end| found.extend(text.get(start..end)));
            found
        };
        let text = |text: &str| TextTest::Contains(text.to_owned());
        let regex = |text: &str| TextTest::Regex(text.to_owned());
        assert_eq!(found(&[text("ab"), text("abc")]), ["abc", "ab"]);
        assert_eq!(found(&[regex("ab"), regex("abc")]), ["ab", "ab"]);
    }

    #[test]
    fn large_invalid_and_multiline_expressions_are_refused() {
        let refusal = |expression: &str| check(&TextTest::Regex(expression.to_owned())).unwrap_err().reason;
        assert_eq!(refusal("((a{1000}){1000}){1000}"), "is too large a regular expression");
        assert_eq!(refusal(r"a\nb"), "contains a line break, which no line has");
        assert_eq!(refusal("a("), "is not a regular expression: unclosed group");
        assert!(refusal(&"a".repeat(20_000)).contains("10000"));
    }
}
