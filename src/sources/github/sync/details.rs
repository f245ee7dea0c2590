//! Fetches facts that are not in lists: comments, closers, pull requests, sub-issues, dependencies, timelines.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use futures_util::{StreamExt, stream};

use super::super::client::GithubError;
use super::super::wire::comments::{self, CommentFields, RawComment, settle_reason};
use super::super::wire::graphql::COMMENTS;
use super::super::wire::rest::{self, Detail};
use super::{SyncRun, counts_some};
use crate::domain::{FactKind, FactState, Issue, IssueRef, Timestamp};
use crate::sources::body::Home;

/// The maximum number of pages of new comments.
const MAX_PAGES: u32 = 3;

/// More sub-issues than GitHub allows for an issue.
const MOST_SUB_ISSUES: usize = 1_000;

/// The maximum number of issues that a sync without a token checks for deletion.
const MAX_RECHECKS: usize = 10;

impl SyncRun<'_> {
    /// Fetches all facts of followed issues that are unknown or outdated.
    pub(super) async fn fetch_followed_facts(&mut self) -> Result<(), GithubError> {
        if self.has_graphql {
            self.facts_by_graphql().await?;
            self.older_comments().await?;
            self.older_mentions().await?;
            self.older_pulls().await?;
        }
        // One of these may have found that GraphQL is not available.
        if self.has_graphql { Ok(()) } else { self.facts_by_rest().await }
    }

    async fn facts_by_graphql(&mut self) -> Result<(), GithubError> {
        // The first response shows which issues have boxes, whose timelines are fetched with the second.
        for _ in 0..2 {
            let ids = self.lacking();
            if ids.is_empty() {
                break;
            }
            self.fetch(ids, Vec::new()).await?;
            self.new_children().await?;
            if !self.has_graphql {
                break;
            }
        }
        Ok(())
    }

    /// Fetches new sub-issues and links of open boxes; returns whether there were any.
    pub(super) async fn new_children(&mut self) -> Result<bool, GithubError> {
        self.want_children();
        let is_new = |id: &&IssueRef| !self.issues.contains_key(*id) && !self.missing.contains_key(*id);
        let new: Vec<IssueRef> = self.wanted.iter().filter(is_new).cloned().collect();
        if new.is_empty() {
            return Ok(false);
        }
        self.fetch(new, Vec::new()).await.map(|()| true)
    }

    async fn facts_by_rest(&mut self) -> Result<(), GithubError> {
        self.foreign_by_rest().await?;
        self.report_facts();
        // Before other requests for single issues, since a change found here makes other facts unknown.
        let mut due = self.those(|issue| self.request.is_due(issue.fetch_states.of(FactKind::Fields)));
        due.truncate(MAX_RECHECKS);
        self.within_budget(due).await?;
        self.new_children().await?;
        self.sub_issues_by_rest().await?;
        self.open_pulls().await?;
        self.report_facts();
        self.closers_and_comments().await
    }

    /// Fetches who closed what a robot may have closed, and comments that are not known.
    pub(super) async fn closers_and_comments(&mut self) -> Result<(), GithubError> {
        let closed = self.those(|issue| !issue.knows_closer());
        self.within_budget(closed).await?;
        let without_comments = self.those(|issue| {
            let changed = issue.comments > 0 && self.changed_when_fetched(issue, &[FactKind::Comments]);
            changed || !issue.knows_comments()
        });
        self.comments(without_comments).await
    }

    /// Fetches issues one by one, as far as the budget allows with a reserve.
    async fn within_budget(&mut self, ids: Vec<IssueRef>) -> Result<(), GithubError> {
        let afforded = ids.into_iter().take_while(|_| self.client.can_afford(8)).take(20).collect();
        self.one_by_one(afforded).await
    }

    /// Fetches the comments of the home repository since a moment if any issue changed: one request covers all issues.
    pub(super) async fn new_comments(&mut self, since: Timestamp) -> Result<(), GithubError> {
        let home = &self.request.home;
        let has_changed = |issue: &Issue| issue.id.repo == *home && self.fresh.contains_key(&issue.id);
        let changed = self.those(|issue| has_changed(issue) && !issue.knows_comments());
        // The number of comments does not show that one was edited or replaced.
        let has_some = |id: &IssueRef| self.issues.get(id).is_some_and(|issue| issue.comments > 0);
        // With a token, GraphQL returns the comments with the other facts.
        if self.has_graphql || changed.is_empty() {
            return Ok(());
        }
        let (mut by_issue, mut is_whole) = (BTreeMap::new(), true);
        if changed.iter().any(has_some) {
            (by_issue, is_whole) = self.comments_since(since).await?;
        }
        for id in changed.into_iter().filter(|_| is_whole) {
            self.add_comments(&id, by_issue.get(&id).map_or(&[], Vec::as_slice), since);
        }
        Ok(())
    }

    /// Returns comments by issue, and whether they are complete.
    async fn comments_since(
        &mut self,
        since: Timestamp,
    ) -> Result<(BTreeMap<IssueRef, Vec<CommentFields>>, bool), GithubError> {
        let home = self.request.home.clone();
        let repo = self.current(&home);
        let mut next = Some(format!(
            "/repos/{repo}/issues/comments?sort=updated&direction=desc&per_page=100&since={}",
            since.rfc3339()
        ));
        let mut by_issue: BTreeMap<IssueRef, Vec<CommentFields>> = BTreeMap::new();
        for _ in 0..MAX_PAGES {
            let Some(address) = next.take_if(|_| self.client.can_afford(1)) else { break };
            let answer = match self.client.get(&address, None, rest::comments).await {
                Err(error) if !self.client.ends_the_sync(&error) => return Ok((by_issue, false)),
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
        Ok((by_issue, next.is_none()))
    }

    /// Adds new comments to the known ones of an issue. They count as known only if they explain the new number of
    /// comments. After edits and deletions the fetch state stays, so that all comments are fetched.
    fn add_comments(&mut self, id: &IssueRef, comments: &[CommentFields], since: Timestamp) {
        let (robots, at) = (&self.request.robots, self.request.now);
        let host = self.request.access.api.web_host();
        let before = self.fresh.get(id).copied().unwrap_or(0);
        let new: Vec<RawComment<'_>> = comments.iter().filter_map(CommentFields::raw).collect();
        let is_edit = new.iter().any(|comment| comment.at < since);
        let author = self.issues.get(id).and_then(|issue| issue.author.clone());
        let facts = comments::facts_of(&new, robots, Home { issue: id, host }, author.as_deref());
        let Some(issue) = self.issues.get_mut(id) else { return };
        let was_known =
            matches!(issue.fetch_states.of(FactKind::Comments), FactState::Failed { at: failed } if failed == at);
        let known_before = was_known && (issue.last_comment.is_some() || before == 0);
        let after = before.saturating_add(new.len() as u32);
        let is_accounted = issue.comments == after || (new.is_empty() && issue.comments == before);
        if let Some(last) = facts.last {
            if issue.last_comment.as_ref().is_none_or(|known| known.at <= last.at) {
                issue.last_comment = Some(last);
            }
            self.has_news = true;
        }
        issue.claims = comments::claims_after(std::mem::take(&mut issue.claims), &new, robots);
        if new.iter().any(|comment| comment.text.contains("/close")) {
            issue.close_requested = facts.close_requested;
        }
        if !facts.tasks.is_empty() {
            issue.comment_tasks = Some(facts.tasks);
            issue.use_comment_tasks();
        }
        let lacks_list = issue.tasks.is_empty() && issue.comment_tasks.is_none() && issue.comments > 0;
        if known_before && is_accounted && !is_edit && !lacks_list {
            issue.fetch_states.set(FactKind::Comments, FactState::Known { at });
        }
        settle_reason(issue, robots);
    }

    /// Fetches the newest hundred comments of each issue concurrently, as far as the budget allows.
    async fn comments(&mut self, ids: Vec<IssueRef>) -> Result<(), GithubError> {
        let mut ids = ids.into_iter().peekable();
        let at_once = self.request.policy.at_once;
        while ids.peek().is_some() {
            let Some(room) = self.room(2) else { break };
            let batch: Vec<IssueRef> = ids.by_ref().take(room).collect();
            let requested = batch.iter().map(|id| async { (id.clone(), self.newest_comments(id).await) });
            let answers: Vec<_> = stream::iter(requested.collect::<Vec<_>>()).buffer_unordered(at_once).collect().await;
            self.report();
            for (id, answer) in answers {
                match answer {
                    Ok(all) => self.merge_comments(&id, &all),
                    Err(error) if self.client.ends_the_sync(&error) => return Err(error),
                    Err(_) => self.fail(&id, FactKind::Comments),
                }
            }
        }
        Ok(())
    }

    /// Fetches the last page of comments, and the one before it if needed for a hundred.
    async fn newest_comments(&self, id: &IssueRef) -> Result<Vec<CommentFields>, GithubError> {
        let count = self.issues.get(id).map_or(1, |issue| issue.comments);
        let last = count.div_ceil(COMMENTS as u32).max(1);
        let first = if last > 1 && !count.is_multiple_of(COMMENTS as u32) { last - 1 } else { last };
        let mut all = self.comment_pages(id, first..=last).await?;
        let surplus = all.len().saturating_sub(COMMENTS);
        Ok(all.split_off(surplus))
    }

    /// Fetches pages of an issue's comments, oldest first.
    pub(super) async fn comment_pages(
        &self,
        id: &IssueRef,
        pages: RangeInclusive<u32>,
    ) -> Result<Vec<CommentFields>, GithubError> {
        let mut all = Vec::new();
        for page in pages {
            let route = format!("{}/comments?per_page=100&page={page}", self.route_of(id));
            all.extend(self.client.get(&route, None, rest::comments).await?.content.unwrap_or_default());
        }
        Ok(all)
    }

    fn merge_comments(&mut self, id: &IssueRef, all: &[CommentFields]) {
        let (robots, at) = (&self.request.robots, self.request.now);
        let host = self.request.access.api.web_host();
        let count = all.len();
        let all: Vec<RawComment<'_>> = all.iter().filter_map(CommentFields::raw).collect();
        let author = self.issues.get(id).and_then(|issue| issue.author.clone());
        let facts = comments::facts_of(&all, robots, Home { issue: id, host }, author.as_deref());
        let Some(issue) = self.issues.get_mut(id) else { return };
        // Fewer comments than GitHub counts: an outdated response, or hidden comments. If an earlier sync got too few
        // as well, the rest is hidden.
        let state = issue.fetch_states.of(FactKind::Comments);
        let was_short = |updated| matches!(state, FactState::Failed { at } if updated <= at);
        if count < COMMENTS.min(issue.comments as usize) && !issue.updated.is_some_and(was_short) {
            issue.fetch_states.set(FactKind::Comments, FactState::Failed { at });
            return;
        }
        self.has_news = true;
        comments::put(facts, issue);
        issue.fetch_states.set(FactKind::Comments, FactState::Known { at });
        settle_reason(issue, robots);
    }

    pub(super) fn fail(&mut self, id: &IssueRef, kind: FactKind) {
        let at = self.request.now;
        if let Some(issue) = self.issue_mut(id) {
            issue.fetch_states.set(kind, FactState::Failed { at });
        }
    }

    /// Fetches the sub-issues of followed issues whose summary counts some, if there is no GraphQL.
    pub(super) async fn sub_issues_by_rest(&mut self) -> Result<(), GithubError> {
        if self.has_graphql {
            return Ok(());
        }
        let parents = self.those(|issue| {
            !issue.is_pull && counts_some(issue, FactKind::SubIssues) && !self.requested_sub_issues.contains(&issue.id)
        });
        for parent in parents {
            if !self.client.can_afford(4) {
                break;
            }
            self.requested_sub_issues.insert(parent.clone());
            match self.listed_sub_issues(&parent).await {
                Ok(children) => self.take_children(&parent, children),
                Err(error) if self.client.ends_the_sync(&error) => return Err(error),
                Err(_) => self.fail(&parent, FactKind::SubIssues),
            }
        }
        Ok(())
    }

    async fn listed_sub_issues(&mut self, parent: &IssueRef) -> Result<Vec<rest::RestIssue>, GithubError> {
        let mut next = Some(format!("{}/sub_issues?per_page=100", self.route_of(parent)));
        let mut children = Vec::new();
        while let Some(address) = next.take_if(|_| children.len() < MOST_SUB_ISSUES) {
            let answer = self.client.get(&address, None, rest::page).await?;
            self.report();
            next = answer.next;
            let page = answer.content.unwrap_or_default();
            self.summary.odd.extend(page.odd);
            children.extend(page.issues);
        }
        Ok(children)
    }

    fn take_children(&mut self, parent: &IssueRef, children: Vec<rest::RestIssue>) {
        let at = self.request.now;
        let id = |child: &rest::RestIssue| {
            let id = IssueRef::new(child.repo().unwrap_or_else(|| parent.repo.clone()), child.number()?);
            Some(self.known_name(id))
        };
        let ids: Vec<IssueRef> = children.iter().filter_map(id).collect();
        if let Some(issue) = self.issue_mut(parent) {
            issue.sub_issues = ids;
            issue.fetch_states.set(FactKind::SubIssues, FactState::Known { at });
        }
        self.want_children();
        for child in children {
            let repo = child.repo().unwrap_or_else(|| parent.repo.clone());
            self.take(child, &repo, Detail::Listed);
        }
    }
}
