//! Benchmark of `count --history`, cold and warm, on a generated bare clone of the size of kubernetes/test-infra. In the
//! same run git reads the same blobs, and Python's C YAML loader parses some of them.
//! `cargo bench --bench history`; `-- --smoke` is small and only checks the results.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program of its own")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The program that `cargo bench` built.
const PROGRAM: &str = env!("CARGO_BIN_EXE_offramp");

/// The size of the real repository: 87 months, 25,787 blobs, 0.39 GB.
const REAL: Size = Size { months: 87, files: 600, changed: 293, jobs: 22 };
const SMALL: Size = Size { months: 6, files: 12, changed: 5, jobs: 4 };

struct Size {
    months: usize,
    /// Files in every month.
    files: usize,
    /// Files that change in each month but the first.
    changed: usize,
    /// Jobs in each file.
    jobs: usize,
}

const ROADMAP: &str = "\
version: 1
repo: kubernetes/k8s.io
counters:
  prow-jobs:
    unit: prow jobs
    rule: {version: 1, source: prow-jobs, done: {cluster: [k8s-infra-prow-build]}}
projects:
  - {id: k8s-prow, measure: prow-jobs, items: [{title: Move the jobs, counter: prow-jobs}]}
";

/// Parses its input and prints the number of documents and the time.
const PYTHON: &str = "
import sys, time, yaml
texts = sys.stdin.read().split('\\n---\\n')
started = time.process_time()
for text in texts:
    yaml.load(text, Loader=yaml.CSafeLoader)
print(len(texts), time.process_time() - started)
";

fn main() {
    let is_smoke = std::env::args().any(|argument| argument == "--smoke");
    let size = if is_smoke { SMALL } else { REAL };
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("test-infra.git");
    let Some(bytes) = size.make(&clone) else { return println!("skipped: there is no git") };
    let blobs = size.files + (size.months - 1) * size.changed;
    println!("{} months, {blobs} blobs, {:.2} GB", size.months, bytes as f64 / 1e9);

    let read = timed(|| read_by_git(&clone));
    println!("{:<36} {:>9.3} s", "git reads the blobs", read.as_secs_f64());
    let (cold, warm) = (timed(|| size.count(folder.path())), timed(|| size.count(folder.path())));
    println!("{:<36} {:>9.3} s  {:.2}x of git", "from nothing", cold.as_secs_f64(), ratio(cold, read));
    println!("{:<36} {:>9.3} s", "once more", warm.as_secs_f64());
    let python = size.python(blobs);
    match python {
        None => println!("python with PyYAML is not there"),
        Some(python) => println!(
            "{:<36} {:>9.3} s  {:.1}x of from nothing (some files parsed, the rest reckoned)",
            "Python's C loader",
            python.as_secs_f64(),
            ratio(python, cold)
        ),
    }
    if !is_smoke {
        let verdict = |holds: bool| if holds { "holds" } else { "DOES NOT HOLD" };
        println!("once more under 1 s: {}", verdict(warm < Duration::from_secs(1)));
        if let Some(python) = python {
            println!("12x faster than Python: {}", verdict(ratio(python, cold) >= 12.0));
        }
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

impl Size {
    /// Makes the bare clone, one commit a month; returns the bytes of all its blobs, or `None` without git.
    fn make(&self, clone: &Path) -> Option<usize> {
        let made =
            Command::new("git").args(["init", "--quiet", "--bare", "--initial-branch=master"]).arg(clone).status();
        made.ok()?.success().then_some(())?;
        let mut import = git(clone).args(["fast-import", "--quiet", "--done"]).stdin(Stdio::piped()).spawn().ok()?;
        let mut out = std::io::BufWriter::new(import.stdin.take()?);
        let mut bytes = 0;
        for month in 0..self.months {
            // The middle of each month, from January 2019 on.
            let at = 1_547_553_600 + month as u64 * 2_629_746;
            let mut commit = format!("commit refs/heads/master\ncommitter a <a@b> {at} +0000\ndata 1\nm\n");
            for file in self.files_of(month) {
                let text = self.file(file, month);
                bytes += text.len();
                let _ =
                    write!(commit, "M 100644 inline config/jobs/org/jobs-{file}.yaml\ndata {}\n{text}\n", text.len());
            }
            out.write_all(commit.as_bytes()).ok()?;
        }
        out.write_all(b"done\n").ok()?;
        drop(out);
        import.wait().ok()?.success().then_some(bytes)
    }

    /// Returns the files that change in a month.
    fn files_of(&self, month: usize) -> impl Iterator<Item = usize> {
        let (first, count) = if month == 0 { (0, self.files) } else { (month * self.changed, self.changed) };
        (first..first + count).map(|file| file % self.files)
    }

    /// Returns a file of periodics; more of them have moved every month.
    fn file(&self, file: usize, month: usize) -> String {
        let mut text = String::from("periodics:\n");
        for job in 0..self.jobs {
            let cluster = if job * self.months < month * self.jobs { "k8s-infra-prow-build" } else { "default" };
            let _ = write!(
                text,
                "\
- name: ci-kubernetes-e2e-gce-{file}-{job}
  interval: 1h
  cluster: {cluster}
  decorate: true
  labels:
    preset-service-account: \"true\"
    preset-k8s-ssh: \"true\"
  spec:
    containers:
    - image: gcr.io/k8s-staging-test-infra/kubekins-e2e:v2020{month:02}01-master
      args:
      - --timeout=140
      - --bare
      - --scenario=kubernetes_e2e
      - --
      - --extract=ci/latest
      - --gcp-zone=us-west1-b
      - --provider=gce
      - --test_args=--ginkgo.skip=\\[Slow\\]
      resources:
        requests:
          cpu: 2
          memory: \"6Gi\"
  annotations:
    testgrid-dashboards: sig-release-master-{file}
    testgrid-tab-name: gce-{job}
"
            );
        }
        text
    }

    /// Runs the program and checks its last reading.
    fn count(&self, folder: &Path) {
        let roadmap = folder.join("roadmap.yaml");
        std::fs::File::create(&roadmap).unwrap().write_all(ROADMAP.as_bytes()).unwrap();
        let mut command = Command::new(PROGRAM);
        command.env_clear().env("HOME", folder).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.arg("--offline").arg("-f").arg(&roadmap).args(["count", "--history", "-o", "json", "--repo"]);
        let output = command.arg(folder.join("test-infra.git")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let total = format!("\"total\": {}", self.files * self.jobs);
        assert_eq!(text.matches(&total).count(), self.months, "every month has all jobs");
    }

    /// Returns the time in which Python would parse all blobs, estimated from forty of them.
    fn python(&self, blobs: usize) -> Option<Duration> {
        let texts: Vec<_> = (0..self.files.min(40)).map(|file| self.file(file, 0)).collect();
        let mut python = Command::new("python3");
        let python = python.arg("-c").arg(PYTHON).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut python = python.spawn().ok()?;
        python.stdin.take()?.write_all(texts.join("\n---\n").as_bytes()).ok()?;
        let text = String::from_utf8(python.wait_with_output().ok()?.stdout).ok()?;
        let (count, seconds) = text.trim().split_once(' ')?;
        let each = seconds.parse::<f64>().ok()? / count.parse::<f64>().ok()?;
        Some(Duration::from_secs_f64(each * blobs as f64))
    }
}

fn git(clone: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(clone);
    git
}

/// Has git read every blob once.
fn read_by_git(clone: &Path) {
    let mut git = git(clone);
    git.args(["cat-file", "--batch", "--batch-all-objects", "--unordered"]).stdout(Stdio::null());
    assert!(git.status().unwrap().success());
}
