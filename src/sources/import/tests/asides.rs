//! Tests of remarks beside an entry: explanations, states of its issues, reasons, remarks of a heading.

use super::*;

/// Imports a table row into the repository `o/r`; returns its item without quotes.
fn row(head: &str, cells: &str) -> String {
    let bar = "|---".repeat(head.matches('|').count() - 1);
    first_item(&format!("{head}\n{bar}|\n{cells}\n| z |\n\n## See\n\n- o/r#1\n")).replace('"', "")
}

#[test]
fn one_entry_with_a_remark_below_it_makes_no_projects_of_the_others() {
    let text = "- [ ] a\n- [ ] b\n  - see the wiki\n- [ ] c\n";
    assert_eq!(outline(text), "Imported roadmap\n  a\n  b\n  c\n");
    assert_eq!(note_of(text), "see the wiki");
    let most = "# Plan\n\n## Tests\n\n- [ ] serial\n  - [ ] x\n- [ ] slow\n";
    assert_eq!(outline(most), "Tests\n  slow\nserial\n  x\n");
}

#[test]
fn children_of_a_done_entry_are_done_unless_they_have_a_box() {
    let text = "# Plan\n\n## Docs\n\n- [x] a\n  - updated\n  - [ ] open\n    - more\n- ~~b~~\n  - because\n- ✅ c\n  - in May\n- d\n- e\n- f\n- g\n";
    assert_eq!(
        outline(text),
        "Docs\n  done a\n  done updated\n  open\n  dropped b\n  dropped because\n  done c\n  done in May\n  d\n  e\n  f\n  g\n"
    );
    let parent = "## What remains\n\n- [x] a\n  - updated\n- ~~b~~\n  - because\n";
    assert_eq!(outline(parent), "What remains\n  done a\ndropped b\n  dropped because\n");
}

#[test]
fn a_former_blocker_is_a_note() {
    for (line, shown) in [
        ("L (not blocked by #19 anymore)", "{title: L, note: not blocked by #19 anymore}"),
        ("L (previously blocked by #19)", "{title: L, note: previously blocked by #19}"),
        ("L blocked by #19 (done)", "{title: L, note: blocked by #19 (done)}"),
        ("L (blocked by #19, fixed)", "{title: L, note: blocked by #19, fixed}"),
        ("L blocked by #19, #20 (done)", "{title: L, note: blocked by #19, #20 (done)}"),
        ("L was blocked by #19", "{title: L, note: was blocked by #19}"),
        ("L, doesn't depend on #19", "{title: L, note: doesn't depend on #19}"),
        ("L does not depend on the move #19", "{title: L, note: not depend on the move #19}"),
        ("L is no longer waiting for #19", "{title: L, note: no longer waiting for #19}"),
        ("H (blocks #14)", "{title: H, note: blocks #14}"),
        ("H, blocker for #14", "{title: H, note: blocker for #14}"),
        ("#12 H, which blocks #14 and #15", "{title: H, issue: 12, note: blocks #14 and #15}"),
        ("Move code blocks #14", "{title: Move code blocks, issue: 14}"),
        ("L blocked by #19 (see the plan)", "{title: L blocked by #19 (see the plan), blocked_by: 19}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
    let below = "- a\n  - no longer blocked by #14\n- see o/r#1\n";
    assert_eq!(first_item(below), "{title: a, note: \"no longer blocked by #14\"}");
}

#[test]
fn text_behind_an_owner_is_kept() {
    for (line, shown) in [
        ("DNS — owner: @alice, due 2026-01-01", "{title: DNS, due 2026-01-01, owner: @alice}"),
        ("DNS owner: @alice, see the plan by Bob", "{title: DNS, see the plan by Bob, owner: @alice}"),
        (
            "DNS - owner: @alice. Blocked until June.",
            "{title: DNS, owner: @alice, state: todo, note: Status: Blocked until June.}",
        ),
        ("DNS owner: @amy 🚧 vendor slow", "{title: DNS 🚧 vendor slow, owner: @amy}"),
        ("DNS (owner: @amy and @bob, SIG Docs)", "{title: DNS, owner: [sig-docs, @amy, @bob]}"),
        (
            "DNS would be owned by SIG Testing, but needs budget approval",
            "{title: DNS, but needs budget approval, owner: {sig: sig-testing, certainty: proposed}}",
        ),
        (
            "DNS, owned by SIG Testing until the end of 2026, then SIG Node",
            "{title: DNS, until the end of 2026, then SIG Node, owner: sig-testing}",
        ),
        ("DNS, owner: @amy reviewer: @bob", "{title: DNS, reviewer: @bob, owner: @amy}"),
        ("DNS, owned by the SIG Docs folks", "{title: DNS, owner: sig-docs}"),
        ("DNS owner: @amy (backup @bob)", "{title: DNS (backup @bob), owner: @amy}"),
        ("DNS, assigned to @amy (WIP)", "{title: DNS, owner: @amy, state: started}"),
        ("DNS (@amy?)", "{title: DNS, owner: {names: @amy, certainty: unsure}}"),
        ("DNS @amy?", "{title: DNS, owner: {names: @amy, certainty: unsure}}"),
        ("DNS (@amy): cut over", "{title: DNS: cut over, owner: @amy}"),
        ("Sec - taken by @walter", "{title: Sec, owner: @walter}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn owners_issues_and_states_may_share_brackets() {
    for (line, shown) in [
        ("CI (@amy, #12)", "{title: CI, issue: 12, owner: @amy}"),
        ("CI (#12, @amy)", "{title: CI, issue: 12, owner: @amy}"),
        ("CI (@amy, WIP)", "{title: CI, owner: @amy, state: started}"),
        ("CI (SIG Testing, @amy)", "{title: CI, owner: [sig-testing, @amy]}"),
        ("CI (blocked, @amy)", "{title: CI, owner: @amy, state: todo, note: Status: blocked}"),
        ("CI (WIP, #12, @amy)", "{title: CI, issue: 12, owner: @amy, state: started}"),
        ("CI - @amy - in progress", "{title: CI, owner: @amy, state: started}"),
        ("CI – @amy – [PR](https://github.com/o/r/pull/12)", "{title: CI, issue: 12, owner: @amy}"),
        ("CI – @amy – ETA Q3", "{title: CI – ETA Q3, owner: @amy}"),
        ("CI (thanks, @amy)", "CI (thanks, @amy)"),
        ("ci :construction: @amy", "{title: ci, owner: @amy, state: started}"),
        ("ci :hourglass: #5", "{title: ci, issue: 5, state: started}"),
        ("#5 :hourglass: ci", "{title: ci, issue: 5, state: started}"),
        ("K #17 ← #18", "{title: K, issue: 17, note: See also #18.}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn an_entry_may_name_who_works_on_it_and_its_state() {
    for (line, shown) in [
        ("DNS - @dan is working on it", "{title: DNS, owner: @dan, state: started}"),
        ("DNS (@dan is working on it)", "{title: DNS, owner: @dan, state: started}"),
        ("DNS @dan (WIP)", "{title: DNS, owner: @dan, state: started}"),
        ("DNS WIP @dan since May", "{title: DNS, owner: @dan, state: started, note: Status: WIP since May}"),
        ("#5 @dan is working on it", "{issue: 5, owner: @dan, state: started}"),
        ("@dan is working on DNS", "{title: DNS, owner: @dan, state: started}"),
        ("DNS @dan/@eve", "{title: DNS, owner: [@dan, @eve]}"),
        ("@dan/@eve: DNS", "{title: DNS, owner: [@dan, @eve]}"),
        ("DNS - done", "{title: DNS, state: done}"),
        ("DNS: in progress", "{title: DNS, state: started}"),
        ("DNS: blocked", "{title: DNS, state: todo, note: Status: blocked}"),
        ("DNS – done in v1.30", "{title: DNS, state: done, note: Status: done in v1.30}"),
        ("🟢 DNS: on track", "{title: DNS, state: started}"),
        ("🟢 DNS (on track)", "{title: DNS, state: started}"),
        ("[ ] DNS: done", "DNS"),
        ("Rename `state: done`", "Rename state: done"),
        ("DNS: fixed width", "DNS: fixed width"),
        ("DNS / @dan / started", "{title: DNS, owner: @dan, state: started}"),
        ("DNS | @dan | started", "{title: DNS, owner: @dan, state: started}"),
        ("DNS -- owner @dan", "{title: DNS, owner: @dan}"),
        ("DNS, assignee @dan #12", "{title: DNS, issue: 12, owner: @dan}"),
        ("DNS — Owner @dan - started", "{title: DNS, owner: @dan, state: started}"),
        ("DNS - owner @dan - ETA Q3", "{title: DNS - ETA Q3, owner: @dan}"),
        ("DNS / owner: @dan / done", "{title: DNS, owner: @dan, state: done}"),
        ("DNS (Owner @dan)", "{title: DNS, owner: @dan}"),
        ("DNS (owner @dan, WIP)", "{title: DNS, owner: @dan, state: started}"),
        ("Change owner @dan", "{title: Change owner, owner: @dan}"),
        ("Move foo/ @dan WIP", "{title: Move foo/, owner: @dan, state: started}"),
        ("DNS, ask @dan WIP", "DNS, ask @dan WIP"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn states_of_several_issues_are_not_the_state_of_the_entry() {
    for (line, shown) in [
        ("a #104 ✅ #105 ❌", "{title: a, issue: 104, note: #104 ✅ #105 ❌. See also #105.}"),
        ("a #104 (merged), #105 (open)", "{title: a, issue: 104, note: #104 (merged), #105 (open). See also #105.}"),
        ("a #104 ✅", "{title: a, issue: 104, state: done}"),
        ("✅ a #104, #105", "{title: a, issue: 104, state: done, note: See also #105.}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn a_second_box_stays_in_the_title_and_is_no_fault_of_the_roadmap() {
    assert_eq!(item("[ ] [x] beego"), "{title: [x] beego}");
    assert_eq!(item("[x] [x] beego"), "{title: [x] beego, state: done}");
}

#[test]
fn a_reason_behind_a_struck_title_is_its_state() {
    for (line, shown) in [
        ("~~beego~~ removed", "{title: beego, state: removed}"),
        ("~~beego~~ (deleted)", "{title: beego, state: removed}"),
        ("[ ] ~~beego~~ N/A", "{title: beego, state: dropped}"),
        ("~~beego~~ – won't do", "{title: beego, state: dropped}"),
        ("[x] ~~beego~~ not needed", "{title: beego, state: dropped}"),
        ("[ ] ~~beego~~ done", "{title: beego, state: done}"),
        ("~~beego~~ removed in v2", "{title: beego, state: removed, note: removed in v2}"),
        ("~~beego~~ #3 done", "{title: beego, issue: 3, state: done}"),
        ("~~beego~~ removed in #3", "{title: beego, issue: 3, state: removed, note: removed in #3}"),
        ("~~beego~~ new", "{title: beego new, note: Struck: beego}"),
        ("~~[ ] foo~~", "{title: foo, state: dropped}"),
        ("[x] ~~D #17~~", "{title: D, issue: 17, state: dropped}"),
        ("🗑 foo", "{title: foo, state: removed}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn a_contradicted_sign_in_a_heading_is_ignored() {
    for heading in [
        "Images (complete, 3/7)",
        "Images (ready ✅)",
        "Progress: 7/12 ✅",
        "✅ ready to start",
        "Phase 2 (3/7) ✅",
        "✅ / 🚧 legend",
        "✅ 40%",
    ] {
        let shown = outline(&format!("# Plan\n\n## {heading}\n\n- a\n"));
        assert!(!shown.contains("done") && !shown.contains("started"), "{heading}: {shown}");
    }
    let in_brackets = ["Images (done ✅)", "Images (✅)", "Images (Done, 2026-10-01)", "Images (done 2026-10-01)"];
    for heading in ["✅ Images", "Images (7/7) ✅", "Done, 2026-10-01"].into_iter().chain(in_brackets) {
        assert!(outline(&format!("# Plan\n\n## {heading}\n\n- a\n")).contains("done a"), "{heading}");
    }
}

#[test]
fn words_beside_the_issue_in_a_cell_are_kept() {
    for (cell, shown) in [
        ("o/r#4 (merged)", "{title: x, issue: 4, state: done}"),
        ("o/r#5 draft, waiting for CLA", "{title: x, issue: 5, note: PR: o/r#5 draft, waiting for CLA}"),
        ("reverted o/r#7", "{title: x, issue: 7, note: PR: reverted o/r#7}"),
        ("PR: o/r#7", "{title: x, issue: 7}"),
        ("[the move](https://github.com/o/r/pull/7)", "{title: x, issue: 7}"),
    ] {
        assert_eq!(row("| Task | PR |", &format!("| x | {cell} |")), shown, "{cell}");
    }
}

#[test]
fn an_issue_in_a_remark_is_not_the_issue_of_the_row() {
    let head = "| Task | Issue | Notes |";
    assert_eq!(row(head, "| x | #4 | see #9 |"), "{title: x, issue: 4, note: Notes: see #9}");
    assert_eq!(row(head, "| x | | see #9 |"), "{title: x, note: Notes: see #9}");
    let linked = row(head, "| x | #4 | [see](https://github.com/o/r/issues/9) |");
    assert_eq!(linked, "{title: x, issue: 4, note: Notes: see. See also #9.}");
    let noted = |cell: &str| row("| Task | Notes |", &format!("| x | {cell} |"));
    for cell in ["see #9", "done in #9", "like #9, but smaller"] {
        assert_eq!(noted(cell), format!("{{title: x, note: Notes: {cell}}}"), "{cell}");
    }
    assert_eq!(noted("PR #9"), "{title: x, issue: 9, note: Notes: PR #9}");
}

#[test]
fn a_status_may_be_figures() {
    for (cell, shown) in [
        ("4/10", "{title: x, done: 4, total: 10}"),
        ("10/10", "{title: x, done: 10, total: 10}"),
        ("4 of 10", "{title: x, done: 4, total: 10}"),
        ("🚧 4/10 jobs", "{title: x, state: started, done: 4, total: 10}"),
        ("0/3", "{title: x, done: 0, total: 3}"),
        ("4/10 or so", "{title: x, note: Status: 4/10 or so}"),
    ] {
        assert_eq!(row("| Task | Status |", &format!("| x | {cell} |")), shown, "{cell}");
    }
}

#[test]
fn columns_of_people_have_many_names() {
    for name in ["Code owners", "Code owner(s)", "Codeowner", "By", "Assignee / reviewer"] {
        assert_eq!(row(&format!("| Task | {name} |"), "| x | @amy |"), "{title: x, owner: @amy}", "{name}");
    }
    assert_eq!(row("| Task | By |", "| x | June |"), "{title: x, note: By: June}");
}

#[test]
fn the_comment_of_a_project_names_all_its_headings() {
    let text = "# Plan\n\n## Phase 2\n\n- a\n\n### Infra\n\n- b\n";
    let yaml = read(text, None).unwrap().draft.to_yaml();
    assert!(yaml.contains("  # Plan / Phase 2\n  - id: infra"), "{yaml}");
    let bold = "# Plan\n\n**Web** (@ann)\n- a\n\nMisc:\n- b\n";
    let yaml = read(bold, None).unwrap().draft.to_yaml();
    assert!(!yaml.contains("# Web"), "{yaml}");
}

#[test]
fn a_bold_line_with_a_remark_above_a_list_is_a_heading() {
    for (line, shown) in [
        ("**Networking** (@ann)", "Networking"),
        ("**Storage** (2/5)", "Storage"),
        ("**DNS** 🚧", "DNS"),
        ("**Docs** - owner: @ann", "Docs"),
        ("**Web** #12", "Web #12"),
    ] {
        let read = outline(&format!("# Plan\n\n{line}\n\n- a\n- o/r#1\n"));
        assert!(read.starts_with(&format!("{shown}\n")), "{line}: {read}");
    }
    assert!(outline("# Plan\n\n**Note** that it is old\n\n- a\n").starts_with("Plan\n"));
}

#[test]
fn boxes_of_an_alert_are_items_and_bullets_are_not() {
    let text = "# Plan\n\n- a\n\n> [!NOTE]\n> Read first:\n>\n> - be kind\n\n> [!TIP]\n> - [ ] b\n";
    assert_eq!(outline(text), "Plan\n  a\n  b\n");
    let notes = left_out(text);
    assert!(notes.iter().any(|note| note.starts_with("8: ") && note.ends_with("be kind")), "{notes:?}");
}

#[test]
fn one_of_several_top_headings_is_not_the_title() {
    assert_eq!(import("## Why\n\n- a\n\n## Plugins\n\n- b\n").title, "Imported roadmap");
    assert_eq!(import("## Plugins\n\n- b\n\n### More\n\n- c\n").title, "Plugins");
}

#[test]
fn the_reason_for_leaving_out_a_section_is_correct() {
    let groups = groups();
    let repo = Repo::new("o/r").unwrap();
    let around = ImportContext {
        name: "o/r#1",
        repo: Some(&repo),
        fallback: &repo,
        host: "github.com",
        groups,
        section: None,
        title: None,
    };
    let text = "## Tasks\n\n- [ ] a\n\n## Files left (37)\n\n- x\n- y\n";
    let notes = super::super::markdown::from_body(text, &around).unwrap().notes;
    assert_eq!(
        notes[0].text,
        "2 entries below `Files left (37)`, to line 8: no boxes and no links to issues (to read it, save the text and import that file)"
    );
}

#[test]
fn an_exception_ends_where_its_bracket_closes() {
    let exception = item("Move jobs (except foo (bar) and baz) to GCP");
    assert_eq!(exception, "{title: Move jobs to GCP, note: Except foo (bar) and baz.}");
    assert_eq!(item("Move it (except mail"), "{title: Move it, note: Except mail.}");
}

#[test]
fn code_names_an_owner_only_behind_a_label() {
    for line in ["Replace `@RunWith`", "Drop `@babel/core`", "Replace `@Before` by `@BeforeEach`"] {
        let title = line.replace('`', "");
        assert_eq!(item(line), title, "{line}");
    }
    assert_eq!(item("Replace `@RunWith` @ann"), "{title: Replace @RunWith, owner: @ann}");
    assert_eq!(item("Docs (owner: `@ann`)"), "{title: Docs, owner: @ann}");
}

#[test]
fn an_owner_cell_skips_former_owners_and_separates_people() {
    for (cell, shown) in [
        ("TBD (was @ann)", "{title: a, note: Owner: TBD (was @ann)}"),
        ("not @ann", "{title: a, note: Owner: not @ann}"),
        ("@ann (until May), then @bob", "{title: a, owner: [@ann, @bob], note: Owner: @ann (until May), then @bob}"),
        ("Ann Lee<br>Bob Ray", "{title: a, owner: [Ann Lee, Bob Ray]}"),
        ("@ann/@bob", "{title: a, owner: [@ann, @bob]}"),
        ("needs owner", "a"),
    ] {
        assert_eq!(row("| Task | Owner |", &format!("| a | {cell} |")), shown, "{cell}");
    }
    assert_eq!(item("Move B (owner: TBD, was @ann)"), "Move B (owner: TBD, was @ann)");
    assert_eq!(item("pkg/b (taken by @dan)"), "{title: pkg/b, owner: @dan}");
}

#[test]
fn words_beside_a_sign_override_it() {
    let text = "# M\n\n| Team | Status |\n|--|--|\n| a | 🟢 On track |\n| b | ✅ ready to start |\n| c | Done, 2 left |\n| d | ✅ |\n";
    let shown = outline(text);
    assert!(shown.contains("  started a\n  b\n  started c\n  done d\n"), "{shown}");
}

#[test]
fn a_heading_gives_its_state_to_the_entries_below_it() {
    let text = "# M\n\n## Task [DONE]\n\n- a\n- [ ] b\n\n## ~~Docs~~\n\n- c\n\n## Out of scope\n\n- [ ] Windows\n";
    assert_eq!(outline(text), "Task\n  done a\n  b\nDocs\n  dropped c\nOut of scope\n  dropped Windows\n");
}

#[test]
fn an_open_box_was_not_migrated() {
    let text = "# M\n\n## What has been migrated\n\n- [ ] half\n- whole\n\n## What remains\n\n- two\n";
    let states: Vec<_> = import(text).migrated.iter().map(|item| item.written).collect();
    assert_eq!(states, [Some(State::Todo), Some(State::Done)]);
}

#[test]
fn words_between_issues_are_not_a_title() {
    assert_eq!(item("#21, #22 and #23"), "{issue: 21, note: See also #22, #23.}");
}

#[test]
fn labelled_lines_below_an_entry_are_its_fields() {
    let text =
        "# M\n\n- [ ] Copy buckets\n  - **Owner:** @ann\n  - Status: in progress\n  - Due: 2027-01-01\n- [ ] x\n";
    assert_eq!(first_item(text), "{title: Copy buckets, owner: \"@ann\", state: started, due: 2027-01-01}");
    assert_eq!(outline(text), "M\n  started Copy buckets\n  x\n");
    let done = "# M\n\n- [ ] a\n  - Status: done\n- [x] b\n  - PR: #12\n";
    assert_eq!(outline(done), "M\n  a\n  done b #12\n");
}

#[test]
fn remarks_below_a_box_are_not_items() {
    let text = "# M\n\n- [x] Check sharing\n  - only with leads\n  - either remove or regenerate\n- [ ] Fix\n  - #12\n  - #13\n- [ ] z\n";
    assert_eq!(outline(text), "M\n  done Check sharing\n  Fix\n   #12\n   #13\n  z\n".replace("   #", "  #"));
    assert_eq!(note_of(text), "only with leads. either remove or regenerate");
}

#[test]
fn a_priority_is_not_a_title_beside_an_issue_column() {
    let row = |cell: &str| row("| Issue | Priority | Status |", &format!("| {cell} | P1 | WIP |"));
    assert_eq!(
        row("[Copy sigs](https://github.com/o/r/issues/82)"),
        "{title: Copy sigs, issue: 82, state: started, note: Priority: P1}"
    );
    assert_eq!(row("#84"), "{issue: 84, state: started, note: Priority: P1}");
}
