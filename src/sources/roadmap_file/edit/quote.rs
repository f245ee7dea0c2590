//! Writes YAML scalars: plain if that is safe, else in the quotes of the old value.

use std::fmt::Write as _;

/// Returns the quote in the source of a scalar.
pub(super) fn quote_of(source: &str) -> Option<char> {
    source.chars().next().filter(|c| matches!(c, '\'' | '"'))
}

/// Writes text on one line, valid in block and flow context.
pub(super) fn write(text: &str, old_quote: Option<char>) -> String {
    match old_quote {
        None if is_plain(text) => text.to_owned(),
        Some('\'') if !text.contains(must_be_escaped) => format!("'{}'", text.replace('\'', "''")),
        None | Some(_) => double_quoted(text),
    }
}

/// Writes text in double quotes, on one line.
pub(in crate::sources) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if must_be_escaped(c) => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character needs an escape: YAML 1.1 treats U+2028 and U+2029 as line breaks, and parsers reject the
/// others.
fn must_be_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether text is safe without quotes at any position. False if in doubt.
pub(in crate::sources) fn is_plain(text: &str) -> bool {
    let first = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '(' | '.' | '$');
    let inner = |c: char| !must_be_escaped(c) && !matches!(c, ',' | '[' | ']' | '{' | '}');
    let word = text.to_ascii_lowercase();
    text.starts_with(first)
        && text.chars().all(inner)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !matches!(&*word, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n")
        && !text.starts_with("...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_only_if_needed() {
        assert_eq!(write("Moved by SIG Testing", None), "Moved by SIG Testing");
        assert_eq!(write("a: b", None), "\"a: b\"");
        assert_eq!(write("[x], #1", None), "\"[x], #1\"");
        assert_eq!(write("yes", None), "\"yes\"");
        assert_eq!(write("it's", Some('\'')), "'it''s'");
        assert_eq!(write("two\nlines \"x\\\"", Some('\'')), "\"two\\nlines \\\"x\\\\\\\"\"");
        assert_eq!(write("done", Some('"')), "\"done\"");
        assert_eq!(write("a\u{2028}b", None), "\"a\\u2028b\"");
        assert_eq!(write("a\u{feff}b", Some('\'')), "\"a\\ufeffb\"");
    }
}
