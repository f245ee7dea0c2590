//! Merges fetched issues into known ones. Facts are only replaced by complete answers.

use std::collections::BTreeSet;

use super::super::client::GithubError;
use super::super::wire::comments::settle_reason;
use super::super::wire::rest::{Detail, RestIssue, RestPage};
use super::request::queries_for;
use super::wanted::children_of;
use super::{SyncRun, counts_some};
use crate::domain::{
    Absence, FactKind, FactState, Issue, IssueRef, IssueState, MentioningPull, Pull, Repo, Timeline, Timestamp,
};

impl SyncRun<'_> {
    /// Records that an issue cannot be fetched.
    pub(super) fn lose(&mut self, id: IssueRef, error: GithubError) {
        let why = if let GithubError::Gone { is_disabled, .. } = error {
            if is_disabled { Absence::Disabled } else { Absence::Gone }
        } else if matches!(error, GithubError::NotFound(_)) {
            Absence::NotFound
        } else {
            return self.cannot_read(id, error);
        };
        if let Some(issue) = self.issues.remove(&id) {
            self.search_again(&issue);
            self.summary.gone.push(id.clone());
        }
        self.has_news = true;
        self.missing.insert(id, why);
    }

    /// Marks the searches that find an issue to be repeated by the next sync, since nothing else may bring it back.
    fn search_again(&mut self, issue: &Issue) {
        if self.wanted.contains(&issue.id) {
            return;
        }
        let (request, at) = (self.request, self.request.now);
        let umbrellas = issue.parents.iter().filter(|parent| self.is_umbrella(parent));
        let title = issue.title.to_lowercase();
        let titles = request.searches.iter().filter(|search| title.contains(&search.to_lowercase())).cloned();
        for query in queries_for(&request.home, umbrellas, &titles.collect::<Vec<_>>()) {
            self.state.searches.insert(query, FactState::Failed { at });
        }
    }

    /// Records that an issue could not be read.
    pub(super) fn cannot_read(&mut self, id: IssueRef, error: GithubError) {
        self.summary.odd.push(format!("{id}: {error}"));
        self.has_news = true;
        // The old facts are kept, but not as new.
        let at = self.request.now;
        if let Some(issue) = self.issues.get_mut(&id) {
            issue.fetch_states.set(FactKind::Fields, FactState::Failed { at });
        } else {
            self.missing.insert(id.clone(), Absence::Unreadable(error.to_string()));
        }
        self.summary.unreadable.insert(id, error);
    }

    pub(super) fn take_page(&mut self, page: RestPage) {
        self.summary.odd.extend(page.odd);
        let home = self.request.home.clone();
        for issue in page.issues {
            self.take(issue, &home, Detail::Listed);
        }
    }

    pub(super) fn take(&mut self, issue: RestIssue, repo: &Repo, detail: Detail) {
        let (host, now) = (self.request.access.api.web_host(), self.request.now);
        if let Some(issue) = issue.into_issue(repo, host, now, detail) {
            self.store(issue);
        }
    }

    /// Stores an issue if it is wanted. A pull request is linked to the issues that it names in any case.
    pub(super) fn store(&mut self, mut issue: Issue) {
        self.restore_known_names(&mut issue);
        if issue.is_pull {
            self.link(&issue);
        }
        if !self.wants(&issue) {
            return;
        }
        let old = self.issues.get(&issue.id);
        let seen = self.fresh.contains_key(&issue.id);
        // Concurrent requests are answered in any order.
        if seen && old.is_some_and(|old| old.updated > issue.updated) {
            return;
        }
        let is_by_rest = is_by_rest(&issue);
        let (comments, is_known) = (old.map_or(0, |old| old.comments), old.is_some());
        let merged = match old {
            None => settled(issue, &self.request.robots),
            Some(old) => self.merged(old.clone(), issue),
        };
        let old = self.issues.get(&merged.id);
        let knows_sub_issues = |issue: &Issue| issue.fetch_states.of(FactKind::SubIssues).is_known();
        if old.is_some_and(knows_sub_issues) && !knows_sub_issues(&merged) {
            // Sub-issues requested before the change are requested again.
            self.requested_sub_issues.remove(&merged.id);
        }
        // Facts that a list made unknown are requested again.
        let is_outdated = |old: &Issue| old.updated != merged.updated || is_by_rest && loses_facts(old, &merged);
        if seen && old.is_some_and(is_outdated) {
            self.requested.retain(|(id, _)| *id != merged.id);
        }
        let is_different = old.is_none_or(|old| is_different(&merged, old));
        self.fresh.entry(merged.id.clone()).or_insert(comments);
        self.summary.new += usize::from(!is_known);
        // A second answer about the same state may have more facts, which does not count as a change.
        let is_second_look = seen && old.is_some_and(|old| old.updated == merged.updated);
        self.summary.changed += usize::from(is_known && is_different && !is_second_look);
        self.has_news |= is_different;
        self.missing.remove(&merged.id);
        if self.is_umbrella(&merged.id) {
            self.wanted.extend(children_of(&merged));
        }
        self.issues.insert(merged.id.clone(), merged);
    }

    /// Replaces the facts that are complete. After a change, the others are marked to be requested.
    fn merged(&self, mut issue: Issue, mut new: Issue) -> Issue {
        let at = self.request.now;
        let was_closed = closing(&issue);
        if new.comments == 0 && !new.fetch_states.of(FactKind::Comments).is_known() {
            // Their number is missing as well.
            new.comments = issue.comments;
        }
        let has_changed = !issue.fetch_states.of(FactKind::Fields).is_known() || shows_a_change(&issue, &new);
        for kind in FactKind::ALL {
            match new.fetch_states.of(kind) {
                FactState::Known { .. } => issue.take_facts(kind, &mut new),
                FactState::Failed { .. } if !has_changed && is_by_rest(&new) => {}
                FactState::Failed { at } => issue.fetch_states.set(kind, FactState::Failed { at }),
                FactState::NotRequested if has_changed && self.may_have_changed(kind, &issue, was_closed) => {
                    if let FactState::Known { .. } = issue.fetch_states.of(kind) {
                        issue.fetch_states.set(kind, FactState::Failed { at });
                    }
                }
                FactState::NotRequested => {}
            }
        }
        settled(issue, &self.request.robots)
    }

    /// Whether a change of an issue may concern a kind of fact that is not in lists.
    fn may_have_changed(&self, kind: FactKind, issue: &Issue, was_closed: Closing) -> bool {
        match kind {
            FactKind::Fields
            | FactKind::Comments
            | FactKind::SubIssues
            | FactKind::Dependencies
            | FactKind::Timeline => true,
            FactKind::Closer => closing(issue) != was_closed,
            // Without GraphQL, pull requests are known from the lists of the home repository.
            FactKind::Pulls => self.has_graphql || issue.id.repo != self.request.home,
        }
    }

    fn wants(&self, issue: &Issue) -> bool {
        (self.keeps_all && issue.id.repo == self.request.home)
            || self.wanted.contains(&issue.id)
            || self.issues.contains_key(&issue.id)
            || self.is_child(issue)
            || self.is_found_by_title(issue)
            || self.is_of_others(issue)
    }

    /// Links a pull request to the issues that it names, updates its state in all linked issues, and removes links from
    /// lists that it no longer names. With GraphQL, the links of an issue are marked to be requested if they may have
    /// changed.
    pub(super) fn link(&mut self, pull: &Issue) {
        let (has_graphql, at) = (self.has_graphql, self.request.now);
        let has_changed = self.issues.get(&pull.id).is_none_or(|old| old.updated != pull.updated);
        let is_open = pull.state == IssueState::Open;
        let mut has_news = false;
        for issue in self.issues.values_mut().filter(|issue| !issue.is_pull) {
            let is_outdated = |known: &MentioningPull| known.id == pull.id && known.updated < pull.updated;
            if has_graphql && issue.timeline.pulls.iter().any(is_outdated) {
                // Its new title or body may name other boxes.
                issue.fetch_states.distrust(FactKind::Timeline);
                has_news = true;
            }
            let is_named = pull.references.iter().chain(&pull.parents).any(|id| *id == issue.id);
            let known = issue.pulls.iter().flatten().find(|known| known.id == pull.id);
            let differs = known.map_or(is_named, |known| known.is_open != is_open);
            let may_be_gone = !is_named && known.is_some_and(|known| known.by_list || has_changed);
            if !differs && !may_be_gone {
                continue;
            }
            has_news = true;
            let is_answered = issue.fetch_states.of(FactKind::Pulls) == FactState::Known { at };
            if has_graphql && (differs || !is_answered) {
                issue.fetch_states.set(FactKind::Pulls, FactState::Failed { at });
                self.requested.retain(|(id, _)| *id != issue.id);
            }
            put_link(issue.pulls.get_or_insert_default(), pull, is_named);
        }
        self.has_news |= has_news;
    }
}

/// Updates the pull requests of an issue with one from a list.
fn put_link(pulls: &mut Vec<Pull>, pull: &Issue, is_named: bool) {
    let is_open = pull.state == IssueState::Open;
    if let Some(known) = pulls.iter_mut().find(|known| known.id == pull.id) {
        known.is_open = is_open;
    } else if is_named {
        pulls.push(Pull { id: pull.id.clone(), is_open, author: pull.author.clone(), by_list: true });
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
    }
    pulls.retain(|known| is_named || known.id != pull.id || !known.by_list);
}

fn settled(mut issue: Issue, robots: &super::super::Robots) -> Issue {
    settle_reason(&mut issue, robots);
    // The body no longer has a task list, and the comments were never searched for one.
    if issue.tasks.is_empty() && issue.comments > 0 && issue.comment_tasks.is_none() {
        issue.fetch_states.distrust(FactKind::Comments);
    }
    if !super::needs_timeline(&issue) {
        issue.timeline = Timeline::default();
        issue.fetch_states.set(FactKind::Timeline, FactState::NotRequested);
    }
    issue
}

/// Whether an issue changed between two answers. Two changes within a second have the same time.
fn shows_a_change(old: &Issue, new: &Issue) -> bool {
    let labels = |issue: &Issue| issue.labels.iter().cloned().collect::<BTreeSet<_>>();
    old.updated != new.updated
        || old.comments != new.comments
        || closing(old) != closing(new)
        || labels(old) != labels(new)
        || counts_others(old, new)
}

/// Whether a kind of fact that was known no longer is. Facts beside a failed answer are left to the next sync.
fn loses_facts(old: &Issue, new: &Issue) -> bool {
    let is_known = |issue: &Issue, kind| issue.fetch_states.of(kind).is_known();
    let is_lost = |kind| is_known(old, kind) && !is_known(new, kind);
    is_known(old, FactKind::Fields) && FactKind::ALL.into_iter().any(is_lost)
}

/// Whether a list counts sub-issues or dependencies although none were known, or another number of sub-issues. Not all
/// such changes update the issue.
fn counts_others(old: &Issue, new: &Issue) -> bool {
    let is_counted = |kind| counts_some(new, kind) && old.fetch_states.of(kind).is_known();
    let has_none = old.blocked_by.is_empty() && old.blocking.is_empty() && old.duplicate_of.is_none();
    let total = |issue: &Issue| issue.sub_issue_summary.map(|summary| summary.total);
    let differs = total(old).is_some() && total(new).is_some() && total(old) != total(new);
    (is_counted(FactKind::SubIssues) && (old.sub_issues.is_empty() || differs))
        || (is_counted(FactKind::Dependencies) && has_none)
}

/// Whether an answer is from REST, which only counts sub-issues and dependencies, so that the known ones stay until the
/// issue changes. GraphQL returns pull requests with every issue.
fn is_by_rest(new: &Issue) -> bool {
    new.fetch_states.of(FactKind::Pulls) == FactState::NotRequested
}

/// Whether an issue is closed, and when.
type Closing = (bool, Option<Timestamp>);

fn closing(issue: &Issue) -> Closing {
    match &issue.state {
        IssueState::Open => (false, None),
        IssueState::Closed { at, .. } => (true, *at),
    }
}

/// Compares issues without bodies, which the cache stores separately, and without fetch states.
fn is_different(issue: &Issue, old: &Issue) -> bool {
    let bare = |issue: &Issue| Issue { body: String::new(), fetch_states: old.fetch_states, ..issue.clone() };
    issue.updated != old.updated || bare(issue) != bare(old)
}
