//! Totals: an issue of several items counts once, whatever the order of the projects.

use proptest::prelude::*;

use super::*;

#[test]
fn an_issue_is_left_while_one_of_its_items_is() {
    let removed = || Item { written: Some(State::Removed), ..by_issue(1) };
    let totals = |projects, snapshot: &Snapshot| join(&roadmap(projects), snapshot, day(TODAY)).totals;
    let not_planned = snapshot(vec![closed(1, Some(CloseReason::NotPlanned), None)]);
    let gone = (id(1), Absence::NotFound);
    let gone = Snapshot { missing: [gone].into(), ..snapshot(Vec::new()) };
    for (snapshot, unknown) in [(not_planned, 0), (gone, 1)] {
        let first =
            totals(vec![fixtures::project("a", vec![removed()]), fixtures::project("b", vec![by_issue(1)])], &snapshot);
        let last =
            totals(vec![fixtures::project("b", vec![by_issue(1)]), fixtures::project("a", vec![removed()])], &snapshot);
        assert_eq!((first.left, first.items, first.unknown), (1, 1, unknown));
        assert_eq!(first, last);
    }
}

#[test]
fn a_blocker_ends_when_all_items_of_its_issue_have() {
    let dropped = Item { written: Some(State::Dropped), ..by_issue(1) };
    let waits = Item { blocked_by: vec![Target::Issue(id(1))], ..item("waits") };
    let of = |issue: Issue| {
        let items = [vec![dropped.clone()], vec![by_issue(1)], vec![waits.clone()]];
        let projects =
            ["a", "b", "c"].into_iter().zip(items).map(|(name, items)| fixtures::project(name, items)).collect();
        join(&roadmap(projects), &snapshot(vec![issue]), day(TODAY)).items().last().unwrap().freedom
    };
    assert_eq!(of(issue(1)), Freedom::Blocked, "b has still to do it");
    assert_eq!(of(closed(1, None, None)), Freedom::Free);
}

/// Issues 1 to 7 in different states; 8 was deleted, 9 was never fetched.
fn world() -> Snapshot {
    let held = Issue { assignees: vec!["ann".into()], ..issue(2) };
    let waits = Issue { blocked_by: vec![id(1)], ..issue(3) };
    let begun = Issue { pulls: Some(vec![fixtures::open_pull(99)]), ..issue(4) };
    let ended = [(5, None), (6, Some(CloseReason::NotPlanned)), (7, Some(CloseReason::Robot))];
    let ended = ended.into_iter().map(|(number, reason)| closed(number, reason, Some("2024-03-01")));
    let issues = [issue(1), held, waits, begun].into_iter().chain(ended).collect();
    Snapshot { missing: [(id(8), Absence::Gone)].into(), ..snapshot(issues) }
}

fn any_item() -> impl Strategy<Value = Item> {
    let written = proptest::option::of(proptest::sample::select(State::ALL.to_vec()));
    let target = proptest::option::of((1..=9u64).prop_map(|number| Target::Issue(id(number))));
    let counter = proptest::option::weighted(0.2, Just(CounterId::new("full")));
    (proptest::option::of(1..=9u64), written, target, counter).prop_map(|(number, written, target, counter)| Item {
        issue: number.map(id),
        written,
        counter,
        blocked_by: target.into_iter().collect(),
        ..item("x")
    })
}

fn any_project() -> impl Strategy<Value = Project> {
    let written = proptest::option::weighted(0.3, proptest::sample::select(State::ALL.to_vec()));
    let measure = proptest::option::weighted(0.3, Just(CounterId::new("full")));
    let issues = proptest::collection::vec((1..=9u64).prop_map(id), 0..3);
    let items = proptest::collection::vec(any_item(), 0..4);
    (written, measure, issues, items).prop_map(|(written, measure, issues, items)| {
        let keyed = (0..).zip(items).map(|(at, own)| Item { key: ItemKey::new(&format!("i{at}")), ..own });
        Project { issues, measure, written, ..project(keyed.collect()) }
    })
}

fn any_projects() -> impl Strategy<Value = (Vec<Project>, Vec<Project>)> {
    let named = |projects: Vec<Project>| {
        let named = (0..).zip(projects).map(|(at, own)| Project { id: ProjectId::new(&format!("p{at}")), ..own });
        named.collect::<Vec<_>>()
    };
    let projects = proptest::collection::vec(any_project(), 1..5).prop_map(named);
    projects.prop_flat_map(|projects| (Just(projects.clone()), Just(projects).prop_shuffle()))
}

fn board(projects: Vec<Project>, date: &str) -> Board {
    let full = fixtures::counter("full", vec![reading("2020-12-10", 10, 10, 1)]);
    let roadmap = Roadmap { counters: vec![full], ..roadmap(projects) };
    join(&roadmap, &world(), day(date))
}

proptest! {
    #[test]
    fn totals_do_not_depend_on_the_order_of_projects((projects, shuffled) in any_projects()) {
        for date in [TODAY, "2024-02-01"] {
            prop_assert_eq!(board(projects.clone(), date).totals, board(shuffled.clone(), date).totals);
        }
    }

    #[test]
    fn a_project_with_an_item_left_is_never_at_100_percent((projects, _) in any_projects()) {
        let board = board(projects, TODAY);
        let is_left = |row: &ProjectRow| row.items.iter().any(ItemRow::is_left);
        for row in &board.projects {
            prop_assert!(row.percent != Percent::Known(100) || !is_left(row), "{row:?}");
            prop_assert!(!row.state.is_end() || !is_left(row), "{row:?}");
        }
        let whole = Progress { done: board.totals.items - board.totals.left, total: board.totals.items };
        let any_left = board.projects.iter().any(is_left);
        prop_assert_eq!(whole.percent() == Percent::Known(100), !any_left && whole.total > 0);
        prop_assert_eq!(board.totals.left > 0, any_left);
    }
}
