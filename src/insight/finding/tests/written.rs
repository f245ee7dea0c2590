//! Rules about written states that a measure contradicts.

use super::*;
use crate::domain::Task;

fn tracked(state: State, issues: &[u64]) -> Project {
    let issues = issues.iter().map(|number| id(*number)).collect();
    Project { written: Some(state), issues, ..project("p", Vec::new()) }
}

#[test]
fn closed_but_open() {
    let items = vec![written(State::Todo, by_issue(1)), by_issue(2), written(State::Todo, by_issue(3))];
    let world = world(vec![project("p", items)], vec![closed(1, None, None), closed(2, None, None), issue(3)]);
    assert_eq!(messages(world, "closed-but-open"), ["the roadmap says todo, but #1 is closed"]);
}

#[test]
fn an_open_item_by_hand_is_reported_if_the_issue_of_its_project_is_closed() {
    let of = |issues: Vec<Issue>| {
        let project = Project { issues: vec![id(1)], ..project("p", vec![item("by hand")]) };
        messages(world(vec![project], issues), "closed-but-open")
    };
    assert_eq!(of(vec![closed(1, None, None)]), ["`by hand` is open here, but the project's issue #1 is closed"]);
    assert!(of(vec![issue(1)]).is_empty());
    // The work continues in an issue with the same title, which `same-title` reports.
    assert!(of(vec![closed(1, None, None), titled(2, "issue 1")]).is_empty());
}

#[test]
fn done_but_open() {
    let items = vec![written(State::Done, by_issue(1)), written(State::Done, by_issue(2)), by_issue(1)];
    let found = found(world(vec![project("p", items)], vec![issue(1), closed(2, None, None)]), "done-but-open");
    assert_eq!(found[0].message, "the roadmap says done, but #1 is open");
    assert_eq!((found.len(), &found[0].remedy), (1, &Remedy::Say { issue: Some(id(1)), text: "/close".into() }));
}

#[test]
fn a_project_written_as_done_must_have_no_items_left() {
    let of = |state| Project { written: Some(State::Done), ..project("p", vec![written(state, item("i"))]) };
    let message = |state| messages(world(vec![of(state)], Vec::new()), "done-but-open");
    assert_eq!(message(State::Todo), ["the roadmap says done, but 1 of 1 item is left"]);
    assert!(message(State::Done).is_empty());
}

#[test]
fn a_full_counter_agrees_with_done() {
    let item = Item { counter: Some(CounterId::new("jobs")), progress: Progress::new(1, 1), ..item("i") };
    let (mut roadmap, snapshot) = world(vec![project("p", vec![written(State::Done, item)])], Vec::new());
    roadmap.counters = vec![fixtures::counter("jobs", vec![fixtures::reading(DAY, 5, 5, 1)])];
    assert!(messages((roadmap.clone(), snapshot.clone()), "done-but-open").is_empty());
    roadmap.counters[0].readings[0].progress.done = 4;
    assert_eq!(
        messages((roadmap, snapshot), "done-but-open"),
        ["the roadmap says done, but the counter jobs is not at 100 %"]
    );
}

#[test]
fn a_project_is_compared_with_its_counter() {
    let of = |state, done, items| {
        let counted = Project { written: Some(state), measure: Some(CounterId::new("jobs")), ..project("p", items) };
        let (mut roadmap, snapshot) = world(vec![counted], Vec::new());
        roadmap.counters = vec![fixtures::counter("jobs", vec![fixtures::reading(DAY, done, 6, 1)])];
        ["done-but-open", "closed-but-open"].map(|rule| messages((roadmap.clone(), snapshot.clone()), rule))
    };
    let none = Vec::<String>::new;
    let not_full = |state| vec![format!("the roadmap says {state}, but the counter jobs is at 3/6")];
    assert_eq!(of(State::Done, 3, Vec::new()), [not_full("done"), none()]);
    assert_eq!(of(State::Removed, 3, vec![written(State::Done, item("i"))]), [not_full("removed"), none()]);
    assert_eq!(of(State::Started, 6, Vec::new())[1], ["the roadmap says started, but the counter jobs is full"]);
    for (state, done) in [(State::Done, 6), (State::Dropped, 3), (State::Todo, 3)] {
        assert_eq!(of(state, done, Vec::new()), [none(), none()], "{state:?}");
    }
}

#[test]
fn a_closed_issue_is_compared_with_the_counter_beside_it() {
    let of = |done, issue, state: Option<State>| {
        let counter = Some(CounterId::new("jobs"));
        let item = Item { counter: counter.clone(), written: state, ..by_issue(1) };
        let tracked = Project { measure: counter, written: state, issues: vec![id(1)], ..project("p", Vec::new()) };
        [project("p", vec![item]), tracked].map(|project| {
            let (mut roadmap, snapshot) = world(vec![project], vec![Issue::clone(&issue)]);
            roadmap.counters = vec![fixtures::counter("jobs", vec![fixtures::reading(DAY, done, 6, 1)])];
            messages((roadmap, snapshot), "closed-but-open")
        })
    };
    let differs = vec!["#1 is closed, but the counter jobs is at 3/6".to_owned()];
    for state in [None, Some(State::Unknown), Some(State::Todo)] {
        assert_eq!(of(3, closed(1, None, None), state), [differs.clone(), differs.clone()], "{state:?}");
    }
    assert_eq!(of(3, closed(1, Some(CloseReason::NotPlanned), None), None)[0], differs);
    assert_eq!([of(6, closed(1, None, None), None), of(3, issue(1), None)].concat(), [[""; 0]; 4]);
}

#[test]
fn a_project_without_items_is_compared_with_its_issues() {
    let of = |state, issues: Vec<Issue>| {
        let (roadmap, snapshot) = world(vec![tracked(state, &[1, 2])], issues);
        let all = ["closed-but-open", "done-but-open"].map(|rule| found((roadmap.clone(), snapshot.clone()), rule));
        all.into_iter().flatten().map(|finding| (finding.rule, finding.message)).collect::<Vec<_>>()
    };
    let closed = |number| closed(number, None, None);
    let both = "the roadmap says started, but #1, #2 are closed".to_owned();
    assert_eq!(of(State::Started, vec![closed(1), closed(2)]), [("closed-but-open", both)]);
    assert_eq!(of(State::Started, vec![closed(1), issue(2)]), []);
    let open = "the roadmap says removed, but #2 is open".to_owned();
    assert_eq!(of(State::Removed, vec![closed(1), issue(2)]), [("done-but-open", open)]);
    assert_eq!(of(State::Removed, vec![closed(1), closed(2)]), []);
}

#[test]
fn unknown_contradicts_a_closed_issue() {
    let of = |issue| {
        messages(world(vec![project("p", vec![written(State::Unknown, by_issue(1))])], vec![issue]), "closed-but-open")
    };
    assert_eq!(of(closed(1, None, None)), ["the roadmap says unknown, but #1 is closed"]);
    assert!(of(issue(1)).is_empty());
}

#[test]
fn started_contradicts_a_full_counter() {
    let counted = Item { counter: Some(CounterId::new("jobs")), ..item("i") };
    let (mut roadmap, snapshot) = world(vec![project("p", vec![written(State::Started, counted)])], Vec::new());
    let mut of = |done| {
        roadmap.counters = vec![fixtures::counter("jobs", vec![fixtures::reading(DAY, done, 5, 1)])];
        messages((roadmap.clone(), snapshot.clone()), "closed-but-open")
    };
    assert_eq!(of(5), ["the roadmap says started, but the counter jobs is full"]);
    assert!(of(4).is_empty());
}

#[test]
fn open_entries_of_migrated_are_reported() {
    let of = |issue: Issue| {
        let (mut roadmap, snapshot) = world(Vec::new(), vec![issue]);
        let place = Place { line: 7, column: 3 };
        roadmap.migrated = [by_issue(1), item("old"), written(State::Started, item("half"))]
            .map(|item| Item { place, ..item })
            .to_vec();
        found((roadmap, snapshot), "done-but-open")
    };
    let open = of(issue(1));
    let messages: Vec<_> = open.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        ["`issue 1` is under `migrated`, but #1 is open", "`half` is under `migrated`, but its state is started"]
    );
    assert_eq!(open[0].location.place.line, 7);
    assert_eq!(of(closed(1, None, None)).len(), 1);
}

#[test]
fn a_dropped_project_has_no_findings() {
    let of = |written| {
        let rotten = Issue { labels: vec!["lifecycle/rotten".into()], ..issue(2) };
        let listed = Task { issues: vec![id(5)], ..task("the box", TaskState::Open) };
        let parent = Issue { tasks: vec![listed], sub_issues: vec![id(6)], ..issue(4) };
        let items = vec![by_issue(1), by_issue(2), by_issue(3), item("1/9 buckets"), item("2/9 buckets")];
        let dropped = Project { written, issues: vec![id(4)], ..project("k8s-prow-build", items) };
        let projects = vec![dropped, project("q", vec![by_issue(1)])];
        let (roadmap, mut snapshot) =
            under(projects, vec![issue(1), rotten, parent, issue(5), issue(6)], &["k8s-prow-builds"]);
        snapshot.missing = [(id(3), Absence::Gone)].into();
        let findings = checked(&(roadmap, snapshot), DAY).findings;
        let mut rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    let all = [
        "box-not-in-roadmap",
        "box-not-sub-issue",
        "figure-unequal",
        "item-not-in-boxes",
        "link-gone",
        "linked-twice",
        "name-differs",
        "not-in-umbrella",
        "rotten",
        "sub-issue-not-in-roadmap",
    ];
    assert_eq!(of(None), all);
    assert_eq!(of(Some(State::Dropped)), ["not-in-umbrella"], "of the other project");
}
