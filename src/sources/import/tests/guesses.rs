//! Tests of ambiguous text, which must not become "done" or an owner, and must be kept.

use super::*;

#[test]
fn the_name_of_a_column_decides_what_a_tick_means() {
    for (header, cell, shown) in [
        ("Done in 1.30", "✅", "done A"),
        ("", "x", "done A"),
        ("✅", "yes", "done A"),
        ("Remaining", "yes", "A"),
        ("Blocked", "✅", "A"),
        ("Not done", "x", "A"),
        ("To be migrated", "x", "A"),
        ("Optional", "Done", "A"),
        ("Optional", "[x]", "A"),
        ("Migrated to GCP", "[x]", "done A"),
        ("Phase 1", "In progress", "started A"),
    ] {
        let text = format!("# Plan\n\n| Task | {header} |\n|---|---|\n| A | {cell} |\n| B | |\n");
        assert_eq!(outline(&text), format!("Plan\n  {shown}\n  B\n"), "{header}: {cell}");
        let note = if shown == "A" { format!("{header}: {cell}") } else { String::new() };
        assert_eq!(note_of(&text), note, "{header}");
    }
}

#[test]
fn rows_that_repeat_the_header_or_add_up_are_left_out() {
    let text = "| Feature | Optional | Go |\n|---|---|---|\n| Spans | x | + |\n| **Logs** | Optional | Go |\n| **Total** | 6 | 1/3 |\n| Sum up | 6 | |\n";
    assert_eq!(outline(text), "Imported roadmap\n  Spans\n  Sum up\n");
    let sign = "3: the signs of the column `Go` are not understood: `+`";
    assert_eq!(left_out(text), [sign, "4: this row repeats the header", "5: this row adds up the others"]);
}

#[test]
fn a_total_in_the_column_of_numbers_is_no_title() {
    let rows = "| # | Service | Status | Jobs |\n|---|---|---|---|\n| 1 | auth | todo | 3 |\n| 2 | bill | done | 4 |\n";
    for total in ["| Total | 2 | | 7 |", "| **Total:** | | 1/2 | 7 |", "| | All | 1/2 | |"] {
        let text = format!("# Plan\n\n{rows}{total}\n");
        assert_eq!(outline(&text), "Plan\n  todo auth\n  done bill\n", "{total}");
        assert_eq!(left_out(&text), ["7: this row adds up the others"], "{total}");
    }
}

#[test]
fn a_table_of_figures_is_no_work() {
    let statistics = "| Kind | v1 | v2 |\n|---|---|---|\n| Resources | 65 | 26 % |\n| Data sources | 1,204 | 7 |\n";
    let text = format!("# Plan\n\n- [ ] Docs #2\n\n## Figures\n\n{statistics}");
    let note = "9: this table has only figures beside the names, so its rows are not read as work";
    assert_eq!(outline(&text), "Plan\n  Docs #2\n");
    assert_eq!(left_out(&text), [note]);
    assert_eq!(umbrella_of(&text), "Docs #2, #9");
    let work = |table: &str| outline(table).lines().count();
    for table in [
        "| Task | Points | Days |\n|---|---|---|\n| DNS | 3 | 5 |\n",
        "| Name | Effort | Days |\n|---|---|---|\n| DNS | 3 | 5 |\n",
        "| Name | Done | Total |\n|---|---|---|\n| DNS | 3 | 5 |\n",
        "| Name | Issue | Days |\n|---|---|---|\n| DNS | 3 | 5 |\n",
        "| Name | KEP |\n|---|---|\n| DNS | 3070 |\n",
        "| Name | Files | Lines |\n|---|---|---|\n| [ ] DNS | 3 | 5 |\n",
        "| Name | Files | Lines |\n|---|---|---|\n| DNS @ann | 3 | 5 |\n",
        "| Name | Files | Lines |\n|---|---|---|\n| DNS | 3 | many |\n",
    ] {
        assert_eq!(work(table), 2, "{table}");
    }
    assert!(read(statistics, None).is_err());
}

#[test]
fn a_name_behind_words_such_as_cc_is_kept_and_is_not_an_owner() {
    for remark in [
        "(cc @ann)",
        "(cc @ann, @bob)",
        "(thanks @ann!)",
        "(reported by @ann)",
        "(not @ann)",
        "(was @ann)",
        "(formerly @ann, now @bob)",
        "(ask @ann)",
        "[blocked on @ann]",
        "reviewed by @ann",
        "via @ann",
        "HT @ann",
        "thanks to @eve",
        "waiting on @ann",
        "cc @ann, @bob",
        "no longer owned by SIG Testing",
    ] {
        let shown = item(&format!("Do a {remark} #2"));
        let words = remark.trim_matches(['(', ')', '[', ']']);
        assert!(shown.contains(words) && !shown.contains("owner"), "{remark}: {shown}");
    }
    let reviewer = item("#2 Do a, reviewer: @ann");
    assert!(reviewer.contains("reviewer: @ann") && !reviewer.contains("owner"), "{reviewer}");
}

#[test]
fn a_remark_beside_only_an_issue_is_not_its_title() {
    for (line, shown) in [
        ("https://github.com/o/r/pull/2 (by @ann)", "{issue: 2, owner: @ann}"),
        ("https://github.com/o/r/pull/2 by @ann", "{issue: 2, owner: @ann}"),
        ("#2 (by @ann and @bob)", "{issue: 2, owner: [@ann, @bob]}"),
        ("#2 (@ann)", "{issue: 2, owner: @ann}"),
        ("#2 (cc @ann)", "{issue: 2, note: cc @ann}"),
        ("#2 (done)", "{issue: 2, state: done}"),
        ("#2 (in progress)", "{issue: 2, state: started}"),
        ("#2 [WIP]", "{issue: 2, state: started}"),
        ("#2 - done", "{issue: 2, state: done}"),
        ("#2: done", "{issue: 2, state: done}"),
        ("[ ] #2 done", "2"),
        ("#2 (blocked)", "{issue: 2, state: todo, note: Status: blocked}"),
        ("#2 (API)", "{issue: 2, note: API}"),
        ("#2 (1.33)", "{issue: 2, note: 1.33}"),
        ("#2 x", "{title: x, issue: 2}"),
        ("(maybe #2 too)", "{title: maybe #2 too, kind: remark, issue: 2}"),
        ("(maybe more)", "{title: maybe more, kind: remark}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn an_item_with_a_link_beside_struck_words_is_not_dropped() {
    for (line, shown) in [
        (
            "[ ] [Migrate jobs](https://github.com/o/r/issues/2) ~~by 1.30~~",
            "{title: Migrate jobs, issue: 2, note: Struck: by 1.30}",
        ),
        ("[ ] #2 ~~#3~~", "{issue: 2, note: Struck: #3}"),
        ("~~blocked by #3~~ #2", "{issue: 2, note: Struck: blocked by #3}"),
        ("~~old title~~ #2", "{title: old title, issue: 2, state: dropped}"),
        ("~~old title~~ (see #2)", "{title: old title (see #2), state: dropped}"),
        ("~~[old](https://github.com/o/r/issues/2)~~", "{title: old, issue: 2, state: dropped}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn struck_words_name_no_owner_and_no_blocker() {
    for (line, shown) in [
        ("Move z #2 ~~blocked by #16~~", "{title: Move z, issue: 2, note: Struck: blocked by #16}"),
        ("~~blocked by #13~~ Move y #2", "{title: Move y, issue: 2, note: Struck: blocked by #13}"),
        ("Move w #2 (~~@ann~~ @bob)", "{title: Move w, issue: 2, owner: @bob, note: Struck: @ann}"),
        ("Move w #2 ~~(done)~~", "{title: Move w, issue: 2, note: Struck: (done)}"),
        ("~~@ann~~ @bob #2", "{issue: 2, owner: @bob, note: Struck: @ann}"),
        ("~~Move w #2~~ Merged", "{title: Move w, issue: 2, state: done}"),
        ("Move w ~~and x @ann~~ #2", "{title: Move w and x, issue: 2, note: Struck: and x @ann}"),
        ("~~Move w~~ @bob", "{title: Move w, owner: @bob}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
    let text = "# Plan\n\n| Task | Owner | Blocked by | Issue |\n|---|---|---|---|\n| a | ~~@ann~~ @bob | ~~#4~~ | ~~o/r#5~~ o/r#6 |\n";
    assert_eq!(
        first_item(text),
        "{title: a, issue: 6, owner: \"@bob\", note: \"Owner: @ann @bob. Blocked by: #4. Issue: o/r#5 o/r#6\"}"
    );
}

#[test]
fn a_noun_before_the_colon_belongs_to_the_issue() {
    for (line, shown) in [
        ("Release blocker: #2", "{title: Release blocker, issue: 2}"),
        ("Module deps: #2", "{title: Module deps, issue: 2}"),
        ("Move x. Blockers: #2", "{title: Move x, blocked_by: 2}"),
        ("Move x - deps: #2", "{title: Move x, blocked_by: 2}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn a_no_entry_sign_is_not_dropped() {
    assert_eq!(item("[ ] ⛔ Do y #2"), "{title: ⛔ Do y, issue: 2}");
    assert_eq!(item("#2 ⛔ #3"), "{issue: 2, note: ⛔. See also #3.}");
    let text = "# Plan\n\n| Task | Status |\n|---|---|\n| a | 🚫 |\n";
    assert_eq!((outline(text).as_str(), note_of(text).as_str()), ("Plan\n  a\n", "Status: 🚫"));
}

#[test]
fn an_entry_that_only_begins_with_todo_hides_nothing() {
    let text = "# Plan\n\n## Repos\n\n- Move kops #11\n- TODO: util\n  - pkg/util moves #13\n- Move minikube #14\n\n## CI\n\n- Move jobs #15\n- Migrated: dns\n  - zones #16\n";
    for issue in [11, 13, 14, 15, 16] {
        assert!(outline(text).contains(&format!("#{issue}\n")), "{issue}: {}", outline(text));
    }
    assert!(!outline(text).contains("done"), "{}", outline(text));
    for entry in ["TODO", "To do:", "Remaining work (2)", "What remains to be moved"] {
        let text = format!("- Notes\n  - a\n- {entry}\n  - b\n");
        assert!(!outline(&text).contains("  a\n"), "{entry}: {}", outline(&text));
    }
}

#[test]
fn an_issue_that_is_only_mentioned_is_not_the_measure() {
    for line in [
        "Rewrite the login (see #3 for the design)",
        "Clean up (follow-up of #3)",
        "Port the proxy, like #3",
        "Revert #3",
        "Copy images (part of #3)",
        "Unblocked by #3: move charts",
        "Move to the new API introduced in #3",
        "Copy the secrets. See also #15.",
        "Delete the old job. #17 may eventually allow this without downtime.",
    ] {
        assert_eq!(item(line), line);
    }
    let named = "Rewrite it, see [the design](https://github.com/o/r/issues/3)";
    assert_eq!(item(named), "{title: Rewrite it, see the design, note: See also #3.}");
    assert_eq!(item("Move images when #5 is merged"), "{title: Move images, blocked_by: 5}");
}

#[test]
fn issues_with_a_slash_or_a_range_between_them_are_read() {
    for (line, shown) in [
        ("#2/#3", "{issue: 2, note: See also #3.}"),
        ("Move a, see #2/#3", "Move a, see #2/#3"),
        ("Move a #2-#5", "{title: Move a #2-#5, issue: 2, note: See also #5.}"),
        ("#2-#5", "{issue: 2, note: 2-#5. See also #5.}"),
    ] {
        assert_eq!(item(line), shown, "{line}");
    }
}

#[test]
fn spanning_cells_keep_the_others_in_their_column() {
    let text = "<table><tr><th>Task</th><th>Issue</th><th>Status</th><th>Owner</th></tr>\n<tr><td rowspan=2>Move b</td><td>o/r#2</td><td>done</td><td>@ann</td></tr>\n<tr><td>o/r#3</td><td>todo</td><td>@cat</td></tr>\n<tr><td colspan=\"2\">Move c</td><td>todo</td><td>@dan</td></tr></table>\n";
    let yaml = read(text, None).unwrap().draft.to_yaml();
    let items: Vec<_> = yaml.lines().filter_map(|line| line.strip_prefix("      - ")).collect();
    assert_eq!(
        items,
        [
            "{title: Move b, issue: 2, owner: \"@ann\", state: done}",
            "{title: Move b, issue: 3, owner: \"@cat\", state: todo}",
            "{title: Move c, owner: \"@dan\", state: todo}"
        ]
    );
}

#[test]
fn lines_may_end_with_a_lone_carriage_return() {
    let text = "- a #1\n- b #2\n- c #3\n";
    for end in ["\r", "\r\n"] {
        assert_eq!(outline(&text.replace('\n', end)), outline(text), "{end:?}");
    }
}

#[test]
fn a_cell_or_a_sentence_without_a_name_is_not_an_owner() {
    for cell in ["In progress", "* Slack * Mailing List", "see the list of all of the people", "https://example.com"] {
        let text = format!("# Plan\n\n| Task | Contact |\n|---|---|\n| a | {cell} |\n| b | @bob |\n");
        let shown = first_item(&text);
        assert!(shown.contains("Contact: ") && !shown.contains("owner"), "{cell}: {shown}");
    }
    for words in ["target workload", "what groups", "their team", "KEP-6089"] {
        let shown = item(&format!("Use pools owned by {words}"));
        assert!(shown.contains(words) && !shown.contains("owner:"), "{words}: {shown}");
    }
}

#[test]
fn a_day_in_brackets_and_a_formula_are_not_figures() {
    for line in ["Cherry pick deadline this Friday (8/28)", "3 weeks to Code Freeze (11/16)", "Use 2**(1/8)"] {
        let shown = item(line);
        assert!(!shown.contains("total"), "{line}: {shown}");
    }
    assert!(item("Move jobs (3/7)").contains("total: 7"));
}

#[test]
fn indented_code_with_bullets_is_reported() {
    let text = "# Minutes\n\n- a\n\n# Old\n\n    - Move b #2\n    - Move c #3\n";
    assert_eq!(left_out(text), ["7: text outside lists is left out: - Move b #2 - Move c #3"]);
}

#[test]
fn an_emoji_at_the_end_of_a_title_keeps_its_colon() {
    assert_eq!(outline("- Party :smile:\n  - a #1\n- Cake:\n  - b #2\n"), "Party :smile:\n  a #1\nCake\n  b #2\n");
}

#[test]
fn brackets_beside_the_issue_of_a_project_are_the_title() {
    assert_eq!(
        outline("- #7 (Device plugin)\n  - a #1\n- Docs\n  - b #2\n"),
        "Device plugin #7\n  a #1\nDocs\n  b #2\n"
    );
}
