//! What is asked for while a whole list is read, so that nobody waits for it afterwards.

use std::collections::HashMap;

use tokio::task::JoinSet;

use super::Trouble;
use super::client::Answer;
use super::graphql::{self, Ask, Found};
use super::sync::Work;
use super::wire::Page;

/// Answers that came before they were asked for.
#[derive(Default)]
pub(super) struct Ahead {
    asked: JoinSet<Asked>,
    answered: Vec<Asked>,
    pages: HashMap<String, Result<Answer<Page>, Trouble>>,
}

pub(super) type Asked = (Ask, Result<Found, Trouble>);
pub(super) type Reader = fn(&[u8]) -> Result<Page, String>;
type Pages = Vec<(String, Result<Answer<Page>, Trouble>)>;

impl Ahead {
    pub(super) fn keep(&mut self, pages: Pages) {
        self.pages.extend(pages);
    }
}

impl Work<'_> {
    /// Asks GraphQL by the dozen, beside everything else. What is dropped is cancelled.
    pub(super) fn ask_ahead(&mut self, asks: Vec<Ask>) {
        for ask in asks {
            let (client, robots) = (self.client.clone(), self.request.robots.clone());
            self.ahead.asked.spawn(async move {
                let (host, query) = (client.access.api.web_host(), graphql::query(&ask));
                let found = client.graphql(&query, |bytes| graphql::read(bytes, &ask, host, &robots)).await;
                (ask, found)
            });
        }
    }

    /// Returns what GraphQL answered to that.
    pub(super) async fn answered(&mut self) -> Vec<Asked> {
        while let Some(done) = self.ahead.asked.join_next().await {
            match done.map_err(tokio::task::JoinError::try_into_panic) {
                Ok(asked) => self.ahead.answered.push(asked),
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                Err(Err(_)) => {}
            }
        }
        std::mem::take(&mut self.ahead.answered)
    }

    /// Asks for the searches and pull requests that come next where GraphQL has refused by now.
    pub(super) fn asked_later(&mut self) -> impl Future<Output = Pages> + use<> {
        while let Some(Ok(asked)) = self.ahead.asked.try_join_next() {
            self.ahead.answered.push(asked);
        }
        let is_refused = |asked: &Asked| asked.1.as_ref().map_or(true, |found| found.refusal.is_some());
        let targets = if self.ahead.answered.iter().any(is_refused) { self.targets_of_rest() } else { Vec::new() };
        let client = self.client.clone();
        async move {
            let asked = targets.into_iter().map(async |(address, read)| {
                let answer = client.page(&address, None, read).await;
                (address, answer)
            });
            futures_util::future::join_all(asked).await
        }
    }

    /// Reads a page of a list, unless it is there already.
    pub(super) async fn page(&mut self, address: &str, read: Reader) -> Result<Answer<Page>, Trouble> {
        match self.ahead.pages.remove(address) {
            Some(answer) => answer,
            None => self.client.page(address, None, read).await,
        }
    }
}
