//! Request plan: what a sync would request.

use std::collections::BTreeSet;

use super::super::wire::graphql::BATCH;
use super::fetch::SEARCHES;
use super::older::{MENTION_PAGES, pages_of};
use super::pulls::is_without_graphql;
use super::request::{PlannedRequests, SyncRequest};
use super::wanted::links_of_boxes;
use super::{MAX_DEPTH, RECHECK, needs_timeline};
use crate::domain::{FactKind, Issue, Snapshot};
use crate::sources::cache::{ListState, SyncState};
use crate::words;

/// Plans a sync without sending a request. A step has a range if the number of requests depends on the answers.
pub fn plan(request: &SyncRequest, snapshot: &Snapshot, state: &SyncState) -> Vec<PlannedRequests> {
    let list = state.lists.get(&request.home).cloned().unwrap_or_default();
    let linked: BTreeSet<_> = request.linked.iter().map(|id| snapshot.current_id(id)).collect();
    let known = || snapshot.issues.iter().filter(|issue| linked.contains(&issue.id));
    let needs = Needs {
        request,
        is_first: list.since.is_none(),
        absent: absent(request, snapshot),
        due: known().filter(|issue| lacks(request, state, issue)).count(),
        boxes: known().filter(|issue| needs_timeline(issue)).count(),
        older: known().filter(|issue| needs_timeline(issue) && lacks(request, state, issue)).map(older_pages).sum(),
        foreign: snapshot.issues.iter().filter(|issue| issue.id.repo != request.home).count(),
        queries: request.due_queries(state, &snapshot.missing).len(),
        pulls: request.is_due(state.pulls),
    };
    let mut steps: Vec<PlannedRequests> = needs.list(&list).into_iter().collect();
    let is_check = request.all || state.names_checked.is_none_or(|at| request.is_older(at, RECHECK));
    if is_check && !state.moved.is_empty() {
        let what = format!("old names of {}", words::count(state.moved.len() as u64, "repository", "repositories"));
        steps.push(step((state.moved.len(), 0), what, "once a day: another repository may have taken one"));
    }
    match request.access.token {
        Some(_) => steps.extend(needs.with_token()),
        None => steps.extend(needs.without_token()),
    }
    if request.all && list.whole.is_some() {
        let what = format!("how many issues {} has", request.home);
        steps.push(step((1, 1_000), what, "`--all`, or a counter of issues; where some are gone, all are read again"));
    }
    if needs.is_first && !request.all {
        let what = format!("issues of {} that changed in between", request.home);
        steps.push(step((1, 1), what, "marks the point from which the next sync continues"));
    }
    steps
}

/// The number of missing issues that are linked by the roadmap or by open boxes of its issues.
fn absent(request: &SyncRequest, snapshot: &Snapshot) -> usize {
    let linked = || request.linked.iter().chain(&request.umbrellas);
    let boxes = linked().filter_map(|id| snapshot.current_issue(id)).flat_map(links_of_boxes);
    let all: BTreeSet<_> = request.linked.iter().chain(boxes).collect();
    all.into_iter().filter(|id| snapshot.issue(id).is_none()).count()
}

/// Whether facts of a linked issue would be requested.
fn lacks(request: &SyncRequest, state: &SyncState, issue: &Issue) -> bool {
    let is_known = |kind: &FactKind| issue.fetch_states.of(*kind).is_known();
    let by_name = request.is_due(issue.fetch_states.of(FactKind::Fields));
    let wanted = [FactKind::Comments, FactKind::Closer, FactKind::Pulls, FactKind::SubIssues, FactKind::Dependencies];
    by_name || (request.access.token.is_some() && (!wanted.iter().all(is_known) || is_without_graphql(issue, state)))
}

/// The maximum number of pages of older comments and mentions of an issue.
fn older_pages(issue: &Issue) -> usize {
    pages_of(issue.comments) as usize + if issue.timeline.lacks_pulls { MENTION_PAGES } else { 0 }
}

fn step((requests, more): (usize, usize), what: String, why: &str) -> PlannedRequests {
    PlannedRequests { requests: requests as u32, more: more as u32, what, why: why.to_owned() }
}

struct Needs<'a> {
    request: &'a SyncRequest,
    is_first: bool,
    absent: usize,
    due: usize,
    boxes: usize,
    /// Pages of older comments and mentions, as far as known.
    older: usize,
    foreign: usize,
    queries: usize,
    pulls: bool,
}

impl Needs<'_> {
    fn list(&self, list: &ListState) -> Option<PlannedRequests> {
        let home = &self.request.home;
        if self.request.all && list.whole.is_none() {
            let what = format!("all issues of {home}, 100 a request");
            return Some(step(
                (2, 1_000),
                what,
                "`--all`, or a counter of issues; each further page is one request more",
            ));
        }
        let why = match list.etag.as_ref().or(list.newest.as_ref()) {
            Some(_) => self.conditional(),
            None => "what changed since the last sync; one more for each 100, and for their facts",
        };
        let what = format!("issues of {home} that changed, 100 a request");
        (!self.is_first).then(|| step((1, 3), what, why))
    }

    /// The cost of a conditional request if nothing changed.
    fn conditional(&self) -> &'static str {
        match self.request.access.token {
            Some(_) => "conditional: costs nothing where nothing changed",
            None => "conditional; without a token GitHub counts it all the same",
        }
    }

    fn with_token(&self) -> Option<PlannedRequests> {
        let issues = self.absent + self.due;
        let requests = issues.div_ceil(BATCH).max(self.queries.div_ceil(SEARCHES));
        if requests == 0 {
            return None;
        }
        let what = format!("{} and {}, {BATCH} issues a request", of_issues(issues), of_searches(self.queries));
        // The depth of sub-issues of new issues is only known level by level.
        let levels = if self.absent + self.queries > 0 { MAX_DEPTH as usize } else { 0 };
        let again = (self.absent + self.boxes).div_ceil(BATCH) + usize::from(self.absent > 0);
        let more = 2 * self.queries + again + levels + self.older;
        let why = "linked by the roadmap or by open boxes; children of its umbrellas; its searches; one request more for boxes and long threads, for each level of sub-issues, and for each further hundred comments or mentions of an issue with open boxes";
        Some(step((requests, more), what, why))
    }

    fn without_token(&self) -> Vec<PlannedRequests> {
        let mut steps = Vec::new();
        if self.queries > 0 {
            let what = format!("{}, 100 issues a request", of_searches(self.queries));
            steps.push(step((self.queries, self.queries), what, "children of umbrellas, and titles of the roadmap"));
        }
        if self.absent > 0 {
            let what = format!("{}: from the list where that saves requests, else one by one", of_issues(self.absent));
            let why = "linked by the roadmap or by open boxes, where the searches do not find them; within the budget of an hour";
            steps.push(step((usize::from(self.queries == 0), self.absent + 5), what, why));
        }
        if self.foreign > 0 && !self.is_first {
            let what = format!("{} of other repositories", of_issues(self.foreign));
            let why = "conditional; without a token GitHub counts it all the same; within the budget, least recently requested first";
            steps.push(step((self.foreign.min(self.request.policy.budget as usize), 0), what, why));
        }
        if self.pulls && (self.absent > 0 || !self.is_first) {
            let what = "open pull requests that name an issue".to_owned();
            steps.push(step((2, 8), what, "to know what is worked on"));
        }
        if self.is_first || self.due > 0 {
            let what = "comments, and who closed what is stale or rotten".to_owned();
            let why = "one request for each issue that has some, as far as the budget allows";
            steps.push(step((0, self.request.policy.budget as usize), what, why));
        }
        steps
    }
}

fn of_issues(count: usize) -> String {
    words::count(count as u64, "issue", "issues")
}

fn of_searches(count: usize) -> String {
    words::count(count as u64, "search", "searches")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_includes_pages_of_older_comments_and_mentions() {
        let id = crate::domain::IssueRef::new(crate::domain::Repo::new("a/b").expect("a name"), 1);
        let pages = |comments: u32, lacks_pulls: bool| {
            let mut issue = Issue { comments, ..Issue::new(id.clone()) };
            issue.timeline.lacks_pulls = lacks_pulls;
            older_pages(&issue)
        };
        assert_eq!([pages(100, false), pages(101, false), pages(500, true), pages(501, true)], [0, 1, 8, 4]);
    }

    #[test]
    fn a_planned_step_is_a_range() {
        let step = step((2, 3), "x".into(), "y");
        assert_eq!((step.requests, step.more), (2, 3));
    }
}
