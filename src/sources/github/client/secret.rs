//! Masks the token in responses.

/// Shorter tokens are placeholders, and masking them would damage ordinary text.
const SHORTEST: usize = 8;

const MASK: &str = "[the token]";

/// Returns a body without a secret, plain or with JSON escapes.
pub(super) fn without(body: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, secret).is_some();
    if secret.len() < SHORTEST {
        return body;
    }
    let body = match unescaped(&body) {
        Some(plain) if holds(&plain) => plain,
        Some(_) | None => body,
    };
    if !holds(&body) {
        return body;
    }
    String::from_utf8_lossy(&body).replace(&*String::from_utf8_lossy(secret), MASK).into_bytes()
}

/// Decodes JSON escapes of the characters of tokens; `None` if there are none.
fn unescaped(json: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(json, b"\\u00")?;
    let mut plain = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (text, escape) = rest.split_at(at);
        plain.extend_from_slice(text);
        let letter = escape.strip_prefix(b"\\u00").and_then(|digits| digits.get(..2)).and_then(letter);
        // Other escapes are kept.
        let (bytes, behind) = escape.split_at(escape.len().min(if letter.is_some() { 6 } else { 2 }));
        match letter {
            Some(letter) => plain.push(letter),
            None => plain.extend_from_slice(bytes),
        }
        rest = behind;
    }
    plain.extend_from_slice(rest);
    Some(plain)
}

/// Decodes two hexadecimal digits to a character of tokens.
fn letter(digits: &[u8]) -> Option<u8> {
    let code = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (code.is_ascii_alphanumeric() || matches!(code, b'_' | b'-' | b'.')).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(body: &str) -> String {
        String::from_utf8(without(body.as_bytes().to_vec(), b"ghp_SECRET12")).unwrap()
    }

    #[test]
    fn a_secret_is_masked_with_and_without_escapes() {
        assert_eq!(masked(r#"{"a": "ghp_SECRET12"}"#), r#"{"a": "[the token]"}"#);
        assert_eq!(masked(r#"{"a": "ghp\u005f\u0053ECRET12\u0022"}"#), r#"{"a": "[the token]\u0022"}"#);
    }

    #[test]
    fn other_text_and_escapes_are_kept() {
        for body in [r#"{"a": "\\u0053ECRET"}"#, r#"{"a": "\u0053\u003c \\"}"#, "\\u00", "\\"] {
            assert_eq!(masked(body), body);
        }
        assert_eq!(without(b"ab".to_vec(), b"a"), b"ab", "a placeholder");
    }
}
