//! The visible rows of a list, and the styles of their parts.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::super::model::FrameInfo;
use super::super::model::list::Row;
use super::super::model::order::Sort;
use super::super::theme::{POINTER, Theme};
use super::canvas::DrawLine as _;
use super::{Scene, split_rows};
use crate::domain::filter::{Filter, KnownValues};
use crate::domain::{Freedom, ItemRow};
use crate::words::{Tone, fit};

/// The width of the margin before the text of a row.
pub(super) const MARGIN: usize = 2;

/// Draws the visible rows. `line` renders one; headings are rendered here.
pub(super) fn draw<'a>(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'a>,
    line: impl Fn(&Row, bool) -> Option<Line<'a>>,
) -> FrameInfo {
    let list = &scene.model.list;
    let height = usize::from(area.height);
    if list.rows.is_empty() {
        draw_empty(buffer, area, scene);
    }
    let window = list.window(height);
    let first = window.first;
    let lead = usize::from(window.heading.is_some());
    if let Some(Row::Heading(title, _)) = window.heading.and_then(|at| list.rows.get(at)) {
        buffer.line(continued(scene, title), Rect { height: 1, ..area });
    }
    for (at, row) in list.rows.iter().enumerate().skip(first).take(height - lead) {
        let place = Rect { y: area.y + (at - first + lead) as u16, height: 1, ..area };
        let selected = at == list.at;
        let drawn = match row {
            Row::Heading(title, count) => Some(heading(scene, title, *count, usize::from(area.width))),
            Row::Project(_) | Row::Item(..) | Row::Line(_) => line(row, selected),
        };
        match drawn {
            Some(drawn) if selected => buffer.line_over(drawn, place, scene.theme.selected()),
            Some(drawn) => buffer.line(drawn, place),
            None => {}
        }
    }
    let selected = (first..first + height).contains(&list.at) && !list.rows.is_empty();
    let selected = selected.then(|| Position::new(area.x, area.y + (list.at - first + lead) as u16));
    FrameInfo { selected, top: usize::from(area.y), height, lines: list.rows.len(), ..FrameInfo::default() }
}

/// The pointer before a row.
pub(super) fn pointer<'a>(scene: &Scene<'a>, selected: bool) -> Span<'a> {
    if selected { Span::styled(format!("{POINTER} "), scene.theme.accent()) } else { Span::raw("  ") }
}

/// Removes the dim style from a selected row: dim text is unreadable when reversed.
pub(super) fn finish(mut line: Line<'_>, selected: bool) -> Line<'_> {
    if selected {
        for span in &mut line.spans {
            span.style = span.style.remove_modifier(Modifier::DIM);
        }
    }
    line
}

fn heading<'a>(scene: &Scene<'a>, title: &str, count: usize, width: usize) -> Line<'a> {
    let count = format!("  {count}");
    let title = fit::cut(title, width.saturating_sub(count.len() + 1));
    Line::from(vec![Span::styled(format!(" {title}"), scene.theme.strong()), Span::styled(count, scene.theme.dim())])
}

/// The heading of a group that began above the window.
fn continued<'a>(scene: &Scene<'a>, title: &str) -> Line<'a> {
    Line::from(vec![
        Span::styled(format!(" {title}"), scene.theme.strong()),
        Span::styled("  continued", scene.theme.dim()),
    ])
}

/// The title of a column, marked with the direction where the list is sorted by it.
pub(super) fn sort_mark<'t>(scene: &Scene<'_>, by: Sort, title: &'t str) -> std::borrow::Cow<'t, str> {
    let list = &scene.model.list;
    if list.sort != by {
        return title.into();
    }
    let mark = if list.is_reversed { "▼" } else { "▲" };
    format!("{title}{mark}").into()
}

/// The style of the word that says whether an item is free.
pub(super) fn freedom_style(theme: Theme, item: &ItemRow) -> Style {
    match item.freedom {
        Freedom::Free => theme.good(),
        Freedom::MaybeFree(_) => theme.warn(),
        Freedom::Taken | Freedom::Ended => theme.dim(),
        Freedom::Blocked => theme.bad(),
        Freedom::Unclear | Freedom::Unchecked | Freedom::ClaimsUnchecked => theme.unknown(),
    }
}

/// The style of a tone.
pub(super) fn tone(theme: Theme, tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => theme.strong(),
        Tone::Good => theme.good(),
        Tone::Warning => theme.warn(),
        Tone::Bad => theme.bad(),
        Tone::Faint => theme.dim(),
    }
}

/// Draws the text of an empty list: the filter, the reason it is empty, and the key that helps.
fn draw_empty(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let texts = empty_texts(scene);
    let width = usize::from(area.width).saturating_sub(2);
    let parts = |(at, text): (usize, &String)| {
        let style = if at == 0 { scene.theme.strong() } else { scene.theme.dim() };
        fit::wrap(&scene.model.keymap.fill(text), width)
            .into_iter()
            .map(move |part| Line::styled(part, style).centered())
    };
    let lines: Vec<_> = texts.iter().enumerate().flat_map(parts).collect();
    let (_, below) = split_rows(area, area.height.saturating_sub(lines.len() as u16) / 3);
    buffer.lines(lines, below);
}

fn empty_texts(scene: &Scene<'_>) -> Vec<String> {
    let model = scene.model;
    let list = &model.list;
    if !list.filter.is_empty() {
        let unowned = model.is_unowned_only();
        let which = if unowned { "nothing without a settled owner" } else { "nothing" };
        let nothing = format!("{which} matches {}", list.filter);
        let owned = unowned.then(|| "{unowned} also searches what has a settled owner".to_owned());
        let completed = (list.ended > 0).then(|| format!("{{completed}} also searches the {} that ended", list.ended));
        let lines = [Some(nothing), value_error(scene), owned, completed, Some("{back} clears the filter".into())];
        return lines.into_iter().flatten().collect();
    }
    if model.is_unowned_only() && list.hidden > 0 {
        return vec!["everything here has a settled owner".into(), "{unowned} shows it".into()];
    }
    if list.ended > 0 {
        return match list.ended {
            1 => vec!["the only item is done or dropped".into(), "{completed} shows it".into()],
            ended => vec![format!("all {ended} items are done or dropped"), "{completed} shows them".into()],
        };
    }
    (model.view.spec().empty)(model).into()
}

/// The error for an unknown value in the filter, with its nearest match.
fn value_error(scene: &Scene<'_>) -> Option<String> {
    let roadmap = &scene.model.world.roadmap;
    let filter = Filter::parse(&scene.model.list.filter).ok()?;
    let known = KnownValues { roadmap, groups: &roadmap.groups };
    let error = known.check(&known.resolve(filter)).err()?;
    Some(format!("{error}; {}", error.hint))
}
