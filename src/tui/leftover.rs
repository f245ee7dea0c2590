//! What is left of a counter, and how far the search for it is.

use crate::domain::tally::By;
use crate::domain::{CounterId, Date, JobRow, Text};

/// A page of what is left.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leftover {
    /// Of which counter.
    pub counter: CounterId,
    /// In which groups.
    pub by: By,
    /// Of which group; all groups without one.
    pub group: Option<Text>,
}

/// What was found in a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftJobs {
    /// The jobs that the rule does not call done.
    pub jobs: Vec<JobRow>,
    /// The commit, short, and its day; `None` for a plain folder.
    pub commit: Option<(String, Date)>,
    /// The address under which its files are shown.
    pub base: Option<String>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// How far the search for it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Under way.
    Running,
    /// Failed, and why.
    Failed(String),
    /// What came of it.
    Found(LeftJobs),
}

/// How it stands with the checkout that the settings name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checkout {
    /// They name none.
    #[default]
    None,
    /// Nobody asked it yet, or what it said may be out of date.
    Unasked,
    /// It was last asked about this day.
    Asked(Date),
}
