//! The rows of lists: filtered, sorted and grouped once for each change, never while drawing.

use std::collections::HashMap;

use super::filter_index::{self, FilterIndex};
use super::groups::{group_of_item, group_of_line, group_of_project, with_headings};
use super::list::{List, ListLine, Row};
use super::order::{Sort, SortKey, key_of_item, key_of_project};
use super::views::{self, ViewContent};
use super::{Id, Model};
use crate::domain::filter::{Candidate, FilterFacts, FilterMatcher};
use crate::domain::{ItemRow, ProjectRow};

impl Model {
    /// Computes the rows of the current view if they are out of date.
    pub fn derive(&mut self) {
        if self.list.is_fresh {
            return;
        }
        let content = self.view.spec().content;
        if self.lines_of != Some(self.view) {
            match content {
                ViewContent::Projects | ViewContent::Items => {}
                ViewContent::Lines(lines) => self.lines = lines(self),
                ViewContent::Series => {
                    let trends = self.trends.get_or_init(|| views::series_of(self));
                    self.lines = trends.iter().map(views::line_of_series).collect();
                }
            }
            self.lines_of = Some(self.view);
        }
        let mut made = self.make_rows();
        let loose = self.list.parsed.fuzzily().filter(|_| made.rows.is_empty());
        let is_fuzzy = loose.is_some();
        if let Some(loose) = loose {
            let strict = std::mem::replace(&mut self.list.parsed, loose);
            made = self.make_rows();
            self.list.parsed = strict;
        }
        let ids = self.list.selected.clone();
        let at = ids.and_then(|id| made.rows.iter().position(|row| self.id_of(row).as_ref() == Some(&id)));
        let list = &mut self.list;
        list.is_similar = is_fuzzy && !made.rows.is_empty();
        list.rows = made.rows;
        list.hidden = made.hidden;
        list.ended = made.ended;
        list.is_fresh = true;
        let at = at.unwrap_or(list.at);
        self.select(at);
    }

    fn make_rows(&self) -> MadeRows {
        let mut made = MadeRows::default();
        match self.view.spec().content {
            ViewContent::Projects => projects(self, &mut made),
            ViewContent::Items => items(self, &mut made, is_work),
            ViewContent::Lines(_) | ViewContent::Series => from_lines(self, &mut made),
        }
        made
    }

    /// Selects a row; for a heading the next row that is none, else the previous one.
    pub fn select(&mut self, at: usize) {
        let height = self.frame.height.max(1);
        let rows = &self.list.rows;
        let last = rows.len().saturating_sub(1);
        let at = at.min(last);
        let selectable = |at: &usize| rows.get(*at).is_some_and(|row| !matches!(row, Row::Heading(..)));
        let at = (at..=last).find(selectable).or_else(|| (0..at).rev().find(selectable)).unwrap_or(0);
        let id = rows.get(at).and_then(|row| self.id_of(row));
        let list = &mut self.list;
        list.at = at;
        list.selected = id;
        list.offset = list.window(height).first;
    }

    /// Returns the id of a row; headings have none.
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

    /// The filter index, built on first use.
    fn filter_index(&self) -> &FilterIndex {
        self.filter_index.get_or_init(|| FilterIndex::of(&self.board))
    }
}

/// The rows of a list, and the numbers of hidden ones.
#[derive(Default)]
struct MadeRows {
    rows: Vec<Row>,
    hidden: usize,
    ended: usize,
}

fn is_work(item: &ItemRow) -> bool {
    item.is_left()
}

fn projects(model: &Model, made: &mut MadeRows) {
    let list = &model.list;
    let passing = passing_projects(model, list);
    let mut kept: Vec<(usize, &ProjectRow)> = Vec::new();
    for ((at, project), passes) in model.board.projects.iter().enumerate().zip(passing) {
        let is_shown = !model.is_unowned_only() || !project.owner.is_settled();
        if !is_shown || !passes {
            made.hidden += 1;
        } else if project.state.is_end() && !model.completed {
            made.ended += 1;
        } else {
            kept.push((at, project));
        }
    }
    arrange(&mut kept, list, |(_, project)| key_of_project(list.sort, project));
    made.rows =
        with_headings(kept.into_iter().map(|(at, project)| (group_of_project(model, project), Row::Project(at))));
}

/// Sorts rows as the list says; those without a key come last.
fn arrange<T>(rows: &mut [T], list: &List, key: impl Fn(&T) -> Option<SortKey>) {
    if list.sort != Sort::Roadmap {
        rows.sort_by_cached_key(&key);
    }
    if list.is_reversed {
        rows.reverse();
    }
    rows.sort_by_key(|row| key(row).is_none());
}

/// Whether each project passes the filter, by itself or by any of its items.
fn passing_projects(model: &Model, list: &List) -> Vec<bool> {
    if list.parsed.is_empty() {
        return vec![true; model.board.projects.len()];
    }
    let (texts, issues, date) = (model.filter_index(), &model.world.snapshot.issues, model.board.date);
    filter_index::map_projects(&model.board, &list.parsed, |matcher, at, project| {
        let text = &format!("{} {}", project.id, project.title);
        if matcher.passes(&Candidate { text, facts: project.into(), issues, date }) {
            return true;
        }
        let mut candidates = project.items.iter().enumerate();
        candidates.any(|(place, item)| {
            matcher.passes(&Candidate { text: texts.get(at, place), facts: item.into(), issues, date })
        })
    })
}

/// Whether an item is shown, or the reason why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemVisibility {
    Shown,
    Filtered,
    Ended,
}

/// The visibility of the items of each project.
fn visibilities(model: &Model, list: &List, wanted: fn(&ItemRow) -> bool) -> Vec<Vec<ItemVisibility>> {
    let (completed, unowned, everything) = (model.completed, model.is_unowned_only(), list.parsed.is_empty());
    let (issues, date) = (&model.world.snapshot.issues, model.board.date);
    let none = FilterIndex::default();
    let texts = if everything { &none } else { model.filter_index() };
    filter_index::map_projects(&model.board, &list.parsed, |matcher, at, project| {
        let visibility = |(place, item): (usize, &ItemRow)| {
            let text = texts.get(at, place);
            if !wanted(item) && !completed {
                ItemVisibility::Ended
            } else if (unowned && item.owner.is_settled())
                || !(everything || matcher.passes(&Candidate { text, facts: item.into(), issues, date }))
            {
                ItemVisibility::Filtered
            } else {
                ItemVisibility::Shown
            }
        };
        project.items.iter().enumerate().map(visibility).collect()
    })
}

fn items(model: &Model, made: &mut MadeRows, wanted: fn(&ItemRow) -> bool) {
    let list = &model.list;
    let mut kept: Vec<(Row, &ItemRow)> = Vec::new();
    for ((at, project), visibilities) in model.board.projects.iter().enumerate().zip(visibilities(model, list, wanted))
    {
        for ((place, item), visibility) in project.items.iter().enumerate().zip(visibilities) {
            match visibility {
                ItemVisibility::Shown => kept.push((Row::Item(at, place), item)),
                ItemVisibility::Filtered => made.hidden += 1,
                ItemVisibility::Ended => made.ended += 1,
            }
        }
    }
    arrange(&mut kept, list, |(_, item)| key_of_item(list.sort, item));
    made.rows = with_headings(kept.into_iter().map(|(row, item)| (group_of_item(model, item), row)));
}

fn from_lines(model: &Model, made: &mut MadeRows) {
    let list = &model.list;
    let mut matcher = FilterMatcher::new(&list.parsed);
    let mut rows = Vec::new();
    let mut is_shown = each_piece_once();
    for (at, line) in model.lines.iter().enumerate() {
        let owner = line.about.as_ref().and_then(|id| model.owner_of(id));
        let settled = owner.is_some_and(crate::domain::Owner::is_settled);
        if (model.is_unowned_only() && settled) || !line_passes(&mut matcher, list, model, line) {
            made.hidden += 1;
        } else if is_shown(line) {
            rows.push((group_of_line(model, line), Row::Line(at)));
        }
    }
    if list.is_reversed {
        rows.reverse();
    }
    made.rows = with_headings(rows.into_iter());
}

/// Returns a filter that keeps the pieces of an issue only for the first of its items, so that they are offered once.
pub(super) fn each_piece_once<'a>() -> impl FnMut(&'a ListLine) -> bool {
    let mut first = HashMap::new();
    move |line| line.piece_of.as_ref().is_none_or(|issue| *first.entry(issue).or_insert(&line.about) == &line.about)
}

fn line_passes(matcher: &mut FilterMatcher<'_>, list: &List, model: &Model, line: &ListLine) -> bool {
    if list.parsed.is_empty() {
        return true;
    }
    let about = line.about.as_ref();
    let item = about.and_then(|id| model.item_of(id)).map(FilterFacts::from);
    let project = || about.and_then(|id| model.project_of(id)).map(FilterFacts::from);
    let facts = item.or_else(project).unwrap_or_default();
    let issue = about.and_then(|id| model.issue_ref_of(id));
    let freedom = line.freedom.or(facts.freedom);
    let facts = FilterFacts { issue: facts.issue.or(issue.as_ref()), freedom, ..facts };
    let text = &format!("{} {} {} {}", line.tag, line.place_name, line.text, line.aside);
    matcher.passes(&Candidate { text, facts, issues: &model.world.snapshot.issues, date: model.board.date })
}
