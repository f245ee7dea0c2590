//! A project: a summary for the preview, and its page.

use ratatui::text::{Line, Span};

use super::super::theme::DOT;
use super::text::PageText;
use super::{Scene, fit, item, projects};
use crate::domain::{IssueRef, Project, ProjectRow};
use crate::words::{self, label};

/// Adds the summary: facts and items.
pub(super) fn brief<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    title(text, scene, row);
    text.push(summary(scene, row, text.width));
    own_facts(text, scene, row);
    if let Some(written) = written(scene, row) {
        issues(text, scene, &written.issues);
    }
    text.gap();
    let columns = item::Columns::of(scene, &row.items, text.width);
    for item in &row.items {
        text.push_with(|| item::line(scene, item, columns));
    }
}

/// Adds everything that is known.
pub(super) fn full<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    title(text, scene, row);
    text.push(summary(scene, row, text.width));
    text.gap();
    own_facts(text, scene, row);
    if let Some(project) = written(scene, row) {
        facts(text, scene, project);
    }
    let touched = row.touched.map_or_else(
        || words::NONE.to_owned(),
        |at| format!("{} ({})", at.date(), words::ago(at, scene.model.board.date)),
    );
    text.fact(scene, "Touched", &touched);
    text.heading(scene, "ITEMS");
    if row.items.is_empty() {
        text.push("   the roadmap names none");
    }
    let columns = item::Columns::of(scene, &row.items, text.width);
    for item in &row.items {
        text.anchors.push(text.lines.len());
        text.push(item::line(scene, item, columns));
        item::below(text, scene, item);
    }
}

fn written<'a>(scene: &Scene<'a>, row: &ProjectRow) -> Option<&'a Project> {
    scene.model.world.roadmap.projects.iter().find(|project| project.id == row.id)
}

fn title<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    let theme = scene.theme;
    let state = words::marked(row.state);
    let percent = words::percent(row.percent);
    let room = text.width.saturating_sub(fit::width(&state) + 22);
    let mut spans = vec![
        Span::styled(format!(" {}  ", fit::cut(&row.title, room)), theme.strong()),
        Span::styled(state, theme.state(row.state)),
        Span::styled(format!("  {percent} "), theme.strong()),
    ];
    projects::bar(scene, row.percent, 10, &mut spans);
    text.push(spans);
}

/// `288/1780 prow jobs on 2020-12-10 · 2 of 2 items left · 1 free`
fn summary<'a>(scene: &Scene<'a>, row: &ProjectRow, width: usize) -> Line<'a> {
    let mut parts = Vec::new();
    if let Some((reading, inner)) = row.reading.as_ref().zip(scene.model.board.measured(row)) {
        parts.push(words::inner_on(&inner, reading.date));
    }
    if let Some(left) = row.items_left() {
        parts.push(format!("{left} of {} left", words::count(row.progress.total, "item", "items")));
    }
    for (number, word) in [(row.free, "free"), (row.blocked, "blocked")] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    Line::raw(fit::cut(&format!(" {}", parts.join(DOT)), width))
}

/// Adds the figure recorded by hand, if there is one beside the counted one.
pub(super) fn recorded<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    let counter = row.measure.as_ref().and_then(|id| scene.model.board.counter(id));
    text.facts(scene, "Also", counter.and_then(|counter| counter.recorded.as_ref()).map(words::recorded));
}

fn own_facts<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    recorded(text, scene, row);
    super::item::owner(text, scene, &row.owner);
    text.facts(scene, "Id", (row.title != row.id.as_str()).then_some(row.id.as_str()));
}

fn issues<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issues: &[IssueRef]) {
    text.facts(scene, label::ISSUES, issues.iter().map(|id| issue_line(scene, id)));
}

/// `#1308  open  Migrate away from …`
fn issue_line(scene: &Scene<'_>, id: &IssueRef) -> String {
    let world = &scene.model.world;
    let name = world.snapshot.current_id(id).short(&world.roadmap.repo);
    match world.snapshot.current_issue(id) {
        Some(issue) => format!("{name}  {}: {}", words::reason(&issue.state), issue.title),
        None => format!("{name}  not fetched yet"),
    }
}

fn facts<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, project: &Project) {
    let home = &scene.model.world.roadmap.repo;
    text.fact(scene, label::ALIASES, &project.aliases.join(", "));
    text.facts(scene, "Kind", &project.kind);
    issues(text, scene, &project.issues);
    for issue in &project.issues {
        text.fact(scene, "", &issue.url(&scene.model.world.web));
    }
    text.facts(scene, "Measure", project.measure.as_ref().map(|measure| format!("counter {measure}")));
    let targets: Vec<_> = project.blocked_by.iter().map(|target| words::target(target, home)).collect();
    text.fact(scene, label::BLOCKED_BY, &targets.join(", "));
    text.facts(scene, "Due", project.due.map(|due| due.to_string()));
    text.facts(scene, "Note", &project.note);
    item::page_links(text, scene, &project.links);
}
