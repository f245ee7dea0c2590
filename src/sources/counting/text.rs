//! The source `text`: counts files, lines or matches as `git grep -I` does, and also in UTF-16.

pub(super) mod rule;

use std::borrow::Cow;
use std::convert::Infallible;

use super::pattern::{BadPattern, Haystack, Pattern};
use super::selection::FileSelection;
use super::source::{CountSource, Extract, RuleFiles, facts_of, key_of};
use crate::domain::clean::clean_line;
use crate::domain::rule::{Condition, FileTest, Globs, TextMeasure, TextRule, TextTest, TextUnit};
use crate::domain::{Amounts, Text, Unit, UnitState};
use crate::sources::git::EXAMINED;

/// The longest displayed line, in characters.
const LONGEST_LINE: usize = 200;

/// A compiled text rule.
#[derive(Debug)]
pub(crate) struct TextSource {
    place: RuleFiles,
    /// The tests of paths.
    paths: Vec<Globs>,
    /// A counter for each combination of paths that match, since facts depend on bytes only: bit `n` stands for `paths[n]`.
    counters: Vec<TextCounter>,
}

/// A measure that only tests texts.
type MeasureOfTexts = TextMeasure<Condition<TextTest>>;

/// Counts the units of a file.
#[derive(Debug)]
struct TextCounter {
    key: String,
    unit: TextUnit,
    /// A prefilter that finds candidate lines; `None` if every line is one.
    prefilter: Option<Pattern>,
    measure: TextMeasure<Tests>,
}

/// A condition, and one pattern for it if it consists of alternatives only.
#[derive(Debug)]
struct Tests {
    condition: Condition<Pattern>,
    alternatives: Option<Pattern>,
}

impl Tests {
    fn new(condition: &Condition<TextTest>) -> Result<Self, BadPattern> {
        let alternatives = condition.alternatives().filter(|tests| !tests.is_empty());
        let alternatives = alternatives.map(|tests| Pattern::new(&tests)).transpose()?;
        Ok(Self { condition: condition.map(&mut |test: &TextTest| Pattern::new(&[test]))?, alternatives })
    }

    fn hold(&self, text: Haystack<'_>) -> bool {
        match &self.alternatives {
            Some(pattern) => pattern.is_in(text),
            None => self.condition.holds(&mut |pattern: &Pattern| pattern.is_in(text)),
        }
    }
}

impl TextMeasure<Tests> {
    /// Returns the state of a file or line; `None` if it is not counted.
    fn of(&self, text: Haystack<'_>) -> Option<UnitState> {
        let done_if = |is_done| Some(if is_done { UnitState::Done } else { UnitState::Left });
        match self {
            Self::Left(left) => left.hold(text).then_some(UnitState::Left),
            Self::Done(done) => done_if(done.hold(text)),
            Self::DoneAndLeft { left, .. } if left.hold(text) => Some(UnitState::Left),
            Self::DoneAndLeft { done, .. } => done.hold(text).then_some(UnitState::Done),
            Self::TotalAndDone { total, .. } | Self::TotalAndLeft { total, .. } if !total.hold(text) => None,
            Self::TotalAndDone { done, .. } => done_if(done.hold(text)),
            Self::TotalAndLeft { left, .. } => done_if(!left.hold(text)),
        }
    }

    /// Returns the tests whose matches are counted: the total if there is one, the main tests with the state of their
    /// matches, and those for what is left.
    fn patterns(&self) -> (Option<&Tests>, &Tests, UnitState, Option<&Tests>) {
        match self {
            Self::Left(left) => (None, left, UnitState::Left, None),
            Self::Done(done) => (None, done, UnitState::Done, None),
            Self::DoneAndLeft { done, left } => (None, done, UnitState::Done, Some(left)),
            Self::TotalAndDone { total, done } => (Some(total), done, UnitState::Done, None),
            Self::TotalAndLeft { total, left } => (Some(total), left, UnitState::Left, None),
        }
    }
}

/// Returns tests of which at least one holds for every counted unit; `None` if there are no such tests.
fn necessary(measure: &MeasureOfTexts) -> Option<Vec<&TextTest>> {
    match measure {
        TextMeasure::Left(left) => left.necessary(),
        TextMeasure::Done(_) => None,
        TextMeasure::DoneAndLeft { done, left } => Some([done.necessary()?, left.necessary()?].concat()),
        TextMeasure::TotalAndDone { total, .. } | TextMeasure::TotalAndLeft { total, .. } => total.necessary(),
    }
}

impl TextSource {
    /// Compiles a rule.
    pub(crate) fn new(rule: &TextRule) -> Result<Self, super::BadRule> {
        let paths = paths(&rule.measure);
        let globs = paths.iter().map(|globs| Globs::of_files(globs)).collect::<Result<Vec<_>, _>>()?;
        let counter = |matching: usize| {
            let is_matching =
                |globs: &[String]| paths.iter().position(|own| *own == globs).is_some_and(|at| matching >> at & 1 == 1);
            let decided = |test: &FileTest| match test {
                FileTest::Text(test) => Condition::Is(test.clone()),
                FileTest::Path(globs) => Condition::constant(is_matching(globs.as_slice())),
            };
            let Ok(measure) = rule.measure.map(|condition| Ok::<_, Infallible>(condition.replace(&decided)));
            TextCounter::new(rule.count, &measure)
        };
        let counters = (0..1 << paths.len()).map(counter).collect::<Result<_, _>>()?;
        Ok(Self { place: RuleFiles::Files(FileSelection::new(&rule.files)?), paths: globs, counters })
    }
}

/// Returns the globs of each test of a path, once.
pub(super) fn paths(measure: &TextMeasure) -> Vec<&[String]> {
    let conditions = measure.conditions().into_iter().filter_map(|(_, condition)| condition);
    let mut paths: Vec<_> = conditions.flat_map(Condition::tests).filter_map(FileTest::path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Converts UTF-16 with a byte order mark to UTF-8; other bytes are returned unchanged.
pub(in crate::sources) fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes as fn([u8; 2]) -> u16,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(bytes),
    };
    let units = bytes.as_chunks().0.iter().skip(1).map(|pair| unit(*pair));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Cow::Owned(text.into_bytes())
}

/// Converts a file to UTF-8 and replaces each invalid byte with one character; a binary file is returned unchanged.
pub(super) fn as_text(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = in_utf8(bytes);
    if is_binary(&bytes) || std::str::from_utf8(&bytes).is_ok() {
        return bytes;
    }
    let mut text = String::with_capacity(bytes.len() + 64);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text.into_bytes())
}

/// Whether Git treats a file as binary.
pub(in crate::sources) fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes.get(..bytes.len().min(EXAMINED as usize)).unwrap_or_default()).is_some()
}

impl TextCounter {
    fn new(unit: TextUnit, measure: &MeasureOfTexts) -> Result<Self, super::BadRule> {
        let necessary = necessary(measure).filter(|tests| !tests.is_empty());
        let prefilter = necessary.map(|tests| Pattern::new(&tests)).transpose()?;
        let key = key_of("text/6", &format!("{unit:?} {measure:?}"));
        Ok(Self { key, unit, prefilter, measure: measure.map(Tests::new)? })
    }

    /// Calls `each` with the start, end and state of every unit.
    fn each(&self, bytes: &[u8], each: &mut dyn FnMut(usize, usize, UnitState)) {
        if is_binary(bytes) {
            return;
        }
        let text = Haystack::new(bytes);
        match self.unit {
            TextUnit::Files => {
                let is_candidate = self.prefilter.as_ref().is_none_or(|prefilter| prefilter.is_in(text));
                if let Some(state) = is_candidate.then(|| self.measure.of(text)).flatten() {
                    each(0, bytes.len(), state);
                }
            }
            TextUnit::Lines => self.each_line(text, each),
            TextUnit::Matches => self.each_match(text, each),
        }
    }

    fn each_line(&self, text: Haystack<'_>, each: &mut dyn FnMut(usize, usize, UnitState)) {
        let mut from = 0;
        while from < text.bytes.len() {
            let line = if let Some(prefilter) = &self.prefilter {
                prefilter.next_line(text, from)
            } else {
                let rest = text.bytes.get(from..).unwrap_or_default();
                Some((from, memchr::memchr(b'\n', rest).map_or(text.bytes.len(), |length| from + length)))
            };
            let Some((start, end)) = line else { break };
            if let Some(state) = self.measure.of(text.line(start, end)) {
                each(start, end, state);
            }
            from = end + 1;
        }
    }

    fn each_match(&self, text: Haystack<'_>, each: &mut dyn FnMut(usize, usize, UnitState)) {
        let all = |tests: &Tests, each: &mut dyn FnMut(usize, usize)| {
            if let Some(pattern) = &tests.alternatives {
                pattern.matches(text, each);
            }
        };
        let (total, one, state, other) = self.measure.patterns();
        let Some(total) = total else {
            let mut left = Vec::new();
            if let Some(tests) = other {
                all(tests, &mut |start, end| left.push((start, end)));
            }
            let mut before = left.iter().peekable();
            all(one, &mut |start, end| {
                while before.next_if(|next| next.1 <= start).is_some() {}
                // A match of both is left.
                if before.peek().is_none_or(|next| next.0 >= end) {
                    each(start, end, state);
                }
            });
            for (start, end) in left {
                each(start, end, UnitState::Left);
            }
            return;
        };
        let mut own = Vec::new();
        all(one, &mut |start, end| own.push((start, end)));
        let rest = if state == UnitState::Done { UnitState::Left } else { UnitState::Done };
        let mut own = own.into_iter().peekable();
        all(total, &mut |start, end| {
            while own.next_if(|next| next.1 <= start).is_some() {}
            // A match of the total has the state of an own match that overlaps it, which may also overlap the next one.
            let is_own = own.peek().is_some_and(|next| next.0 < end);
            each(start, end, if is_own { state } else { rest });
        });
    }
}

impl Extract for TextCounter {
    fn key(&self) -> String {
        self.key.clone()
    }

    fn extract(&self, bytes: &[u8]) -> Vec<u8> {
        let mut amounts = Amounts::default();
        self.each(&as_text(bytes), &mut |_, _, state| amounts.count(state));
        facts_of(amounts)
    }
}

impl CountSource for TextSource {
    fn place(&self) -> &RuleFiles {
        &self.place
    }

    fn extractors(&self) -> Vec<&dyn Extract> {
        self.counters.iter().map(|counter| counter as &dyn Extract).collect()
    }

    fn extractor_of(&self, path: &str) -> usize {
        let bits = self.paths.iter().enumerate().map(|(at, globs)| usize::from(globs.match_any(path)) << at);
        bits.sum()
    }

    fn reads_lines(&self) -> bool {
        self.counters.iter().any(|counter| counter.unit != TextUnit::Files)
    }

    fn units(&self, path: &str, bytes: &[u8]) -> Vec<Unit> {
        let Some(counter) = self.counters.get(self.extractor_of(path)) else { return Vec::new() };
        let (path, bytes) = (Text::from(clean_line(path)), &*as_text(bytes));
        let (mut units, mut line, mut counted) = (Vec::new(), 1_u32, 0);
        counter.each(bytes, &mut |start, end, state| {
            if counter.unit == TextUnit::Files {
                units.push(Unit { name: Text::default(), path: path.clone(), line: None, fields: Vec::new(), state });
                return;
            }
            // Matches of the second pattern start over from the top of the file.
            if start < counted {
                (line, counted) = (1, 0);
            }
            line += memchr::memchr_iter(b'\n', bytes.get(counted..start).unwrap_or_default()).count() as u32;
            counted = start;
            let name = shown(bytes.get(start..end).unwrap_or_default());
            units.push(Unit { name, path: path.clone(), line: Some(line), fields: Vec::new(), state });
        });
        units.sort_by_key(|unit| unit.line);
        units
    }
}

/// Returns a line for display: trimmed, cleaned and cut.
fn shown(bytes: &[u8]) -> Text {
    let bytes = bytes.get(..bytes.len().min(LONGEST_LINE * 8)).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    Text::from(clean_line(text.trim()).chars().take(LONGEST_LINE).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::Files;

    fn contains(text: &str) -> Condition<FileTest> {
        Condition::Is(FileTest::Text(TextTest::Contains(text.to_owned())))
    }

    fn regex(text: &str) -> Condition<FileTest> {
        Condition::Is(FileTest::Text(TextTest::Regex(text.to_owned())))
    }

    fn path(glob: &str) -> Condition<FileTest> {
        Condition::Is(FileTest::Path(vec![glob.to_owned()]))
    }

    fn count(count: TextUnit, measure: TextMeasure, bytes: &[u8]) -> (u64, u64) {
        let source = TextSource::new(&TextRule { files: Files::default(), count, measure }).unwrap();
        let amounts = source.amounts("x", &source.counters[0].extract(bytes));
        let units = source.units("x", bytes);
        assert_eq!(units.len() as u64, amounts.total());
        (amounts.done, amounts.total())
    }

    #[test]
    fn files_lines_and_matches_are_counted() {
        let text = b"log log\nno\nlogx\n";
        let left = || TextMeasure::Left(contains("log"));
        assert_eq!(count(TextUnit::Files, left(), text), (0, 1));
        assert_eq!(count(TextUnit::Lines, left(), text), (0, 2));
        assert_eq!(count(TextUnit::Matches, left(), text), (0, 3));
        assert_eq!(count(TextUnit::Lines, left(), b"log\0"), (0, 0));
    }

    #[test]
    fn paths_decide_what_is_done() {
        let of = |count, measure, path: &str, bytes: &[u8]| {
            let source = TextSource::new(&TextRule { files: Files::default(), count, measure }).unwrap();
            let facts = source.extractors()[source.extractor_of(path)].extract(bytes);
            let amounts = source.amounts(path, &facts);
            assert_eq!(source.units(path, bytes).len() as u64, amounts.total());
            (amounts.done, amounts.total())
        };
        let ported = || TextMeasure::Done(path("**/*.ts"));
        assert_eq!(of(TextUnit::Files, ported(), "src/a.ts", b"x"), (1, 1));
        assert_eq!(of(TextUnit::Files, ported(), "src/a.js", b"x"), (0, 1));
        let each = || TextMeasure::DoneAndLeft { done: path("**/*.ts"), left: path("**/*.js") };
        assert_eq!(of(TextUnit::Lines, each(), "a.ts", b"x\ny\n"), (2, 2));
        assert_eq!(of(TextUnit::Lines, each(), "a.js", b"x\ny\n"), (0, 2));
        assert_eq!(of(TextUnit::Lines, each(), "a.css", b"x\ny\n"), (0, 0));
        let all = Condition::All(vec![path("old"), Condition::Not(Box::new(contains("keep")))]);
        let old = || TextMeasure::Left(all.clone());
        assert_eq!(of(TextUnit::Files, old(), "old/a", b"x"), (0, 1), "a folder means everything in it");
        assert_eq!(of(TextUnit::Files, old(), "old/a", b"keep"), (0, 0));
        assert_eq!(of(TextUnit::Files, old(), "new/a", b"x"), (0, 0));
        let both = || TextMeasure::Left(Condition::Any(vec![path("old/**"), contains("old")]));
        assert_eq!(of(TextUnit::Files, both(), "new/a", b"old"), (0, 1));
        assert_eq!(of(TextUnit::Files, both(), "new/a", b"new"), (0, 0));
    }

    #[test]
    fn utf_16_is_counted_and_shown_like_utf_8() {
        let bytes: Vec<u8> = "\u{feff}log é\r\nno\r\nlog".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let left = || TextMeasure::Left(regex("^log"));
        assert_eq!(count(TextUnit::Lines, left(), &bytes), (0, 2));
        let rule = TextRule { files: Files::default(), count: TextUnit::Lines, measure: left() };
        assert_eq!(TextSource::new(&rule).unwrap().units("x", &bytes).first().unwrap().name, "log é");
    }

    #[test]
    fn an_invalid_byte_is_one_character() {
        let lines = |pattern: &str, text: &[u8]| count(TextUnit::Lines, TextMeasure::Left(regex(pattern)), text).1;
        assert_eq!((lines("^..$", "é\n\u{e9}\u{e9}\n".as_bytes()), lines("^..$", b"\xc3\xa9\n\xff\n")), (1, 0));
        assert_eq!((lines("^.$", b"\xc3\xa9\n\xff\n\xff\xfe\n\xe2\x82\n"), lines("^..$", b"\xe2\x82\n")), (2, 1));
        assert_eq!(
            (lines("a.*b", b"a\xffb\n"), lines("a[^x]b", b"a\xc3\xa9b\n\xff"), lines("(?i)É", "é\n".as_bytes())),
            (1, 1, 1)
        );
        let late = [&[0xff; 7_000][..], b"\n", &[b'x'; 900], b"\0\nlog\n"].concat();
        assert_eq!(lines("log", &late), 0, "binary as Git sees it");
    }

    #[test]
    fn a_file_is_done_or_left_by_what_it_contains() {
        let done = || TextMeasure::Done(regex("^# typed: strict$"));
        assert_eq!(count(TextUnit::Files, done(), b"# typed: strict\n"), (1, 1));
        assert_eq!(count(TextUnit::Files, done(), b"  # typed: strict\n"), (0, 1));
        let total = || TextMeasure::TotalAndDone { total: regex("^# typed:"), done: contains("strict") };
        assert_eq!(count(TextUnit::Files, total(), b"x\n"), (0, 0));
        assert_eq!(count(TextUnit::Files, total(), b"# typed: false\nstrict"), (1, 1));
        let left = TextMeasure::DoneAndLeft { done: contains("new"), left: contains("old") };
        assert_eq!(count(TextUnit::Files, left, b"old new"), (0, 1));
    }

    #[test]
    fn a_match_that_overlaps_several_of_the_total_marks_each() {
        let text = b"klog.Info(a); klog.Info(b)\nklog.InfoS(c); klog.Info(d)\n";
        let left = TextMeasure::TotalAndLeft { total: regex(r"klog\.\w+"), left: regex(r"klog\.Info\(.*") };
        assert_eq!(count(TextUnit::Matches, left, text), (1, 4));
        let done = TextMeasure::TotalAndDone { total: contains("klog"), done: regex("klog.*") };
        assert_eq!(count(TextUnit::Matches, done, text), (4, 4));
    }

    #[test]
    fn lines_are_done_or_left_within_the_total() {
        let measure = || TextMeasure::TotalAndDone { total: regex(r"klog\.\w+"), done: regex(r"klog\.\w+S\b") };
        let text = b"klog.InfoS(); klog.Info()\nklog.Info()\nx\n";
        assert_eq!(count(TextUnit::Lines, measure(), text), (1, 2));
        assert_eq!(count(TextUnit::Matches, measure(), text), (1, 3));
        let not = Condition::All(vec![contains("klog"), Condition::Not(Box::new(contains("InfoS")))]);
        assert_eq!(count(TextUnit::Lines, TextMeasure::Left(not), text), (0, 1));
    }

    #[test]
    fn a_match_that_is_done_and_left_is_left() {
        let measure = |done| TextMeasure::DoneAndLeft { done: regex(done), left: regex("foobar|x+") };
        assert_eq!(count(TextUnit::Matches, measure(r"foo\w*"), b"foo foobar"), (1, 2));
        assert_eq!(count(TextUnit::Matches, measure(r"\w+"), b"a xx\nfoobar b foobarfoobar axa"), (2, 7));
    }

    #[test]
    fn an_empty_line_counts_in_every_kind_of_rule() {
        let text = b"a\n\nb\n\n";
        let empty = || regex("^$");
        assert_eq!(count(TextUnit::Lines, TextMeasure::Left(empty()), text), (0, 2));
        let of_total = TextMeasure::TotalAndDone { total: empty(), done: contains("a") };
        assert_eq!(count(TextUnit::Lines, of_total, text), (0, 2));
        let both = TextMeasure::DoneAndLeft { done: empty(), left: contains("b") };
        assert_eq!(count(TextUnit::Lines, both, text), (2, 3));
        assert_eq!(count(TextUnit::Files, TextMeasure::Left(empty()), b""), (0, 0));
    }

    #[test]
    fn a_text_with_a_line_break_is_found_in_a_file() {
        assert_eq!(count(TextUnit::Files, TextMeasure::Left(contains("a\nb")), b"xa\nby"), (0, 1));
    }

    #[test]
    fn units_have_a_line_and_its_text() {
        let rule =
            TextRule { files: Files::default(), count: TextUnit::Lines, measure: TextMeasure::Left(contains("b")) };
        let units = TextSource::new(&rule).unwrap().units("d/x", b"a\n  b\x1b[2J \r\nc\nb");
        let shown: Vec<_> = units.iter().map(|unit| format!("{} {}", unit.place(), unit.name)).collect();
        assert_eq!(shown, ["d/x:2 b", "d/x:4 b"]);
    }
}
