//! Selection: what keys act on, as a line, project, item or issue.

use super::Model;
use super::id::Id;
use super::list::ListLine;
use super::remaining_jobs;
use super::remaining_jobs::Leftover;
use super::views;
use crate::domain::{Issue, IssueRef, ItemRow, Owner, PageLink, Place, ProjectId, ProjectRow};
use crate::insight::trend::Trend;

impl Model {
    /// What keys act on: the part of the page that is selected, else the page, else the row.
    pub fn selection(&self) -> Option<Id> {
        let Some(page) = self.pages.last() else { return self.list().selected.clone() };
        if let Id::Project(id) = &page.of
            && let Some(item) = self.board.project(id).and_then(|project| project.items.get(page.cursor))
        {
            return Some(Id::Item(id.clone(), item.key.clone()));
        }
        if let Id::Left(left @ Leftover { group: None, .. }) = &page.of
            && let Some(group) = remaining_jobs::groups(self, left).into_iter().nth(page.cursor)
        {
            return Some(Id::Left(Leftover { group: Some(group.key), ..left.clone() }));
        }
        Some(page.of.clone())
    }

    /// The line of a list, where the subject is one.
    pub fn line(&self, id: &Id) -> Option<&ListLine> {
        let Id::Line(name) = id else { return None };
        self.lines.iter().find(|line| &line.id == name)
    }

    /// The series of a line of Trend.
    pub fn trend(&self, id: &Id) -> Option<&Trend> {
        let Id::Line(name) = id else { return None };
        self.trends.get()?.iter().find(|trend| views::name_of_series(trend) == *name)
    }

    /// What a line is about, else the thing itself.
    pub fn thing(&self, id: &Id) -> Id {
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

    /// The project that a thing is, or belongs to.
    pub fn project_of(&self, id: &Id) -> Option<&ProjectRow> {
        match self.thing(id) {
            Id::Project(project) | Id::Item(project, _) => self.board.project(&project),
            Id::Issue(issue) => {
                let item = self.board.items().find(|item| item.issue.as_ref() == Some(&issue));
                let tracked = || self.world.roadmap.projects.iter().find(|project| project.issues.contains(&issue));
                self.board.project(item.map(|item| &item.project).or_else(|| tracked().map(|project| &project.id))?)
            }
            Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// The item that a thing is.
    pub fn item_of(&self, id: &Id) -> Option<&ItemRow> {
        match self.thing(id) {
            Id::Item(project, key) => self.board.item(&project, &key),
            Id::Issue(issue) => self.board.items().find(|item| item.issue.as_ref() == Some(&issue)),
            Id::Project(_) | Id::Left(_) | Id::Line(_) => None,
        }
    }

    /// The title of a project; ids are for what one types.
    pub fn title_of(&self, project: &ProjectId) -> String {
        self.board.project(project).map_or_else(|| project.to_string(), |row| row.title.clone())
    }

    /// Who owns a thing: its item, else its project.
    pub fn owner_of(&self, id: &Id) -> Option<&Owner> {
        let of_item = self.item_of(id).map(|item| &*item.owner);
        of_item.or_else(|| self.project_of(id).map(|project| &*project.owner))
    }

    /// The issue behind a thing: its own, for a project the first that tracks it.
    pub fn issue_ref_of(&self, id: &Id) -> Option<IssueRef> {
        match self.thing(id) {
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

    /// The pages that the roadmap names for a project or an item.
    pub fn page_links_of(&self, id: &Id) -> &[PageLink] {
        let links = match self.thing(id) {
            Id::Item(project, key) => self.world.roadmap.item_of(&project, &key).map(|(_, item)| item.links.as_slice()),
            Id::Project(project) => {
                self.world.roadmap.project(project.as_str()).map(|project| project.links.as_slice())
            }
            Id::Issue(_) | Id::Left(_) | Id::Line(_) => None,
        };
        links.unwrap_or_default()
    }

    /// The issue behind a thing, where it was fetched.
    pub fn issue_of(&self, id: &Id) -> Option<&Issue> {
        self.world.snapshot.issue(&self.issue_ref_of(id)?)
    }

    /// The line of the roadmap file to edit.
    pub fn place_of(&self, id: &Id) -> Option<Place> {
        if let Some(place) = self.line(id).and_then(|line| line.place) {
            return Some(place);
        }
        let of_item = self.item_of(id).and_then(|item| item.place);
        let project = || Some(self.world.roadmap.project(self.project_of(id)?.id.as_str())?.place);
        of_item.or_else(project)
    }
}
