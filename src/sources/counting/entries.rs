//! The source `entries`: counts what a `JSONPath` selects in YAML, JSON and TOML files, by conditions on its fields.

pub(super) mod rule;

use serde_json::{Number, Value};
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::document::{FileFormat, each_document};
use super::problem::ParseFault;
use super::selection::FileSelection;
use super::source::{CountSource, Extract, ExtractedFacts, RuleFiles, amounts_of, is_pointer, key_of};
use super::yaml::PathStep;
use crate::domain::clean::clean_line;
use crate::domain::rule::{Condition, EntriesRule, EntryTest, EntryValue};
use crate::domain::unit::UnitField;
use crate::domain::{Amounts, Text, Unit, UnitState};

/// The maximum number of `..` in a path: each visits every value below.
const MOST_DESCENTS: usize = 3;
/// The maximum number of fields of an entry that units can be grouped by.
const MOST_FIELDS: usize = 100;
/// The longest displayed name, in characters.
const LONGEST_NAME: usize = 200;

/// A compiled rule about entries.
#[derive(Debug)]
pub(crate) struct EntriesSource {
    place: RuleFiles,
    /// One for each format.
    extractors: [EntriesExtractor; 3],
}

/// Counts the entries of files in one format.
#[derive(Debug, Clone)]
struct EntriesExtractor {
    key: String,
    format: FileFormat,
    each: JsonPath,
    verdict: EntryVerdict,
    /// The field of each test of the rule.
    fields: Vec<FieldPath>,
}

/// The conditions of a rule, compiled.
#[derive(Debug, Clone)]
struct EntryVerdict {
    done: Option<Condition<FieldTest>>,
    left: Option<Condition<FieldTest>>,
    unknown: Option<Condition<FieldTest>>,
    dropped: Option<Condition<FieldTest>>,
}

/// Tests whether a field has one of some values.
#[derive(Debug, Clone)]
struct FieldTest {
    field: FieldPath,
    values: Vec<EntryValue>,
}

/// The location of a tested value: the entry itself, a key, or a path.
#[derive(Debug, Clone)]
enum FieldPath {
    Entry,
    Key(String),
    Path(JsonPath),
}

impl FieldTest {
    fn new(test: &EntryTest) -> Result<Self, super::BadRule> {
        Ok(Self { field: FieldPath::of(test)?, values: test.values.clone() })
    }

    fn holds(&self, entry: &Value) -> bool {
        let found = self.field.values(entry);
        self.values.iter().any(|wanted| match wanted {
            EntryValue::Absent => found.iter().all(|value| has_null(value)),
            EntryValue::Is(text) => found.iter().any(|value| is_value(value, text)),
        })
    }
}

impl FieldPath {
    fn of(test: &EntryTest) -> Result<Self, super::BadRule> {
        Ok(match &test.field {
            None => Self::Entry,
            Some(path) if path.starts_with('$') => Self::Path(parse(path)?),
            Some(key) => Self::Key(key.clone()),
        })
    }

    fn values<'v>(&self, entry: &'v Value) -> Vec<&'v Value> {
        match self {
            Self::Entry => vec![entry],
            Self::Key(key) => field(entry, key).into_iter().collect(),
            Self::Path(path) => path.query(entry).all(),
        }
    }
}

/// Returns a field by its key, or by a path of keys joined with dots.
fn field<'v>(entry: &'v Value, key: &str) -> Option<&'v Value> {
    let own = entry.get(key);
    own.or_else(|| key.split_once('.').and_then(|(first, rest)| field(entry.get(first)?, rest)))
}

/// Whether a value is null, or a list that contains null.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
    }
}

/// Whether a value equals a text, or is a list that contains such a value.
fn is_value(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null | Value::Object(_) => false,
        Value::Bool(truth) => wanted.eq_ignore_ascii_case(if *truth { "true" } else { "false" }),
        Value::String(text) => text == wanted,
        Value::Number(number) => number.to_string() == wanted || is_number(number, wanted),
        Value::Array(values) => values.iter().any(|value| is_value(value, wanted)),
    }
}

/// Whether a number has a value. Integers are compared exactly: beyond 2^53, floats do not distinguish all of them.
fn is_number(number: &Number, wanted: &str) -> bool {
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole, whole_number(wanted)) {
        (Some(number), Some(wanted)) => number == wanted,
        (Some(_) | None, _) => number.as_f64().is_some_and(|number| wanted.parse() == Ok(number)),
    }
}

/// Parses an integer as written in YAML and TOML: `20`, `+20`, `0x14`, `0o24`, `0b10100`.
fn whole_number(text: &str) -> Option<i128> {
    let of_radix = |(prefix, radix)| i128::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    text.parse().ok().or_else(|| [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(of_radix))
}

impl EntryVerdict {
    fn new(rule: &EntriesRule) -> Result<Self, super::BadRule> {
        let compiled = rule.conditions().map(|(_, own)| own.map(|own| own.map(&mut FieldTest::new)).transpose());
        let [done, left, unknown, dropped] = compiled;
        Ok(Self { done: done?, left: left?, unknown: unknown?, dropped: dropped? })
    }

    /// Returns the state of an entry. If several conditions hold, `dropped` wins, then `unknown`, `left` and `done`.
    fn of(&self, entry: &Value) -> UnitState {
        let holds = |condition: &Option<Condition<FieldTest>>| {
            condition.as_ref().map(|condition| condition.holds(&mut |test: &FieldTest| test.holds(entry)))
        };
        if holds(&self.dropped) == Some(true) {
            return UnitState::Dropped;
        }
        if holds(&self.unknown) == Some(true) {
            return UnitState::Unknown;
        }
        match (holds(&self.left), holds(&self.done)) {
            (Some(true), _) | (None, None | Some(false)) => UnitState::Left,
            (_, Some(true)) | (Some(false), None) => UnitState::Done,
            (Some(false), Some(false)) => UnitState::Unknown,
        }
    }
}

/// Compiles a `JSONPath`.
pub(crate) fn parse(path: &str) -> Result<JsonPath, super::BadRule> {
    let bad = |reason: String| super::BadRule::Path { path: path.to_owned(), reason };
    if path.matches("..").count() > MOST_DESCENTS {
        return Err(bad(format!("it has more than {MOST_DESCENTS} `..`")));
    }
    JsonPath::parse(path).map_err(|error| bad(format!("{} (character {})", error.message(), error.position() + 1)))
}

impl EntriesSource {
    /// Compiles a rule.
    pub(crate) fn new(rule: &EntriesRule) -> Result<Self, super::BadRule> {
        let each = parse(&rule.each)?;
        let verdict = EntryVerdict::new(rule)?;
        let fields = rule.tests().into_iter().map(FieldPath::of).collect::<Result<Vec<_>, _>>()?;
        let depends_on = format!("{} {:?} {:?} {:?} {:?}", rule.each, rule.done, rule.left, rule.unknown, rule.dropped);
        let extractors = FileFormat::ALL.map(|format| EntriesExtractor {
            key: key_of("entries/4", &format!("{} {depends_on}", format.word())),
            format,
            each: each.clone(),
            verdict: verdict.clone(),
            fields: fields.clone(),
        });
        let files = FileSelection::new(&rule.files)?.with_links();
        Ok(Self { place: RuleFiles::Files(files), extractors })
    }
}

impl EntriesExtractor {
    fn count(&self, bytes: &[u8]) -> Result<(Amounts, u64), ParseFault> {
        let (mut amounts, mut fields) = (Amounts::default(), 0);
        each_document(bytes, self.format, &mut |document, _| {
            for entry in self.each.query(document).all() {
                amounts.count(self.verdict.of(entry));
                self.mark_fields(entry, &mut fields);
            }
        })?;
        Ok((amounts, fields))
    }

    /// Sets the bit of each field that an entry has. Fields beyond the last bit count as found.
    fn mark_fields(&self, entry: &Value, found: &mut u64) {
        for (at, field) in self.fields.iter().enumerate().take(u64::BITS as usize) {
            let bit = 1 << at;
            if *found & bit == 0 && !field.values(entry).is_empty() {
                *found |= bit;
            }
        }
    }
}

impl Extract for EntriesExtractor {
    fn key(&self) -> String {
        self.key.clone()
    }

    fn extract(&self, bytes: &[u8]) -> Vec<u8> {
        if is_pointer(bytes) {
            return ExtractedFacts::<[u64; 4]>::Pointer.to_bytes();
        }
        match self.count(bytes) {
            // The amounts come first, where every source has them.
            Ok((amounts, fields)) => ExtractedFacts::Found((amounts_of(amounts), fields)).to_bytes(),
            Err(broken) => ExtractedFacts::<[u64; 4]>::Broken(broken).to_bytes(),
        }
    }
}

impl CountSource for EntriesSource {
    fn place(&self) -> &RuleFiles {
        &self.place
    }

    fn extractors(&self) -> Vec<&dyn Extract> {
        self.extractors.iter().map(|own| own as &dyn Extract).collect()
    }

    fn extractor_of(&self, path: &str) -> usize {
        FileFormat::of(path) as usize
    }

    fn fields(&self, facts: &[u8]) -> u64 {
        match ExtractedFacts::<([u64; 4], u64)>::of_bytes(facts) {
            Some(ExtractedFacts::Found((_, fields))) => fields,
            Some(ExtractedFacts::Broken(_) | ExtractedFacts::Pointer) | None => 0,
        }
    }

    fn units(&self, path: &str, bytes: &[u8]) -> Vec<Unit> {
        let Some(own) = self.extractors.get(self.extractor_of(path)) else { return Vec::new() };
        let path = Text::from(clean_line(path));
        let mut units = Vec::new();
        // Parse errors were reported when the file was counted.
        let _ = each_document(bytes, own.format, &mut |document, line| {
            for found in own.each.query_located(document).all() {
                let (place, entry) = (found.location(), found.node());
                let line = Some(line(&steps(place)));
                let (name, fields) = (name_of(place, entry), fields_of(entry));
                units.push(Unit { name, path: path.clone(), line, fields, state: own.verdict.of(entry) });
            }
        });
        units.sort_by_key(|unit| unit.line);
        units
    }
}

fn steps<'p>(path: &'p NormalizedPath<'_>) -> Vec<PathStep<'p>> {
    let step = |element: &'p PathElement<'_>| match element {
        PathElement::Name(name) => PathStep::Key(name),
        PathElement::Index(index) => PathStep::Index(*index),
    };
    path.iter().map(step).collect()
}

/// Returns the name of an entry: its key and value, or one of them; else a field such as `name`.
fn name_of(place: &NormalizedPath<'_>, entry: &Value) -> Text {
    let own = ["name", "title", "id", "job", "key"].into_iter().find_map(|key| scalar(entry.get(key)?));
    let key = || match place.iter().last() {
        Some(PathElement::Name(name)) => Some((*name).to_owned()),
        Some(PathElement::Index(_)) | None => None,
    };
    let name = match (scalar(entry), key()) {
        (Some(value), Some(key)) => format!("{key}: {value}"),
        (Some(value), None) => value,
        (None, Some(key)) => key,
        (None, None) => own.unwrap_or_default(),
    };
    clean_line(&name).chars().take(LONGEST_NAME).collect::<String>().into()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns the fields of an entry, with nested keys joined by dots. A scalar entry has one field, `value`.
fn fields_of(entry: &Value) -> Vec<UnitField> {
    let mut fields = Vec::new();
    if entry.is_object() {
        collect(entry, "", 0, &mut fields);
    } else {
        fields.push(UnitField::new("value", scalar(entry).as_deref()));
    }
    fields
}

fn collect(value: &Value, prefix: &str, depth: u8, fields: &mut Vec<UnitField>) {
    let Value::Object(object) = value else { return };
    for (key, value) in object {
        if fields.len() >= MOST_FIELDS {
            return;
        }
        let key = clean_line(&format!("{prefix}{key}")).into_owned();
        match value {
            Value::Object(_) if depth < 3 => collect(value, &format!("{key}."), depth + 1, fields),
            Value::Array(values) => {
                let values: Vec<String> =
                    values.iter().filter_map(scalar).map(|text| clean_line(&text).into_owned()).collect();
                fields.push(UnitField::new(&key, values.iter().map(String::as_str)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                let text = scalar(value).map(|text| clean_line(&text).into_owned());
                fields.push(UnitField::new(&key, text.as_deref()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::Files;

    #[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
    fn is(field: Option<&str>, values: &[&str]) -> Option<Condition<EntryTest>> {
        let value = |text: &&str| if *text == "null" { EntryValue::Absent } else { EntryValue::Is((*text).to_owned()) };
        let values = values.iter().map(value).collect();
        Some(Condition::Is(EntryTest { field: field.map(str::to_owned), values }))
    }

    fn rule(each: &str) -> EntriesRule {
        let files = Files::default();
        EntriesRule { files, each: each.to_owned(), done: None, left: None, unknown: None, dropped: None }
    }

    fn count(rule: &EntriesRule, path: &str, text: &str) -> [u64; 4] {
        let source = EntriesSource::new(rule).unwrap();
        let amounts = source.amounts(path, &source.extractors[source.extractor_of(path)].extract(text.as_bytes()));
        [amounts.done, amounts.left, amounts.unknown, amounts.dropped]
    }

    #[test]
    fn entries_get_states_by_their_fields() {
        let jobs = "jobs:\n  a: {runs-on: ubuntu-20.04}\n  b: {runs-on: [self-hosted, linux]}\n  c: {uses: x}\n";
        let old = EntriesRule { left: is(Some("runs-on"), &["ubuntu-20.04", "linux"]), ..rule("$.jobs.*") };
        assert_eq!(count(&old, "ci.yml", jobs), [1, 2, 0, 0]);
        let both =
            EntriesRule { done: is(Some("uses"), &["x"]), dropped: is(Some("runs-on"), &["self-hosted"]), ..old };
        assert_eq!(count(&both, "ci.yml", jobs), [1, 1, 0, 1]);
        let absent = EntriesRule { done: is(Some("runs-on"), &["null"]), ..rule("$.jobs.*") };
        assert_eq!(count(&absent, "ci.yml", jobs), [1, 2, 0, 0]);
        let in_list = EntriesRule { done: is(Some("w"), &["null"]), ..rule("$[*]") };
        assert_eq!(count(&in_list, "a.yml", "[{w: [null, x]}, {w: [x]}, {w: []}, {w: ~}, {}]"), [3, 2, 0, 0]);
    }

    #[test]
    fn scalars_are_entries_and_those_without_a_condition_are_unknown() {
        let matrix =
            EntriesRule { done: is(None, &["+"]), left: is(None, &["-"]), dropped: is(None, &["N/A"]), ..rule("$..*") };
        assert_eq!(count(&matrix, "m.yaml", "[+, '-', '?', N/A, 1]"), [1, 1, 2, 1]);
        let numbers = EntriesRule { done: is(None, &["1.10", "true"]), ..rule("$[*]") };
        assert_eq!(count(&numbers, "m.json", "[1.1, true, \"x\"]"), [2, 1, 0, 0]);
        assert_eq!(count(&rule("$.exceptions[*]"), "x.toml", "exceptions = [\"a\", \"b\"]"), [0, 2, 0, 0]);
    }

    #[test]
    fn large_integers_are_compared_exactly() {
        let text = "[9007199254740993, 9007199254740992, -9007199254740993, 18446744073709551615, 1000, 1.0]";
        let done = |wanted| count(&EntriesRule { done: is(None, &[wanted]), ..rule("$[*]") }, "m.json", text)[0];
        assert_eq!((done("9007199254740993"), done("9007199254740992"), done("-9007199254740993")), (1, 1, 1));
        assert_eq!((done("18446744073709551615"), done("18446744073709551614"), done("1e3"), done("1")), (1, 0, 1, 1));
        let text = "[12345678901234567890, 0x14, 0xffffffffffffffff, 123456789012345678901234567890, 1.5]";
        let done = |wanted| count(&EntriesRule { done: is(None, &[wanted]), ..rule("$[*]") }, "m.yaml", text)[0];
        assert_eq!((done("12345678901234567890"), done("12345678901234567891")), (1, 0));
        assert_eq!((done("123456789012345678901234567890"), done("123456789012345678901234567891")), (1, 0));
        assert_eq!(
            (done("0x14"), done("20"), done("0o24"), done("18446744073709551615"), done("1.50")),
            (1, 1, 1, 1, 1)
        );
    }

    #[test]
    fn an_entry_has_a_name_a_line_and_fields() {
        let source = EntriesSource::new(&rule("$.jobs.*")).unwrap();
        let units = source.units("ci.yml", b"# x\njobs:\n  a:\n    runs-on: linux\n    with: {os: [a, b]}\n  b: 1\n");
        let shown: Vec<_> = units.iter().map(|unit| format!("{} {}", unit.place(), unit.name)).collect();
        assert_eq!(shown, ["ci.yml:3 a", "ci.yml:6 b: 1"]);
        assert_eq!((units[0].field_text("runs-on"), units[0].field_text("with.os")), ("linux".into(), "a, b".into()));
    }

    /// Searching for each entry from the beginning of the file would take minutes.
    #[test]
    fn the_lines_of_many_entries_are_found_in_one_pass() {
        let entry = |number| format!("  {{\n    \"id\": {number},\n    \"note\": \"{}\"\n  }}", "x".repeat(400));
        let text = format!("[\n{}\n]", (0..5_000).map(entry).collect::<Vec<_>>().join(",\n"));
        let start = std::time::Instant::now();
        let units = EntriesSource::new(&rule("$[*]")).unwrap().units("a.json", text.as_bytes());
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
        assert_eq!(
            units.iter().map(|unit| unit.line).collect::<Vec<_>>(),
            (0..5_000).map(|number| Some(2 + 4 * number)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_invalid_path_is_refused() {
        assert!(parse("$.a[").is_err() && parse("a").is_err());
        assert!(parse("$..*..*..*..*").unwrap_err().to_string().contains("`..`"));
    }
}
