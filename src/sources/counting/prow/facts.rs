//! Facts: what is kept of a job config file.

use serde::{Deserialize, Serialize};

use crate::domain::{JobType, Text};

/// What is kept of a job. Facts that were stored are read without a copy of their texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFacts<T = Text> {
    /// Empty where it has none.
    pub name: T,
    /// Which list it is in.
    pub kind: JobType,
    /// Empty where it has none.
    pub repo: T,
    /// `default` where nothing is said.
    pub cluster: T,
    /// From 1.
    pub line: u32,
    /// In the order of the file.
    pub images: Vec<T>,
    /// In the order of the file.
    pub dashboards: Vec<T>,
    /// Positions in the list of texts asked for, rising.
    pub mentions: Vec<u16>,
}
