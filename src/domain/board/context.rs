//! Join context: roadmap, snapshot and date, as every rule of the join needs them.

use std::collections::HashSet;

use super::measure;
use crate::domain::{Absence, Comment, Date, Issue, IssueRef, Roadmap, Snapshot, Timestamp, end_of};

/// The arguments of a join, as its parts pass them on.
#[derive(Clone, Copy)]
pub struct JoinContext<'a> {
    /// What was written.
    pub roadmap: &'a Roadmap,
    /// What was found.
    pub snapshot: &'a Snapshot,
    /// The day to show.
    pub date: Date,
    /// Its last moment: the end of the day in UTC, or the later moment of that day at which the issues were fetched.
    end: Timestamp,
}

impl<'a> JoinContext<'a> {
    /// Puts the arguments together.
    pub fn new(roadmap: &'a Roadmap, snapshot: &'a Snapshot, date: Date) -> Self {
        // West of Greenwich an evening belongs to the next day in UTC: what was fetched then is of today.
        let fetched = snapshot.fetched_at.filter(|_| snapshot.day().is_some_and(|day| day <= date));
        Self { roadmap, snapshot, date, end: fetched.into_iter().fold(end_of(date), Ord::max) }
    }

    /// Whether the snapshot speaks of this day: task lists and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        self.snapshot.fetched_at.is_none_or(|fetched| fetched <= self.end)
    }

    /// Returns the last moment of the day that is shown.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether something had happened by the end of the day.
    pub fn is_past(&self, moment: Timestamp) -> bool {
        moment <= self.end
    }

    /// Returns the day up to which silence is known: of what came after the issues were fetched, nothing is.
    pub fn known_until(&self) -> Date {
        self.snapshot.day().map_or(self.date, |day| day.min(self.date))
    }

    /// Returns the last comment of an issue, unless it came later: only one is kept.
    pub fn last_comment<'i>(&self, issue: &'i Issue) -> Option<&'i Comment> {
        issue.last_comment.as_ref().filter(|comment| self.is_past(comment.at))
    }

    /// Whether an issue had been opened by the end of the day.
    pub fn has(&self, issue: &Issue) -> bool {
        issue.existed_by(self.end)
    }

    /// Whether an issue was closed at the date.
    pub fn is_closed(&self, issue: &Issue) -> bool {
        measure::closing(self, issue).is_some()
    }

    /// Names an issue as short as it goes.
    pub fn short(&self, id: &IssueRef) -> String {
        id.short(&self.roadmap.repo)
    }

    /// Finds an issue that existed at the date; one that was transferred is found where it is now.
    pub fn issue(&self, id: &IssueRef) -> Option<&'a Issue> {
        self.snapshot.current_issue(id).filter(|issue| self.has(issue))
    }

    /// Returns the issues that the roadmap links: by the numbers that it writes, and by those that they have now.
    pub fn linked_issues(&self) -> HashSet<&'a IssueRef> {
        self.roadmap.linked_issues().into_iter().flat_map(|id| [id, self.snapshot.current_id(id)]).collect()
    }

    /// Whether an issue is open, wherever it lives. One that was never fetched may be; a deleted one is not.
    pub fn may_block(&self, id: &IssueRef) -> bool {
        let is_open = |issue: &Issue| !self.is_closed(issue);
        match (self.snapshot.issue(id), self.snapshot.missing.get(id)) {
            (Some(issue), _) => is_open(issue),
            (None, Some(Absence::Gone)) => false,
            (None, Some(Absence::Moved(to))) => self.snapshot.issue(to).is_none_or(is_open),
            (
                None,
                None | Some(Absence::Disabled | Absence::NotFound | Absence::Unreadable(_) | Absence::NotFetched),
            ) => true,
        }
    }
}
