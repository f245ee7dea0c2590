//! Tests that an imported item has the same name as its box, so that the board joins the two.

use super::*;
use crate::domain::boxes::is_same_name;
use crate::sources::body::{self, Home};

#[test]
fn an_imported_item_has_the_name_of_its_box() {
    let home = IssueRef::new(Repo::new("acme/x").unwrap(), 1);
    for line in [
        "Switch DNS",
        "Switch DNS @alice",
        "Switch DNS (@alice, @bob)",
        "@alice: Switch DNS",
        "Switch DNS, assigned to @alice",
        "Switch DNS - @alice and @bob",
        "Switch DNS (owner: Jorge)",
        "Switch DNS (SIG Testing)",
        "Switch DNS (3/7)",
        "Switch DNS: 3/7 zones",
        "Switch 3/7 zones",
        "WIP: Switch DNS",
        "Switch DNS (in progress)",
        "Switch DNS [done]",
        "✅ Switch DNS",
        ":construction: Switch DNS",
        "Switch DNS (blocked by #14)",
        "Switch DNS (except mail)",
        "**Switch** `DNS` (eu)",
        "Switch DNS: in progress",
        "Switch 3 of 7 zones",
        "@alice & @bob - Switch DNS",
        "Switch DNS 🚧 @alice since May",
        "Switch DNS - @alice is working on it",
        "Switch DNS (WIP @alice since May)",
        "Switch DNS @alice/@bob",
        "Switch DNS (in progress, Ann)",
        "Switch DNS – WIP 2026-10-01",
        "In progress: Switch DNS",
        "Switch DNS -- owner @alice",
        "Switch DNS / @alice / started",
        "Switch DNS (assignee @alice)",
    ] {
        let text = format!("- [ ] {line}\n- [ ] Mail\n");
        let title = import(&text).projects[0].items[0].title.clone().unwrap_or_default();
        let tasks = body::read(&text, Home { issue: &home, host: "github.com" }).tasks;
        assert!(is_same_name(&title, &tasks[0].text), "{line}: {title}");
    }
}

#[test]
fn a_name_with_a_digit_is_a_name_and_not_when_it_was_done() {
    let plan = "# Plan\n\n- Done - k8s\n- WIP arm64\n- In progress: DNS2\n- [x] Kubelet\n\n## Done in v1.2\n\n- b\n";
    assert_eq!(
        outline(plan),
        "Plan\n  done k8s\n  started arm64\n  started DNS2\n  done Kubelet\nDone in v1.2\n  done b\n"
    );
}

#[test]
fn ballot_boxes_need_no_bullet_and_a_crossed_one_is_a_tick_beside_an_empty_one() {
    assert_eq!(outline("# Plan\n\n- ☐ a\n- ☒ b\n- ☑ c\n"), "Plan\n  todo a\n  done b\n  done c\n");
    assert_eq!(outline("# Plan\n\n☐ a\n☒ b\n"), "Plan\n  todo a\n  done b\n");
    let crossed = "# Plan\n\n1. ☑ a\n2. ☒ b\n";
    assert_eq!(outline(crossed), "Plan\n  done a\n  ☒ b\n");
    assert_eq!(left_out(crossed), ["4: the sign `☒` is not understood: it is a tick only beside `☐`"]);
}

#[test]
fn a_box_may_touch_its_bullet() {
    assert_eq!(outline("# Plan\n\n- [ ] a\n-[ ] b\n*[x] c\n"), "Plan\n  a\n  b\n  done c\n");
    assert_eq!(outline("# Plan\n\n- a\n*[x](https://x.org)*\n"), "Plan\n  a x\n");
}

#[test]
fn a_box_may_have_spaces_or_another_tick_in_it() {
    let boxes = "# Plan\n\n- [ ] a\n- [ x ] b\n- [X ] c\n- [✓] d\n- [✔️] e\n- [] f\n";
    assert_eq!(outline(boxes), "Plan\n  a\n  done b\n  done c\n  done d\n  done e\n  f\n");
    assert!(left_out(boxes).is_empty());
    let texts = "# Plan\n\n- [a] b\n- [1] c\n- `[✓] e` f\n- []int g\n";
    assert!(!outline(texts).contains("done") && outline(texts).contains("[a] b"), "{}", outline(texts));
}

#[test]
fn a_box_with_an_unknown_sign_is_reported_and_not_free() {
    for sign in ["~", "-", "/", ">", "?"] {
        let text = format!("# Plan\n\n- [ ] a\n- [{sign}] b\n");
        assert_eq!(left_out(&text), [format!("4: the sign `[{sign}]` is not understood: it stays in the title")]);
        assert_eq!(note_of_item(&text, 1), format!("Status: [{sign}]"));
    }
}

#[test]
fn nested_boxes_have_the_name_of_their_box_which_is_no_item() {
    let rest = "- [ ] linux #1\n- [ ] c #2\n- [ ] d #3\n";
    let of = |text: &str| outline(&format!("# M\n\n## Tasks\n\n{text}{rest}"));
    let end = "  linux #1\n  c #2\n  d #3\n";
    let nested = "- [ ] mac:\n  - [x] x86_64\n  - [ ] arm64 (@zoe is working on this)\n  - [ ] #9\n";
    assert_eq!(of(nested), format!("Tasks\n  done mac: x86_64\n  started mac: arm64\n  #9\n{end}"));
    let deep = "- [ ] mac\n  - [ ] arm64\n    - [ ] m1\n    - [ ] ~~m2~~\n";
    assert_eq!(of(deep), format!("Tasks\n  mac: arm64: m1\n  dropped mac: arm64: m2\n{end}"));
    // An open box above ticked ones is what is left.
    assert_eq!(of("- [ ] mac\n  - [x] a\n  - [x] b\n"), format!("Tasks\n  mac\n  done a\n  done b\n{end}"));
    // A box with an issue or an owner is work of its own.
    assert_eq!(of("- [ ] mac #7\n  - [ ] arm64\n"), format!("Tasks\n  mac #7\n  arm64\n{end}"));
    assert_eq!(of("- [ ] mac @ann\n  - [ ] arm64\n"), format!("Tasks\n  mac\n  arm64\n{end}"));
}

/// Returns the note of an item of the first project.
fn note_of_item(text: &str, position: usize) -> String {
    import(text).projects[0].items[position].note.clone().unwrap_or_default()
}
