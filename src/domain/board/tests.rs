use super::*;
use crate::domain::{CloseReason, IssueState, Matcher, Place, Pull, Repo, Rule, Task, TaskState, Word};

const PLACE: Place = Place { line: 1, column: 1 };

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), number)
}

fn item(key: &str) -> Item {
    Item {
        key: ItemKey::new(key),
        title: Some(key.to_owned()),
        kind: None,
        issue: None,
        counter: None,
        written: None,
        progress: None,
        owner: None,
        blocked_by: Vec::new(),
        due: None,
        note: None,
        silenced: Vec::new(),
        place: PLACE,
    }
}

fn by_issue(number: u64) -> Item {
    Item { issue: Some(id(number)), ..item(&number.to_string()) }
}

fn project(items: Vec<Item>) -> Project {
    Project {
        id: ProjectId::new("p"),
        aliases: Vec::new(),
        title: None,
        kind: Text::new("gcp-project"),
        owner: Owner::none(),
        issues: Vec::new(),
        measure: None,
        written: None,
        items,
        blocked_by: Vec::new(),
        due: None,
        note: None,
        references: Vec::new(),
        silenced: Vec::new(),
        place: PLACE,
    }
}

fn roadmap(projects: Vec<Project>) -> Roadmap {
    Roadmap {
        title: String::new(),
        repo: Repo::new("kubernetes/k8s.io").unwrap(),
        umbrellas: Vec::new(),
        searches: Vec::new(),
        robots: Vec::new(),
        written: None,
        counters: Vec::new(),
        migrated: Vec::new(),
        projects,
        spend: None,
        silenced: Vec::new(),
    }
}

fn issue(number: u64) -> Issue {
    Issue {
        id: id(number),
        title: format!("issue {number}"),
        is_pull: false,
        state: IssueState::Open,
        author: None,
        labels: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        created: Timestamp::parse("2020-10-06T00:00:00Z"),
        updated: None,
        word: None,
        comments: 0,
        locked: false,
        tasks: Vec::new(),
        parents: Vec::new(),
        sub_issues: Vec::new(),
        references: Vec::new(),
        pulls: None,
        names: Vec::new(),
        body: String::new(),
    }
}

fn closed(number: u64, reason: Option<CloseReason>, at: Option<&str>) -> Issue {
    let at = at.and_then(Timestamp::parse);
    Issue { state: IssueState::Closed { reason, at, by: None }, ..issue(number) }
}

fn snapshot(issues: Vec<Issue>) -> Snapshot {
    Snapshot { taken: Timestamp::parse("2024-06-01T12:00:00Z"), issues, missing: Vec::new() }
}

fn states(roadmap: &Roadmap, snapshot: &Snapshot, date: &str) -> Vec<State> {
    join(roadmap, snapshot, day(date)).items().map(|item| item.state).collect()
}

#[test]
fn completed_is_done_and_not_planned_duplicate_or_robot_is_closed_not_done() {
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
    assert_eq!(
        states(&roadmap, &snapshot(issues), "2024-06-01"),
        [State::Done, State::Done, not_done, not_done, not_done]
    );
}

#[test]
fn closed_not_done_becomes_what_the_roadmap_says_once_that_is_an_end() {
    let written = [State::Done, State::Removed, State::Dropped, State::Todo];
    let items = (1..).zip(written).map(|(n, state)| Item { written: Some(state), ..by_issue(n) }).collect();
    let issues = (1..=4).map(|n| closed(n, Some(CloseReason::Robot), None)).collect();
    assert_eq!(
        states(&roadmap(vec![project(items)]), &snapshot(issues), "2024-06-01"),
        [State::Done, State::Removed, State::Dropped, State::ClosedNotDone]
    );
}

#[test]
fn when_writing_and_measure_disagree_the_measure_is_shown() {
    let items = vec![Item { written: Some(State::Done), ..by_issue(1) }];
    let board = join(&roadmap(vec![project(items)]), &snapshot(vec![issue(1)]), day("2024-06-01"));
    let row = board.items().next().unwrap();
    assert_eq!((row.state, row.contradicted), (State::Todo, Some(State::Done)));
}

#[test]
fn an_unknown_closing_date_counts_as_open_before_the_snapshot() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![closed(1, None, None)]);
    assert_eq!(states(&roadmap, &snapshot, "2024-05-31"), [State::Todo]);
    assert_eq!(states(&roadmap, &snapshot, "2024-06-01"), [State::Done]);
}

#[test]
fn a_known_closing_date_is_obeyed_to_the_day() {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![closed(1, None, Some("2021-03-01T23:00:00Z"))]);
    assert_eq!(states(&roadmap, &snapshot, "2021-02-28"), [State::Todo]);
    assert_eq!(states(&roadmap, &snapshot, "2021-03-01"), [State::Done]);
}

#[test]
fn an_issue_that_was_not_fetched_is_unknown() {
    let board = join(&roadmap(vec![project(vec![by_issue(1)])]), &Snapshot::default(), day("2024-06-01"));
    assert_eq!(board.items().next().unwrap().state, State::Unknown);
    assert_eq!(board.projects[0].percent, Percent::Unknown);
}

#[test]
fn a_project_of_question_marks_has_no_percentage() {
    let board = join(&roadmap(vec![project(vec![item("???")])]), &Snapshot::default(), day("2020-12-10"));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Unknown, State::Unknown));
    assert_eq!(board.totals.unknown, 1);
}

#[test]
fn dropped_items_leave_the_total_and_removed_ones_count_as_ended() {
    let states = [State::Done, State::Removed, State::Dropped, State::Todo];
    let items = (1..).zip(states).map(|(n, state)| Item { written: Some(state), ..item(&format!("i{n}")) }).collect();
    let board = join(&roadmap(vec![project(items)]), &Snapshot::default(), day("2020-12-10"));
    assert_eq!(board.projects[0].progress, Progress { done: 2, total: 3 });
    assert_eq!((board.projects[0].percent, board.totals.items, board.totals.left), (Percent::Known(66), 3, 1));
}

fn with_counter(done: u64, total: u64) -> Roadmap {
    let counter = Counter {
        id: CounterId::new("jobs"),
        unit: "prow jobs".into(),
        rules: vec![Rule { version: 1, name: None, note: None, scope: Matcher::Always, done: Matcher::Always }],
        readings_file: None,
        readings: vec![Reading {
            date: day("2020-12-10"),
            progress: Progress::new(done, total).unwrap(),
            rule: 1,
            commit: None,
            note: None,
        }],
        place: PLACE,
    };
    let counted = Item { counter: Some(CounterId::new("jobs")), ..item("jobs") };
    let project = Project { measure: Some(CounterId::new("jobs")), ..project(vec![counted, item("on-call")]) };
    Roadmap { counters: vec![counter], ..roadmap(vec![project]) }
}

#[test]
fn the_measure_of_a_project_is_its_percentage_and_items_stand_beside_it() {
    let board = join(&with_counter(288, 1780), &Snapshot::default(), day("2020-12-10"));
    let row = &board.projects[0];
    assert_eq!((row.percent, row.progress), (Percent::Known(16), Progress { done: 0, total: 2 }));
    assert_eq!(row.items[0].inner.as_ref().unwrap().progress, Progress { done: 288, total: 1780 });
    assert_eq!((row.items[0].state, row.state), (State::Started, State::Started));
}

#[test]
fn a_project_with_a_full_counter_and_an_open_item_is_not_done() {
    let board = join(&with_counter(10, 10), &Snapshot::default(), day("2020-12-10"));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Known(100), State::Started));
}

#[test]
fn before_its_first_reading_a_measure_is_unknown() {
    let board = join(&with_counter(10, 10), &Snapshot::default(), day("2020-12-09"));
    assert_eq!(board.projects[0].percent, Percent::Unknown);
}

#[test]
fn an_issue_in_two_projects_counts_once() {
    let second = Project { id: ProjectId::new("q"), ..project(vec![by_issue(1)]) };
    let board = join(&roadmap(vec![project(vec![by_issue(1)]), second]), &snapshot(vec![issue(1)]), day("2024-06-01"));
    assert_eq!((board.totals.items, board.totals.left), (1, 1));
}

#[test]
fn an_issue_stands_for_a_project_without_items() {
    let alone = Project { issues: vec![id(1)], ..project(Vec::new()) };
    let board = join(&roadmap(vec![alone]), &snapshot(vec![closed(1, None, None)]), day("2024-06-01"));
    assert_eq!((board.projects[0].percent, board.projects[0].state), (Percent::Known(100), State::Done));
}

fn freedom_of(issue: Issue, date: &str) -> Freedom {
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    join(&roadmap, &snapshot(vec![issue]), day(date)).items().next().unwrap().freedom
}

#[test]
fn free_is_open_unassigned_and_without_open_pull() {
    let pull = |is_open| Some(vec![Pull { id: id(9), is_open, author: None }]);
    assert_eq!(freedom_of(issue(1), "2024-06-01"), Freedom::Free);
    assert_eq!(freedom_of(Issue { pulls: pull(false), ..issue(1) }, "2024-06-01"), Freedom::Free);
    assert_eq!(freedom_of(Issue { pulls: pull(true), ..issue(1) }, "2024-06-01"), Freedom::Taken);
    assert_eq!(freedom_of(closed(1, None, None), "2024-06-01"), Freedom::Ended);
    assert_eq!(freedom_of(closed(1, Some(CloseReason::Robot), None), "2024-06-01"), Freedom::Unclear);
}

#[test]
fn an_assignee_silent_for_90_days_makes_it_maybe_free() {
    let spoken = |at: &str| {
        let word = Timestamp::parse(at).map(|at| Word { at, by: None, text: String::new() });
        Issue { assignees: vec!["spiffxp".into()], word, ..issue(1) }
    };
    assert_eq!(freedom_of(spoken("2024-03-04T00:00:00Z"), "2024-06-01"), Freedom::Taken);
    assert_eq!(freedom_of(spoken("2024-03-03T00:00:00Z"), "2024-06-01"), Freedom::MaybeFree(90));
}

#[test]
fn blocked_by_something_open_is_blocked_and_by_something_ended_is_not() {
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
        join(&roadmap(vec![project(vec![waits(Target::Issue(id(1)))])]), &snapshot(vec![issue(1)]), day("2024-06-01"));
    assert_eq!(issue_open.totals.blocked, 1);
}

#[test]
fn task_lists_are_shown_only_from_the_day_they_were_seen() {
    let task = |state| Task { text: String::new(), state, depth: 0, issues: Vec::new() };
    let tasks = vec![task(TaskState::Done), task(TaskState::Open), task(TaskState::Dropped)];
    let roadmap = roadmap(vec![project(vec![by_issue(1)])]);
    let snapshot = snapshot(vec![Issue { tasks, ..issue(1) }]);
    let inner = |date| join(&roadmap, &snapshot, day(date)).items().next().unwrap().inner.clone();
    assert_eq!(inner("2024-06-01").unwrap().progress, Progress { done: 1, total: 2 });
    assert_eq!(inner("2020-12-10"), None);
}

#[test]
fn children_skip_the_issue_itself_and_survive_a_circle() {
    let child = |number, parents: &[u64]| Issue { parents: parents.iter().map(|&n| id(n)).collect(), ..issue(number) };
    let snapshot = snapshot(vec![child(1, &[1, 2]), child(2, &[1])]);
    let children = |number| {
        let parent = snapshot.issue(&id(number)).unwrap();
        snapshot.children(parent).iter().map(|issue| issue.id.number).collect::<Vec<_>>()
    };
    assert_eq!((children(1), children(2)), (vec![2], vec![1]));
}
