//! JSON output with keys in a fixed order, so that it reads well and diffs cleanly.

use std::fmt::Write as _;

use serde_json::Map;
pub use serde_json::Value as Json;

/// A JSON object with ordered keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object(pub(super) Map<String, Json>);

impl Object {
    /// Returns an empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value and returns the object.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.push(key, value);
        self
    }

    /// Adds a value.
    pub fn push(&mut self, key: &str, value: impl Into<Json>) {
        self.0.insert(key.to_owned(), value.into());
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

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
pub(super) fn document(value: &Json) -> String {
    escaped(&format!("{value:#}\n"))
}

/// Whether a terminal would obey a character that JSON does not escape: C1 controls and bidi controls.
fn is_obeyed(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes such characters as `\uXXXX`. They occur only in strings, where the escape is equivalent.
fn escaped(text: &str) -> String {
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

    #[test]
    fn keys_keep_their_order_and_unknown_is_null() {
        let object = Object::new().with("z", 1_u32).with("a", None::<u32>).with("m", f64::NAN);
        assert_eq!(Json::from(object).to_string(), r#"{"z":1,"a":null,"m":null}"#);
    }
}
