//! The example that is compiled in: the 2020 roadmap of Kubernetes infrastructure, with what is known of its issues.

use std::sync::LazyLock;

use super::{readings, roadmap_file};
use crate::domain::{Date, Groups, Roadmap, Snapshot};

/// The roadmap file of the example, as it was written.
pub const TEXT: &str = include_str!("../../data/roadmap.yaml");

static ROADMAP: LazyLock<Roadmap> = LazyLock::new(|| {
    // Compiled in, it speaks of days that a fixed clock may not have reached.
    let read = roadmap_file::read(TEXT, "roadmap.yaml", groups(), Date::MAX);
    let mut roadmap = read.unwrap_or_else(|error| panic!("data/roadmap.yaml is one of ours\n{error}"));
    for counter in roadmap.counters.iter_mut().filter(|counter| counter.readings_file.is_some()) {
        let name = counter.readings_file.clone().unwrap_or_default();
        let text = READINGS.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text);
        let rows = readings::parse(text, &name, Date::MAX);
        readings::attach(counter, rows.unwrap_or_else(|error| panic!("{name} is one of ours\n{error}")));
    }
    roadmap
});

/// Computed by `offramp count` from the history of kubernetes/test-infra.
const READINGS: [(&str, &str); 12] = [
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

static SIGS: LazyLock<Groups> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/sigs.json")).expect("data/sigs.json is one of ours")
});

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/issues.json")).expect("data/issues.json is one of ours")
});

/// Returns the roadmap of the 2020 annual report.
pub fn roadmap() -> &'static Roadmap {
    &ROADMAP
}

/// Returns the groups of the Kubernetes project.
pub fn groups() -> &'static Groups {
    &SIGS
}

/// Returns what is known of the issues of the example.
pub fn snapshot() -> &'static Snapshot {
    &SNAPSHOT
}
