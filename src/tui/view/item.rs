//! An item: a line of a list, a summary for the preview, and its page.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::theme::DOT;
use super::text::PageText;
use super::{Scene, boxes, fit, issue, rows, waits};
use crate::domain::board::Inner;
use crate::domain::{Item, ItemRow, Owner, PageLink, TaskState};
use crate::words;

/// The widths of the columns of a list of items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    inner: usize,
    number: usize,
    title: usize,
}

impl Columns {
    pub(super) fn of(scene: &Scene<'_>, items: &[ItemRow], width: usize) -> Self {
        let home = &scene.model.world.roadmap.repo;
        let widest = |width: &dyn Fn(&ItemRow) -> usize| items.iter().map(width).max().unwrap_or(0);
        let room = if width >= 64 { (width / 3).max(24) } else { 0 };
        let inner = widest(&|item| item.inner.as_ref().map_or(0, |inner| fit::width(&figure(inner, room)))).min(room);
        let number = widest(&|item| fit::width(&words::issue(item.issue.as_ref(), home)));
        let free = widest(&|item| fit::width(words::freedom_short(item)));
        let number = number.min(16);
        let gaps = 2 * (1 + usize::from(inner > 0) + usize::from(number > 0)) + 1;
        let title = width.saturating_sub(3 + inner + number + free + gaps);
        // On a wide screen the other columns follow short titles closely.
        let longest = widest(&|item| fit::width(&item.title));
        Self { inner, number, title: title.min(longest.max(20)) }
    }
}

/// `◐ Prow jobs run on community clusters   288/1780 prow jobs   free`
pub(super) fn line<'a>(scene: &Scene<'a>, item: &ItemRow, columns: Columns) -> Line<'a> {
    let theme = scene.theme;
    let mut spans = Vec::with_capacity(5);
    spans.push(Span::styled(format!(" {} ", words::mark(item.state)), theme.state(item.state)));
    spans.push(Span::styled(
        fit::left(&item.title, columns.title) + "  ",
        if item.is_left() { Style::new() } else { theme.dim() },
    ));
    if columns.inner > 0 {
        let inner = item.inner.as_ref().map(|inner| figure(inner, columns.inner)).unwrap_or_default();
        spans.push(Span::raw(fit::left(&inner, columns.inner) + "  "));
    }
    if columns.number > 0 {
        let number = words::issue(item.issue.as_ref(), &scene.model.world.roadmap.repo);
        spans.push(Span::styled(fit::left(&number, columns.number) + "  ", theme.dim()));
    }
    spans.push(Span::styled(words::freedom_short(item), rows::freedom_style(theme, item)));
    Line::from(spans)
}

/// `1377 lines that name it left, peak 1396`, or if there is no room for that `1377 lines left` or `1377 left`.
fn figure(inner: &Inner, room: usize) -> String {
    let fits = |text: &String| fit::width(text) <= room;
    let longer = Some(words::inner(inner)).filter(fits).or_else(|| Some(words::inner_short(inner)).filter(fits));
    longer.unwrap_or_else(|| words::amount_short(inner))
}

/// Adds the details below an item on the page of its project: owner, people, blockers, note and tasks.
pub(super) fn below<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    let (model, theme) = (scene.model, scene.theme);
    let mut parts = Vec::new();
    if model.board.project(&item.project).is_some_and(|project| project.owner != item.owner) {
        parts.push(words::owner(&item.owner, &model.world.roadmap.groups));
    }
    if !item.people().is_empty() {
        parts.push(words::people(item.people()));
    }
    parts.extend(item.milestone.as_ref().map(ToString::to_string));
    parts.extend(item.due.map(|due| format!("due {due}")));
    parts.extend(item.contradicted.map(|written| format!("the roadmap says {}", words::state(written))));
    let home = &model.world.roadmap.repo;
    parts.extend(item.blocked_by.iter().map(|target| format!("waits for {}", words::target(target, home))));
    if !parts.is_empty() {
        let joined = parts.join(DOT);
        text.push(Line::styled(fit::cut(&format!("     {joined}"), text.width), theme.dim()));
    }
    if let Some(note) = written(scene, item).and_then(|item| item.note.as_ref()) {
        text.paragraph(note, 5);
    }
    tasks(text, scene, item);
}

fn tasks<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    let theme = scene.theme;
    let world = &scene.model.world;
    let current = world.at(world.date).is_current();
    let Some(issue) = item.issue.as_ref().and_then(|id| world.snapshot.issue(id)).filter(|_| current) else { return };
    let states = scene.model.boxes_of(issue);
    for (task, state) in issue.tasks.iter().zip(&*states) {
        let mark = task.state.mark();
        let style = if task.state == TaskState::Open { Style::new() } else { theme.dim() };
        let indent = 5 + 2 * usize::from(task.depth.min(8));
        let (phrase, look) = state.as_ref().map(|state| boxes::phrase(scene, state)).unwrap_or_default();
        let room = text.width.saturating_sub(fit::width(&phrase) + 2).max(text.width / 2);
        let line = fit::cut(&format!("{}{mark} {}", " ".repeat(indent), task.text), room);
        let rest = text.width.saturating_sub(fit::width(&line) + 2);
        let phrase = fit::cut(&phrase, rest);
        text.push(vec![Span::styled(line, style), Span::styled(format!("  {phrase}"), look)]);
    }
}

fn written<'a>(scene: &Scene<'a>, row: &ItemRow) -> Option<&'a Item> {
    scene.model.world.roadmap.item_of(&row.project, &row.key).map(|(_, item)| item)
}

/// Adds the summary for the preview.
pub(super) fn brief<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    facts(text, scene, item);
    if let Some(id) = &item.issue {
        text.gap();
        issue::brief(text, scene, id);
    }
}

/// Adds the page of an item without an issue, or with one that was not fetched.
pub(super) fn full<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    facts(text, scene, item);
    below(text, scene, item);
}

/// Adds what the roadmap and the join know: state, owner, and what it waits for.
pub(super) fn facts<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    let (model, theme) = (scene.model, scene.theme);
    let world = &model.world;
    if text.add_once(&item.title) {
        text.push(Line::styled(fit::cut(&format!(" {}", item.title), text.width), theme.strong()));
    }
    let state = format!(" {}", words::marked(item.state));
    let project = format!("{DOT}{}", model.title_of(&item.project));
    let (short, long) = (words::freedom_short(item), words::freedom(item, &world.roadmap.repo));
    let fits = fit::width(&format!("{state}{project}{DOT}{long}")) <= text.width;
    let free = Some(if fits { &long } else { short }).filter(|free| !free.is_empty());
    text.push(vec![
        Span::styled(state, theme.state(item.state)),
        Span::styled(project, theme.dim()),
        Span::styled(free.map(|free| format!("{DOT}{free}")).unwrap_or_default(), rows::freedom_style(theme, item)),
    ]);
    text.fact(scene, "Free", if fits { "" } else { &long });
    let issue = item.issue.as_ref().and_then(|id| world.snapshot.issue(id));
    text.fact(scene, "Reason", &words::measure(item, issue, &world.roadmap.repo));
    let inner = |inner: &Inner| format!("{} ({})", words::inner(inner), words::share(inner));
    text.facts(scene, "Inside", item.inner.as_ref().map(inner));
    owner(text, scene, &item.owner);
    if !item.assignees.is_empty() {
        text.fact(scene, words::label::ASSIGNEES, &words::people(&item.assignees));
    }
    page_links(text, scene, written(scene, item).map(|item| item.links.as_slice()).unwrap_or_default());
    waits::facts(text, scene, item);
}

/// Adds the owner, unless the line above names it.
pub(super) fn owner<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, owner: &Owner) {
    let groups = &scene.model.world.roadmap.groups;
    if text.add_once(&words::named_owner(owner, groups)) {
        text.fact(scene, "Owner", &words::owner(owner, groups));
    }
}

/// Adds the links of the roadmap.
pub(super) fn page_links<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, links: &[PageLink]) {
    let shown = |link: &PageLink| {
        let words = link.title.as_ref().map(|title| format!("{title}: ")).unwrap_or_default();
        format!("{words}{}", link.url)
    };
    text.facts(scene, "Links", links.iter().map(shown));
}
