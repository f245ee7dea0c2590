//! What the infrastructure costs: a small panel below the preview, where there is room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::DrawLine as _;
use super::text::Text;
use super::{Scene, fit};
use crate::domain::{Percent, Spend};

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let Some(spend) = &scene.model.world.roadmap.spend else { return };
    let width = usize::from(area.width.min(80));
    let mut text = Text::new(width);
    fill(&mut text, scene, spend);
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

fn fill<'a>(text: &mut Text<'a>, scene: &Scene<'a>, spend: &Spend) {
    let theme = scene.theme;
    let until = spend.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let year = spend.total * 365 / u64::from(spend.days.max(1));
    let budget = spend.budget_per_year.map(|budget| format!(", budget {}", short(budget))).unwrap_or_default();
    let sum = format!(" {} in {} days{until}: {} a year{budget}", short(spend.total), spend.days, short(year));
    text.push(Line::styled(format!(" SPEND, {}", spend.currency), theme.heading()));
    text.push(fit::cut(&sum, text.width, theme.ellipsis()));
    let room = text.width.saturating_sub(3 + 8 + 12);
    for line in &spend.lines {
        let share = (line.amount * 100).checked_div(spend.total).unwrap_or(0).min(100) as u8;
        let (full, empty) = theme.bar(Percent::Known(share), 10);
        text.push(vec![
            Span::raw(format!(" {}", fit::left(&line.name, room, theme.ellipsis()))),
            Span::raw(format!("{}  ", fit::right(&short(line.amount), 8, ""))),
            Span::styled(full, theme.accent()),
            Span::styled(empty, theme.dim()),
        ]);
    }
}

/// `3.0M`, `109k`, `700`
fn short(amount: u64) -> String {
    match amount {
        0..=999 => amount.to_string(),
        1_000..=999_999 => format!("{}k", amount / 1_000),
        _ => format!("{}.{}M", amount / 1_000_000, amount % 1_000_000 / 100_000),
    }
}
