//! The source `prow-jobs`: its rules, and their evaluation on jobs, with globs compiled once.

use serde::{Deserialize, Serialize};

use super::{BadGlob, Condition, Globs, PlainTest};
use crate::domain::{Job, UnitState, word_of};

/// Counts the jobs in Prow's configs.
#[derive(Debug, Clone, PartialEq)]
pub struct JobsRule {
    /// Folders, files or globs of the configs.
    pub config: Vec<String>,
    /// The jobs in scope; `None` for all.
    pub scope: Option<Condition<JobTest>>,
    /// The jobs among them that are done.
    pub done: Condition<JobTest>,
}

/// The default folder of job configs.
pub const JOB_CONFIGS: &str = "config/jobs";

/// The three kinds of prow job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobType {
    /// Runs on a pull request.
    Presubmit,
    /// Runs on a merged commit.
    Postsubmit,
    /// Runs on a schedule.
    Periodic,
}

impl JobType {
    /// All types with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 3] =
        [("presubmit", Self::Presubmit), ("postsubmit", Self::Postsubmit), ("periodic", Self::Periodic)];

    /// Returns the name used in data and roadmaps.
    pub fn word(self) -> &'static str {
        word_of(&Self::ALL, &self)
    }
}

/// A test of a job, with globs as written or compiled. In YAML, a key of a map whose keys must all match; a list of
/// values means any of them.
///
/// ```yaml
/// done: {cluster: [k8s-infra-prow-build], not: {image: [gcr.io/k8s-testimages/]}}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobTest<G = Vec<String>> {
    /// `cluster:` runs on one of these clusters; globs are allowed. An absent or null cluster is `default`.
    Cluster(G),
    /// `image:` one of its images (containers, init containers, decorated utility images) starts with one of these.
    Image(Vec<String>),
    /// `mentions:` the text of the job contains one of these.
    Mentions(Vec<String>),
    /// `type:` has one of these types.
    Type(Vec<JobType>),
    /// `repo:` belongs to one of these repositories; globs are allowed (`kubernetes/*`).
    Repo(G),
    /// `path:` the path of its file, relative to the root of the checkout, matches one of these globs.
    Path(G),
    /// `dashboard:` is on a testgrid dashboard that matches one of these globs.
    Dashboard(G),
}

impl JobsRule {
    /// Returns the texts that it searches for in jobs.
    pub fn texts(&self) -> Vec<&str> {
        let tests = self.scope.iter().chain([&self.done]).flat_map(Condition::tests);
        let texts = tests.filter_map(|test| {
            let JobTest::Mentions(texts) = test else { return None };
            Some(texts.iter().map(String::as_str))
        });
        texts.flatten().collect()
    }
}

impl JobTest {
    /// Returns the test in the form that all sources have in common.
    pub(super) fn plain(&self) -> PlainTest {
        match self {
            Self::Cluster(names) => PlainTest::of_field("cluster", names),
            Self::Image(names) => PlainTest::of_field("image", names),
            Self::Mentions(texts) => PlainTest::of_field("mentions", texts),
            Self::Type(types) => PlainTest::of_field("type", &types.iter().map(|own| own.word()).collect::<Vec<_>>()),
            Self::Repo(names) => PlainTest::of_field("repo", names),
            Self::Path(globs) => PlainTest::of_field("path", globs),
            Self::Dashboard(names) => PlainTest::of_field("dashboard", names),
        }
    }

    fn compiled(&self) -> Result<JobTest<Globs>, BadGlob> {
        Ok(match self {
            Self::Cluster(globs) => JobTest::Cluster(Globs::new(globs)?),
            Self::Image(prefixes) => JobTest::Image(prefixes.clone()),
            Self::Mentions(texts) => JobTest::Mentions(texts.clone()),
            Self::Type(types) => JobTest::Type(types.clone()),
            Self::Repo(globs) => JobTest::Repo(Globs::new(globs)?),
            Self::Path(globs) => JobTest::Path(Globs::of_files(globs)?),
            Self::Dashboard(globs) => JobTest::Dashboard(Globs::new(globs)?),
        })
    }
}

/// A compiled rule.
#[derive(Debug, Clone)]
pub struct Judge {
    scope: Option<Condition<JobTest<Globs>>>,
    done: Condition<JobTest<Globs>>,
}

impl Judge {
    /// Compiles a rule.
    pub fn new(rule: &JobsRule) -> Result<Self, BadGlob> {
        let compile = |condition: &Condition<JobTest>| condition.map(&mut JobTest::compiled);
        Ok(Self { scope: rule.scope.as_ref().map(compile).transpose()?, done: compile(&rule.done)? })
    }

    /// Returns the state of a job; `None` if it is not part of the total.
    pub fn state(&self, job: &Job<'_>) -> Option<UnitState> {
        let holds = |condition: &Condition<JobTest<Globs>>| condition.holds(&mut |test| test.holds(job));
        let state = || if holds(&self.done) { UnitState::Done } else { UnitState::Left };
        self.scope.as_ref().is_none_or(holds).then(state)
    }
}

impl JobTest<Globs> {
    fn holds(&self, job: &Job<'_>) -> bool {
        match self {
            Self::Cluster(globs) => globs.match_any(job.cluster),
            Self::Image(wanted) => {
                job.images.iter().any(|image| wanted.iter().any(|begin| image.starts_with(begin.as_str())))
            }
            Self::Mentions(texts) => texts.iter().any(|text| job.mentions.contains(&text.as_str())),
            Self::Type(types) => types.contains(&job.kind),
            // `*` would match the empty repository of a periodic.
            Self::Repo(globs) => !job.repo.is_empty() && globs.match_any(job.repo),
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

    fn holds(test: &JobTest) -> bool {
        test.compiled().unwrap().holds(&JOB)
    }

    /// Matches every job.
    const ALWAYS: Condition<JobTest> = Condition::All(Vec::new());

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn each_test_checks_its_field() {
        assert!(holds(&JobTest::Cluster(vec!["x".into(), "default".into()])));
        assert!(!holds(&JobTest::Cluster(vec!["defaul".into()])));
        assert!(holds(&JobTest::Cluster(vec!["{def,gef}*".into()])));
        assert!(holds(&JobTest::Image(list(&["gcr.io/k8s-testimages/"]))));
        assert!(!holds(&JobTest::Image(list(&["k8s-testimages"]))));
        assert!(holds(&JobTest::Mentions(list(&["gs://kubernetes-jenkins"]))));
        assert!(holds(&JobTest::Type(vec![JobType::Presubmit])));
        assert!(holds(&JobTest::Dashboard(list(&["sig-node*"]))));
    }

    #[test]
    fn a_single_star_stays_within_a_path_segment() {
        assert!(holds(&JobTest::Repo(list(&["kubernetes/*"]))));
        assert!(!holds(&JobTest::Repo(list(&["*"]))));
        assert!(!holds(&JobTest::Path(list(&["config/jobs/*.yaml"]))));
        assert!(holds(&JobTest::Path(list(&["config/jobs/**"]))));
        assert!(holds(&JobTest::Path(list(&["config/jobs/kubernetes"]))));
    }

    #[test]
    fn no_glob_matches_a_job_without_a_repository() {
        for glob in ["*", "**", "{,x}"] {
            let test = JobTest::Repo(list(&[glob])).compiled().unwrap();
            assert!(!test.holds(&Job { repo: "", ..JOB }), "{glob}");
        }
    }

    #[test]
    fn a_job_out_of_scope_is_neither_done_nor_left() {
        let scope = Some(Condition::Is(JobTest::Type(vec![JobType::Periodic])));
        let rule = JobsRule { config: Vec::new(), scope, done: ALWAYS };
        assert_eq!(Judge::new(&rule).unwrap().state(&JOB), None);
    }

    #[test]
    fn an_invalid_glob_in_a_rule_is_named() {
        let scope = Some(Condition::Is(JobTest::Path(list(&["a[b"]))));
        let rule = JobsRule { config: Vec::new(), scope, done: ALWAYS };
        assert_eq!(Judge::new(&rule).unwrap_err().pattern, "a[b");
    }

    #[test]
    fn the_texts_of_a_rule_are_collected_from_all_its_conditions() {
        let tests = [JobTest::Image(list(&["a"])), JobTest::Mentions(list(&["b"]))];
        let done = Condition::Not(Box::new(Condition::Any(tests.map(Condition::Is).into())));
        let rule = JobsRule { config: Vec::new(), scope: None, done };
        assert_eq!(rule.texts(), ["b"]);
    }
}
