use std::collections::BTreeMap;

use super::*;

mod earlier;
mod freedom;
mod item_boxes;
mod moved;
mod notes;
mod parents;
mod project_state;
mod totals;
use crate::domain::fixtures::{self, by_issue, closed, day, id, issue, item, reading, roadmap};
use crate::domain::{Absence, CloseReason, Comment, FactKind, FactState, Pull, Repo, TaskState};

fn project(items: Vec<Item>) -> Project {
    fixtures::project("p", items)
}

/// Issues as they were on 2024-06-01.
fn snapshot(issues: Vec<Issue>) -> Snapshot {
    Snapshot { fetched_at: Timestamp::parse("2024-06-01T12:00:00Z"), ..fixtures::snapshot(issues) }
}

/// The day of the snapshot.
const TODAY: &str = "2024-06-01";

fn first_freedom(roadmap: &Roadmap, snapshot: &Snapshot, date: &str) -> Freedom {
    join(roadmap, snapshot, day(date)).items().next().unwrap().freedom
}

/// The freedom of issue 1.
fn of_issue(issues: Vec<Issue>, date: &str) -> Freedom {
    first_freedom(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot(issues), date)
}

fn states(roadmap: &Roadmap, snapshot: &Snapshot, date: &str) -> Vec<State> {
    join(roadmap, snapshot, day(date)).items().map(|item| item.state).collect()
}

#[test]
fn only_an_issue_closed_as_completed_is_done() {
    let roadmap = roadmap(vec![project((1..=5).map(by_issue).collect())]);
    let reasons = [
        None,
        Some(CloseReason::Completed),
        Some(CloseReason::NotPlanned),
        Some(CloseReason::Duplicate),
        Some(CloseReason::Robot),
    ];
    let issues = (1..).zip(reasons).map(|(number, reason)| closed(number, reason, None)).collect();
    let not_done = State::ClosedNotDone;
    assert_eq!(states(&roadmap, &snapshot(issues), TODAY), [State::Done, State::Done, not_done, not_done, not_done]);
}

#[test]
fn a_written_end_state_overrides_closed_not_done() {
    let written = [State::Done, State::Removed, State::Dropped, State::Todo];
    let items = (1..).zip(written).map(|(n, state)| Item { written: Some(state), ..by_issue(n) }).collect();
    let issues = (1..=4).map(|n| closed(n, Some(CloseReason::Robot), None)).collect();
    assert_eq!(
        states(&roadmap(vec![project(items)]), &snapshot(issues), TODAY),
        [State::Done, State::Removed, State::Dropped, State::ClosedNotDone]
    );
}

#[test]
fn the_measure_overrules_the_written_state() {
    let items = vec![Item { written: Some(State::Done), ..by_issue(1) }];
    let board = join(&roadmap(vec![project(items)]), &snapshot(vec![issue(1)]), day(TODAY));
    let row = board.items().next().unwrap();
    assert_eq!((row.state, row.contradicted), (State::Todo, Some(State::Done)));
}

#[test]
fn an_unknown_closing_date_counts_as_open_before_the_snapshot() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![closed(1, None, None)]);
    assert_eq!(states(&roadmap, &snapshot, "2024-05-31"), [State::Todo]);
    assert_eq!(states(&roadmap, &snapshot, TODAY), [State::Done]);
}

#[test]
fn a_known_closing_date_is_obeyed_to_the_day() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![closed(1, None, Some("2021-03-01"))]);
    assert_eq!(states(&roadmap, &snapshot, "2021-02-28"), [State::Todo]);
    assert_eq!(states(&roadmap, &snapshot, "2021-03-01"), [State::Done]);
}

#[test]
fn an_unfetched_issue_is_neither_0_percent_nor_unknown_work() {
    let roadmap = roadmap(vec![project(vec![by_issue(1), by_issue(2)])]);
    let board = join(&roadmap, &Snapshot::default(), day(TODAY));
    let first = board.items().next().unwrap();
    assert_eq!(
        (first.state, &first.measure, first.freedom),
        (State::NotFetched, &Measure::NotFetched, Freedom::Unchecked)
    );
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Unknown, State::NotFetched));
    assert_eq!((board.totals.unknown, board.totals.not_fetched), (0, 2));
    let half = join(&roadmap, &snapshot(vec![issue(1)]), day(TODAY));
    assert_eq!(half.projects[0].percent, Percent::Unknown, "0 of 1 known is not 0 %");
    let gone = (id(1), Absence::Gone);
    let gone = Snapshot { missing: [gone].into(), ..Snapshot::default() };
    assert_eq!(join(&roadmap, &gone, day(TODAY)).items().next().unwrap().state, State::Unknown);
}

#[test]
fn an_item_claimed_in_a_comment_is_taken_until_the_claim_is_old() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let of = |text: &str, date: &str| {
        let claims = fixtures::claims(&[("2024-05-20", text)]);
        let issue = Issue { claims, ..issue(1) };
        let snapshot = Snapshot { fetched_at: Some(fixtures::moment(date)), ..snapshot(vec![issue]) };
        first_freedom(&roadmap, &snapshot, date)
    };
    assert_eq!(of("I'd like to work on this.", TODAY), Freedom::Taken);
    assert_eq!(of("I'd like to work on this.", "2024-06-30"), Freedom::MaybeFree(Doubt::Claimed(41)));
    assert_eq!(of("Is anyone working on this?", TODAY), Freedom::Free);
    assert_eq!(of("Could I work on this?", TODAY), Freedom::MaybeFree(Doubt::Asked), "no answer");
    assert_eq!(of("Could I work on this?", "2024-09-01"), Freedom::Free, "no answer for three months");
}

#[test]
fn a_written_state_does_not_free_an_item_whose_issue_is_missing() {
    let todo = Item { written: Some(State::Todo), ..by_issue(1) };
    let counted = Item { counter: Some(CounterId::new("jobs")), ..by_issue(1) };
    let freedom = |item: &Item, issues, missing: BTreeMap<IssueRef, Absence>| {
        let roadmap = Roadmap {
            counters: vec![fixtures::counter("jobs", vec![fixtures::reading("2024-01-01", 1, 2, 1)])],
            ..roadmap(vec![project(vec![item.clone()])])
        };
        let snapshot = Snapshot { missing, ..snapshot(issues) };
        first_freedom(&roadmap, &snapshot, TODAY)
    };
    for item in [&todo, &counted] {
        assert_eq!(freedom(item, vec![issue(1)], BTreeMap::new()), Freedom::Free);
        assert_eq!(freedom(item, Vec::new(), BTreeMap::new()), Freedom::Unchecked, "it was never fetched");
    }
    let gone = [(id(1), Absence::Gone)].into();
    assert_eq!(freedom(&todo, Vec::new(), gone), Freedom::Unclear);
}

#[test]
fn a_fetch_in_the_evening_belongs_to_the_local_day() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let done = closed(1, Some(CloseReason::Completed), Some(TODAY));
    let evening = Snapshot { fetched_on: Some(day("2024-05-31")), ..snapshot(vec![done]) };
    assert_eq!(states(&roadmap, &evening, "2024-05-31"), [State::Done]);
    assert!(JoinContext::new(&roadmap, &evening, day("2024-05-31")).is_current());
    assert_eq!(states(&roadmap, &evening, "2024-05-30"), [State::Todo]);
    let utc = Snapshot { fetched_on: None, ..evening };
    assert_eq!(states(&roadmap, &utc, "2024-05-31"), [State::Todo]);
}

#[test]
fn github_dependencies_block_like_those_of_the_roadmap() {
    let waits = Issue { blocked_by: vec![id(2)], ..issue(1) };
    let of = |other: Issue| of_issue(vec![waits.clone(), other], TODAY);
    assert_eq!(of(issue(2)), Freedom::Blocked);
    assert_eq!(of(closed(2, None, Some("2024-05-01"))), Freedom::Free);
    let abroad = IssueRef::new(Repo::new("other/place").unwrap(), 2);
    let foreign = Issue { blocked_by: vec![abroad.clone()], ..issue(1) };
    let freedom = |issues| of_issue(issues, TODAY);
    assert_eq!(freedom(vec![foreign.clone(), Issue::new(abroad)]), Freedom::Blocked, "wherever it lives");
    assert_eq!(freedom(vec![foreign.clone()]), Freedom::Unchecked, "it was never fetched");
    let pulls = Some(vec![fixtures::open_pull(8)]);
    assert_eq!(freedom(vec![Issue { pulls, ..foreign }]), Freedom::Taken);
}

#[test]
fn a_deleted_dependency_blocks_nothing() {
    let waits = Issue { blocked_by: vec![id(2)], ..issue(1) };
    let of = |why| {
        let missing = [(id(2), why)].into();
        let snapshot = Snapshot { missing, ..snapshot(vec![waits.clone(), closed(3, None, Some("2024-05-01"))]) };
        first_freedom(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot, TODAY)
    };
    assert_eq!(of(Absence::Gone), Freedom::Free);
    assert_eq!(of(Absence::Moved(id(3))), Freedom::Free);
    assert_eq!(of(Absence::NotFound), Freedom::Unchecked);
}

#[test]
fn a_project_of_unknown_items_has_no_percentage() {
    let board = join(&roadmap(vec![project(vec![item("???")])]), &Snapshot::default(), day("2020-12-10"));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Unknown, State::Unknown));
    assert_eq!(board.totals.unknown, 1);
}

#[test]
fn nothing_done_is_not_0_percent_if_an_item_is_unknown() {
    let of = |states: [State; 2]| {
        let items = states.map(|state| Item { written: Some(state), ..item(state.word()) }).into();
        join(&roadmap(vec![project(items)]), &Snapshot::default(), day("2020-12-10")).projects[0].percent
    };
    assert_eq!(of([State::Unknown, State::Todo]), Percent::Unknown);
    assert_eq!(
        (of([State::Unknown, State::Done]), of([State::Started, State::Todo])),
        (Percent::Known(50), Percent::Known(0))
    );
}

#[test]
fn dropped_items_leave_the_total_and_removed_ones_count_as_ended() {
    let states = [State::Done, State::Removed, State::Dropped, State::Todo];
    let items = (1..).zip(states).map(|(n, state)| Item { written: Some(state), ..item(&format!("i{n}")) }).collect();
    let board = join(&roadmap(vec![project(items)]), &Snapshot::default(), day("2020-12-10"));
    assert_eq!(board.projects[0].progress, Progress { done: 2, total: 3 });
    assert_eq!((board.projects[0].percent, board.totals.items, board.totals.left), (Percent::Known(66), 3, 1));
}

#[test]
fn items_of_a_dropped_project_are_neither_left_nor_free_nor_counted() {
    let dropped = Project { written: Some(State::Dropped), ..project(vec![by_issue(1), item("by hand")]) };
    let roadmap = roadmap(vec![dropped, fixtures::project("q", vec![item("x")])]);
    let board = join(&roadmap, &snapshot(vec![issue(1)]), day(TODAY));
    let row = &board.projects[0];
    assert_eq!((row.state, row.left, row.free, row.percent), (State::Dropped, 0, 0, Percent::Unknown));
    assert!(row.items.iter().all(|item| item.state == State::Dropped && item.freedom == Freedom::Ended));
    assert!(row.items.iter().all(|item| item.measure == Measure::Written), "the roadmap, not the issue, decides");
    assert_eq!((board.totals.items, board.items().filter(|item| item.is_left()).count()), (1, 1));
    assert_eq!(item_sums(&roadmap, &Snapshot::default(), day(TODAY))[0].progress.total, 0);
}

#[test]
fn the_written_state_of_a_project_counts_if_nothing_else_is_known() {
    let of = |written, items| {
        let roadmap = roadmap(vec![Project { written, ..project(items) }]);
        let row = join(&roadmap, &Snapshot::default(), day(TODAY)).projects.remove(0);
        (row.state, row.percent)
    };
    let todo = || vec![Item { written: Some(State::Todo), ..item("x") }];
    let dropped = || vec![Item { written: Some(State::Dropped), ..item("x") }];
    assert_eq!(of(Some(State::Started), vec![]).0, State::Started);
    assert_eq!(of(Some(State::Todo), vec![]).0, State::Todo);
    assert_eq!(of(None, vec![]).0, State::Unknown);
    assert_eq!(of(None, dropped()).0, State::Dropped);
    assert_eq!(of(Some(State::Unknown), todo()), (State::Unknown, Percent::Unknown));
    assert_eq!(of(Some(State::Done), todo()), (State::Todo, Percent::Known(0)));
}

#[test]
fn item_sums_equal_those_of_the_board() {
    let written = Item { written: Some(State::Unknown), ..item("unknown") };
    let alone = Project { issues: vec![id(2), id(9)], ..fixtures::project("q", Vec::new()) };
    let roadmap = roadmap(vec![project(vec![by_issue(1), by_issue(2), written]), alone]);
    let snapshot = snapshot(vec![closed(1, None, Some("2021-03-01")), closed(2, None, Some("2022-03-01"))]);
    for (date, percents) in [
        ("2021-02-28", [Percent::Unknown, Percent::Unknown]),
        ("2021-03-01", [Percent::Known(33), Percent::Unknown]),
        ("2022-03-01", [Percent::Known(66), Percent::Known(50)]),
    ] {
        let (sums, board) = (item_sums(&roadmap, &snapshot, day(date)), join(&roadmap, &snapshot, day(date)));
        let of_rows: Vec<_> = board.projects.iter().map(|row| (row.percent, row.progress)).collect();
        assert_eq!(sums.iter().map(|sums| sums.percent).collect::<Vec<_>>(), percents, "{date}");
        assert_eq!(sums.iter().map(|sums| (sums.percent, sums.progress)).collect::<Vec<_>>(), of_rows, "{date}");
    }
}

fn with_counter(done: u64, total: u64) -> Roadmap {
    let counter = fixtures::counter("jobs", vec![reading("2020-12-10", done, total, 1)]);
    let counted = Item { counter: Some(CounterId::new("jobs")), ..item("jobs") };
    let project = Project { measure: Some(CounterId::new("jobs")), ..project(vec![counted, item("on-call")]) };
    Roadmap { counters: vec![counter], ..roadmap(vec![project]) }
}

#[test]
fn the_percentage_of_a_project_is_that_of_its_measure() {
    let board = join(&with_counter(288, 1780), &Snapshot::default(), day("2020-12-10"));
    let row = &board.projects[0];
    assert_eq!((row.percent, row.progress), (Percent::Known(16), Progress { done: 0, total: 2 }));
    assert_eq!(row.items[0].inner.as_ref().unwrap().progress, Progress { done: 288, total: 1780 });
    assert_eq!((row.items[0].state, row.state), (State::Started, State::Started));
}

#[test]
fn a_project_with_a_full_counter_and_an_open_item_is_not_done() {
    let board = join(&with_counter(10, 10), &Snapshot::default(), day("2020-12-10"));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Known(99), State::Started));
}

#[test]
fn a_measure_is_unknown_before_its_first_reading() {
    let board = join(&with_counter(10, 10), &Snapshot::default(), day("2020-12-09"));
    assert_eq!(board.projects[0].percent, Percent::Unknown);
}

#[test]
fn an_issue_in_two_projects_counts_once() {
    let projects = ["p", "q"].map(|name| fixtures::project(name, vec![by_issue(1)])).into();
    let board = join(&roadmap(projects), &snapshot(vec![issue(1)]), day(TODAY));
    assert_eq!((board.totals.items, board.totals.left), (1, 1));
}

#[test]
fn an_issue_stands_for_a_project_without_items() {
    let alone = Project { issues: vec![id(1)], ..project(Vec::new()) };
    let board = join(&roadmap(vec![alone]), &snapshot(vec![closed(1, None, None)]), day(TODAY));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Known(100), State::Done));
}

#[test]
fn an_open_unassigned_issue_without_open_pull_request_is_free() {
    let pull = |is_open| Some(vec![Pull { is_open, ..fixtures::open_pull(9) }]);
    assert_eq!(of_issue(vec![issue(1)], TODAY), Freedom::Free);
    assert_eq!(of_issue(vec![Issue { pulls: pull(false), ..issue(1) }], TODAY), Freedom::Free);
    assert_eq!(of_issue(vec![Issue { pulls: pull(true), ..issue(1) }], TODAY), Freedom::Taken);
    assert_eq!(of_issue(vec![closed(1, None, None)], TODAY), Freedom::Ended);
    assert_eq!(of_issue(vec![closed(1, Some(CloseReason::Robot), None)], TODAY), Freedom::Unclear);
}

#[test]
fn an_assignee_silent_for_90_days_makes_it_maybe_free() {
    let spoken = |at: &str| {
        let last_comment = Timestamp::parse(at).map(|at| Comment { at, by: None, text: String::new() });
        Issue { assignees: vec!["spiffxp".into()], last_comment, ..issue(1) }
    };
    assert_eq!(of_issue(vec![spoken("2024-03-04T00:00:00Z")], TODAY), Freedom::Taken);
    assert_eq!(of_issue(vec![spoken("2024-03-03T00:00:00Z")], TODAY), Freedom::MaybeFree(Doubt::Assigned(90)));
}

#[test]
fn assignees_of_an_earlier_day_are_not_known() {
    let board =
        |issue: Issue, date| join(&roadmap(vec![project(vec![by_issue(1)])]), &snapshot(vec![issue]), day(date));
    let of = |issue: Issue, date| {
        let item = board(issue, date).projects.remove(0).items.remove(0);
        (item.freedom, item.assignees.len())
    };
    let held = Issue { assignees: vec!["spiffxp".into()], ..issue(1) };
    assert_eq!(of(held.clone(), TODAY), (Freedom::MaybeFree(Doubt::Assigned(1334)), 1));
    assert_eq!(of(held, "2024-05-31"), (Freedom::Unchecked, 0));
    let pull = |is_open| Some(vec![Pull { is_open, ..fixtures::open_pull(8) }]);
    assert_eq!(of(Issue { pulls: pull(true), ..issue(1) }, "2024-05-31"), (Freedom::Unchecked, 0));
    assert_eq!(of(Issue { pulls: pull(false), ..issue(1) }, "2024-05-31"), (Freedom::Free, 0));
}

#[test]
fn only_open_blockers_block() {
    let waits = |target| Item { blocked_by: vec![target], ..item("waits") };
    let target = Target::Item(ProjectId::new("p"), ItemKey::new("first"));
    let freedom = |first: State| {
        let items = vec![Item { written: Some(first), ..item("first") }, waits(target.clone())];
        let board = join(&roadmap(vec![project(items)]), &Snapshot::default(), day("2020-12-10"));
        board.projects[0].items[1].freedom
    };
    assert_eq!(freedom(State::Todo), Freedom::Blocked);
    assert_eq!(freedom(State::Done), Freedom::Free);
    let issue_open =
        join(&roadmap(vec![project(vec![waits(Target::Issue(id(1)))])]), &snapshot(vec![issue(1)]), day(TODAY));
    assert_eq!(issue_open.totals.blocked, 1);
}

#[test]
fn task_lists_are_not_shown_for_days_before_the_snapshot() {
    let tasks = [TaskState::Done, TaskState::Open, TaskState::Dropped].map(|state| fixtures::task("", state)).to_vec();
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![Issue { tasks, ..issue(1) }]);
    let inner = |date| join(&roadmap, &snapshot, day(date)).items().next().unwrap().inner.clone();
    assert_eq!(inner(TODAY).unwrap().progress, Progress { done: 1, total: 2 });
    assert_eq!(inner("2020-12-10"), None);
}

#[test]
fn children_skip_the_issue_itself_and_tolerate_cycles() {
    let child = |number, parents: &[u64]| Issue { parents: parents.iter().map(|&n| id(n)).collect(), ..issue(number) };
    let snapshot = snapshot(vec![child(1, &[1, 2]), child(2, &[1])]);
    let children = |number| {
        let parent = snapshot.issue(&id(number)).unwrap();
        snapshot.children(parent).iter().map(|issue| issue.id.number).collect::<Vec<_>>()
    };
    assert_eq!((children(1), children(2)), (vec![2], vec![1]));
}

fn unfetched_fact(kind: FactKind, mut issue: Issue) -> Issue {
    issue.fetch_states.set(kind, FactState::NotRequested);
    issue
}

#[test]
fn a_fact_that_was_never_requested_is_unknown() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let of = |issue: Issue| join(&roadmap, &snapshot(vec![issue]), day(TODAY)).projects[0].items[0].clone();
    let open = of(unfetched_fact(FactKind::Pulls, fixtures::issue(1)));
    assert_eq!((open.state, open.freedom), (State::Todo, Freedom::Unchecked), "a pull request may be open for it");
    let quiet = Issue { labels: vec!["lifecycle/rotten".into()], ..fixtures::closed(1, None, Some("2024-01-01")) };
    assert_eq!(of(quiet.clone()).state, State::Done);
    assert_eq!(of(unfetched_fact(FactKind::Closer, quiet)).state, State::Unknown, "a robot may have closed it");
    let held = Issue { assignees: vec!["spiffxp".into()], comments: 3, ..fixtures::issue(1) };
    assert!(matches!(of(held.clone()).freedom, Freedom::MaybeFree(_)));
    assert_eq!(
        of(unfetched_fact(FactKind::Comments, held)).freedom,
        Freedom::Taken,
        "someone may have spoken yesterday"
    );
}
