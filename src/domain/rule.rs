//! Rules: what a counter counts, and what of it is done.

mod condition;
mod globs;
pub mod issues;
mod jobs;

pub use condition::Condition;
pub use globs::{BadGlob, CompiledGlob, Globs};
pub use issues::{IssueTest, IssuesRule};
pub use jobs::{JOB_CONFIGS, JobTest, JobType, JobsRule, Judge, Verdict};

use super::{CounterId, Date, Repo};

/// One way of counting. Readings give its version, so that those of different rules are never mixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From 1; a new number for every change of meaning.
    pub version: u32,
    /// Its name, for example `as reported`.
    pub name: Option<String>,
    /// Why it counts like this.
    pub note: Option<String>,
    /// The repository to count in. Defaults to the roadmap's, or to kubernetes/test-infra for prow jobs of Kubernetes.
    pub repo: Option<Repo>,
    /// What it counts.
    pub source: Source,
    /// Where percentages start, for a rule that only knows what is left.
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

/// The files that a rule reads, as globs for their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// A file must match one of these; empty means every file.
    pub include: Vec<String>,
    /// A file must match none of these.
    pub exclude: Vec<String>,
}

/// Counts files, lines or matches.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRule {
    /// The files to read.
    pub files: Files,
    /// What it counts.
    pub count: TextUnit,
    /// The conditions.
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
    /// All units with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 3] =
        [("files", Self::Files), ("lines", Self::Lines), ("matches", Self::Matches)];
}

/// The conditions of a text rule: at most two of total, done and left.
#[derive(Debug, Clone, PartialEq)]
pub enum TextMeasure {
    /// `left` alone.
    Left(Condition<TextTest>),
    /// `done` alone: the total is every file.
    Done(Condition<TextTest>),
    /// `done` and `left`.
    DoneAndLeft {
        /// What is done.
        done: Condition<TextTest>,
        /// What is left; takes precedence if both match.
        left: Condition<TextTest>,
    },
    /// `total` and `done`.
    TotalAndDone {
        /// What is in scope.
        total: Condition<TextTest>,
        /// What of it is done.
        done: Condition<TextTest>,
    },
    /// `total` and `left`.
    TotalAndLeft {
        /// What is in scope.
        total: Condition<TextTest>,
        /// What of it is left.
        left: Condition<TextTest>,
    },
}

/// A test of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// `contains:` this exact text.
    Contains(String),
    /// `regex:` a match of this regular expression within a line.
    Regex(String),
}

impl TextTest {
    /// Returns the text or pattern as written.
    pub fn text(&self) -> &str {
        match self {
            Self::Contains(text) | Self::Regex(text) => text,
        }
    }
}

/// Counts entries of YAML, JSON or `TOML` files.
#[derive(Debug, Clone, PartialEq)]
pub struct EntriesRule {
    /// The files to read.
    pub files: Files,
    /// A `JSONPath` (RFC 9535) that selects the entries of a file.
    pub each: String,
    /// The entries that are done.
    pub done: Option<Condition<EntryTest>>,
    /// The entries that are left.
    pub left: Option<Condition<EntryTest>>,
    /// The entries of unknown state.
    pub unknown: Option<Condition<EntryTest>>,
    /// The entries out of scope.
    pub dropped: Option<Condition<EntryTest>>,
}

/// A test of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntryTest {
    /// The field: a key, keys joined by dots, or a `JSONPath` that starts with `$`; `None` for the entry itself.
    pub field: Option<String>,
    /// The accepted values. A list in the file must contain one of them.
    pub values: Vec<EntryValue>,
}

/// A value that an entry is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntryValue {
    /// This text, number or boolean, as written.
    Is(String),
    /// `null` or no such field.
    Absent,
}

/// Where the percentage starts of a rule that only knows what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// At the maximum that was ever left.
    #[default]
    Peak,
    /// At this number.
    Count(u64),
    /// At what was left on this day, by the newest figure up to it.
    Day(Date),
}

impl Rule {
    /// Creates a rule with defaults.
    pub fn new(version: u32, source: Source) -> Self {
        Self { version, name: None, note: None, repo: None, source, from: Start::Peak }
    }

    /// Creates a rule for prow jobs in the default folder.
    pub fn of_jobs(version: u32, scope: Option<Condition<JobTest>>, done: Condition<JobTest>) -> Self {
        Self::new(version, Source::Jobs(JobsRule { config: vec![JOB_CONFIGS.to_owned()], scope, done }))
    }

    /// Whether it only knows what is left: neither what is done nor a total.
    pub fn is_left_only(&self) -> bool {
        match &self.source {
            Source::Text(rule) => matches!(rule.measure, TextMeasure::Left(_)),
            Source::Entries(rule) => rule.done.is_none() && rule.left.is_none(),
            Source::Jobs(_) | Source::Issues(_) => false,
        }
    }

    /// Returns the rule if it counts jobs.
    pub fn jobs(&self) -> Option<&JobsRule> {
        match &self.source {
            Source::Jobs(rule) => Some(rule),
            Source::Text(_) | Source::Entries(_) | Source::Issues(_) => None,
        }
    }

    /// Returns the rule if it counts in texts, to change it.
    pub fn text_mut(&mut self) -> Option<&mut TextRule> {
        match &mut self.source {
            Source::Text(rule) => Some(rule),
            Source::Jobs(_) | Source::Entries(_) | Source::Issues(_) => None,
        }
    }

    /// Returns the rule if it counts issues.
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

    /// Returns the texts that it searches for in jobs.
    pub fn texts(&self) -> Vec<&str> {
        self.jobs().map(JobsRule::texts).unwrap_or_default()
    }

    /// Returns singular and plural of a unit, for lists.
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
    /// Returns the name used in data and roadmaps.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Jobs(_) => "prow-jobs",
            Self::Text(_) => "text",
            Self::Entries(_) => "entries",
            Self::Issues(_) => "issues",
        }
    }

    /// Returns the error for a counter without files.
    pub fn no_files(&self, counter: &CounterId) -> String {
        match self {
            Self::Jobs(rule) => format!("no job config of {counter} is in {}", rule.config.join(" or ")),
            Self::Text(_) | Self::Entries(_) | Self::Issues(_) => format!("no file is among the `files` of {counter}"),
        }
    }

    /// Returns what may be wrong if a counter finds nothing in its files. For most sources, that only means that
    /// nothing is left.
    pub fn no_units(&self, counter: &CounterId) -> Option<String> {
        match self {
            Self::Entries(rule) => Some(format!("`each: {}` of {counter} selects nothing in any file", rule.each)),
            Self::Jobs(_) | Self::Text(_) | Self::Issues(_) => None,
        }
    }
}
