//! Rules: what a counter counts, and which part of it is done.

mod condition;
mod globs;
pub mod issues;
mod jobs;
mod parts;

pub use condition::Condition;
pub use globs::{BadGlob, CompiledGlob, Globs};
pub use issues::{IssueTest, IssuesRule};
pub use jobs::{JOB_CONFIGS, JobTest, JobType, JobsRule, Judge};
pub use parts::{PlainTest, RuleInput, RuleParts};

use super::{Date, Repo};
use parts::plain;

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
        if let Source::Jobs(rule) = &self.source { Some(rule) } else { None }
    }

    /// Returns the rule if it counts issues.
    pub fn issues(&self) -> Option<&IssuesRule> {
        if let Source::Issues(rule) = &self.source { Some(rule) } else { None }
    }

    /// Whether it counts in a checkout.
    pub fn reads_code(&self) -> bool {
        self.issues().is_none()
    }

    /// Returns singular and plural of a unit, for lists.
    pub fn nouns(&self) -> (&'static str, &'static str) {
        self.parts().nouns
    }

    /// Returns what it counts, in the same form for all sources.
    pub fn parts(&self) -> RuleParts<'_> {
        match &self.source {
            Source::Jobs(rule) => RuleParts {
                nouns: ("job", "jobs"),
                input: RuleInput::Configs(&rule.config),
                conditions: plain([("in scope", rule.scope.as_ref()), ("done", Some(&rule.done))], JobTest::plain),
            },
            Source::Text(rule) => RuleParts {
                nouns: rule.count.nouns(),
                input: RuleInput::Files(&rule.files),
                conditions: plain(rule.measure.conditions(), FileTest::plain),
            },
            Source::Entries(rule) => RuleParts {
                nouns: ("entry", "entries"),
                input: RuleInput::Entries(&rule.files, &rule.each),
                conditions: plain(rule.conditions(), |test| PlainTest::Field(test.clone())),
            },
            Source::Issues(rule) => RuleParts {
                nouns: ("issue", "issues"),
                input: RuleInput::Issues,
                conditions: plain([("in scope", rule.scope.as_ref())], IssueTest::plain),
            },
        }
    }
}

/// Where the percentage starts, for a rule that only knows what is left.
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
}

/// The files that a rule reads, as globs for their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// A file must match one of these; empty means every file.
    pub include: Vec<String>,
    /// A file must match none of these.
    pub exclude: Vec<String>,
    /// The paths of the roadmap's own files, which count at none of their former paths either.
    pub own: Vec<String>,
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

    fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Files => ("file", "files"),
            Self::Lines => ("line", "lines"),
            Self::Matches => ("match", "matches"),
        }
    }
}

/// The conditions of a text rule: at most two of total, done and left.
#[derive(Debug, Clone, PartialEq)]
pub enum TextMeasure<T = Condition<FileTest>> {
    /// `left` alone.
    Left(T),
    /// `done` alone: the total is every file.
    Done(T),
    /// `done` and `left`.
    DoneAndLeft {
        /// What is done.
        done: T,
        /// What is left; takes precedence if both match.
        left: T,
    },
    /// `total` and `done`.
    TotalAndDone {
        /// What is in scope.
        total: T,
        /// What of it is done.
        done: T,
    },
    /// `total` and `left`.
    TotalAndLeft {
        /// What is in scope.
        total: T,
        /// What of it is left.
        left: T,
    },
}

impl<T> TextMeasure<T> {
    /// Returns the conditions, with their names.
    pub fn conditions(&self) -> [(&'static str, Option<&T>); 3] {
        let (total, done, left) = match self {
            Self::Left(left) => (None, None, Some(left)),
            Self::Done(done) => (None, Some(done), None),
            Self::DoneAndLeft { done, left } => (None, Some(done), Some(left)),
            Self::TotalAndDone { total, done } => (Some(total), Some(done), None),
            Self::TotalAndLeft { total, left } => (Some(total), None, Some(left)),
        };
        [("in scope", total), ("done", done), ("left", left)]
    }

    /// Converts the conditions.
    pub fn map<U, E>(&self, make: impl Fn(&T) -> Result<U, E>) -> Result<TextMeasure<U>, E> {
        Ok(match self {
            Self::Left(left) => TextMeasure::Left(make(left)?),
            Self::Done(done) => TextMeasure::Done(make(done)?),
            Self::DoneAndLeft { done, left } => TextMeasure::DoneAndLeft { done: make(done)?, left: make(left)? },
            Self::TotalAndDone { total, done } => TextMeasure::TotalAndDone { total: make(total)?, done: make(done)? },
            Self::TotalAndLeft { total, left } => TextMeasure::TotalAndLeft { total: make(total)?, left: make(left)? },
        })
    }
}

/// A test of a file, or of a line or a match in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FileTest {
    /// A test of the text.
    Text(TextTest),
    /// `path:` the path of the file matches one of these globs.
    Path(Vec<String>),
}

impl FileTest {
    fn plain(&self) -> PlainTest {
        match self {
            Self::Text(test) => PlainTest::Text(test.clone()),
            Self::Path(globs) => PlainTest::of_field("path", globs),
        }
    }

    /// Returns the globs of a test of the path.
    pub fn path(&self) -> Option<&[String]> {
        if let Self::Path(globs) = self { Some(globs) } else { None }
    }
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

impl EntriesRule {
    /// Returns the conditions, with their names.
    pub fn conditions(&self) -> [(&'static str, Option<&Condition<EntryTest>>); 4] {
        let all = [("done", &self.done), ("left", &self.left), ("unknown", &self.unknown), ("dropped", &self.dropped)];
        all.map(|(name, own)| (name, own.as_ref()))
    }

    /// Returns the tests of all conditions.
    pub fn tests(&self) -> Vec<&EntryTest> {
        self.conditions().into_iter().filter_map(|(_, own)| own).flat_map(Condition::tests).collect()
    }
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
