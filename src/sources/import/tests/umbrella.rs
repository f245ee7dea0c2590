//! Umbrella issues, with their children and their own lists.

use super::*;

#[test]
fn an_umbrella_is_imported_with_its_names_and_children() {
    let id = IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), 1469);
    let umbrella = Umbrella {
        id: &id,
        snapshot: example::snapshot(Example::Kubernetes),
        body: "",
        host: "github.com",
        groups: groups(),
    };
    let draft = from_umbrella(&umbrella).unwrap().draft;
    let today = Date::from_ymd_opt(2026, 11, 24).unwrap();
    let yaml = draft.to_yaml();
    let roadmap = roadmap_file::read(&yaml, "r", groups(), today).unwrap_or_else(|faults| panic!("{faults}\n{yaml}"));
    assert_eq!(roadmap.umbrellas, [id]);
    assert_eq!(roadmap.project("k8s-gubernator").unwrap().issues[0].number, 1308);
    assert!(roadmap.project("kubernetes-site").unwrap().issues.is_empty());
    let numbers: Vec<_> = roadmap.project("k8s-testimages").unwrap().issues.iter().map(|issue| issue.number).collect();
    assert_eq!(numbers, [1312, 1523]);
    assert!(roadmap.projects.len() >= 19);
}

#[test]
fn an_umbrellas_own_list_is_read_in_every_shape() {
    for (body, items) in [
        ("- [ ] #2\n- [x] #3 - Docs\n- [ ] Jobs\n", "#2, done Docs #3, Jobs, #9"),
        ("* [ ] (2) https://github.com/o/x/pull/4\n", "o/x#4, #9"),
        ("- https://github.com/o/x/issues/5\n", "o/x#5, #9"),
        ("* #6\n* #9\n", "#6, #9"),
        ("1. #7\n", "#7, #9"),
        ("| Task | Issue |\n|---|---|\n| Docs | #8 |\n", "Docs #8, #9"),
        ("```[tasklist]\n- [ ] #2\n```\n", "#2, #9"),
        ("## Why\n\n- it is old\n\n## Tasks\n\n- [x] #2\n", "done #2, #9"),
        ("- [ ] Docs, blocked by #2\n", "Docs, #9"),
        ("All below.\n", "#9"),
    ] {
        assert_eq!(umbrella_of(body), items, "{body}");
    }
}

#[test]
fn a_box_of_a_child_may_wait_for_an_issue() {
    let umbrella = fetched(1, "Move it all");
    let task = |text: &str, number: u64| crate::domain::Task {
        text: text.to_owned(),
        state: crate::domain::TaskState::Open,
        depth: 0,
        issues: vec![IssueRef::new(umbrella.id.repo.clone(), number)],
        section: crate::domain::Text::default(),
    };
    let tasks = vec![task("Docs, blocked by #2", 2), task("Jobs #3", 3), task("Phase 1 - Icon 1372", 1372)];
    let child = crate::domain::Issue { parents: vec![umbrella.id.clone()], tasks, ..fetched(9, "Child") };
    let id = umbrella.id.clone();
    let snapshot = crate::domain::Snapshot::new(None, vec![umbrella.clone(), child], BTreeMap::new());
    let umbrella = Umbrella { id: &id, snapshot: &snapshot, body: "", host: "github.com", groups: groups() };
    let yaml = from_umbrella(&umbrella).unwrap().draft.to_yaml();
    assert!(yaml.contains("- {title: Docs, blocked_by: 2}") && yaml.contains("issue: 3}"), "{yaml}");
    assert!(yaml.contains("{title: \"Phase 1 - Icon\", issue: 1372}"), "{yaml}");
}

#[test]
fn a_box_of_a_child_is_read_like_one_of_the_umbrella() {
    let umbrella = fetched(1, "Move it all");
    let task = |text: &str, state| crate::domain::Task {
        text: text.to_owned(),
        state,
        depth: 0,
        issues: Vec::new(),
        section: crate::domain::Text::default(),
    };
    let (open, done) = (crate::domain::TaskState::Open, crate::domain::TaskState::Done);
    let tasks = vec![
        task("DNS @roo", open),
        task("Docs (in progress)", open),
        task("Replace `@RunWith`", open),
        task("Mail - owner @ann", done),
        task("Blocked by the vendor", crate::domain::TaskState::Dropped),
    ];
    let child = crate::domain::Issue { parents: vec![umbrella.id.clone()], tasks, ..fetched(9, "Child") };
    let id = umbrella.id.clone();
    let snapshot = crate::domain::Snapshot::new(None, vec![umbrella.clone(), child], BTreeMap::new());
    let umbrella = Umbrella { id: &id, snapshot: &snapshot, body: "", host: "github.com", groups: groups() };
    let yaml = from_umbrella(&umbrella).unwrap().draft.to_yaml().replace('"', "");
    for line in [
        "{title: DNS, owner: @roo}",
        "{title: Docs, state: started}",
        "- Replace @RunWith",
        "{title: Mail, owner: @ann, state: done}",
        "{title: Blocked by the vendor, state: dropped}",
    ] {
        assert!(yaml.contains(line), "{line}: {yaml}");
    }
}

#[test]
fn the_number_of_a_gcp_project_is_no_id() {
    let umbrella = fetched(1, "Move it all");
    let child = |number, title| crate::domain::Issue { parents: vec![umbrella.id.clone()], ..fetched(number, title) };
    let children = [child(8, "Delete the GCP project 123456"), child(9, "Delete the GCP project old-site")];
    let issues: Vec<_> = children.into_iter().chain([umbrella.clone()]).collect();
    let snapshot = crate::domain::Snapshot::new(None, issues, BTreeMap::new());
    let umbrella = Umbrella { id: &umbrella.id, snapshot: &snapshot, body: "", host: "github.com", groups: groups() };
    let roadmap = roadmap(&from_umbrella(&umbrella).unwrap().draft);
    let ids: Vec<_> = roadmap.projects.iter().map(|project| project.id.as_str()).collect();
    assert_eq!(ids, ["move-it-all", "old-site"]);
}

#[test]
fn children_that_repeat_a_template_or_name_a_box_are_items() {
    let umbrella = fetched(1, "Move it all");
    let task = |text: &str| crate::domain::Task {
        text: text.to_owned(),
        state: crate::domain::TaskState::Open,
        depth: 0,
        issues: Vec::new(),
        section: crate::domain::Text::default(),
    };
    let child = |number: u64, title: &str, texts: &[&str]| crate::domain::Issue {
        parents: vec![umbrella.id.clone()],
        tasks: texts.iter().map(|text| task(text)).collect(),
        ..fetched(number, title)
    };
    let steps = ["Module moved", "Tests pass"];
    let children =
        [child(5, "abacus", &steps), child(6, "bowtie", &steps), child(7, "dada", &steps), child(8, "rest", &["docs"])];
    let issues: Vec<_> = children.into_iter().chain([umbrella.clone()]).collect();
    let snapshot = crate::domain::Snapshot::new(None, issues, BTreeMap::new());
    let umbrella = Umbrella {
        id: &umbrella.id,
        snapshot: &snapshot,
        body: "- [ ] Bowtie\n- [ ] cutadapt\n",
        host: "github.com",
        groups: groups(),
    };
    let roadmap = roadmap(&from_umbrella(&umbrella).unwrap().draft);
    let items = |project: &crate::domain::Project| {
        let issue = |item: &crate::domain::Item| item.issue.as_ref().map_or(0, |issue| issue.number);
        project.items.iter().map(issue).collect::<Vec<_>>()
    };
    assert_eq!(roadmap.projects.iter().map(items).collect::<Vec<_>>(), [vec![6, 0, 5, 7], vec![0]]);
}
