use proptest::prelude::*;

use super::*;
use crate::domain::rule::{Condition, JobTest};
use crate::domain::{
    Certainty, Counter, Group, GroupId, IssueRef, Item, ItemKey, JobType, Owner, OwnerName, Progress, ProjectId, Repo,
    State, Target, Text,
};

mod files;
mod merges;
mod nothing;
mod schema;

pub(super) const EXAMPLE: &str = include_str!("../../../data/roadmap.yaml");

pub(super) fn today() -> Date {
    Date::from_ymd_opt(2026, 11, 24).unwrap()
}

pub(super) fn groups() -> Groups {
    let group = |id: &str| Group {
        name: id.to_owned(),
        formerly: if id == "sig-k8s-infra" { vec![GroupId::new("wg-k8s-infra")] } else { Vec::new() },
        labels: vec![Text::from(id.replacen('-', "/", 1))],
        ..Group::new(GroupId::new(id))
    };
    let ids = ["sig-testing", "sig-release", "sig-contributor-experience", "sig-docs", "sig-k8s-infra", "wg-batch"];
    Groups { as_of: Some(today()), list: ids.map(group).to_vec() }
}

fn parse(text: &str) -> Result<Roadmap, Diagnostics> {
    read(text, "roadmap.yaml", &groups(), today())
}

fn good(text: &str) -> Roadmap {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Parses a file with one project that has these items.
fn items(items: &str) -> Vec<Item> {
    good(&format!("version: 1\nprojects:\n  - id: a\n    items: {items}\n")).projects.remove(0).items
}

pub(crate) fn counter(text: &str) -> Counter {
    good(&format!("version: 1\nwritten: 2020-12-10\ncounters:\n  jobs: {text}\n")).counters.remove(0)
}

/// Returns the first line of the error about a faulty rule.
pub(crate) fn refusal(rule: &str) -> String {
    faults_of_rule(rule).lines().next().unwrap_or_default().to_owned()
}

pub(crate) fn faults_of_rule(rule: &str) -> String {
    let text = format!("version: 1\ncounters:\n  a:\n    rule: {rule}\nprojects: [{{id: p}}]\n");
    read(&text, "r.yaml", &groups(), today()).unwrap_err().to_string()
}

fn owner(text: &str) -> Owner {
    good(&format!("version: 1\nprojects: [{{id: a, owner: {text}}}]\n")).projects.remove(0).owner
}

fn home(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), number)
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// `refusals.txt` contains invalid files with the expected messages.
#[test]
fn every_error_says_what_is_wrong_where_and_how_to_fix_it() {
    let cases = include_str!("refusals.txt").split("=== ").skip(1);
    let mut count = 0;
    for case in cases {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, expected) = rest.split_once(">>>\n").unwrap();
        let said = parse(text).map(|_| "nothing: it was accepted").unwrap_err().to_string();
        assert_eq!(said, expected.trim_end(), "{name}");
        count += 1;
    }
    assert!(count > 60);
}

#[test]
fn the_example_has_all_lines_of_the_report() {
    let roadmap = good(EXAMPLE);
    let items: usize = roadmap.projects.iter().map(|project| project.items.len()).sum();
    let linked = roadmap.projects.iter().flat_map(|project| &project.items).filter(|item| item.issue.is_some()).count();
    let tracked = roadmap.projects.iter().filter(|project| !project.issues.is_empty()).count();
    assert_eq!((roadmap.migrated.len(), roadmap.projects.len(), items, linked, tracked), (8, 10, 23, 6, 3));
    let gcp = roadmap.projects.iter().filter(|project| project.kind.as_deref() == Some("gcp-project")).count();
    assert_eq!((gcp, roadmap.written), (8, Some(day("2020-12-10"))));
}

#[test]
fn the_example_has_a_certainty_for_each_owner() {
    let roadmap = good(EXAMPLE);
    let certainty = |id: &str| roadmap.project(id).unwrap().owner.certainty;
    assert_eq!(certainty("k8s-prow"), Certainty::Proposed);
    assert_eq!(certainty("k8s-testimages"), Certainty::Either);
    assert_eq!(certainty("kubernetes-site"), Certainty::Unsure);
    assert_eq!(certainty("sig-ownership"), Certainty::None);
}

#[test]
fn an_item_is_an_issue_a_title_or_a_map() {
    let items = items(
        r##"[787, "#788", kubernetes/test-infra#33350, "https://github.com/a/b/pull/7", Write docs, {title: x, state: done}]"##,
    );
    let issues: Vec<_> = items.iter().map(|item| item.issue.as_ref().map(ToString::to_string)).collect();
    let expected = ["kubernetes/k8s.io#787", "kubernetes/k8s.io#788", "kubernetes/test-infra#33350", "a/b#7"];
    assert_eq!(issues, [expected.map(|issue| Some(issue.to_owned())).as_slice(), &[None, None]].concat());
    assert_eq!((items[4].title.as_deref(), items[5].written), (Some("Write docs"), Some(State::Done)));
    let keys: Vec<_> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["787", "788", "33350", "7", "write-docs", "x"]);
}

#[test]
fn keys_are_unique_and_written_ids_come_first() {
    let items = items("[On call, On call, {title: On call, id: on-call}, 787, {issue: 787}]");
    let keys: Vec<_> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["on-call-2", "on-call-3", "on-call", "787", "787-2"]);
}

#[test]
fn an_owner_is_a_name_or_names_with_a_certainty() {
    let stated = |name| Owner::stated(OwnerName::new(name));
    assert_eq!(owner("sig-testing"), stated("sig-testing"));
    assert_eq!(owner("wg-k8s-infra"), stated("sig-k8s-infra"));
    assert_eq!(owner("{sig: sig-testing}"), stated("sig-testing"));
    assert_eq!(owner("{sig: sig-testing, certainty: accepted}"), Owner::accepted("sig-testing"));
    assert_eq!(owner("none"), Owner::none());
    assert_eq!(owner("{sigs: [], certainty: none}"), Owner::none());
    let either =
        Owner { names: vec![OwnerName::new("sig-docs"), OwnerName::new("wg-batch")], certainty: Certainty::Either };
    assert_eq!(owner("{sigs: [sig-docs, wg-batch], certainty: either}"), either);
}

#[test]
fn a_placeholder_in_place_of_an_owner_is_no_owner() {
    let of = |text: &str| {
        let text = format!("version: 1\nrepo: o/r\nprojects: [{{id: a, owner: {text}}}]\n");
        good(&text).projects.remove(0).owner
    };
    for text in ["TBD", "tba", "nobody", "no one", "'?'", "unassigned", "N/A", "None", "'-'", "needs owner"] {
        for written in [text.to_owned(), format!("[{text}]"), format!("{{names: {text}, certainty: proposed}}")] {
            assert_eq!((owner(&written), of(&written)), (Owner::none(), Owner::none()), "{written}");
        }
    }
    assert_eq!(of("[docs, TBD]"), Owner::stated(OwnerName::new("docs")));
    assert_eq!(of("{names: [docs, TBD], certainty: unsure}").names, [OwnerName::new("docs")]);
    let group = "version: 1\nrepo: o/r\ngroups: [{id: na}]\nprojects: [{id: a, owner: na}]\n";
    assert_eq!(good(group).projects[0].owner, Owner::stated(OwnerName::new("na")));
}

#[test]
fn people_teams_and_quoted_words_can_be_owners() {
    assert_eq!(owner("\"@alice\"").names, [OwnerName::Person("@alice".into())]);
    assert_eq!(owner("'@org/infra-team'").names, [OwnerName::Team("@org/infra-team".into())]);
    assert_eq!(owner("\"Example Inc\"").names, [OwnerName::Words("Example Inc".into())]);
    let several = owner("[sig-docs, \"@alice\"]");
    assert_eq!((several.names.len(), several.certainty), (2, Certainty::Stated));
    let maybe = owner("{names: [\"@alice\", \"@bob\"], certainty: unsure}");
    assert_eq!((maybe.names.len(), maybe.certainty), (2, Certainty::Unsure));
}

#[test]
fn without_known_groups_every_name_can_be_an_owner() {
    let text = "version: 1\nrepo: o/r\nprojects:\n  - {id: a, owner: \"@alice\", items: [x]}\n  \
                - {id: b, owner: o/infra-team, items: [x]}\n  - {id: c, owner: sig-collector, items: [x]}\n  \
                - {id: d, owner: Example Inc, items: [x]}\n";
    let owners: Vec<_> = good(text).projects.iter().map(|project| project.owner.names[0].clone()).collect();
    let expected = [
        OwnerName::Person("@alice".into()),
        OwnerName::Team("@o/infra-team".into()),
        OwnerName::Group(GroupId::new("sig-collector")),
        OwnerName::Words("Example Inc".into()),
    ];
    assert_eq!(owners, expected);
}

#[test]
fn a_roadmap_can_define_its_groups() {
    let text = "version: 1\nrepo: o/r\ngroups:\n  - {id: infra, name: Infrastructure, labels: [team/infra], leads: ['@alice', bob]}\n  \
                - {id: docs, meetings: ['monthly, on call'], chat: '#docs'}\nprojects: [{id: a, owner: infra}]\n";
    let roadmap = good(text);
    assert_eq!(roadmap.conventions, crate::domain::Conventions::GitHub);
    let group = roadmap.groups.of_label("team/infra").unwrap();
    assert_eq!(
        (group.title.as_deref(), group.leads.as_slice()),
        (Some("Infrastructure"), ["alice", "bob"].map(Text::from).as_slice())
    );
    assert_eq!(
        (roadmap.groups.list.len(), roadmap.groups.list[1].meetings[0].frequency.as_str()),
        (2, "monthly, on call")
    );
    let wrong = parse(&text.replace("owner: infra", "owner: infro")).unwrap_err().to_string();
    assert!(wrong.contains("unknown owner `infro`") && wrong.contains("did you mean `infra`?"), "{wrong}");
    let builtin =
        good(&text.replace("repo: o/r", "conventions: kubernetes").replace("owner: infra", "owner: sig-testing"));
    assert_eq!(builtin.groups.list.len(), 8, "the file's groups are added to the built-in ones");
}

#[test]
fn ids_may_be_paths_and_versions() {
    let text = "version: 1\nrepo: o/r\nprojects:\n- {id: pkg/kubelet/cadvisor, items: [x]}\n- {id: kubernetes/kops}\n- {id: pkg/kubelet, items: [cadvisor]}\n- {id: numpy-2.0, \
                blocked_by: [kubernetes/kops, 'pkg/kubelet/cadvisor#x', pkg/kubelet/cadvisor/x]}\n";
    let roadmap = good(text);
    let item = Target::Item(ProjectId::new("pkg/kubelet/cadvisor"), ItemKey::new("x"));
    assert_eq!(
        roadmap.projects[3].blocked_by,
        [Target::Project(ProjectId::new("kubernetes/kops")), item.clone(), item]
    );
    for id in ["/a", "a/", "a//b", "a/-b", "1/ 2"] {
        assert!(parse(&format!("version: 1\nprojects: [{{id: \"{id}\"}}]\n")).is_err(), "{id}");
    }
}

#[test]
fn a_project_has_any_number_of_issues() {
    let roadmap =
        good("version: 1\nprojects:\n- {id: a}\n- {id: b, issue: 1}\n- {id: c, issue: [1, 2], issues: [2, a/b#3]}\n");
    let counts: Vec<_> = roadmap.projects.iter().map(|project| project.issues.len()).collect();
    assert_eq!(counts, [0, 1, 3]);
}

#[test]
fn blockers_are_issues_projects_by_any_name_and_items() {
    let text = "version: 1\nprojects:\n- {id: a, blocked_by: [787, c, b/docs, x/y#3]}\n- {id: b, aliases: [c], items: [Docs]}\n";
    let other = IssueRef::new(Repo::new("x/y").unwrap(), 3);
    let b = ProjectId::new("b");
    let docs = Target::Item(b.clone(), crate::domain::ItemKey::new("docs"));
    let expected = [Target::Issue(home(787)), Target::Project(b), docs, Target::Issue(other)];
    assert_eq!(good(text).projects[0].blocked_by, expected);
}

#[test]
fn a_diamond_of_blockers_is_not_a_cycle() {
    let text = "version: 1\nprojects:\n- {id: a, blocked_by: [b, c]}\n- {id: b, blocked_by: d}\n- {id: c, blocked_by: d}\n- {id: d, items: [x]}\n";
    assert!(parse(text).is_ok());
}

#[test]
fn all_keys_of_a_condition_must_hold() {
    let counter = counter(
        "{unit: prow jobs, rule: {scope: {type: [periodic, presubmit], repo: kubernetes/*}, done: {not: {cluster: default}}}}",
    );
    let done = Condition::Not(Box::new(Condition::Is(JobTest::Cluster(vec!["default".to_owned()]))));
    let types = JobTest::Type(vec![JobType::Periodic, JobType::Presubmit]);
    let scope = [types, JobTest::Repo(vec!["kubernetes/*".to_owned()])].map(Condition::Is);
    let rule = &counter.rules[0];
    let jobs = rule.jobs().unwrap();
    assert_eq!((rule.version, &jobs.done, &jobs.scope), (1, &done, &Some(Condition::All(scope.into()))));
}

#[test]
fn conditions_nest() {
    let counter = counter("{rule: {done: {any: [{image: [a/, b]}, {all: [{path: c/**}, {mentions: d}]}]}}}");
    let text = |text: &str| vec![text.to_owned()];
    let both = [JobTest::Path(text("c/**")), JobTest::Mentions(text("d"))].map(Condition::Is);
    let image = Condition::Is(JobTest::Image(vec!["a/".to_owned(), "b".to_owned()]));
    let any = Condition::Any(vec![image, Condition::All(both.into())]);
    assert_eq!(counter.rules[0].jobs().unwrap().done, any);
}

#[test]
fn merged_fields_are_tests_of_the_condition() {
    use crate::domain::rule::{EntryTest, EntryValue, Source};
    let counter = counter("{rule: {source: entries, each: $.a, left: {x: 1, <<: [{y: 2}, {<<: {z: 3}, x: 4}]}}}");
    let Source::Entries(rule) = &counter.rules[0].source else { panic!("{counter:?}") };
    let test = |field: &str, value: &str| {
        let values = vec![EntryValue::Is(value.to_owned())];
        Condition::Is(EntryTest { field: Some(field.to_owned()), values })
    };
    let expected = Condition::All(vec![test("x", "1"), test("y", "2"), test("z", "3")]);
    assert_eq!(rule.left, Some(expected));
}

#[test]
fn figures_of_a_counter_are_a_reading_of_the_day_written() {
    let counter = counter("{done: 288, total: 1780}");
    let reading = &counter.readings[0];
    assert_eq!((reading.date, reading.progress), (day("2020-12-10"), Progress::new(288, 1780).unwrap()));
    assert_eq!(counter.unit, "jobs");
}

#[test]
fn missing_values_have_defaults() {
    let roadmap = good("version: 1\nprojects: [{id: a, note: }]\n");
    assert_eq!(
        (roadmap.repo.as_str(), roadmap.projects[0].kind.as_deref()),
        ("kubernetes/k8s.io", Some("gcp-project"))
    );
    assert_eq!(roadmap.searches, ["Migrate away from google.com gcp project"]);
    assert_eq!((&roadmap.projects[0].note, good("version: 1\nsearches: []\n").searches.len()), (&None, 0));
}

#[test]
fn spend_without_a_total_is_the_sum_of_its_lines() {
    let roadmap = good("version: 1\nspend: {days: 28, lines: [{name: a, amount: 3}, {name: b, amount: 4}]}\n");
    let [spend] = roadmap.accounts.as_slice() else { panic!("{:?}", roadmap.accounts) };
    assert_eq!(spend.currency, "USD");
    assert_eq!(spend.readings[0].amount, crate::domain::Amount::SpentIn { amount: 7, days: 28 });
}

#[test]
fn a_byte_order_mark_crlf_tabs_and_comments_change_nothing() {
    let plain = "version: 1\nprojects:\n  - id: a\n    note: x\n    items: [787, Docs]\n";
    let dressed = format!("\u{feff}{}", plain.replace("note: x", "note:\tx\t# why").replace('\n', "\r\n"));
    assert_eq!(good(plain), good(&dressed));
    let document = format!("%YAML 1.2\n---\n{plain}...\n");
    assert_eq!(good(plain).linked_issues(), good(&document).linked_issues());
}

#[test]
fn anchors_and_merge_keys_are_expanded() {
    let text = "version: 1\nprojects:\n- &base {id: a, owner: &who {sig: sig-testing, certainty: proposed}, kind: x}\n- {<<: *base, id: b, kind: y}\n- {id: c, owner: *who}\n";
    let projects = good(text).projects;
    let shown: Vec<_> =
        projects.iter().map(|project| (project.id.as_str(), project.kind.as_deref().unwrap_or_default())).collect();
    assert_eq!(shown, [("a", "x"), ("b", "y"), ("c", "gcp-project")]);
    assert!(projects.iter().all(|project| project.owner == projects[0].owner));
}

#[test]
fn control_characters_are_removed_from_text() {
    let text = r#"version: 1
title: "a\e[31mb\u202Ec"
projects: [{id: x, note: "one\e]0;t\atwo\nthree", title: "a\tb"}]
"#;
    let roadmap = good(text);
    assert_eq!((roadmap.title.as_str(), roadmap.projects[0].note.as_deref()), ("abc", Some("onetwo\nthree")));
    assert_eq!(roadmap.projects[0].title.as_deref(), Some("a b"));
}

#[test]
fn projects_and_items_know_their_line_and_column() {
    let roadmap = good("version: 1\nprojects:\n  - id: a\n    items:\n      - 787\n      - {title: x}\n");
    let project = &roadmap.projects[0];
    let place = |line, column| crate::domain::Place { line, column };
    assert_eq!(
        (project.place, project.items[0].place, project.items[1].place),
        (place(3, 5), place(5, 9), place(6, 9))
    );
}

#[test]
fn a_chain_of_ten_thousand_blockers_is_checked() {
    use std::fmt::Write as _;
    let mut text = String::from("version: 1\nprojects:\n");
    for n in 0..10_000 {
        writeln!(text, "- {{id: p{n}, blocked_by: p{}}}", n + 1).unwrap();
    }
    text.push_str("- {id: p10000}\n");
    assert!(parse(&text).is_ok());
    let cycle = text.replace("{id: p10000}", "{id: p10000, blocked_by: p0}");
    assert!(parse(&cycle).unwrap_err().to_string().contains("p9999 → p10000 → p0"));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_damaged_example_does_not_make_the_parser_panic(at in 0..EXAMPLE.len(), cut in 0usize..40, put in "[\\[\\]{}:,#&*!|>'\"%@`\\-?\t\n\r \u{feff}a0]{0,4}") {
        let mut damaged = EXAMPLE.as_bytes().to_vec();
        damaged.splice(at..EXAMPLE.len().min(at + cut), put.bytes());
        let damaged = String::from_utf8_lossy(&damaged);
        if let Err(faults) = parse(&damaged) {
            prop_assert!(!faults.is_empty());
            let _ = faults.to_string();
        }
    }
}

#[test]
fn globs_and_conditions_of_rules_are_validated() {
    for (rule, said) in [
        ("{source: text, files: '{a', left: {contains: x}}", "`{a` is not a glob:"),
        ("{source: text, files: /etc/*, left: {contains: x}}", "`/etc/*` leads out of the checkout"),
        ("{done: {any: []}}", "r.yaml:4:24: `any` has no conditions"),
        ("{source: issues, scope: {not: {all: []}}}", "r.yaml:4:47: `all` has no conditions"),
        ("{source: issues, scope: {label: null}}", "a value for the condition"),
        ("{source: jobs, done: {cluster: a}}", "`jobs` is not a source that can be counted"),
    ] {
        assert!(refusal(rule).contains(said), "{rule}: {}", refusal(rule));
    }
}
