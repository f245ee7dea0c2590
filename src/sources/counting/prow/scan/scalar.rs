//! Texts on one line, in the forms that need no second look.

/// A text on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar<'t> {
    /// Without quotes.
    Plain(&'t str),
    /// Between quotes; whether it holds escapes.
    Quoted(&'t str, bool),
}

impl<'t> Scalar<'t> {
    /// Returns how many bytes it takes in the file, without the closing quote.
    pub(crate) fn raw_length(self) -> usize {
        match self {
            Self::Plain(text) => text.len(),
            Self::Quoted(text, _) => text.len() + 1,
        }
    }

    /// Tells whether it would have to be unescaped.
    pub(crate) fn is_escaped(self) -> bool {
        matches!(self, Self::Quoted(_, true))
    }

    /// Returns the text as it stands there; null is none.
    pub(crate) fn text(self) -> Option<&'t str> {
        match self {
            Self::Plain(text) => (!is_null(text)).then_some(text),
            Self::Quoted(text, _) => Some(text),
        }
    }
}

/// Tells whether a plain text is null (YAML 1.1 and 1.2 alike).
pub(crate) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Tells whether nothing but a comment is left of a line.
pub(crate) fn comment_or_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('#')
}

/// Returns the length of the plain key that a line begins with.
///
/// Only keys of letters, digits and `_./-`, directly before `: ` or a colon at the end.
pub(crate) fn key_length(content: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-');
    let length = bytes.iter().position(|&byte| !is_key(byte)).filter(|length| (1..=512).contains(length))?;
    let begins_well = bytes.first().is_some_and(|byte| *byte != b'-' && *byte != b'.');
    let ends = matches!(bytes.get(length..), Some([b':'] | [b':', b' ', ..]));
    (ends && begins_well).then_some(length)
}

/// Reads a plain text from its first byte on; see [`plain`].
pub(crate) fn plain_start(content: &str) -> Option<(&str, bool)> {
    let mut bytes = content.bytes();
    let begins = match bytes.next()? {
        b'-' => bytes.next().is_some_and(|next| next != b' '),
        b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b',' | b'[' | b']' | b'{' | b'}' | b':' | b'?' | b'#' => false,
        b'|' | b'>' | b'"' | b'\'' | b'\t' | b' ' | b'<' | b'=' => false,
        _ => true,
    };
    if begins { plain(content) } else { None }
}

/// Reads a plain text: what it is up to a comment, and whether it may go on in the next line.
pub(crate) fn plain(content: &str) -> Option<(&str, bool)> {
    let bytes = content.as_bytes();
    let mut end = content.len();
    let mut is_open = true;
    for at in memchr::memchr3_iter(b':', b'#', b'\t', bytes) {
        match bytes.get(at) {
            Some(b':') if matches!(bytes.get(at + 1), None | Some(b' ')) => return None,
            Some(b'#') if at > 0 && bytes.get(at - 1) == Some(&b' ') => {
                (end, is_open) = (at, false);
                break;
            }
            Some(b'\t') => return None,
            _ => {}
        }
    }
    Some((content.get(..end)?.trim_end_matches(' '), is_open))
}

/// Reads a text between double quotes that ends on its line.
pub(crate) fn double_quoted(content: &str) -> Option<Scalar<'_>> {
    let bytes = content.as_bytes();
    let mut is_escaped = false;
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            break;
        }
        // Only escapes that stand for something no text asked for is made of.
        matches!(bytes.get(at + 1)?, b'"' | b'\\' | b'n' | b't').then_some(())?;
        is_escaped = true;
        at += 2;
    }
    ends_well(content.get(at + 1..)?)?;
    Some(Scalar::Quoted(content.get(1..at)?, is_escaped))
}

/// Reads a text between single quotes that ends on its line.
pub(crate) fn single_quoted(content: &str) -> Option<Scalar<'_>> {
    let bytes = content.as_bytes();
    let mut is_escaped = false;
    let mut at = 1;
    loop {
        at += memchr::memchr(b'\'', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'\'') {
            break;
        }
        is_escaped = true;
        at += 2;
    }
    ends_well(content.get(at + 1..)?)?;
    Some(Scalar::Quoted(content.get(1..at)?, is_escaped))
}

/// Behind a closing quote or bracket there is nothing, or a comment; YAML 1.1 wants no blank before it.
pub(crate) fn ends_well(rest: &str) -> Option<()> {
    let trimmed = rest.trim_start_matches(' ');
    comment_or_end(trimmed).then_some(())
}

/// Tells whether this is a plain `|` or `>`, with `+` or `-` or without, and perhaps a comment.
pub(crate) fn is_block_header(content: &str) -> bool {
    let rest = content.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    ends_well(rest).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_ends_at_a_comment_and_not_at_a_hash() {
        assert_eq!(plain("a#b:c #d: e"), Some(("a#b:c", false)));
        assert_eq!(plain("a b "), Some(("a b", true)));
        assert_eq!((plain("a: b"), plain("a:"), plain("a\tb")), (None, None, None));
    }

    #[test]
    fn quotes_end_on_their_line_or_are_left_alone() {
        assert_eq!(double_quoted(r#""a \"b\"" # c"#), Some(Scalar::Quoted(r#"a \"b\""#, true)));
        assert_eq!((double_quoted(r#""a"#), double_quoted(r#""a" b"#), double_quoted(r#""\x41""#)), (None, None, None));
        assert_eq!(single_quoted("'a''b'"), Some(Scalar::Quoted("a''b", true)));
        assert_eq!(single_quoted("'a'#b"), Some(Scalar::Quoted("a", false)));
    }

    #[test]
    fn keys_are_plain_words() {
        assert_eq!((key_length("a/b-c.d: x"), key_length("a:")), (Some(7), Some(1)));
        assert_eq!(
            (key_length("a :"), key_length("<<: x"), key_length("a:b"), key_length("\"a\": b")),
            (None, None, None, None)
        );
    }
}
