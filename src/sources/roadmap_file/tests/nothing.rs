//! Tests that an unquoted `null` is not the text "null".

use super::*;

#[test]
fn null_in_a_list_of_texts_is_rejected() {
    for text in [
        "projects: [{id: a, references: [null]}]",
        "projects: [{id: a, owner: [~, null]}]",
        "projects: [{id: a, aliases: [~]}]",
        "robots: [null]",
        "searches: [x, Null]",
        "counters: {a: {rule: {version: 1, source: issues, label: [null]}}}",
        "counters: {a: {rule: {version: 1, source: text, files: [~], left: {contains: x}}}}",
        "counters: {a: {rule: {done: {mentions: [null]}}}}",
    ] {
        let said = parse(&format!("version: 1\n{text}\n")).expect_err(text).to_string();
        assert!(said.contains("found nothing"), "{text}: {said}");
    }
}

#[test]
fn a_quoted_null_is_text() {
    let projects = good("version: 1\nprojects: [{id: a, references: ['null']}]\n").projects;
    assert_eq!(projects[0].references.iter().map(|text| &**text).collect::<Vec<_>>(), ["null"]);
}
