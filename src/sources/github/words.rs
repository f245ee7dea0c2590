//! What is not in a list: the last word of a person, who closed an issue, open pull requests.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::Trouble;
use super::ahead::Reader;
use super::fetch::address_of;
use super::people::{Said, asks_to_close, word};
use super::sync::Work;
use super::wire::{self, Comment};
use crate::domain::clean::clean;
use crate::domain::{CloseReason, Comment as LastComment, Issue, IssueRef, IssueState};
use crate::sources::body::{self, Home};

/// How many pages of comments and pull requests are followed.
const MAX_PAGES: u32 = 3;

impl Work<'_> {
    /// Reads the comments of the home repository since a moment, where an issue has more of them than before.
    pub(super) async fn latest_words(&mut self, since: crate::domain::Timestamp) -> Result<(), Trouble> {
        let home = self.request.home.clone();
        let has_more = |issue: &Issue| self.fresh.get(&issue.id).is_some_and(|before| *before < issue.comments);
        if !self.followed().into_iter().any(|issue| issue.id.repo == home && has_more(issue)) {
            return Ok(());
        }
        let repo = self.current(&home);
        let mut next = Some(format!(
            "/repos/{repo}/issues/comments?sort=updated&direction=desc&per_page=100&since={}",
            since.rfc3339()
        ));
        let mut by_issue: BTreeMap<IssueRef, Vec<Comment>> = BTreeMap::new();
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take().filter(|_| self.client.can_afford(1)) else { break };
            let answer = match self.client.page(&address, None, wire::comments).await {
                Err(trouble) if !trouble.ends_the_sync() => break,
                other => other?,
            };
            self.report();
            for comment in answer.content.unwrap_or_default() {
                if let Some(mut id) = comment.issue() {
                    id.repo = home.clone();
                    by_issue.entry(id).or_default().push(comment);
                }
            }
            next = answer.next;
        }
        for (id, comments) in by_issue {
            self.hear(&id, &comments, Reading::Part);
        }
        Ok(())
    }

    /// Asks for the last word on open issues, and for who closed a quiet one, where that is not known.
    pub(super) async fn details(&mut self) -> Result<(), Trouble> {
        let silent =
            self.ids(|issue| issue.state == IssueState::Open && issue.comments > 0 && issue.last_comment.is_none());
        let closed = self.ids(|issue| is_closed_by_nobody(issue) && self.fresh.contains_key(&issue.id));
        if self.again(silent.iter().chain(&closed).cloned().collect()).await? {
            self.opened_only(&silent);
            return Ok(());
        }
        self.closers(closed).await?;
        self.comments(silent).await?;
        // Not planned is not done, whoever closed it: asked for last, with what is left.
        let dropped = self.ids(|issue| is_dropped_by_nobody(issue) && self.fresh.contains_key(&issue.id));
        self.closers(dropped).await
    }

    fn ids(&self, fits: impl Fn(&Issue) -> bool) -> Vec<IssueRef> {
        self.followed()
            .into_iter()
            .filter(|issue| !issue.is_pull && fits(issue))
            .map(|issue| issue.id.clone())
            .collect()
    }

    /// Where nobody said a word since, the opening is the last one; so nobody asks again.
    fn opened_only(&mut self, ids: &[IssueRef]) {
        for id in ids {
            if let Some(issue) = self.issue_mut(id).filter(|issue| issue.last_comment.is_none()) {
                issue.last_comment =
                    issue.created.map(|at| LastComment { at, by: issue.author.clone(), text: String::new() });
            }
        }
    }

    async fn closers(&mut self, ids: Vec<IssueRef>) -> Result<(), Trouble> {
        let afforded = ids.into_iter().take_while(|_| self.client.can_afford(8)).take(20).collect();
        self.one_by_one(afforded).await
    }

    /// Reads the last comments of issues, several at once, as far as the budget goes.
    async fn comments(&mut self, ids: Vec<IssueRef>) -> Result<(), Trouble> {
        let mut ids = ids.into_iter().peekable();
        let at_once = self.request.policy.at_once;
        while ids.peek().is_some() {
            let Some(room) = (1..=at_once).rev().find(|count| self.client.can_afford(*count as u32 + 1)) else { break };
            let batch: Vec<(IssueRef, u32)> = ids.by_ref().take(room).map(|id| self.with_last_page(id)).collect();
            let client = &self.client;
            let asked = batch.iter().map(|(id, page)| {
                let route =
                    format!("/repos/{}/issues/{}/comments?per_page=100&page={page}", self.current(&id.repo), id.number);
                async move { (id.clone(), client.get(&route, None, wire::comments).await) }
            });
            let answers: Vec<_> = stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(at_once).collect().await;
            self.report();
            for (id, answer) in answers {
                match answer {
                    Ok(answer) => self.hear(&id, &answer.content.unwrap_or_default(), Reading::Whole),
                    Err(trouble) if trouble.ends_the_sync() => return Err(trouble),
                    Err(_) => {}
                }
            }
        }
        Ok(())
    }

    fn with_last_page(&self, id: IssueRef) -> (IssueRef, u32) {
        let comments = self.known().find(|issue| issue.id == id).map_or(1, |issue| issue.comments);
        (id, comments.div_ceil(100).max(1))
    }

    /// Takes the last word, and the task list where the body has none.
    fn hear(&mut self, id: &IssueRef, comments: &[Comment], reading: Reading) {
        let robots = &self.request.robots;
        let host = self.client.access.api.web_host().to_owned();
        let mut said: Vec<Said<'_>> = comments.iter().filter_map(said).collect();
        said.sort_by_key(|said| said.at);
        let last = said.iter().rev().find_map(|said| word(said, robots));
        let closes =
            said.iter().rev().find(|said| said.text.contains("/close")).is_some_and(|said| asks_to_close(said, robots));
        let home = Home { issue: id, host: &host };
        let tasks = said.iter().rev().map(|said| body::tasks(&clean(said.text), home)).find(|tasks| !tasks.is_empty());
        let Some(issue) = self.issue_mut(id) else { return };
        if last.as_ref().map(|word| word.at) > issue.last_comment.as_ref().map(|word| word.at) {
            issue.last_comment = last;
        }
        if let (true, Some(tasks)) = (issue.tasks.is_empty(), tasks) {
            issue.tasks = tasks;
        }
        if let IssueState::Closed { reason: reason @ Some(CloseReason::Robot), .. } = &mut issue.state
            && closes
        {
            *reason = Some(CloseReason::Completed);
        }
        if reading == Reading::Whole {
            self.opened_only(std::slice::from_ref(id));
        }
    }

    /// Finds the open pull requests that name an issue: those of the home repository, and those elsewhere that link to it.
    pub(super) async fn open_pulls(&mut self) -> Result<(), Trouble> {
        let home = self.request.home.clone();
        let ids: Vec<IssueRef> = self
            .known()
            .filter(|issue| !issue.is_pull && issue.id.repo == home)
            .map(|issue| issue.id.clone())
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut complete = true;
        for (address, read, pages) in self.targets_of_pulls() {
            complete &= self.pulls_of(address, read, pages).await?;
        }
        for id in ids.iter().filter(|_| complete) {
            if let Some(issue) = self.issue_mut(id) {
                issue.pulls.get_or_insert_default();
            }
        }
        Ok(())
    }

    /// Returns where to find open pull requests, and how many pages of that are worth it.
    pub(super) fn targets_of_pulls(&self) -> Vec<(String, Reader, u32)> {
        let home = &self.request.home;
        let query = format!("\"{home}/issues\" in:body is:pr is:open user:{}", home.owner());
        let list = format!("/repos/{}/pulls?state=open&per_page=100", self.current(home));
        vec![(address_of(&query), wire::search, 1), (list, wire::page, MAX_PAGES)]
    }

    async fn pulls_of(&mut self, address: String, read: Reader, pages: u32) -> Result<bool, Trouble> {
        let is_search = address.starts_with("/search");
        let mut next = Some(address);
        for _ in 0..pages {
            let Some(address) = next.take() else { break };
            if !self.client.can_afford(4) {
                return Ok(false);
            }
            let answer = match self.page(&address, read).await {
                Err(trouble) if !trouble.ends_the_sync() || is_search => return Ok(false),
                other => other?,
            };
            self.report();
            for pull in answer.content.unwrap_or_default().issues {
                let repo = pull.repo().unwrap_or_else(|| self.request.home.clone());
                let host = self.client.access.api.web_host().to_owned();
                if let Some(mut pull) = pull.into_issue(&repo, &host, &self.request.robots) {
                    pull.is_pull = true;
                    self.store(pull);
                }
            }
            next = answer.next;
        }
        Ok(true)
    }
}

/// How much of the comments was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    Part,
}

fn said(comment: &Comment) -> Option<Said<'_>> {
    let by = comment.user.as_ref().and_then(wire::User::name);
    Some(Said { by, at: comment.at()?, text: comment.body.as_deref().unwrap_or_default() })
}

/// Tells whether it would matter who closed an issue: a robot closes what is stale or rotten.
fn is_closed_by_nobody(issue: &Issue) -> bool {
    is_quiet(issue)
        && matches!(issue.state, IssueState::Closed { by: None, reason, .. } if reason != Some(CloseReason::NotPlanned))
}

/// Tells whether somebody gave an issue up, or a robot for want of somebody.
fn is_dropped_by_nobody(issue: &Issue) -> bool {
    is_quiet(issue) && matches!(issue.state, IssueState::Closed { by: None, reason: Some(CloseReason::NotPlanned), .. })
}

fn is_quiet(issue: &Issue) -> bool {
    issue.has_label("lifecycle/stale") || issue.has_label("lifecycle/rotten")
}
