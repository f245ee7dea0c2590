//! Derives the keys of items, unique in a project: the `id`, else the number of the issue, else the title as a slug.

use std::collections::HashMap;

use crate::domain::{Item, ItemKey, Text};
use crate::sources::diagnostic::Span;

use super::links::{BlockerName, ItemLinks};
use super::reader::RoadmapReader;

/// The maximum length of a slug, in bytes.
const LONGEST: usize = 40;

/// An item without its key, with references that are resolved after the whole file was parsed.
pub(super) struct UnkeyedItem {
    pub(super) item: Item,
    /// The position of the key, if it was written (`id:`).
    pub(super) id: Option<Span>,
    pub(super) links: Vec<BlockerName>,
    pub(super) counter: Option<Span>,
}

impl UnkeyedItem {
    pub(super) fn new(item: Item) -> Self {
        Self { item, id: None, links: Vec::new(), counter: None }
    }
}

/// Assigns a key to every item. Written ids come first, so that no derived key conflicts with one.
pub(super) fn name_items(reader: &mut RoadmapReader<'_>, drafts: Vec<UnkeyedItem>) -> (Vec<Item>, Vec<ItemLinks>) {
    let mut taken: HashMap<Text, u32> = HashMap::new();
    for draft in &drafts {
        let Some(span) = draft.id else { continue };
        if let Some(line) = taken.insert(draft.item.key.0.clone(), span.line) {
            let hint = Some(format!("it is in line {line} already"));
            reader.fault_with(span, format!("there are two items `{}` in this project", draft.item.key), hint);
        }
    }
    let mut repeats: HashMap<Text, u32> = HashMap::new();
    drafts
        .into_iter()
        .map(|UnkeyedItem { mut item, id, links, counter }| {
            if id.is_none() {
                let base = derive(&item);
                item.key = ItemKey(free(base, &mut taken, &mut repeats));
                taken.insert(item.key.0.clone(), item.place.line);
            }
            (item, ItemLinks { links, counter })
        })
        .unzip()
}

fn free(base: Text, taken: &mut HashMap<Text, u32>, repeats: &mut HashMap<Text, u32>) -> Text {
    if !taken.contains_key(&base) {
        return base;
    }
    // Stored, so that a thousand equal titles do not take a million steps.
    let count = repeats.entry(base.clone()).or_insert(1);
    loop {
        *count += 1;
        let next = Text::from(format!("{base}-{count}"));
        if !taken.contains_key(&next) {
            return next;
        }
    }
}

/// Returns the key of an item without an id.
fn derive(item: &Item) -> Text {
    if let Some(issue) = &item.issue {
        return Text::from(issue.number.to_string());
    }
    match (&item.title, &item.counter) {
        (Some(title), _) => slug(title),
        (None, Some(counter)) => counter.0.clone(),
        (None, None) => item.links.first().map_or(Text::new("item"), |link| slug(link.shown())),
    }
}

/// The non-ASCII characters of ids: letters, digits and marks of all scripts, without symbols, emoji and invisible
/// characters. The JSON Schema has the same ranges.
#[rustfmt::skip]
const LETTERS: [(char, char); 36] = [
    ('\u{00AA}', '\u{00AA}'),
    ('\u{00B5}', '\u{00B5}'),
    ('\u{00BA}', '\u{00BA}'),
    ('\u{00C0}', '\u{00D6}'),
    ('\u{00D8}', '\u{00F6}'),
    ('\u{00F8}', '\u{034E}'),
    ('\u{0350}', '\u{037D}'),
    ('\u{037F}', '\u{061B}'),
    ('\u{061D}', '\u{115E}'),
    ('\u{1161}', '\u{167F}'),
    ('\u{1681}', '\u{17B3}'),
    ('\u{17B6}', '\u{180A}'),
    ('\u{1810}', '\u{1FFF}'),
    ('\u{2071}', '\u{209C}'),
    ('\u{2160}', '\u{2188}'),
    ('\u{2C00}', '\u{2DFF}'),
    ('\u{3005}', '\u{3007}'),
    ('\u{3031}', '\u{3035}'),
    ('\u{3041}', '\u{3163}'),
    ('\u{3165}', '\u{31FF}'),
    ('\u{3400}', '\u{4DBF}'),
    ('\u{4E00}', '\u{D7FB}'),
    ('\u{F900}', '\u{FDCF}'),
    ('\u{FDF0}', '\u{FDFB}'),
    ('\u{FE70}', '\u{FEFC}'),
    ('\u{FF10}', '\u{FF19}'),
    ('\u{FF21}', '\u{FF3A}'),
    ('\u{FF41}', '\u{FF5A}'),
    ('\u{FF66}', '\u{FF9F}'),
    ('\u{FFA1}', '\u{FFDC}'),
    ('\u{10000}', '\u{1342F}'),
    ('\u{13440}', '\u{16FE3}'),
    ('\u{17000}', '\u{1BC9F}'),
    ('\u{1D400}', '\u{1D7FF}'),
    ('\u{1E000}', '\u{1EEFF}'),
    ('\u{20000}', '\u{323AF}'),
];

/// Whether ids may contain a character, besides `-`, `_`, `.` and `:`.
pub(super) fn is_id_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && LETTERS.iter().any(|(first, last)| (*first..=*last).contains(&c)))
}

/// Returns the words of a title in lower case with `-` between them, at most 40 bytes.
pub fn slug(title: &str) -> Text {
    let mut slug = String::new();
    // Marks are only allowed in written ids.
    let is_of_word = |c: char| c.is_alphanumeric() && is_id_letter(c);
    for word in title.split(|c: char| !is_of_word(c)).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > LONGEST {
            if slug.is_empty() {
                slug.extend(word.char_indices().take_while(|(at, c)| at + c.len_utf8() <= LONGEST).map(|(_, c)| c));
            }
            break;
        }
        if gap == 1 {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    match slug {
        // `???` is a placeholder.
        slug if slug.is_empty() => Text::new("unknown"),
        // A bare number would refer to an issue.
        slug if slug.bytes().all(|b| b.is_ascii_digit()) => Text::from(format!("item-{slug}")),
        slug => Text::from(slug),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_consists_of_whole_words_in_lower_case() {
        assert_eq!(slug("gs://kubernetes-release, dl.k8s.io"), "gs-kubernetes-release-dl-k8s-io");
        assert_eq!(
            slug("Replace gubernator.k8s.io/pr and drop gubernator.k8s.io"),
            "replace-gubernator-k8s-io-pr-and-drop"
        );
        assert_eq!(slug("???"), "unknown");
        assert_eq!(slug("2021"), "item-2021");
        assert_eq!(slug(&"ü".repeat(50)), "ü".repeat(20));
    }
}
