//! Tests each rule with a case that it reports and one that it does not.

mod accounts;
mod counters;
mod dates;
mod names;
mod structure;
mod written;

use super::*;
use crate::domain::edit::RoadmapEdit;
use crate::domain::{
    Absence, Certainty, CloseReason, Conventions, Counter, CounterId, Issue, Item, ItemKey, Milestone, Owner,
    OwnerName, Place, Progress, Project, ProjectId, State, TaskState, fixtures, join,
};
use fixtures::{by_issue, closed, id, issue, item, project, task, titled};

const DAY: &str = "2024-06-01";

fn world(projects: Vec<Project>, issues: Vec<Issue>) -> (Roadmap, Snapshot) {
    (fixtures::roadmap(projects), fixtures::snapshot(issues))
}

fn checked((roadmap, snapshot): &(Roadmap, Snapshot), day: &str) -> Checked {
    check(roadmap, snapshot, &join(roadmap, snapshot, fixtures::day(day)))
}

fn found((roadmap, snapshot): (Roadmap, Snapshot), rule: &str) -> Vec<Finding> {
    checked(&(roadmap, snapshot), DAY).findings.into_iter().filter(|finding| finding.rule == rule).collect()
}

fn messages(world: (Roadmap, Snapshot), rule: &str) -> Vec<String> {
    found(world, rule).into_iter().map(|finding| finding.message).collect()
}

fn written(state: State, item: Item) -> Item {
    Item { written: Some(state), ..item }
}

fn umbrella(names: &[&str]) -> Issue {
    Issue { names: names.iter().map(|name| (*name).into()).collect(), ..issue(9) }
}

fn under(projects: Vec<Project>, mut issues: Vec<Issue>, names: &[&str]) -> (Roadmap, Snapshot) {
    issues.push(umbrella(names));
    let (roadmap, snapshot) = world(projects, issues);
    (Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot)
}

fn with_last_comment(comment: &str, issue: Issue) -> Issue {
    let last =
        crate::domain::Comment { at: fixtures::moment("2024-05-01"), by: Some("ann".into()), text: comment.into() };
    Issue { last_comment: Some(last), ..issue }
}

#[test]
fn rule_names_are_unique_and_rules_are_documented() {
    let names: std::collections::HashSet<_> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.len(), rules().count());
    assert!(rules().all(|rule| rule.explain.ends_with('.') && !rule.summary.ends_with('.')));
}

#[test]
fn the_schema_of_roadmap_files_lists_every_rule() {
    let schema = include_str!("../../../data/roadmap.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let names: Vec<_> = rules().map(|rule| rule.name).chain(["all"]).collect();
    assert_eq!(schema.pointer("/$defs/silence/properties/rule/enum"), Some(&serde_json::json!(names)));
}

#[test]
fn a_roadmap_has_the_rows_and_findings_of_its_projects() {
    let items = |at: u64| (1..=50).map(move |n| if n % 3 == 0 { item("???") } else { by_issue(at * 50 + n) });
    let projects: Vec<_> = (0..101).map(|at| project(&format!("p{at}"), items(at).collect())).collect();
    let issues: Vec<_> = (1..=5_050).map(|n| if n % 2 == 0 { closed(n, None, None) } else { issue(n) }).collect();
    let (whole, facts) = world(projects.clone(), issues);
    let board = join(&whole, &facts, fixtures::day(DAY));
    let found = check(&whole, &facts, &board).findings;
    let (mut rows, mut parts) = (Vec::new(), Vec::new());
    for project in projects {
        let part = Roadmap { projects: vec![project], ..whole.clone() };
        let board = join(&part, &facts, fixtures::day(DAY));
        parts.extend(check(&part, &facts, &board).findings);
        rows.extend(board.projects);
    }
    assert_eq!(board.projects, rows);
    let sorted = |found: Vec<Finding>| {
        let mut all: Vec<_> = found.iter().map(|finding| format!("{} {}", finding.id(), finding.message)).collect();
        all.sort();
        all
    };
    assert!(found.len() > 1_000);
    assert_eq!(sorted(found), sorted(parts));
}

#[test]
fn closed_not_done() {
    let issues = vec![closed(1, Some(CloseReason::Robot), None), closed(2, Some(CloseReason::Completed), None)];
    let items = vec![by_issue(1), by_issue(2)];
    assert_eq!(
        messages(world(vec![project("p", items)], issues.clone()), "closed-not-done"),
        ["#1 was closed, but not as done"]
    );
    let settled = vec![written(State::Dropped, by_issue(1))];
    assert!(messages(world(vec![project("p", settled)], issues), "closed-not-done").is_empty());
}

#[test]
fn a_duplicate_of_an_issue_in_the_roadmap_is_dropped() {
    let duplicate = |of: Option<u64>| {
        let given_up = closed(1, Some(CloseReason::Duplicate), None);
        vec![Issue { duplicate_of: of.map(id), ..given_up }, issue(2)]
    };
    let of = |projects, of| found(world(projects, duplicate(of)), "closed-not-done");
    let both = || vec![project("p", vec![by_issue(1), by_issue(2)])];
    let new = of(both(), Some(2));
    assert_eq!(new[0].message, "#1 is a duplicate of #2, which is in the roadmap: drop it");
    assert!(matches!(&new[0].remedy, Remedy::Edit(RoadmapEdit::Set { key: "state", value, .. }) if value == "dropped"));
    assert!(of(both(), Some(7)).is_empty(), "`superseded` reports it");
    let unsaid = of(both(), None);
    assert_eq!(unsaid[0].message, "#1 was closed, but not as done");
    assert!(
        matches!(&unsaid[0].remedy, Remedy::Say { text, .. } if text.contains("a duplicate")),
        "it has not to reopen"
    );
    let tracked = Project { issues: vec![id(1)], ..project("p", vec![by_issue(2)]) };
    let of_project = of(vec![tracked], Some(2));
    assert_eq!(of_project[0].message, "#1 is a duplicate of #2, which is in the roadmap");
    assert_eq!(of_project[0].remedy, Remedy::None, "its items are left");
    let moved = with_last_comment("Closing in favour of #2.", closed(1, Some(CloseReason::NotPlanned), None));
    let moved = found(world(both(), vec![moved, issue(2)]), "closed-not-done");
    assert_eq!(moved[0].message, "#1 was superseded by #2, which is in the roadmap: drop it");
    assert_eq!(moved[0].confidence, Confidence::Likely);
    let blocks = Item { blocked_by: vec![crate::domain::Target::Issue(id(2))], ..by_issue(1) };
    let blocker = found(world(vec![project("p", vec![blocks])], duplicate(Some(2))), "superseded");
    assert_eq!(blocker.len(), 1, "no item has the work of a blocker");
}

#[test]
fn open_boxes() {
    let boxes = |state| Issue { tasks: vec![task("a", TaskState::Done), task("b", state)], ..closed(1, None, None) };
    let of = |state| messages(world(vec![project("p", vec![by_issue(1)])], vec![boxes(state)]), "open-boxes");
    assert_eq!(of(TaskState::Open), ["#1 is closed with 1 of 2 boxes open"]);
    assert!(of(TaskState::Dropped).is_empty());
    let moved = Issue { continued_in: Some(id(2)), ..boxes(TaskState::Open) };
    assert!(messages(world(vec![project("p", vec![by_issue(1)])], vec![moved]), "open-boxes").is_empty());
}

#[test]
fn owner_against_labels() {
    let of = |labels: &[&str]| {
        let labelled = Issue { labels: labels.iter().map(|label| (*label).into()).collect(), ..issue(1) };
        messages(world(vec![project("p", vec![by_issue(1)])], vec![labelled]), "owner-against-labels")
    };
    assert_eq!(of(&["sig/release"]), ["the roadmap says SIG Testing, the labels of #1 say SIG Release"]);
    assert!(of(&["sig/release", "sig/testing"]).is_empty() && of(&["sig/k8s-infra", "area/prow"]).is_empty());
}

#[test]
fn owner_unsettled() {
    let of =
        |owner| messages(world(vec![Project { owner, ..project("p", Vec::new()) }], Vec::new()), "owner-unsettled");
    let names = vec![OwnerName::new("sig-testing"), OwnerName::new("sig-release")];
    let either = Owner { names: names.clone(), certainty: Certainty::Either };
    assert_eq!(of(either), ["SIG Testing or SIG Release could own `p`"]);
    assert_eq!(
        of(Owner { names, certainty: Certainty::Unsure }),
        ["the owner of `p` is uncertain: SIG Testing or SIG Release"]
    );
    assert_eq!(of(Owner::none()), ["`p` has no owner"]);
    assert!(of(Owner::accepted("sig-testing")).is_empty());
}

#[test]
fn a_single_uncertain_owner_is_asked_by_name() {
    let owner = Owner { names: vec![OwnerName::new("sig-testing")], certainty: Certainty::Unsure };
    let found = found(world(vec![Project { owner, ..project("p", Vec::new()) }], Vec::new()), "owner-unsettled");
    let Remedy::Say { text, .. } = &found[0].remedy else { panic!("it asks") };
    assert!(text.starts_with("Does SIG Testing take `p`? "), "{text}");
}

#[test]
fn placeholder() {
    let items = ["???", "TODO", "tbd", "to do the dishes"].map(item).to_vec();
    let found = messages(world(vec![project("p", items)], Vec::new()), "placeholder");
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], "`???` does not say what there is to do");
}

fn parent(task: crate::domain::Task) -> (Roadmap, Snapshot) {
    let tracked = Project {
        issues: vec![id(1)],
        ..project("p", vec![Item { title: Some("Migrate kettle".into()), ..by_issue(2) }])
    };
    world(vec![tracked], vec![Issue { tasks: vec![task], ..issue(1) }, issue(2), issue(3), closed(4, None, None)])
}

#[test]
fn box_not_in_roadmap() {
    let links = |to: u64, state| crate::domain::Task { issues: vec![id(to)], ..task("g8r cluster", state) };
    let of = |task| messages(parent(task), "box-not-in-roadmap");
    assert_eq!(of(links(3, TaskState::Done)), ["`g8r cluster` is ticked in #1, but #3 is open and not in the roadmap"]);
    assert!(of(links(2, TaskState::Open)).is_empty() && of(links(4, TaskState::Done)).is_empty());
    assert_eq!(of(task("turn off triage", TaskState::Open)), ["`turn off triage` of #1 is not in the roadmap"]);
    // The box is done: `done-not-ticked` reports it instead.
    assert!(of(links(4, TaskState::Open)).is_empty());
    let done = messages(parent(links(4, TaskState::Open)), "done-not-ticked");
    assert_eq!(done, ["1 box of #1 is done, but not ticked"]);
    assert_eq!(of(links(8, TaskState::Open)), ["`g8r cluster` of #1 (#8) is not in the roadmap"]);
    assert!(of(task("kettle", TaskState::Open)).is_empty() && of(task("triage", TaskState::Dropped)).is_empty());
}

#[test]
fn a_box_that_is_nothing_but_a_link_is_named_once_and_one_of_an_umbrella_may_be_an_item_of_any_project() {
    let link = crate::domain::Task { issues: vec![id(3)], ..task("#3", TaskState::Open) };
    assert_eq!(messages(parent(link), "box-not-in-roadmap"), ["`#3` of #1 is not in the roadmap"]);
    let (mut roadmap, snapshot) = parent(task("Delete cluster/gce", TaskState::Open));
    roadmap.projects.push(project("q", vec![item("Delete cluster/gce")]));
    let of = |roadmap: &Roadmap| messages((roadmap.clone(), snapshot.clone()), "box-not-in-roadmap").len();
    assert_eq!(of(&roadmap), 1);
    roadmap.umbrellas.push(id(1));
    assert_eq!(of(&roadmap), 0);
}

#[test]
fn an_item_with_the_text_of_a_box_covers_it_however_short() {
    let (mut roadmap, snapshot) = parent(task("fix it", TaskState::Open));
    let named = |roadmap: &Roadmap| messages((roadmap.clone(), snapshot.clone()), "box-not-in-roadmap");
    assert_eq!(named(&roadmap), ["`fix it` of #1 is not in the roadmap"]);
    roadmap.projects[0].items.push(item("fix it"));
    assert!(named(&roadmap).is_empty());
}

#[test]
fn an_item_covers_a_box_that_also_names_people_or_progress() {
    let of = |text: &str, issues: Vec<IssueRef>, umbrellas| {
        let roadmap = fixtures::roadmap(vec![Project { issues, ..project("p", vec![item("DNS")]) }]);
        let listed = Issue { tasks: vec![task(text, TaskState::Open)], ..issue(9) };
        messages((Roadmap { umbrellas, ..roadmap }, fixtures::snapshot(vec![listed])), "box-not-in-roadmap")
    };
    for text in ["DNS @alice", "DNS (owner: Jorge)", "DNS (3/7 zones)"] {
        assert_eq!(of(text, vec![id(9)], Vec::new()), [] as [&str; 0]);
        assert_eq!(of(text, Vec::new(), vec![id(9)]), [] as [&str; 0]);
    }
    assert_eq!(of("Mail @alice", vec![id(9)], Vec::new()), ["`Mail @alice` of #9 is not in the roadmap"]);
}

#[test]
fn a_box_that_only_mentions_an_issue_is_compared_by_its_words() {
    let see = |text: &str| crate::domain::Task { issues: vec![id(3)], ..task(text, TaskState::Open) };
    let of = |text: &str| messages(parent(see(text)), "box-not-in-roadmap");
    assert!(of("kettle, see #3 for why").is_empty(), "an item has it");
    assert_eq!(of("triage (not #3)"), ["`triage (not #3)` of #1 is not in the roadmap"]);
}

#[test]
fn boxes_of_an_umbrella_without_a_link_are_reported_together() {
    let listed = |texts: &[&str]| {
        let tasks = texts.iter().map(|text| task(text, TaskState::Open)).collect();
        let (roadmap, snapshot) = world(
            vec![project("perf-dash", vec![item("Copy the images of kettle")])],
            vec![Issue { tasks, ..issue(9) }],
        );
        found((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "box-not-in-roadmap")
    };
    assert!(listed(&["copy images (kettle)", "Turn off perf-dash", "a b"]).is_empty());
    let one = listed(&["copy kettle", "move the handbook"]);
    assert_eq!(one[0].message, "`move the handbook` of the umbrella #9 is not in the roadmap");
    let many = listed(&["handbook 1", "handbook 2", "kettle", "handbook 3", "handbook 4", "handbook 5", "handbook 6"]);
    assert_eq!((many.len(), many[0].message.as_str()), (1, "6 open boxes of the umbrella #9 are not in the roadmap"));
    assert_eq!(many[0].evidence.len(), 6);
    assert_eq!(many[0].evidence.last().map(String::as_str), Some("and 1 more"));
}

#[test]
fn item_not_in_boxes() {
    let links = |to: u64| crate::domain::Task { issues: vec![id(to)], ..task("x", TaskState::Open) };
    let of = |task| messages(parent(task), "item-not-in-boxes");
    assert_eq!(of(links(3)), ["#2 is an item here, but not in the task list of #1"]);
    assert!(of(links(2)).is_empty() && of(task("no link", TaskState::Open)).is_empty());
}

#[test]
fn findings_with_one_place_have_different_ids() {
    let (mut roadmap, snapshot) = under(Vec::new(), Vec::new(), &["cos-cloud", "k8s-tempelis"]);
    let old = || vec![fixtures::reading("2024-01-01", 5, 100, 1)];
    let below = |counter: Counter| Counter { place: Place { line: 9, column: 1 }, ..counter };
    roadmap.counters = vec![fixtures::counter("jobs", old()), below(fixtures::counter("images", old()))];
    let findings = checked(&(roadmap, snapshot), DAY).findings;
    let ids: std::collections::HashSet<_> = findings.iter().map(Finding::id).collect();
    assert_eq!((findings.len(), ids.len()), (4, 4));
}

#[test]
fn figure_unequal() {
    let of = |titles: &[&str], readings| {
        let items = titles.iter().map(|title| item(title)).collect();
        let (mut roadmap, snapshot) = world(vec![project("p", items)], Vec::new());
        roadmap.counters = vec![fixtures::counter("jobs", readings)];
        messages((roadmap, snapshot), "figure-unequal")
    };
    let read = || vec![fixtures::reading("2024-05-20", 288, 1780, 1)];
    assert_eq!(of(&["290/1780 jobs moved"], read()), ["290/1780 jobs was never a reading of jobs, now 288/1780"]);
    assert!(of(&["288/1780 prow jobs", "24/7 on call"], read()).is_empty());
    assert_eq!(of(&["1/9 buckets", "2/9 buckets"], read()), ["2/9 buckets here, 1/9 on line 1"]);
    let twice = vec![fixtures::reading("2024-05-20", 288, 1780, 1), fixtures::reading("2024-05-20", 289, 1780, 1)];
    assert_eq!(of(&[], twice).len(), 1);
}

#[test]
fn linked_twice() {
    let of = |second| {
        messages(
            world(vec![project("p", vec![by_issue(1)]), project("q", vec![by_issue(second)])], Vec::new()),
            "linked-twice",
        )
    };
    assert_eq!(of(1), ["#1 is linked here and at p/1"]);
    assert!(of(2).is_empty());
    let tracked = |name: &str, issue, items| Project { issues: vec![id(issue)], ..project(name, items) };
    let of = |projects| messages(world(projects, Vec::new()), "linked-twice");
    assert_eq!(of(vec![tracked("p", 1, Vec::new()), tracked("q", 1, Vec::new())]), ["#1 is linked here and at p"]);
    assert!(of(vec![tracked("p", 1, vec![by_issue(1)]), tracked("q", 2, Vec::new())]).is_empty());
}

#[test]
fn link_gone() {
    let of = |why| {
        let (roadmap, mut snapshot) = world(vec![project("p", vec![by_issue(1)])], Vec::new());
        snapshot.missing = [(id(1), why)].into();
        found((roadmap, snapshot), "link-gone")
    };
    assert_eq!(of(Absence::Gone)[0].message, "#1 was deleted");
    let moved = of(Absence::Moved(id(5)));
    let edit = RoadmapEdit::Set {
        project: ProjectId::new("p"),
        item: Some(ItemKey::new("1")),
        key: "issue",
        value: "5".into(),
    };
    assert_eq!(moved[0].remedy, Remedy::Edit(edit));
    assert!(of(Absence::NotFetched).is_empty());
}

#[test]
fn a_blocker_that_is_gone_is_reported_without_an_edit() {
    let waits = Item { blocked_by: vec![crate::domain::Target::Issue(id(1))], ..by_issue(2) };
    let waiting = Project { blocked_by: vec![crate::domain::Target::Issue(id(3))], ..project("p", vec![waits]) };
    let (roadmap, mut snapshot) = world(vec![waiting], Vec::new());
    snapshot.missing = [(id(1), Absence::Moved(id(5))), (id(3), Absence::Gone)].into();
    let found = found((roadmap, snapshot), "link-gone");
    let messages: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["#3, which `blocked_by` names, was deleted", "#1, which `blocked_by` names, moved to #5"]);
    assert!(found.iter().all(|finding| finding.remedy == Remedy::None));
}

fn silenced(until: Option<&str>) -> (Vec<Finding>, usize) {
    let silence = Silence { rule: "placeholder".into(), reason: "known".into(), until: until.map(fixtures::day) };
    let silent = Project { silenced: vec![silence], ..project("p", vec![item("???")]) };
    let checked = checked(&world(vec![silent], Vec::new()), DAY);
    (checked.findings, checked.silenced.len())
}

#[test]
fn a_silence_holds_until_its_last_day() {
    for until in [None, Some(DAY)] {
        let (found, silenced) = silenced(until);
        assert_eq!((found.len(), silenced), (0, 1));
    }
    let (ran_out, silenced) = silenced(Some("2024-05-31"));
    assert_eq!((ran_out[0].rule, ran_out.len(), silenced), ("placeholder", 1, 0));
    assert_eq!(ran_out[0].evidence, ["it was silenced until 2024-05-31"]);
}

#[test]
fn labels_of_today_make_no_findings_for_an_earlier_day() {
    let stale = Issue { labels: vec!["lifecycle/stale".into()], ..issue(1) };
    let world = world(vec![project("p", vec![by_issue(1)])], vec![stale]);
    assert!(checked(&world, "2021-01-01").findings.is_empty());
}
