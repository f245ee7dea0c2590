//! JSON with its keys in the order in which they were given, so that people can read it and it diffs cleanly.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// Not known, or none.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A number with a fraction; infinite and undefined ones become null.
    Real(f64),
    /// A text.
    Text(String),
    /// Several values.
    List(Vec<Json>),
    /// Named values.
    Object(Object),
}

/// Named values, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object(pub Vec<(&'static str, Json)>);

impl Object {
    /// Begins an empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((key, value.into()));
        self
    }
}

impl Json {
    /// Makes a list.
    pub fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    /// Takes the text of anything that can be displayed.
    pub fn text(value: impl std::fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// Returns the text of a document, indented, with a newline at the end.
    pub fn pretty(&self) -> String {
        // Nothing in these types can fail to be written.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        let mut text = if text.contains(is_obeyed) { escaped(&text) } else { text };
        text.push('\n');
        text
    }
}

/// Whether a terminal would obey a character that JSON leaves as it is: C1 controls, and those of writing direction.
fn is_obeyed(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes such characters as `\uXXXX`; keys have none, and texts mean the same.
fn escaped(text: &str) -> String {
    let write = |c: char| if is_obeyed(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(write).collect()
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Object(object) => object.serialize(serializer),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Real(value as f64), Self::Number)
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Number(i64::from(value))
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u8> for Json {
    fn from(value: u8) -> Self {
        Self::Number(i64::from(value))
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<&crate::domain::Text> for Json {
    fn from(value: &crate::domain::Text) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<Object> for Json {
    fn from(value: Object) -> Self {
        Self::Object(value)
    }
}

impl From<Vec<Json>> for Json {
    fn from(value: Vec<Json>) -> Self {
        Self::List(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        let text = Json::text("a\u{9b}2J\u{202e}b\u{1b}é").pretty();
        assert_eq!(text, "\"a\\u009b2J\\u202eb\\u001bé\"\n");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "a\u{9b}2J\u{202e}b\u{1b}é");
    }

    #[test]
    fn keys_keep_their_order_and_unknown_is_null() {
        let object = Object::new().with("z", 1_u32).with("a", None::<u32>).with("m", f64::NAN);
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"z":1,"a":null,"m":null}"#);
    }
}
