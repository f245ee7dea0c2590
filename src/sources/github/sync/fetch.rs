//! Fetches issues: by GraphQL in batches, by search, by list, or one by one.

use futures_util::{StreamExt, stream};

use super::super::client::{Answer, GithubError};
use super::super::wire::graphql::{
    self, AnswerContext, BATCH, IssueAnswer, IssueQuery, WantedIssue, is_of_unknown_field,
};
use super::super::wire::rest::{self, Detail};
use super::{SyncRun, needs_timeline};
use crate::domain::unit::percent_encoded;
use crate::domain::{FactKind, FactState, Issue, IssueRef, Timestamp};

/// From this many issues on, a page of the list is tried before single requests.
const WORTH_A_LIST: usize = 5;

/// The number of searches of a GraphQL request. Each returns a hundred issues with all their facts.
pub(super) const SEARCHES: usize = 3;

/// The maximum number of pages of a search.
const MAX_PAGES: u32 = 10;

/// How far a list is read, from the newest page on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As long as pages contain wanted issues.
    Hits,
    /// Everything, instead of failed searches.
    Everything,
}

impl Reach {
    fn pages(self) -> u32 {
        match self {
            Self::Hits => 5,
            Self::Everything => 100,
        }
    }

    /// Returns how many requests must be left to read another page, since linked issues are fetched one by one later.
    fn spared(self) -> u32 {
        match self {
            Self::Hits => 2,
            Self::Everything => 20,
        }
    }
}

type AnsweredQuery = (IssueQuery, Result<IssueAnswer, GithubError>);

impl SyncRun<'_> {
    /// Fetches issues and searches, in batches if there is a token.
    pub(super) async fn fetch(&mut self, ids: Vec<IssueRef>, queries: Vec<String>) -> Result<(), GithubError> {
        let (mut left, mut queries) = (ids, queries);
        if self.has_graphql && !(left.is_empty() && queries.is_empty()) {
            // REST is used for absent issues, since it distinguishes deleted from transferred ones.
            (left, queries) = self.by_graphql(&left, &queries).await?;
            if !self.has_graphql {
                // For a single issue, REST returns no more than the list.
                left.retain(|id| !self.is_whole(id));
            }
        }
        self.by_rest(left, queries).await
    }

    /// Fetches by searches, by the list, and one by one.
    async fn by_rest(&mut self, mut left: Vec<IssueRef>, queries: Vec<String>) -> Result<(), GithubError> {
        let (mut unanswered, mut why) = (Vec::new(), None);
        for query in queries {
            if let Some(error) = self.search(&query).await? {
                unanswered.push(query);
                why = Some(error);
            }
        }
        left.retain(|id| !self.fresh.contains_key(id));
        let of_home = left.iter().filter(|id| id.repo == self.request.home && !self.issues.contains_key(*id)).count();
        if !unanswered.is_empty() {
            if self.has_whole() || self.probe(Reach::Everything).await? {
                let at = self.request.now;
                self.state.searches.extend(unanswered.into_iter().map(|query| (query, FactState::Known { at })));
            } else {
                self.recoverable_error = why;
            }
        } else if of_home >= WORTH_A_LIST {
            self.probe(Reach::Hits).await?;
        }
        left.retain(|id| !self.fresh.contains_key(id));
        self.one_by_one(left).await
    }

    /// Whether this sync has read the whole home repository.
    fn has_whole(&self) -> bool {
        self.request.all
            && self.state.lists.get(&self.request.home).is_some_and(|list| list.whole == Some(self.request.now))
    }

    /// Fetches by GraphQL; returns the absent issues and the unanswered searches.
    async fn by_graphql(
        &mut self,
        ids: &[IssueRef],
        queries: &[String],
    ) -> Result<(Vec<IssueRef>, Vec<String>), GithubError> {
        let batches = self.batches(ids, queries);
        let mut answers = self.answers(batches).await;
        self.report();
        let refused_for_fields = answers.iter().any(|(_, answer)| {
            let refusal = answer.as_ref().ok().and_then(|found| found.refusal.as_deref());
            refusal.is_some_and(is_of_unknown_field)
        });
        if refused_for_fields && self.is_recent {
            self.is_recent = false;
            let batches = answers.into_iter().map(|(batch, _)| batch).collect();
            answers = self.answers(batches).await;
            let is_answer = |(_, answer): &AnsweredQuery| answer.as_ref().is_ok_and(|found| found.refusal.is_none());
            self.summary.is_old_server = answers.iter().any(is_answer);
            self.report();
        }
        self.take_answers(answers).await
    }

    /// Sends several queries concurrently; the answers are in the order of the queries.
    async fn answers(&self, batches: Vec<IssueQuery>) -> Vec<AnsweredQuery> {
        let requested = batches.into_iter().map(|batch| async {
            let query = graphql::query(&batch, self.is_recent);
            let host = self.client.access.api.web_host();
            let (robots, now) = (&self.request.robots, self.request.now);
            let reading = AnswerContext { host, robots, now };
            let answer = self.client.graphql(&query, |bytes| graphql::read(bytes, &batch, reading)).await;
            (batch, answer)
        });
        stream::iter(requested.collect::<Vec<_>>()).buffered(self.request.policy.at_once).collect().await
    }

    fn batches(&self, ids: &[IssueRef], queries: &[String]) -> Vec<IssueQuery> {
        let wanted = |id: &IssueRef| {
            let with_timeline = self.issues.get(id).is_some_and(|it| needs_timeline(it) || it.comments > 20);
            WantedIssue { id: IssueRef::new(self.current(&id.repo).clone(), id.number), with_timeline }
        };
        let batch = |ids: &[IssueRef]| IssueQuery { issues: ids.iter().map(wanted).collect(), searches: Vec::new() };
        let mut batches: Vec<IssueQuery> = ids.chunks(BATCH).map(batch).collect();
        batches.resize_with(batches.len().max(queries.len().div_ceil(SEARCHES)), IssueQuery::default);
        for (batch, queries) in batches.iter_mut().zip(queries.chunks(SEARCHES)) {
            batch.searches = queries.to_vec();
        }
        batches
    }

    /// Stores the answers. Switches to REST if GraphQL is not available.
    async fn take_answers(&mut self, answers: Vec<AnsweredQuery>) -> Result<(Vec<IssueRef>, Vec<String>), GithubError> {
        let (mut absent, mut unanswered) = (Vec::new(), Vec::new());
        let mut fault = None;
        let at = self.request.now;
        for (batch, answer) in answers {
            match answer {
                Ok(IssueAnswer { refusal: None, issues, absent: not_there, renamed, longer, odd, much_mentioned }) => {
                    fault = self.note_names(&renamed).await.err().or(fault);
                    for issue in issues {
                        let id = self.known_name(issue.id.clone());
                        self.requested.insert((id, issue.fetch_states.of(FactKind::Timeline).at().is_some()));
                        self.store(issue);
                    }
                    self.summary.odd.extend(odd);
                    self.much_mentioned
                        .extend(much_mentioned.into_iter().map(|id| self.known_name(id)).collect::<Vec<_>>());
                    let answered = batch.searches.iter().filter(|query| !longer.contains(query));
                    self.state.searches.extend(answered.map(|query| (query.clone(), FactState::Known { at })));
                    absent.extend(not_there);
                    unanswered.extend(longer);
                    continue;
                }
                Ok(IssueAnswer { refusal, .. }) => tracing::info!(?refusal, "no GraphQL: going on with REST"),
                Err(error) if self.has_other_ways(&error) => {
                    tracing::info!(%error, "no GraphQL: going on with REST");
                    if matches!(error, GithubError::Limit { .. }) {
                        self.summary.limit = Some(format!("GraphQL: {error}"));
                    }
                }
                Err(error) => fault = Some(error),
            }
            self.has_graphql = false;
            absent.extend(batch.issues.iter().map(|wanted| wanted.id.clone()));
            unanswered.extend(batch.searches.iter().cloned());
        }
        let absent = absent.into_iter().map(|id| self.known_name(id)).collect();
        fault.map_or(Ok((absent, unanswered)), Err)
    }

    /// Whether other kinds of requests may still succeed: searches and GraphQL have separate limits.
    fn has_other_ways(&self, error: &GithubError) -> bool {
        let is_own_limit = matches!(error, GithubError::Limit { .. }) && self.client.closed().is_none();
        error.leaves_other_ways() || (is_own_limit && self.client.can_afford(1))
    }

    /// Fetches all pages of a search; returns the reason if it is incomplete.
    async fn search(&mut self, query: &str) -> Result<Option<GithubError>, GithubError> {
        let mut next = Some(address_of(query));
        let mut is_incomplete = false;
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take_if(|_| self.client.can_afford(2)) else { break };
            match self.client.get(&address, None, rest::search).await {
                Ok(answer) => {
                    let page = answer.content.unwrap_or_default();
                    self.summary.odd.extend(page.odd);
                    is_incomplete |= page.is_incomplete;
                    for issue in page.issues {
                        let repo = issue.repo().unwrap_or_else(|| self.request.home.clone());
                        self.take(issue, &repo, Detail::Listed);
                    }
                    next = answer.next;
                }
                // Other requests may still succeed.
                Err(error) if self.has_other_ways(&error) => {
                    tracing::info!(%error, query, "a search was not answered: going on with the list");
                    self.note_search(query, false);
                    return Ok(Some(error));
                }
                Err(error) => return Err(error),
            }
            self.report();
        }
        let is_whole = next.is_none() && !is_incomplete;
        self.note_search(query, is_whole);
        Ok((!is_whole).then(|| GithubError::Incomplete(query.to_owned())))
    }

    fn note_search(&mut self, query: &str, is_whole: bool) {
        let at: Timestamp = self.request.now;
        let fetch_state = if is_whole { FactState::Known { at } } else { FactState::Failed { at } };
        self.state.searches.insert(query.to_owned(), fetch_state);
    }

    /// Reads the home list from the newest page on, as far as `reach` and the budget allow; returns whether it reached
    /// the end.
    async fn probe(&mut self, reach: Reach) -> Result<bool, GithubError> {
        let mut next = Some(self.newest());
        for _ in 0..reach.pages() {
            let Some(address) = next.take() else { return Ok(true) };
            if !self.client.can_afford(reach.spared()) {
                break;
            }
            let before = self.hits();
            let answer = match self.client.get(&address, None, rest::page).await {
                Err(error) if !self.client.ends_the_sync(&error) => return Ok(false),
                other => other?,
            };
            self.take_page(answer.content.unwrap_or_default());
            self.report();
            next = answer.next.filter(|_| reach == Reach::Everything || self.hits() > before + 1);
        }
        Ok(next.is_none())
    }

    /// Returns the number of wanted issues that were fetched.
    fn hits(&self) -> usize {
        self.wanted.iter().filter(|id| self.fresh.contains_key(*id)).count()
    }

    /// Fetches single issues concurrently, within the budget. Issues that were unreadable in this sync are skipped.
    pub(super) async fn one_by_one(&mut self, ids: Vec<IssueRef>) -> Result<(), GithubError> {
        let at_once = self.request.policy.at_once;
        let is_readable = |id: &IssueRef| !self.summary.unreadable.contains_key(id);
        let mut ids = ids.into_iter().filter(is_readable).collect::<Vec<_>>().into_iter().peekable();
        while ids.peek().is_some() {
            let Some(room) = self.room(1) else {
                let reset = self.client.meter().reset;
                return Err(GithubError::Limit { until: reset, has_token: self.client.access.token.is_some() });
            };
            let batch: Vec<IssueRef> = ids.by_ref().take(room).collect();
            let client = &self.client;
            let requested = batch.iter().map(|id| {
                let route = self.route_of(id);
                let etag = self.state.etags.get(&id.to_string()).filter(|_| self.is_whole(id)).cloned();
                async move { (id.clone(), client.get(&route, etag.as_deref(), rest::single).await) }
            });
            let answers: Vec<_> = stream::iter(requested.collect::<Vec<_>>()).buffer_unordered(at_once).collect().await;
            let mut fault = self.note_names(&names_of(&answers)).await.err();
            for (id, answer) in answers {
                match answer {
                    Ok(answer) => self.take_one(&id, answer.etag, answer.content),
                    Err(error) if self.client.ends_the_sync(&error) => fault = Some(error),
                    Err(error) => self.lose(id, error),
                }
            }
            self.report();
            if let Some(error) = fault {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Returns how many issues may be fetched concurrently, with a number of requests each; `None` if the budget is
    /// used up.
    pub(super) fn room(&self, requests: u32) -> Option<usize> {
        let is_affordable = |count: &usize| self.client.can_afford(requests * *count as u32 + 1);
        (1..=self.request.policy.at_once).rev().find(is_affordable)
    }

    /// Whether everything that a request for the single issue returns is known, so that a conditional request suffices.
    fn is_whole(&self, id: &IssueRef) -> bool {
        let closer_failed = |issue: &Issue| matches!(issue.fetch_states.of(FactKind::Closer), FactState::Failed { .. });
        self.issues.get(id).is_some_and(|it| it.fetch_states.of(FactKind::Fields).is_known() && !closer_failed(it))
    }

    fn take_one(&mut self, id: &IssueRef, etag: Option<String>, content: Option<rest::RestIssue>) {
        let at = self.request.now;
        match content {
            Some(issue) => {
                if let Some(etag) = etag {
                    self.state.etags.insert(id.to_string(), etag);
                }
                let repo = issue.repo().unwrap_or_else(|| id.repo.clone());
                self.take(issue, &repo, Detail::Single);
            }
            // Not modified: it is as new as if it had been fetched.
            None => {
                if let Some(issue) = self.issues.get_mut(id) {
                    issue.fetch_states.set(FactKind::Fields, FactState::Known { at });
                }
            }
        }
    }
}

/// Returns pairs of the requested and the returned id of each issue.
fn names_of(answers: &[(IssueRef, Result<Answer<rest::RestIssue>, GithubError>)]) -> Vec<(IssueRef, IssueRef)> {
    let pair = |(requested, answer): &(IssueRef, Result<Answer<rest::RestIssue>, GithubError>)| {
        let issue = answer.as_ref().ok()?.content.as_ref()?;
        let repo = issue.repo().unwrap_or_else(|| requested.repo.clone());
        Some((requested.clone(), IssueRef::new(repo, issue.number().unwrap_or(requested.number))))
    };
    answers.iter().filter_map(pair).collect()
}

/// Returns the route of a search.
pub(super) fn address_of(query: &str) -> String {
    format!("/search/issues?q={}&per_page=100", percent_encoded(query, b""))
}
