//! Boxes: who is working on the open entries of a task list, with the evidence.
//!
//! GitHub knows assignees of issues only; who claimed a box is written in its line, in comments and in pull requests.
//! If these are not conclusive, the answer is a guess and says so: a guess is never free.

mod aliases;
mod clause;
mod files;
mod first_names;
mod found;
mod hints;
mod line;
mod links;
mod mention;
mod name;
mod names;
mod phrases;
mod prose;
mod resolve;
mod steps;
mod thread;
mod whole;
mod words;

pub use line::{holds_back, led_by, mentioned, take_wait};
pub use links::{done_by_links, link_to_sub_issues, may_be_done_by_links};
pub use mention::{awaited_by_body, has_moved};
pub use name::{is_same_name, measuring_issues, name, only_mentions, own_issue, own_issues, plain};
pub use resolve::each_once;
pub use steps::TaskLists;
pub use whole::follow_claims;

use super::{Confidence, Date, FactKind, Issue, IssueRef, Snapshot, Task, TaskState, Text, Timestamp};

/// After how many days a claim counts as quiet. The settings can change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietDays {
    /// For a claim without a pull request.
    pub claim: u32,
    /// For an open pull request.
    pub pull: u32,
}

impl Default for QuietDays {
    fn default() -> Self {
        Self { claim: 30, pull: 90 }
    }
}

/// The kind of state of an open box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoxKind {
    /// Neither claimed nor in review.
    Free,
    /// Claimed by a person.
    Claimed,
    /// Has an open pull request.
    InReview,
    /// Done, but not ticked.
    Merged,
    /// Two or more people are working on it.
    Collided,
    /// Claimed, but silent since.
    Quiet,
    /// A linked issue was closed without being done, or the line says that there is nothing to do.
    Unclear,
    /// Comments and pull requests were not fetched.
    Unchecked,
}

impl BoxKind {
    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Claimed => "claimed",
            Self::InReview => "in-review",
            Self::Merged => "merged",
            Self::Collided => "collided",
            Self::Quiet => "quiet",
            Self::Unclear => "unclear",
            Self::Unchecked => "unchecked",
        }
    }
}

/// The state of an open box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxState {
    /// What kind of state it is.
    pub kind: BoxKind,
    /// How certain it is.
    pub confidence: Confidence,
    /// Who is working on it, without duplicates.
    pub people: Vec<Text>,
    /// Since when; for a quiet one, the last sign of life.
    pub since: Option<Date>,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

impl BoxState {
    /// Whether it can be offered: it is certainly or likely free.
    pub fn is_free(&self) -> bool {
        self.kind == BoxKind::Free && self.confidence > Confidence::Possible
    }

    /// Whether someone is working on it.
    pub fn is_at_work(&self) -> bool {
        matches!(self.kind, BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided)
    }

    /// Whether someone works, or worked, on it.
    pub fn is_claimed(&self) -> bool {
        self.is_at_work() || self.kind == BoxKind::Quiet
    }

    /// Whether it may be free, so that one should ask first.
    pub fn is_maybe_free(&self) -> bool {
        self.kind == BoxKind::Quiet || self.kind == BoxKind::Free && self.confidence == Confidence::Possible
    }
}

/// A fact behind the state of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The line itself mentions a person.
    Line(Text),
    /// The line itself says that someone is working on it, or that it waits.
    Note,
    /// The heading or bullet above says that the boxes below it wait, or that they are being worked on.
    Heading,
    /// A comment, with its author and day.
    Comment(Option<Text>, Date),
    /// A pull request with its state.
    Pull(IssueRef, super::PullState),
    /// The linked issue is assigned.
    Assigned(IssueRef),
    /// The linked issue or pull request was closed as completed, or merged.
    Done(IssueRef),
    /// The linked issue was closed without being done.
    NotDone(IssueRef),
    /// The line itself says that it is done, dropped or moved elsewhere.
    Over,
    /// The line itself has a sign or struck words that may mean that it is over.
    Crossed,
    /// A box above it, of which it is a part, is struck.
    StruckAbove,
    /// The line itself does not say what there is to do.
    Empty,
    /// The linked issue was not fetched.
    NotFetched(IssueRef),
    /// It waits for this issue, which may be open.
    WaitsFor(IssueRef),
    /// The title of this sub-issue names it.
    SubIssue(IssueRef),
}

/// The input from which the states of boxes are computed.
#[derive(Debug, Clone, Copy)]
pub struct BoxFacts<'a> {
    /// The linked issues.
    pub snapshot: &'a Snapshot,
    /// The day of the facts.
    pub date: Date,
    /// Its last moment.
    pub end: Timestamp,
    /// When a claim counts as quiet.
    pub quiet: QuietDays,
    /// Additional logins of robots.
    pub robots: &'a [Text],
}

/// Returns the state of each task of an issue, `None` if it is ticked or struck.
pub fn of_issue(issue: &Issue, facts: BoxFacts<'_>) -> Vec<Option<BoxState>> {
    let is_open = |state: TaskState| state == TaskState::Open;
    if !issue.tasks.iter().any(|task| is_open(task.state)) {
        return vec![None; issue.tasks.len()];
    }
    let is_checked = issue.fetch_states.of(FactKind::Timeline).is_known() && !issue.timeline.is_cut_off();
    let threads = thread::read(issue, &facts);
    let states = issue
        .tasks
        .iter()
        .zip(threads)
        .map(|(task, events)| is_open(task.state).then(|| resolve::state(issue, task, events, is_checked, &facts)));
    let mut states: Vec<_> = states.collect();
    doubt_parents(&issue.tasks, &mut states);
    doubt_nested(&issue.tasks, &mut states);
    first_names::doubt_named(&issue.tasks, &mut states);
    states
}

/// Lowers the confidence of a free box to a guess if a box above it is struck: the whole may be dropped with all its parts.
/// A ticked box says nothing about those below it, since GitHub ticks each box alone.
fn doubt_nested(tasks: &[Task], states: &mut [Option<BoxState>]) {
    let mut above: Vec<&Task> = Vec::new();
    for (task, state) in tasks.iter().zip(states) {
        above.retain(|other| other.depth < task.depth);
        let is_dropped = above.iter().any(|other| other.state == TaskState::Dropped);
        above.push(task);
        if let Some(own) = state.as_mut().filter(|own| is_dropped && own.kind == BoxKind::Free) {
            own.confidence = Confidence::Possible;
            own.evidence.push(Evidence::StruckAbove);
        }
    }
}

/// Lowers the confidence of a free box to a guess if someone is working on a box nested below it.
fn doubt_parents(tasks: &[Task], states: &mut [Option<BoxState>]) {
    for (at, task) in tasks.iter().enumerate() {
        let depths = tasks.iter().skip(at + 1).take_while(|below| below.depth > task.depth);
        let below = states.iter().skip(at + 1).take(depths.count()).flatten();
        let evidence: Vec<_> =
            below.filter(|state| state.is_at_work()).flat_map(|state| state.evidence.clone()).collect();
        let own = states.get_mut(at).and_then(Option::as_mut).filter(|own| own.kind == BoxKind::Free);
        if let Some(own) = own.filter(|_| !evidence.is_empty()) {
            own.confidence = Confidence::Possible;
            own.evidence.extend(evidence);
        }
    }
}

/// Whether a task has no nested tasks. Only such tasks are offered, since the others are done box by box.
pub fn is_leaf(tasks: &[Task], at: usize) -> bool {
    let depth = |at: usize| tasks.get(at).map(|task| task.depth);
    depth(at + 1).is_none_or(|below| depth(at).is_none_or(|own| below <= own))
}

/// Whether a login belongs to a robot: by its ending, since it is known, or since the settings or the roadmap name it.
pub fn is_robot(login: &str, named: &[Text]) -> bool {
    const KNOWN: [&str; 7] =
        ["github-actions", "dependabot", "zulipbot", "rustbot", "bors", "mattermod", "k8s-reviewable"];
    let lower = login.to_ascii_lowercase();
    let is_called_so = ["[bot]", "-bot", "-robot"].iter().any(|end| lower.ends_with(end));
    is_called_so || KNOWN.contains(&lower.as_str()) || named.iter().any(|robot| robot.eq_ignore_ascii_case(login))
}
