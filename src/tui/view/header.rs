//! The header: title and date, the tabs of the views, and the totals.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::super::input::keymap::Action;
use super::super::model::{Sync, View};
use super::super::theme::DOT;
use super::canvas::DrawLine as _;
use super::{Scene, fit};
use crate::domain::Origin;
use crate::words;

/// Returns the areas of the tabs, for mouse clicks.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> Vec<Rect> {
    let row = |at: u16| Rect { y: area.y + at, height: 1, ..area };
    two_ends(buffer, row(0), scene, &title(scene), state(scene));
    let tabs = tabs(buffer, row(1), scene);
    if area.height > 2 {
        buffer.line(sums(scene, usize::from(area.width)), row(2));
    }
    tabs
}

/// Draws a text at either end of a line; the left one is cut where both do not fit.
fn two_ends(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, left: &str, right: Span<'_>) {
    let wide = fit::width(&right.content);
    let room = usize::from(area.width).saturating_sub(wide + 12);
    let left = fit::cut(left, room);
    let gap = usize::from(area.width).saturating_sub(10 + fit::width(&left) + wide + 1);
    let name = Span::styled(" offramp  ", scene.theme.accent().add_modifier(ratatui::style::Modifier::BOLD));
    buffer.line(Line::from(vec![name, Span::raw(left), Span::raw(" ".repeat(gap)), right]), area);
}

fn title(scene: &Scene<'_>) -> String {
    if let Some(repo) = &scene.model.world.here {
        return words::example_instead_of(repo);
    }
    let title = &scene.model.world.roadmap.title;
    if title.is_empty() { words::origin(&scene.model.world.origin) } else { title.clone() }
}

/// The date of the data, and the progress of a sync.
fn state<'a>(scene: &Scene<'a>) -> Span<'a> {
    let (model, theme) = (scene.model, scene.theme);
    let world = &model.world;
    let moved = world.date != model.now;
    match (&model.sync, &world.origin) {
        (Sync::Running(done, total), _) if *total > 0 => {
            Span::styled(format!("fetching from GitHub: {}", words::requests(*done, *total)), theme.warn())
        }
        (Sync::Running(..), _) => Span::styled("fetching from GitHub …", theme.warn()),
        (Sync::Failed(_), _) => Span::styled(format!("sync failed{}{}", DOT, issues(scene)), theme.bad()),
        (Sync::Idle, Origin::Example(_)) => {
            Span::styled(format!("EXAMPLE as of {}", world.date), if moved { theme.unknown() } else { theme.warn() })
        }
        (Sync::Idle, Origin::File(_)) if moved => Span::styled(format!("as of {}", world.date), theme.unknown()),
        (Sync::Idle, Origin::File(_))
            if world.snapshot.fetched_at.is_none() && !words::needs_issues(&world.roadmap) =>
        {
            Span::styled(world.date.to_string(), theme.dim())
        }
        (Sync::Idle, Origin::File(_)) => Span::styled(format!("{}{}{}", world.date, DOT, issues(scene)), theme.dim()),
    }
}

/// The age of the issues: `issues fetched 5 min ago`.
fn issues(scene: &Scene<'_>) -> String {
    let world = &scene.model.world;
    match world.snapshot.fetched_at {
        Some(fetched) => format!("issues fetched {}", words::since(fetched, scene.model.clock())),
        None => format!("issues {}", words::not_fetched(&world.snapshot)),
    }
}

/// Draws the tabs, and the position in the list on the right. Where there is no room for both, the names of the
/// other views are left out.
fn tabs(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> Vec<Rect> {
    let place = place(scene);
    let room = usize::from(area.width).saturating_sub(fit::width(&place) + 3);
    let full = |view: View| format!("{} {}", view.index() + 1, view.spec().title);
    let short = |view: View| if view == scene.model.view { full(view) } else { (view.index() + 1).to_string() };
    let width = |names: &[String], gap| names.iter().map(|name| fit::width(name) + gap).sum::<usize>() - gap;
    let names: Vec<_> = View::all().map(full).collect();
    let gap = (1..=3).rev().find(|&gap| width(&names, gap) <= room);
    let (names, gap) = gap.map_or_else(|| (View::all().map(short).collect(), 2), |gap| (names, gap));
    let mut x = area.x + 1;
    let mut places = Vec::with_capacity(names.len());
    for (name, view) in names.into_iter().zip(View::all()) {
        let active = view == scene.model.view;
        let style = if active {
            scene.theme.accent().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
        } else {
            scene.theme.dim()
        };
        let tab = Rect { x, width: fit::width(&name) as u16, ..area };
        buffer.line(Line::styled(name, style), tab);
        x = tab.right() + gap as u16;
        places.push(tab);
    }
    let wide = fit::width(&place) as u16;
    let right = Rect { x: area.right().saturating_sub(wide + 1), width: wide, ..area };
    buffer.line(Line::styled(place, scene.theme.dim()), right);
    places
}

/// The position in the list, such as `3/21`; empty on a page.
fn place(scene: &Scene<'_>) -> String {
    let model = scene.model;
    if !model.pages.is_empty() {
        return String::new();
    }
    let (at, count) = model.list.position();
    if count == 0 { String::new() } else { format!("{at}/{count}") }
}

/// The totals of all projects, or the filters of a narrowed list.
fn sums<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let (model, theme) = (scene.model, scene.theme);
    let list = &model.list;
    let mut narrowed = Vec::new();
    if !list.filter.is_empty() && model.prompt.is_none() {
        narrowed.push(format!("filter {}", list.filter));
    }
    if model.is_unowned_only() {
        narrowed.push("without a settled owner".to_owned());
    }
    let dot = DOT;
    if !narrowed.is_empty() {
        let [one, more] =
            if list.is_similar { ["similar row, no match", "similar rows, no match"] } else { ["row", "rows"] };
        let rows = words::count(list.count() as u64, one, more);
        let back = model.keymap.key(Action::Back);
        let shows = if narrowed.len() > 1 { "clears the filter" } else { "shows all" };
        let text = format!(" {}{dot}{rows}, {} hidden{dot}{back} {shows}", narrowed.join(dot), list.hidden);
        return Line::styled(fit::cut(&text, width), theme.warn());
    }
    let totals = words::totals(&model.board);
    let migrated = model.world.roadmap.migrated.len();
    let before = (migrated > 0).then(|| format!("{migrated} migrated before"));
    let parts = totals.split(" · ").map(ToOwned::to_owned);
    let mut text = String::new();
    for part in parts.chain(before).chain(model.board.counters.iter().map(words::counter)) {
        let part = format!("{}{part}", if text.is_empty() { " " } else { dot });
        // A number that is cut off would read as a smaller one.
        if !text.is_empty() && fit::width(&text) + fit::width(&part) > width {
            break;
        }
        text.push_str(&part);
    }
    Line::raw(fit::cut(&text, width))
}
