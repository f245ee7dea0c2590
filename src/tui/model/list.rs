//! A list: its filter, order and selection, and the resulting rows.

use super::id::Id;
use super::order::{Grouping, Sort};
use crate::domain::filter::Filter;
use crate::domain::{IssueRef, ItemKey, Place, ProjectId};
use crate::insight::trend::SeriesId;
use crate::words::Tone;

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The title of a group and how many rows it has; cannot be selected.
    Heading(String, usize),
    /// A project, by its place in the board.
    Project(usize),
    /// An item, by its project's place in the board and its own in the project.
    Item(usize, usize),
    /// A line, by its place in `Model::lines`.
    Line(usize),
}

/// A row of a list that shows neither projects nor items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListLine {
    /// A name that stays when the list is computed again.
    pub id: String,
    /// The group it belongs to.
    pub group: String,
    /// A word in front: a state, a severity.
    pub tag: String,
    /// How the word looks.
    pub tone: Tone,
    /// How free a piece of work is, in a word, and how that looks.
    pub state: Option<(&'static str, Tone)>,
    /// Where it belongs: a project or an item.
    pub place_name: String,
    /// What it says.
    pub text: String,
    /// What is shown at the end, dimmer.
    pub aside: String,
    /// More of it, for the preview.
    pub detail: Vec<String>,
    /// What it is about.
    pub about: Option<Id>,
    /// The series of which it is a figure: then the word in front is its name.
    pub series: Option<SeriesId>,
    /// The issue that it is a piece of: the pieces of one of the items that have it show.
    pub piece_of: Option<IssueRef>,
    /// The line of the roadmap file.
    pub place: Option<Place>,
    /// Its page on the web, where that is not an issue.
    pub link: Option<String>,
    /// What `Y` copies.
    pub copy: Option<String>,
    /// Whether `a` can apply a remedy.
    pub is_fixable: bool,
}

impl ListLine {
    /// What its page and its explanation are called.
    pub fn title(&self) -> &str {
        if self.series.is_some() { &self.tag } else { &self.text }
    }
}

/// What a line is about: an item, else its project.
pub fn thing(project: Option<&ProjectId>, item: Option<&ItemKey>) -> Option<Id> {
    match (project, item) {
        (Some(project), Some(item)) => Some(Id::Item(project.clone(), item.clone())),
        (Some(project), None) => Some(Id::Project(project.clone())),
        (None, _) => None,
    }
}

/// The part of a list that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first row.
    pub first: usize,
    /// The heading that is repeated above it, where its group began further up.
    pub heading: Option<usize>,
}

impl Window {
    /// The row on a line of the window; `None` on the repeated heading.
    pub fn row(self, line: usize) -> Option<usize> {
        Some(self.first + line.checked_sub(usize::from(self.heading.is_some()))?)
    }
}

/// One list: what was asked of it, and the rows that came of it.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The filter as it was typed.
    pub filter: String,
    /// What is wrong with it; then the last good one holds.
    pub filter_error: Option<String>,
    /// How its rows are divided into groups.
    pub grouping: Grouping,
    /// The filter that holds.
    pub(super) parsed: Filter,
    /// What it is sorted by.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub is_reversed: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows the filter and the switch for owners hold back.
    pub hidden: usize,
    /// How many more are held back because they have ended.
    pub ended: usize,
    /// Whether nothing matches the filter, and the rows are only similar to it.
    pub is_similar: bool,
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
    pub fn set_filter(&mut self, text: &str, me: Option<&str>) {
        text.clone_into(&mut self.filter);
        match Filter::parse(text).and_then(|filter| filter.with_me(me)) {
            Ok(parsed) => {
                self.parsed = parsed;
                self.filter_error = None;
            }
            Err(error) => self.filter_error = Some(format!("{error}: {}", error.hint)),
        }
        self.is_fresh = false;
    }

    /// Filters by other words than were typed, while those are unfinished.
    pub fn apply_partial_filter(&mut self, text: &str, me: Option<&str>) {
        if let Ok(parsed) = Filter::parse(text).and_then(|filter| filter.with_me(me)) {
            self.parsed = parsed;
        }
        self.is_fresh = false;
    }

    /// Which of the rows that can be selected is selected, from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        let is_row = |row: &&Row| !matches!(row, Row::Heading(..));
        (self.rows.iter().take(self.at + 1).filter(is_row).count(), self.count())
    }

    /// How many rows can be selected.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| !matches!(row, Row::Heading(..))).count()
    }

    /// Places the window of `height` rows so that the selected row shows, moving as little as possible.
    pub fn window(&self, height: usize) -> Window {
        let first = self.first_row(height);
        let is_heading = |at: usize| matches!(self.rows.get(at), Some(Row::Heading(..)));
        let heading = (0..first).rev().find(|&at| is_heading(at)).filter(|_| !is_heading(first) && height > 3);
        let Some(heading) = heading else { return Window { first, heading: None } };
        // One row less, where the heading of the first one is repeated above it.
        let first = self.first_row(height - 1);
        Window { first, heading: (!is_heading(first)).then_some(heading) }
    }

    fn first_row(&self, height: usize) -> usize {
        // A heading right above the selected row shows too.
        let above = self.at.checked_sub(1).and_then(|at| self.rows.get(at));
        let first = if matches!(above, Some(Row::Heading(..))) && height > 1 { self.at - 1 } else { self.at };
        let lowest = (self.at + 1).saturating_sub(height);
        let end = self.rows.len().saturating_sub(height);
        self.offset.clamp(lowest, first.max(lowest)).min(end.max(lowest))
    }
}
