//! Accounts: a small panel below the preview, where there is room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, fit};
use crate::domain::{Account, Percent};
use crate::insight::money;
use crate::words;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let world = &scene.model.world;
    if world.roadmap.accounts.is_empty() {
        return;
    }
    let width = usize::from(area.width.min(80));
    let mut text = PageText::new(width);
    text.push(Line::styled(" ACCOUNTS", scene.theme.heading()));
    for account in &world.roadmap.accounts {
        fill(&mut text, scene, account);
    }
    let height = text.lines.len() as u16 + 1;
    if area.height < height || width < 40 {
        return;
    }
    // At the foot of the preview, away from what is selected.
    let top = area.bottom() - height + 1;
    for (at, line) in (0..).zip(&text.lines) {
        buffer.line(line, Rect { y: top + at, height: 1, ..area });
    }
}

fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, account: &'a Account) {
    let theme = scene.theme;
    let status = money::status(account, scene.model.world.date);
    let name = if account.lines.is_empty() { format!("{}: ", account.name) } else { String::new() };
    let width = text.width;
    text.push(fit::cut(&format!(" {name}{}", money::text::used(account, &status)), width, theme.ellipsis()));
    if let Some(outlook) = money::text::outlook(account, &status) {
        text.push(fit::cut(&format!("   {outlook}"), width, theme.ellipsis()));
    }
    let room = width.saturating_sub(3 + 8 + 12);
    let total: u64 = account.lines.iter().map(|line| line.amount).sum();
    for line in &account.lines {
        let share = (line.amount * 100).checked_div(total).unwrap_or(0).min(100) as u8;
        let (full, empty) = theme.bar(Percent::Known(share), 10);
        let amount = words::money::amount(line.amount, &account.currency);
        text.push(vec![
            Span::raw(format!(" {}", fit::left(&line.name, room, theme.ellipsis()))),
            Span::raw(format!("{}  ", fit::right(&amount, 8, ""))),
            Span::styled(full, theme.accent()),
            Span::styled(empty, theme.dim()),
        ]);
    }
}
