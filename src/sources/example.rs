//! The example that is compiled in: the 2020 roadmap of Kubernetes infrastructure, with what is known of its issues.

use std::sync::LazyLock;

use crate::domain::{Repo, Roadmap, Sigs, Snapshot};

static ROADMAP: LazyLock<Roadmap> = LazyLock::new(|| Roadmap {
    title: "Kubernetes infrastructure, from google.com to the community".into(),
    repo: Repo::new("kubernetes/k8s.io").expect("a name"),
    umbrellas: Vec::new(),
    searches: Vec::new(),
    robots: Vec::new(),
    written: None,
    counters: Vec::new(),
    migrated: Vec::new(),
    projects: Vec::new(),
    spend: None,
    silenced: Vec::new(),
});

static SIGS: LazyLock<Sigs> = LazyLock::new(|| {
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
pub fn sigs() -> &'static Sigs {
    &SIGS
}

/// Returns what is known of the issues of the example.
pub fn snapshot() -> &'static Snapshot {
    &SNAPSHOT
}
