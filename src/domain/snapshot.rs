//! The snapshot: what was found on GitHub, and when.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Date, IssueRef, Issues, Text, Timestamp};

/// Issues and pull requests as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When everything was last fetched; `None` while nothing ever was.
    #[serde(rename = "taken")]
    pub fetched_at: Option<Timestamp>,
    /// By repository and number, none twice.
    pub issues: Issues,
    /// What was asked for and could not be had, none twice.
    pub missing: Vec<Missing>,
}

impl Snapshot {
    /// Takes what was found; of two things with one name the later issue and the first absence stay.
    pub fn new(fetched_at: Option<Timestamp>, issues: impl Into<Issues>, mut missing: Vec<Missing>) -> Self {
        missing.sort_by(|a, b| a.issue.cmp(&b.issue));
        missing.dedup_by(|a, b| a.issue == b.issue);
        Self { fetched_at, issues: issues.into(), missing }
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
        let named: BTreeSet<_> = parent.sub_issues.iter().chain(&parent.steps).collect();
        let is_child = |issue: &&Issue| issue.parents.contains(&parent.id) || named.contains(&issue.id);
        self.issues.iter().filter(is_child).filter(|child| child.id != parent.id).collect()
    }
}

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
    /// The last comment of a person, robots and slash commands apart.
    #[serde(alias = "word")]
    pub last_comment: Option<Comment>,
    /// How many comments it has.
    pub comments: u32,
    /// Whether only collaborators may comment.
    pub locked: bool,
    /// The task list of the body (or of comments, where the body has none).
    pub tasks: Vec<Task>,
    /// GitHub's own sub-issues.
    pub sub_issues: Vec<IssueRef>,
    /// Children that the body names in `Step N:` lines.
    #[serde(default)]
    pub steps: Vec<IssueRef>,
    /// Whether [`Issue::tasks`] are of a comment, since the body has none.
    #[serde(default)]
    pub tasks_in_comments: bool,
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
    #[serde(default = "Marks::all_known")]
    pub marks: Marks,
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
            steps: Vec::new(),
            tasks_in_comments: false,
            references: Vec::new(),
            pulls: None,
            names: Vec::new(),
            body: String::new(),
            issue_type: None,
            github_reason: None,
            close_requested: false,
            duplicate_of: None,
            blocked_by: Vec::new(),
            blocking: Vec::new(),
            timeline: Timeline::default(),
            marks: Marks::default(),
        }
    }

    /// Takes the facts of one kind from another version of the issue, with their mark.
    pub fn take_facts(&mut self, kind: FactKind, from: &mut Self) {
        use std::mem::take;
        match kind {
            FactKind::Fields => self.take_fields(from),
            FactKind::Comments => {
                self.last_comment = from.last_comment.take();
                self.close_requested = from.close_requested;
                if self.tasks.is_empty() || self.tasks_in_comments {
                    let tasks = if from.tasks_in_comments { take(&mut from.tasks) } else { Vec::new() };
                    self.tasks_in_comments = !tasks.is_empty();
                    self.tasks = tasks;
                }
            }
            FactKind::Closer => {
                if let (IssueState::Closed { by, .. }, IssueState::Closed { by: other, .. }) =
                    (&mut self.state, &mut from.state)
                {
                    *by = other.take();
                }
            }
            FactKind::Pulls => self.pulls = from.pulls.take(),
            FactKind::SubIssues => self.sub_issues = take(&mut from.sub_issues),
            FactKind::Dependencies => {
                self.duplicate_of = from.duplicate_of.take();
                (self.blocked_by, self.blocking) = (take(&mut from.blocked_by), take(&mut from.blocking));
            }
            FactKind::Timeline => self.timeline = take(&mut from.timeline),
        }
        self.marks.set(kind, from.marks.of(kind));
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
        let tasks = if from.tasks_in_comments { Vec::new() } else { take(&mut from.tasks) };
        if !tasks.is_empty() || !self.tasks_in_comments {
            (self.tasks, self.tasks_in_comments) = (tasks, false);
        }
    }

    /// Whether every comment was looked at, or there is none.
    pub fn knows_comments(&self) -> bool {
        self.comments == 0 || self.marks.of(FactKind::Comments).is_known()
    }

    /// Whether it is known which pull requests link to it.
    pub fn knows_pulls(&self) -> bool {
        self.is_pull || self.marks.of(FactKind::Pulls).is_known()
    }

    /// Whether it is known who closed it, as far as that matters: a robot closes what is stale or rotten.
    pub fn knows_closer(&self) -> bool {
        let is_quiet = self.has_label("lifecycle/stale") || self.has_label("lifecycle/rotten");
        self.is_pull || self.state == IssueState::Open || !is_quiet || self.marks.of(FactKind::Closer).is_known()
    }

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

    /// Returns when a person last said or did something: the last comment, else the opening; `None` where comments
    /// were never looked at.
    pub fn touched(&self) -> Option<Timestamp> {
        let opened = self.created.filter(|_| self.knows_comments());
        self.last_comment.as_ref().map(|comment| comment.at).or(opened)
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

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// When it was written.
    pub at: Timestamp,
    /// Its author; `None` for a deleted account.
    pub by: Option<Text>,
    /// Cleaned. Of [`Issue::last_comment`] the beginning, one line, at most 200 characters, perhaps empty; of a
    /// [`Timeline`] the lines as they are, at most 4,000 characters.
    pub text: String,
}

/// What happened below an issue, as far as claims on its boxes need it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Comments of people and robots, the oldest first: the last hundred.
    pub comments: Vec<Comment>,
    /// Pull requests that mention the issue, by repository and number.
    pub pulls: Vec<MentioningPull>,
}

/// A pull request that mentions an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentioningPull {
    /// Repository and number.
    pub id: IssueRef,
    /// Cleaned, one line.
    pub title: String,
    /// The Markdown text, cleaned, at most 4,000 characters.
    pub body: String,
    /// Whether it waits, was merged, or was closed without a merge.
    pub state: PullState,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Text>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
}

/// How far a pull request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullState {
    /// It waits for review or merge.
    Open,
    /// It was merged.
    Merged,
    /// It was closed without a merge.
    Closed,
}

/// What is known of one kind of fact: never asked is not none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It was never asked for.
    #[default]
    NeverAsked,
    /// It was asked for, and no whole answer came; older facts, where there are some, stay.
    Failed {
        /// When it was asked for.
        at: Timestamp,
    },
    /// The whole answer came.
    Known {
        /// When it was asked for.
        at: Timestamp,
    },
}

impl Mark {
    /// Whether the whole answer came.
    pub fn is_known(self) -> bool {
        matches!(self, Self::Known { .. })
    }

    /// Returns when it was last asked for.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::NeverAsked => None,
            Self::Failed { at } | Self::Known { at } => Some(at),
        }
    }
}

/// The kinds of facts of an issue that are asked for apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Title, state, labels, assignees, body, and whatever else a list tells.
    Fields,
    /// The last comment, `/close`, and task lists in comments.
    Comments,
    /// Who closed it.
    Closer,
    /// Pull requests that link to it.
    Pulls,
    /// Sub-issues.
    SubIssues,
    /// What blocks it, what it blocks, and what it duplicates.
    Dependencies,
    /// Comments and mentioning pull requests, for boxes.
    Timeline,
}

impl FactKind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] =
        [Self::Fields, Self::Comments, Self::Closer, Self::Pulls, Self::SubIssues, Self::Dependencies, Self::Timeline];
}

/// A mark for each kind of fact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    fields: Mark,
    comments: Mark,
    closer: Mark,
    pulls: Mark,
    sub_issues: Mark,
    dependencies: Mark,
    timeline: Mark,
}

impl Marks {
    /// Marks everything as known since the beginning of time: what was written by hand.
    pub fn all_known() -> Self {
        let mut marks = Self::default();
        for kind in FactKind::ALL {
            marks.set(kind, Mark::Known { at: Timestamp(0) });
        }
        marks
    }

    /// Returns the mark of a kind.
    pub fn of(&self, kind: FactKind) -> Mark {
        match kind {
            FactKind::Fields => self.fields,
            FactKind::Comments => self.comments,
            FactKind::Closer => self.closer,
            FactKind::Pulls => self.pulls,
            FactKind::SubIssues => self.sub_issues,
            FactKind::Dependencies => self.dependencies,
            FactKind::Timeline => self.timeline,
        }
    }

    /// Sets the mark of a kind.
    pub fn set(&mut self, kind: FactKind, mark: Mark) {
        let own = match kind {
            FactKind::Fields => &mut self.fields,
            FactKind::Comments => &mut self.comments,
            FactKind::Closer => &mut self.closer,
            FactKind::Pulls => &mut self.pulls,
            FactKind::SubIssues => &mut self.sub_issues,
            FactKind::Dependencies => &mut self.dependencies,
            FactKind::Timeline => &mut self.timeline,
        };
        *own = mark;
    }
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
    /// GitHub answers 410: the repository has its issues turned off.
    Disabled,
    /// GitHub answers 404: no such issue, or not for us.
    NotFound,
    /// It was transferred, or its repository renamed, to here.
    Moved(IssueRef),
    /// The answer could not be read; the reason in words.
    Unreadable(String),
    /// Not asked yet: the budget of requests or the time was used up.
    NotFetched,
}
