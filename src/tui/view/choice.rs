//! Windows that ask a question: the choice of a state, and the confirmation of an edit.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::theme::POINTER;
use super::text::PageText;
use super::{Scene, fit};
use crate::domain::{ItemKey, ProjectId, State, item_name};
use crate::words;

/// Fills the window with the states that can be written, and returns its title.
pub(super) fn states<'a>(
    text: &mut PageText<'a>,
    scene: &Scene<'a>,
    project: &ProjectId,
    item: &ItemKey,
    at: usize,
) -> String {
    let theme = scene.theme;
    let row = scene.model.board.item(project, item);
    let now = row.map(|row| row.state);
    for (place, (_, state)) in State::WRITTEN.into_iter().enumerate() {
        let here = if now == Some(state) { " (now)" } else { "" };
        let help = match state {
            State::Todo => "work that has not started",
            State::Started => "work is going on",
            State::Done => "the work is finished",
            State::Removed => "deleted: there was nothing to move",
            State::Dropped => "out of scope: not counted in the total",
            State::Unknown => "what there is to do is not known yet",
            State::ClosedNotDone | State::NotFetched => "",
        };
        let line = Line::from(vec![
            Span::raw(if place == at { format!("{POINTER} ") } else { "  ".into() }),
            Span::styled(format!("{} {}", place + 1, fit::left(&words::marked(state), 12)), theme.state(state)),
            Span::styled(fit::left(&format!("{help}{here}"), text.width.saturating_sub(16)), theme.dim()),
        ]);
        text.push(if place == at { line.style(theme.selected()) } else { line });
    }
    if let Some((row, written)) = row.and_then(|row| Some((row, row.contradicted?))) {
        let world = &scene.model.world;
        let issue = row.issue.as_ref().and_then(|id| world.snapshot.issue(id));
        let why = words::measure(row, issue, &world.roadmap.repo);
        text.gap();
        text.paragraph(&format!("The roadmap says {}, but {why}.", words::state(written)), 2);
    }
    format!("{}: which state?", item_name(project, item))
}

/// Fills the window with a coloured diff.
pub(super) fn diff<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, diff: &str) {
    for line in diff.lines() {
        let style = match line.chars().next() {
            Some('+') => scene.theme.good(),
            Some('-') => scene.theme.bad(),
            Some('@') => scene.theme.accent(),
            Some(_) | None => Style::new(),
        };
        let line = line.replace('\t', "    ");
        for part in fit::wrap_verbatim(&line, text.width.saturating_sub(2)) {
            text.push(Line::styled(format!(" {part}"), style));
        }
    }
}
