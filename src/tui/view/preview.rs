//! The preview: what is selected, in short.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::input::keymap::Action;
use super::super::model::Id;
use super::super::theme::RULE;
use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, Side, burnup, item, page, project, spend, trend};

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, side: Side) {
    let theme = scene.theme;
    let body = if side == Side::Right {
        for y in area.y..area.bottom() {
            buffer.line(Line::styled("│", theme.dim()), Rect { y, width: 1, height: 1, ..area });
        }
        Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }
    } else {
        let rule = RULE.repeat(usize::from(area.width));
        buffer.line(Line::styled(rule, theme.dim()), Rect { height: 1, ..area });
        Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    };
    let has_chart = scene.model.view.has_chart();
    let mut text = PageText::of(usize::from(body.width), usize::from(body.height));
    if has_chart {
        trend::explain(&mut text, scene);
    } else {
        text = of_selection(scene, text, side);
    }
    let hidden = (text.len() + text.unmade).saturating_sub(usize::from(body.height));
    // The last line says how much more there is, instead of showing half of it.
    let shown = if hidden > 0 { body.height.saturating_sub(1) } else { body.height };
    let mut used = 0;
    for line in text.from(0).take(usize::from(shown)) {
        buffer.line(line, Rect { y: body.y + used, height: 1, ..body });
        used += 1;
    }
    if hidden > 0 {
        let key = if has_chart { Action::Why } else { Action::Open };
        buffer.line(super::text::more(scene, key, hidden + 1), Rect { y: body.y + used, height: 1, ..body });
    }
    if scene.model.view.has_projects() && side != Side::Strip {
        let mut rest = Rect { y: body.y + used, height: body.height.saturating_sub(used), ..body };
        if let Some(Id::Project(id)) = &scene.model.list().selected {
            let taken = burnup::draw(buffer, rest, scene, id);
            rest = Rect { y: rest.y + taken, height: rest.height - taken, ..rest };
        }
        spend::draw(buffer, rest, scene);
    }
}

fn of_selection<'a>(scene: &Scene<'a>, mut text: PageText<'a>, side: Side) -> PageText<'a> {
    let Some(id) = scene.model.list().selected.clone() else { return text };
    match (&id, side) {
        (Id::Project(id), _) => {
            if let Some(row) = scene.model.board.project(id) {
                project::brief(&mut text, scene, row);
            }
        }
        (Id::Item(project, key), _) => {
            if let Some(row) = scene.model.board.item(project, key) {
                item::brief(&mut text, scene, row);
            }
        }
        (Id::Issue(_) | Id::Left(_) | Id::Line(_), _) => return page::fill(text, scene, &id),
    }
    text
}
