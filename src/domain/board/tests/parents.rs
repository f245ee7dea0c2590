//! Freedom of parents, whose work is in their sub-issues.

use super::*;
use crate::domain::Task;

/// The freedom of issue 1, and what it waits for. `items` are further issues of the roadmap.
fn parent_of(sub_issues: &[u64], others: Vec<Issue>, items: &[u64]) -> (Freedom, Vec<u64>) {
    of(Issue { sub_issues: sub_issues.iter().copied().map(id).collect(), ..issue(1) }, others, items)
}

fn of(parent: Issue, others: Vec<Issue>, items: &[u64]) -> (Freedom, Vec<u64>) {
    let issues = std::iter::once(parent).chain(others).collect();
    let items = std::iter::once(1).chain(items.iter().copied()).map(by_issue).collect();
    let board = join(&roadmap(vec![project(items)]), &snapshot(issues), day(TODAY));
    let row = board.items().next().unwrap();
    let number = |target: &Target| if let Target::Issue(id) = target { id.number } else { 0 };
    (row.freedom, row.blocked_by.iter().map(number).collect())
}

fn held(number: u64) -> Issue {
    let last_comment = Some(fixtures::comment_on("2024-05-20"));
    Issue { assignees: vec!["ann".into()], last_comment, ..issue(number) }
}

fn done(number: u64) -> Issue {
    closed(number, Some(CloseReason::Completed), Some("2024-05-01"))
}

#[test]
fn a_parent_is_free_while_a_sub_issue_is() {
    assert_eq!(parent_of(&[2, 3], vec![held(2), issue(3)], &[]), (Freedom::Free, vec![]));
    assert_eq!(parent_of(&[2, 3], vec![done(2), issue(3)], &[]), (Freedom::Free, vec![]));
}

#[test]
fn a_parent_waits_for_sub_issues_that_are_taken_or_blocked_or_items() {
    assert_eq!(parent_of(&[2, 3], vec![held(2), held(3)], &[]), (Freedom::Blocked, vec![2, 3]));
    let waits = Issue { blocked_by: vec![id(4)], ..issue(2) };
    assert_eq!(parent_of(&[2], vec![waits, issue(4)], &[]), (Freedom::Blocked, vec![2]));
    assert_eq!(parent_of(&[2, 3], vec![done(2), issue(3)], &[3]), (Freedom::Blocked, vec![3]));
    let claimed = Issue { claims: fixtures::claims(&[("2024-05-20", "I'll take this")]), ..issue(2) };
    assert_eq!(parent_of(&[2], vec![claimed], &[]), (Freedom::Blocked, vec![2]));
}

#[test]
fn a_parent_whose_sub_issues_are_closed_is_to_be_decided() {
    assert_eq!(parent_of(&[2], vec![done(2)], &[]), (Freedom::Unclear, vec![]));
    let duplicate = closed(2, Some(CloseReason::Duplicate), Some("2024-05-01"));
    assert_eq!(parent_of(&[2], vec![duplicate], &[]), (Freedom::Unclear, vec![]));
}

#[test]
fn a_parent_with_a_sub_issue_that_was_never_fetched_is_unchecked() {
    assert_eq!(parent_of(&[9], Vec::new(), &[]), (Freedom::Unchecked, vec![]));
    let mut counted = issue(1);
    counted.fetch_states.set(FactKind::SubIssues, FactState::Failed { at: fixtures::moment(TODAY) });
    assert_eq!(of(counted, Vec::new(), &[]), (Freedom::Unchecked, vec![]), "GitHub counts some");
}

#[test]
fn a_claim_of_the_parent_covers_its_sub_issues() {
    let claims = fixtures::claims(&[("2024-05-20", "I'll take this")]);
    let parent = Issue { claims, sub_issues: vec![id(2)], ..issue(1) };
    assert_eq!(of(parent, vec![issue(2)], &[]), (Freedom::Taken, vec![]));
}

#[test]
fn sub_issues_count_at_any_depth_despite_cycles() {
    let middle = |sub_issues: &[u64]| Issue { sub_issues: sub_issues.iter().copied().map(id).collect(), ..issue(2) };
    assert_eq!(parent_of(&[2], vec![middle(&[3, 1, 2]), issue(3)], &[]), (Freedom::Free, vec![]));
    assert_eq!(parent_of(&[2], vec![middle(&[3, 1, 2]), held(3)], &[]), (Freedom::Blocked, vec![2]));
    assert_eq!(parent_of(&[2], vec![middle(&[3]), issue(3)], &[3]), (Freedom::Blocked, vec![2]));
    let over = Issue { sub_issues: vec![id(3)], ..done(2) };
    assert_eq!(parent_of(&[2], vec![over, held(3)], &[]), (Freedom::Blocked, vec![3]), "its parent was closed");
}

#[test]
fn boxes_and_sub_issues_count_together() {
    let open = |text: &str, issues: &[u64]| {
        let issues = issues.iter().copied().map(id).collect();
        Task { issues, ..fixtures::task(text, TaskState::Open) }
    };
    let of = |tasks, others| of(Issue { tasks, sub_issues: vec![id(2)], ..issue(1) }, others, &[]);
    assert_eq!(of(vec![open("plain", &[])], vec![held(2)]).0, Freedom::Free);
    assert_eq!(of(vec![open("plain (@ann)", &[])], vec![held(2)]).0, Freedom::Taken);
    assert_eq!(of(vec![open("part #2", &[2])], vec![held(2)]).0, Freedom::Taken, "the box is the sub-issue");
    let ticked = vec![fixtures::task("plain", TaskState::Done)];
    assert_eq!(of(ticked.clone(), vec![held(2)]), (Freedom::Blocked, vec![2]));
    assert_eq!(of(ticked, vec![done(2)]), (Freedom::Unclear, vec![]));
}
