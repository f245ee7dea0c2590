//! Benchmark of a text counter, compared with `git grep`: at a commit, and over 37 months, cold and warm.
//!
//! `OFFRAMP_BENCH_REPO=PATH cargo bench --bench text`, with a clone of Homebrew/brew; by default it counts the history of
//! this repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use offramp::domain::Rule;
use offramp::domain::rule::{Condition, FileTest, Files, Source, TextMeasure, TextRule, TextTest, TextUnit};
use offramp::sources::counting::{Checkout, CheckoutReader};
use offramp::sources::git::{Commit, Repository};

const TEXT: &str = "typed: strict";
const MONTHS: usize = 37;

fn main() {
    let named = std::env::var_os("OFFRAMP_BENCH_REPO").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    let Some(repository) = Repository::of(&path) else {
        say(&format!("skipped: {} is no repository", path.display()));
        return;
    };
    let commits = months(&path, &repository);
    let Some(head) = commits.last() else { return };
    let at_head = [head.clone()];
    let git = median(7, || grep(&repository, &at_head));
    let cold = median(7, || count(&path, &at_head, None));
    report("at a commit", cold, git);
    let git = median(3, || grep(&repository, &commits));
    let cold = median(3, || count(&path, &commits, None));
    report(&format!("{} months, cold", commits.len()), cold, git);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = folder.path().join("offramp.sqlite");
    count(&path, &commits, Some(cache.clone()));
    let warm = median(7, || count(&path, &commits, Some(cache.clone())));
    report(&format!("{} months, warm", commits.len()), warm, git);
}

fn report(what: &str, own: Duration, git: Duration) {
    let ratio = own.as_secs_f64() / git.as_secs_f64();
    say(&format!("{what}: {own:?}, {ratio:.2}x of git grep ({git:?})"));
}

/// Returns the last commit of each of the newest months.
fn months(path: &Path, repository: &Repository) -> Vec<Commit> {
    let checkout = Checkout::open(path).expect("the repository was found");
    let mut reader = CheckoutReader::new(checkout, &[], [], None).expect("no rule is no mistake");
    let history = reader.history(repository).expect("git reads the history");
    let mut commits: Vec<Commit> = Vec::new();
    for commit in history.days() {
        let month = |commit: &Commit| commit.date.format("%Y-%m").to_string();
        if commits.last().is_none_or(|last| month(last) != month(commit)) {
            commits.push(commit.clone());
        }
    }
    commits.truncate(MONTHS);
    commits.reverse();
    commits
}

fn count(path: &Path, commits: &[Commit], cache: Option<PathBuf>) -> u64 {
    let left = Condition::Is(FileTest::Text(TextTest::Contains(TEXT.to_owned())));
    let rule = TextRule { files: Files::default(), count: TextUnit::Lines, measure: TextMeasure::Left(left) };
    let rule = Rule::new(1, Source::Text(rule));
    let checkout = Checkout::open(path).expect("the repository was found");
    let repository = checkout.repository().cloned().expect("it is one");
    let mut reader = CheckoutReader::new(checkout, &[&rule], [], cache).expect("the rule can be used");
    let listings = reader.read_commits(&repository, commits, &mut |_, _| {}).expect("git reads the commits");
    let sum = listings.iter().map(|listing| reader.count(listing, 0).amounts.left).sum();
    reader.save(None).expect("the cache is written");
    sum
}

fn grep(repository: &Repository, commits: &[Commit]) -> usize {
    let mut bytes = 0;
    for commit in commits {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(repository.folder()).args(["grep", "-I", "-c", "-F", TEXT, &commit.id]);
        bytes += command.stdin(Stdio::null()).output().expect("git runs").stdout.len();
    }
    bytes
}

fn median<T>(times: usize, mut run: impl FnMut() -> T) -> Duration {
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(run());
            started.elapsed()
        })
        .collect();
    all.sort_unstable();
    all.get(times / 2).copied().unwrap_or_default()
}

fn say(line: &str) {
    // A closed stdout is not an error.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
