//! Cleaning of text from outside: nothing in it can control a terminal or reorder a line.
//!
//! Text is cleaned once, where it enters, so that the rest of the program can print it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// The maximum number of consecutive combining marks: the limit of stream-safe text (UAX #15), beyond any language.
const MOST_MARKS: usize = 30;

/// Returns the text without escape sequences, control characters and bidi controls.
///
/// Newlines and tabs stay. A CR before a newline is removed, any other CR becomes a newline. Escape sequences (CSI,
/// OSC, DCS and similar, in 7-bit or C1 form) are removed completely, so that no `[31m` is left. Of a run of combining
/// marks or other zero-width characters, the first 30 stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().all(is_plain) || text.chars().all(is_harmless) && !has_too_many_marks(text) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut marks = 0;
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => {
                marks = 0;
                kept.push('\n');
            }
            '\u{1b}' => skip_escape(&mut rest),
            '\u{9b}' => skip_csi(&mut rest),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut rest),
            c if is_harmless(c) || is_needed(c, kept.chars().next_back(), rest.peek().copied()) => {
                marks = if is_mark(c) { marks + 1 } else { 0 };
                if marks <= MOST_MARKS {
                    kept.push(c);
                }
            }
            _ => {}
        }
    }
    if kept == text { Cow::Borrowed(text) } else { Cow::Owned(kept) }
}

/// Returns cleaned text on one line: each newline or tab becomes a space.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        cleaned if cleaned.bytes().any(|byte| matches!(byte, b'\n' | b'\t')) => {
            Cow::Owned(cleaned.replace(['\n', '\t'], " "))
        }
        cleaned => cleaned,
    }
}

fn is_harmless(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        ' '..='~' => true,
        // Bidi controls, line and paragraph separators.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => false,
        // Invisible: soft hyphen, joiners, fillers, variation selectors, the blank Braille cell, invisible operators,
        // and controls for hieroglyphs, shorthand and music.
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => false,
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' => false,
        '\u{2800}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' => false,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => false,
        // Tags and supplementary selectors can carry hidden text.
        '\u{e0000}'..='\u{e0fff}' => false,
        c => !c.is_control() && u32::from(c) & 0xfffe != 0xfffe,
    }
}

/// Whether an invisible character changes how its neighbours are drawn: in an emoji, or in a script with joined
/// letters.
fn is_needed(c: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), after) = (before, after.unwrap_or(' ')) else { return false };
    match c {
        // The zero-width space separates words in scripts without spaces.
        '\u{200b}' => is_unspaced(before) && is_unspaced(after),
        '\u{200c}' => joins(before) && joins(after),
        '\u{200d}' => joins(before) && (joins(after) || !after.is_ascii()) || is_emoji(before) && is_emoji(after),
        // Keycap emoji start with an ASCII character.
        '\u{fe0f}' if matches!(before, '0'..='9' | '#' | '*') => after == '\u{20e3}',
        '\u{fe00}'..='\u{fe0f}' => !before.is_ascii() && !is_mark(before) && !before.is_whitespace(),
        _ => false,
    }
}

/// Whether a character is of a script without spaces: Thai, Lao, Tibetan, Burmese or Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1980}'..='\u{1aaf}')
}

/// Whether a character is of a script with joined letters: Arabic, Indic and others.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
        || matches!(c, '\u{1b00}'..='\u{1bff}' | '\u{a840}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{11000}'..='\u{11fff}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character has no width of its own.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}

fn has_too_many_marks(text: &str) -> bool {
    let mut marks = 0;
    !text.is_ascii()
        && text.chars().any(|c| {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            marks > MOST_MARKS
        })
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_escape(rest: &mut Rest<'_>) {
    match rest.peek() {
        Some('[') => {
            rest.next();
            skip_csi(rest);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            rest.next();
            skip_string(rest);
        }
        // nF sequences: intermediate bytes, then one final byte (ECMA-35).
        Some(' '..='/') => {
            while rest.next_if(|c| (' '..='/').contains(c)).is_some() {}
            rest.next_if(|c| ('0'..='~').contains(c));
        }
        Some('0'..='~') => {
            rest.next();
        }
        _ => {}
    }
}

/// Skips parameters, intermediates and the final byte of a control sequence (ECMA-48, 5.4).
fn skip_csi(rest: &mut Rest<'_>) {
    while rest.next_if(|c| (' '..='?').contains(c)).is_some() {}
    rest.next_if(|c| ('@'..='~').contains(c));
}

/// Skips a control string up to its terminator (BEL, ST) or, unterminated, to the end of the line:
/// a title that merely contains an introducer must not swallow the rest of the page.
fn skip_string(rest: &mut Rest<'_>) {
    while let Some(&c) = rest.peek() {
        match c {
            '\n' => return,
            '\u{7}' | '\u{9c}' => {
                rest.next();
                return;
            }
            '\u{1b}' => {
                rest.next();
                rest.next_if_eq(&'\\');
                return;
            }
            _ => {
                rest.next();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_30_combining_marks_are_kept() {
        let heap = |mark: &str| clean(&format!("a{}b", mark.repeat(1_000))).chars().count();
        for mark in ["\u{301}", "\u{20e3}"] {
            assert_eq!(heap(mark), 2 + MOST_MARKS, "{mark:?}");
            assert_eq!(heap(&format!("{mark}\u{85}")), 2 + MOST_MARKS, "{mark:?} with what goes between");
        }
        assert_eq!(clean("e\u{301}\u{323} x\u{301}"), "e\u{301}\u{323} x\u{301}");
    }

    #[test]
    fn invisible_characters_are_removed() {
        for c in [
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{180b}',
            '\u{180e}',
            '\u{180f}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2060}',
            '\u{2065}',
            '\u{206a}',
            '\u{206f}',
            '\u{2800}',
            '\u{3164}',
            '\u{13430}',
            '\u{1bca0}',
            '\u{ffa0}',
            '\u{fe00}',
            '\u{fe0e}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{e0001}',
            '\u{e0080}',
            '\u{e0100}',
            '\u{e0fff}',
            '\u{1fffe}',
        ] {
            assert_eq!(clean(&format!("a{c}b")), "ab", "{c:?}");
            assert_eq!(clean(&format!("{c}{c}")), "", "{c:?}");
        }
    }

    #[test]
    fn emoji_and_scripts_keep_their_joiners() {
        for text in ["👩‍💻", "❤️", "1️⃣", "🏳️‍🌈", "می‌خواهم", "क्‍ष", "葛︀", "ไทย\u{200b}ไทย"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(clean("gs://k8s-metrics → déjà 日本 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_are_removed_completely() {
        assert_eq!(clean("a\u{1b}[31mb\u{1b}]0;title\u{7}c\u{9b}2Jd\u{1b}(Be\u{1b}Pq\u{1b}\\f"), "abcdef");
    }

    #[test]
    fn an_unterminated_string_ends_with_its_line() {
        assert_eq!(clean("a\u{1b}]0;boo\nb"), "a\nb");
    }

    #[test]
    fn control_and_bidi_characters_are_removed() {
        assert_eq!(clean("a\0\u{8}\u{7f}\u{85}b\u{202e}c\u{2066}d\r\ne\rf"), "abcd\ne\nf");
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(clean_line("a\tb\r\nc"), "a b c");
    }
}
