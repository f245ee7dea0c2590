//! Flow lists on one line, such as `["--a", b]`, and the empty map.

use super::scalar::ends_well;

/// Returns the length of the list or empty map that a text begins with, where it is of the simple kind.
pub(crate) fn length(content: &str) -> Option<usize> {
    let end = if content.starts_with('{') { empty_map(content) } else { list(content) }?;
    ends_well(content.get(end..)?)?;
    Some(end)
}

fn empty_map(content: &str) -> Option<usize> {
    let rest = content.get(1..)?.trim_start_matches(' ');
    rest.starts_with('}').then(|| content.len() - rest.len() + 1)
}

fn list(content: &str) -> Option<usize> {
    let mut rest = content.get(1..)?.trim_start_matches(' ');
    while !rest.starts_with(']') {
        rest = element(rest)?.trim_start_matches(' ');
        match rest.as_bytes().first()? {
            b',' => rest = rest.get(1..)?.trim_start_matches(' '),
            b']' => {}
            _ => return None,
        }
    }
    Some(content.len() - rest.len() + 1)
}

/// Returns what follows a text in a list.
fn element(content: &str) -> Option<&str> {
    match content.as_bytes().first()? {
        b'"' => quoted(content, '"'),
        b'\'' => quoted(content, '\''),
        byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.' | b'$' | b'^' | b'(') => {
            plain(content)
        }
        b'-' if content
            .as_bytes()
            .get(1)
            .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'-' | b',' | b']')) =>
        {
            plain(content)
        }
        _ => None,
    }
}

fn quoted(content: &str, quote: char) -> Option<&str> {
    let inner = content.get(1..)?;
    let end = inner.find([quote, '\\'])?;
    // Escapes of either kind are left to the full parser.
    let rest = inner.get(end..)?.strip_prefix(quote)?;
    (!rest.starts_with(quote)).then_some(rest)
}

fn plain(content: &str) -> Option<&str> {
    let is_plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'_' | b'/' | b'.' | b'$' | b'^' | b'(' | b')' | b'-' | b'=' | b'+' | b'*' | b'|' | b' ' | b'\\'
            )
    };
    let end = content.bytes().position(|byte| !is_plain(&byte))?;
    let rest = content.get(end..)?;
    rest.starts_with([',', ']']).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn simple_lists_are_known_to_their_end() {
        assert_eq!(length(r#"["a", 'b', --c=d, release-.*] # x"#), Some(29));
        assert_eq!((length("[]"), length("{ }"), length("[a,]")), (Some(2), Some(3), Some(4)));
    }

    #[test]
    fn anything_else_is_left_alone() {
        for text in ["{a: b}", "[a", "[[a]]", "[a: b]", "[,]", r#"["\x41"]"#, "[a] b", "[&a b]", "[a #b]"] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
