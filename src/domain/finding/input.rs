//! What the rules look at: roadmap, snapshot and board, indexed once.

use super::titles::{self, Named, Titles};
use super::{Confidence, Finding, Remedy, Severity, Spot, rule};
use crate::domain::board::{At, measure};
use crate::domain::{
    Board, Date, Issue, IssueRef, Item, ItemRow, Place, Project, ProjectRow, Roadmap, Set, Snapshot, State, Timestamp,
    end_of,
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
    /// The issues of these links.
    linked: Set<&'a IssueRef>,
    /// The children of the umbrellas.
    children: Set<IssueRef>,
    titles: Titles<'a>,
}

/// A link of a project or an item to an issue that is there.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) project: &'a Project,
    pub(super) item: Option<&'a Item>,
    pub(super) issue: &'a Issue,
    pub(super) is_closed: bool,
    /// Whether an earlier link leads to the same issue.
    pub(super) is_repeated: bool,
    /// Whether the issue carries lifecycle/stale or lifecycle/rotten.
    pub(super) is_marked: bool,
}

impl Link<'_> {
    pub(super) fn spot(&self) -> Spot {
        self.item.map_or_else(|| at_project(self.project), |item| at_item(self.project, item))
    }
}

/// An issue whose title names a project.
pub(super) struct Naming {
    pub(super) id: IssueRef,
    /// Whether the title says `project NAME` or `NAME project`.
    pub(super) as_project: bool,
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
        let mut linked = Set::default();
        let mut links = Vec::new();
        for project in &self.roadmap.projects {
            let own = project.issues.iter().map(|id| (None, id));
            let items = project.items.iter().filter(|item| item.written != Some(State::Dropped));
            let items = items.filter_map(|item| Some((Some(item), item.issue.as_ref()?)));
            for (item, id) in own.chain(items) {
                let Some(issue) = self.issue(id) else { continue };
                let (is_closed, is_repeated) = (self.is_closed(issue), !linked.insert(id));
                let is_marked = ["lifecycle/stale", "lifecycle/rotten"].iter().any(|label| issue.has_label(label));
                links.push(Link { project, item, issue, is_closed, is_repeated, is_marked });
            }
        }
        (self.links, self.linked) = (links, linked);
    }

    /// A child says so itself, or its umbrella does.
    fn index_children(&mut self) {
        let issues = &self.snapshot.issues;
        let (mut children, umbrellas) = (Set::default(), &self.roadmap.umbrellas);
        for umbrella in umbrellas {
            children.extend(issues.with_parent(umbrella).into_iter().filter_map(|place| issues.ids().at(place)));
            children.extend(self.issue(umbrella).into_iter().flat_map(|issue| issue.sub_issues.iter().cloned()));
        }
        self.children = children;
    }

    fn index_titles(&mut self) {
        let umbrellas = self.roadmap.umbrellas.iter().filter_map(|id| self.snapshot.issue(id));
        let own = self.roadmap.projects.iter().flat_map(names_of);
        let names = own.chain(umbrellas.flat_map(|issue| issue.names.iter().map(AsRef::as_ref)));
        // Only titles of closed linked issues are ever looked up, so nothing else is kept.
        let closed = self.links.iter().filter(|link| link.is_closed);
        self.titles = Titles::wanted(names, closed.map(|link| link.issue.title.as_str()));
        let moment = end_of(self.date);
        self.snapshot.issues.glances(|place, glance| {
            if !glance.is_pull && glance.created.is_none_or(|created| created <= moment) {
                self.titles.read(place, glance.title);
            }
        });
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
        measure::closing(&self.at, issue).is_some()
    }

    /// Tells whether the snapshot speaks of the date: labels, boxes and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        self.at.is_current()
    }

    /// Returns the open issues with the same title as this one.
    pub(super) fn open_namesakes(&self, issue: &Issue) -> Vec<&'a Issue> {
        let found = self.titles.same(&issue.title).iter().filter_map(|&place| self.snapshot.issues.at(place));
        let open = found.filter(|other| other.id != issue.id && !self.is_closed(other));
        open.filter(|other| titles::are_same(&other.title, &issue.title)).collect()
    }

    /// Tells whether an issue is linked and there.
    pub(super) fn is_linked(&self, id: &IssueRef) -> bool {
        self.linked.contains(id)
    }

    /// Tells whether an issue is a child of an umbrella.
    pub(super) fn is_child(&self, id: &IssueRef) -> bool {
        self.children.contains(id)
    }

    /// Returns the issues whose title has a name as a word.
    pub(super) fn naming(&self, name: &str) -> impl Iterator<Item = Naming> {
        let ids = self.snapshot.issues.ids();
        let named = self.titles.naming(name).iter();
        named.filter_map(|&Named { place, as_project }| Some(Naming { id: ids.at(place)?, as_project }))
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
        id.short(&self.roadmap.repo)
    }

    /// Spells an issue as YAML has it: a bare number at home.
    pub(super) fn yaml(&self, id: &IssueRef) -> String {
        if id.repo == self.roadmap.repo { id.number.to_string() } else { id.to_string() }
    }

    /// Returns the whole days between a moment and the date.
    pub(super) fn days_since(&self, moment: Timestamp) -> u32 {
        moment.days_before(self.date)
    }
}

/// Begins a finding of a rule.
pub(super) fn finding(name: &'static str, spot: Spot, message: String) -> Finding {
    let severity = rule(name).map_or(Severity::Info, |rule| rule.severity);
    Finding {
        rule: name,
        severity,
        spot,
        issues: Vec::new(),
        message,
        evidence: Vec::new(),
        confidence: Confidence::Certain,
        remedy: Remedy::None,
    }
}

/// The spot of a project.
pub(super) fn at_project(project: &Project) -> Spot {
    Spot { place: project.place, project: Some(project.id.clone()), item: None }
}

/// The spot of an item.
pub(super) fn at_item(project: &Project, item: &Item) -> Spot {
    Spot { place: item.place, project: Some(project.id.clone()), item: Some(item.key.clone()) }
}

/// The spot of what the whole file lacks.
pub(super) fn at_file() -> Spot {
    Spot { place: Place { line: 1, column: 1 }, project: None, item: None }
}

/// The names under which a project is known.
pub(super) fn names_of(project: &Project) -> impl Iterator<Item = &str> {
    std::iter::once(project.id.as_str()).chain(project.aliases.iter().map(AsRef::as_ref))
}

/// `1 day`, `2 days`
pub fn days_text(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
