//! Notes on an issue: labels, title and body that say that it waits or is under way.

use super::*;
use crate::domain::Text;

fn row_of(own: Issue, others: Vec<Issue>) -> ItemRow {
    let board = join(
        &roadmap(vec![project(vec![by_issue(own.id.number)])]),
        &snapshot([vec![own], others].concat()),
        day("2024-06-01"),
    );
    board.items().next().unwrap().clone()
}

fn labelled(label: &str) -> Issue {
    Issue { labels: vec!["kind/bug".into(), label.into()], ..issue(1) }
}

const NOTED: Freedom = Freedom::MaybeFree(Doubt::Noted);

#[test]
fn an_issue_whose_label_says_that_it_waits_or_is_under_way_may_be_free_at_most() {
    for label in [
        "in progress",
        "status/in-progress",
        "Status: Blocked",
        "blocked",
        "WIP",
        "on-hold",
        "🚧 doing",
        "wontfix",
        "lifecycle/active",
    ] {
        let row = row_of(labelled(label), vec![]);
        assert_eq!((row.freedom, row.note), (NOTED, Some(IssueNote::Label(Text::new(label)))), "{label}");
    }
    for label in
        ["help wanted", "priority/next", "area/progress", "status/todo", "lifecycle/frozen", "needs-triage", "new"]
    {
        assert_eq!(row_of(labelled(label), vec![]).freedom, Freedom::Free, "{label}");
    }
    let mut unread = Issue { comments: 3, ..labelled("blocked") };
    unread.fetch_states.set(FactKind::Comments, FactState::NotRequested);
    assert_eq!(row_of(unread, vec![]).freedom, NOTED, "its comments were not read");
}

#[test]
fn an_issue_whose_title_says_that_it_is_under_way_may_be_free_at_most() {
    for title in ["Move the images [WIP]", "WIP: move the images", "Move the images (blocked)"] {
        let row = row_of(fixtures::titled(1, title), vec![]);
        assert_eq!((row.freedom, row.note), (NOTED, Some(IssueNote::Title)), "{title}");
    }
    assert_eq!(row_of(fixtures::titled(1, "Move the blocked images"), vec![]).freedom, Freedom::Free);
}

#[test]
fn an_issue_whose_text_says_that_it_waits_may_be_free_at_most_until_the_other_is_closed() {
    let waiting = || Issue { waits_for: vec![id(2)], ..issue(1) };
    let note = Some(IssueNote::WaitsFor(id(2)));
    let row = row_of(waiting(), vec![issue(2)]);
    assert_eq!((row.freedom, row.note), (NOTED, note.clone()));
    let row = row_of(waiting(), vec![]);
    assert_eq!((row.freedom, row.note), (NOTED, note), "never fetched");
    let over = closed(2, Some(CloseReason::Completed), Some("2024-05-01"));
    assert_eq!(row_of(waiting(), vec![over]).freedom, Freedom::Free);
}

#[test]
fn a_list_that_is_under_way_holds_back_none_of_its_boxes_and_one_that_is_blocked_all() {
    let list = |label| Issue { tasks: vec![fixtures::task("the images", TaskState::Open)], ..labelled(label) };
    assert_eq!(row_of(list("in progress"), vec![]).freedom, Freedom::Free);
    assert_eq!(row_of(list("blocked"), vec![]).freedom, NOTED);
}

#[test]
fn an_issue_that_goes_on_in_another_one_is_maybe_free() {
    let moved = Issue { continued_in: Some(id(2)), ..issue(1) };
    let row = row_of(moved, vec![issue(2)]);
    assert_eq!((row.freedom, row.note), (NOTED, Some(IssueNote::GoesOnIn(id(2)))));
}

#[test]
fn an_issue_whose_text_asks_to_wait_is_maybe_free() {
    let row = row_of(Issue { asks_to_wait: true, ..issue(1) }, vec![]);
    assert_eq!((row.freedom, row.note), (NOTED, Some(IssueNote::AsksToWait)));
}
