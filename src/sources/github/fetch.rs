//! Ways to ask for issues: by the dozen, by search, by list, one by one.

use futures_util::{StreamExt, stream};

use super::Trouble;
use super::ahead::{Asked, Reader};
use super::graphql::{Ask, BATCH, Found};
use super::sync::Work;
use super::wire;
use crate::domain::IssueRef;

/// Of so few issues each is asked for by itself; with more, a page of the list is tried first.
const WORTH_A_LIST: usize = 5;

/// How many pages a search follows.
const MAX_PAGES: u32 = 5;

/// How far a list is read from its newest page on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// While pages hold what is wanted.
    Hits,
    /// In place of searches that were not answered.
    Everything,
}

impl Reach {
    fn pages(self) -> u32 {
        match self {
            Self::Hits => 5,
            Self::Everything => 100,
        }
    }

    /// Returns how many requests must be left for another page: what is linked comes one by one after it.
    fn spared(self) -> u32 {
        match self {
            Self::Hits => 2,
            Self::Everything => 20,
        }
    }
}

impl Work<'_> {
    /// Asks for issues and searches, many at a time where there is a token.
    pub(super) async fn fetch(&mut self, ids: Vec<IssueRef>, queries: Vec<String>) -> Result<(), Trouble> {
        let (mut left, mut queries) = (ids, queries);
        if self.has_graphql && !(left.is_empty() && queries.is_empty()) {
            // REST tells deleted from transferred.
            (left, queries) = self.by_graphql(&left, &queries).await?;
        }
        self.by_rest(left, queries).await
    }

    /// Asks by searches, by the list, and one by one.
    pub(super) async fn by_rest(&mut self, mut left: Vec<IssueRef>, queries: Vec<String>) -> Result<(), Trouble> {
        let (mut unanswered, mut why) = (Vec::new(), None);
        for query in queries {
            if let Some(trouble) = self.search(&query).await? {
                unanswered.push(query);
                why = Some(trouble);
            }
        }
        left.retain(|id| !self.fresh.contains_key(id));
        let of_home = left.iter().filter(|id| id.repo == self.request.home && !self.issues.contains_key(*id)).count();
        if !unanswered.is_empty() {
            if self.has_whole() || self.probe(Reach::Everything).await? {
                self.state.asked.extend(unanswered);
            } else {
                self.soft = why;
            }
        } else if of_home >= WORTH_A_LIST {
            self.probe(Reach::Hits).await?;
        }
        left.retain(|id| !self.fresh.contains_key(id));
        self.one_by_one(left).await
    }

    /// Returns what is not there and what was not answered.
    async fn by_graphql(
        &mut self,
        ids: &[IssueRef],
        queries: &[String],
    ) -> Result<(Vec<IssueRef>, Vec<String>), Trouble> {
        self.ask_ahead(Self::asks(ids, queries));
        let answers = self.answered().await;
        self.report();
        self.take_answers(answers)
    }

    pub(super) fn asks(ids: &[IssueRef], queries: &[String]) -> Vec<Ask> {
        let mut asks: Vec<Ask> =
            ids.chunks(BATCH).map(|ids| Ask { issues: ids.to_vec(), searches: Vec::new() }).collect();
        match asks.first_mut() {
            Some(ask) => ask.searches = queries.to_vec(),
            None if queries.is_empty() => {}
            None => asks.push(Ask { issues: Vec::new(), searches: queries.to_vec() }),
        }
        asks
    }

    /// Takes what came; where the API knows no GraphQL, switches to REST.
    pub(super) fn take_answers(&mut self, answers: Vec<Asked>) -> Result<(Vec<IssueRef>, Vec<String>), Trouble> {
        let (mut absent, mut unanswered) = (Vec::new(), Vec::new());
        let mut fault = None;
        for (ask, answer) in answers {
            match answer {
                Ok(Found { refusal: None, issues, absent: not_there, longer, odd }) => {
                    for issue in issues {
                        self.store(issue);
                    }
                    self.summary.odd.extend(odd);
                    let answered = ask.searches.iter().filter(|query| !longer.contains(query));
                    self.state.asked.extend(answered.cloned());
                    absent.extend(not_there);
                    unanswered.extend(longer);
                    continue;
                }
                Ok(Found { refusal, .. }) => tracing::info!(?refusal, "no GraphQL: going on with REST"),
                Err(trouble) if self.has_other_ways(&trouble) => {
                    tracing::info!(%trouble, "no GraphQL: going on with REST");
                }
                Err(trouble) => fault = Some(trouble),
            }
            self.has_graphql = false;
            absent.extend(ask.issues.iter().cloned());
            unanswered.extend(ask.searches.iter().cloned());
        }
        fault.map_or(Ok((absent, unanswered)), Err)
    }

    /// Tells whether the same may be asked for in another way: searches and GraphQL have limits of their own.
    fn has_other_ways(&self, trouble: &Trouble) -> bool {
        let is_own_limit = matches!(trouble, Trouble::Limit { .. }) && self.client.closed_until().is_none();
        trouble.leaves_other_ways() || (is_own_limit && self.client.can_afford(1))
    }

    /// Follows a search to its end; tells why it was not answered.
    async fn search(&mut self, query: &str) -> Result<Option<Trouble>, Trouble> {
        let mut next = Some(address_of(query));
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take().filter(|_| self.client.can_afford(2)) else { break };
            match self.page(&address, wire::search).await {
                Ok(answer) => {
                    let page = answer.content.unwrap_or_default();
                    self.summary.odd.extend(page.odd);
                    for issue in page.issues {
                        let repo = issue.repo().unwrap_or_else(|| self.request.home.clone());
                        self.take(issue, &repo);
                    }
                    next = answer.next;
                }
                // Everything else can still be asked for.
                Err(trouble) if self.has_other_ways(&trouble) => {
                    tracing::info!(%trouble, query, "a search was not answered: going on with the list");
                    return Ok(Some(trouble));
                }
                Err(trouble) => return Err(trouble),
            }
            self.report();
        }
        self.state.asked.push(query.to_owned());
        Ok(None)
    }

    /// Reads the home list from the newest page on, for as long as it holds what is wanted, or as far as the budget
    /// goes; tells whether it came to the end.
    async fn probe(&mut self, reach: Reach) -> Result<bool, Trouble> {
        let repo = self.current(&self.request.home).clone();
        let mut next = Some(format!("/repos/{repo}/issues?state=all&sort=updated&direction=desc&per_page=100"));
        for _ in 0..reach.pages() {
            let Some(address) = next.take() else { return Ok(true) };
            if !self.client.can_afford(reach.spared()) {
                break;
            }
            let before = self.hits();
            let answer = match self.client.page(&address, None, wire::page).await {
                Err(trouble) if !trouble.ends_the_sync() => return Ok(false),
                other => other?,
            };
            self.take_page(answer.content.unwrap_or_default());
            self.report();
            next = answer.next.filter(|_| reach == Reach::Everything || self.hits() > before + 1);
        }
        Ok(next.is_none())
    }

    /// Returns the first pages of what is asked for where there is no GraphQL.
    pub(super) fn targets_of_rest(&self, is_first: bool) -> Vec<(String, Reader)> {
        let searches = self.request.queries().into_iter().filter(|query| !self.state.asked.contains(query));
        let mut targets: Vec<(String, Reader)> =
            searches.map(|query| (address_of(&query), wire::search as Reader)).collect();
        if is_first {
            targets.extend(self.targets_of_pulls().into_iter().map(|(address, read, _)| (address, read)));
        }
        targets
    }

    /// Returns how much of what is wanted came.
    fn hits(&self) -> usize {
        self.wanted.iter().filter(|id| self.fresh.contains_key(*id)).count()
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

    /// Asks for details of issues again, where GraphQL gives them by the dozen.
    pub(super) async fn again(&mut self, ids: Vec<IssueRef>) -> Result<bool, Trouble> {
        if !self.has_graphql || ids.is_empty() {
            return Ok(false);
        }
        self.by_graphql(&ids, &[]).await?;
        Ok(self.has_graphql)
    }
}

/// Returns the address of a search.
pub(super) fn address_of(query: &str) -> String {
    format!("/search/issues?q={}&per_page=100", escape(query))
}

/// Writes a text as a value of a query string.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
