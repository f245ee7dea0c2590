//! Finds open pull requests without GraphQL: by a search and the list of the home repository.
//!
//! A list shows whether a pull request is open, and links it to the issues that its body names. Only GraphQL knows all
//! links, such as those in the sidebar. Therefore a list never removes a link from GraphQL, and after a sync without
//! GraphQL the next one with it requests the pull requests of all issues.

use super::super::client::GithubError;
use super::super::wire::rest::{self, Detail};
use super::SyncRun;
use super::fetch::address_of;
use crate::domain::{FactKind, FactState, Issue, IssueRef, IssueState};
use crate::sources::cache::SyncState;

/// The maximum number of pages of open pull requests.
const MAX_PULL_PAGES: u32 = 5;

/// How a list of open pull requests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ListEnd {
    Whole,
    /// There are more pages than the limit.
    TooLong,
    /// It was not answered, or not completely.
    Unanswered,
}

impl SyncRun<'_> {
    /// Finds the open pull requests of the home repository, and those elsewhere that link to it. Runs once a day, since
    /// the list of changes shows those that change in between.
    pub(super) async fn open_pulls(&mut self) -> Result<(), GithubError> {
        let home = self.request.home.clone();
        // If there are more pages than the limit, reading them again would not help.
        let read = self.state.pulls.at().filter(|_| self.state.pulls.is_known());
        let was_read = |issue: &Issue| read.is_some() && issue.fetch_states.of(FactKind::Pulls).at() == read;
        // Only issues of the home repository, since pull requests of others are not in the list.
        let is_unknown = |issue: &&Issue| issue.id.repo == home && !issue.knows_pulls() && !was_read(issue);
        let is_due = self.request.is_due(self.state.pulls) || self.followed().iter().any(is_unknown);
        let ids = self.those(|issue| !issue.is_pull && issue.id.repo == home);
        if ids.is_empty() || !is_due {
            return Ok(());
        }
        let (mut found, mut end, mut fault) = (Vec::new(), ListEnd::Whole, None);
        for (address, is_search) in self.targets_of_pulls() {
            match self.pulls_of(address, is_search, &mut found).await {
                Ok(own) => end = end.max(own),
                Err(error) => (end, fault) = (ListEnd::Unanswered, Some(error)),
            }
            if fault.is_some() {
                break;
            }
        }
        let is_whole = end == ListEnd::Whole;
        if is_whole {
            self.forget_pulls_of_lists(&ids);
        }
        for pull in found {
            self.take_pull(pull);
        }
        let at = self.request.now;
        let state = |is_known| if is_known { FactState::Known { at } } else { FactState::Failed { at } };
        self.state.pulls = state(end != ListEnd::Unanswered);
        let request = self.request;
        for id in &ids {
            let Some(issue) = self.issue_mut(id) else { continue };
            if is_whole || request.is_due(issue.fetch_states.of(FactKind::Pulls)) {
                issue.fetch_states.set(FactKind::Pulls, state(is_whole));
            }
        }
        fault.map_or(Ok(()), Err)
    }

    /// Removes links from lists and marks pull requests of the home repository as closed, since complete lists contain
    /// all open ones. Known pull requests of other repositories stay linked.
    fn forget_pulls_of_lists(&mut self, ids: &[IssueRef]) {
        let home = &self.request.home;
        for id in ids {
            let Some(issue) = self.issues.get_mut(id) else { continue };
            let pulls = issue.pulls.get_or_insert_default();
            pulls.retain(|pull| !pull.by_list);
            for pull in pulls.iter_mut().filter(|pull| pull.id.repo == *home) {
                pull.is_open = false;
            }
        }
        let is_elsewhere = |issue: &&Issue| issue.is_pull && issue.state == IssueState::Open && issue.id.repo != *home;
        let pulls: Vec<Issue> = self.issues.values().filter(is_elsewhere).cloned().collect();
        for pull in pulls {
            self.link(&pull);
        }
    }

    /// Returns the routes to open pull requests, and whether each is a search. The search finds `OWNER/NAME#5` and
    /// URLs.
    fn targets_of_pulls(&self) -> [(String, bool); 2] {
        let home = &self.request.home;
        let query = format!("\"{home}\" in:body is:pr is:open user:{}", home.owner());
        let list = format!("/repos/{}/pulls?state=open&per_page=100", self.current(home));
        [(address_of(&query), true), (list, false)]
    }

    /// Fetches a list of pull requests.
    async fn pulls_of(
        &mut self,
        address: String,
        is_search: bool,
        found: &mut Vec<rest::RestIssue>,
    ) -> Result<ListEnd, GithubError> {
        let mut next = Some(address);
        for _ in 0..MAX_PULL_PAGES {
            let Some(address) = next.take() else { break };
            if !self.client.can_afford(4) {
                return Ok(ListEnd::Unanswered);
            }
            let read = if is_search { rest::search } else { rest::page };
            let answer = match self.client.get(&address, None, read).await {
                Err(error) if !self.client.ends_the_sync(&error) || is_search => return Ok(ListEnd::Unanswered),
                other => other?,
            };
            self.report();
            let page = answer.content.unwrap_or_default();
            if page.is_incomplete {
                return Ok(ListEnd::Unanswered);
            }
            found.extend(page.issues);
            next = answer.next;
        }
        Ok(if next.is_none() { ListEnd::Whole } else { ListEnd::TooLong })
    }

    fn take_pull(&mut self, pull: rest::RestIssue) {
        let repo = pull.repo().unwrap_or_else(|| self.request.home.clone());
        let (host, now) = (self.request.access.api.web_host(), self.request.now);
        if let Some(mut pull) = pull.into_issue(&repo, host, now, Detail::Listed) {
            pull.is_pull = true;
            self.store(pull);
        }
    }
}

/// Whether a sync without GraphQL was the last to update the pull requests of an issue.
pub(super) fn is_without_graphql(issue: &Issue, state: &SyncState) -> bool {
    let known = issue.fetch_states.of(FactKind::Pulls);
    !issue.is_pull && known.is_known() && known.at() <= state.without_graphql
}
