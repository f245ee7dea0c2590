//! Boxes: who is working on the open entries of a task list, and how that is known.
//!
//! Text facts in, states out. GitHub knows assignees of issues only; who took a box is written in its line, in comments
//! and in pull requests. Where these do not settle it, the answer is a guess and says so: a guess is never free.

mod aliases;
mod clause;
mod files;
mod found;
mod hints;
mod line;
mod links;
mod name;
mod names;
mod phrases;
mod resolve;
mod thread;
mod words;

pub use line::{holds_back, led_by, mentioned};
pub use links::done_by_links;
pub use name::{is_same_name, measuring_issues, name, only_mentions, own_issue, own_issues, plain};

use super::{Confidence, Date, FactKind, Issue, IssueRef, Snapshot, Task, TaskState, Text, Timestamp};

/// After how many days a claim has gone quiet; the settings can change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietDays {
    /// Of a claim without a pull request.
    pub claim: u32,
    /// Of an open pull request.
    pub pull: u32,
}

impl Default for QuietDays {
    fn default() -> Self {
        Self { claim: 30, pull: 90 }
    }
}

/// What is known of an open box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoxKind {
    /// It is neither claimed nor in review.
    Free,
    /// A person claimed it.
    Claimed,
    /// A pull request for it is open.
    InReview,
    /// Its work is done, and its box is not ticked.
    Merged,
    /// Two people or more are at work on it.
    Collided,
    /// It was claimed, and nothing was heard since.
    Quiet,
    /// What it links to was closed without being done.
    Unclear,
    /// Comments and pull requests were not fetched.
    Unchecked,
}

impl BoxKind {
    /// Returns the spelling of data.
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
    /// What is known.
    pub kind: BoxKind,
    /// How surely.
    pub confidence: Confidence,
    /// Who is at work on it, none twice.
    pub people: Vec<Text>,
    /// Since when; of a quiet one when it was last heard of.
    pub since: Option<Date>,
    /// What shows it, the weightiest first.
    pub evidence: Vec<Evidence>,
}

impl BoxState {
    /// Whether it can be offered: surely free, or at least likely so.
    pub fn is_free(&self) -> bool {
        self.kind == BoxKind::Free && self.confidence > Confidence::Possible
    }

    /// Whether someone is working on it.
    fn is_at_work(&self) -> bool {
        matches!(self.kind, BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided)
    }

    /// Whether it may be free: ask first.
    pub fn is_maybe_free(&self) -> bool {
        self.kind == BoxKind::Quiet || self.kind == BoxKind::Free && self.confidence == Confidence::Possible
    }
}

/// A fact behind the state of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The line itself names a person.
    Line(Text),
    /// The line itself says that someone is at work on it, or that it waits.
    Note,
    /// A comment of a person, on a day.
    Comment(Option<Text>, Date),
    /// A pull request, and how far it is.
    Pull(IssueRef, super::PullState),
    /// The linked issue is assigned.
    Assigned(IssueRef),
    /// The linked issue or pull request was closed as completed, or merged.
    Done(IssueRef),
    /// The linked issue was closed without being done.
    NotDone(IssueRef),
    /// The linked issue was not fetched.
    NotFetched(IssueRef),
}

/// What the states of boxes are worked out from.
#[derive(Debug, Clone, Copy)]
pub struct BoxFacts<'a> {
    /// What is known of linked issues.
    pub snapshot: &'a Snapshot,
    /// The day of the facts.
    pub date: Date,
    /// Its last moment.
    pub end: Timestamp,
    /// When a claim has gone quiet.
    pub quiet: QuietDays,
    /// Logins of robots beyond the known ones.
    pub robots: &'a [Text],
}

/// Returns a state for each task of an issue; `None` for those that are ticked or struck.
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
    states
}

/// A box that looks free is a guess where someone is working on a box nested in it.
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

/// Whether a task has no tasks nested below it: only such a one is offered, since the others are done box by box.
pub fn is_leaf(tasks: &[Task], at: usize) -> bool {
    let depth = |at: usize| tasks.get(at).map(|task| task.depth);
    depth(at + 1).is_none_or(|below| depth(at).is_none_or(|own| below <= own))
}

/// Whether a login is that of a robot.
fn is_robot(login: &str, robots: &[Text]) -> bool {
    const KNOWN: [&str; 6] = ["github-actions", "dependabot", "zulipbot", "rustbot", "bors", "mattermod"];
    let is_called_so = ["[bot]", "-bot", "-robot"].iter().any(|end| login.ends_with(end));
    is_called_so || KNOWN.contains(&login) || robots.iter().any(|robot| robot == login)
}

/// Whether a person takes the whole issue with what they last wrote in it.
pub fn claims_whole(text: &str) -> bool {
    let clauses = clause::of(text);
    let has = |act: clause::Act| clauses.iter().any(|clause| clause.act == act);
    has(clause::Act::Claim) && !has(clause::Act::Return)
}
