//! Items by hand that are boxes.

use super::*;
use crate::domain::IssueRef;

#[test]
fn an_item_by_hand_is_as_free_as_the_box_with_its_text() {
    let of = |text: &str, state, assignees: &[&str]| {
        let assignees = assignees.iter().map(|&login| login.into()).collect();
        let listed = Issue { tasks: vec![fixtures::task(text, state)], assignees, ..issue(9) };
        let tracked = Project { issues: vec![id(9)], ..project(vec![item("Archive the dashboards")]) };
        let listed_above =
            Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project(vec![item("Archive the dashboards")])]) };
        let snapshot = snapshot(vec![listed]);
        [roadmap(vec![tracked]), listed_above].map(|roadmap| first_freedom(&roadmap, &snapshot, TODAY))
    };
    let (free, unclear) = (Freedom::Free, Freedom::Unclear);
    assert_eq!(of("archive the dashboards", TaskState::Open, &[]), [free, free]);
    assert_eq!(of("Archive *the dashboards*", TaskState::Done, &[]), [unclear, unclear]);
    assert_eq!(of("Archive the dashboards", TaskState::Dropped, &[]), [unclear, unclear]);
    assert_eq!(of("Archive the other dashboards", TaskState::Done, &[]), [free, free]);
    let held = of("Archive the dashboards", TaskState::Open, &["ann"]);
    assert_eq!(
        held,
        [Freedom::MaybeFree(Doubt::Assigned(1334)), free],
        "an assignee of an umbrella does not have all of its boxes"
    );
}

#[test]
fn an_item_by_hand_says_who_has_its_box_and_why_it_may_not_be_free() {
    let of = |text: &str, said: &str, assignees: &[&str]| {
        let comment = Comment { by: Some("zed".into()), text: said.to_owned(), ..fixtures::comment_on("2024-05-20") };
        let timeline = crate::domain::Timeline { comments: vec![comment], ..Default::default() };
        let assignees = assignees.iter().map(|&login| login.into()).collect();
        let listed = Issue { tasks: vec![fixtures::task(text, TaskState::Open)], assignees, timeline, ..issue(9) };
        let tracked = Project { issues: vec![id(9)], ..project(vec![item("Archive the dashboards")]) };
        let board = join(&roadmap(vec![tracked]), &snapshot(vec![listed]), day(TODAY));
        let row = board.items().next().unwrap();
        (row.freedom, row.people().join(" "))
    };
    let text = "Archive the dashboards";
    let named = "Archive the dashboards is harder than it looks.";
    assert_eq!(of(text, "I'll take Archive the dashboards.", &[]), (Freedom::Taken, "zed".to_owned()));
    assert_eq!(of(text, named, &[]), (Freedom::MaybeFree(Doubt::Named), String::new()));
    assert_eq!(of("Archive the dashboards (blocked)", "", &[]), (Freedom::MaybeFree(Doubt::Noted), String::new()));
    let assigned = (Freedom::MaybeFree(Doubt::Assigned(1334)), "ann".to_owned());
    assert_eq!(of(text, named, &["ann"]), assigned, "the assignee of the project's issue has its boxes");
}

#[test]
fn an_item_by_hand_whose_box_is_in_a_closed_issue_is_to_decide() {
    let of = |reason| {
        let listed = Issue {
            tasks: vec![fixtures::task("Archive the dashboards", TaskState::Open)],
            fetch_states: crate::domain::FetchStates::default(),
            ..fixtures::closed(9, Some(reason), Some("2024-05-20"))
        };
        let tracked =
            Project { issues: vec![id(9)], ..project(vec![item("Archive the dashboards"), item("Other work")]) };
        let board = join(&roadmap(vec![tracked]), &snapshot(vec![listed]), day(TODAY));
        board.items().map(|row| row.freedom).collect::<Vec<_>>()
    };
    assert_eq!(of(CloseReason::NotPlanned), [Freedom::Unclear, Freedom::Free]);
    assert_eq!(of(CloseReason::Completed), [Freedom::Unclear, Freedom::Free]);
}

#[test]
fn a_box_matches_an_item_without_its_assignee() {
    let of = |texts: &[&str]| {
        let tasks = texts.iter().map(|text| fixtures::task(text, TaskState::Open)).collect();
        let umbrella = Issue { tasks, ..issue(9) };
        let listed = Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project(vec![item("Switch DNS")])]) };
        first_freedom(&listed, &snapshot(vec![umbrella]), TODAY)
    };
    for text in ["Switch DNS @alice", "Switch DNS (@alice)", "Switch DNS 3/7 (@alice)"] {
        assert_eq!(of(&[text]), Freedom::Taken, "{text}");
    }
    assert_eq!(of(&["Switch DNS @alice", "Switch DNS"]), Freedom::Free, "the box that says just that");
    assert_eq!(of(&["Switch DNS @alice", "Switch DNS @bob"]), Freedom::MaybeFree(Doubt::Ambiguous), "it may be either");
}

#[test]
fn ambiguous_texts_of_boxes_or_items_are_free_only_if_all_of_the_boxes_are() {
    let of_state = |state| move || fixtures::task("Update the docs", state);
    let (open, done) = (of_state(TaskState::Open), of_state(TaskState::Done));
    let of = |tasks, items| {
        let umbrella = Issue { tasks, ..issue(9) };
        let roadmap = Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project(items)]) };
        first_freedom(&roadmap, &snapshot(vec![umbrella]), TODAY)
    };
    let docs = || item("Update the docs");
    assert_eq!(of(vec![done()], vec![docs()]), Freedom::Unclear);
    assert_eq!(of(vec![open(), open()], vec![docs()]), Freedom::Free);
    assert_eq!(of(vec![open(), done()], vec![docs()]), Freedom::MaybeFree(Doubt::Ambiguous));
    let twice = || Item { key: ItemKey::new("again"), ..docs() };
    assert_eq!(of(vec![open()], vec![docs(), twice()]), Freedom::Free);
    assert_eq!(of(vec![done()], vec![docs(), twice()]), Freedom::MaybeFree(Doubt::Ambiguous));
}

#[test]
fn an_item_by_hand_is_not_free_before_the_list_that_may_have_its_box_was_fetched() {
    let of = |missing: &[(IssueRef, Absence)]| {
        let tracked = Project { issues: vec![id(9)], ..project(vec![item("Archive the dashboards")]) };
        let listed = Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project(vec![item("Archive the dashboards")])]) };
        let snapshot = Snapshot { missing: missing.iter().cloned().collect(), ..Snapshot::default() };
        [roadmap(vec![tracked]), listed].map(|roadmap| first_freedom(&roadmap, &snapshot, TODAY))
    };
    assert_eq!(of(&[]), [Freedom::ClaimsUnchecked; 2]);
    assert_eq!(of(&[(id(9), Absence::NotFetched)]), [Freedom::ClaimsUnchecked; 2]);
    assert_eq!(of(&[(id(9), Absence::Gone)]), [Freedom::Free; 2]);
}
