//! The open boxes of an issue: who is working on each, since when, and how certain that is.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::PageText;
use super::{Scene, fit};
use crate::domain::Issue;
use crate::domain::boxes::{BoxKind, BoxState};
use crate::words;

/// The boxes below a heading that counts them; nothing where there are none.
pub(super) fn list<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let states = scene.model.boxes_of(issue);
    let open: Vec<_> =
        issue.tasks.iter().zip(&*states).filter_map(|(task, state)| Some((task, state.as_ref()?))).collect();
    if open.is_empty() {
        return;
    }
    text.heading(scene, &format!("OPEN BOXES  {}", counts(open.iter().map(|(_, state)| state.kind))));
    for (task, state) in open {
        let (said, style) = phrase(scene, state);
        let aside = fit::cut(&said, text.width / 2, scene.theme.ellipsis());
        let room = text.width.saturating_sub(fit::width(&aside) + 8);
        text.push(Line::from(vec![
            Span::raw(format!(" [ ] {}  ", fit::left(&task.text, room, scene.theme.ellipsis()))),
            Span::styled(aside, style),
        ]));
    }
}

/// `3 free, 1 in review`
fn counts(kinds: impl Iterator<Item = BoxKind>) -> String {
    let mut found: Vec<(BoxKind, u64)> = Vec::new();
    for kind in kinds {
        match found.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => found.push((kind, 1)),
        }
    }
    found.iter().map(|(kind, count)| format!("{count} {}", words::box_kind(*kind))).collect::<Vec<_>>().join(", ")
}

/// The state of a box in a few words, and how it looks.
pub(super) fn phrase(scene: &Scene<'_>, state: &BoxState) -> (String, Style) {
    let theme = scene.theme;
    let style = match state.kind {
        BoxKind::Free if state.is_free() => theme.good(),
        BoxKind::Free | BoxKind::Quiet => theme.warn(),
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Unchecked => theme.dim(),
        BoxKind::Merged | BoxKind::Collided => theme.bad(),
        BoxKind::Unclear => theme.unknown(),
    };
    (words::box_state(state), style)
}
