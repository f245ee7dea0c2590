//! What is taken of what comes, and joined with what was known.

use super::Trouble;
use super::sync::{Work, children_of};
use super::wire::{self, Wire};
use crate::domain::{Absence, Issue, IssueRef, IssueState, Pull, Repo};

impl Work<'_> {
    /// Takes an issue that was asked for by name; another name in the answer means that it moved.
    pub(super) fn take_single(&mut self, asked: &IssueRef, issue: Wire) {
        let repo = issue.repo().unwrap_or_else(|| asked.repo.clone());
        let number = issue.number.unwrap_or(asked.number);
        let is_renamed = !repo.as_str().eq_ignore_ascii_case(asked.repo.as_str());
        if is_renamed && number == asked.number {
            // The repository has a new name; the roadmap still uses the old one.
            self.state.moved.insert(asked.repo.clone(), repo);
            return self.take(issue, &asked.repo);
        }
        if number != asked.number {
            self.issues.remove(asked);
            self.summary.gone += 1;
            let to = IssueRef::new(repo.clone(), number);
            self.wanted.insert(to.clone());
            self.missing.insert(asked.clone(), Absence::Moved(to));
        }
        self.take(issue, &repo);
    }

    /// Notes that an issue is not to be had.
    pub(super) fn lose(&mut self, id: IssueRef, trouble: &Trouble) {
        let why = match trouble {
            Trouble::Gone(_) => Absence::Gone,
            Trouble::NotFound(_) => Absence::NotFound,
            other => Absence::Unreadable(other.to_string()),
        };
        if matches!(why, Absence::Unreadable(_)) {
            self.summary.odd.push(format!("{id}: {trouble}"));
            // What was known of it is better than nothing.
            if self.issues.contains_key(&id) {
                return;
            }
        } else {
            self.issues.remove(&id);
            self.summary.gone += 1;
        }
        self.has_news = true;
        self.missing.insert(id, why);
    }

    pub(super) fn take_page(&mut self, page: wire::Page) {
        self.summary.odd.extend(page.odd);
        let home = self.request.home.clone();
        for issue in page.issues {
            self.take(issue, &home);
        }
    }

    pub(super) fn take(&mut self, issue: Wire, repo: &Repo) {
        let has_sub_issues = issue.has_sub_issues();
        let host = self.client.access.api.web_host().to_owned();
        if let Some(issue) = issue.into_issue(repo, &host, &self.request.robots) {
            self.take_issue(issue, has_sub_issues);
        }
    }

    pub(super) fn take_issue(&mut self, issue: Issue, has_sub_issues: bool) {
        if has_sub_issues && self.request.umbrellas.contains(&issue.id) {
            self.with_sub_issues.insert(issue.id.clone());
        }
        self.store(issue);
    }

    /// Keeps an issue that somebody wants; of a pull request at least the issues that it names.
    pub(super) fn store(&mut self, mut issue: Issue) {
        if issue.is_pull {
            self.link(&issue);
        }
        if !self.wants(&issue) {
            return;
        }
        let old = self.issues.get(&issue.id);
        let seen = self.fresh.contains_key(&issue.id);
        // Answers that were under way together come in any order.
        if seen && old.is_some_and(|old| old.updated > issue.updated) {
            return;
        }
        self.fresh.entry(issue.id.clone()).or_insert_with(|| old.map_or(0, |old| old.comments));
        let is_news = match old {
            None => {
                self.summary.new += 1;
                true
            }
            Some(old) => {
                inherit(&mut issue, old);
                let is_different = is_different(&issue, old);
                // Another look at the same state may tell more of it.
                self.summary.changed += usize::from(is_different && !(seen && issue.updated == old.updated));
                is_different
            }
        };
        self.has_news |= is_news;
        self.missing.remove(&issue.id);
        if self.request.umbrellas.contains(&issue.id) {
            self.wanted.extend(children_of(&issue));
        }
        self.issues.insert(issue.id.clone(), issue);
    }

    fn wants(&self, issue: &Issue) -> bool {
        let title = issue.title.to_lowercase();
        (self.keeps_all && issue.id.repo == self.request.home)
            || self.wanted.contains(&issue.id)
            || self.issues.contains_key(&issue.id)
            || issue.parents.iter().any(|parent| self.request.umbrellas.contains(parent))
            || (!issue.is_pull && self.request.searches.iter().any(|search| title.contains(&search.to_lowercase())))
    }

    /// Tells the issues that a pull request names of it.
    fn link(&mut self, pull: &Issue) {
        let entry = Pull { id: pull.id.clone(), is_open: pull.state == IssueState::Open, author: pull.author.clone() };
        for id in pull.references.iter().chain(&pull.parents) {
            let Some(issue) = self.issues.get_mut(id).filter(|issue| !issue.is_pull) else { continue };
            let pulls = issue.pulls.get_or_insert_default();
            if pulls.contains(&entry) {
                continue;
            }
            self.has_news = true;
            pulls.retain(|known| known.id != entry.id);
            pulls.push(entry.clone());
            pulls.sort_by(|a, b| a.id.cmp(&b.id));
        }
    }
}

/// What a list does not tell stays as it was known.
fn inherit(issue: &mut Issue, old: &Issue) {
    issue.last_comment = issue.last_comment.take().or_else(|| old.last_comment.clone());
    issue.pulls = issue.pulls.take().or_else(|| old.pulls.clone());
    if issue.tasks.is_empty() && issue.comments > 0 {
        issue.tasks.clone_from(&old.tasks);
    }
    for child in &old.sub_issues {
        if !issue.sub_issues.contains(child) {
            issue.sub_issues.push(child.clone());
        }
    }
    let (IssueState::Closed { reason, at, by }, IssueState::Closed { reason: old_reason, at: old_at, by: old_by }) =
        (&mut issue.state, &old.state)
    else {
        return;
    };
    if by.is_none() && at == old_at && old_by.is_some() {
        by.clone_from(old_by);
        *reason = *old_reason;
    }
}

/// Compares without the bodies, which a cache holds elsewhere.
fn is_different(issue: &Issue, old: &Issue) -> bool {
    issue.updated != old.updated
        || Issue { body: String::new(), ..issue.clone() } != Issue { body: String::new(), ..old.clone() }
}
