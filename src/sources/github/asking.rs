//! What is asked for while a whole list is read, so that nobody waits for it afterwards.

use super::Trouble;
use super::ahead::{Asked, Later, Reader, all_of};
use super::client::Answer;
use super::graphql::{self, Ask};
use super::sync::Work;
use super::wire::Page;

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

    /// Asks what was held back.
    pub(super) fn ask_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.ahead.waiting);
        self.ask_ahead(waiting);
    }

    /// Returns what GraphQL answered to that.
    pub(super) async fn answered(&mut self) -> Vec<Asked> {
        self.ask_waiting();
        let late = all_of(&mut self.ahead.asked).await;
        std::mem::take(&mut self.ahead.answered).into_iter().chain(late).collect()
    }

    /// Waits for GraphQL and, where it refuses, asks for the searches and pull requests that come next.
    pub(super) fn asked_later(&mut self, is_first: bool) -> impl Future<Output = Later> + use<> {
        let is_refused = |asked: &Asked| asked.1.as_ref().map_or(true, |found| found.refusal.is_some());
        let was_refused = !self.has_graphql || self.ahead.answered.iter().any(is_refused);
        let mut targets = self.targets_of_rest(is_first);
        targets.retain(|(address, _)| !self.ahead.pages.contains_key(address));
        let (client, mut asked) = (self.client.clone(), std::mem::take(&mut self.ahead.asked));
        async move {
            let answered = all_of(&mut asked).await;
            if !was_refused && !answered.iter().any(is_refused) {
                targets.clear();
            }
            let pages = targets.into_iter().map(async |(address, read)| {
                let answer = client.page(&address, None, read).await;
                (address, answer)
            });
            (answered, futures_util::future::join_all(pages).await)
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
