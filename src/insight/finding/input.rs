//! What the rules look at: roadmap, snapshot and board, indexed once.

use rayon::prelude::*;

use super::link::{self, Link};
use super::titles::{Found, Named};
use crate::domain::board::At;
use crate::domain::titles::are_same;
use crate::domain::{
    Board, Date, Issue, IssueRef, Item, ItemRow, Project, ProjectRow, Repo, Roadmap, Set, Snapshot, end_of,
};

/// What the rules look at.
pub struct Input<'a> {
    /// What was written.
    pub roadmap: &'a Roadmap,
    /// What was found.
    pub snapshot: &'a Snapshot,
    /// Their join at the date.
    pub board: &'a Board,
    /// The day of the facts.
    pub date: Date,
    /// The day of the newest commit of the code that is counted, where a checkout was asked.
    pub code: Option<Date>,
    at: At<'a>,
    /// Every link of projects and items to an issue that is there, in the order of the file.
    links: Vec<Link<'a>>,
    /// Which issues they lead to, by the place in the snapshot.
    linked: Vec<bool>,
    /// The children of the umbrellas that are there, by their places.
    children: Set<usize>,
    titles: Found,
}

impl<'a> Input<'a> {
    /// Indexes what there is; `board` must be the join of the two.
    pub fn new(roadmap: &'a Roadmap, snapshot: &'a Snapshot, board: &'a Board) -> Self {
        let at = At::new(roadmap, snapshot, board.date);
        let (links, linked, children, titles) = Default::default();
        let mut input =
            Self { roadmap, snapshot, board, date: board.date, code: None, at, links, linked, children, titles };
        input.index_links();
        input.index_children();
        input.index_titles();
        input
    }

    fn index_links(&mut self) {
        let at = self.at;
        let rows = || self.roadmap.projects.iter().zip(&self.board.projects);
        let mut links: Vec<_> = if self.roadmap.is_large() {
            let rows: Vec<_> = rows().collect();
            rows.into_par_iter().flat_map_iter(|(project, row)| link::of_project(at, project, row)).collect()
        } else {
            rows().flat_map(|(project, row)| link::of_project(at, project, row)).collect()
        };
        let mut linked = vec![false; self.snapshot.issues.len()];
        for link in &mut links {
            if let Some(linked) = linked.get_mut(link.place) {
                link.is_repeated = std::mem::replace(linked, true);
            }
        }
        (self.links, self.linked) = (links, linked);
    }

    /// A child says so itself, or its umbrella does.
    fn index_children(&mut self) {
        let issues = &self.snapshot.issues;
        let (mut children, umbrellas) = (Set::default(), &self.roadmap.umbrellas);
        for umbrella in umbrellas {
            children.extend(issues.with_parent(umbrella));
            let own = self.issue(umbrella).into_iter().flat_map(|issue| &issue.sub_issues);
            children.extend(own.filter_map(|id| issues.ids().find(id)));
        }
        self.children = children;
    }

    fn index_titles(&mut self) {
        let umbrellas = self.roadmap.umbrellas.iter().filter_map(|id| self.snapshot.issue(id));
        let own = self.roadmap.projects.iter().flat_map(names_of);
        let names = own.chain(umbrellas.flat_map(|issue| issue.names.iter().map(AsRef::as_ref)));
        // Only titles of closed linked issues are ever looked up, so nothing else is kept.
        let closed = self.links.iter().filter(|link| link.is_closed()).map(|link| link.issue.title.as_str());
        self.titles = Found::new(&self.snapshot.issues, end_of(self.date), names, closed);
    }

    /// Returns what is compared.
    pub(super) fn at(&self) -> &At<'a> {
        &self.at
    }

    /// Returns every link to an issue that is there.
    pub(super) fn links(&self) -> &[Link<'a>] {
        &self.links
    }

    /// Finds an issue that existed at the date.
    pub fn issue(&self, id: &IssueRef) -> Option<&'a Issue> {
        self.at.issue(id)
    }

    /// Tells whether an issue was closed at the date.
    pub fn is_closed(&self, issue: &Issue) -> bool {
        self.at.is_closed(issue)
    }

    /// Tells whether the snapshot speaks of the date: labels, boxes and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        self.at.is_current()
    }

    /// Returns the open issues with the same title as this one.
    pub(super) fn open_namesakes(&self, issue: &Issue) -> Vec<&'a Issue> {
        let own = self.snapshot.issues.ids().find(&issue.id);
        let others = self.titles.same(&issue.title).filter(|place| Some(*place) != own);
        let open = others.filter_map(|place| self.snapshot.issues.at(place)).filter(|other| !self.is_closed(other));
        open.filter(|other| are_same(&other.title, &issue.title)).collect()
    }

    /// Tells whether the issue at a place is linked and there.
    pub(super) fn is_linked(&self, place: usize) -> bool {
        self.linked.get(place).is_some_and(|linked| *linked)
    }

    /// Tells whether the issue at a place is a child of an umbrella.
    pub(super) fn is_child(&self, place: usize) -> bool {
        self.children.contains(&place)
    }

    /// Returns the issues whose title has a name as a word, in order.
    pub(super) fn naming(&self, name: &str) -> &[Named] {
        self.titles.naming(name)
    }

    /// Returns projects with their rows.
    pub fn projects(&self) -> impl Iterator<Item = (&'a Project, &'a ProjectRow)> {
        self.roadmap.projects.iter().zip(&self.board.projects)
    }

    /// Returns written items with their rows and projects.
    pub fn items(&self) -> impl Iterator<Item = (&'a Project, &'a Item, &'a ItemRow)> {
        self.projects().flat_map(|(project, row)| {
            project.items.iter().zip(&row.items).map(move |(item, row)| (project, item, row))
        })
    }

    /// Names an issue as short as it goes.
    pub fn short(&self, id: &IssueRef) -> String {
        self.at.short(id)
    }

    /// Spells an issue as YAML has it: a bare number at home.
    pub(super) fn yaml(&self, id: &IssueRef) -> String {
        yaml(id, &self.roadmap.repo)
    }
}

/// Spells an issue as YAML has it: a bare number at home.
pub(super) fn yaml(id: &IssueRef, home: &Repo) -> String {
    if &id.repo == home { id.number.to_string() } else { id.to_string() }
}

/// The names under which a project is known.
pub(super) fn names_of(project: &Project) -> impl Iterator<Item = &str> {
    std::iter::once(project.id.as_str()).chain(project.aliases.iter().map(AsRef::as_ref))
}

/// `1 day`, `2 days`
pub fn days_text(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
