//! Conventions: how a community works on GitHub. They decide words and defaults, and whether an unknown closer may be a robot;
//! nothing else of what counts as done.

use super::{GroupId, Repo, Text};

/// The group that runs the infrastructure of Kubernetes, and its migrations.
pub const K8S_INFRA: &str = "sig-k8s-infra";

/// How a community works on GitHub.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Conventions {
    /// SIGs, Prow's commands in comments, and robots that close what is quiet.
    Kubernetes,
    /// Assignees, labels and comments, as GitHub has them.
    #[default]
    GitHub,
}

/// Requests that a comment can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// To be assigned.
    Assign,
    /// That people of whom nothing was heard say whether they still have it: `@ann`.
    StillOn(&'a str),
    /// That the issue is not closed for being quiet; the word is `stale` or `rotten`.
    StayOpen(&'a str),
    /// That the milestone goes.
    ClearMilestone,
    /// That the issue is closed.
    Close,
    /// That the issue is opened again.
    Reopen,
    /// That others may help.
    Help,
    /// That a group owns it.
    Group(&'a GroupId),
}

/// The organisations whose repositories follow the conventions of Kubernetes, beside those that begin with
/// `kubernetes`.
const KUBERNETES: [&str; 1] = ["etcd-io"];

impl Conventions {
    /// All conventions with their spelling in a roadmap.
    pub const WRITTEN: [(&'static str, Self); 2] = [("kubernetes", Self::Kubernetes), ("github", Self::GitHub)];

    /// Returns those of a repository, by its owner.
    pub fn of(repo: &Repo) -> Self {
        let owner = repo.owner().to_ascii_lowercase();
        let is_kubernetes = owner == "kubernetes" || owner.starts_with("kubernetes-");
        if is_kubernetes || KUBERNETES.contains(&owner.as_str()) { Self::Kubernetes } else { Self::GitHub }
    }

    /// Returns the spelling of a roadmap.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::GitHub => "github",
        }
    }

    /// What a project is where the roadmap says nothing.
    pub fn default_kind(self) -> Option<Text> {
        match self {
            Self::Kubernetes => Some(Text::new("gcp-project")),
            Self::GitHub => None,
        }
    }

    /// What to find in titles where the roadmap says nothing.
    pub fn default_searches(self) -> Vec<String> {
        match self {
            Self::Kubernetes => vec!["Migrate away from google.com gcp project".to_owned()],
            Self::GitHub => Vec::new(),
        }
    }

    /// The group that runs the migration, and carries what has no owner.
    pub fn steward(self) -> Option<GroupId> {
        match self {
            Self::Kubernetes => Some(GroupId::new(K8S_INFRA)),
            Self::GitHub => None,
        }
    }

    /// Whether robots mark quiet issues with lifecycle labels and then close them.
    pub fn has_lifecycle(self) -> bool {
        match self {
            Self::Kubernetes => true,
            Self::GitHub => false,
        }
    }

    /// What a group is called where none is named: `SIG` or `group`.
    pub fn group_word(self) -> &'static str {
        match self {
            Self::Kubernetes => "SIG",
            Self::GitHub => "group",
        }
    }

    /// Returns the comment that asks for something, a line or several.
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
    fn the_owner_of_the_repository_decides() {
        let of = |repo: &str| Conventions::of(&Repo::new(repo).unwrap()).word();
        assert_eq!([of("kubernetes/k8s.io"), of("Kubernetes-SIGs/kueue"), of("etcd-io/etcd")], ["kubernetes"; 3]);
        assert_eq!([of("numpy/numpy"), of("kubernetesx/y"), of("o/kubernetes")], ["github"; 3]);
    }

    #[test]
    fn only_kubernetes_knows_commands() {
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
