//! Tests of labels above lists: below a heading that can name a project, they are its groups.

use super::*;

#[test]
fn a_label_above_a_list_does_not_replace_the_heading() {
    let text = "# Logs\n\n## SIG Node (@ann) #12\n\nRemaining work for SIG Node:\n\n- [ ] kubelet\n- [x] cri\n\nDone:\n- proxy\n\n## SIG Auth\n\nTo do:\n\n- [ ] tokens\n";
    assert_eq!(outline(text), "SIG Node #12\n  kubelet\n  done cri\n  done proxy\nSIG Auth\n  tokens\n");
    let yaml = read(text, None).unwrap().draft.to_yaml();
    assert!(
        yaml.contains("owner: \"@ann\"") && yaml.contains("      # Remaining work for SIG Node\n      - "),
        "{yaml}"
    );
    let chosen = read(text, Some("sig node")).unwrap().draft;
    assert_eq!((chosen.projects.len(), chosen.projects[0].items.len()), (1, 3));
}

#[test]
fn a_group_of_what_remains_is_chosen_with_its_heading() {
    let text = "# Logs\n\n## SIG Node (@ann)\n\nBackground:\n- read this\n\nWhat remains:\n- kubelet\n\n## SIG Auth\n\n- see the wiki\n";
    assert_eq!(outline(text), "SIG Node\n  kubelet\n");
    assert_eq!(
        left_out(text),
        [
            "6: 1 entry below `Background:`: not part of what remains (`--section` chooses)",
            "13: 1 entry below `SIG Auth`: not part of what remains (`--section` chooses)"
        ]
    );
}

#[test]
fn labels_above_lists_are_projects_if_no_heading_is_one() {
    for text in [
        "Registry:\n- a\n\nJobs:\n- b\n",
        "# Plan\n\nRegistry:\n- a\n\nJobs:\n- b\n",
        "# Plan\n\n## What remains\n\nRegistry:\n- a\n\nJobs:\n- b\n",
        "# Plan\n\n**Registry**\n- a\n\nJobs:\n- b\n",
        "# Plan\n\n## Registry\n\n- a\n\nJobs:\n- b\n",
        "**What would you like to be added?**:\n\nRegistry:\n- a\n\nJobs:\n- b\n",
    ] {
        assert_eq!(outline(text), "Registry\n  a\nJobs\n  b\n", "{text}");
    }
    assert_eq!(outline("# Move (@ann)\n\nTo do:\n- a\n\nDone:\n- b\n"), "Move\n  a\n  done b\n");
    assert_eq!(outline("# Move #7\n\nFirst:\n- a\n\nThen:\n- b\n"), "Move #7\n  a\n  b\n");
}

#[test]
fn the_owner_of_a_group_owns_its_items() {
    let text = "## Plan\n\n## SIG Node\n\nRemaining work (@ann):\n- a\n- b @bob\n\nLater:\n- c\n";
    let draft = read(text, None).unwrap().draft;
    let owners: Vec<_> = draft.projects[0].items.iter().map(|item| item.owner.others.join(" ")).collect();
    assert_eq!(owners, ["@ann", "@bob"]);
}

#[test]
fn a_group_of_an_issue_stays_below_its_heading() {
    let items =
        "## SIG Node\n\nRemaining:\n\n- [ ] Images #2\n\nMore to read:\n\n- the handbook\n\n## Also\n\n- [ ] Jobs #3\n";
    assert_eq!(umbrella_of(items), "Images #2, Jobs #3, #9");
}

#[test]
fn a_legend_a_history_a_discussion_or_a_guide_is_not_work() {
    let work = "# Port\n\n| Feature | Status |\n|---|---|\n| Emit | done |\n| API | not ready |\n\n";
    let list = "- **done**: nothing is known to be missing\n- **in progress**: some of it works\n";
    for lead in [
        "Definitions:",
        "## Legend",
        "**Key**",
        "Status legend:",
        "## Alternatives",
        "## Implementation History",
        "## How to help",
        "## How to contribute to this",
        "## 🙋 Want to help?",
        "**Open questions**",
        "Questions:",
    ] {
        let text = format!("{work}{lead}\n\n{list}");
        assert_eq!(outline(&text), "Port\n  done Emit\n  API\n", "{lead}");
        assert_eq!(left_out(&text), ["10: entries below such a heading are not read as work (`--section` chooses)"]);
    }
    for other in
        ["## Key\n\n- [ ] rotate it", "## Questions from the forum\n\n- rotate it", "## How to rotate\n\n- rotate it"]
    {
        let text = format!("{work}{other}\n");
        assert!(outline(&text).contains("rotate it"), "{}", outline(&text));
    }
}
