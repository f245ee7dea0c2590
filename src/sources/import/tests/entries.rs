//! Tests of list entries: links, owners, notes and states.

use super::*;

#[test]
fn a_heading_that_only_begins_with_a_status_word_has_no_state() {
    for heading in
        ["Complete migration of DNS", "Released artifacts", "Done criteria", "Migrated users", "Ongoing costs", "X"]
    {
        let text = format!("# Board\n\n## {heading}\n\n- a\n\n## Other\n\n- c\n");
        assert_eq!(outline(&text), format!("{heading}\n  a\nOther\n  c\n"), "{heading}");
    }
    for (heading, state) in
        [("Images (done in 2026)", "done"), ("Done (2)", "done"), ("Completed in v1.2", "done"), ("Doing", "started")]
    {
        let text = format!("# Board\n\n## {heading}\n\n- a\n\n## Other\n\n- c\n");
        assert!(outline(&text).contains(&format!("  {state} a\n")), "{heading}");
    }
    let summary = "# Board\n\n<details><summary>X</summary>\n\n- a\n\n</details>\n";
    assert!(!outline(summary).contains("done"), "{}", outline(summary));
}

#[test]
fn only_an_anchor_is_stripped_from_braces_in_a_heading() {
    let text = "# Plan\n\n## Replace ${VERSION}\n\n- a\n\n## Docs {#docs}\n\n- b\n";
    assert_eq!(outline(text), "Replace ${VERSION}\n  a\nDocs\n  b\n");
}

#[test]
fn cells_and_boxes_of_html_are_read_as_a_browser_shows_them() {
    let table = "<table><tr><th>Task</th><th>Status</th></tr><tr><td>A|B</td><td>done</td></tr></table>\n";
    assert!(outline(table).contains("done A|B"), "{}", outline(table));
    let list = "<ul>\n<li><INPUT TYPE=\"CHECKBOX\" CHECKED> a</li>\n<li><input type=checkbox aria-checked=\"false\"> b</li>\n</ul>\n";
    assert!(outline(list).contains("done a") && !outline(list).contains("done b"), "{}", outline(list));
}

#[test]
fn brackets_in_code_and_calls_stay_in_the_title() {
    let text = "# Plan\n\n- Replace `close (open)`\n- Replace `f(done)`\n- Call close(open)\n- Rename foo (new)\n- `g(x)` (done)\n";
    let shown = outline(text);
    for title in [
        "  Replace close (open)\n",
        "  Replace f(done)\n",
        "  Call close(open)\n",
        "  Rename foo (new)\n",
        "done g(x)\n",
    ] {
        assert!(shown.contains(title), "{title}: {shown}");
    }
}

#[test]
fn struck_text_in_a_cell_is_not_its_status() {
    let text = "# Plan\n\n| Task | Status |\n|---|---|\n| a | ~~todo~~ done |\n| b | ~~done~~ |\n";
    let shown = outline(text);
    assert!(shown.contains("done a") && !shown.contains("done b"), "{shown}");
}

#[test]
fn links_keep_their_targets() {
    let text = "## What remains\n\n- Move images, [plan](https://example.com/plan \"the plan\")\n  - [doc](https://docs.example.com/x)\n  - ![diagram](https://example.com/a.png)\n";
    assert_eq!(outline(text), "Move images, plan\n  doc\n  diagram\n");
    assert_eq!(
        links_of(text),
        ["plan https://example.com/plan", "https://docs.example.com/x", "https://example.com/a.png"]
    );
}

#[test]
fn the_target_of_a_link_wins_and_bare_numbers_belong_to_the_repository_at_hand() {
    let text = "## To do\n\n- Images\n  - copy [#12](https://github.com/o/r/issues/12)\n  - move A (see #13) and B\n- [#14](https://github.com/o/r/issues/14) Docs\n- #16\n";
    assert_eq!(outline(text), "Images\n  copy #12\n  move A (see #13) and B\nDocs #14\nissue-16 #16\n");
    assert_eq!(import(text).repo.as_str(), "o/r");
    let elsewhere =
        "- a #1\n- b p/q#2\n- [c](https://github.com/p/q/pull/3)\n- [#9](https://github.com/s/t/issues/4) d\n";
    assert_eq!(outline(elsewhere), "Imported roadmap\n  a #1\n  b #2\n  c #3\n  d s/t#4\n");
}

#[test]
fn an_issue_of_another_forge_is_a_link() {
    let text = "- [port](https://codeberg.org/o/r/issues/100)\n- https://gitlab.com/o/r/-/issues/7\n";
    assert_eq!(outline(text), "Imported roadmap\n  port\n  https://gitlab.com/o/r/-/issues/7\n");
    assert_eq!(links_of(text), ["https://codeberg.org/o/r/issues/100", "https://gitlab.com/o/r/-/issues/7"]);
    assert!(import(text).projects[0].items.iter().all(crate::domain::Item::is_tracked_elsewhere));
}

#[test]
fn owners_are_groups_people_and_teams() {
    let text = "## Left\n\n- Images (owner: @alice)\n- Docs (Team Docs)\n- Jobs (SIG Testing)\n- Web @bob\n- Wiki by @carol and @dave\n- Mail (@org/team)\n- cc @erin\n";
    let draft = read(text, None).unwrap().draft;
    let owners: Vec<_> = draft.projects[0]
        .items
        .iter()
        .map(|item| {
            let groups = item.owner.groups.iter().map(|group| group.as_str().to_owned());
            format!("{}: {}", item.title, groups.chain(item.owner.others.iter().cloned()).collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        owners,
        [
            "Images: @alice",
            "Docs: Team Docs",
            "Jobs: sig-testing",
            "Web: @bob",
            "Wiki: @carol @dave",
            "Mail: @org/team",
            "cc @erin: "
        ]
    );
}

/// Returns the title, owner and note of an imported entry, in a repository outside Kubernetes.
fn owned(line: &str) -> String {
    first_item(&format!("- {line}\n- [x](https://github.com/o/r/issues/1)\n"))
}

#[test]
fn any_name_behind_an_owner_phrase_is_an_owner() {
    for (line, item) in [
        ("Images (owner: ann)", "{title: Images, owner: \"ann\"}"),
        ("Images (owner: infra)", "{title: Images, owner: \"infra\"}"),
        ("Images (owner: Team Blue)", "{title: Images, owner: \"Team Blue\"}"),
        ("Images owned by dave", "{title: Images, owner: \"dave\"}"),
        ("Images, owned by the docs team.", "{title: Images, owner: \"docs team\"}"),
        ("Images (owned by docs team)", "{title: Images, owner: \"docs team\"}"),
        ("Images (this would be owned by Blue)", "{title: Images, owner: {names: \"Blue\", certainty: proposed}}"),
        ("Images, owner: ann", "{title: Images, owner: \"ann\"}"),
        ("Images (owner: ann, bob)", "{title: Images, owner: \"ann, bob\"}"),
        ("Images (owner: ann, due in May)", "{title: Images (due in May), owner: \"ann\"}"),
        ("Images (P1, owner: ann)", "{title: \"Images (P1)\", owner: \"ann\"}"),
        ("Images (owner: ann) and docs", "{title: Images and docs, owner: \"ann\"}"),
        ("Images (P1, owner: @ann)", "{title: \"Images (P1)\", owner: \"@ann\"}"),
        ("Images (owner: testing)", "{title: Images, owner: sig-testing}"),
    ] {
        assert_eq!(owned(line), item.replace("\"Images (P1)\"", "Images (P1)"), "{line}");
    }
}

#[test]
fn an_owner_phrase_without_a_name_is_kept() {
    for line in [
        "Images (owner: TBD)",
        "Images (owner: none)",
        "Move buckets owned by the old project to the new one",
        "Images owned by us",
        "Rename the label owner: infra to team: infra",
        "Add a code owner - review rules",
        "Images owned by google.com",
        "Write the `owner: ann` example",
        "owner: ann",
    ] {
        let item = owned(line).replace('"', "");
        assert!(item == line.replace('`', ""), "{line}: {item}");
    }
}

#[test]
fn figures_are_read_beside_their_unit() {
    let text = "- x 288 / 1780 jobs\n- Prow (3/7 jobs)\n- Docs: 3/7 pages\n- 11/29 release party\n- Use `1/2 jobs`\n";
    let items = &import(text).projects[0].items;
    let read: Vec<_> = items.iter().map(|item| (item.title.as_deref().unwrap_or_default(), item.progress)).collect();
    let figures = Progress::new(3, 7);
    assert_eq!(
        read,
        [
            ("x jobs", Progress::new(288, 1780)),
            ("Prow", figures),
            ("Docs", figures),
            ("11/29 release party", None),
            ("Use 1/2 jobs", None)
        ]
    );
    assert_eq!(note_of(text), "3/7 jobs | 3/7 pages");
    assert_eq!(
        note_of("# Plan\n\n## Prow (3/7)\n\n- a\n\n## Docs (3 / 7 pages)\n\n- b\n"),
        "Written as 3/7. | 3 / 7 pages"
    );
}

#[test]
fn paragraphs_outside_lists_are_reported() {
    let text = "# Plan\n\nBudget is 5 days;\nask Bob first.\n\n## Images\n\nThese come first:\n\n- a\n\nTODO: also rewrite the docs\n\n## Later\n\nNothing yet.\n";
    assert_eq!(
        left_out(text),
        [
            "3: text outside lists is left out: Budget is 5 days; ask Bob first.",
            "12: text outside lists is left out: TODO: also rewrite the docs",
            "16: text outside lists is left out: Nothing yet."
        ]
    );
    let chosen = read(text, Some("images")).unwrap().notes;
    assert_eq!(chosen.iter().filter(|note| note.text.contains("outside lists")).count(), 1, "{chosen:?}");
    let long = format!("- a\n\n{}", format!("{}\n\n", "word ".repeat(30)).repeat(13));
    let notes = left_out(&long);
    assert_eq!((notes.len(), notes[10].as_str()), (11, "23: text outside lists is left out: 3 more paragraphs"));
    assert!(notes[0].ends_with('…') && notes[0].len() < 120, "{}", notes[0]);
}

#[test]
fn a_paragraph_in_an_entry_is_its_note() {
    let text = "## What remains\n\n- **Images**\n\n  Everything must be copied.\n\n  - copy\n- Docs\n";
    assert_eq!(outline(text), "Images\n  copy\nDocs\n");
    assert_eq!(note_of(text), "Everything must be copied.");
}

#[test]
fn signs_status_words_and_figures_are_stripped_from_the_title() {
    let text = "- ✅ Images\n- Docs 🚧\n- Jobs (3/7)\n- 288 / 1780 more jobs\n- Web (done)\n- [ ] Wiki ⏳\n- ❌ Mail\n";
    assert_eq!(
        outline(text),
        "Imported roadmap\n  done Images\n  started Docs\n  Jobs\n  more jobs\n  done Web\n  started Wiki\n  todo Mail\n"
    );
    assert_eq!(import(text).projects[0].items[2].progress, Progress::new(3, 7));
}

#[test]
fn lists_in_quotes_html_and_task_list_fences_are_lists() {
    for text in [
        "> - [x] a\n> - [ ] b\n",
        "<details><summary>Left</summary>\n\n- [x] a\n- [ ] b\n\n</details>\n",
        "```[tasklist]\n- [x] a\n- [ ] b\n```\n",
        "<h1>Left</h1>\n- [x] a\n- [ ] b\n",
        "<ul>\n<li><input type=\"checkbox\" checked> a</li>\n<li><input type=\"checkbox\"> b\n</li></ul>\n",
        "1. [x] a\n2. [ ] b\n",
    ] {
        let roadmap = import(text);
        let items: Vec<_> =
            roadmap.projects[0].items.iter().map(|item| (item.title.as_deref(), item.written)).collect();
        assert_eq!(items, [(Some("a"), Some(State::Done)), (Some("b"), None)], "{text}");
    }
}

#[test]
fn pasted_bullets_make_a_list() {
    let text = "Status\n\n• Billing ✅\n   ◦ invoices\n• Search – in progress\n";
    assert_eq!(outline(text), outline(&text.replace(['•', '◦'], "-")));
    assert!(outline(text).contains("started Search"), "{}", outline(text));
}

#[test]
fn done_above_a_list_applies_to_the_entries() {
    let text = "# Board\n\n## Done\n\n- a\n- [ ] b\n\n## 🚧 In progress\n\n- c\n\n## Backlog\n\n- d\n";
    assert_eq!(outline(text), "Done\n  done a\n  b\nIn progress\n  started c\nBacklog\n  d\n");
}

#[test]
fn an_empty_entry_is_reported_with_its_line() {
    let text = "## What remains\n\n- Images\n  - copy\n  -\n- [ ]\n- <!-- later -->\n- Docs\n";
    assert_eq!(outline(text), "Images\n  copy\nDocs\n");
    assert_eq!(left_out(text), ["5: this entry is empty", "6: this entry is empty", "7: this entry is empty"]);
}

#[test]
fn full_figures_without_a_box_are_done() {
    let yaml = read("# P\n\n- qq 100%\n- ss 3/3\n- tt 2/3\n- [ ] uu 3/3\n", None).unwrap().draft.to_yaml();
    let open_box = "{title: uu, state: started, done: 3, total: 3}";
    for line in ["{title: qq, state: done}", "{title: ss, done: 3, total: 3}", "- tt 2/3", open_box] {
        assert!(yaml.contains(line), "{line}: {yaml}");
    }
}

#[test]
fn a_person_beside_a_status_is_the_owner() {
    let text = "# P\n\n- a (Ann, in progress)\n- b – in progress (Ann)\n- c (done 2026-10-01)\n- In progress: d\n- see o/r#1\n- e (Linux, in progress)\n- f (Ann Rust, WIP)\n";
    let yaml = read(text, None).unwrap().draft.to_yaml();
    for line in [
        "{title: a, owner: \"Ann\", state: started}",
        "{title: b, owner: \"Ann\", state: started}",
        "{title: c, state: done, note: \"Status: done 2026-10-01\"}",
        "{title: d, state: started}",
        "{title: e (Linux), state: started}",
        "{title: f, owner: \"Ann Rust\", state: started}",
    ] {
        assert!(yaml.contains(line), "{line}: {yaml}");
    }
}
