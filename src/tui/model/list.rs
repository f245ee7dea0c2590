//! A list: filter, sort order, selection, and the resulting rows.

use super::id::Id;
use super::order::{Grouping, Sort};
use crate::domain::filter::Filter;
use crate::domain::{Freedom, IssueRef, ItemKey, Place, ProjectId};
use crate::insight::trend::SeriesId;
use crate::words::Tone;

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The title of a group and its number of rows; cannot be selected.
    Heading(String, usize),
    /// A project, by its index in the board.
    Project(usize),
    /// An item, by the index of its project in the board and its own in the project.
    Item(usize, usize),
    /// A line, by its index in `Model::lines`.
    Line(usize),
}

/// A row of a list of neither projects nor items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListLine {
    /// An id that stays the same when the list is computed again.
    pub id: String,
    /// The group it belongs to.
    pub group: String,
    /// The first column: an issue, a severity, a kind of change.
    pub tag: String,
    /// The tone of the tag.
    pub tone: Tone,
    /// Whether the piece of work is free, with the tone.
    pub state: Option<(&'static str, Tone)>,
    /// Whether someone can take the piece of work, which may differ from its item.
    pub freedom: Option<Freedom>,
    /// The project or item it belongs to.
    pub place_name: String,
    /// The main text.
    pub text: String,
    /// A dim text at the end.
    pub aside: String,
    /// Further text for the preview.
    pub detail: Vec<String>,
    /// The subject.
    pub about: Option<Id>,
    /// The series, if the line shows one: then the tag is its name.
    pub series: Option<SeriesId>,
    /// The issue of a piece of work. If several items have this issue, only the pieces of the first are shown.
    pub piece_of: Option<IssueRef>,
    /// The line of the roadmap file.
    pub place: Option<Place>,
    /// Its web page, if that is not an issue.
    pub link: Option<String>,
    /// The text that `Y` copies.
    pub copy: Option<String>,
    /// Whether `a` can apply a remedy.
    pub is_fixable: bool,
}

impl ListLine {
    /// Returns the title of its page and of its explanation.
    pub fn title(&self) -> &str {
        if self.series.is_some() { &self.tag } else { &self.text }
    }
}

/// Returns the id of an item, else that of the project.
pub fn subject(project: Option<&ProjectId>, item: Option<&ItemKey>) -> Option<Id> {
    match (project, item) {
        (Some(project), Some(item)) => Some(Id::Item(project.clone(), item.clone())),
        (Some(project), None) => Some(Id::Project(project.clone())),
        (None, _) => None,
    }
}

/// The visible part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first visible row.
    pub first: usize,
    /// The heading repeated above it, if its group began further up.
    pub heading: Option<usize>,
}

impl Window {
    /// Returns the row at a line of the window; `None` at the repeated heading.
    pub fn row(self, line: usize) -> Option<usize> {
        Some(self.first + line.checked_sub(usize::from(self.heading.is_some()))?)
    }
}

/// The list of a view.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The filter as typed.
    pub filter: String,
    /// The error of the filter; the last valid one then applies.
    pub filter_error: Option<String>,
    /// The grouping of the rows.
    pub grouping: Grouping,
    /// The filter that applies.
    pub(super) parsed: Filter,
    /// The sort order.
    pub sort: Sort,
    /// Whether the order is reversed.
    pub is_reversed: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// The number of rows hidden by the filter or by the switch for unowned work.
    pub hidden: usize,
    /// The number of further rows hidden because they are done or dropped.
    pub ended: usize,
    /// Whether nothing matches the filter and the rows are fuzzy matches.
    pub is_similar: bool,
    /// The selected id.
    pub selected: Option<Id>,
    /// The index of the selected row.
    pub at: usize,
    /// The first visible row.
    pub offset: usize,
    /// Whether the rows are up to date.
    pub is_fresh: bool,
}

impl List {
    /// Sets the filter as typed; if it is invalid, the last valid one still applies.
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

    /// Applies another filter than the typed one, which is still incomplete.
    pub fn apply_partial_filter(&mut self, text: &str, me: Option<&str>) {
        if let Ok(parsed) = Filter::parse(text).and_then(|filter| filter.with_me(me)) {
            self.parsed = parsed;
        }
        self.is_fresh = false;
    }

    /// Returns the position of the selected row, from 1, and the number of rows, both without headings.
    pub fn position(&self) -> (usize, usize) {
        let is_row = |row: &&Row| !matches!(row, Row::Heading(..));
        (self.rows.iter().take(self.at + 1).filter(is_row).count(), self.count())
    }

    /// Returns the number of rows without headings.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| !matches!(row, Row::Heading(..))).count()
    }

    /// Returns the window of `height` rows that contains the selected row, scrolled as little as possible.
    pub fn window(&self, height: usize) -> Window {
        let first = self.first_row(height);
        let is_heading = |at: usize| matches!(self.rows.get(at), Some(Row::Heading(..)));
        let heading = (0..first).rev().find(|&at| is_heading(at)).filter(|_| !is_heading(first) && height > 3);
        let Some(heading) = heading else { return Window { first, heading: None } };
        // The repeated heading takes one row.
        let first = self.first_row(height - 1);
        Window { first, heading: (!is_heading(first)).then_some(heading) }
    }

    fn first_row(&self, height: usize) -> usize {
        // Keep a heading right above the selected row visible.
        let above = self.at.checked_sub(1).and_then(|at| self.rows.get(at));
        let first = if matches!(above, Some(Row::Heading(..))) && height > 1 { self.at - 1 } else { self.at };
        let lowest = (self.at + 1).saturating_sub(height);
        let end = self.rows.len().saturating_sub(height);
        self.offset.clamp(lowest, first.max(lowest)).min(end.max(lowest))
    }
}
