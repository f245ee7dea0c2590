//! What the rules look at: roadmap, snapshot and board, indexed once.

use std::collections::HashMap;

use super::{Confidence, Finding, Remedy, Severity, Spot, rule};
use crate::domain::board::{At, measure};
use crate::domain::{
    Board, Date, Glance, Issue, IssueRef, Item, ItemRow, Place, Project, ProjectRow, Roadmap, Snapshot, State, Timestamp, end_of,
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
    /// Every link of projects and items to an issue that is there, in the order of the file.
    links: Vec<Link<'a>>,
    /// The issues of [`Input::snapshot`] by a fingerprint of their title: only those that are open.
    open_titles: HashMap<u64, Vec<usize>>,
    /// For each project name, the issues whose title has it as a word.
    named: HashMap<&'a str, Vec<Named>>,
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
}

impl Link<'_> {
    pub(super) fn spot(&self) -> Spot {
        self.item.map_or_else(|| at_project(self.project), |item| at_item(self.project, item))
    }
}

/// An issue whose title names a project.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    pub(super) issue: &'a Issue,
    /// Whether the title says `project NAME` or `NAME project`.
    pub(super) as_project: bool,
}

/// A [`Naming`] whose issue nobody has looked at: its place in the snapshot.
#[derive(Clone, Copy)]
struct Named {
    place: usize,
    as_project: bool,
}

impl<'a> Input<'a> {
    /// Indexes what there is; `board` must be the join of the two.
    pub fn new(roadmap: &'a Roadmap, snapshot: &'a Snapshot, board: &'a Board) -> Self {
        let mut input = Self {
            roadmap,
            snapshot,
            board,
            date: board.date,
            links: Vec::new(),
            open_titles: HashMap::new(),
            named: HashMap::new(),
        };
        input.index_links();
        input.index_names();
        input.index_titles();
        input
    }

    fn index_links(&mut self) {
        let mut seen = std::collections::HashSet::new();
        let mut links = Vec::new();
        for project in &self.roadmap.projects {
            let own = project.issues.iter().map(|id| (None, id));
            let items = project.items.iter().filter(|item| item.written != Some(State::Dropped));
            let items = items.filter_map(|item| Some((Some(item), item.issue.as_ref()?)));
            for (item, id) in own.chain(items) {
                let Some(issue) = self.issue(id) else { continue };
                let (is_closed, is_repeated) = (self.is_closed(issue), !seen.insert(id));
                links.push(Link { project, item, issue, is_closed, is_repeated });
            }
        }
        self.links = links;
    }

    /// Returns every link to an issue that is there.
    pub(super) fn links(&self) -> &[Link<'a>] {
        &self.links
    }

    fn index_names(&mut self) {
        let umbrellas = self.roadmap.umbrellas.iter().filter_map(|id| self.snapshot.issue(id));
        let own = self.roadmap.projects.iter();
        let names = own.flat_map(names_of).chain(umbrellas.flat_map(|issue| issue.names.iter().map(AsRef::as_ref)));
        self.named = names.map(|name| (name, Vec::new())).collect();
        let shortest = self.named.keys().map(|name| name.len()).min().unwrap_or(usize::MAX);
        let moment = end_of(self.date);
        let existed = |glance: &Glance<'_>| glance.created.is_none_or(|created| created <= moment);
        let glances = self.snapshot.issues.glances();
        for (place, Glance { title, .. }) in glances.filter(|(_, glance)| !glance.is_pull && existed(glance)) {
            let mut before = "";
            for word in words(title) {
                if word.len() >= shortest
                    && let Some(known) = self.named.get_mut(word)
                    && known.last().is_none_or(|named| named.place != place)
                {
                    let is_last = title.trim_end().ends_with(word);
                    let as_project = before.eq_ignore_ascii_case("project") || !is_last && says_project(title, word);
                    known.push(Named { place, as_project });
                }
                before = word;
            }
        }
    }

    /// Only titles of closed linked issues are ever looked up, so nothing else is kept.
    fn index_titles(&mut self) {
        let closed = self.links.iter().filter(|link| link.is_closed);
        let mut wanted: HashMap<u64, Vec<usize>> =
            closed.map(|link| (fingerprint(&link.issue.title), Vec::new())).collect();
        if wanted.is_empty() {
            return;
        }
        for (place, glance) in self.snapshot.issues.glances() {
            if let Some(same) = wanted.get_mut(&fingerprint(glance.title)) {
                same.push(place);
            }
        }
        self.open_titles = wanted;
    }

    /// Finds an issue that existed at the date.
    pub fn issue(&self, id: &IssueRef) -> Option<&'a Issue> {
        self.snapshot.issue(id).filter(|issue| issue.existed(self.date))
    }

    /// Tells whether an issue was closed at the date.
    pub fn is_closed(&self, issue: &Issue) -> bool {
        let at = At { roadmap: self.roadmap, snapshot: self.snapshot, date: self.date };
        measure::closing(&at, issue).is_some()
    }

    /// Tells whether the snapshot speaks of the date: labels, boxes and assignees of earlier days are not known.
    pub fn is_current(&self) -> bool {
        At { roadmap: self.roadmap, snapshot: self.snapshot, date: self.date }.is_current()
    }

    /// Returns the open issues with the same title as this one.
    pub(super) fn open_namesakes(&self, issue: &Issue) -> Vec<&'a Issue> {
        let same = self.open_titles.get(&fingerprint(&issue.title)).into_iter().flatten();
        let found = same.filter_map(|&at| self.snapshot.issues.at(at));
        found
            .filter(|other| {
                !other.is_pull && other.id != issue.id && other.existed(self.date) && !self.is_closed(other)
            })
            .filter(|other| letters(&other.title).eq(letters(&issue.title)))
            .collect()
    }

    /// Returns the issues whose title has a name as a word.
    pub(super) fn naming(&self, name: &str) -> impl Iterator<Item = Naming<'a>> {
        let named = self.named.get(name).into_iter().flatten();
        named.filter_map(|&Named { place, as_project }| {
            Some(Naming { issue: self.snapshot.issues.at(place)?, as_project })
        })
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

/// The words of a title. A name inside a path (`gs://name`, `name/cluster`) or a longer name is none.
fn words(title: &str) -> impl Iterator<Item = &str> {
    let is_edge =
        |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | ',' | ';' | '>' | '<');
    title.split(is_edge).map(|word| word.trim_end_matches(['.', ':', '?', '!'])).filter(|word| !word.is_empty())
}

fn says_project(title: &str, word: &str) -> bool {
    let behind = title.split_once(word).map(|(_, behind)| behind.to_ascii_lowercase()).unwrap_or_default();
    let behind = behind.trim_start_matches(['`', '"', ' ']);
    behind.starts_with("project") || behind.starts_with("gcp project")
}

/// The letters and digits of a title, in lower case: what two titles must share to be the same.
fn letters(title: &str) -> impl Iterator<Item = char> + '_ {
    title.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase())
}

/// FNV-1a over [`letters`]: no allocation for each of ten thousand titles.
fn fingerprint(title: &str) -> u64 {
    letters(title).fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3))
}
