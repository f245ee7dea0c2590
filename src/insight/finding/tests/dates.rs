//! Rules about time: due dates, milestones, silence, and the robot.

use super::*;
use crate::domain::Target;

#[test]
fn overdue() {
    let due = |date: &str, state| Item { due: Some(fixtures::day(date)), ..written(state, item("i")) };
    let of = |item| messages(world(vec![project("p", vec![item])], Vec::new()), "overdue");
    assert_eq!(of(due("2024-05-31", State::Todo)), ["`i` was due on 2024-05-31, 1 day ago"]);
    assert!(of(due("2024-05-31", State::Done)).is_empty() && of(due(DAY, State::Todo)).is_empty());
}

fn of_issue(issue: Issue, rule: &str) -> Vec<String> {
    messages(world(vec![project("p", vec![by_issue(1)])], vec![issue]), rule)
}

#[test]
fn milestone_past() {
    let with = |due: Option<&str>, closed| {
        let milestone = Milestone { title: "v1.30".into(), due: due.map(fixtures::day), closed };
        of_issue(Issue { milestone: Some(milestone), ..issue(1) }, "milestone-past")
    };
    assert_eq!(with(Some("2024-04-17"), false), ["#1 is open, but its milestone v1.30 (due 2024-04-17) is over"]);
    assert_eq!(with(None, true).len(), 1);
    assert!(with(Some("2024-08-01"), false).is_empty() && with(None, false).is_empty());
}

fn labelled(labels: &[&str], updated: &str) -> Issue {
    let labels = labels.iter().map(|label| (*label).into()).collect();
    Issue { labels, updated: Some(fixtures::moment(updated)), ..issue(1) }
}

#[test]
fn stale_and_rotten_are_reported_by_their_label() {
    assert_eq!(of_issue(labelled(&["lifecycle/stale"], "2024-05-25"), "stale"), ["#1 carries lifecycle/stale"]);
    assert!(of_issue(labelled(&["lifecycle/frozen"], "2024-05-25"), "stale").is_empty());
    let spared = ["lifecycle/rotten", "priority/important-soon"];
    assert_eq!(of_issue(labelled(&spared, "2024-05-25"), "rotten"), ["#1 carries lifecycle/rotten"]);
    assert!(of_issue(labelled(&["lifecycle/stale"], "2024-05-25"), "rotten").is_empty());
}

#[test]
fn the_robot_closes_what_is_stale_after_60_days_and_what_is_rotten_after_30() {
    let of = |labels: &[&str], updated| of_issue(labelled(labels, updated), "robot-will-close");
    assert_eq!(of(&["lifecycle/rotten"], "2024-05-12"), ["the robot will close #1 in 10 days"]);
    assert_eq!(of(&["lifecycle/stale"], "2024-04-12"), ["the robot will close #1 in 10 days"]);
    assert_eq!(of(&["lifecycle/rotten"], "2024-04-12"), ["the robot will close #1 any day now"]);
    assert!(of(&["lifecycle/stale"], "2024-05-12").is_empty());
    for exempt in ["help wanted", "good first issue", "triage/accepted", "priority/important-longterm"] {
        assert!(of(&["lifecycle/rotten", exempt], "2024-05-12").is_empty(), "{exempt}");
    }
}

#[test]
fn only_comments_of_people_end_the_silence() {
    let spoken = |at: &str| Issue {
        last_comment: Some(fixtures::comment_on(at)),
        updated: Some(fixtures::moment("2024-05-30")),
        ..issue(1)
    };
    assert_eq!(of_issue(spoken("2024-01-01"), "quiet"), ["no comment in #1 for 152 days"]);
    assert!(of_issue(spoken("2024-05-01"), "quiet").is_empty());
    // Comments were never fetched, so nothing is known about silence.
    assert!(of_issue(issue(1), "quiet").is_empty());
}

#[test]
fn an_issue_claimed_where_it_is_listed_is_not_quiet() {
    let of = |said: &str| {
        let quiet = Issue { last_comment: Some(fixtures::comment_on("2024-01-01")), ..issue(1) };
        let listed = crate::domain::Task { issues: vec![id(1)], ..task("Move it #1", TaskState::Open) };
        let comment = crate::domain::Comment {
            by: Some("ann".into()),
            text: said.to_owned(),
            ..fixtures::comment_on("2024-05-28")
        };
        let timeline = crate::domain::Timeline { comments: vec![comment], ..Default::default() };
        let umbrella = Issue { tasks: vec![listed], timeline, ..issue(9) };
        let (roadmap, snapshot) = world(vec![project("p", vec![by_issue(1)])], vec![quiet, umbrella]);
        messages((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "quiet")
    };
    assert_eq!(of("I'll take #1").len(), 0);
    assert_eq!(of("Thanks for #2!"), ["no comment in #1 for 152 days"]);
}

#[test]
fn assigned_but_silent() {
    let held = |at: &str| Issue {
        assignees: vec!["spiffxp".into()],
        last_comment: Some(fixtures::comment_on(at)),
        ..issue(1)
    };
    assert_eq!(
        of_issue(held("2024-01-01"), "assigned-but-silent"),
        ["#1 is assigned to @spiffxp, without a comment for 152 days"]
    );
    assert!(of_issue(held("2024-05-01"), "assigned-but-silent").is_empty());
    assert!(of_issue(held("2024-01-01"), "quiet").is_empty());
}

#[test]
fn due_before_blocker() {
    let of = |blocker_due: &str| {
        let target = Target::Item(ProjectId::new("p"), ItemKey::new("first"));
        let first = Item { due: Some(fixtures::day(blocker_due)), ..item("first") };
        let second = Item { due: Some(fixtures::day("2024-07-01")), blocked_by: vec![target], ..item("second") };
        messages(world(vec![project("p", vec![first, second])], Vec::new()), "due-before-blocker")
    };
    assert_eq!(of("2024-08-01"), ["`second` is due on 2024-07-01 and waits for p/first, which is due on 2024-08-01"]);
    assert!(of("2024-06-30").is_empty());
}

#[test]
fn a_blocker_is_due_with_its_project_or_with_the_item_of_its_issue() {
    let late = Some(fixtures::day("2024-08-01"));
    let of = |target| {
        let waits = Item { due: Some(fixtures::day("2024-07-01")), blocked_by: vec![target], ..item("waits") };
        let first = Item { due: late, ..by_issue(7) };
        let other = Project { due: late, ..project("q", vec![first]) };
        let world = world(vec![project("p", vec![waits]), other], vec![issue(7)]);
        messages(world, "due-before-blocker")
    };
    let message =
        |what: &str| [format!("`waits` is due on 2024-07-01 and waits for {what}, which is due on 2024-08-01")];
    assert_eq!(of(Target::Project(ProjectId::new("q"))), message("q"));
    assert_eq!(of(Target::Issue(fixtures::id(7))), message("#7"));
}
