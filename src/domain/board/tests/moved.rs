//! Transferred issues: the old number refers to the issue at its new place.

use super::*;
use crate::domain::{IssueRef, Repo};

fn new_home() -> IssueRef {
    IssueRef::new(Repo::new("acme/other").unwrap(), 99)
}

/// A snapshot in which issue 12 was transferred and is now `issue`, beside `others`.
fn moved(issue: Issue, others: Vec<Issue>) -> Snapshot {
    let missing = [(id(12), Absence::Moved(new_home()))].into();
    let there = Issue { id: new_home(), ..issue };
    Snapshot { missing, ..snapshot(others.into_iter().chain([there]).collect()) }
}

fn freedoms(roadmap: &Roadmap, snapshot: &Snapshot) -> Vec<Freedom> {
    join(roadmap, snapshot, day(TODAY)).items().map(|item| item.freedom).collect()
}

#[test]
fn boxes_and_comments_of_a_transferred_issue_are_found() {
    let tasks = vec![fixtures::task("Alpha task", TaskState::Open), fixtures::task("Beta task", TaskState::Done)];
    let (assignees, last_comment) = (vec!["ann".into()], Some(fixtures::comment_on("2024-05-20")));
    let snapshot = moved(Issue { assignees, last_comment, tasks, ..issue(12) }, Vec::new());
    let items = vec![item("Alpha task"), item("Beta task")];
    let tracked = roadmap(vec![Project { issues: vec![id(12)], ..project(items) }]);
    assert_eq!(freedoms(&tracked, &snapshot), [Freedom::Taken, Freedom::Unclear]);
    let board = join(&tracked, &snapshot, day(TODAY));
    assert_eq!(board.projects[0].touched, Some(fixtures::moment("2024-05-20")));
}

#[test]
fn a_blocker_given_by_its_old_number_still_blocks() {
    let waits = |target| Item { blocked_by: vec![Target::Issue(target)], ..item("waits") };
    let of = |number: IssueRef, target: IssueRef, written| {
        let has = Item { issue: Some(number), written, ..item("has") };
        let closed = closed(12, Some(CloseReason::NotPlanned), Some("2024-05-01"));
        freedoms(&roadmap(vec![project(vec![has, waits(target)])]), &moved(closed, Vec::new()))[1]
    };
    for number in [id(12), new_home()] {
        for target in [id(12), new_home()] {
            assert_eq!(of(number.clone(), target.clone(), None), Freedom::Blocked, "it was closed, and not done");
            assert_eq!(of(number.clone(), target, Some(State::Dropped)), Freedom::Free);
        }
    }
}

#[test]
fn an_item_does_not_block_itself_through_its_old_number() {
    let named = fixtures::project;
    let waits = Item { blocked_by: vec![Target::Issue(id(12))], ..by_issue(3) };
    let again = Item { blocked_by: vec![Target::Issue(id(3))], ..by_issue(12) };
    let roadmap = roadmap(vec![named("a", vec![by_issue(12)]), named("b", vec![waits]), named("c", vec![again])]);
    let board = join(&roadmap, &moved(issue(12), vec![issue(3)]), day(TODAY));
    let waits_for: Vec<_> = board.items().map(|item| item.blocked_by.clone()).collect();
    let (three, twelve) = (vec![Target::Issue(id(3))], vec![Target::Issue(new_home())]);
    assert_eq!(waits_for, [three.clone(), twelve, three], "blockers are named as the issues are now");
    let itself = Item { blocked_by: vec![Target::Issue(id(12))], ..by_issue(12) };
    let twice = super::roadmap(vec![named("a", vec![by_issue(12)]), named("b", vec![itself])]);
    assert_eq!(freedoms(&twice, &moved(issue(12), Vec::new()))[0], Freedom::Free);
}
