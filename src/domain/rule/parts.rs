//! Parts of a rule: what it counts, in the same form for every source. Descriptions and messages are made from them.

use std::convert::Infallible;

use super::{Condition, EntryTest, EntryValue, Files, TextTest};

/// What a rule counts, in the same form for all sources.
#[derive(Debug)]
pub struct RuleParts<'r> {
    /// Singular and plural of a unit.
    pub nouns: (&'static str, &'static str),
    /// What it reads.
    pub input: RuleInput<'r>,
    /// The conditions that it has, with their names.
    pub conditions: Vec<(&'static str, Condition<PlainTest>)>,
}

/// What a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleInput<'r> {
    /// Files.
    Files(&'r Files),
    /// What a `JSONPath` selects in files.
    Entries(&'r Files, &'r str),
    /// Job configs, in these folders, files or globs.
    Configs(&'r [String]),
    /// The issues that were fetched.
    Issues,
}

/// A test of any source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainTest {
    /// A field has one of some values.
    Field(EntryTest),
    /// A text contains or matches something.
    Text(TextTest),
}

impl PlainTest {
    /// Returns the test whether a field has one of some values.
    pub(super) fn of_field(name: &str, values: &[impl ToString]) -> Self {
        let values = values.iter().map(|value| EntryValue::Is(value.to_string())).collect();
        Self::Field(EntryTest { field: Some(name.to_owned()), values })
    }
}

/// Returns the named conditions that a rule has.
pub(super) fn plain<T, const N: usize>(
    conditions: [(&'static str, Option<&Condition<T>>); N],
    make: impl Fn(&T) -> PlainTest,
) -> Vec<(&'static str, Condition<PlainTest>)> {
    let convert = |(name, condition): (_, Option<&Condition<T>>)| {
        let Ok(plain) = condition?.map(&mut |test| Ok::<_, Infallible>(make(test)));
        Some((name, plain))
    };
    conditions.into_iter().filter_map(convert).collect()
}
