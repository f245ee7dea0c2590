//! The rows of the lists: filtered, sorted and grouped once for each change, never while drawing.

use super::model::{Grouping, Id, Model, View};
pub use super::order::Sort;
use super::order::{by_item, by_project};
use crate::domain::filter::{Filter, Sieve, Subject, text_of};
use crate::domain::{
    Board, Freedom, IssueRef, ItemKey, ItemRow, Place, ProjectRow, State, World, board::measure::Measure,
};
use crate::words;

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The title of a group and how many rows it has; cannot be selected.
    Heading(String, usize),
    /// A project, by its place in the board.
    Project(usize),
    /// An item, by its project's place in the board and its own in the project.
    Item(usize, usize),
    /// A line, by its place in [`Model::lines`].
    Line(usize),
}

/// A row of a list that shows neither projects nor items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// A name that stays when the list is computed anew.
    pub id: String,
    /// The group it stands in.
    pub group: String,
    /// A word in front: a state, a severity.
    pub tag: String,
    /// How the word looks.
    pub tone: Tone,
    /// Where it belongs: a project or an item.
    pub place_name: String,
    /// What it says.
    pub text: String,
    /// What stands at the end, dimmer.
    pub aside: String,
    /// More of it, for the preview.
    pub detail: Vec<String>,
    /// What it is about.
    pub about: Option<Id>,
    /// The line of the roadmap file.
    pub place: Option<Place>,
    /// What `Y` copies.
    pub copy: Option<String>,
    /// Whether `a` can apply a remedy.
    pub is_fixable: bool,
}

/// How a word looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// As text.
    #[default]
    Plain,
    /// Finished or gained.
    Good,
    /// Worth a look.
    Warn,
    /// Wrong or lost.
    Bad,
    /// Less important.
    Dim,
}

/// One list: what was asked of it, and the rows that came of it.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The filter as it was typed.
    pub filter: String,
    /// What is wrong with it; then the last good one holds.
    pub filter_error: Option<String>,
    parsed: Filter,
    /// What it is sorted by.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub is_reversed: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows a filter or switch holds back.
    pub hidden: usize,
    /// How many of those because they have ended.
    pub ended: usize,
    /// What is selected.
    pub selected: Option<Id>,
    /// The row of it.
    pub at: usize,
    /// The first row that shows.
    pub offset: usize,
    /// Whether the rows are those of the present board.
    pub is_fresh: bool,
}

impl List {
    /// Takes a filter as it is typed; a faulty one leaves the last good one in force.
    pub fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
        match Filter::parse(text) {
            Ok(parsed) => {
                self.parsed = parsed;
                self.filter_error = None;
            }
            Err(error) => self.filter_error = Some(format!("{error}: {}", error.hint)),
        }
        self.is_fresh = false;
    }

    /// Filters by other words than were typed, while those are unfinished.
    pub fn hold(&mut self, text: &str) {
        if let Ok(parsed) = Filter::parse(text) {
            self.parsed = parsed;
        }
        self.is_fresh = false;
    }

    /// How many rows can be selected.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| !matches!(row, Row::Heading(..))).count()
    }

    /// Puts the window of `height` rows so that the selected row shows, moving as little as possible.
    pub fn window(&self, height: usize) -> usize {
        // A heading right above the selected row shows too.
        let above = self.at.checked_sub(1).and_then(|at| self.rows.get(at));
        let first = if matches!(above, Some(Row::Heading(..))) && height > 1 { self.at - 1 } else { self.at };
        let lowest = (self.at + 1).saturating_sub(height);
        let end = self.rows.len().saturating_sub(height);
        self.offset.clamp(lowest, first.max(lowest)).min(end.max(lowest))
    }
}

impl Model {
    /// Computes the rows of the view that shows, where they are out of date.
    pub fn derive(&mut self) {
        if self.list().is_fresh {
            return;
        }
        if self.view == View::Trend {
            self.trends = super::lines::trends(self);
        }
        if let Some(lines) = super::lines::of(self) {
            self.lines = lines;
        }
        let mut made = Made::default();
        match self.view {
            View::Projects => projects(self, &mut made),
            View::Work => items(self, &mut made, is_work),
            View::Unowned | View::Changes | View::Trend | View::Check => from_lines(self, &mut made),
        }
        let ids = self.list().selected.clone();
        let at = ids.and_then(|id| made.rows.iter().position(|row| self.id_of(row).as_ref() == Some(&id)));
        let list = self.list_mut();
        list.rows = made.rows;
        list.hidden = made.hidden;
        list.ended = made.ended;
        list.is_fresh = true;
        let at = at.unwrap_or(list.at);
        self.select(at);
    }

    /// Selects a row, or the nearest one that is no heading.
    pub fn select(&mut self, at: usize) {
        let height = self.seen.height.max(1);
        let rows = &self.list().rows;
        let last = rows.len().saturating_sub(1);
        let at = at.min(last);
        let selectable = |at: &usize| rows.get(*at).is_some_and(|row| !matches!(row, Row::Heading(..)));
        let at = (at..=last).find(selectable).or_else(|| (0..at).rev().find(selectable)).unwrap_or(0);
        let id = rows.get(at).and_then(|row| self.id_of(row));
        let list = self.list_mut();
        list.at = at;
        list.selected = id;
        list.offset = list.window(height);
    }

    /// What a row stands for.
    pub fn id_of(&self, row: &Row) -> Option<Id> {
        match row {
            Row::Heading(..) => None,
            Row::Project(at) => Some(Id::Project(self.board.projects.get(*at)?.id.clone())),
            Row::Item(project, item) => {
                let item = self.board.projects.get(*project)?.items.get(*item)?;
                Some(Id::Item(item.project.clone(), item.key.clone()))
            }
            Row::Line(at) => Some(Id::Line(self.lines.get(*at)?.id.clone())),
        }
    }
}

/// Rows in the making.
#[derive(Default)]
struct Made {
    rows: Vec<Row>,
    hidden: usize,
    ended: usize,
}

fn is_work(item: &ItemRow) -> bool {
    item.is_left()
}

fn projects(model: &Model, made: &mut Made) {
    let list = model.list();
    let mut sieve = Sieve::new(&list.parsed);
    let mut kept: Vec<(usize, &ProjectRow)> = Vec::new();
    for (at, project) in model.board.projects.iter().enumerate() {
        let nobody = !model.unowned || !project.owner.is_settled();
        if !nobody || !project_passes(&mut sieve, list, model, project) {
            made.hidden += 1;
        } else if project.state.is_end() && !model.completed {
            made.hidden += 1;
            made.ended += 1;
        } else {
            kept.push((at, project));
        }
    }
    kept.sort_by(|(_, a), (_, b)| by_project(list.sort, a, b));
    if list.is_reversed {
        kept.reverse();
    }
    let grouping = model.grouping;
    let group = |project: &ProjectRow| match grouping {
        Grouping::Plain | Grouping::Milestone => String::new(),
        Grouping::Sig => words::owner(&project.owner, &model.world.sigs),
        Grouping::State => words::state(project.state).to_owned(),
    };
    let rows = kept.into_iter().map(|(at, project)| (group(project), Row::Project(at)));
    grouped(rows.collect(), made);
}

fn milestone(title: Option<&str>) -> String {
    title.unwrap_or("no milestone").to_owned()
}

/// A project passes with any of its items; without items it is asked itself.
fn project_passes(sieve: &mut Sieve<'_>, list: &List, model: &Model, project: &ProjectRow) -> bool {
    if list.parsed.is_empty() {
        return true;
    }
    let own = project.items.is_empty().then(|| as_item(project));
    project.items.iter().chain(&own).any(|item| passes(sieve, &model.world, &model.board, item))
}

fn as_item(project: &ProjectRow) -> ItemRow {
    ItemRow {
        project: project.id.clone(),
        key: ItemKey::new(""),
        title: project.title.clone(),
        kind: None,
        owner: project.owner.clone(),
        state: project.state,
        measure: Measure::Nothing,
        contradicted: None,
        inner: None,
        issue: None,
        assignees: Vec::new(),
        milestone: None,
        freedom: Freedom::Unclear,
        blocked_by: Vec::new(),
        touched: project.touched,
        due: None,
        place: None,
    }
}

fn passes(sieve: &mut Sieve<'_>, world: &World, board: &Board, item: &ItemRow) -> bool {
    let text = text_of(item);
    let issue = item.issue.as_ref().and_then(|id: &IssueRef| world.snapshot.issue(id));
    sieve.passes(&Subject { text: &text, item, issue, date: board.date })
}

fn items(model: &Model, made: &mut Made, wanted: fn(&ItemRow) -> bool) {
    let list = model.list();
    let mut sieve = Sieve::new(&list.parsed);
    let everything = list.parsed.is_empty();
    let mut kept: Vec<(Row, &ItemRow)> = Vec::new();
    for (at, project) in model.board.projects.iter().enumerate() {
        for (place, item) in project.items.iter().enumerate() {
            if !wanted(item) && !model.completed {
                made.hidden += 1;
                made.ended += 1;
            } else if (model.unowned && item.owner.is_settled())
                || !(everything || passes(&mut sieve, &model.world, &model.board, item))
            {
                made.hidden += 1;
            } else {
                kept.push((Row::Item(at, place), item));
            }
        }
    }
    if list.sort != Sort::Roadmap {
        kept.sort_by(|(_, a), (_, b)| by_item(list.sort, a, b));
    }
    if list.is_reversed {
        kept.reverse();
    }
    let grouping = model.grouping;
    let group = |item: &ItemRow| match grouping {
        Grouping::Plain if list.sort == Sort::Roadmap => item.project.to_string(),
        Grouping::Plain => String::new(),
        Grouping::Sig => words::owner(&item.owner, &model.world.sigs),
        Grouping::State => words::state(item.state).to_owned(),
        Grouping::Milestone => milestone(item.milestone.as_deref()),
    };
    let rows = kept.into_iter().map(|(row, item)| (group(item), row));
    grouped(rows.collect(), made);
}

fn from_lines(model: &Model, made: &mut Made) {
    let list = model.list();
    let mut sieve = Sieve::new(&list.parsed);
    let mut rows = Vec::new();
    for (at, line) in model.lines.iter().enumerate() {
        let owner = line.about.as_ref().and_then(|id| model.project_of(id)).map(|project| &project.owner);
        let settled = owner.is_some_and(crate::domain::Owner::is_settled);
        if (model.unowned && settled) || !line_passes(&mut sieve, list, model, line) {
            made.hidden += 1;
        } else {
            rows.push((line.group.clone(), Row::Line(at)));
        }
    }
    if list.is_reversed {
        rows.reverse();
    }
    grouped(rows, made);
}

fn line_passes(sieve: &mut Sieve<'_>, list: &List, model: &Model, line: &Line) -> bool {
    if list.parsed.is_empty() {
        return true;
    }
    let about = line.about.as_ref();
    let item = about.and_then(|id| model.item_of(id)).cloned();
    let project = || about.and_then(|id| model.project_of(id)).map(as_item);
    let item = item.or_else(project).unwrap_or_else(nothing);
    let issue = about.and_then(|id| model.issue_of(id));
    let text = format!("{} {} {} {}", line.tag, line.place_name, line.text, line.aside);
    sieve.passes(&Subject { text: &text, item: &item, issue, date: model.board.date })
}

fn nothing() -> ItemRow {
    ItemRow {
        project: crate::domain::ProjectId::new(""),
        key: ItemKey::new(""),
        title: String::new(),
        kind: None,
        owner: crate::domain::Owner::none(),
        state: State::Unknown,
        measure: Measure::Nothing,
        contradicted: None,
        inner: None,
        issue: None,
        assignees: Vec::new(),
        milestone: None,
        freedom: Freedom::Unclear,
        blocked_by: Vec::new(),
        touched: None,
        due: None,
        place: None,
    }
}

/// Puts rows under the titles of their groups, groups in the order of their first row.
fn grouped(rows: Vec<(String, Row)>, made: &mut Made) {
    let mut titles: Vec<String> = Vec::new();
    let mut groups: std::collections::HashMap<String, Vec<Row>> = std::collections::HashMap::new();
    for (title, row) in rows {
        if !groups.contains_key(&title) {
            titles.push(title.clone());
        }
        groups.entry(title).or_default().push(row);
    }
    for title in titles {
        let rows = groups.remove(&title).unwrap_or_default();
        if !title.is_empty() {
            made.rows.push(Row::Heading(title, rows.len()));
        }
        made.rows.extend(rows);
    }
}
