//! Tests of blockers and of statuses such as "blocked".

use super::*;

#[test]
fn an_issue_behind_blocked_by_is_a_blocker_and_not_the_measure() {
    for (line, item) in [
        ("np.d blocked by #14", "{title: np.d, blocked_by: 14}"),
        ("invoices — waiting on #14", "{title: invoices, blocked_by: 14}"),
        ("x depends on #14", "{title: x, blocked_by: 14}"),
        ("x (after #14)", "{title: x, blocked_by: 14}"),
        ("x [blocked by #14]", "{title: x, blocked_by: 14}"),
        ("#12 move y, blocked by #14", "{title: move y, issue: 12, blocked_by: 14}"),
        ("move y (blocked by #14) #12", "{title: move y, issue: 12, blocked_by: 14}"),
        ("move y (#12), which is currently blocked by PR #14.", "{title: move y, issue: 12, blocked_by: 14}"),
        ("#12 blocked by #14", "{issue: 12, blocked_by: 14}"),
        ("Blocked by #14: move y", "{title: move y, blocked_by: 14}"),
        ("move y (SIG Testing, blocked by #14)", "{title: move y, blocked_by: 14, owner: sig-testing}"),
        ("move y (blocked by #14) to z", "{title: move y to z, blocked_by: 14}"),
        ("x depends on #14, #15 and a/b#16", "{title: x, blocked_by: [14, 15, a/b#16]}"),
        ("x blocked by #14,#15", "{title: x, blocked_by: [14, 15]}"),
        ("x (blocked: #14)", "{title: x, blocked_by: 14}"),
        ("x, blocked (#14)", "{title: x, blocked_by: 14}"),
        ("x once #14 lands", "{title: x, blocked_by: 14}"),
        ("x (waiting for #14 to be merged)", "{title: x, blocked_by: 14}"),
        ("x (dependencies: #14, #15)", "{title: x, blocked_by: [14, 15]}"),
        ("x depends on https://github.com/o/r/issues/14", "{title: x, blocked_by: 14}"),
    ] {
        assert_eq!(first_item(&format!("- {line}\n- see o/r#1\n")), item, "{line}");
    }
}

#[test]
fn words_beyond_the_blocker_stay_in_the_title() {
    for (line, item) in [
        ("x blocked by the new registry", "x blocked by the new registry"),
        ("x blocked by the move #14", "{title: \"x blocked by the move #14\", blocked_by: 14}"),
        ("x depends on #14 or #15", "{title: \"x depends on #14 or #15\", blocked_by: [14, 15]}"),
        ("x depends on #14 for its schema", "{title: \"x depends on #14 for its schema\", blocked_by: 14}"),
        (
            "x depends on [the registry](https://github.com/o/r/issues/14)",
            "{title: x depends on the registry, blocked_by: 14}",
        ),
        ("do it all at once #14", "{title: do it all at once, issue: 14}"),
        ("Unblocked by #14", "\"Unblocked by #14\""),
        ("move A (see #13) and B", "\"move A (see #13) and B\""),
        ("x - reverted in #13", "\"x - reverted in #13\""),
        ("x conflicts with #13", "\"x conflicts with #13\""),
        ("x, waiting for review (#12)", "{title: x, issue: 12, state: started}"),
        // A line with only a blocker is about that issue.
        ("Depends on #14", "{title: Depends on, issue: 14}"),
    ] {
        assert_eq!(first_item(&format!("- {line}\n- see o/r#1\n")), item, "{line}");
    }
}

#[test]
fn a_blocker_column_gives_the_blockers_of_its_rows() {
    let table = |head: &str, cells: &str| {
        let bar = "|---".repeat(head.matches('|').count() - 1);
        first_item(&format!("{head}\n{bar}|\n{cells}\n"))
    };
    let issue = "| Task | Issue | Blocked by |";
    assert_eq!(table(issue, "| x | #12 | #14 |"), "{title: x, issue: 12, blocked_by: 14}");
    assert_eq!(table(issue, "| x | 12 | 14, 15 |"), "{title: x, issue: 12, blocked_by: [14, 15]}");
    assert_eq!(table(issue, "| x | 12 | none |"), "{title: x, issue: 12}");
    assert_eq!(
        table("| Task | Depends on |", "| x | the registry |"),
        "{title: x, note: \"Depends on: the registry\"}"
    );
    let mixed = table("| Task | Depends on |", "| x | #14 and the registry |");
    assert_eq!(mixed, "{title: x, blocked_by: 14, note: \"Depends on: #14 and the registry\"}");
    let numbered = table("| # | Task | Depends on |", "| 2 | x | 1 |");
    assert_eq!(numbered, "{title: x, note: \"Depends on: 1\"}");
    let status = table("| Task | Status |", "| x | Blocked (#14) |");
    assert_eq!(status, "{title: x, blocked_by: 14, state: todo, note: \"Status: Blocked (#14)\"}");
    let first = table("| Dependency | Used for |", "| mio | polling |");
    assert_eq!(first, "{title: mio, note: \"Used for: polling\"}");
    let notes = table("| Task | Notes |", "| x | blocked by #14 |");
    assert_eq!(notes, "{title: x, blocked_by: 14, note: \"Notes: blocked by #14\"}");
}

#[test]
fn blockers_of_a_project_are_written_to_it() {
    let text = "# Plan\n\n## Invoices (after #14)\n\n- a\n- b\n  - depends on #15\n";
    let roadmap = import(text);
    let invoices = &roadmap.projects[0];
    assert_eq!((invoices.title.as_deref(), invoices.issues.len(), invoices.blocked_by.len()), (Some("Invoices"), 0, 1));
    assert_eq!((invoices.items.len(), invoices.items[1].blocked_by.len()), (2, 1));
}

#[test]
fn a_circular_wait_is_a_note() {
    let own = "- #14 x, blocked by #14\n";
    assert_eq!(first_item(own), "{title: x, issue: 14, note: \"Blocked by #14.\"}");
    let circle = "- #12 x, after #14\n- #14 y, after #12\n- #15 z, after #12\n";
    let yaml = read(circle, None).unwrap().draft.to_yaml();
    assert!(yaml.contains("issue: 12, note: \"Blocked by #14.\""), "{yaml}");
    assert!(yaml.contains("issue: 14, note: \"Blocked by #12.\""), "{yaml}");
    assert!(yaml.contains("issue: 15, blocked_by: 12"), "{yaml}");
    import(circle);
    let project = "# Plan\n\n## Invoices, blocked by #14\n\n- #14\n- b\n";
    assert_eq!(note_of(project), "Blocked by #14.");
}

#[test]
fn blockers_of_migrated_items_and_too_many_blockers_are_notes() {
    let migrated = "## What has been migrated\n\n- x, after #14\n\n## What remains\n\n- y\n";
    assert_eq!(import(migrated).migrated[0].note.as_deref(), Some("Blocked by #14."));
    let many: Vec<String> = (1..=60).map(|number| format!("#{number}")).collect();
    let mut text = format!("# Plan\n\n## Invoices, blocked by {}\n\n", many.join(", "));
    (0..2_000).for_each(|number| writeln!(text, "- item {number}").unwrap());
    let roadmap = import(&text);
    assert_eq!(roadmap.projects[0].blocked_by.len(), 50);
    assert!(note_of(&text).starts_with("Blocked by #51, #52"), "{}", note_of(&text));
}

#[test]
fn a_status_such_as_blocked_is_kept() {
    for word in ["blocked", "On hold", "paused", "Waiting"] {
        let note = format!("{{title: x, state: todo, note: \"Status: {word}\"}}");
        assert_eq!(first_item(&format!("- x ({word})\n")), note);
        assert_eq!(first_item(&format!("| Task | Status |\n|---|---|\n| x | {word} |\n")), note);
    }
    assert_eq!(first_item("| Task | Status |\n|---|---|\n| x | todo |\n"), "{title: x, state: todo}");
}

#[test]
fn words_by_which_an_entry_waits_are_its_status() {
    for (line, status) in [
        ("x: waiting for legal", "waiting for legal"),
        ("x (waiting for legal)", "waiting for legal"),
        ("x – blocked by legal", "blocked by legal"),
        ("x, on hold", "on hold"),
        ("x: on hold until March", "on hold until March"),
    ] {
        let expected = format!("{{title: x, state: todo, note: Status: {status}}}");
        assert_eq!(item(&format!("[ ] {line}")), expected, "{line}");
        assert_eq!(item(line), expected, "{line}");
    }
    let done = item("[ ] x (done in v1.2, waiting for docs)");
    assert_eq!(done, "{title: x, state: todo, note: Status: waiting for docs. Status: done in v1.2}");
    assert_eq!(
        item("x @ann, waiting for legal"),
        "{title: x, owner: @ann, state: todo, note: Status: waiting for legal}"
    );
    for line in ["Blocked users", "Users: blocked accounts", "waiting room", "`x: on hold`"] {
        assert!(!item(line).contains("Status"), "{}", item(line));
    }
}

#[test]
fn a_reason_not_to_do_an_entry_drops_it() {
    for line in ["x: superseded by #5", "x (replaced by #5)", "~~x~~ superseded by #5"] {
        assert!(item(&format!("[ ] {line}")).starts_with("{title: x, state: dropped, note: "), "{}", item(line));
    }
    for line in ["~~x~~ not needed anymore", "~~x~~ - deprecated upstream", "x: not needed anymore"] {
        assert!(item(&format!("[ ] {line}")).starts_with("{title: x, state: dropped"), "{}", item(line));
    }
}

#[test]
fn an_entry_whose_work_may_go_on_in_an_issue_has_a_status() {
    let status = "note: Status: moved to another issue?}";
    for line in ["x closed in favour of #5", "x duplicate of #5", "x superseded by #5"] {
        assert_eq!(item(&format!("[ ] {line}")), format!("{{title: {line}, {status}"), "{line}");
    }
    assert!(!item("[x] x superseded by #5").contains("Status"));
    assert_eq!(item("[ ] x: not superseded by #5"), "x: not superseded by #5");
}

#[test]
fn hostile_blocker_lines_are_parsed_fast() {
    for piece in ["WIP @a ", ": done ", "blocked by #14 ", "#14 ", "blocked by ", "(after #1,#2) "] {
        drop(read(&format!("- {}", piece.repeat(20_000)), None));
    }
}
