//! Facts: what is kept of a job config file.

use std::borrow::Cow;

use super::super::problem::ParseFault;
use crate::domain::clean::clean_line;
use crate::domain::{JobType, Text};

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFacts {
    /// Its jobs, in the order of the file; none where it is not a job config.
    Jobs(Vec<JobFacts>),
    /// It cannot be read.
    Broken(ParseFault),
    /// The bytes are elsewhere: a Git LFS pointer.
    Pointer,
}

/// What is kept of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFacts {
    /// Empty where it has none.
    pub name: Text,
    /// Which list it is in.
    pub kind: JobType,
    /// Empty where it has none.
    pub repo: Text,
    /// `default` where nothing is said.
    pub cluster: Text,
    /// From 1.
    pub line: u32,
    /// In the order of the file.
    pub images: Vec<Text>,
    /// In the order of the file.
    pub dashboards: Vec<Text>,
    /// Positions in the list of texts asked for, rising.
    pub mentions: Vec<u16>,
}

/// Where a job runs that does not say where.
pub(crate) const DEFAULT_CLUSTER: &str = "default";

/// A job that is being read.
#[derive(Debug, Default)]
pub(crate) struct JobDraft<'t> {
    /// `name:`
    pub(crate) name: Option<Cow<'t, str>>,
    /// `cluster:`
    pub(crate) cluster: Option<Cow<'t, str>>,
    /// `extra_refs[0].org`
    pub(crate) org: Option<Cow<'t, str>>,
    /// `extra_refs[0].repo`
    pub(crate) repo: Option<Cow<'t, str>>,
    /// Every image.
    pub(crate) images: Vec<Cow<'t, str>>,
    /// The annotation, names separated by commas.
    pub(crate) dashboards: Option<Cow<'t, str>>,
    /// Positions in the list of texts asked for, in any order.
    pub(crate) mentions: Vec<u16>,
    /// From 1.
    pub(crate) line: u32,
}

impl JobDraft<'_> {
    /// Ends a job; `repo` is the key of its list, absent for a periodic.
    pub(crate) fn finish(mut self, kind: JobType, repo: Option<&str>) -> JobFacts {
        self.mentions.sort_unstable();
        self.mentions.dedup();
        let repo = match (repo, &self.org, &self.repo) {
            (Some(repo), ..) => kept(repo),
            (None, Some(org), Some(repo)) if !org.is_empty() && !repo.is_empty() => kept(&format!("{org}/{repo}")),
            (None, ..) => Text::default(),
        };
        let cluster = self.cluster.filter(|cluster| !cluster.is_empty());
        let dashboards = self.dashboards.as_deref().unwrap_or_default().split(',').map(str::trim);
        JobFacts {
            name: kept(self.name.as_deref().unwrap_or_default()),
            kind,
            repo,
            cluster: cluster.map_or(Text::const_new(DEFAULT_CLUSTER), |cluster| kept(&cluster)),
            line: self.line,
            images: self.images.iter().map(|image| kept(image)).filter(|image| !image.is_empty()).collect(),
            dashboards: dashboards.filter(|name| !name.is_empty()).map(kept).collect(),
            mentions: self.mentions,
        }
    }
}

/// Text enters here: it is cleaned once.
fn kept(text: &str) -> Text {
    Text::from(clean_line(text))
}
