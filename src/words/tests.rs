use super::*;
use crate::domain::{Issue, Timestamp, fixtures, join};

fn groups() -> Groups {
    let group = |id: &str, name: &str| crate::domain::Group {
        name: name.into(),
        ..crate::domain::Group::new(GroupId::new(id))
    };
    let groups = vec![
        group("sig-testing", "Testing"),
        group("sig-release", "Release"),
        group("sig-contributor-experience", "Contributor Experience"),
        group("sig-docs", "Docs"),
        group("committee-steering", "Steering"),
    ];
    Groups { as_of: None, list: groups }
}

fn of(sigs: &[&str], certainty: Certainty) -> Owner {
    Owner { names: sigs.iter().map(|id| OwnerName::new(id)).collect(), certainty }
}

#[test]
fn an_owner_is_shown_with_its_certainty() {
    let read = |ids: &[&str], certainty| owner(&of(ids, certainty), &groups());
    assert_eq!(read(&["sig-testing"], Certainty::Accepted), "SIG Testing");
    assert_eq!(read(&["sig-testing"], Certainty::Proposed), "SIG Testing (proposed)");
    assert_eq!(read(&["sig-testing", "sig-release"], Certainty::Either), "SIG Testing or SIG Release");
    let unsure = read(&["sig-contributor-experience", "sig-docs"], Certainty::Unsure);
    assert_eq!(unsure, "unsure: SIG Contributor Experience or SIG Docs");
    assert_eq!(read(&[], Certainty::None), "no owner");
}

#[test]
fn an_unknown_group_is_named_by_its_id() {
    assert_eq!(group(&GroupId::new("wg-k8s-infra"), &groups()), "WG K8s Infra");
    assert_eq!(group(&GroupId::new("committee-steering"), &groups()), "Steering Committee");
    assert_eq!(group(&GroupId::new("someone"), &groups()), "someone");
}

#[test]
fn unknown_is_shown_as_question_marks() {
    assert_eq!((percent(Percent::Unknown), percent(Percent::Known(0))), ("??".to_owned(), "0 %".to_owned()));
    assert_eq!(state(State::Unknown), "??");
}

#[test]
fn a_short_unit_keeps_its_noun_or_none() {
    let nouns = ["prow jobs", "lines", "jobs off kube-up", "files using the old API", "tests per package"];
    assert_eq!(nouns.map(unit_noun), ["jobs", "lines", "jobs", "files", "tests"].map(Some));
    assert_eq!(unit_noun("jobs leaving kube-up"), None, "which word is the noun is not known");
}

#[test]
fn a_robot_that_closed_an_issue_is_not_named() {
    use crate::domain::{CloseReason, IssueState};
    let closed =
        |reason| IssueState::Closed { reason, at: Timestamp::parse("2026-10-11T00:00:00Z"), by: Some("x".into()) };
    assert_eq!(reason(&closed(Some(CloseReason::Completed))), "closed as completed by @x on 2026-10-11");
    assert_eq!(reason(&closed(Some(CloseReason::Robot))), "closed by a robot while stale or rotten on 2026-10-11");
}

#[test]
fn a_box_that_may_be_free_says_why() {
    use crate::domain::Confidence;
    use crate::domain::boxes::{BoxKind, BoxState, Evidence};
    let home = Repo::new("acme/x").unwrap();
    let day: crate::domain::Date = "2026-03-05".parse().unwrap();
    let state = |kind, evidence| {
        let people = if kind == BoxKind::Quiet { vec!["ana".into()] } else { Vec::new() };
        let since = (kind == BoxKind::Quiet).then_some(day);
        BoxState { kind, confidence: Confidence::Possible, people, since, evidence: vec![evidence] }
    };
    let of = |kind, evidence| box_doubt(&state(kind, evidence), &home);
    let comment = || Evidence::Comment(Some("ana".into()), day);
    assert_eq!(of(BoxKind::Free, comment()), "named in a comment by @ana on 2026-03-05");
    assert_eq!(of(BoxKind::Quiet, comment()), "gone quiet: @ana, no news since 2026-03-05");
    let waits = || Evidence::WaitsFor(IssueRef::new(home.clone(), 2));
    assert_eq!(of(BoxKind::Free, waits()), "it waits for #2");
    assert_eq!(box_state_in_full(&state(BoxKind::Free, waits()), &home), "maybe free (it waits for #2)");
    assert_eq!(box_state_in_full(&state(BoxKind::Quiet, comment()), &home), of(BoxKind::Quiet, comment()));
}

#[test]
fn only_one_is_singular() {
    assert_eq!((count(1, "item", "items"), count(0, "item", "items")), ("1 item".into(), "0 items".into()));
}

#[test]
fn ages_grow_into_larger_units() {
    let read: Vec<_> = [0, 1, 20, 21, 83, 84, 365, 729, 730, 4_000].into_iter().map(age).collect();
    assert_eq!(read, ["today", "1 d", "20 d", "3 wk", "11 wk", "2 mo", "12 mo", "23 mo", "2 y", "10 y"]);
}

#[test]
fn a_time_in_the_future_is_just_now() {
    assert_eq!(since(Timestamp(100), Timestamp(0)), "just now");
    assert_eq!(since(Timestamp(0), Timestamp(3_600 * 5)), "5 h ago");
    assert_eq!(since(Timestamp(0), Timestamp(86_400 * 6)), "6 d ago");
}

#[test]
fn marks_are_one_column_wide_and_have_ascii_replacements() {
    for state in State::ALL {
        assert_eq!(unicode_width::UnicodeWidthStr::width(mark(state)), 1);
        assert!(mark(state).chars().map(in_ascii).all(|sign| sign.is_ascii()));
    }
}

#[test]
fn a_doubt_about_a_parent_names_its_sub_issue() {
    let parent = Issue { sub_issues: vec![fixtures::id(2)], ..fixtures::issue(1) };
    let of = |sub: Issue| {
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![fixtures::by_issue(1)])]);
        let snapshot = fixtures::snapshot(vec![parent.clone(), sub]);
        let board = join(&roadmap, &snapshot, fixtures::day("2024-06-01"));
        board.items().map(|item| super::freedom(item, &roadmap.repo)).collect::<String>()
    };
    let held = of(Issue { assignees: vec!["ann".into()], ..fixtures::issue(2) });
    assert!(held.starts_with("maybe free (a sub-issue of it is assigned, no comment for "), "{held}");
    let noted = of(Issue { labels: vec!["blocked".into()], ..fixtures::issue(2) });
    assert_eq!(noted, "maybe free (an open part of it waits or is being worked on)");
}

#[test]
fn totals_leave_out_items_where_there_are_none() {
    let of = |items| {
        totals(&join(
            &fixtures::roadmap(vec![fixtures::project("p", items)]),
            &fixtures::snapshot(Vec::new()),
            fixtures::day("2024-06-01"),
        ))
    };
    assert_eq!(of(Vec::new()), "1 project, none finished");
    assert_eq!(of(vec![fixtures::item("a")]), "1 project, none finished · 1 of 1 item left · 1 free");
}
