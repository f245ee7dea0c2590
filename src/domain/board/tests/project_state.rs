//! States and percentages of projects, written and measured.

use super::*;

/// A project with a counter at `done` of 6.
fn counted(done: u64, written: State, items: Vec<Item>) -> ProjectRow {
    let counters = vec![fixtures::counter("jobs", vec![reading("2024-05-01", done, 6, 1)])];
    let counted = Project { measure: Some(CounterId::new("jobs")), written: Some(written), ..project(items) };
    let roadmap = Roadmap { counters, ..roadmap(vec![counted]) };
    join(&roadmap, &Snapshot::default(), day(TODAY)).projects.remove(0)
}

fn by_hand(state: State) -> Item {
    Item { written: Some(state), ..item(state.word()) }
}

#[test]
fn an_unfinished_counter_overrules_a_written_end() {
    for written in [State::Done, State::Removed] {
        let row = counted(3, written, Vec::new());
        assert_eq!((row.state, row.percent, row.has_ended()), (State::Started, Percent::Known(50), false));
        let with_items = counted(3, written, vec![by_hand(State::Done)]);
        assert_eq!((with_items.state, with_items.has_ended()), (State::Started, false));
    }
    assert_eq!(counted(6, State::Removed, Vec::new()).state, State::Removed);
    assert_eq!(counted(6, State::Done, Vec::new()).state, State::Done);
    assert_eq!(counted(0, State::Unknown, Vec::new()).state, State::Todo, "it was counted");
}

#[test]
fn a_dropped_project_has_no_percentage() {
    let row = counted(3, State::Dropped, vec![by_hand(State::Todo)]);
    assert_eq!((row.state, row.percent, row.measure, row.reading), (State::Dropped, Percent::Unknown, None, None));
}

#[test]
fn a_project_written_as_unknown_has_no_percentage() {
    let of = |items: Vec<Item>, issues| {
        let unknown = Project { written: Some(State::Unknown), issues, ..project(items) };
        let done = closed(1, Some(CloseReason::Completed), Some("2024-05-01"));
        let (roadmap, snapshot) = (roadmap(vec![unknown]), snapshot(vec![done, issue(2)]));
        let row = join(&roadmap, &snapshot, day(TODAY)).projects.remove(0);
        assert_eq!(item_sums(&roadmap, &snapshot, day(TODAY))[0].percent, row.percent);
        (row.state, row.percent)
    };
    let unknown = (State::Unknown, Percent::Unknown);
    assert_eq!(of(vec![by_hand(State::Done), by_hand(State::Todo)], Vec::new()), unknown);
    assert_eq!(of(vec![by_hand(State::Done)], Vec::new()), unknown, "there may be more to do");
    assert_eq!(of(Vec::new(), vec![id(1), id(2)]), unknown);
    assert_eq!(of(Vec::new(), vec![id(1)]), (State::Done, Percent::Known(100)), "the issue measures it");
}

#[test]
fn an_issue_with_a_done_sub_issue_is_started() {
    let of = |reason| {
        let parent = Issue { sub_issues: vec![id(2), id(3)], ..issue(1) };
        let issues = vec![parent, closed(2, Some(reason), Some("2024-05-01")), issue(3)];
        states(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot(issues), TODAY)
    };
    assert_eq!(of(CloseReason::Completed), [State::Started]);
    assert_eq!(of(CloseReason::NotPlanned), [State::Todo]);
}
