//! The filter index: the searchable text of each item, built once for each board.

use rayon::prelude::*;

use crate::domain::filter::{Filter, FilterMatcher, add_text};
use crate::domain::{Board, ProjectRow};

/// From this many items matching runs in parallel.
const MANY_ITEMS: usize = 5_000;

/// The texts of all items, concatenated.
#[derive(Debug, Default)]
pub struct FilterIndex {
    all: String,
    /// The end of each item's text in `all`.
    ends: Vec<usize>,
    /// The index of each project's first item.
    firsts: Vec<usize>,
}

impl FilterIndex {
    /// Builds the index of a board.
    pub fn of(board: &Board) -> Self {
        let mut texts = Self::default();
        for project in &board.projects {
            texts.firsts.push(texts.ends.len());
            for item in &project.items {
                add_text(&mut texts.all, item);
                texts.ends.push(texts.all.len());
            }
        }
        texts
    }

    /// Returns the text of an item, by the index of its project in the board and its own in the project.
    pub fn get(&self, project: usize, item: usize) -> &str {
        let place = self.firsts.get(project).map_or(usize::MAX, |first| first + item);
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(place).and_then(|end| self.all.get(start..*end)).unwrap_or_default()
    }
}

/// Maps every project with a matcher of the filter; the results are in the order of the board.
pub(super) fn map_projects<T: Send>(
    board: &Board,
    filter: &Filter,
    apply: impl Fn(&mut FilterMatcher<'_>, usize, &ProjectRow) -> T + Sync,
) -> Vec<T> {
    let items: usize = board.projects.iter().map(|project| project.items.len()).sum();
    let matcher = || FilterMatcher::new(filter);
    if filter.is_empty() || items < MANY_ITEMS {
        let mut matcher = matcher();
        return board.projects.iter().enumerate().map(|(at, project)| apply(&mut matcher, at, project)).collect();
    }
    let projects = board.projects.par_iter().enumerate().with_min_len(8);
    projects.map_init(matcher, |matcher, (at, project)| apply(matcher, at, project)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::text_of;
    use crate::domain::fixtures::{by_issue, item, project, roadmap, snapshot};
    use crate::domain::{Candidate, Date, Issues, ItemRow, join};

    fn board(projects: usize, items: u64) -> Board {
        let thing = |at, n| if at == 1 { by_issue(n + 1) } else { item(&format!("thing {n}")) };
        let items = |at| (0..items).map(move |n| thing(at, n));
        let projects = (0..projects).map(|at| project(&format!("p{at}"), items(at).collect())).collect();
        join(&roadmap(projects), &snapshot(Vec::new()), Date::from_ymd_opt(2024, 6, 1).unwrap())
    }

    #[test]
    fn the_index_returns_the_text_of_each_item() {
        let board = board(3, 2);
        let texts = FilterIndex::of(&board);
        for (at, project) in board.projects.iter().enumerate() {
            for (place, item) in project.items.iter().enumerate() {
                assert_eq!(texts.get(at, place), text_of(item));
            }
        }
        assert_eq!((texts.get(2, 2), texts.get(3, 0)), ("", ""));
    }

    #[test]
    fn parallel_matching_gives_the_same_results_in_order() {
        let (filter, issues) = (Filter::parse("p1 thing").unwrap(), &Issues::default());
        let board = board(20, 300);
        let texts = FilterIndex::of(&board);
        let count = |matcher: &mut FilterMatcher<'_>, at: usize, project: &ProjectRow| {
            let mut passes = |place, item: &ItemRow| {
                let text = texts.get(at, place);
                matcher.passes(&Candidate { text, facts: item.into(), issues, date: board.date })
            };
            project.items.iter().enumerate().filter(|(place, item)| passes(*place, item)).count()
        };
        let mut matcher = FilterMatcher::new(&filter);
        let one_by_one = board.projects.iter().enumerate().map(|(at, project)| count(&mut matcher, at, project));
        let one_by_one: Vec<_> = one_by_one.collect();
        assert_eq!(map_projects(&board, &filter, count), one_by_one);
        assert!(one_by_one[1] == 0 && one_by_one[10] == 300, "{one_by_one:?}");
    }
}
