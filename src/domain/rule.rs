//! Rules: which jobs a counter looks at, and which of them are done.

mod evaluate;
mod globs;

use serde::{Deserialize, Serialize};

pub use evaluate::{BadGlob, Judge, Needs, Verdict};

use super::Text;

/// One way of counting. Readings name its version, so that two rules are never mixed up.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From 1; a new number for every change of meaning.
    pub version: u32,
    /// What it is called, for example `as reported`.
    pub name: Option<String>,
    /// Why it counts like this.
    pub note: Option<String>,
    /// Which jobs belong to the total.
    pub scope: Matcher,
    /// Which of those are done.
    pub done: Matcher,
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

/// A condition on a job. In YAML a map: its keys must all hold; a list of values means any of them.
///
/// ```yaml
/// done: {cluster: [k8s-infra-prow-build], not: {image: [gcr.io/k8s-testimages/]}}
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// Every job (an absent scope).
    Always,
    /// `all:` every one holds.
    All(Vec<Matcher>),
    /// `any:` at least one holds.
    Any(Vec<Matcher>),
    /// `not:` does not hold.
    Not(Box<Matcher>),
    /// `cluster:` runs on one of these; an absent or null cluster is `default`.
    Cluster(Vec<Text>),
    /// `image:` one of its images (containers, init containers, decorated utility images) is one of
    /// these or begins with one of these.
    Image(Vec<String>),
    /// `mentions:` the job's own text contains one of these.
    Mentions(Vec<String>),
    /// `type:` is of one of these types.
    Type(Vec<JobType>),
    /// `repo:` belongs to one of these repositories; globs are allowed (`kubernetes/*`).
    Repo(Vec<String>),
    /// `path:` stands in a file that one of these globs matches, relative to the root of the checkout.
    Path(Vec<String>),
    /// `dashboard:` is shown on a testgrid dashboard that one of these globs matches.
    Dashboard(Vec<String>),
}
