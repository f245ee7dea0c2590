//! Answers that came before they were asked for.

use std::collections::HashMap;

use tokio::task::JoinSet;

use super::Trouble;
use super::client::Answer;
use super::graphql::{Ask, Found};
use super::wire::Page;

/// What was asked ahead, and what came of it.
#[derive(Default)]
pub(super) struct Ahead {
    /// For places that the pages of the list leave.
    pub(super) waiting: Vec<Ask>,
    pub(super) asked: JoinSet<Asked>,
    pub(super) answered: Vec<Asked>,
    pub(super) pages: HashMap<String, Result<Answer<Page>, Trouble>>,
}

pub(super) type Asked = (Ask, Result<Found, Trouble>);
pub(super) type Reader = fn(&[u8]) -> Result<Page, String>;
pub(super) type Later = (Vec<Asked>, Vec<(String, Result<Answer<Page>, Trouble>)>);

impl Ahead {
    pub(super) fn keep(&mut self, (answered, pages): Later) {
        self.answered.extend(answered);
        self.pages.extend(pages);
    }

    /// Holds asks back until nothing else wants to be sent.
    pub(super) fn wait(&mut self, asks: Vec<Ask>) {
        self.waiting = asks;
    }
}

/// Waits for all; what panicked goes on to do so.
pub(super) async fn all_of(asked: &mut JoinSet<Asked>) -> Vec<Asked> {
    let mut answered = Vec::new();
    while let Some(done) = asked.join_next().await {
        match done.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(asked) => answered.push(asked),
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => {}
        }
    }
    answered
}
