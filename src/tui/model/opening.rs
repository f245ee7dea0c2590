//! The target of Enter: the page that opens for the selection.

use super::{Id, Model, remaining_jobs};
use crate::domain::{ItemKey, ProjectId};
use crate::insight::trend::SeriesId;

impl Model {
    /// Returns the page that Enter opens; `None` if nothing is selected or the page is already open.
    pub fn opens(&self) -> Option<Id> {
        let id = self.selection()?;
        let of = match &id {
            Id::Left(_) => id.clone(),
            Id::Project(_) | Id::Item(..) | Id::Issue(_) | Id::Line(_) => self.subject(&id),
        };
        let next = match of {
            line @ Id::Line(_) => self.remaining_of_line(&line).unwrap_or(line),
            Id::Item(project, key) => {
                self.remaining_of(&project, &key).unwrap_or_else(|| self.page_of_item(project, key))
            }
            other @ (Id::Project(_) | Id::Issue(_) | Id::Left(_)) => other,
        };
        if self.pages.last().is_none_or(|page| page.of != next) { Some(next) } else { self.original_of(&next) }
    }

    /// The page of an item: that of its issue, if the issue was fetched.
    fn page_of_item(&self, project: ProjectId, key: ItemKey) -> Id {
        match self.board.item(&project, &key).and_then(|item| item.issue.clone()) {
            Some(issue) if self.world.snapshot.issue(&issue).is_some() => Id::Issue(issue),
            Some(_) | None => Id::Item(project, key),
        }
    }

    /// The issue that the issue of a page duplicates.
    fn original_of(&self, of: &Id) -> Option<Id> {
        let Id::Issue(id) = of else { return None };
        let original = self.world.snapshot.issue(id)?.duplicate_of.clone()?;
        self.world.snapshot.issue(&original).map(|_| Id::Issue(original))
    }

    /// The remaining jobs of the counter that measures an item.
    fn remaining_of(&self, project: &ProjectId, key: &ItemKey) -> Option<Id> {
        remaining_jobs::page(self, remaining_jobs::counter_of(self, project, key)?).map(Id::Left)
    }

    /// The remaining jobs of the counter of a line of Trend.
    fn remaining_of_line(&self, line: &Id) -> Option<Id> {
        match &self.trend(line)?.id {
            SeriesId::Counter(counter) => remaining_jobs::page(self, counter).map(Id::Left),
            SeriesId::Items => None,
        }
    }
}
