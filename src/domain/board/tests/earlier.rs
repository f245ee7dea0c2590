//! Freedom on earlier days: work is free only if it would be free now, or was closed since.

use super::*;

/// A month before the snapshot.
const DAY: &str = "2024-05-01";

fn before(issues: Vec<Issue>) -> Freedom {
    of_issue(issues, DAY)
}

#[test]
fn an_issue_that_is_claimed_or_over_now_is_unchecked_for_earlier_days() {
    assert_eq!(before(vec![issue(1)]), Freedom::Free);
    let claimed = Issue { claims: fixtures::claims(&[("2024-05-20", "I'll take this")]), ..issue(1) };
    assert_eq!(before(vec![claimed]), Freedom::Unchecked);
    let claims = fixtures::claims(&[("2024-01-01", "I'll take this")]);
    assert_eq!(before(vec![Issue { claims, ..issue(1) }]), Freedom::Unchecked, "it may be free now");
    let ticked = Issue { tasks: vec![fixtures::task("a", TaskState::Done)], ..issue(1) };
    assert_eq!(before(vec![ticked]), Freedom::Unchecked, "nothing is left now");
    let mut unread = Issue { comments: 3, ..issue(1) };
    unread.fetch_states.set(FactKind::Comments, FactState::NotRequested);
    assert_eq!(before(vec![unread]), Freedom::Unchecked);
    let by_line = Issue { tasks: vec![fixtures::task("a (@ann)", TaskState::Open)], ..issue(1) };
    assert_eq!(before(vec![by_line]), Freedom::Unchecked);
}

#[test]
fn an_issue_closed_since_was_free_if_nothing_shows_who_had_it() {
    let over = closed(1, Some(CloseReason::Completed), Some("2024-05-20"));
    assert_eq!(before(vec![over.clone()]), Freedom::Free);
    let ticked = Issue { tasks: vec![fixtures::task("a", TaskState::Done)], ..over.clone() };
    assert_eq!(before(vec![ticked]), Freedom::Free, "its boxes were ticked since");
    let claims = fixtures::claims(&[("2024-05-10", "I'll take this")]);
    assert_eq!(before(vec![Issue { claims, ..over }]), Freedom::Unchecked);
}

#[test]
fn a_parent_that_waits_for_its_sub_issues_now_is_unchecked_for_earlier_days() {
    let parent = || Issue { sub_issues: vec![id(2)], ..issue(1) };
    assert_eq!(before(vec![parent(), issue(2)]), Freedom::Free);
    let held = Issue { assignees: vec!["ann".into()], ..issue(2) };
    assert_eq!(before(vec![parent(), held]), Freedom::Unchecked);
    assert_eq!(before(vec![parent(), closed(2, None, Some("2024-05-20"))]), Freedom::Unchecked);
}

#[test]
fn an_item_by_hand_whose_box_is_claimed_now_is_unchecked_for_earlier_days() {
    let of = |text: &str, state| {
        let umbrella = Issue { tasks: vec![fixtures::task(text, state)], ..issue(9) };
        let listed = Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project(vec![item("Windows agents")])]) };
        first_freedom(&listed, &snapshot(vec![umbrella]), DAY)
    };
    assert_eq!(of("Windows agents", TaskState::Open), Freedom::Free);
    assert_eq!(of("Windows agents (@ann)", TaskState::Open), Freedom::Unchecked);
    assert_eq!(of("Windows agents", TaskState::Done), Freedom::Unchecked);
}
