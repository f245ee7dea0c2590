//! Rules: what a counter counts, and which of it is done.

mod condition;
mod evaluate;
mod globs;
pub mod issues;

use serde::{Deserialize, Serialize};

pub use condition::Condition;
pub use evaluate::{BadGlob, Judge, Verdict};
pub use globs::{CompiledGlob, Globs};
pub use issues::{IssueTest, IssuesRule};

use super::{CounterId, Date, Repo};

/// One way of counting. Readings name its version, so that two rules are never mixed up.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From 1; a new number for every change of meaning.
    pub version: u32,
    /// What it is called, for example `as reported`.
    pub name: Option<String>,
    /// Why it counts like this.
    pub note: Option<String>,
    /// The repository that it counts in; absent: the one of the roadmap, for prow jobs of Kubernetes
    /// kubernetes/test-infra.
    pub repo: Option<Repo>,
    /// What it counts.
    pub source: Source,
    /// Where percentages begin, for a rule that knows only what is left.
    pub from: Start,
}

/// What a rule counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// `prow-jobs`
    Jobs(JobsRule),
    /// `text`
    Text(TextRule),
    /// `entries`
    Entries(EntriesRule),
    /// `issues`
    Issues(IssuesRule),
}

/// Counts the jobs of Prow's configs.
#[derive(Debug, Clone, PartialEq)]
pub struct JobsRule {
    /// Folders or files that hold the configs, or globs of such.
    pub config: Vec<String>,
    /// Which jobs belong to the total; `None` is every one.
    pub scope: Option<Condition<JobTest>>,
    /// Which of those are done.
    pub done: Condition<JobTest>,
}

/// Where job configs are unless a rule names other folders.
pub const JOB_CONFIGS: &str = "config/jobs";

/// Which files a rule reads, by globs over their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// One of these matches; none means every file.
    pub include: Vec<String>,
    /// None of these matches.
    pub exclude: Vec<String>,
}

/// Counts files, lines or matches.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRule {
    /// Where it looks.
    pub files: Files,
    /// What it counts.
    pub count: TextUnit,
    /// Which of them it is about.
    pub measure: TextMeasure,
}

/// What a text rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextUnit {
    /// Files, as `git grep -l` lists them.
    Files,
    /// Lines, as `git grep -c` counts them.
    Lines,
    /// Matches, as `git grep -o` prints them.
    Matches,
}

impl TextUnit {
    /// All of them with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 3] =
        [("files", Self::Files), ("lines", Self::Lines), ("matches", Self::Matches)];
}

/// The conditions of a text rule: two of total, done and left are enough.
#[derive(Debug, Clone, PartialEq)]
pub enum TextMeasure {
    /// `left` alone.
    Left(Condition<TextTest>),
    /// `done` alone: of every file.
    Done(Condition<TextTest>),
    /// `done` and `left`.
    DoneAndLeft {
        /// What is done.
        done: Condition<TextTest>,
        /// What is left; it wins where both hold.
        left: Condition<TextTest>,
    },
    /// `total` and `done`.
    TotalAndDone {
        /// What is counted at all.
        total: Condition<TextTest>,
        /// What of it is done.
        done: Condition<TextTest>,
    },
    /// `total` and `left`.
    TotalAndLeft {
        /// What is counted at all.
        total: Condition<TextTest>,
        /// What of it is left.
        left: Condition<TextTest>,
    },
}

/// A test of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// `contains:` this text, as it is.
    Contains(String),
    /// `regex:` a match of this regular expression, within a line.
    Regex(String),
}

impl TextTest {
    /// Returns what is looked for, as it is written.
    pub fn text(&self) -> &str {
        match self {
            Self::Contains(text) | Self::Regex(text) => text,
        }
    }
}

/// Counts entries of files in YAML, JSON or `TOML`.
#[derive(Debug, Clone, PartialEq)]
pub struct EntriesRule {
    /// Where it looks.
    pub files: Files,
    /// A `JSONPath` (RFC 9535) that selects the entries of a file.
    pub each: String,
    /// Which are done.
    pub done: Option<Condition<EntryTest>>,
    /// Which are left.
    pub left: Option<Condition<EntryTest>>,
    /// Those of unknown state.
    pub unknown: Option<Condition<EntryTest>>,
    /// Which are out of scope.
    pub dropped: Option<Condition<EntryTest>>,
}

/// A test of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntryTest {
    /// The field: a key, keys joined by dots, or a `JSONPath` that begins with `$`; `None` is the entry itself.
    pub field: Option<String>,
    /// Values of which any is enough; a list in the file is searched for them.
    pub values: Vec<EntryValue>,
}

/// A value that an entry is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntryValue {
    /// This text, number or truth value, as it is written.
    Is(String),
    /// `null`, or no such field.
    Absent,
}

/// Where the percentage of a rule begins that knows only what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// At the most that was ever left.
    #[default]
    Peak,
    /// At a number.
    Count(u64),
    /// At what was left on a day, by the newest figure up to it.
    Day(Date),
}

impl Rule {
    /// A rule of a version about a source, without more.
    pub fn new(version: u32, source: Source) -> Self {
        Self { version, name: None, note: None, repo: None, source, from: Start::Peak }
    }

    /// A rule about prow jobs in their usual place.
    pub fn of_jobs(version: u32, scope: Option<Condition<JobTest>>, done: Condition<JobTest>) -> Self {
        Self::new(version, Source::Jobs(JobsRule { config: vec![JOB_CONFIGS.to_owned()], scope, done }))
    }

    /// Whether it knows what is left, and neither what is done nor a total.
    pub fn is_left_only(&self) -> bool {
        match &self.source {
            Source::Text(rule) => matches!(rule.measure, TextMeasure::Left(_)),
            Source::Entries(rule) => rule.done.is_none() && rule.left.is_none(),
            Source::Jobs(_) | Source::Issues(_) => false,
        }
    }

    /// Returns the rule about jobs.
    pub fn jobs(&self) -> Option<&JobsRule> {
        match &self.source {
            Source::Jobs(rule) => Some(rule),
            Source::Text(_) | Source::Entries(_) | Source::Issues(_) => None,
        }
    }

    /// Returns the rule about texts, to change it.
    pub fn text_mut(&mut self) -> Option<&mut TextRule> {
        match &mut self.source {
            Source::Text(rule) => Some(rule),
            Source::Jobs(_) | Source::Entries(_) | Source::Issues(_) => None,
        }
    }

    /// Returns the rule about issues, whose figure follows from what was fetched.
    pub fn issues(&self) -> Option<&IssuesRule> {
        match &self.source {
            Source::Issues(rule) => Some(rule),
            Source::Jobs(_) | Source::Text(_) | Source::Entries(_) => None,
        }
    }

    /// Whether it counts in a checkout.
    pub fn reads_code(&self) -> bool {
        self.issues().is_none()
    }

    /// Returns the texts that it looks for in jobs.
    pub fn texts(&self) -> Vec<&str> {
        self.jobs().map(JobsRule::texts).unwrap_or_default()
    }

    /// What one of it is called, and several: for lists and pieces.
    pub fn nouns(&self) -> (&'static str, &'static str) {
        match &self.source {
            Source::Jobs(_) => ("job", "jobs"),
            Source::Text(rule) => match rule.count {
                TextUnit::Files => ("file", "files"),
                TextUnit::Lines => ("line", "lines"),
                TextUnit::Matches => ("match", "matches"),
            },
            Source::Entries(_) => ("entry", "entries"),
            Source::Issues(_) => ("issue", "issues"),
        }
    }
}

impl Source {
    /// Returns the spelling of data.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Jobs(_) => "prow-jobs",
            Self::Text(_) => "text",
            Self::Entries(_) => "entries",
            Self::Issues(_) => "issues",
        }
    }

    /// Says that there is no file in which a counter could count.
    pub fn no_files(&self, counter: &CounterId) -> String {
        match self {
            Self::Jobs(rule) => format!("no job config of {counter} is in {}", rule.config.join(" or ")),
            Self::Text(_) | Self::Entries(_) | Self::Issues(_) => format!("no file is among the `files` of {counter}"),
        }
    }

    /// Says what may be wrong where a counter finds nothing in its files; of most sources that only means that nothing is left.
    pub fn no_units(&self, counter: &CounterId) -> Option<String> {
        match self {
            Self::Entries(rule) => Some(format!("`each: {}` of {counter} selects nothing in any file", rule.each)),
            Self::Jobs(_) | Self::Text(_) | Self::Issues(_) => None,
        }
    }
}

/// The three kinds of prow job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobType {
    /// Runs on a pull request.
    Presubmit,
    /// Runs on a merged commit.
    Postsubmit,
    /// Runs on a clock.
    Periodic,
}

impl JobType {
    /// All types with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 3] =
        [("presubmit", Self::Presubmit), ("postsubmit", Self::Postsubmit), ("periodic", Self::Periodic)];

    /// Returns the spelling of data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Presubmit => "presubmit",
            Self::Postsubmit => "postsubmit",
            Self::Periodic => "periodic",
        }
    }
}

/// A test of a job. In YAML a key of a map whose keys must all hold; a list of values means any of them.
///
/// ```yaml
/// done: {cluster: [k8s-infra-prow-build], not: {image: [gcr.io/k8s-testimages/]}}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobTest {
    /// `cluster:` runs on one of these, which may be globs; an absent or null cluster is `default`.
    Cluster(Vec<String>),
    /// `image:` one of its images (containers, init containers, decorated utility images) is one of
    /// these or begins with one of these.
    Image(Vec<String>),
    /// `mentions:` the job's own text contains one of these.
    Mentions(Vec<String>),
    /// `type:` is of one of these types.
    Type(Vec<JobType>),
    /// `repo:` belongs to one of these repositories; globs are allowed (`kubernetes/*`).
    Repo(Vec<String>),
    /// `path:` is in a file that one of these globs matches, relative to the root of the checkout.
    Path(Vec<String>),
    /// `dashboard:` is shown on a testgrid dashboard that one of these globs matches.
    Dashboard(Vec<String>),
}
