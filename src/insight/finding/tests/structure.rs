//! Rules that compare the roadmap with the structure on GitHub.

use super::*;
use crate::domain::{SubIssueSummary, Target, Task};

fn links(to: u64) -> Task {
    Task { issues: vec![id(to)], ..task("the box", TaskState::Open) }
}

fn tracked(parent: Issue, others: Vec<Issue>) -> (Roadmap, Snapshot) {
    let project = Project { issues: vec![id(1)], ..project("p", vec![by_issue(2)]) };
    world(vec![project], [vec![parent, issue(2)], others].concat())
}

fn completed(number: u64) -> Issue {
    closed(number, Some(CloseReason::Completed), None)
}

#[test]
fn done_not_ticked() {
    let of = |tasks, others| found(tracked(Issue { tasks, ..issue(1) }, others), "done-not-ticked");
    let done = of(vec![links(4), links(5), links(3)], vec![completed(4), completed(5), issue(3)]);
    assert_eq!((done.len(), done[0].message.as_str()), (1, "2 boxes of #1 are done, but not ticked"));
    assert_eq!((done[0].confidence, done[0].evidence.len()), (Confidence::Certain, 2));
    assert!(
        matches!(&done[0].remedy, Remedy::Say { issue: Some(to), text } if *to == id(1) && text.contains("- [x] the box"))
    );
    assert!(of(vec![links(3)], vec![issue(3)]).is_empty(), "it is open");
    let dropped = closed(4, Some(CloseReason::NotPlanned), None);
    assert!(of(vec![links(4)], vec![dropped]).is_empty(), "it was not done");
    let ticked = Task { state: TaskState::Done, ..links(4) };
    assert!(of(vec![ticked], vec![completed(4)]).is_empty());
}

#[test]
fn a_box_of_an_umbrella_that_is_an_item_may_be_done_but_not_ticked() {
    let named = |text: &str, to| Task { text: text.into(), ..links(to) };
    let tasks = vec![named("the docs", 4), named("the images", 4), named("the jobs", 3), named("no item", 4)];
    let of = |umbrella: Issue, issues: Vec<IssueRef>| {
        let items = ["the docs", "the images", "the jobs"].map(item).to_vec();
        let project = Project { issues, ..project("p", items) };
        let (roadmap, snapshot) = world(vec![project], vec![umbrella, completed(4), issue(3)]);
        found((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "done-not-ticked")
    };
    let umbrella = Issue { tasks, ..issue(9) };
    let new = of(umbrella.clone(), Vec::new());
    assert_eq!((new.len(), new[0].message.as_str()), (1, "2 boxes of #9 are done, but not ticked"));
    assert_eq!(new[0].location.item, Some(ItemKey::new("the docs")));
    assert_eq!(of(umbrella.clone(), vec![id(9)])[0].message, "3 boxes of #9 are done, but not ticked");
    let state = closed(9, None, None).state;
    assert!(of(Issue { state, ..umbrella }, Vec::new()).is_empty(), "`open-boxes` is for closed issues");
}

#[test]
fn an_item_that_is_done_may_have_an_open_box() {
    let tasks = vec![task("the docs", TaskState::Open), links(4), task("the jobs", TaskState::Open)];
    let by_hand = |title: &str, state| Item { written: Some(state), ..item(title) };
    let items = vec![by_hand("the docs", State::Done), by_hand("the jobs", State::Started), by_issue(4)];
    let of = |issues: Vec<IssueRef>| {
        let project = Project { issues, ..project("p", items.clone()) };
        let (roadmap, snapshot) = world(vec![project], vec![Issue { tasks: tasks.clone(), ..issue(9) }, completed(4)]);
        let new = found((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "done-not-ticked");
        new.into_iter().map(|own| (own.message, own.evidence)).collect::<Vec<_>>()
    };
    let message = "2 boxes of #9 are done, but not ticked".to_owned();
    let evidence = ["`the docs`: done in the roadmap", "`the box`: #4 is done"].map(str::to_owned);
    assert_eq!(of(Vec::new()), [(message.clone(), evidence.to_vec())]);
    let [docs, linked] = evidence;
    assert_eq!(of(vec![id(9)]), [(message, vec![linked, docs])], "the issue of the project is an umbrella, too");
}

#[test]
fn ticked_but_open() {
    let of = |tasks| found(tracked(Issue { tasks, ..issue(1) }, Vec::new()), "ticked-but-open");
    let ticked = || task("a", TaskState::Done);
    let all = of(vec![ticked(), task("b", TaskState::Dropped)]);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].message, "all boxes of #1 are ticked or struck, and it is open: close it?");
    let Remedy::Say { text, .. } = &all[0].remedy else { panic!("nothing to say") };
    assert_eq!(text, "All boxes here are ticked or struck. Is something left, or can this be closed?\n");
    assert!(of(vec![ticked(), task("b", TaskState::Open)]).is_empty() && of(Vec::new()).is_empty());
}

#[test]
fn an_issue_with_closed_sub_issues_may_be_closed_unless_it_is_taken() {
    let of = |parent: Issue, child| {
        let all = found(tracked(Issue { sub_issues: vec![id(2)], ..parent }, vec![child]), "ticked-but-open");
        all.into_iter().map(|own| own.message).collect::<Vec<_>>()
    };
    let over = || closed(2, Some(CloseReason::Duplicate), None);
    assert_eq!(of(issue(1), over()), ["all sub-issues of #1 are closed, and it is open: close it?"]);
    assert!(of(issue(1), issue(2)).is_empty());
    let assigned = Issue { assignees: vec!["kim".into()], ..with_last_comment("one more thing to do", issue(1)) };
    assert!(of(assigned, over()).is_empty());
    assert!(of(Issue { pulls: Some(vec![fixtures::open_pull(8)]), ..issue(1) }, over()).is_empty());
}

#[test]
fn superseded() {
    let of = |old: Issue| {
        found(world(vec![project("p", vec![by_issue(1), by_issue(2)])], vec![old, issue(2)]), "superseded")
    };
    let duplicate = |of| Issue { duplicate_of: Some(id(of)), ..closed(1, Some(CloseReason::Duplicate), None) };
    let new = of(duplicate(7));
    assert_eq!(new[0].message, "#1 was superseded by #7, which the roadmap does not link");
    assert_eq!((new[0].confidence, new[0].evidence[0].as_str()), (Confidence::Certain, "GitHub: #1 duplicates #7"));
    assert!(matches!(&new[0].remedy, Remedy::Edit(RoadmapEdit::Set { key: "issue", value, .. }) if value == "7"));
    assert!(of(duplicate(2)).is_empty(), "the roadmap links it");
    let moved = of(with_last_comment("This moved to #9.", issue(1)));
    assert_eq!((moved[0].confidence, &moved[0].issues[1]), (Confidence::Likely, &id(9)));
    assert!(
        of(with_last_comment("See #9 for the linter.", issue(1))).is_empty()
            && of(with_last_comment("moved to the attic", issue(1))).is_empty()
    );
    let given_up = closed(1, Some(CloseReason::NotPlanned), None);
    assert_eq!(of(with_last_comment("Closing, see #9.", given_up))[0].issues[1], id(9));
    assert!(of(with_last_comment("Done, see #9.", completed(1))).is_empty());
    let text = of(Issue { continued_in: Some(id(8)), ..issue(1) });
    assert_eq!((&text[0].issues[1], text[0].evidence[0].as_str()), (&id(8), "the text of #1 says so"));
}

#[test]
fn sub_issue_not_in_roadmap() {
    let of = |parent, other| messages(tracked(parent, vec![other]), "sub-issue-not-in-roadmap");
    let parent = Issue { sub_issues: vec![id(2), id(3)], ..issue(1) };
    assert_eq!(of(parent.clone(), issue(3)), ["#3 is a sub-issue of #1, but not in the roadmap"]);
    assert!(of(parent, completed(3)).is_empty());
}

#[test]
fn box_not_sub_issue() {
    let of = |subs: Vec<u64>, other| {
        let sub_issues = subs.into_iter().map(id).collect();
        found(
            tracked(Issue { tasks: vec![links(2), links(3)], sub_issues, ..issue(1) }, vec![other]),
            "box-not-sub-issue",
        )
    };
    let new = of(vec![2], issue(3));
    assert_eq!(new[0].message, "the task list of #1 has 1 issue that is not a sub-issue of it");
    assert_eq!(new[0].evidence, ["#3"]);
    assert!(
        of(vec![2, 3], issue(3)).is_empty()
            && of(vec![2], completed(3)).is_empty()
            && of(Vec::new(), issue(3)).is_empty()
    );
}

#[test]
fn a_box_and_a_sub_issue_may_name_an_issue_by_its_old_and_its_new_number() {
    let parent = Issue { tasks: vec![links(7)], sub_issues: vec![id(2), id(3)], ..issue(1) };
    let (roadmap, mut snapshot) = tracked(parent, vec![issue(3)]);
    snapshot.missing = [(id(7), Absence::Moved(id(3)))].into();
    let of = |rule| messages((roadmap.clone(), snapshot.clone()), rule);
    assert_eq!(of("box-not-sub-issue"), [""; 0]);
    assert_eq!(of("sub-issue-not-in-roadmap"), [""; 0]);
    assert_eq!(of("box-not-in-roadmap"), ["`the box` of #1 (#3) is not in the roadmap"]);
}

#[test]
fn dependency_not_in_roadmap() {
    let of = |written: Vec<u64>, native: Vec<u64>, other: Issue| {
        let item = Item { blocked_by: written.into_iter().map(|to| Target::Issue(id(to))).collect(), ..by_issue(1) };
        let waits = Issue { blocked_by: native.into_iter().map(id).collect(), ..issue(1) };
        messages(world(vec![project("p", vec![item])], vec![waits, other, issue(4)]), "dependency-not-in-roadmap")
    };
    assert_eq!(of(vec![], vec![3], issue(3)), ["#1 is blocked by #3 on GitHub, but not in the roadmap"]);
    assert_eq!(of(vec![3, 4], vec![4], issue(3)), ["#1 waits for #3 in the roadmap, but not on GitHub"]);
    assert!(of(vec![3], vec![3], issue(3)).is_empty(), "both say so");
    assert!(of(vec![3], vec![], issue(3)).is_empty(), "GitHub has no dependencies of it");
    assert!(of(vec![], vec![3], completed(3)).is_empty());
    let other = Item { key: ItemKey::new("other"), ..by_issue(1) };
    let items = vec![other, Item { blocked_by: vec![Target::Issue(id(3))], ..by_issue(1) }];
    let waits = Issue { blocked_by: vec![id(3)], ..issue(1) };
    let shared = world(vec![project("p", items)], vec![waits, issue(3)]);
    assert_eq!(messages(shared, "dependency-not-in-roadmap"), [""; 0], "another item of the issue says so");
    let after = Item { blocked_by: vec![Target::Project(ProjectId::new("first"))], ..by_issue(1) };
    let waits = Issue { blocked_by: vec![id(3)], ..issue(1) };
    let projects = vec![project("first", vec![by_issue(3)]), project("p", vec![after])];
    let by_project = world(projects, vec![waits, issue(3)]);
    assert_eq!(messages(by_project, "dependency-not-in-roadmap"), [""; 0], "it is an item of the named project");
}

#[test]
fn summary_differs() {
    let of = |total, completed_ones| {
        let summary = Some(SubIssueSummary { total, completed: completed_ones });
        let parent = Issue { sub_issues: vec![id(2), id(3), id(4)], sub_issue_summary: summary, ..issue(1) };
        let dropped = closed(4, Some(CloseReason::NotPlanned), None);
        found(tracked(parent, vec![completed(3), dropped]), "summary-differs")
    };
    let new = of(3, 2);
    assert_eq!(new[0].message, "GitHub says 2/3 sub-issues of #1, the issues themselves say 1/3");
    assert_eq!(new[0].evidence, ["#4 was closed, but not as done"]);
    assert!(of(3, 1).is_empty());
}

/// The differences are between roadmap, boxes, sub-issues and dependencies.
#[test]
fn each_difference_is_reported_once() {
    let parent = Issue {
        tasks: vec![links(2), links(3), links(4)],
        sub_issues: vec![id(2), id(3), id(5)],
        blocked_by: vec![id(6)],
        ..issue(1)
    };
    let all = checked(&tracked(parent, vec![issue(3), completed(4), issue(5), issue(6)]), DAY).findings;
    let about = |number: u64| -> Vec<&str> {
        let name = format!("#{number}");
        let names = |text: &str| text.split(|c: char| !(c.is_alphanumeric() || c == '#')).any(|word| word == name);
        let is_about = |finding: &&Finding| {
            finding.issues.first() == Some(&id(number)) || finding.evidence.iter().any(|text| names(text))
        };
        all.iter().filter(is_about).map(|finding| finding.rule).collect()
    };
    assert_eq!(about(3), ["box-not-in-roadmap"], "a box and a sub-issue, not in the roadmap");
    assert_eq!(about(4), ["done-not-ticked"], "a box that is done, no sub-issue, not in the roadmap");
    assert_eq!(about(5), ["sub-issue-not-in-roadmap"], "a sub-issue only");
}

fn waits_for(item: Item, on: &[u64]) -> Item {
    Item { blocked_by: on.iter().map(|number| crate::domain::Target::Issue(id(*number))).collect(), ..item }
}

#[test]
fn blocked_in_a_circle() {
    let of = |native: &[(u64, u64)], items: Vec<Item>| {
        let blocked = |number| native.iter().filter(|(own, _)| *own == number).map(|(_, by)| id(*by)).collect();
        let issues = (1..=4).map(|number| Issue { blocked_by: blocked(number), ..issue(number) }).collect();
        found(world(vec![project("p", items)], issues), "blocked-in-a-circle")
    };
    let items = || vec![waits_for(by_issue(1), &[2]), by_issue(2), waits_for(by_issue(3), &[1]), by_issue(4)];
    // An item that waits for the circle is not part of it.
    let mixed = of(&[(2, 1)], items());
    assert_eq!(
        (mixed.len(), mixed[0].message.as_str()),
        (1, "#1 waits for #2, which waits for #1: none of them can begin")
    );
    assert_eq!(mixed[0].evidence, ["the roadmap: #1 is blocked by #2", "GitHub: #2 is blocked by #1"]);
    assert_eq!(mixed[0].location.item, Some(ItemKey::new("1")));
    let all =
        |native: &[(u64, u64)], items| of(native, items).into_iter().map(|finding| finding.message).collect::<Vec<_>>();
    assert_eq!(all(&[], items()), [""; 0]);
    assert_eq!(
        all(&[(4, 3), (3, 2), (2, 4)], vec![by_issue(4), by_issue(3), by_issue(2)]),
        ["#4 waits for #3, which waits for #2, which waits for #4: none of them can begin"]
    );
    // The other items of an issue wait for the same.
    let twice = Item { key: ItemKey::new("twice"), ..by_issue(2) };
    let other = vec![waits_for(by_issue(1), &[2]), twice, waits_for(by_issue(2), &[1])];
    assert_eq!(all(&[], other.clone()), ["#1 waits for #2, which waits for #1: none of them can begin"]);
    let evidence = of(&[], other).remove(0).evidence;
    assert!(evidence.iter().all(|link| link.starts_with("the roadmap: ")), "{evidence:?}");
    // The reader would refuse a file with this dependency, so it is not suggested.
    let issues = vec![issue(1), Issue { blocked_by: vec![id(1)], ..issue(2) }];
    let pair = vec![project("p", vec![waits_for(by_issue(1), &[2]), by_issue(2)])];
    assert_eq!(messages(world(pair, issues), "dependency-not-in-roadmap"), [""; 0]);
}

#[test]
fn a_project_ends_with_its_last_item() {
    let of = |state| {
        let by_project = Item { blocked_by: vec![crate::domain::Target::Project(ProjectId::new("q"))], ..by_issue(1) };
        let q = project("q", vec![item("other"), written(state, waits_for(item("last"), &[1]))]);
        messages(world(vec![project("p", vec![by_project]), q], vec![issue(1)]), "blocked-in-a-circle")
    };
    assert_eq!(of(State::Todo), ["#1 waits for q/last, which waits for #1: none of them can begin"]);
    assert_eq!(of(State::Done), [""; 0]);
}

#[test]
fn box_ticked() {
    let of = |state| {
        let listed = Issue { tasks: vec![task("Archive the `old` dashboards", state)], ..issue(9) };
        let (roadmap, snapshot) =
            world(vec![project("p", vec![item("Archive the old dashboards."), item("x")])], vec![listed]);
        found((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "box-ticked")
    };
    let ticked = of(TaskState::Done);
    assert_eq!(ticked[0].message, "`Archive the old dashboards.` is ticked in #9, but open here");
    assert!(matches!(&ticked[0].remedy, Remedy::Edit(RoadmapEdit::Set { key: "state", value, .. }) if value == "done"));
    assert_eq!((ticked.len(), of(TaskState::Dropped).len(), of(TaskState::Open).len()), (1, 1, 0));
}

#[test]
fn the_box_of_an_item_by_hand_gives_it_its_link() {
    let of = |text: &str| {
        let tasks = vec![Task { text: text.into(), ..links(3) }];
        let project = Project { issues: vec![id(1)], ..project("p", vec![item("Linker")]) };
        found(world(vec![project], vec![Issue { tasks, ..issue(1) }, issue(3)]), "box-not-in-roadmap")
    };
    let own = of("linker (#3)");
    assert_eq!(own[0].message, "`linker (#3)` of #1 links to #3, but its item in the roadmap does not");
    assert!(matches!(&own[0].remedy, Remedy::Edit(RoadmapEdit::Set { key: "issue", value, .. }) if value == "3"));
    assert!(matches!(&of("loader (#3)")[0].remedy, Remedy::Edit(RoadmapEdit::Append { .. })));
}
