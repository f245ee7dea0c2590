//! The built-in examples: the 2020 roadmap of Kubernetes infrastructure with a snapshot of its issues, and Homebrew's
//! migrations, which have counters and no issues.

use std::sync::LazyLock;

use super::{readings, roadmap_file};
use crate::domain::{Date, Example, Groups, Roadmap, Snapshot};

/// The name and the text of a file.
type ExampleFile = (&'static str, &'static str);

static KUBERNETES: LazyLock<Roadmap> = LazyLock::new(|| read(Example::Kubernetes));
static HOMEBREW: LazyLock<Roadmap> = LazyLock::new(|| read(Example::Homebrew));
static NO_ISSUES: LazyLock<Snapshot> = LazyLock::new(Snapshot::default);

/// Computed by `offramp count` from the history of kubernetes/test-infra.
const KUBERNETES_READINGS: [ExampleFile; 12] = [
    ("readings/prow-jobs.csv", include_str!("../../data/readings/prow-jobs.csv")),
    ("readings/testimages-jobs.csv", include_str!("../../data/readings/testimages-jobs.csv")),
    ("readings/jenkins-jobs.csv", include_str!("../../data/readings/jenkins-jobs.csv")),
    ("readings/testimages-references.csv", include_str!("../../data/readings/testimages-references.csv")),
    ("readings/jenkins-references.csv", include_str!("../../data/readings/jenkins-references.csv")),
    ("readings/sig-cluster-lifecycle-jobs.csv", include_str!("../../data/readings/sig-cluster-lifecycle-jobs.csv")),
    ("readings/sig-network-jobs.csv", include_str!("../../data/readings/sig-network-jobs.csv")),
    ("readings/sig-node-jobs.csv", include_str!("../../data/readings/sig-node-jobs.csv")),
    ("readings/sig-release-jobs.csv", include_str!("../../data/readings/sig-release-jobs.csv")),
    ("readings/sig-scalability-jobs.csv", include_str!("../../data/readings/sig-scalability-jobs.csv")),
    ("readings/sig-storage-jobs.csv", include_str!("../../data/readings/sig-storage-jobs.csv")),
    ("readings/sig-testing-jobs.csv", include_str!("../../data/readings/sig-testing-jobs.csv")),
];

/// Computed by `offramp count` from the history of Homebrew/brew.
const HOMEBREW_READINGS: [ExampleFile; 5] = [
    ("readings/homebrew/strict-files.csv", include_str!("../../data/readings/homebrew/strict-files.csv")),
    ("readings/homebrew/typed-tests.csv", include_str!("../../data/readings/homebrew/typed-tests.csv")),
    ("readings/homebrew/sorbet-exceptions.csv", include_str!("../../data/readings/homebrew/sorbet-exceptions.csv")),
    ("readings/homebrew/command-classes.csv", include_str!("../../data/readings/homebrew/command-classes.csv")),
    ("readings/homebrew/workflow-jobs.csv", include_str!("../../data/readings/homebrew/workflow-jobs.csv")),
];

static SIGS: LazyLock<Groups> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/sigs.json")).expect("data/sigs.json is valid"));

static SNAPSHOT: LazyLock<Snapshot> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/issues.json")).expect("data/issues.json is valid"));

/// Returns the roadmap of an example.
pub fn roadmap(example: Example) -> &'static Roadmap {
    match example {
        Example::Kubernetes => &KUBERNETES,
        Example::Homebrew => &HOMEBREW,
    }
}

/// Returns the issues of an example.
pub fn snapshot(example: Example) -> &'static Snapshot {
    match example {
        Example::Kubernetes => &SNAPSHOT,
        Example::Homebrew => &NO_ISSUES,
    }
}

/// Returns the text of an example's roadmap file.
pub const fn text(example: Example) -> &'static str {
    match example {
        Example::Kubernetes => include_str!("../../data/roadmap.yaml"),
        Example::Homebrew => include_str!("../../data/homebrew.yaml"),
    }
}

/// Returns the readings files of an example, by the names in its roadmap.
pub const fn readings_files(example: Example) -> &'static [ExampleFile] {
    match example {
        Example::Kubernetes => &KUBERNETES_READINGS,
        Example::Homebrew => &HOMEBREW_READINGS,
    }
}

/// Returns "today" of an example: the day on which its roadmap was written.
pub fn date(example: Example) -> Date {
    roadmap(example).written.expect("an example says when it was written")
}

/// Returns the groups of the Kubernetes project.
pub fn groups() -> &'static Groups {
    &SIGS
}

fn read(example: Example) -> Roadmap {
    // With a fixed clock its dates may be in the future.
    let read = roadmap_file::read(text(example), "roadmap.yaml", groups(), Date::MAX);
    let mut roadmap = read.unwrap_or_else(|error| panic!("the example {} is valid\n{error}", example.name()));
    for counter in roadmap.counters.iter_mut().filter(|counter| counter.readings_file.is_some()) {
        let name = counter.readings_file.clone().unwrap_or_default();
        let text = readings_files(example).iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text);
        let rows = readings::parse(text, &name, Date::MAX);
        readings::attach(counter, rows.unwrap_or_else(|error| panic!("{name} is valid\n{error}")));
    }
    roadmap
}
