//! The top lines: what this is and as of when, the views, and the sums.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::model::{Sync, View};
use super::canvas::DrawLine as _;
use super::{Scene, fit};
use crate::domain::Origin;
use crate::words;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let row = |at: u16| Rect { y: area.y + at, height: 1, ..area };
    two_ends(buffer, row(0), scene, &title(scene), state(scene));
    buffer.line(tabs(scene, usize::from(area.width)), row(1));
    if area.height > 2 {
        buffer.line(sums(scene, usize::from(area.width)), row(2));
    }
}

/// What stands at the right comes first; the left is cut.
fn two_ends(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, left: &str, right: Span<'_>) {
    let wide = fit::width(&right.content);
    let room = usize::from(area.width).saturating_sub(wide + 12);
    let left = fit::cut(left, room, scene.theme.ellipsis());
    let gap = usize::from(area.width).saturating_sub(10 + fit::width(&left) + wide + 1);
    let name = Span::styled(" offramp  ", scene.theme.accent().add_modifier(ratatui::style::Modifier::BOLD));
    buffer.line(Line::from(vec![name, Span::raw(left), Span::raw(" ".repeat(gap)), right]), area);
}

fn title(scene: &Scene<'_>) -> String {
    let title = &scene.model.world.roadmap.title;
    if title.is_empty() { words::origin(&scene.model.world.origin) } else { title.clone() }
}

/// As of when this is, and how the fetching stands.
fn state<'a>(scene: &Scene<'a>) -> Span<'a> {
    let (model, theme) = (scene.model, scene.theme);
    let world = &model.world;
    let moved = world.date != model.now;
    let age = world.snapshot.fetched_at.map(|taken| words::since(taken, world.now));
    match (&model.sync, &world.origin) {
        (Sync::Running(done, total), _) if *total > 0 => Span::styled(format!("sync {done}/{total}"), theme.warn()),
        (Sync::Running(..), _) => Span::styled("sync …", theme.warn()),
        (Sync::Offline(_), _) => {
            let age = age.map(|age| format!(" ({age})")).unwrap_or_default();
            let issues = world.snapshot.fetched_at.map_or_else(
                || format!("issues {}", words::not_fetched(&world.snapshot)),
                |taken| format!("data from {}{age}", words::clock(taken)),
            );
            Span::styled(format!("OFFLINE{}{issues}", theme.dot()), theme.bad())
        }
        (Sync::Idle, Origin::Example) => {
            Span::styled(format!("EXAMPLE as of {}", world.date), if moved { theme.unknown() } else { theme.warn() })
        }
        (Sync::Idle, Origin::File(_)) if moved => Span::styled(format!("as of {}", world.date), theme.unknown()),
        (Sync::Idle, Origin::File(_)) => {
            let issues = age.map_or_else(
                || format!("issues {}", words::not_fetched(&world.snapshot)),
                |age| format!("issues fetched {age}"),
            );
            Span::styled(format!("{}{}{issues}", world.date, theme.dot()), theme.dim())
        }
    }
}

fn tabs<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let names = || View::ALL.map(|view| fit::width(view.title()) + 2);
    let gap = if names().iter().map(|name| name + 3).sum::<usize>() > width { "  " } else { "   " };
    let mut spans = vec![Span::raw(" ")];
    for (number, view) in (1..).zip(View::ALL) {
        let active = view == scene.model.view;
        let style = if active { scene.theme.accent().add_modifier(bold_underlined()) } else { scene.theme.dim() };
        spans.push(Span::styled(format!("{number} {}", view.title()), style));
        spans.push(Span::raw(gap));
    }
    Line::from(spans)
}

fn bold_underlined() -> ratatui::style::Modifier {
    ratatui::style::Modifier::BOLD | ratatui::style::Modifier::UNDERLINED
}

/// The sums of all projects; while a list is narrowed, what it is narrowed to.
fn sums<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let (model, theme) = (scene.model, scene.theme);
    let list = model.list();
    let mut narrowed = Vec::new();
    if !list.filter.is_empty() && model.prompt.is_none() {
        narrowed.push(format!("filter {}", list.filter));
    }
    if model.unowned {
        narrowed.push("without settled owner".to_owned());
    }
    let dot = theme.dot();
    if !narrowed.is_empty() {
        let rows = words::count(list.count() as u64, "row", "rows");
        let text = format!(" {}{dot}{rows}, {} hidden", narrowed.join(dot), list.hidden);
        return Line::styled(fit::cut(&text, width, theme.ellipsis()), theme.warn());
    }
    let mut text = format!(" {}", words::totals(&model.board).replace(" · ", dot));
    for counter in &model.board.counters {
        let part = format!("{dot}{}", words::counter(counter));
        if fit::width(&text) + fit::width(&part) > width {
            break;
        }
        text.push_str(&part);
    }
    Line::raw(fit::cut(&text, width, theme.ellipsis()))
}
