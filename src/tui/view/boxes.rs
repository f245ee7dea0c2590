//! The open boxes of an issue: the state of each claim, its evidence and age.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::theme::DOT;
use super::text::PageText;
use super::{Scene, fit};
use crate::domain::boxes::{BoxKind, BoxState};
use crate::domain::{Issue, grouped};
use crate::words;

/// Adds the open boxes below a heading with their counts; adds nothing if there are none.
pub(super) fn list<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let states = scene.model.boxes_of(issue);
    let open: Vec<_> =
        issue.tasks.iter().zip(&*states).filter_map(|(task, state)| Some((task, state.as_ref()?))).collect();
    if open.is_empty() {
        return;
    }
    let counted = counts(open.iter().map(|(_, state)| *state), DOT);
    let heading = format!("OPEN BOXES  {counted}");
    text.heading(scene, &fit::cut(&heading, text.width.saturating_sub(1)));
    let phrases: Vec<_> = open.iter().map(|(_, state)| phrase(scene, state)).collect();
    let name_width = name_width(text.width, open.iter().map(|(task, _)| fit::width(&task.text)), &phrases);
    for ((task, _), (phrase, style)) in open.iter().zip(phrases) {
        let room = text.width.saturating_sub(name_width + MARGIN);
        text.push(Line::from(vec![
            Span::raw(format!(" [ ] {}  ", fit::left(&task.text, name_width))),
            Span::styled(fit::cut(&phrase, room), style),
        ]));
    }
}

/// The columns of a line beside text and state: the mark `[ ]` and the gaps.
const MARGIN: usize = 8;

/// The width of the texts: as wide as the longest, or less if the states need the room, but at least a third.
fn name_width(width: usize, names: impl Iterator<Item = usize>, phrases: &[(String, Style)]) -> usize {
    let state = phrases.iter().map(|(phrase, _)| fit::width(phrase)).max().unwrap_or_default();
    let name = names.max().unwrap_or_default();
    name.min(width.saturating_sub(state + MARGIN).max(width / 3))
}

/// `3 free · 1 maybe free · 1 in review`
fn counts<'s>(states: impl Iterator<Item = &'s BoxState>, dot: &str) -> String {
    let found = grouped(states.map(|state| (words::box_word(state), state)));
    found.iter().map(|(word, boxes)| format!("{} {word}", boxes.len())).collect::<Vec<_>>().join(dot)
}

/// The state of a box in a few words, and its style.
pub(super) fn phrase(scene: &Scene<'_>, state: &BoxState) -> (String, Style) {
    let theme = scene.theme;
    let style = match state.kind {
        BoxKind::Free if state.is_free() => theme.good(),
        BoxKind::Free | BoxKind::Quiet => theme.warn(),
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Unchecked => theme.dim(),
        BoxKind::Merged | BoxKind::Collided => theme.bad(),
        BoxKind::Unclear => theme.unknown(),
    };
    (words::box_state_in_full(state, &scene.model.world.roadmap.repo), style)
}
