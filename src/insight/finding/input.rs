//! Input of the rules: roadmap, snapshot and board, indexed once.

use std::collections::HashSet;

use super::link::{self, IssueLink};
use super::titles::Titles;
use crate::domain::board::JoinContext;
use crate::domain::checkout::NewestCommit;
use crate::domain::{Board, Date, Issue, IssueRef, Item, ItemRow, Project, ProjectRow, Roadmap, Rule, Snapshot, State};

/// Everything that the rules read.
pub struct Input<'a> {
    /// The roadmap, as people wrote it.
    pub roadmap: &'a Roadmap,
    /// The snapshot, as it was found.
    pub snapshot: &'a Snapshot,
    /// Their join at the date.
    pub board: &'a Board,
    /// The day that the findings are about.
    pub date: Date,
    /// The newest commit of each counter's checkout, if that was read.
    pub newest_commits: &'a [NewestCommit],
    /// The context of the join.
    pub(super) at: JoinContext<'a>,
    /// Every link of projects and items to an issue in the snapshot, in the order of the file.
    pub(super) links: Vec<IssueLink<'a>>,
    /// The linked issues, those of dropped projects included.
    pub(super) linked: HashSet<&'a IssueRef>,
    /// The children of the umbrellas.
    pub(super) children: HashSet<&'a IssueRef>,
    pub(super) titles: Titles<'a>,
}

impl<'a> Input<'a> {
    /// Indexes the input; `board` must be the join of the two.
    pub fn new(roadmap: &'a Roadmap, snapshot: &'a Snapshot, board: &'a Board) -> Self {
        let at = board.context(roadmap, snapshot);
        let (links, linked) = links(at, board);
        // Only titles of closed linked issues are ever looked up, so nothing else is kept.
        let closed = links.iter().filter(|link| link.is_closed).map(|link| link.issue.title.as_str());
        let titles = Titles::looking_for(names_in_titles(roadmap, snapshot), closed);
        let titles = titles.found_in(&snapshot.issues, at.end());
        let (date, children) = (board.date, at.children_of_umbrellas());
        Self { roadmap, snapshot, board, date, newest_commits: &[], at, links, linked, children, titles }
    }

    /// Returns the links to open issues, each issue once and without pull requests; none for a day of the past.
    pub(super) fn open_links(&self) -> impl Iterator<Item = &IssueLink<'a>> {
        let links = if self.is_current() { self.links.as_slice() } else { &[] };
        links.iter().filter(|link| !link.is_repeated && !link.is_closed && !link.issue.is_pull)
    }

    /// Finds an issue that existed at the date.
    pub fn issue(&self, id: &IssueRef) -> Option<&'a Issue> {
        self.at.issue(id)
    }

    /// Whether an issue had been opened by the date.
    pub fn has(&self, issue: &Issue) -> bool {
        self.at.has(issue)
    }

    /// Whether an issue was closed at the date.
    pub fn is_closed(&self, issue: &Issue) -> bool {
        self.at.is_closed(issue)
    }

    /// Whether the snapshot is from this day: labels, boxes and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        self.at.is_current()
    }

    /// Returns the open issues with the same title as this one.
    pub(super) fn open_namesakes(&self, issue: &Issue) -> Vec<&'a Issue> {
        let others = self.titles.same(&issue.title).iter().filter(|other| other.id != issue.id);
        others.filter(|other| !self.is_closed(other)).copied().collect()
    }

    /// Returns the issues that counters count, so that the roadmap need not list them one by one.
    pub(super) fn counted_issues(&self) -> HashSet<&'a IssueRef> {
        let rules = self.roadmap.counters.iter().flat_map(|counter| &counter.rules).filter_map(Rule::issues);
        let counted = rules.filter_map(|rule| rule.scope(self.snapshot.issues.iter()).ok()).flatten();
        counted.map(|issue| &issue.id).collect()
    }

    /// Returns projects with their rows.
    pub fn projects(&self) -> impl Iterator<Item = (&'a Project, &'a ProjectRow)> {
        self.roadmap.projects.iter().zip(&self.board.projects)
    }

    /// Returns the projects that were not dropped: a dropped one has no findings.
    pub(super) fn in_scope(&self) -> impl Iterator<Item = &'a Project> + use<'a> {
        self.roadmap.projects.iter().filter(|project| project.written != Some(State::Dropped))
    }

    /// Returns written items with their rows and projects.
    pub fn items(&self) -> impl Iterator<Item = (&'a Project, &'a Item, &'a ItemRow)> {
        self.projects().flat_map(|(project, row)| {
            project.items.iter().zip(&row.items).map(move |(item, row)| (project, item, row))
        })
    }

    /// Returns all rows with their projects; the issue of a project without items is a row without an item.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a Project, Option<&'a Item>, &'a ItemRow)> {
        self.projects().flat_map(|(project, row)| {
            row.items.iter().enumerate().map(move |(number, row)| (project, project.items.get(number), row))
        })
    }

    /// Returns the shortest name of an issue.
    pub fn short(&self, id: &IssueRef) -> String {
        self.at.short(id)
    }

    /// Returns an issue as written in YAML: a bare number if it is in the home repository.
    pub(super) fn yaml(&self, id: &IssueRef) -> String {
        if id.repo == self.roadmap.repo { id.number.to_string() } else { id.to_string() }
    }
}

/// Returns the links of a roadmap, and the linked issues.
fn links<'a>(at: JoinContext<'a>, board: &'a Board) -> (Vec<IssueLink<'a>>, HashSet<&'a IssueRef>) {
    let rows = at.roadmap.projects.iter().zip(&board.projects);
    let mut links: Vec<_> = rows.flat_map(|(project, row)| link::of_project(at, project, row)).collect();
    let mut linked = HashSet::new();
    for link in &mut links {
        link.is_repeated = !linked.insert(&link.issue.id);
    }
    // A dropped project has no findings, but its issues are in the roadmap.
    let dropped = at.roadmap.projects.iter().filter(|project| project.written == Some(State::Dropped));
    linked.extend(dropped.flat_map(Project::linked_issues).map(|id| at.snapshot.current_id(id)));
    (links, linked)
}

/// The names to search titles for: names of projects, and names in the lists of umbrellas.
pub(super) fn names_in_titles<'a>(roadmap: &'a Roadmap, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a str> {
    let umbrellas = roadmap.umbrellas.iter().filter_map(|id| snapshot.current_issue(id));
    let listed = umbrellas.flat_map(|issue| issue.names.iter().map(AsRef::as_ref));
    roadmap.projects.iter().flat_map(names_of).chain(listed)
}

/// The names of a project: its id and its aliases.
pub(super) fn names_of(project: &Project) -> impl Iterator<Item = &str> {
    std::iter::once(project.id.as_str()).chain(project.aliases.iter().map(AsRef::as_ref))
}
