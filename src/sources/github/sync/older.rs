//! Fetches comments and mentions older than the hundred that are returned with an issue.

use super::super::client::GithubError;
use super::super::wire::comments::{self, CommentFields};
use super::super::wire::graphql::{self, COMMENTS, MentionPage};
use super::SyncRun;
use crate::domain::{Comment, FactKind, FactState, Issue, IssueRef, MentioningPull, Pull, PullState};

/// The boxes of an issue with more comments than this stay unchecked.
const MAX_COMMENTS: u32 = 500;

/// The maximum number of pages of mentions, read from the oldest on, a hundred each.
pub(super) const MENTION_PAGES: usize = 4;

/// Returns the number of pages of older comments.
pub(super) fn pages_of(comments: u32) -> u32 {
    if comments > MAX_COMMENTS { 0 } else { comments.saturating_sub(COMMENTS as u32).div_ceil(COMMENTS as u32) }
}

impl SyncRun<'_> {
    /// Fetches older comments of issues with open boxes. What is missing afterwards is requested by the next sync.
    pub(super) async fn older_comments(&mut self) -> Result<(), GithubError> {
        for id in self.those(|issue| issue.timeline.lacks_comments && issue.comments <= MAX_COMMENTS) {
            let count = self.issues.get(&id).map_or(0, |issue| issue.comments);
            let pages = pages_of(count);
            if !self.client.can_afford(pages + 1) {
                break;
            }
            match self.comment_pages(&id, 1..=pages).await {
                Ok(older) => self.add_older_comments(&id, &older),
                Err(error) if self.client.ends_the_sync(&error) => return Err(error),
                Err(error) => tracing::info!(%error, %id, "older comments were not fetched"),
            }
            self.report();
        }
        Ok(())
    }

    /// Fetches older mentions of issues whose timeline was fetched in this sync. An incomplete timeline is requested
    /// again by the next sync, unless it has more mentions than the limit.
    pub(super) async fn older_mentions(&mut self) -> Result<(), GithubError> {
        let is_new = |issue: &Issue| {
            self.requested.contains(&(issue.id.clone(), true)) && issue.fetch_states.of(FactKind::Timeline).is_known()
        };
        let mut end = None;
        for id in self.those(|issue| issue.timeline.lacks_pulls && is_new(issue)) {
            if end.is_some() {
                self.fail(&id, FactKind::Timeline);
                continue;
            }
            let known = self.issues.get(&id).into_iter().flat_map(|issue| &issue.timeline.pulls);
            let known: Vec<IssueRef> = known.map(|pull| pull.id.clone()).collect();
            match self.oldest_mentions(&id, &known).await {
                Ok((pulls, is_whole)) => self.put_mentions(&id, pulls, is_whole),
                Err(error) => {
                    self.fail(&id, FactKind::Timeline);
                    tracing::info!(%error, %id, "older mentions were not fetched");
                    end = Some(error).filter(|error| self.client.ends_the_sync(error));
                }
            }
            self.report();
        }
        end.map_or(Ok(()), Err)
    }

    /// Fetches older pull requests that mention an issue. They stay unknown if there are more than the limit.
    pub(super) async fn older_pulls(&mut self) -> Result<(), GithubError> {
        let is_known = |issue: &Issue| issue.fetch_states.of(FactKind::Pulls).is_known();
        for id in self.those(|issue| self.much_mentioned.contains(&issue.id) && !is_known(issue)) {
            match self.oldest_mentions(&id, &[]).await {
                Ok((pulls, true)) => self.put_pulls(&id, &pulls),
                Ok((_, false)) => drop(self.summary.much_mentioned.insert(id)),
                Err(error) if self.client.ends_the_sync(&error) => return Err(error),
                Err(error) => tracing::info!(%error, %id, "older mentions were not fetched"),
            }
            self.report();
        }
        Ok(())
    }

    fn put_pulls(&mut self, id: &IssueRef, mentions: &[MentioningPull]) {
        let at = self.request.now;
        let Some(issue) = self.issue_mut(id) else { return };
        let known = issue.pulls.get_or_insert_default();
        for pull in mentions {
            if !known.iter().any(|own| own.id == pull.id) {
                let is_open = pull.state == PullState::Open;
                known.push(Pull { id: pull.id.clone(), is_open, author: pull.author.clone(), by_list: false });
            }
        }
        known.sort_by(|a, b| a.id.cmp(&b.id));
        issue.fetch_states.set(FactKind::Pulls, FactState::Known { at });
    }

    /// Fetches mentions from the oldest on, up to a known one or the end; returns whether it got there.
    async fn oldest_mentions(
        &self,
        id: &IssueRef,
        known: &[IssueRef],
    ) -> Result<(Vec<MentioningPull>, bool), GithubError> {
        let name = IssueRef::new(self.current(&id.repo).clone(), id.number);
        let (mut all, mut next) = (Vec::new(), None);
        for _ in 0..MENTION_PAGES {
            if !self.client.can_afford(2) {
                return Err(GithubError::Incomplete(format!("mentions of {id}")));
            }
            let query = graphql::mentions(&name, next.as_deref());
            let page: MentionPage = self.client.graphql(&query, graphql::read_mentions).await?;
            let reaches = page.pulls.iter().any(|pull| known.contains(&pull.id));
            all.extend(page.pulls);
            next = page.next.filter(|_| !reaches);
            if next.is_none() {
                return Ok((all, true));
            }
        }
        Ok((all, false))
    }

    fn put_mentions(&mut self, id: &IssueRef, older: Vec<MentioningPull>, is_whole: bool) {
        let Some(issue) = self.issues.get_mut(id) else { return };
        let known = &mut issue.timeline.pulls;
        for pull in older {
            if !known.iter().any(|own| own.id == pull.id) {
                known.push(pull);
            }
        }
        known.sort_by(|a, b| a.id.cmp(&b.id));
        issue.timeline.lacks_pulls = !is_whole;
        self.has_news = true;
    }

    /// Adds older comments to the known ones. The pages overlap.
    fn add_older_comments(&mut self, id: &IssueRef, older: &[CommentFields]) {
        let Some(issue) = self.issues.get_mut(id) else { return };
        let known = &mut issue.timeline.comments;
        let older = older.iter().filter_map(CommentFields::raw).map(|raw| comments::whole(&raw));
        let new: Vec<Comment> = older.filter(|comment| !known.contains(comment)).collect();
        known.extend(new);
        known.sort_by_key(|comment| comment.at);
        issue.timeline.lacks_comments = false;
        self.has_news = true;
    }
}
