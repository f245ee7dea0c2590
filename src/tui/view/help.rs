//! The help window: generated from the keymap, the commands and the filter keys, and searched by typing.

use ratatui::text::{Line, Span};

use super::super::input::commands::WITH_VALUE;
use super::text::PageText;
use super::{Scene, fit};
use crate::domain::filter::FilterKey;

/// The width of the column of keys.
const KEYS_WIDTH: usize = 13;

/// Examples of filter words, each with its help or its fixed values.
fn filters() -> Vec<(&'static str, String)> {
    let listed = |key: FilterKey| key.fixed_values().join(", ");
    let mut all = vec![
        ("word", "text, also within words; else similar text".to_owned()),
        ("owner:testing", "a group, @login or @org/team; several with commas".to_owned()),
        ("assignee:@me", "who is assigned; @me is you".to_owned()),
        ("state:started", listed(FilterKey::State)),
        ("is:free", listed(FilterKey::Is)),
        ("no:assignee", listed(FilterKey::No)),
        ("updated:<90d", "when it was last touched: <90d, >90d, <2020-10-01".to_owned()),
    ];
    let has_row = |key: &str| all.iter().any(|(word, _)| word.split(':').next() == Some(key));
    let others = FilterKey::words().filter(|key| !has_row(key)).map(|key| format!("{key}:")).collect::<Vec<_>>();
    all.push(("-word", format!("excludes; more keys: {}", others.join(", "))));
    all
}

/// Fills the window and returns its title.
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
    for (word, help) in filters() {
        if fits([word, &help, "Filter", "Filter"]) {
            title(text, scene, &mut group, "Filter words");
            line(text, scene, word, &help, "");
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

/// Adds a binding, its help wrapped; a narrow window leaves out the name of the action.
fn line<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, keys: &str, help: &str, name: &str) {
    let theme = scene.theme;
    let name_width = if text.width >= 76 && !name.is_empty() { 16 } else { 0 };
    let room = text.width.saturating_sub(KEYS_WIDTH + 4 + name_width);
    for (at, part) in fit::wrap(help, room).iter().enumerate() {
        let (keys, name) = if at == 0 { (keys, name) } else { ("", "") };
        let mut spans = vec![
            Span::styled(format!(" {}  ", fit::left(keys, KEYS_WIDTH)), theme.accent()),
            Span::raw(fit::left(part, room)),
        ];
        if name_width > 0 && !name.is_empty() {
            spans.push(Span::styled(fit::left(&format!(" :{name}"), name_width), theme.dim()));
        }
        text.push(Line::from(spans));
    }
}
