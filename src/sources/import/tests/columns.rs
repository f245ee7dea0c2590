//! Tests of table columns with figures, dates and signs.

use super::*;

/// Imports a table row into the repository `o/r`; returns its item without quotes.
fn row(head: &str, cells: &str) -> String {
    let bar = "|---".repeat(head.matches('|').count() - 1);
    first_item(&format!("{head}\n{bar}|\n{cells}\n\n## See\n\n- o/r#1\n")).replace('"', "")
}

#[test]
fn figure_columns_give_the_progress_of_a_row() {
    for (head, cells, shown) in [
        ("| Component | Done | Total |", "| kubelet | 3 | 10 |", "{title: kubelet, done: 3, total: 10}"),
        ("| Total | Migrated | Folder |", "| 1,200 | 40 | pkg |", "{title: pkg, done: 40, total: 1200}"),
        ("| Folder | Total files | Remaining |", "| pkg | 10 | 7 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Converted | Remaining |", "| pkg | 3 | 7 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Done | Left |", "| pkg | 3 | 7 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Done | Left | Total |", "| pkg | 3 | 7 | 10 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Jobs moved |", "| pkg | 3/10 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Done/Total |", "| pkg | 3 / 10 |", "{title: pkg, done: 3, total: 10}"),
        ("| Folder | Owner | Done | Total |", "| pkg | @ann | 0 | 4 |", "{title: pkg, owner: @ann, done: 0, total: 4}"),
        ("| Folder | Done | Total |", "| pkg | 12 | 10 |", "{title: pkg, note: Done: 12. Total: 10}"),
        ("| Folder | Migrated |", "| pkg | 40 |", "{title: pkg, note: Migrated: 40}"),
        ("| Folder | Linux | macOS |", "| pkg | 3/4 | 1/4 |", "{title: pkg, note: Linux: 3/4. macOS: 1/4}"),
        ("| Folder | Meeting date |", "| pkg | 3/10 |", "{title: pkg, note: Meeting date: 3/10}"),
    ] {
        assert_eq!(row(head, cells), shown, "{head}");
    }
}

#[test]
fn a_due_date_is_imported_and_other_words_are_a_note() {
    for (name, cell, shown) in [
        ("Due", "2027-05-01", "due: 2027-05-01"),
        ("Target date", "1 May 2027", "due: 2027-05-01"),
        ("ETA", "May 1, 2027", "due: 2027-05-01"),
        ("Deadline", "Q3", "note: Deadline: Q3"),
        ("Due", "25/12/26", "note: Due: 25/12/26"),
        ("Due", "1 May 27", "note: Due: 1 May 27"),
    ] {
        assert_eq!(row(&format!("| Task | {name} |"), &format!("| a | {cell} |")), format!("{{title: a, {shown}}}"));
    }
    let parent = "# Plan\n\n## What remains\n\n- DNS\n  - Due: 2027-05-01\n  - zones\n- Mail\n  - MX\n";
    assert_eq!(import(parent).projects[0].due, Date::from_ymd_opt(2027, 5, 1));
}

#[test]
fn unknown_signs_are_reported() {
    let text = "# Plan\n\n| Module | Status |\n|---|---|\n| base | ✅ |\n| web | ◐ |\n| db | ◐ |\n| mail | - |\n";
    assert_eq!(outline(text), "Plan\n  done base\n  web\n  db\n  mail\n");
    assert_eq!(left_out(text), ["5: the signs of the column `Status` are not understood: `◐`"]);
    let matrix = "| Feature | Go | Notes |\n|---|---|---|\n| Spans | + | new |\n| Logs | N/A | |\n";
    assert_eq!(left_out(matrix), ["3: the signs of the column `Go` are not understood: `+`"]);
    assert_eq!(note_of(matrix), "Go: +. Notes: new | Go: N/A");
    assert!(left_out("| Task | Linux | macOS |\n|---|---|---|\n| a | ✅ | ❌ |\n").is_empty());
    let unnamed = "| Module | |\n|---|---|\n| base | ✅ |\n| web | ◐ |\n";
    assert!(outline(unnamed).contains("done base"), "{}", outline(unnamed));
}

#[test]
fn signs_of_a_matrix_are_reported_once() {
    let text =
        "# M\n\n| Feature | Go | JS |\n|---|---|---|\n| Spans | + | |\n| **Logs** | Go | JS |\n| Get | - | + |\n";
    let notes = left_out(text);
    assert_eq!(notes[0], "5: the signs of the columns `Go`, `JS` are not understood: `+`");
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn a_table_of_facts_is_about_the_heading() {
    let table = "| Metadata | |\n|---|---|\n| Point of contact | @ann |\n| Tracking issue | o/r#5 |\n";
    let text = format!("# G\n\n## Goal\n\n{table}\n- a\n\n## Other\n\n- b\n");
    assert_eq!(outline(&text), "Goal #5\n  a\nOther\n  b\n");
    assert!(read(&text, None).unwrap().draft.to_yaml().contains("    owner: \"@ann\"\n"));
    let alone = format!("# G\n\n{table}\n## Goal\n\n- a\n");
    let why = "this row describes the heading, which is not a project";
    assert_eq!(
        (outline(&alone).as_str(), left_out(&alone)),
        ("Goal\n  a\n", vec![format!("5: {why}"), format!("6: {why}")])
    );
}

#[test]
fn a_badge_is_not_an_owner() {
    let text = "# G\n\n| Task | Owner(s) or team(s) |\n|---|---|\n| a | ![Team][] [lang](https://x.org/lang) |\n| b | ![Heart][] help wanted |\n| c | @ann |\n\n[Team]: https://img.shields.io/badge/Team-red\n[Heart]: https://img.shields.io/badge/Help-red\n\n- see o/r#1\n";
    let yaml = read(text, None).unwrap().draft.to_yaml();
    assert!(yaml.contains("title: a, owner: \"lang\"") && yaml.contains("title: c, owner: \"@ann\""), "{yaml}");
    assert!(yaml.contains("{title: b, note: \"Owner(s) or team(s): help wanted\"}"), "{yaml}");
}

#[test]
fn a_first_column_of_teams_names_the_rows() {
    for (head, cells, shown) in [
        ("| Team | Status | Notes |", "| Pay | in progress | a b |", "{title: Pay, state: started, note: Notes: a b}"),
        ("| Team | Priority | Due |", "| Pay | P1 | 2027-01-01 |", "{title: Pay, due: 2027-01-01, note: Priority: P1}"),
        ("| Wave | Team | Go-live |", "| 1 | Pay | 31.12.2026 |", "{title: Pay, note: Wave: 1. Go-live: 31.12.2026}"),
        (
            "| Team | Total | Migrated | Slack |",
            "| Pay | 9 | 4 | #pay |",
            "{title: Pay, done: 4, total: 9, note: Slack: #pay}",
        ),
        ("| Team | Q1 | Q2 |", "| Pay | ✅ | 🚧 |", "{title: Pay, note: Q1: ✅. Q2: 🚧}"),
        (
            "| Group | Status | Owner | Issue |",
            "| m.kafka | todo | @ann | #2 |",
            "{title: m.kafka, issue: 2, owner: @ann, state: todo}",
        ),
        ("| Team | Task |", "| Pay | a |", "{title: a, owner: Pay}"),
        ("| Service | Team |", "| a | Pay |", "{title: a, owner: Pay}"),
        ("| Team | Service |", "| Pay | a |\n| Pay | b |", "{title: a, owner: Pay}"),
        ("| Team | Service |", "| | a |", "a"),
    ] {
        assert_eq!(row(head, cells), shown, "{head}");
    }
}

#[test]
fn attributes_days_and_signs_are_no_titles() {
    for (head, cells, shown) in [
        ("| Priority | Service |", "| P1 | a |", "{title: a, note: Priority: P1}"),
        ("| Owner | Go-live | Service |", "| Ann | Dec 2026 | a |", "{title: a, owner: Ann, note: Go-live: Dec 2026}"),
        ("| Owner | Notes |", "| Ann | a |", "{title: a, owner: Ann}"),
        ("| Version | Status |", "| v1.30 | todo |", "{title: v1.30, state: todo}"),
        ("| Cluster | Status |", "| k8s-1 | todo |", "{title: k8s-1, state: todo}"),
    ] {
        assert_eq!(row(head, cells), shown, "{head}");
    }
}

#[test]
fn columns_of_people_are_owners() {
    for (name, cell, shown) in [
        ("Migrated by", "Ann", "owner: Ann"),
        ("Taken by", "@ann", "owner: @ann"),
        ("Migrated by", "2027-01-01", "note: Migrated by: 2027-01-01"),
        ("Working on it", "Ann", "owner: Ann"),
        ("Person in charge", "Ann", "owner: Ann"),
        ("Assign", "Ann Smith", "owner: Ann Smith"),
        ("Pilot", "@ann, @bob", "owner: [@ann, @bob]"),
        ("Pilot", "Ann", "note: Pilot: Ann"),
        ("Reviewed by", "@ann", "note: Reviewed by: @ann"),
        ("Approver", "@ann", "note: Approver: @ann"),
        ("cc", "@ann", "note: cc: @ann"),
        ("Replacement", "@scope/package", "note: Replacement: @scope/package"),
        ("Replacement", "`@Before`", "note: Replacement: @Before"),
    ] {
        assert_eq!(row(&format!("| Job | {name} |"), &format!("| a | {cell} |")), format!("{{title: a, {shown}}}"));
    }
}

#[test]
fn spreadsheets_have_their_own_words_for_done() {
    let table = |name: &str, cells: [&str; 2]| {
        format!("# P\n\n| Job | {name} |\n|---|---|\n| a | {} |\n| b | {} |\n", cells[0], cells[1])
    };
    for cells in [["TRUE", "FALSE"], ["Y", "N"], ["100 %", "0 %"]] {
        assert_eq!(outline(&table("Migrated", cells)), "P\n  done a\n  todo b\n", "{cells:?}");
    }
    assert_eq!(outline(&table("Migrated", ["1", "0"])), "P\n  done a\n  b\n");
    for (name, cells) in [("Migrated", ["1", "1"]), ("Migrated", ["2", "0"]), ("Stage", ["1", "0"])] {
        assert!(!outline(&table(name, cells)).contains("done"), "{name} {cells:?}");
    }
    let unknown = table("Migrated", ["so far so good, as it seems to us", "40"]);
    let shown = "the cells of the column `Migrated` are not understood: `40`, `so far so good, as it seems to…`";
    assert_eq!(left_out(&unknown), [format!("5: {shown}")]);
    assert!(left_out(&table("Status", ["blocked", "soon"])).is_empty());
}

#[test]
fn rows_with_the_same_title_have_that_of_the_next_column_too() {
    let head = "# Plan\n\n| Component | Flow | Status | PR |\n|---|---|---|---|\n";
    let text = format!(
        "{head}| Detector | `queue` → hub | :white_check_mark: | #1 |\n| Detector | output → hub | :black_square_button: | |\n"
    );
    assert_eq!(outline(&text), "Plan\n  done Detector: queue → hub #1\n  todo Detector: output → hub\n");
    let text = format!("{head}| Detector | queue | ✅ | |\n| Resolver | queue | - | |\n");
    assert_eq!(outline(&text), "Plan\n  done Detector\n  Resolver\n");
    let text = "| Package | Note | Status |\n|---|---|---|\n| a | slow | done |\n| a | fast | todo |\n";
    assert!(!outline(text).contains(": "), "{}", outline(text));
}

#[test]
fn a_dash_is_no_note() {
    assert_eq!(row("| Task | Notes | Status |", "| JSX | - | done |"), "{title: JSX, state: done}");
}
