//! The help: made from the table of keys, narrowed by what is typed.

use ratatui::text::{Line, Span};

use super::super::input::commands::WITH_VALUE;
use super::text::PageText;
use super::{Scene, fit};

const FILTERS: [(&str, &str); 7] = [
    ("word", "any text: inside words, else loosely"),
    ("owner:testing", "a group, @login or @org/team; several with commas"),
    ("assignee:@me", "who is assigned; @me is you"),
    ("state:started", "todo, started, done, removed, dropped, closed-not-done, unknown"),
    ("is:free", "free, maybe-free, blocked, taken, open, ended, stale, unowned, overdue"),
    ("no:assignee", "assignee, issue, owner, milestone"),
    ("-word", "not; also project:, kind:, type:, label:, updated:<90d"),
];

/// Fills the window and gives its title.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, query: &str) -> String {
    let query_lower = query.to_lowercase();
    let fits = |parts: [&str; 4]| {
        query.is_empty() || parts.iter().any(|part| part.contains(query) || part.to_lowercase().contains(&query_lower))
    };
    let mut group = "";
    for binding in scene.model.keymap.bindings() {
        let keys = binding.keys_shown(scene.theme.ascii);
        if fits([&keys, binding.name, binding.help, binding.group]) {
            title(text, scene, &mut group, binding.group);
            line(text, scene, &keys, binding.help, binding.name);
        }
    }
    for (name, value, help, _) in WITH_VALUE {
        if fits([name, value, help, "Commands"]) {
            title(text, scene, &mut group, "Commands");
            line(text, scene, &format!(":{name} {value}"), help, "");
        }
    }
    for (word, help) in FILTERS {
        if fits([word, help, "Filter", "Filter"]) {
            title(text, scene, &mut group, "Filter words");
            line(text, scene, word, help, "");
        }
    }
    if text.lines.is_empty() {
        text.push(" no key, command or filter word matches");
    }
    if query.is_empty() { "Help: type to search, Esc closes".to_owned() } else { format!("Help: {query}") }
}

fn title<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, group: &mut &'static str, own: &'static str) {
    if *group != own {
        text.heading(scene, own);
        *group = own;
    }
}

fn line<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, keys: &str, help: &str, name: &str) {
    let theme = scene.theme;
    let name_width = if text.width >= 76 && !name.is_empty() { 16 } else { 0 };
    let room = text.width.saturating_sub(17 + name_width);
    let mut spans =
        vec![Span::styled(format!(" {}  ", fit::left(keys, 13)), theme.accent()), Span::raw(fit::left(help, room))];
    if name_width > 0 {
        spans.push(Span::styled(fit::left(&format!(" :{name}"), name_width), theme.dim()));
    }
    text.push(Line::from(spans));
}
