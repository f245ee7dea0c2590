//! JSON output with keys in a fixed order, so that it reads well and diffs cleanly.

use std::fmt::Write as _;

use serde::Serialize;
pub use serde_json::Value as Json;

/// Returns a JSON array.
pub fn list<T: Into<Json>>(values: impl IntoIterator<Item = T>) -> Json {
    Json::Array(values.into_iter().map(Into::into).collect())
}

/// Returns the text of a displayable value as a JSON string.
pub fn text(value: impl std::fmt::Display) -> Json {
    Json::String(value.to_string())
}

/// Returns the texts of displayable values as a JSON array.
pub fn texts(values: impl IntoIterator<Item: std::fmt::Display>) -> Json {
    list(values.into_iter().map(text))
}

/// Returns the text of a displayable value, or null.
pub fn maybe(value: Option<impl std::fmt::Display>) -> Json {
    value.map_or(Json::Null, text)
}

/// Returns the text of a document, indented, with a newline at the end.
pub(super) fn document(value: &impl Serialize) -> String {
    escaped(serde_json::to_string_pretty(value).expect("every key is a string") + "\n")
}

/// Whether a terminal would obey a character that JSON does not escape: C1 controls and bidi controls.
fn is_obeyed(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes such characters as `\uXXXX`. They occur only in strings, where the escape is equivalent.
fn escaped(text: String) -> String {
    if !text.contains(is_obeyed) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = if is_obeyed(c) { write!(escaped, "\\u{:04x}", u32::from(c)) } else { escaped.write_char(c) };
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        let printed = document(&text("a\u{9b}2J\u{202e}b\u{1b}é"));
        assert_eq!(printed, "\"a\\u009b2J\\u202eb\\u001bé\"\n");
        assert_eq!(serde_json::from_str::<String>(&printed).unwrap(), "a\u{9b}2J\u{202e}b\u{1b}é");
    }
}
