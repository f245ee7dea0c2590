//! Checkout lookup: finds the folder in which a rule counts.

use std::path::{Path, PathBuf};

use crate::commands::{Context, Failure};
use crate::domain::{Conventions, Origin, Repo, Roadmap, Rule};
use crate::sources::git::Repository;
use crate::sources::paths;

/// The default repository for the prow jobs of Kubernetes.
const TEST_INFRA: &str = "kubernetes/test-infra";

/// Returns the repository that a rule counts in.
pub(crate) fn repo_of(rule: &Rule, roadmap: &Roadmap) -> Option<Repo> {
    let is_elsewhere = rule.jobs().is_some() && roadmap.conventions == Conventions::Kubernetes;
    let usual = || if is_elsewhere { Repo::new(TEST_INFRA) } else { Some(roadmap.repo.clone()) };
    rule.repo.clone().or_else(|| rule.reads_code().then(usual).flatten())
}

/// Finds the folder that a rule counts in: from the settings, else the repository that contains the roadmap, unless the
/// rule names another.
pub(crate) fn of_settings(context: &Context, roadmap: &Roadmap, rule: &Rule) -> Option<PathBuf> {
    if !rule.reads_code() {
        return None;
    }
    let repo = repo_of(rule, roadmap)?;
    let named = context.settings.checkout(&repo).cloned();
    named.or_else(|| around_roadmap(context, &repo, rule.repo.is_none() && repo == roadmap.repo))
}

/// Returns the repository that contains the roadmap, if its origin is `repo` or any origin is accepted.
fn around_roadmap(context: &Context, repo: &Repo, is_any_right: bool) -> Option<PathBuf> {
    let (root, repository) = around(context)?;
    let is_wanted = match repository.origin() {
        Some((_, origin)) => origin == *repo || is_any_right,
        None => is_any_right,
    };
    is_wanted.then_some(root)
}

/// Returns the repository of a checkout and the one in which a rule counts, if no remote names the latter. A rule
/// without a repository counts in the checkout that contains its roadmap, whatever its remotes are.
pub(crate) fn other_repository(
    context: &Context,
    roadmap: &Roadmap,
    rule: &Rule,
    checkout: &Path,
) -> Option<(Repo, Repo)> {
    let (wanted, remotes) = (repo_of(rule, roadmap)?, Repository::of(checkout)?.remotes());
    let is_around =
        || around(context).is_some_and(|(root, _)| std::fs::canonicalize(checkout).is_ok_and(|it| it == root));
    let is_wanted = |remote: &Repo| remote.as_str().eq_ignore_ascii_case(wanted.as_str());
    let is_other = !remotes.iter().any(is_wanted) && (rule.repo.is_some() || !is_around());
    remotes.into_iter().next().filter(|_| is_other).map(|remote| (remote, wanted))
}

/// Finds the repository that contains the roadmap, and its root.
pub(crate) fn around(context: &Context) -> Option<(PathBuf, Repository)> {
    let Origin::File(path) = context.origin() else { return None };
    let folder = std::fs::canonicalize(path).ok()?;
    Repository::around(folder.parent()?)
}

/// Returns the error that no checkout is known for a rule.
pub(crate) fn missing(rule: &Rule, roadmap: &Roadmap) -> Failure {
    let wanted = repo_of(rule, roadmap);
    let counts_there = |rule: &Rule| repo_of(rule, roadmap) == wanted;
    let counters = roadmap.counters.iter().filter(|counter| counter.rules.iter().any(counts_there));
    let ids = counters.map(|counter| counter.id.as_str()).collect::<Vec<_>>().join(", ");
    let repo = wanted.map_or_else(|| "the repository".to_owned(), |repo| repo.to_string());
    Failure::usage(format!("there is no checkout of {repo} to count in ({ids})")).hint(format!(
        "write `\"{repo}\" = \"PATH\"` under `[checkouts]` in the settings; `offramp count --repo PATH` counts in a clone once"
    ))
}

/// Adds to a failure which checkout it is about, and where its path comes from.
pub(super) fn unusable(context: &Context, roadmap: &Roadmap, rule: &Rule, path: &Path, failure: Failure) -> Failure {
    let Some(repo) = repo_of(rule, roadmap) else { return failure };
    let of_settings = context.settings.checkout(&repo).is_some_and(|named| named == path);
    let by = if of_settings { ", by `checkouts` in the settings" } else { "" };
    failure.within(&format!("the checkout of {repo} in `{}`{by}", paths::shown(path)))
}
