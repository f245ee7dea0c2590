//! Tallies: jobs grouped by what someone asks for, and what is left as a list to hand on.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{GroupId, Job, JobRow, Progress, Text, paste};

/// What jobs are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The build cluster.
    Cluster,
    /// Presubmit, postsubmit or periodic.
    Type,
    /// The repository.
    Repo,
    /// The SIG of its testgrid dashboards; a job of two SIGs counts for both.
    Sig,
    /// The file it stands in.
    File,
    /// The folder of that file.
    Dir,
}

impl By {
    /// All of them with their spelling on the command line.
    pub const ALL: [(&'static str, Self); 6] = [
        ("cluster", Self::Cluster),
        ("type", Self::Type),
        ("repo", Self::Repo),
        ("sig", Self::Sig),
        ("file", Self::File),
        ("dir", Self::Dir),
    ];

    /// Returns its spelling.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Type => "type",
            Self::Repo => "repo",
            Self::Sig => "sig",
            Self::File => "file",
            Self::Dir => "dir",
        }
    }
}

/// The key of jobs that have none, for example of periodics without a repository.
pub const NONE: &str = "none";

/// A group and its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The cluster, repository, SIG …; [`NONE`] where a job has none.
    pub key: Text,
    /// How many of its jobs are done.
    pub progress: Progress,
}

/// Counts jobs in groups.
#[derive(Debug, Clone)]
pub struct Tally {
    by: By,
    groups: BTreeMap<Text, Progress>,
}

impl Tally {
    /// Begins with nothing.
    pub fn new(by: By) -> Self {
        Self { by, groups: BTreeMap::new() }
    }

    /// Adds a job and what the rule said of it.
    pub fn add(&mut self, job: &Job<'_>, done: bool) {
        match self.by {
            By::Sig => self.add_sigs(&super::job::sigs_of(job.dashboards), done),
            By::Cluster => self.bump(job.cluster, done),
            By::Type => self.bump(job.kind.word(), done),
            By::Repo => self.bump(job.repo, done),
            By::File => self.bump(job.path, done),
            By::Dir => self.bump(dir_of(job.path), done),
        }
    }

    /// Adds a kept job.
    pub fn add_row(&mut self, row: &JobRow) {
        match self.by {
            By::Sig => self.add_sigs(&row.sigs, row.done),
            By::Cluster => self.bump(&row.cluster, row.done),
            By::Type => self.bump(row.kind.word(), row.done),
            By::Repo => self.bump(&row.repo, row.done),
            By::File => self.bump(&row.path, row.done),
            By::Dir => self.bump(dir_of(&row.path), row.done),
        }
    }

    /// Returns the groups: most left first, then by key.
    pub fn groups(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.groups.into_iter().map(|(key, progress)| Group { key, progress }).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.progress.left()));
        groups
    }

    fn add_sigs(&mut self, sigs: &[GroupId], done: bool) {
        if sigs.is_empty() {
            self.bump("", done);
        }
        for sig in sigs {
            self.bump(sig.as_str(), done);
        }
    }

    fn bump(&mut self, key: &str, done: bool) {
        let key = if key.is_empty() { NONE } else { key };
        if !self.groups.contains_key(key) {
            self.groups.insert(key.into(), Progress { done: 0, total: 0 });
        }
        if let Some(progress) = self.groups.get_mut(key) {
            progress.total += 1;
            progress.done += u64::from(done);
        }
    }
}

/// Groups the jobs of a list.
pub fn group(rows: &[JobRow], by: By) -> Vec<Group> {
    let mut tally = Tally::new(by);
    for row in rows {
        tally.add_row(row);
    }
    tally.groups()
}

/// Returns the jobs of one group, in the order of the list.
pub fn of_group<'a>(rows: &'a [JobRow], by: By, key: &str) -> Vec<&'a JobRow> {
    let is_key = |value: &str| value == key || (value.is_empty() && key == NONE);
    let belongs = |row: &&JobRow| match by {
        By::Sig if row.sigs.is_empty() => key == NONE,
        By::Sig => row.sigs.iter().any(|sig| sig.as_str() == key),
        By::Cluster => is_key(&row.cluster),
        By::Type => row.kind.word() == key,
        By::Repo => is_key(&row.repo),
        By::File => is_key(&row.path),
        By::Dir => is_key(dir_of(&row.path)),
    };
    rows.iter().filter(belongs).collect()
}

/// Returns a Markdown task list of jobs, ready for an issue: a box a job, grouped by file.
///
/// `base` is the address under which the files are shown, without a slash at the end.
pub fn task_list(rows: &[&JobRow], base: Option<&str>) -> String {
    let mut by_file: BTreeMap<&str, Vec<&JobRow>> = BTreeMap::new();
    for row in rows {
        by_file.entry(&row.path).or_default().push(row);
    }
    let mut text = String::new();
    for (path, rows) in by_file {
        // Writing to a string cannot fail.
        let _ = match base {
            Some(base) => writeln!(text, "- [ ] [{}]({})", paste::inline(path), link(base, path)),
            None => writeln!(text, "- [ ] {}", paste::code(path)),
        };
        for row in rows {
            let mark = if row.done { 'x' } else { ' ' };
            let name = if row.name.is_empty() { "(no name)" } else { &row.name };
            let (name, cluster) = (paste::code(name), paste::code(&row.cluster));
            let _ = writeln!(text, "  - [{mark}] {name} ({} on {cluster}, line {})", row.kind.word(), row.line);
        }
    }
    text
}

fn dir_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The address of a file, whatever its name has in it.
fn link(base: &str, path: &str) -> String {
    let mut link = format!("{base}/");
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => link.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => link.push(char::from(byte)),
            // Writing to a string cannot fail.
            byte => drop(write!(link, "%{byte:02X}")),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JobType;

    fn row(name: &str, repo: &str, sigs: &[&str], done: bool) -> JobRow {
        JobRow {
            name: name.into(),
            kind: JobType::Periodic,
            repo: repo.into(),
            cluster: "default".into(),
            path: "config/jobs/a/b.yaml".into(),
            line: 3,
            sigs: sigs.iter().map(|sig| GroupId::new(sig)).collect(),
            done,
        }
    }

    #[test]
    fn the_group_with_most_left_stands_first() {
        let rows = [row("a", "x/y", &[], true), row("b", "", &[], false), row("c", "", &[], false)];
        let groups = group(&rows, By::Repo);
        let shown: Vec<(&str, u64, u64)> =
            groups.iter().map(|g| (g.key.as_str(), g.progress.done, g.progress.total)).collect();
        assert_eq!(shown, [("none", 0, 2), ("x/y", 1, 1)]);
    }

    #[test]
    fn a_job_of_two_sigs_counts_for_both() {
        let rows = [row("a", "", &["sig-auth", "sig-node"], false), row("b", "", &[], false)];
        assert_eq!(group(&rows, By::Sig).len(), 3);
        assert_eq!(of_group(&rows, By::Sig, "sig-node").len(), 1);
        assert_eq!(of_group(&rows, By::Sig, NONE).len(), 1);
    }

    #[test]
    fn what_is_left_becomes_a_task_list() {
        let rows = [row("ci-a", "", &[], false), row("ci-b", "", &[], true)];
        let list =
            task_list(&rows.iter().collect::<Vec<_>>(), Some("https://github.com/kubernetes/test-infra/blob/master"));
        insta::assert_snapshot!(list, @r"
        - [ ] [config/jobs/a/b.yaml](https://github.com/kubernetes/test-infra/blob/master/config/jobs/a/b.yaml)
          - [ ] `ci-a` (periodic on `default`, line 3)
          - [x] `ci-b` (periodic on `default`, line 3)
        ");
    }
}
