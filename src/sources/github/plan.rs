//! What a sync would ask for, before it asks.

use super::SyncRequest;
use super::graphql::BATCH;
use super::request::Step;
use crate::domain::{Absence, IssueRef, Snapshot};
use crate::sources::cache::{ListState, SyncState};

/// Lists what a sync would do, without a request. Counts are upper bounds where the answer decides.
pub fn plan(request: &SyncRequest, snapshot: &Snapshot, state: &SyncState) -> Vec<Step> {
    let list = state.lists.get(&request.home).cloned().unwrap_or_default();
    let needs = Needs {
        request,
        is_first: list.since.is_none(),
        absent: unknown(request, snapshot).len(),
        foreign: foreign(request, snapshot).len(),
        queries: request.queries().iter().filter(|query| !state.asked.contains(query)).count(),
    };
    let mut steps: Vec<Step> = needs.list(&list).into_iter().collect();
    steps.extend(if request.access.token.is_some() { needs.with_token() } else { needs.without_token() });
    if needs.is_first {
        let what = format!("issues of {} that changed meanwhile", request.home);
        steps.push(step(1, what, "marks the point from which the next sync goes on"));
    }
    steps
}

fn step(requests: usize, what: String, why: &str) -> Step {
    Step { requests: requests as u32, what, why: why.to_owned() }
}

struct Needs<'a> {
    request: &'a SyncRequest,
    is_first: bool,
    absent: usize,
    foreign: usize,
    queries: usize,
}

impl Needs<'_> {
    fn list(&self, list: &ListState) -> Option<Step> {
        let home = &self.request.home;
        if self.request.all && list.whole.is_none() {
            let what = format!("all issues of {home}, 100 a request");
            let why = "`--all`; each further page is one request more, and of many pages six tell whether they moved";
            return Some(step(1, what, why));
        }
        let why = match list.etag {
            Some(_) => "conditional: costs nothing where nothing changed",
            None => "what changed since the last sync",
        };
        (!self.is_first).then(|| step(1, format!("issues of {home} that changed, 100 a request"), why))
    }

    fn with_token(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let requests = self.absent.div_ceil(BATCH).max(usize::from(self.queries > 0));
        if requests > 0 {
            let what = format!("{} issues and {} searches, {BATCH} issues a request", self.absent, self.queries);
            steps.push(step(requests, what, "linked by the roadmap; children of its umbrellas; its searches"));
        }
        if self.foreign > 0 && !self.is_first {
            let what = format!("{} issues of other repositories", self.foreign);
            steps.push(step(self.foreign.div_ceil(BATCH), what, "to see what changed"));
        }
        steps
    }

    fn without_token(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.queries > 0 {
            let what = format!("{} searches, 100 issues a request", self.queries);
            steps.push(step(self.queries, what, "children of umbrellas, and titles of the roadmap"));
        }
        if self.absent > 0 {
            let what = format!("{} issues, by list where that saves requests, else one by one", self.absent);
            let why = "linked by the roadmap, where the searches do not find them; within the budget of an hour";
            steps.push(step(self.absent, what, why));
        }
        if self.foreign > 0 && !self.is_first {
            let what = format!("{} issues of other repositories", self.foreign);
            steps.push(step(self.foreign, what, "conditional: free where nothing changed"));
        }
        if self.is_first {
            let what = "open pull requests that name an issue".to_owned();
            steps.push(step(2, what, "to know what somebody works on"));
        }
        steps
    }
}

/// Returns what the roadmap links to and nobody has seen.
pub(super) fn unknown(request: &SyncRequest, snapshot: &Snapshot) -> Vec<IssueRef> {
    let is_settled = |id: &&IssueRef| {
        let missing = snapshot.missing(id).map(|missing| &missing.why);
        let is_final = matches!(missing, Some(Absence::Gone | Absence::Moved(_) | Absence::NotFound));
        snapshot.issue(id).is_some() || (is_final && !request.all)
    };
    request.linked.iter().filter(|id| !is_settled(id)).cloned().collect()
}

/// Returns what is known and lies outside the home repository, whose list tells nothing of it.
pub(super) fn foreign(request: &SyncRequest, snapshot: &Snapshot) -> Vec<IssueRef> {
    snapshot.issues.ids().filter(|id| id.repo != request.home).cloned().collect()
}
