//! A sync: asks for what is not known and what changed, and joins it with what was known.
//!
//! With a token, issues come by the dozen through GraphQL; without one, searches and lists come before
//! single issues, and the budget of an hour is kept. Whatever came before a fault is kept, and handed out phase by phase.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::Trouble;
use super::ahead::Ahead;
use super::client::Client;
use super::plan::{foreign, plan, unknown};
use super::request::{News, Progress, Summary, SyncOutcome, SyncRequest};
use super::wire;
use crate::domain::{Absence, Issue, IssueRef, Missing, Repo, Snapshot, Timestamp};
use crate::sources::cache::{ListState, SyncState};

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
    let result = tokio::select! {
        result = work.run() => result,
        () = request.stop.notified() => Err(Trouble::Interrupted { signal: 2 }),
    };
    // What the last phase brought, also where a fault cut it short.
    work.hand_out();
    work.finish(result.err())
}

/// What a sync holds while it runs.
pub(super) struct Work<'a> {
    pub(super) request: &'a SyncRequest,
    pub(super) client: Arc<Client>,
    pub(super) state: SyncState,
    pub(super) summary: Summary,
    pub(super) issues: BTreeMap<IssueRef, Issue>,
    pub(super) missing: BTreeMap<IssueRef, Absence>,
    pub(super) taken: Option<Timestamp>,
    /// The list as it was, until what belongs to its changes is there too.
    unheard: Option<ListState>,
    /// What to ask for that is not there yet.
    unknown: Vec<IssueRef>,
    foreign: Vec<IssueRef>,
    pub(super) wanted: BTreeSet<IssueRef>,
    /// Issues that came in this sync, with the comments they had before.
    pub(super) fresh: BTreeMap<IssueRef, u32>,
    pub(super) ahead: Ahead,
    /// Umbrellas whose sub-issues REST must be asked for.
    pub(super) with_sub_issues: HashSet<IssueRef>,
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
            taken: snapshot.fetched_at,
            issues: snapshot.issues.into_iter().map(|issue| (issue.id.clone(), issue)).collect(),
            missing: snapshot.missing.into_iter().map(|missing| (missing.issue, missing.why)).collect(),
            summary: Summary::default(),
            fresh: BTreeMap::new(),
            with_sub_issues: HashSet::new(),
            soft: None,
            unheard: None,
            ahead: Ahead::default(),
            request,
            client: Arc::new(client),
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
        let queries: Vec<String> =
            self.request.queries().into_iter().filter(|query| !self.state.asked.contains(query)).collect();
        if whole_comes_first {
            self.ahead.wait(Self::asks(&self.unknown, &queries));
            self.whole(list.whole_until).await?;
        } else if let Some(since) = list.since {
            self.unheard = Some(list.clone());
            if self.changed(since, &list).await? {
                self.hand_out();
                self.latest_words(since).await?;
            }
            self.unheard = None;
            self.hand_out();
            self.fetch(self.foreign.clone(), Vec::new()).await?;
        }
        self.hand_out();
        if whole_comes_first {
            let answers = self.answered().await;
            let (absent, unanswered) = self.take_answers(answers)?;
            if !self.has_graphql {
                let more = self.asked_later(is_first).await;
                self.ahead.keep(more);
            }
            self.by_rest(absent, unanswered).await?;
        } else {
            let mut unknown = std::mem::take(&mut self.unknown);
            unknown.retain(|id| !self.issues.contains_key(id));
            self.fetch(unknown, queries).await?;
        }
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
        // Words that did not come are asked for with the same changes.
        if let Some(list) = self.unheard.take() {
            self.state.lists.insert(self.request.home.clone(), list);
        }
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
        // Data is as new as the last sync that got an answer to everything, or the first one that got all it could:
        // what somebody stopped goes on the next time.
        let is_stopped = matches!(trouble, Some(Trouble::Interrupted { .. }));
        let is_first = self.taken.is_none() && !is_stopped;
        let taken = if trouble.is_none() || is_first { Some(self.request.now) } else { self.taken };
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

    /// Asks for the children of umbrellas that are not known yet.
    async fn children(&mut self) -> Result<(), Trouble> {
        for umbrella in std::mem::take(&mut self.with_sub_issues) {
            let route =
                format!("/repos/{}/issues/{}/sub_issues?per_page=100", self.current(&umbrella.repo), umbrella.number);
            let page = match self.client.page(&route, None, wire::page).await {
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

pub(super) fn children_of(umbrella: &Issue) -> Vec<IssueRef> {
    let tasks = umbrella.tasks.iter().flat_map(|task| &task.issues);
    tasks.chain(&umbrella.sub_issues).filter(|id| **id != umbrella.id).cloned().collect()
}
