//! View 1, Projects: the table of progress, owner and items left.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::model::FrameInfo;
use super::super::model::history;
use super::super::model::list::Row;
use super::super::model::order::Sort;
use super::canvas::DrawLine as _;
use super::{LARGE_SCREEN, MEDIUM_SCREEN, Scene, burnup, fit, rows, split_rows};
use crate::domain::board::Inner;
use crate::domain::{Percent, ProjectRow};
use crate::words;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProjectColumn {
    Project,
    State,
    Percent,
    Bar,
    Spark,
    Moved,
    Progress,
    Left,
    Free,
    Owner,
    Touched,
}

use ProjectColumn as C;

impl ProjectColumn {
    /// The title, and the order in which it sorts the list.
    fn title(self) -> (&'static str, Option<Sort>) {
        match self {
            Self::Project => ("PROJECT", Some(Sort::Name)),
            Self::State => ("STATE", Some(Sort::State)),
            Self::Percent => ("DONE", Some(Sort::Percent)),
            Self::Bar | Self::Moved => ("", None),
            Self::Spark => ("LAST YEAR", None),
            Self::Progress => ("PROGRESS", None),
            Self::Left => ("ITEMS LEFT", Some(Sort::Left)),
            Self::Free => ("FREE", Some(Sort::Free)),
            Self::Owner => ("OWNER", None),
            Self::Touched => ("TOUCHED", Some(Sort::Touched)),
        }
    }

    /// Fits a text into the column; numbers are on the right.
    fn fitted(self, text: &str, width: usize) -> String {
        let is_number = matches!(self, Self::Percent | Self::Left | Self::Free);
        if is_number { fit::right(text, width) } else { fit::left(text, width) }
    }
}

/// The columns in the order in which they are shown.
const ORDER: [ProjectColumn; 11] =
    [C::Project, C::State, C::Percent, C::Bar, C::Spark, C::Progress, C::Moved, C::Left, C::Free, C::Owner, C::Touched];
/// The columns in the order in which they get room; the first three are always shown.
const GIVEN: [ProjectColumn; 10] =
    [C::Project, C::Percent, C::Progress, C::State, C::Owner, C::Left, C::Moved, C::Free, C::Bar, C::Touched];
/// The same for a wide screen, with a sparkline of the last year in place of the bar.
const GIVEN_WIDE: [ProjectColumn; 10] =
    [C::Project, C::Percent, C::Progress, C::State, C::Owner, C::Left, C::Moved, C::Free, C::Spark, C::Touched];
/// From this screen width the last year is shown.
const HISTORY_SCREEN: u16 = 120;
const GAP: usize = 2;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> FrameInfo {
    let columns = columns(scene, usize::from(area.width));
    let (heading, rows) = split_rows(area, 1);
    buffer.line(titles(scene, &columns), heading);
    rows::draw(buffer, rows, scene, |row, selected| match row {
        Row::Project(at) => {
            let project = scene.model.board.projects.get(*at)?;
            Some(line(scene, &columns, project, selected))
        }
        Row::Heading(..) | Row::Item(..) | Row::Line(_) => None,
    })
}

/// Returns the columns that fit, with their widths.
fn columns(scene: &Scene<'_>, width: usize) -> Vec<(ProjectColumn, usize)> {
    let projects = &scene.model.board.projects;
    // There is no gap after the last column.
    let width = width + GAP;
    let name = projects.iter().take(500).map(|project| fit::width(&project.title)).max().unwrap_or(0);
    let (needed, name) = (name, name.clamp(12, if width < 100 { 24 } else { 28 }));
    let is_wide = scene.width >= HISTORY_SCREEN && scene.model.history().is_some();
    let shown = projects.iter().take(500).map(|project| fit::width(&progress_of(scene, project)));
    let progress = shown.max().unwrap_or(0).clamp(9, if width < MEDIUM_SCREEN.into() { 14 } else { 24 });
    let state = projects.iter().map(|project| fit::width(&words::marked(project.state))).max();
    let state = state.unwrap_or(0).max(9);
    let moved = projects.iter().filter_map(|project| past(scene, project)).map(|past| fit::width(&past.moved)).max();
    let moved = moved.filter(|width| *width > 0);
    let since = since(scene);
    let least = |column| match column {
        C::Project => name,
        C::State => state,
        C::Percent => 5,
        C::Bar => 10,
        C::Spark => history::MONTHS as usize,
        C::Moved => moved.unwrap_or(0).max(fit::width(&since)),
        C::Progress => progress,
        C::Left => 11,
        C::Free => 5,
        C::Owner => 16,
        C::Touched => 10,
    };
    let mut used = rows::MARGIN;
    let mut given = Vec::new();
    // If nothing moved or no project has an owner, an empty column would take room from names.
    let has_owner = projects.iter().any(|project| !project.owner.names.is_empty());
    let is_empty = |column| column == C::Moved && moved.is_none() || column == C::Owner && !has_owner;
    for column in given_order(scene, is_wide).into_iter().filter(|column| !is_empty(*column)) {
        let wide = least(column) + GAP;
        if used + wide <= width || matches!(column, C::Project | C::Percent | C::Progress) {
            used += wide;
            given.push(column);
        }
    }
    let spare = width.saturating_sub(used);
    // Names and owners share the spare room, names up to their full width.
    let for_owner = if given.contains(&C::Owner) { spare.min(18) } else { 0 };
    let for_name = (spare - for_owner).min(needed.saturating_sub(name));
    let for_owner = if for_owner > 0 { (spare - for_name).min(30) } else { 0 };
    let widen = |column| match column {
        C::Owner => for_owner,
        C::Project => for_name,
        C::State | C::Percent | C::Bar | C::Spark | C::Progress | C::Moved | C::Left | C::Free | C::Touched => 0,
    };
    let shown = ORDER.into_iter().filter(|column| given.contains(column));
    shown.map(|column| (column, least(column) + widen(column))).collect()
}

/// The order in which columns get room; the one by which the list is sorted comes right after the first three.
fn given_order(scene: &Scene<'_>, is_wide: bool) -> Vec<ProjectColumn> {
    let mut order = if is_wide { GIVEN_WIDE } else { GIVEN }.to_vec();
    let by = scene.model.list.sort;
    order.sort_by_key(|column| match column {
        C::Project | C::Percent | C::Progress => 0,
        column if column.title().1 == Some(by) => 1,
        C::State | C::Bar | C::Spark | C::Moved | C::Left | C::Free | C::Owner | C::Touched => 2,
    });
    order
}

fn titles<'a>(scene: &Scene<'a>, columns: &[(ProjectColumn, usize)]) -> Line<'a> {
    let mut text = " ".repeat(rows::MARGIN);
    let since = since(scene);
    for &(column, width) in columns {
        let (title, sort) = column.title();
        let title = if column == C::Moved { &since } else { title };
        // The column by which the list is sorted is marked.
        let title = sort.map_or_else(|| title.into(), |by| rows::sort_mark(scene, by, title));
        text.push_str(&column.fitted(&title, width));
        text.push_str("  ");
    }
    Line::styled(text, scene.theme.heading())
}

/// `SINCE 11-26`
fn since(scene: &Scene<'_>) -> String {
    format!("SINCE {}", history::short_day(scene.model.changes_since(), scene.model.world.date))
}

/// `288/1780 prow jobs` or `1377 lines left`; below [`LARGE_SCREEN`] `288/1780 jobs` or `1377 left`.
fn progress_of(scene: &Scene<'_>, project: &ProjectRow) -> String {
    let narrow = |inner: &Inner| {
        let unit = words::unit_noun(&inner.unit).filter(|_| inner.start.is_none());
        unit.map_or_else(|| words::amount_short(inner), |unit| format!("{} {unit}", words::amount_short(inner)))
    };
    let is_wide = scene.width >= LARGE_SCREEN;
    let figure = |inner: &Inner| if is_wide { words::inner_short(inner) } else { narrow(inner) };
    words::project_done_as(project, &scene.model.board, figure)
}

fn line<'a>(scene: &Scene<'a>, columns: &[(ProjectColumn, usize)], project: &ProjectRow, selected: bool) -> Line<'a> {
    let mut spans = Vec::with_capacity(columns.len() * 2 + 2);
    spans.push(rows::pointer(scene, selected));
    for &(column, width) in columns {
        if column == C::Bar {
            bar(scene, project.percent, width, &mut spans);
        } else {
            let (text, style) = cell(scene, column, project);
            spans.push(Span::styled(column.fitted(&text, width), style));
        }
        spans.push(Span::raw("  "));
    }
    rows::finish(Line::from(spans), selected)
}

fn cell(scene: &Scene<'_>, column: ProjectColumn, project: &ProjectRow) -> (String, Style) {
    let (theme, groups) = (scene.theme, &scene.model.world.roadmap.groups);
    let plain = Style::new();
    match column {
        C::Project => (project.title.clone(), if project.state.is_end() { theme.dim() } else { plain }),
        C::State => (words::marked(project.state), theme.state(project.state)),
        C::Spark => {
            let months = past(scene, project).map(|past| past.months.as_slice()).unwrap_or_default();
            burnup::sparkline(scene, months)
        }
        C::Moved => match past(scene, project) {
            Some(past) => (past.moved.clone(), if past.is_gain { theme.good() } else { theme.warn() }),
            None => (String::new(), plain),
        },
        C::Percent if project.percent == Percent::Unknown => (words::percent(project.percent), theme.unknown()),
        C::Percent => (words::percent(project.percent), theme.strong()),
        C::Bar => (String::new(), plain),
        C::Progress => (progress_of(scene, project), plain),
        C::Left => (words::items_left(project), plain),
        C::Free if project.free == 0 => (words::items_free(project), theme.dim()),
        C::Free => (words::items_free(project), theme.good()),
        C::Owner if project.owner.names.is_empty() => (words::NONE.to_owned(), theme.bad()),
        C::Owner => {
            let style = if project.owner.is_settled() { plain } else { theme.warn() };
            (words::owner_short(&project.owner, groups), style)
        }
        C::Touched => match project.touched {
            Some(at) => (words::ago(at, scene.model.board.date), theme.dim()),
            None => (words::NONE.to_owned(), theme.dim()),
        },
    }
}

fn past<'a>(scene: &Scene<'a>, project: &ProjectRow) -> Option<&'a history::ProjectHistory> {
    scene.model.history()?.of(&project.id)
}

/// Adds a progress bar: the done part in colour, the rest dim.
pub(super) fn bar(scene: &Scene<'_>, percent: Percent, width: usize, spans: &mut Vec<Span<'_>>) {
    let (full, empty) = scene.theme.bar(percent, width);
    let style = if percent == Percent::Known(100) { scene.theme.good() } else { scene.theme.accent() };
    spans.push(Span::styled(full, style));
    spans.push(Span::styled(empty, scene.theme.dim()));
}
