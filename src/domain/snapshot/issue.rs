//! Issues, with everything that is known of them.

use serde::{Deserialize, Serialize};

use super::super::{Date, IssueRef, Text, Timestamp};
use super::fetch_states::{FactKind, FactState, FetchStates};
use super::timeline::{Comment, Timeline};

/// An issue, or a pull request that one of them links to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts of GitHub, each for itself")]
pub struct Issue {
    /// Repository and number.
    pub id: IssueRef,
    /// Cleaned, one line.
    pub title: String,
    /// Whether this is a pull request.
    pub is_pull: bool,
    /// When it was opened; `None` where that is not known (then it counts as having been there always).
    pub created: Option<Timestamp>,
    /// The umbrellas and other parents that its body names; [`Snapshot::parents`](super::Snapshot::parents) adds those that
    /// have it as a sub-issue.
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
    /// The last comment of a person, robots and slash commands apart.
    pub last_comment: Option<Comment>,
    /// How many comments it has.
    pub comments: u32,
    /// Whether only collaborators may comment.
    pub locked: bool,
    /// The task list of the body (or of comments, where the body has none).
    pub tasks: Vec<Task>,
    /// GitHub's own sub-issues.
    pub sub_issues: Vec<IssueRef>,
    /// What GitHub says of their progress: compared with them, never shown in their place.
    pub sub_issue_summary: Option<SubIssueSummary>,
    /// Children that the body names in `Step N:` lines.
    #[serde(default)]
    pub steps: Vec<IssueRef>,
    /// Whether [`Issue::tasks`] are of a comment, since the body has none.
    #[serde(default)]
    pub tasks_in_comments: bool,
    /// The newest task list of the comments, whether or not the body has one; `None` where not all of them were read for it.
    #[serde(default)]
    pub comment_tasks: Option<Vec<Task>>,
    /// Other issues that its body refers to.
    pub references: Vec<IssueRef>,
    /// Pull requests that link to it; `None` where that was not asked.
    pub pulls: Option<Vec<Pull>>,
    /// The list items of an umbrella's body that are names of projects, without checkbox.
    pub names: Vec<Text>,
    /// The Markdown text, cleaned; empty where a cache holds it elsewhere.
    #[serde(default)]
    pub body: String,
    /// GitHub's issue type, for example `Bug`.
    #[serde(default)]
    pub issue_type: Option<Text>,
    /// Whether it was closed as completed or otherwise by GitHub's own account, before the rule about robots.
    #[serde(default)]
    pub github_reason: Option<CloseReason>,
    /// Whether the last `/close` was commented by a person.
    #[serde(default)]
    pub close_requested: bool,
    /// The issue that this one is a duplicate of.
    #[serde(default)]
    pub duplicate_of: Option<IssueRef>,
    /// The issue where its body says that its work goes on.
    #[serde(default)]
    pub continued_in: Option<IssueRef>,
    /// Issues that block this one, by GitHub's own dependencies.
    #[serde(default)]
    pub blocked_by: Vec<IssueRef>,
    /// Issues that this one blocks.
    #[serde(default)]
    pub blocking: Vec<IssueRef>,
    /// What was said and linked below the issue; fetched only where the issue has open boxes.
    #[serde(default)]
    pub timeline: Timeline,
    /// Which facts are known, and since when.
    #[serde(default = "FetchStates::all_known")]
    pub fetch_states: FetchStates,
}

impl Issue {
    /// Makes an open issue without any facts.
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
            blocked_by: Vec::new(),
            blocking: Vec::new(),
            timeline: Timeline::default(),
            fetch_states: FetchStates::default(),
        }
    }

    /// Takes the facts of one kind from another version of the issue, with its fetch state.
    pub fn take_facts(&mut self, kind: FactKind, from: &mut Self) {
        use std::mem::take;
        match kind {
            FactKind::Fields => self.take_fields(from),
            FactKind::Comments => {
                self.last_comment = from.last_comment.take();
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
            // Who closed it is another kind of fact; another closing had another closer.
            *by = old_by.filter(|_| *at == old_at);
        }
        self.title = take(&mut from.title);
        (self.is_pull, self.locked, self.comments) = (from.is_pull, from.locked, from.comments);
        (self.created, self.updated) = (from.created, from.updated);
        (self.author, self.issue_type) = (from.author.take(), from.issue_type.take());
        (self.labels, self.assignees) = (take(&mut from.labels), take(&mut from.assignees));
        (self.milestone, self.github_reason) = (from.milestone.take(), from.github_reason);
        (self.parents, self.steps) = (take(&mut from.parents), take(&mut from.steps));
        (self.references, self.names) = (take(&mut from.references), take(&mut from.names));
        self.body = take(&mut from.body);
        self.continued_in = from.continued_in.take();
        self.sub_issue_summary = from.sub_issue_summary.or(self.sub_issue_summary);
        self.tasks = if from.tasks_in_comments { Vec::new() } else { take(&mut from.tasks) };
        self.tasks_in_comments = false;
        self.use_comment_tasks();
    }

    /// Shows the task list of the comments where the body has none.
    pub fn use_comment_tasks(&mut self) {
        if self.tasks.is_empty() || self.tasks_in_comments {
            self.tasks = self.comment_tasks.clone().unwrap_or_default();
            self.tasks_in_comments = !self.tasks.is_empty();
        }
    }

    /// Whether every comment was looked at, or there is none. Where they did not come, their number may not have come either.
    pub fn knows_comments(&self) -> bool {
        match self.fetch_states.of(FactKind::Comments) {
            FactState::Known { .. } => true,
            FactState::NeverAsked => self.comments == 0,
            FactState::Failed { .. } => false,
        }
    }

    /// Whether it is known which pull requests link to it.
    pub fn knows_pulls(&self) -> bool {
        self.is_pull || self.fetch_states.of(FactKind::Pulls).is_known()
    }

    /// Whether a pull request that is open links to it, as far as that is known.
    pub fn has_open_pull(&self) -> bool {
        self.pulls.iter().flatten().any(|pull| pull.is_open)
    }

    /// Whether it is known who has it and what it waits for. What an older cache was never asked for was not there.
    pub fn knows_holders(&self) -> bool {
        let failed = [FactKind::Fields, FactKind::Dependencies].map(|kind| self.fetch_states.of(kind).has_failed());
        self.knows_pulls() && failed == [false, false]
    }

    /// Whether it is known who closed it, as far as that matters: a robot closes what is stale or rotten.
    pub fn knows_closer(&self) -> bool {
        let is_quiet = self.has_label("lifecycle/stale") || self.has_label("lifecycle/rotten");
        self.is_pull || self.state == IssueState::Open || !is_quiet || self.fetch_states.of(FactKind::Closer).is_known()
    }

    /// Whether it was closed as completed, or merged; one that a robot may have closed was not.
    pub fn is_completed(&self) -> bool {
        let is_so = matches!(self.state, IssueState::Closed { reason: None | Some(CloseReason::Completed), .. });
        is_so && self.knows_closer()
    }

    /// Whether a label is there.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }

    /// Returns the issues from which its own progress and freedom follow.
    pub fn depends_on(&self) -> impl Iterator<Item = &IssueRef> {
        let tasks = self.tasks.iter().chain(self.comment_tasks.iter().flatten()).flat_map(|task| &task.issues);
        tasks.chain(&self.sub_issues).chain(&self.steps).chain(&self.blocked_by).chain(&self.duplicate_of)
    }

    /// Whether the issue had been opened by a moment.
    pub fn existed_by(&self, moment: Timestamp) -> bool {
        self.created.is_none_or(|created| created <= moment)
    }

    /// Returns when a person last said or did something: the last comment, else the opening; `None` where comments
    /// were never looked at.
    pub fn touched(&self) -> Option<Timestamp> {
        let opened = self.created.filter(|_| self.knows_comments());
        self.last_comment.as_ref().map(|comment| comment.at).or(opened)
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
    /// A robot closed it while it was stale or rotten.
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
    /// The short heading or bullet that it is below; empty where there is none.
    #[serde(default)]
    pub section: Text,
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

impl TaskState {
    /// As a list shows it: `[ ]`, `[x]`, `[-]`.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Open => "[ ]",
            Self::Done => "[x]",
            Self::Dropped => "[-]",
        }
    }

    /// The spelling of data: `open`, `done`, `dropped`.
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
    /// Whether it waits for review or merge.
    pub is_open: bool,
    /// Who opened it.
    pub author: Option<Text>,
    /// Whether only a list of pull requests shows the link: its body names the issue. GraphQL knows other links, too.
    pub by_list: bool,
}

/// How far GitHub says the sub-issues of an issue are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubIssueSummary {
    /// How many direct ones there are.
    pub total: u32,
    /// How many of them are closed.
    pub completed: u32,
}
