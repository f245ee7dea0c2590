//! The first pages of a whole repository, asked for together before anybody knows how many there are.

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::Trouble;
use super::client::Answer;
use super::sync::Work;
use super::wire::{self, Page};
use crate::domain::Timestamp;

/// Pages that are under way, by number.
pub(super) type Running = FuturesUnordered<BoxFuture<'static, Turned>>;

/// What became of a page that was asked for.
pub(super) type Turned = (u32, Result<Answer<Page>, Trouble>);

/// In place of a number: the page of the newest changes.
const NEWEST: u32 = 0;

/// Where fewer requests are known to be left, none is spent on a page that may not be there.
const SPARE: u32 = 100;

/// What came together with the first page, or is still to come.
pub(super) struct Opening {
    pub(super) first: Answer<Page>,
    /// The page of the newest changes.
    pub(super) head: Option<Answer<Page>>,
    pub(super) early: Vec<Turned>,
    pub(super) running: Running,
    /// The last number that was asked for.
    pub(super) width: u32,
}

impl Work<'_> {
    /// Asks for the first page, and for as many more and the newest as may be under way at once.
    pub(super) async fn open(&mut self, list: &str, from: Option<Timestamp>) -> Result<Opening, Trouble> {
        let mut running = Running::new();
        // Without a token every request counts, and one reader goes from the oldest on.
        let is_many = self.client.access.token.is_some();
        // What is left of a list that was read in part may be a page.
        let is_wide = is_many && from.is_none() && self.client.can_afford(SPARE);
        let width = if is_wide { (self.request.policy.at_once as u32).saturating_sub(1).max(1) } else { 1 };
        if is_many {
            running.push(self.turn(NEWEST, self.newest()));
        }
        for number in 2..=width {
            running.push(self.turn(number, format!("{list}&page={number}")));
        }
        let others = async {
            let mut early = Vec::new();
            while let Some((number, answer)) = running.next().await {
                if number == NEWEST {
                    return (answer.ok(), early);
                }
                early.push((number, answer));
            }
            (None, early)
        };
        let (first, (head, early)) = futures_util::join!(self.client.page(list, None, wire::page), others);
        Ok(Opening { first: first?, head, early, running, width })
    }

    /// Asks for a page.
    pub(super) fn turn(&self, number: u32, address: String) -> BoxFuture<'static, Turned> {
        let client = self.client.clone();
        Box::pin(async move { (number, client.page(&address, None, wire::page).await) })
    }

    /// Keeps what was asked for by number where numbers turn out to say nothing, and waits for the rest of it.
    pub(super) async fn close(&mut self, early: Vec<Turned>, mut running: Running) {
        let late: Vec<Turned> = running.by_ref().collect().await;
        for (_, answer) in early.into_iter().chain(late) {
            self.take_page(answer.ok().and_then(|answer| answer.content).unwrap_or_default());
        }
    }
}
