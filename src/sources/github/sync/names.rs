//! Renamed repositories: their issues keep the name that the roadmap uses.
//!
//! If the roadmap uses both names, one of them is used for both, and issues under the other one count as transferred.

use super::super::client::GithubError;
use super::super::wire::rest;
use super::SyncRun;
use crate::domain::{Absence, FactKind, FactState, Issue, IssueRef, Repo, Timestamp};

/// How a name of a repository is used, in ascending order of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NameUse {
    /// Not in any roadmap.
    Unused,
    /// This or another roadmap links to its issues.
    Linked,
    Umbrella,
    Home,
}

/// GitHub's answer for the name of a repository.
#[derive(Debug, Clone)]
pub(super) enum NameAnswer {
    Is(Repo),
    NotThere,
    /// There was no answer.
    Unknown,
}

impl SyncRun<'_> {
    /// Returns the current name of a repository on GitHub.
    pub(super) fn current<'b>(&'b self, repo: &'b Repo) -> &'b Repo {
        self.state.moved.get(repo).unwrap_or(repo)
    }

    pub(super) fn route_of(&self, id: &IssueRef) -> String {
        format!("/repos/{}/issues/{}", self.current(&id.repo), id.number)
    }

    /// Returns the id of an issue with the repository name that the roadmap uses.
    pub(super) fn known_name(&self, mut id: IssueRef) -> IssueRef {
        if let Some((old, _)) = self.state.moved.iter().find(|(_, new)| **new == id.repo) {
            id.repo = old.clone();
        }
        id
    }

    /// Handles issues that were returned under another id than the requested one, because they were transferred or
    /// their repository was renamed. An issue may keep its number in either case, so the name of the repository is
    /// requested.
    pub(super) async fn note_names(&mut self, pairs: &[(IssueRef, IssueRef)]) -> Result<(), GithubError> {
        let mut fault = None;
        for (requested, returned) in pairs {
            let (requested, to) = (self.known_name(requested.clone()), self.known_name(returned.clone()));
            if requested == to {
                if returned.repo == requested.repo {
                    // It was renamed back.
                    self.state.moved.remove(&requested.repo);
                }
                continue;
            }
            let answer = if requested.number == returned.number && self.may_stand_for(&requested.repo, &returned.repo) {
                self.name_of(&requested.repo).await.unwrap_or_else(|error| {
                    fault = Some(error);
                    NameAnswer::Unknown
                })
            } else {
                NameAnswer::NotThere
            };
            match answer {
                NameAnswer::Is(name) if name == returned.repo => self.learn_name(&requested.repo, &returned.repo),
                NameAnswer::Is(_) | NameAnswer::NotThere => {
                    self.summary.gone.extend(self.issues.remove(&requested).map(|issue| issue.id));
                    self.wanted.insert(to.clone());
                    self.missing.insert(requested, Absence::Moved(to));
                }
                NameAnswer::Unknown => {
                    self.cannot_read(requested, GithubError::UnknownName(returned.to_string()));
                }
            }
        }
        fault.map_or(Ok(()), Err)
    }

    /// Returns the current name of a repository, requested once per sync.
    async fn name_of(&mut self, old: &Repo) -> Result<NameAnswer, GithubError> {
        if let Some(answer) = self.names.get(old) {
            return Ok(answer.clone());
        }
        if !self.client.can_afford(2) {
            return Ok(NameAnswer::Unknown);
        }
        let answer = self.client.get(&format!("/repos/{old}"), None, rest::repository).await;
        self.report();
        let (answer, fault) = match answer {
            Ok(answer) => (answer.content.flatten().map_or(NameAnswer::Unknown, NameAnswer::Is), None),
            Err(GithubError::NotFound(_) | GithubError::Gone { .. }) => (NameAnswer::NotThere, None),
            Err(error) => (NameAnswer::Unknown, Some(error).filter(|error| self.client.ends_the_sync(error))),
        };
        self.names.insert(old.clone(), answer.clone());
        fault.map_or(Ok(answer), Err)
    }

    /// Stores a new name of a repository, and renames issues already fetched under it to the roadmap's name.
    pub(super) fn learn_name(&mut self, old: &Repo, new: &Repo) {
        let is_known = self.state.moved.get(old) == Some(new);
        if is_known || !self.may_stand_for(old, new) {
            return;
        }
        let others: Vec<Repo> = self.old_names(new).filter(|other| *other != old).cloned().collect();
        self.state.moved.insert(old.clone(), new.clone());
        self.state.names_checked = Some(self.request.now);
        for other in others {
            self.state.moved.remove(&other);
            self.rename(&other, old);
        }
        self.rename(new, old);
        self.wanted = std::mem::take(&mut self.wanted).into_iter().map(|id| self.known_name(id)).collect();
        self.note_other_names();
    }

    fn old_names(&self, new: &Repo) -> impl Iterator<Item = &Repo> {
        self.state.moved.iter().filter(move |(_, to)| *to == new).map(|(old, _)| old)
    }

    /// Whether issues of a repository may keep an old name of it: no other name is more important to a roadmap.
    fn may_stand_for(&self, old: &Repo, new: &Repo) -> bool {
        let own = self.use_of(old);
        let outranks = |other: &Repo| {
            let used = self.use_of(other);
            used > NameUse::Unused && used >= own
        };
        let mut others = self.old_names(new).filter(|other| *other != old);
        !outranks(new) && !others.any(|other| outranks(other) || own == NameUse::Unused)
    }

    fn use_of(&self, repo: &Repo) -> NameUse {
        let request = self.request;
        let is_of = |id: &IssueRef| id.repo == *repo;
        let by_others = self.state.interests.iter().filter(|(name, _)| **name != request.roadmap);
        let mut by_others = by_others.flat_map(|(_, interest)| interest.links.iter().chain(&interest.umbrellas));
        let is_under =
            |id: &String| id.rsplit_once('#').is_some_and(|(name, _)| repo.as_str().eq_ignore_ascii_case(name));
        if *repo == request.home {
            NameUse::Home
        } else if request.umbrellas.iter().any(is_of) {
            NameUse::Umbrella
        } else if request.linked.iter().any(is_of) || by_others.any(is_under) {
            NameUse::Linked
        } else {
            NameUse::Unused
        }
    }

    /// Marks issues that the roadmap links under an unused name of their repository as transferred.
    pub(super) fn note_other_names(&mut self) {
        for id in self.request.linked.iter().chain(&self.request.umbrellas) {
            let to = self.known_name(id.clone());
            if to != *id {
                self.wanted.remove(id);
                self.wanted.insert(to.clone());
                self.missing.insert(id.clone(), Absence::Moved(to));
            }
        }
    }

    /// Forgets renames that conflict with names in the roadmap, and restores the names of the issues.
    pub(super) fn forget_conflicting_names(&mut self) {
        for (old, new) in self.state.moved.clone() {
            if !self.may_stand_for(&old, &new) {
                self.forget_new_name(&old);
            }
        }
    }

    /// Checks once a day, and with `--all`, whether old names of repositories still redirect to the new ones: a new
    /// repository may take the old name of a renamed one.
    pub(super) async fn check_names(&mut self) -> Result<(), GithubError> {
        let is_due = self.request.all || self.state.names_checked.is_none_or(|at| self.is_old(at));
        for (old, new) in self.state.moved.clone().into_iter().filter(|_| is_due) {
            match self.name_of(&old).await? {
                NameAnswer::Is(name) if name == new => self.state.names_checked = Some(self.request.now),
                NameAnswer::Is(_) | NameAnswer::NotThere => drop(self.forget_new_name(&old)),
                NameAnswer::Unknown => {}
            }
        }
        Ok(())
    }

    /// Forgets the new name of a repository, and renames its issues to that name; returns whether it had one.
    pub(super) fn forget_new_name(&mut self, old: &Repo) -> bool {
        let Some(new) = self.state.moved.remove(old) else { return false };
        self.rename(old, &new);
        if [old, &new].contains(&&self.request.home) {
            // The known issues belong to another repository than those fetched from now on.
            self.reset_home();
        }
        true
    }

    fn reset_home(&mut self) {
        self.state.searches.clear();
        self.state.pulls = FactState::NotRequested;
        let list = self.home_list();
        (list.etag, list.newest) = (None, None);
        list.whole = list.whole.map(|_| Timestamp(0));
    }

    /// Changes the repository name of all issues and references.
    fn rename(&mut self, from: &Repo, to: &Repo) {
        let renamed = |id: &mut IssueRef| {
            if id.repo == *from {
                id.repo = to.clone();
            }
        };
        let mut under_the_name = Vec::new();
        for (id, mut issue) in std::mem::take(&mut self.issues) {
            rename_all(&mut issue, renamed);
            if issue.id == id {
                self.issues.insert(id, issue);
            } else {
                under_the_name.push((id, issue));
            }
        }
        for (id, mut issue) in under_the_name {
            self.has_news = true;
            self.missing.remove(&issue.id);
            let comments = self.fresh.remove(&id);
            if comments.is_none() && issue.body.is_empty() {
                // The cache has its body under the old name.
                issue.fetch_states.distrust(FactKind::Fields);
            }
            let requested_at = |issue: &Issue| issue.fetch_states.of(FactKind::Fields).at();
            if self.issues.get(&issue.id).is_some_and(|other| requested_at(other) > requested_at(&issue)) {
                continue;
            }
            if let Some(comments) = comments {
                self.fresh.entry(issue.id.clone()).or_insert(comments);
            }
            self.issues.insert(issue.id.clone(), issue);
        }
        for why in self.missing.values_mut() {
            if let Absence::Moved(id) = why {
                renamed(id);
            }
        }
    }

    /// Changes new names of repositories in an issue to the names that the roadmap uses.
    pub(super) fn restore_known_names(&self, issue: &mut Issue) {
        if !self.state.moved.is_empty() {
            rename_all(issue, |id| *id = self.known_name(id.clone()));
        }
    }
}

/// Applies a change to the id of an issue and to all its references.
fn rename_all(issue: &mut Issue, change: impl Fn(&mut IssueRef)) {
    let lists = [
        &mut issue.parents,
        &mut issue.steps,
        &mut issue.sub_issues,
        &mut issue.references,
        &mut issue.blocked_by,
        &mut issue.waits_for,
        &mut issue.blocking,
    ];
    let tasks =
        issue.tasks.iter_mut().chain(issue.comment_tasks.iter_mut().flatten()).flat_map(|task| &mut task.issues);
    let pulls = issue.pulls.iter_mut().flatten().map(|pull| &mut pull.id);
    let own = std::iter::once(&mut issue.id).chain(&mut issue.duplicate_of).chain(&mut issue.continued_in);
    lists.into_iter().flatten().chain(tasks).chain(pulls).chain(own).for_each(change);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Task, TaskState};

    #[test]
    fn issues_in_task_lists_of_comments_are_renamed() {
        let id = |repo| IssueRef::new(Repo::new(repo).unwrap(), 2);
        let task =
            Task { text: "a".into(), state: TaskState::Open, depth: 0, issues: vec![id("new/x")], section: "".into() };
        let mut issue = Issue { comment_tasks: Some(vec![task]), ..Issue::new(id("new/x")) };
        issue.use_comment_tasks();
        rename_all(&mut issue, |id| id.repo = Repo::new("old/x").unwrap());
        let named = |tasks: &[Task]| tasks.iter().flat_map(|task| task.issues.clone()).collect::<Vec<_>>();
        assert_eq!(named(&issue.tasks), [id("old/x")]);
        assert_eq!(named(&issue.comment_tasks.unwrap()), [id("old/x")]);
    }
}
