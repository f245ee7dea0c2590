//! Formatting of rules: what a counter counts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::nearest::nearest;
use crate::domain::rule::{
    Condition, EntryTest, EntryValue, Files, JOB_CONFIGS, PlainTest, RuleInput, Source, TextTest,
};
use crate::domain::{Amounts, CounterId, Rule, Text, Unit};
use crate::words::count;

/// ``lines of files in src/** but tests/**; left: contains `TODO` ``
pub fn rule(rule: &Rule) -> String {
    let parts = rule.parts();
    let (_, many) = parts.nouns;
    let what = match parts.input {
        RuleInput::Files(own) if many == "files" => files(own),
        RuleInput::Files(own) => format!("{many} of {}", files(own)),
        RuleInput::Entries(own, each) => format!("{many} of {} at `{each}`", files(own)),
        RuleInput::Configs(config) => format!("{many} in {}", config.join(", ")),
        RuleInput::Issues => format!("{many} that were fetched"),
    };
    parts.conditions.iter().fold(what, |text, (name, own)| format!("{text}; {name}: {}", condition(own)))
}

/// Returns the sentence that a rule of a counter has no files.
pub fn no_files(counter: &CounterId, rule: &Rule) -> String {
    match rule.parts().input {
        RuleInput::Configs(config) => format!("no job config of {counter} is in {}", config.join(" or ")),
        RuleInput::Files(_) | RuleInput::Entries(..) | RuleInput::Issues => {
            format!("no file is among the `files` of {counter}")
        }
    }
}

/// Returns the hint for job configs that do not exist, given where they were looked for.
pub fn missing_configs(configs: &str) -> &'static str {
    if configs == JOB_CONFIGS {
        "job configs elsewhere are named by `config: [prow/jobs]` in the rule"
    } else {
        "check `config` in the rule: its paths begin at the root of the checkout, and case matters"
    }
}

/// Returns what may be wrong if a rule of a counter finds nothing in its files. For most inputs, that only means that
/// nothing is left.
pub fn no_units(counter: &CounterId, rule: &Rule) -> Option<String> {
    match rule.parts().input {
        RuleInput::Entries(_, each) => Some(format!("`each: {each}` of {counter} selects nothing in any file")),
        RuleInput::Files(_) | RuleInput::Configs(_) | RuleInput::Issues => None,
    }
}

/// Returns what may be wrong if no entry is in a state that a value with a `*` gives: most other conditions are globs.
pub fn no_wildcards(counter: &CounterId, rule: &Rule, amounts: Amounts) -> Option<String> {
    let parts = rule.parts();
    let RuleInput::Entries(..) = parts.input else { return None };
    let states =
        [("done", amounts.done), ("left", amounts.left), ("unknown", amounts.unknown), ("dropped", amounts.dropped)];
    let is_empty = |name: &str| states.contains(&(name, 0));
    parts.conditions.iter().filter(|(name, _)| is_empty(name)).find_map(|(name, own)| {
        let values = own.tests().into_iter().flat_map(|test| match test {
            PlainTest::Field(test) => test.values.as_slice(),
            PlainTest::Text(_) => &[],
        });
        let mut texts = values.filter_map(|value| if let EntryValue::Is(text) = value { Some(text) } else { None });
        let text = texts.find(|text| text.contains('*') && text.as_str() != "*")?;
        Some(format!("no entry of {counter} is {name}: `{text}` is compared as it is written, without wildcards"))
    })
}

/// Returns the fields that conditions of a rule test although no entry has them, given the bits of the others.
pub fn no_fields(counter: &CounterId, rule: &Rule, found: u64) -> Option<String> {
    let Source::Entries(entries) = &rule.source else { return None };
    let mut names: Vec<String> = Vec::new();
    for (at, test) in entries.tests().into_iter().enumerate().take(u64::BITS as usize) {
        let name = test.field.as_ref().map(|field| format!("`{field}`")).filter(|name| !names.contains(name));
        names.extend(name.filter(|_| found & (1 << at) == 0));
    }
    (!names.is_empty()).then(|| format!("no entry of {counter} has the field {}", names.join(" or ")))
}

/// Returns the values that entries have where the condition of what is left wants another: a typo there would read as the
/// end of the migration.
pub fn none_left(counter: &CounterId, rule: &Rule, entries: &[Unit]) -> Option<String> {
    let Source::Entries(own) = &rule.source else { return None };
    let text = |value: &EntryValue| if let EntryValue::Is(text) = value { Some(text.clone()) } else { None };
    let texts = |test: &EntryTest| test.values.iter().map(text).collect::<Option<Vec<_>>>();
    let tests = own.left.as_ref()?.positive();
    let (field, wanted) = tests.iter().find_map(|test| Some((test.field.as_deref(), texts(test)?)))?;
    let seen = entries.iter().flat_map(|entry| entry.field(field.unwrap_or("value"))).map(Text::as_str);
    let seen = values(seen, &wanted);
    let wanted = wanted.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or ");
    let why = match (field, seen.is_empty()) {
        (Some(field), false) => format!("`{field}` is never {wanted}, but {seen}"),
        (None, false) => format!("no entry is {wanted}; they are {seen}"),
        (None, true) => format!("the entries are maps or lists, so none is {wanted}"),
        // The fields of a unit are no paths.
        (Some(_), true) => return None,
    };
    Some(format!("nothing of {counter} is left: {why}"))
}

/// The most frequent values with their counts, those most like a wanted one first.
fn values<'v>(seen: impl Iterator<Item = &'v str>, wanted: &[String]) -> String {
    const MOST: usize = 4;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in seen {
        *counts.entry(value).or_default() += 1;
    }
    let meant: Vec<_> = wanted.iter().filter_map(|text| nearest(text, counts.keys().copied())).collect();
    let mut values: Vec<_> = counts.into_iter().collect();
    values.sort_by_key(|(value, count)| (!meant.contains(value), Reverse(*count)));
    let more = values.len().checked_sub(MOST).filter(|more| *more > 0);
    let shown = values.iter().take(MOST).map(|(value, count)| format!("`{value}` ({count})"));
    shown.chain(more.map(|more| count(more as u64, "other value", "other values"))).collect::<Vec<_>>().join(", ")
}

/// Returns the sentence that a rule of a counter names files and folders in which it counts no file.
pub fn unused_names(counter: &CounterId, names: &[String]) -> Option<String> {
    let shown: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("no file of {counter} is in {}", shown.join(" or ")))
}

fn files(files: &Files) -> String {
    let within = if files.include.is_empty() { String::new() } else { format!(" in {}", files.include.join(", ")) };
    let except = if files.exclude.is_empty() { String::new() } else { format!(" but {}", files.exclude.join(", ")) };
    format!("files{within}{except}")
}

fn condition(own: &Condition<PlainTest>) -> String {
    let each = |inner: &[Condition<PlainTest>], by: &str| match inner {
        [] => "all".to_owned(),
        [one] => condition(one),
        several => format!("({})", several.iter().map(condition).collect::<Vec<_>>().join(by)),
    };
    match own {
        Condition::Is(PlainTest::Field(test)) => field_test(test),
        Condition::Is(PlainTest::Text(TextTest::Contains(text))) => format!("contains `{}`", visible(text)),
        Condition::Is(PlainTest::Text(TextTest::Regex(regex))) => format!("matches `{}`", visible(regex)),
        Condition::All(inner) => each(inner, " and "),
        Condition::Any(inner) => each(inner, " or "),
        Condition::Not(inner) => format!("not {}", condition(inner)),
    }
}

/// A text with the end of a line in files of Windows written out.
fn visible(text: &str) -> String {
    text.replace('\r', "\\r")
}

/// `os 20.04 or absent`
fn field_test(test: &EntryTest) -> String {
    let values = test.values.iter().map(|value| match value {
        EntryValue::Is(text) => visible(text),
        EntryValue::Absent => "absent".to_owned(),
    });
    let values: Vec<_> = values.collect();
    format!("{} {}", test.field.as_deref().unwrap_or("entry"), values.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;
    use crate::domain::rule::{EntriesRule, FileTest, JobTest, TextMeasure, TextRule, TextUnit};

    #[test]
    fn a_rule_is_described_by_what_it_counts() {
        let cluster = |name: &str| Condition::Is(JobTest::Cluster(vec![name.to_owned(), "b".to_owned()]));
        let done = Condition::All(vec![cluster("a"), Condition::Not(Box::new(cluster("c")))]);
        let jobs = Rule::of_jobs(1, None, done);
        assert_eq!(rule(&jobs), "jobs in config/jobs; done: (cluster a or b and not cluster c or b)");
        assert_eq!(rule(&fixtures::left_only()), "lines of files; left: contains `TODO`");
        assert_eq!(condition(&Condition::Is(PlainTest::Text(TextTest::Contains("\r".into())))), "contains `\\r`");
        let files = Files { include: vec!["src/**".into()], exclude: vec!["src/old/**".into()], own: Vec::new() };
        let done = Condition::Is(FileTest::Text(TextTest::Regex("^# typed".into())));
        let text = TextRule { files: files.clone(), count: TextUnit::Files, measure: TextMeasure::Done(done) };
        assert_eq!(rule(&Rule::new(1, Source::Text(text))), "files in src/** but src/old/**; done: matches `^# typed`");
        let done = TextMeasure::Done(Condition::Is(FileTest::Path(vec!["**/*.ts".into(), "**/*.tsx".into()])));
        let ported = TextRule { files: Files::default(), count: TextUnit::Files, measure: done };
        assert_eq!(rule(&Rule::new(1, Source::Text(ported))), "files; done: path **/*.ts or **/*.tsx");
        let left =
            EntryTest { field: Some("os".into()), values: vec![EntryValue::Is("20.04".into()), EntryValue::Absent] };
        let entries = EntriesRule {
            files,
            each: "$.jobs.*".into(),
            done: None,
            left: Some(Condition::Is(left)),
            unknown: None,
            dropped: None,
        };
        assert_eq!(
            rule(&Rule::new(1, Source::Entries(entries))),
            "entries of files in src/** but src/old/** at `$.jobs.*`; left: os 20.04 or absent"
        );
    }
}
