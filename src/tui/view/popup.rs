//! Popup windows, drawn over the view or page.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Widget};

use super::super::model::{FrameInfo, Popup};
use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, accounts, choice, fit, help, migrated, whom, why};

/// Draws a window; of `below`, the frame info of the view or page, only height and lines are replaced.
pub(super) fn draw(buffer: &mut Buffer, body: Rect, scene: &Scene<'_>, popup: &Popup, below: FrameInfo) -> FrameInfo {
    // A narrow screen gets a full-width window: beside it only scraps of the view would be visible.
    let width = if body.width < super::MEDIUM_SCREEN { body.width } else { 100.min(body.width - 4) };
    let inner = usize::from(width.saturating_sub(2));
    let (title, text) = content(scene, popup, inner);
    let height = (text.lines.len() as u16 + 2).clamp(3, body.height);
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    let title = fit::cut(&format!(" {title} "), inner);
    let block = Block::bordered().border_type(BorderType::Rounded).title(title).border_style(scene.theme.accent());
    buffer.cover(area);
    block.render(area, buffer);
    let shown = usize::from(height.saturating_sub(2));
    let lines = text.lines.len();
    let scroll = scene.model.popup_scroll.min(lines.saturating_sub(shown));
    buffer.lines(text.lines.iter().skip(scroll), area.inner(Margin::new(1, 1)));
    if lines > shown + scroll {
        let more = format!(" {} more ", lines - shown - scroll);
        let wide = more.len() as u16;
        let place = Rect { x: area.right().saturating_sub(wide + 2), y: area.bottom() - 1, width: wide, height: 1 };
        buffer.line(Line::styled(more, scene.theme.accent()), place);
    }
    FrameInfo { height: shown, lines, ..below }
}

fn content<'a>(scene: &Scene<'a>, popup: &Popup, width: usize) -> (String, PageText<'a>) {
    let mut text = PageText::new(width);
    let title = match popup {
        Popup::Help(input) => help::fill(&mut text, scene, input.value()),
        Popup::Why(id) => why::fill(&mut text, scene, id),
        Popup::Whom(id) => whom::fill(&mut text, scene, id),
        Popup::Text(title, body) => {
            verbatim(&mut text, body);
            title.clone()
        }
        Popup::Migrated => migrated::fill(&mut text, scene),
        Popup::Accounts(freed) => accounts::fill(&mut text, scene, freed),
        Popup::States(project, item, at) => choice::states(&mut text, scene, project, item, *at),
        Popup::Confirm(_, diff) => {
            choice::diff(&mut text, scene, diff);
            "Change the roadmap? y or Enter saves, Esc cancels".to_owned()
        }
    };
    (title, text)
}

fn verbatim(text: &mut PageText<'_>, body: &str) {
    for line in body.lines() {
        for part in fit::wrap(&line.replace('\t', "    "), text.width.saturating_sub(2)) {
            text.push(format!(" {part}"));
        }
    }
}
