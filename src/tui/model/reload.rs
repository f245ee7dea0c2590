//! Reloading: replaces the world after a load, a partial sync or a change of date. Selection, filters, pages and a
//! chosen date are kept.

use super::{CheckoutState, Id, IssuesLoaded, Model, SnapshotOrigin};
use crate::domain::boxes;
use crate::domain::{Board, Date, IssueRef, Snapshot, Timestamp, World};
use crate::insight::chain::Chains;

/// The step in which ages below an hour are shown, in seconds.
const AGE_STEP: i64 = 300;

impl Model {
    /// Whether all issues must be loaded, because umbrellas, a page or the view needs issues that the roadmap does not
    /// link to. True once only.
    pub fn wants_all_issues(&mut self) -> bool {
        let has_umbrellas = !self.world.roadmap.umbrellas.is_empty();
        let shows_more = has_umbrellas || !self.pages.is_empty() || self.view.spec().needs_all_issues;
        let is_wanted = shows_more && self.issues == IssuesLoaded::Linked;
        if is_wanted {
            self.issues = IssuesLoaded::Requested;
        }
        is_wanted
    }

    /// Replaces the world with a newly loaded one.
    pub fn replace(&mut self, world: World) {
        let moved = (self.world.date != self.now).then_some(self.world.date);
        self.now = world.date;
        self.issues = IssuesLoaded::All;
        // The facts of the checkout are kept until it is read again.
        let (checkout, moves) = (self.world.checkout.take(), self.world.moves.take());
        let known = std::mem::take(&mut self.world.snapshot);
        self.world = World { checkout, moves, ..world };
        self.requested_moves = None;
        if self.snapshot_origin == SnapshotOrigin::Ahead {
            self.world.snapshot = known;
        }
        if let CheckoutState::Read(_) = self.checkout {
            self.checkout = CheckoutState::Stale;
        }
        if let Some(date) = moved {
            self.world.date = date;
        }
        // The rules may have changed.
        self.left.clear();
        self.join();
        self.pages.retain(|page| exists(&self.board, &page.of));
    }

    /// Merges what a running sync has fetched so far.
    pub fn put_facts(&mut self, facts: Snapshot) {
        let known = std::mem::replace(&mut self.world.snapshot, facts);
        boxes::link_to_sub_issues(&mut self.world.snapshot);
        self.world.snapshot.is_whole = known.is_whole;
        // The age shown is that of the last complete sync.
        self.world.snapshot.fetched_on =
            known.fetched_on.filter(|_| known.fetched_at == self.world.snapshot.fetched_at);
        self.world.snapshot.refuses_graphql = known.refuses_graphql;
        self.snapshot_origin = SnapshotOrigin::Ahead;
        self.issues = IssuesLoaded::All;
        for page in &self.pages {
            if let Id::Issue(id) = &page.of {
                keep_text(&mut self.world.snapshot, &known, id);
            }
        }
        self.join();
    }

    /// Sets the text of an issue, as loaded from the cache.
    pub fn put_text(&mut self, id: &IssueRef, text: String) {
        let Some(issue) = self.world.snapshot.issues.get_mut(id) else { return };
        // A text from the running sync is newer.
        if self.snapshot_origin == SnapshotOrigin::Loaded || issue.body.is_empty() {
            issue.body = text;
        }
    }

    /// Returns the current time for ages, rounded so that an open screen is rarely redrawn.
    pub fn clock(&self) -> Timestamp {
        let (now, Some(fetched)) = (self.world.now, self.world.snapshot.fetched_at) else { return self.world.now };
        let age = now.0.saturating_sub(fetched.0);
        if (0..3600).contains(&age) { Timestamp(fetched.0 + age / AGE_STEP * AGE_STEP) } else { now }
    }

    /// Returns the seconds until a displayed age or the local day changes.
    pub fn next_tick(&self) -> Option<u64> {
        if self.world.origin.is_example() {
            return None;
        }
        let to_midnight = (self.next_day)(self.world.now);
        let Some(fetched) = self.world.snapshot.fetched_at else { return Some(to_midnight) };
        let age = self.world.now.0.saturating_sub(fetched.0).max(0);
        let step = if age < 3600 {
            AGE_STEP
        } else if age < 86_400 {
            3600
        } else {
            86_400
        };
        Some(to_midnight.min(u64::try_from(step - age % step).unwrap_or(3600)))
    }

    /// Sets the current time; a board of today follows the local day.
    pub fn set_clock(&mut self, now: Timestamp, today: Date) {
        self.world.now = now;
        if today <= self.now || self.has_day || self.world.origin.is_example() {
            return;
        }
        let shows_today = self.world.date == self.now;
        self.now = today;
        if shows_today {
            self.travel(today);
        }
    }

    /// Shows another date.
    pub fn travel(&mut self, date: Date) {
        self.world.date = date;
        // The remaining jobs are those of another day.
        self.left.clear();
        self.join();
    }

    fn join(&mut self) {
        self.board = self.world.board();
        self.filter_index.take();
        self.chains = Chains::of(&self.board);
        self.invalidate();
    }
}

/// Keeps the loaded text of an unchanged issue, since a sync may fetch issues without their text.
fn keep_text(facts: &mut Snapshot, known: &Snapshot, id: &IssueRef) {
    let (Some(issue), Some(known)) = (facts.issues.get_mut(id), known.issue(id)) else { return };
    if issue.body.is_empty() && issue.updated == known.updated {
        issue.body.clone_from(&known.body);
    }
}

fn exists(board: &Board, id: &Id) -> bool {
    match id {
        Id::Project(id) => board.project(id).is_some(),
        Id::Item(project, key) => board.item(project, key).is_some(),
        Id::Issue(_) | Id::Left(_) | Id::Line(_) => true,
    }
}
