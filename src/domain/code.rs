//! Code: what a checkout of the job configs says on a day: how new it is, and what is left of counters in it.

use std::fmt::Write as _;

use super::tally::{self, By};
use super::{CounterId, Date, JobRow, Text};

/// What a checkout said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The day it was asked about.
    pub asked: Date,
    /// The newest commit of that day, short, and its own day; `None` for a plain folder.
    pub commit: Option<(Text, Date)>,
    /// What is left of counters; a counter that could not be counted as a whole is not among them.
    pub rows: Vec<Rows>,
}

/// What is left of a counter, in groups that one person can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The counter.
    pub counter: CounterId,
    /// By repository, the one with the least left first.
    pub left: Vec<RepoRows>,
}

/// What is left of a counter in one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoRows {
    /// The repository; [`tally::NONE`] for jobs that belong to none.
    pub repo: Text,
    /// How many are left.
    pub left: u64,
    /// The first of them as a Markdown task list.
    pub tasks: String,
}

/// A draft of an issue that lists more jobs than this is read by nobody.
const LISTED: usize = 60;

impl Rows {
    /// Groups what is left of a counter. `base` is the address under which the files are shown.
    pub fn of(counter: CounterId, jobs: &[JobRow], base: Option<&str>) -> Self {
        let left = tally::group(jobs, By::Repo).into_iter().map(|group| RepoRows::of(group.key, jobs, base));
        let mut left: Vec<_> = left.collect();
        left.sort_by_key(|own| own.left);
        Self { counter, left }
    }
}

impl RepoRows {
    fn of(repo: Text, jobs: &[JobRow], base: Option<&str>) -> Self {
        let own = tally::of_group(jobs, By::Repo, &repo);
        let listed = own.get(..LISTED.min(own.len())).unwrap_or_default();
        let mut tasks = tally::task_list(listed, base);
        if let Some(more) = own.len().checked_sub(LISTED).filter(|&more| more > 0) {
            // Writing to a string cannot fail.
            let _ = writeln!(tasks, "\nand {more} more");
        }
        Self { repo, left: own.len() as u64, tasks }
    }

    /// Names the piece of an item: `2 jobs of kubernetes/org: Prow jobs run elsewhere`.
    pub fn title(&self, item: &str) -> String {
        let jobs = if self.left == 1 { "1 job".to_owned() } else { format!("{} jobs", self.left) };
        match self.repo.as_str() {
            tally::NONE => format!("{jobs} without a repository: {item}"),
            repo => format!("{jobs} of {repo}: {item}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JobType;

    fn job(name: &str, repo: &str) -> JobRow {
        let path = "config/jobs/a.yaml".into();
        let (repo, cluster, sigs) = (repo.into(), "default".into(), Vec::new());
        JobRow { name: name.into(), kind: JobType::Periodic, repo, cluster, path, line: 3, sigs, done: false }
    }

    #[test]
    fn jobs_are_grouped_by_repository_with_a_list_of_them() {
        let rows = Rows::of(CounterId::new("jobs"), &[job("one", "a/b"), job("two", "")], None);
        assert_eq!(rows.left.iter().map(|own| own.left).collect::<Vec<_>>(), [1, 1]);
        let titles: Vec<_> = rows.left.iter().map(|own| own.title("Jobs")).collect();
        assert!(titles.contains(&"1 job of a/b: Jobs".to_owned()), "{titles:?}");
        assert!(titles.contains(&"1 job without a repository: Jobs".to_owned()), "{titles:?}");
        assert!(rows.left.iter().any(|own| own.tasks.contains("`one`")));
    }

    #[test]
    fn a_long_list_ends_with_how_many_more_there_are() {
        let jobs: Vec<_> = (0..70).map(|n| job(&format!("job-{n}"), "a/b")).collect();
        let rows = Rows::of(CounterId::new("jobs"), &jobs, None);
        assert!(rows.left[0].tasks.ends_with("\nand 10 more\n"));
        assert_eq!((rows.left[0].left, rows.left[0].tasks.matches("job-").count()), (70, 60));
    }
}
