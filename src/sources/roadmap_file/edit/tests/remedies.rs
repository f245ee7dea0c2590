//! Edits proposed by findings.

use super::*;
use crate::domain::edit::RoadmapEdit as Remedy;

/// Applies remedies one after the other; returns the text and the number of refused ones.
fn remedied(text: &str, remedies: &[Remedy]) -> (String, usize) {
    remedies.iter().fold((text.to_owned(), 0), |(text, refused), remedy| {
        let batch = plan_remedies(&text, &[remedy], &around(&groups(), None));
        (batch.new_text, refused + batch.refused.len())
    })
}

fn append(project: &str, key: &'static str, value: &str) -> Remedy {
    Remedy::Append { project: ProjectId::new(project), key, value: value.to_owned() }
}

#[test]
fn lists_in_any_style_are_extended() {
    let file = |list: &str| format!("version: 1\nprojects:\n- id: a # x\n{list}- id: b\n");
    let grown = |list: &str, key, value| remedied(&file(list), &[append("a", key, value)]);
    let good = |list: &str| (file(list), 0);
    assert_eq!(grown("", "aliases", "c"), good("  aliases: [c]\n"));
    assert_eq!(grown("  aliases: c # y\n", "aliases", "d"), good("  aliases: [c, d] # y\n"));
    assert_eq!(grown("  aliases: [c] # y\n", "aliases", "d"), good("  aliases: [c, d] # y\n"));
    assert_eq!(grown("  aliases: []\n", "aliases", "d"), good("  aliases: [d]\n"));
    assert_eq!(grown("  aliases:\n", "aliases", "d"), good("  aliases: [d]\n"));
    assert_eq!(
        grown("  items:\n  - 1 # one\n  # two\n", "items", "787"),
        good("  items:\n  - 1 # one\n  - 787\n  # two\n")
    );
    assert_eq!(grown("  items: [1]\n", "items", "{title: x, issue: 3}"), good("  items: [1, {title: x, issue: 3}]\n"));
}

#[test]
fn a_project_is_added_at_the_end_in_the_style_of_the_others() {
    let add = Remedy::AddProject { id: ProjectId::new("c"), issue: Some("7".to_owned()) };
    let file = "version: 1\nprojects:\n  - id: a\n\n  - id: b # last\n    items:\n      - 1\nspend: {days: 1}\n";
    let expected = file.replace("      - 1\n", "      - 1\n\n  - id: c\n    issue: 7\n");
    assert_eq!(remedied(file, std::slice::from_ref(&add)), (expected, 0));
    assert_eq!(remedied("version: 1\n", &[add]).0, "version: 1\nprojects: [{id: c, issue: 7}]\n");
}

#[test]
fn remedies_that_cannot_be_applied_are_reported() {
    let file = "version: 1\nprojects: [{id: a}, {id: b}]\n";
    let state = Remedy::Set { project: ProjectId::new("b"), item: None, key: "state", value: "done".to_owned() };
    let (text, refused) = remedied(file, &[append("a", "aliases", "b"), append("a", "aliases", "x, y"), state]);
    assert_eq!((text.as_str(), refused), ("version: 1\nprojects: [{id: a}, {id: b, state: done}]\n", 2));
}

fn set(project: &str, item: &str, key: &'static str, value: &str) -> Remedy {
    Remedy::Set { project: ProjectId::new(project), item: Some(ItemKey::new(item)), key, value: value.to_owned() }
}

#[test]
fn a_batch_equals_its_remedies_one_after_the_other() {
    let text = "version: 1\nprojects:\n  - id: one\n    items: [a, b]\n  - id: two\n    items:\n      - {title: c}\n      - 7\n";
    let add = |id: &str| Remedy::AddProject { id: ProjectId::new(id), issue: Some("5".to_owned()) };
    let alias =
        |alias: &str| Remedy::Append { project: ProjectId::new("one"), key: "aliases", value: alias.to_owned() };
    let remedies = [
        set("one", "a", "state", "done"),
        set("two", "c", "state", "started"),
        set("two", "7", "note", "seen"),
        set("two", "c", "state", "nonsense"),
        alias("uno"),
        alias("eins"),
        add("three"),
        add("four"),
        set("two", "missing", "state", "done"),
        set("two", "7", "state", "done"),
    ];
    let groups = groups();
    let around = around(&groups, None);
    let batch = plan_remedies(text, &remedies.iter().collect::<Vec<_>>(), &around);
    assert_eq!((batch.new_text, batch.refused.len()), remedied(text, &remedies));
    assert_eq!(batch.refused.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3, 8]);
}

#[test]
fn a_thousand_remedies_are_applied_at_once() {
    let items = (0..1000).map(|number| format!("      - {{id: i{number}, title: t}}\n")).collect::<Vec<_>>().concat();
    let text = format!("version: 1\nprojects:\n  - id: one\n    items:\n{items}");
    let remedies: Vec<_> = (0..1000).map(|number| set("one", &format!("i{number}"), "state", "done")).collect();
    let groups = groups();
    let batch = plan_remedies(&text, &remedies.iter().collect::<Vec<_>>(), &around(&groups, None));
    assert_eq!((batch.refused, batch.new_text.matches("title: t, state: done").count()), (Vec::new(), 1000));
}
