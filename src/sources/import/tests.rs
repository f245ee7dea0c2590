use super::*;
use crate::domain::{Certainty, Date, Example, Groups, Roadmap};
use crate::sources::{example, roadmap_file};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

mod asides;
mod blockers;
mod boxes;
mod columns;
mod entries;
mod groups;
mod guesses;
mod umbrella;

/// A report shaped like the one of 2020, in other words: markers, indentation, links, owners in prose.
const REPORT: &str = include_str!("report.md");

fn groups() -> &'static Groups {
    example::groups()
}

fn read(text: &str, section: Option<&str>) -> Result<Imported, NothingFound> {
    let fallback = Repo::new("kubernetes/k8s.io").unwrap();
    from_markdown(
        text,
        &ImportContext {
            name: "report.md",
            repo: None,
            fallback: &fallback,
            host: "github.com",
            groups: groups(),
            section,
            title: None,
        },
    )
}

fn import(text: &str) -> Roadmap {
    roadmap(&read(text, None).unwrap_or_else(|error| panic!("{error}: {text}")).draft)
}

fn roadmap(draft: &RoadmapDraft) -> Roadmap {
    let yaml = draft.to_yaml();
    let today = Date::from_ymd_opt(2026, 11, 24).unwrap();
    roadmap_file::read(&yaml, "imported.yaml", groups(), today).unwrap_or_else(|faults| panic!("{faults}\n{yaml}"))
}

/// Returns the first item of an imported document, as YAML.
fn first_item(text: &str) -> String {
    let yaml = read(text, None).unwrap().draft.to_yaml();
    import(text);
    yaml.lines().find_map(|line| line.strip_prefix("      - ")).unwrap_or_default().to_owned()
}

/// Imports an entry into the repository `o/r`; returns its item without quotes.
fn item(line: &str) -> String {
    first_item(&format!("- {line}\n- see o/r#1\n")).replace('"', "")
}

/// Returns projects and their items as `mark title #issue`, items indented.
fn outline(text: &str) -> String {
    let roadmap = import(text);
    let mark = |state: Option<State>| state.map_or("", State::word).to_owned();
    let number = |issue: Option<&IssueRef>| issue.map(|issue| issue.short(&roadmap.repo)).unwrap_or_default();
    let line = |words: [String; 3]| words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    for project in &roadmap.projects {
        let own = line([mark(project.written), project.shown().to_owned(), number(project.issues.first())]);
        writeln!(out, "{own}").unwrap();
        for item in &project.items {
            let title = item.title.clone().unwrap_or_default();
            writeln!(out, "  {}", line([mark(item.written), title, number(item.issue.as_ref())])).unwrap();
        }
    }
    out
}

/// Returns the links of all projects and items, each with its text if that is not the title.
fn links_of(text: &str) -> Vec<String> {
    let roadmap = import(text);
    let shown = |link: &crate::domain::PageLink| match &link.title {
        Some(title) => format!("{title} {}", link.url),
        None => link.url.clone(),
    };
    roadmap.page_links().map(shown).collect()
}

fn note_of(text: &str) -> String {
    let roadmap = import(text);
    let notes = roadmap
        .projects
        .iter()
        .flat_map(|project| project.note.iter().chain(project.items.iter().filter_map(|item| item.note.as_ref())));
    notes.cloned().collect::<Vec<_>>().join(" | ")
}

fn left_out(text: &str) -> Vec<String> {
    let notes = read(text, None).unwrap().notes;
    notes.iter().map(|note| format!("{}: {}", note.line, note.text)).collect()
}

fn fetched(number: u64, title: &str) -> crate::domain::Issue {
    let id = IssueRef::new(Repo::new("o/r").unwrap(), number);
    crate::domain::Issue { title: title.to_owned(), ..crate::domain::Issue::new(id) }
}

/// Returns the draft of an umbrella `o/r#1` with this body, and one child that names it.
fn umbrella_of(body: &str) -> String {
    let umbrella = fetched(1, "Move it all");
    let child = crate::domain::Issue { parents: vec![umbrella.id.clone()], ..fetched(9, "Child") };
    let id = umbrella.id.clone();
    let snapshot = crate::domain::Snapshot::new(None, vec![umbrella, fetched(2, "Images"), child], BTreeMap::new());
    let umbrella = Umbrella { id: &id, snapshot: &snapshot, body, host: "github.com", groups: groups() };
    let draft = from_umbrella(&umbrella).unwrap().draft;
    roadmap(&draft);
    let items = draft.projects.iter().flat_map(|project| &project.items);
    let line = |item: &ItemDraft| {
        let issue = item.issue.as_ref().map(|issue| issue.short(&draft.repo)).unwrap_or_default();
        let state = item.state.map_or("", State::word);
        [state, &item.title, &issue].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    items.map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_report_becomes_a_roadmap() {
    let roadmap = import(REPORT);
    let items: Vec<_> = roadmap.projects.iter().map(|project| project.items.len()).collect();
    assert_eq!((roadmap.migrated.len(), items), (8, vec![3, 2, 2, 2, 5, 2, 1, 3, 1, 2]));
    let gcp: Vec<_> =
        roadmap.projects.iter().filter(|project| project.kind.as_deref() == Some("gcp-project")).collect();
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
fn children_may_be_indented_less_than_the_text_of_their_parent() {
    let roadmap = import(REPORT);
    let testimages = roadmap.project("k8s-testimages").unwrap();
    assert_eq!(testimages.items.len(), 3);
    assert_eq!(testimages.items[2].kind.as_deref(), Some("remark"));
}

#[test]
fn owners_in_prose_keep_their_certainty() {
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
fn figures_unknown_scope_and_exceptions_are_kept() {
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
fn a_document_without_a_list_is_refused() {
    for text in ["", "# Notes\n\nprose\n", "```\n- code\n```\n", "<!--\n- hidden\n-->\n", "-\n-\n", "---\n"] {
        assert_eq!(read(text, None), Err(NothingFound::NoList), "{text}");
    }
}

#[test]
fn an_oversized_document_is_refused_at_once() {
    let lists = "# H\n- a\n".repeat(20_001);
    assert_eq!(read(&lists, None), Err(NothingFound::TooMuch { lists: 20_001, entries: 20_001 }));
    assert!(read(&lists, Some("h")).is_err() && read(&format!("# Part\n- a\n{lists}"), Some("part")).is_ok());
}

#[test]
fn text_with_a_meaning_in_yaml_is_quoted() {
    let text = "What remains\n- yes\n  - 787\n  - 'a: b', [c] {d} # e\n  - \"2020-12-10\"\n- yes\n  - null\n";
    let roadmap = import(text);
    let titles: Vec<_> =
        roadmap.projects.iter().flat_map(|project| &project.items).map(|item| item.title.clone()).collect();
    let expected = ["787", "'a: b', [c] {d} # e", "\"2020-12-10\"", "null"].map(|title| Some(title.to_owned()));
    assert_eq!(titles, expected);
    assert_eq!((roadmap.projects[0].id.as_str(), roadmap.projects[1].id.as_str()), ("yes", "yes-2"));
}

#[test]
fn a_list_below_prose_belongs_to_its_heading() {
    let text = "## What remains\n\nIn order of priority:\nthe first is the most urgent.\n\n- Move images\n  - copy\n- Move docs\n";
    assert_eq!(outline(text), "Move images\n  copy\nMove docs\n");
}

#[test]
fn headings_below_what_remains_are_projects() {
    let text = "# Plan\n\n## What remains\n\n### Registry\n\n- [ ] Move images\n- [x] Move docs\n\nJobs\n----\n\n- [ ] elsewhere\n\n### Later\n";
    assert_eq!(outline(text), "Registry\n  Move images\n  done Move docs\n");
    let whole = "# Plan\n\n## Registry\n\n- [ ] Move images\n- [x] Move docs\n\n**Jobs**\n\n- [ ] Move jobs\n";
    assert_eq!(outline(whole), "Registry\n  Move images\n  done Move docs\nJobs\n  Move jobs\n");
}

#[test]
fn a_table_is_a_list_with_status_issue_and_owner() {
    let text = "## What remains\n\n| Task | Issue | Status | Owner |\n|---|---|---|---|\n| Move images | #12 | Done | sig-release |\n| Move docs | [#13](https://github.com/o/r/issues/13) | In progress | sig-docs |\n| Move `jobs` | | ❌ | |\n";
    assert_eq!(outline(text), "What remains\n  done Move images #12\n  started Move docs #13\n  todo Move jobs\n");
    let roadmap = import(text);
    let owner = roadmap.projects[0].items[0].owner.clone().unwrap();
    assert_eq!(owner.names[0].as_str(), "sig-release");
    assert_eq!(roadmap.repo.as_str(), "o/r");
}

#[test]
fn a_table_keeps_what_its_other_columns_say() {
    let text =
        "| # | Feature | Linux | macOS |\n|---|---|---|---|\n| 1 | Fast | ✅ | ❌ |\n| 2 | Small | ✅ | soon |\n";
    assert_eq!(outline(text), "Imported roadmap\n  Fast\n  Small\n");
    assert_eq!(note_of(text), "Linux: ✅. macOS: ❌ | Linux: ✅. macOS: soon");
    let only = "| Module | |\n|---|---|\n| base | ✅ |\n| web | :x: |\n";
    assert_eq!(outline(only), "Imported roadmap\n  done base\n  todo web\n");
    let bullets = "| Module | Who |\n|---|---|\n| - [ ] base | |\n| * [x] web | @ann |\n";
    assert_eq!(outline(bullets), "Imported roadmap\n  base\n  done web\n");
}

#[test]
fn open_work_is_announced_in_many_wordings() {
    for heading in
        ["TODO", "To-do", "What's left?", "📋 To do:", "Remaining work", "1. Still to do", "What remains (2 of 9)"]
    {
        let text = format!("# Plan\n\n## Usage\n\n- run it\n\n## {heading}\n\n- Images\n- Docs\n");
        assert_eq!(import(&text).projects.len(), 1, "{heading}");
        assert_eq!(left_out(&text), ["5: 1 entry below `Usage`: not part of what remains (`--section` chooses)"]);
    }
    for heading in ["Todo.txt", "Migrate", "Topics", "Leftovers of the day"] {
        let text = format!("## Usage\n\n- run it\n\n## {heading}\n\n- Images\n");
        assert_eq!(import(&text).projects.len(), 2, "{heading}");
    }
}

#[test]
fn boxes_and_struck_entries_of_the_first_level_have_states() {
    let text = "## What remains\n\n- [x] Move images\n- [ ] Move docs\n- ~~Move wiki~~\n- [x] ~~Move blog~~\n";
    assert_eq!(
        outline(text),
        "What remains\n  done Move images\n  Move docs\n  dropped Move wiki\n  dropped Move blog\n"
    );
}

#[test]
fn a_wrapped_line_is_one_entry() {
    let text = "## What remains\n\n- Move images to the\nnew registry\n- Move docs\n  - copy\n    them\n- Move jobs\n";
    assert_eq!(outline(text), "Move images to the new registry\nMove docs\n  copy them\nMove jobs\n");
}

#[test]
fn comments_are_skipped_and_end_no_list() {
    let comment = "<!--\n- every bucket\n-->\n";
    for text in [
        format!("## To do\n\n{comment}\n- Images\n- Docs\n"),
        format!("To do:\n- Images\n{comment}- Docs\n"),
        "To do:\n- Images\n  <!--\n  - hidden\n  -->\n- Docs\n".to_owned(),
        "To do:\n- Images <!-- - hidden -->\n- Docs\n".to_owned(),
    ] {
        let roadmap = import(&text);
        let titles: Vec<_> = roadmap.projects[0].items.iter().filter_map(|item| item.title.clone()).collect();
        assert_eq!(titles, ["Images", "Docs"], "{text}");
    }
}

#[test]
fn front_matter_gives_the_title_and_a_comment_does_not() {
    let list = "## What remains\n\n- Images\n  - copy\n";
    assert_eq!(import(&format!("---\ntitle: \"Plan\"\nweight: 4\n---\n\n{list}")).title, "Plan");
    assert_eq!(import(&format!("+++\ntitle = 'Plan'\n+++\n\n{list}")).title, "Plan");
    assert_eq!(import(&format!("<!-- toc -->\n\n[a]: https://example.com\n\n{list}")).title, "Imported roadmap");
    assert_eq!(import(&format!("---\n\n# Plan\n\n---\n\n{list}")).title, "Plan");
    let unclosed = import("---\nNote: see below\n\n# Plan\n\n- [ ] Images\n- [ ] Docs\n");
    assert_eq!((unclosed.title.as_str(), unclosed.projects[0].items.len()), ("Plan", 2));
}

#[test]
fn a_section_can_be_chosen() {
    let text = "# Plan\n\n## To do\n\n- a\n\n## Phase 2: jobs\n\n- b\n";
    let chosen = read(text, Some("phase 2")).unwrap().draft;
    assert_eq!(chosen.projects[0].items[0].title, "b");
    let headings = vec!["Plan".to_owned(), "To do".to_owned(), "Phase 2: jobs".to_owned()];
    assert_eq!(read(text, Some("x")), Err(NothingFound::NoSection { wanted: "x".to_owned(), headings }));
}

#[test]
fn every_yaml_parser_reads_quoted_text_as_written() {
    let text = "- still needed?\n- yes\n- No\n- 12:30\n- 1_000\n- 0x1F\n- ~\n- null\n- =\n- <<\n- 'a'\n- a: b\n- \\#c\n- é\n- @d e\n- %f\n- 2020-12-10\n- 1e3\n- .inf\n- `- x`\n";
    let yaml = read(text, None).unwrap().draft.to_yaml();
    let items: Vec<&str> = yaml.lines().filter_map(|line| line.strip_prefix("      - ")).collect();
    assert_eq!(items.len(), 20, "{yaml}");
    assert!(items.iter().all(|item| item.starts_with(['"', '{'])), "{yaml}");
    assert_eq!(import(text).projects[0].items.len(), 20);
}

#[test]
fn equal_names_deep_lists_and_large_documents_are_fast() {
    let mut text = String::new();
    for _ in 0..3_000 {
        text.push_str("# Same\n\n- same\n  - same\n");
    }
    assert_eq!(import(&text).projects.len(), 3_000);
    let mut deep = String::new();
    for depth in 0..200 {
        writeln!(deep, "{}- level {depth}", "  ".repeat(depth)).unwrap();
    }
    let lines = read(&deep, None).unwrap().draft;
    assert_eq!(lines.items() + lines.projects.len(), 200);
    for hostile in ["- ", "> ", "* [ ] ", "[", "`", "<", "<pre>", "<!--", "| ", "#12 ", "(", "~~", "![](", "1. "] {
        drop(read(&hostile.repeat(3_000), None));
    }
}

/// Generates a document of lists below headings with distinct entries, and these entries.
fn documents() -> impl Strategy<Value = (String, Vec<String>)> {
    let line = (0_usize..4, 0_usize..9, any::<bool>());
    prop::collection::vec(line, 1..40).prop_map(|lines| {
        let (mut text, mut entries, mut open) = (String::new(), Vec::new(), 0);
        for (number, (depth, kind, is_loose)) in lines.into_iter().enumerate() {
            if kind == 8 {
                write!(text, "\n## Heading {number}\n\n").unwrap();
                open = 0;
                continue;
            }
            let depth = depth.min(open);
            open = depth + 1;
            let mark = ["- ", "- [ ] ", "- [x] ", "- ✅ ", "- **", "- #7 ", "- ", "- "][kind];
            let end = if kind == 4 { "**" } else { "" };
            let entry = format!("entry{number}x");
            write!(text, "{}{mark}{entry}{end}\n{}", "  ".repeat(depth), if is_loose { "\n" } else { "" }).unwrap();
            entries.push(entry);
        }
        (text, entries)
    })
}

proptest! {
    #[test]
    fn every_entry_is_imported_once((text, entries) in documents()) {
        prop_assume!(!entries.is_empty());
        let roadmap = import(&text);
        let items = || roadmap.projects.iter().flat_map(|project| &project.items);
        // An entry without a box below one with a box is a note.
        let notes = roadmap.projects.iter().filter_map(|project| project.note.as_ref());
        let notes = notes.chain(items().filter_map(|item| item.note.as_ref())).flat_map(|note| note.split(". "));
        let titles: Vec<String> = roadmap
            .projects
            .iter()
            .map(|project| project.shown().to_owned())
            .chain(items().filter_map(|item| item.title.clone()))
            .chain(notes.map(str::to_owned))
            .collect();
        for entry in entries {
            // A box with nested boxes is part of their titles.
            let is_last = |title: &&String| title.rsplit(": ").next() == Some(entry.as_str());
            let names_others = titles.iter().any(|title| title.contains(&format!("{entry}: ")));
            let count = titles.iter().filter(is_last).count();
            prop_assert_eq!(count, usize::from(!names_others), "{} in {}", entry, text);
        }
    }

    #[test]
    fn every_import_is_a_valid_roadmap(text in "([-*+] |\\[[ xX]\\] |#|[0-9]{1,3}[.)] |~~|`{1,3}|<li>|<ul>|<!--|-->|<td>|<tr>|<table>|\\|---\\|\n|\\| |https://github.com/a/b/issues/|@a|\\(|\\)|:|\"|'|é|\u{1b}|\n|    |> |&#27;|&#x85;|#[12] |blocked by #[12] |[a-z]{1,5}| ){0,60}") {
        if let Ok(imported) = read(&text, None) {
            roadmap(&imported.draft);
        }
    }
}
