//! The preview: a summary of the selected row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::input::keymap::Action;
use super::super::model::Id;
use super::canvas::{self, DrawLine as _};
use super::text::PageText;
use super::{Scene, Side, burnup, item, page, project, spend, split_rows, trend};

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, side: Side) {
    let body = match side {
        Side::Right => canvas::beside_bar(buffer, area, scene.theme),
        Side::Strip | Side::Below => canvas::below_rule(buffer, area, scene.theme),
    };
    let has_chart = scene.model.view.has_chart();
    let mut text = PageText::of(usize::from(body.width), usize::from(body.height));
    if has_chart {
        trend::explain(&mut text, scene);
    } else {
        text = of_selection(scene, text);
    }
    let hidden = (text.len() + text.skipped).saturating_sub(usize::from(body.height));
    // The last line gives the number of hidden lines.
    let shown = if hidden > 0 { body.height.saturating_sub(1) } else { body.height };
    let (lines, mut rest) = split_rows(body, shown.min(text.len() as u16));
    buffer.lines(text.from(0), lines);
    if hidden > 0 {
        let key = if has_chart { Action::Why } else { Action::Open };
        buffer.line(super::text::more(scene, key, hidden + 1), rest);
    }
    if scene.model.view.has_projects() && side != Side::Strip {
        if let Some(Id::Project(id)) = &scene.model.list.selected {
            let taken = burnup::draw(buffer, rest, scene, id);
            rest = Rect { y: rest.y + taken, height: rest.height - taken, ..rest };
        }
        spend::draw(buffer, rest, scene);
    }
}

fn of_selection<'a>(scene: &Scene<'a>, mut text: PageText<'a>) -> PageText<'a> {
    let Some(id) = scene.model.list.selected.clone() else { return text };
    match &id {
        Id::Project(id) => {
            if let Some(row) = scene.model.board.project(id) {
                project::brief(&mut text, scene, row);
            }
        }
        Id::Item(project, key) => {
            if let Some(row) = scene.model.board.item(project, key) {
                item::brief(&mut text, scene, row);
            }
        }
        Id::Issue(_) | Id::Left(_) | Id::Line(_) => return page::fill(text, scene, &id),
    }
    text
}
