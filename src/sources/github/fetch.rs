//! Ways to ask for issues: by the dozen, by search, by list, one by one.

use futures_util::{StreamExt, stream};

use super::Trouble;
use super::graphql::{self, Ask, BATCH};
use super::sync::Work;
use super::wire;
use crate::domain::IssueRef;

/// Of so few issues each is asked for by itself; with more, a page of the list is tried first.
const WORTH_A_LIST: usize = 5;

/// How many pages a search or a probe follows.
const MAX_PAGES: u32 = 5;

impl Work<'_> {
    /// Asks for issues and searches, many at a time where there is a token.
    pub(super) async fn fetch(&mut self, ids: Vec<IssueRef>, queries: Vec<String>) -> Result<(), Trouble> {
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
        let asked: Vec<_> = asks
            .iter()
            .map(|ask| async move {
                client.graphql(&graphql::query(ask), |bytes| graphql::read(bytes, ask, host, robots)).await
            })
            .collect();
        let answers: Vec<_> = stream::iter(asked).buffer_unordered(self.request.policy.at_once).collect().await;
        let (mut absent, mut longer) = (Vec::new(), Vec::new());
        let mut fault = None;
        for answer in answers {
            match answer {
                Ok(found) => {
                    for issue in found.issues {
                        self.store(issue);
                    }
                    absent.extend(found.absent);
                    longer.extend(found.longer);
                    self.summary.odd.extend(found.odd);
                }
                Err(trouble) if trouble.ends_the_sync() && !matches!(trouble, Trouble::Html(_)) => {
                    fault = Some(trouble);
                }
                Err(trouble) => {
                    tracing::info!(%trouble, "no GraphQL: going on with REST");
                    self.has_graphql = false;
                }
            }
        }
        self.report();
        if let Some(trouble) = fault {
            return Err(trouble);
        }
        if self.has_graphql {
            self.state.asked.extend(queries);
            // REST follows a search to its end.
            for query in longer {
                self.search(query).await?;
            }
        }
        Ok(absent)
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

    /// Asks for details of issues again, where GraphQL gives them by the dozen.
    pub(super) async fn again(&mut self, ids: Vec<IssueRef>) -> Result<bool, Trouble> {
        if !self.has_graphql || ids.is_empty() {
            return Ok(false);
        }
        self.by_graphql(ids, Vec::new()).await?;
        Ok(self.has_graphql)
    }
}

/// Writes a text as a value of a query string.
pub(super) fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
