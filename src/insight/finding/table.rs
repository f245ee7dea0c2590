//! All rules: name, severity, and the text of `--explain`.

use super::{Finding, Input, Severity, accounts, boxes, counters, dates, issues, names, owners};

/// One rule.
pub struct FindingRule {
    /// How it is called in silences and on the command line.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// What it looks at, why that matters, and what to do.
    pub explain: &'static str,
    /// Finds.
    pub find: fn(&Input<'_>, &mut Vec<Finding>),
}

/// Finds a rule by its name.
pub fn rule(name: &str) -> Option<&'static FindingRule> {
    RULES.iter().find(|rule| rule.name == name)
}

use Severity::{Error, Info, Warning};

/// All rules.
pub static RULES: [FindingRule; 29] = [
    FindingRule {
        name: "closed-but-open",
        severity: Error,
        summary: "the issue is closed, the roadmap says there is work left",
        explain: "An item says `todo` or `started` although its issue was closed as completed, or an item without an \
issue is open although every issue of its project is closed. The measure is shown; the written state misleads whoever \
reads the file. Set the state, or reopen the issue.",
        find: issues::closed_but_open,
    },
    FindingRule {
        name: "done-but-open",
        severity: Error,
        summary: "the roadmap says done, the issue or an item is open",
        explain: "An item is written as `done` or `removed` while its issue is open or its counter is not \
full, or a project is written as done while items of it are left. Close the issue, or take the state out of the file.",
        find: issues::done_but_open,
    },
    FindingRule {
        name: "closed-not-done",
        severity: Warning,
        summary: "the issue was closed without the work being done",
        explain: "The issue was closed as not planned, as a duplicate, or by a robot while stale or rotten. That does \
not end the item: write `state: done`, `removed` or `dropped` if it is over, or reopen the issue.",
        find: issues::closed_not_done,
    },
    FindingRule {
        name: "open-boxes",
        severity: Warning,
        summary: "the issue is closed with boxes that are not ticked",
        explain: "The issue counts as done, and its task list still has open boxes. Either the rest was forgotten, or \
the boxes were. Tick or strike them, or reopen the issue.",
        find: issues::open_boxes,
    },
    FindingRule {
        name: "not-linked",
        severity: Warning,
        summary: "the project has no issue although one names it",
        explain: "The roadmap links no issue to the project, and the title of an issue has its name as a word. Surest \
where the title says `project NAME`; a title that merely mentions it is told as info. Link it, so that what happens there \
is seen here.",
        find: names::not_linked,
    },
    FindingRule {
        name: "same-title",
        severity: Error,
        summary: "the linked issue is closed while an open one has the same title",
        explain: "The work goes on in another issue of the same title, so the closed one makes it look finished. Link \
the open one instead.",
        find: issues::same_title,
    },
    FindingRule {
        name: "not-in-roadmap",
        severity: Warning,
        summary: "the umbrella names a project that the roadmap lacks",
        explain: "The umbrella issue lists a project, or a child of it says `project NAME` in its title, and no project \
of the roadmap has that id or alias. Add it, add an alias, or silence this for the file.",
        find: names::not_in_roadmap,
    },
    FindingRule {
        name: "not-in-umbrella",
        severity: Info,
        summary: "the roadmap has a project that no umbrella names",
        explain: "The umbrella issues list projects, and this one is not among them, nor is an issue of it a child of \
theirs. Whoever follows the umbrella will not see it. Only entries of the kind `gcp-project` are looked at.",
        find: names::not_in_umbrella,
    },
    FindingRule {
        name: "name-differs",
        severity: Info,
        summary: "the umbrella spells the project in another way",
        explain: "The umbrella uses another name than the roadmap for what seems to be the same project: an alias, or a \
name that differs by one letter, a hyphen or a plural s. Settle on one name; until then keep the other as an alias.",
        find: names::name_differs,
    },
    FindingRule {
        name: "owner-against-labels",
        severity: Warning,
        summary: "the labels name other groups than the roadmap",
        explain: "None of the groups that the roadmap names as owner is among the sig/ and wg/ labels of the issue \
(sig/k8s-infra, which all of them carry, apart). Labels are evidence, not truth: ask, then change one of the two.",
        find: owners::owner_against_labels,
    },
    FindingRule {
        name: "owner-unsettled",
        severity: Info,
        summary: "no single group has the project",
        explain: "The owner is one of several groups, unsure, or missing. Work that belongs to two groups is done by \
none. Ask the groups, then write `owner: sig-…`.",
        find: owners::owner_unsettled,
    },
    FindingRule {
        name: "placeholder",
        severity: Warning,
        summary: "an item only says that nobody knows",
        explain: "The title is `???`, `TODO`, `TBD` or `unsure`. Such an item has no percentage, and nobody can take it. \
Find out what there is to do, and write that.",
        find: owners::placeholder,
    },
    FindingRule {
        name: "box-not-in-roadmap",
        severity: Info,
        summary: "the task list of the project's issue has more than the roadmap",
        explain: "A task links an open issue that no item of the roadmap has, or an open task of an open issue shares no \
telling word with any item of the project. Add it as an item, or leave it as a part of one and silence this.",
        find: boxes::box_not_in_roadmap,
    },
    FindingRule {
        name: "item-not-in-boxes",
        severity: Info,
        summary: "the roadmap has an item that the project's issue does not list",
        explain: "The issue of the project has a task list with links, it is open, and it neither lists nor mentions the \
issue of this item. Who works from the issue will not find it. Add a box there.",
        find: boxes::item_not_in_boxes,
    },
    FindingRule {
        name: "account-runs-out",
        severity: Error,
        summary: "an account is spent before its end",
        explain: "At the pace of its last three months, or the best that is known, the money of an account is spent \
before the account ends. `offramp spend` shows the pace, and what finishing open work frees.",
        find: accounts::runs_out,
    },
    FindingRule {
        name: "account-unused",
        severity: Warning,
        summary: "more than a tenth of an account lapses or expires unused",
        explain: "At its present pace more than a tenth of a budget or credit is left on its last day, and is lost then. \
There may be work that could be moved or paid earlier.",
        find: accounts::expires_unused,
    },
    FindingRule {
        name: "account-old",
        severity: Warning,
        summary: "the newest reading of an account is more than two months old",
        explain: "What an account comes to is worked out from its newest reading, and that is more than 62 days old. Add a \
reading to the roadmap or to the account's CSV file.",
        find: accounts::readings_old,
    },
    FindingRule {
        name: "saves-too-much",
        severity: Warning,
        summary: "an item saves more a month than its account spends",
        explain: "The `saves` (or `cost`) of an item is more than its account spends in a month. One of the two figures is \
wrong, or the item weighs on another account.",
        find: accounts::saves_too_much,
    },
    FindingRule {
        name: "counter-old",
        severity: Warning,
        summary: "the newest reading of a counter is old, or older than the code",
        explain: "The counter was last read more than 30 days before, or the checkout that the settings name has a newer \
commit than the one that was read, and not all of it was done. What is shown may be long out of date. `offramp count \
--write` reads it anew from a checkout.",
        find: counters::counter_old,
    },
    FindingRule {
        name: "figure-unequal",
        severity: Error,
        summary: "one figure is written twice and differs",
        explain: "The same thing is counted in two places of the file (`288/1780 jobs`), and the numbers differ, or a \
figure in a text was never a reading of the counter of that unit. Use one counter in both places.",
        find: counters::figure_unequal,
    },
    FindingRule {
        name: "linked-twice",
        severity: Warning,
        summary: "two items or projects have the same issue",
        explain: "One issue measures two items, or tracks two projects: both end when it is closed. Totals count it once. \
Split the issue, or join what it stands for. The issue of a project may be an item of that project, too.",
        find: issues::linked_twice,
    },
    FindingRule {
        name: "link-gone",
        severity: Error,
        summary: "a linked issue was moved, deleted or cannot be had",
        explain: "GitHub answers 410 (deleted), 404 (not there, or not for us) or 301 (moved) for an issue that the \
roadmap links. Change the link.",
        find: issues::link_gone,
    },
    FindingRule {
        name: "overdue",
        severity: Error,
        summary: "the due date has passed",
        explain: "`due` is in the past and the work is not at an end. Finish it, or write a date that is meant.",
        find: dates::overdue,
    },
    FindingRule {
        name: "milestone-past",
        severity: Warning,
        summary: "the milestone of an open issue is over",
        explain: "The issue is open, and its milestone was due before or is closed. Milestones are releases and slip: \
move it on with `/milestone`, or clear it.",
        find: dates::milestone_past,
    },
    FindingRule {
        name: "stale",
        severity: Warning,
        summary: "the issue carries lifecycle/stale",
        explain: "Nobody touched it for 90 days, so the robot marked it. After 30 more days it becomes rotten, after 30 \
more it is closed as not planned, unless a label spares it. `/remove-lifecycle stale` with a word about why.",
        find: dates::stale,
    },
    FindingRule {
        name: "rotten",
        severity: Error,
        summary: "the issue carries lifecycle/rotten",
        explain: "The last step before the robot closes it as not planned, 30 days after it became rotten, unless a \
label or a priority spares it. `/remove-lifecycle rotten` with a word about why.",
        find: dates::rotten,
    },
    FindingRule {
        name: "robot-will-close",
        severity: Error,
        summary: "the robot will close the issue within 30 days",
        explain: "Stale after 90 quiet days, rotten after 30 more, closed after 30 more. Exempt are lifecycle/frozen, \
help wanted, good first issue and triage/accepted; the last step also spares priority/critical-urgent, important-soon \
and important-longterm. A closed issue looks done to everyone else.",
        find: dates::robot_will_close,
    },
    FindingRule {
        name: "quiet",
        severity: Info,
        summary: "no person said anything for 90 days",
        explain: "Robots, labels and slash commands do not count. Ask whether it still goes on.",
        find: dates::quiet,
    },
    FindingRule {
        name: "assigned-but-silent",
        severity: Info,
        summary: "somebody has it and said nothing for 90 days",
        explain: "An assignee keeps others from taking it. Ask; if there is no answer, `/unassign`.",
        find: dates::assigned_but_silent,
    },
];
