//! Document parser: reads YAML, JSON and TOML files as JSON values and finds the line of each value.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::lines::LineEnds;
use super::problem::ParseFault;
use super::yaml::{self, PathStep};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    /// YAML: one or several documents.
    Yaml,
    /// JSON: one value.
    Json,
    /// TOML: one table.
    Toml,
}

impl FileFormat {
    /// All formats.
    pub(crate) const ALL: [Self; 3] = [Self::Yaml, Self::Json, Self::Toml];

    /// Detects the format from a file name; YAML unless the extension says otherwise.
    pub(crate) fn of(path: &str) -> Self {
        match path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
            Some("json") => Self::Json,
            Some("toml" | "lock") => Self::Toml,
            Some(_) | None => Self::Yaml,
        }
    }

    /// Returns the name of the format, as cache keys contain it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Toml => "toml",
        }
    }
}

/// Calls `each` with every document of a file and a function that finds the lines of its values.
pub(crate) fn each_document(bytes: &[u8], format: FileFormat, each: Each<'_>) -> Result<(), ParseFault> {
    match format {
        // The lock files of Nix and npm are JSON.
        FileFormat::Toml if bytes.trim_ascii_start().starts_with(b"{") => each_document(bytes, FileFormat::Json, each),
        FileFormat::Yaml => of_yaml(bytes, each),
        FileFormat::Json => of_json(bytes, each),
        FileFormat::Toml => of_toml(bytes, each),
    }
}

/// Finds the line of a value by its path.
type LineOf<'l> = &'l dyn Fn(&[PathStep<'_>]) -> u32;

/// Receives each document of a file.
type Each<'e> = &'e mut dyn FnMut(&Value, LineOf<'_>);

fn of_yaml(bytes: &[u8], each: Each<'_>) -> Result<(), ParseFault> {
    let text = yaml::decode(bytes)?;
    yaml::each_document(&text, |root| each(&root.to_json(), &|path| root.line_of(path)))
}

fn of_json(bytes: &[u8], each: Each<'_>) -> Result<(), ParseFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // An empty file has no documents, as in YAML.
    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        let line = bytes.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1));
        let is_comment = line.and_then(|line| line.get(error.column().checked_sub(1)?)) == Some(&b'/');
        let reason = format!("not valid JSON: {}", if is_comment { "comments are not allowed" } else { reason });
        ParseFault { line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1), reason }
    })?;
    let (root, lines) = (OnceCell::new(), OnceCell::new());
    each(&value, &|path| {
        let root = root.get_or_init(|| serde_json::from_slice(bytes).ok().map(JsonNode::new));
        let place = root.as_ref().map_or(0, |root| root.place(bytes, path));
        lines.get_or_init(|| LineEnds::of(bytes)).line(place)
    });
    Ok(())
}

fn of_toml(bytes: &[u8], each: Each<'_>) -> Result<(), ParseFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| ParseFault { line: 1, reason: "not valid UTF-8".to_owned() })?;
    let lines = OnceCell::new();
    let line_of = |at: usize| lines.get_or_init(|| LineEnds::of(bytes)).line(at);
    let table = DeTable::parse(text).map_err(|error| ParseFault {
        line: error.span().map_or(1, |span| line_of(span.start)),
        reason: format!("not valid TOML: {}", error.message().lines().next().unwrap_or_default()),
    })?;
    let value = of_table(table.get_ref());
    each(&value, &|path| line_of(toml_place(table.get_ref(), path)));
    Ok(())
}

fn of_table(table: &DeTable<'_>) -> Value {
    Value::Object(
        table.iter().map(|(key, value)| (key.get_ref().to_string(), of_toml_value(value.get_ref()))).collect(),
    )
}

fn of_toml_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| number.as_str().into(), Value::from)
        }
        DeValue::Float(number) => {
            let parsed = number.as_str().parse().ok().and_then(serde_json::Number::from_f64);
            parsed.map_or_else(|| number.as_str().into(), Value::Number)
        }
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(values) => values.iter().map(|value| of_toml_value(value.get_ref())).collect(),
        DeValue::Table(table) => of_table(table),
    }
}

/// Returns the byte offset at which a value of a table begins, or its key if it has one.
fn toml_place(table: &DeTable<'_>, path: &[PathStep<'_>]) -> usize {
    let mut place = 0;
    let mut value: Option<&DeValue<'_>> = None;
    for step in path {
        let inner = match value {
            None => Some(table),
            Some(DeValue::Table(table)) => Some(table),
            Some(_) => None,
        };
        let next = match (step, inner, value) {
            (PathStep::Key(name), Some(table), _) => {
                table.get_key_value(*name).map(|(key, value)| (key.span().start, value))
            }
            (PathStep::Index(at), _, Some(DeValue::Array(values))) => {
                values.get(*at).map(|value| (value.span().start, value))
            }
            (PathStep::Key(_) | PathStep::Index(_), _, _) => None,
        };
        let Some((start, next)) = next else { break };
        (place, value) = (start, Some(next.get_ref()));
    }
    place
}

/// A value in valid JSON text, parsed lazily, one level at a time.
struct JsonNode<'j> {
    raw: &'j RawValue,
    inner: OnceCell<JsonInner<'j>>,
}

enum JsonInner<'j> {
    Map(HashMap<String, JsonNode<'j>>),
    List(Vec<JsonNode<'j>>),
    Scalar,
}

impl<'j> JsonNode<'j> {
    fn new(raw: &'j RawValue) -> Self {
        Self { raw, inner: OnceCell::new() }
    }

    /// Returns the byte offset at which a value begins; of a value with a key, the end of the key.
    fn place(&self, bytes: &[u8], path: &[PathStep<'_>]) -> usize {
        let Some((step, rest)) = path.split_first() else { return self.start(bytes) };
        let found = match (self.inner.get_or_init(|| JsonInner::of(self.raw)), step) {
            (JsonInner::Map(map), PathStep::Key(name)) => map.get(*name),
            (JsonInner::List(list), PathStep::Index(index)) => list.get(*index),
            (JsonInner::Map(_) | JsonInner::List(_) | JsonInner::Scalar, _) => None,
        };
        match (found, step) {
            (Some(value), PathStep::Key(_)) if rest.is_empty() => {
                let before = bytes.get(..value.start(bytes)).unwrap_or_default();
                before.iter().rposition(|byte| !b" \t\r\n:".contains(byte)).unwrap_or_default()
            }
            (Some(value), _) => value.place(bytes, rest),
            (None, _) => self.start(bytes),
        }
    }

    /// Returns the offset of this value, whose text is a slice of `bytes`.
    fn start(&self, bytes: &[u8]) -> usize {
        self.raw.get().as_ptr().addr().saturating_sub(bytes.as_ptr().addr())
    }
}

impl<'j> JsonInner<'j> {
    fn of(raw: &'j RawValue) -> Self {
        let text = raw.get();
        let inner = match text.as_bytes().first() {
            Some(b'{') => serde_json::from_str::<HashMap<String, &RawValue>>(text)
                .map(|map| Self::Map(map.into_iter().map(|(name, value)| (name, JsonNode::new(value))).collect())),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
                .map(|list| Self::List(list.into_iter().map(JsonNode::new).collect())),
            Some(_) | None => return Self::Scalar,
        };
        inner.unwrap_or(Self::Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, format: FileFormat, path: &[PathStep<'_>]) -> (String, u32) {
        let mut found = None;
        each_document(text.as_bytes(), format, &mut |value, line| found = Some((value.to_string(), line(path))))
            .unwrap();
        found.unwrap()
    }

    #[test]
    fn values_in_json_and_toml_have_lines() {
        let json = "{\"a\\n\": 1,\n \"b\": [\n  {\"x\": \"}\"},\n  [2, 3]\n ]}";
        assert_eq!(lines(json, FileFormat::Json, &[PathStep::Key("b"), PathStep::Index(1), PathStep::Index(1)]).1, 4);
        assert_eq!(lines(json, FileFormat::Json, &[PathStep::Key("b"), PathStep::Index(0), PathStep::Key("x")]).1, 3);
        let odd = "\u{feff}\n{\"a\\\":\": 0,\n \"a\": 1, \"é\\u0061\"\n:\n{}, \"a\" : 2}";
        assert_eq!(lines(odd, FileFormat::Json, &[PathStep::Key("éa")]).1, 3, "the line of the key");
        assert_eq!(lines(odd, FileFormat::Json, &[PathStep::Key("a")]).1, 5, "of equal keys the last");
        assert_eq!(lines(odd, FileFormat::Json, &[]).1, 2);
        let toml = "a = 1\n\n[[b]]\nx = 0x10\n\n[[b]]\nx = 2020-01-02\n";
        let (value, line) =
            lines(toml, FileFormat::Toml, &[PathStep::Key("b"), PathStep::Index(1), PathStep::Key("x")]);
        assert_eq!((value.as_str(), line), (r#"{"a":1,"b":[{"x":16},{"x":"2020-01-02"}]}"#, 7));
    }

    #[test]
    fn a_parse_error_has_its_line() {
        let broken = |text: &str, format| each_document(text.as_bytes(), format, &mut |_, _| {}).unwrap_err();
        assert_eq!(broken("{\n\"a\": x}", FileFormat::Json).line, 2);
        assert_eq!(broken("a = 1\nb = = 2\n", FileFormat::Toml).line, 2);
        assert_eq!(broken("a: 1\n\tb: 2\n", FileFormat::Yaml).line, 2);
    }

    #[test]
    fn a_parse_error_names_the_format() {
        let reason = |text: &str, format| each_document(text.as_bytes(), format, &mut |_, _| {}).unwrap_err().reason;
        assert_eq!(reason("{\n\"a\": x}", FileFormat::Json), "not valid JSON: expected value");
        for comment in ["{\n  // a\n}", "{\"a\": 1 /* b */}", "[1, // c\n2]", "// d\n{}"] {
            let said = "not valid JSON: comments are not allowed";
            assert_eq!(reason(comment, FileFormat::Json), said, "{comment}");
        }
        assert!(reason("a = = 2", FileFormat::Toml).starts_with("not valid TOML: "));
        assert!(reason("a: b: c", FileFormat::Yaml).starts_with("not valid YAML: "));
    }
}
