//! Tests that keys merged with `<<` are treated like written ones, and never dropped silently.

use super::*;
use crate::domain::rule::{Condition, EntriesRule, EntryTest, EntryValue, Source};

fn entries(left: &str, anchor: &str) -> EntriesRule {
    let anchor = format!("{{version: 2, source: entries, files: a.yaml, each: $.*, done: &l {anchor}}}");
    let rule = format!("{{version: 1, source: entries, files: a.yaml, each: $.*, left: {left}}}");
    match counter(&format!("{{rules: [{anchor}, {rule}]}}")).rules.pop().unwrap().source {
        Source::Entries(rule) => rule,
        other @ (Source::Jobs(_) | Source::Text(_) | Source::Issues(_)) => panic!("{other:?}"),
    }
}

fn is(field: &str, value: &str) -> Condition<EntryTest> {
    let values = vec![EntryValue::Is(value.to_owned())];
    Condition::Is(EntryTest { field: Some(field.to_owned()), values })
}

fn faults(text: &str) -> String {
    parse(text).map(|roadmap| panic!("accepted: {roadmap:?}")).unwrap_err().to_string()
}

fn faults_of_counter(text: &str) -> String {
    faults(&format!("version: 1\ncounters:\n  jobs: {text}\n"))
}

#[test]
fn merged_keys_of_a_condition_must_hold_too() {
    let both = Condition::All(vec![is("b", "1"), is("a", "x")]);
    assert_eq!(entries("{<<: *l, b: '1'}", "{a: x, b: '2'}").left, Some(both));
    assert_eq!(entries("{<<: *l}", "{a: x}").left, Some(is("a", "x")));
}

#[test]
fn merges_nest_and_come_after_the_written_keys() {
    let nested = entries("{<<: {<<: *l, b: '1'}, c: z}", "{a: x, b: '2'}");
    assert_eq!(nested.left, Some(Condition::All(vec![is("c", "z"), is("b", "1"), is("a", "x")])));
    let text = "version: 1\nprojects:\n- &a {id: a, kind: x}\n- &b {<<: *a, id: b, title: B}\n- {<<: *b, id: c}\n";
    let project = good(text).projects.pop().unwrap();
    assert_eq!((project.kind.as_deref(), project.title.as_deref()), (Some("x"), Some("B")));
}

#[test]
fn a_condition_with_only_an_empty_merge_is_empty() {
    let text = "{rule: {version: 1, source: entries, files: a, each: $.*, left: {<<: {}}}}";
    assert!(faults_of_counter(text).contains("this condition is empty"), "{}", faults_of_counter(text));
}

#[test]
fn a_condition_cannot_merge_unknown_keys() {
    let anchor = "{version: 2, source: entries, files: a, each: $.*, done: &l {name: x}}";
    let rule = "{version: 1, source: text, left: {<<: *l, contains: TODO}}";
    let said = faults_of_counter(&format!("{{rules: [{anchor}, {rule}]}}"));
    assert!(said.contains("unknown key `name` in a condition"), "{said}");
}

#[test]
fn a_mistyped_merged_key_is_rejected() {
    let said = faults("version: 1\nprojects:\n- {id: x, <<: {onwer: foo}}\n");
    assert!(said.contains("roadmap.yaml:3:16: unknown key `onwer` in a project"), "{said}");
    let said = faults("version: 1\nprojects:\n- {id: x, <<: [{<<: {onwer: foo}}]}\n");
    assert!(said.contains("unknown key `onwer`"), "{said}");
}

#[test]
fn a_rule_may_merge_keys_of_its_source() {
    let base = "{version: 2, <<: &b {source: text, files: '*.rb', left: {contains: x}}}";
    let counter = counter(&format!("{{rules: [{base}, {{version: 3, <<: [*b]}}]}}"));
    assert!(counter.rules.iter().all(|rule| matches!(rule.source, Source::Text(_))), "{counter:?}");
    let text = format!("{{rules: [{base}, {{version: 3, <<: *b, done: {{cluster: y}}}}]}}");
    let said = faults_of_counter(&text);
    assert!(said.contains("unknown key `cluster`"), "{said}");
}

#[test]
fn merges_have_a_maximum_depth() {
    let deep = format!("{}{{kind: x}}{}", "{<<: ".repeat(40), "}".repeat(40));
    let said = faults(&format!("version: 1\nprojects:\n- {{id: x, <<: {deep}}}\n"));
    assert!(said.contains("merge keys (`<<`) are nested more than 32 deep"), "{said}");
}
