//! A sync: fetches what is unknown and what changed, and merges it with the known facts.
//!
//! Each kind of fact of an issue has a fetch state. A change in a list marks all facts that are not in lists as
//! unknown, and a sync requests every wanted fact that is not known. So what an error left out is fetched by the next
//! sync. With a token, one request returns all facts of fifty issues. Without one, searches and lists come before
//! single issues, within the budget of an hour.

mod details;
mod facts;
mod fetch;
mod foreign;
mod lists;
mod merge;
mod names;
mod older;
mod plan;
mod pulls;
mod request;
mod wanted;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::client::{Client, Closed, ClosedBy, GithubError};
use crate::domain::{
    Absence, CloseReason, FactKind, FactState, Issue, IssueRef, IssueState, Repo, Snapshot, TaskState, Timestamp,
};
use crate::sources::cache::{ListState, SyncState};

pub use facts::{News, SyncFacts};
pub use plan::plan;
pub use request::{PlannedRequests, Summary, SyncOutcome, SyncProgress, SyncRequest};

/// The age in seconds after which facts of a followed issue are requested again even without a change in a list:
/// deletions, transfers, and pull requests of other repositories are in no list.
const RECHECK: i64 = 86_400;

/// How long before its expiry a token is reported, in seconds.
const WEEK: i64 = 7 * 86_400;

/// The maximum depth of children that is followed.
const MAX_DEPTH: u32 = 8;

/// Updates the known facts. Writes nothing; dropping the future cancels it.
pub async fn sync(
    request: &SyncRequest,
    snapshot: Snapshot,
    state: SyncState,
    tell: &(dyn Fn(News<'_>) + Send + Sync),
) -> SyncOutcome {
    let key = request.access.limit_key();
    let why = if state.asked_to_wait.contains(&key) { ClosedBy::Wait } else { ClosedBy::Limit };
    let closed = state.closed_until.get(&key).map(|until| Closed { until: *until, why });
    let client = Client::new(request.access.clone(), request.policy.clone(), request.now, closed);
    let expected = plan(request, &snapshot, &state).iter().map(|step| step.requests).sum();
    let mut run = SyncRun::new(request, client, snapshot, state, tell, expected);
    let result = tokio::select! {
        result = run.run() => result,
        () = request.stop.notified() => Err(GithubError::Interrupted { signal: 2 }),
    };
    // The facts of the last phase, even if an error ended it.
    run.report_facts();
    run.finish(result.err())
}

/// The state of a running sync.
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub(super) struct SyncRun<'a> {
    request: &'a SyncRequest,
    client: Arc<Client>,
    state: SyncState,
    summary: Summary,
    issues: BTreeMap<IssueRef, Issue>,
    missing: BTreeMap<IssueRef, Absence>,
    fetched_at: Option<Timestamp>,
    /// The list state before the changes, until the comments of these changes are fetched.
    list_before_comments: Option<ListState>,
    /// The issues that the roadmap needs, including the children of its umbrellas.
    wanted: BTreeSet<IssueRef>,
    /// What other roadmaps of the repository need, since they share its list of changes.
    others: Vec<wanted::OtherRoadmap>,
    /// Issues whose fields were fetched in this sync, with their previous number of comments.
    fresh: BTreeMap<IssueRef, u32>,
    /// Issues requested by number in this sync, with whether their timeline was: they are not requested again.
    requested: BTreeSet<(IssueRef, bool)>,
    /// Issues with more mentions than were returned in this sync, so that their pull requests are not known yet.
    much_mentioned: BTreeSet<IssueRef>,
    /// Issues whose sub-issues were requested by REST in this sync.
    requested_sub_issues: BTreeSet<IssueRef>,
    /// The current names of repositories whose issues were returned under another name, as found in this sync.
    names: BTreeMap<Repo, names::NameAnswer>,
    keeps_all: bool,
    is_reading_whole: bool,
    has_graphql: bool,
    /// Whether GraphQL supports the fields that GitHub added in 2025.
    is_recent: bool,
    /// An error that did not end the sync.
    recoverable_error: Option<GithubError>,
    /// Whether there are new facts that were not reported yet.
    has_news: bool,
    tell: &'a (dyn Fn(News<'_>) + Send + Sync),
    expected: u32,
}

impl<'a> SyncRun<'a> {
    fn new(
        request: &'a SyncRequest,
        client: Client,
        snapshot: Snapshot,
        mut state: SyncState,
        tell: &'a (dyn Fn(News<'_>) + Send + Sync),
        expected: u32,
    ) -> Self {
        let is_whole =
            state.lists.get(&request.home).is_some_and(|list| list.whole.is_some() || list.whole_until.is_some());
        wanted::note_interest(request, &mut state);
        if request.is_asked_for {
            state.agreed.extend(request.repos());
        }
        let others = wanted::others(request, &state, &snapshot.missing);
        let mut run = Self {
            has_graphql: client.access.token.is_some(),
            is_recent: true,
            keeps_all: request.all || is_whole,
            is_reading_whole: false,
            fetched_at: snapshot.fetched_at,
            missing: snapshot.missing,
            issues: snapshot.issues.into_iter().map(|issue| (issue.id.clone(), issue)).collect(),
            summary: Summary::default(),
            fresh: BTreeMap::new(),
            requested: BTreeSet::new(),
            much_mentioned: BTreeSet::new(),
            requested_sub_issues: BTreeSet::new(),
            names: BTreeMap::new(),
            recoverable_error: None,
            list_before_comments: None,
            others,
            request,
            client: Arc::new(client),
            state,
            wanted: request.linked.iter().chain(&request.umbrellas).cloned().collect(),
            has_news: false,
            tell,
            expected,
        };
        run.forget_conflicting_names();
        run.note_other_names();
        run.want_children();
        run
    }

    async fn run(&mut self) -> Result<(), GithubError> {
        self.check_names().await?;
        let result = self.phases().await;
        let is_absent = matches!(result, Err(GithubError::NotFound(_) | GithubError::Gone { .. }));
        // The new name of the home repository no longer exists, but the one in the roadmap may.
        if is_absent && self.forget_new_name(&self.request.home) { self.phases().await } else { result }
    }

    async fn phases(&mut self) -> Result<(), GithubError> {
        let home = self.request.home.clone();
        let list = self.state.lists.get(&home).cloned().unwrap_or_default();
        // Without a token, the budget may not suffice for everything, so what the roadmap needs comes first.
        let whole_comes_first = self.has_graphql;
        let wants_whole = self.request.all && list.whole.is_none();
        if wants_whole && whole_comes_first {
            self.whole(list.whole_until).await?;
        } else if let Some(since) = list.since {
            self.list_before_comments = Some(list.clone());
            if self.changed(since, &list).await? {
                self.report_facts();
                self.new_comments(since).await?;
            }
            self.list_before_comments = None;
        }
        self.report_facts();
        self.searches_and_issues().await?;
        self.report_facts();
        self.fetch_followed_facts().await?;
        self.report_facts();
        if self.state.lists.get(&home).is_none_or(|list| list.since.is_none()) {
            self.mark().await?;
            // Facts that changed in the meantime.
            if self.has_graphql && !self.lacking().is_empty() {
                self.fetch_followed_facts().await?;
            }
        }
        if wants_whole && !whole_comes_first {
            self.whole(list.whole_until).await?;
            self.closers_and_comments().await?;
        } else if !wants_whole {
            self.facts_after_whole().await?;
        }
        Ok(())
    }

    /// Fetches due searches, missing issues of the roadmap, and their children.
    async fn searches_and_issues(&mut self) -> Result<(), GithubError> {
        let queries = self.request.due_queries(&self.state, &self.missing);
        let absent: Vec<IssueRef> = self.wanted.iter().filter(|id| !self.issues.contains_key(*id)).cloned().collect();
        self.fetch(absent, queries.clone()).await?;
        let mut of_moved_umbrellas = self.request.due_queries(&self.state, &self.missing);
        of_moved_umbrellas.retain(|query| !queries.contains(query));
        if !of_moved_umbrellas.is_empty() {
            self.fetch(Vec::new(), of_moved_umbrellas).await?;
        }
        self.report_facts();
        for _ in 0..MAX_DEPTH {
            self.sub_issues_by_rest().await?;
            if !self.new_children().await? {
                break;
            }
        }
        Ok(())
    }

    fn is_old(&self, at: Timestamp) -> bool {
        self.request.is_older(at, RECHECK)
    }

    /// Whether any fact of an issue was last requested too long ago.
    fn is_any_old(&self, issue: &Issue) -> bool {
        let is_wanted = |kind: &FactKind| *kind != FactKind::Timeline || needs_timeline(issue);
        let mut kinds = FactKind::ALL.into_iter().filter(is_wanted);
        kinds.any(|kind| issue.fetch_states.of(kind).at().is_some_and(|at| self.is_old(at)))
    }

    /// Whether an issue changed in or after the second in which an earlier sync requested its facts: a further change
    /// within that second would not show in any list. Compares by GitHub's clock.
    fn changed_when_fetched(&self, issue: &Issue, kinds: &[FactKind]) -> bool {
        let known = |kind: &FactKind| issue.fetch_states.of(*kind);
        let fetched = kinds.iter().map(known).filter(|it| it.is_known()).filter_map(FactState::at).min();
        let (Some(fetched), Some(updated), Some(date)) = (fetched, issue.updated, self.client.meter().first_date)
        else {
            return false;
        };
        let since = self.request.now.0 - fetched.0;
        since > 0 && (Timestamp(date.0 - since)..=date).contains(&updated)
    }

    /// Returns the wanted kinds of facts of an issue that are not known.
    fn unknown_kinds(&self, issue: &Issue) -> Vec<FactKind> {
        let is_wanted = |kind: &FactKind| match kind {
            FactKind::Timeline => self.has_graphql && needs_timeline(issue),
            FactKind::Closer => !issue.knows_closer() || self.has_graphql,
            FactKind::Comments => !issue.knows_comments(),
            FactKind::Fields => true,
            FactKind::SubIssues => !issue.is_pull && (self.has_graphql || counts_some(issue, FactKind::SubIssues)),
            FactKind::Pulls | FactKind::Dependencies => !issue.is_pull && self.has_graphql,
        };
        FactKind::ALL.into_iter().filter(is_wanted).filter(|kind| !issue.fetch_states.of(*kind).is_known()).collect()
    }

    fn finish(mut self, error: Option<GithubError>) -> SyncOutcome {
        if error.is_none() {
            self.drop_unwanted();
        }
        self.state.refuses_graphql = !self.has_graphql && self.client.access.token.is_some();
        if !self.has_graphql {
            self.state.without_graphql = Some(self.request.now);
        }
        self.missing = self.absent().map(|(id, why)| (id.clone(), why.clone())).collect();
        let error = error.or(self.recoverable_error.take());
        // Missing comments are fetched with the same changes by the next sync.
        if let Some(list) = self.list_before_comments.take() {
            self.state.lists.insert(self.request.home.clone(), list);
        }
        self.mark_partial_sync();
        self.sum_up();
        self.note_closed();
        // If nothing was fetched, the earlier oddities remain.
        if !self.fresh.is_empty() || !self.summary.odd.is_empty() {
            self.state.odd.clone_from(&self.summary.odd);
        }
        if let Some(own) = self.state.interests.get_mut(&self.request.roadmap).filter(|_| error.is_none()) {
            own.completed_at = Some(self.request.now);
        }
        // Data is as old as the last complete sync.
        let fetched_at = if error.is_none() { Some(self.request.now) } else { self.fetched_at };
        let snapshot = Snapshot::new(fetched_at, self.issues.into_values().collect::<Vec<_>>(), self.missing);
        SyncOutcome { snapshot, state: self.state, summary: self.summary, error }
    }

    fn note_closed(&mut self) {
        let key = self.request.access.limit_key();
        self.state.closed_until.remove(&key);
        self.state.asked_to_wait.remove(&key);
        let Some(closed) = self.client.closed() else { return };
        if closed.why == ClosedBy::Wait {
            self.state.asked_to_wait.insert(key.clone());
        }
        self.state.closed_until.insert(key, closed.until);
    }

    fn sum_up(&mut self) {
        let meter = self.client.meter();
        self.summary.requests = meter.requests;
        (self.summary.left, self.summary.reset) = (meter.left, meter.reset);
        self.summary.token_expires = meter.token_expires.filter(|at| at.0 - self.request.now.0 < WEEK);
        drop(meter);
        let left = self.missing.iter().filter(|(id, why)| **why == Absence::NotFetched && self.wanted.contains(*id));
        self.summary.not_fetched = left.map(|(id, _)| id.clone()).collect();
        self.summary.unknown = self.those(|issue| !self.unknown_kinds(issue).is_empty());
        self.summary.without_graphql = self.without_graphql();
        let is_open = |issue: &Issue| issue.state == IssueState::Open && issue.id.repo == self.request.home;
        let lacks_pulls = |issue: &Issue| is_open(issue) && !issue.knows_pulls();
        self.summary.without_pulls = if self.has_graphql { Vec::new() } else { self.those(lacks_pulls) };
        self.summary.has_too_many_pulls = self.state.pulls.is_known();
        let seen = self.followed().into_iter().filter_map(|issue| issue.fetch_states.of(FactKind::Fields).at()).min();
        self.summary.seen_since = seen.filter(|at| *at < self.request.now);
    }

    /// Returns the kinds of facts that are missing because GraphQL was not used, with the affected issues.
    fn without_graphql(&self) -> BTreeMap<FactKind, Vec<IssueRef>> {
        let by_graphql =
            |issue: &Issue| [true, false].iter().any(|it| self.requested.contains(&(issue.id.clone(), *it)));
        let is_new = |issue: &Issue, kind| {
            let is_of_now = issue.fetch_states.of(kind) == FactState::Known { at: self.request.now };
            if kind == FactKind::Pulls { by_graphql(issue) } else { is_of_now }
        };
        let has_token = self.client.access.token.is_some();
        let may_have =
            |issue: &Issue, kind| may_have(issue, kind) || (has_token && kind == FactKind::Pulls && !issue.is_pull);
        let kinds = [FactKind::Closer, FactKind::Pulls, FactKind::Dependencies, FactKind::Timeline].into_iter();
        let lacks = |kind| {
            self.those(|issue| {
                !is_new(issue, kind) && !self.unknown_kinds(issue).contains(&kind) && may_have(issue, kind)
            })
        };
        kinds.filter(|_| !self.has_graphql).map(|kind| (kind, lacks(kind))).filter(|(_, ids)| !ids.is_empty()).collect()
    }

    fn report(&self) {
        let done = self.client.meter().requests;
        (self.tell)(News::Progress(SyncProgress { done, total: self.expected.max(done) }));
    }

    fn issue_mut(&mut self, id: &IssueRef) -> Option<&mut Issue> {
        self.has_news |= self.issues.contains_key(id);
        self.issues.get_mut(id)
    }
}

/// Whether an issue may have facts of a kind that is not in lists.
fn may_have(issue: &Issue, kind: FactKind) -> bool {
    match kind {
        FactKind::Closer => {
            !issue.is_pull && issue.state != IssueState::Open && !issue.fetch_states.of(kind).is_known()
        }
        FactKind::Dependencies => {
            let is_duplicate = issue.github_reason == Some(CloseReason::Duplicate);
            counts_some(issue, kind)
                || is_duplicate && !issue.fetch_states.of(kind).is_known()
                || !(issue.blocked_by.is_empty() && issue.blocking.is_empty() && issue.duplicate_of.is_none())
        }
        FactKind::Pulls => issue.pulls.iter().flatten().any(|pull| pull.is_open && !pull.by_list),
        FactKind::Timeline => needs_timeline(issue),
        FactKind::Fields | FactKind::Comments | FactKind::SubIssues => false,
    }
}

/// Whether facts of a kind exist but are missing: a list counts them, or an answer was truncated.
fn counts_some(issue: &Issue, kind: FactKind) -> bool {
    matches!(issue.fetch_states.of(kind), FactState::Failed { .. })
}

/// Whether the timeline of an issue matters, because it has open boxes.
fn needs_timeline(issue: &Issue) -> bool {
    let has_boxes = issue.tasks.iter().any(|task| task.state == TaskState::Open);
    !issue.is_pull && issue.state == IssueState::Open && has_boxes
}
