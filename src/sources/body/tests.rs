//! Tests with bodies in the shapes of real issues.

use super::*;
use crate::domain::{Repo, TaskState};
use proptest::prelude::*;

fn own() -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), 42)
}

pub(super) fn read_here(text: &str) -> Body {
    read(text, Home { issue: &own(), host: "github.com" })
}

fn boxes(text: &str) -> Vec<(u8, char, String)> {
    let mark = |state| match state {
        TaskState::Open => ' ',
        TaskState::Done => 'x',
        TaskState::Dropped => '~',
    };
    read_here(text).tasks.into_iter().map(|task| (task.depth, mark(task.state), task.text)).collect()
}

pub(super) fn numbers(issues: &[IssueRef]) -> Vec<u64> {
    issues.iter().map(|issue| issue.number).collect()
}

fn parents(text: &str) -> Vec<u64> {
    numbers(&read_here(text).parents)
}

fn references(text: &str) -> Vec<String> {
    read_here(text).references.iter().map(ToString::to_string).collect()
}

fn owned(boxes: &[(u8, char, &str)]) -> Vec<(u8, char, String)> {
    boxes.iter().map(|(depth, mark, text)| (*depth, *mark, (*text).to_owned())).collect()
}

#[test]
fn a_notice_in_the_body_names_the_issue_where_the_work_goes_on() {
    let of = |text: &str| read_here(text).continued_in.map(|issue| issue.to_string());
    for (text, issue) in [
        ("Moved to #7\n\n- [ ] a\n- [ ] b", "kubernetes/k8s.io#7"),
        ("**Update:** this issue has been superseded by #8.\n\nOld text", "kubernetes/k8s.io#8"),
        ("# Continued in https://github.com/a/b/issues/9\nText", "a/b#9"),
        ("Text\n\nClosed in favor of ann/bee#3", "ann/bee#3"),
    ] {
        assert_eq!(of(text).as_deref(), Some(issue), "{text}");
    }
    for text in [
        "- the linter moved to #7",
        "> Moved to #7",
        "Moved to the attic, see #7 and #8",
        "Last year we decided that the old flags are replaced by #7",
        "Moved to #42",
        "Tracked in #7",
        "Not a duplicate of #7",
    ] {
        assert_eq!(of(text), None, "{text}");
    }
}

#[test]
fn table_rows_with_a_box_or_a_status_are_tasks() {
    let text = "| Package | Status | Who |\n|---|---|---|\n| alpha | ✅ | @ann |\n| beta | in progress | @bob |\n| gamma | | |\n\nAfter it.\n\n\
| | Module | Link |\n|:--|--|--|\n| [ ] | delta | #5 |\n| [x] | epsilon | |\n| | - [x] zeta | |\n\n| Name | Note |\n|---|---|\n| none | here |\n";
    let read = read(text, Home { issue: &IssueRef::new(Repo::new("a/b").unwrap(), 1), host: "github.com" });
    let found: Vec<_> = read.tasks.iter().map(|task| (task.text.as_str(), task.state, task.issues.len())).collect();
    assert_eq!(
        found,
        [
            ("alpha · @ann", TaskState::Done, 0),
            ("beta · @bob · in progress", TaskState::Open, 0),
            ("gamma", TaskState::Open, 0),
            ("delta · #5", TaskState::Open, 1),
            ("epsilon", TaskState::Done, 0),
            ("zeta", TaskState::Done, 0),
        ]
    );
}

#[test]
fn an_escaped_bar_ends_no_cell_and_a_state_is_a_whole_word() {
    let text = "| Name | Status |\n|---|---|\n| a \\| b | done |\n| `c \\| d` | Done. |\n| e &#124; f | merged |\n| g | Completely blocked |\n| h | 100 |\n";
    let found: Vec<_> = boxes(text).into_iter().map(|(_, mark, text)| format!("{mark} {text}")).collect();
    assert_eq!(found, ["x a | b", "x c | d", "x e | f", "  g", "  h"]);
}

#[test]
fn a_status_cell_is_read_like_any_status() {
    let states = [
        ("Complete by Q3", ' '),
        ("Done: 50%", ' '),
        ("Merged, then reverted", ' '),
        ("done?", ' '),
        ("Closed (not planned)", '~'),
        ("Won't migrate", '~'),
        ("N/A for Windows", '~'),
        ("Migrated to GKE", 'x'),
        ("Completed in v1.2", 'x'),
        ("Removed", 'x'),
        ("Yes", 'x'),
    ];
    let rows = states.map(|(state, _)| format!("| it | {state} |\n")).concat();
    let marks = boxes(&format!("| Name | Status |\n|---|---|\n{rows}")).into_iter().map(|(_, mark, _)| mark);
    assert_eq!(marks.collect::<Vec<_>>(), states.map(|(_, mark)| mark));
}

#[test]
fn a_task_gets_the_people_of_its_heading_or_of_a_bullet_below() {
    let text = "### Redis @ann\n- [ ] get\n- [ ] set @bob\n\n### Slack\n- [ ] post\n  - assigned to @cem\n- [ ] read\n  - I think @dan has gone over most of this\n\n\
- Mail @eva\n  - [ ] send\n- Chat\n  - [ ] join\n";
    let found: Vec<_> = boxes(text).into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(found, ["get · @ann", "set @bob", "post · assigned to @cem", "read", "send · @eva", "join"]);
}

#[test]
fn tasks_nest_and_x_ticks_in_either_case() {
    let text = "- [x] AWS account\n  - [X] IAM role\n    - [ ] regions\n- [ ] last\n";
    assert_eq!(
        boxes(text),
        owned(&[(0, 'x', "AWS account"), (1, 'x', "IAM role"), (2, ' ', "regions"), (0, ' ', "last")])
    );
}

#[test]
fn tasks_nest_below_plain_bullets_and_tabs() {
    let text =
        "- apps:\n\t- [x] kettle\n- [ ] other\t\n\t- https://github.com/kubernetes/k8s.io/issues/7\n1. [ ] numbered";
    assert_eq!(boxes(text), owned(&[(1, 'x', "kettle"), (0, ' ', "other"), (0, ' ', "numbered")]));
    assert_eq!(numbers(&read_here(text).tasks[1].issues), [7]);
}

#[test]
fn crlf_and_lf_may_be_mixed() {
    assert_eq!(boxes("intro\r\n\r\n- [x] a\r\n- [ ] b\n- [ ] c\r\n").len(), 3);
}

#[test]
fn a_list_in_fenced_code_is_ignored() {
    let text = "```sh\n- [ ] not a task\n```\n- [ ] a task\n~~~\n- [ ] neither\n~~~\n\n    - [ ] indented code\n";
    assert_eq!(boxes(text), owned(&[(0, ' ', "a task")]));
}

#[test]
fn triple_backticks_on_one_line_swallow_nothing() {
    let text = "```gsutil ls | sed -e 's/^/- [ ] `&`/'```\n- [ ] first\n- ```- [ ] no```;\n- [x] second\n";
    assert_eq!(boxes(text), owned(&[(0, ' ', "first"), (0, 'x', "second")]));
}

#[test]
fn a_tasklist_fence_is_a_list() {
    let text = "```[tasklist]\n### Tasks\n- [ ] https://github.com/kubernetes/k8s.io/issues/5168\n- [ ] #5066\n- [x] text\n```\n";
    let tasks = read_here(text).tasks;
    assert_eq!(tasks.len(), 3);
    assert_eq!(numbers(&tasks[0].issues), [5168]);
    assert_eq!(numbers(&tasks[1].issues), [5066]);
}

#[test]
fn a_list_in_html_is_found_but_not_in_comments() {
    assert_eq!(boxes("<h1>Migrate</h1>\n- [x] glued\n- [ ] b\n"), owned(&[(0, 'x', "glued"), (0, ' ', "b")]));
    assert_eq!(boxes("<details><summary>more</summary>\n\n- [x] inside\n\n</details>\n"), owned(&[(0, 'x', "inside")]));
    assert_eq!(boxes("<!-- template\n- [ ] do not tick\n-->\n- [ ] real\n"), owned(&[(0, ' ', "real")]));
    assert_eq!(boxes("<pre>\n- [ ] log\n</pre>\n"), []);
}

#[test]
fn struck_tasks_are_dropped() {
    let text = "- [ ] ~~gone~~\n- [x] ~~gone too~~ (see #5)\n- [ ] ~containerd/cri~ containerd/containerd\n- [x] ~~drop~~ [PR](https://github.com/kubernetes/test-infra/pull/33272)";
    let marks: String = boxes(text).into_iter().map(|(_, mark, _)| mark).collect();
    assert_eq!(marks, "~~ ~");
}

#[test]
fn a_struck_title_with_a_reason_is_struck() {
    let text = "- [ ] ~~alpha~~ won't do\n- [ ] ~~beta~~ removed in v2\n- [ ] ~~gamma~~ – done in #5\n- [x] ~~delta~~: not needed\n\
        - [ ] ~~eps~~ stays\n- [ ] ~~old name~~ new name\n- [ ] ~~@ann~~ done criteria\n";
    let marks: String = boxes(text).iter().map(|(_, mark, _)| *mark).collect();
    assert_eq!(marks, "~~x~~  ");
}

#[test]
fn an_open_line_keeps_the_marks_of_a_struck_title() {
    let text = "- [ ] ~~old name~~ new name\n- [ ] ~~alpha~~ archived @ann\n- [ ] ~~@bob~~ beta\n- [ ] ~~gone~~\n- [x] ~~old~~ new\n";
    let texts: Vec<String> = boxes(text).into_iter().map(|(.., text)| text).collect();
    assert_eq!(texts, ["~~old name~~ new name", "~~alpha~~ archived @ann", "@bob beta", "gone", "old new"]);
}

#[test]
fn answers_in_the_form_of_an_issue_are_no_tasks() {
    let text = "### Willing to help?\n\n- [X] Yes, I am willing to submit a PR!\n- [x] I've searched the issues.\n- [ ] I’m willing\n\n\
        ### Conduct\n\n- [X] I agree to follow the Code of Conduct\n- [x] If I'm planning to work on this, I added myself to the assignees\n\
        - [ ] I/O subsystem\n- [ ] I18n\n";
    assert_eq!(boxes(text), owned(&[(0, ' ', "I/O subsystem"), (0, ' ', "I18n")]));
}

#[test]
fn a_link_beside_struck_words_stays_open() {
    let text = "- [ ] [Migrate](https://github.com/o/r/issues/5) ~~by 1.30~~\n- [ ] #159 ~~#160~~\n- [ ] https://github.com/o/r/issues/11 ~~blocked by #12~~\n- [ ] ~~@ann~~ [Docs](https://github.com/o/r/issues/6)\n- [ ] ~~old title~~ #19\n- [ ] [new ~~old~~](https://github.com/o/r/issues/7)\n";
    let marks: String = boxes(text).iter().map(|(_, mark, _)| *mark).collect();
    assert_eq!(marks, "    ~~");
}

#[test]
fn a_struck_line_is_a_dropped_task_of_its_own() {
    let text =
        "- [x] ci-a | #1\n~- [ ] ci-b | [link](https://prow.k8s.io) |~\n- [ ] ci-c\n- ~~[ ] ci-d~~\n- ~~pull-e~~\n";
    assert_eq!(
        boxes(text),
        owned(&[(0, 'x', "ci-a | #1"), (0, '~', "ci-b | link |"), (0, ' ', "ci-c"), (0, '~', "ci-d")])
    );
    let text = "### Edge: not needed\n~- [ ] hooks/edge.py~\n\n### Redis @ann\n- [ ] hooks/redis.py\n";
    assert_eq!(boxes(text), owned(&[(0, '~', "hooks/edge.py"), (0, ' ', "hooks/redis.py · @ann")]));
}

#[test]
fn a_task_has_all_its_links_once() {
    let text = "- [ ] `a` [k/k8s.io#9](https://github.com/kubernetes/k8s.io/issues/3568), #39 and #39, [log](https://prow.k8s.io/1)\n  - kubernetes/test-infra#18\n- [ ] none\n";
    let tasks = read_here(text).tasks;
    assert_eq!(numbers(&tasks[0].issues), [3568, 39, 18]);
    assert_eq!(tasks[0].text, "a k/k8s.io#9, #39 and #39, log");
    assert_eq!(tasks[1].issues, []);
}

#[test]
fn parents_are_found_in_all_wordings() {
    let url = "https://github.com/kubernetes/k8s.io/issues/1469";
    for text in [
        format!("Part of umbrella issue to migrate away from google.com gcp projects: {url}"),
        format!("Part of umbrella issue to migrate away from google.com gcp projects: <{url}>"),
        "Part of #1469".to_owned(),
        "part of: kubernetes/k8s.io#1469.".to_owned(),
        format!("At least some of this is part of the umbrella to migrate away: {url}"),
        format!("Part of:\r\n  - {url}\r\n"),
        format!("Part of:\n\n- {url}\n\nSee #7"),
        format!("Broken out from {url}"),
        format!("Follow-up to the control plane ({url})"),
        format!("[Part of the umbrella]({url})"),
        format!("- Parent: {url}#issuecomment-1"),
        "Umbrella issue: GH-1469".to_owned(),
        format!("**Part of** {url} Depends on #1700"),
    ] {
        assert_eq!(parents(&text), [1469], "{text}");
    }
}

#[test]
fn a_parent_may_follow_on_the_line_below() {
    let url = "https://github.com/kubernetes/k8s.io/issues/1469";
    for text in [
        format!("Part of\r\n{url}\r\n"),
        format!("### Parent issue\r\n\r\n{url}\r\n\r\n### Tasks\r\n\r\n- [ ] #7\r\n"),
        "## Umbrella issue\n#1469\n\n## Notes\nSee #7\n".to_owned(),
        "**Parent issue**\n\n- kubernetes/k8s.io#1469\n\nSee #7\n".to_owned(),
        format!("Part of umbrella issue:\n<{url}>\n"),
        format!("Tracking issue: [umbrella]({url} \"the umbrella\")"),
    ] {
        assert_eq!(parents(&text), [1469], "{text}");
    }
    assert_eq!(parents("This is part of\nthe work. See #1469"), [0; 0]);
    assert_eq!(parents("## Umbrella issue\n\nNone yet.\n\nSee #1469"), [0; 0]);
}

#[test]
fn task_list_fences_come_in_several_shapes() {
    for text in [
        "~~~[tasklist]\r\n- [ ] #7\r\n~~~\r\n",
        "````[tasklist]\n- [ ] #7\n````\n",
        "``` [tasklist]\n### Work\n- [ ] #7\n```\n",
        "- list\n\n  ```[tasklist]\n  - [ ] #7\n  ```\n",
    ] {
        let tasks = read_here(text).tasks;
        assert_eq!(tasks.iter().map(|task| numbers(&task.issues)).collect::<Vec<_>>(), [[7]], "{text}");
    }
}

#[test]
fn lists_of_every_marker_and_depth_are_tasks() {
    let text = "* [ ] a\n\n  More of a, see #3.\n\n  * [x] b\n     + [X] c\n\n1) [ ] d\n2) [x] e\n\n> - [ ] quoted\n\n- [] none\n- [ ]none\n- [y] none\n";
    let found = boxes(text);
    let marks: String = found.iter().map(|(_, mark, _)| mark).collect();
    assert_eq!(marks, " xx x ", "{found:?}");
    assert_eq!(found.iter().map(|(depth, _, _)| *depth).collect::<Vec<_>>(), [0, 1, 2, 0, 0, 0]);
    assert_eq!(numbers(&read_here(text).tasks[0].issues), [3]);
}

#[test]
fn references_survive_odd_surroundings() {
    let text = "http://github.com/kubernetes/k8s.io/issues/1?x=1#top (https://www.github.com/kubernetes/k8s.io/pull/2#discussion_r1). \
        [a][ref] gh-4 **kubernetes/org#5** _#6_ https://github.com/kubernetes/k8s.io/issues/7.\r\n\r\n[ref]: https://github.com/kubernetes/k8s.io/issues/3\r\n";
    let numbers = numbers(&read_here(text).references);
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_body_may_name_two_parents() {
    let text = "Part of umbrella issue to migrate away from google.com gcp projects: https://github.com/kubernetes/k8s.io/issues/1469\n\nPart of umbrella to migrate kubernetes e2e test images/registries to community-owned infrastructure: kubernetes/k8s.io#1458";
    assert_eq!(parents(text), [1469, 1458]);
    assert_eq!(parents("Part of #1469 and #1458. Related: #7"), [1469, 1458]);
}

#[test]
fn the_link_wins_over_the_text() {
    assert_eq!(
        parents("Part of migrating google-containers ([#1571](https://github.com/kubernetes/k8s.io/issues/1469))"),
        [1469]
    );
}

#[test]
fn other_mentions_are_not_parents() {
    for text in [
        "https://github.com/kubernetes/k8s.io/issues/1458",
        "This is a continuation of: #29722",
        "not part of #1469",
        "> Part of #1469",
        "- [ ] part of #1469",
        "counterpart of #1469",
        "Part of #42",
        "Part of the work. See #1469",
        "`Part of #1469`",
    ] {
        assert_eq!(parents(text), [0; 0], "{text}");
    }
}

#[test]
fn references_are_found_in_all_forms() {
    let text = "https://github.com/kubernetes/k8s.io/issues/1, https://github.com/kubernetes/test-infra/pull/2/files (#3) GH-4 kubernetes-sigs/kueue#5: [x](https://github.com/kubernetes/org/issues/6#issuecomment-99) **#7**, see#8 fixes:#9. #3";
    assert_eq!(
        references(text),
        [
            "kubernetes/k8s.io#1",
            "kubernetes/test-infra#2",
            "kubernetes/k8s.io#3",
            "kubernetes/k8s.io#4",
            "kubernetes-sigs/kueue#5",
            "kubernetes/org#6",
            "kubernetes/k8s.io#7",
            "kubernetes/k8s.io#9"
        ]
    );
}

#[test]
fn lookalikes_are_not_references() {
    let text = "k/k8s.io#3568 oci-proxy/issues#38 oci-proxy#39 `#5` #42 #12a https://gitlab.com/a/b/issues/1 [#6](https://prow.k8s.io) https://github.com/kubernetes/k8s.io/blob/main/x.sh#L10 C#1 #\n```\n#8\n```\n";
    assert_eq!(references(text), [""; 0]);
}

#[test]
fn steps_are_children_without_a_box() {
    let text = "Step 1: https://github.com/kubernetes/test-infra/issues/18530 - move\r\nStep 2: https://github.com/kubernetes/test-infra/issues/18549 - then\r\nStep two: #5\r\n";
    assert_eq!(numbers(&read_here(text).steps), [18530, 18549]);
    assert!(read_here(text).tasks.is_empty());
}

#[test]
fn an_umbrella_lists_names_without_boxes() {
    let text = "## prow\n- k8s-gubernator\n- `cos-cloud`\n- TODO\n- TODO: find out\n- gs://k8s-conformance/\n- util?\n- [ ] k8s-task\n- ~~k8s-struck~~\n- google-containers\r\n- k8s-gubernator\n";
    assert_eq!(read_here(text).names, ["k8s-gubernator", "cos-cloud", "google-containers"]);
}

#[test]
fn entities_do_not_smuggle_control_characters() {
    assert_eq!(boxes("- [ ] a&#27;[31mb&#x202e;"), owned(&[(0, ' ', "ab")]));
}

#[test]
fn tasks_of_a_comment_are_read() {
    let own = own();
    let count = |text: &str| tasks(text, Home { issue: &own, host: "github.com" }).len();
    assert_eq!((count("/assign\n- [x] gs://k8s-conformance: delete"), count("no box")), (1, 0));
}

proptest! {
    #[test]
    fn markdown_never_panics_and_results_are_consistent(text in "([-*+] |\\[[ xX]\\] |#|[0-9]{1,3}|~~?|`{1,3}|<h1>|<!--|-->|\\[tasklist\\]|part of:? |https://github.com/a/b/issues/|a/b|é|\u{202e}|\\(|\\)|\\||\r?\n|\t|    |> |&#27;|[a-z]{1,5}| ){0,60}") {
        let body = read_here(&text);
        let own = own();
        prop_assert!(!body.parents.contains(&own) && !body.references.contains(&own));
        let is_clean = |text: &str| !text.contains(['\n', '\u{1b}', '\u{202e}']);
        prop_assert!(body.tasks.iter().all(|task| is_clean(&task.text)));
    }

    #[test]
    fn arbitrary_text_does_not_panic(text in any::<String>()) {
        read_here(&text);
    }
}

#[test]
fn code_with_an_at_sign_keeps_its_backticks() {
    let tasks = read_here("- [ ] Replace `@RunWith`\n- [ ] Copy `images`\n").tasks;
    assert_eq!(tasks.iter().map(|task| task.text.as_str()).collect::<Vec<_>>(), ["Replace `@RunWith`", "Copy images"]);
}
