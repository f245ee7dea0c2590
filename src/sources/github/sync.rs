//! A sync: asks for what is not known and what changed, and joins it with what was known.
//!
//! With a token, issues come by the dozen through GraphQL; without one, searches and lists come before
//! single issues, and the budget of an hour is kept. Whatever came before a fault is kept, and handed out phase by phase.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Trouble;
use super::client::Client;
use super::plan::{foreign, plan, unknown};
use super::request::{News, Progress, Summary, SyncOutcome, SyncRequest};
use super::wire::{self, Wire};
use crate::domain::{Absence, Issue, IssueRef, IssueState, Missing, Pull, Repo, Snapshot, Timestamp};
use crate::sources::cache::SyncState;

/// Brings what is known up to date. Dropping the future cancels it; nothing is written.
pub async fn sync(
    request: &SyncRequest,
    snapshot: Snapshot,
    state: SyncState,
    tell: &(dyn Fn(News<'_>) + Send + Sync),
) -> SyncOutcome {
    let client = match Client::new(request.access.clone(), request.policy.clone(), request.now, state.closed_until) {
        Ok(client) => client,
        Err(trouble) => return SyncOutcome { snapshot, state, summary: Summary::default(), trouble: Some(trouble) },
    };
    let expected = plan(request, &snapshot, &state).iter().map(|step| step.requests).sum();
    let mut work = Work::new(request, client, snapshot, state, tell, expected);
    let result = work.run().await;
    // What the last phase brought, also where a fault cut it short.
    work.hand_out();
    work.finish(result.err())
}

/// What a sync holds while it runs.
pub(super) struct Work<'a> {
    pub(super) request: &'a SyncRequest,
    pub(super) client: Client,
    pub(super) state: SyncState,
    pub(super) summary: Summary,
    pub(super) issues: BTreeMap<IssueRef, Issue>,
    pub(super) missing: BTreeMap<IssueRef, Absence>,
    pub(super) taken: Option<Timestamp>,
    /// What to ask for that is not there yet.
    unknown: Vec<IssueRef>,
    foreign: Vec<IssueRef>,
    pub(super) wanted: BTreeSet<IssueRef>,
    /// Issues that came in this sync, with the comments they had before.
    pub(super) fresh: BTreeMap<IssueRef, u32>,
    /// Umbrellas whose sub-issues REST must be asked for.
    with_sub_issues: HashSet<IssueRef>,
    pub(super) keeps_all: bool,
    pub(super) has_graphql: bool,
    /// A fault that did not end the sync.
    pub(super) soft: Option<Trouble>,
    /// Whether something was stored that was not handed out yet.
    pub(super) has_news: bool,
    pub(super) tell: &'a (dyn Fn(News<'_>) + Send + Sync),
    expected: u32,
}

impl<'a> Work<'a> {
    fn new(
        request: &'a SyncRequest,
        client: Client,
        snapshot: Snapshot,
        state: SyncState,
        tell: &'a (dyn Fn(News<'_>) + Send + Sync),
        expected: u32,
    ) -> Self {
        let is_whole = state.lists.get(&request.home).is_some_and(|list| list.whole.is_some());
        let mut wanted: BTreeSet<IssueRef> = request.linked.iter().chain(&request.umbrellas).cloned().collect();
        let umbrellas = request.umbrellas.iter().filter_map(|id| snapshot.issue(id));
        wanted.extend(umbrellas.flat_map(children_of));
        Self {
            unknown: unknown(request, &snapshot),
            foreign: foreign(request, &snapshot),
            has_graphql: client.access.token.is_some(),
            keeps_all: request.all || is_whole,
            taken: snapshot.taken,
            issues: snapshot.issues.into_iter().map(|issue| (issue.id.clone(), issue)).collect(),
            missing: snapshot.missing.into_iter().map(|missing| (missing.issue, missing.why)).collect(),
            summary: Summary::default(),
            fresh: BTreeMap::new(),
            with_sub_issues: HashSet::new(),
            soft: None,
            request,
            client,
            state,
            wanted,
            has_news: false,
            tell,
            expected,
        }
    }

    async fn run(&mut self) -> Result<(), Trouble> {
        let list = self.state.lists.get(&self.request.home).cloned().unwrap_or_default();
        let is_first = list.since.is_none();
        let wants_whole = self.request.all && list.whole.is_none();
        // An hour without a token may not suffice for everything: what the roadmap needs comes first.
        let whole_comes_first = wants_whole && self.client.access.token.is_some();
        if whole_comes_first {
            self.whole(list.whole_until).await?;
        } else if let Some(since) = list.since {
            if self.changed(since, &list).await? {
                self.hand_out();
                self.latest_words(since).await?;
            }
            self.hand_out();
            self.fetch(self.foreign.clone(), Vec::new()).await?;
        }
        self.hand_out();
        let queries = self.request.queries().into_iter().filter(|query| !self.state.asked.contains(query)).collect();
        let unknown =
            std::mem::take(&mut self.unknown).into_iter().filter(|id| !self.issues.contains_key(id)).collect();
        self.fetch(unknown, queries).await?;
        self.hand_out();
        self.children().await?;
        self.hand_out();
        if is_first && !self.has_graphql {
            self.open_pulls().await?;
            self.hand_out();
        }
        self.details().await?;
        self.hand_out();
        if self.state.lists.get(&self.request.home).is_none_or(|list| list.since.is_none()) {
            self.mark().await?;
        }
        if wants_whole && !whole_comes_first {
            self.whole(list.whole_until).await?;
        }
        Ok(())
    }

    fn finish(mut self, trouble: Option<Trouble>) -> SyncOutcome {
        self.missing = self.absent().map(|(id, why)| (id.clone(), why.clone())).collect();
        let trouble = trouble.or(self.soft);
        let meter = self.client.meter();
        self.summary.requests = meter.requests;
        (self.summary.left, self.summary.reset) = (meter.left, meter.reset);
        drop(meter);
        let is_left = |why: &Absence| matches!(why, Absence::NotFetched);
        self.summary.not_fetched =
            self.missing.iter().filter(|(_, why)| is_left(why)).map(|(id, _)| id.clone()).collect();
        self.state.closed_until = self.client.closed_until();
        // Where nothing came, what was odd before still is.
        if !self.fresh.is_empty() || !self.summary.odd.is_empty() {
            self.state.odd.clone_from(&self.summary.odd);
        }
        // Data is as new as the last sync that got an answer to everything.
        let taken = if trouble.is_none() || self.taken.is_none() { Some(self.request.now) } else { self.taken };
        let missing = self.missing.into_iter().map(|(issue, why)| Missing { issue, why }).collect();
        let taken = taken.filter(|_| trouble.is_none() || !self.issues.is_empty());
        let snapshot = Snapshot::new(taken, self.issues.into_values().collect::<Vec<_>>(), missing);
        SyncOutcome { snapshot, state: self.state, summary: self.summary, trouble }
    }

    /// Raises the number of requests that it will take.
    pub(super) fn expect(&mut self, more: u32) {
        self.expected = self.expected.saturating_add(more);
    }

    pub(super) fn report(&self) {
        let done = self.client.meter().requests;
        (self.tell)(News::Progress(Progress { done, total: self.expected.max(done) }));
    }

    /// Returns the name under which GitHub knows a repository by now.
    pub(super) fn current<'b>(&'b self, repo: &'b Repo) -> &'b Repo {
        self.state.moved.get(repo).unwrap_or(repo)
    }

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
        let Some(issue) = issue.into_issue(repo, &host, &self.request.robots) else { return };
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
        self.fresh.insert(issue.id.clone(), old.map_or(0, |old| old.comments));
        let is_news = match old {
            None => {
                self.summary.new += 1;
                true
            }
            Some(old) => {
                inherit(&mut issue, old);
                let is_different = is_different(&issue, old);
                self.summary.changed += usize::from(is_different);
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

    /// Asks for the children of umbrellas that are not known yet.
    async fn children(&mut self) -> Result<(), Trouble> {
        for umbrella in std::mem::take(&mut self.with_sub_issues) {
            let route =
                format!("/repos/{}/issues/{}/sub_issues?per_page=100", self.current(&umbrella.repo), umbrella.number);
            let page = match self.client.get(&route, None, wire::page).await {
                Ok(answer) => answer.content.unwrap_or_default(),
                Err(trouble) if !trouble.ends_the_sync() => continue,
                Err(trouble) => return Err(trouble),
            };
            for issue in page.issues {
                let repo = issue.repo().unwrap_or_else(|| umbrella.repo.clone());
                let Some(number) = issue.number else { continue };
                let id = IssueRef::new(repo.clone(), number);
                self.wanted.insert(id.clone());
                if let Some(known) = self.issues.get_mut(&umbrella).filter(|known| !known.sub_issues.contains(&id)) {
                    known.sub_issues.push(id);
                }
                self.take(issue, &repo);
            }
        }
        let absent = |id: &&IssueRef| !self.issues.contains_key(*id) && !self.missing.contains_key(*id);
        let absent: Vec<IssueRef> = self.wanted.iter().filter(absent).cloned().collect();
        self.fetch(absent, Vec::new()).await
    }

    /// Returns the known issues that somebody wants to read of.
    pub(super) fn followed(&self) -> Vec<&Issue> {
        let is_child = |issue: &Issue| issue.parents.iter().any(|parent| self.request.umbrellas.contains(parent));
        let is_followed = |issue: &&Issue| !self.keeps_all || self.wanted.contains(&issue.id) || is_child(issue);
        self.issues.values().filter(is_followed).collect()
    }

    pub(super) fn issue_mut(&mut self, id: &IssueRef) -> Option<&mut Issue> {
        self.has_news |= self.issues.contains_key(id);
        self.issues.get_mut(id)
    }

    pub(super) fn known(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values()
    }

    /// Forgets issues that a whole list no longer holds.
    pub(super) fn forget(&mut self, ids: Vec<IssueRef>) {
        for id in ids {
            self.issues.remove(&id);
            self.has_news = true;
            self.summary.gone += 1;
            if self.wanted.contains(&id) {
                self.missing.insert(id, Absence::NotFound);
            }
        }
    }
}

/// What a list does not tell stays as it was known.
fn inherit(issue: &mut Issue, old: &Issue) {
    issue.word = issue.word.take().or_else(|| old.word.clone());
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

fn children_of(umbrella: &Issue) -> Vec<IssueRef> {
    let tasks = umbrella.tasks.iter().flat_map(|task| &task.issues);
    tasks.chain(&umbrella.sub_issues).filter(|id| **id != umbrella.id).cloned().collect()
}
