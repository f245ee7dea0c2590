//! A full-screen page: scrolling text with selectable parts.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::super::model::list::ListLine;
use super::super::model::{FrameInfo, Id};
use super::super::theme::{POINTER, RULE};
use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, fit, issue, item, project, remaining_jobs, split_rows};
use crate::domain::{IssueRef, ItemRow, item_name};

/// Adds all that is known about a project, an item, an issue, remaining jobs or a line.
pub(super) fn fill<'a>(mut text: PageText<'a>, scene: &Scene<'a>, id: &Id) -> PageText<'a> {
    match id {
        Id::Project(id) => match scene.model.board.project(id) {
            Some(row) => project::full(&mut text, scene, row),
            None => text.push(" this project is not in the roadmap"),
        },
        Id::Item(project, key) => match scene.model.board.item(project, key) {
            Some(row) => item::full(&mut text, scene, row),
            None => text.push(" this item is not in the roadmap"),
        },
        Id::Issue(id) => {
            above_issue(&mut text, scene, id);
            issue::full(&mut text, scene, id);
        }
        Id::Left(page) => remaining_jobs::full(&mut text, scene, page),
        Id::Line(_) => line(&mut text, scene, id),
    }
    text
}

/// Adds what the preview shows above an issue: the selected line, if it is about that issue, and its item.
fn above_issue<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &IssueRef) {
    let model = scene.model;
    let of_id = |own: &ItemRow| own.issue.as_ref() == Some(id);
    let is_about = |selected: &&Id| match model.subject(selected) {
        Id::Issue(issue) => issue == *id,
        Id::Item(project, key) => model.board.item(&project, &key).is_some_and(of_id),
        Id::Project(_) | Id::Left(_) | Id::Line(_) => false,
    };
    let selected = model.list.selected.as_ref().filter(is_about);
    if let Some(line) = selected.and_then(|selected| model.line(selected)) {
        facts(text, scene, line);
        text.gap();
    }
    if let Some(item) =
        selected.and_then(|selected| model.item_of(selected)).or_else(|| model.board.items().find(|item| of_id(item)))
    {
        item::facts(text, scene, item);
        text.gap();
    }
}

/// Adds a line of a list in full, then a summary of its item or project.
fn line<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) {
    if let Some(trend) = scene.model.trend(id) {
        return super::trend::fill(text, scene, trend);
    }
    let Some(line) = scene.model.line(id) else { return };
    facts(text, scene, line);
    if let Some(item) = scene.model.item_of(id) {
        text.gap();
        item::brief(text, scene, item);
    } else if let Some(row) = scene.model.project_of(id) {
        text.gap();
        project::brief(text, scene, row);
    }
}

/// Adds all parts of a line, including the parts that do not fit in its row.
pub(super) fn facts<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, line: &ListLine) {
    if line.series.is_some() {
        text.push(Line::styled(fit::cut(&format!(" {}", line.tag), text.width), scene.theme.strong()));
    }
    text.add_once(&line.text);
    text.paragraph(&line.text, 1);
    if !line.aside.is_empty() {
        for part in fit::wrap(&line.aside, text.width.saturating_sub(2)) {
            text.push(Line::styled(format!(" {part}"), scene.theme.dim()));
        }
    }
    if !line.detail.is_empty() {
        text.gap();
        for detail in &line.detail {
            text.add_once(detail);
            text.paragraph(detail, 1);
        }
    }
}

/// Draws the topmost page.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> FrameInfo {
    let Some(page) = scene.model.pages.last() else { return FrameInfo::default() };
    let (rule, body) = split_rows(area, 1);
    buffer.line(crumbs(scene, usize::from(area.width)), rule);
    let text = fill(PageText::new(usize::from(body.width)), scene, &page.of);
    let height = usize::from(body.height);
    let scroll = page.scroll.min(text.len().saturating_sub(height));
    let chosen = text.anchors.get(page.cursor).copied();
    let row = chosen.and_then(|at| at.checked_sub(scroll)).filter(|row| *row < height).unwrap_or(0);
    let selected = Some(Position::new(body.x, body.y + row as u16));
    for (at, line) in (scroll..scroll + height).zip(text.from(scroll)) {
        let place = Rect { y: body.y + (at - scroll) as u16, height: 1, ..body };
        if chosen == Some(at) {
            buffer.line_over(line, place, scene.theme.selected().remove_modifier(ratatui::style::Modifier::DIM));
            buffer.line(Line::styled(POINTER, scene.theme.accent()), Rect { width: 1, ..place });
        } else {
            buffer.line(line, place);
        }
    }
    FrameInfo { selected, height, lines: text.len(), anchors: text.anchors, ..FrameInfo::default() }
}

/// The breadcrumbs: the view and the open pages.
fn crumbs<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let model = scene.model;
    let mut text = format!("{0}{0} {1}", RULE, model.view.spec().title);
    for page in &model.pages {
        let name = match &page.of {
            Id::Project(id) => model.title_of(id),
            Id::Item(project, key) => {
                let item = model.board.item(project, key);
                item.map_or_else(|| item_name(project, key), |item| item.title.clone())
            }
            Id::Issue(issue) => issue.short(&model.world.roadmap.repo),
            Id::Left(page) => remaining_jobs::name(page),
            Id::Line(_) => model.line(&page.of).map(|line| line.title().to_owned()).unwrap_or_default(),
        };
        text.push_str(" › ");
        text.push_str(&name);
    }
    text.push(' ');
    let text = fit::cut(&text, width);
    let rest = RULE.repeat(width.saturating_sub(fit::width(&text)));
    Line::styled(text + &rest, scene.theme.dim())
}
