//! Conventions: how a community works on GitHub. They decide words, defaults, and whether an unknown closer may be a
//! robot; apart from that, they do not change what counts as done.

use super::{GroupId, Repo, Text};

/// The group that runs the infrastructure of Kubernetes and its migrations.
pub const K8S_INFRA: &str = "sig-k8s-infra";

/// The repository of that group. Other roadmaps of Kubernetes do not have the defaults of its migrations.
const INFRA_REPO: &str = "kubernetes/k8s.io";

/// How a community works on GitHub.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Conventions {
    /// SIGs, Prow commands in comments, and robots that close stale issues.
    Kubernetes,
    /// Plain assignees, labels and comments.
    #[default]
    GitHub,
}

/// A request that a comment can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// Assign me.
    Assign,
    /// Ask silent assignees whether they are still working on it: `@ann`.
    StillOn(&'a str),
    /// Keep a stale issue open; the word is `stale` or `rotten`.
    StayOpen(&'a str),
    /// Remove the milestone.
    ClearMilestone,
    /// Close the issue.
    Close,
    /// Reopen the issue.
    Reopen,
    /// Mark the issue as open for help.
    Help,
    /// Assign the issue to a group.
    Group(&'a GroupId),
}

/// Organisations that follow the conventions of Kubernetes, besides `kubernetes` and `kubernetes-…`.
const KUBERNETES: [&str; 1] = ["etcd-io"];

impl Conventions {
    /// All conventions with their spelling in a roadmap.
    pub const WRITTEN: [(&'static str, Self); 2] = [("kubernetes", Self::Kubernetes), ("github", Self::GitHub)];

    /// Returns the conventions of a repository, by its owner.
    pub fn of(repo: &Repo) -> Self {
        let owner = repo.owner().to_ascii_lowercase();
        let is_kubernetes = owner == "kubernetes" || owner.starts_with("kubernetes-");
        if is_kubernetes || KUBERNETES.contains(&owner.as_str()) { Self::Kubernetes } else { Self::GitHub }
    }

    /// Returns the word used in a roadmap file.
    pub fn word(self) -> &'static str {
        super::word_of(&Self::WRITTEN, &self)
    }

    /// Returns the kind of a project without a `kind`, in the roadmap of a repository.
    pub fn default_kind(self, repo: &Repo) -> Option<Text> {
        self.is_infra(repo).then(|| Text::new("gcp-project"))
    }

    /// Returns the default search phrases for titles.
    pub fn default_searches(self, repo: &Repo) -> Vec<String> {
        self.is_infra(repo).then(|| "Migrate away from google.com gcp project".to_owned()).into_iter().collect()
    }

    /// Returns the group that runs the migration and is responsible for work without an owner.
    pub fn steward(self, repo: &Repo) -> Option<GroupId> {
        self.is_infra(repo).then(|| GroupId::new(K8S_INFRA))
    }

    fn is_infra(self, repo: &Repo) -> bool {
        match self {
            Self::Kubernetes => repo.as_str().eq_ignore_ascii_case(INFRA_REPO),
            Self::GitHub => false,
        }
    }

    /// Whether robots mark quiet issues with lifecycle labels and then close them.
    pub fn has_lifecycle(self) -> bool {
        match self {
            Self::Kubernetes => true,
            Self::GitHub => false,
        }
    }

    /// Returns the noun for a group: `SIG` or `group`.
    pub fn group_word(self) -> &'static str {
        match self {
            Self::Kubernetes => "SIG",
            Self::GitHub => "group",
        }
    }

    /// Returns the text of a comment that makes a request, of one or several lines.
    pub fn comment(self, request: Request<'_>) -> String {
        match self {
            Self::Kubernetes => prow_command(request),
            Self::GitHub => sentence(request),
        }
    }
}

/// Commands of Prow; see <https://prow.k8s.io/command-help>.
fn prow_command(request: Request<'_>) -> String {
    match request {
        Request::Assign => "/assign\n".to_owned(),
        Request::StillOn(who) => format!("{who}, are you still on this? If not, `/unassign` lets others take it.\n"),
        Request::StayOpen(word) => format!("/remove-lifecycle {word}\n"),
        Request::ClearMilestone => "/milestone clear\n".to_owned(),
        Request::Close => "/close\n".to_owned(),
        Request::Reopen => "/reopen\n".to_owned(),
        Request::Help => "/help\n".to_owned(),
        Request::Group(id) => match id.as_str().split_once('-') {
            Some((kind, name)) => format!("/{kind} {name}\n"),
            None => String::new(),
        },
    }
}

fn sentence(request: Request<'_>) -> String {
    match request {
        Request::Assign => "I would like to work on this. Please assign it to me.\n".to_owned(),
        Request::StillOn(who) => {
            format!("{who}, are you still on this? If not, please unassign yourself, so that others can take it.\n")
        }
        Request::StayOpen(_) => "This is still needed. Please keep it open.\n".to_owned(),
        Request::ClearMilestone => "The milestone is over. Please choose another one, or remove it.\n".to_owned(),
        Request::Close => "This seems to be done. Please close it.\n".to_owned(),
        Request::Reopen => "This is not done. Please reopen it.\n".to_owned(),
        Request::Help | Request::Group(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_owner_decides_the_conventions() {
        let of = |repo: &str| Conventions::of(&Repo::new(repo).unwrap()).word();
        assert_eq!([of("kubernetes/k8s.io"), of("Kubernetes-SIGs/kueue"), of("etcd-io/etcd")], ["kubernetes"; 3]);
        assert_eq!([of("numpy/numpy"), of("kubernetesx/y"), of("o/kubernetes")], ["github"; 3]);
    }

    #[test]
    fn only_the_infrastructure_of_kubernetes_has_the_defaults_of_its_migration() {
        let steward = |repo: &str| Conventions::Kubernetes.steward(&Repo::new(repo).unwrap());
        assert_eq!(steward("kubernetes/k8s.io"), Some(GroupId::new(K8S_INFRA)));
        assert_eq!(steward("kubernetes-sigs/cluster-api"), None);
        assert_eq!(Conventions::GitHub.steward(&Repo::new("kubernetes/k8s.io").unwrap()), None);
    }

    #[test]
    fn only_kubernetes_has_prow_commands() {
        let group = GroupId::new("sig-testing");
        for request in [
            Request::Assign,
            Request::StayOpen("stale"),
            Request::ClearMilestone,
            Request::Close,
            Request::Reopen,
            Request::Help,
            Request::Group(&group),
        ] {
            assert!(Conventions::Kubernetes.comment(request).starts_with('/'), "{request:?}");
            assert!(!Conventions::GitHub.comment(request).contains('/'), "{request:?}");
        }
        let asked = Request::StillOn("@ann");
        assert!(Conventions::Kubernetes.comment(asked).contains("`/unassign`"));
        assert!(!Conventions::GitHub.comment(asked).contains('/'));
    }
}
