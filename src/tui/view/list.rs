//! The lists of Work, Free, Changes and Check: column widths, titles and rows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::model::list::{ListLine, Row};
use super::super::model::order::Sort;
use super::super::model::views::ViewContent;
use super::super::model::{FrameInfo, Grouping};
use super::canvas::DrawLine as _;
use super::rows::{self, MARGIN, finish, freedom_style, pointer, tone};
use super::{MEDIUM_SCREEN, Scene, fit, split_rows, waits};
use crate::domain::ItemRow;
use crate::words;
use crate::words::Tone;

/// Draws a view whose rows are items or lines.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> FrameInfo {
    let width = usize::from(area.width);
    let (top, body) = split_rows(area, 1);
    let columns = work_columns(scene, width);
    let head = match scene.model.view.spec().content {
        ViewContent::Items => work_titles(scene, &columns),
        ViewContent::Projects | ViewContent::Lines(_) | ViewContent::Series => line_titles(scene, width),
    };
    buffer.line(head, top);
    let line_widths = line_columns(scene, width);
    rows::draw(buffer, body, scene, |row, selected| match row {
        Row::Item(project, item) => {
            let item = scene.model.board.projects.get(*project)?.items.get(*item)?;
            Some(finish(work(scene, &columns, item, selected), selected))
        }
        Row::Line(at) => {
            let line = scene.model.lines.get(*at)?;
            Some(finish(generic_line(scene, line_widths, line, selected), selected))
        }
        Row::Project(_) | Row::Heading(..) => None,
    })
}

/// The widths of the columns of items; a column of width 0 is not shown.
struct WorkColumns {
    project: usize,
    issue: usize,
    inner: usize,
    free: usize,
    touched: usize,
    chain: usize,
    owner: usize,
    title: usize,
}

fn work_columns(scene: &Scene<'_>, width: usize) -> WorkColumns {
    let model = scene.model;
    let under_project = model.list.grouping == Grouping::Plain && model.list.sort == Sort::Roadmap;
    let project = if under_project { 0 } else { 20 };
    let widest = |of: &dyn Fn(&ItemRow) -> usize| shown_items(scene).map(of).max().unwrap_or(0);
    let owner = if width >= 90 { 22 } else { 0 };
    let inner = widest(&|item| item.inner.as_ref().map_or(0, |inner| fit::width(&words::inner_short(inner))));
    let inner = inner.clamp(9, if width >= 100 { 24 } else { 9 });
    let free = widest(&|item| fit::width(words::freedom_short(item))).max(7);
    let issues =
        widest(&|item| item.issue.as_ref().map_or(0, |issue| fit::width(&issue.short(&model.world.roadmap.repo))));
    let issue = issues.clamp(7, if width >= 110 { 36 } else { 26 });
    let chain = match (waits::any(scene), width >= 110) {
        (false, _) => 0,
        (true, true) => 36,
        (true, false) => 18,
    };
    // As in Projects, the column by which the list is sorted is always shown.
    let touched = if model.list.sort == Sort::Touched { 10 } else { 0 };
    let wide = WorkColumns { project, issue, inner, free, touched, chain, owner, title: 0 };
    // The title is the most important column: the others shrink first. A small screen keeps the title, the issue, and
    // whether the item is free.
    let narrower: [(usize, Narrow); 9] = [
        (LEAST_TITLE, |columns| WorkColumns { inner: 9, ..columns }),
        (LEAST_TITLE, |columns| WorkColumns { owner: columns.owner.min(14), ..columns }),
        (LEAST_TITLE, |columns| WorkColumns { chain: columns.chain.min(18), ..columns }),
        (LEAST_TITLE, |columns| WorkColumns { owner: 0, ..columns }),
        (SHORT_TITLE, |columns| WorkColumns { issue: columns.issue.min(12), ..columns }),
        (SHORT_TITLE, |columns| WorkColumns { chain: 0, ..columns }),
        (SHORT_TITLE, |columns| WorkColumns { inner: 0, ..columns }),
        (SHORT_TITLE, |columns| WorkColumns { project: columns.project.min(10), ..columns }),
        (SHORT_TITLE, |columns| WorkColumns { issue: 0, ..columns }),
    ];
    let fitting = narrower
        .into_iter()
        .fold(wide, |columns, (least, narrower)| if columns.room(width) < least { narrower(columns) } else { columns });
    // The room that titles do not need goes to issues of other repositories, which have long names, then to owners.
    let needed = widest(&|item| fit::width(&item.title)).max(LEAST_TITLE);
    let issue = (fitting.issue + fitting.room(width).saturating_sub(needed)).min(issues.max(fitting.issue));
    let fitting = if fitting.issue > 0 { WorkColumns { issue, ..fitting } } else { fitting };
    let owners = widest(&|item| fit::width(&words::owner_short(&item.owner, &model.world.roadmap.groups)));
    let spare = fitting.room(width).saturating_sub(needed);
    let owner = if fitting.owner > 0 { (fitting.owner + spare).min(owners.max(fitting.owner)) } else { 0 };
    let fitting = WorkColumns { owner, ..fitting };
    WorkColumns { title: fitting.room(width).min(needed), ..fitting }
}

/// A step that leaves less room to some columns.
type Narrow = fn(WorkColumns) -> WorkColumns;

/// The items that determine the widths of the columns.
fn shown_items<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a ItemRow> {
    let model = scene.model;
    model.list.rows.iter().take(500).filter_map(|row| match row {
        Row::Item(project, item) => model.board.projects.get(*project)?.items.get(*item),
        Row::Heading(..) | Row::Project(_) | Row::Line(_) => None,
    })
}

/// The minimum width of a title before other columns shrink.
const LEAST_TITLE: usize = 28;

/// The minimum width of a title before other columns are left out.
const SHORT_TITLE: usize = 20;

impl WorkColumns {
    /// The width left for the title.
    fn room(&self, width: usize) -> usize {
        let others = [self.project, self.issue, self.inner, self.free, self.touched, self.chain, self.owner];
        let shown = others.iter().filter(|&&column| column > 0);
        width.saturating_sub(MARGIN + 2 + shown.map(|column| column + 2).sum::<usize>())
    }
}

fn work_titles<'a>(scene: &Scene<'a>, columns: &WorkColumns) -> Line<'a> {
    let inside = if scene.model.list.sort == Sort::Left { Sort::Left } else { Sort::Percent };
    let titles = [
        // The mark before the title is the state.
        (1, rows::sort_mark(scene, Sort::State, "")),
        (columns.title, rows::sort_mark(scene, Sort::Name, "ITEM")),
        (columns.project, "PROJECT".into()),
        (columns.issue, "ISSUE".into()),
        (columns.inner, rows::sort_mark(scene, inside, "INSIDE")),
        (columns.free, rows::sort_mark(scene, Sort::Free, "FREE?")),
        (columns.touched, rows::sort_mark(scene, Sort::Touched, "TOUCHED")),
        (columns.chain, "  CHAIN".into()),
        (columns.owner, "OWNER".into()),
    ];
    let gaps = [1, 2].into_iter().chain(std::iter::repeat(2));
    let shown = titles.iter().zip(gaps).filter(|((width, _), _)| *width > 0);
    let text: String = shown.map(|((width, title), gap)| fit::left(title, width + gap)).collect();
    Line::styled(format!("  {text}"), scene.theme.heading())
}

fn work<'a>(scene: &Scene<'a>, columns: &WorkColumns, item: &ItemRow, selected: bool) -> Line<'a> {
    let (theme, world) = (scene.theme, &scene.model.world);
    let (plain, groups) = (Style::new(), &world.roadmap.groups);
    let project = scene.model.board.project(&item.project);
    let inner = if columns.inner > 9 { words::inner_short } else { words::amount_short };
    let touched = item.touched.map_or_else(|| words::NONE.to_owned(), |at| words::ago(at, scene.model.board.date));
    let cells = [
        (columns.title, item.title.clone(), if item.is_left() { plain } else { theme.dim() }),
        (columns.project, project.map_or(item.project.as_str(), |project| &project.title).to_owned(), plain),
        (
            columns.issue,
            fit::issue(&words::issue(item.issue.as_ref(), &world.roadmap.repo), columns.issue),
            theme.dim(),
        ),
        (columns.inner, item.inner.as_ref().map(inner).unwrap_or_default(), plain),
        (columns.free, words::freedom_short(item).to_owned(), freedom_style(theme, item)),
        (columns.touched, touched, theme.dim()),
        (columns.chain, waits::cell(scene, item, columns.chain > 18), plain),
        (columns.owner, words::owner_short(&item.owner, groups), plain),
    ];
    let mark = Span::styled(format!("{} ", words::mark(item.state)), theme.state(item.state));
    let cells = cells.into_iter().filter(|(width, ..)| *width > 0);
    let cells = cells.map(|(width, text, style)| Span::styled(fit::left(&text, width) + "  ", style));
    [pointer(scene, selected), mark].into_iter().chain(cells).collect()
}

fn line_titles<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let text = (scene.model.view.spec().heading)(scene.model);
    Line::styled(fit::cut(&format!(" {}", scene.model.keymap.fill(&text)), width), scene.theme.heading())
}

/// The widths of the columns of lines; 0 for an empty column.
#[derive(Clone, Copy)]
struct LineColumns {
    /// The tags of lines that have a place.
    tags: usize,
    states: usize,
    places: usize,
    text: usize,
    aside: usize,
}

/// The minimum width of the text of a line.
const LINE_TEXT: usize = 40;

/// The minimum width of an aside that borrows room from a short text.
const SHORT_ASIDE: usize = 20;

fn line_columns(scene: &Scene<'_>, width: usize) -> LineColumns {
    let widest = |of: fn(&ListLine) -> usize| scene.model.lines.iter().take(500).map(of).max().unwrap_or(0);
    let named = widest(|line| fit::width(&line.place_name));
    let places = named.min(if width >= 90 { 30 } else { 18 });
    // A line without a place may use its column for a long tag.
    let tags = if places > 0 {
        widest(|line| if line.place_name.is_empty() { 0 } else { fit::width(&line.tag) })
    } else {
        widest(|line| fit::width(&line.tag))
    };
    let (tags, states) = (tags.min(18), widest(|line| line.state.map_or(0, |(state, _)| fit::width(state))));
    let shown = [tags, states, places].iter().filter(|&&column| column > 0).map(|column| column + 2).sum::<usize>();
    let room = width.saturating_sub(MARGIN + shown);
    let texts = widest(|line| fit::width(&line.text));
    // The room that texts do not need goes to places, then to asides. Where both are long, asides get a third of a wide
    // list and nothing of a narrow one.
    let asides = widest(|line| fit::width(&line.aside));
    let is_wide = width >= MEDIUM_SCREEN.into();
    let lent = (named - places).min(room.saturating_sub(texts + if is_wide { asides + 2 } else { 0 }));
    let (places, room) = (places + lent, room - lent);
    let text = texts.clamp(LINE_TEXT, room.max(LINE_TEXT));
    let over = room.saturating_sub(text + 2);
    let share = if is_wide { room / 3 } else { 0 };
    let aside = if asides <= over { asides } else { asides.min(share) };
    let text = if aside > 0 { text.min(room.saturating_sub(aside + 2)) } else { room };
    LineColumns { tags, states, places, text, aside }
}

fn generic_line<'a>(scene: &Scene<'a>, columns: LineColumns, line: &ListLine, selected: bool) -> Line<'a> {
    let theme = scene.theme;
    let cell = |text: &str, width: usize| fit::left(text, width) + "  ";
    let LineColumns { tags, states, places, text, aside } = columns;
    let mut spans = vec![pointer(scene, selected)];
    let tag = fit::width(&line.tag);
    let is_placed = places > 0 && !line.place_name.is_empty();
    let borrowed = if is_placed || places == 0 || tag <= tags { 0 } else { places + 2 };
    if tags + borrowed > 0 {
        spans.push(Span::styled(cell(&line.tag, tags + borrowed), tone(theme, line.tone)));
    }
    if states > 0 {
        let (state, look) = line.state.unwrap_or(("", Tone::Plain));
        spans.push(Span::styled(cell(state, states), tone(theme, look)));
    }
    if is_placed {
        spans.push(Span::styled(cell(&line.place_name, places), theme.accent()));
    }
    let lent = if is_placed || places == 0 || borrowed > 0 { 0 } else { places + 2 };
    // Beside a short text an aside may be wider than its column, or be shown although the column is not: whole, or enough of it.
    let room = text + lent + if aside > 0 { aside + 2 } else { 0 };
    let whole = fit::width(&line.aside);
    let spare = room.saturating_sub(fit::width(&line.text) + 2).min(whole);
    let aside = if spare >= SHORT_ASIDE.min(whole) { aside.max(spare) } else { aside };
    let text = room.saturating_sub(if aside > 0 { aside + 2 } else { 0 });
    spans.push(Span::raw(cell(&line.text, text)));
    spans.push(Span::styled(fit::cut(&line.aside, aside), theme.dim()));
    Line::from(spans)
}
