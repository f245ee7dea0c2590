//! Text layout: measures, cuts, pads and wraps text by its width on a terminal.

use std::borrow::Cow;

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The maximum length of a text in a frame, in characters: GitHub's limit for the text of an issue.
pub const LONGEST: usize = 65_536;

/// Returns at most [`LONGEST`] characters of a text, and whether there are more.
pub fn beginning(text: &str) -> (&str, bool) {
    if text.len() <= LONGEST {
        return (text, false);
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), true),
        None => (text, false),
    }
}

/// The maximum length of a grapheme, in bytes; a longer one is a pile of combining marks.
const LONGEST_LETTER: usize = 32;

/// Returns the graphemes of a text with their widths; a pile of combining marks is reduced to its base character.
fn letters(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.graphemes(true).map(|letter| {
        let letter = if letter.len() > LONGEST_LETTER { first_char(letter) } else { letter };
        (letter, letter.width())
    })
}

fn first_char(letter: &str) -> &str {
    let length = letter.chars().next().map_or(0, char::len_utf8);
    letter.get(..length).unwrap_or_default()
}

/// Whether a text is printable ASCII, so that each byte is one column wide.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Marks a text that was cut.
pub const ELLIPSIS: &str = "…";

/// Returns the width of a text, in columns.
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    letters(text).map(|(_, width)| width).sum()
}

/// Cuts a text to a width, with an ellipsis.
pub fn cut(text: &str, columns: usize) -> String {
    cut_with(text, columns, ELLIPSIS)
}

/// Cuts a text to a width, without an ellipsis.
pub fn within(text: &str, columns: usize) -> String {
    cut_with(text, columns, "")
}

/// Returns a text without its first columns.
pub fn from_column(text: &str, columns: usize) -> String {
    let mut before = 0;
    let is_before = |(_, width): &(&str, usize)| {
        before += width;
        before <= columns
    };
    letters(text).skip_while(is_before).map(|(letter, _)| letter).collect()
}

fn cut_with(text: &str, columns: usize, sign: &str) -> String {
    if is_plain(text) {
        return match (text.get(..columns), text.get(..columns.saturating_sub(1))) {
            (Some(whole), Some(kept)) if whole.len() < text.len() && columns > 0 => format!("{kept}{sign}"),
            (Some(whole), _) => whole.to_owned(),
            (None, _) => text.to_owned(),
        };
    }
    let mut kept = String::with_capacity(columns);
    let (mut used, mut safe) = (0, 0);
    for (letter, width) in letters(text) {
        if used + width > columns {
            kept.truncate(safe);
            if columns > 0 {
                kept.push_str(sign);
            }
            return kept;
        }
        kept.push_str(letter);
        used += width;
        if used < columns {
            safe = kept.len();
        }
    }
    kept
}

/// Cuts the name of an issue to a width: the number of `owner/name#12` is kept as long as it fits.
pub fn issue(text: &str, columns: usize) -> String {
    let (repo, number) = text.split_at(text.rfind('#').unwrap_or(text.len()));
    match columns.checked_sub(width(number)) {
        Some(room) if width(text) > columns => cut(repo, room) + number,
        Some(_) | None => cut(text, columns),
    }
}

/// Pads a text on the right, or cuts it, to an exact width.
pub fn left(text: &str, columns: usize) -> String {
    let cell = cut(text, columns);
    let blanks = " ".repeat(columns.saturating_sub(width(&cell)));
    cell + &blanks
}

/// Pads a text on the left, or cuts it, to an exact width.
pub fn right(text: &str, columns: usize) -> String {
    let cell = cut(text, columns);
    " ".repeat(columns.saturating_sub(width(&cell))) + &cell
}

/// Wraps a text to a width, between words where possible.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    // A character with a variation selector may be wider than the two are separately.
    let refit = |line: String| if width(&line) > columns { wrap_verbatim(&line, columns) } else { vec![line] };
    lines(text, Options::new(columns)).into_iter().flat_map(refit).collect()
}

/// Like [`wrap`], but keeps a word that is longer than a line whole, so that an address can be copied.
pub fn wrap_words(text: &str, columns: usize) -> Vec<String> {
    lines(text, Options::new(columns).break_words(false))
}

fn lines(text: &str, options: Options<'_>) -> Vec<String> {
    let text = if is_plain(text) { Cow::Borrowed(text) } else { letters(text).map(|(letter, _)| letter).collect() };
    let options = options.word_separator(WordSeparator::Custom(breakable)).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(&text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Splits a line after spaces and around wide characters: scripts without spaces may break anywhere, but a date or the
/// name of a project does not break at its hyphens.
fn breakable(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let (mut words, mut start, mut was_apart) = (Vec::new(), 0, false);
    for (at, part) in line.split_word_bound_indices() {
        let is_blank = part.chars().all(char::is_whitespace);
        let is_wide = letters(part).any(|(_, width)| width > 1);
        if at > 0 && !is_blank && (was_apart || is_wide) {
            words.extend(line.get(start..at));
            start = at;
        }
        was_apart = is_blank || is_wide;
    }
    words.extend(line.get(start..).filter(|word| !word.is_empty()));
    Box::new(words.into_iter().map(Word::from))
}

/// Wraps a text at exactly the width, keeping every character.
pub fn wrap_verbatim(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let (mut lines, mut used) = (vec![String::new()], 0);
    for (letter, wide) in letters(text) {
        if used + wide > columns {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(letter);
        }
        used += wide;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_number_of_an_issue_is_the_last_to_be_cut() {
        let name = "conda-forge/pkg-1-feedstock#66";
        for (columns, expected) in [(30, name), (26, "conda-forge/pkg-1-feed…#66"), (5, "c…#66"), (2, "c…")] {
            assert_eq!(issue(name, columns), expected, "{columns}");
        }
        assert_eq!(issue("–", 7), "–");
    }

    #[test]
    fn cells_are_exactly_as_wide_as_their_column() {
        for text in
            ["", "abc", "日本語日本語", "déjà vu", "👩‍💻 works", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"]
        {
            for columns in 0..12 {
                assert_eq!(width(&left(text, columns)), columns, "{text} {columns}");
                assert_eq!(width(&right(text, columns)), columns, "{text} {columns}");
            }
        }
    }

    #[test]
    fn a_text_of_the_maximum_length_is_complete() {
        assert_eq!(beginning(&"é".repeat(LONGEST)), ("é".repeat(LONGEST).as_str(), false));
        assert_eq!(beginning(&"é".repeat(LONGEST + 1)), ("é".repeat(LONGEST).as_str(), true));
    }

    #[test]
    fn a_cut_text_ends_with_an_ellipsis() {
        assert_eq!(cut("kubernetes", 6), "kuber…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
    }

    #[test]
    fn a_pile_of_combining_marks_is_dropped() {
        let heap = format!("a{}b", "\u{301}".repeat(10_000));
        assert!(cut(&heap, 10).len() < 10);
    }

    proptest! {
        /// The widest character, `៘`, has three columns.
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,60}", columns in 3usize..30) {
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn a_cut_text_is_never_wider_than_asked(text in "\\PC{0,40}", columns in 0usize..30) {
            prop_assert!(width(&cut(&text, columns)) <= columns);
        }
    }

    #[test]
    fn lines_break_between_words_and_within_long_ones() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("left on 2020-11-30 of", 14), ["left on", "2020-11-30 of"]);
        assert_eq!(wrap("sig/k8s-infra, 日本語", 17), ["sig/k8s-infra, 日", "本語"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap_words("see https://example.com/a for more", 8), ["see", "https://example.com/a", "for more"]);
    }
}
