//! The window of earlier migrations: items done before the roadmap began, part of no project.

use ratatui::text::{Line, Span};

use super::text::PageText;
use super::{Scene, fit};
use crate::words;

/// Fills the window and returns its title.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>) -> String {
    let world = &scene.model.world;
    let items = &world.roadmap.migrated;
    let titles = || items.iter().map(|item| item.title.as_deref().unwrap_or_else(|| item.key.as_str()));
    let issues: Vec<_> = items.iter().map(|item| words::issue(item.issue.as_ref(), &world.roadmap.repo)).collect();
    let beside = issues.iter().map(|issue| fit::width(issue)).max().unwrap_or(0) + 6;
    let widest = titles().map(fit::width).max().unwrap_or(0).min(text.width.saturating_sub(beside));
    for ((item, title), issue) in items.iter().zip(titles()).zip(issues) {
        text.push(Line::from(vec![
            Span::styled(format!(" {} ", words::mark(crate::domain::State::Done)), scene.theme.good()),
            Span::raw(fit::left(title, widest)),
            Span::styled(format!("  {issue}"), scene.theme.dim()),
        ]));
        if let Some(note) = &item.note {
            text.paragraph(note, 3);
        }
    }
    words::count(items.len() as u64, "item had already been migrated", "items had already been migrated")
}
