//! Target of Enter: the page that opens for what is selected.

use super::{Id, Model, remaining_jobs};
use crate::domain::{ItemKey, ProjectId};
use crate::insight::trend::SeriesId;

impl Model {
    /// What Enter opens; `None` where nothing is selected, or its page is open already.
    pub fn opens(&self) -> Option<Id> {
        let id = self.selection()?;
        let of = match &id {
            Id::Left(_) => id.clone(),
            Id::Project(_) | Id::Item(..) | Id::Issue(_) | Id::Line(_) => self.thing(&id),
        };
        let next = match of {
            line @ Id::Line(_) => self.left_of_line(&line).unwrap_or(line),
            Id::Item(project, key) => self.left_of(&project, &key).unwrap_or_else(|| self.page_of_item(project, key)),
            other @ (Id::Project(_) | Id::Issue(_) | Id::Left(_)) => other,
        };
        if self.pages.last().is_none_or(|page| page.of != next) { Some(next) } else { self.original_of(&next) }
    }

    /// A project page shows its items; an item opens its issue where there is one.
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

    /// What is left of the counter that measures an item.
    fn left_of(&self, project: &ProjectId, key: &ItemKey) -> Option<Id> {
        remaining_jobs::page(self, remaining_jobs::counter_of(self, project, key)?).map(Id::Left)
    }

    /// What is left of the counter of a line of Trend.
    fn left_of_line(&self, line: &Id) -> Option<Id> {
        match &self.trend(line)?.id {
            SeriesId::Counter(counter) => remaining_jobs::page(self, counter).map(Id::Left),
            SeriesId::Items => None,
        }
    }
}
