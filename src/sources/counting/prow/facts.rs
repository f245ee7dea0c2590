//! Job facts: what the cache stores of a job config file.

use serde::{Deserialize, Serialize};

use crate::domain::{JobType, Text};

/// The facts of a job. Stored ones are deserialized with borrowed texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFacts<T = Text> {
    /// Empty if it has none.
    pub name: T,
    /// The list that the job is in.
    pub kind: JobType,
    /// Empty if it has none.
    pub repo: T,
    /// `default` unless set.
    pub cluster: T,
    /// From 1.
    pub line: u32,
    /// In the order of the file.
    pub images: Vec<T>,
    /// In the order of the file.
    pub dashboards: Vec<T>,
    /// Indices into the list of searched texts, ascending.
    pub mentions: Vec<u16>,
}
