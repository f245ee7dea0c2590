//! Prow jobs, parsed from job configs by `sources::counting`.

use super::unit::{Unit, UnitField, UnitState};
use super::wording::PhraseList;
use super::{GroupId, JobType, Text};

/// One entry of `presubmits`, `postsubmits` or `periodics`, borrowed from its file.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The name: not unique, and empty if the entry has none.
    pub name: &'a str,
    /// The list it is in.
    pub kind: JobType,
    /// The repository it belongs to: the key of its list, for a periodic the first of `extra_refs`; may be empty.
    pub repo: &'a str,
    /// The cluster it runs on; `default` if the entry has none.
    pub cluster: &'a str,
    /// The file, relative to the root of the checkout, with `/`.
    pub path: &'a str,
    /// The line of the entry, from 1.
    pub line: u32,
    /// Images of containers, init containers and decorated utility images.
    pub images: &'a [&'a str],
    /// Testgrid dashboards that show it.
    pub dashboards: &'a [&'a str],
    /// The searched texts that the entry contains.
    pub mentions: &'a [&'a str],
}

impl Unit {
    /// Creates the unit of a job with the state that a rule gives it.
    pub fn of_job(job: &Job<'_>, state: UnitState) -> Self {
        let sigs = sigs_of(job.dashboards);
        let fields = vec![
            UnitField::new("type", [job.kind.word()]),
            UnitField::new("repo", [job.repo]),
            UnitField::new("cluster", [job.cluster]),
            UnitField::new("sig", sigs.iter().map(GroupId::as_str)),
        ];
        Self { name: job.name.into(), path: job.path.into(), line: Some(job.line), fields, state }
    }
}

/// SIGs whose name has several words. The name of any other SIG is the first word of its dashboards.
static LONG_NAMES: PhraseList = PhraseList::new(
    "sig-api-machinery; sig-big-data; sig-cloud-provider; sig-cluster-lifecycle; sig-cluster-ops; \
    sig-contributor-experience; sig-k8s-infra; sig-on-premise; sig-service-catalog; sig-product-management",
);

/// Former names and short forms that dashboards still use, with the current names.
const FORMER_NAMES: [(&str, &str); 4] = [
    ("sig-arch", "sig-architecture"),
    ("wg-k8s-infra", "sig-k8s-infra"),
    ("sig-contribex", "sig-contributor-experience"),
    ("sig-federation", "sig-multicluster"),
];

/// Returns the SIG of a testgrid dashboard: `sig-node` for `sig-node-kubelet`.
pub fn sig_of(dashboard: &str) -> Option<GroupId> {
    let former = FORMER_NAMES.iter().find(|(name, _)| is_under(dashboard, name)).map(|(_, now)| *now);
    let long = || LONG_NAMES.all().find(|name| is_under(dashboard, name));
    if let Some(name) = former.or_else(long) {
        return Some(GroupId::new(name));
    }
    let word = dashboard.strip_prefix("sig-")?.split(['-', '_']).next()?;
    (!word.is_empty()).then(|| GroupId(Text::from(format!("sig-{word}"))))
}

fn is_under(dashboard: &str, name: &str) -> bool {
    dashboard.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

/// Returns the SIGs of dashboards, sorted and without duplicates.
fn sigs_of(dashboards: &[&str]) -> Vec<GroupId> {
    let mut sigs: Vec<GroupId> = dashboards.iter().filter_map(|dashboard| sig_of(dashboard)).collect();
    sigs.sort_unstable();
    sigs.dedup();
    sigs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_dashboard_gives_its_sig() {
        let sig = |dashboard| sig_of(dashboard).map(|sig| sig.0.to_string());
        assert_eq!(sig("sig-node-kubelet").as_deref(), Some("sig-node"));
        assert_eq!(sig("sig-cluster-lifecycle-kubeadm").as_deref(), Some("sig-cluster-lifecycle"));
        assert_eq!(sig("wg-k8s-infra-gcb").as_deref(), Some("sig-k8s-infra"));
        assert_eq!(sig("sig-arch-conformance").as_deref(), Some("sig-architecture"));
        assert_eq!(sig("sig-architecture-x").as_deref(), Some("sig-architecture"));
        assert_eq!(sig("sig-release-1.19-blocking").as_deref(), Some("sig-release"));
        assert_eq!((sig("conformance-gce"), sig("sig-")), (None, None));
    }

    #[test]
    fn a_job_on_two_dashboards_of_a_sig_has_that_sig_once() {
        assert_eq!(sigs_of(&["sig-node-a", "sig-auth", "sig-node-b"]).len(), 2);
    }
}
