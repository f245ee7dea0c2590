//! Fetches issues of other repositories without a token: each takes a request, since no list shows what changed.

use super::super::client::GithubError;
use super::SyncRun;
use crate::domain::{FactKind, Issue, IssueRef};

/// The number of requests reserved for everything else.
const SPARED: u32 = 8;

impl SyncRun<'_> {
    /// Fetches issues of other repositories, those not requested for the longest time first, as far as the budget
    /// allows with a reserve. The next sync continues with the others. If one was not requested for a day, that is an
    /// error.
    pub(super) async fn foreign_by_rest(&mut self) -> Result<(), GithubError> {
        let mut left = self.those(|issue| issue.id.repo != self.request.home && !self.fresh.contains_key(&issue.id));
        let requested_at = |run: &Self, id: &IssueRef| run.issues.get(id)?.fetch_states.of(FactKind::Fields).at();
        left.sort_by_key(|id| requested_at(self, id));
        let at_once = self.request.policy.at_once;
        while !left.is_empty() && self.client.can_afford(SPARED + left.len().min(at_once) as u32) {
            let later = left.split_off(left.len().min(at_once));
            let batch = std::mem::replace(&mut left, later);
            self.one_by_one(batch).await?;
        }
        self.distrust_old_pulls_of_foreign();
        if left.iter().any(|id| requested_at(self, id).is_none_or(|at| self.is_old(at))) {
            self.recoverable_error = Some(GithubError::Limit { until: self.client.meter().reset, has_token: false });
        }
        self.summary.left_for_later = left;
        Ok(())
    }

    /// Marks old pull requests of issues elsewhere as unknown: they are from a sync with a token, and no list shows new
    /// ones.
    fn distrust_old_pulls_of_foreign(&mut self) {
        let is_old = |issue: &Issue| {
            let at = issue.fetch_states.of(FactKind::Pulls).at();
            issue.id.repo != self.request.home && issue.knows_pulls() && at.is_some_and(|at| self.is_old(at))
        };
        for id in self.those(is_old) {
            if let Some(issue) = self.issue_mut(&id) {
                issue.fetch_states.distrust(FactKind::Pulls);
            }
        }
    }
}
