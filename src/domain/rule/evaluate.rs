//! Evaluation of rules on jobs. Globs are compiled once.

use super::globs::Globs;
use super::{JobType, JobsRule, Matcher};
use crate::domain::Job;

impl JobsRule {
    /// Returns the texts it looks for in jobs.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        self.scope.collect_texts(&mut texts);
        self.done.collect_texts(&mut texts);
        texts
    }
}

impl Matcher {
    fn collect_texts<'a>(&'a self, texts: &mut Vec<&'a str>) {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|matcher| matcher.collect_texts(texts)),
            Self::Not(inner) => inner.collect_texts(texts),
            Self::Mentions(wanted) => texts.extend(wanted.iter().map(String::as_str)),
            Self::Always
            | Self::Cluster(_)
            | Self::Image(_)
            | Self::Type(_)
            | Self::Repo(_)
            | Self::Path(_)
            | Self::Dashboard(_) => {}
        }
    }
}

/// A rule that is ready to be asked.
#[derive(Debug, Clone)]
pub struct Judge {
    scope: CompiledMatcher,
    done: CompiledMatcher,
}

/// What a rule says of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not part of the total.
    OutOfScope,
    /// Part of the total, not done.
    Left,
    /// Part of the total and done.
    Done,
}

/// A glob that is none: the pattern and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a glob: {reason}")]
pub struct BadGlob {
    /// As written.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Judge {
    /// Compiles a rule.
    pub fn new(rule: &JobsRule) -> Result<Self, BadGlob> {
        Ok(Self { scope: CompiledMatcher::new(&rule.scope)?, done: CompiledMatcher::new(&rule.done)? })
    }

    /// Judges a job.
    pub fn verdict(&self, job: &Job<'_>) -> Verdict {
        if !self.scope.holds(job) {
            return Verdict::OutOfScope;
        }
        if self.done.holds(job) { Verdict::Done } else { Verdict::Left }
    }
}

/// A matcher with its globs compiled.
#[derive(Debug, Clone)]
enum CompiledMatcher {
    Always,
    All(Vec<CompiledMatcher>),
    Any(Vec<CompiledMatcher>),
    Not(Box<CompiledMatcher>),
    Cluster(Globs),
    Image(Vec<String>),
    Mentions(Vec<String>),
    Type(Vec<JobType>),
    Repo(Globs),
    Path(Globs),
    Dashboard(Globs),
}

impl CompiledMatcher {
    fn new(matcher: &Matcher) -> Result<Self, BadGlob> {
        Ok(match matcher {
            Matcher::Always => Self::Always,
            Matcher::All(inner) => Self::All(inner.iter().map(Self::new).collect::<Result<_, _>>()?),
            Matcher::Any(inner) => Self::Any(inner.iter().map(Self::new).collect::<Result<_, _>>()?),
            Matcher::Not(inner) => Self::Not(Box::new(Self::new(inner)?)),
            Matcher::Cluster(names) => {
                Self::Cluster(Globs::new(&names.iter().map(ToString::to_string).collect::<Vec<_>>())?)
            }
            Matcher::Image(prefixes) => Self::Image(prefixes.clone()),
            Matcher::Mentions(texts) => Self::Mentions(texts.clone()),
            Matcher::Type(types) => Self::Type(types.clone()),
            Matcher::Repo(globs) => Self::Repo(Globs::new(globs)?),
            Matcher::Path(globs) => Self::Path(Globs::new(globs)?),
            Matcher::Dashboard(globs) => Self::Dashboard(Globs::new(globs)?),
        })
    }

    fn holds(&self, job: &Job<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::All(inner) => inner.iter().all(|test| test.holds(job)),
            Self::Any(inner) => inner.iter().any(|test| test.holds(job)),
            Self::Not(inner) => !inner.holds(job),
            Self::Cluster(globs) => globs.match_any(job.cluster),
            Self::Image(wanted) => {
                job.images.iter().any(|image| wanted.iter().any(|begin| image.starts_with(begin.as_str())))
            }
            Self::Mentions(texts) => texts.iter().any(|text| job.mentions.contains(&text.as_str())),
            Self::Type(types) => types.contains(&job.kind),
            Self::Repo(globs) => globs.match_any(job.repo),
            Self::Path(globs) => globs.match_any(job.path),
            Self::Dashboard(globs) => job.dashboards.iter().any(|name| globs.match_any(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: Job<'static> = Job {
        name: "pull-kubernetes-e2e",
        kind: JobType::Presubmit,
        repo: "kubernetes/kubernetes",
        cluster: "default",
        path: "config/jobs/kubernetes/sig-node/node.yaml",
        line: 7,
        images: &["gcr.io/k8s-testimages/kubekins-e2e:v1"],
        dashboards: &["sig-node-kubelet"],
        mentions: &["gs://kubernetes-jenkins"],
    };

    fn holds(matcher: &Matcher) -> bool {
        CompiledMatcher::new(matcher).unwrap().holds(&JOB)
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn each_matcher_reads_its_field() {
        assert!(holds(&Matcher::Cluster(vec!["x".into(), "default".into()])));
        assert!(!holds(&Matcher::Cluster(vec!["defaul".into()])));
        assert!(holds(&Matcher::Cluster(vec!["{def,gef}*".into()])));
        assert!(holds(&Matcher::Image(list(&["gcr.io/k8s-testimages/"]))));
        assert!(!holds(&Matcher::Image(list(&["k8s-testimages"]))));
        assert!(holds(&Matcher::Mentions(list(&["gs://kubernetes-jenkins"]))));
        assert!(holds(&Matcher::Type(vec![JobType::Presubmit])));
        assert!(holds(&Matcher::Dashboard(list(&["sig-node*"]))));
    }

    #[test]
    fn globs_stay_within_a_step_unless_they_are_doubled() {
        assert!(holds(&Matcher::Repo(list(&["kubernetes/*"]))));
        assert!(!holds(&Matcher::Repo(list(&["*"]))));
        assert!(!holds(&Matcher::Path(list(&["config/jobs/*.yaml"]))));
        assert!(holds(&Matcher::Path(list(&["config/jobs/**"]))));
    }

    #[test]
    fn all_any_and_not_combine() {
        let yes = || Matcher::Always;
        let no = || Matcher::Not(Box::new(Matcher::Always));
        assert!(holds(&Matcher::All(vec![])) && !holds(&Matcher::Any(vec![])));
        assert!(!holds(&Matcher::All(vec![yes(), no()])) && holds(&Matcher::Any(vec![no(), yes()])));
    }

    #[test]
    fn a_job_out_of_scope_is_neither_done_nor_left() {
        let scope = Matcher::Type(vec![JobType::Periodic]);
        let rule = JobsRule { config: Vec::new(), scope, done: Matcher::Always };
        assert_eq!(Judge::new(&rule).unwrap().verdict(&JOB), Verdict::OutOfScope);
    }

    #[test]
    fn a_broken_glob_is_named() {
        let scope = Matcher::Path(list(&["a[b"]));
        let rule = JobsRule { config: Vec::new(), scope, done: Matcher::Always };
        assert_eq!(Judge::new(&rule).unwrap_err().pattern, "a[b");
    }

    #[test]
    fn the_texts_of_a_rule_are_collected_from_all_its_conditions() {
        let done =
            Matcher::Not(Box::new(Matcher::Any(vec![Matcher::Image(list(&["a"])), Matcher::Mentions(list(&["b"]))])));
        let rule = JobsRule { config: Vec::new(), scope: Matcher::Always, done };
        assert_eq!(rule.texts(), ["b"]);
    }
}
