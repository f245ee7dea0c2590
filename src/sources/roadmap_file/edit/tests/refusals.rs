//! Edits that are refused, each with its reason and a hint.

use super::*;

#[test]
fn a_shared_value_is_not_changed() {
    let text = "version: 1\nprojects:\n- {id: a, items: &i [1, 2]}\n- {id: b, items: *i}\n";
    let said = change(text, "a/1", &["state=done"]).unwrap_err();
    assert_eq!(
        said,
        "`a/1` cannot be changed without touching more of the file: other places share what is written there | change it by hand in roadmap.yaml:3; nothing was written"
    );
    assert_eq!(
        change(text, "b/1", &["state=done"]).unwrap_err(),
        "`b/1` cannot be changed without touching more of the file: it is defined elsewhere, and this is only an \
         alias of it | change it by hand in roadmap.yaml:4; nothing was written"
    );
}

#[test]
fn an_issue_without_an_item_gets_a_hint_where_it_is() {
    let text = "version: 1\nrepo: o/r\numbrellas: [5]\nprojects:\n- {id: p, issue: 6}\n";
    for (target, said) in [
        ("6", "no item has the issue #6 | it tracks the project `p`: name that"),
        ("o/r#6", "no item has the issue #6 | it tracks the project `p`: name that"),
        ("#5", "no item has the issue #5 | it is an umbrella of the roadmap"),
        ("7", "no item has the issue #7 | name a project, or an item as PROJECT/ITEM"),
    ] {
        assert_eq!(change(text, target, &["state=done"]).unwrap_err(), said, "{target}");
    }
}

#[test]
fn of_two_items_with_one_title_both_are_named() {
    let text = "version: 1\nprojects:\n- id: p\n  items:\n  - Mirror images # first\n  - Docs\n  - Mirror images\n";
    let said = change(text, "p/Mirror images", &["state=done"]).unwrap_err();
    assert_eq!(
        said,
        "several items of `p` are called `Mirror images` | name one of them: p/mirror-images (line 5), p/mirror-images-2 (line 7)"
    );
}

#[test]
fn a_key_cannot_be_set_twice() {
    let said = change("version: 1\nprojects: [{id: a}]\n", "a", &["state=done", "state=todo"]).unwrap_err();
    assert_eq!(said, "`state` is set twice | set each key once");
}

#[test]
fn an_edit_that_breaks_a_link_is_refused() {
    let text = "version: 1\nprojects:\n- {id: a, blocked_by: b/787}\n- {id: b, items: [787]}\n";
    let said = change(text, "b/787", &["issue=788"]).unwrap_err();
    assert_eq!(
        said,
        "with this issue `b/787` would be called `b/788`, and line 3 refers to it as `b/787` | \
         give the item an `id` and use it on line 3 first; nothing was written"
    );
}

#[test]
fn a_value_with_a_comment_inside_is_not_replaced() {
    let text = "version: 1\nprojects:\n- id: a\n  owner:\n    sigs: [sig-testing] # asked\n    certainty: proposed\n";
    assert_eq!(
        change(text, "a", &["owner=sig-docs"]).unwrap_err(),
        "`a` cannot be changed without touching more of the file: the old value contains a comment or an anchor | \
         change it by hand in roadmap.yaml:5; nothing was written"
    );
}

#[test]
fn unknown_names_and_values_get_a_suggestion() {
    let text = "version: 1\nprojects: [{id: k8s-prow, items: [Docs]}]\n";
    let said = |target: &str, changes: &[&str]| change(text, target, changes).unwrap_err();
    assert_eq!(said("k8s-pro", &["state=done"]), "there is no project `k8s-pro` | did you mean `k8s-prow`?");
    assert_eq!(said("k8s-prow/dosc", &["state=done"]), "there is no item `dosc` in `k8s-prow` | did you mean `docs`?");
    assert_eq!(said("k8s-prow/docs", &["state=doen"]), "`doen` is not a state | did you mean `done`?");
    assert_eq!(said("k8s-prow", &["owner=sig-testng"]), "unknown owner `sig-testng` | did you mean `sig-testing`?");
    assert_eq!(said("k8s-prow", &["due=soon"]), "`soon` is not a day | write year-month-day, as in 2020-12-10");
    assert_eq!(
        said("k8s-prow/docs", &["issue=soon"]),
        "`soon` is not an issue | write a number, owner/name#number or a link"
    );
    assert_eq!(
        said("k8s-prow", &["owner=sig-docs,sig-testing"]),
        "`sig-docs,sig-testing` is not one owner | \
         write a group, @login, none, or {names: [infra, \"@login\"], certainty: either}"
    );
    assert!(EditField::parse("stat=done").unwrap_err().to_string().contains("`stat` cannot be set"));
    assert!(EditField::parse("done").unwrap_err().to_string().contains("does not say what to set"));
}

#[test]
fn only_a_single_issue_of_a_project_is_replaced() {
    let text = |issues: &str| format!("version: 1\nprojects:\n- id: a\n  issue: {issues}\n");
    assert_eq!(change(&text("3 # old"), "a", &["issue=4"]), Ok(text("4 # old")));
    let said = change(&text("[3, 4]"), "a", &["issue=5"]).unwrap_err();
    assert_eq!(
        said,
        "`a` has several issues, and it is not clear which one to replace | change it by hand in roadmap.yaml:3"
    );
}

#[test]
fn an_owner_cannot_inject_other_keys() {
    let text = "version: 1\nprojects: [{id: a}]\n";
    for value in ["owner=sig-docs, kind: x", "owner=sig-docs}, {id: b", "owner={sig: sig-docs} # x", "owner=*x"] {
        assert!(change(text, "a", &[value]).is_err(), "{value}");
    }
}

#[test]
fn a_target_that_changed_since_it_was_shown_is_not_edited() {
    let seen =
        super::super::super::read("version: 1\nprojects: [{id: a, items: [One, Two]}]\n", "r", &groups(), today())
            .unwrap();
    let groups = groups();
    let now = |text: &str| {
        plan(text, &edit("a/one", &["state=done"]), &around(&groups, Some(&seen))).map(|change| change.new_text)
    };
    let moved = "# new\nversion: 1\nprojects: [{id: b}, {id: a, note: x, cost: 5, items: [Two, One]}]\n";
    assert!(now(moved).unwrap().contains("[Two, {title: One, state: done}]"));
    let other = "version: 1\nprojects: [{id: a, items: [{title: One, kind: docs}, Two]}]\n";
    assert_eq!(now(other).unwrap_err().to_string(), "`a/one` has changed on disk");
}
