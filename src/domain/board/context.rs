//! Join context: the roadmap, snapshot and date that every rule of the join needs.

use std::collections::HashSet;

use super::box_states::KnownBoxes;
use super::measure;
use crate::domain::{Absence, Comment, Date, Issue, IssueRef, Project, Roadmap, Snapshot, Timestamp, end_of};

/// The arguments of a join.
#[derive(Clone, Copy)]
pub struct JoinContext<'a> {
    /// The roadmap.
    pub roadmap: &'a Roadmap,
    /// The fetched issues.
    pub snapshot: &'a Snapshot,
    /// The day to show.
    pub date: Date,
    /// The end of the day in UTC, or the time of the last fetch if that is later and on the same local day.
    end: Timestamp,
    /// The states of boxes of the board, if there is one.
    pub(super) known_boxes: Option<&'a KnownBoxes>,
}

impl<'a> JoinContext<'a> {
    /// Creates the context.
    pub fn new(roadmap: &'a Roadmap, snapshot: &'a Snapshot, date: Date) -> Self {
        // West of Greenwich, a fetch in the evening is already on the next day in UTC, but belongs to today.
        let fetched = snapshot.fetched_at.filter(|_| snapshot.day().is_some_and(|day| day <= date));
        let end = fetched.into_iter().fold(end_of(date), Ord::max);
        Self { roadmap, snapshot, date, end, known_boxes: None }
    }

    /// Uses states of boxes that were read before.
    pub(super) fn knowing(self, known_boxes: &'a KnownBoxes) -> Self {
        Self { known_boxes: Some(known_boxes), ..self }
    }

    /// Whether the snapshot describes this day. Task lists and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        self.snapshot.fetched_at.is_none_or(|fetched| fetched <= self.end)
    }

    /// Returns the context of the day of the snapshot, or this one if it describes its day.
    #[must_use]
    pub fn at_fetch(&self) -> Self {
        let day = self.snapshot.day().filter(|_| !self.is_current());
        let of_day = |day| Self { known_boxes: self.known_boxes, ..Self::new(self.roadmap, self.snapshot, day) };
        day.map_or(*self, of_day)
    }

    /// Returns the last moment of the shown day.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether a moment is not after the end of the shown day.
    pub fn is_past(&self, moment: Timestamp) -> bool {
        moment <= self.end
    }

    /// Returns the last day on which silence can be judged: nothing is known after the last fetch.
    pub fn known_until(&self) -> Date {
        self.snapshot.day().map_or(self.date, |day| day.min(self.date))
    }

    /// Returns the last comment of an issue, unless it is later than the date. Earlier comments are not kept.
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

    /// Returns the shortest name of an issue: `#5`, or `owner/name#5` outside the roadmap's repository.
    pub fn short(&self, id: &IssueRef) -> String {
        id.short(&self.roadmap.repo)
    }

    /// Finds an issue that existed at the date, following transfers.
    pub fn issue(&self, id: &IssueRef) -> Option<&'a Issue> {
        self.snapshot.current_issue(id).filter(|issue| self.has(issue))
    }

    /// Returns the issues that the roadmap links, under the numbers it gives and under their current ones.
    pub fn linked_issues(&self) -> HashSet<&'a IssueRef> {
        self.roadmap.linked_issues().into_iter().flat_map(|id| [id, self.snapshot.current_id(id)]).collect()
    }

    /// Returns the children of umbrellas: either of the two may name the other.
    pub fn children_of_umbrellas(&self) -> HashSet<&'a IssueRef> {
        let current = |id| self.snapshot.current_id(id);
        let umbrellas: HashSet<_> = self.roadmap.umbrellas.iter().flat_map(|id| [id, current(id)]).collect();
        let names_one = |issue: &&Issue| issue.parents.iter().any(|parent| umbrellas.contains(parent));
        let naming = self.snapshot.issues.iter().filter(names_one).map(|issue| &issue.id);
        let umbrellas = self.roadmap.umbrellas.iter().filter_map(|umbrella| self.issue(umbrella));
        let named = umbrellas.flat_map(|issue| issue.sub_issues.iter().chain(&issue.steps)).map(current);
        naming.chain(named).collect()
    }

    /// Whether the roadmap has the work of an issue: as an item, as the issue of a project, or as an umbrella.
    pub fn has_work(&self, id: &IssueRef) -> bool {
        let all = self.roadmap.umbrellas.iter().chain(self.roadmap.projects.iter().flat_map(Project::linked_issues));
        let migrated = self.roadmap.migrated.iter().filter_map(|item| item.issue.as_ref());
        let id = self.snapshot.current_id(id);
        all.chain(migrated).any(|own| self.snapshot.current_id(own) == id)
    }

    /// Whether an issue may be open, following transfers. True if it was never fetched, false if it was deleted.
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
