//! Grouping of rows.

use std::borrow::Cow;

use super::list::{ListLine, Row};
use super::order::Sort;
use super::{Grouping, Model};
use crate::domain::{ItemRow, ProjectRow, grouped};
use crate::words;

/// Returns the group of a project; an empty one has no title.
pub(super) fn group_of_project<'a>(model: &Model, project: &'a ProjectRow) -> Cow<'a, str> {
    match model.list.grouping {
        Grouping::Plain | Grouping::Milestone | Grouping::Rule => "".into(),
        Grouping::Owner => words::owner(&project.owner, &model.world.roadmap.groups).into(),
        Grouping::State => words::state(project.state).into(),
    }
}

/// Returns the group of an item; an empty one has no title.
pub(super) fn group_of_item<'a>(model: &Model, item: &'a ItemRow) -> Cow<'a, str> {
    match model.list.grouping {
        Grouping::Plain if model.list.sort == Sort::Roadmap => {
            let project = model.board.project(&item.project);
            project.map_or_else(|| item.project.to_string(), |project| project.title.clone()).into()
        }
        Grouping::Plain | Grouping::Rule => "".into(),
        Grouping::Owner => words::owner(&item.owner, &model.world.roadmap.groups).into(),
        Grouping::State => words::state(item.state).into(),
        Grouping::Milestone => item.milestone.as_deref().unwrap_or("no milestone").into(),
    }
}

/// Returns the group of a line; an empty one has no title.
pub(super) fn group_of_line<'a>(model: &Model, line: &'a ListLine) -> Cow<'a, str> {
    match model.list.grouping {
        Grouping::Plain | Grouping::State | Grouping::Milestone => line.group.as_str().into(),
        Grouping::Rule => line.aside.as_str().into(),
        Grouping::Owner => match line.about.as_ref().and_then(|id| model.owner_of(id)) {
            Some(owner) => words::owner(owner, &model.world.roadmap.groups).into(),
            None => "not part of a project".into(),
        },
    }
}

/// Inserts headings: groups in the order of their first row, rows within a group in their own order.
pub(super) fn with_headings<'a>(rows: impl Iterator<Item = (Cow<'a, str>, Row)>) -> Vec<Row> {
    let groups = grouped(rows);
    let mut rows = Vec::with_capacity(groups.iter().map(|(_, own)| own.len() + 1).sum());
    for (title, own) in groups {
        if !title.is_empty() {
            rows.push(Row::Heading(title.into_owned(), own.len()));
        }
        rows.extend(own);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_ordered_by_their_first_row() {
        let rows = [("a", 1), ("b", 2), ("a", 3), ("a", 4), ("", 5), ("b", 6)];
        let heading = |title: &str, count| Row::Heading(title.to_owned(), count);
        let lines = |numbers: &[usize]| numbers.iter().map(|&at| Row::Line(at)).collect::<Vec<_>>();
        let wanted = [vec![heading("a", 3)], lines(&[1, 3, 4]), vec![heading("b", 2)], lines(&[2, 6]), lines(&[5])];
        assert_eq!(with_headings(rows.into_iter().map(|(title, at)| (title.into(), Row::Line(at)))), wanted.concat());
    }
}
