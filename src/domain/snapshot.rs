//! The snapshot: what was found on GitHub, and when.

use serde::{Deserialize, Serialize};

use super::{Date, IssueRef, Issues, Text, Timestamp};

/// Issues and pull requests as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the facts were taken; `None` while nothing was ever fetched.
    pub taken: Option<Timestamp>,
    /// By repository and number, none twice.
    pub issues: Issues,
    /// What was asked for and could not be had, none twice.
    pub missing: Vec<Missing>,
}

impl Snapshot {
    /// Takes what was found; of two things with one name the later issue and the first absence stay.
    pub fn new(taken: Option<Timestamp>, issues: impl Into<Issues>, mut missing: Vec<Missing>) -> Self {
        missing.sort_by(|a, b| a.issue.cmp(&b.issue));
        missing.dedup_by(|a, b| a.issue == b.issue);
        Self { taken, issues: issues.into(), missing }
    }

    /// Finds an issue.
    pub fn issue(&self, id: &IssueRef) -> Option<&Issue> {
        self.issues.get(id)
    }

    /// Finds why an issue could not be had.
    pub fn missing(&self, id: &IssueRef) -> Option<&Missing> {
        self.missing.iter().find(|missing| &missing.issue == id)
    }

    /// Returns the issues that name this one as parent, or that it has as sub-issues; in order, none
    /// twice, never itself. The graph may hold cycles: whoever walks it keeps a list of what was seen.
    pub fn children<'a>(&'a self, parent: &'a Issue) -> Vec<&'a Issue> {
        let mut places = self.issues.with_parent(&parent.id);
        places.extend(parent.sub_issues.iter().filter_map(|id| self.issues.ids().find(id)));
        places.sort_unstable();
        places.dedup();
        let children = places.into_iter().filter_map(|place| self.issues.at(place));
        children.filter(|child| child.id != parent.id).collect()
    }
}

/// An issue, or a pull request that one of them links to. A cache reads the fields up to [`Issue::created`] alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Repository and number.
    pub id: IssueRef,
    /// Cleaned, one line.
    pub title: String,
    /// Whether this is a pull request.
    pub is_pull: bool,
    /// When it was opened; `None` where that is not known (then it counts as having been there always).
    pub created: Option<Timestamp>,
    /// The umbrellas and other parents that its body names, or that GitHub knows.
    pub parents: Vec<IssueRef>,
    /// Open, or how it was closed.
    pub state: IssueState,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Text>,
    /// In GitHub's order.
    pub labels: Vec<Text>,
    /// In GitHub's order.
    pub assignees: Vec<Text>,
    /// The release it is meant for.
    pub milestone: Option<Milestone>,
    /// When GitHub last changed it, robots and labels included.
    pub updated: Option<Timestamp>,
    /// What a person last said, robots and slash commands apart.
    pub word: Option<Word>,
    /// How many comments it has.
    pub comments: u32,
    /// Whether only collaborators may comment.
    pub locked: bool,
    /// The task list of the body (or of comments, where the body has none).
    pub tasks: Vec<Task>,
    /// GitHub's own sub-issues.
    pub sub_issues: Vec<IssueRef>,
    /// Other issues that its body refers to.
    pub references: Vec<IssueRef>,
    /// Pull requests that link to it; `None` where that was not asked.
    pub pulls: Option<Vec<Pull>>,
    /// The list items of an umbrella's body that are names of projects, without checkbox.
    pub names: Vec<Text>,
    /// The Markdown text, cleaned; empty where a cache holds it elsewhere.
    #[serde(default)]
    pub body: String,
}

impl Issue {
    /// Tells whether a label is there.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }

    /// Tells whether the issue had been opened by the end of a day.
    pub fn existed(&self, date: Date) -> bool {
        self.existed_by(super::end_of(date))
    }

    /// Tells whether the issue had been opened by a moment.
    pub fn existed_by(&self, moment: Timestamp) -> bool {
        self.created.is_none_or(|created| created <= moment)
    }

    /// Returns when a person last said or did something: the last word, else the opening.
    pub fn touched(&self) -> Option<Timestamp> {
        self.word.as_ref().map(|word| word.at).or(self.created)
    }

    /// Counts the tasks that are at an end and those that are in scope; dropped ones leave the total.
    pub fn task_progress(&self) -> Option<super::Progress> {
        let in_scope = self.tasks.iter().filter(|task| task.state != TaskState::Dropped);
        let (done, total) =
            in_scope.fold((0, 0), |(done, total), task| (done + u64::from(task.state == TaskState::Done), total + 1));
        super::Progress::new(done, total).filter(|progress| progress.total > 0)
    }
}

/// Whether an issue is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IssueState {
    /// Work remains.
    Open,
    /// It was closed.
    Closed {
        /// How; `None` where GitHub did not say.
        reason: Option<CloseReason>,
        /// When; `None` where that is not known.
        at: Option<Timestamp>,
        /// By whom.
        by: Option<Text>,
    },
}

/// Why an issue was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// GitHub's `completed`; for a pull request: merged.
    Completed,
    /// GitHub's `not_planned`; for a pull request: closed without a merge.
    NotPlanned,
    /// GitHub's `duplicate`.
    Duplicate,
    /// A robot closed it while it was stale or rotten, whatever GitHub calls that.
    Robot,
}

/// A release that an issue is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// For example `v1.22`.
    pub title: Text,
    /// The day it is due.
    pub due: Option<Date>,
    /// Whether it is over.
    pub closed: bool,
}

/// What a person said last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// When.
    pub at: Timestamp,
    /// Who; `None` for a deleted account.
    pub by: Option<Text>,
    /// The beginning of it, one line, cleaned, at most 200 characters; may be empty.
    pub text: String,
}

/// An entry of a task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its text without markup, one line.
    pub text: String,
    /// Ticked, struck or open.
    pub state: TaskState,
    /// How deep it is nested, from 0.
    pub depth: u8,
    /// The issues it links to.
    pub issues: Vec<IssueRef>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// `[ ]`
    Open,
    /// `[x]` or `[X]`
    Done,
    /// Struck through.
    Dropped,
}

/// A pull request that links to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Repository and number.
    pub id: IssueRef,
    /// Whether it waits for review or merge.
    pub is_open: bool,
    /// Who opened it.
    pub author: Option<Text>,
}

/// An issue that was asked for and could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What was asked for.
    pub issue: IssueRef,
    /// Why there is nothing.
    pub why: Absence,
}

/// Why there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// GitHub answers 410: deleted.
    Gone,
    /// GitHub answers 404: no such issue, or not for us.
    NotFound,
    /// It was transferred, or its repository renamed, to here.
    Moved(IssueRef),
    /// The answer could not be read; the reason in words.
    Unreadable(String),
    /// Not asked yet: the budget of requests or the time was used up.
    NotFetched,
}
