use super::*;
use crate::domain::{Certainty, Date, Groups, Roadmap};
use crate::sources::{example, roadmap_file};

/// A report in our own words with the shape of the 2020 one: markers, indentation, links, owners in words.
const REPORT: &str = include_str!("report.md");

fn groups() -> &'static Groups {
    example::groups()
}

fn import(text: &str) -> Roadmap {
    let yaml = from_markdown(text, "report.md", None, groups()).unwrap().to_yaml();
    let today = Date::from_ymd_opt(2026, 11, 24).unwrap();
    roadmap_file::read(&yaml, "imported.yaml", groups(), today).unwrap_or_else(|faults| panic!("{faults}\n{yaml}"))
}

#[test]
fn a_report_becomes_the_roadmap_that_it_means() {
    let roadmap = import(REPORT);
    let items: Vec<_> = roadmap.projects.iter().map(|project| project.items.len()).collect();
    assert_eq!((roadmap.migrated.len(), items), (8, vec![3, 2, 2, 2, 5, 2, 1, 3, 1, 2]));
    let gcp: Vec<_> = roadmap.projects.iter().filter(|project| project.kind == "gcp-project").collect();
    let ids: Vec<_> = gcp.iter().map(|project| project.id.as_str()).collect();
    let expected = ["google-containers", "k8s-prow", "k8s-prow-build", "k8s-gubernator", "kubernetes-jenkins"];
    assert_eq!(
        ids,
        [expected.as_slice(), &["k8s-federated-conformance", "k8s-testimages", "kubernetes-site"]].concat()
    );
}

#[test]
fn links_become_the_issues_of_projects_and_items() {
    let roadmap = import(REPORT);
    let tracked: Vec<_> =
        roadmap.projects.iter().flat_map(|project| &project.issues).map(|issue| issue.number).collect();
    assert_eq!(tracked, [1308, 1311, 1312]);
    let items = roadmap.projects.iter().flat_map(|project| &project.items);
    let linked: Vec<_> = items.filter_map(|item| item.issue.as_ref()).map(|issue| issue.number).collect();
    assert_eq!(linked, [846, 787, 1307, 1305, 1306, 525]);
}

#[test]
fn children_left_of_the_text_of_their_parent_are_still_its_children() {
    let roadmap = import(REPORT);
    let testimages = roadmap.project("k8s-testimages").unwrap();
    assert_eq!(testimages.items.len(), 3);
    assert_eq!(testimages.items[2].kind.as_deref(), Some("remark"));
}

#[test]
fn owners_in_words_keep_how_sure_they_are() {
    let roadmap = import(REPORT);
    let owner = |id: &str| {
        let owner = &roadmap.project(id).unwrap().owner;
        (owner.names.iter().map(crate::domain::OwnerName::as_str).collect::<Vec<_>>().join(" "), owner.certainty)
    };
    assert_eq!(owner("k8s-prow"), ("sig-testing".to_owned(), Certainty::Proposed));
    assert_eq!(owner("k8s-testimages"), ("sig-testing sig-release".to_owned(), Certainty::Either));
    assert_eq!(owner("kubernetes-site"), ("sig-contributor-experience sig-docs".to_owned(), Certainty::Unsure));
    assert_eq!(roadmap.projects[9].owner.certainty, Certainty::None);
}

#[test]
fn figures_unknown_scope_and_exceptions_survive() {
    let roadmap = import(REPORT);
    let jobs = &roadmap.project("k8s-prow-build").unwrap().items[0];
    assert_eq!(jobs.progress, Progress::new(288, 1780));
    assert_eq!(roadmap.project("kubernetes-site").unwrap().items[0].title.as_deref(), Some("???"));
    assert_eq!(roadmap.migrated[7].note.as_deref(), Some("Except the .deb and .rpm packages."));
}

#[test]
fn boxes_and_struck_text_become_states() {
    let text = "# Left\n## What remains\n* stop using GCP project a-b\n  * [x] moved\n  * [ ] open\n  * ~~forget it~~\n  * see a/b#3\n";
    let roadmap = import(text);
    let states: Vec<_> = roadmap.projects[0].items.iter().map(|item| item.written).collect();
    assert_eq!(states, [Some(State::Done), None, Some(State::Dropped), None]);
    assert_eq!(
        (roadmap.title.as_str(), roadmap.projects[0].id.as_str(), roadmap.repo.as_str()),
        ("Left", "a-b", "a/b")
    );
}

#[test]
fn a_text_without_such_a_list_is_no_roadmap() {
    assert_eq!(from_markdown("# Notes\n- one\n- two\n", "notes.md", None, groups()), None);
}

#[test]
fn text_that_yaml_would_take_for_something_else_is_quoted() {
    let text = "What remains\n- yes\n  - 787\n  - 'a: b', [c] {d} # e\n  - \"2020-12-10\"\n- yes\n  - null\n";
    let roadmap = import(text);
    let titles: Vec<_> =
        roadmap.projects.iter().flat_map(|project| &project.items).map(|item| item.title.clone()).collect();
    let expected = ["787", "'a: b', [c] {d} # e", "\"2020-12-10\"", "null"].map(|title| Some(title.to_owned()));
    assert_eq!(titles, expected);
    assert_eq!((roadmap.projects[0].id.as_str(), roadmap.projects[1].id.as_str()), ("yes", "yes-2"));
}

#[test]
fn an_umbrella_becomes_a_roadmap_of_its_names_and_children() {
    let id = IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), 1469);
    let draft = from_umbrella(&id, example::snapshot(), groups()).unwrap();
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
