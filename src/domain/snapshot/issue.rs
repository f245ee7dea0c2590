//! Issues and their facts.

use serde::{Deserialize, Serialize};

use super::super::{Date, IssueRef, Text, Timestamp};
use super::claim::IssueClaim;
use super::fetch_states::{FactKind, FactState, FetchStates};
use super::timeline::{Comment, Timeline};

/// An issue, or a pull request that is linked to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts from GitHub")]
pub struct Issue {
    /// Repository and number.
    pub id: IssueRef,
    /// The title, cleaned, on one line.
    pub title: String,
    /// Whether this is a pull request.
    pub is_pull: bool,
    /// When it was opened; `None` if unknown, then it counts as having always existed.
    pub created: Option<Timestamp>,
    /// The umbrellas and other parents that its body names. [`Snapshot::parents`](super::Snapshot::parents) adds those
    /// that have it as a sub-issue.
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
    /// When it was last updated on GitHub, including by robots and label changes.
    pub updated: Option<Timestamp>,
    /// The last comment by a person, without robots and slash commands.
    pub last_comment: Option<Comment>,
    /// Claims of the whole issue in its comments, and questions about it.
    #[serde(default)]
    pub claims: Vec<IssueClaim>,
    /// The number of comments.
    pub comments: u32,
    /// Whether only collaborators may comment.
    pub locked: bool,
    /// The task list of the body, else of the comments.
    pub tasks: Vec<Task>,
    /// GitHub's own sub-issues.
    pub sub_issues: Vec<IssueRef>,
    /// GitHub's own summary of their progress: compared with the sub-issues, never shown instead of them.
    pub sub_issue_summary: Option<SubIssueSummary>,
    /// Children that the body names in `Step N:` lines.
    #[serde(default)]
    pub steps: Vec<IssueRef>,
    /// Whether [`Issue::tasks`] are from a comment because the body has none.
    #[serde(default)]
    pub tasks_in_comments: bool,
    /// The newest task list in the comments, even if the body has one; `None` if not all comments were read.
    #[serde(default)]
    pub comment_tasks: Option<Vec<Task>>,
    /// Other issues that its body refers to.
    pub references: Vec<IssueRef>,
    /// Pull requests that link to it; `None` if that was not requested.
    pub pulls: Option<Vec<Pull>>,
    /// The list entries without checkbox in an umbrella's body that are names of projects.
    pub names: Vec<Text>,
    /// The Markdown text, cleaned; empty if the cache stores it separately.
    #[serde(default)]
    pub body: String,
    /// GitHub's issue type, for example `Bug`.
    #[serde(default)]
    pub issue_type: Option<Text>,
    /// The reason of closing that GitHub gives, before the rule for robots.
    #[serde(default)]
    pub github_reason: Option<CloseReason>,
    /// Whether a person commented the last `/close`.
    #[serde(default)]
    pub close_requested: bool,
    /// The issue that this one is a duplicate of.
    #[serde(default)]
    pub duplicate_of: Option<IssueRef>,
    /// The issue in which its work continues, according to its body.
    #[serde(default)]
    pub continued_in: Option<IssueRef>,
    /// Issues that block this one, according to its body.
    #[serde(default)]
    pub waits_for: Vec<IssueRef>,
    /// Whether its body asks not to begin yet.
    #[serde(default)]
    pub asks_to_wait: bool,
    /// Issues that block this one, according to GitHub's dependencies.
    #[serde(default)]
    pub blocked_by: Vec<IssueRef>,
    /// The number of issues that block it according to the last list; `None` if no list gave it.
    #[serde(default)]
    pub blocker_count: Option<u32>,
    /// Issues that this one blocks.
    #[serde(default)]
    pub blocking: Vec<IssueRef>,
    /// Its comments and mentioning pull requests, fetched only if it has open boxes.
    #[serde(default)]
    pub timeline: Timeline,
    /// Which facts are known, and since when.
    #[serde(default = "FetchStates::all_known")]
    pub fetch_states: FetchStates,
}

impl Issue {
    /// Creates an open issue without any facts.
    pub fn new(id: IssueRef) -> Self {
        Self {
            id,
            title: String::new(),
            is_pull: false,
            created: None,
            parents: Vec::new(),
            state: IssueState::Open,
            author: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            milestone: None,
            updated: None,
            last_comment: None,
            claims: Vec::new(),
            comments: 0,
            locked: false,
            tasks: Vec::new(),
            sub_issues: Vec::new(),
            sub_issue_summary: None,
            steps: Vec::new(),
            tasks_in_comments: false,
            comment_tasks: None,
            references: Vec::new(),
            pulls: None,
            names: Vec::new(),
            body: String::new(),
            issue_type: None,
            github_reason: None,
            close_requested: false,
            duplicate_of: None,
            continued_in: None,
            waits_for: Vec::new(),
            asks_to_wait: false,
            blocked_by: Vec::new(),
            blocker_count: None,
            blocking: Vec::new(),
            timeline: Timeline::default(),
            fetch_states: FetchStates::default(),
        }
    }

    /// Moves the facts of one kind and their fetch state from another version of the issue.
    pub fn take_facts(&mut self, kind: FactKind, from: &mut Self) {
        use std::mem::take;
        match kind {
            FactKind::Fields => self.take_fields(from),
            FactKind::Comments => {
                self.last_comment = from.last_comment.take();
                self.claims = take(&mut from.claims);
                self.close_requested = from.close_requested;
                self.comment_tasks = from.comment_tasks.take();
                self.use_comment_tasks();
            }
            FactKind::Closer => {
                if let (IssueState::Closed { by, .. }, IssueState::Closed { by: other, .. }) =
                    (&mut self.state, &mut from.state)
                {
                    *by = other.take();
                }
            }
            FactKind::Pulls => self.pulls = from.pulls.take(),
            FactKind::SubIssues => {
                self.sub_issues = take(&mut from.sub_issues);
                self.sub_issue_summary = from.sub_issue_summary.take().or(self.sub_issue_summary);
            }
            FactKind::Dependencies => {
                self.duplicate_of = from.duplicate_of.take();
                (self.blocked_by, self.blocking) = (take(&mut from.blocked_by), take(&mut from.blocking));
            }
            FactKind::Timeline => self.timeline = take(&mut from.timeline),
        }
        self.fetch_states.set(kind, from.fetch_states.of(kind));
    }

    fn take_fields(&mut self, from: &mut Self) {
        use std::mem::take;
        let old_state = std::mem::replace(&mut self.state, from.state.clone());
        if let (IssueState::Closed { at, by, .. }, IssueState::Closed { at: old_at, by: old_by, .. }) =
            (&mut self.state, old_state)
        {
            // The closer is a separate kind of fact, and only valid for the same closing.
            *by = old_by.filter(|_| *at == old_at);
        }
        self.title = take(&mut from.title);
        (self.is_pull, self.locked, self.comments) = (from.is_pull, from.locked, from.comments);
        (self.created, self.updated, self.asks_to_wait) = (from.created, from.updated, from.asks_to_wait);
        (self.author, self.issue_type) = (from.author.take(), from.issue_type.take());
        (self.labels, self.assignees) = (take(&mut from.labels), take(&mut from.assignees));
        (self.milestone, self.github_reason) = (from.milestone.take(), from.github_reason);
        (self.parents, self.steps) = (take(&mut from.parents), take(&mut from.steps));
        (self.references, self.names) = (take(&mut from.references), take(&mut from.names));
        self.body = take(&mut from.body);
        (self.continued_in, self.waits_for) = (from.continued_in.take(), take(&mut from.waits_for));
        self.sub_issue_summary = from.sub_issue_summary.or(self.sub_issue_summary);
        if from.blocker_count == Some(0) {
            self.blocked_by.clear();
        }
        self.blocker_count = from.blocker_count.or(self.blocker_count);
        self.tasks = if from.tasks_in_comments { Vec::new() } else { take(&mut from.tasks) };
        self.tasks_in_comments = false;
        self.use_comment_tasks();
    }

    /// Uses the task list of the comments if the body has none.
    pub fn use_comment_tasks(&mut self) {
        if self.tasks.is_empty() || self.tasks_in_comments {
            self.tasks = self.comment_tasks.clone().unwrap_or_default();
            self.tasks_in_comments = !self.tasks.is_empty();
        }
    }

    /// Whether every comment was read, or there is none. After a failed request, even their number may be wrong.
    pub fn knows_comments(&self) -> bool {
        match self.fetch_states.of(FactKind::Comments) {
            FactState::Known { .. } => true,
            FactState::NotRequested => self.comments == 0,
            FactState::Failed { .. } => false,
        }
    }

    /// Whether the pull requests that link to it are known.
    pub fn knows_pulls(&self) -> bool {
        self.is_pull || self.fetch_states.of(FactKind::Pulls).is_known()
    }

    /// Whether a known open pull request links to it.
    pub fn has_open_pull(&self) -> bool {
        self.pulls.iter().flatten().any(|pull| pull.is_open)
    }

    /// Whether it is known who works on it and what it waits for. Facts that were never requested count as known here.
    pub fn knows_holders(&self) -> bool {
        let has_failed = |kind| self.fetch_states.of(kind).has_failed();
        let failed = [FactKind::Fields, FactKind::SubIssues].map(has_failed);
        self.knows_pulls() && self.knows_blockers() && failed == [false, false]
    }

    /// Whether its blockers are known. A list only gives their number, and zero is enough.
    pub fn knows_blockers(&self) -> bool {
        self.blocker_count == Some(0) || !self.fetch_states.of(FactKind::Dependencies).has_failed()
    }

    /// Whether its closer is known or irrelevant: robots only close what is stale or rotten.
    pub fn knows_closer(&self) -> bool {
        let is_quiet = self.has_label("lifecycle/stale") || self.has_label("lifecycle/rotten");
        self.is_pull || self.state == IssueState::Open || !is_quiet || self.fetch_states.of(FactKind::Closer).is_known()
    }

    /// Whether it was closed as completed, or merged, and certainly not by a robot.
    pub fn is_completed(&self) -> bool {
        let is_so = matches!(self.state, IssueState::Closed { reason: None | Some(CloseReason::Completed), .. });
        is_so && self.knows_closer()
    }

    /// Whether it has a label.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }

    /// Returns the issues that its own progress and freedom depend on.
    pub fn depends_on(&self) -> impl Iterator<Item = &IssueRef> {
        let tasks = self.tasks.iter().chain(self.comment_tasks.iter().flatten()).flat_map(|task| &task.issues);
        let blockers = self.blocked_by.iter().chain(&self.waits_for);
        tasks.chain(&self.sub_issues).chain(&self.steps).chain(blockers).chain(&self.duplicate_of)
    }

    /// Whether it had been opened by a moment.
    pub fn existed_by(&self, moment: Timestamp) -> bool {
        self.created.is_none_or(|created| created <= moment)
    }

    /// Returns when a person last did something: the last comment, else the opening. `None` if the comments are not
    /// known.
    pub fn touched(&self) -> Option<Timestamp> {
        let opened = self.created.filter(|_| self.knows_comments());
        self.last_comment.as_ref().map(|comment| comment.at).or(opened)
    }
}

/// The state of an issue on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IssueState {
    /// It is open.
    Open,
    /// It was closed.
    Closed {
        /// The reason; `None` if GitHub gives none.
        reason: Option<CloseReason>,
        /// The time; `None` if unknown.
        at: Option<Timestamp>,
        /// The closer.
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
    /// A robot closed it while it was stale or rotten.
    Robot,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// For example `v1.22`.
    pub title: Text,
    /// The day it is due.
    pub due: Option<Date>,
    /// Whether it is closed.
    pub closed: bool,
}

/// An entry of a task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its text without markup, one line.
    pub text: String,
    /// Open, ticked or struck.
    pub state: TaskState,
    /// The nesting depth, from 0.
    pub depth: u8,
    /// The linked issues.
    pub issues: Vec<IssueRef>,
    /// The short heading or bullet above it; empty if there is none.
    #[serde(default)]
    pub section: Text,
}

/// The state of a task.
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

impl TaskState {
    /// Returns the mark in lists: `[ ]`, `[x]`, `[-]`.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Open => "[ ]",
            Self::Done => "[x]",
            Self::Dropped => "[-]",
        }
    }

    /// Returns the name used in data: `open`, `done`, `dropped`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// A pull request that links to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Repository and number.
    pub id: IssueRef,
    /// Whether it is open.
    pub is_open: bool,
    /// Who opened it.
    pub author: Option<Text>,
    /// Whether the link is only known from the list of pull requests, because its body names the issue. GraphQL knows
    /// other links, too.
    pub by_list: bool,
}

/// GitHub's summary of the sub-issues of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubIssueSummary {
    /// The number of direct sub-issues.
    pub total: u32,
    /// The number of closed ones.
    pub completed: u32,
}
