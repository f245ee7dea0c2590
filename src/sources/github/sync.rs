//! A sync: asks for what is not known and what changed, and joins it with what was known.
//!
//! With a token, issues come by the dozen through GraphQL; without one, searches and lists come before
//! single issues, and the budget of an hour is kept. Whatever came before a fault is kept.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::{StreamExt, stream};

use super::Trouble;
use super::client::Client;
use super::graphql::{self, Ask, BATCH};
use super::plan::{foreign, plan, unknown};
use super::request::{Progress, Summary, SyncOutcome, SyncRequest};
use super::wire::{self, Wire};
use crate::domain::{Absence, Issue, IssueRef, IssueState, Missing, Pull, Repo, Snapshot, Timestamp};
use crate::sources::cache::SyncState;

/// Of so few issues each is asked for by itself; with more, a page of the list is tried first.
const WORTH_A_LIST: usize = 5;

/// How many pages a search or a probe follows.
const MAX_PAGES: u32 = 5;

/// Brings what is known up to date. Dropping the future cancels it; nothing is written.
pub async fn sync(
    request: &SyncRequest,
    snapshot: Snapshot,
    state: SyncState,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> SyncOutcome {
    let client = match Client::new(request.access.clone(), request.policy.clone(), request.now, state.closed_until) {
        Ok(client) => client,
        Err(trouble) => return SyncOutcome { snapshot, state, summary: Summary::default(), trouble: Some(trouble) },
    };
    let expected = plan(request, &snapshot, &state).iter().map(|step| step.requests).sum();
    let mut work = Work::new(request, client, snapshot, state, progress, expected);
    let result = work.run().await;
    work.finish(result.err())
}

/// What a sync holds while it runs.
pub(super) struct Work<'a> {
    pub(super) request: &'a SyncRequest,
    pub(super) client: Client,
    pub(super) state: SyncState,
    pub(super) summary: Summary,
    issues: BTreeMap<IssueRef, Issue>,
    missing: BTreeMap<IssueRef, Absence>,
    taken: Option<Timestamp>,
    /// What to ask for that is not there yet.
    unknown: Vec<IssueRef>,
    foreign: Vec<IssueRef>,
    wanted: BTreeSet<IssueRef>,
    /// Issues that came in this sync, with the comments they had before.
    pub(super) fresh: BTreeMap<IssueRef, u32>,
    /// Umbrellas whose sub-issues REST must be asked for.
    with_sub_issues: HashSet<IssueRef>,
    pub(super) keeps_all: bool,
    has_graphql: bool,
    /// A fault that did not end the sync.
    soft: Option<Trouble>,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    expected: u32,
}

impl<'a> Work<'a> {
    fn new(
        request: &'a SyncRequest,
        client: Client,
        snapshot: Snapshot,
        state: SyncState,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
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
            progress,
            expected,
        }
    }

    async fn run(&mut self) -> Result<(), Trouble> {
        let list = self.state.lists.get(&self.request.home).cloned().unwrap_or_default();
        let is_first = list.since.is_none();
        if self.request.all && list.whole.is_none() {
            self.whole().await?;
        } else if let Some(since) = list.since {
            if self.changed(since, list.etag.as_deref()).await? {
                self.latest_words(since).await?;
            }
            self.fetch(self.foreign.clone(), Vec::new()).await?;
        }
        let queries = self.request.queries().into_iter().filter(|query| !self.state.asked.contains(query)).collect();
        let unknown =
            std::mem::take(&mut self.unknown).into_iter().filter(|id| !self.issues.contains_key(id)).collect();
        self.fetch(unknown, queries).await?;
        self.children().await?;
        if is_first && !self.has_graphql {
            self.open_pulls().await?;
        }
        self.details().await?;
        if self.state.lists.get(&self.request.home).is_none_or(|list| list.since.is_none()) {
            self.mark().await?;
        }
        Ok(())
    }

    fn finish(mut self, trouble: Option<Trouble>) -> SyncOutcome {
        let trouble = trouble.or(self.soft);
        let absent: Vec<IssueRef> = self.wanted.iter().filter(|id| !self.issues.contains_key(*id)).cloned().collect();
        for id in absent {
            self.missing.entry(id).or_insert(Absence::NotFetched);
        }
        self.missing.retain(|id, _| !self.issues.contains_key(id));
        let meter = self.client.meter();
        self.summary.requests = meter.requests;
        (self.summary.left, self.summary.reset) = (meter.left, meter.reset);
        drop(meter);
        let is = |why: &Absence| matches!(why, Absence::NotFetched);
        self.summary.not_fetched = self.missing.values().filter(|why| is(why)).count();
        self.state.closed_until = self.client.closed_until();
        self.state.odd.clone_from(&self.summary.odd);
        // Data is as new as the last sync that got an answer to everything.
        let taken = if trouble.is_none() || self.taken.is_none() { Some(self.request.now) } else { self.taken };
        let missing = self.missing.into_iter().map(|(issue, why)| Missing { issue, why }).collect();
        let taken = taken.filter(|_| trouble.is_none() || !self.issues.is_empty());
        let mut snapshot = Snapshot { taken, issues: self.issues.into_values().collect(), missing };
        snapshot.sort();
        SyncOutcome { snapshot, state: self.state, summary: self.summary, trouble }
    }

    pub(super) fn report(&self) {
        let done = self.client.meter().requests;
        (self.progress)(Progress { done, total: self.expected.max(done) });
    }

    /// Returns the name under which GitHub knows a repository by now.
    pub(super) fn current<'b>(&'b self, repo: &'b Repo) -> &'b Repo {
        self.state.moved.get(repo).unwrap_or(repo)
    }

    /// Asks for issues and searches, many at a time where there is a token.
    async fn fetch(&mut self, ids: Vec<IssueRef>, queries: Vec<String>) -> Result<(), Trouble> {
        if self.has_graphql && !(ids.is_empty() && queries.is_empty()) {
            let absent = self.by_graphql(ids.clone(), queries.clone()).await?;
            if self.has_graphql {
                // REST tells deleted from transferred.
                return self.one_by_one(absent).await;
            }
        }
        for query in queries {
            self.search(query).await?;
        }
        let mut left: Vec<IssueRef> = ids.into_iter().filter(|id| !self.fresh.contains_key(id)).collect();
        let of_home = left.iter().filter(|id| id.repo == self.request.home && !self.issues.contains_key(*id)).count();
        if of_home >= WORTH_A_LIST {
            self.probe().await?;
            left.retain(|id| !self.fresh.contains_key(id));
        }
        self.one_by_one(left).await
    }

    /// Returns what is not there. Where the API knows no GraphQL, switches to REST.
    async fn by_graphql(&mut self, ids: Vec<IssueRef>, queries: Vec<String>) -> Result<Vec<IssueRef>, Trouble> {
        let mut asks: Vec<Ask> =
            ids.chunks(BATCH).map(|ids| Ask { issues: ids.to_vec(), searches: Vec::new() }).collect();
        match asks.first_mut() {
            Some(ask) => ask.searches.clone_from(&queries),
            None => asks.push(Ask { issues: Vec::new(), searches: queries.clone() }),
        }
        let (client, host, robots) = (&self.client, self.client.access.api.web_host(), &self.request.robots);
        let answers = stream::iter(&asks).map(|ask| async move {
            client.graphql(&graphql::query(ask), |bytes| graphql::read(bytes, ask, host, robots)).await
        });
        let answers: Vec<_> = answers.buffer_unordered(self.request.policy.at_once).collect().await;
        let mut absent = Vec::new();
        let mut fault = None;
        for answer in answers {
            match answer {
                Ok(found) => {
                    for issue in found.issues {
                        self.store(issue);
                    }
                    absent.extend(found.absent);
                    self.summary.odd.extend(found.odd);
                }
                Err(trouble) if trouble.ends_the_sync() && !matches!(trouble, Trouble::Html(_)) => {
                    fault = Some(trouble)
                }
                Err(trouble) => {
                    tracing::info!(%trouble, "no GraphQL: going on with REST");
                    self.has_graphql = false;
                }
            }
        }
        self.report();
        if self.has_graphql && fault.is_none() {
            self.state.asked.extend(queries);
        }
        fault.map_or(Ok(absent), Err)
    }

    async fn search(&mut self, query: String) -> Result<(), Trouble> {
        let mut next = Some(format!("/search/issues?q={}&per_page=100", escape(&query)));
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take().filter(|_| self.client.can_afford(2)) else { break };
            match self.client.get(&address, None, wire::search).await {
                Ok(answer) => {
                    let page = answer.content.unwrap_or_default();
                    self.summary.odd.extend(page.odd);
                    for issue in page.issues {
                        let repo = issue.repo().unwrap_or_else(|| self.request.home.clone());
                        self.take(issue, &repo);
                    }
                    next = answer.next;
                }
                // The searches have a limit of their own; everything else can still be asked for.
                Err(trouble) if !trouble.ends_the_sync() || matches!(trouble, Trouble::Limit { .. }) => {
                    self.summary.odd.push(format!("a search was not answered: {trouble}"));
                    self.soft =
                        self.soft.take().or(Some(trouble).filter(|trouble| matches!(trouble, Trouble::Limit { .. })));
                    return Ok(());
                }
                Err(trouble) => return Err(trouble),
            }
            self.report();
        }
        self.state.asked.push(query);
        Ok(())
    }

    /// Reads the newest pages of the home list for as long as they hold what is wanted.
    async fn probe(&mut self) -> Result<(), Trouble> {
        let repo = self.current(&self.request.home).clone();
        let mut next = Some(format!("/repos/{repo}/issues?state=all&sort=updated&direction=desc&per_page=100"));
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take().filter(|_| self.client.can_afford(2)) else { break };
            let before = self.wanted.iter().filter(|id| self.fresh.contains_key(*id)).count();
            let answer = self.client.get(&address, None, wire::page).await;
            let answer = match answer {
                Err(trouble) if !trouble.ends_the_sync() => break,
                other => other?,
            };
            self.take_page(answer.content.unwrap_or_default());
            self.report();
            let hits = self.wanted.iter().filter(|id| self.fresh.contains_key(*id)).count() - before;
            next = answer.next.filter(|_| hits > 1);
        }
        Ok(())
    }

    /// Asks for issues one by one, several at once; those that lie beyond the budget are left.
    pub(super) async fn one_by_one(&mut self, ids: Vec<IssueRef>) -> Result<(), Trouble> {
        let at_once = self.request.policy.at_once;
        let mut ids = ids.into_iter().peekable();
        while ids.peek().is_some() {
            let room = (1..=at_once).rev().find(|count| self.client.can_afford(*count as u32 + 1));
            let Some(room) = room else {
                let reset = self.client.meter().reset;
                return Err(Trouble::Limit { until: reset, has_token: self.client.access.token.is_some() });
            };
            let batch: Vec<IssueRef> = ids.by_ref().take(room).collect();
            let client = &self.client;
            let asked = batch.iter().map(|id| {
                let route = format!("/repos/{}/issues/{}", self.current(&id.repo), id.number);
                let etag = self.state.etags.get(id).filter(|_| self.issues.contains_key(id)).cloned();
                async move { (id.clone(), client.get(&route, etag.as_deref(), wire::single).await) }
            });
            let answers: Vec<_> = stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(at_once).collect().await;
            let mut fault = None;
            for (id, answer) in answers {
                match answer {
                    Ok(answer) => {
                        if let Some(etag) = answer.etag {
                            self.state.etags.insert(id.clone(), etag);
                        }
                        if let Some(issue) = answer.content {
                            self.take_single(&id, issue);
                        }
                    }
                    Err(trouble) if trouble.ends_the_sync() => fault = Some(trouble),
                    Err(trouble) => self.lose(id, &trouble),
                }
            }
            self.report();
            if let Some(trouble) = fault {
                return Err(trouble);
            }
        }
        Ok(())
    }

    /// Takes an issue that was asked for by name; another name in the answer means that it moved.
    fn take_single(&mut self, asked: &IssueRef, issue: Wire) {
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
    fn lose(&mut self, id: IssueRef, trouble: &Trouble) {
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
        self.missing.insert(id, why);
    }

    pub(super) fn take_page(&mut self, page: wire::Page) {
        self.summary.odd.extend(page.odd);
        let home = self.request.home.clone();
        for issue in page.issues {
            self.take(issue, &home);
        }
    }

    fn take(&mut self, issue: Wire, repo: &Repo) {
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
        match old {
            None => self.summary.new += 1,
            Some(old) => {
                inherit(&mut issue, old);
                self.summary.changed += usize::from(is_different(&issue, old));
            }
        }
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
        self.issues.get_mut(id)
    }

    pub(super) fn known(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values()
    }

    /// Forgets issues that a whole list no longer holds.
    pub(super) fn forget(&mut self, ids: Vec<IssueRef>) {
        for id in ids {
            self.issues.remove(&id);
            self.summary.gone += 1;
            if self.wanted.contains(&id) {
                self.missing.insert(id, Absence::NotFound);
            }
        }
    }

    /// Asks for details of issues again, where GraphQL gives them by the dozen.
    pub(super) async fn again(&mut self, ids: Vec<IssueRef>) -> Result<bool, Trouble> {
        if !self.has_graphql || ids.is_empty() {
            return Ok(false);
        }
        self.by_graphql(ids, Vec::new()).await?;
        Ok(self.has_graphql)
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

/// Writes a text as a value of a query string.
pub(super) fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
