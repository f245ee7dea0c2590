//! Completion of filters: keys, and the values that occur in the roadmap.

use crate::domain::filter::FilterKey;
use crate::domain::item_name;
use crate::tui::model::Model;

/// Returns the word being typed: the text after the last space outside quotes, without a leading `-`.
pub fn last_word(text: &str) -> &str {
    let mut quoted = false;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => start = at + 1,
            _ => {}
        }
    }
    let word = text.get(start..).unwrap_or_default();
    word.strip_prefix('-').unwrap_or(word)
}

/// Returns the keys or values that complete the last word; none for plain text.
pub fn completions(model: &Model, text: &str) -> Vec<String> {
    let word = last_word(text);
    if word.is_empty() {
        return Vec::new();
    }
    match word.split_once(':') {
        None => FilterKey::words_for(model.world.roadmap.conventions)
            .filter(|key| key.starts_with(word))
            .map(|key| format!("{key}:"))
            .collect(),
        Some((key, values)) => {
            let typed = values.rsplit(',').next().unwrap_or(values).trim_start_matches('"').to_lowercase();
            let known = FilterKey::named(key).map(|key| key.values(&model.board, &model.world.snapshot.issues));
            known.into_iter().flatten().filter(|value| value.to_lowercase().starts_with(&typed)).collect()
        }
    }
}

/// Completes the name of a project or, after a slash, of one of its items.
pub fn complete_name(model: &Model, text: &str) -> String {
    let projects = model.board.projects.iter().map(|project| project.id.to_string());
    let items = model.board.items().map(|item| item_name(&item.project, &item.key));
    let is_item = model.world.roadmap.projects.iter().any(|project| {
        let rest = text.strip_prefix(project.id.as_str());
        rest.is_some_and(|rest| rest.starts_with(['/', '#']))
    });
    let names = projects.filter(|_| !is_item).chain(items.filter(|_| is_item));
    let found: Vec<_> = names.filter(|name| name.starts_with(text)).collect();
    shared(&found).unwrap_or_else(|| text.to_owned())
}

/// Returns the common prefix.
pub(super) fn shared(found: &[impl AsRef<str>]) -> Option<String> {
    let first = found.first()?.as_ref();
    let length = found.iter().fold(first.chars().count(), |length, other| {
        let pairs = first.chars().zip(other.as_ref().chars()).take(length);
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    });
    Some(first.chars().take(length).collect())
}

/// Completes the last word by the common prefix of all candidates.
pub fn complete(model: &Model, text: &str) -> String {
    let Some(shared) = shared(&completions(model, text)) else { return text.to_owned() };
    let shared = if shared.contains(' ') { format!("\"{shared}\"") } else { shared };
    let word = last_word(text);
    let typed = word.rsplit([':', ',']).next().unwrap_or(word);
    let head = text.get(..text.len() - typed.len()).unwrap_or_default();
    format!("{head}{shared}")
}

/// Whether the last word is an incomplete value, which must not filter yet.
pub fn is_unfinished(model: &Model, text: &str) -> bool {
    let word = last_word(text);
    let Some((_, value)) = word.split_once(':') else { return false };
    let found = completions(model, text);
    let typed = value.rsplit(',').next().unwrap_or(value).trim_matches('"');
    !found.is_empty() && found.iter().all(|other| !other.eq_ignore_ascii_case(typed))
}

/// Returns the text without its last word.
pub fn before_last_word(text: &str) -> &str {
    let head = text.get(..text.len() - last_word(text).len()).unwrap_or_default();
    head.strip_suffix('-').unwrap_or(head).trim_end()
}
