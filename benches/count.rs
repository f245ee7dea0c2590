//! Benchmark of counting job configs, compared with merely reading the bytes and with Python's C YAML loader.
//!
//! `OFFRAMP_JOB_CONFIGS` names a tar.gz of a folder `config/jobs`, such as that of kubernetes/test-infra; without it, the
//! benchmark is skipped.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use offramp::domain::Rule;
use offramp::domain::rule::{Condition, JobTest};
use offramp::sources::counting::{Checkout, CheckoutReader};

const PYTHON: &str = "
import os, sys, time, yaml
started, jobs = time.time(), 0
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(('.yaml', '.yml')):
            for document in yaml.load_all(open(os.path.join(folder, name), 'rb'), Loader=yaml.CSafeLoader):
                if isinstance(document, dict):
                    lists = [document.get('periodics') or []]
                    for key in ('presubmits', 'postsubmits'):
                        lists += (document.get(key) or {}).values()
                    jobs += sum(len(entries or []) for entries in lists)
print(jobs, time.time() - started)
";

fn main() {
    let Some(archive) = std::env::var_os("OFFRAMP_JOB_CONFIGS").map(PathBuf::from) else {
        say("skipped: OFFRAMP_JOB_CONFIGS names no archive of job configs");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let unpacked = Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(folder.path()).status();
    assert!(unpacked.is_ok_and(|status| status.success()), "tar unpacks the archive");
    let files = files(&folder.path().join("config/jobs"));
    let bytes = median(|| read_all(&files));
    say(&format!("{} files: reading the bytes {bytes:?}", files.len()));
    let cluster = JobTest::Cluster(vec!["default".into()]);
    let mentions = JobTest::Mentions(vec!["gs://kubernetes-jenkins".to_owned()]);
    let python = python(folder.path());
    for (name, done) in [("cluster", cluster), ("text", mentions)] {
        let rule = Rule::of_jobs(1, None, Condition::Is(done));
        let time = median(|| count(folder.path(), &rule));
        let ratio = time.as_secs_f64() / bytes.as_secs_f64();
        let beside = python.map_or_else(
            || "python with PyYAML is not there".to_owned(),
            |python| {
                format!("{:.0}x faster than Python's C loader ({python:?})", python.as_secs_f64() / time.as_secs_f64())
            },
        );
        say(&format!("rule by {name}: {time:?}, {ratio:.1}x of reading the bytes, {beside}"));
    }
}

fn count(root: &Path, rule: &Rule) -> usize {
    let checkout = Checkout::Folder(root.to_owned());
    let mut reader = CheckoutReader::new(checkout, &[rule], [rule], None).expect("the rule can be used");
    let listing = reader.read_folder(root);
    let jobs = reader.count(&listing, 0).amounts.total();
    assert_eq!(jobs, 6079, "every job is counted");
    jobs as usize
}

fn python(root: &Path) -> Option<Duration> {
    let output = Command::new("python3").arg("-c").arg(PYTHON).arg(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (_, seconds) = text.trim().split_once(' ')?;
    seconds.parse().ok().map(Duration::from_secs_f64)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(path);
        }
    }
    found
}

fn read_all(files: &[PathBuf]) -> usize {
    files.iter().filter_map(|path| std::fs::read(path).ok()).map(|bytes| bytes.len()).sum()
}

fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(run());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(5).copied().unwrap_or_default()
}

fn say(line: &str) {
    use std::io::Write as _;
    // A closed stdout is not an error.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
