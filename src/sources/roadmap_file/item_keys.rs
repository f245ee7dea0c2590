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
            let hint = Some(format!("it is already on line {line}"));
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
/// characters. The first code point of each range is followed by the first one after it. The JSON Schema has the same
/// ranges.
const LETTERS: [u32; 72] = [
    0xAA, 0xAB, 0xB5, 0xB6, 0xBA, 0xBB, 0xC0, 0xD7, 0xD8, 0xF7, 0xF8, 0x34F, 0x350, 0x37E, 0x37F, 0x61C, 0x61D, 0x115F,
    0x1161, 0x1680, 0x1681, 0x17B4, 0x17B6, 0x180B, 0x1810, 0x2000, 0x2071, 0x209D, 0x2160, 0x2189, 0x2C00, 0x2E00,
    0x3005, 0x3008, 0x3031, 0x3036, 0x3041, 0x3164, 0x3165, 0x3200, 0x3400, 0x4DC0, 0x4E00, 0xD7FC, 0xF900, 0xFDD0,
    0xFDF0, 0xFDFC, 0xFE70, 0xFEFD, 0xFF10, 0xFF1A, 0xFF21, 0xFF3B, 0xFF41, 0xFF5B, 0xFF66, 0xFFA0, 0xFFA1, 0xFFDD,
    0x10000, 0x13430, 0x13440, 0x16FE4, 0x17000, 0x1BCA0, 0x1D400, 0x1D800, 0x1E000, 0x1EF00, 0x20000, 0x323B0,
];

/// Whether ids may contain a character, besides `-`, `_`, `.` and `:`.
pub(super) fn is_id_letter(c: char) -> bool {
    let starts_and_ends = LETTERS.partition_point(|bound| *bound <= u32::from(c));
    c.is_ascii_alphanumeric() || starts_and_ends % 2 == 1
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
