//! Comments further up than the hundred that come with an issue.

use super::super::client::GithubError;
use super::super::wire::comments;
use super::super::wire::graphql::COMMENTS;
use super::super::wire::rest::{self, RestComment};
use super::SyncRun;
use crate::domain::{Comment, IssueRef};

/// Of an issue with more comments than this, the claims on its boxes stay unchecked.
const MAX_COMMENTS: u32 = 500;

impl SyncRun<'_> {
    /// Reads what GraphQL left out below issues with open boxes. What does not come now is asked for by the next sync.
    pub(super) async fn older_comments(&mut self) -> Result<(), GithubError> {
        for id in self.those(|issue| issue.timeline.lacks_comments && issue.comments <= MAX_COMMENTS) {
            let count = self.issues.get(&id).map_or(0, |issue| issue.comments);
            let pages = count.saturating_sub(COMMENTS as u32).div_ceil(COMMENTS as u32);
            if !self.client.can_afford(pages + 1) {
                break;
            }
            match self.first_comments(&id, pages).await {
                Ok(older) => self.put_older(&id, &older),
                Err(error) if error.ends_the_sync() => return Err(error),
                Err(error) => tracing::info!(%error, %id, "older comments did not come"),
            }
            self.report();
        }
        Ok(())
    }

    async fn first_comments(&self, id: &IssueRef, pages: u32) -> Result<Vec<RestComment>, GithubError> {
        let mut all = Vec::new();
        for page in 1..=pages {
            let route = format!("{}/comments?per_page=100&page={page}", self.route_of(id));
            all.extend(self.client.get(&route, None, rest::comments).await?.content.unwrap_or_default());
        }
        Ok(all)
    }

    /// Adds older comments to those that are known; the pages overlap.
    fn put_older(&mut self, id: &IssueRef, older: &[RestComment]) {
        let Some(issue) = self.issues.get_mut(id) else { return };
        let known = &mut issue.timeline.comments;
        let older = older.iter().filter_map(RestComment::raw).map(|raw| comments::whole(&raw));
        let new: Vec<Comment> = older.filter(|comment| !known.contains(comment)).collect();
        known.extend(new);
        known.sort_by_key(|comment| comment.at);
        issue.timeline.lacks_comments = false;
        self.has_news = true;
    }
}
