//! Rules about names, and about equal titles.

use super::*;
use fixtures::moment;

#[test]
fn not_linked() {
    let of = |title: &str| messages(world(vec![project("k8s-prow", Vec::new())], vec![titled(7, title)]), "not-linked");
    assert_eq!(
        of("Migrate away from google.com GCP project k8s-prow"),
        ["`k8s-prow` has no issue linked, but #7 names it (open)"]
    );
    assert_eq!(of("Turn off (`k8s-prow`)"), ["`k8s-prow` has no issue linked, but #7 mentions it (open)"]);
    for other in ["project k8s-prow-builds", "move gs://k8s-prow", "Turn down k8s-prow/cluster", "k8s-infra-k8s-prow"] {
        assert!(of(other).is_empty(), "{other}");
    }
    let service = Project { kind: Some("service".into()), ..project("sign-in", Vec::new()) };
    assert_eq!(messages(world(vec![service], vec![titled(7, "Move the project sign-in")]), "not-linked").len(), 1);
    let plain = |title: &str| messages(world(vec![project("docs", Vec::new())], vec![titled(7, title)]), "not-linked");
    assert!(plain("Write the docs").is_empty(), "an ordinary word, not a name");
    assert_eq!(plain("Turn off the project docs").len(), 1);
    let other = Project { issues: vec![id(7)], ..project("k8s-tide", Vec::new()) };
    let projects = vec![other, project("k8s-prow", Vec::new())];
    assert!(messages(world(projects, vec![titled(7, "k8s-tide leaves k8s-prow")]), "not-linked").is_empty());
    let linked = Project { issues: vec![id(7)], ..project("k8s-prow", Vec::new()) };
    assert!(messages(world(vec![linked], vec![titled(7, "project k8s-prow")]), "not-linked").is_empty());
}

#[test]
fn a_title_with_the_word_project_comes_before_a_mention() {
    let issues = vec![titled(3, "about k8s-prow again"), titled(7, "GCP project k8s-prow")];
    let found = found(world(vec![project("k8s-prow", Vec::new())], issues), "not-linked");
    assert_eq!((&*found[0].issues, found[0].confidence), (&[id(7)][..], Confidence::Likely));
    let edit = RoadmapEdit::Set { project: ProjectId::new("k8s-prow"), item: None, key: "issue", value: "7".into() };
    assert_eq!(found[0].remedy, Remedy::Edit(edit));
}

#[test]
fn an_issue_of_the_evening_counts_for_the_local_day() {
    let (roadmap, snapshot) = world(
        vec![project("k8s-prow", Vec::new())],
        vec![Issue { created: Some(moment("2024-06-01")), ..titled(7, "project k8s-prow") }],
    );
    let named = |snapshot: &Snapshot| {
        checked(&(roadmap.clone(), snapshot.clone()), "2024-05-31")
            .findings
            .iter()
            .any(|finding| finding.rule == "not-linked")
    };
    assert!(named(&Snapshot { fetched_on: Some(fixtures::day("2024-05-31")), ..snapshot.clone() }));
    assert!(!named(&snapshot));
}

#[test]
fn same_title() {
    let of = |other: Issue| {
        let issues = vec![Issue { title: "Migrate X".into(), ..closed(1, None, None) }, other];
        messages(world(vec![Project { issues: vec![id(1)], ..project("p", Vec::new()) }], issues), "same-title")
    };
    assert_eq!(of(titled(2, "migrate `x`")), ["#1 is closed, but #2 with the same title is open"]);
    assert!(of(titled(2, "Migrate Y")).is_empty());
    assert!(of(Issue { title: "Migrate X".into(), ..closed(2, None, None) }).is_empty());
}

#[test]
fn not_in_roadmap() {
    let alias = Project { aliases: vec!["k8s-old".into()], ..project("k8s-new", Vec::new()) };
    let world = under(vec![alias], vec![titled(3, "gcp project cos-cloud")], &["k8s-old", "cos-cloud", "k8s-tempelis"]);
    let found = found(world, "not-in-roadmap");
    assert_eq!(found[0].message, "the umbrella #9 names cos-cloud, but the roadmap does not");
    assert_eq!(found[0].issues, [id(3)]);
    let add = RoadmapEdit::AddProject { id: ProjectId::new("k8s-tempelis"), issue: None };
    assert_eq!((found.len(), &found[1].remedy), (2, &Remedy::Edit(add)));
}

#[test]
fn a_child_of_the_umbrella_names_a_project_too() {
    let child = |parents: Vec<IssueRef>| Issue { parents, ..titled(3, "Migrate away from gcp project kubebuilder") };
    let of = |parents| messages(under(Vec::new(), vec![child(parents)], &[]), "not-in-roadmap");
    assert_eq!(of(vec![id(9)]), ["#3, a child of the umbrella, names kubebuilder, but the roadmap does not"]);
    assert!(of(Vec::new()).is_empty());
}

#[test]
fn a_transferred_umbrella_or_child_is_the_one_it_was() {
    let of = |children: Vec<Issue>, umbrella: Issue, from: u64, to: u64| {
        let issues = [children, vec![umbrella]].concat();
        let (roadmap, mut snapshot) = world(Vec::new(), issues);
        snapshot.missing = [(id(from), Absence::Moved(id(to)))].into();
        found((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "not-in-roadmap")
    };
    let child = || titled(3, "Docs");
    let step = Issue { sub_issues: vec![id(7)], ..issue(9) };
    assert_eq!(of(vec![child()], step, 7, 3)[0].issues, [id(3)]);
    let link = crate::domain::Task { issues: vec![id(7)], ..task("the docs", TaskState::Open) };
    let listing = Issue { tasks: vec![link], ..issue(9) };
    assert_eq!(of(vec![child()], listing, 7, 3)[0].issues, [id(3)]);
    let moved = titled(3, "Migrate away from gcp project kubebuilder");
    let moved = of(vec![Issue { parents: vec![id(19)], ..moved }], issue(19), 9, 19);
    assert_eq!(moved[0].message, "#3, a child of the umbrella, names kubebuilder, but the roadmap does not");
}

#[test]
fn a_child_outside_the_roadmap_is_reported_whatever_its_title() {
    let child = |number| Issue { parents: vec![id(9)], ..titled(number, "Docs") };
    let of = |projects| found(under(projects, vec![child(3), child(4)], &[]), "not-in-roadmap");
    let with = |issue| vec![project("p", vec![by_issue(issue)])];
    let missing = of(with(4));
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].message, "#3 is a child of an umbrella, but not in the roadmap");
    let append = RoadmapEdit::Append { project: ProjectId::new("p"), key: "items", value: "3".to_owned() };
    assert_eq!(missing[0].remedy, Remedy::Edit(append));
    let add = RoadmapEdit::AddProject { id: ProjectId::new("docs"), issue: Some("3".to_owned()) };
    assert_eq!(of(with(7))[0].remedy, Remedy::Edit(add));
    let (roadmap, snapshot) = under(with(4), vec![child(3), child(4)], &[]);
    let counted = Roadmap { counters: vec![fixtures::counter_of_issues("moves")], ..roadmap };
    assert!(messages((counted, snapshot), "not-in-roadmap").is_empty(), "a counter counts it");
    let closed_child = Issue { parents: vec![id(9)], ..closed(5, None, None) };
    assert!(messages(under(Vec::new(), vec![closed_child], &[]), "not-in-roadmap").is_empty());
}

#[test]
fn a_box_of_an_umbrella_is_about_one_issue_and_a_struck_one_about_none() {
    let links = |text: &str, state, issues: &[u64]| crate::domain::Task {
        issues: issues.iter().map(|number| id(*number)).collect(),
        ..task(text, state)
    };
    let tasks = vec![
        links("A #2 (blocked by #14)", TaskState::Open, &[2, 14]),
        links("B, see #15 for why", TaskState::Open, &[15]),
        links("C (not #16)", TaskState::Open, &[16]),
        links("D #17", TaskState::Dropped, &[17]),
        links("F #19", TaskState::Open, &[19]),
    ];
    let mut issues: Vec<_> = [2, 14, 15, 16, 17, 19].map(issue).into();
    issues.push(Issue { tasks, ..issue(9) });
    let (roadmap, snapshot) = world(vec![project("p", vec![by_issue(2)])], issues);
    let missing = messages((Roadmap { umbrellas: vec![id(9)], ..roadmap }, snapshot), "not-in-roadmap");
    assert_eq!(missing, ["#19 is a child of an umbrella, but not in the roadmap"]);
}

#[test]
fn not_in_umbrella() {
    let projects = || vec![project("k8s-prow", Vec::new()), project("k8s-site", Vec::new())];
    assert_eq!(
        messages(under(projects(), Vec::new(), &["k8s-prow"]), "not-in-umbrella"),
        ["the umbrella #9 does not name k8s-site"]
    );
    assert!(messages(under(projects(), Vec::new(), &[]), "not-in-umbrella").is_empty());
    let policy = Project { kind: Some("policy".into()), ..project("sig-ownership", Vec::new()) };
    assert!(messages(under(vec![policy], Vec::new(), &["k8s-prow"]), "not-in-umbrella").is_empty());
    let service = |name| Project { kind: Some("service".into()), ..project(name, Vec::new()) };
    assert_eq!(
        messages(under(vec![service("login"), service("search")], Vec::new(), &["login"]), "not-in-umbrella"),
        ["the umbrella #9 does not name search"]
    );
}

#[test]
fn a_project_whose_issue_was_transferred_below_the_umbrella_belongs_to_it() {
    let of = |rule| {
        let site = Project { issues: vec![id(7)], ..project("k8s-site", vec![by_issue(7)]) };
        let child = |number| Issue { parents: vec![id(9)], ..issue(number) };
        let (roadmap, mut snapshot) =
            under(vec![project("k8s-prow", Vec::new()), site], vec![child(3), child(4)], &["k8s-prow"]);
        snapshot.missing = [(id(7), Absence::Moved(id(3)))].into();
        found((roadmap, snapshot), rule)
    };
    assert!(of("not-in-umbrella").is_empty());
    let append = RoadmapEdit::Append { project: ProjectId::new("k8s-site"), key: "items", value: "4".to_owned() };
    assert_eq!(of("not-in-roadmap")[0].remedy, Remedy::Edit(append), "it has the other children");
}

#[test]
fn name_differs() {
    let of = |project: Project, name: &str| found(under(vec![project], Vec::new(), &[name]), "name-differs");
    let plain = || project("k8s-prow-build", Vec::new());
    let near = of(plain(), "k8s-prow-builds");
    let edit = RoadmapEdit::Append {
        project: ProjectId::new("k8s-prow-build"),
        key: "aliases",
        value: "k8s-prow-builds".into(),
    };
    assert_eq!(near[0].remedy, Remedy::Edit(edit));
    let alias = Project { aliases: vec!["k8s-prow-builds".into()], ..plain() };
    assert_eq!(
        (of(alias, "k8s-prow-builds")[0].message.as_str()),
        "the umbrella #9 calls `k8s-prow-build` k8s-prow-builds"
    );
    assert!(of(plain(), "k8s-prow-build").is_empty() && of(plain(), "k8s-prow").is_empty());
    assert!(of(project("kubernetes-1", Vec::new()), "kubernetes-2").is_empty());
    assert!(of(project("k8s-cluster-a", Vec::new()), "k8s-cluster-b").is_empty());
}
