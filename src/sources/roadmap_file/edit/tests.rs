mod refusals;
mod remedies;

use proptest::prelude::*;

use super::super::tests::{groups, today};
use super::*;

/// Realistic files, each difficult in its own way, most with a project `a`.
const CORPUS: [&str; 12] = [
    "version: 1\nprojects:\n  - id: a # the first\n    items:\n      - 787   # kettle\n      - Write docs # soon\n      # - 12\n      - {title: x, state: todo} # y\n",
    "version: 1\r\nprojects:\r\n- id: a\r\n  note: x\r\n  items:\r\n  - title: one\r\n    # why\r\n    kind: docs\r\n\r\n  - 3\r\n",
    "{version: 1, projects: [{id: a, items: [787, \"it's\", {issue: 3}, {title: 'q', state: \"done\"}, \"a, b\"]}]}",
    "version: 1\nprojects:\n- id: a\n  state:\n  owner: sig-testing   \n  items:\n  - title: one\n    state: # nothing yet\n    note: |\n      # not a comment\n      two\n\n  - title: two\n    note: >-\n      three\n      four",
    "\u{feff}version: 1\nprojects:\n  -   id: a\n      items: [\n        787, # one\n        { title: two, # half\n          kind: docs },\n      ]\n",
    "version: 1\nprojects:\n- &a\n  id: a\n  items: &items\n  - 1\n  - 2\n- id: b\n  items: *items\n",
    "version: 1\nprojects:\n- id: a\n  owner:\n    # agreed in March\n    sigs: [sig-testing]\n    certainty: accepted\n  items:\n  - note: &n first\n    title: x\n  - {title: y, note: *n}\n",
    "version: 1\nprojects:\n- id: a\n  owner:\n    sig: sig-testing\n    certainty: proposed\n  items:\n  - title: plain text\n      over two lines\n  - \"quoted\n    over two\"\n  - 日本 → é # ☃\n",
    "version: 1\nx-y: &base {kind: z}\nprojects: []\n",
    "# top\n---\nversion: 1\nprojects:\n- id: a\n  items:\n  - items without a key, and {braces}\n  - '#788'\n  - kubernetes/test-infra#33350\n  - https://github.com/kubernetes/k8s.io/issues/5 # five\n  - \"???\"\n...\n",
    "version: 1\nprojects:\n- {id: a, blocked_by: b/787, items: [x]}\n- id: b\n  items:\n  - 787\n  -   title:   spaced   \n      due:     2020-12-10\n",
    "version: 1\ncounters: {c: {done: 1, total: 2, date: 2020-12-10}}\nprojects:\n- id: a\n  items:\n  - counter: c\n    note: >\n      folded\n  - note: |+\n      keeps\n\n    title: t\n",
];

fn around<'a>(groups: &'a Groups, seen: Option<&'a Roadmap>) -> EditContext<'a> {
    EditContext { name: "roadmap.yaml", groups, today: today(), seen }
}

fn edit(target: &str, changes: &[&str]) -> Edit {
    let changes = changes.iter().map(|change| EditField::parse(change).unwrap()).collect();
    Edit { target: EditTarget::Named(target.to_owned()), changes }
}

fn change(text: &str, target: &str, changes: &[&str]) -> Result<String, String> {
    let planned = plan(text, &edit(target, changes), &around(&groups(), None));
    planned.map(|change| change.new_text).map_err(|error| match error {
        EditError::Refused { message, hint } => format!("{message} | {}", hint.unwrap_or_default()),
        EditError::Faulty(faults) => faults.to_string(),
    })
}

/// Edits an item of a project `a` with the given items.
fn item(items: &str, key: &str, changes: &[&str]) -> String {
    let head = "version: 1\nprojects:\n- id: a\n  items:";
    let new = change(&format!("{head}{items}"), &format!("a/{key}"), changes).unwrap();
    new.strip_prefix(head).unwrap().to_owned()
}

#[test]
fn an_existing_value_is_replaced_within_its_quotes() {
    assert_eq!(item(" [{title: x, state: todo}]\n", "x", &["state=done"]), " [{title: x, state: done}]\n");
    assert_eq!(
        item("\n  - title: x\n    state: 'todo'  # why\n", "x", &["state=done"]),
        "\n  - title: x\n    state: 'done'  # why\n"
    );
    assert_eq!(
        item(" [{title: x, state: \"todo\"}]\n", "x", &["state=removed"]),
        " [{title: x, state: \"removed\"}]\n"
    );
}

#[test]
fn a_bare_issue_becomes_a_map() {
    assert_eq!(item("\n  - 787 # kettle\n", "787", &["state=done"]), "\n  - {issue: 787, state: done} # kettle\n");
    assert_eq!(item(" [786, 787]\n", "787", &["state=done"]), " [786, {issue: 787, state: done}]\n");
    assert_eq!(item("\n  - '#787'\n", "787", &["due=2021-03-31"]), "\n  - {issue: '#787', due: 2021-03-31}\n");
    assert_eq!(item("\n  - x/y#7\n", "7", &["state=done"]), "\n  - {issue: x/y#7, state: done}\n");
}

#[test]
fn a_bare_issue_is_replaced_by_another() {
    assert_eq!(item("\n  - 787 # kettle\n", "787", &["issue=788"]), "\n  - 788 # kettle\n");
}

#[test]
fn a_bare_title_becomes_a_map_with_quotes_if_needed() {
    assert_eq!(item("\n  - Write docs\n", "write-docs", &["issue=787"]), "\n  - {title: Write docs, issue: 787}\n");
    assert_eq!(item("\n  - a, b {c}\n", "a-b-c", &["state=done"]), "\n  - {title: \"a, b {c}\", state: done}\n");
    assert_eq!(item("\n  - \"???\"\n", "unknown", &["state=dropped"]), "\n  - {title: \"???\", state: dropped}\n");
}

#[test]
fn a_bare_url_stays_a_title_and_a_link() {
    let url = "https://codeberg.org/o/r/issues/100";
    let old = format!("version: 1\nprojects:\n- id: a\n  items:\n  - {url} # theirs\n");
    let place =
        |text: &str| super::super::read(text, "r", &groups(), today()).unwrap().projects.remove(0).items.remove(0);
    let new = change(&old, &format!("a/{}", place(&old).key), &["state=done"]).unwrap();
    assert!(new.ends_with(&format!("  - {{title: {url}, links: {url}, state: done}} # theirs\n")), "{new}");
    assert_eq!(place(&new).links, place(&old).links);
}

#[test]
fn a_pair_is_added_to_a_flow_map() {
    assert_eq!(item(" [{ title: x }]\n", "x", &["state=done"]), " [{ title: x, state: done }]\n");
    assert_eq!(item(" [{title: x,}]\n", "x", &["state=done"]), " [{title: x, state: done,}]\n");
    assert_eq!(item(" [{title: x, note: }]\n", "x", &["state=done"]), " [{title: x, state: done, note: }]\n");
}

#[test]
fn a_line_is_added_after_the_short_values_of_a_block_map() {
    let items = "\n  - title: x # why\n    kind: docs # what\n    note: |\n      long\n  - 3\n";
    let expected = "\n  - title: x # why\n    kind: docs # what\n    state: done\n    note: |\n      long\n  - 3\n";
    assert_eq!(item(items, "x", &["state=done"]), expected);
    let items = "\n  - note: |\n      long\n    title: x\n";
    assert_eq!(item(items, "x", &["state=done"]), "\n  - state: done\n    note: |\n      long\n    title: x\n");
}

#[test]
fn a_missing_final_newline_stays_missing() {
    assert_eq!(item("\n  - title: x", "x", &["state=done"]), "\n  - title: x\n    state: done");
}

#[test]
fn line_ends_are_kept() {
    let text = "version: 1\r\nprojects:\r\n- id: a # x\r\n  items:\r\n  - 787\r\n";
    let expected = "version: 1\r\nprojects:\r\n- id: a # x\r\n  state: done\r\n  items:\r\n  - 787\r\n";
    assert_eq!(change(text, "a", &["state=done"]), Ok(expected.to_owned()));
    let cut = "version: 1\r\nprojects:\r\n- id: a";
    assert_eq!(change(cut, "a", &["state=done"]), Ok(format!("{cut}\r\n  state: done")));
}

#[test]
fn an_empty_value_is_filled() {
    assert_eq!(
        item("\n  - title: x\n    state: # soon\n", "x", &["state=done"]),
        "\n  - title: x\n    state: done # soon\n"
    );
    assert_eq!(item("\n  - title: x\n    state: ~\n", "x", &["state=done"]), "\n  - title: x\n    state: done\n");
}

#[test]
fn several_values_are_set_at_once_even_if_the_key_changes() {
    let new =
        item("\n  - Write docs\n", "write-docs", &["issue=787", "state=started", "owner=sig-docs", "due=2021-03-31"]);
    assert_eq!(new, "\n  - {title: Write docs, issue: 787, state: started, owner: sig-docs, due: 2021-03-31}\n");
}

#[test]
fn owners_replace_each_other_in_any_form() {
    let text = "version: 1\nprojects:\n- id: a\n  owner:\n    sig: sig-testing\n    certainty: proposed\n  kind: x\n";
    let flow = "owner={sigs: [sig-docs, sig-release], certainty: either}";
    let expected = "version: 1\nprojects:\n- id: a\n  owner:\n    sig-docs\n  kind: x\n";
    assert_eq!(change(text, "a", &["owner=sig-docs"]), Ok(expected.to_owned()));
    let expected = "version: 1\nprojects:\n- id: a\n  owner: {sigs: [sig-docs, sig-release], certainty: either}\n";
    assert_eq!(
        change("version: 1\nprojects:\n- id: a\n  owner: {sig: sig-testing}\n", "a", &[flow]),
        Ok(expected.to_owned())
    );
}

#[test]
fn a_note_is_quoted_if_needed() {
    let new = item(
        "\n  - title: x\n    note: |\n      old\n      text\n    kind: y\n",
        "x",
        &["note=new: # text\nof two lines"],
    );
    assert_eq!(new, "\n  - title: x\n    note: \"new: # text\\nof two lines\"\n    kind: y\n");
}

#[test]
fn setting_the_same_value_changes_nothing() {
    let text = "version: 1\nprojects: [{id: a, state: done}]\n";
    let planned = plan(text, &edit("a", &["state=done"]), &around(&groups(), None)).unwrap();
    assert_eq!((planned.new_text.as_str(), planned.diff.as_str()), (text, ""));
}

#[test]
fn the_diff_shows_the_change() {
    let text = "version: 1\nprojects:\n- id: a\n  items:\n  - 786\n  - 787 # kettle\n";
    let planned = plan(text, &edit("a/787", &["state=done"]), &around(&groups(), None)).unwrap();
    insta::assert_snapshot!(planned.diff, @r"
    --- roadmap.yaml
    +++ roadmap.yaml
    @@ -3,4 +3,4 @@
     - id: a
       items:
       - 786
    -  - 787 # kettle
    +  - {issue: 787, state: done} # kettle
    ");
}

#[test]
fn the_only_issue_of_a_list_is_replaced() {
    for (old, new) in
        [("issues: [6] # why", "issues: [9] # why"), ("issues: '6'", "issues: '9'"), ("issues: 6", "issues: 9")]
    {
        let text = |issues: &str| format!("version: 1\nprojects:\n- id: a\n  {issues}\n");
        assert_eq!(change(&text(old), "a", &["issue=9"]), Ok(text(new)), "{old}");
    }
}

#[test]
fn a_file_is_edited_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roadmap.yaml");
    disk::write(&path, b"version: 1\nprojects: [{id: a}] # x\n").unwrap();
    apply(&path, &edit("a", &["state=done"]), &around(&groups(), None)).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "version: 1\nprojects: [{id: a, state: done}] # x\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Returns the comments of a YAML text, in order.
fn comments(text: &str) -> Vec<String> {
    let events = granit_parser::Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    events
        .filter_map(|event| {
            let granit_parser::Event::Comment(text, _) = event.unwrap().0 else { return None };
            Some(text.into_owned())
        })
        .collect()
}

/// Returns the number of bytes between common prefix and suffix, in the old and in the new text.
fn touched(old: &str, new: &str) -> (usize, usize) {
    let head = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old.as_bytes()[head..], &new.as_bytes()[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    (old.len() - tail, new.len() - tail)
}

fn any_change() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "state=done",
        "state=dropped",
        "issue=4242",
        "issue=x/y#9",
        "due=2021-03-31",
        "owner=sig-docs",
        "owner={sigs: [sig-docs, sig-release], certainty: unsure}",
        "note=plain",
        "note=it's: \"odd\", [x] # {y}",
        "note=two\nlines",
    ])
}

proptest! {
    #[test]
    fn edits_change_only_the_bytes_of_the_value(
        file in 0..CORPUS.len(), pick in any::<prop::sample::Index>(), changes in prop::collection::vec(any_change(), 1..4)
    ) {
        let (mut text, groups) = (CORPUS[file].to_owned(), groups());
        for change in changes {
            let Ok(roadmap) = super::super::read(&text, "r", &groups, today()) else { break };
            let targets: Vec<EditTarget> = roadmap.projects.iter().flat_map(|project| {
                let items = project.items.iter().map(|item| EditTarget::Item(project.id.clone(), item.key.clone()));
                std::iter::once(EditTarget::Project(project.id.clone())).chain(items)
            }).collect();
            if targets.is_empty() { break; }
            let target = pick.get(&targets).clone();
            let edit = Edit { target, changes: vec![EditField::parse(change).unwrap()] };
            let Ok(planned) = plan(&text, &edit, &around(&groups, Some(&roadmap))) else { continue };
            let new = planned.new_text;
            prop_assert_eq!(comments(&text), comments(&new));
            prop_assert!(touched(&text, &new).1 < 120, "{:?} -> {:?}", text, new);
            prop_assert!(touched(&text, &new).0 < 80, "{:?} -> {:?}", text, new);
            if !text.replace("\r\n", "").contains('\n') {
                prop_assert!(!new.replace("\r\n", "").contains('\n'), "{:?}", new);
            }
            prop_assert_eq!(text.starts_with('\u{feff}'), new.starts_with('\u{feff}'));
            text = new;
        }
    }
}

#[test]
fn the_corpus_can_be_edited() {
    let groups = groups();
    let mut counts = (0, 0);
    for text in CORPUS {
        let Ok(roadmap) = super::super::read(text, "r", &groups, today()) else { continue };
        for project in &roadmap.projects {
            for item in &project.items {
                let target = EditTarget::Item(project.id.clone(), item.key.clone());
                let edit = Edit { target, changes: vec![(EditField::State, "removed".to_owned())] };
                match plan(text, &edit, &around(&groups, None)) {
                    Ok(_) => counts.0 += 1,
                    Err(_) => counts.1 += 1,
                }
            }
        }
    }
    // The four others are shared by an anchor.
    assert_eq!(counts, (29, 4));
}

#[test]
fn an_item_is_found_by_key_title_or_issue() {
    let text =
        "version: 1\nprojects:\n- id: a\n  items: [787, Write Docs, {title: x, issue: 5}]\n- id: b\n  items: [5]\n";
    for target in ["a/787", "a/#787", "a/kubernetes/k8s.io#787", "787", "#787", "kubernetes/k8s.io#787"] {
        let new = change(text, target, &["state=done"]).unwrap();
        assert!(new.contains("[{issue: 787, state: done}, Write Docs"), "{target}: {new}");
    }
    for target in ["a/write-docs", "a/Write Docs", "a/write docs"] {
        assert!(
            change(text, target, &["state=done"]).unwrap().contains("{title: Write Docs, state: done}"),
            "{target}"
        );
    }
    assert!(change(text, "a/5", &["state=done"]).unwrap().contains("issue: 5, state: done}]\n- id: b"));
    assert_eq!(
        change(text, "5", &["state=done"]).unwrap_err(),
        "several items have the issue kubernetes/k8s.io#5 | name one of them: a/5, b/5"
    );
}

#[test]
fn a_file_that_changed_since_the_edit_was_computed_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roadmap.yaml");
    let text = || std::fs::read_to_string(&path).unwrap();
    disk::write(&path, b"version: 1\n").unwrap();
    replace(&path, "roadmap.yaml", "version: 1\n", "version: 1 # one\n").unwrap();
    assert_eq!(text(), "version: 1 # one\n");
    let refused = replace(&path, "roadmap.yaml", "version: 1\n", "version: 1 # two\n").unwrap_err();
    assert!(refused.to_string().contains("changed while it was edited"), "{refused}");
    assert_eq!(text(), "version: 1 # one\n");
}

#[test]
fn an_issue_that_would_rename_a_blocker_is_refused_with_a_hint() {
    let text = |first: &str| {
        format!("version: 1\nprojects:\n- id: a\n  aliases: [b]\n  items:\n  - {first}\n- id: c\n  blocked_by: b/one\n")
    };
    let said = change(&text("one"), "a/one", &["issue=44"]).unwrap_err();
    assert_eq!(
        said,
        "with this issue `a/one` would be called `a/44`, and line 8 refers to it as `a/one` | \
         write `id: one` into the item first, so that it keeps its name; nothing was written"
    );
    let edited = change(&text("{id: one, title: one}"), "a/one", &["issue=44"]).unwrap();
    assert!(edited.contains("{id: one, title: one, issue: 44}"), "{edited}");
}
