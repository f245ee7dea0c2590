//! The selection that keys act on, and the line, project, item or issue that it stands for.

use super::Model;
use super::id::Id;
use super::list::ListLine;
use super::remaining_jobs;
use super::remaining_jobs::RemainingJobsPage;
use super::views;
use crate::domain::{Issue, IssueRef, ItemRow, Owner, PageLink, Place, ProjectId, ProjectRow};
use crate::insight::trend::Trend;

impl Model {
    /// Returns the selected part of the page, else the page itself, else the selected row.
    pub fn selection(&self) -> Option<Id> {
        let Some(page) = self.pages.last() else { return self.list.selected.clone() };
        if let Id::Project(id) = &page.of
            && let Some(item) = self.board.project(id).and_then(|project| project.items.get(page.cursor))
        {
            return Some(Id::Item(id.clone(), item.key.clone()));
        }
        if let Id::Left(left @ RemainingJobsPage { group: None, .. }) = &page.of
            && let Some(group) = remaining_jobs::groups(self, left).into_iter().nth(page.cursor)
        {
            return Some(Id::Left(RemainingJobsPage { group: Some(group.key), ..left.clone() }));
        }
        Some(page.of.clone())
    }

    /// Returns the line of an id, if it is one.
    pub fn line(&self, id: &Id) -> Option<&ListLine> {
        let Id::Line(name) = id else { return None };
        self.lines.iter().find(|line| &line.id == name)
    }

    /// Returns the series of a line of Trend.
    pub fn trend(&self, id: &Id) -> Option<&Trend> {
        let Id::Line(name) = id else { return None };
        self.trends.get()?.iter().find(|trend| views::name_of_series(trend) == *name)
    }

    /// Returns the subject of a line or of remaining jobs; any other id is its own subject.
    pub fn subject(&self, id: &Id) -> Id {
        match id {
            Id::Left(left) => match remaining_jobs::measured(self, &left.counter) {
                Some((project, Some(item))) => Id::Item(project, item),
                Some((project, None)) => Id::Project(project),
                None => id.clone(),
            },
            Id::Project(_) | Id::Item(..) | Id::Issue(_) | Id::Line(_) => {
                self.line(id).and_then(|line| line.about.clone()).unwrap_or_else(|| id.clone())
            }
        }
    }

    /// Returns the project of an id, or the one it belongs to.
    pub fn project_of(&self, id: &Id) -> Option<&ProjectRow> {
        match self.subject(id) {
            Id::Project(project) | Id::Item(project, _) => self.board.project(&project),
            Id::Issue(issue) => {
                let item = self.board.items().find(|item| item.issue.as_ref() == Some(&issue));
                let tracked = || self.world.roadmap.projects.iter().find(|project| project.issues.contains(&issue));
                self.board.project(item.map(|item| &item.project).or_else(|| tracked().map(|project| &project.id))?)
            }
            Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// Returns the item of an id.
    pub fn item_of(&self, id: &Id) -> Option<&ItemRow> {
        match self.subject(id) {
            Id::Item(project, key) => self.board.item(&project, &key),
            Id::Issue(issue) => self.board.items().find(|item| item.issue.as_ref() == Some(&issue)),
            Id::Project(_) | Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// Returns the title of a project.
    pub fn title_of(&self, project: &ProjectId) -> String {
        self.board.project(project).map_or_else(|| project.to_string(), |row| row.title.clone())
    }

    /// Returns the owner of the item, else of the project.
    pub fn owner_of(&self, id: &Id) -> Option<&Owner> {
        let of_item = self.item_of(id).map(|item| &*item.owner);
        of_item.or_else(|| self.project_of(id).map(|project| &*project.owner))
    }

    /// Returns the issue of an id; for a project, the first that tracks it, else the issue of its first item with one.
    pub fn issue_ref_of(&self, id: &Id) -> Option<IssueRef> {
        match self.subject(id) {
            Id::Issue(issue) => Some(issue),
            Id::Item(project, key) => self.board.item(&project, &key)?.issue.clone(),
            Id::Project(project) => {
                let written = self.world.roadmap.project(project.as_str())?;
                let first = written.items.iter().find_map(|item| item.issue.clone());
                written.issues.first().cloned().or(first)
            }
            Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// Returns the links of a project or an item.
    pub fn page_links_of(&self, id: &Id) -> &[PageLink] {
        let links = match self.subject(id) {
            Id::Item(project, key) => self.world.roadmap.item_of(&project, &key).map(|(_, item)| item.links.as_slice()),
            Id::Project(project) => {
                self.world.roadmap.project(project.as_str()).map(|project| project.links.as_slice())
            }
            Id::Issue(_) | Id::Left(_) | Id::Line(_) => None,
        };
        links.unwrap_or_default()
    }

    /// Returns the issue of an id, if it was fetched.
    pub fn issue_of(&self, id: &Id) -> Option<&Issue> {
        self.world.snapshot.issue(&self.issue_ref_of(id)?)
    }

    /// Returns the line of the roadmap file to edit.
    pub fn place_of(&self, id: &Id) -> Option<Place> {
        if let Some(place) = self.line(id).and_then(|line| line.place) {
            return Some(place);
        }
        let of_item = self.item_of(id).and_then(|item| item.place);
        let project = || Some(self.world.roadmap.project(self.project_of(id)?.id.as_str())?.place);
        of_item.or_else(project)
    }
}
