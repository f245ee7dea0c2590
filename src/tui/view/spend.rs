//! The panel of accounts at the foot of the preview, where there is room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::input::keymap::Action;
use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, accounts};
use crate::domain::Account;
use crate::insight::money;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let world = &scene.model.world;
    if world.roadmap.accounts.is_empty() {
        return;
    }
    let width = usize::from(area.width.min(100));
    let mut text = PageText::new(width);
    let key = scene.model.keymap.key(Action::Accounts);
    text.push(Line::from(vec![
        Span::styled(" ACCOUNTS", scene.theme.heading()),
        Span::styled(format!("   {key} shows all"), scene.theme.dim()),
    ]));
    for account in &world.roadmap.accounts {
        fill(&mut text, scene, account);
    }
    let height = text.lines.len() as u16 + 1;
    if area.height < height || width < 40 {
        return;
    }
    // At the foot of the preview, apart from the selected project.
    buffer.lines(&text.lines, Rect { y: area.bottom() - height + 1, height: height - 1, ..area });
}

fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, account: &'a Account) {
    let status = money::status(account, scene.model.world.date);
    text.paragraph(&money::text::head(account, &status), 1);
    accounts::lines(text, scene, account, &status);
}
