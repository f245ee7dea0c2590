//! Freedom of items, and what blocks it.

use super::*;
use crate::domain::{Absence, FactKind, FactState, FetchStates, Task};

/// The fetch states of an issue of which one kind of facts was not read.
fn without(kind: FactKind) -> FetchStates {
    let mut states = FetchStates::all_known();
    states.set(kind, FactState::NotRequested);
    states
}

fn waiting(target: Target) -> Project {
    fixtures::project("waits", vec![Item { blocked_by: vec![target], ..item("waits") }])
}

#[test]
fn a_finished_project_without_items_blocks_nothing() {
    let of = |state| {
        let over = Project { written: Some(state), ..fixtures::project("old", Vec::new()) };
        let waits = waiting(Target::Project(ProjectId::new("old")));
        first_freedom(&roadmap(vec![waits, over]), &Snapshot::default(), TODAY)
    };
    let of = [State::Done, State::Removed, State::Dropped, State::Started].map(of);
    assert_eq!(of, [Freedom::Free, Freedom::Free, Freedom::Free, Freedom::Blocked]);
}

#[test]
fn a_pull_request_is_taken_by_its_author_and_started() {
    let pull = Issue { is_pull: true, author: Some("ann".into()), ..issue(1) };
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    for date in [TODAY, "2024-01-01"] {
        let board = join(&roadmap, &snapshot(vec![pull.clone()]), day(date));
        let row = board.items().next().unwrap();
        assert_eq!((row.state, row.freedom), (State::Started, Freedom::Taken), "{date}");
    }
    let board = join(&roadmap, &snapshot(vec![pull]), day(TODAY));
    assert_eq!(board.items().next().unwrap().people().join(" "), "ann");
}

#[test]
fn an_item_started_by_a_person_is_taken() {
    let of = |owner: &str, state| {
        let owned = Item { written: Some(state), owner: Some(Owner::accepted(owner)), ..item("copy") };
        first_freedom(&roadmap(vec![project(vec![owned])]), &Snapshot::default(), TODAY)
    };
    assert_eq!(of("@ann", State::Started), Freedom::Taken);
    assert_eq!(of("@ann", State::Todo), Freedom::Free);
}

#[test]
fn an_item_that_the_roadmap_says_is_started_is_not_free() {
    let of = |written, owner: &str, issue: Issue| {
        let listed = Item { written, owner: Some(Owner::accepted(owner)), ..by_issue(1) };
        first_freedom(&roadmap(vec![project(vec![listed])]), &snapshot(vec![issue]), TODAY)
    };
    let (started, sig) = (Some(State::Started), "sig-testing");
    assert_eq!(of(started, sig, issue(1)), Freedom::MaybeFree(Doubt::Started));
    assert_eq!(of(started, "@ann", issue(1)), Freedom::Taken);
    assert_eq!(of(Some(State::Todo), "@ann", issue(1)), Freedom::Free);
    let tasks = [("a", TaskState::Done), ("b", TaskState::Open)].map(|(text, state)| fixtures::task(text, state));
    let half = || Issue { tasks: tasks.to_vec(), ..issue(1) };
    assert_eq!(of(None, sig, half()), Freedom::Free, "started follows from its boxes");
    assert_eq!(of(started, sig, half()), Freedom::MaybeFree(Doubt::Started));
    let held = Issue { assignees: vec!["bob".into()], ..issue(1) };
    assert_eq!(of(started, sig, held), Freedom::MaybeFree(Doubt::Assigned(1334)));
    let unread = Issue { comments: 3, tasks: tasks.to_vec(), ..issue(1) };
    let unread = Issue { fetch_states: without(FactKind::Timeline), ..unread };
    assert_eq!(of(None, sig, unread.clone()), Freedom::ClaimsUnchecked);
    assert_eq!(of(started, sig, unread), Freedom::MaybeFree(Doubt::Started), "its comments were not read");
    let by_hand = Item { written: started, ..item("copy") };
    let alone = roadmap(vec![project(vec![by_hand])]);
    assert_eq!(first_freedom(&alone, &Snapshot::default(), TODAY), Freedom::MaybeFree(Doubt::Started));
}

#[test]
fn an_issue_of_several_items_counts_where_it_is_free() {
    let dropped = Item { written: Some(State::Dropped), ..by_issue(5) };
    let waits = Project { blocked_by: vec![Target::Issue(id(6))], ..fixtures::project("b", vec![by_issue(5)]) };
    let projects = vec![fixtures::project("a", vec![dropped]), waits, fixtures::project("c", vec![by_issue(5)])];
    let board = join(&roadmap(projects), &snapshot(vec![issue(5), issue(6)]), day(TODAY));
    let once: Vec<_> = board.items_once(|_| true).into_iter().map(|item| item.project.as_str()).collect();
    assert_eq!((once.as_slice(), board.totals.free, board.totals.items), (["c"].as_slice(), 1, 1));
}

#[test]
fn who_claimed_an_issue_in_a_comment_is_on_it() {
    let of = |said: &[(&str, &str)], tasks: Vec<crate::domain::Task>| {
        let claimed = Issue { claims: fixtures::claims(said), tasks, ..issue(1) };
        let board = join(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot(vec![claimed]), day(TODAY));
        let row = board.items().next().unwrap();
        (row.freedom, row.people().join(" "))
    };
    assert_eq!(of(&[("2024-05-20", "I'll take this.")], Vec::new()), (Freedom::Taken, "zed".to_owned()));
    let silent = of(&[("2024-03-01", "I'll take this.")], Vec::new());
    assert_eq!(silent, (Freedom::MaybeFree(Doubt::Claimed(92)), "zed".to_owned()));
    let asked = of(&[("2024-05-20", "Could I work on this?")], Vec::new());
    assert_eq!(asked, (Freedom::MaybeFree(Doubt::Asked), String::new()), "nobody said yes");
    let fixed = of(&[("2024-05-20", "Fixed by #41")], Vec::new());
    assert_eq!(fixed, (Freedom::MaybeFree(Doubt::SaidDone), String::new()));
    let open = vec![fixtures::task("a", TaskState::Open)];
    assert_eq!(
        of(&[("2024-05-20", "I'll take this.")], open),
        (Freedom::Free, String::new()),
        "boxes have claims of their own"
    );
}

#[test]
fn a_blocker_of_an_item_blocks_all_items_of_its_issue() {
    let freedoms = |target: Target, issues| {
        let waits = Item { key: ItemKey::new("q"), blocked_by: vec![target], ..by_issue(1) };
        let projects = vec![fixtures::project("a", vec![by_issue(1)]), fixtures::project("b", vec![waits])];
        let board = join(&roadmap(projects), &snapshot(issues), day(TODAY));
        board.items().map(|item| item.freedom).collect::<Vec<_>>()
    };
    let (blocked, free) = (Freedom::Blocked, Freedom::Free);
    assert_eq!(freedoms(Target::Issue(id(2)), vec![issue(1), issue(2)]), [blocked, blocked]);
    assert_eq!(freedoms(Target::Issue(id(2)), vec![issue(1), closed(2, None, None)]), [free, free]);
    let other = Target::Item(ProjectId::new("a"), ItemKey::new("1"));
    assert_eq!(freedoms(other, vec![issue(1)]), [free, blocked], "nothing waits for itself");
}

#[test]
fn a_transferred_issue_is_measured_at_its_new_place() {
    let to = crate::domain::IssueRef::new(crate::domain::Repo::new("acme/other").unwrap(), 7);
    let done = Issue { id: to.clone(), ..closed(7, Some(CloseReason::Completed), Some("2024-05-01")) };
    let missing = [(id(1), Absence::Moved(to.clone()))].into();
    let snapshot = Snapshot { missing, ..snapshot(vec![done]) };
    let board = join(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot, day(TODAY));
    let row = board.items().next().unwrap();
    assert_eq!((row.state, &row.measure, &row.issue), (State::Done, &Measure::Issue, &Some(to)));
}

#[test]
fn a_blocker_has_the_same_state_under_each_of_its_names() {
    let closed = || closed(2, Some(CloseReason::Robot), Some("2024-05-01"));
    let of = |target, written| {
        let linked = Item { written, ..by_issue(2) };
        let other = fixtures::project("other", vec![linked]);
        first_freedom(&roadmap(vec![waiting(target), other]), &snapshot(vec![closed()]), TODAY)
    };
    let by_item = || Target::Item(ProjectId::new("other"), ItemKey::new("2"));
    for target in [Target::Issue(id(2)), by_item()] {
        assert_eq!(of(target.clone(), None), Freedom::Blocked, "it was closed, and not done");
        assert_eq!(of(target, Some(State::Dropped)), Freedom::Free);
    }
    let alone = roadmap(vec![waiting(Target::Issue(id(2)))]);
    assert_eq!(first_freedom(&alone, &snapshot(vec![closed()]), TODAY), Freedom::Free, "no item says more");
    let gone = Snapshot { missing: [(id(2), Absence::Gone)].into(), ..snapshot(Vec::new()) };
    assert_eq!(first_freedom(&alone, &gone, TODAY), Freedom::Free, "it will never be closed");
}

#[test]
fn an_issue_without_open_boxes_is_not_taken() {
    let of = |state: TaskState, reason| {
        let task = Task { issues: vec![id(2)], ..fixtures::task("x", state) };
        of_issue(vec![Issue { tasks: vec![task], ..issue(1) }, closed(2, Some(reason), Some("2024-05-01"))], TODAY)
    };
    assert_eq!(of(TaskState::Done, CloseReason::Completed), Freedom::Unclear, "close the issue");
    assert_eq!(of(TaskState::Open, CloseReason::Completed), Freedom::Unclear, "tick it and close the issue");
    assert_eq!(of(TaskState::Open, CloseReason::NotPlanned), Freedom::Unclear);
}

#[test]
fn an_issue_without_an_open_box_is_to_be_decided_unless_a_sub_issue_is_left() {
    let ticked = |sub_issues| {
        let tasks = vec![fixtures::task("a", TaskState::Done), fixtures::task("b", TaskState::Dropped)];
        Issue { tasks, sub_issues, ..issue(1) }
    };
    let of = |parent| of_issue(vec![parent, issue(2), closed(3, Some(CloseReason::Completed), None)], TODAY);
    let claims = fixtures::claims(&[("2024-05-30", "I will finish this")]);
    let all = [of(ticked(Vec::new())), of(ticked(vec![id(3)])), of(ticked(vec![id(2)])), of(ticked(vec![id(9)]))];
    assert_eq!(all, [Freedom::Unclear, Freedom::Unclear, Freedom::Free, Freedom::Unchecked]);
    assert_eq!(of(Issue { claims, ..ticked(Vec::new()) }), Freedom::Taken);
}

#[test]
fn what_is_not_yet_opened_is_not_free_and_stays_in_the_total() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let board = join(&roadmap, &snapshot(vec![issue(1)]), day("2020-10-05"));
    let row = board.items().next().unwrap();
    assert_eq!((row.state, row.freedom), (State::Todo, Freedom::Unchecked));
    assert_eq!((board.totals.items, board.totals.free), (1, 0));
}

#[test]
fn boxes_whose_claims_were_not_checked_make_nothing_free_or_taken() {
    let of = |last: Option<&str>| {
        let tasks = ["pkg/alpha", "pkg/beta"].map(|text| fixtures::task(text, TaskState::Open)).to_vec();
        let last_comment = last.map(|text| crate::domain::Comment {
            by: Some("erin".into()),
            text: text.into(),
            ..fixtures::comment_on("2024-05-30")
        });
        let mut listed = Issue { last_comment, tasks, ..issue(1) };
        listed.fetch_states.set(FactKind::Timeline, FactState::NotRequested);
        let by_hand =
            Roadmap { umbrellas: vec![id(1)], ..roadmap(vec![project(vec![by_issue(1), item("pkg/alpha")])]) };
        let board = join(&by_hand, &snapshot(vec![listed]), day(TODAY));
        let freedoms: Vec<_> = board.items().map(|item| item.freedom).collect();
        (freedoms, board.totals.free, board.totals.claims_unchecked)
    };
    let (unchecked, taken) = (Freedom::ClaimsUnchecked, Freedom::Taken);
    assert_eq!(of(None), (vec![unchecked, unchecked], 0, 2));
    assert_eq!(of(Some("working on pkg/alpha")), (vec![unchecked, taken], 0, 1), "the last comment is known");
    assert_eq!(of(Some("working on pkg/alpha and pkg/beta")), (vec![taken, taken], 0, 0));
}

#[test]
fn an_issue_whose_last_comment_was_not_read_may_be_claimed() {
    let of = |comments| {
        let mut unread = Issue { comments, ..issue(1) };
        unread.fetch_states.set(FactKind::Comments, FactState::NotRequested);
        of_issue(vec![unread], TODAY)
    };
    assert_eq!((of(0), of(3)), (Freedom::Free, Freedom::ClaimsUnchecked));
}

#[test]
fn an_issue_is_as_free_as_its_innermost_boxes() {
    let open = |text: &str, depth| Task { depth, ..fixtures::task(text, TaskState::Open) };
    let tasks = vec![open("The old cluster", 0), open("Its node pool (@ann)", 1), open("Its disks (@bob)", 1)];
    let of = |tasks| of_issue(vec![Issue { tasks, ..issue(1) }], TODAY);
    assert_eq!(of(tasks.clone()), Freedom::Taken, "the box above is done with those below it");
    assert_eq!(of([tasks, vec![open("The new cluster", 0)]].concat()), Freedom::Free);
}

#[test]
fn an_issue_whose_boxes_are_items_of_their_own_waits_for_these() {
    let link = |to: u64| Task { issues: vec![id(to)], ..fixtures::task(&format!("box #{to}"), TaskState::Open) };
    let of = |tasks| {
        let roadmap = roadmap(vec![project(vec![by_issue(1), by_issue(2), by_issue(3)])]);
        let over = closed(3, Some(CloseReason::Completed), Some("2024-05-01"));
        let snapshot = snapshot(vec![Issue { tasks, ..issue(1) }, issue(2), over]);
        let board = join(&roadmap, &snapshot, day(TODAY));
        let row = board.items().next().unwrap();
        (row.freedom, row.blocked_by.clone())
    };
    assert_eq!(of(vec![link(2), link(3)]), (Freedom::Blocked, vec![Target::Issue(id(2))]));
    assert_eq!(of(vec![link(2), fixtures::task("plain", TaskState::Open)]), (Freedom::Free, Vec::new()));
    assert_eq!(of(vec![link(3)]), (Freedom::Unclear, Vec::new()), "tick it and close the issue");
    assert_eq!(of(vec![link(2), fixtures::task("plain (@ann)", TaskState::Open)]), (Freedom::Taken, Vec::new()));
}

#[test]
fn a_closed_issue_with_an_unfinished_counter_is_unclear() {
    let counted = Item { counter: Some(CounterId::new("jobs")), ..by_issue(1) };
    let counters = vec![fixtures::counter("jobs", vec![reading("2024-01-01", 3, 6, 1)])];
    let roadmap = Roadmap { counters, ..roadmap(vec![project(vec![counted])]) };
    let of = |reason, date| {
        let closed = closed(1, Some(reason), Some("2024-05-01"));
        first_freedom(&roadmap, &snapshot(vec![closed]), date)
    };
    let reasons = [CloseReason::Completed, CloseReason::NotPlanned];
    assert_eq!(reasons.map(|reason| of(reason, TODAY)), [Freedom::Unclear, Freedom::Unclear]);
    assert_eq!(of(CloseReason::Completed, "2024-04-30"), Freedom::Free, "it was open then");
}

#[test]
fn a_pull_request_for_one_box_leaves_the_others_free() {
    let of = |tasks| of_issue(vec![Issue { tasks, pulls: Some(vec![fixtures::open_pull(8)]), ..issue(1) }], TODAY);
    assert_eq!(of(vec![fixtures::task("one", TaskState::Open), fixtures::task("two", TaskState::Open)]), Freedom::Free);
    assert_eq!(of(Vec::new()), Freedom::Taken);
}

#[test]
fn an_item_blocked_now_is_unchecked_for_earlier_days() {
    let waits = || Issue { blocked_by: vec![id(2)], ..issue(1) };
    assert_eq!(of_issue(vec![waits(), issue(2)], TODAY), Freedom::Blocked);
    assert_eq!(of_issue(vec![waits(), issue(2)], "2024-01-01"), Freedom::Unchecked);
    let over = closed(2, Some(CloseReason::Completed), Some("2023-12-01"));
    assert_eq!(of_issue(vec![waits(), over], "2024-01-01"), Freedom::Free);
}

#[test]
fn an_issue_with_failed_facts_is_not_free() {
    for kind in [FactKind::Fields, FactKind::Dependencies, FactKind::SubIssues, FactKind::Pulls] {
        let mut lacking = issue(1);
        lacking.fetch_states.set(kind, FactState::Failed { at: fixtures::moment(TODAY) });
        assert_eq!(of_issue(vec![lacking], TODAY), Freedom::Unchecked, "{kind:?}");
    }
    let mut blocks_others = Issue { blocker_count: Some(0), ..issue(1) };
    blocks_others.fetch_states.set(FactKind::Dependencies, FactState::Failed { at: fixtures::moment(TODAY) });
    assert_eq!(of_issue(vec![blocks_others], TODAY), Freedom::Free, "nothing blocks it");
}

#[test]
fn touched_is_known_only_if_it_is_known_for_all_issues() {
    let commented =
        |number, at: &str| Issue { last_comment: Some(fixtures::comment_on(at)), comments: 1, ..issue(number) };
    let roadmap = roadmap(vec![project(vec![by_issue(1), by_issue(2)])]);
    let snapshot = snapshot(vec![commented(1, "2023-01-01"), commented(2, "2024-05-01")]);
    let touched = |date| join(&roadmap, &snapshot, day(date)).projects[0].touched;
    assert_eq!(touched(TODAY), Some(fixtures::moment("2024-05-01")));
    assert_eq!(touched("2024-04-01"), None);
}

#[test]
fn a_person_who_closes_an_issue_touches_it() {
    let (said, ended) = (fixtures::moment("2024-01-01"), fixtures::moment("2024-05-01"));
    let touched = |by: Option<&str>, reason, date| {
        let state = crate::domain::IssueState::Closed { reason: Some(reason), at: Some(ended), by: by.map(Into::into) };
        let closed = Issue { state, last_comment: Some(fixtures::comment_on("2024-01-01")), comments: 1, ..issue(1) };
        let roadmap = Roadmap { robots: vec!["BuildFriend".into()], ..roadmap(vec![project(vec![by_issue(1)])]) };
        let board = join(&roadmap, &snapshot(vec![closed]), day(date));
        let project = &board.projects[0];
        assert_eq!(project.touched, project.items[0].touched);
        project.touched
    };
    let completed = CloseReason::Completed;
    assert_eq!(touched(Some("ann"), completed, TODAY), Some(ended));
    assert_eq!(touched(Some("ann"), completed, "2024-04-01"), Some(said), "the comment before it is known");
    assert_eq!(touched(None, completed, TODAY), Some(said), "it may have been a robot");
    for robot in ["k8s-ci-robot", "buildfriend"] {
        assert_eq!(touched(Some(robot), completed, TODAY), Some(said), "{robot}");
    }
    assert_eq!(touched(Some("ann"), CloseReason::Robot, TODAY), Some(said));
}

#[test]
fn a_dropped_item_does_not_start_a_project() {
    let dropped = Item { written: Some(State::Dropped), ..item("b") };
    let board = join(&roadmap(vec![project(vec![item("a"), dropped])]), &Snapshot::default(), day(TODAY));
    assert_eq!(board.projects[0].state, State::Todo);
}

#[test]
fn silence_is_not_counted_after_the_last_fetch() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let of = |fetched: &str| {
        let last_comment = Some(fixtures::comment_on("2024-05-20"));
        let held = Issue { last_comment, assignees: vec!["zoe".into()], ..issue(1) };
        let snapshot = Snapshot { fetched_at: Some(fixtures::moment(fetched)), ..snapshot(vec![held]) };
        first_freedom(&roadmap, &snapshot, "2024-12-01")
    };
    assert_eq!((of("2024-06-01"), of("2024-12-01")), (Freedom::Taken, Freedom::MaybeFree(Doubt::Assigned(195))));
}
